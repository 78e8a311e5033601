"""`symparams show`: the page of a network, its tree of members with their formulas, counts and shares, and what sums it up.

Part → groups → rows → lines. A row inside a multiple is one of its copies, as a path through it is; its share of the whole
is that of all copies together, so that the shares of a level add up to that of the level above.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from ..errors import Finding, UsageError
from ..formula.build import minus, node, repeated, solid, times
from ..formula.domain import Assumption
from ..formula.nodes import Exact, Node, symbols, walk
from ..formula.polynomial import Facts
from ..model.files import Unit
from ..model.groups import Group, groups, number, whole
from ..model.listing import TensorRow, in_range, tensors
from ..model.measure import measured
from ..model.network import Guard, Loop, Network, Part, Tensor
from ..model.paths import put_all
from ..render.text import text, unicode
from ..syntax import tree
from .columns import Cells, Row, drawn, wrapped
from .screen import GAP, Screen

ONE_OF_MANY = "Inside `n ×` a row is one of them; its share is that of all."
SHARES = ("trainable", "frozen", "active")  # parts of the parameters
KINDS_OF = {
    "": ("param", "frozen", "buffer", "tied"),
    "params": ("param", "frozen"),
    "trainable": ("param",),
    "frozen": ("frozen",),
    "buffers": ("buffer",),
}
MEASURES_TOLD = ("trainable", "frozen", "buffers", "active")


class Asked(NamedTuple):
    """How a network is to be shown: by which measure ("": params), how many levels deep (-1: all), the largest first or not."""

    measure: str = ""
    depth: int = -1
    by_share: bool = False


class Page(NamedTuple):
    """What a page is about: a part of a network under its name, in its file, with what it assumes."""

    part: Part
    name: str
    unit: Unit
    assumptions: tuple[Assumption, ...]
    facts: Facts


def page(about: Page, asked: Asked, screen: Screen) -> Iterator[str]:
    """The tree of members, the totals, and what the sizes are."""
    everything = whole(about.part)
    asked = asked._replace(measure=asked.measure or "params")
    found = number(everything.form(asked.measure))
    rows = list(_rows(everything, about.name, asked, found))
    yield from drawn(rows, asked.measure, screen)
    if any(row.is_one_of_many for row in rows):
        yield from (screen.ink(line, "dim") for line in screen.paragraph(ONE_OF_MANY))
    yield from _below(about, everything, screen)


def tensor_page(about: Page, asked: Asked, screen: Screen, *, expand: bool = False) -> Iterator[str]:
    """Every tensor with its shape, count and kind; equal ones of a multiple are one row, unless `expand`.

    A tied tensor, which counts elsewhere, and a buffer have their numbers in brackets. Raises: `UsageError` for `active`.
    """
    if asked.measure == "active":
        message = "which part of a tensor is active isn't told tensor by tensor"
        raise UsageError(Finding("usage-tensors", message, hint="leave out --all, or --measure active"))
    kinds = KINDS_OF[asked.measure]
    found = [row for row in tensors(about.part, about.facts, expand=expand) if row.kind in kinds]
    if asked.by_share:
        found.sort(key=lambda row: -(number(_size(row)) or 0))
    if found:
        is_open = any(number(_size(row)) is None for row in found)
        yield from drawn([_tensor_row(row, screen, is_open) for row in found], "numbers", screen)
    else:
        yield f"no tensor counts as {asked.measure or 'params'}"
    yield from _below(about, whole(about.part), screen)


# ------------------------------------------------------------------------------------------------------ rows


def _rows(everything: Group, name: str, asked: Asked, found: Exact | None) -> Iterator[Row]:
    yield _row(everything, name, "", asked.measure, found)
    yield from _inside(everything, asked, found, asked.depth, "")


def _inside(around: Group, asked: Asked, found: Exact | None, depth: int, indent: str) -> Iterator[Row]:
    if depth == 0 or around.is_leaf:
        return
    inner = list(groups(around))
    if asked.by_share:
        inner.sort(key=lambda group: -(number(group.form(asked.measure)) or 0))
    for place, group in enumerate(inner):
        is_last = place == len(inner) - 1
        yield _row(group, _name(group), indent + ("└ " if is_last else "├ "), asked.measure, found, around.mark)
        yield from _inside(group, asked, found, depth - 1, indent + ("  " if is_last else "│ "))


def _row(group: Group, name: str, branch: str, measure: str, whole_count: Exact | None, mark: str = "") -> Row:
    is_buffer = group.mark == "buffer" and measure != "buffers"
    total = group.form("buffers" if is_buffer else measure)
    all_of_them = number(total)
    form, count = _one(group, "buffers" if is_buffer else measure, total, all_of_them)
    share = Fraction(all_of_them) / whole_count if all_of_them and whole_count and not is_buffer else None
    cells = Cells(form, None if whole_count is None else count, share, is_buffer)
    own_mark = group.mark if group.mark != mark else ""
    notes = tuple(filter(None, (own_mark, group.note, _tied(group, total), *_within(group))))
    return Row(branch, name, _kind(group), notes, cells, bool(share) and count != all_of_them)


def _one(group: Group, measure: str, total: Node, all_of_them: Exact | None) -> tuple[Node, Exact | None]:
    """The form and number of a group in one of what is around; of the whole where ties make its copies differ."""
    inside = _inside_form(group, measure)
    form = put_all(solid(inside), group.part.put)
    if all_of_them is None:
        indexes = {item.variable for item in group.within if isinstance(item, Loop)}
        is_apart = group.tied or any(piece in indexes for piece in walk(inside))
        return (total if is_apart else form), None
    count = number(form)
    outer, own = (number(solid(node(amount))) for amount in (group.times, group.amount))
    if count is None or not own or outer is None or count * outer != all_of_them * own:
        return total, all_of_them
    return form, count


def _inside_form(group: Group, measure: str) -> Node:
    """A measure of a group in one of what is around, as written; of its copies, or a tensor's slices, the active ones."""
    active = group.active if measure == "active" else None
    if isinstance(group.content, Tensor):
        inside = measured(group.content, measure, group.mark, group.tied, active)
        return inside if group.amount == 1 else repeated(group.amount, inside)
    inside = measured(group.content, measure, group.mark, group.tied)
    amount = group.amount if active is None else active
    return inside if amount == 1 else repeated(amount, inside)


