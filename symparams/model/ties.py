"""Ties: which tensors are one. Of each group of tied tensors one is counted, the one that no `tie` names on its left."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..errors import Span
from ..formula.build import Size, node
from ..formula.nodes import All, Index, Node
from ..formula.prove import equal
from ..syntax import tree
from .evaluate import value
from .frame import Frame, as_size
from .labels import named, shown
from .network import Content, Copies, Item, Network, Pair, Row, Tensor
from .paths import Part, step
from .run import Body
from .selecting import Found, leaves

Path = tuple[Any, ...]


class Side(NamedTuple):
    """One side of a tie: its path, what is there, and whether it is transposed."""

    path: Path
    content: Content
    is_transposed: bool


def resolve_ties(body: Body) -> None:
    """Work out which paths of the network count elsewhere, by the ties that its body states."""
    network = body.network
    pairs: list[Pair] = []
    for statement, frame, guards in body.ties:
        pairs += joined_pairs(statement, frame, guards, network)
    network.pairs = tuple(pairs)
    settle_ties(network)


def joined_pairs(statement: tree.Tie, frame: Frame, guards: tuple[Node, ...], network: Network) -> list[Pair]:
    """The tensors that a `tie` joins in a network, by their paths, with the condition under which they are."""
    left, right = _side(statement.left, network, frame), _side(statement.right, network, frame)
    if left.path == right.path:
        raise frame.fail("tie-itself", "a tensor is tied to itself", statement.span)
    condition = None if not guards else guards[0] if len(guards) == 1 else All(guards)
    return [
        (_joined(one, network, statement.left, frame), _joined(other, network, statement.right, frame), condition)
        for one, other in _matched(left, right, statement, frame)
    ]


def settle_ties(network: Network) -> None:
    """Work out which paths count elsewhere, by the pairs that are tied."""
    pairs: list[tuple[Any, Any]] = [(left, right) for left, right, condition in network.pairs if condition is None]
    conditional = {(*left, condition) for left, _, condition in network.pairs if condition is not None}
    network.kept = _kept(pairs)
    elsewhere = _counted_elsewhere(pairs)
    network.tied = frozenset(elsewhere | {path for path in conditional if path[:-1] not in elsewhere})
    network.ties = tuple((shown(left), shown(right)) for left, right in pairs)


def _counted_elsewhere(pairs: list[tuple[Path, Path]]) -> set[Path]:
    """All but one path of each group of tied ones."""
    return {_but(path, kept) for path, kept in _kept(pairs).items()}


def _kept(pairs: list[tuple[Path, Path]]) -> dict[Path, Path]:
    """For each path that is tied away, the one of its group that counts: one that no `tie` names on its left."""
    groups: list[set[Path]] = []
    for left, right in pairs:
        joined = [group for group in groups if left in group or right in group]
        groups = [group for group in groups if group not in joined]
        groups.append({left, right}.union(*joined))
    lefts = {left for left, _ in pairs}
    found: dict[Path, Path] = {}
    for group in groups:
        rights = [right for _, right in pairs if right in group]
        kept = next((path for path in rights if path not in lefts), rights[0])
        found.update(dict.fromkeys(group - {kept}, kept))
    return found


def _but(path: Path, kept: Path) -> Path:
    """The path of all turns without the turn that is kept: `h.*.weight` beside `h.0.weight` is all but the first."""
    if len(path) != len(kept) or not all(
        a == b or (a == "*" and isinstance(b, str) and b.isdigit()) for a, b in zip(path, kept, strict=True)
    ):
        return path
    return tuple([f"*-{b}" if a == "*" and b != "*" else a for a, b in zip(path, kept, strict=True)])


def _joined(path: Path, network: Network, expr: tree.Expr, frame: Frame) -> Path:
    """The path, or where an inner module tied its tensor away, the path of the tensor that counts there."""
    content: Content = network
    for place, name in enumerate(path):
        content = _inside(content, name, expr, path[: place + 1], frame)
        rest = path[place + 1 :]
        if isinstance(content, Network) and rest in content.kept:
            return _joined((*path[: place + 1], *content.kept[rest]), network, expr, frame)
    return path


def _side(expr: tree.Expr, network: Network, frame: Frame) -> Side:
    walked, is_transposed = expr, False
    if isinstance(expr, tree.Attribute) and expr.name == "T":
        walked, is_transposed = expr.base, True
    path = _path(walked, frame)
    content: Content = network
    for place, name in enumerate(path):
        content = _inside(content, name, walked, path[: place + 1], frame)
    return Side(path, content, is_transposed)


def _path(expr: tree.Expr, frame: Frame) -> Path:
    if isinstance(expr, tree.Template):
        expr = named(expr, frame)
    if isinstance(expr, tree.Name):
        return (expr.name,)
    if isinstance(expr, tree.Attribute):
        return (*_path(expr.base, frame), expr.name)
    if isinstance(expr, tree.Subscript):
        if isinstance(expr.at, tree.Every):
            return (*_path(expr.base, frame), "*")
        return (*_path(expr.base, frame), _turn_name(expr.at, frame))
    hint = "write the members' names, as in `tie lm_head.weight = wte.weight`"
    raise frame.fail("tie-path", "a tie joins members of this module", expr.span, hint=hint)


def _turn_name(expr: tree.Expr, frame: Frame) -> str:
    at: Size = as_size(value(expr, frame), expr, frame)
    if isinstance(at, Index):
        return "*"
    if isinstance(at, int) and at >= 0:
        return str(at)
    raise frame.fail("tie-path", "a tie names a turn by its number from 0, or all by [*]", expr.span)


def _inside(content: Content, name: str, expr: tree.Expr, path: Path, frame: Frame) -> Content:
    """What one name of a tie's path leads to."""
    if isinstance(content, Copies) and (name == "*" or name.isdigit()):
        if name != "*" and isinstance(content.amount, int) and int(name) >= content.amount:
            there = f"there are {content.amount} copies, 0 … {content.amount - 1}"
            raise frame.fail("index", there, expr.span, f"this is {name}")
        return content.inner
    if name == "*":
        turns = [found for found in leaves(_items(content)) if found.member.label]
        if turns:
            return _turn_content(turns)
    found = step(Part(content), name, tree.Attribute(expr, name, expr.span), frame)
    if isinstance(found, Part):
        return found.content
    raise frame.fail("tie-path", f"{'.'.join(path)} is no member", expr.span)


