"""A small network and its tensors; safetensors files as their format says, sparse, so that a test may make large ones."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import symparams

Shapes = Mapping[str, list[int]]

NET = """\
module Block(d):
    attn: Linear(d, 3*d)
    norm: BatchNorm1d(d)

module Net(V=11, d=8, L=3):
    wte:  Embedding(V, d)
    h:    L * Block(d)
    head: Linear(d, V, bias=False)
    tie head.weight = wte.weight
"""


def shapes(text: str = NET, name: str = "Net") -> dict[str, list[int]]:
    tensors = getattr(symparams.parse(text), name).tensors(expand=True)
    return {tensor.name: list(tensor.shape) for tensor in tensors}


def stored() -> dict[str, list[int]]:
    """As files have them: a tied tensor once."""
    return {name: shape for name, shape in shapes().items() if name != "head.weight"}


def write_safetensors(path: Path, shapes: Shapes, *, lie: Mapping[str, Any] | None = None, cut: int = 0) -> Path:
    """A file of these tensors in half precision; `lie` replaces entries of the header, `cut` leaves off bytes at the end."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    place = 0
    for name, shape in shapes.items():
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [place, place + 2 * prod(shape)]}
        place += 2 * prod(shape)
    text = json.dumps({**header, **(lie or {})}).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + place - cut)
    return path


def write_shards(folder: Path, shapes: Shapes, count: int) -> Path:
    """The same tensors in so many files, and their index."""
    names = list(shapes)
    places = {name: f"model-{number % count + 1:05}-of-{count:05}.safetensors" for number, name in enumerate(names)}
    for shard in dict.fromkeys(places.values()):
        write_safetensors(folder / shard, {name: shapes[name] for name in names if places[name] == shard})
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": places}), "utf-8")
    return index
