# build: Shared(4)
# build: Copied(4, 3)
# build: Cut(5)
# build: Children(4)
# build: Moved(4)
import copy

import torch.nn as nn


class Shared(nn.Module):
    def __init__(self, d):
        super().__init__()
        lin = nn.Linear(d, d)
        self.norm = nn.LayerNorm(d)
        self.a = nn.Sequential(lin, nn.ReLU(), self.norm)
        self.b = nn.Sequential(lin, nn.ReLU(), self.norm)
        act = nn.PReLU()
        self.c = nn.Sequential(nn.Linear(d, d), act, nn.Linear(d, 2 * d), act)
        self.d = self.e = nn.Linear(d, 1)
        self.alias = self.c


class Copied(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        layer = nn.Linear(d, n)
        self.own = nn.ModuleList([copy.deepcopy(layer) for _ in range(n)])
        self.one = nn.ModuleList([layer for _ in range(3)])
        self.online = nn.Sequential(nn.Linear(d, d), nn.ReLU(), nn.Linear(d, n))
        self.target = copy.deepcopy(self.online)
        for p in self.target.parameters():
            p.requires_grad = False


class Cut(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(d, d), nn.Linear(d, 1))
        self.net[1] = nn.Linear(d, 2)
        self.net.append(nn.Linear(2, 2))
        self.tail = self.net[:2]


class Children(nn.Module):
    def __init__(self, d):
        super().__init__()
        base = nn.Sequential(nn.Linear(d, d), nn.ReLU(), nn.Linear(d, 2))
        self.features = nn.Sequential(*list(base.children())[:-1])
        self.head = base[2]


class Around(nn.Module):
    def __init__(self, d, fn):
        super().__init__()
        self.fn = fn
        self.norm = nn.LayerNorm(d)

    def forward(self, x):
        return self.fn(self.norm(x))


class Moved(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.fn = nn.Linear(d, d)
        self.fn = Around(d, self.fn)