def _kind(group: Group) -> str:
    """What a group is, in a word or two: `12 × Block`, `Linear`, `[n_out, n_in]`."""
    if isinstance(group.content, Tensor):
        sizes = [put_all(node(size), group.part.put) for size in group.content.sizes]
        word = f"[{', '.join(unicode(size) for size in sizes)}]"
    else:
        word = group.kind
    if group.amount == 1:
        return word
    amount = unicode(put_all(node(group.amount), group.part.put))
    return f"{f'({amount})' if ' ' in amount else amount} × {word}".removesuffix(" × ")


def _tied(group: Group, total: Node) -> str:
    """What a group is tied to, where all of it counts there, or it is a layer by itself."""
    if not (group.tied_to and group.tied and (group.is_leaf or number(total) == 0)):
        return ""
    other = group.tied_to
    return f"tied to {other.rpartition('.')[0] or other if len(group.tensors) > 1 else other}"


def _name(group: Group) -> str:
    """A group's name, with the range of a loop of known length: `h.0…2`."""
    name = group.name
    for item in group.within:
        if isinstance(item, Loop):
            name = in_range(name, item, "…")
    return re.sub(r"\{(\d+…\d+)\}", r"\1", name)


def _within(group: Group) -> Iterator[str]:
    """The conditions under which a group is there, and the turns of the loop that it stands in."""
    for item in group.within:
        if isinstance(item, Guard):
            yield f"if {unicode(item.condition)}"
        elif f"{{{item.variable.name}" in _name(group):
            last = unicode(node(minus(item.stop, 1)))
            yield f"{item.variable.name} = {unicode(node(item.start))} … {last}"


# ------------------------------------------------------------------------------------------------------ tensors


