"""What is known where a formula is read: the domains of sizes, the ranges of indexes, and the conditions that hold.

`Facts` is what a caller states; `Knowledge` is the same in polynomials, worked out once by `polynomial`.
"""

from __future__ import annotations

from collections.abc import Mapping

from .domain import ANY_SIZE, Domain
from .monomials import Monomial
from .nodes import Exact, Index, Node
from .terms import Polynomial, depends


class Facts:
    """The domains of sizes by name, conditions that hold, and (start, stop) of each index: start ≤ index < stop."""

    __slots__ = ("_key", "assumptions", "base", "domains", "knowledge", "ranges")

    def __init__(
        self,
        domains: Mapping[str, Domain] | None = None,
        assumptions: tuple[Node, ...] = (),
        ranges: Mapping[Index, tuple[Node, Node]] | None = None,
        base: Facts | None = None,
    ) -> None:
        self.domains: Mapping[str, Domain] = domains or {}
        self.assumptions = assumptions
        self.ranges: Mapping[Index, tuple[Node, Node]] = ranges or {}
        self.base = base  # the same with fewer assumptions or ranges, from which these are learned sooner
        self.knowledge: Knowledge | None = None
        self._key: tuple[object, ...] | None = None

    def __reduce__(self) -> tuple[object, ...]:
        return Facts, (self.domains, self.assumptions, self.ranges)

    def with_assumption(self, *conditions: Node) -> Facts:
        """These facts and that the conditions hold."""
        new = tuple([condition for condition in conditions if condition not in self.assumptions])
        return Facts(self.domains, self.assumptions + new, self.ranges, self) if new else self

    def with_index(self, index: Index, start: Node, stop: Node) -> Facts:
        """These facts and the range of a loop's index."""
        base = None if index in self.ranges else self
        return Facts(self.domains, self.assumptions, {**self.ranges, index: (start, stop)}, base)

    def with_domains(self, domains: Mapping[str, Domain]) -> Facts:
        """These facts and further domains."""
        return Facts({**self.domains, **domains}, self.assumptions, self.ranges)

    def domain(self, name: str) -> Domain:
        """What is known of a size by its name."""
        return self.domains.get(name, ANY_SIZE)

    def key(self) -> tuple[object, ...]:
        """What makes two facts equal."""
        if self._key is None:
            self._key = (frozenset(self.domains.items()), self.assumptions, tuple(self.ranges.items()))
        return self._key

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Facts) and self.key() == other.key())

    def __hash__(self) -> int:
        return hash(self.key())


NO_FACTS = Facts()


class RealByDefault(dict[str, Domain]):
    """Domains in which a size that nobody told about is no more than a number above 0."""

    def get(self, name: str, default: object = None) -> Domain:
        """The size's domain; `real` where it isn't told."""
        return self[name] if name in self else Domain("real", 0)


# For plain arithmetic where the domains aren't at hand: nothing is taken for an integer.
ANY_NUMBERS = Facts(RealByDefault({"": Domain("real", 0)}))


# To answer one question on a sign, at most so many others are asked, and so many multiples of facts taken away.
MAX_QUESTIONS = 150
MAX_STEPS = 600


class Knowledge:
    """Facts in polynomials: which are at least 0, which are integers, and which brackets are decided.

    forms: the normal forms of floors and powers under these facts, which stand in one another where modules do;
    signs, wholes: which polynomials are at least 0, which terms are integers, as far as it was asked.
    """

    __slots__ = (
        "depth",
        "domains",
        "forms",
        "integral",
        "nonnegative",
        "questions",
        "ranges",
        "settled",
        "signs",
        "steps",
        "wholes",
    )

    def __init__(self, domains: Mapping[str, Domain]) -> None:
        self.domains = domains
        self.depth = 0
        self.questions, self.steps = [MAX_QUESTIONS], [MAX_STEPS]
        self.ranges: dict[Index, tuple[Polynomial, Polynomial]] = {}
        self.nonnegative: list[Polynomial] = []
        self.integral: list[Polynomial] = []
        self.settled: dict[Node, int] = {}
        self.signs: dict[tuple[Polynomial, bool], bool] = {}
        self.forms: dict[Node, Polynomial] = {}
        self.wholes: dict[tuple[Monomial, Exact, int], bool] = {}

    def more(self) -> Knowledge:
        """The same knowledge to begin with, when facts are added: what is shown stays so."""
        new = self.copy()
        new.depth, new.questions, new.steps = self.depth, [MAX_QUESTIONS], [MAX_STEPS]
        new.signs = {question: True for question, answer in self.signs.items() if answer}
        new.wholes = {question: True for question, answer in self.wholes.items() if answer}
        return new

    def copy(self) -> Knowledge:
        """The same knowledge, to be extended without a trace in this one."""
        new = Knowledge(self.domains)
        new.depth, new.questions, new.steps = self.depth + 1, self.questions, self.steps
        new.ranges, new.settled = dict(self.ranges), dict(self.settled)
        new.nonnegative, new.integral = list(self.nonnegative), list(self.integral)
        return new

    def inside(self, index: Index, start: Polynomial, stop: Polynomial) -> Knowledge:
        """What is known inside of a loop; facts on another index of the same name don't count there."""
        new = self.copy()
        new.depth = self.depth
        new.nonnegative = [fact for fact in new.nonnegative if fact.is_free_of(index)]
        new.integral = [fact for fact in new.integral if fact.is_free_of(index)]
        new.settled = {gen: number for gen, number in new.settled.items() if not depends(gen, index)}
        new.ranges[index] = (start, stop)
        return new

    def domain(self, name: str) -> Domain:
        """What is known of a size by its name."""
        return self.domains.get(name, ANY_SIZE)
