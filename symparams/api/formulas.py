"""Formulas: what they answer, their forms, their numbers, and how they show themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..errors import Finding, ModelError, Source, UsageError, suggestion
from ..formula.domain import Assumption
from ..formula.facts import NO_FACTS, Facts
from ..formula.nodes import Exact, Node
from ..formula.value import value
from ..formula.work import limited
from ..model import files
from ..model.computed import NOWHERE, Asked, Stated, answer, names_in_latex
from ..model.forms import shaped
from ..model.query import Answer, Question, open_names
from ..render.text import text as text_of
from ..syntax import tree
from ..syntax.parse import parse_expression
from .arithmetic import Arithmetic, equality, operand, refuse_open
from .given import Given, given_values

if TYPE_CHECKING:
    import sympy

    from .given import Operand
    from .modules import Module
    from .outcomes import Outcome


def formula(text: str | Operand | Module) -> Formula:
    """The formula of an expression, as in `formula("Conv2d(C_in, C_out, k)")`; free names are symbols.

    A number and a sympy expression are formulas too. Counts: the parameters of a module; an expression of numbers and
    measures is itself.
    """
    from .modules import Module

    if isinstance(text, str):
        return Formula(question(text, files.Unit(Source("<formula>", ""))))
    if isinstance(text, Formula):
        return text
    if isinstance(text, Module):
        return text.params
    found = operand(text)
    if found is None:
        message = f"{type(text).__name__} is no formula"
        raise UsageError(Finding("usage-argument", message, hint="give text, a number or a sympy expression"))
    return Formula(found.asked)


def question(text: str, unit: files.Unit, name: str = "<formula>", free: str = "all") -> Question:
    """The question that an expression asks in a file."""
    source = Source(name, text)
    expr = parse_expression(source)
    if isinstance(expr, tree.Name):
        _refuse_bare(expr, unit, source)
    return Question(unit, source, expr, free=free)


def _refuse_bare(expr: tree.Name, unit: files.Unit, source: Source) -> None:
    """Refuse a name alone that nobody defined where a defined one was meant, and a function without its arguments."""
    from ..model.builtins import BUILTINS

    name = expr.name
    found = unit.find(name)
    function: object = found[0] if found is not None else None
    if found is None and (of_library := files.library_function(name)):
        function = of_library[0]
    if isinstance(function, tree.Function) or (found is None and name in BUILTINS):
        arguments = ", ".join(param.name for param in getattr(function, "params", ())) or "…"
        hint = f"give its arguments: {name}({arguments})"
        raise ModelError(Finding("not-called", f"{name} is a function", source, expr.span, hint=hint))
    if found is None and name not in files.library_index():
        near = suggestion(name, [*unit.known(), *files.library_index()])
        if near or unit.names:
            message = f"{unit.source.name} has no {name}" if unit.names else f"{name} isn't defined"
            hint = near or f"it has {', '.join(unit.known())}"
            raise ModelError(Finding("unknown-name", message, source, expr.span, hint=hint))


class Formula(Arithmetic):
    """A formula with what it assumes, and the questions that it answers.

    `str` gives text that the language reads back; in notebooks it shows itself as LaTeX. Formulas add, subtract, multiply,
    divide and compare with one another, ints, Fractions and sympy expressions. `==` holds for formulas that are the same
    once multiplied out, and goes with `hash`; `equals` looks further, with a proof or a counterexample.
    """

    __slots__ = ("_answer", "_asked", "_by", "_form", "_key", "_node")

    def __init__(self, asked: Asked, form: str = "written", by: str | None = None) -> None:
        self._asked = asked
        self._form = form
        self._by = by
        self._answer: Answer | None = None
        self._node: Node | None = None
        self._key: object = None

    @classmethod
    def of(cls, form: Node, facts: Facts = NO_FACTS, unit: files.Unit = NOWHERE) -> Formula:
        """A formula detached from its source, as a tensor's size is."""
        return cls(Stated(form, Facts(facts.domains), (), unit))

    def __reduce__(self) -> tuple[Any, ...]:
        return Formula, (self._asked, self._form, self._by)

    @property
    def answer(self) -> Answer:
        """The written form with its assumptions, worked out once."""
        if self._answer is None:
            self._answer = answer(self._asked)
        return self._answer

    @property
    def node(self) -> Node:
        """The expression tree, in the form asked for."""
        if self._node is None:
            self._node = shaped(self.answer, self._form, self._by)
        return self._node

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What must hold for the formula, each with its reason and the line it comes from."""
        return self.answer.assumptions

    @property
    def symbols(self) -> list[str]:
        """The names of the sizes that are open, in the order in which they are met."""
        return open_names(self.answer.form)

    @property
    def expr(self) -> sympy.Expr:
        """The formula as a sympy expression; its sizes are those that `sympy.symbols` makes of their names."""
        from ..formula.algebra import for_users

        return for_users(self.node, self.answer.facts.domains)

    def _sympy_(self) -> sympy.Expr:
        """What sympy's own functions take a formula for."""
        return self.expr

    def _latex(self, printer: object) -> str:
        """What `sympy.latex` prints, in its expressions and matrices too."""
        return self.latex()

    def value(self, **sizes: Given) -> Exact:
        """The exact number at these sizes, elaborated from the source; an int for every count.

        Raises: `ValueNeeded` naming the sizes that are left open, `UsageError` for a size that isn't there.
        """
        found = self.set(**sizes) if sizes else self
        left = found.symbols
        if left:
            refuse_open(left, f"set {'it' if len(left) == 1 else 'them'}", "value")
        with limited():
            return value(found.answer.form)

    def set(self, **sizes: Given) -> Formula:
        """The formula with sizes set to numbers, formulas or lists, elaborated again from the source.

        Raises: `UsageError` when asked, for a size that isn't there or lies outside of its domain.
        """
        return Formula(self._asked.set(given_values(sizes, self._asked)), self._form, self._by)

    def written(self) -> Formula:
        """The form in which the source writes it."""
        return Formula(self._asked)

    def expanded(self) -> Formula:
        """Multiplied out, like terms added, sums over layers closed."""
        return Formula(self._asked, "expanded")

    def factored(self) -> Formula:
        """As a product of its factors."""
        return Formula(self._asked, "factored")

    def collected(self, by: str | sympy.Symbol | None = None) -> Formula:
        """As a polynomial in one size, or in the sizes that make it shortest."""
        return Formula(self._asked, "collected", None if by is None else str(by))

    def equals(self, other: Operand) -> Outcome:
        """What comes of the claim that both are equal for all sizes: proved, refuted by an example, or undecided.

        The outcome is true where it is proved, so that `assert f.equals(g)` passes for no less.
        """
        return equality(self, other)

    def lambdify(self, *names: Any, numpy: bool = False) -> Callable[..., Any]:
        """The formula as a function of its open sizes: exact, fast, and equal to `value` wherever the network can be built.

        names: the arguments in order, as texts or sympy symbols; else the sizes in the order of `symbols`. They can be
        given by keyword too; a name that Python has another use for has a `_` behind (`lambda_`).
        numpy: whether arrays are taken, which broadcast. The result is an int64 array where every number fits, and an
        object array of Python's exact numbers beyond 2^63: it never wraps.
        Sizes outside of their domains, or against what the formula assumes, are asked of the source.
        Raises: `UsageError` for names that aren't all of the open sizes; the function raises what `value` raises.
        """
        from .functions import lambdified

        return lambdified(self, names, numpy=numpy)

    def latex(self, *, steps: bool = False, **notation: Any) -> str:
        """The LaTeX of the formula, with `steps` general = with the numbers put in = value.

        Other options as those of `symparams latex`, see `render.latex.Notation`.
        """
        from ..render.latex import latex
        from ..render.latex import notation as notation_of

        style, names = notation_of(**notation), names_in_latex(self._asked)
        if not steps:
            return latex(self.node, style, names)
        from ..pages.latex import sides_of
        from ..render.equation import equation

        sides = sides_of(self._asked, self.answer, self._form, self._by, steps=True)
        return equation(sides, notation=style, names=names, environment="bare")

    def _repr_latex_(self) -> str:
        from ..render.equation import assumptions_latex

        conditions = [item.condition for item in self.assumptions]
        assumed = assumptions_latex(conditions, names=names_in_latex(self._asked))
        return rf"$\displaystyle {self.latex()}{assumed}$"

    def __str__(self) -> str:
        return text_of(self.node)

    def __repr__(self) -> str:
        return f"Formula({str(self)!r})"
