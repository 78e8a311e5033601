"""Calls of Python → questions: `Conv2d(C_in, 64, 3)` becomes the same call of the language, with a file of its own.

The file holds the modules that the text names, each under one name, and the sizes that are declared where they come from, so
that the text reads on as any other, and an error shows the call with the place in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..errors import Finding, ModelError, Source, UsageError
from ..formula.build import node
from ..formula.domain import ANY_SIZE, Domain
from ..formula.facts import Facts
from ..formula.nodes import Node, symbols
from ..model import files
from ..model.computed import joined_domain, units
from ..model.evaluate import domain as domain_of
from ..model.frame import Frame
from ..model.query import Question, ask, part_of
from ..model.values import ModuleValue
from ..model.world import World
from ..render.text import text as text_of
from ..syntax import tree
from ..syntax.parse import parse_expression
from .formulas import Formula
from .given import is_sympy, number

MAX_DEPTH = 16
KINDS = {"int": "symbol {name} >= {least}", "real": "symbol {name} real", "flag": "symbol {name} flag"}


def called(asked: Question, args: Sequence[Any], named: Mapping[str, Any]) -> Question:
    """The question of a module called. Raises: `ModelError` as the language does, at the place in the call's own text."""
    made = Building(asked.unit)
    name = made.text_of_module(asked)
    words = [made.text(f"argument {place + 1}", given) for place, given in enumerate(args)]
    words += [f"{key}={made.text(key, given)}" for key, given in named.items()]
    try:
        return made.question(f"{name}({', '.join(words)})")
    except ModelError as error:
        raise ModelError(*(_of_text(finding, [*args, *named.values()]) for finding in error.findings)) from None


def _of_text(finding: Finding, given: Sequence[Any]) -> Finding:
    """The finding with the way out for a size that was given as a string."""
    names = [one for one in given if isinstance(one, str) and one.isidentifier()]
    if finding.code != "not-a-number" or finding.hint or not names:
        return finding
    return finding._replace(hint=f'for a size give sympy.Symbol("{names[0]}") or symparams.formula("{names[0]}")')


def multiple(asked: Question, count: Any) -> Question:
    """The question of so many copies of a module."""
    made = Building(asked.unit)
    times = made.text("a multiple", count)
    if not (times.isalnum() or times.isidentifier()):
        times = f"({times})"
    inner = made.text_of_module(asked)
    if isinstance(asked.expr, tree.Binary):
        inner = f"({inner})"
    return made.question(f"{times}*{inner}")


class Building:
    """A text being written, and the file in which it is read; `around` is the file of what is called, whose sizes it knows."""

    def __init__(self, around: files.Unit) -> None:
        self.unit = files.Unit(Source("<python>", ""))
        self.around = around
        self.domains: dict[str, Domain] = {}

    def question(self, text: str) -> Question:
        """The question of the text, built once to see that it can be."""
        source = Source("<python>", text)
        asked = Question(self.unit, source, parse_expression(source))
        part_of(asked)
        return asked

    # ---------------------------------------------------------------------------------------------- values

    def text(self, name: str, given: Any, depth: int = 0) -> str:
        """What Python gives for a parameter, as the language writes it. Raises: `UsageError` for what it has no words for."""
        from .modules import Module

        if depth > MAX_DEPTH:
            raise UsageError(Finding("limit-lists", f"{name} holds lists deeper than {MAX_DEPTH} in one another"))
        if isinstance(given, Module):
            return self.text_of_module(given._question)
        if isinstance(given, Formula):
            return self.formula(given.node, given.answer.facts, units(given._asked))
        if is_sympy(given):
            return self.of_sympy(given)
        if given is None or isinstance(given, bool):
            return str(given)
        if isinstance(given, str):
            return quoted(given)
        if isinstance(given, Mapping):
            given = list(given.items())
        if isinstance(given, list | tuple | range):
            items = [self.text(name, item, depth + 1) for item in given]
            if isinstance(given, tuple):
                return f"({', '.join(items)}{',' * (len(items) == 1)})"
            return f"[{', '.join(items)}]"
        return self.number(name, given)

    def number(self, name: str, given: Any) -> str:
        """An exact number."""
        found = number(given)
        if found is None:
            message = f"{name} can't be {type(given).__name__}"
            hint = "give an int, a sympy symbol, a Formula, a module, a string or a list of them"
            raise UsageError(Finding("usage-argument", message, hint=hint))
        return str(found)

    def of_sympy(self, given: Any) -> str:
        """A sympy expression."""
        from ..formula.foreign import read_sympy
        from ..model.builtins import BUILTINS

        form, domains = read_sympy(given, lambda name: name in BUILTINS or name in files.library_index())
        return self.formula(form, Facts(domains), [])

    def formula(self, form: Node, facts: Facts, owners: Sequence[files.Unit]) -> str:
        """A formula; its sizes are declared as they are where it comes from."""
        for name in (symbol.name for symbol in symbols(form)):
            self.refuse_module(name)
            if name in facts.domains and facts.domain(name) != ANY_SIZE:
                self.declare(name, declaration(name, facts.domain(name)))
            for unit in (*owners, self.around):
                self.adopt(name, unit)
        return text_of(form)

    # ---------------------------------------------------------------------------------------------- names

    def adopt(self, name: str, unit: files.Unit) -> None:
        """Declare a size as a file does, where it does."""
        found = unit.find(name)
        if found is not None and isinstance(found[0], tree.Declared):
            self.declare(name, found)

    def declare(self, name: str, found: tuple[Any, files.Unit]) -> None:
        """Take over a size's declaration; of two the one that says more, and words and LaTeX before none."""
        self.refuse_module(name)
        own = domain_of(found[0], Frame(World(), found[1]))
        old = self.unit.names.get(name)
        both = joined_domain(name, self.domains[name], own) if old is not None else own
        if old is None or (both == own and (both != self.domains[name] or not told(old[0]))):
            self.unit.names[name] = found
        self.domains[name] = both

    def refuse_module(self, name: str) -> None:
        """A size can't be called as a module in the same call is."""
        old = self.unit.names.get(name)
        if old is not None and not isinstance(old[0], tree.Declared):
            message = f"{name} is a module in this call, and a size too"
            raise UsageError(Finding("symbol-kinds", message, hint="rename one of the two"))

    def refer(self, name: str, found: tuple[Any, files.Unit]) -> str:
        """The name under which a module or an instance stands in the file."""
        free = name
        for place in range(2, len(self.unit.names) + 3):
            old = self.unit.names.get(free)
            if old is None or old[0] is found[0]:
                break
            free = f"{name}_{place}"
        self.unit.names[free] = found
        return free

    # ---------------------------------------------------------------------------------------------- modules

    def text_of_module(self, asked: Question) -> str:
        """The text that leads to a module, with the names by which this file knows what it names."""
        asked = with_sizes_in(asked)
        text, shift = "", 0
        for name in sorted(names_in(asked.expr), key=lambda name: name.span.start):
            start, end = name.span
            text += asked.source.text[shift:start] + self.name(name.name, asked.unit)
            shift = end
        return text + asked.source.text[shift:]

    def name(self, name: str, unit: files.Unit) -> str:
        """What a name of another text is called in this one."""
        found = unit.find(name)
        if found is not None and isinstance(found[0], tree.Declared):
            self.declare(name, found)
            return name
        if found is not None:
            return self.refer(name, found)
        layer = files.library_module(name)
        if layer is not None:
            return self.refer(name, (layer.definition, layer.unit))
        self.adopt(name, self.around)
        return name


