# build: Seq2Seq(11, 7, N=2, d=8, f=16)
# build: Patches(size=32, patch=8, d=16, depth=3, heads=2)
import copy
import math

import torch
import torch.nn as nn


def clones(module, n):
    "n copies of a layer."
    return nn.ModuleList([copy.deepcopy(module) for _ in range(n)])


def pair(x):
    return x if isinstance(x, tuple) else (x, x)


class Attention(nn.Module):
    def __init__(self, h, d):
        super(Attention, self).__init__()
        assert d % h == 0
        self.d_k = d // h
        self.linears = clones(nn.Linear(d, d), 4)


class Layer(nn.Module):
    def __init__(self, size, attention, feed, dropout):
        super(Layer, self).__init__()
        self.attention = attention
        self.feed = feed
        self.norms = clones(nn.LayerNorm(size), 2)
        self.dropout = nn.Dropout(dropout)
        self.size = size

    def forward(self, x):
        return self.add(self.attention(x), self.feed)


class Stack(nn.Module):
    def __init__(self, layer, n):
        super(Stack, self).__init__()
        self.layers = clones(layer, n)
        self.norm = nn.LayerNorm(layer.size)


class Positions(nn.Module):
    def __init__(self, d, longest=50):
        super().__init__()
        pe = torch.zeros(longest, d)
        place = torch.arange(0, longest).unsqueeze(1)
        rate = torch.exp(torch.arange(0, d, 2) * -(math.log(10000.0) / d))
        pe[:, 0::2] = torch.sin(place * rate)
        pe = pe.unsqueeze(0)
        self.register_buffer("pe", pe)


class Seq2Seq(nn.Module):
    def __init__(self, source, target, N=6, d=512, f=2048, h=8, dropout=0.1):
        super().__init__()
        feed = nn.Sequential(nn.Linear(d, f), nn.ReLU(), nn.Linear(f, d))
        self.encoder = Stack(Layer(d, Attention(h, d), copy.deepcopy(feed), dropout), N)
        self.embed = nn.Sequential(nn.Embedding(source, d), Positions(d))
        self.generator = nn.Linear(d, target)
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)


class Around(nn.Module):
    def __init__(self, d, fn):
        super().__init__()
        self.norm = nn.LayerNorm(d)
        self.fn = fn

    def forward(self, x):
        return self.fn(self.norm(x)) + x


class Patches(nn.Module):
    def __init__(self, *, size, patch, d, depth, heads, channels=3, dropout=0.0):
        super().__init__()
        rows, columns = pair(size)
        high, wide = pair(patch)
        count = (rows // high) * (columns // wide)
        self.embed = nn.Linear(channels * high * wide, d)
        self.cls = nn.Parameter(torch.randn(1, 1, d))
        self.places = nn.Parameter(torch.randn(1, count + 1, d))
        self.layers = nn.ModuleList([])
        for _ in range(depth):
            self.layers.append(
                nn.ModuleList([Around(d, Attention(heads, d)), Around(d, nn.Sequential(nn.Linear(d, d), nn.GELU()))])
            )
