"""Two collections of tensors → what one has and the other hasn't, folded over repeats, as a page that a person reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from .json_text import name_shown
from .stored import Collection, Shape, Stored, elements

MAX_LINES = 60
MAX_SIZES = 12
MAX_NAME = 100
_INDEX = re.compile(r"(?<![^.])\d+(?![^.])")


class Difference(NamedTuple):
    """Tensors that differ in one way. kind is `missing`, `extra`, `shape`, `kind`, `tied` or `untied`.

    name: with `{0..11}` for the turns of repeats; ours, theirs: shapes, or in words what is said of them; tensors: how
    many; off: by how many numbers theirs exceed ours.
    """

    kind: str
    name: str
    ours: str
    theirs: str
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
    """What a description and a model or checkpoint differ in."""
    found = list(_differences(ours, theirs))
    wrong = {name for _, name, *_ in found}
    agreeing = len([name for name in ours.tensors if name in theirs.tensors and name not in wrong])
    return Comparison(tuple(_folded(found)), agreeing, _total(ours), _total(theirs, ours), _hint(ours, theirs))


def _total(collection: Collection, other: Collection | None = None) -> int:
    """All numbers, tensors that are one counted once; where the origin can't tell, as the description says."""
    twins = collection.twins if collection.twins is not None else (other.twins if other is not None else None) or {}
    return sum(
        elements(tensor.shape)
        for name, tensor in collection.tensors.items()
        if name not in twins or twins[name] not in collection.tensors
    )


def _differences(ours: Collection, theirs: Collection) -> Iterator[tuple[str, str, str, str, int]]:
    """kind, name, what is ours, what is theirs, and by how much theirs is larger."""
    twins = ours.twins or {}
    for name, tensor in ours.tensors.items():
        other = theirs.tensors.get(name)
        if other is None:
            if _is_under_another_name(name, twins, theirs):
                continue
            counted = 0 if name in twins and twins[name] in theirs.tensors else elements(tensor.shape)
            yield "missing", name, _shape(tensor.shape), "", -counted
        elif other.shape != tensor.shape:
            off = 0 if name in twins else elements(other.shape) - elements(tensor.shape)
            yield "shape", name, _shape(tensor.shape), _shape(other.shape), off
        elif other.kind and tensor.kind and other.kind != tensor.kind:
            yield "kind", name, f"{tensor.kind} {_shape(tensor.shape)}", other.kind, 0
    for name, other in theirs.tensors.items():
        if name not in ours.tensors:
            is_twin = theirs.twins is not None and theirs.twins.get(name) in theirs.tensors
            yield "extra", name, "", _shape(other.shape), 0 if is_twin else elements(other.shape)
    yield from _ties(ours, theirs)


def _is_under_another_name(name: str, twins: Mapping[str, str], theirs: Collection) -> bool:
    """Whether a file that stores tied tensors once stores this one under another of its names."""
    if theirs.is_complete:
        return False
    kept = twins.get(name, name)
    group = {kept, *(other for other, first in twins.items() if first == kept)}
    return any(other in theirs.tensors for other in group - {name})


def _ties(ours: Collection, theirs: Collection) -> Iterator[tuple[str, str, str, str, int]]:
    if theirs.twins is None:
        return
    one, other = _groups(ours), _groups(theirs)
    for name in sorted(one.keys() | other.keys()):
        if name in ours.tensors and name in theirs.tensors and one.get(name) != other.get(name):
            kept, shape = one.get(name), ours.tensors[name].shape
            if kept is not None and other.get(name) is None:
                yield "untied", name, f"tied to {kept}", "a tensor of its own", elements(shape)
            elif kept is None:
                yield "tied", name, "a tensor of its own", f"tied to {other[name]}", -elements(shape)


def _groups(collection: Collection) -> dict[str, str]:
    """Each name of a tied tensor but the first → the first that both may know it by, the least of the names."""
    groups: dict[str, set[str]] = {}
    for name, kept in (collection.twins or {}).items():
        groups.setdefault(kept, {kept}).add(name)
    return {name: min(group) for group in groups.values() for name in group if name != min(group)}


def _shape(shape: Shape) -> str:
    more = f", … {len(shape)} sizes" if len(shape) > MAX_SIZES else ""
    return f"[{', '.join(map(str, shape[:MAX_SIZES]))}{more}]"


