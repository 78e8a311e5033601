"""Tensors that are one, at several sizes → the `tie` statements that say so: whole modules, and rows by `[*]` or in a loop."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from .cases import presence
from .fitting import Env, Expression, Power, fit
from .merging import INDEXES
from .stored import Collection
from .unfit import Unfit, Unmerged, finding
from .writing import spelled

_NUMBERS = re.compile(r"(\d+)")
Numbers = tuple[int, ...]
Seen = Sequence[tuple[Env, Collection]]


class Row(NamedTuple):
    """Ties whose names differ in numbers only: what stands between those, and the numbers of each tie at each size."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    ties: list[list[tuple[Numbers, Numbers]]]


def ties_of(seen: Seen) -> list[str]:
    """The lines of a module's body that tie what is one. Raises: `Unmerged` where no row of ties fits what was seen."""
    rows: dict[tuple[tuple[str, ...], tuple[str, ...]], Row] = {}
    for place, (_, tensors) in enumerate(seen):
        for left, right in _pairs(tensors):
            key = (_texts(left), _texts(right))
            row = rows.setdefault(key, Row(*key, [[] for _ in seen]))
            row.ties[place].append((_numbers(left), _numbers(right)))
    try:
        return [line for row in rows.values() for line in _row(row, seen)]
    except Unfit as unfit:
        raise Unmerged(finding(unfit), None) from None


def _pairs(tensors: Collection) -> Iterator[tuple[str, str]]:
    """Names that are one, a module's for all of its tensors where it has several."""
    twins = tensors.twins or {}
    below: dict[str, set[str]] = {}
    for name in tensors.tensors if twins else ():
        for dot in re.finditer(r"\.", name):
            below.setdefault(name[: dot.start()], set()).add(name[dot.end() :])
    done: set[str] = set()
    for left, right in twins.items():
        if left not in done:
            one, other = _owners(left, right, below, tensors)
            done |= {f"{one}.{inner}" for inner in below.get(one, ())}
            yield one, other


def _owners(left: str, right: str, below: dict[str, set[str]], tensors: Collection) -> tuple[str, str]:
    """The outermost modules that are one all through, or the tensors themselves."""
    twins = tensors.twins or {}
    found = (left, right)
    one, other = left, right
    while "." in one and "." in other and one.rpartition(".")[2] == other.rpartition(".")[2]:
        one, other = one.rpartition(".")[0], other.rpartition(".")[0]
        inner = below[one]
        if inner != below[other] or any(twins.get(f"{one}.{name}") != f"{other}.{name}" for name in inner):
            break
        found = (one, other) if len(inner) > 1 else found
    return found


def _texts(name: str) -> tuple[str, ...]:
    return tuple(_NUMBERS.split(name)[::2])


def _numbers(name: str) -> Numbers:
    return tuple(map(int, _NUMBERS.findall(name)))


# ------------------------------------------------------------------------------------------------------ rows


def _row(row: Row, seen: Seen) -> list[str]:
    """The lines of a row; where no loop makes it and it is always the same, one for each of its ties."""
    try:
        return list(_lines(row, seen))
    except Unfit:
        if any(ties != row.ties[0] for ties in row.ties):
            raise
    return [line for tie in row.ties[0] for line in _lines(row._replace(ties=[[tie] for _ in seen]), seen)]


def _lines(row: Row, seen: Seen) -> Iterator[str]:
    """One statement, with the loops around it, or with a condition where it isn't always there."""
    envs = [env for env, _ in seen]
    found = [({**env}, left, right) for env, ties in zip(envs, row.ties, strict=True) for left, right in ties]
    ranges: dict[str, tuple[Expression, Expression]] = {}
    fills: list[Expression] = []
    taken = {*envs[0]}
    for values in zip(*(left + right for _, left, right in found), strict=True):
        expression = fit(values, [env for env, _, _ in found], tuple(ranges))
        if expression is None:
            if len(fills) >= len(row.left) - 1:
                raise Unfit(_name(row), _shown(row, seen))
            index = next(name for name in INDEXES if name not in taken)
            taken.add(index)
            ranges[index] = _range(row, seen, len(fills))
            found = [({**one[0], index: value}, *one[1:]) for one, value in zip(found, values, strict=True)]
            expression = Expression(((Fraction(1), Power(((index, 1),))),))
        fills.append(expression)
    _check_product(row, seen, len(ranges))
    yield from _statement(row, seen, ranges, fills)


def _range(row: Row, seen: Seen, place: int) -> tuple[Expression, Expression]:
    """Where a number of the left names starts and stops. Raises: `Unfit` where it has gaps or no expression."""
    there = [
        (env, sorted({left[place] for left, _ in ties})) for (env, _), ties in zip(seen, row.ties, strict=True) if ties
    ]
    envs = [env for env, _ in there]
    start = fit([numbers[0] for _, numbers in there], envs)
    stop = fit([numbers[-1] + 1 for _, numbers in there], envs)
    if start is None or stop is None or any(numbers[-1] - numbers[0] >= len(numbers) for _, numbers in there):
        raise Unfit(_name(row), _shown(row, seen))
    return start, stop


