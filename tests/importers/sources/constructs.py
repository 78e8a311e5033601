# build: Child(5, 3, depth=4)
# build: LowRank(5, 6, bias=False)
# build: Mlp([3, 4, 5])
# build: Experts(8)
# build: Experts(8, gated=False, count=5)
# build: Tied(11, 8)
# build: Mirror()
# build: Mirror([10, 6, 5, 4])
# build: Pyramid()
# build: Pyramid(16, 3, 2)
# build: Frozen(4, 3)
from collections import OrderedDict
from functools import partial

import torch
import torch.nn as nn
from torch.nn import Parameter


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


class Base(nn.Module):
    width = 16

    def __init__(self, d, *, depth=2):
        super().__init__()
        self.d = d
        self.body = nn.Sequential(
            OrderedDict([("in", nn.Linear(d, self.width)), ("act", Swish()), ("out", nn.Linear(self.width, d))])
        )
        self.build(depth)

    def build(self, depth):
        for i in range(depth):
            setattr(self, f"block_{i}", nn.Linear(self.d, self.d))
            self.add_module("norm%d" % i, nn.LayerNorm(self.d))


class Child(Base):
    def __init__(self, d, classes, depth=2):
        super().__init__(d, depth=depth)
        self.head = nn.Linear(d, classes)
        self.head.weight.requires_grad = False
        for p in self.body.parameters():
            p.requires_grad = False


class LowRank(nn.Linear):
    def __init__(self, in_features, out_features, r=4, **kwargs):
        super().__init__(in_features, out_features, **kwargs)
        self.down = Parameter(torch.zeros(r, in_features))
        self.up = Parameter(torch.zeros(out_features, r))
        self.weight.requires_grad = False


class FloatNorm(nn.LayerNorm):
    def forward(self, x):
        return super().forward(x.float())


class Mlp(nn.Module):
    def __init__(self, sizes, activation=nn.ReLU, norm=partial(nn.LayerNorm, eps=1e-6), bias: bool = True):
        super().__init__()
        layers = []
        for a, b in zip(sizes[:-1], sizes[1:]):
            layers += [nn.Linear(a, b, bias=bias), activation()]
        self.net = nn.Sequential(*layers)
        self.norm = norm(sizes[-1])


class Experts(nn.Module):
    def __init__(self, d, hidden=None, count=4, gated=True):
        super().__init__()
        hidden = hidden or 4 * d
        self.gate = nn.Linear(d, count, bias=False) if gated else None
        self.experts = nn.ModuleDict(
            {f"expert_{i}": nn.Sequential(nn.Linear(d, hidden), nn.ReLU()) for i in range(count)}
        )
        self.scale = nn.Parameter(torch.ones(d) * 0.1, requires_grad=False)
        self.norm = FloatNorm(d)
        self.side = LowRank(d, d, bias=False)
        self.register_parameter("bias", None)


class Tied(nn.Module):
    def __init__(self, V, d, layers=3):
        super().__init__()
        self.embed = nn.Embedding(V, d)
        layer = nn.TransformerEncoderLayer(d, nhead=4, dim_feedforward=4 * d, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers)
        self.head = nn.Linear(d, V)
        self.head.weight = self.embed.weight
        self.rnn = nn.LSTM(d, d, num_layers=2, bidirectional=True)
        self.same = self.head


class Mirror(nn.Module):
    def __init__(self, dims=[784, 256, 64]):
        super().__init__()
        self.encoder = nn.Sequential(*[nn.Linear(dims[i], dims[i + 1]) for i in range(len(dims) - 1)])
        self.decoder = nn.Sequential(*[nn.Linear(dims[i], dims[i - 1]) for i in range(len(dims) - 1, 0, -1)])


class Conv(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.InstanceNorm2d(o), nn.LeakyReLU(0.2))


class Pyramid(nn.Module):
    def __init__(self, width=32, levels=4, inputs=1):
        super().__init__()
        self.down = nn.ModuleList([Conv(inputs, width)])
        c = width
        for _ in range(levels - 1):
            self.down.append(Conv(c, 2 * c))
            c *= 2
        self.up = nn.ModuleList()
        for _ in range(levels - 1):
            self.up.append(Conv(c, c // 2))
            c //= 2
        self.up.append(nn.Sequential(Conv(c, c), nn.Conv2d(c, 1, kernel_size=1)))


class Frozen(nn.Module):
    def __init__(self, n, m):
        super().__init__()
        self.fixed = nn.Parameter(torch.rand(n, m)).requires_grad_(False)
        self.embed = nn.Embedding(n, m).requires_grad_(False)
        self.fc = nn.Linear(n, m)
        self.fc.requires_grad_(False)
        positions = torch.arange(n).unsqueeze(0)
        self.register_buffer("positions", positions, persistent=False)
