"""Why a claimed count is off: the difference, put down to the network's own tensors and the usual ways to miscount.

A claim and the network → its tensors, sorted by what they are (`inventory`) → changes of the count, each in words → the
few whose amounts are exactly the difference. Where nothing fits, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from ..errors import SymparamsError
from ..formula.build import node, solid
from ..formula.facts import ANY_NUMBERS
from ..formula.nodes import Exact, Node, Number
from ..formula.polynomial import Polynomial, polynomial
from ..formula.value import value as number
from ..render.text import text
from .inventory import NOTHING, Change, changes
from .measure import measured
from .query import Question, ask, called, deep, generalised, part_of

MOST = 3
NEAR = (8, 16, 32, 64, 100, 128, 256, 512, 1000, 1024)


class Claim(NamedTuple):
    """A count that somebody states of a part of a network: `asked` with its measure, and how far it may lie off."""

    asked: Question
    claimed: Node
    slack: Exact = 0

    @property
    def measure(self) -> str:
        """The measure that the claim is about."""
        return self.asked.measure or "params"


class Explanation(NamedTuple):
    """Changes that make up a difference; the lower the cost, the likelier."""

    changes: tuple[Change, ...]
    cost: float


def explanations(claim: Claim) -> tuple[str, ...]:
    """At most three natural reasons for which a claimed count is off, the likeliest first; none where nothing fits.

    Counts: exactly; a claim that is printed with few digits is explained within these.
    """
    try:
        with deep():
            part, world = part_of(claim.asked)
            form = solid(measured(part.content, claim.measure, part.mark, active=part.active))
            own = polynomial(form, ANY_NUMBERS)
            off = polynomial(claim.claimed, ANY_NUMBERS) - own
            if off.is_zero:
                return ()
            known = list(changes(part, claim.measure, world.facts, generalised(claim.asked)))
            found = _alone(off, known, claim.slack)
            if claim.slack == 0 and not any(explanation.cost == 1 for explanation in found):
                found += _paired(off, [change for change in known if change.cost == 1 and change.tensors])
                found = found or list(_resized(claim))
    except SymparamsError:
        return ()
    found.sort(key=lambda explanation: explanation.cost)
    likely = [explanation for explanation in found if explanation.cost <= found[0].cost + 1]
    return tuple(dict.fromkeys(_told(explanation, claim) for explanation in likely[:MOST]))


def _alone(off: Polynomial, known: Iterable[Change], slack: Exact) -> list[Explanation]:
    """The changes that are the whole difference."""
    return [Explanation((change,), change.cost) for change in known if _fits(change.amount, off, slack)]


def _fits(amount: Polynomial, off: Polynomial, slack: Exact) -> bool:
    if slack == 0:
        return amount == off
    rest = (amount - off).constant
    whole = off.constant
    if rest is None or whole is None:
        return False
    return max(rest, -rest) <= slack < max(whole, -whole) / Fraction(2)


def _paired(off: Polynomial, known: list[Change]) -> list[Explanation]:
    """The pairs of common changes of different tensors that add up to the difference."""
    by_amount: dict[Polynomial, list[tuple[int, Change]]] = {}
    for place, change in enumerate(known):
        by_amount.setdefault(change.amount, []).append((place, change))
    return [
        Explanation((one, other), one.cost + other.cost + 1)
        for first, one in enumerate(known)
        for second, other in by_amount.get(off - one.amount, ())
        if second > first and not one.tensors & other.tensors
    ]


def _resized(claim: Claim) -> Iterator[Explanation]:
    """Sizes of the module's call that give the claimed count when they are one more or less, or rounded."""
    claimed = polynomial(claim.claimed, ANY_NUMBERS).constant
    general = generalised(claim.asked)
    if claimed is None or claim.slack or general is None:
        return
    form = ask(general._replace(measure=claim.measure)).form
    sizes = dict(_sizes_of(claim.asked))
    for name, size in sizes.items():
        for other in _near(size):
            if _value(form, {**sizes, name: other}) == claimed:
                words = f"with {name} = {other:,} for {size:,}"
                yield Explanation((Change(words, NOTHING, frozenset(), 2),), 2)
                break


def _sizes_of(asked: Question) -> Iterator[tuple[str, int]]:
    """The numbers that a module's call gives to its parameters."""
    recipe = called(asked)
    if recipe is not None:
        yield from ((name, recipe.arguments[name]) for name in recipe.given if type(recipe.arguments[name]) is int)


def _near(size: int) -> Iterator[int]:
    yield from (size + 1, size - 1)
    for unit in NEAR:
        down = size // unit * unit
        yield from (other for other in (down + unit, down) if other > 0 and abs(other - size) not in (0, 1))


def _value(form: Node, sizes: dict[str, int]) -> Exact | None:
    try:
        return number(form, sizes)
    except (SymparamsError, KeyError):
        return None


# ------------------------------------------------------------------------------------------------------ words


def _told(explanation: Explanation, claim: Claim) -> str:
    terms = "".join(change.term for change in explanation.changes)
    words = "; ".join(change.words for change in explanation.changes)
    claimed = claim.claimed
    shown = (
        f"{claimed.value:,}" if isinstance(claimed, Number) and isinstance(claimed.value, int) else text(node(claimed))
    )
    sign = "~" if claim.slack else "="
    return f"claimed {shown} {sign} {claim.measure}{terms}: {words}" if terms else f"claimed {shown}: {words}"
