"""What one question is asked in: the facts known, the sizes set, the assumptions met, and the limits on the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any

from ..errors import Finding, LimitError, ModelError, Source, Span, place
from ..formula.build import Size, node, plain, plus
from ..formula.domain import ANY_SIZE, Assumption, Domain
from ..formula.facts import ANY_NUMBERS
from ..formula.nodes import Compare, Index, Mod, Node, Number, Symbol, walk
from ..formula.polynomial import NO_FACTS, Facts, Polynomial, decide, is_integer, polynomial

if TYPE_CHECKING:
    from .values import Value

MAX_ELABORATION = 200
MAX_TURNS = 50_000
MAX_AGAIN = 5_000
MAX_MODULUS = 1_000
MAX_SINGLE = 12
MAX_CUTS = 100
FRESH = 10_000

FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


class Split(Exception):
    """The loop over `index` must be cut at these points, or into classes by a modulus, before a condition is decided."""

    def __init__(self, index: Index, points: tuple[Size, ...] = (), modulus: int = 0) -> None:
        super().__init__()
        self.index = index
        self.points = points
        self.modulus = modulus


class World:
    """The state of one question.

    bindings: sizes set by name; overrides: arguments of modules that are named without a call; free: whether unknown
    names are symbols (`all`), only those in `allowed` (`some`), or errors (`none`); tells_turns: whether turns that differ by a
    remainder are loops of their own wherever they are named, though their count would be said shorter.
    """

    tells_turns = False

    def __init__(self, bindings: Mapping[str, Value] | None = None, free: str = "none") -> None:
        self.bindings = dict(bindings or {})
        self.overrides: Mapping[str, Value] = {}
        self.used: set[str] = set()
        self.free = free
        self.allowed: set[str] = set()
        self._facts: Facts = NO_FACTS
        self._versions: dict[int, Facts] = {id(NO_FACTS): NO_FACTS}
        self.assumptions: dict[Assumption, None] = {}
        self.globals: dict[tuple[int, str], Any] = {}
        self.memo: dict[object, Any] = {}
        self.indexes: list[Index] = []
        self.settling: list[str] = []
        self.depth = 0
        self.turns = 0
        self.again = 0
        self.built_at: set[tuple[int, Span]] = set()
        self.cuts = 0
        self.lengths: list[int] = []
        self.made = 0

    @property
    def facts(self) -> Facts:
        """What is known of the open sizes at this point."""
        return self._facts

    @facts.setter
    def facts(self, facts: Facts) -> None:
        # What a size can be holds wherever it stands, so that a domain met inside a loop outlives the loop's facts.
        met = {name: domain for name, domain in self._facts.domains.items() if name not in facts.domains}
        facts = facts.with_domains(met) if met else facts
        self._facts = facts
        self._versions[id(facts)] = facts  # kept, so that no other facts take this place in memory

    @property
    def version(self) -> int:
        """A key for what was worked out from the present facts."""
        return id(self._facts)

    # -------------------------------------------------------------------------------------------------- symbols

    def symbol(self, name: str, domain: Domain = ANY_SIZE) -> Value:
        """The size called `name`: what it is set to, or the symbol."""
        if name in self.bindings:
            self.used.add(name)
            number = self.bindings[name]
            return bool(number) if domain.kind == "flag" and number in (0, 1) else number
        symbol = Symbol(name)
        if domain != ANY_SIZE and self.facts.domains.get(name) != domain:
            self.facts = self.facts.with_domains({name: domain})
        return symbol

    def is_flag(self, value: Value) -> bool:
        """Whether the value is a yes/no that is still open."""
        return isinstance(value, Symbol) and self.facts.domains.get(value.name, ANY_SIZE).kind == "flag"

    def as_flag(self, name: str) -> bool | Node | None:
        """A free name that stands as a condition is a yes/no; None where it is known to be a size."""
        if name in self.bindings:
            self.used.add(name)
            return bool(self.bindings[name]) if self.bindings[name] in (0, 1) else None
        if self.facts.domain(name) != ANY_SIZE:
            return None
        self.facts = self.facts.with_domains({name: Domain("flag", 0)})
        return self.decide(Symbol(name))

    # -------------------------------------------------------------------------------------------------- conditions

    def decide(self, condition: Node) -> bool | Node:
        """True or False where plain looking decides the condition, else the condition; cuts the range of a loop first.

        Raises: `Split` where the condition is linear in the index of a loop that is being elaborated.
        """
        known = decide(condition, self.facts)
        if known is not None:
            return known
        if self.indexes and isinstance(condition, Compare):
            known = self._decide_singly(condition)
            if known is not None:
                return known
            self._split(condition)
        return condition

    def _decide_singly(self, condition: Compare) -> bool | None:
        """What one assumption alone decides: the search among many may give up before it finds the one."""
        for assumption in self.facts.assumptions[:MAX_SINGLE]:
            known = decide(condition, Facts(self.facts.domains, (assumption,), self.facts.ranges))
            if known is not None:
                return known
        return None

    def _split(self, condition: Compare) -> None:
        inside = {part for part in walk(condition) if isinstance(part, Index)}
        for index in reversed(self.indexes):
            if index in inside:
                self._split_modulus(condition, index)
                self._split_points(condition, index)

    def _split_modulus(self, condition: Compare, index: Index) -> None:
        for part in walk(condition):
            if isinstance(part, Mod) and index in walk(part.left):
                modulus = plain(part.right)
                if isinstance(modulus, int) and 1 < modulus <= MAX_MODULUS and self._has_classes(part.left, index):
                    raise Split(index, modulus=modulus)

    def _has_classes(self, left: Node, index: Index) -> bool:
        """Whether `left % m` is a number on each class of turns: it is linear in the index with numbers, from a number on."""
        linear = polynomial(left, self.facts).linear_in(index)
        known = [linear[0].constant, linear[1].constant] if linear is not None else [None]
        start = self.facts.ranges[index][0]
        return isinstance(start, Number) and all(isinstance(number, int) for number in known)

    def _split_points(self, condition: Compare, index: Index) -> None:
        difference = polynomial(condition.left, self.facts) - polynomial(condition.right, self.facts)
        linear = difference.linear_in(index)
        if linear is None or linear[0].constant is None:
            return
        slope = linear[0].constant
        if slope == 0:
            return
        root = plain((linear[1] * (-1 / Fraction(slope))).node())
        if isinstance(root, Node) and not is_integer(polynomial(root, self.facts), self.facts):
            return
        op = condition.op if slope > 0 else FLIPPED[condition.op]
        points = _points(op, root)
        if points and not self._known_outside(index, points):
            raise Split(index, points)

    def _known_outside(self, index: Index, points: tuple[Size, ...]) -> bool:
        """Whether cutting there needs an assumption on another loop's index, which can't be made."""
        others = [
            part for point in points if isinstance(point, Node) for part in walk(point) if isinstance(part, Index)
        ]
        start, stop = self.facts.ranges[index]
        return bool(others) and not all(
            decide(Compare("<=", start, node(point)), self.facts)
            and decide(Compare("<=", node(point), stop), self.facts)
            for point in points
        )

    def assume(self, condition: Node, reason: str = "", source: Source | None = None, span: Span | None = None) -> None:
        """Record what must hold for the answer; it serves all that is asked in this world from here on."""
        origin = f"{source.name}:{place(source.text, span.start)[0]}" if source and span else ""
        if decide(condition, self.facts) is False:
            raise self._contradiction(condition, source, span)
        condition = told_plainly(condition)
        told = ", ".join(filter(None, (reason, *self._every(condition))))
        self.assumptions[Assumption(condition, told, origin)] = None
        self.facts = self.facts.with_assumption(condition)

    def _contradiction(self, condition: Node, source: Source | None, span: Span | None) -> ModelError:
        from ..render.text import text

        message = f"this needs {text(told_plainly(condition))}, which contradicts what is assumed already"
        known = ", ".join(text(item.condition) for item in self.assumptions)
        hint = "give the sizes that the conditions compare as numbers"
        return ModelError(Finding("contradiction", message, source, span, known, hint))

    def _every(self, condition: Node) -> list[str]:
        """The ranges of the loops' indexes that stand in a condition, in words."""
        from ..render.text import text

        inside = dict.fromkeys(
            part for part in walk(condition) if isinstance(part, Index) and part in self.facts.ranges
        )
        ranges = [(index, *self.facts.ranges[index]) for index in inside]
        return [f"for every {index.name} in range({text(start)}, {text(stop)})" for index, start, stop in ranges]

    # -------------------------------------------------------------------------------------------------- limits

    @contextmanager
    def deeper(self, source: Source, span: Span) -> Iterator[None]:
        """One level of elaboration or function call. Raises: `LimitError` beyond 200 of them."""
        if self.depth >= MAX_ELABORATION:
            message = f"modules and functions are nested more than {MAX_ELABORATION} deep"
            hint = "does it use itself without an end?"
            raise LimitError(Finding("limit-elaboration", message, source, span, hint=hint))
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1

    @contextmanager
    def around(self, length: int) -> Iterator[None]:
        """Inside a loop of so many turns."""
        self.lengths.append(length)
        try:
            yield
        finally:
            self.lengths.pop()

    def fresh_index(self, name: str) -> Index:
        """The index of a loop whose turns are put among those of others, where no other may be the same."""
        self.made += 1
        return Index(name, FRESH + self.made)

    def count_cut(self, source: Source, span: Span) -> None:
        """Account for a symbolic range that is cut. Raises: `LimitError` beyond 100 of them in one question."""
        self.cuts += 1
        if self.cuts > MAX_CUTS:
            message = f"conditions cut the ranges of loops more than {MAX_CUTS} times"
            hint = "give some of the sizes that they compare as numbers"
            raise LimitError(Finding("limit-cuts", message, source, span, hint=hint))

    def count_built(self, source: Source, span: Span) -> None:
        """Account for a module that is built where one was built before. Raises: `LimitError` beyond 5,000 of them."""
        place = (id(source), span)
        self.again += place in self.built_at
        self.built_at.add(place)
        if self.again > MAX_AGAIN:
            message = f"more than {MAX_AGAIN:,} modules are built in other sizes by lines that built one before"
            hint = "write equal turns as a multiple, `n * Block(d)`, or leave the range's end a symbol"
            raise LimitError(Finding("limit-modules", message, source, span, hint=hint))

    def count_turns(self, turns: int, source: Source, span: Span) -> None:
        """Account for turns of unrolled loops, those around counted in `lengths`. Raises: `LimitError` beyond 50,000."""
        self.turns += turns
        if self.turns > MAX_TURNS or turns * prod(self.lengths) > MAX_TURNS:
            message = f"loops take more than {MAX_TURNS:,} turns"
            hint = "write equal turns as a multiple, `n * Block(d)`, or leave the range's end a symbol"
            raise LimitError(Finding("limit-turns", message, source, span, hint=hint))


def told_plainly(condition: Node) -> Node:
    """An order as people say it: `L >= 1` with the number on the right, `k <= L` with the smaller side on the left."""
    if not isinstance(condition, Compare) or condition.op not in ("<=", ">="):
        return condition
    difference = polynomial(condition.left, ANY_NUMBERS) - polynomial(condition.right, ANY_NUMBERS)
    if condition.op == "<=":
        difference = -difference
    more = Polynomial({term: factor for term, factor in difference.terms.items() if factor > 0 and term})
    less = more - difference
    if less.constant is not None:
        return Compare(">=", more.node(), less.node())
    return Compare("<=", less.node(), more.node())


def _points(op: str, root: Size) -> tuple[Size, ...]:
    """Where a range is cut so that `index op root` is decided on each part."""
    if not isinstance(root, Node) and root.denominator != 1:
        return () if op in ("==", "!=") else (int(root // 1) + 1,)
    if op in ("==", "!="):
        return (root, plus(root, 1))
    return (root,) if op in ("<", ">=") else (plus(root, 1),)


def fail(code: str, message: str, source: Source, span: Span, note: str = "", hint: str = "") -> ModelError:
    """The error of one finding at a place."""
    return ModelError(Finding(code, message, source, span, note, hint))
