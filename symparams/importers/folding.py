"""Differences tensor by tensor → rows: those of repeats together, and all below a name that only one side knows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from .json_text import name_shown

MAX_NAME = 100
MAX_FOLDED = 200_000
MIN_BELOW = 3
MAX_NESTED = 30
_INDEX = re.compile(r"(?<![^.])\d+(?![^.])")


class Found(NamedTuple):
    """A tensor that differs, or several: how, the name, what is ours, what is theirs, by how many numbers theirs is larger."""

    kind: str
    name: str
    ours: str
    theirs: str
    off: int
    tensors: int = 1


class Group(NamedTuple):
    """Differences that are alike but for the numbers in their names."""

    kind: str
    ours: str
    theirs: str
    found: list[Found]

    @property
    def names(self) -> list[str]:
        """The names of its tensors."""
        return [one.name for one in self.found]

    @property
    def tensors(self) -> int:
        """How many tensors they are."""
        return sum(one.tensors for one in self.found)

    @property
    def off(self) -> int:
        """By how many numbers theirs exceed ours."""
        return sum(one.off for one in self.found)


def pattern(name: str) -> str:
    """A name without its numbers."""
    return _INDEX.sub("#", name)


def numbers(name: str) -> tuple[str, ...]:
    """The numbers in a name."""
    return tuple(_INDEX.findall(name))


def groups(found: Iterable[Found]) -> list[Group]:
    """The differences of repeats together, in the order in which the first of each was met."""
    rows: dict[tuple[str, str, str, str], Group] = {}
    for one in found:
        key = (one.kind, pattern(one.name), one.ours, pattern(one.theirs))
        rows.setdefault(key, Group(one.kind, one.ours, one.theirs, [])).found.append(one)
    return list(rows.values())


def folded(alike: list[Group], ours: Iterable[str], theirs: Iterable[str]) -> list[Group]:
    """Groups in which a name that only one side knows stands for all tensors below it, `h.3.*`."""
    found = [one for group in alike for one in group.found]
    gone = {
        **_gone([one for one in found if one.kind == "missing"], ours, theirs),
        **_gone([one for one in found if one.kind == "extra"], theirs, ours),
    }
    if not gone:
        return alike
    rows: list[Found] = []
    below: dict[tuple[str, str], list[Found]] = {}
    for one in found:
        owner = gone.get((one.kind, one.name))
        if owner is None:
            rows.append(one)
            continue
        if (one.kind, owner) not in below:
            rows.append(one._replace(name=owner))
        below.setdefault((one.kind, owner), []).append(one)
    return groups(_together(one, below.get((one.kind, one.name), [])) for one in rows)


def _together(one: Found, below: list[Found]) -> Found:
    if not below:
        return one
    told = f"{len(below)} tensors"
    ours, theirs = (told, "") if one.kind == "missing" else ("", told)
    return Found(one.kind, f"{one.name}.*", ours, theirs, sum(each.off for each in below), len(below))


def _gone(found: list[Found], own: Iterable[str], other: Iterable[str]) -> Mapping[tuple[str, str], str]:
    """Differences by kind and name → the outermost name below which the other side has nothing, if several lie there."""
    own, other = list(own), list(other)
    if len(found) < MIN_BELOW or len(own) + len(other) > MAX_FOLDED:
        return {}
    names = {one.name for one in found}
    all_below = Counter(owner for name in own for owner in _owners(name))
    found_below = Counter(owner for name in names for owner in _owners(name))
    known = {owner for name in other for owner in _owners(name)} | set(other)
    lost = {owner for owner, count in found_below.items() if all_below[owner] == count and owner not in known}
    owners = {name: next((owner for owner in _owners(name) if owner in lost), "") for name in names}
    sizes = Counter(owners.values())
    return {
        (one.kind, one.name): owners[one.name]
        for one in found
        if owners[one.name] and sizes[owners[one.name]] >= MIN_BELOW
    }


def _owners(name: str) -> Iterator[str]:
    """The dotted beginnings of a name, the shortest first, as far as modules may be nested."""
    place = name.find(".")
    for _ in range(MAX_NESTED):
        if place < 0:
            return
        yield name[:place]
        place = name.find(".", place + 1)


def common(names: list[str]) -> str:
    """One name for many: `h.{0..11}.attn.bias`, or `h.{0,5,7}.attn.bias` where turns are left out."""
    if len(names) == 1:
        return name_shown(names[0], MAX_NAME)
    columns = zip(*(name.split(".") for name in names), strict=True)
    return name_shown(".".join(_column(list(dict.fromkeys(column))) for column in columns), MAX_NAME)


def _column(pieces: list[str]) -> str:
    if len(pieces) == 1:
        return pieces[0]
    found = sorted(map(int, pieces))
    if found == list(range(found[0], found[-1] + 1)):
        return f"{{{found[0]}..{found[-1]}}}"
    shown = ",".join(map(str, found[:6]))
    return f"{{{shown}{',…' if len(found) > 6 else ''}}}"
