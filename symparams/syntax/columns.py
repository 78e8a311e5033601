"""Columns: what neighbouring lines of one kind have in common stands below each other, where their widths are alike.

Aligned are the values of members, the `=` of definitions, the signs and sources of checks, the words of symbols, and the
comments at the ends of lines. A run of lines ends at a blank line, at a comment, at another kind of statement, at a
statement of several lines, and where a column would be too far from what stands before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from .breaking import WIDTH, Row, flat_text
from .spacing import Marked, member_value, nesting

MAX_LINES = 100  # how many lines one column is looked for in
ENDLESS = 1 << 30


class Taste(NamedTuple):
    """When lines stand in one column: how much wider than another one may be, what a column costs, and how wide it may get."""

    near: int
    price: int
    width: int


VALUES = Taste(20, 28, WIDTH)
REMARKS = Taste(28, 40, ENDLESS)  # sources and comments


class Cells(NamedTuple):
    """A line in pieces: the kind of its statement, its indentation, its cells, and the comment at its end.

    gaps: the least number of blanks before each cell but the first.
    """

    kind: str
    indent: int
    cells: tuple[str, ...]
    gaps: tuple[int, ...]
    comment: str


def in_cells(row: Row, tokens: Sequence[Marked]) -> Cells:
    """A statement of one line, cut where columns may begin."""
    kind, cuts = cuts_of(tokens)
    edges = [0, *(at for at, _ in cuts), len(tokens)]
    cells = tuple(flat_text(tokens[a:b]) for a, b in pairwise(edges))
    return Cells(kind, row.indent, cells, tuple(gap for _, gap in cuts), row.comment)


def cuts_of(tokens: Sequence[Marked]) -> tuple[str, list[tuple[int, int]]]:
    """The kind of a statement, and the places where its further cells begin, each with the blanks before it."""
    lexemes = [token.lexeme for token in tokens]
    first, last = lexemes[0].kind, tokens[-1]
    here = [at for at, token in enumerate(tokens) if not token.depth]
    if first == "CHECK":
        sign = [at for at in here if lexemes[at].kind in ("COMPARE", "ABOUT")][:1]
        source = [len(tokens) - 1] if last.lexeme.kind == "STRING" and sign and sign[0] < len(tokens) - 2 else []
        return "check", [(at, 1) for at in sign] + [(at, 2) for at in source]
    if first == "SYMBOL":
        several = any(lexemes[at].kind == "COMMA" for at in here)
        words = [] if several else [at for at in here if lexemes[at].kind in ("STRING", "AS")]
        return "symbol", [(at, 2 if lexemes[at].kind == "AS" else 1) for at in words if lexemes[at - 1].kind != "AS"]
    value = member_value(lexemes, nesting(lexemes)[0])
    if value:
        return "member", [(value, 1)]
    equals = [at for at in here if lexemes[at].kind == "EQUALS"]
    if equals and (first == "TIE" or (first == "HEAD" and lexemes[1].kind in ("COMMA", "EQUALS"))):
        return first, [(equals[0], 1)]
    return "", []


def aligned(lines: Sequence[Cells]) -> list[str]:
    """The text of neighbouring lines of one block."""
    texts = [line.indent * " " + line.cells[0] for line in lines]
    for run in runs_of_a_kind(lines):
        for place in range(1, len(lines[run[0]].cells) if len(run) == 1 else 3):
            having = [at for at in run if len(lines[at].cells) > place]
            added = [Added(lines[at].cells[place], lines[at].gaps[place - 1]) for at in having]
            put(texts, having, added, VALUES if place == 1 else REMARKS)
    having = [at for at, line in enumerate(lines) if line.comment]
    put(texts, having, [Added(lines[at].comment, 2) for at in having], REMARKS)
    return texts


class Added(NamedTuple):
    """A further cell of a line, and the least number of blanks before it."""

    text: str
    gap: int


def runs_of_a_kind(lines: Sequence[Cells]) -> list[list[int]]:
    """The places of the lines, cut where two neighbours aren't of one kind."""
    runs: list[list[int]] = []
    for at, line in enumerate(lines):
        if at and line.kind and line.kind == lines[at - 1].kind:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def put(texts: list[str], places: Sequence[int], added: Sequence[Added], taste: Taste) -> None:
    """Put one more cell behind the texts of some lines, below each other where that looks better than not to."""
    widths = [len(texts[place]) + cell.gap for place, cell in zip(places, added, strict=True)]
    for start, end in groups(widths, [len(cell.text) for cell in added], taste):
        column = max(widths[start:end])
        for place, cell in zip(places[start:end], added[start:end], strict=True):
            texts[place] = texts[place].ljust(column) + cell.text


def groups(widths: Sequence[int], cells: Sequence[int], taste: Taste) -> list[tuple[int, int]]:
    """The lines cut into columns with the least of blanks, each column costing as much as `taste.price` blanks.

    Of a column's lines none is wider by more than `taste.near` than another, and none gets too long.
    """
    best, begins = [0], [0]
    for end in range(1, len(widths) + 1):
        low = high = widths[end - 1]
        total, longest = 0, 0
        best.append(1 << 60)
        begins.append(end)
        for start in range(end - 1, max(end - 1 - MAX_LINES, -1), -1):
            low, high = min(low, widths[start]), max(high, widths[start])
            total, longest = total + widths[start], max(longest, cells[start])
            if high - low > taste.near or (low < high and high + longest > taste.width):
                break
            cost = best[start] + taste.price + high * (end - start) - total
            if cost < best[end]:
                best[end], begins[end] = cost, start
    found, end = [], len(widths)
    while end:
        found.append((begins[end], end))
        end = begins[end]
    return found
