"""Networks whose parts are put together by name and in turn, from the last to the first, and bases that are only given on to."""

# build: Decoder(8, (1, 2))
# build: Decoder(4, (1, 2, 4), attended=2)
# build: Pyramid(3, [4, 8, 16, 32])
# build: Stacked(4, 3)
# build: Timed(width=6, depth=2, dropout=0.1) = Timed(width=6, depth=2)
# build: Celled(Cell, 4)

import torch.nn as nn


class Cell(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.conv = nn.Conv2d(n_in, n_out, 3)


def scaled(module, by=1.0):
    for p in module.parameters():
        p.detach().mul_(by)
    return module


class Decoder(nn.Module):
    def __init__(self, width, mults, attended=4):
        super().__init__()
        self.levels = nn.ModuleList()
        size = 2 ** (len(mults) - 1)
        inside = width * mults[-1]
        for level in reversed(range(len(mults))):
            block, attention = nn.ModuleList(), nn.ModuleList()
            for _ in range(2):
                block.append(Cell(inside, width * mults[level]))
                inside = width * mults[level]
                if size == attended:
                    attention.append(nn.Linear(inside, inside))
            part = nn.Module()
            part.block = block
            part.attention = attention
            if level != 0:
                part.up = nn.ConvTranspose2d(inside, inside, 2, 2)
                size = size * 2
            self.levels.insert(0, part)
        self.out = scaled(nn.Conv2d(inside, 3, 1))


class Pyramid(nn.Module):
    def __init__(self, channels, sizes):
        super().__init__()
        first, *others, last = sizes
        self.stem = nn.Conv2d(channels, first, 3)
        self.middle = nn.ModuleList([nn.Conv2d(first, size, 1) for size in others])
        self.ups = nn.ModuleList()
        for place, size in list(enumerate(sizes))[::-1]:
            self.ups.append(nn.Linear(size, place + 1))
        self.head = nn.Linear(last, 10)


class Stacked(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.layers = nn.ModuleList()
        for i in range(depth):
            self.layers.insert(0, nn.Linear(width, width + i))


class Base(nn.Module):
    def __init__(self, *, width, depth, dropout=0.0):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])


class Timed(Base):
    def __init__(self, *args, **kwargs):
        super(Timed, self).__init__(*args, **kwargs)
        self.args = args
        self.kwargs = kwargs
        self.time = nn.Linear(1, kwargs["width"])


class Celled(nn.Module):
    def __init__(self, cell_type, width):
        super().__init__()
        self.cell_type = cell_type
        self.layers = self._make(width)

    def _make(self, width):
        return nn.Sequential(self.cell_type(width, width), self.cell_type(width, 2 * width))

    def forward(self, x):
        return self.layers(x)
