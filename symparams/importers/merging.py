"""Skeletons of one model at several sizes → one plan in which sizes, depths and cuts are expressions.

Children of a list that are alike become a multiple or a loop; where they are of several kinds, each run of one kind is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from .cases import Runs, Test, heads, period, prefix, presence, singled
from .fitting import Env, Expression, fit, number
from .layers import layer_of
from .numbering import KINDS, alike, class_name, named, names_of, numbers_of, rows_of, some_of
from .plans import MemberPlan, ModulePlan, Plan, Repeated, TensorPlan, sizes_in, stacked
from .skeleton import LISTS, TENSOR, Bone
from .stored import Stored
from .unfit import Observation, Unfit, Unmerged, finding, fitted

INDEXES = ("i", "j", "k", "l", "m", "n")


def merged(seen: Sequence[Observation]) -> ModulePlan:
    """The plan of a model that was built at several sizes. Raises: `Unmerged` with the sizes where no expression fits."""
    try:
        found = _module(list(seen), "", ())
    except Unfit as unfit:
        ask = unfit.ask and {name: size for name, size in unfit.ask.items() if name in seen[0][0]}
        raise Unmerged(finding(unfit), ask) from None
    return found


# ------------------------------------------------------------------------------------------------------ modules


def _content(seen: list[Observation], path: str, indexes: tuple[str, ...]) -> Plan | None:
    """The plan of what stands at a path; None for what owns nothing."""
    first = seen[0][1]
    if not any(bone.owns_tensors for _, bone in seen):
        return None
    if any(bone.cls != first.cls for _, bone in seen):
        raise Unfit(path, [(env, bone.cls) for env, bone in seen])
    if first.cls == TENSOR:
        return _plan_of_tensor(seen, TENSOR, path, indexes)
    if first.is_layer:
        if any(bone.calls != first.calls for _, bone in seen):
            raise Unfit(path, [(env, bone.cls) for env, bone in seen])
        found = layer_of(seen, lambda v, p: fitted(v, seen, p, indexes), lambda f: _told(f, seen, indexes), path)
        if found is not None:
            return found
        if any(bone.kind != first.kind for _, bone in seen):
            raise Unfit(path, [(env, bone.cls) for env, bone in seen])
    made = _module(seen, path, indexes)
    return (stacked(made) if first.is_library else None) or made


def _told(flags: Sequence[bool], seen: list[Observation], indexes: tuple[str, ...]) -> str | None:
    """The condition on the sizes under which something is so."""
    found = presence(flags, [env for env, _ in seen], indexes)
    return found if isinstance(found, str) else None


def _module(seen: list[Observation], path: str, indexes: tuple[str, ...]) -> ModulePlan:
    names = dict.fromkeys(name for _, bone in seen for name in bone.tensors)
    members = [member for name in names for member in _tensor(name, seen, path, indexes)]
    members += _children(seen, path, indexes, "")
    return ModulePlan(seen[0][1].cls, tuple(members))


def _tensor(name: str, seen: list[Observation], path: str, indexes: tuple[str, ...]) -> list[MemberPlan]:
    """A tensor; where it comes in several kinds, or isn't always there, each kind under its condition."""
    where = _joined(path, name)
    found = [bone.tensors.get(name) for _, bone in seen]
    kinds = [(len(one.shape), one.kind) if one is not None else None for one in found]

    def cases(kinds: Sequence[object]) -> list[MemberPlan]:
        return [
            MemberPlan(name, _plan_of_tensor(there, name, where, indexes), condition=condition)
            for condition, there in _cases(kinds, seen, where, indexes)
        ]

    return _first([kinds, *_by_flags(kinds, seen)], cases)


def _first(
    tried: Sequence[Sequence[object]], cases: Callable[[Sequence[object]], list[MemberPlan]]
) -> list[MemberPlan]:
    """The members that the first of these ways to tell kinds gives. Raises: `Unfit`, of the first."""
    failed: Unfit | None = None
    done: list[list[object]] = []
    for kinds in tried:
        partition = _partition(kinds)
        if partition in done:
            continue
        done.append(partition)
        try:
            return cases(kinds)
        except Unfit as unfit:
            failed = failed or unfit
            if unfit.is_final:
                break
    assert failed is not None
    failed.is_final = failed.is_final or len(done) > 1
    raise failed


