"""What things are called: members' names with their templates filled in, and the values of names in messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..formula.build import node
from ..formula.nodes import Node
from ..render.text import text
from ..syntax import tree
from .evaluate import content, local, value
from .frame import Frame
from .names import shown_template
from .network import Piece, Template
from .values import is_size, kind_of


def label_of(label: tree.Label, frame: Frame) -> tuple[Piece, ...]:
    """The name that a label makes here, piece by piece."""
    return tuple(piece_of(piece, frame) for piece in label.pieces)


def piece_of(parts: tuple[str | tree.Hole, ...], frame: Frame) -> Piece:
    """The name that a row of texts and holes makes here."""
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


def named(expr: tree.Template, frame: Frame) -> tree.Expr:
    """A name with holes in an expression as the plain name that it is here: `head{i}.fc` is `head3.fc`.

    Raises: `ModelError` where a hole is open.
    """
    piece = piece_of(expr.pieces, frame)
    if isinstance(piece, Template):
        hint = "write [*] for all turns of a loop"
        raise frame.fail("label", "a name's `{…}` is open here", expr.span, shown_template(piece), hint)
    return tree.Name(piece, expr.span) if expr.base is None else tree.Attribute(expr.base, piece, expr.span)


def named_values(expr: Any, frame: Frame) -> str:
    """The values of the names in an expression, `in_channels = 33, groups = 2`."""
    found: dict[str, str] = {}
    for name in _names(expr):
        shown = value_text(content(local(name, frame)))
        if shown:
            found[name] = shown
    return ", ".join(f"{name} = {shown}" for name, shown in found.items())


def value_text(found: Any) -> str:
    """A number, formula, string or yes/no as text; the empty string for anything else."""
    if isinstance(found, str | bool):
        return repr(found)
    return text(node(found)) if is_size(found) else ""


def _names(expr: Any) -> Iterable[str]:
    if isinstance(expr, tree.Name):
        yield expr.name
    elif isinstance(expr, tuple):
        for part in expr:
            yield from _names(part)


def name_of(expr: tree.Expr) -> str:
    """The name that an expression is, or the empty string."""
    return expr.name if isinstance(expr, tree.Name) else ""
