"""Recipe → network: a module's body is run, statement by statement, at its arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import ModelError, Span, SymparamsError
from ..formula.build import Size, node
from ..formula.facts import ANY_NUMBERS
from ..formula.nodes import Compare, Index, Node, Symbol
from ..formula.polynomial import polynomial
from ..formula.work import limited, spend
from ..render.text import text
from ..syntax import tree
from .absent import absent, absent_in
from .calls import LIBRARY, arguments, at_call
from .conditions import negation, node_of
from .evaluate import condition, unpack, value
from .frame import Frame, as_size
from .labels import label_of, name_of, named_values
from .names import shown
from .network import Content, Copies, Guard, Item, Member, Network, Piece, Row, Template, Tensor, flags_of
from .renaming import pattern, renamed
from .tensors import tensor, tensor_of
from .values import (
    MADE,
    Choice,
    Definition,
    Edited,
    Existing,
    FunctionValue,
    ModuleValue,
    Multiple,
    Recipe,
    Value,
    kind_of,
    module_of,
    open_in,
)
from .world import World
from .written import definition

if TYPE_CHECKING:
    from .ties import Stated


STEPS_OF_A_MODULE = 10
STEPS_OF_A_STATEMENT = 2
STEPS_OF_A_REBINDING = 8


class Body:
    """A module's body while it runs: the items gathered so far, the labels taken, and the ties stated."""

    def __init__(self, frame: Frame, network: Network, statements: tuple[tree.Statement, ...] = ()) -> None:
        self.frame = frame
        self.network = network
        self.statements = statements
        self.items: list[Item] = []
        self.labels: dict[tuple[Piece, ...], Span] = {}
        self.ties: list[Stated] = []
        self.guards: list[Node] = []
        self.write: tuple[tree.Write, Frame] | None = None
        self.is_dry = False
        self.loops: list[Index] = []

    def leave_out(self, statements: Iterable[tree.Statement]) -> None:
        """Take down the members of statements that aren't run here."""
        self.network.absent |= dict.fromkeys(absent_in(statements, self.frame.unit))

    def hides(self, name: str) -> bool:
        """Whether a path that begins with this name doesn't mean a member of it."""
        return False

    @property
    def steps(self) -> Mapping[type, Callable[..., None]]:
        """What each kind of statement does here."""
        return RUN

    def into(self, items: list[Item]) -> list[Item]:
        """Gather into another row from here on; returns the row gathered into before."""
        before, self.items = self.items, items
        return before

    def both(self, known: Node, first: Callable[[], None], second: Callable[[], None]) -> None:
        """Both ways of a condition that is open, each guarded by it; names they set differently become choices."""
        opposite = node_of(negation(known))
        before, labels = dict(self.frame.names), dict(self.labels)
        then = _guarded(known, first, self)
        names_then, labels_then = self.frame.names, self.labels
        self.frame.names, self.labels = dict(before), dict(labels)
        otherwise = _guarded(opposite, second, self)
        self.labels = {**labels_then, **self.labels}
        merge(known, names_then, self.frame.names)
        self.items += [Guard(test, tuple(items)) for test, items in ((known, then), (opposite, otherwise)) if items]


def elaborate(recipe: Recipe | Edited, world: World) -> Network:
    """The network that a recipe states, with what a `with` changes of it, made once for equal ones.

    Raises: `ModelError` where the module can't be built at these arguments, `LimitError` where it goes too far.
    """
    key = (recipe.key, world.version) if open_in(recipe) else recipe.key
    network = world.memo.get(key)
    if network is None:
        try:
            with world.deeper(*recipe.place), limited():
                network = _made_of(recipe, world)
        except SymparamsError as error:
            raise at_call(error, _caller(recipe), recipe.place) from None
        network.origin = network.origin or (recipe if isinstance(recipe, Recipe) else None)
        world.memo[key] = network
    for assumption in network.assumptions:
        world.assumptions.setdefault(assumption)
    return network


def _caller(recipe: Recipe | Edited) -> str:
    """The name by which a network was called for."""
    if isinstance(recipe, Edited) and recipe.function:
        return recipe.function
    module = module_of(recipe)
    return module.name if module is not None else ""


def _made_of(recipe: Recipe | Edited, world: World) -> Network:
    world.count_built(*recipe.place)
    if isinstance(recipe, Recipe):
        return _renamed(recipe, world) or _build(recipe, world)
    from .changing import changed

    return changed(recipe, world)