def quoted(words: str) -> str:
    """A string as the language writes it. Raises: `UsageError` for one of several lines."""
    if "\n" in words or words.endswith("\\"):
        raise UsageError(
            Finding("usage-argument", f"{words!r} can't be written as a string", hint="give it in one line")
        )
    escaped = words.replace('"', '\\"')
    return f'"{escaped}"'


def told(statement: Any) -> bool:
    """Whether a declaration has words or LaTeX."""
    return bool(statement.description or statement.latex)


def declaration(name: str, domain: Domain) -> tuple[Any, files.Unit]:
    """A size declared with this domain."""
    unit = files.load_text(Source("<python>", KINDS[domain.kind].format(name=name, least=domain.least) + "\n"))
    return unit.names[name]


def names_in(expr: Any) -> Iterator[tree.Name]:
    """The names that an expression looks up."""
    if isinstance(expr, tree.Name):
        yield expr
    elif isinstance(expr, tuple):
        for part in expr:
            yield from names_in(part)


# ------------------------------------------------------------------------------------------------------ sizes set


def with_sizes_in(asked: Question) -> Question:
    """The question with the sizes that are set written into its text.

    Raises: `UsageError` for a size that only the module's inside knows, which has no place in a call.
    """
    if not asked.sizes:
        return asked
    sizes = dict(asked.sizes)
    if isinstance(asked.expr, tree.Name):
        text = call_at(asked, sizes)
    else:
        text, shift = "", 0
        for name in sorted(names_in(asked.expr), key=lambda name: name.span.start):
            if name.name in sizes and not isinstance((asked.unit.find(name.name) or [None])[0], tree.Module):
                text += asked.source.text[shift : name.span.start] + f"({language_text(name.name, sizes[name.name])})"
                shift = name.span.end
        text += asked.source.text[shift:]
    source = Source(asked.source.name, text)
    changed = asked._replace(source=source, expr=parse_expression(source), sizes=())
    left = [symbol.name for symbol in symbols(ask(changed._replace(measure="params")).form) if symbol.name in sizes]
    if left:
        hint = f"set {left[0]} on the whole, after it is built"
        raise UsageError(Finding("usage-size", f"{left[0]} is set on a part that is no argument of it", hint=hint))
    return changed


def call_at(asked: Question, sizes: Mapping[str, Any]) -> str:
    """The call of a bare module with some of its parameters set, the other required ones being sizes of their names."""
    name = asked.expr.name  # type: ignore[attr-defined]
    module = definition(asked)
    if module is None:
        hint = "call its module with them instead"
        raise UsageError(Finding("usage-size", f"{name} has its arguments already", hint=hint))
    words = []
    for param in module.definition.params:
        if param.name in sizes:
            words.append(f"{param.name}={language_text(param.name, sizes[param.name])}")
        elif param.default is None and param.kind != "variadic":
            words.append(f"{param.name}={param.name}")
    return f"{name}({', '.join(words)})"


def definition(asked: Question) -> ModuleValue | None:
    """The module that a question names without a call, or None."""
    if not isinstance(asked.expr, tree.Name):
        return None
    found = asked.unit.find(asked.expr.name)
    if found is None:
        return files.library_module(asked.expr.name)
    return ModuleValue(found[0], found[1]) if isinstance(found[0], tree.Module) else None


def language_text(name: str, given: Any) -> str:
    """A value of the language as text. Raises: `UsageError` for modules, which have none."""
    if given is None or isinstance(given, bool):
        return str(given)
    if isinstance(given, str):
        return quoted(given)
    if type(given) in (list, tuple):
        return f"[{', '.join(language_text(name, item) for item in given)}]"
    try:
        return text_of(node(given))
    except AttributeError:
        hint = "give it in the call of the module instead"
        raise UsageError(Finding("usage-size", f"{name} is set to a module", hint=hint)) from None
