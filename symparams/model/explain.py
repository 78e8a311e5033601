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
from ..render.text import text
from ..syntax import tree
from .alternatives import alternatives
from .inventory import NOTHING, Change, changes, counted_in, inventory
from .measure import measured
from .members import member_changes
from .query import Question, ask, deep, generalised, part_of, root_of
from .tabled import instances

MOST = 3
PAIRED = 1.2
PLAIN = 1.45
MAX_INSTANCES = 40
SMALL = 200  # rows of tensors of a network of which many others may be built


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
            every = inventory(part, world.facts, generalised(claim.asked))
            members = member_changes(every, counted_in(every, claim.measure))
            known = list(distinct([*changes(every, part, claim.measure), *members]))
            plain = known if claim.slack == 0 else [change for change in known if change.cost <= PLAIN]
            found = _alone(off, plain, claim.slack)
            if claim.slack == 0 and not any(explanation.cost <= PLAIN for explanation in found):
                found += _paired(off, [change for change in known if change.cost <= PAIRED and change.tensors])
                found += list(_with_other_arguments(claim, found, len(every) <= SMALL))
                found = found or list(_of_another(claim))
    except SymparamsError:
        return ()
    found.sort(key=lambda explanation: explanation.cost)
    likely = [explanation for explanation in found if explanation.cost <= found[0].cost + 1]
    return tuple(dict.fromkeys(_told(explanation, claim) for explanation in likely[:MOST]))


def distinct(changes: Iterable[Change]) -> Iterator[Change]:
    """Each change of a set of tensors once, none that changes nothing."""
    seen: set[tuple[Polynomial, frozenset[str]]] = set()
    for change in changes:
        key = (change.amount, change.tensors)
        if change.amount != NOTHING and (key not in seen or not change.tensors):
            seen.add(key)
            yield change


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
    return max(rest, -rest) <= slack < max(whole, -whole) / Fraction(4)


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


def _with_other_arguments(claim: Claim, found: list[Explanation], is_small: bool) -> Iterator[Explanation]:
    """Other arguments of the network's call that give the claimed count; one turn more or less is told already."""
    claimed = polynomial(claim.claimed, ANY_NUMBERS).constant
    if claimed is None or claim.slack:
        return
    for other in alternatives(claim.asked, claim.measure, claimed, is_small):
        if not any(change.words.endswith(f", {other.new} for {other.old}") for one in found for change in one.changes):
            yield Explanation((Change(other.words, NOTHING, frozenset(), other.cost),), other.cost)


def _of_another(claim: Claim) -> Iterator[Explanation]:
    """Another network that the file makes of its modules, which has the claimed count."""
    claimed = polynomial(claim.claimed, ANY_NUMBERS).constant
    unit = claim.asked.unit
    for name in instances(unit)[:MAX_INSTANCES] if claimed is not None else ():
        expr = tree.Name(name, root_of(claim.asked.expr).span)
        if expr.name != getattr(claim.asked.expr, "name", ""):
            form = ask(Question(unit, claim.asked.source, expr, measure=claim.measure)).form
            if polynomial(form, ANY_NUMBERS).constant == claimed:
                yield Explanation((Change(f"the count of {name}", NOTHING, frozenset(), 2),), 2)
                return


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
