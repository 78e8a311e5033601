"""Names that differ between two collections of tensors → the one change that most of them share, and who is who among the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from .folding import Group, numbers, pattern
from .json_text import name_shown
from .stored import WRAPPERS, Collection, renamed

MAX_DEPTH = 6
MAX_TRIED = 2_000
MAX_PAIRS = 20_000
MAX_COMPARED = 200
ALIKE = 0.5
MARGIN = 0.05


class Rule(NamedTuple):
    """What is left off the beginning of their names, or put before them, so that most are those of the description."""

    strip: str
    prefix: str
    is_all: bool

    @property
    def hint(self) -> str:
        """How to say so on the command line."""
        told = name_shown(self.strip or self.prefix)
        if self.prefix:
            return f"its names lack {told}: add --prefix {told}"
        how = "have" if self.strip in WRAPPERS else "begin with"
        return f"{'all of its' if self.is_all else 'its'} names {how} {told}: add --strip {told}"


def renaming(ours: Collection, theirs: Collection) -> Rule | None:
    """The one change of names after which most of those that nobody here knows are known; None where there is none."""
    missing = [name for name in ours.tensors if name not in theirs.tensors]
    extra = [name for name in theirs.tensors if name not in ours.tensors]
    tried = [*(Rule(one, "", False) for one in _strips(extra)), *(Rule("", one, False) for one in _beginnings(missing))]
    enough = min(len(missing), len(extra), MAX_TRIED)
    for has_shapes in (True, False):
        counts = [sum(1 for _ in _met(rule, extra[:MAX_TRIED], ours, theirs, has_shapes)) for rule in tried]
        if counts and 2 * max(counts) >= enough > 0:
            best = tried[counts.index(max(counts))]
            return best._replace(is_all=all(best.strip in name for name in theirs.tensors))
    return None


def _met(rule: Rule, names: Sequence[str], ours: Collection, theirs: Collection, has_shapes: bool) -> Iterator[str]:
    """The names that are known after the change, as names of the same shape where `has_shapes`."""
    for name, other in renamed(theirs, rule.strip, rule.prefix, ours.tensors, names).items():
        if other in ours.tensors and (not has_shapes or ours.tensors[other].shape == theirs.tensors[name].shape):
            yield name


def _strips(names: Sequence[str]) -> Iterator[str]:
    """What may be left off: a beginning that many names share, or a wrapper's name inside."""
    yield from _beginnings(names)
    yield from (piece for piece in WRAPPERS if any(piece in name for name in names))


def _beginnings(names: Sequence[str]) -> Iterator[str]:
    """The dotted beginnings that at least half of the names have."""
    counts: Counter[str] = Counter()
    for name in names[:MAX_TRIED]:
        pieces = name.split(".", MAX_DEPTH)[:-1]
        counts.update(".".join(pieces[:count]) + "." for count in range(1, len(pieces) + 1))
    return (one for one, count in counts.items() if 2 * count >= min(len(names), MAX_TRIED))


def paired(missing: Sequence[Group], extra: Sequence[Group]) -> Mapping[int, tuple[Group, bool]]:
    """The ids of groups that are missing → the group, of as many tensors of the same shape, that they are there.

    Of several that it may be, the one whose name is nearest, and whether it is clearly nearer than any other; where only one
    fits, and it is no vector, whatever its name.
    """
    by_fit: dict[object, list[Group]] = {}
    for other in extra:
        by_fit.setdefault(_fit(other, other.theirs), []).append(other)
    tried = [(one, other) for one in missing for other in by_fit.get(_fit(one, one.ours), ())][:MAX_PAIRS]
    ranked = sorted(_likeness(tried), key=lambda row: -row[0])
    best: dict[int, list[float]] = {}
    for alike, one, other in ranked:
        for group in (one, other):
            best.setdefault(id(group), []).append(alike)
    found: dict[int, tuple[Group, bool]] = {}
    taken: set[int] = set()
    for alike, one, other in ranked:
        rivals = [rank for group in (one, other) for rank in best[id(group)][:2]]
        is_only = len(best[id(one)]) == len(best[id(other)]) == 1
        if id(one) not in found and id(other) not in taken and (alike >= ALIKE or (is_only and ", " in one.ours)):
            is_clear = is_only or sum(rank > alike - MARGIN for rank in rivals) <= 2 or _is_longer(one, other)
            found[id(one)] = other, is_clear
            taken.add(id(other))
    return found


def _is_longer(one: Group, other: Group) -> bool:
    """Whether one name is the other with more pieces in it."""
    short, long = sorted((pattern(group.names[0]).split(".") for group in (one, other)), key=len)
    rest = iter(long)
    return all(piece in rest for piece in short)


def _fit(group: Group, shape: str) -> object:
    """What groups share that may be one under two names: shape and turns; of a single tensor, the shape."""
    turns = frozenset(map(numbers, group.names)) if len(group.found) > 1 else None
    return shape, turns


def _likeness(pairs: Iterable[tuple[Group, Group]]) -> Iterator[tuple[float, Group, Group]]:
    for one, other in pairs:
        here, there = (pattern(group.names[0])[-MAX_COMPARED:] for group in (one, other))
        yield SequenceMatcher(None, here, there, autojunk=False).ratio(), one, other
