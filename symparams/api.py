"""The package's face in Python: files, modules and formulas that remember the question they answer.

Setting sizes asks the question again, so that a number always comes from the source and never from a closed form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from .errors import Finding, ModelError, Source, UsageError, ValueNeeded, suggestion
from .formula.build import Size, node
from .formula.domain import Assumption
from .formula.nodes import Exact, Node, symbols
from .model import files
from .model.query import Answer, Question, ask, check_sizes, open_names, part_of
from .model.values import Value
from .render.text import text as text_of
from .syntax import tree
from .syntax.parse import parse_expression

if TYPE_CHECKING:
    import sympy

    from .model.checks import Outcome
    from .render.table import Table

Given = Union[int, Fraction, bool, str, "Formula", None, "list[Given]", "tuple[Given, ...]"]

FORMS = ("written", "expanded", "factored", "collected")


def load(path: str | Path) -> File:
    """The file of the language at this path, or the family of the zoo of this name, `load("gpt2")`; its imports loaded too.

    Raises: `FileError` for what can't be read, `ParseError` and `ModelError` for what is wrong in it.
    """
    return File(files.load_named(str(path)))


def parse(text: str, name: str = "<text>") -> File:
    """The file that a text is; `name` stands for it in messages.

    Raises: `ParseError` and `ModelError` for what is wrong in it.
    """
    return File(files.load_text(Source(name, text)))


def formula(text: str) -> Formula:
    """The formula of an expression, as in `formula("Conv2d(C_in, C_out, k)")`; free names are symbols.

    Counts: the parameters of a module; an expression of numbers and measures is itself.
    """
    return Formula(question(text, files.Unit(Source("<formula>", ""))))


def question(text: str, unit: files.Unit, name: str = "<formula>", free: str = "all") -> Question:
    """The question that an expression asks in a file."""
    source = Source(name, text)
    expr = parse_expression(source)
    if isinstance(expr, tree.Name):
        _refuse_bare(expr, unit, source)
    return Question(unit, source, expr, free=free)


def _refuse_bare(expr: tree.Name, unit: files.Unit, source: Source) -> None:
    """Refuse a name alone that nobody defined where a defined one was meant, and a function without its arguments."""
    from .model.builtins import BUILTINS

    name = expr.name
    found = unit.find(name)
    function = found[0] if found is not None else None
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


class File:
    """A file of the language. Its modules and instances are attributes: `gpt2.GPT2.params`, `gpt2.small`."""

    def __init__(self, unit: files.Unit) -> None:
        self._unit = unit

    @property
    def names(self) -> list[str]:
        """The names of the modules and values defined or imported at its top, in order."""
        return [name for name, (found, _) in self._unit.names.items() if isinstance(found, tree.Module | tree.Define)]

    def formula(self, text: str) -> Formula:
        """The formula of an expression in this file, as in `file.formula("xl.params - small.params")`."""
        return Formula(question(text, self._unit))

    def table(self, *names: str, columns: Sequence[str] = (), **notation: Any) -> Table:
        """The instances of the file, or those named, as the rows of a table; see `symparams table --rows instances`."""
        from .model.tabled import instances, instances_table
        from .render.latex import notation as notation_of

        asked = [question(name, self._unit) for name in names or instances(self._unit)]
        style = {"notation": notation_of(**notation)} if notation else {}
        return instances_table(asked, columns, names=latex_names(self._unit), **style)

    def check(self) -> list[Outcome]:
        """The outcome of every check, in order."""
        from .model.checks import outcomes

        return list(outcomes(self._unit))

    def __getattr__(self, name: str) -> Module | Formula:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._unit.names:
            raise AttributeError(f"{self._unit.source.name} has no {name}. {suggestion(name, self.names)}".strip())
        return place(question(name, self._unit))

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.names]

    def __repr__(self) -> str:
        return f"<File {self._unit.source.name}: {', '.join(self.names)}>"


def place(asked: Question) -> Module | Formula:
    """What a path leads to: a module where it has members, else the formula of it."""
    try:
        part_of(asked)
    except ModelError as error:
        if error.findings[0].code != "no-network":
            raise
        return Formula(asked)
    return Module(asked)


class TensorView(NamedTuple):
    """A tensor of a module: its name as PyTorch names it, its shape, how many there are, and what it counts as."""

    name: str
    shape: tuple[Exact | Formula, ...]
    multiplicity: Exact | Formula
    kind: str


class Module:
    """A module or a part of a network, by the path that leads to it; members and definitions are attributes."""

    def __init__(self, asked: Question) -> None:
        self._question = asked

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
    def name(self) -> str:
        """The path that leads here."""
        return self._question.source.text

    @property
    def members(self) -> dict[str, Module]:
        """The members by name, in order; a loop's or multiple's turns are one member."""
        from .model.listing import member_names

        return {name: self._at(name) for name in member_names(part_of(self._question)[0])}

    def tensors(self, *, expand: bool = False) -> list[TensorView]:
        """The tensors in PyTorch's naming and order; equal ones of a loop or multiple are one row, or with `expand` each.

        Raises: `ValueNeeded` when `expand` meets a symbolic number of copies.
        """
        from .model.listing import tensors

        part, world = part_of(self._question)
        return [
            TensorView(row.name, tuple(self._size(size) for size in row.sizes), self._size(row.multiplicity), row.kind)
            for row in tensors(part, world.facts, expand=expand)
        ]

    def table(
        self, rows: str = "members", *, depth: int | None = None, columns: Sequence[str] = (), **notation: Any
    ) -> Table:
        """The members, or with `rows="groups"` those of one level, as a table; see `symparams table`."""
        from .model.tabled import network_table
        from .render.latex import notation as notation_of

        style = {"notation": notation_of(**notation)} if notation else {}
        names = latex_names(self._question.unit)
        return network_table(self._question, rows, depth, columns, names=names, **style)

    def set(self, **sizes: Given) -> Module:
        """The module with sizes set, elaborated again from the source."""
        return Module(self._question.set(_given(sizes, self._question)))

    def _size(self, size: Size) -> Exact | Formula:
        return Formula.of(size, self._question) if isinstance(size, Node) else size

    def _at(self, name: str) -> Module:
        text = f"{self.name}.{name}" if not name.isdigit() else f"{self.name}[{name}]"
        return Module(_again(self._question, text))

    def __getattr__(self, name: str) -> Module | Formula:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return place(_again(self._question, f"{self.name}.{name}"))
        except ModelError as error:
            raise AttributeError(str(error)) from None

    def __getitem__(self, turn: int) -> Module:
        return Module(_again(self._question, f"{self.name}[{turn}]"))

    def __repr__(self) -> str:
        return f"<Module {self.name}: {self.params}>"


def _again(asked: Question, text: str) -> Question:
    source = Source(asked.source.name, text)
    return asked._replace(source=source, expr=parse_expression(source), measure="")


class Formula:
    """A formula with what it assumes, and the question that it answers.

    `str` gives text that the language reads back; in notebooks it shows itself as LaTeX.
    """

    def __init__(self, asked: Question, form: str = "written", by: str | None = None) -> None:
        self._question = asked
        self._form = form
        self._by = by
        self._answer: Answer | None = None
        self._node: Node | None = None

    @classmethod
    def of(cls, size: Size, asked: Question) -> Formula:
        """A formula detached from its source, as a tensor's size is; it knows the symbols of the question."""
        text = text_of(node(size))
        return cls(_again(asked, text)._replace(free="all"))

    @property
    def answer(self) -> Answer:
        """The written form with its assumptions, worked out once."""
        if self._answer is None:
            found = ask(self._question)
            check_sizes(self._question, found.used, found.form)
            self._answer = found
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
        """The names of the sizes that are open."""
        return open_names(self.answer.form)

    @property
    def expr(self) -> sympy.Expr:
        """The formula as a sympy expression; sizes are positive integer symbols."""
        from .formula.algebra import to_sympy

        return to_sympy(self.node, self.answer.facts.domains)

    def value(self, **sizes: Given) -> Exact:
        """The exact number at these sizes, elaborated from the source; an int for every count.

        Raises: `ValueNeeded` naming the sizes that are left open, `UsageError` for a size that isn't there.
        """
        from .formula.value import value

        found = self.set(**sizes) if sizes else self
        left = found.symbols
        if left:
            raise ValueNeeded(
                Finding(
                    "open-sizes", f"{_and(left)} {_is(left)} open", hint=f"set {_it(left)}: value({_example(left)})"
                )
            )
        return value(found.answer.form)

    def set(self, **sizes: Given) -> Formula:
        """The formula with sizes set to numbers, formulas or lists, elaborated again from the source."""
        return Formula(self._question.set(_given(sizes, self._question)), self._form, self._by)

    def written(self) -> Formula:
        """The form in which the source writes it."""
        return Formula(self._question)

    def expanded(self) -> Formula:
        """Multiplied out, like terms added, sums over layers closed."""
        return Formula(self._question, "expanded")

    def factored(self) -> Formula:
        """As a product of its factors."""
        return Formula(self._question, "factored")

    def collected(self, by: str | None = None) -> Formula:
        """As a polynomial in one size, or in the sizes that make it shortest."""
        return Formula(self._question, "collected", by)

    def latex(self, **notation: Any) -> str:
        """The LaTeX of the formula; options as those of `symparams latex`, see `render.latex.Notation`."""
        from .render.latex import latex
        from .render.latex import notation as notation_of

        return latex(self.node, notation_of(**notation), latex_names(self._question.unit))

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"

    def __str__(self) -> str:
        return text_of(self.node)

    def __repr__(self) -> str:
        return f"Formula({str(self)!r})"


