# build: GPT(GPTConfig()) = GPT()
# build: GPT(GPTConfig(vocab=11, width=8, layers=3, heads=2, bias=False)) = GPT(vocab=11, width=8, layers=3, heads=2, bias=False)
from dataclasses import dataclass

import torch
import torch.nn as nn


@dataclass
class GPTConfig:
    context: int = 16
    vocab: int = 50
    layers: int = 2
    heads: int = 4
    width: int = 32
    dropout: float = 0.1
    bias: bool = True


class Norm(nn.Module):
    """A layer norm whose bias may be left out."""

    def __init__(self, size, bias):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.bias = nn.Parameter(torch.zeros(size)) if bias else None


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        assert config.width % config.heads == 0
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=config.bias)
        self.out = nn.Linear(config.width, config.width, bias=config.bias)
        self.drop = nn.Dropout(config.dropout)
        mask = torch.tril(torch.ones(config.context, config.context))
        self.register_buffer("mask", mask.view(1, 1, config.context, config.context))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.ln_1 = Norm(config.width, bias=config.bias)
        self.attn = Attention(config)
        self.ln_2 = Norm(config.width, bias=config.bias)
        self.mlp = nn.ModuleDict(
            dict(
                c_fc=nn.Linear(config.width, 4 * config.width, bias=config.bias),
                act=nn.GELU(),
                c_proj=nn.Linear(4 * config.width, config.width, bias=config.bias),
            )
        )


class GPT(nn.Module):
    def __init__(self, config: GPTConfig):
        super().__init__()
        assert config.vocab is not None
        self.config = config
        self.transformer = nn.ModuleDict(
            dict(
                wte=nn.Embedding(config.vocab, config.width),
                wpe=nn.Embedding(config.context, config.width),
                drop=nn.Dropout(config.dropout),
                h=nn.ModuleList([Block(config) for _ in range(config.layers)]),
                ln_f=Norm(config.width, bias=config.bias),
            )
        )
        self.head = nn.Linear(config.width, config.vocab, bias=False)
        self.transformer.wte.weight = self.head.weight
        self.apply(self._init_weights)
        print(f"{sum(p.numel() for p in self.parameters())} parameters")

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            torch.nn.init.normal_(module.weight, std=0.02)
