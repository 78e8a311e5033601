"""The page for a network in a terminal: its tree of members, each with its written form, count and share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..formula.build import minus, node, repeated, solid
from ..formula.domain import Assumption
from ..formula.nodes import Exact, Index, Node, Symbol, symbols, walk
from ..formula.polynomial import Facts
from ..formula.value import value
from ..model.files import Unit
from ..model.labels import shown
from ..model.measure import combined, measured, total
from ..model.network import Content, Copies, Guard, Item, Loop, Member, Network, Row, Template, Tensor, Turns
from ..model.paths import Part, put_all
from ..model.ranges import difference
from ..render.text import text
from ..render.text import unicode as unicode_text
from ..syntax import tree

MIN_FORM = 16
MIN_NAME = 8
GAP = "  "


class Line(NamedTuple):
    """One row of the page: the tree's branch and name, what it is, its form, and its count in the whole."""

    branch: str
    name: str
    kind: str
    form: Node
    total: Node


def page(
    part: Part, name: str, unit: Unit, assumptions: tuple[Assumption, ...], facts: Facts, depth: int, width: int
) -> str:
    """The whole page, no line of it wider than `width` where that can be."""
    form = solid(put_all(measured(part.content, mark=part.mark, active=part.active), part.put))
    lines = [Line("", name, kind(part.content), form, form), *_lines(part.content, part, depth)]
    return "\n".join(
        [*_table(lines, form, width), "", *_totals(part, form, width), *_sizes(form, unit), *_assumed(assumptions)]
    )


# ------------------------------------------------------------------------------------------------------ rows


class Entry(NamedTuple):
    """A member as the page shows it: name, what is there, its mark, how often it stands in its turn of the tree."""

    name: str
    content: Content
    mark: str
    form: Node
    note: str = ""


def _lines(content: Content, part: Part, depth: int, indent: str = "", mark: str = "") -> Iterator[Line]:
    if depth == 0:
        return
    entries = list(_entries(content, mark or part.mark))
    for place, entry in enumerate(entries):
        is_last = place == len(entries) - 1
        form = put_all(solid(entry.form), part.put)
        words = ", ".join(filter(None, (kind(entry.content), entry.note)))
        yield Line(indent + ("└ " if is_last else "├ "), entry.name, words, form, form)
        inside = once(entry.content)
        if _has_modules(inside):
            yield from _lines(inside, part, depth - 1, indent + ("  " if is_last else "│ "), entry.mark)


def once(content: Content) -> Content:
    """What one copy of a content is."""
    while isinstance(content, Copies):
        content = content.inner
    return content


def _has_modules(content: Content) -> bool:
    return isinstance(content, Row) or (
        isinstance(content, Network)
        and any(not isinstance(once(entry.content), Tensor) for entry in _entries(content, ""))
    )


def _entries(content: Content, mark: str) -> Iterator[Entry]:
    if isinstance(content, Network | Row):
        tied = content.tied if isinstance(content, Network) else frozenset()
        for item in content.items:
            for entry in _of_item(item, mark, tied):
                yield entry._replace(note=", ".join(filter(None, (entry.mark, _tied_to(entry.name, content)))))


def _tied_to(name: str, content: Network | Row) -> str:
    """Which tensor a member is tied to, where it counts elsewhere."""
    if not isinstance(content, Network):
        return ""
    elsewhere = {shown(tuple(piece for piece in path if not isinstance(piece, Node))) for path in content.tied}
    others = [
        right for left, right in content.ties if left in elsewhere and (left == name or left.startswith(f"{name}."))
    ]
    return f"tied to {others[0]}" if others else ""


Paths = frozenset[tuple[str | Node | Template, ...]]


def _of_item(item: Item, mark: str, tied: Paths) -> Iterator[Entry]:
    if isinstance(item, Member):
        own = combined(mark, item.mark)
        yield Entry(shown(item.label), item.content, own, total((item,), "params", mark, tied))
    elif isinstance(item, Guard):
        for inner in item.items:
            for entry in _of_item(inner, mark, tied):
                yield entry._replace(
                    name=f"{entry.name} if {unicode_text(item.condition)}",
                    form=total((Guard(item.condition, (inner,)),), "params", mark, tied),
                )
    elif isinstance(item, Turns):
        yield from _of_turns(item, mark, tied)
    else:
        yield from _of_loop(item, mark, tied)


def _of_turns(item: Turns, mark: str, tied: Paths) -> Iterator[Entry]:
    """The turns of an unrolled loop; equal ones in a row are one entry."""
    place = 0
    while place < len(item.turns):
        end = place + 1
        first = [_bare(inner) for inner in item.turns[place]]
        while end < len(item.turns) and [_bare(inner) for inner in item.turns[end]] == first:
            end += 1
        for number, inner in enumerate(item.turns[place]):
            for entry in _of_item(inner, mark, tied):
                yield _folded(entry, item.turns[end - 1][number], end - place)
        place = end


def _folded(entry: Entry, last: Item, count: int) -> Entry:
    if count == 1:
        return entry
    name = entry.name if not isinstance(last, Member) else f"{entry.name} … {shown(last.label)}"
    return Entry(name, Copies(count, entry.content), entry.mark, repeated(count, entry.form))


def _bare(item: Item) -> object:
    return (item.content, item.mark, item.active) if isinstance(item, Member) else item


