"""Formulas computed from others: what is asked is a tree of questions, and every number comes from their sources.

`Question` asks a file, `Stated` stands for itself, `Computed` joins others by an operation. Sizes that are set go down to
the questions, so that `(f + g).set(n=0)` elaborates both again; the forms that come back are joined as the language writes
them. The answer assumes what all of them assume, and a size lies in the domains of all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Union

from ..errors import Finding, ModelError, Source, SymparamsError, UsageError, ValueNeeded, suggestion
from ..formula.arithmetic import OPERATIONS, ceil_of, floor_of
from ..formula.build import (
    Operand,
    Size,
    grouped,
    node,
    plain,
    solid,
    written_negative,
    written_power,
    written_product,
    written_sum,
)
from ..formula.domain import ANY_SIZE, Assumption, Domain
from ..formula.facts import NO_FACTS, Facts
from ..formula.nodes import (
    Abs,
    Exact,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Round,
    Series,
    Sum,
    Symbol,
    symbols,
)
from ..formula.polynomial import decide
from ..formula.value import condition_value
from ..syntax import tree
from .files import Unit
from .forms import latex_names, shaped
from .given import open_in, settled, with_inner
from .putting import renormalised
from .query import Answer, Question, Sizes, ask, check_sizes, deep, unknown_sizes, with_sizes
from .values import Value, is_size, kind_of

NOWHERE = Unit(Source("<python>", ""))


class Stated(NamedTuple):
    """A formula detached from any source: a number, a sympy expression, the size of a tensor.

    facts: the domains that are told of its sizes; assumptions: what must hold; unit: the file whose LaTeX names it has.
    """

    form: Node
    facts: Facts = NO_FACTS
    assumptions: tuple[Assumption, ...] = ()
    unit: Unit = NOWHERE
    sizes: Sizes = ()

    def set(self, sizes: Mapping[str, Value]) -> Stated:
        """The same with more sizes set."""
        return self._replace(sizes=with_sizes(self.sizes, sizes))


class Term(NamedTuple):
    """One operand: what it asks, the form it was brought to, and whether it is subtracted or divided by."""

    asked: Asked
    form: str = "written"
    by: str | None = None
    is_inverse: bool = False


class Computed(NamedTuple):
    """The terms joined by an operation: `+` and `*` of any number, the others of one or two."""

    op: str
    terms: tuple[Term, ...]
    sizes: Sizes = ()

    def set(self, sizes: Mapping[str, Value]) -> Computed:
        """The same with more sizes set; they reach all terms that leave them open."""
        return self._replace(sizes=with_sizes(self.sizes, sizes))


Asked = Union[Question, Stated, Computed]


# ------------------------------------------------------------------------------------------------------ answers


def answer(asked: Asked) -> Answer:
    """The formula that is asked for, as written, with what it assumes. Raises: `UsageError` for a size that isn't there."""
    with deep():
        if isinstance(asked, Question):
            found = ask(asked)
            check_sizes(asked, found.used, found.form)
            return found
        found = _answer(asked)
        _check_sizes(asked, found)
        return found


def _answer(asked: Asked) -> Answer:
    if isinstance(asked, Question):
        found = ask(asked)
        unknown = unknown_sizes(asked, found.used)
        return found._replace(used=found.used | {name for name, _ in asked.sizes if name not in unknown})
    return _stated(asked) if isinstance(asked, Stated) else _computed(asked)


def _check_sizes(asked: Stated | Computed, found: Answer) -> None:
    unknown = [name for name, _ in asked.sizes if name not in found.used]
    if unknown:
        known = sorted({symbol.name for symbol in symbols(found.form)} | found.used)
        there = f"it has {', '.join(known)}" if known else "it has no sizes to set"
        message = f"there is no size called {unknown[0]} here"
        raise UsageError(Finding("unknown-size", message, note=there, hint=suggestion(unknown[0], known)))


def _computed(asked: Computed) -> Answer:
    sizes = dict(asked.sizes)
    answers = [_answer(_at(term.asked, sizes)) for term in asked.terms]
    facts = joined_facts(answers, [isinstance(term.asked, Stated) for term in asked.terms])
    operands = [_operand(term, found) for term, found in zip(asked.terms, answers, strict=True)]
    try:
        form = OPERATIONS_WRITTEN[asked.op](operands, facts)
    except ZeroDivisionError:
        raise UsageError(Finding("division-by-zero", "this divides by zero", hint="is a size missing?")) from None
    assumptions = dict.fromkeys(item for found in answers for item in found.assumptions)
    used = frozenset().union(*(found.used for found in answers))
    return Answer(solid(form), tuple(assumptions), facts, with_inner(sizes, used))


