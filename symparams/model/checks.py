"""Checks: claims of a file, each proved, refuted with an example, or said to be undecided."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from ..errors import Finding, ModelError, Source, SymparamsError, suggestion
from ..formula.build import node, plain
from ..formula.domain import Assumption
from ..formula.nodes import ZERO, All, Compare, Node, symbols
from ..formula.polynomial import Facts, decide, polynomial
from ..formula.value import value as number
from ..formula.work import Exhausted, Purse
from ..syntax import tree
from ..syntax.parse import parse
from ..syntax.tokens import LARGE
from .evaluate import condition, content, value
from .files import Unit
from .frame import Frame, as_list, as_size
from .given import untold
from .measure import MEASURES, closed
from .query import Question, bare_modules, deep, is_recipe
from .turns import NO_TURN, Turn, turns
from .world import World
from .written import asked

MAX_TRIED = 200
MAX_REASONS = 3


class Outcome(NamedTuple):
    """What came of one check.

    status: `proved`, `refuted`, `undecided` or `error`; text: the check as written; citation: its source; assumptions:
    under which it is proved; example: sizes at which it fails; left, right: the values there, or of the two sides;
    difference: left - right in closed form; own: the network's side, collected; findings: of an error; reasons: why a
    count is off, where its network's own tensors say it.
    """

    status: str
    text: str
    line: int
    citation: str = ""
    assumptions: tuple[Assumption, ...] = ()
    example: tuple[tuple[str, Any], ...] = ()
    left: Any = None
    right: Any = None
    difference: Node | None = None
    own: Node | None = None
    findings: tuple[Finding, ...] = ()
    note: str = ""
    reasons: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it is proved."""
        return self.status == "proved"


class Sides(NamedTuple):
    """The two sides of a claim as formulas, with what is known of their sizes."""

    left: Node
    right: Node
    facts: Facts
    assumptions: tuple[Assumption, ...]


class Asking(NamedTuple):
    """What the checks of a file share: its names, the networks made of numbers, and the steps that they may take."""

    unit: Unit
    shared: dict[object, Any]
    purse: Purse
    free: str = "some"


def outcomes(unit: Unit) -> Iterator[Outcome]:
    """The outcome of every check of a file, in order; what is wrong with a check is its outcome too."""
    asking = Asking(unit, {}, Purse())
    for statement in unit.statements:
        if isinstance(statement, tree.Check | tree.For | tree.Require):
            yield from _statement(statement, NO_TURN, asking)


def outcome_of(claim: str, unit: Unit) -> Outcome:
    """The outcome of a claim that stands in no file, `small.params ~ 124M`; free names are symbols.

    Raises: `ParseError` for what is no claim.
    """
    source = Source("<claim>", f"check {claim}")
    own = Unit(source, parse(source).statements, unit.folder)
    own.names = unit.names
    return next(_statement(own.statements[0], NO_TURN, Asking(own, {}, Purse(), free="all")))


def _statement(statement: Any, turn: Turn, asking: Asking) -> Iterator[Outcome]:
    if isinstance(statement, tree.For):
        yield from _each(statement, turn, asking)
        return
    if isinstance(statement, tree.Check | tree.Require):
        try:
            with asking.purse.question(), deep():
                outcome = _check(statement, turn, asking)
        except SymparamsError as error:
            outcome = Outcome("error", *_shown(statement, asking.unit), findings=error.findings)
        yield outcome._replace(text=f"{outcome.text} for {', '.join(turn.told)}") if turn.told else outcome


def _each(statement: tree.For, around: Turn, asking: Asking) -> Iterator[Outcome]:
    frame = _frame(World(), around, asking.unit)
    try:
        for turn in turns(statement, around, frame):
            for inner in statement.body:
                yield from _statement(inner, turn, asking)
    except SymparamsError as error:
        yield Outcome("error", *_shown(statement, asking.unit), findings=error.findings)


def _frame(world: World, turn: Turn, unit: Unit) -> Frame:
    frame = Frame(world, unit)
    frame.names = dict(turn.names)
    frame.is_asked = True
    return frame


def _shown(statement: Any, unit: Unit) -> tuple[str, int]:
    from ..errors import place

    end = statement.iterable.span.end if isinstance(statement, tree.For) else statement.span.end
    text = _on_one_line(unit.source.text[statement.span.start : end])
    return text.removeprefix("check").strip(), place(unit.source.text, statement.span.start)[0]


def _on_one_line(text: str) -> str:
    if "\n" in text:
        from ..syntax.format import one_line

        text = one_line(text)
    return " ".join(text.split())


