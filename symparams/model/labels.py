"""Members' names: templates filled in, and names as text."""

from __future__ import annotations

from typing import Any

from ..formula.nodes import Node
from ..formula.polynomial import polynomial
from ..render.text import text
from ..syntax import tree
from .evaluate import value
from .frame import Frame
from .network import Piece, Template
from .values import is_size, kind_of


def label_of(label: tree.Label, frame: Frame) -> tuple[Piece, ...]:
    """The name that a label makes here, piece by piece."""
    return tuple(_piece(piece, frame) for piece in label.pieces)


def _piece(parts: tuple[str | tree.Hole, ...], frame: Frame) -> Piece:
    found: list[str | Node] = []
    for part in parts:
        shown_part: Any = part if isinstance(part, str) else value(part.value, frame)
        if not isinstance(shown_part, str | Node):
            if isinstance(shown_part, bool) or not is_size(shown_part):
                raise frame.fail("label", "a name's `{…}` holds a number", part.span, f"this is {kind_of(shown_part)}")  # type: ignore[union-attr]
            shown_part = str(shown_part)
        if found and isinstance(found[-1], str) and isinstance(shown_part, str):
            found[-1] += shown_part
        else:
            found.append(shown_part)
    if len(found) == 1 and isinstance(found[0], str):
        return found[0]
    return Template(tuple(found))


def shown(label: tuple[Piece, ...]) -> str:
    """A label as text: `layers.{i}.norm`."""
    return ".".join(piece if isinstance(piece, str) else shown_template(piece) for piece in label)


def shown_template(piece: Template) -> str:
    """A piece of a name with its open parts in braces."""
    return "".join(part if isinstance(part, str) else f"{{{text(polynomial(part).node())}}}" for part in piece.parts)