def _check_product(row: Row, seen: Seen, loops: int) -> None:
    for ties in row.ties if loops else ():
        count = 1
        for column in zip(*(left for left, _ in ties), strict=True):
            count *= len(set(column))
        if ties and loops > 1 and count != len(ties):
            raise Unfit(_name(row), _shown(row, seen))


def _name(row: Row) -> str:
    return f"what ties {'#'.join(row.left)} to {'#'.join(row.right)}"


def _shown(row: Row, seen: Seen) -> list[tuple[Env, object]]:
    numbers = [[left for left, _ in ties] for ties in row.ties]
    return [
        (env, "; ".join(", ".join(map(str, one)) for one in own)) for (env, _), own in zip(seen, numbers, strict=True)
    ]


# ------------------------------------------------------------------------------------------------------ text


def _statement(
    row: Row, seen: Seen, ranges: dict[str, tuple[Expression, Expression]], fills: list[Expression]
) -> Iterator[str]:
    split = len(row.left) - 1
    words = [fill.text() for fill in fills]
    turns = _all_turns(row, seen, list(ranges), words)
    if turns is not None:
        yield f"tie {_path(row.left, turns[:split])} = {_path(row.right, turns[split:])}"
        return
    indent = ""
    if not ranges:
        flags = [bool(ties) for ties in row.ties]
        condition = "" if all(flags) else presence(flags, [env for env, _ in seen], ())
        if not isinstance(condition, str):
            raise Unfit(_name(row), _shown(row, seen))
        if condition:
            yield f"if {condition}:"
            indent = "    "
    for index, (start, stop) in ranges.items():
        first = "" if start.constant == 0 else f"{start.text()}, "
        yield f"{indent}for {index} in range({first}{stop.text()}):"
        indent += "    "
    yield f"{indent}tie {_path(row.left, words[:split])} = {_path(row.right, words[split:])}"


def _all_turns(row: Row, seen: Seen, indexes: list[str], words: list[str]) -> list[str] | None:
    """The numbers with `*` for all turns, where the only loop runs over all that there are, or all but the one tied to."""
    split = len(row.left) - 1
    if len(indexes) != 1 or words[:split].count(indexes[0]) != 1 or words[split:].count(indexes[0]) > 1:
        return None
    place = words.index(indexes[0])
    to = words[split:]
    is_known = all(word == indexes[0] or word.isdigit() for word in words)
    if not is_known or not _is_piece(row.left, place):
        return None
    if indexes[0] in to and not _is_piece(row.right, to.index(indexes[0])):
        return None
    kept = {int(to[place])} if row.left == row.right and to[place].isdigit() else set()
    for (_, tensors), ties in zip(seen, row.ties, strict=True):
        tied = {left[place] for left, _ in ties}
        if ties and tied | kept != _turns(row.left, words[:split], place, tensors):
            return None
        if ties and indexes[0] in to and tied != _turns(row.right, to, to.index(indexes[0]), tensors):
            return None
    return ["*" if word == indexes[0] else word for word in words]


def _is_piece(texts: tuple[str, ...], place: int) -> bool:
    """Whether a number is a name of its own, as in `layers.3.weight`, and not the first."""
    before, after = texts[place], texts[place + 1]
    return before.endswith(".") and (not after or after.startswith("."))


def _turns(texts: tuple[str, ...], words: list[str], place: int, tensors: Collection) -> set[int]:
    """The numbers that the model has in this place of a name."""
    fills = [r"(\d+)" if at == place else word for at, word in enumerate(words)]
    pattern = re.compile(
        "".join(re.escape(text) + fill for text, fill in zip(texts, [*fills, ""], strict=True)) + r"(\..*)?"
    )
    return {int(match[1]) for name in tensors.tensors if (match := pattern.fullmatch(name))}


def _path(texts: tuple[str, ...], words: list[str]) -> str:
    """A path of the language: `h[i].attn`, `block{i}.fc`, `h[*]`."""
    marked = "".join(f"{text}\0{place}\0" for place, text in enumerate(texts)).removesuffix(f"\0{len(words)}\0")
    found = ""
    for piece in marked.split("."):
        alone = re.fullmatch(r"\0(\d+)\0", piece)
        if alone and found:
            found += f"[{words[int(alone[1])]}]"
        else:
            found += ("." if found else "") + _template(piece, words)
    return found


def _template(piece: str, words: list[str]) -> str:
    """A name with its numbers: digits as they are, expressions in braces."""
    row = re.split(r"\0(\d+)\0", piece)
    numbers = [words[int(at)] for at in row[1::2]]
    fills = [word if word.isdigit() else f"{{{word}}}" for word in numbers]
    return "".join(spelled(text) + fill for text, fill in zip(row[::2], [*fills, ""], strict=True))