def _check(statement: Any, turn: Turn, asking: Asking) -> Outcome:
    unit, shared = asking.unit, asking.shared
    world = World(free=asking.free)
    world.memo = dict(shared)
    frame = _frame(world, turn, unit)
    if isinstance(statement, tree.Require):
        return _require(statement, frame)
    statement = statement._replace(claim=turn.as_printed(statement.claim, unit))
    base = Outcome("proved", _claim_text(statement, unit.source), _shown(statement, unit)[1], statement.citation)
    if any(isinstance(side, tree.List) for side in statement.claim.operands):
        return _lists(base, statement, frame)
    sides = _sides(statement.claim, frame)
    shared.update((key, made) for key, made in world.memo.items() if key not in shared and is_recipe(key))
    return _outcome(base, statement, sides, frame)


def _lists(base: Outcome, statement: tree.Check, frame: Frame) -> Outcome:
    """The outcome of a claim that two lists of sizes are equal, item by item: of the first item that isn't."""
    claim = statement.claim
    if claim.ops[0] != "==" or statement.limit is not None:
        raise frame.fail("check-lists", "lists are only compared by `==`", claim.span, hint="compare their items")
    _allow(claim, frame)
    left, right = (as_list(value(side, frame), side, frame) for side in claim.operands)
    if len(left) != len(right):
        return base._replace(status="refuted", note=f"{len(left)} items on the left, {len(right)} on the right")
    told: dict[Assumption, None] = {}
    for at, items in enumerate(zip(left, right, strict=True)):
        one, other = (node(as_size(item, side, frame)) for item, side in zip(items, claim.operands, strict=True))
        sides = Sides(one, other, frame.world.facts, untold(frame.world.assumptions, frame.unit))
        outcome = _outcome(base, statement, sides, frame)
        if not outcome:
            return outcome._replace(note=f"item [{at}] differs" if outcome.status == "refuted" else outcome.note)
        told |= dict.fromkeys(outcome.assumptions)
    return base._replace(assumptions=tuple(told))


def _outcome(base: Outcome, statement: tree.Check, sides: Sides, frame: Frame) -> Outcome:
    """What comes of a claim about two sides, with the reasons why a count is off."""
    try:
        outcome = _decided(base._replace(assumptions=sides.assumptions), statement, sides, frame)
    except Exhausted as error:
        return base._replace(status="undecided", note=error.findings[0].message)
    if outcome.status != "refuted" or statement.claim.ops[0] not in ("==", "~") or statement.limit is not None:
        return outcome
    return outcome._replace(reasons=(*_slips(statement, outcome), *_reasons(statement, sides, frame))[:MAX_REASONS])


def _decided(base: Outcome, statement: tree.Check, sides: Sides, frame: Frame) -> Outcome:
    _refuse_limit_elsewhere(statement, sides, frame)
    op = statement.claim.ops[0]
    left, right = closed(sides.left), closed(sides.right)
    if op == "~" and statement.limit is None:
        left, right = (_reduced(side, sides.facts) for side in (sides.left, sides.right))
        _refuse_open(left, right, statement, frame)
    if not isinstance(left, Node) and not isinstance(right, Node):
        return _kept(_judged(base, _holds(op, left, right, statement, frame), left, right), sides)
    if statement.limit is not None:
        return _limit(base, statement, sides, frame)
    return _symbolic(base, op, sides, statement, frame)


def _refuse_limit_elsewhere(statement: tree.Check, sides: Sides, frame: Frame) -> None:
    if statement.limit is None:
        return
    name = statement.limit[0]
    known = [symbol.name for side in (sides.left, sides.right) for symbol in symbols(side)]
    if name not in known and not tree.mentions(statement.claim, name):
        hint = suggestion(name, known) or (f"it has {', '.join(dict.fromkeys(known))}" if known else "")
        raise frame.fail("limit-elsewhere", f"{name} isn't in the claim", statement.span, hint=hint)


def _reduced(side: Node, facts: Facts) -> Any:
    """The number of a side, where its sizes cancel."""
    return plain(polynomial(side, facts).node())


def _refuse_open(left: Any, right: Any, statement: tree.Check, frame: Frame) -> None:
    names = [symbol.name for side in (left, right) if isinstance(side, Node) for symbol in symbols(side)]
    if names:
        hint = "set it to a number, or compare as it grows: `~ … as d -> oo`"
        message = f"`~` compares numbers, and {' and '.join(dict.fromkeys(names))} stays open"
        raise frame.fail("tolerance", message, statement.claim.span, hint=hint)


