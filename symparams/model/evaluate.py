"""Expressions → values: sizes by the rules for values, and all else that the language knows.

One function for each class of the syntax tree, in a table. The form in which a formula is written is `written`'s matter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import Finding, LimitError, ModelError, Source, Span
from ..formula.arithmetic import OPERATIONS
from ..formula.build import Size, times
from ..formula.domain import Domain
from ..formula.nodes import All, Node
from ..formula.nodes import Any as AnyOf
from ..syntax import tree
from . import files
from .conditions import as_condition, choice, compare, negation
from .frame import Frame, Pending, as_list, as_size
from .hints import name_hint
from .values import (
    MADE,
    Argument,
    Choice,
    Definition,
    FunctionValue,
    ModuleValue,
    Multiple,
    Stretch,
    Value,
    is_size,
    kind_of,
)
from .world import World, fail

MAX_LENGTH = 1_000_000  # items of a list, signs of a string
MAX_NESTED = 16


def value(expr: tree.Expr, frame: Frame) -> Value:
    """What the expression stands for."""
    return VALUE[type(expr)](expr, frame)


def size(expr: tree.Expr, frame: Frame) -> Size:
    """The number or formula that the expression stands for."""
    return as_size(value(expr, frame), expr, frame)


# ------------------------------------------------------------------------------------------------------ names


def lookup_known(name: str, frame: Frame, span: Span) -> Value:
    """The entry of a name that can't be a free symbol, since it is called or a path begins with it."""
    is_asked, frame.is_asked = frame.is_asked, False
    try:
        return lookup(name, frame, span)
    finally:
        frame.is_asked = is_asked


def lookup(name: str, frame: Frame, span: Span) -> Value:
    """The entry of a name: local, then of the file, then PyTorch's layers, then functions, then a free symbol."""
    entry = local(name, frame)
    if entry is not None:
        return entry
    found = frame.unit.find(name)
    if found is not None:
        return global_value(name, *found, frame.world)
    return _outside(name, frame, span)


def local(name: str, frame: Frame | None) -> Any:
    """The entry of a local name, or None. A definition that waits is evaluated now."""
    while frame is not None:
        if name in frame.names:
            entry = frame.names[name]
            if isinstance(entry, Pending):
                entry = frame.names[name] = settle(name, entry)
            return Argument(None, False) if entry is None else entry
        frame = frame.outer
    return None


def _outside(name: str, frame: Frame, span: Span) -> Value:
    layer = files.library_module(name)
    if layer is not None:
        return layer
    from .builtins import BUILTINS

    if name in BUILTINS:
        return BUILTINS[name]
    function = files.library_function(name)
    if function is not None:
        return FunctionValue(function[0], Frame(frame.world, function[1]))
    world = frame.world
    if frame.is_asked and (world.free == "all" or (world.free == "some" and name in world.allowed)):
        return world.symbol(name, world.facts.domain(name))
    if frame.members is not None and (name,) in frame.members.labels:
        hint = f"write what you want of it, {name}.params or an argument such as {name}.out_features"
        raise frame.fail("unknown-name", f"{name} is a member, not a value", span, hint=hint)
    raise frame.fail("unknown-name", f"{name} isn't defined", span, hint=name_hint(name, frame))


def settle(name: str, pending: Pending) -> Value:
    """The value of a definition that waits. Raises: `ModelError` where it needs itself."""
    from .written import definition

    world = pending.frame.world
    if pending.is_running:
        around = [*world.settling[world.settling.index(name) :], name]
        message = f"{name} is defined by itself: {' → '.join(around)}"
        hint = "a definition may use only others"
        raise pending.frame.fail("definition-cycle", message, pending.value.span, hint=hint)
    pending.is_running = True
    world.settling.append(name)
    try:
        return definition(pending.value, pending.frame)
    finally:
        pending.is_running = False
        world.settling.pop()


def global_value(name: str, statement: files.Global, unit: files.Unit, world: World) -> Value:
    """The value of a name at a file's top, evaluated once in this world."""
    if isinstance(statement, tree.Module):
        return ModuleValue(statement, unit)
    key = (id(statement), name)
    if key not in world.globals:
        frame = Frame(world, unit)
        world.globals[key] = _global_entry(name, statement, frame)
    entry = world.globals[key]
    if isinstance(entry, Pending):
        entry = settle(name, entry)
        if isinstance(statement, tree.Define) and len(statement.targets) > 1:
            entry = unpack(entry, statement, unit.source)[statement.targets.index(name)]
        world.globals[key] = entry
    return entry


def _global_entry(name: str, statement: files.Global, frame: Frame) -> Value:
    if isinstance(statement, tree.Function):
        return FunctionValue(statement, frame)
    if isinstance(statement, tree.Declared):
        return declared(statement, frame)
    return Pending(statement.value, frame)  # type: ignore[union-attr]