def _partition(kinds: Sequence[object]) -> list[object]:
    """The same for kinds that tell the same apart."""
    known: dict[object, int] = {}
    return [kind if kind is None else known.setdefault(kind, len(known)) for kind in kinds]


def _by_flags(kinds: Sequence[object], seen: list[Observation]) -> Iterator[list[object]]:
    """Kinds that each yes/no which is varied tells further apart."""
    for name in [name for name, value in seen[0][0].items() if isinstance(value, bool)]:
        yield [None if kind is None else (kind, env[name]) for kind, (env, _) in zip(kinds, seen, strict=True)]


def _plan_of_tensor(seen: list[Observation], name: str, path: str, indexes: tuple[str, ...]) -> TensorPlan:
    stored: list[Stored] = [bone.tensors[name] for _, bone in seen]
    sizes = tuple(
        fitted([one.shape[axis] for one in stored], seen, f"{path}, size {axis}", indexes)
        for axis in range(len(stored[0].shape))
    )
    return TensorPlan(sizes, "" if stored[0].kind == "param" else stored[0].kind)


def _cases(
    kinds: Sequence[object], seen: list[Observation], path: str, indexes: tuple[str, ...]
) -> list[tuple[str, list[Observation]]]:
    """What was seen by its kind, with the condition on the sizes that tells the kind; None is a kind that isn't there."""
    found = []
    for kind in dict.fromkeys(kind for kind in kinds if kind is not None):
        flags = [one == kind for one in kinds]
        condition = "" if all(flags) else presence(flags, [env for env, _ in seen], indexes)
        if not isinstance(condition, str):
            words = [
                (env, "not there" if one is None else _kind_word(one))
                for (env, _), one in zip(seen, kinds, strict=True)
            ]
            raise Unfit(path, words, ask=condition and {**seen[0][0], condition.name: condition.value})
        found.append((condition, [one for one, flag in zip(seen, flags, strict=True) if flag]))
    return found


def _kind_word(kind: object) -> str:
    """A kind in words: the class of a module, or there for a tensor."""
    name = kind[0] if isinstance(kind, tuple) else kind
    return name if isinstance(name, str) and name != TENSOR else "there"


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _children(seen: list[Observation], path: str, indexes: tuple[str, ...], before: str) -> list[MemberPlan]:
    """The members that a module's children make; rows of numbered ones together."""
    rows = rows_of(seen)
    found: list[MemberPlan] = []
    for name in names_of(seen):
        row = next((row for row in rows if name in row), None)
        if row is not None and row[0] == name:
            found += _row(rows[row], row, seen, path, indexes, before)
        elif row is None:
            found += _child(name, seen, path, indexes, before)
    _refuse_steps(found, path)
    return found


def _refuse_steps(members: list[MemberPlan], path: str) -> None:
    """Refuse members that come one by one as a size grows: what was seen of them says nothing of the next.

    Raises: `Unfit`.
    """
    for names in alike(member.label for member in members if re.search("[<>]", member.condition)):
        conditions = {member.label: member.condition for member in members if member.label in names}
        if len(set(conditions.values())) > 1:
            message = f"{_joined(path, names[0])} and others come one by one, and their names follow no row"
            raise Unfit(path, [({}, f"{name} where {condition}") for name, condition in conditions.items()], message)


def _child(name: str, seen: list[Observation], path: str, indexes: tuple[str, ...], before: str) -> list[MemberPlan]:
    where = _joined(path, name)
    children = [bone.children.get(name) for _, bone in seen]
    rough, fine = (
        [sort(child) if child is not None and child.owns_tensors else None for child in children] for sort in SORTS
    )

    def cases(kinds: Sequence[object]) -> list[MemberPlan]:
        found = []
        for condition, there in _cases(kinds, seen, where, indexes):
            inside = [(env, bone.children[name]) for env, bone in there]
            if inside[0][1].cls in LISTS and not inside[0][1].tensors:
                members = _list(name, inside, where, indexes, before)
            else:
                content = _content(inside, where, indexes)
                members = [] if content is None else [MemberPlan(before + name, content)]
            found += [one._replace(condition=_both(condition, one.condition)) for one in members]
        return found

    return _first([rough, fine, *_by_flags(rough, seen), *_by_flags(fine, seen)], cases)


