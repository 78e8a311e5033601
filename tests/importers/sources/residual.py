# build: ResNet(Basic, [2, 1])
# build: ResNet(Bottleneck, [1, 3], classes=7, width=8)
from typing import Optional

import torch.nn as nn


def conv3x3(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    """3 x 3 convolution with padding"""
    return nn.Conv2d(inputs, outputs, kernel_size=3, stride=stride, padding=1, bias=False)


class Basic(nn.Module):
    expansion = 1

    def __init__(self, inputs, planes, stride=1, shortcut: Optional[nn.Module] = None):
        super().__init__()
        self.conv1 = conv3x3(inputs, planes, stride)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = conv3x3(planes, planes)
        self.bn2 = nn.BatchNorm2d(planes)
        self.shortcut = shortcut

    def forward(self, x):
        return x if self.shortcut is None else self.shortcut(x)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inputs, planes, stride=1, shortcut=None):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, planes, 1, bias=False)
        self.conv2 = conv3x3(planes, planes, stride)
        self.conv3 = nn.Conv2d(planes, planes * self.expansion, 1, bias=False)
        self.shortcut = shortcut

    def forward(self, x):
        return self.shortcut(x)


class ResNet(nn.Module):
    def __init__(self, block, layers, classes=10, width=16):
        super().__init__()
        self.inputs = width
        self.stem = conv3x3(3, self.inputs)
        self.layer1 = self._make_layer(block, width, layers[0])
        self.layer2 = self._make_layer(block, 2 * width, layers[1], stride=2)
        self.fc = nn.Linear(2 * width * block.expansion, classes)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight)

    def _make_layer(self, block, planes, blocks, stride=1):
        shortcut = None
        if stride != 1 or self.inputs != planes * block.expansion:
            shortcut = nn.Sequential(
                nn.Conv2d(self.inputs, planes * block.expansion, 1, stride=stride, bias=False),
                nn.BatchNorm2d(planes * block.expansion),
            )
        layers = []
        layers.append(block(self.inputs, planes, stride, shortcut))
        self.inputs = planes * block.expansion
        for _ in range(1, blocks):
            layers.append(block(self.inputs, planes))
        return nn.Sequential(*layers)