def _renamed(recipe: Recipe, world: World) -> Network | None:
    """The network of a library's layer at plain symbols, from the one of its pattern; None where it isn't as simple."""
    facts = world.facts
    if not recipe.module.unit.source.name.startswith(LIBRARY) or facts.assumptions or facts.ranges:
        return None
    found = pattern(recipe)
    if found is None or any(name in facts.domains for name in found.symbols()):
        return None
    base = world.memo.get(found.recipe.key)
    if base is None:
        base = world.memo[found.recipe.key] = _build(found.recipe, World())
    return None if base.assumptions else renamed(base, found.names, recipe.arguments)


def _build(recipe: Recipe, world: World) -> Network:
    from .ties import resolve_ties

    spend(STEPS_OF_A_MODULE)
    module = recipe.module
    network = Network(module.name, recipe.arguments)
    frame = Frame(world, module.unit)
    frame.names = arguments(module, recipe.arguments, world)
    body = Body(frame, network, module.definition.body)
    frame.members = body
    outer, world.assumptions = world.assumptions, {}
    try:
        run(module.definition.body, body)
        network.items = tuple(body.items)
        names = dict(frame.names)
        network.name_later(lambda: names)
        network.flags = flags_of(network.items)
        resolve_ties(body)
        if body.write is not None:
            from .writes import take_write

            take_write(*body.write, network)
        network.assumptions = tuple(world.assumptions)
    finally:
        world.assumptions = {**outer, **world.assumptions}
    return network


# ------------------------------------------------------------------------------------------------------ statements


def run(statements: Iterable[tree.Statement], body: Body) -> None:
    """Run the statements in order."""
    for statement in statements:
        spend(STEPS_OF_A_STATEMENT)
        step = body.steps[type(statement)]
        step(statement, body)


def run_turn(statements: tuple[tree.Statement, ...], body: Body) -> tuple[Item, ...]:
    """The members that the statements make, as one turn of a loop."""
    items: list[Item] = []
    before = body.into(items)
    try:
        run(statements, body)
    finally:
        body.into(before)
    return tuple(items)


def _define(statement: tree.Define, body: Body) -> None:
    frame = body.frame
    if len(statement.targets) == 1:
        name = statement.targets[0]
        found = definition(statement.value, frame)
        _refuse_unused(name, found, statement, body)
        frame.names[name] = _collected(found, name, statement.value)
        return
    row = unpack(value(statement.value, frame), statement, frame.source)
    frame.names.update(zip(statement.targets, row, strict=True))


def _refuse_unused(name: str, found: Value, statement: tree.Define, body: Body) -> None:
    """Refuse to name a network that nothing in the body makes a member of: it would count nothing, in silence."""
    if isinstance(found, (*MADE, Multiple)) and body.statements and not tree.mentions(body.statements, name):
        call = body.frame.source.text[slice(*statement.value.span)]
        message = f"{name} is a name here, not a member, and nothing uses it"
        hint = f"a member is made by a colon: write `{name}: {call}`" if "\n" not in call else "write `:` for `=`"
        raise body.frame.fail("unused", message, statement.span, hint=hint)


def _collected(found: Value, name: str, expr: tree.Expr) -> Value:
    """A name that is rebound from itself (`C = C + g`) keeps like terms together."""
    from ..formula.build import plain

    if isinstance(found, Definition) and isinstance(found.value, Node) and tree.mentions(expr, name):
        spend(STEPS_OF_A_REBINDING)
        simple = plain(polynomial(found.value, ANY_NUMBERS).node())
        return Definition(simple, node(simple))
    return found


def _function(statement: tree.Function, body: Body) -> None:
    body.frame.names[statement.name] = FunctionValue(statement, body.frame, tree.names(statement))


def _if(statement: tree.If, body: Body) -> None:
    _branches(statement.branches, body)


def _branches(branches: tuple[tree.Branch, ...], body: Body) -> None:
    if not branches:
        return
    first = branches[0]
    known: bool | Node = True if first.condition is None else condition(first.condition, body.frame)
    if known is True:
        run(first.body, body)
        body.leave_out(statement for branch in branches[1:] for statement in branch.body)
    elif known is False:
        body.leave_out(first.body)
        _branches(branches[1:], body)
    else:
        body.both(known, lambda: run(first.body, body), lambda: _branches(branches[1:], body))


def _guarded(known: Node, action: Callable[[], None], body: Body) -> list[Item]:
    world = body.frame.world
    facts = world.facts
    items: list[Item] = []
    before = body.into(items)
    world.facts = facts.with_assumption(known)
    body.guards.append(known)
    try:
        action()
    finally:
        body.guards.pop()
        body.into(before)
        world.facts = facts
    return items


