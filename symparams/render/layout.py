r"""Lines of LaTeX: where a formula that is wider than the page may break, and how wide it is.

LaTeX arrives with soft marks (control signs that no name can hold): before the operator of a term or a factor, and at
the brackets around them. `sealed` takes them out; `broken` breaks at the outermost ones that help.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

TERM, FACTOR, OPEN, CLOSE, JOINT = "\x01", "\x02", "\x03", "\x04", "\x05"

_MARKS = dict.fromkeys(map(ord, TERM + FACTOR + OPEN + CLOSE + JOINT))
_PARTS = re.compile("([\x01-\x05])")
_BRACKET = re.compile(r"(?:\\[A-Za-z]+)?[()]")
_INDENTS = (r"\quad", r"\qquad", r"\qquad\quad", r"\qquad\qquad")

# A bracket that holds a break can't be \left or \right, and is larger than those on its lines.
_GROWN = {"(": r"\bigl(", r"\left(": r"\biggl(", ")": r"\bigr)", r"\right)": r"\biggr)"}

# Between a formula and what is said of it.
_GAP = r" \quad "

INDENT = 2.0
STUMP = 14.0  # a factor so narrow stays with its bracket
STUB = 1 / 6  # of the room
SHARES = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)
MAX_BROKEN = 6

# Widths in digits of Computer Modern, operators with the space around them.
_WIDE = {"+": 2.5, "-": 2.5, "=": 2.7, "<": 2.7, ">": 2.7, "(": 0.8, ")": 0.8, "[": 0.6, "]": 0.6, ",": 0.9, "/": 1.0}
_COMMANDS = {
    r"\cdot": 1.5,
    r"\times": 2.6,
    r"\leq": 2.6,
    r"\geq": 2.6,
    r"\neq": 2.6,
    r"\land": 2.4,
    r"\lor": 2.4,
    r"\sum": 2.9,
    r"\max": 4.0,
    r"\min": 3.6,
    r"\log": 3.0,
    r"\ln": 2.0,
    r"\bmod": 5.5,
    r"\mid": 1.7,
    r"\quad": 2.0,
    r"\,": 0.34,
    r"\ ": 0.7,
    r"\lfloor": 0.9,
    r"\rfloor": 0.9,
    r"\lceil": 0.9,
    r"\rceil": 0.9,
    # What brackets are wider than small ones.
    **dict.fromkeys((r"\left", r"\right"), 0.4),
    **dict.fromkeys((r"\bigl", r"\bigr"), 0.15),
    **dict.fromkeys((r"\biggl", r"\biggr"), 0.7),
}
# Fonts, accents and sizes take no room of their own.
_BARE = re.compile(r"\\(?:math\w+|text\w*|operatorname|num|sqrt|[dt]?frac|hat|bar|tilde|vec|d?dot)")
_TOKENS = re.compile(r"\\[A-Za-z]+|\\.|[ {}^_]|[^\\ {}^_]", re.DOTALL)

# The scale of what follows in braces, and on which side of a bar it stands; scripts and text fractions are small.
_ARGUMENTS = {
    "_": [(0.72, "")],
    "^": [(0.72, "")],
    r"\frac": [(1.0, "above"), (1.0, "below")],
    r"\tfrac": [(0.72, "above"), (0.72, "below")],
}


class Line(NamedTuple):
    """A line of a broken formula, and how deep in brackets it begins."""

    text: str
    depth: int


class Item(NamedTuple):
    """A piece of a marked text: a mark and its text (of a factor the joint, of a bracket itself), or text alone.

    cost: of a place for a break, the lower the sooner; depth: the brackets around it.
    """

    mark: str
    text: str
    cost: int = 0
    depth: int = 0


def sealed(text: str) -> str:
    """The text without its soft marks, so that no line breaks in it."""
    return text.translate(_MARKS)


def measure(latex: str) -> float:
    r"""The width of a formula in digits, about: `measure("768") == 3`."""
    width, scale = 0.0, 1.0
    opened: list[tuple[float, float, str]] = []  # of the groups that are open: scale and width before, and its part
    coming: list[list[tuple[float, str]]] = [[]]  # for the arguments still to come, in each open group
    above: list[float] = []  # the widths of what stands above a bar whose lower side is to come
    for token in _TOKENS.findall(sealed(latex)):
        if token == "{":
            share, part = coming[-1].pop() if coming[-1] else (1.0, "")
            opened.append((scale, width, part))
            scale *= share
            coming.append([])
        elif token == "}" and opened:
            scale, before, part = opened.pop()
            coming.pop()
            if part == "above":
                above.append(width - before)
                width = before
            elif part == "below":
                width = before + max(width - before, above.pop())
        elif token in _ARGUMENTS:
            coming[-1] = list(reversed(_ARGUMENTS[token]))
        elif token != " ":
            width += _width(token) * scale * (coming[-1].pop()[0] if coming[-1] else 1.0)
    return width


def _width(token: str) -> float:
    if token[0] == "\\":
        return 0.0 if _BARE.fullmatch(token) else _COMMANDS.get(token, 1.1)
    return _WIDE.get(token) or (1.4 if token.isupper() else 1.0)


class Row(NamedTuple):
    """An equation `lhs = side = side …` to be laid out; the sides and the end may hold soft marks."""

    sides: tuple[str, ...]
    lhs: str = ""
    end: str = ""


def one_line(row: Row) -> str:
    """The row without breaks."""
    parts = [row.lhs, *row.sides] if row.lhs else row.sides
    return sealed(" = ".join(parts) + (_GAP + row.end if row.end else ""))


def lines(row: Row, width: float, times: str) -> list[str]:
    r"""The row as lines with their alignment (`lhs &= a`, `&\quad + b`), each at most `width` where there are breaks.

    times: the operator that a line begins with where it breaks between factors.
    """
    lead = row.lhs
    room = max(width - measure(lead) - (_WIDE["="] if lead else 0), width / 3)
    written: list[str] = []
    for place, side in enumerate(row.sides):
        opening = "&= " if lead or place else "&"
        first, *rest = broken(side, room - (_WIDE["="] if place and not lead else 0), times)
        written.append(f"{lead} {opening}{first.text}".lstrip() if not place else f"{opening}{first.text}")
        written += [f"&{_indent(line.depth)} {line.text}" for line in rest]
    return _ended(written, row.end, room, times)


def _ended(written: list[str], end: str, room: float, times: str) -> list[str]:
    """The lines with what comes after the formula, on a line of its own where there is no room."""
    if not end:
        return written
    if measure(written[-1].partition("&")[2] + _GAP + end) <= room:
        return [*written[:-1], written[-1] + _GAP + sealed(end)]
    return written + [f"&{_indent(line.depth)} {line.text}" for line in broken(end, room, times)]


def _indent(depth: int) -> str:
    return _INDENTS[min(depth, len(_INDENTS) - 1)]


def broken(side: str, room: float, times: str) -> list[Line]:
    """The side of an equation as lines of at most `room`, broken at the outermost operators that make it fit.

    Where a term is left alone on a line, the lines are made shorter, as long as they don't become more.
    """
    items = _items(side)
    found = _cut(items, _Filler(items, room).breaks, times)
    alone = _alone(found, room)
    for share in SHARES if alone else ():
        other = _cut(items, _Filler(items, room * share).breaks, times)
        if len(other) > len(found):
            break
        if _alone(other, room) < alone:
            return other
    return found


def _alone(lines: list[Line], room: float) -> int:
    """How many lines hold next to nothing, though the line before could have shared its terms with them."""
    return sum(
        measure(line.text) < room * STUB and before.depth >= line.depth and (line.depth > 0 or place == len(lines) - 1)
        for place, (before, line) in enumerate(pairwise(lines), start=1)
    )


def _items(side: str) -> list[Item]:
    """The marked text, item by item. Terms part sooner than factors, unless they are two brackets deeper."""
    depth = 0
    text, *parts = _PARTS.split(side)
    items = [Item("", text)]
    for place in range(0, len(parts), 2):
        mark, text = parts[place : place + 2]
        bracket = _BRACKET.match(text) if mark in OPEN + CLOSE else None
        if bracket:
            depth += 1 if mark == OPEN else -1
            items += [Item(mark, bracket[0], depth=depth), Item("", text[bracket.end() :])]
        elif mark == TERM:
            items += [Item(TERM, "", 2 * depth, depth), Item("", text)]
        elif mark == FACTOR:
            # Between two brackets is a better place than inside them; a short factor doesn't part from its bracket.
            is_after = items[-2:-1] and items[-2].mark == CLOSE and not items[-1].text
            is_before = parts[place + 3 : place + 5] == ["", OPEN]
            is_led = is_before and not is_after and _led(items, depth) < STUMP
            cost = 5 if is_led else 1 if is_after and is_before else 3
            items.append(Item(FACTOR, text, 2 * depth + cost, depth))
        else:
            items.append(Item("", text))
    return items


def _led(items: list[Item], depth: int) -> float:
    """The width of what stands before a factor since the last sign or bracket around it."""
    place = len(items)
    while place and not (items[place - 1].mark in (TERM, OPEN) and items[place - 1].depth <= depth):
        place -= 1
    return sum(measure(item.text) for item in items[place:])


class _Filler:
    """Fills lines from left to right; `breaks` are the places of the items that begin a new line."""

    def __init__(self, items: list[Item], room: float) -> None:
        self.items = items
        self.room = room
        self.breaks: set[int] = set()
        self.ends = [0.0]
        for item in items:
            self.ends.append(self.ends[-1] + measure(item.text))
        self.fill(0, len(items), 0.0)

    def fill(self, start: int, stop: int, used: float) -> float:
        """Places the items on the line of which `used` is taken, and on new ones; how far the last one is taken."""
        if used + self.width(start, stop) <= self.room:
            return used + self.width(start, stop)
        places = [place for place in range(start, stop) if self.may_break(self.items[place])]
        least = min((self.items[place].cost for place in places), default=None)
        if least is None:
            return used + self.width(start, stop)
        cuts = [place for place in places if self.items[place].cost == least]
        used, was_broken = self.segment(start, cuts[0], used)
        for begin, end in zip(cuts, [*cuts[1:], stop], strict=True):
            if was_broken or used + self.width(begin, end) > self.room:
                self.breaks.add(begin)
                used = INDENT * (self.items[begin].depth + 1)
            used, was_broken = self.segment(begin + 1, end, used)
        return used

    def may_break(self, item: Item) -> bool:
        """Whether a line may begin here; deep in brackets none does, since nobody could follow it."""
        return item.mark in (TERM, FACTOR) and item.depth <= MAX_BROKEN

    def segment(self, start: int, stop: int, used: float) -> tuple[float, bool]:
        """Places what stands between two breaks; whether it had to be broken itself."""
        before = len(self.breaks)
        return self.fill(start, stop, used), len(self.breaks) > before

    def width(self, start: int, stop: int) -> float:
        """The width of the items from start to before stop."""
        return self.ends[stop] - self.ends[start]


def _cut(items: list[Item], breaks: set[int], times: str) -> list[Line]:
    """The lines; brackets with a break inside are grown."""
    grown = _grown(items, breaks)
    lines, text, depth = [], "", 0
    for place, item in enumerate(items):
        if place in breaks:
            lines.append(Line(text.strip(), depth))
            depth = item.depth
            text = times.lstrip() if item.mark == FACTOR else ""
        else:
            text += _GROWN.get(item.text, item.text) if place in grown else item.text
    return [*lines, Line(text.strip(), depth)]


def _grown(items: list[Item], breaks: set[int]) -> set[int]:
    """The places of the brackets that hold a break."""
    grown: set[int] = set()
    opened: list[tuple[int, int]] = []  # the place of a bracket, and the breaks before it
    count = 0
    for place, item in enumerate(items):
        count += place in breaks
        if item.mark == OPEN:
            opened.append((place, count))
        elif item.mark == CLOSE:
            partner, before = opened.pop()
            if count > before:
                grown |= {partner, place}
    return grown
