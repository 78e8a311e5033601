"""Ties: which tensors are one. Of each group of tied tensors one is counted, the one that no `tie` names on its left."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..errors import ModelError, Span
from ..formula.build import Size, node
from ..formula.nodes import All, Index, Node
from ..formula.polynomial import Facts
from ..formula.prove import equal
from ..syntax import tree
from .frame import Frame
from .names import shown
from .network import Content, Copies, Network, Pair, Path, Tensor
from .selecting import leaves
from .settling import kept_for, settle_ties
from .steps import Step
from .turning import inside, is_many, places_at, steps_of, tell_apart

if TYPE_CHECKING:
    from .run import Body


class Side(NamedTuple):
    """One side of a tie: its path, what is there, and whether it is transposed."""

    path: Path
    content: Content
    is_transposed: bool


class Stated(NamedTuple):
    """A `tie` as it was met: where its names are read, the conditions and the symbolic loops that it stands in, and what they range over."""

    statement: tree.Tie
    frame: Frame
    guards: tuple[Node, ...]
    loops: tuple[Index, ...]
    facts: Facts

    @property
    def condition(self) -> Node | None:
        """When it holds; None where it always does."""
        return None if not self.guards else self.guards[0] if len(self.guards) == 1 else All(self.guards)


def met(statement: tree.Tie, body: Body) -> Stated:
    """A tie as it is met in a body."""
    return Stated(statement, body.frame.inner(), tuple(body.guards), tuple(body.loops), body.frame.world.facts)


def resolve_ties(body: Body) -> None:
    """Work out which paths of the network count elsewhere, by the ties that its body states."""
    network = body.network
    for stated in body.ties:
        join(stated, network)
    settle_ties(network)


def join(stated: Stated, network: Network) -> None:
    """Add the tensors that a `tie` joins to the pairs of a network; turns that it names become members of their own."""
    world = stated.frame.world
    facts = world.facts
    for guard in stated.guards:
        world.facts = world.facts.with_assumption(guard)
    try:
        _join(stated, network)
    finally:
        world.facts = facts


def _join(stated: Stated, network: Network) -> None:
    exprs = stated.statement.left, stated.statement.right
    left, right = (steps_of(_walked(expr), stated.frame) for expr in exprs)
    for steps, expr in ((right, exprs[1]), (left, exprs[0])):
        tell_apart(network, steps, _walked(expr), stated.frame)
    network.pairs = tuple(dict.fromkeys((*network.pairs, *_pairs(left, right, stated, network))))


def _pairs(left: tuple[Step, ...], right: tuple[Step, ...], stated: Stated, network: Network) -> list[Pair]:
    """The tensors that are one, by their paths; where the right side is in many turns and the left in one, that one is kept."""
    statement, frame = stated.statement, stated.frame
    one = _sides(statement.left, left, network, stated)
    other = _sides(statement.right, right, network, stated)
    if one[0].path == other[0].path:
        raise frame.fail("tie-itself", "a tensor is tied to itself", statement.span)
    joined = _all_matched(one, other, statement, frame)
    if _rows(one[0].path) < _rows(other[0].path):
        joined = [(b, a) for a, b in joined]
    return [(_joined(a, network), _joined(b, network), stated.condition) for a, b in joined]


def _rows(path: Path) -> int:
    return sum(is_many(piece) for piece in path)


def _joined(path: Path, network: Network) -> Path:
    """The path, or where an inner module tied its tensor away, the path of the tensor that counts there."""
    contents: list[Content] = [network]
    for place, name in enumerate(path):
        contents = [found for one in contents for found in inside(one, name)]
        rest = path[place + 1 :]
        kept = [one for content in contents if isinstance(content, Network) for one in [kept_for(rest, content.kept)]]
        if kept and kept[0] is not None:
            return _joined((*path[: place + 1], *kept[0]), network)
    return path


def _walked(expr: tree.Expr) -> tree.Expr:
    """The path of a side, without its `.T`."""
    return expr.base if isinstance(expr, tree.Attribute) and expr.name == "T" else expr


def _sides(expr: tree.Expr, steps: tuple[Step, ...], network: Network, stated: Stated) -> list[Side]:
    """A side of a tie: one, or where its turns differ, one for each kind of them."""
    places = places_at(network, steps, _walked(expr), stated)
    return [Side(path, content, _walked(expr) is not expr) for path, content in places]


def _all_matched(left: list[Side], right: list[Side], statement: tree.Tie, frame: Frame) -> list[tuple[Path, Path]]:
    """The pairs of tensor paths that a tie joins; of turns that differ, each must fit one of those across."""
    found: dict[tuple[Path, Path], None] = {}
    for one in left:
        error: ModelError | None = None
        for other in right:
            try:
                found.update(dict.fromkeys(_matched(one, other, statement, frame)))
                break
            except ModelError as unequal:
                error = error or unequal
        else:
            raise error or frame.fail("tie-members", "the two sides of the tie have different members", statement.span)
    return list(found)


def _matched(left: Side, right: Side, statement: tree.Tie, frame: Frame) -> list[tuple[Path, Path]]:
    """The pairs of tensor paths that a tie joins. Raises: `ModelError` where shapes can't be shown equal."""
    if isinstance(left.content, Tensor) and isinstance(right.content, Tensor):
        _same_shape(left, right, statement, frame)
        return [(left.path, right.path)]
    first, second = dict(_tensors(left)), dict(_tensors(right))
    if first.keys() != second.keys() or not first:
        odd = sorted(shown(name) for name in first.keys() ^ second.keys())
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
        found += _tensors_of(one.member.content, (*path, *one.member.label))
    return found


def _same_shape(left: Side, right: Side, statement: tree.Tie, frame: Frame) -> None:
    one, other = _sizes(left), _sizes(right)
    if _equal(one, other, frame):
        return
    from ..render.text import text

    shapes = [
        f"{shown(side.path)} is [{', '.join(text(node(size)) for size in _sizes(side))}]" for side in (left, right)
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