# ------------------------------------------------------------------------------------------------------ folding


def _folded(found: Iterable[tuple[str, str, str, str, int]]) -> Iterator[Difference]:
    """Differences that are alike but for the numbers in their names, together."""
    rows: dict[tuple[str, str, str, str], list[tuple[str, int]]] = {}
    for kind, name, ours, theirs, off in found:
        rows.setdefault((kind, _INDEX.sub("#", name), ours, _INDEX.sub("#", theirs)), []).append((name, off))
    for (kind, _, ours, theirs), group in rows.items():
        name = _common([one for one, _ in group])
        yield Difference(kind, name, ours, theirs, len(group), sum(off for _, off in group))


def _common(names: list[str]) -> str:
    """One name for many: `h.{0..11}.attn.bias`, or `h.{0,5,7}.attn.bias` where turns are left out."""
    if len(names) == 1:
        return name_shown(names[0], MAX_NAME)
    columns = zip(*(name.split(".") for name in names), strict=True)
    return name_shown(".".join(_column(list(dict.fromkeys(column))) for column in columns), MAX_NAME)


def _column(pieces: list[str]) -> str:
    if len(pieces) == 1:
        return pieces[0]
    numbers = sorted(map(int, pieces))
    if numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{{{numbers[0]}..{numbers[-1]}}}"
    shown = ",".join(map(str, numbers[:6]))
    return f"{{{shown}{',…' if len(numbers) > 6 else ''}}}"


# ------------------------------------------------------------------------------------------------------ words


def _hint(ours: Collection, theirs: Collection) -> str:
    """What one change of names would make agree, where there is one."""
    missing = [name for name in ours.tensors if name not in theirs.tensors]
    extra = [name for name in theirs.tensors if name not in ours.tensors]
    if not missing or not extra:
        return ""
    for prefix in _prefixes(extra):
        if any(name.removeprefix(prefix) in ours.tensors for name in extra):
            return f"all of its names begin with {name_shown(prefix)}: add --strip {name_shown(prefix)}"
    for prefix in _prefixes(missing):
        if any(name.removeprefix(prefix) in theirs.tensors for name in missing):
            return f"its names lack {prefix}: add --prefix {prefix}"
    return _renamed(missing, extra, ours.tensors, theirs.tensors)


def _prefixes(names: list[str]) -> list[str]:
    """The dotted beginnings that all names share, the longest first."""
    first = min(names).split(".")
    last = max(names).split(".")
    common: list[str] = []
    for one, other in zip(first[:-1], last[:-1], strict=False):
        if one != other:
            break
        common.append(one)
    return [".".join(common[:count]) + "." for count in range(len(common), 0, -1)]


def _renamed(missing: list[str], extra: list[str], ours: Mapping[str, Stored], theirs: Mapping[str, Stored]) -> str:
    import difflib

    for name in missing[:20]:
        same = [other for other in extra[:2000] if theirs[other].shape == ours[name].shape]
        near = difflib.get_close_matches(name, same, n=1, cutoff=0.6)
        if near:
            return f"is {name_shown(near[0])} what is called {name} here?"
    return ""


def page(found: Comparison, ours: str, theirs: str) -> str:
    """The comparison in lines: what differs, how many tensors agree, and the sums."""
    lines = []
    width = max((len(one.name) for one in found.differences), default=0)
    for one in found.differences[:MAX_LINES]:
        times = f"{one.tensors} × " if one.tensors > 1 else ""
        off = f"{one.off:+,}" if one.off else ""
        lines.append(f"{WORDS[one.kind].ljust(8)}  {one.name.ljust(width)}  {times}{_sides(one)}  {off}".rstrip())
    if len(found.differences) > MAX_LINES:
        lines.append(f"… and {len(found.differences) - MAX_LINES:,} more")
    if found.hint:
        lines.append(f"= help: {found.hint}")
    if lines:
        lines.append("")
    return "\n".join([*lines, *_sums(found, ours, theirs)])


WORDS = {"missing": "missing", "extra": "extra", "shape": "shape", "kind": "kind", "tied": "tied", "untied": "untied"}


def _sides(one: Difference) -> str:
    if not one.ours or not one.theirs:
        return one.ours or one.theirs
    return f"{one.ours} here, {one.theirs} there"


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
