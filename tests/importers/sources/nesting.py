"""Trees that hold themselves, wrapped networks, arguments that are only given on, and helpers that fill in defaults."""

# build: Tree(Leaf, 4, 6)
# build: Tree(Leaf, 4, 6, depth=3)
# build: Scripted(5)
# build: Wrapped(5)
# build: Gate(4, True)
# build: Gate(4, False)
# build: Head(4, nn.Linear(4, 3)) = Head(4, decoder=Linear(4, 3))
# build: Head(4)
# build: Pair(6, dict(depth=2, inner=8), dict(depth=1, inner=4, bias=True)) = Pair(6, 2, 8, 1, 4, right_bias=True)
# build: Both(6)
# build: Sized(6)
# build: Sized(6, {"depth": 2, "inner": 9}) = Sized(6, depth=2, inner=9)

import torch
from torch import nn


def exists(value):
    return value is not None


def default(value, other):
    return value if exists(value) else other


class Leaf(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.conv = nn.Conv2d(n_in, n_out, 3, bias=False)


class Tree(nn.Module):
    def __init__(self, block, n_in, n_out, depth=1, dropout=0.0):
        super().__init__()
        self.drop = nn.Dropout(dropout)
        if depth == 1:
            self.left = block(n_in, n_out)
        else:
            for level in range(1, depth):
                self.__setattr__("level_%d" % level, Tree(block, n_in, n_out, depth=level))
            self.left = block(n_out, n_out)


class Scripted(torch.jit.ScriptModule):
    def __init__(self, d):
        super().__init__()
        self.stages = nn.ModuleList(self._stages(d, 3))

    @staticmethod
    def _stages(d, count):
        return [nn.Linear(d, d * place) for place in range(1, count)]


class Wrapped(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.body = nn.DataParallel(nn.Linear(d, d))


class Gate(nn.Module):
    def __init__(self, d, learned):
        super().__init__()
        self.mix = nn.Sequential(nn.Linear(d, 1), nn.Sigmoid()) if learned else (lambda _: 0.5)


class Head(nn.Module):
    def __init__(self, d, decoder: nn.Module | None = None, width=None):
        super().__init__()
        self.decoder = default(decoder, nn.Identity())
        self.fc = nn.Linear(d, default(width, 2 * d))


class Part(nn.Module):
    def __init__(self, d, depth, inner, bias=False):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(d, inner, bias=bias) for _ in range(depth)])


class Pair(nn.Module):
    def __init__(self, d, left_args, right_args):
        super().__init__()
        self.left = Part(d, **left_args)
        self.right = Part(d, **right_args)


class Both(nn.Module):
    def __init__(self, d, inner=8, **options):
        super().__init__()
        self.pair = Pair(d, dict(depth=2, inner=inner), {"depth": 1, "inner": 4, "bias": True})
        self.part = Part(d, 2, inner, **options)


class Sized(nn.Module):
    def __init__(self, d, options={"depth": 1, "inner": 8}):
        super().__init__()
        self.part = Part(d, **options)
