"""Tied pairs of paths → the paths that count elsewhere, under each way in which the open conditions of ties may turn out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from ..errors import Finding, LimitError
from ..formula.nodes import Node
from .conditions import conjunction_of, literals
from .measure import AllBut, is_turn, leads
from .names import shown
from .network import Content, Copies, Network, Pair, Path, Tensor
from .selecting import leaves

MAX_CONDITIONS = 8

Two = tuple[Path, Path]
Case = tuple[bool, ...]


def settle_ties(network: Network) -> None:
    """Work out which paths count elsewhere, by the pairs that are tied."""
    pairs = _told_apart(network)
    always = [(left, right) for left, right, condition in pairs if condition is None]
    atoms = _atoms(pairs)
    network.kept = _kept(always)
    network.tied = frozenset(_elsewhere(always) if not atoms else _by_conditions(pairs, atoms))
    network.ties = tuple((shown(left), shown(right)) for left, right, condition in network.pairs if condition is None)


def _elsewhere(pairs: list[Two]) -> set[Any]:
    """All but one path of each group of tied ones."""
    return {_but(path, kept) for path, kept in _kept(pairs).items()}


def _kept(pairs: Iterable[Two]) -> dict[Path, Path]:
    """For each path that is tied away, the one of its group that counts: one that no `tie` names on its left."""
    pairs = list(pairs)
    group_of: dict[Path, dict[Path, None]] = {}
    for left, right in pairs:
        one, other = group_of.get(left, {left: None}), group_of.get(right, {right: None})
        if one is not other:
            small, large = (one, other) if len(one) < len(other) else (other, one)
            large.update(small)
            group_of.update(dict.fromkeys(small, large))
        group_of.setdefault(left, one), group_of.setdefault(right, group_of[left])
    lefts = {left for left, _ in pairs}
    found: dict[Path, Path] = {}
    done: set[int] = set()
    for _, right in pairs:
        group = group_of[right]
        if id(group) not in done:
            done.add(id(group))
            rights = [path for _, path in pairs if path in group]
            kept = next((path for path in rights if path not in lefts), rights[0])
            found.update((path, kept) for path in group if path != kept)
    return found


def kept_for(path: Path, kept: Mapping[Path, Path]) -> Path | None:
    """Where the tensor at a path counts, if it is tied away: of all turns that of the same number."""
    if path in kept:
        return kept[path]
    for many, other in kept.items():
        if _is_one_of(path, many):
            turns = iter([a for a, b in zip(path, many, strict=True) if b == "*"])
            found = tuple([next(turns, "*") if piece == "*" else piece for piece in other])
            return None if found == path else found
    return None


def _but(path: Path, kept: Path) -> tuple[Any, ...]:
    """The path of all turns without the turn that is kept: `h.*.weight` beside `h.0.weight` is all but the first."""
    if not _is_one_of(kept, path):
        return path
    return tuple([AllBut(b) if a == "*" and b != "*" else a for a, b in zip(path, kept, strict=True)])


def _is_one_of(path: Path, many: Path) -> bool:
    """Whether a path is one of those that another stands for."""
    return len(path) == len(many) and all(a == b or (b == "*" and is_turn(a)) for a, b in zip(path, many, strict=True))


# ------------------------------------------------------------------------------------------------------ turns


def _told_apart(network: Network) -> list[Pair]:
    """The pairs, those through all turns once for each turn where other pairs name some of them."""
    pairs = network.pairs
    paths = {path: None for left, right, _ in pairs for path in (left, right)}
    many = [path for path in paths if "*" in path]
    mixed = {
        path
        for path in many
        for left, right, _ in pairs
        for one, other in ((left, right), (right, left))
        if one != path and _meet(one, path) and not (other == path and _is_plain(one, path, pairs))
    }
    if not mixed:
        return list(pairs)
    rows = {path for left, right, _ in pairs for path in (left, right) if {left, right} & mixed and "*" in path}
    found: dict[Pair, None] = {}
    for left, right, condition in pairs:
        for one, other in _turns_of(left, right, rows, network):
            if one != other:
                found[one, other, condition] = None
    return list(found)


def _meet(one: Path, other: Path) -> bool:
    return len(one) == len(other) and all(
        a == b or (a == "*" and is_turn(b)) or (b == "*" and is_turn(a)) for a, b in zip(one, other, strict=True)
    )


def _is_plain(one: Path, many: Path, pairs: Iterable[Pair]) -> bool:
    """Whether the only other turn named is the one that all are tied to."""
    return all(condition is None for *both, condition in pairs if one in both or many in both) and all(
        one not in both or many in both for *both, _ in pairs
    )


def _turns_of(left: Path, right: Path, rows: set[Path], network: Network) -> Iterator[Two]:
    """A pair turn by turn: several turns with one tensor, or turns with turns of the same number."""
    if left not in rows and right not in rows:
        yield left, right
        return
    lefts, rights = list(_spread(left, network)), list(_spread(right, network))
    if len(rights) == 1:
        yield from ((one, rights[0]) for one in lefts)
    elif len(lefts) == len(rights):
        yield from zip(lefts, rights, strict=True)
    else:
        yield left, right


def _spread(path: Path, content: Content, before: Path = ()) -> Iterator[Path]:
    """The paths that a path through all turns stands for."""
    if not path or isinstance(content, Tensor):
        yield (*before, *path)
    elif isinstance(content, Copies):
        is_all = path[0] == "*" and isinstance(content.amount, int)
        for piece in map(str, range(content.amount)) if is_all else path[:1]:  # type: ignore[arg-type]
            yield from _spread(path[1:], content.inner, (*before, piece))
    else:
        found: dict[Path, None] = {}
        for one in leaves(content.items):
            if leads(path, one.member.label):
                size = len(one.member.label)
                found.update(dict.fromkeys(_spread(path[size:], one.member.content, (*before, *one.member.label))))
        yield from found or [(*before, *path)]


# ------------------------------------------------------------------------------------------------------ conditions


def _atoms(pairs: Iterable[Pair]) -> list[Node]:
    """The conditions under which ties hold, each without its negations."""
    found = dict.fromkeys(atom for *_, condition in pairs for atom, _ in literals(condition))
    if len(found) > MAX_CONDITIONS:
        message = f"ties hang on more than {MAX_CONDITIONS} open conditions"
        raise LimitError(
            Finding("limit-conditions", message, hint="give some of the sizes that they compare as numbers")
        )
    return list(found)


def _by_conditions(pairs: list[Pair], atoms: list[Node]) -> Iterator[Any]:
    """The paths that count elsewhere, each with a condition where it doesn't always."""
    cases: dict[Any, list[Case]] = {}
    every = list(product((True, False), repeat=len(atoms)))
    told = [(left, right, literals(condition)) for left, right, condition in pairs]
    for case in every:
        known = dict(zip(atoms, case, strict=True))
        there = [(a, b) for a, b, literals in told if all(known[atom] is wanted for atom, wanted in literals)]
        for path in _elsewhere(there):
            cases.setdefault(path, []).append(case)
    for path, found in cases.items():
        if len(found) == len(every):
            yield path
        else:
            yield from ((*path, condition) for condition in _covering(found, atoms))


def _covering(cases: list[Case], atoms: list[Node]) -> Iterator[Node]:
    """Conditions of which one holds in each of these cases and in no other, the shortest first."""
    left = list(cases)
    whole = set(cases)
    places = range(len(atoms))
    for size in range(1, len(atoms) + 1):
        for chosen in _choices(places, size):
            same = [
                case
                for case in product((True, False), repeat=len(atoms))
                if all(case[at] is is_so for at, is_so in chosen)
            ]
            if whole.issuperset(same) and any(case in left for case in same):
                left = [case for case in left if case not in same]
                yield conjunction_of([(atoms[at], is_so) for at, is_so in chosen])  # type: ignore[misc]


def _choices(places: range, size: int) -> Iterator[tuple[tuple[int, bool], ...]]:
    from itertools import combinations

    for chosen in combinations(places, size):
        for ways in product((True, False), repeat=size):
            yield tuple(zip(chosen, ways, strict=True))
