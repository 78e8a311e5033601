"""Children of modules by their names: rows of those that differ in a number only, their order, and what tells their kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from .skeleton import LISTS, NUMBER, Bone
from .unfit import Observation

MAX_SEEN = 5
_LAST = re.compile(r"\d+(?=\D*$)")


def rows_of(seen: list[Observation]) -> dict[tuple[str, ...], str]:
    """Rows of numbered children: the names at the first sizes → the label with `{}` for the number."""
    groups: dict[str, list[str]] = {}
    for names in alike(names_of(seen)):
        is_one = all(len(set(NUMBER.findall(name))) == 1 for name in names)  # block_2_conv_2
        for name in names:
            label = NUMBER.sub("{}", name) if is_one else _LAST.sub("{}", name)
            groups.setdefault(label, []).append(name)
    rows = {}
    for label, names in groups.items():
        counts = {len(numbers_of(label, bone)) for _, bone in seen}
        if len(counts) > 1 or (seen[0][1].cls in LISTS and len(names) > 1):
            rows[tuple(names)] = label
    return rows


def alike(names: Iterable[str]) -> list[list[str]]:
    """Those names with numbers which differ in them only, together."""
    groups: dict[str, list[str]] = {}
    for name in names:
        if NUMBER.search(name):
            groups.setdefault(NUMBER.sub("#", name), []).append(name)
    return list(groups.values())


def names_of(seen: list[Observation]) -> list[str]:
    """The names of all children, in the order of the fullest; others behind those that they stand behind."""
    bones = sorted((bone for _, bone in seen), key=lambda bone: -len(bone.children))
    found = list(bones[0].children)
    known = set(found)
    for bone in bones[1:]:
        if known.issuperset(bone.children):
            continue
        place = 0
        for name in bone.children:
            if name in known:
                place = found.index(name) + 1
            else:
                found.insert(place, name)
                known.add(name)
                place += 1
    return found


def numbers_of(label: str, bone: Bone) -> list[int]:
    """The numbers of a row's children in one module."""
    first, *others = map(re.escape, label.split("{}"))
    pattern = re.compile(first + r"(\d+)" + r"\1".join(others))
    return sorted(int(match.group(1)) for name in bone.children if (match := pattern.fullmatch(name)))


def named(label: str, number: int) -> str:
    """The name of a row's child."""
    return label.replace("{}", str(number))


def class_name(label: str) -> str:
    """A name for the module that one turn of a list of lists is: `Layer` for `layers.{}`."""
    word = re.sub(r"\W|\d", "", label.replace("{}", "").rstrip(".").rpartition(".")[2]) or "Block"
    return "".join(part.capitalize() for part in word.removesuffix("s").split("_")) or "Block"


def some_of(numbers: list[int]) -> list[int]:
    """A few of a run's numbers: its ends and its middle."""
    if len(numbers) <= MAX_SEEN:
        return numbers
    return [*numbers[:3], numbers[len(numbers) // 2], numbers[-1]]


def _by_sizes(bones: Sequence[Bone]) -> list[object]:
    """The kinds of a row's members that tell sizes apart, numbered as they come."""
    known: dict[object, int] = {}
    return [known.setdefault((bone.fine, _shapes(bone)), len(known)) for bone in bones]


def _shapes(bone: Bone) -> object:
    own = tuple(one.shape for one in bone.tensors.values())
    return own, tuple(_shapes(child) for child in bone.children.values())


KINDS: tuple[Callable[[Sequence[Bone]], Sequence[object]], ...] = (
    lambda bones: [(bone.cls, bone.calls) for bone in bones],
    lambda bones: [bone.kind for bone in bones],
    lambda bones: [bone.fine for bone in bones],
    _by_sizes,
)
