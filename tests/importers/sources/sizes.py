# build: Patches(8) = Patches(8)
# build: Patches(8, size=(32, 16), patch=(8, 4)) = Patches(8, size=(32, 16), patch=(8, 4))
# build: Cube(4, (1, 2, 3)) = Cube(4, (1, 2, 3))
# build: Cube(4, 2) = Cube(4, 2)
# build: Steps(6) = Steps(6)
# build: Steps(6, halves=[True, False]) = Steps(6, halves=[True, False])
# build: Gated(768) = Gated(768)
# build: Wide(4) = Wide(4)
# build: Wide(4, kernels=[5]) = Wide(4, kernels=[5])

import torch
from torch import nn


class Patches(nn.Module):
    def __init__(self, dim, size=16, patch=4, kernel=3):
        super().__init__()
        size = size if isinstance(size, (tuple, list)) else (size, size)
        if isinstance(patch, int):
            patch = (patch, patch)
        self.proj = nn.Conv2d(3, dim, patch, patch)
        if isinstance(kernel, tuple):
            self.extra = nn.Conv2d(dim, dim, kernel)
        self.smooth = nn.Conv2d(dim, dim, kernel)
        self.places = nn.Parameter(torch.zeros(1, (size[0] // patch[0]) * (size[1] // patch[1]), dim))


class Cube(nn.Module):
    def __init__(self, dim, kernel: int | tuple[int, int, int]):
        super().__init__()
        if not isinstance(kernel, tuple):
            kernel = (kernel, kernel, kernel)
        self.weight = nn.Parameter(torch.empty(dim, *kernel))


class Steps(nn.Module):
    def __init__(self, dim, halves=[False, True]):
        super().__init__()
        steps = []
        for half in range(len(halves)):
            steps.append(nn.Linear(dim, dim // 2) if halves[half] else nn.Identity())
        self.steps = nn.Sequential(*steps)


class Gated(nn.Module):
    def __init__(self, dim, ratio=2.6666666666666665):
        super().__init__()
        self.up = nn.Linear(dim, int(dim * ratio))


class Wide(nn.Module):
    def __init__(self, dim, kernels=[3, 5]):
        super().__init__()
        if isinstance(kernels, list):
            self.convs = nn.ModuleList([nn.Conv1d(dim, dim, k) for k in kernels])
        else:
            self.conv = nn.Conv1d(dim, dim, kernels)