def _at(asked: Asked, sizes: Mapping[str, Value]) -> Asked:
    """What is asked at the sizes that it leaves open: `f.set(n=2) + g` keeps its 2 when n is set."""
    closed = {name for name, size in asked.sizes if name not in open_in(size)}
    return asked.set({name: size for name, size in sizes.items() if name not in closed})


def joined_facts(answers: Sequence[Answer], is_stated: Sequence[bool]) -> Facts:
    """What all of the answers know together; a stated one says nothing of sizes whose domain it doesn't tell.

    Raises: `ModelError` where they contradict one another: a size that is a yes/no elsewhere, `n < m` beside `m < n`.
    """
    facts = Facts(joined_domains(answers, is_stated))
    for found in answers:
        for condition in found.facts.assumptions:
            if decide(condition, facts) is False:
                from ..render.text import text

                message = f"{text(condition)} contradicts what another part assumes"
                known = ", ".join(map(text, facts.assumptions))
                raise ModelError(Finding("contradiction", message, note=known, hint="their sizes aren't the same ones"))
            facts = facts.with_assumption(condition)
    return facts


def joined_domains(answers: Sequence[Answer], is_stated: Sequence[bool]) -> dict[str, Domain]:
    """The domains of sizes in which all of the answers hold."""
    domains: dict[str, Domain] = {}
    for found, is_loose in zip(answers, is_stated, strict=True):
        names = dict.fromkeys(found.facts.domains)
        if not is_loose:
            names |= dict.fromkeys(symbol.name for symbol in symbols(found.form))
        for name in names:
            own = found.facts.domain(name)
            domains[name] = joined_domain(name, domains[name], own) if name in domains else own
    return {name: domain for name, domain in domains.items() if domain != ANY_SIZE}