def declared(statement: tree.Declared, frame: Frame) -> Value:
    """The symbol that a `symbol` statement declares."""
    return frame.world.symbol(statement.name, domain(statement, frame))


def domain(statement: tree.Declared, frame: Frame) -> Domain:
    """The kind and least value that a declaration states."""
    if statement.bound is None:
        return Domain(statement.kind, 0 if statement.kind != "int" else 1)
    op, expr = statement.bound
    least = size(expr, frame)
    if isinstance(least, Node):
        raise frame.fail("bound", "a symbol's least value is a number", expr.span)
    return Domain(statement.kind, least if op == ">=" or statement.kind == "real" else int(least // 1) + 1)


def unpack(entry: Value, statement: tree.Define, source: Source) -> list[Value]:
    """The values for the targets of `a, b = …`."""
    found = entry.value if isinstance(entry, Definition) else entry
    if type(found) not in (list, tuple) or len(found) != len(statement.targets):
        has = f"a list of {len(found)}" if type(found) in (list, tuple) else kind_of(found)
        message = f"{len(statement.targets)} names on the left, {has} on the right"
        raise fail("unpack", message, source, statement.span)
    return list(found)


def _name(expr: tree.Name, frame: Frame) -> Value:
    found = content(lookup(expr.name, frame, expr.span))
    if isinstance(found, FunctionValue) and found.reads:  # a module that it is given to may ask it only later
        return found._replace(frame=found.frame.holding(found.reached()))
    return found


def content(entry: Value) -> Value:
    """The value itself of a named entry."""
    return entry.value if isinstance(entry, Definition | Argument) else entry


# ------------------------------------------------------------------------------------------------------ literals


def _num(expr: tree.Num, frame: Frame) -> Value:
    return expr.value


def _list(expr: tree.List, frame: Frame) -> Value:
    return _not_too_deep(items(expr.items, frame), expr.span, frame)


def _tuple(expr: tree.Tuple, frame: Frame) -> Value:
    return tuple(_not_too_deep(items(expr.items, frame), expr.span, frame))


def _not_too_deep(found: list[Value], span: Span, frame: Frame) -> list[Value]:
    """The list itself. Raises: `LimitError` where lists lie in lists so deep that comparing them takes for ever."""
    level: list[Value] = [item for item in found if type(item) in (list, tuple)]
    for _ in range(MAX_NESTED):
        if not level:
            return found
        inner = {id(item): item for row in level for item in row if type(item) in (list, tuple)}
        level = list(inner.values())
    message = f"lists lie deeper than {MAX_NESTED} in one another, the limit of lists in lists"
    raise LimitError(Finding("limit-lists", message, frame.source, span, hint="name the parts that you need"))


def items(exprs: tuple[tree.Expr, ...], frame: Frame) -> list[Value]:
    """The values of a row of expressions, `*xs` spread out."""
    found: list[Value] = []
    for expr in exprs:
        if isinstance(expr, tree.Star) and expr.value is not None:
            found += as_list(value(expr.value, frame), expr.value, frame)
        else:
            found.append(value(expr, frame))
    return found


def _misplaced(expr: tree.Expr, frame: Frame) -> Value:
    raise frame.fail("misplaced", "this can't stand alone", expr.span, hint="it belongs inside a call or brackets")


# ------------------------------------------------------------------------------------------------------ operators


def _unary(expr: tree.Unary, frame: Frame) -> Value:
    if expr.op == "not":
        return negation(condition(expr.operand, frame))
    operand = size(expr.operand, frame)
    return times(operand, -1) if expr.op == "-" else operand


def _binary(expr: tree.Binary, frame: Frame) -> Value:
    chain = left_chain(expr)
    found = value(chain[0].left, frame)
    for link in chain:
        found = operate(link.op, found, value(link.right, frame), link, frame)
    return found


def left_chain(expr: tree.Binary) -> list[tree.Binary]:
    """The operations of a chain that leans left, `((a + b) + c) + d`, innermost first."""
    chain = [expr]
    while isinstance(chain[-1].left, tree.Binary):
        chain.append(chain[-1].left)
    return chain[::-1]


def operate(op: str, left: Value, right: Value, expr: tree.Binary, frame: Frame) -> Value:
    """The value of `left op right`."""
    joined = None if is_size(left) and is_size(right) else _joined(op, left, right, expr, frame)
    if joined is not None:
        return joined
    first, second = as_size(left, expr.left, frame), as_size(right, expr.right, frame)
    try:
        return OPERATIONS[op](first, second, frame.world.facts)
    except ZeroDivisionError:
        raise frame.fail("division-by-zero", "this divides by zero", expr.right.span) from None
    except (LimitError, ModelError) as error:
        raise located(error, frame, expr.span) from None


def _joined(op: str, left: Value, right: Value, expr: tree.Binary, frame: Frame) -> Value:
    """What comes of two values that aren't both sizes: a multiple of one, or lists or strings end to end; None for others."""
    if op == "*":
        return _repeat(left, right, expr, frame)
    if op == "+" and type(left) in (list, tuple) and type(right) in (list, tuple):
        _check_length(len(left) + len(right), "a list has more than {} items", expr, frame)
        return list(left) + list(right)
    if op == "+" and isinstance(left, str) and isinstance(right, str):
        _check_length(len(left) + len(right), "a string has more than {} signs", expr, frame)
        return left + right
    return None


def _check_length(length: int, message: str, expr: tree.Expr, frame: Frame) -> None:
    if length > MAX_LENGTH:
        raise LimitError(Finding("limit-length", message.format(f"{MAX_LENGTH:,}"), frame.source, expr.span))


def located(error: LimitError | ModelError, frame: Frame, span: Span) -> LimitError | ModelError:
    """The error with this place, where it has none yet."""
    placed = [
        finding if finding.source else finding._replace(source=frame.source, span=span) for finding in error.findings
    ]
    return type(error)(*placed)


def _repeat(left: Value, right: Value, expr: tree.Binary, frame: Frame) -> Value:
    for count, other in ((left, right), (right, left)):
        if isinstance(other, ModuleValue):
            message = f"{other.name} isn't called"
            raise frame.fail("not-called", message, expr.span, hint=f"give its arguments: {other.name}(…)")
        if isinstance(other, (*MADE, Multiple)) and is_size(count):
            return Multiple(count, other)
        if isinstance(other, Choice) and is_size(count):
            return Choice(
                other.condition,
                _repeat(count, other.then, expr, frame),
                _repeat(count, other.otherwise, expr, frame),
            )
        if type(other) in (list, tuple) and is_size(count):
            return repeat_list(list(other), count, expr, frame)
    return None


def repeat_list(found: list[Value], count: Size, expr: tree.Expr, frame: Frame) -> Value:
    """A list `count` times over; of symbolic length where the count is open."""
    if isinstance(count, int):
        frame.world.count_turns(max(count, 0) * len(found), frame.source, expr.span)
        return found * max(count, 0) if found else []
    if isinstance(count, Node) and len(found) == 1:
        return Stretch("i", 0, count, lambda i: found[0])
    raise frame.fail("repeat", "a list is repeated a whole number of times", expr.span)


# ------------------------------------------------------------------------------------------------------ conditions


def condition(expr: tree.Expr, frame: Frame) -> bool | Node:
    """The yes/no that the expression states, or the condition while it is open. Raises: `ModelError` for anything else."""
    return as_condition(value(expr, frame), expr, frame)


def _logic(expr: tree.Logic, frame: Frame) -> Value:
    stops = expr.op == "or"
    open_parts: list[Node] = []
    for operand in expr.operands:
        known = condition(operand, frame)
        if known is stops:
            return stops
        if not isinstance(known, bool) and known not in open_parts:
            open_parts.append(known)
    if not open_parts:
        return not stops
    return open_parts[0] if len(open_parts) == 1 else (AnyOf if stops else All)(tuple(open_parts))


def _comparison(expr: tree.Comparison, frame: Frame) -> Value:
    found = [value(operand, frame) for operand in expr.operands]
    known = [compare(op, found[i], found[i + 1], expr, frame) for i, op in enumerate(expr.ops)]
    if False in known:
        return False
    parts = [part for part in known if not isinstance(part, bool)]
    if not parts:
        return True
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _conditional(expr: tree.Conditional, frame: Frame) -> Value:
    known = condition(expr.condition, frame)
    if isinstance(known, bool):
        return value(expr.then if known else expr.otherwise, frame)
    return choice(known, value(expr.then, frame), value(expr.otherwise, frame))


# ------------------------------------------------------------------------------------------------------ parts, calls


def _call(expr: tree.Call, frame: Frame) -> Value:
    from .calls import call

    return call(expr, frame)


def _path(expr: tree.Attribute | tree.Subscript | tree.Template, frame: Frame) -> Value:
    from .paths import path_value

    return path_value(expr, frame)


def _with(expr: tree.With, frame: Frame) -> Value:
    from .calls import changed_value

    return changed_value(expr, frame)


def _comprehension(expr: tree.Comprehension, frame: Frame) -> Value:
    from .sums import comprehension

    return comprehension(expr, frame)


VALUE: dict[type, Callable[[Any, Frame], Value]] = {
    tree.Num: _num,
    tree.Text: lambda expr, frame: expr.value,
    tree.Constant: lambda expr, frame: expr.value,
    tree.Name: _name,
    tree.List: _list,
    tree.Tuple: _tuple,
    tree.Star: _misplaced,
    tree.Keyword: _misplaced,
    tree.Slice: _misplaced,
    tree.Every: _misplaced,
    tree.Call: _call,
    tree.Attribute: _path,
    tree.Subscript: _path,
    tree.Template: _path,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Logic: _logic,
    tree.Comparison: _comparison,
    tree.Conditional: _conditional,
    tree.Comprehension: _comprehension,
    tree.With: _with,
}
