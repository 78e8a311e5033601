"""The paths of ties: the tensor that one leads to, and the loops that run it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..formula.nodes import Index, Node, walk
from ..model.network import Content, Copies, Item, Loop, Member, Path, Piece, Template, Tensor
from ..model.selecting import leaves


def indexes(piece: Piece) -> list[Index]:
    """The numbers of turns that a piece of a name is said in."""
    parts = piece.parts if isinstance(piece, Template) else ()
    return [one for part in parts if isinstance(part, Node) for one in walk(part) if isinstance(one, Index)]


def running_in(items: Sequence[Item]) -> set[Index]:
    """The numbers of turns that the loops of a row of items give."""
    return {one.variable for found in leaves(items) for one in found.around if isinstance(one, Loop)}


def tensor_at(content: Content, path: Path) -> Tensor | None:
    """The tensor that a path leads to, in any turn of a row; None where it can't be followed."""
    if isinstance(content, Tensor):
        return content if not path else None
    if isinstance(content, Copies):
        return tensor_at(content.inner, path[1:]) if path else None
    tried = (tensor_at(member.content, path[len(member.label) :]) for member, _ in _on(content, path))
    return next((found for found in tried if found is not None), None)


def loops_at(content: Content, path: Path) -> Iterator[Loop]:
    """The loops that make what a path leads through, the outermost first."""
    if isinstance(content, Copies):
        yield from loops_at(content.inner, path[1:])
    elif not isinstance(content, Tensor):
        for member, around in _on(content, path):
            yield from around
            yield from loops_at(member.content, path[len(member.label) :])


def _on(content: Content, path: Path) -> Iterator[tuple[Member, list[Loop]]]:
    """The members that a path may lead through, and the loops that they stand in."""
    assert not isinstance(content, Tensor | Copies)
    for found in leaves(content.items):
        label = found.member.label
        if len(label) <= len(path) and all(a == b or "*" in (a, b) for a, b in zip(path, label, strict=False)):
            yield found.member, [one for one in found.around if isinstance(one, Loop)]
