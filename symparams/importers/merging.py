"""Skeletons of one model at several sizes → one plan in which sizes, depths and cuts are expressions.

Children of a list that are alike become a multiple or a loop; where they are of several kinds, each run of one kind is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Union

from ..errors import Finding, ModelError
from .fitting import Env, Expression, fit, number
from .layers import Layer, layer_of
from .skeleton import LISTS, Bone
from .stored import Stored

INDEXES = ("i", "j", "k", "l", "m", "n")
MAX_SEEN = 5
MAX_PERIOD = 8
_NUMBERED = re.compile(r"(\D*)(\d+)(\D*)")

Observation = tuple[Env, Bone]


class TensorPlan(NamedTuple):
    """A tensor: its sizes, and its mark, `frozen`, `buffer` or none."""

    sizes: tuple[Expression, ...]
    mark: str


class ModulePlan(NamedTuple):
    """A module of the model's own: its class and its members in order."""

    cls: str
    members: tuple[MemberPlan, ...]


class Repeated(NamedTuple):
    """So many equal ones, named 0, 1, …"""

    amount: Expression
    content: Plan


class MemberPlan(NamedTuple):
    """A member. label: its name, with `{}` for the index of a loop; variable, start, stop: of the loop, or no variable.

    modulus: where it isn't 0, the member is there in the turns whose index leaves this remainder; offset: what the number in
    the name exceeds the index by.
    """

    label: str
    content: Plan
    variable: str = ""
    start: Expression = number(0)
    stop: Expression = number(0)
    modulus: int = 0
    remainder: int = 0
    offset: int = 0


Plan = Union[TensorPlan, Layer, ModulePlan, Repeated]


class _Unfit(Exception):
    """What was seen has no expression: where, and the numbers."""

    def __init__(self, path: str, seen: Sequence[tuple[Env, object]]) -> None:
        super().__init__(path)
        self.path = path
        self.seen = list(seen)


def merged(seen: Sequence[Observation]) -> ModulePlan:
    """The plan of a model that was built at several sizes. Raises: `ModelError` with the sizes where no expression fits."""
    try:
        found = _module(list(seen), "", ())
    except _Unfit as unfit:
        raise ModelError(_told(unfit)) from None
    return found


def _told(unfit: _Unfit) -> Finding:
    rows = list(dict.fromkeys(f"{_env_text(env)}: {value}" for env, value in unfit.seen))
    shown = "; ".join(rows[:6]) + ("; …" if len(rows) > 6 else "")
    hint = "vary the sizes that it depends on, with more values of each (--vary d=64,128,192,320)"
    return Finding("derive-fit", f"no expression was found for {unfit.path}", note=shown, hint=hint)


def _env_text(env: Env) -> str:
    return ", ".join(f"{name} = {value}" for name, value in env.items())


def fitted(values: Sequence[int], seen: Sequence[Observation], path: str, indexes: tuple[str, ...]) -> Expression:
    """The expression of numbers seen. Raises: `_Unfit`."""
    found = fit(values, [env for env, _ in seen], indexes)
    if found is None:
        raise _Unfit(path, [(env, value) for (env, _), value in zip(seen, values, strict=True)])
    return found


# ------------------------------------------------------------------------------------------------------ modules


def _content(seen: list[Observation], path: str, indexes: tuple[str, ...]) -> Plan | None:
    """The plan of what stands at a path; None for what owns nothing and isn't PyTorch's."""
    first = seen[0][1]
    if any(bone.kind != first.kind for _, bone in seen):
        raise _Unfit(path, [(env, bone.cls) for env, bone in seen])
    if first.is_library and first.cls not in LISTS:
        found = layer_of(
            [(env, bone.attributes) for env, bone in seen], first, lambda v, p: fitted(v, seen, p, indexes), path
        )
        if found is not None:
            return found
    if not first.owns_tensors:
        return None
    return _module(seen, path, indexes)


def _module(seen: list[Observation], path: str, indexes: tuple[str, ...]) -> ModulePlan:
    first = seen[0][1]
    members = [MemberPlan(name, _tensor(name, seen, path, indexes)) for name in first.tensors]
    members += _children(seen, path, indexes, "")
    return ModulePlan(first.cls, tuple(members))


