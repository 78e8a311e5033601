"""A network's members and layers → the ways to count them otherwise: a member left out, alone or twice, a layer's own sizes.

Beside what tensors are (`inventory`), where they stand: every member of the tree, members of one name in all places, and of
equal ones in a row one; layers with other kernels, groups, gates or an image of another size before them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from ..formula.nodes import Exact
from .inventory import NOTHING, Change, Owned, change, folded, named, repeated

MAX_TOLD = 4
KERNELS = (1, 3, 5, 7)
CHANNELS = (1, 3, 4)
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4, "RNNCell": 1, "GRUCell": 3, "LSTMCell": 4}
MAX_SIDE = 32


def member_changes(every: list[Owned], counted: list[Owned]) -> Iterator[Change]:
    """The changes by members and layers, the likeliest first."""
    members = _members(counted)
    yield from _bare(members)
    yield from _left_out(members)
    yield from _of_one_name(counted)
    yield from _alone(members, counted)
    yield from _twice(members, counted, every)
    is_layer = any(not one.owner for one in counted)
    if not is_layer:
        yield from _grouped(counted)
        yield from _kernels(counted)
        yield from _channels(counted)
    yield from _flat_kernels(counted)
    yield from _image_sizes(counted)
    yield from _gates(counted)


Members = dict[str, list[Owned]]


def _members(counted: list[Owned]) -> Members:
    """The tensors below each member, turns of a loop together where they have more than one."""
    again = repeated(counted)
    found: Members = {}
    for one in counted:
        paths = {one.path, folded(one.path) if folded(one.path) in again else one.path}
        for parts in (path.split(".") for path in sorted(paths)):
            for end in range(1, len(parts) + (not one.is_of_library)):
                inside = found.setdefault(".".join(parts[:end]), [])
                if not inside or inside[-1] is not one:
                    inside.append(one)
    return {name: rows for name, rows in found.items() if len(rows) < len(counted)}


def _bare(members: Members) -> Iterator[Change]:
    """Tensors that belong to no layer of PyTorch, such as a class token."""
    for name, rows in members.items():
        if len({one.tensor for one in rows}) == 1 and name.endswith(rows[0].tensor) and not rows[0].is_of_library:
            yield change(rows, -1, f"without {name}", 1.2)


def _left_out(members: Members) -> Iterator[Change]:
    """Each member left out; of equal ones beside each other one, and nobody knows which."""
    equals: dict[tuple[str, object], list[str]] = {}
    for name, rows in members.items():
        amount = sum((one.amount for one in rows), NOTHING)
        equals.setdefault((name.rpartition(".")[0], amount), []).append(name)
    for (parent, _), names in equals.items():
        cost = 1.4 + 0.2 * names[0].count(".")
        if len(names) == 1:
            yield change(members[names[0]], -1, f"without {names[0]}", cost)
        else:
            yield change(members[names[0]], -1, f"without one of {_listed(names)}{_of(parent)}", cost + 0.1)


def _listed(names: list[str]) -> str:
    last = [named(name) for name in names]
    shown = last if len(last) <= MAX_TOLD else [*last[:2], "…", last[-1]]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if "…" not in shown else ", ".join(shown)


def _of(parent: str) -> str:
    return f" in {parent}" if parent else ""


def _of_one_name(counted: list[Owned]) -> Iterator[Change]:
    """The members of one name, wherever they stand."""
    found: dict[str, list[Owned]] = {}
    places: dict[str, set[str]] = {}
    for one in counted:
        parts = one.path.split(".")[: -1 if one.is_of_library else None]
        for place in range(len(parts)):
            path = ".".join(parts[: place + 1])
            rows = found.setdefault(named(path), [])
            places.setdefault(named(path), set()).add(path)
            if not rows or rows[-1] is not one:
                rows.append(one)
    for name, rows in found.items():
        if len(rows) < len(counted) and len(places[name]) > 1:
            yield change(rows, -1, f"without every {name}", 1.8)


def _alone(members: Members, counted: list[Owned]) -> Iterator[Change]:
    """A member for the whole network."""
    for name, rows in members.items():
        if name.count(".") < 2:
            inside = {one.row.name for one in rows}
            rest = [one for one in counted if one.row.name not in inside]
            yield change(rest, -1, f"the count of {name} alone", 2)


def _twice(members: Members, counted: list[Owned], every: list[Owned]) -> Iterator[Change]:
    """The largest table counted twice where no head stands beside it; another member of the network counted twice."""
    tables = [one for one in counted if one.is_table]
    most = max((_size(one) for one in tables), default=0)
    heads = {_size(one) for one in every if not one.is_table and one.tensor == "weight"}
    for one in tables:
        if _size(one) == most and most not in heads:
            yield change([one], 1, f"with {one.path} twice, as if a head of its own were there", 1.5)
    for name, rows in members.items():
        if "." not in name:
            yield change(rows, 1, f"with {name} counted twice", 2.5)


def _size(one: Owned) -> Exact:
    return one.amount.constant or 0


# ------------------------------------------------------------------------------------------------------ layers


def _grouped(counted: list[Owned]) -> Iterator[Change]:
    """Grouped convolutions, depthwise ones among them, counted as if they had no groups."""
    rows = [one for one in counted if one.tensor == "weight" and _groups(one) > 1]
    if rows:
        yield _scaled(rows, [_groups(one) - 1 for one in rows], "as if the convolutions had no groups", 1.5)
    for name in dict.fromkeys(named(one.owner) for one in rows):
        own = [one for one in rows if named(one.owner) == name]
        yield _scaled(own, [_groups(one) - 1 for one in own], f"as if {name} had no groups", 2)


def _groups(one: Owned) -> int:
    groups = one.layer.arguments.get("groups", 1)
    return groups if type(groups) is int else 1


def _scaled(rows: list[Owned], factors: Iterable[Exact], words: str, cost: float) -> Change:
    """Tensors that are so many times as large, less themselves."""
    more = [
        one._replace(amount=one.amount * factor, opened=None, row=one.row._replace(name=f"{one.row.name}, otherwise"))
        for one, factor in zip(rows, factors, strict=True)
    ]
    return change(more, 1, words, cost)


def _kernels(counted: list[Owned]) -> Iterator[Change]:
    """A convolution, or all with the same kernel, with another one."""
    rows = [one for one in counted if one.tensor == "weight" and _kernel(one) > 0]
    groups: dict[str, list[Owned]] = {}
    for one in rows:
        groups.setdefault(one.owner, []).append(one)
        groups.setdefault(f"every kernel of {_kernel(one)}", []).append(one)
    for name, own in groups.items():
        side = _kernel(own[0])
        cost = 2 if len(own) > 1 or len(rows) == 1 else 2.2
        for new in KERNELS:
            factors = [Fraction(new, side) ** (len(one.row.sizes) - 2) - 1 for one in own]
            yield _scaled(own, factors, f"with a kernel of {new} for {side}, {name}", cost)


def _channels(counted: list[Owned]) -> Iterator[Change]:
    """The first convolution on an image of other channels."""
    one = next((one for one in counted if one.tensor == "weight" and _kernel(one) > 0), None)
    old = one.row.sizes[1] if one is not None else 0
    if one is not None and isinstance(old, int) and old in CHANNELS:
        for new in CHANNELS:
            words = f"with {new} channel{'s' * (new > 1)} of the image for {old}, {one.owner}"
            yield _scaled([one], [Fraction(new, old) - 1], words, 2)


def _flat_kernels(counted: list[Owned]) -> Iterator[Change]:
    """All kernels with one side, or three, for two."""
    rows = [one for one in counted if one.tensor == "weight" and _kernel(one) > 1 and len(one.row.sizes) == 4]
    sides = [_kernel(one) for one in rows]
    if rows:
        one_side = [Fraction(1, side) - 1 for side in sides]
        yield _scaled(rows, one_side, "with one side of each kernel, not its square", 2.2)
        yield _scaled(rows, [side - 1 for side in sides], "with the cube of each kernel's side, not its square", 2.4)


def _kernel(one: Owned) -> int:
    """The side of a convolution's kernel where its sides are equal; 0 for others."""
    sides = one.row.sizes[2:]
    is_square = (
        one.layer.name.startswith("Conv") and sides and all(type(side) is int and side == sides[0] for side in sides)
    )
    return int(sides[0]) if is_square else 0  # type: ignore[arg-type]