SORTS: tuple[Callable[[Bone], object], ...] = (  # what children share that one plan describes
    lambda bone: (bone.cls, bone.kind if bone.cls == TENSOR else bone.calls),
    lambda bone: (bone.cls, bone.kind if bone.cls == TENSOR or bone.is_layer else 0),
)


def _both(one: str, other: str) -> str:
    return f"{one} and {other}" if one and other else one or other


def _list(name: str, seen: list[Observation], path: str, indexes: tuple[str, ...], before: str) -> list[MemberPlan]:
    """A list of modules: a multiple where all are alike, else its members under dotted names."""
    found = _children(seen, path, indexes, f"{before}{name}.")
    only = found[0] if len(found) == 1 else None
    if only is None or only.label != f"{before}{name}.{{}}" or only.test or only.condition or only.start.constant != 0:
        return found
    if only.variable in sizes_in(only.content) or isinstance(only.content, TensorPlan):
        return found
    return [MemberPlan(before + name, Repeated(only.stop, only.content))]


# ------------------------------------------------------------------------------------------------------ rows


def _row(
    label: str, names: tuple[str, ...], seen: list[Observation], path: str, indexes: tuple[str, ...], before: str
) -> list[MemberPlan]:
    numbers = [numbers_of(label, bone) for _, bone in seen]
    is_row = all(row == list(range(row[0], row[0] + len(row))) for row in numbers if row)
    row = Row(label, seen, path, indexes, before)
    try:
        if not is_row:
            raise Unfit(row.where, [(env, at) for (env, _), at in zip(seen, numbers, strict=True)])
        return _of_kinds(row, numbers)
    except Unfit:
        if len({len(row) for row in numbers}) > 1:
            raise
    return [member for name in names for member in _child(name, seen, path, indexes, before)]


class Row(NamedTuple):
    """A row of numbered children: the label with `{}` for the number, where they were seen, and where they stand."""

    label: str
    seen: list[Observation]
    path: str
    indexes: tuple[str, ...]
    before: str

    @property
    def where(self) -> str:
        """The path, for messages."""
        return _joined(self.path, self.label)

    def fitted(self, values: Sequence[int], what: str) -> Expression:
        """The expression of one number for each of the models."""
        return fitted(values, self.seen, f"{what} {self.where}", self.indexes)


def _of_kinds(row: Row, numbers: list[list[int]]) -> list[MemberPlan]:
    """The members of a row, its kinds told as coarsely as goes: by class and tensors, by all that is inside, by sizes."""
    failed: Unfit | None = None
    done: list[list[Runs]] = []
    children = [
        [bone.children[named(row.label, at)] for at in ats] for ats, (_, bone) in zip(numbers, row.seen, strict=True)
    ]
    if not any(bone.owns_tensors for bones in children for bone in bones):
        return []
    for told in KINDS:
        known: dict[object, int] = {}
        kinds = [[known.setdefault(kind, len(known)) for kind in told(bones)] for bones in children]
        rows = [Runs(ats, own) for ats, own in zip(numbers, kinds, strict=True)]
        if rows in done:
            continue
        done.append(rows)
        try:
            return _runs(row, rows)
        except Unfit as unfit:
            failed = failed or unfit
    raise failed  # type: ignore[misc]


def _runs(row: Row, rows: list[Runs], is_inner: bool = False) -> list[MemberPlan]:
    """One loop for each run of one kind; or one loop whose turns are told apart by a bound or by their remainder."""
    orders = [one.order for one in rows]
    kinds = {kind for order in orders for kind in order}
    if len(kinds) == 1:
        return _run(row, [(one.numbers[0], one.numbers[-1] + 1) if one.numbers else (0, 0) for one in rows])
    grows = len({len(one.numbers) for one in rows}) > 1
    by_remainder = period(rows) if grows else None
    by_bound = prefix(rows)
    if by_remainder is not None and by_bound is not None:
        message = f"whether the kinds of {row.where} come again every {by_remainder[0]}, or not, can't be told"
        raise Unfit(row.where, _kinds_seen(row), message, _longer(row, rows, by_remainder[0]))
    if by_remainder is None and all(order == orders[0] for order in orders):
        spans = [[(start, stop) for _, start, stop in one.cut] for one in rows]
        return [member for column in zip(*spans, strict=True) for member in _run(row, list(column))]
    if by_remainder is not None:
        return _periodic(row, rows, *by_remainder)
    if by_bound is not None:
        return _bounded(row, rows, by_bound)
    found = _headed(row, rows) or _peeled(row, rows)
    return found if found or is_inner else _listed(row, rows)


