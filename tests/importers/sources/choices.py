# build: A(4)
# build: A(4, "small", False, 5)
# build: A(4, mode="x", n=2)
# build: B()
# build: B([3, 5, 7, 9], 5, residual=True)
# build: C(3, 4, 5)
# build: C(3, 4, 5, 3, True)
# build: D(4)
# build: E(3, 4, 5)
# build: E(3, 4, 5, 6, bias=False)
import torch
from torch import nn
from typing import Type, List, Optional


class A(nn.Module):
    def __init__(self, d, mode="big", use_norm=True, n=None, drop=0.1):
        super().__init__()
        if mode == "big":
            h = 4 * d
            self.extra = nn.Linear(d, h)
        elif mode == "small":
            h = d
        else:
            h = 2 * d
        self.fc = nn.Linear(h, d)
        if use_norm:
            self.norm = nn.LayerNorm(d)
        else:
            self.norm = None
        if n is not None and n > 0:
            self.emb = nn.Embedding(n, d)
        x = d
        d = d * 2
        self.one = nn.Linear(x, d)
        layers = [nn.Linear(d, x)]
        d = d + 1
        layers.append(nn.Linear(x, d))
        self.net = nn.Sequential(*layers)
        for name, size in [("a", 3), ("b", d)]:
            self.add_module(name, nn.Linear(size, 2))
        self.heads = nn.ModuleDict({"x": nn.Linear(d, 1), "y": nn.Linear(d, 2)})
        self.heads["z"] = nn.Linear(d, 3)


class B(nn.Module):
    def __init__(
        self, chans: List[int] = [4, 8, 16], k: int = 3, act: Type[nn.Module] = nn.ReLU, residual: bool = False
    ):
        super().__init__()
        self.stages = nn.ModuleList()
        c_in = 3
        for i, c in enumerate(chans):
            stage = nn.Sequential()
            stage.add_module("conv", nn.Conv2d(c_in, c, k, padding=k // 2))
            if i > 0:
                stage.add_module("norm", nn.BatchNorm2d(c))
            stage.add_module("act", act())
            self.stages.append(stage)
            c_in = c
        self.out = nn.Linear(c_in, 10)
        self.skip = nn.Conv2d(3, chans[-1], 1) if residual else nn.Identity()
        self.pos = nn.Parameter(torch.zeros(1, len(chans), chans[0]))
        self.temp = nn.Parameter(torch.tensor(1.0))
        self.gain = nn.Parameter(torch.Tensor(chans[0], k))
        self.log = nn.Parameter(torch.log(torch.ones(chans[1])))
        self.cls = nn.Parameter(0.02 * torch.randn(1, 1, chans[0]))


class C(nn.Module):
    def __init__(self, n_in, n_hidden, n_out, n_layers=2, bidirectional=False, cell="LSTM"):
        super().__init__()
        num_dir = 2 if bidirectional else 1
        self.rnn = nn.LSTM(n_in, n_hidden, n_layers, bidirectional=bidirectional, batch_first=True, dropout=0.2)
        self.fc = nn.Linear(n_hidden * num_dir, n_out)
        self.layers = nn.ModuleList([nn.Linear(n_in if i == 0 else n_hidden, n_hidden) for i in range(n_layers)])
        self.bns = nn.ModuleList(nn.BatchNorm1d(n_hidden) for _ in range(n_layers - 1))
        dims = [n_in] + [n_hidden] * 2 + [n_out]
        self.mlp = nn.Sequential(*(nn.Linear(a, b) for a, b in zip(dims, dims[1:])))
        for i in range(5):
            if i % 2 == 0:
                setattr(self, "even{}".format(i), nn.Linear(n_in + i, n_out))


class D(nn.Module):
    def __init__(self, d, n=3):
        super().__init__()
        shared = nn.Linear(d, d)
        self.blocks = nn.ModuleList([shared, nn.Linear(d, n), shared])
        self.w1 = nn.Parameter(torch.zeros(d, d))
        self.w2 = self.w1
        self.decoder = nn.Linear(d, d, bias=False)
        self.decoder.weight = self.w1
        self.params = nn.ParameterList([nn.Parameter(torch.zeros(d, i + 1)) for i in range(3)])
        self.pd = nn.ParameterDict({"a": nn.Parameter(torch.zeros(d)), "b": nn.Parameter(torch.zeros(2, d))})
        self.layer = nn.Linear(d, d)
        self.layer = nn.Linear(d, 2 * d)


class E(nn.Sequential):
    def __init__(self, *dims, bias=True):
        layers = []
        for i in range(len(dims) - 1):
            layers.append(nn.Linear(dims[i], dims[i + 1], bias=bias))
            if i < len(dims) - 2:
                layers.append(nn.ReLU())
        super().__init__(*layers)