def merge(known: Node, then: dict[str, Any], names: dict[str, Any]) -> None:
    """Of the names after a condition's two ways, put into the second: what each is by the condition."""
    from .conditions import choice
    from .evaluate import content

    for name, entry in then.items():
        if name not in names:
            names[name] = Choice(known, content(entry), None)
        elif names[name] is not entry:
            names[name] = choice(known, content(entry), content(names[name]))
    for name in names.keys() - then.keys():
        names[name] = Choice(known, None, names[name])


def _for(statement: tree.For, body: Body) -> None:
    from .loops import loop

    loop(statement, body)


def _tie(statement: tree.Tie, body: Body) -> None:
    from .ties import met

    if not body.is_dry:
        body.ties.append(met(statement, body))


def _write_statement(statement: tree.Write, body: Body) -> None:
    if body.write is not None:
        raise body.frame.fail("write-twice", "the module has two `write`", statement.span)
    body.write = (statement, body.frame.inner())


def _require(statement: tree.Require, body: Body) -> None:
    if body.is_dry:
        return
    frame = body.frame
    known = condition(statement.condition, frame)
    if known is False:
        source = frame.source
        message = statement.reason or f"{source.text[slice(*statement.condition.span)]} doesn't hold"
        raise frame.fail("require", message, statement.condition.span, note=named_values(statement.condition, frame))
    if isinstance(known, Node):
        frame.world.assume(known, statement.reason, frame.source, statement.span)


def _only_in_with(statement: tree.Mark | tree.Drop, body: Body) -> None:
    word = statement.word if isinstance(statement, tree.Mark) else "drop"
    hint = f"write `name = net with:` and `{word} …` below it"
    if isinstance(statement, tree.Mark) and word != "trainable":
        hint = f"mark a member where it is made, `{word} name: …`; to change a network, {hint}"
    raise body.frame.fail(
        "misplaced", f"`{word}` without a member's value belongs in a `with`", statement.span, hint=hint
    )


def _docstring(statement: tree.Docstring, body: Body) -> None:
    body.network.docstring = body.network.docstring or statement.value


# ------------------------------------------------------------------------------------------------------ members


def _member(statement: tree.Member, body: Body) -> None:
    if body.is_dry:
        return
    frame = body.frame
    if isinstance(statement.label, tree.Path):
        hint = "a member's name holds neither `*` nor `[…]`; to change a network, write `name = net with:`"
        raise frame.fail("misplaced", "a path to members belongs in a `with`", statement.label.span, hint=hint)
    label = label_of(statement.label, frame)
    if label in body.labels:
        raise frame.fail("member-twice", f"two members are called {shown(label)}", statement.label.span)
    _check_in_loop(label, statement, body)
    body.labels[label] = statement.label.span
    made = items_of(label, statement, frame)
    body.items += made
    if not made:
        body.network.absent[absent(statement, body.frame.unit)] = None


def items_of(label: tuple[Piece, ...], statement: tree.Member, frame: Frame) -> list[Item]:
    """The items that a member's statement makes under a name."""
    if isinstance(statement.value, tree.List) and not _lists_modules(statement.value, frame):
        return [_made(label, tensor(statement.value, frame), statement, frame)]
    return _placed(label, value(statement.value, frame), statement, frame)


def _lists_modules(expr: tree.List, frame: Frame) -> bool:
    calls = [item for item in expr.items if isinstance(item, tree.Call)]
    return bool(calls) and all(isinstance(value(item, frame), (*MADE, Multiple)) for item in calls)


def _check_in_loop(label: tuple[Piece, ...], statement: tree.Member, body: Body) -> None:
    from ..formula.nodes import contains

    if not body.loops:
        return
    formulas = [
        part for piece in label if isinstance(piece, Template) for part in piece.parts if isinstance(part, Node)
    ]
    for index in body.loops:
        if not any(contains(formula, index) for formula in formulas):
            message = f"every turn of the loop makes a member called {shown(label)}"
            hint = f"put the index into its name: {shown(label)}{{{index.name}}}"
            raise body.frame.fail("member-twice", message, statement.label.span, hint=hint)