def _longer(row: Row, rows: list[Runs], by: int) -> Env | None:
    """The sizes of the longest row, with that one of them greater which lengthens it."""
    lengths = [len(one.numbers) for one in rows]
    env = row.seen[lengths.index(max(lengths))][0]
    length = fit(lengths, [env for env, _ in row.seen], row.indexes)
    name = next((name for name in env if length is not None and name in length.names), None)
    return None if name is None else {**env, name: env[name] + by}


ENDS = ((1, 0), (2, 0), (0, 1), (1, 1))  # of how many members at the front and at the back a row may be rid of


def _peeled(row: Row, rows: list[Runs]) -> list[MemberPlan]:
    """The members of a row whose first or last ones are others, and that is regular without them; nothing for others."""
    for front, back in ENDS:
        inner = [one.between(front, back) for one in rows]
        if (
            any(not one.numbers for one in inner)
            or len({(*one.kinds[:front], *one.kinds[-back:][:back]) for one in rows}) > 1
        ):
            continue
        try:
            middle = _runs(row, inner, is_inner=True)
        except Unfit:
            continue
        if not middle:
            continue
        ends = [
            _run(row, [(one.numbers[at], one.numbers[at] + 1) for one in rows])
            for at in (*range(front), *range(-back, 0))
        ]
        found = [*ends[:front], middle, *ends[front:]]
        return [member for members in found for member in members]
    return []


def _headed(row: Row, rows: list[Runs]) -> list[MemberPlan]:
    """One loop whose first turns are of one kind, the others told by remainders; nothing where they aren't."""
    for bound in heads(rows):
        behind = [one.behind(bound) for one in rows]
        by_remainder = period(behind)
        if by_remainder is not None:
            modulus, kinds = by_remainder
            head = (Test(bound=number(bound)), _before(bound))
            with suppress(Unfit):
                return _tested(row, rows, [head, *_by_remainders(modulus, kinds, bound)])
    return []


def _before(bound: int) -> Callable[[Runs], list[int]]:
    return lambda one: [at for at in one.numbers if at < bound]


MAX_LISTED = 16


def _listed(row: Row, rows: list[Runs]) -> list[MemberPlan]:
    """One loop whose turns are told apart by their numbers, which nothing else does. Raises: `Unfit`."""
    kinds = singled(rows)
    if kinds is None:
        raise Unfit(row.where, _kinds_seen(row))
    groups = [tuple(sorted(at for at in kinds if kinds[at] == kind)) for kind in dict.fromkeys(kinds.values())]
    *listed, others = sorted(groups, key=len)
    if (
        sum(map(len, listed)) > MAX_LISTED
        or len(others) < 2 * len(groups)
        or len({len(one.numbers) for one in rows}) == 1
    ):
        raise Unfit(row.where, _kinds_seen(row))
    cases = [(Test(remainders=group), _of_kind(kinds[group[0]])) for group in listed]
    found = _tested(row, rows, [*cases, (Test(), _of_kind(kinds[others[0]]))])
    if len(found) <= len(listed):
        raise Unfit(row.where, _kinds_seen(row))
    return found


def _kinds_seen(row: Row) -> list[tuple[Env, object]]:
    found: list[tuple[Env, object]] = []
    for env, bone in row.seen:
        names = [bone.children[named(row.label, at)].cls for at in numbers_of(row.label, bone)]
        found.append((env, ", ".join(names[:6]) + (", …" if len(names) > 6 else "")))
    return found


def _periodic(row: Row, rows: list[Runs], modulus: int, kinds: Mapping[int, int]) -> list[MemberPlan]:
    """One loop whose turns are told apart by remainders: the most frequent kind last, as all others."""
    try:
        return _tested(row, rows, _by_remainders(modulus, kinds, 0))
    except Unfit:
        each = [[remainder] for remainder in range(modulus)]
        return _tested(row, rows, [(_remainders(modulus, group), _leaves(modulus, group, 0)) for group in each])


def _by_remainders(modulus: int, kinds: Mapping[int, int], start: int) -> list[Case]:
    """The cases of a row from a number on: the most frequent kind last."""
    groups = [[at for at in kinds if kinds[at] == kind] for kind in dict.fromkeys(kinds.values())]
    groups.sort(key=len)
    return [(_remainders(modulus, group), _leaves(modulus, group, start)) for group in groups]


