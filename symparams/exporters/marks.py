"""Layers of PyTorch's whose tensors were frozen or trained by a `with` → the one mark that they have, where nothing else was changed."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import SymparamsError
from ..formula.build import Size
from ..formula.polynomial import NO_FACTS
from ..model.listing import TensorRow, tensors
from ..model.network import Network, Part
from ..model.run import elaborate
from ..model.world import World


def mark_of(layer: Network, mark: str) -> str | None:
    """`frozen` or nothing, for a layer inside something that is marked; None where its tensors are others or differ in marks."""
    if not layer.is_edited or layer.origin is None:
        return mark
    try:
        rows = list(tensors(Part(layer, mark), NO_FACTS))
        before = list(tensors(Part(elaborate(layer.origin, World(free="all"))), NO_FACTS))
    except SymparamsError:
        return None
    marks = {row.kind for row in rows} - {"buffer"}
    if list(_told(rows)) != list(_told(before)) or len(marks) > 1 or "tied" in marks:
        return None
    return "frozen" if "frozen" in marks else ""


def _told(rows: list[TensorRow]) -> Iterator[tuple[str, tuple[Size, ...], Size, bool]]:
    """What a change of marks leaves as it is."""
    return ((row.name, row.sizes, row.multiplicity, row.kind == "buffer") for row in rows)
