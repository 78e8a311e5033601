"""Networks in PyTorch, written for the tests of what is derived from live models; imported only where torch is."""

import torch
from torch import nn
from torch.nn.utils import parametrizations


class Attention(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.qkv = nn.Linear(d, 3 * d)
        self.proj = nn.Linear(d, d)
        self.scale = nn.Parameter(torch.ones(heads))


class MLP(nn.Module):
    def __init__(self, d, hidden):
        super().__init__()
        self.fc1 = nn.Linear(d, hidden)
        self.act = nn.GELU()
        self.fc2 = nn.Linear(hidden, d)


class Block(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.ln1 = nn.LayerNorm(d)
        self.attn = Attention(d, heads)
        self.mlp = MLP(d, 4 * d)


class LM(nn.Module):
    """Tied, with a buffer, a frozen table and a multiple."""

    def __init__(self, d=64, L=2, V=100, T=32, heads=4):
        super().__init__()
        self.wte = nn.Embedding(V, d)
        self.wpe = nn.Parameter(torch.zeros(1, T, d), requires_grad=False)
        self.h = nn.ModuleList(Block(d, heads) for _ in range(L))
        self.head = nn.Linear(d, V, bias=False)
        self.head.weight = self.wte.weight
        self.register_buffer("mask", torch.zeros(T, T))


class Stages(nn.Module):
    """Channels that double, and one class at several widths."""

    def __init__(self, w=8, n=3):
        super().__init__()
        self.stem = nn.Conv2d(3, w, 7, bias=False)
        self.stages = nn.ModuleList(Stage(w * 2**i, w * 2 ** (i + 1)) for i in range(4))
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(w * 16, n))


class Stage(nn.Module):
    def __init__(self, c_in, c_out):
        super().__init__()
        self.conv = nn.Conv2d(c_in, c_out, (3, 5), groups=2)
        self.norm = nn.BatchNorm2d(c_out)


class Dense(nn.Module):
    """Layers added by name, each wider than the last."""

    def __init__(self, C=16, g=4, n=3):
        super().__init__()
        for i in range(n):
            layer = nn.Sequential(nn.BatchNorm2d(C + i * g), nn.Conv2d(C + i * g, g, 3, bias=False))
            self.add_module(f"layer{i + 1}", layer)
        self.last = nn.Linear(C + n * g, 10)


class Expert(nn.Module):
    def __init__(self, d, f):
        super().__init__()
        self.w1 = nn.Linear(d, f, bias=False)


class MoE(nn.Module):
    def __init__(self, d, f, E):
        super().__init__()
        self.gate = nn.Linear(d, E, bias=False)
        self.experts = nn.ModuleList(Expert(d, f) for _ in range(E))


class Mixed(nn.Module):
    """Layers of two kinds: the first k, and the rest; or every other one."""

    def __init__(self, d=16, L=6, E=4, k=1, period=0):
        super().__init__()
        f = 32 * ((int(8 * d / 3) + 31) // 32)
        kinds = [i % period == 1 for i in range(L)] if period else [i >= k for i in range(L)]
        self.layers = nn.ModuleList(MoE(d, f, E) if is_moe else Expert(d, f) for is_moe in kinds)


class Recurrent(nn.Module):
    def __init__(self, n=4, h=8):
        super().__init__()
        self.rnn = nn.LSTM(n, h, num_layers=2, bidirectional=True)
        self.attn = nn.MultiheadAttention(4 * h, 2, add_bias_kv=True)
        self.encoder = nn.TransformerEncoderLayer(4 * h, 2, dim_feedforward=6 * h)


class Crooked(nn.Module):
    """A size that is no simple expression."""

    def __init__(self, d=4):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros({4: 3, 5: 11, 6: 2, 7: 50, 8: 1}[d]))


class Restless(nn.Module):
    """Members that come and go with a size."""

    def __init__(self, d=4):
        super().__init__()
        if d % 2:
            self.odd = nn.Linear(d, d)
        self.fc = nn.Linear(d, d)


class Biased(nn.Module):
    """Attention as T5 makes it: a table of relative positions in the first layer only, deep inside."""

    def __init__(self, d, is_first):
        super().__init__()
        self.q = nn.Linear(d, d, bias=False)
        if is_first:
            self.table = nn.Embedding(32, 4)


class BiasedBlock(nn.Module):
    def __init__(self, d, is_first):
        super().__init__()
        self.layer = nn.ModuleList([Biased(d, is_first), Expert(d, 4 * d)])


class Relative(nn.Module):
    def __init__(self, d=16, L=2):
        super().__init__()
        self.block = nn.ModuleList(BiasedBlock(d, i == 0) for i in range(L))


class Late(nn.Module):
    """Dense layers first, experts from the fourth on; a projection where two widths differ; a buffer from some depth on."""

    def __init__(self, d=16, L=2, e=16, first=3):
        super().__init__()
        if e != d:
            self.project = nn.Linear(e, d)
        self.layers = nn.ModuleList(Expert(d, 2 * d) if i < first else MoE(d, d, 4) for i in range(L))
        if L > 3:
            self.register_buffer("late", torch.zeros(d))
            self.gate = nn.Linear(d, 1)


class Interleaved(nn.Module):
    """Every fourth layer is another; which isn't reached at the smallest depths."""

    def __init__(self, d=16, L=2):
        super().__init__()
        self.layers = nn.ModuleList(MoE(d, d, 4) if i % 4 == 3 else Expert(d, 2 * d) for i in range(L))


class Affine(nn.Module):
    """A size that rounding to a multiple of 512 would fit as well, and that is a plain sum."""

    def __init__(self, d=512, heads=128):
        super().__init__()
        self.conv = nn.Conv1d(2 * d + 512, 2 * d + 512, 4, groups=2 * d + 512)
        self.register_buffer("frequencies", torch.zeros(d // 128))


class Bottleneck(nn.Module):
    def __init__(self, c_in, c_out):
        super().__init__()
        self.layer = nn.Sequential(
            nn.Conv2d(c_in, c_out // 4, 1), nn.Conv2d(c_out // 4, c_out // 4, 3), nn.Conv2d(c_out // 4, c_out, 1)
        )


class Staged(nn.Module):
    """A backbone of fixed stages, whose depths and widths follow no formula, before layers that vary."""

    def __init__(self, d=16, L=2):
        super().__init__()
        widths, depths = [64, 256, 512, 1024, 2048], [3, 4, 6, 3]
        stages = []
        for c_in, c_out, depth in zip(widths, widths[1:], depths, strict=False):
            stages.append(
                nn.ModuleList([Bottleneck(c_in, c_out), *(Bottleneck(c_out, c_out) for _ in range(depth - 1))])
            )
        self.stages = nn.ModuleList(stages)
        self.layers = nn.ModuleList(Expert(d, 2 * d) for _ in range(L))


class Listed(nn.Module):
    """Widths and depths as lists, heads that follow from the width."""

    def __init__(self, widths, depths, heads=1):
        super().__init__()
        self.stages = nn.ModuleList(
            nn.ModuleList(Block(width, heads) for _ in range(depth))
            for width, depth in zip(widths, depths, strict=True)
        )


class Sparse(nn.Module):
    """A table in the first layer, experts in every other."""

    def __init__(self, d=16, L=4):
        super().__init__()
        self.layers = nn.ModuleList(MoE(d, d, 4) if i % 2 else Biased(d, i == 0) for i in range(L))


class Deepened(nn.Module):
    """A buffer from a depth on that lies between those that are tried."""

    def __init__(self, d=16, L=2):
        super().__init__()
        self.layers = nn.ModuleList(Expert(d, 2 * d) for _ in range(L))
        if L >= 7:
            self.register_buffer("late", torch.zeros(d))


class Patches(nn.Module):
    """As many positions as an image has whole patches, and one."""

    def __init__(self, image=64, patch=16):
        super().__init__()
        self.positions = nn.Parameter(torch.zeros((image // patch) ** 2 + 1, 8))


class Own(nn.Module):
    """A projection where the width isn't that of the embedding, which is the width that the model takes by itself."""

    def __init__(self, d=768, L=2):
        super().__init__()
        self.embedding = nn.Embedding(10, 768)
        if d != 768:
            self.project = nn.Linear(768, d)
        self.layers = nn.ModuleList(Expert(d, 2 * d) for _ in range(L))


class Tower(nn.Module):
    """Sizes in a dictionary and in a list."""

    def __init__(self, text, depths=(2, 3)):
        super().__init__()
        self.stages = nn.ModuleList(
            nn.ModuleList(Block(text["width"], text["heads"]) for _ in range(n)) for n in depths
        )


class Rounded(nn.Module):
    """A width that is rounded to multiples of 256."""

    def __init__(self, d, f):
        super().__init__()
        self.fc = nn.Linear(d, -(-f // 256) * 256)


class Odd(nn.Module):
    """Lists and dictionaries of parameters, names that Python wouldn't have, and two numbers in a name that are one."""

    def __init__(self, d=8, L=2):
        super().__init__()
        self.rows = nn.ParameterList(nn.Parameter(torch.zeros(d, i + 1)) for i in range(L))
        self.named = nn.ParameterDict(
            {"left": nn.Parameter(torch.zeros(d)), "right-hand": nn.Parameter(torch.zeros(3, d))}
        )
        self.tasks = nn.ModuleDict({"x y": nn.ModuleList(nn.Linear(d, d) for _ in range(L)), "if": nn.Linear(d, 1)})
        self.add_module("{x}", nn.Linear(d, 2))
        for i in range(L):
            self.add_module(f"block_{i}_conv_{i}", nn.Linear(d, i + 1))
            self.register_parameter(f"w{i}", nn.Parameter(torch.zeros(d, d)))


class Lazy(nn.Module):
    """A layer that learns its size from the first input."""

    def __init__(self, d=8):
        super().__init__()
        self.fc = nn.LazyLinear(d)


class Computed(nn.Module):
    """Widths that the constructor works out with tensors, and a parameter under two names."""

    def __init__(self, d=8, L=2):
        super().__init__()
        widths = (torch.arange(L) * d + d).tolist()
        self.layers = nn.ModuleList(nn.Linear(width, d) for width in widths)
        self.one = self.two = nn.Parameter(torch.zeros(d))


class Shared(nn.Module):
    """One layer in several places, and tensors that are one turn by turn, or with one of all turns."""

    def __init__(self, d=8, L=2):
        super().__init__()
        self.emb = nn.Embedding(10, d)
        self.one = nn.Linear(d, d)
        self.again = self.one
        self.rep = nn.Sequential(*[self.one for _ in range(3)])
        self.layers = nn.ModuleList(nn.ModuleDict({"a": nn.Linear(d, d), "b": nn.Linear(d, d)}) for _ in range(L))
        self.heads = nn.ModuleList(nn.Linear(d, 10, bias=False) for _ in range(L))
        self.tail = nn.ModuleList(nn.Linear(d, d) for _ in range(L))
        for i in range(L):
            self.layers[i]["b"].weight = self.layers[i]["a"].weight
            self.heads[i].weight = self.emb.weight
            self.tail[i].weight = self.tail[0].weight
            self.add_module(f"block{i}", nn.Linear(d, d))
            if i > 1:
                getattr(self, f"block{i}").bias = self.block1.bias
        if L > 2:
            self.last = nn.Linear(d, d)
            self.last.weight = self.one.weight


class Windowed(nn.Module):
    """Every third layer with a longer table, and ties in an order that no loop makes."""

    def __init__(self, d=8, L=4):
        super().__init__()
        self.layers = nn.ModuleList(Table(d, 27 if i % 3 != 2 else 127) for i in range(L))
        self.few = nn.ModuleList(nn.Linear(d, d) for _ in range(8))
        for i in (2, 3, 6):
            self.few[i].weight = self.few[0].weight


class Table(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(n, d))


class BesideConfig:
    """A configuration, as transformers has them: it takes whatever it is given."""

    model_type = "beside"

    def __init__(self, d=8, **others):
        self.d = d


class Beside(nn.Module):
    """A model that takes an argument beside its configuration."""

    config_class = BesideConfig

    def __init__(self, config, with_head=True):
        super().__init__()
        self.fc = nn.Linear(config.d, config.d)
        if with_head:
            self.head = nn.Linear(config.d, 2)


class Coarse(nn.Module):
    """A width in multiples of 256, which is another at the model's own sizes only."""

    def __init__(self, d=96, f=1536, L=6):
        super().__init__()
        self.layers = nn.ModuleList(Expert(d, -(-f // 256) * 256) for _ in range(L))


class Settings:
    """A configuration object."""

    def __init__(self, n_embd=8, n_layer=2):
        self.n_embd, self.n_layer = n_embd, n_layer


class Configured(nn.Module):
    """Made of a configuration object and a class of layers."""

    def __init__(self, config, norm=nn.LayerNorm):
        super().__init__()
        self.h = nn.ModuleList(nn.Linear(config.n_embd, config.n_embd) for _ in range(config.n_layer))
        self.norm = norm(config.n_embd)


class Later(nn.Module):
    """Experts in every sixth layer, which only the model's own depth reaches; activations between layers of a list."""

    def __init__(self, d=32, L=12):
        super().__init__()
        self.layers = nn.ModuleList(MoE(d, 2 * d, 3) if i % 6 == 5 else Expert(d, 2 * d) for i in range(L))
        self.head = nn.Sequential(nn.Identity() if d == 32 else nn.Linear(d, d), nn.ReLU(), nn.Linear(d, 2))


class Halved(nn.Module):
    """Heads whose width is what is left whole of the model's."""

    def __init__(self, d=100):
        super().__init__()
        self.q = nn.Linear(d, 12 * (d // 12))
        self.k = nn.Linear(d, 3 * (d // 12))


class Refusing(nn.Module):
    """A model that fails inside."""

    def __init__(self, d=8):
        super().__init__()
        assert d % 3 == 0, "d must be a multiple of 3"
        self.fc = nn.Linear(d, d)


def count(d=8):
    """No module, though a number."""
    return d


def needy(d, heads):
    """What has no default for its heads."""
    return nn.Linear(d, heads)


class Gated(nn.Module):
    """Yes/no arguments: biases, a wider layer, a norm, a head that is tied or not, in a list of blocks."""

    def __init__(self, d=16, L=2, bias=True, gated=False, norm=True, tied=False):
        super().__init__()
        self.wte = nn.Embedding(50, d)
        self.h = nn.ModuleList(GatedBlock(d, bias, gated, norm) for _ in range(L))
        self.head = nn.Linear(d, 50, bias=False)
        if tied:
            self.head.weight = self.wte.weight


class GatedBlock(nn.Module):
    def __init__(self, d, bias, gated, norm):
        super().__init__()
        self.qkv = nn.Linear(d, 3 * d, bias=bias)
        self.up = nn.Linear(d, 2 * d if gated else d, bias=False)
        if norm:
            self.norm = nn.LayerNorm(d)
        self.scale = nn.Parameter(torch.ones(d, 2) if gated else torch.ones(d))


class Stacked(nn.Module):
    """PyTorch's own transformer, recurrent layers of a varied depth, and layers that are parametrized."""

    def __init__(self, d=16, L=2, f=48):
        super().__init__()
        layer = nn.TransformerEncoderLayer(d, 4, f, batch_first=True, bias=False)
        self.encoder = nn.TransformerEncoder(layer, L, nn.LayerNorm(d), enable_nested_tensor=False)
        self.decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(d, 4), L)
        self.both = nn.Transformer(d, 4, L, 2, f)
        self.rnn = nn.LSTM(d, 2 * d, num_layers=L, bidirectional=True)
        self.attn = nn.MultiheadAttention(d, 2, kdim=2 * d, add_bias_kv=True)
        self.pos = parametrizations.weight_norm(nn.Conv1d(d, d, 5, groups=4), dim=2)
        self.rows = nn.ModuleList(parametrizations.spectral_norm(nn.ConvTranspose2d(d, 2 * d, 3)) for _ in range(L))
        self.twice = parametrizations.weight_norm(
            parametrizations.spectral_norm(nn.Linear(d, 3)), name="bias", dim=None
        )


class Headed(nn.Module):
    """Two layers of one kind, then every third another; and some layers that only a list of their numbers tells."""

    def __init__(self, d=16, L=24):
        super().__init__()
        kinds = [lambda: Expert(d, d)] * 2 + [
            lambda: MoE(d, d, 4),
            lambda: Expert(d, 3 * d),
            lambda: Expert(d, 3 * d),
        ] * L
        self.layers = nn.ModuleList(kind() for kind in kinds[:L])
        self.tail = nn.ModuleList(MoE(d, d, 2) if i in (4, 11, 13) else Expert(d, d) for i in range(L))


class Deep(nn.Module):
    """Two towers that are too large together at the depths that they take by themselves, where one has layers of its own."""

    def __init__(self, d=16, L=60, K=60):
        super().__init__()
        self.left = nn.ModuleList(MoE(d, d, 40) if i % 7 == 6 else Expert(d, d) for i in range(L))
        self.right = nn.ModuleList(nn.ModuleList(Expert(d, d) for _ in range(60)) for _ in range(K))


class Cut(nn.Module):
    """A width by a ratio of five digits, cut off, which only a great size tells; heads that have to divide it."""

    def __init__(self, d=96):
        super().__init__()
        assert d % 16 == 0, "16 heads must divide the width"
        self.fc = nn.Linear(d, int(d * 3.7362))
