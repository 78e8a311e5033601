"""Two collections of tensors → what one has and the other hasn't, folded over repeats, as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .advice import advice, notes
from .folding import MAX_NAME, Found, Group, common, folded, groups
from .fusing import Fusion, fusions
from .json_text import name_shown
from .renames import paired, renaming
from .stored import Collection, Shape, elements, renamed, with_names

MAX_SIZES = 12


class Difference(NamedTuple):
    """Tensors that differ in one way.

    kind is `names`, `renamed`, `fused`, `split`, `missing`, `extra`, `shape`, `transposed`, `kind`, `tied` or `untied`.

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
    hints: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


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
        row = Difference("names", name_shown(f"{rule.prefix}*"), "", there, len(changed), count, 0)
        rows, agreeing = [row, *rows], [name for name in agreeing if name not in changed]
    hints = [*([rule.hint] if rule is not None else []), *advice(ours, theirs, found)]
    return Comparison(
        tuple(rows), len(agreeing), _total(ours), _total(theirs, ours), tuple(hints), tuple(notes(theirs))
    )


def matched(ours: Collection, theirs: Collection) -> Collection:
    """Theirs under the names that they have here, where most names differ in one way."""
    rule = renaming(ours, theirs)
    return theirs if rule is None else with_names(theirs, renamed(theirs, rule.strip, rule.prefix, ours.tensors))


def _rows(found: list[Found], ours: Collection, theirs: Collection) -> Iterator[Difference]:
    """The differences of repeats together: what is in one piece here and in several there, has another name, and all else."""
    alike = groups(found)
    made = _fused(alike, ours, theirs)
    used = {id(group) for _, one in made for group in (one.whole, *one.parts)}
    left = [one for one in alike if id(one) not in used]
    pairs = paired([one for one in left if one.kind == "missing"], [one for one in left if one.kind == "extra"])
    others = {id(other) for other, _ in pairs.values()}
    for kind, fusion in made:
        yield _fusion_row(kind, fusion)
    for one in left:
        if id(one) in pairs:
            other, is_clear = pairs[id(one)]
            there = f"{_guess(is_clear)}{common(other.names)}"
            yield Difference(
                "renamed", common(one.names), one.ours, there, len(one.found), one.tensors, one.off + other.off
            )
    left = [one for one in left if id(one) not in pairs and id(one) not in others]
    for one in folded(left, ours.tensors, theirs.tensors):
        yield Difference(one.kind, common(one.names), one.ours, one.theirs, len(one.found), one.tensors, one.off)


def _fused(alike: list[Group], ours: Collection, theirs: Collection) -> list[tuple[str, Fusion]]:
    """What is in one piece there and in several here, and the other way round."""
    missing, extra = ([one for one in alike if one.kind == kind] for kind in ("missing", "extra"))
    if not missing or not extra:
        return []
    tensors = {**theirs.tensors, **ours.tensors}
    found = [("fused", one) for one in fusions(extra, missing, tensors)]
    used = {id(group) for _, one in found for group in (one.whole, *one.parts)}
    left, there = ([one for one in some if id(one) not in used] for some in (missing, extra))
    return [*found, *(("split", one) for one in fusions(left, there, tensors))]


def _fusion_row(kind: str, fusion: Fusion) -> Difference:
    whole, parts = fusion.whole, fusion.parts
    tensors, off = (sum(one.tensors for one in (whole, *parts)), sum(one.off for one in (whole, *parts)))
    shape = whole.ours or whole.theirs
    others = f"{_guess(fusion.is_clear)}{fusion.told}"
    here, there = (others, shape) if kind == "fused" else (shape, others)
    return Difference(kind, common(whole.names), here, there, len(whole.found), tensors, off)


def _guess(is_clear: bool) -> str:
    return "" if is_clear else "perhaps "


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