def _claim_text(statement: tree.Check, source: Source) -> str:
    claim = _on_one_line("check " + source.text[slice(*statement.claim.span)])
    return claim.removeprefix("check ") + _modifiers(statement, source)


def _modifiers(statement: tree.Check, source: Source) -> str:
    rest = source.text[statement.claim.span.end : statement.span.end]
    words = rest.replace(f'"{statement.citation}"', "").replace(f"'{statement.citation}'", "")
    return " " + " ".join(words.split()) if words.strip() else ""


def _require(statement: tree.Require, frame: Frame) -> Outcome:
    known = condition(statement.condition, frame)
    status = {True: "proved", False: "refuted"}.get(known, "undecided") if isinstance(known, bool) else "undecided"
    return Outcome(status, *_shown(statement, frame.unit), citation=statement.reason)


def _sides(claim: tree.Comparison, frame: Frame) -> Sides:
    world = frame.world
    _allow(claim, frame)
    for expr in claim.operands:
        asked(expr, frame)
    left, right = (asked(expr, frame) for expr in claim.operands)  # again, with all assumptions known
    return Sides(left, right, world.facts, untold(world.assumptions, frame.unit))


def _allow(claim: tree.Comparison, frame: Frame) -> None:
    """Let the parameters of modules that stand bare in a claim be symbols of it."""
    for module in bare_modules(claim, frame):
        frame.world.allowed.update(param.name for param in module.definition.params)


def _judged(base: Outcome, holds: bool, left: Any, right: Any) -> Outcome:
    difference = None if holds else node(left - right)
    return base._replace(status="proved" if holds else "refuted", left=left, right=right, difference=difference)


def _holds(op: str, left: Any, right: Any, statement: tree.Check, frame: Frame) -> bool:
    if op == "~":
        return _is_near(left, right, statement, frame)
    from .conditions import PLAIN

    return PLAIN[op](left, right)


def _is_near(left: Any, right: Any, statement: tree.Check, frame: Frame) -> bool:
    """Whether the sides agree within the tolerance, or in the digits printed."""
    gap = abs(left - right)
    if statement.within is not None:
        return bool(gap <= statement.within * abs(right))
    printed = statement.claim.operands[1]
    if not isinstance(printed, tree.Num):
        raise _needs_tolerance(statement, frame)
    return bool(gap <= last_digit(printed) / 2)


def _needs_tolerance(statement: tree.Check, frame: Frame) -> ModelError:
    hint = "write `~ 15.3M` with a number printed on the right, `~ … within 4%`, or `~ … as d -> oo`"
    return frame.fail("tolerance", "`~` doesn't say how near is near enough", statement.claim.span, hint=hint)


def last_digit(printed: tree.Num) -> Fraction:
    """What the last printed digit of a number stands for: 100,000 in `15.3M`."""
    digits = printed.text.replace("_", "").rstrip("kMBT")
    mantissa, _, exponent = digits.lower().partition("e")
    places = len(mantissa.partition(".")[2])
    shown = Fraction(mantissa) if Fraction(mantissa) != 0 else Fraction(1)
    scale: Fraction = Fraction(printed.value) / shown if Fraction(mantissa) != 0 else Fraction("1e" + (exponent or "0"))
    return scale * Fraction(f"1e-{places}")


def _limit(base: Outcome, statement: tree.Check, sides: Sides, frame: Frame) -> Outcome:
    from ..formula.limits import limit_ratio

    name, to = statement.limit  # type: ignore[misc]
    target: Any = "oo" if isinstance(to, tree.Name) and to.name == "oo" else value(to, frame)
    known, limit = limit_ratio(sides.left, sides.right, name, target, sides.facts)
    status = {True: "proved", False: "refuted", None: "undecided"}[known]
    note = "" if known else _missed(sides, limit) if limit is not None else "the limit wasn't found"
    return base._replace(status=status, assumptions=sides.assumptions, note=note)


def _missed(sides: Sides, limit: Node) -> str:
    """What a limit is that isn't the one claimed."""
    from ..formula.algebra import ENDLESS
    from ..render.text import text

    what, expected = ("the left side", 0) if sides.right == ZERO else ("the ratio of the sides", 1)
    if limit == ENDLESS:
        return f"{what} grows without end, and doesn't tend to {expected}"
    return f"{what} tends to {text(limit)}, not to {expected}"


def _symbolic(base: Outcome, op: str, sides: Sides, statement: tree.Check, frame: Frame) -> Outcome:
    if op == "~":
        raise _needs_tolerance(statement, frame)
    if op not in ("==", "!="):
        return _ordered(base, op, sides)
    outcome = equal_sides(base, *sides)
    if op == "!=":
        status = {"proved": "refuted", "refuted": "proved", "undecided": "undecided"}[outcome.status]
        outcome = _kept(outcome._replace(status=status), sides)
    return outcome._replace(own=_own_side(statement, sides)) if outcome.difference is not None else outcome


