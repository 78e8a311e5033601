# build: Plain(4, 6)
# build: Chosen(4)
# build: Chosen(4, act=nn.PReLU) = Chosen(4, act=PReLU)
# build: small() = small
# build: grown(3, depth=3) = grown(3, depth=3)
# build: Net(stack([8, "pool", 16], norm=True)) = Net(stack([8, "pool", 16], norm=True))
import torch
import torch.nn as nn

WIDTH = 12
SHAPES = {"small": [8, "pool", 16], "large": [16, 16, "pool", 32]}


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


class Plain(nn.Module):
    def __init__(self, n, m):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(n, m), Swish(), nn.Linear(m, WIDTH), nn.Identity())
        self.act = Swish()


class Chosen(nn.Module):
    def __init__(self, n, act=Swish):
        super().__init__()
        self.fc = nn.Linear(n, 2 * n)
        self.act = act()


def stack(shape, norm=False):
    layers = []
    channels = 3
    for v in shape:
        if v == "pool":
            layers += [nn.MaxPool2d(2)]
        else:
            layers += [nn.Conv2d(channels, v, 3, padding=1)]
            if norm:
                layers += [nn.BatchNorm2d(v)]
            layers += [nn.ReLU(inplace=True)]
            channels = v
    return nn.Sequential(*layers)


class Net(nn.Module):
    def __init__(self, features, classes=10):
        super().__init__()
        self.features = features
        self.fc = nn.Linear(16, classes)

    def forward(self, x):
        return self.fc(self.features(x))


def small(**kwargs):
    model = Net(stack(SHAPES["small"]), **kwargs)
    return model


class Deep(nn.Module):
    def __init__(self, n, depth):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(n, n) for _ in range(depth)])


def grown(n, depth=2):
    return Deep(n, depth)
