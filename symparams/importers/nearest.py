"""A description that differs from a checkpoint → the sizes at which it wouldn't, or would less, found from what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..errors import SymparamsError
from ..model.query import Question, called, called_with
from .differences import Comparison, matched
from .folding import numbers, pattern
from .stored import Collection, Stored, described

MAX_TENSORS = 20_000
MAX_TRIED = 24
MAX_CHANGED = 6

Sizes = dict[str, int | bool]


def nearer(
    asked: Question, theirs: Collection, found: Comparison, compared: Callable[[Collection], Comparison]
) -> tuple[Sizes, Comparison]:
    """Sizes that differ from those asked for, one after another for as long as less differs, and what differs then.

    Sizes and yes/nos that are given are tried with the values that the other side's shapes tell; there are none where none helps.
    """
    best, changed, left = found, Sizes(), MAX_TRIED
    is_small = found.agreeing + _differing(found) <= MAX_TENSORS
    while is_small and best.differences and len(changed) < MAX_CHANGED:
        tried = [one for one in _candidates(_at(asked, changed), theirs) if one[0] not in changed][:left]
        left -= len(tried)
        others = [(_compared(asked, {**changed, name: value}, compared), name, value) for name, value in tried]
        lower = [(_differing(other), place) for place, (other, _, _) in enumerate(others) if other is not None]
        if not lower or min(lower)[0] >= _differing(best):
            break
        other, name, value = others[min(lower)[1]]
        best, changed = other or best, {**changed, name: value}
    return (changed, best) if 2 * _differing(best) <= _differing(found) else (Sizes(), found)


def told(sizes: Sizes, best: Comparison) -> str:
    """The sizes in a sentence."""
    words = ", ".join(f"{name}={value}" for name, value in sizes.items())
    differ = _differing(best)
    return f"at {words} {'they are equal' if not differ else f'only {differ:,} would differ'}"


def _differing(found: Comparison) -> int:
    return sum(one.tensors for one in found.differences)


def _at(asked: Question, sizes: Mapping[str, Any]) -> Question:
    recipe = called(asked)
    return asked.set(sizes) if recipe is None else called_with(asked, recipe, sizes)


def _compared(asked: Question, sizes: Sizes, compared: Callable[[Collection], Comparison]) -> Comparison | None:
    try:
        return compared(described(_at(asked, sizes), ""))
    except SymparamsError:
        return None  # sizes that this network can't have


def _candidates(asked: Question, theirs: Collection) -> Iterator[tuple[str, int | bool]]:
    """Sizes with other values: what a size of a tensor is there, how many turns there are, the other yes/no."""
    recipe = called(asked)
    given = dict(asked.sizes) if recipe is None else dict(recipe.arguments)
    described_now = described(asked, "")
    ours, there = described_now.tensors, matched(described_now, theirs).tensors
    others = dict.fromkeys([*_turned(ours, there), *_resized(ours, there)])
    for name, value in given.items():
        if isinstance(value, bool):
            yield name, not value
        elif type(value) is int:
            yield from ((name, new) for old, new in others if old == value)
            yield from (
                (name, value * new // old)
                for old, new in others
                if old > value > 1 and old % value == value * new % old == 0
            )


def _resized(ours: Mapping[str, Stored], theirs: Mapping[str, Stored]) -> Iterator[tuple[int, int]]:
    """Sizes of tensors here and there that differ."""
    for name, tensor in ours.items():
        other = theirs.get(name)
        if other is not None and len(other.shape) == len(tensor.shape) and other.shape != tensor.shape:
            yield from ((a, b) for a, b in zip(tensor.shape, other.shape, strict=True) if a != b)


def _turned(ours: Mapping[str, Stored], theirs: Mapping[str, Stored]) -> Iterator[tuple[int, int]]:
    """Numbers of turns here and there that differ: of names that are alike but for one number."""
    here, there = _turns(ours), _turns(theirs)
    yield from ((here[name], there[name]) for name in here if name in there and here[name] != there[name])


def _turns(tensors: Mapping[str, Stored]) -> dict[str, int]:
    """Names without their numbers → one more than the largest first number."""
    found: dict[str, int] = {}
    for name in tensors:
        turn = numbers(name)[:1]
        if turn and len(turn[0]) < 6:
            found[pattern(name)] = max(found.get(pattern(name), 0), int(turn[0]) + 1)
    return found
