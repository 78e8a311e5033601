"""What was seen at some sizes and turns → when a member is there, and which kind stands at which number of a row.

A condition is the simplest comparison that what was seen allows; where two would do, none is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from .fitting import Env, Expression

MAX_PERIOD = 12


class Test(NamedTuple):
    """Which turns of a loop have a member: those before a bound, those that leave some remainders, or all others.

    With the modulus 0 the remainders are the numbers of the turns themselves.
    """

    bound: Expression | None = None
    modulus: int = 0
    remainders: tuple[int, ...] = ()

    @property
    def shape(self) -> object:
        """What two tests share that differ in the bound only."""
        return (self.bound is None, self.modulus, self.remainders)

    def text(self, variable: str, bound: str) -> str:
        """The condition in the language; nothing for all others."""
        if self.bound is not None:
            return f"{variable} < {bound}"
        told = f"{variable} % {self.modulus}" if self.modulus else variable
        if len(self.remainders) == 1:
            return f"{told} == {self.remainders[0]}"
        return f"{told} in [{', '.join(map(str, self.remainders))}]" if self.remainders else ""


class Runs(NamedTuple):
    """The numbers of a row in one model, and the kind that stands at each."""

    numbers: Sequence[int]
    kinds: Sequence[int]

    @property
    def cut(self) -> list[tuple[int, int, int]]:
        """The runs of equal kinds, each with the numbers where it starts and stops."""
        found: list[tuple[int, int, int]] = []
        for at, kind in zip(self.numbers, self.kinds, strict=True):
            if found and found[-1][0] == kind:
                found[-1] = (kind, found[-1][1], at + 1)
            else:
                found.append((kind, at, at + 1))
        return found

    def between(self, front: int, back: int) -> Runs:
        """The row without so many at its front and at its back."""
        stop = max(len(self.numbers) - back, front)
        return Runs(self.numbers[front:stop], self.kinds[front:stop])

    def behind(self, bound: int) -> Runs:
        """The row from a number on."""
        kept = [(at, kind) for at, kind in zip(self.numbers, self.kinds, strict=True) if at >= bound]
        return Runs([at for at, _ in kept], [kind for _, kind in kept])

    @property
    def order(self) -> list[int]:
        """The kinds of the runs."""
        return [kind for kind, _, _ in self.cut]


def period(rows: Iterable[Runs]) -> tuple[int, Mapping[int, int]] | None:
    """The least modulus by which the number's remainder tells the kind, with the kind of each; one remainder must come again."""
    pairs = {pair for row in rows for pair in zip(row.numbers, row.kinds, strict=True)}
    for modulus in range(2, MAX_PERIOD + 1):
        kinds: dict[int, int] = {}
        if len(pairs) <= modulus:
            return None
        if all(kinds.setdefault(at % modulus, kind) == kind for at, kind in pairs) and len(kinds) == modulus:
            return modulus, kinds
    return None


def heads(rows: Sequence[Runs]) -> Iterator[int]:
    """Numbers before which all rows have one kind; the smallest first."""
    kinds = singled(rows)
    first = min((at for row in rows for at in row.numbers), default=0)
    for bound in range(first + 1, first + MAX_PERIOD) if kinds is not None else ():
        if kinds is None or kinds.get(bound - 1) != kinds[first]:
            return
        yield bound


def singled(rows: Sequence[Runs]) -> Mapping[int, int] | None:
    """The kind at each number, where it is the same in all rows."""
    kinds: dict[int, int] = {}
    pairs = [pair for row in rows for pair in zip(row.numbers, row.kinds, strict=True)]
    return kinds if all(kinds.setdefault(at, kind) == kind for at, kind in pairs) else None


def prefix(rows: Sequence[Runs]) -> list[int] | None:
    """The kinds in their order, where each row has the first so many of them and none twice."""
    longest = max((row.order for row in rows), key=len)
    fits = all(row.order == longest[: len(row.order)] for row in rows) and len(set(longest)) == len(longest)
    return longest if fits else None


class Unclear(NamedTuple):
    """A size with a value at which the model would tell a condition."""

    name: str
    value: int


def presence(flags: Sequence[bool], envs: Sequence[Env], indexes: Sequence[str]) -> str | Unclear | None:
    """The condition on the sizes under which something is there; None where nothing simple says it."""
    names = [name for name in envs[0] if name not in indexes]
    for one, other in combinations([name for name in names if not isinstance(envs[0][name], bool)], 2):
        equal = [env[one] == env[other] for env in envs]
        if len(set(equal)) > 1 and all(e == flag for e, flag in zip(equal, flags, strict=True)):
            return f"{one} == {other}"
        if len(set(equal)) > 1 and all(e != flag for e, flag in zip(equal, flags, strict=True)):
            return f"{one} != {other}"
    found = {name: said for name in names if (said := _of_one(name, flags, [env[name] for env in envs]))}
    if len(found) > 1:  # which of them it is, one of them alone tells
        name = next(iter(found))
        return Unclear(name, next(env[name] for env, flag in zip(envs, flags, strict=True) if flag != flags[0]))
    return next(iter(found.values()), None)


def _of_one(name: str, flags: Sequence[bool], values: Sequence[int]) -> str | Unclear | None:
    there = {value for value, flag in zip(values, flags, strict=True) if flag}
    away = {value for value, flag in zip(values, flags, strict=True) if not flag}
    if there & away:
        return None
    if isinstance(values[0], bool):
        return (name if True in there else f"not {name}") if there and away else None
    edges = [(low, high) for low, high in pairwise(sorted(there | away)) if (low in there) != (high in there)]
    if len(edges) == 1 and edges[0][1] == edges[0][0] + 1:
        return f"{name} >= {edges[0][1]}" if edges[0][1] in there else f"{name} < {edges[0][1]}"
    if len(away) == 1 and len(there) > 1:
        return f"{name} != {away.pop()}"
    if len(edges) == 1:
        return Unclear(name, sum(edges[0]) // 2)
    return f"{name} == {there.pop()}" if len(there) == 1 and len(away) > 2 else None
