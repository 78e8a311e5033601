"""Modules and parts of networks: measures, members, tensors, and what a path leads to."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from fractions import Fraction
from types import NoneType
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import Finding, ModelError, ParseError, Source, SymparamsError, UsageError
from ..formula.build import Size
from ..formula.facts import Facts
from ..formula.nodes import Exact, Node
from ..model.forms import latex_names
from ..model.query import Question, part_of, value_of
from ..syntax import tree
from ..syntax.parse import parse_expression
from .formulas import Formula
from .given import Given, given_values
from .telling import OwnDocumentation, OwnSignature

if TYPE_CHECKING:
    from ..render.table import Table


PAGE = 100  # columns of a module's page, as `print` shows it


def place(asked: Question) -> Any:
    """What a path leads to: a module where it has members; a list, such as a tensor's shape, as a tuple; a text, yes/no or
    None as itself; else the formula of it."""
    try:
        part_of(asked)
    except ModelError as error:
        if error.findings[0].code != "no-network":
            raise
        found = value_of(asked)
        if type(found) in (list, tuple):
            return tuple([_item(asked, at, one) for at, one in enumerate(found)])
        return found if isinstance(found, str | bool | NoneType) else Formula(asked)
    return Module(asked)


def _item(asked: Question, at: int, found: Any) -> Any:
    return found if isinstance(found, int | Fraction) else place(_again(asked, f"[{at}]"))


class TurnError(ModelError, IndexError):
    """There is no such turn."""


class TensorView(NamedTuple):
    """A tensor of a module: its name as PyTorch names it, its shape, how many there are, and what it counts as."""

    name: str
    shape: tuple[Exact | Formula, ...]
    multiplicity: Exact | Formula
    kind: str


class Module:
    """A module or a part of a network, by the path that leads to it; members and definitions are attributes.

    A module whose arguments aren't given can be called, with ints, sympy symbols, formulas, strings, lists and other
    modules: `Linear(n, 4*n)`. A call is what the language makes of the same text, its errors too. `n * module` are n copies.
    """

    __signature__ = OwnSignature()

    def __init__(self, asked: Question) -> None:
        self._question = asked

    def __call__(self, *args: Any, **named: Any) -> Module:
        """The module with its arguments. Raises: `ModelError` as the language does, at the place in the call's own text."""
        from .building import called

        return Module(called(self._question, args, named))

    def __mul__(self, count: Any) -> Module:
        from .building import multiple

        if isinstance(count, Module):
            return NotImplemented
        return Module(multiple(self._question, count))

    __rmul__ = __mul__

    def _measure(self, which: str) -> Formula:
        return Formula(self._question._replace(measure=which))

    @property
    def params(self) -> Formula:
        """All parameters, trainable or frozen; tied ones once."""
        return self._measure("params")

    @property
    def trainable(self) -> Formula:
        """The parameters that training changes."""
        return self._measure("trainable")

    @property
    def frozen(self) -> Formula:
        """The parameters that are frozen."""
        return self._measure("frozen")

    @property
    def buffers(self) -> Formula:
        """The numbers that are stored but are no parameters."""
        return self._measure("buffers")

    @property
    def active(self) -> Formula:
        """The parameters that serve one input: of experts, the active ones."""
        return self._measure("active")

    @property
    def __name__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The path that leads here."""
        return self._question.source.text

    @property
    def members(self) -> dict[str, Module]:
        """The members by name, in order; a loop's or multiple's turns are one member."""
        from ..model.listing import member_names

        return {name: self._at(name) for name in member_names(part_of(self._question)[0])}

    def tensors(self, *, expand: bool = False) -> list[TensorView]:
        """The tensors in PyTorch's naming and order; equal ones of a loop or multiple are one row, or with `expand` each.

        Raises: `ValueNeeded` when `expand` meets a symbolic number of copies.
        """
        from ..model.listing import tensors

        part, world = part_of(self._question)
        return [
            TensorView(
                row.name,
                tuple(self._size(size, world.facts) for size in row.sizes),
                self._size(row.multiplicity, world.facts),
                row.kind,
            )
            for row in tensors(part, world.facts, expand=expand)
        ]

    def table(
        self, rows: str = "members", *, depth: int | None = None, columns: Sequence[str] = (), **notation: Any
    ) -> Table:
        """The members, or with `rows="groups"` those of one level, as a table; see `symparams table`."""
        from ..model.tabled import network_table
        from ..render.latex import notation as notation_of

        style = {"notation": notation_of(**notation)} if notation else {}
        names = latex_names(self._question.unit)
        return network_table(self._question, rows, depth, columns, names=names, **style)

    def conventions(self) -> Table:
        """The count by each convention in use, as a table; see `symparams show --conventions`."""
        from ..model.conventions import conventions
        from ..pages.conventions import table_of

        return table_of(conventions(self._question), latex_names(self._question.unit))

    def derivation(self, form: str = "latex", **notation: Any) -> str:
        """The story of the count as `symparams latex --derive` tells it, as `latex`, `markdown` or `html`."""
        from ..pages.derivation import derivation
        from ..render.latex import notation as notation_of
        from ..render.prose import PROSE, Style

        if form not in PROSE:
            raise UsageError(
                Finding("usage-format", f"there is no format {form}", hint=f"there are {', '.join(PROSE)}")
            )
        style = notation_of(**notation)
        return PROSE[form](derivation(self._question, style, latex_names(self._question.unit)), Style(style))

    def set(self, **sizes: Given) -> Module:
        """The module with sizes set, elaborated again from the source."""
        return Module(self._question.set(given_values(sizes, self._question)))

    def _size(self, size: Size, facts: Facts) -> Exact | Formula:
        return Formula.of(size, facts, self._question.unit) if isinstance(size, Node) else size

    def _at(self, name: str) -> Module:
        return Module(_again(self._question, f"[{name}]" if name.isdigit() else f".{name}"))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return place(_again(self._question, f".{name}"))
        except (ModelError, ParseError) as error:
            raise AttributeError(str(error)) from None

    def __getitem__(self, turn: int) -> Module:
        """One turn of a loop, multiple or row of layers; -1 is the last. Raises: `TurnError`, an IndexError, for others."""
        try:
            place_of = operator.index(turn)
        except TypeError:
            hint = "give an int; the members are .members"
            raise UsageError(Finding("usage-turn", f"a turn is an int, not {turn!r}", hint=hint)) from None
        asked = _again(self._question, f"[{place_of}]")
        try:
            part_of(asked)
        except ModelError as error:
            kind = TurnError if error.findings[0].code == "index" else ModelError
            raise kind(*error.findings) from None
        return Module(asked)

    def __iter__(self) -> Iterator[Module]:
        """The turns, one after the other. Raises: `ValueNeeded` where their number is open."""
        from ..model.listing import turns

        return iter([self[turn] for turn in range(turns(part_of(self._question)[0], self.name))])

    def __len__(self) -> int:
        """How many turns there are. Raises: `ValueNeeded` where that is open."""
        from ..model.listing import turns

        return turns(part_of(self._question)[0], self.name)

    def __bool__(self) -> bool:
        return True

    def __dir__(self) -> list[str]:
        from ..model.listing import names_inside

        try:
            inside = names_inside(part_of(self._question)[0])
        except SymparamsError:
            inside = []
        return [*super().__dir__(), *(name for name in inside if name.isidentifier())]

    def _repr_html_(self) -> str:
        from .display import module_html

        return module_html(self)

    def __str__(self) -> str:
        """The page of `symparams show`."""
        from ..model.given import untold
        from ..pages.screen import Screen
        from ..pages.show import Asked, Page, page

        try:
            part, world = part_of(self._question)
        except SymparamsError:
            return repr(self)
        unit = self._question.unit
        about = Page(part, self.name, unit, untold(world.assumptions, unit), world.facts)
        return "\n".join(page(about, Asked(), Screen(PAGE)))

    def __repr__(self) -> str:
        from .building import definition
        from .telling import documentation

        try:
            return f"<Module {self.name}: {self.params}>"
        except SymparamsError:
            found = definition(self._question)
            return f"<Module {documentation(found).splitlines()[0] if found is not None else self.name}>"


def _again(asked: Question, step: str) -> Question:
    """The question one step further on the path."""
    base = asked.source.text
    if isinstance(asked.expr, tree.Binary):
        base = f"({base})"
    source = Source(asked.source.name, base + step)
    return asked._replace(source=source, expr=parse_expression(source), measure="")


Module.__doc__ = OwnDocumentation(Module.__doc__ or "")  # type: ignore[assignment]
