"""PyTorch's layers under other names, tables of angles, and parameters that train on demand."""

# build: Attention(8)
# build: Encoder(7, 8, 3)
# build: Angles(8) = Angles(8, is_random=False)
# build: Angles(8, is_random=True)
# build: Out(8)
# build: Out(8, width=12)

import numpy as np
import torch
from torch import nn


class Linear(nn.Linear):
    def forward(self, x):
        return super().forward(x.float())


class Norm(nn.GroupNorm):
    def forward(self, x):
        return super().forward(x.float()).type(x.dtype)


def angles(length, channels, longest=10000):
    assert channels % 2 == 0
    step = np.log(longest) / (channels // 2 - 1)
    rates = torch.exp(-step * torch.arange(channels // 2))
    turns = torch.arange(length)[:, np.newaxis] * rates[np.newaxis, :]
    return torch.cat([torch.sin(turns), torch.cos(turns)], dim=1)


def default(value, other):
    if value is not None:
        return value
    return other() if callable(other) else other


class Attention(nn.Module):
    uses_fast_path = True

    def __init__(self, width):
        super().__init__()
        self.query = Linear(width, width)
        self.key = Linear(width, width, bias=False)
        self.norm = Norm(4, width, affine=False)


class Encoder(nn.Module):
    def __init__(self, length, width, depth):
        super().__init__()
        self.register_buffer("positions", angles(length, width))
        self.blocks = nn.ModuleList([Attention(width) for _ in range(depth)])
        mask = torch.empty(length, length).fill_(-np.inf).triu_(1)
        self.register_buffer("mask", mask, persistent=False)
        self.scale = nn.Parameter(torch.ones([]) * np.log(1 / 0.07))


class Angles(nn.Module):
    def __init__(self, dim, is_random=False):
        super().__init__()
        assert dim % 2 == 0, "it has a sine and a cosine each"
        self.weights = nn.Parameter(torch.randn(dim // 2), requires_grad=not is_random)


class Out(nn.Module):
    def __init__(self, dim, width=None):
        super().__init__()
        self.proj = nn.Linear(dim, default(width, dim))


def fast(model):
    for part in model.modules():
        part.uses_fast_path = part.uses_fast_path and True
