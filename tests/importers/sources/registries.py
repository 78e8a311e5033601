# build: Recurrent("gru", 4, 5)
# build: Recurrent("lstm", 4, 5)
# build: Named("LSTM", 4, 5)
# build: Named("RNN", 4, 5)
# build: Active("prelu", 4)
# build: Active("relu", 4)
# build: Depth(18)
# build: Depth(34)
import torch.nn as nn

CELLS = {"gru": nn.GRU, "lstm": nn.LSTM, "rnn": nn.RNN}
LAYERS = {18: [2, 2], 34: [3, 4]}


class Recurrent(nn.Module):
    def __init__(self, kind, n, h):
        super().__init__()
        self.rnn = CELLS[kind](n, h)
        self.act = getattr(nn, "ReLU")()


class Named(nn.Module):
    def __init__(self, kind, n, h):
        super().__init__()
        if kind in ["LSTM", "GRU"]:
            self.rnn = getattr(nn, kind)(n, h)
        else:
            self.rnn = nn.RNN(n, h)


class Active(nn.Module):
    def __init__(self, act: str, d):
        super().__init__()
        self.acts = nn.ModuleDict([["lrelu", nn.LeakyReLU()], ["relu", nn.ReLU()]])
        self.act = {"relu": nn.ReLU(), "prelu": nn.PReLU(), "gelu": nn.GELU()}[act]
        self.fc = nn.Linear(d, d)


class Depth(nn.Module):
    def __init__(self, depth: int):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(3, n) for n in LAYERS[depth])
