# build: Child(4, 5)
# build: Child(4, 5, depth=3, bias=False)
# build: Wide(4, 6, rank=3)
# build: Named(4)
# build: Named(4, depth=3, bias=False)
# build: Norm(5)
# build: Old(4)
# build: Open(3, hidden=5, bias=False)
# build: Mixed(4)
import torch
import torch.nn as nn


class Base(nn.Module):
    size = 4

    def __init__(self, d, depth=2, *, bias=True):
        super().__init__()
        self.body = nn.ModuleList(nn.Linear(d, d, bias=bias) for _ in range(depth))
        self.setup(d)

    def setup(self, d):
        self.extra = nn.Linear(d, self.size)


class Child(Base):
    size = 7

    def __init__(self, d, classes, *args, **kwargs):
        super().__init__(d, *args, **kwargs)
        self.head = nn.Linear(d, classes)

    def setup(self, d):
        super().setup(d)
        self.more = nn.Linear(d, self.size)


class Named(Base):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.gain = nn.Parameter(torch.ones(3))


class Wide(nn.Linear):
    def __init__(self, *args, rank=2, **kwargs):
        super().__init__(*args, **kwargs)
        self.down = nn.Parameter(torch.zeros(rank, self.in_features))
        self.up = nn.Parameter(self.weight.new_zeros(self.out_features, rank))


class Norm(nn.LayerNorm):
    def __init__(self, d, **kwargs):
        nn.LayerNorm.__init__(self, d, eps=1e-6, **kwargs)
        self.shift = nn.Parameter(torch.zeros(d))


class Old(Base):
    def __init__(self, d):
        Base.__init__(self, d, depth=1)
        self.head = nn.Linear(d, 2)


class Open(nn.Module):
    def __init__(self, d, **kwargs):
        super().__init__()
        hidden = kwargs.get("hidden", 2 * d)
        bias = kwargs.pop("bias", True)
        self.fc = nn.Linear(d, hidden, bias=bias)


class Mixin:
    def build(self, d):
        self.mixed = nn.Linear(d, 2)


class Mixed(Mixin, Base):
    def __init__(self, d):
        Base.__init__(self, d)
        self.build(d)
