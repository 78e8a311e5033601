# build: Block(4, 6)
# build: Block(4, 8, pointwise=True)
# build: Block(4, 8, norm=nn.InstanceNorm2d, act=nn.PReLU) = Block(4, 8, norm=InstanceNorm2d, act=PReLU)
# build: Net(8)
# build: Net(8, norm=None) = Net(8, norm=None)
# build: Plain(8)
# build: Mixer(8, 3)
# build: Sized(3)
from functools import partial

import torch.nn as nn


class Block(nn.Module):
    def __init__(self, d, n, pointwise=False, norm=partial(nn.GroupNorm, 2), act=nn.ReLU):
        super().__init__()
        conv = partial(nn.Conv2d, kernel_size=1) if pointwise else partial(nn.Conv2d, kernel_size=3, padding=1)
        has_bias = norm == nn.InstanceNorm2d
        self.net = nn.Sequential(conv(d, n, bias=has_bias), norm(n), act(), conv(n, n))
        if norm is not None:
            self.last = norm(n)


class Unit(nn.Module):
    """A convolution, and a norm where there is one."""

    def __init__(self, d, norm=nn.BatchNorm2d):
        super().__init__()
        self.conv = nn.Conv2d(d, d, 1, bias=norm is None)
        if norm is not None:
            self.norm = norm(d)


class Net(nn.Module):
    def __init__(self, d, norm=nn.BatchNorm2d):
        super().__init__()
        self.a = Unit(d, norm=norm)
        self.b = Unit(d, norm=None)
        self.c = Unit(d)
        self.d = Unit(d, norm=lambda c: nn.GroupNorm(4, c))


class Plain(nn.Module):
    def __init__(self, d):
        super().__init__()

        def twice(n):
            return nn.Sequential(nn.Linear(d, n), nn.Linear(n, d))

        self.a = Holder(twice)
        self.b = Holder(partial(nn.Linear, d, bias=False))
        self.c = Holder(partial(Unit, norm=None))


class Holder(nn.Module):
    def __init__(self, make):
        super().__init__()
        self.one = make(6)


class Mixer(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        pair = lambda width: nn.Sequential(nn.Linear(d, width), nn.Linear(width, d))  # noqa: E731
        self.blocks = nn.ModuleList(nn.ModuleDict({"a": pair(2), "b": pair(n)}) for _ in range(n))


class Sized(nn.Module):
    def __init__(self, d, k=3):
        super().__init__()
        if type(k) == list:
            k = k[0]
        self.conv = nn.Conv2d(d, d, k)
