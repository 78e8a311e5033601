"""Networks with numbers beside the general ones that they come from, group by group, and general forms as papers print them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from ..errors import SymparamsError
from ..formula.build import node
from ..formula.facts import ANY_NUMBERS
from ..formula.nodes import Exact, Index, Node, Number, Product, Sum, Symbol, symbols, walk
from ..formula.polynomial import Facts, polynomial
from ..formula.substitute import substitute
from ..formula.value import value
from ..formula.writing import in_order_of
from .groups import Group, groups, number
from .network import Part, Piece, Template
from .query import Question, generalised, part_of, sizes_of
from .values import Value, is_size

SHORT = 3  # terms


class Pair(NamedTuple):
    """A group, and the general one that it comes from, None where there is none."""

    own: Group
    general: Group | None


def general_question(asked: Question) -> Question | None:
    """The question before numbers were put in: sizes that were set are open, numbers in a module's call are its parameters.

    None where the question was general already.
    """
    if asked.sizes:
        return asked._replace(sizes=tuple((name, size) for name, size in asked.sizes if not _is_number(size)))
    return generalised(asked)


def _is_number(size: Value) -> bool:
    return is_size(size) and not isinstance(size, Node)


def general_part(asked: Question) -> Part | None:
    """The part of the general network that a question is about; None where it is general already, or none such can be made."""
    general = general_question(asked)
    if general is None:
        return None
    try:
        return part_of(general)[0]
    except SymparamsError:
        return None


def numbers_of(asked: Question) -> dict[str, Exact]:
    """The numbers that stand where the general question has sizes."""
    found = {**sizes_of(asked), **dict(asked.sizes)}
    return {
        name: size for name, size in found.items() if isinstance(size, int | Fraction) and not isinstance(size, bool)
    }


def with_numbers(general: Node, asked: Question) -> Node:
    """A general form with the numbers put in, its shape kept."""
    return substitute(general, {Symbol(name): Number(size) for name, size in numbers_of(asked).items()})


def pairs(
    own: Group, general: Group | None, depth: int, sizes: Mapping[str, Exact], level: int = 0
) -> Iterator[tuple[int, Pair]]:
    """All groups inside a group with their levels and partners, each before what is inside it; -1 is any depth.

    sizes: the numbers at which a partner must count what the group counts.
    """
    inside = list(groups(own))
    others = list(groups(general)) if general is not None else []
    for group in inside:
        partner = _partner(group, inside, others)
        if partner is not None and not _agree(group, partner, sizes):
            partner = None
        yield level, Pair(group, partner)
        if depth != 1 and not group.is_leaf:
            yield from pairs(group, partner, depth - 1, sizes, level + 1)


def _partner(group: Group, inside: Sequence[Group], others: Sequence[Group]) -> Group | None:
    """The general group that stands for this one: the only one, or of several with one name the one in its place."""
    found = [other for other in others if _stands_for(other, group)]
    if not found:
        return None
    same = [other for other in inside if any(_stands_for(one, other) for one in found)]
    return found[same.index(group)] if len(found) == len(same) else None


def _agree(group: Group, general: Group, sizes: Mapping[str, Exact]) -> bool:
    """Whether the general group counts the same at the sizes; open ones of a group that is open itself aren't tried."""
    count, form = number(group.form()), general.form()
    if count is None:
        return True
    return value_at(form, sizes) == count


def value_at(form: Node, sizes: Mapping[str, Exact]) -> Exact | None:
    """The number of a form at these sizes; None where one stays open or a piece of it has no number there."""
    if any(symbol.name not in sizes for symbol in symbols(form)):
        return None
    try:
        return value(form, sizes)
    except SymparamsError:
        return None


def _stands_for(general: Group, group: Group) -> bool:
    return general.kind == group.kind and all(
        _fits(general.first, label) or _fits(general.last, label) for label in (group.first, group.last)
    )


def _fits(pattern: Sequence[Piece], label: Sequence[Piece]) -> bool:
    return len(pattern) == len(label) and all(
        one == other or (isinstance(one, Template) and isinstance(other, str) and bool(_pattern(one).fullmatch(other)))
        for one, other in zip(pattern, label, strict=True)
    )


def _pattern(template: Template) -> re.Pattern[str]:
    return re.compile("".join(r"-?\d+" if isinstance(part, Node) else re.escape(part) for part in template.parts))


def form_of(group: Group, facts: Facts) -> Node:
    """A group's form as a paper prints it: a layer's as written, a module's collected, with the copies before it."""
    form, one = group.form(), group.once()
    is_whole = group.tied_to or any(isinstance(part, Index) for part in walk(one))
    if is_whole or polynomial(form, ANY_NUMBERS) != polynomial(Product((node(group.times), one)), ANY_NUMBERS):
        return tidy(form, facts)
    one = one if group.is_leaf else tidy(one, facts)
    if group.times == 1:
        return one
    if isinstance(one, Sum | Number) or isinstance(group.times, Sum):
        return Product((node(group.times), one))
    return polynomial(Product((node(group.times), one)), ANY_NUMBERS).node()


def tidy(form: Node, facts: Facts) -> Node:
    """A form collected where its sizes are open, or multiplied out where that is short; with numbers alone, as written."""
    from ..formula.algebra import collected

    if not any(isinstance(part, Symbol) for part in walk(form)):
        return form
    met = {symbol: place for place, symbol in enumerate(symbols(form))}
    plain = polynomial(form, facts)
    is_short = len(plain.terms) <= SHORT
    return in_order_of(plain.node() if is_short else collected(form, facts), met, also_outermost=is_short)