def _tensor_row(row: TensorRow, screen: Screen, is_open: bool) -> Row:
    shape = f"[{', '.join(screen.formula(node(size)) for size in row.sizes)}]"
    many = "" if row.multiplicity == 1 else f" × {screen.formula(node(row.multiplicity))}"
    note = f"tied to {row.twin}" if row.kind == "tied" else row.kind if row.kind != "param" else ""
    size = _size(row)
    count = number(size)
    cells = Cells(size if is_open else None, None if is_open else count, None, row.kind in ("buffer", "tied"))
    return Row("", row.name, shape + many, (note,) if note else (), cells)


def _size(row: TensorRow) -> Node:
    """How many elements the tensors of a row have together."""
    size = row.multiplicity
    for one in row.sizes:
        size = times(size, one)
    return solid(node(size))


# ------------------------------------------------------------------------------------------------------ below it


def _below(about: Page, everything: Group, screen: Screen) -> Iterator[str]:
    """The totals, what the sizes stand for, and what the formulas assume."""
    form = everything.form()
    yield ""
    yield from _totals(everything, form, screen)
    yield from _changes(everything, screen)
    yield from _sizes(form, about.unit, screen)
    if about.assumptions:
        yield from ("", screen.ink("assuming", "bold"))
        for item in about.assumptions:
            yield from screen.paragraph(assumption_text(item), GAP * 2, GAP)


def _totals(everything: Group, form: Node, screen: Screen) -> Iterator[str]:
    count = number(form)
    rows = [("params", form), *_others(everything, form)]
    label = max(len(name) for name, _ in rows)
    counts = [number(other) for _, other in rows]
    size = max((len(f"{found:,}") for found in counts if found is not None), default=0)
    for (name, other), found in zip(rows, counts, strict=True):
        lead = screen.ink(name, "bold") + " " * (label - len(name)) + GAP
        if found is not None:
            share = f"{GAP}{_percent(found, count)}" if name in SHARES and count else ""
            yield f"{lead}{f'{found:,}'.rjust(size)}{share}"
            continue
        first, *rest = wrapped(screen.formula(other), screen.width - label - len(GAP))
        yield lead + first
        yield from (" " * label + GAP + line for line in rest)


def _percent(found: Exact, count: Exact | None) -> str:
    return f"{float(100 * Fraction(found) / count):.1f}%" if count else ""


def _others(everything: Group, form: Node) -> Iterator[tuple[str, Node]]:
    """The other measures that say something: what is frozen or a buffer, and what is trained or active where that differs."""
    frozen = everything.form("frozen")
    for which in MEASURES_TOLD:
        other = everything.form(which)
        is_there = number(other) != 0 and which in ("frozen", "buffers")
        is_other = which == "active" and _differs(other, form)
        if is_there or is_other or (which == "trainable" and number(frozen) != 0):
            yield which, other


def _differs(one: Node, other: Node) -> bool:
    numbers = number(one), number(other)
    if None not in numbers:
        return numbers[0] != numbers[1]
    from ..formula.facts import ANY_NUMBERS
    from ..formula.polynomial import polynomial

    return one != other and not (polynomial(one, ANY_NUMBERS) - polynomial(other, ANY_NUMBERS)).is_zero


def _changes(everything: Group, screen: Screen) -> Iterable[str]:
    """What a `with` changed, statement by statement."""
    changes = everything.content.changes if isinstance(everything.content, Network) else ()
    if changes:
        told = [
            (change.word, f"{change.where or 'all of it'}{f', {change.what}' if change.what else ''}")
            for change in changes
        ]
        yield from ("", screen.ink("changed", "bold"), *screen.rows(told))


def _sizes(form: Node, unit: Unit, screen: Screen) -> Iterable[str]:
    told = [(symbol.name, _description(symbol.name, unit)) for symbol in symbols(form)]
    rows = [(name, words) for name, words in told if words]
    if rows:
        yield from ("", screen.ink("where", "bold"), *screen.rows(rows))


def _description(name: str, unit: Unit) -> str:
    found = unit.find(name)
    return found[0].description if found is not None and isinstance(found[0], tree.Declared) else ""


def assumption_text(item: Assumption) -> str:
    """An assumption as a line: the condition, its reason, and where it comes from."""
    notes = [note for note in (item.reason, item.origin) if note]
    return text(item.condition) + (f"  ({'; '.join(notes)})" if notes else "")