def _of_loop(item: Loop, mark: str, tied: Paths) -> Iterator[Entry]:
    ends = f"{item.variable.name} = {unicode_text(node(item.start))} … {unicode_text(node(minus(item.stop, 1)))}"
    for inner in item.items:
        for entry in _of_item(inner, mark, tied):
            form = repeated(difference(item.stop, item.start), entry.form, item.variable, item.start, item.stop)
            yield entry._replace(name=f"{entry.name}, {ends}", form=form)


def kind(content: Content) -> str:
    """What a content is, in a word or two: `12 × Block`, `Linear`, `[n_out, n_in]`."""
    if isinstance(content, Copies):
        return f"{unicode_text(node(content.amount))} × {kind(content.inner)}"
    if isinstance(content, Tensor):
        return f"[{', '.join(unicode_text(node(size)) for size in content.sizes)}]"
    return content.name if isinstance(content, Network) else ""


# ------------------------------------------------------------------------------------------------------ the table


def _table(lines: list[Line], whole: Node, width: int) -> list[str]:
    all_of_it = number(whole)
    named = [(line.branch + line.name, (": " if line.kind and line.name else "") + line.kind) for line in lines]
    counts = [_count(line.total) if all_of_it is not None else "" for line in lines]
    shares = [_share(line.total, all_of_it) for line in lines]
    name_width = min(max(len(name + what) for name, what in named), max(24, width // 2))
    count_width = max(map(len, counts), default=0)
    share_width = max(map(len, shares), default=0)
    room = width - name_width - sum(len(GAP) + size for size in (count_width, share_width) if size) - len(GAP)
    rows = []
    for name, line, count, share in zip(named, lines, counts, shares, strict=True):
        form = cut(unicode_text(line.form), max(room, MIN_FORM))
        cells = [
            cut_name(*name, name_width).ljust(name_width),
            form.ljust(max(room, MIN_FORM)) if count_width else form,
        ]
        cells += [count.rjust(count_width)] if count_width else []
        cells += [share.rjust(share_width)] if share_width else []
        rows.append(GAP.join(cells).rstrip())
    return rows


def cut(words: str, room: int) -> str:
    """The words, shortened with an ellipsis where they don't fit."""
    return words if len(words) <= room else words[: max(room - 1, 1)] + "…"


def cut_name(name: str, what: str, room: int) -> str:
    """A member's name and what it is, shortened in the name's middle, so that its ends and the kind stay."""
    left = room - len(what) - 1
    if len(name) + len(what) <= room or left < MIN_NAME:
        return cut(name + what, room)
    return name[: left - left // 3] + "…" + name[len(name) - left // 3 :] + what


def number(form: Node) -> Exact | None:
    """The number of a form without open sizes."""
    return None if any(isinstance(part, Symbol | Index) for part in walk(form)) else value(form)


def _count(form: Node) -> str:
    found = number(form)
    return f"{found:,}" if found is not None else ""


def _share(form: Node, whole: Exact | None) -> str:
    found = number(form)
    if found is None or not whole:
        return ""
    return f"{float(100 * found / whole):.1f}%"


# ------------------------------------------------------------------------------------------------------ below it


def _totals(part: Part, form: Node, width: int) -> list[str]:
    rows = [("params", form)]
    for which in ("trainable", "frozen", "buffers", "active"):
        other = solid(put_all(measured(part.content, which, part.mark, active=part.active), part.put))
        is_told = which in ("frozen", "buffers") and number(other) != 0
        is_other = which in ("trainable", "active") and other != form and _differs(other, form)
        if is_told or is_other:
            rows.append((which, other))
    label = max(len(name) for name, _ in rows)
    return [line for name, other in rows for line in _total_line(name.ljust(label), other, width)]


def _differs(one: Node, other: Node) -> bool:
    numbers = number(one), number(other)
    if None not in numbers:
        return numbers[0] != numbers[1]
    from ..formula.facts import ANY_NUMBERS
    from ..formula.polynomial import polynomial

    return not (polynomial(one, ANY_NUMBERS) - polynomial(other, ANY_NUMBERS)).is_zero


def _total_line(label: str, form: Node, width: int) -> list[str]:
    found = number(form)
    words = f"{found:,}" if found is not None else unicode_text(form)
    lines = wrapped(words, width - len(label) - len(GAP))
    return [f"{label if not place else ' ' * len(label)}{GAP}{line}" for place, line in enumerate(lines)]


def wrapped(words: str, room: int) -> list[str]:
    """A long formula over several lines, broken before its signs where that can be."""
    lines, line = [], ""
    for word in words.split(" "):
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line = "  " + word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def _sizes(form: Node, unit: Unit) -> list[str]:
    told = [(symbol.name, _description(symbol.name, unit)) for symbol in symbols(form)]
    if not any(words for _, words in told):
        return []
    label = max(len(name) for name, _ in told)
    return ["", "where", *(f"  {name.ljust(label)}{GAP}{words}".rstrip() for name, words in told)]


def _description(name: str, unit: Unit) -> str:
    found = unit.find(name)
    return found[0].description if found is not None and isinstance(found[0], tree.Declared) else ""


def _assumed(assumptions: tuple[Assumption, ...]) -> list[str]:
    if not assumptions:
        return []
    return ["", "assuming", *(f"  {assumption_text(item)}" for item in assumptions)]


def assumption_text(item: Assumption) -> str:
    """An assumption as a line: the condition, its reason, and where it comes from."""
    notes = [note for note in (item.reason, item.origin) if note]
    return text(item.condition) + (f"  ({'; '.join(notes)})" if notes else "")