def _tensor(name: str, seen: list[Observation], path: str, indexes: tuple[str, ...]) -> TensorPlan:
    stored: list[Stored] = [bone.tensors[name] for _, bone in seen]
    sizes = tuple(
        fitted([one.shape[axis] for one in stored], seen, f"{_joined(path, name)}, size {axis}", indexes)
        for axis in range(len(stored[0].shape))
    )
    return TensorPlan(sizes, "" if stored[0].kind == "param" else stored[0].kind)


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _children(seen: list[Observation], path: str, indexes: tuple[str, ...], before: str) -> list[MemberPlan]:
    """The members that a module's children make; rows of numbered ones together."""
    rows = _rows(seen)
    found: list[MemberPlan] = []
    for name in _fullest(seen).children:
        row = next((row for row in rows if name in row), None)
        if row is not None and row[0] == name:
            found += _row(rows[row], row, seen, path, indexes, before)
        elif row is None:
            found += _child(name, seen, path, indexes, before)
    return found


def _child(name: str, seen: list[Observation], path: str, indexes: tuple[str, ...], before: str) -> list[MemberPlan]:
    where = _joined(path, name)
    if any(name not in bone.children for _, bone in seen):
        raise _Unfit(where, [(env, "there" if name in bone.children else "not there") for env, bone in seen])
    inside = [(env, bone.children[name]) for env, bone in seen]
    if inside[0][1].cls in LISTS and not inside[0][1].tensors:
        return _list(name, inside, where, indexes, before)
    content = _content(inside, where, indexes)
    return [] if content is None else [MemberPlan(before + name, content)]


def _list(name: str, seen: list[Observation], path: str, indexes: tuple[str, ...], before: str) -> list[MemberPlan]:
    """A list of modules: a multiple where all are alike, else its members under dotted names."""
    found = _children(seen, path, indexes, f"{before}{name}.")
    only = found[0] if len(found) == 1 else None
    if only is None or only.label != f"{before}{name}.{{}}" or only.modulus or only.start.constant != 0:
        return found
    if only.variable in _names_in(only.content):
        return found
    return [MemberPlan(before + name, Repeated(only.stop, only.content))]


def _names_in(plan: Plan) -> set[str]:
    """The sizes that occur in a plan."""
    if isinstance(plan, TensorPlan):
        return set().union(*(size.names for size in plan.sizes))
    if isinstance(plan, Layer):
        return plan.names
    if isinstance(plan, Repeated):
        return plan.amount.names | _names_in(plan.content)
    found: set[str] = set()
    for member in plan.members:
        found |= _names_in(member.content) | member.start.names | member.stop.names
    return found


# ------------------------------------------------------------------------------------------------------ rows


def _rows(seen: list[Observation]) -> dict[tuple[str, ...], str]:
    """Rows of numbered children: the names at the first sizes → the label with `{}` for the number."""
    groups: dict[str, list[str]] = {}
    for name in _fullest(seen).children:
        match = _NUMBERED.fullmatch(name)
        if match is not None:
            groups.setdefault(f"{match.group(1)}{{}}{match.group(3)}", []).append(name)
    rows = {}
    for label, names in groups.items():
        counts = {len(_numbers(label, bone)) for _, bone in seen}
        if len(counts) > 1 or (seen[0][1].cls in LISTS and len(names) > 1):
            rows[tuple(names)] = label
    return rows


def _fullest(seen: list[Observation]) -> Bone:
    """The module at the sizes where it has the most children."""
    return max((bone for _, bone in seen), key=lambda bone: len(bone.children))


def _numbers(label: str, bone: Bone) -> list[int]:
    """The numbers of a row's children in one module."""
    before, _, after = label.partition("{}")
    pattern = re.compile(rf"{re.escape(before)}(\d+){re.escape(after)}")
    return sorted(int(match.group(1)) for name in bone.children if (match := pattern.fullmatch(name)))


def _row(
    label: str, names: tuple[str, ...], seen: list[Observation], path: str, indexes: tuple[str, ...], before: str
) -> list[MemberPlan]:
    numbers = [_numbers(label, bone) for _, bone in seen]
    counts = {len(row) for row in numbers}
    is_row = all(row == list(range(row[0], row[0] + len(row))) for row in numbers if row)
    try:
        if not is_row:
            raise _Unfit(_joined(path, label), [(env, row) for (env, _), row in zip(seen, numbers, strict=True)])
        return _runs(label, numbers, seen, path, indexes, before)
    except _Unfit:
        if len(counts) > 1:
            raise
    return [member for name in names for member in _child(name, seen, path, indexes, before)]