def shaped(answer: Answer, form: str, by: str | None = None) -> Node:
    """The answer's formula in one of the forms. Raises: `UsageError` for an unknown form or size."""
    if form not in FORMS:
        raise UsageError(Finding("usage-form", f"there is no form {form}", hint=f"there are {', '.join(FORMS)}"))
    if by is not None and form != "collected":
        raise UsageError(Finding("usage-by", "only the collected form is by a size", hint="add --form collected"))
    if form == "written":
        return answer.form
    from .formula import algebra
    from .formula.writing import in_order_of

    if form == "collected":
        known = open_names(answer.form)
        if by is not None and by not in known:
            hint = suggestion(by, known) or f"it has {_and(known)}" if known else "all of its sizes are set"
            raise UsageError(Finding("usage-by", f"the formula has no size called {by}", hint=hint))
        made = algebra.collected(answer.form, answer.facts, by)
    else:
        shape = algebra.expanded if form == "expanded" else algebra.factored
        made = shape(answer.form, answer.facts)
    met = {symbol: place for place, symbol in enumerate(symbols(answer.form))}
    return in_order_of(made, met, also_outermost=form != "collected")


def latex_names(unit: files.Unit) -> dict[str, str]:
    """The LaTeX that a file's `symbol … as "…"` gives its names. Raises: `ModelError` for LaTeX that isn't a plain name."""
    from .render.latex_names import check_latex_name

    found: dict[str, str] = {}
    for name, (statement, owner) in unit.names.items():
        if isinstance(statement, tree.Declared) and statement.latex:
            reason = check_latex_name(statement.latex)
            if reason is not None:
                message = f"the LaTeX of {name} can't be used: {reason}"
                raise ModelError(Finding("symbol-latex", message, owner.source, statement.span))
            found[name] = statement.latex
    return found


def _given(sizes: Mapping[str, Given], asked: Question) -> dict[str, Value]:
    """Sizes given from outside as values: texts are expressions of the language."""
    return {name: given_value(name, size, asked) for name, size in sizes.items()}


def given_value(name: str, size: Given, asked: Question) -> Value:
    """One size given from outside, `"4*d"`, 768 or a Formula, as a value. Raises: `UsageError` for anything else."""
    if isinstance(size, Formula):
        return size.answer.form
    if isinstance(size, bool | int | Fraction) or size is None:
        return size
    if isinstance(size, list | tuple):
        return [given_value(name, item, asked) for item in size]
    if isinstance(size, str):
        from .model.evaluate import value
        from .model.frame import Frame
        from .model.world import World

        source = Source(f"<{name}>", size)
        frame = Frame(World(free="all"), asked.unit, source)
        frame.is_asked = True
        return value(parse_expression(source), frame)
    raise UsageError(
        Finding("usage-size", f"{name} can't be {type(size).__name__}", hint="give an int, a Fraction or text")
    )


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _it(names: list[str]) -> str:
    return "it" if len(names) == 1 else "them"


def _example(names: list[str]) -> str:
    return ", ".join(f"{name}=…" for name in names)
