# build: Doubling(3, 4)
# build: Fibonacci(3, 4)
# build: Staged(3, 5)
# build: Named(3, 5)
# build: Counted(4, 3)
# build: Skipping(4, 3)
# build: Nested(4, 3)
# build: Joined(4, 3)
# build: Again(4, 3) = Again(4)
# build: Wrapped(4, 3)
import torch.nn as nn


class Doubling(nn.Module):
    """A layer is made before its width changes, and put in behind."""

    def __init__(self, c, n):
        super().__init__()
        layers = []
        for i in range(n):
            conv = nn.Conv2d(c, 2 * c, 3)
            c = 2 * c
            layers.append(conv)
        self.net = nn.Sequential(*layers)
        self.out = nn.Linear(c, 1)


class Fibonacci(nn.Module):
    def __init__(self, c, n):
        super().__init__()
        self.layers = nn.ModuleList()
        last, width = c, 2 * c
        for i in range(n):
            self.layers.append(nn.Linear(last, width))
            last, width = width, width + last
        self.out = nn.Linear(last, width)


class Staged(nn.Module):
    def __init__(self, c, n):
        super().__init__()
        self.c = c
        self.stages = nn.ModuleList()
        for i in range(n):
            self.stages.append(self._make_stage(c * (i + 1), 2 + i))
        self.out = nn.Linear(self.c, 1)

    def _make_stage(self, width, depth):
        layers = [nn.Linear(self.c, width)]
        for _ in range(1, depth):
            layers.append(nn.Linear(width, width))
        self.c = width
        return nn.Sequential(*layers)


class Named(nn.Module):
    def __init__(self, c, n):
        super().__init__()
        self.c = c
        for i in range(n):
            layer = self.make(c * (i + 2))
            setattr(self, f"l{i}", layer)
        self.out = nn.Linear(self.c, 1)

    def make(self, width):
        layer = nn.Linear(self.c, width)
        self.c = width
        return layer


class Counted(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        i = 0
        while i < 3:
            setattr(self, "fc%d" % i, nn.Linear(d, d + i))
            i += 1
        self.out = nn.Linear(n, i)
        for k, (name, size) in enumerate(zip(["a", "b"], [d, n]), start=1):
            self.add_module(f"{name}{k}", nn.Linear(size, k))
        self.many = nn.ModuleDict({key: nn.Linear(d, width) for key, width in (("x", 2), ("y", 3))})


class Skipping(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        for i in range(n):
            if i == 1:
                continue
            self.add_module(f"l{i}", nn.Linear(d, i + 1))


class Nested(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        self.first = [nn.Linear(d, i + 1) for i in range(n)]
        for i, layer in enumerate(self.first):
            self.add_module("head_{}".format(i), layer)
        self.q, self.k = [nn.Linear(d, d) for _ in range(2)]


class Joined(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        self.net = nn.ModuleList([nn.Linear(1, d)] + [nn.Linear(d, d) for _ in range(n)] + [nn.Linear(d, 1)])
        self.row = nn.Sequential(*[nn.Linear(d, d) for _ in range(n)], nn.ReLU(), nn.Linear(d, len(self.net)))


class Again(nn.Module):
    """The way back goes through the widths from behind."""

    def __init__(self, d, n, widths=[3, 5, 7]):
        super().__init__()
        self.down = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))
        widths.reverse()
        self.up = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))
        self.out = nn.Linear(widths[0], d)


class Skip(nn.Module):
    def __init__(self, width, inside=None):
        super().__init__()
        self.before = nn.Linear(width, 2 * width)
        self.inside = inside

    def forward(self, x):
        return self.inside(self.before(x))


class Wrapped(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        block = Skip(d)
        for i in range(n):
            block = Skip(d, inside=block)
        self.block = Skip(2 * d, block)
