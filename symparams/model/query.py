"""Questions to a file: an expression, the sizes set, and the formula that answers it under its assumptions."""

from __future__ import annotations

import sys
from _thread import allocate_lock
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, NamedTuple

from ..errors import Finding, LimitError, ModelError, Source, Span, SymparamsError, UsageError, suggestion
from ..formula.domain import Assumption
from ..formula.nodes import Exact, Floor, Index, Mod, Node, Symbol, symbols, walk
from ..formula.polynomial import Facts
from ..formula.value import value as number
from ..formula.work import limited
from ..syntax import tree
from .calls import LIBRARY, generalised_recipe
from .evaluate import content, value
from .files import Unit, library_module
from .frame import Frame
from .given import check_domains, declare, open_in, put, settled, untold, with_inner
from .network import Part
from .paths import as_part, measure_of
from .values import Edited, ModuleValue, Recipe, Value
from .world import Split, World
from .written import asked

MAX_PASSES = 4
MAX_LISTED = 100
FRAMES = 20_000


Sizes = tuple[tuple[str, Value], ...]


class Question(NamedTuple):
    """What is asked: an expression of a source, in a file, with sizes set.

    free, tells_turns: as in `World`; measure: "" for the form itself; names: values that the expression may use beside the file's.
    """

    unit: Unit
    source: Source
    expr: tree.Expr
    sizes: Sizes = ()
    free: str = "all"
    measure: str = ""
    names: tuple[tuple[str, Value], ...] = ()
    tells_turns: bool = False

    def set(self, sizes: Mapping[str, Value]) -> Question:
        """The same question with more sizes set."""
        return self._replace(sizes=with_sizes(self.sizes, sizes))


def with_sizes(old: Sizes, new: Mapping[str, Value]) -> Sizes:
    """Sizes set after others: `n = 3` goes into an earlier `n = n + 1`, and stands in the place of an earlier `n = 2`."""
    shifted = {name: put(size, new) for name, size in old if name in new and name in open_in(size)}
    return tuple({**dict(old), **new, **shifted}.items())


class Answer(NamedTuple):
    """A formula as written, with what it assumes and what is known of its sizes."""

    form: Node
    assumptions: tuple[Assumption, ...]
    facts: Facts
    used: frozenset[str]


def ask(question: Question, shared: dict[object, Any] | None = None) -> Answer:
    """The formula that answers a question.

    What a `require` says serves the whole formula: where a floor is left, the source is elaborated again with all
    assumptions known from the start. shared: as for `part_of`, among questions that set the same sizes.
    """
    with deep():
        return _ask(question, shared)


def _ask(question: Question, shared: dict[object, Any] | None) -> Answer:
    known: tuple[Node, ...] = ()
    met: dict[Assumption, None] = {}
    for _ in range(MAX_PASSES):
        world = world_of(question, dict(shared or {}))
        for condition in known:
            world.facts = world.facts.with_assumption(condition)
        form = _form(question, world)
        _share(world, shared)
        met.update(world.assumptions)
        found = tuple(item.condition for item in world.assumptions if not _has_index(item.condition))
        if set(found) <= set(known) or not any(isinstance(part, Floor | Mod) for part in walk(form)):
            break
        known = found
    return Answer(form, untold(met, question.unit), world.facts, frozenset(world.used))


def _share(world: World, shared: dict[object, Any] | None) -> None:
    """Keep the networks that this world made of numbers for other questions to the same file."""
    if shared is not None:
        shared.update((key, made) for key, made in world.memo.items() if is_recipe(key))


def _has_index(condition: Node) -> bool:
    return any(isinstance(part, Index) for part in walk(condition))


def _form(question: Question, world: World) -> Node:
    frame = frame_of(question, world)
    if question.measure:
        found = content(value(question.expr, frame))
        return measure_of(found, question.measure, question.expr, frame)
    return asked(question.expr, frame)


def value_of(question: Question) -> Value:
    """What a question's expression is, of whatever kind."""
    with deep():
        world = world_of(question)
        return content(value(question.expr, frame_of(question, world)))


def frame_of(question: Question, world: World) -> Frame:
    """The frame in which a question's expression is evaluated."""
    frame = Frame(world, question.unit, question.source)
    frame.is_asked = True
    frame.names.update(question.names)
    return frame


def generalised(question: Question) -> Question | None:
    """The question with the numbers of its module's call put back to the module's parameters; None where it has none.

    A module among the arguments is opened too, where a file of the user or the zoo defines it; a name that stands for two
    different numbers stays open for the first.
    """
    found = called(question)
    if found is None:
        return None
    with deep():
        general = _opened(found, world_of(question), {})
    if general is found:
        return None
    expr = with_root(question.expr, tree.Name(GENERAL, root_of(question.expr).span))
    return question._replace(expr=expr, names=((GENERAL, general),))


