"""Two collections of tensors → what one has and the other hasn't, folded over repeats, as a page that a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .folding import MAX_NAME, Found, common, folded, groups
from .json_text import name_shown
from .renames import paired, renaming
from .stored import Collection, Shape, elements, renamed, with_names

MAX_LINES = 60
MAX_SIZES = 12


class Difference(NamedTuple):
    """Tensors that differ in one way.

    kind is `names`, `renamed`, `missing`, `extra`, `shape`, `transposed`, `kind`, `tied` or `untied`.

    name: with `{0..11}` for the turns of repeats, `.*` for all below a name; ours, theirs: shapes, or in words what is said
    of them; turns: how many rows in one; tensors: how many there are in all of them, of `names` those that agree but for their
    beginning; off: by how many numbers theirs exceed ours.
    """

    kind: str
    name: str
    ours: str
    theirs: str
    turns: int
    tensors: int
    off: int


class Comparison(NamedTuple):
    """All differences, how many tensors agree, and the numbers on both sides, tensors that are one once."""

    differences: tuple[Difference, ...]
    agreeing: int
    ours: int
    theirs: int
    hint: str = ""


def compare(ours: Collection, theirs: Collection) -> Comparison:
    """What a description and a model or checkpoint differ in; where most names differ in one way, what else does."""
    rule = renaming(ours, theirs)
    names = renamed(theirs, rule.strip, rule.prefix, ours.tensors) if rule is not None else {}
    theirs = with_names(theirs, names) if rule is not None else theirs
    found = list(_differences(ours, theirs))
    wrong = {one.name for one in found}
    agreeing = [name for name in ours.tensors if name in theirs.tensors and name not in wrong]
    rows = list(_rows(found, ours, theirs))
    if rule is not None:
        changed = {new for old, new in names.items() if new != old}
        there = name_shown(f"{rule.strip}*")
        count = len(changed.intersection(agreeing))
        row = Difference("names", name_shown(f"{rule.prefix}*"), "", there, count, count, 0)
        rows, agreeing = [row, *rows], [name for name in agreeing if name not in changed]
    hint = rule.hint if rule is not None else ""
    return Comparison(tuple(rows), len(agreeing), _total(ours), _total(theirs, ours), hint)


def _rows(found: list[Found], ours: Collection, theirs: Collection) -> Iterator[Difference]:
    """The differences of repeats together: what has another name there, then what it lacks, and all else."""
    alike = groups(found)
    pairs = paired([one for one in alike if one.kind == "missing"], [one for one in alike if one.kind == "extra"])
    others = {id(other) for other, _ in pairs.values()}
    for one in alike:
        if id(one) in pairs:
            other, is_clear = pairs[id(one)]
            there = f"{'' if is_clear else 'perhaps '}{common(other.names)}"
            yield Difference(
                "renamed", common(one.names), one.ours, there, len(one.found), one.tensors, one.off + other.off
            )
    left = [one for one in alike if id(one) not in pairs and id(one) not in others]
    for one in folded(left, ours.tensors, theirs.tensors):
        yield Difference(one.kind, common(one.names), one.ours, one.theirs, len(one.found), one.tensors, one.off)


def _total(collection: Collection, other: Collection | None = None) -> int:
    """All numbers, tensors that are one counted once; where the origin can't tell, as the description says."""
    twins = collection.twins if collection.twins is not None else (other.twins if other is not None else None) or {}
    return sum(
        elements(tensor.shape)
        for name, tensor in collection.tensors.items()
        if name not in twins or twins[name] not in collection.tensors
    )


def _differences(ours: Collection, theirs: Collection) -> Iterator[Found]:
    """Each tensor that differs, in the order of the description."""
    twins = ours.twins or {}
    for name, tensor in ours.tensors.items():
        other = theirs.tensors.get(name)
        if other is None:
            if _is_under_another_name(name, twins, theirs):
                continue
            counted = 0 if name in twins else elements(tensor.shape)
            yield Found("missing", name, _shape(tensor.shape), "", -counted)
        elif other.shape != tensor.shape:
            off = 0 if name in twins else elements(other.shape) - elements(tensor.shape)
            is_turned = len(tensor.shape) == 2 and other.shape == tensor.shape[::-1]
            yield Found("transposed" if is_turned else "shape", name, _shape(tensor.shape), _shape(other.shape), off)
        elif other.kind and tensor.kind and other.kind != tensor.kind:
            yield Found("kind", name, f"{tensor.kind} {_shape(tensor.shape)}", other.kind, 0)
    for name, other in theirs.tensors.items():
        if name not in ours.tensors:
            is_twin = theirs.twins is not None and theirs.twins.get(name) in theirs.tensors
            yield Found("extra", name, "", _shape(other.shape), 0 if is_twin else elements(other.shape))
    yield from _ties(ours, theirs)


