"""Ties in a network that is changed: they follow their tensors, and end where those are gone."""

from __future__ import annotations

from collections.abc import Iterable

from .marking import mark_of
from .measure import leads
from .moves import Moves
from .network import Content, Copies, Guard, Item, Network, Pair, Path, Row, Tensor
from .selecting import leaves
from .settling import settle_ties


def follow(network: Network, moves: Moves) -> None:
    """Bring the network's ties to where their tensors are now."""
    if not network.pairs or not any(path in moves for left, right, _ in network.pairs for path in (left, right)):
        return
    pairs: list[Pair] = []
    for group in groups(network.pairs):
        kept = moves.get(group[0], group[:1])  # several only where a condition leaves one of them
        places = [place for path in group[1:] for place in moves.get(path, (path,))]
        first = kept[0] if kept else _first(places)
        pairs += [(place, first, None) for place in places if place != first and first]
    for left, right, condition in network.pairs:
        rights = moves.get(right, (right,))
        if condition is not None and rights:
            pairs += [(place, rights[0], condition) for place in moves.get(left, (left,))]
    network.pairs = tuple(dict.fromkeys(pairs))
    settle_ties(network)


def _first(places: list[Path]) -> Path:
    """Of the names that are left of a tensor, the one that counts: one of its own, else the first turn's."""
    if not places:
        return ()
    found = min(places, key=lambda place: sum(piece == "*" or not isinstance(piece, str) for piece in place))
    return tuple(["0" if piece == "*" else piece for piece in found])


def groups(pairs: Iterable[Pair]) -> list[list[Path]]:
    """The paths of each tensor that bears more than one name, first the one that counts."""
    found: list[list[Path]] = []
    for left, right, condition in pairs:
        if condition is None:
            joined = [group for group in found if left in group or right in group]
            found = [group for group in found if group not in joined]
            found.append(list(dict.fromkeys([right, left, *(path for group in joined for path in group)])))
    lefts = {left for left, _, condition in pairs if condition is None}
    return [sorted(group, key=lambda path: path in lefts) for group in found]


def changed_marks(old: Network, new: Network) -> Iterable[tuple[Path, str]]:
    """The names of tied tensors that must be marked as another name of the same tensor was, since a tensor is one."""
    for group in groups(new.pairs):
        marks = [(mark_of(old, path), mark_of(new, path)) for path in group]
        mark = next((after for before, after in marks if before != after and after is not None), None)
        if mark is not None:
            yield from ((path, mark) for path, (_, after) in zip(group, marks, strict=True) if after != mark)


def tensor_at(content: Content, path: Path) -> Tensor | None:
    """The tensor at a path."""
    if isinstance(content, Copies):
        return tensor_at(content.inner, path[1:]) if path else None
    if isinstance(content, Tensor):
        return None if path else content
    for found in leaves(content.items):
        if leads(path, found.member.label):
            tensor = tensor_at(found.member.content, path[len(found.member.label) :])
            if tensor is not None:
                return tensor
    return None


def paths_to(items: Iterable[Item], tensor: Tensor) -> list[Path]:
    """The paths to a tensor, the very same one, below items: the first, and under conditions the first under each."""
    return _paths_to(items, tensor, set())


def _paths_to(items: Iterable[Item], tensor: Tensor, seen: set[int]) -> list[Path]:
    found: list[Path] = []
    for item in items:
        if isinstance(item, Guard):
            found += _paths_to(item.items, tensor, set())
            continue
        for one in leaves((item,)):
            below = _path_in(one.member.content, tensor, seen)
            if below:
                return [*found, *((*one.member.label, *path) for path in below)]
    return list(dict.fromkeys(found))


def _path_in(content: Content, tensor: Tensor, seen: set[int]) -> list[Path]:
    if isinstance(content, Tensor):
        return [()] if content is tensor else []
    if isinstance(content, Copies):
        return [("*", *below) for below in _path_in(content.inner, tensor, seen)]
    if not isinstance(content, Row):
        if id(content) in seen:
            return []
        seen.add(id(content))
    return _paths_to(content.items, tensor, seen)
