"""Classes that are PyTorch's containers or layers under names of their own."""

# build: Net(8, 3)
# build: Net(4, 1)
import torch.nn as nn


class Chain(nn.Sequential):
    def forward(self, x):
        for layer in self:
            x = x + layer(x)
        return x


class Heads(nn.ModuleList):
    def forward(self, x):
        return [head(x) for head in self]


class Act(nn.ReLU):
    pass


class Full(nn.Linear):
    pass


class Residual(Chain):
    def forward(self, x):
        return x + super().forward(x)


class Net(nn.Module):
    def __init__(self, d, L):
        super().__init__()
        self.stem = Chain(nn.Linear(d, d), Act(), Full(d, 3))
        self.body = Chain(*[nn.Linear(d, d) for _ in range(L)])
        layers = []
        for _ in range(L):
            layers += [Full(d, d), Act()]
        self.tail = Residual(*layers)
        self.heads = Heads([Full(d, 2), nn.Linear(d, 1)])
