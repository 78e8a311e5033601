"""What the tests of the zoo ask of a configuration: its network by `hf_…`, as the names, shapes and counts of PyTorch."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from symparams.api import Module
from symparams.importers import huggingface
from symparams.importers.json_text import json_object

TRUTH = Path(__file__).parents[2].parent / "shared" / "truth"

Shapes = dict[str, list[int]]


class Built(NamedTuple):
    """A network as PyTorch would list it: the shapes of its own tensors by name, and the names of those that are tied."""

    shapes: Shapes
    tied: set[str]
    trainable: int
    frozen: int
    buffers: int

    def owned_as(self, groups: list[list[str]]) -> Built:
        """The same with the first of each group as the one that owns the tensor, where the names of a group are tied."""
        shapes, tied = dict(self.shapes), set(self.tied)
        for first, *others in groups:
            owner = next((name for name in others if name in shapes), None)
            if owner is not None and first in tied:
                shapes[first] = shapes.pop(owner)
                tied = tied - {first} | {owner}
        return self._replace(shapes=shapes, tied=tied)


def models(name: str) -> list[dict[str, Any]]:
    """The models of a file of known models, none where the file isn't there."""
    path = TRUTH / name
    return json.loads(path.read_text("utf-8"))["models"] if path.exists() else []


def network(config: Mapping[str, Any]) -> Module:
    """The zoo's network for a configuration, by way of its JSON text."""
    call = huggingface.call_of(json_object(json.dumps(config), "config.json"))
    return Module(huggingface.network_question(call))


def built(config: Mapping[str, Any]) -> Built:
    """The tensors and counts of the zoo's network for a configuration."""
    net = network(config)
    rows = net.tensors(expand=True)
    own = {row.name: [int(size) for size in row.shape] for row in rows if row.kind in ("param", "frozen")}
    tied = {row.name for row in rows if row.kind == "tied"}
    counts = (int(getattr(net, measure).value()) for measure in ("trainable", "frozen", "buffers"))
    return Built(own, tied, *counts)


def known(entry: Mapping[str, Any]) -> Built:
    """What is known of a model, in the same form."""
    shapes = {name: shape for pattern, shape in entry["params"].items() for name in names(pattern)}
    tied = {name for group in entry.get("tied_groups", []) if isinstance(group, list) for name in group[1:]}
    buffers = entry.get("persistent_buffers_elems", entry.get("buffers_elems", 0))
    frozen = entry.get("total_incl_frozen", entry["trainable"]) - entry["trainable"]
    return Built(shapes, tied, entry["trainable"], frozen, buffers)


def names(pattern: str) -> Iterator[str]:
    """The names that a pattern stands for: `h.{0..2}.weight` is three.

    >>> list(names("h.{0..1}.{2,5}.w"))
    ['h.0.2.w', 'h.0.5.w', 'h.1.2.w', 'h.1.5.w']
    """
    pieces = re.split(r"\{([^}]*)\}", pattern)
    choices = [list(_numbers(piece)) if place % 2 else [piece] for place, piece in enumerate(pieces)]
    return map("".join, itertools.product(*choices))


def _numbers(text: str) -> Iterator[str]:
    for part in text.split(","):
        first, dots, last = part.partition("..")
        yield from map(str, range(int(first), int(last) + 1)) if dots else [part]


def difference(ours: Built, theirs: Built) -> list[str]:
    """What differs, a line each, the first few."""
    found = [f"missing {name} {theirs.shapes[name]}" for name in theirs.shapes if name not in ours.shapes]
    found += [f"surplus {name} {ours.shapes[name]}" for name in ours.shapes if name not in theirs.shapes]
    found += [
        f"{name} is {ours.shapes[name]}, not {shape}"
        for name, shape in theirs.shapes.items()
        if name in ours.shapes and ours.shapes[name] != shape
    ]
    found += [f"tied {sorted(ours.tied)}, not {sorted(theirs.tied)}"] if ours.tied != theirs.tied else []
    for measure in ("trainable", "frozen", "buffers"):
        one, other = getattr(ours, measure), getattr(theirs, measure)
        found += [f"{measure} {one:,}, not {other:,}"] if one != other else []
    return found[:10]