def _image_sizes(counted: list[Owned]) -> Iterator[Change]:
    """The first linear layer behind convolutions, for an image of another size."""
    width: Any = 0
    for one in counted:
        if _kernel(one):
            width = one.layer.arguments.get("out_channels", 0)
        elif one.layer.name == "Linear" and one.tensor == "weight":
            if type(width) is int and width:
                yield from _flattened(one, width)
            return


def _flattened(one: Owned, width: int) -> Iterator[Change]:
    outputs, inputs = one.row.sizes
    if type(inputs) is not int or type(outputs) is not int or inputs % width:
        return
    places = inputs // width
    old = next((side for side in range(1, MAX_SIDE) if side * side == places), 0)
    for new in range(1, MAX_SIDE + 1) if old else ():
        words = (
            f"with {width}·{new}·{new} inputs of {one.owner} for {width}·{old}·{old}, as for another size of the image"
        )
        yield _scaled([one], [Fraction(new * new, places) - 1], words, 1.8)


def _gates(counted: list[Owned]) -> Iterator[Change]:
    """Recurrent layers with the gates of another kind."""
    rows = [one for one in counted if one.layer.name in GATES]
    for kind, new in GATES.items():
        if rows and not kind.endswith("Cell"):
            factors = [Fraction(new, GATES[one.layer.name]) - 1 for one in rows]
            old = GATES[rows[0].layer.name]
            yield _scaled(rows, factors, f"with {new} of the gates for {old}, as {kind} has", 1.8)