def _opened(made: Recipe, world: World, taken: dict[str, Value]) -> Recipe:
    """The recipe with its parameters for numbers; itself where it has none."""
    given: dict[str, Value] = {}
    for name, argument in made.arguments.items():
        if name not in made.given:
            continue
        if is_plain(argument):
            given[name] = Symbol(name) if taken.setdefault(name, argument) == argument else argument
        elif isinstance(argument, Recipe) and not argument.module.unit.source.name.startswith(LIBRARY):
            given[name] = _opened(argument, world, taken)
        else:
            given[name] = argument
    if all(made.arguments[name] is size for name, size in given.items()):
        return made
    return generalised_recipe(made, given, world)


def called(question: Question) -> Recipe | None:
    """The module with its arguments that a question's path begins at, or None."""
    found = value_of(question._replace(expr=root_of(question.expr)))
    return found if isinstance(found, Recipe) else None


def called_with(question: Question, made: Recipe, sizes: Mapping[str, Value]) -> Question:
    """The question to the same module at other sizes; the defaults of those not given follow them."""
    with deep():
        given = {name: made.arguments[name] for name in made.given}
        other = generalised_recipe(made, {**given, **sizes}, world_of(question))
    expr = with_root(question.expr, tree.Name(GENERAL, root_of(question.expr).span))
    return question._replace(expr=expr, names=((GENERAL, other),))


def root_of(expr: tree.Expr) -> tree.Expr:
    """The beginning of a path."""
    while isinstance(expr, tree.Attribute | tree.Subscript):
        expr = expr.base
    return expr


def sizes_of(question: Question) -> dict[str, Value]:
    """The arguments of the module that a question's path begins at, and of modules and lists among them: by name, the first."""
    found: dict[str, Value] = {}
    left: list[Value] = [called(question)]
    while left:
        made = left.pop(0)
        if isinstance(made, Recipe):
            for name, argument in made.arguments.items():
                found.setdefault(name, argument)
                left.append(argument)
        elif type(made) in (list, tuple):
            left += made[:MAX_LISTED]
    return found


GENERAL = "general\u2032"


def is_plain(size: Value) -> bool:
    """Whether the value is a number."""
    return isinstance(size, int | Fraction) and not isinstance(size, bool)


def with_root(expr: Any, root: tree.Name) -> Any:
    """The path with another beginning."""
    if isinstance(expr, tree.Attribute | tree.Subscript):
        return expr._replace(base=with_root(expr.base, root))
    return root


def world_of(question: Question, shared: dict[object, Any] | None = None) -> World:
    """A new world with the question's sizes set. Raises: `UsageError` for a size outside of its domain."""
    sizes = settled(dict(question.sizes))
    check_domains(sizes, question.unit, set(parameters(question)) if sizes else set())
    world = World({name: size for name, size in sizes.items() if _is_number(size)}, question.free)
    world.overrides = sizes
    world.tells_turns = question.tells_turns
    declare(sizes, question.unit, world)
    if shared is not None:
        world.memo = shared
    return world


def _is_number(size: Value) -> bool:
    return not isinstance(size, list | tuple | str | ModuleValue | Recipe | Edited) or isinstance(size, Node)


def part_of(question: Question, shared: dict[object, Any] | None = None) -> tuple[Part, World]:
    """The part of a network that a question's expression leads to, with the world it was made in.

    shared: the networks of other questions to the same file, to which those of this one are added.
    """
    from .paths import entry

    with deep():
        world = world_of(question, dict(shared or {}))
        frame = frame_of(question, world)
        part = as_part(content(entry(question.expr, frame)), question.expr, frame)
    _share(world, shared)
    return part, world


def is_recipe(key: object) -> bool:
    """Whether what a world remembers under this key is a network, the same in every world."""
    return isinstance(key, tuple) and key[:1] == ("recipe",)


def check_sizes(question: Question, used: frozenset[str], form: Node) -> None:
    """Refuse sizes that the answer has no use for. Raises: `UsageError` with what there is to set."""
    unknown = unknown_sizes(question, used)
    if not unknown:
        _refuse_fixed(question, used)
        return
    known = sorted({symbol.name for symbol in symbols(form)} | set(parameters(question)))
    there = f"it has {', '.join(known)}" if known else "it has no sizes to set"
    hint = suggestion(unknown[0], known) or _in_the_call(unknown[0], question)
    raise UsageError(Finding("unknown-size", f"there is no size called {unknown[0]} here", note=there, hint=hint))


