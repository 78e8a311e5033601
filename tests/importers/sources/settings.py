# build: Model(Settings()) = Model()
# build: Model(Settings(width=12, heads=3, tied=False)) = Model(width=12, heads=3, tied=False)
# build: Branch(Settings()) = Branch()
# build: Branch(Settings(width=40)) = Branch(width=40)
from dataclasses import dataclass, field
from typing import List, Optional

import torch.nn as nn


@dataclass
class Settings:
    width: int = 8
    heads: int = 2
    head_width: Optional[int] = None
    vocab: int = 30
    tied: bool = True
    sizes: List[int] = field(default_factory=lambda: [4, 6])

    def __post_init__(self):
        if self.head_width is None:
            self.head_width = self.width // self.heads
        self.inner = self.head_width * self.heads
        if self.vocab % 8 != 0:
            self.vocab += 8 - self.vocab % 8

    @property
    def hidden(self):
        return 4 * self.width

    @staticmethod
    def rounded(n, to=8):
        return (n + to - 1) // to * to


class Model(nn.Module):
    def __init__(self, settings: Settings):
        super().__init__()
        self.embed = nn.Embedding(settings.vocab, settings.width)
        self.qkv = nn.Linear(settings.width, 3 * settings.inner)
        self.mlp = nn.Linear(settings.width, settings.hidden)
        self.extra = nn.ModuleList([nn.Linear(settings.width, size) for size in settings.sizes])
        self.padded = nn.Linear(settings.rounded(settings.width + 1), 1)
        self.head = nn.Linear(settings.width, settings.vocab, bias=False)
        if settings.tied:
            self.head.weight = self.embed.weight


class Branch(nn.Module):
    def __init__(self, settings: Settings):
        super().__init__()
        if settings.width > 20:
            settings.heads = 2 * settings.width
        else:
            settings.heads = settings.width
        self.fc = nn.Linear(settings.heads, 1)
