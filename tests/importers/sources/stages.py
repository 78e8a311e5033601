# build: Net()
# build: Net(width=1/2, settings=[[1, 8, 1], [3, 16, 2], [6, 24, 1]])
import torch.nn as nn


def round_to(v, divisor, least=None):
    if least is None:
        least = divisor
    new = max(least, int(v + divisor / 2) // divisor * divisor)
    if new < 0.9 * v:
        new += divisor
    return new


class ConvNorm(nn.Sequential):
    def __init__(self, inputs, outputs, kernel=3, stride=1, groups=1):
        padding = (kernel - 1) // 2
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU6(inplace=True),
        )


class Inverted(nn.Module):
    def __init__(self, inputs, outputs, stride, expand):
        super().__init__()
        hidden = int(round(inputs * expand))
        layers = []
        if expand != 1:
            layers.append(ConvNorm(inputs, hidden, kernel=1))
        layers.extend(
            [
                ConvNorm(hidden, hidden, stride=stride, groups=hidden),
                nn.Conv2d(hidden, outputs, 1, bias=False),
                nn.BatchNorm2d(outputs),
            ]
        )
        self.conv = nn.Sequential(*layers)


class Net(nn.Module):
    def __init__(self, classes=10, width=1.0, settings=None):
        super().__init__()
        if settings is None:
            # expansion, channels, repeats
            settings = [
                [1, 16, 1],
                [6, 24, 2],
            ]
        if len(settings) == 0:
            raise ValueError("settings should not be empty")
        channels = round_to(32 * width, 8)
        last = round_to(1280 * max(1.0, width), 8)
        features = [ConvNorm(3, channels, stride=2)]
        for t, c, n in settings:
            outputs = round_to(c * width, 8)
            for i in range(n):
                stride = 2 if i == 0 else 1
                features.append(Inverted(channels, outputs, stride, expand=t))
                channels = outputs
        features.append(ConvNorm(channels, last, kernel=1))
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(last, classes))