def equal_sides(base: Outcome, left: Node, right: Node, facts: Facts, assumptions: tuple[Assumption, ...]) -> Outcome:
    """What comes of the claim that two formulas are equal for all sizes, filled into an outcome."""
    from ..formula.prove import prove

    result = prove(left, right, "==", facts)
    told = [Assumption(condition, "where the sums close", "") for condition in result.needed if result.kind == "proved"]
    base = base._replace(status=result.kind, assumptions=(*assumptions, *told))
    if result.kind != "refuted":
        return _kept(base, Sides(left, right, facts, assumptions))
    return base._replace(
        example=tuple(result.example.items()), left=result.left, right=result.right, difference=result.difference
    )


def _kept(outcome: Outcome, sides: Sides) -> Outcome:
    """The outcome, undecided where it is proved under assumptions that no sizes seem to keep."""
    if outcome.status != "proved" or _can_hold(sides):
        return outcome
    return outcome._replace(status="undecided", note="no sizes were found that keep what is assumed")


def _can_hold(sides: Sides) -> bool:
    """Whether some sizes keep all assumptions; a proof under assumptions that nothing keeps says nothing."""
    if not sides.assumptions:
        return True
    from ..formula.examples import holds, sample

    claim = All(tuple(item.condition for item in sides.assumptions))
    return any(holds(claim, sizes) for sizes in sample(claim, sides.facts, MAX_TRIED))


def _own_side(statement: tree.Check, sides: Sides) -> Node | None:
    from ..formula.algebra import collected

    operands = statement.claim.operands
    own = 0 if _asks_network(operands[0]) or not _asks_network(operands[1]) else 1
    return collected((sides.left, sides.right)[own], sides.facts)


def _asks_network(expr: Any) -> bool:
    if isinstance(expr, tree.Attribute):
        return True
    return isinstance(expr, tuple) and any(_asks_network(part) for part in expr)


def _reasons(statement: tree.Check, sides: Sides, frame: Frame) -> tuple[str, ...]:
    """Why the count is off, where one side is a measure of a network."""
    from .explain import Claim, explanations

    operands = statement.claim.operands
    for own, claimed in ((operands[0], sides.right), (operands[1], sides.left)):
        if isinstance(own, tree.Attribute) and own.name in MEASURES:
            names = tuple((name, content(entry)) for name, entry in frame.names.items())
            asked_about = Question(frame.unit, frame.source, own.base, measure=own.name, names=names)
            return explanations(Claim(asked_about, claimed, _slack(statement, sides)))
    return ()


def _slips(statement: tree.Check, outcome: Outcome) -> Iterator[str]:
    """The slips of print by which a number of the claim is off."""
    from .slips import Shown, slips

    left, right = statement.claim.operands
    for printed, truth in ((right, outcome.left), (left, outcome.right)):
        if isinstance(printed, tree.Num) and isinstance(truth, int | Fraction) and statement.within is None:
            suffix = printed.text[-1] if printed.text[-1] in LARGE else ""
            digit = last_digit(printed) if statement.claim.ops[0] == "~" else Fraction(1)
            unit = Fraction(10) ** LARGE.get(suffix, 0)
            yield from slips(Shown(Fraction(printed.value), digit, unit, suffix), truth)
            return


def _slack(statement: tree.Check, sides: Sides) -> Fraction | int:
    """How far a claimed number may lie off: half of its last printed digit, or its tolerance."""
    if statement.claim.ops[0] != "~":
        return 0
    if statement.within is not None:
        right = number(sides.right)
        return Fraction(statement.within * max(right, -right))
    printed = statement.claim.operands[1]
    return last_digit(printed) / 2 if isinstance(printed, tree.Num) else 0


def _ordered(base: Outcome, op: str, sides: Sides) -> Outcome:
    claim = Compare(op, sides.left, sides.right)
    known = decide(claim, sides.facts)
    if known is not True:
        from ..formula.prove import counterexample

        example = counterexample(claim, sides.facts)
        if example is not None:
            values = (number(sides.left, example), number(sides.right, example))
            return base._replace(status="refuted", example=tuple(example.items()), left=values[0], right=values[1])
    status = {True: "proved", False: "refuted", None: "undecided"}[known]
    note = "holds at every point tried, but not proved" if known is None else ""
    return base._replace(status=status, assumptions=sides.assumptions, note=note)