def _runs(
    label: str,
    numbers: list[list[int]],
    seen: list[Observation],
    path: str,
    indexes: tuple[str, ...],
    before: str,
) -> list[MemberPlan]:
    """The row's runs of one kind each, or its kinds by the remainder of the number."""
    kinds = [[bone.children[label.format(at)].kind for at in row] for row, (_, bone) in zip(numbers, seen, strict=True)]
    runs = [_cut(row) for row in kinds]
    full = [run for run in runs if run]
    if all([kind for kind, _, _ in run] == [kind for kind, _, _ in full[0]] for run in full) and len(full) == len(runs):
        found = []
        for place in range(len(full[0])):
            spans = [(row[0] + run[place][1], row[0] + run[place][2]) for row, run in zip(numbers, runs, strict=True)]
            found += _run(label, spans, seen, path, indexes, before)
        return found
    spans = [(row[0], row[0] + len(row)) if row else (0, 0) for row in numbers]
    if len({kind for run in full for kind, _, _ in run}) == 1:  # a row that is empty at some sizes
        return _run(label, spans, seen, path, indexes, before)
    for modulus in range(2, MAX_PERIOD + 1):
        if all(_is_periodic(row, kind, modulus) for row, kind in zip(numbers, kinds, strict=True)):
            return [
                member._replace(modulus=modulus, remainder=remainder)
                for remainder in range(modulus)
                for member in _run(label, spans, seen, path, indexes, before, (modulus, remainder))
            ]
    raise _Unfit(_joined(path, label), [(env, _kinds_text(label, bone)) for env, bone in seen])


def _is_periodic(numbers: list[int], kinds: list[int], modulus: int) -> bool:
    """Whether the kind follows from the remainder of the number, and each remainder occurs."""
    seen: dict[int, int] = {}
    same = all(seen.setdefault(at % modulus, kind) == kind for at, kind in zip(numbers, kinds, strict=True))
    return same and len(seen) == modulus


def _kinds_text(label: str, bone: Bone) -> str:
    names = [bone.children[label.format(at)].cls for at in _numbers(label, bone)]
    return ", ".join(names[:6]) + (", …" if len(names) > 6 else "")


def _cut(kinds: list[int]) -> list[tuple[int, int, int]]:
    """The runs of equal kinds, each with its start and stop."""
    found: list[tuple[int, int, int]] = []
    for place, kind in enumerate(kinds):
        if found and found[-1][0] == kind:
            found[-1] = (kind, found[-1][1], place + 1)
        else:
            found.append((kind, place, place + 1))
    return found


def _run(
    label: str,
    spans: list[tuple[int, int]],
    seen: list[Observation],
    path: str,
    indexes: tuple[str, ...],
    before: str,
    only: tuple[int, int] = (1, 0),
) -> list[MemberPlan]:
    """The members of one run: a loop, or one member where it is always one; `only` those of a modulus and remainder."""
    where = _joined(path, label)
    start = fitted([span[0] for span in spans], seen, f"the start of {where}", indexes)
    stop = fitted([span[1] for span in spans], seen, f"the number of {where}", indexes)
    if start.constant is not None and stop.constant == start.constant + 1:
        return _child(label.format(start.constant), seen, path, indexes, before)
    index = next(name for name in INDEXES if name not in indexes and all(name not in env for env, _ in seen))
    offset = start.constant or 0 if only == (1, 0) else 0
    inside: list[Observation] = [
        ({**env, index: at - offset}, bone.children[label.format(at)])
        for (first, last), (env, bone) in zip(spans, seen, strict=True)
        for at in _some([at for at in range(first, last) if at % only[0] == only[1]])
    ]
    if not inside:
        return []
    if inside[0][1].cls in LISTS and not inside[0][1].tensors:
        members = _list("{}", inside, where, (*indexes, index), "")
        if len(members) == 1 and members[0].label == "{}":
            return [MemberPlan(before + label, members[0].content, index, start, stop, offset=offset)]
        content: Plan | None = ModulePlan(_class_name(before + label), tuple(_unlisted(members)))
    else:
        content = _content(inside, where, (*indexes, index))
    return [] if content is None else [MemberPlan(before + label, content, index, start, stop, offset=offset)]


def _class_name(label: str) -> str:
    """A name for the module that one turn of a list of lists is: `Layer` for `layers.{}`."""
    word = re.sub(r"\W|\d", "", label.replace("{}", "").rstrip(".").rpartition(".")[2]) or "Block"
    return "".join(part.capitalize() for part in word.removesuffix("s").split("_")) or "Block"


def _unlisted(members: list[MemberPlan]) -> list[MemberPlan]:
    """The members of a list in a list, without the beginning of their names."""
    return [member._replace(label=member.label.removeprefix("{}.")) for member in members]


def _some(numbers: list[int]) -> list[int]:
    """A few of a run's numbers: its ends and its middle."""
    if len(numbers) <= MAX_SEEN:
        return numbers
    return [*numbers[:3], numbers[len(numbers) // 2], numbers[-1]]
