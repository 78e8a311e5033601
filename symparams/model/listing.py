"""Networks → rows: members by name and tensors in PyTorch's naming, equal ones of a loop or multiple folded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..errors import Finding, LimitError, ModelError, ValueNeeded
from ..formula.build import Size, minus, node, times
from ..formula.nodes import All, Iverson, Node
from ..formula.nodes import Any as AnyOf
from ..formula.polynomial import Facts
from .conditions import negation, node_of
from .measure import AllBut, Paths, all_but, combined, turn_named, under
from .names import shown
from .network import Content, Copies, Guard, Item, Loop, Member, Network, Part, Piece, Tensor, Turns
from .putting import put_index, put_items, put_paths

MAX_ROWS = 1_000_000
KINDS = {"": "param", "frozen": "frozen", "buffer": "buffer"}


class TensorRow(NamedTuple):
    """One tensor, or equal ones: name, sizes, how many, and `param`, `frozen`, `buffer` or `tied`.

    layer: the network whose body states it; twin: of a tied one, the name of the tensor that counts.
    """

    name: str
    sizes: tuple[Size, ...]
    multiplicity: Size
    kind: str
    layer: Network | None = None
    twin: str = ""


def member_names(part: Part) -> list[str]:
    """The first names of a part's members, each once; turns of a multiple are one."""
    content = part.content
    while isinstance(content, Copies):
        content = content.inner
    if isinstance(content, Tensor):
        return []
    found: dict[str, None] = {}
    _gather_names(content.items, found)
    return list(found)


def turns(part: Part, name: str) -> int:
    """How many turns a part has: copies of a multiple, or members named by numbers.

    Raises: `ValueNeeded` for an open number of copies, `ModelError` for what has none.
    """
    content = part.content
    if isinstance(content, Copies):
        if isinstance(content.amount, Node):
            message = f"{name} has {_text(content.amount)} copies, which is open"
            raise ValueNeeded(Finding("open-sizes", message, hint="set it to a number, or take one turn, [0]"))
        return int(content.amount)
    found = [name for name in member_names(part) if name.isdigit()]
    if not found and member_names(part):
        raise ModelError(Finding("index", f"{name} has no numbered members", hint="its members are in .members"))
    return len(found)


def names_inside(part: Part) -> list[str]:
    """What can be asked for after a dot: members, definitions and arguments."""
    content = part.content
    while isinstance(content, Copies):
        content = content.inner
    named = list(content.named) if isinstance(content, Network) else []
    return list(dict.fromkeys([*member_names(part), *named]))


def _gather_names(items: tuple[Item, ...], found: dict[str, None]) -> None:
    for item in items:
        if isinstance(item, Member):
            if item.label:
                found[shown(item.label[:1])] = None
        elif isinstance(item, Turns):
            for turn in item.turns:
                _gather_names(turn, found)
        else:
            _gather_names(item.items, found)


def tensors(part: Part, facts: Facts, *, expand: bool = False) -> Iterator[TensorRow]:
    """The tensors of a part in order. Raises: `ValueNeeded` when `expand` meets an open number of copies."""
    rows = _content(part.content, (), 1, part.mark, frozenset(), expand)
    for count, row in enumerate(rows):
        if count >= MAX_ROWS:
            message = f"there are more than {MAX_ROWS:,} tensors to list"
            raise LimitError(Finding("limit-rows", message, hint="list them folded"))
        for index, at in part.put:
            row = row._replace(sizes=tuple(put_index(size, index, at) for size in row.sizes))
        yield row


def _content(
    content: Content, name: tuple[str, ...], count: Size, mark: str, tied: Paths, expand: bool
) -> Iterator[TensorRow]:
    if isinstance(content, Tensor):
        yield from _tensor(TensorRow(".".join(name), content.sizes, count, KINDS[mark]), tied)
    elif isinstance(content, Copies):
        yield from _copies(content, name, count, mark, tied, expand)
    else:
        inside = tied | content.tied if isinstance(content, Network) else tied
        layer = content if isinstance(content, Network) else None
        for item in content.items:
            for row in _item(item, name, count, mark, inside, expand):
                row = row if row.layer is not None else row._replace(layer=layer)
                yield _with_twin(row, name, layer) if row.kind == "tied" and not row.twin else row


def _tensor(row: TensorRow, tied: Paths) -> Iterator[TensorRow]:
    """The row of a tensor; of one that is tied only where a condition holds, a row for each way."""
    conditions = [path[0] for path in tied if len(path) == 1 and isinstance(path[0], Node)]
    if () in tied:
        yield row._replace(kind="tied")
    elif not conditions:
        yield row
    else:
        without = [node_of(negation(condition)) for condition in conditions]
        is_own, is_tied = (
            (All(tuple(without)), AnyOf(tuple(conditions))) if without[1:] else (without[0], conditions[0])
        )
        yield row._replace(multiplicity=times(row.multiplicity, Iverson(is_own)))
        yield row._replace(multiplicity=times(row.multiplicity, Iverson(is_tied)), kind="tied")


