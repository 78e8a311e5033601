# build: Parts(6)
# build: Probe(6, 3)
# build: Normed(4, 5)
# build: Window(3, 5)
# build: Space(4)
# build: Plain(4)
import torch
import torch.nn as nn
from torch.nn.utils import spectral_norm, weight_norm


class Parts(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.w = nn.Parameter(torch.empty(d, d))
        self.w.requires_grad = False
        self.register_buffer("k", self.w.data.clone())
        self.a = nn.Linear(d, d)
        self.a.bias = None
        self.b = nn.Linear(d, d)
        self.b.weight = nn.Parameter(torch.zeros(d, d))
        self.c = nn.Linear(d, d)
        self.c.weight = self.a.weight
        self.net = nn.Sequential(nn.Linear(d, d), nn.Linear(d, 2))
        self.net[0].bias = None


class Probe(nn.Module):
    """All is frozen, and what comes later trains."""

    def __init__(self, d, classes):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(d, d), nn.ReLU(), nn.Linear(d, d))
        for p in self.parameters():
            p.requires_grad = False
        self.head = nn.Linear(d, classes)


class Normed(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        self.conv = weight_norm(nn.Conv1d(d, n, 3))
        self.up = spectral_norm(nn.ConvTranspose1d(d, n, 3))
        self.fc = nn.Linear(d, n)
        weight_norm(self.fc, name="weight")
        self.new = nn.utils.parametrizations.weight_norm(nn.Linear(d, n))
        self.net = nn.Sequential(self.conv, nn.ReLU())


class Window(nn.Module):
    """The index of relative places, as windows of attention have it."""

    def __init__(self, high, wide):
        super().__init__()
        places = torch.stack(torch.meshgrid(torch.arange(high), torch.arange(wide), indexing="ij"))
        flat = torch.flatten(places, 1)
        relative = flat[:, :, None] - flat[:, None, :]
        relative = relative.permute(1, 2, 0).contiguous()
        relative[:, :, 0] += high - 1
        self.register_buffer("index", relative.sum(-1))
        self.table = nn.Parameter(torch.zeros((2 * high - 1) * (2 * wide - 1), 2))


class Space(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.noises = nn.Module()
        for i in range(3):
            self.noises.register_buffer(f"noise_{i}", torch.randn(1, 2**i))
        self.noises.fc = nn.Linear(d, d)


class Plain(nn.LayerNorm):
    def __init__(self, d, **kwargs):
        super().__init__(d, **kwargs)
        self.bias = None