def _items(content: Content) -> tuple[Item, ...]:
    return content.items if isinstance(content, Network | Row) else ()


def _turn_content(turns: list[Found]) -> Content:
    first = turns[0].member
    if len(first.label) == 1:
        return first.content
    return Row(tuple(found.member._replace(label=found.member.label[1:]) for found in turns[:1]))


def _matched(left: Side, right: Side, statement: tree.Tie, frame: Frame) -> list[tuple[Path, Path]]:
    """The pairs of tensor paths that a tie joins. Raises: `ModelError` where shapes can't be shown equal."""
    if isinstance(left.content, Tensor) and isinstance(right.content, Tensor):
        _same_shape(left, right, statement, frame)
        return [(left.path, right.path)]
    first, second = dict(_tensors(left)), dict(_tensors(right))
    if first.keys() != second.keys() or not first:
        odd = sorted(".".join(name) for name in first.keys() ^ second.keys())
        note = f"only one of the two has {', '.join(odd[:3])}" if odd else "neither has tensors"
        raise frame.fail("tie-members", "the two sides of the tie have different members", statement.span, note=note)
    pairs: list[tuple[Path, Path]] = []
    for name, tensor in first.items():
        one, other = Side((*left.path, *name), tensor, False), Side((*right.path, *name), second[name], False)
        _same_shape(one, other, statement, frame)
        pairs.append((one.path, other.path))
    return pairs


def _tensors(side: Side) -> list[tuple[Path, Tensor]]:
    """The tensors below one side, by their paths from it."""
    return list(_tensors_of(side.content, ()))


def _tensors_of(content: Content, path: Path) -> list[tuple[Path, Tensor]]:
    if isinstance(content, Tensor):
        return [(path, content)]
    if isinstance(content, Copies):
        return _tensors_of(content.inner, (*path, "*"))
    found: list[tuple[Path, Tensor]] = []
    for one in leaves(content.items):
        label = tuple(piece if isinstance(piece, str) else "*" for piece in one.member.label)
        found += _tensors_of(one.member.content, (*path, *label))
    return found


def _same_shape(left: Side, right: Side, statement: tree.Tie, frame: Frame) -> None:
    one, other = _sizes(left), _sizes(right)
    if _equal(one, other, frame):
        return
    from ..render.text import text

    shapes = [
        f"{'.'.join(side.path)} is [{', '.join(text(node(size)) for size in _sizes(side))}]" for side in (left, right)
    ]
    hint = ""
    if _equal(one[::-1], other, frame):
        hint = f"tie the transposed one: tie {_source(statement.left, frame)} = {_source(statement.right, frame)}.T"
    raise frame.fail("tie-unequal", "the tied tensors have different shapes", statement.span, ", ".join(shapes), hint)


def _source(expr: tree.Expr, frame: Frame) -> str:
    span: Span = expr.span
    return frame.source.text[slice(*span)]


def _sizes(side: Side) -> tuple[Size, ...]:
    sizes = side.content.sizes  # type: ignore[union-attr]
    return sizes[::-1] if side.is_transposed else sizes


def _equal(one: tuple[Size, ...], other: tuple[Size, ...], frame: Frame) -> bool:
    return len(one) == len(other) and all(
        a == b or ((isinstance(a, Node) or isinstance(b, Node)) and equal(node(a), node(b), frame.world.facts) is True)
        for a, b in zip(one, other, strict=True)
    )