def _with_twin(row: TensorRow, name: tuple[str, ...], network: Network | None) -> TensorRow:
    """The row of a tied tensor with the name of the one that counts, where this network's ties say it."""
    if network is None:
        return row
    path = row.name.split(".")[len(".".join(name).split(".")) if name else 0 :]
    for tied, kept in network.kept.items():
        if len(tied) == len(path) and all(shown((a,)) in (b, "*") for a, b in zip(tied, path, strict=True)):
            turns = iter([b for a, b in zip(tied, path, strict=True) if a == "*"])
            twin = [next(turns, "*") if piece == "*" else shown((piece,)) for piece in kept]
            return row._replace(twin=".".join([*name, *twin]))
    return row


def _copies(
    content: Copies, name: tuple[str, ...], count: Size, mark: str, tied: Paths, expand: bool
) -> Iterator[TensorRow]:
    special = {path[0] for path in tied if path and turn_named(path[0]) is not None}
    if not expand and not special:
        label = f"{{0..{_text(minus(content.amount, 1))}}}"
        yield from _content(
            content.inner, (*name, label), times(count, content.amount), mark, _below(tied, "*"), expand
        )
        return
    if isinstance(content.amount, Node):
        raise ValueNeeded(Finding("open-sizes", f"{'.'.join(name)} has {_text(content.amount)} copies, which is open"))
    if not special and not any(path and isinstance(path[0], AllBut) for path in tied):
        rows = list(_content(content.inner, (), count, mark, _below(tied, "*"), expand)) if content.amount else []
        for turn in range(int(content.amount)):
            yield from _named(rows, ".".join([*name, str(turn)]))
        return
    for turn in range(int(content.amount)):
        inside = _below(tied, "*") | _below(tied, str(turn)) | all_but(tied, turn)
        yield from _content(content.inner, (*name, str(turn)), count, mark, inside, expand)


def _named(rows: list[TensorRow], name: str) -> Iterator[TensorRow]:
    """The rows of one copy as those of the copy of this name."""
    for row, sizes, count, kind, layer, twin in rows:
        yield TensorRow(f"{name}.{row}" if row else name, sizes, count, kind, layer, f"{name}.{twin}" if twin else "")


def _below(tied: Paths, name: str) -> Paths:
    return frozenset(path[1:] if path else path for path in tied if not path or path[0] == name)


def _item(item: Item, name: tuple[str, ...], count: Size, mark: str, tied: Paths, expand: bool) -> Iterator[TensorRow]:
    if isinstance(item, Member):
        inside = _through(tied, item.label)
        label = tuple(shown((piece,)) for piece in item.label)
        yield from _content(item.content, (*name, *label), count, combined(mark, item.mark), inside, expand)
    elif isinstance(item, Guard):
        there = under(tied, item.condition)
        for inner in item.items:
            yield from _item(inner, name, times(count, Iverson(item.condition)), mark, there, expand)
    elif isinstance(item, Turns):
        for turn in item.turns:
            for inner in turn:
                yield from _item(inner, name, count, mark, tied, expand)
    else:
        yield from _loop(item, name, count, mark, tied, expand)


def _loop(item: Loop, name: tuple[str, ...], count: Size, mark: str, tied: Paths, expand: bool) -> Iterator[TensorRow]:
    turns = minus(item.stop, item.start)
    if expand and isinstance(item.start, int) and isinstance(item.stop, int):
        for turn in range(item.start, item.stop):
            there = put_paths(tied, item.variable, turn)
            for inner in put_items(item.items, item.variable, turn):
                yield from _item(inner, name, count, mark, there, expand)
        return
    if expand:
        message = f"a loop takes {_text(turns)} turns, which is open"
        raise ValueNeeded(Finding("open-sizes", message, hint="give the sizes as numbers"))
    for inner in item.items:
        for row in _item(inner, name, times(count, turns), mark, tied, expand):
            yield row._replace(name=in_range(row.name, item, ".."))


def in_range(name: str, loop: Loop, sign: str) -> str:
    """The name of a loop's members with the range of its turns where that is known: `h.{i}` as `h.{0..2}`."""
    start, stop = loop.start, loop.stop
    if not isinstance(start, int) or not isinstance(stop, int):
        return name
    return name.replace(f"{{{loop.variable.name}}}", f"{{{start}{sign}{stop - 1}}}" if stop - start > 1 else str(start))


def _through(tied: Paths, label: tuple[Piece, ...]) -> Paths:
    from .measure import below

    return below(tied, label) | (frozenset([()]) if () in tied else frozenset())


def _text(size: Size) -> str:
    from ..render.text import text

    return text(node(size))