def _refuse_fixed(question: Question, used: frozenset[str]) -> None:
    """Refuse sizes that the instance asked about has fixed: `small = GPT2(…, L=12)` has no use for another L."""
    base = question.expr
    while isinstance(base, tree.Attribute | tree.Subscript):
        base = base.base
    if not isinstance(base, tree.Name):
        return
    found = question.unit.find(base.name)
    if found is None or not isinstance(found[0], tree.Define):
        return
    for name, _ in question.sizes:
        if name in with_inner(dict(question.sizes), used) or tree.mentions(question.expr, name):
            continue
        fixed = _number_of(Question(question.unit, question.source, tree.Attribute(base, name, base.span)))
        if fixed is not None:
            hint = "ask the module that it is made from, where it is open"
            raise UsageError(Finding("fixed-size", f"{name} is {fixed} in {base.name}", hint=hint))


def _number_of(question: Question) -> Exact | None:
    """The number that an expression is; None where it is none."""
    try:
        form = ask(question).form
        return None if symbols(form) else number(form)
    except SymparamsError:
        return None


def unknown_sizes(question: Question, used: frozenset[str]) -> list[str]:
    """The names of sizes set for which the answer has no use."""
    used = with_inner(dict(question.sizes), used)
    return [name for name, _ in question.sizes if name not in used and not _is_named(name, question)]


def _in_the_call(name: str, question: Question) -> str:
    """The way out where the module called in the text has the parameter."""
    call = question.expr
    while isinstance(call, tree.Attribute | tree.Subscript):
        call = call.base
    if not isinstance(call, tree.Call) or not isinstance(call.func, tree.Name):
        return ""
    found = question.unit.find(call.func.name)
    module = found[0] if found is not None else getattr(library_module(call.func.name), "definition", None)
    if not isinstance(module, tree.Module) or name not in (param.name for param in module.params):
        return ""
    return f"write it in the call: {call.func.name}(…, {name}=…)"


def _is_named(name: str, question: Question) -> bool:
    """Whether the text asked, or a `symbol` of the file, names the size, though the answer has no use for it."""
    found = question.unit.find(name)
    return (found is not None and isinstance(found[0], tree.Declared)) or tree.mentions(question.expr, name)


def parameters(question: Question) -> list[str]:
    """The parameters of the modules that the expression names without a call."""
    found: dict[str, None] = {}
    frame = Frame(World(free="all"), question.unit, question.source)
    for module in bare_modules(question.expr, frame):
        found.update(dict.fromkeys(param.name for param in module.definition.params))
    return list(found)


def bare_modules(expr: Any, frame: Frame) -> Iterator[ModuleValue]:
    """The modules that an expression names without a call, or with `(*)`."""
    if isinstance(expr, tree.Name):
        found = frame.unit.find(expr.name)
        if found is not None and isinstance(found[0], tree.Module):
            yield ModuleValue(found[0], found[1])
    elif isinstance(expr, tree.Call):
        is_starred = len(expr.args) == 1 and isinstance(expr.args[0], tree.Star) and expr.args[0].value is None
        yield from bare_modules(expr.func, frame) if is_starred else _bare_in(expr.args, frame)
    elif isinstance(expr, tuple) and not isinstance(expr, Span):
        yield from _bare_in(expr, frame)


def _bare_in(exprs: tuple[Any, ...], frame: Frame) -> Iterator[ModuleValue]:
    for expr in exprs:
        yield from bare_modules(expr, frame)


def open_names(form: Node) -> list[str]:
    """The names of the sizes that are open in a formula."""
    return [symbol.name for symbol in symbols(form)]


class Room:
    """Python's limit on nested calls, raised while anything is worked out; the last one of several threads lowers it again."""

    def __init__(self) -> None:
        self.lock = allocate_lock()  # the module `threading` takes long to load
        self.inside = 0
        self.before = 0

    def __enter__(self) -> None:
        with self.lock:
            if not self.inside:
                self.before = sys.getrecursionlimit()
                sys.setrecursionlimit(max(self.before, FRAMES))
            self.inside += 1

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.inside -= 1
            if not self.inside:
                sys.setrecursionlimit(self.before)


ROOM = Room()


@contextmanager
def deep() -> Iterator[None]:
    """Room for the recursion of an elaboration as deep as the limits allow; what goes beyond is a `LimitError`."""
    try:
        with ROOM, limited():
            yield
    except Split as split:
        message = f"a condition on {split.index.name} can't be decided where it stands"
        raise ModelError(Finding("undecided", message, hint="give the range's end a number")) from None
    except RecursionError:
        message = "the text is nested more deeply than can be worked with"
        raise LimitError(Finding("limit-depth", message, hint="name the inner parts")) from None