Case = tuple[Test, Callable[[Runs], list[int]]]  # which turns, as a test and as their numbers


def _remainders(modulus: int, group: list[int]) -> Test:
    return Test(modulus=modulus, remainders=tuple(sorted(group)))


def _leaves(modulus: int, group: list[int], start: int) -> Callable[[Runs], list[int]]:
    return lambda one: [at for at in one.numbers if at >= start and at % modulus in group]


def _bounded(row: Row, rows: list[Runs], order: list[int]) -> list[MemberPlan]:
    """One loop whose first turns are of one kind, the next of another; where a model ends before a bound, it says nothing of it."""
    cases: list[Case] = []
    for place, kind in enumerate(order):
        ends = [(one, env, bone) for one, (env, bone) in zip(rows, row.seen, strict=True) if len(one.order) > place + 1]
        test = Test()
        if ends:
            seen = [(env, bone) for _, env, bone in ends]
            values = [one.cut[place][2] for one, _, _ in ends]
            test = Test(bound=fitted(values, seen, f"the number of {row.where}", row.indexes))
        cases.append((test, _of_kind(kind)))
    return _tested(row, rows, cases)


def _of_kind(kind: int) -> Callable[[Runs], list[int]]:
    return lambda one: [at for at, own in zip(one.numbers, one.kinds, strict=True) if own == kind]


def _tested(row: Row, rows: list[Runs], cases: Sequence[Case]) -> list[MemberPlan]:
    """The members of one loop, each with the test that tells its turns; the last is for all others, unless one has none."""
    start = row.fitted([one.numbers[0] if one.numbers else 0 for one in rows], "the start of")
    stop = row.fitted([one.numbers[-1] + 1 if one.numbers else 0 for one in rows], "the number of")
    found = []
    for test, turns in cases:
        members = _turns(row, [turns(one) for one in rows], start, stop, 0)
        found += [member._replace(test=test) for member in members]
    if len(found) == len(cases):
        found[-1] = found[-1]._replace(test=Test())
    elif any(not test.modulus for test, _ in cases):
        raise Unfit(row.where, _kinds_seen(row))
    return found


def _run(row: Row, spans: list[tuple[int, int]]) -> list[MemberPlan]:
    """The members of one run: a loop, or one member where it is always one."""
    start = row.fitted([span[0] for span in spans], "the start of")
    stop = row.fitted([span[1] for span in spans], "the number of")
    if start.constant is not None and stop.constant == start.constant + 1:
        return _child(named(row.label, start.constant), row.seen, row.path, row.indexes, row.before)
    return _turns(row, [list(range(*span)) for span in spans], start, stop, start.constant or 0)


def _turns(row: Row, chosen: list[list[int]], start: Expression, stop: Expression, offset: int) -> list[MemberPlan]:
    """The member of those turns of a loop which have these numbers; none where it owns nothing."""
    label, before, where, indexes = row.label, row.before, row.where, row.indexes
    index = next(name for name in INDEXES if name not in indexes and all(name not in env for env, _ in row.seen))
    inside: list[Observation] = [
        ({**env, index: at - offset}, bone.children[named(label, at)])
        for numbers, (env, bone) in zip(chosen, row.seen, strict=True)
        for at in some_of(numbers)
    ]
    if not inside:
        return []
    if inside[0][1].cls in LISTS and not inside[0][1].tensors:
        members = _list("{}", inside, where, (*indexes, index), "")
        if len(members) == 1 and members[0].label == "{}" and not members[0].condition:
            return [MemberPlan(before + label, members[0].content, index, start, stop, offset=offset)]
        content: Plan | None = ModulePlan(class_name(before + label), tuple(_unlisted(members)))
    else:
        content = _content(inside, where, (*indexes, index))
    if content is None:
        return []
    offset = offset if index in sizes_in(content) else 0  # the index of a loop from there on would say no more
    return [MemberPlan(before + label, content, index, start, stop, offset=offset)]


def _unlisted(members: list[MemberPlan]) -> list[MemberPlan]:
    """The members of a list in a list, without the beginning of their names."""
    return [member._replace(label=member.label.removeprefix("{}.")) for member in members]
