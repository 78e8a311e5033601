"""Rows that grow by counters that change, `while` loops, shapes that are arguments, and what tensors say of themselves."""

# build: Grown(4, 2)
# build: Grown(4, 5)
# build: Stepped(3, 4, 2)
# build: Shaped([2, 3]) = Shaped([2, 3])
# build: Shaped(5)
# build: Windows(7)
# build: Windows(7, learned=False)
# build: Chosen(6, 4)
# build: Chosen(6, 9)

import torch
from packaging import version
from torch import nn


class Grown(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        layers = []
        for _ in range(n):
            layers.append(nn.Linear(d, d))
        n = n * 2
        for _ in range(n):
            layers.append(nn.Linear(d, 3))
        self.layers = nn.Sequential(*layers)


class Stepped(nn.Module):
    def __init__(self, d, n, m):
        super().__init__()
        layers = []
        while n - 1:
            layers.append(nn.Linear(d, d))
            n -= 1
        i = 0
        while i < m:
            layers.append(nn.Linear(d, d * (i + 1)))
            i += 1
        self.layers = nn.Sequential(*layers)
        self.last = nn.Linear(d, i)


class Shaped(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(shape))


class Windows(nn.Module):
    def __init__(self, width, learned=True, flash=True):
        super().__init__()
        if flash and version.parse(torch.__version__) > version.parse("2.0"):
            self.backend = "flash"
        else:
            self.backend = "math"
        places = torch.arange(width)
        grid = torch.stack(torch.meshgrid(places, places, indexing="ij")).flatten(1)
        between = grid[:, :, None] - grid[:, None, :]
        self.register_buffer("places", between.sum(dim=0))
        table = torch.zeros(1, self.places.numel())
        self.bias = nn.Parameter(table, requires_grad=learned)
        self.bias.is_table = True
        self.scale = nn.Parameter(torch.log(torch.tensor(width**-0.5)))


class Chosen(nn.Module):
    def __init__(self, width, longest):
        super().__init__()
        angles = torch.arange(1, width + 1)
        if longest > 4:
            angles = angles / longest
        self.register_buffer("angles", torch.outer(torch.arange(longest), angles))