def _placed(label: tuple[Piece, ...], found: Value, statement: tree.Member, frame: Frame) -> list[Item]:
    """The items that a member's value makes: one member, none for None, both ways of an open choice."""
    if found is None:
        return []
    if isinstance(found, Choice):
        ways = ((found.condition, found.then), (node_of(negation(found.condition)), found.otherwise))
        made = [(test, _placed(label, way, statement, frame)) for test, way in ways]
        return [Guard(test, tuple(items)) for test, items in made if items]
    if isinstance(found, Existing) and isinstance(found.content, Row) and found.content.is_spread:
        hint = "name one of them, or the multiple that they are turns of"
        raise frame.fail("member", "all turns together are no member", statement.value.span, hint=hint)
    if isinstance(found, Existing):
        return [_stays(found, _made(label, found.content, statement, frame))]
    if isinstance(found, (*MADE, Multiple)):
        return [_made(label, contents(found, statement.value.span, frame), statement, frame)]
    if type(found) in (list, tuple) and found and all(isinstance(item, (*MADE, Multiple)) for item in found):
        hint = "write ModuleList([…]) or Sequential(…)"
        raise frame.fail("member", "a list of modules is no member", statement.value.span, hint=hint)
    if type(found) in (list, tuple):
        return [_made(label, tensor_of(list(found), statement.value, frame), statement, frame)]
    raise _no_member(label, found, statement, frame)


def _stays(found: Existing, made: Member) -> Member:
    """What was there before, with the mark that it had, and with so many active ones."""
    from .measure import combined

    active = found.active if made.active is None else made.active
    return made._replace(mark=combined(made.mark, found.mark), active=active)


def _no_member(label: tuple[Piece, ...], found: Value, statement: tree.Member, frame: Frame) -> ModelError:
    name = shown(label) or frame.source.text[slice(*statement.label.span)]
    hint = f"a member is a module or a tensor: write `{name} = …` to name a value, or `{name}: […]` for a tensor"
    if isinstance(statement.label, tree.Path) or not label:
        hint = "give a module, or a tensor by its sizes, [n, m]"
    if isinstance(found, ModuleValue):
        hint = f"give its arguments: {found.name}(…)"
    if isinstance(found, Symbol) and found.name == name_of(statement.value):
        hint = f"if {found.name} is a module, give it in the call: {found.name}=…"
    return frame.fail("member", f"{name} can't be a member", statement.value.span, f"this is {kind_of(found)}", hint)


def contents(found: Value, span: Span, frame: Frame) -> Content:
    """The network of a recipe, or the copies of a multiple."""
    if isinstance(found, Recipe | Edited):
        return elaborate(found, frame.world)
    if isinstance(found, Existing):
        from .marking import pushed

        inside: Content = found.content
        return pushed(inside, found.mark)
    count = found.amount
    if not isinstance(count, Node) and (count.denominator != 1 or count < 0):
        raise frame.fail(
            "count",
            f"a module is repeated {count} times",
            span,
            hint="the number of copies is a whole number, 0 or more",
        )
    return Copies(count, contents(found.value, span, frame))


def _made(label: tuple[Piece, ...], content: Content, statement: tree.Member, frame: Frame) -> Member:
    active = None
    if statement.active is not None:
        active = as_size(value(statement.active, frame), statement.active, frame)
        _check_active(active, content, statement, frame)
    return Member(label, content, statement.mark, active, (frame.source, statement.span))


def _check_active(active: Size, content: Content, statement: tree.Member, frame: Frame) -> None:
    if isinstance(content, Copies):
        most = content.amount
    elif isinstance(content, Tensor) and content.sizes:
        most = content.sizes[0]
    elif active in (0, 1):  # one of several that have names of their own
        most = 1
    else:
        hint = "write it after a multiple, `E * Expert(d) active k`, or a stacked tensor, `[E, d, f] active k`"
        raise frame.fail("active", "`active` needs copies to choose from", statement.span, hint=hint)
    test = Compare("<=", node(active), node(most))
    known = frame.world.decide(test) if isinstance(active, Node) or isinstance(most, Node) else active <= most
    if known is False:
        message = f"{frame.source.text[slice(*statement.active.span)]} of {text(node(most))} can't be active"  # type: ignore[union-attr]
        raise frame.fail("active", message, statement.active.span, f"this is {text(node(active))}")  # type: ignore[union-attr]
    if known is not True:
        frame.world.assume(test, "", frame.source, statement.span)


RUN: dict[type, Callable[..., None]] = {
    tree.Member: _member,
    tree.Define: _define,
    tree.Function: _function,
    tree.If: _if,
    tree.For: _for,
    tree.Tie: _tie,
    tree.Write: _write_statement,
    tree.Require: _require,
    tree.Pass: lambda statement, body: None,
    tree.Docstring: _docstring,
    tree.Mark: _only_in_with,
    tree.Drop: _only_in_with,
}
