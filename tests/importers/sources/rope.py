# build: Decoder(Settings()) = Decoder()
# build: Decoder(Settings(vocab=20, dim=24, heads=6, kv_heads=2, layers=3)) = Decoder(vocab=20, dim=24, heads=6, kv_heads=2, layers=3)
# build: Decoder(Settings(vocab=20, dim=32, factor=1.5)) = Decoder(vocab=20, dim=32, factor=1.5)
from dataclasses import dataclass
from typing import Optional

import torch
from torch import nn


@dataclass
class Settings:
    dim: int = 16
    layers: int = 2
    heads: int = 4
    kv_heads: Optional[int] = None
    vocab: int = 1
    multiple_of: int = 8
    factor: Optional[float] = None
    eps: float = 1e-5
    longest: int = 10

    @property
    def head_dim(self):
        return self.dim // self.heads


def angles(dim: int, end: int, base: float = 10000.0):
    rate = 1.0 / (base ** (torch.arange(0, dim, 2)[: (dim // 2)].float() / dim))
    places = torch.arange(end)
    return torch.outer(places, rate)


class RMSNorm(torch.nn.Module):
    def __init__(self, dim: int, eps: float = 1e-6):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))


class Attention(nn.Module):
    def __init__(self, args: Settings):
        super().__init__()
        self.kv_heads = args.heads if args.kv_heads is None else args.kv_heads
        self.q = nn.Linear(args.dim, args.heads * args.head_dim, bias=False)
        self.k = nn.Linear(args.dim, self.kv_heads * args.head_dim, bias=False)
        self.v = nn.Linear(args.dim, self.kv_heads * args.head_dim, bias=False)
        self.o = nn.Linear(args.heads * args.head_dim, args.dim, bias=False)
        self.cache = torch.zeros((args.longest, self.kv_heads, args.head_dim))


class Feed(nn.Module):
    def __init__(self, dim: int, hidden: int, multiple_of: int, factor: Optional[float]):
        super().__init__()
        hidden = int(2 * hidden / 3)
        if factor is not None:
            hidden = int(factor * hidden)
        hidden = multiple_of * ((hidden + multiple_of - 1) // multiple_of)
        self.w1 = nn.Linear(dim, hidden, bias=False)
        self.w2 = nn.Linear(hidden, dim, bias=False)


class Block(nn.Module):
    def __init__(self, number: int, args: Settings):
        super().__init__()
        self.number = number
        self.attention = Attention(args)
        self.feed = Feed(dim=args.dim, hidden=4 * args.dim, multiple_of=args.multiple_of, factor=args.factor)
        self.norm = RMSNorm(args.dim, eps=args.eps)


class Decoder(nn.Module):
    def __init__(self, args: Settings):
        super().__init__()
        self.embed = nn.Embedding(args.vocab, args.dim)
        self.layers = torch.nn.ModuleList()
        for number in range(args.layers):
            self.layers.append(Block(number, args))
        self.norm = RMSNorm(args.dim, eps=args.eps)
        self.output = nn.Linear(args.dim, args.vocab, bias=False)
        self.register_buffer("angles", angles(args.head_dim, args.longest), persistent=False)
