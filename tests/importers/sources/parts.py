"""What is set below a member: containers that are plain modules, ties into other modules, loops over rows of layers."""
# build: Whole(7, 4, 3) = Whole(7, 4, 3)
# build: Lists(4, 3, 5) = Lists(4, 3, 5)

import torch
from torch import nn


class Cell(nn.Module):
    def __init__(self, C, w):
        super().__init__()
        self.fc = nn.Linear(C, w)


class Pair(nn.Module):
    def __init__(self, C):
        super().__init__()
        self.first = Cell(C, 2 * C)
        self.second = Cell(2 * C, C)


class Stack(nn.Module):
    def __init__(self, V, d, L):
        super().__init__()
        self.embed = nn.Embedding(V, d)
        self.layers = nn.ModuleList(Cell(d, d) for _ in range(L))


class Whole(nn.Module):
    def __init__(self, V, d, L):
        super().__init__()
        self.decoder = Stack(V, d, L)
        self.shared = Cell(d, d)
        self.rows = nn.ModuleList(Cell(d, d) for _ in range(L))
        self.others = nn.ModuleList(Cell(d, d) for _ in range(L))
        self.plain = nn.ModuleList([nn.Linear(d, d), nn.Linear(d, d)])
        self.pair = Pair(d)
        self.gate = nn.Linear(d, 3)
        self.gate.register_buffer("load", torch.zeros(3))
        self.block = nn.Module()
        self.block.norm = nn.LayerNorm(d)
        self.block.net = nn.Module()
        self.block.net.add_module("0", nn.Module())
        getattr(self.block.net, "0").proj = nn.Linear(d, 2 * d)
        self.block.net.scale = nn.Parameter(torch.ones(d))
        self.block.register_buffer("steps", torch.zeros(d))
        self.head = nn.Linear(d, V, bias=False)
        self.head.weight = self.decoder.embed.weight
        self.pair.second.fc.bias = self.shared.fc.bias
        for row in self.rows:
            row.fc.weight = self.shared.fc.weight
        self.rows[0].fc.bias = self.shared.fc.bias
        for one, other in zip(self.others, self.rows):
            one.fc.bias = other.fc.bias
        for i, row in enumerate(self.others):
            row.index = i
        for i, row in enumerate(self.decoder.layers):
            row.index = i
        for layer in self.plain:
            layer.bias = self.shared.fc.bias


class Row(nn.ModuleList):
    def __init__(self, d, n):
        super().__init__()
        self.append(nn.Linear(d, d).requires_grad_(False))
        for _ in range(n):
            self.append(nn.Linear(d, 2 * d))


class Named(nn.ModuleDict):
    def __init__(self, d):
        super().__init__()
        self["up"] = nn.Linear(d, 2 * d)
        self.update({"down": nn.Linear(2 * d, d)})


class Lists(nn.Module):
    def __init__(self, d, n, L):
        super().__init__()
        self.row = Row(d, n)
        self.named = Named(d)
        self.frozen = nn.Sequential(nn.Linear(d, d).requires_grad_(False), nn.Linear(d, 2))
        self.h = nn.ModuleList()
        for i in range(n):
            self.h.append(nn.Linear(d, d))
        for i in range(n, L):
            self.h.append(nn.Linear(d, 2 * d))
        self.h.append(nn.Linear(d, 1))
        self.h[n].bias = self.h[n + 1].bias
