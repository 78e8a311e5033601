"""Configurations whose constructors work sizes out, and configurations that hold others."""

# build: Net(Sizes()) = Net()
# build: Net(Sizes(dim=48, hidden_dim=40, n_kv_heads=2)) = Net(dim=48, hidden_dim=40, n_kv_heads=2)
# build: Classic(Plain()) = Classic()
# build: Classic(Plain(d=16, kind="wide")) = Classic(d=16, kind="wide")
# build: Pair(Both()) = Pair()
# build: Late(Longer(dim=24)) = Late(dim=24)

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

import torch.nn as nn


@dataclass
class Sizes:
    dim: int = 32
    n_heads: int = 4
    n_kv_heads: Optional[int] = None
    hidden_dim: Optional[int] = None
    multiple_of: int = 16

    def __post_init__(self):
        if self.n_kv_heads is None:
            self.n_kv_heads = self.n_heads
        if self.hidden_dim is None:
            hidden = int(2 * 4 * self.dim / 3)
            self.hidden_dim = self.multiple_of * ((hidden + self.multiple_of - 1) // self.multiple_of)


class Net(nn.Module):
    def __init__(self, config: Sizes):
        super().__init__()
        head = config.dim // config.n_heads
        self.key = nn.Linear(config.dim, config.n_kv_heads * head)
        self.up = nn.Linear(config.dim, config.hidden_dim)


class Plain:
    def __init__(self, d=8, kind="thin", ff=None):
        self.d = d
        self.width = 2 * d
        if kind == "wide":
            self.width = 4 * d
        self.ff = ff if ff is not None else self.width + 1

    @property
    def twice(self):
        return 2 * self.ff


class Classic(nn.Module):
    def __init__(self, config: Plain):
        super().__init__()
        self.one = nn.Linear(config.d, config.width)
        self.two = nn.Linear(config.ff, config.twice)


@dataclass
class Both:
    first: Sizes = field(default_factory=lambda: Sizes())
    d: int = 3


class Pair(nn.Module):
    def __init__(self, config: Both):
        super().__init__()
        self.fc = nn.Linear(config.first.dim, config.d)


@dataclass
class Longer(Sizes):
    extra: Optional[int] = None

    def __post_init__(self):
        super().__post_init__()
        if self.extra is None:
            self.extra = self.n_kv_heads + 1


class Late(nn.Module):
    def __init__(self, config: Longer):
        super().__init__()
        self.fc = nn.Linear(config.dim, config.extra)