def _is_under_another_name(name: str, twins: Mapping[str, str], theirs: Collection) -> bool:
    """Whether a file that stores tied tensors once has this one, or lacks it, under another of its names."""
    if theirs.is_complete:
        return False
    return name in twins or any(other in theirs.tensors for other, first in twins.items() if first == name)


def _ties(ours: Collection, theirs: Collection) -> Iterator[Found]:
    if theirs.twins is None:
        return
    one, other = _groups(ours), _groups(theirs)
    for name in sorted(one.keys() | other.keys()):
        if name in ours.tensors and name in theirs.tensors and one.get(name) != other.get(name):
            kept, shape = one.get(name), ours.tensors[name].shape
            if kept is not None and other.get(name) is None:
                yield Found("untied", name, f"tied to {kept}", "a tensor of its own", elements(shape))
            elif kept is None:
                yield Found(
                    "tied",
                    name,
                    "a tensor of its own",
                    f"tied to {name_shown(other[name], MAX_NAME)}",
                    -elements(shape),
                )


def _groups(collection: Collection) -> dict[str, str]:
    """Each name of a tied tensor but the first → the first that both may know it by, the least of the names."""
    groups: dict[str, set[str]] = {}
    for name, kept in (collection.twins or {}).items():
        groups.setdefault(kept, {kept}).add(name)
    return {name: min(group) for group in groups.values() for name in group if name != min(group)}


def _shape(shape: Shape) -> str:
    more = f", … {len(shape)} sizes" if len(shape) > MAX_SIZES else ""
    return f"[{', '.join(map(str, shape[:MAX_SIZES]))}{more}]"


# ------------------------------------------------------------------------------------------------------ words


def page(found: Comparison, ours: str, theirs: str) -> str:
    """The comparison in lines: what differs, how many tensors agree, and the sums."""
    lines = []
    width = max((len(one.name) for one in found.differences if one.kind != "names"), default=0)
    for one in found.differences[:MAX_LINES]:
        if one.kind == "names":
            lines.append(f"names     {one.tensors:,} tensors are called {one.theirs} there, {one.name} here")
            continue
        times = f"{one.turns} × " if one.turns > 1 else ""
        off = f"{one.off:+,}" if one.off else ""
        lines.append(
            f"{WORDS.get(one.kind, one.kind).ljust(8)}  {one.name.ljust(width)}  {times}{_sides(one)}  {off}".rstrip()
        )
    if len(found.differences) > MAX_LINES:
        lines.append(f"… and {len(found.differences) - MAX_LINES:,} more")
    if found.hint:
        lines.append(f"= help: {found.hint}")
    if lines:
        lines.append("")
    return "\n".join([*lines, *_sums(found, ours, theirs)])


WORDS = {"transposed": "shape"}


def _sides(one: Difference) -> str:
    if one.kind == "renamed":
        return f"{one.ours} is {one.theirs} there"
    if not one.ours or not one.theirs:
        return one.ours or one.theirs
    return f"{one.ours} here, {one.theirs} there{', transposed' if one.kind == 'transposed' else ''}"


def _sums(found: Comparison, ours: str, theirs: str) -> list[str]:
    width = max(len(ours), len(theirs))
    rows = [
        f"{ours.ljust(width)}  {found.ours:>18,}",
        f"{theirs.ljust(width)}  {found.theirs:>18,}",
    ]
    if found.ours != found.theirs:
        rows.append(f"{''.ljust(width)}  {found.theirs - found.ours:>+18,}")
    verdict = "equal" if not found.differences else "different"
    return [
        *rows,
        f"{found.agreeing:,} tensors agree, {sum(one.tensors for one in found.differences):,} differ: {verdict}",
    ]