def joined_domain(name: str, one: Domain, other: Domain) -> Domain:
    """What lies in both domains."""
    if "flag" in (one.kind, other.kind) and {one.kind, other.kind} - {"flag"}:
        size = other if one.kind == "flag" else one
        if size.kind == "int" and size.least <= 0:
            return Domain("flag", 0)
        message = f"{name} is a yes/no in one formula and a size in another"
        raise ModelError(Finding("symbol-kinds", message, hint="rename one of the two"))
    if one.kind == other.kind:
        return Domain(one.kind, max(one.least, other.least))
    whole, real = (one, other) if one.kind == "int" else (other, one)
    return Domain("int", max(whole.least, 1, -(-real.least // 1)))


def _operand(term: Term, found: Answer) -> Operand:
    """A term's form as it enters another: a count's sum keeps its brackets, as a member's does in the language."""
    form = shaped(found, term.form, term.by)
    if isinstance(term.asked, Question) and not isinstance(term.asked.expr, tree.Binary | tree.Unary):
        form = grouped(form)
    return Operand(form, term.is_inverse)


# ------------------------------------------------------------------------------------------------------ operations


def _sum(operands: list[Operand], facts: Facts) -> Node:
    terms = [written_negative(formula) if is_inverse else formula for formula, is_inverse, _ in operands]
    return written_sum(terms)


def _power(operands: list[Operand], facts: Facts) -> Node:
    base, exponent = (operand.formula for operand in operands)
    if isinstance(base, Number) and isinstance(exponent, Number):
        OPERATIONS["**"](base.value, exponent.value, facts)  # the limit on the digits holds for printing too
    return written_power(base, exponent)


def _by_value(op: str) -> Callable[[list[Operand], Facts], Node]:
    def apply(operands: list[Operand], facts: Facts) -> Node:
        left, right = (_size(operand) for operand in operands)
        return node(OPERATIONS[op](left, right, facts))

    return apply


def _number_or(
    kind: type[Abs] | type[Round], number: Callable[[Exact], Exact]
) -> Callable[[list[Operand], Facts], Node]:
    def apply(operands: list[Operand], facts: Facts) -> Node:
        found = _size(operands[0])
        return kind(found) if isinstance(found, Node) else node(number(found))

    return apply


def _size(operand: Operand) -> Size:
    """The number or formula of an operand; sums in it are plain ones."""
    found = operand.formula
    return plain(Sum(found.parts)) if isinstance(found, Sum) else renormalised(found) if not symbols(found) else found


OPERATIONS_WRITTEN: dict[str, Callable[[list[Operand], Facts], Node]] = {
    "+": _sum,
    "*": lambda operands, facts: written_product(operands),
    "**": _power,
    "//": _by_value("//"),
    "%": _by_value("%"),
    "abs": _number_or(Abs, lambda number: max(number, -number)),
    "round": _number_or(Round, lambda number: round(number)),
    "floor": lambda operands, facts: node(floor_of(_size(operands[0]), facts)),
    "ceil": lambda operands, facts: node(ceil_of(_size(operands[0]), facts)),
}


# ------------------------------------------------------------------------------------------------------ stated ones


def _stated(asked: Stated) -> Answer:
    known = frozenset(symbol.name for symbol in symbols(asked.form))
    sizes = {name: size for name, size in settled(dict(asked.sizes)).items() if name in known}
    for name, size in sizes.items():
        _refuse(name, size, asked.facts)
    mapping: dict[Node, Node] = {Symbol(name): node(size) for name, size in sizes.items()}
    conditions = [(item, put(item.condition, mapping)) for item in asked.assumptions]
    held = tuple(item._replace(condition=changed) for item, changed in conditions if not _is_kept(item, changed, sizes))
    domains = {name: domain for name, domain in asked.facts.domains.items() if name not in sizes}
    facts = Facts(domains, tuple(item.condition for item in held))
    return Answer(put(asked.form, mapping), held, facts, with_inner(sizes, known))


def _refuse(name: str, size: Value, facts: Facts) -> None:
    """Refuse what the size, in a formula that has no source to ask, can't be."""
    from ..formula.examples import is_in_domain

    if isinstance(size, bool):
        size = int(size)
    if not is_size(size):
        hint = "its source is needed for that: set it before the formula is taken out"
        raise UsageError(Finding("usage-size", f"{name} is a number here, not {kind_of(size)}", hint=hint))
    if name in facts.domains and not isinstance(size, Node) and not is_in_domain(size, name, facts):
        kind, least = facts.domain(name)
        words = {"flag": "a yes/no, 0 or 1", "real": "a number above 0"}.get(kind, f"an integer of at least {least}")
        raise UsageError(Finding("usage-size", f"{name} is {words}, not {size}"))


def _is_kept(item: Assumption, condition: Node, sizes: Mapping[str, Value]) -> bool:
    """Whether an assumption holds at these sizes; False while it is open. Raises: `ValueNeeded` where it doesn't hold."""
    if symbols(condition):
        return False
    if condition_value(condition):
        return True
    from ..render.text import text

    told = ", ".join(f"{symbol.name} = {sizes[symbol.name]}" for symbol in symbols(item.condition))
    hint = "the formula has no source to ask; take other sizes"
    raise ValueNeeded(Finding("assumption", f"the formula holds for {text(item.condition)} only", note=told, hint=hint))


def put(form: Node, mapping: Mapping[Node, Node]) -> Node:
    """The form with sizes put in; rows stay flat, and a coefficient that a size brings goes where the language puts it."""
    if not mapping or not any(symbol in mapping for symbol in symbols(form)):
        return form

    def changed(part: Node) -> Node:
        return solid(rebuilt(part))

    def rebuilt(part: Node) -> Node:
        if part in mapping:
            return mapping[part]
        inner = part.rebuild(changed)
        if inner is part or isinstance(inner, Series):
            return inner
        if isinstance(inner, Sum):
            whole = written_sum(inner.parts)
            return grouped(whole) if inner.bracketed else whole
        if isinstance(inner, Product | Quotient):
            operands = part.parts if isinstance(part, Product) else part.children()
            return written_product(
                Operand(
                    changed(old), isinstance(part, Quotient) and place == 1, isinstance(old, Symbol) and old in mapping
                )
                for place, old in enumerate(operands)
            )
        return written_power(inner.left, inner.right) if isinstance(inner, Power) else inner

    try:
        return changed(form)
    except ZeroDivisionError:
        raise SymparamsError(Finding("division-by-zero", "this divides by zero")) from None


# ------------------------------------------------------------------------------------------------------ names


def units(asked: Asked) -> list[Unit]:
    """The files that a formula comes from, each once."""
    if not isinstance(asked, Computed):
        return [asked.unit]
    found: dict[int, Unit] = {id(unit): unit for term in asked.terms for unit in units(term.asked)}
    return list(found.values())


def names_in_latex(asked: Asked) -> dict[str, str]:
    """The LaTeX that the files give their names; of two that differ the first one's."""
    found: dict[str, str] = {}
    for unit in units(asked):
        found = {**latex_names(unit), **found}
    return found
