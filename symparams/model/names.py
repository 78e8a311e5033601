"""Members' names as text."""

from __future__ import annotations

from ..formula.facts import ANY_NUMBERS
from ..formula.polynomial import polynomial
from ..render.text import text
from .network import Piece, Template


def shown(label: tuple[Piece, ...]) -> str:
    """A label as text: `layers.{i}.norm`."""
    return ".".join(piece if isinstance(piece, str) else shown_template(piece) for piece in label)


def shown_template(piece: Template) -> str:
    """A piece of a name with its open parts in braces."""
    return "".join(
        part if isinstance(part, str) else f"{{{text(polynomial(part, ANY_NUMBERS).node())}}}" for part in piece.parts
    )
