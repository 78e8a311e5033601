"""Expressions → values: sizes by the rules for values, and all else that the language knows.

One function for each class of the syntax tree, in a table. The form in which a formula is written is `written`'s matter.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ..errors import LimitError, ModelError, Source, Span, suggestion
from ..formula.build import Size, minus, node, over, plain, plus, power, times
from ..formula.domain import Domain
from ..formula.nodes import CONDITIONS, All, Compare, Floor, Iverson, Mod, Node, Not, Number, Product, Quotient, Sum
from ..formula.nodes import Any as AnyOf
from ..formula.polynomial import polynomial
from ..syntax import tree
from . import files
from .values import (
    Argument,
    Builtin,
    Choice,
    Definition,
    FunctionValue,
    ModuleValue,
    Multiple,
    Recipe,
    Stretch,
    Value,
    is_size,
    kind_of,
    value_key,
)
from .world import World, fail


class Pending:
    """A definition whose expression is evaluated when it is first asked for."""

    __slots__ = ("frame", "is_running", "value")

    def __init__(self, value: tree.Expr, frame: Frame) -> None:
        self.value = value
        self.frame = frame
        self.is_running = False


class Frame:
    """Where an expression is evaluated: local names, the members so far, and what lies around them.

    names: local name → value, Definition, Argument or Pending; members: label → content of the module being run.
    """

    __slots__ = ("members", "names", "outer", "source", "unit", "world")

    def __init__(
        self, world: World, unit: files.Unit, source: Source | None = None, outer: Frame | None = None
    ) -> None:
        self.world = world
        self.unit = unit
        self.source = source or unit.source
        self.outer = outer
        self.names: dict[str, Any] = {}
        self.members: Any = None

    def inner(self) -> Frame:
        """A frame inside this one, for a comprehension or a loop's sum; it sees all names and keeps its own."""
        frame = Frame(self.world, self.unit, self.source, self.outer)
        frame.names = dict(self.names)
        frame.members = self.members
        return frame

    def fail(self, code: str, message: str, span: Span, note: str = "", hint: str = "") -> ModelError:
        """The error at a place of this frame's text."""
        return fail(code, message, self.source, span, note, hint)


def value(expr: tree.Expr, frame: Frame) -> Value:
    """What the expression stands for."""
    return VALUE[type(expr)](expr, frame)


def size(expr: tree.Expr, frame: Frame) -> Size:
    """The number or formula that the expression stands for."""
    return as_size(value(expr, frame), expr, frame)


def as_size(found: Value, expr: tree.Expr, frame: Frame) -> Size:
    """The value as a number or formula. Raises: `ModelError` for anything else."""
    if isinstance(found, bool):
        return int(found)
    if is_size(found):
        return Iverson(found) if isinstance(found, CONDITIONS) else found
    raise frame.fail("not-a-number", "a number is needed here", expr.span, f"this is {kind_of(found)}")


# ------------------------------------------------------------------------------------------------------ names


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
    world = frame.world
    if world.free == "all" or name in world.bindings or (world.free == "some" and name in world.allowed):
        return world.symbol(name)
    hint = unknown_hint(name, frame) or f'if it is a size, declare it at the top of the file: symbol {name} "what it is"'
    raise frame.fail("unknown-name", f"{name} isn't defined", span, hint=hint)


def unknown_hint(name: str, frame: Frame) -> str:
    """The question `did you mean …?` for a name that nobody defined, or the empty string."""
    from .builtins import BUILTINS

    known = [*frame.unit.known(), *files.library_index(), *BUILTINS, *frame.world.allowed]
    around: Frame | None = frame
    while around is not None:
        known += around.names
        around = around.outer
    return suggestion(name, known)


def settle(name: str, pending: Pending) -> Value:
    """The value of a definition that waits. Raises: `ModelError` where it needs itself."""
    from .written import definition

    if pending.is_running:
        message = f"{name} is defined by itself"
        raise pending.frame.fail("definition-cycle", message, pending.value.span, hint="a definition may use only others")
    pending.is_running = True
    try:
        return definition(pending.value, pending.frame)
    finally:
        pending.is_running = False


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
    if statement.name in frame.world.bindings:
        return frame.world.symbol(statement.name, domain(statement, frame))
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
    return content(lookup(expr.name, frame, expr.span))


def content(entry: Value) -> Value:
    """The value itself of a named entry."""
    return entry.value if isinstance(entry, Definition | Argument) else entry


# ------------------------------------------------------------------------------------------------------ literals


def _num(expr: tree.Num, frame: Frame) -> Value:
    return expr.value


def _list(expr: tree.List, frame: Frame) -> Value:
    return items(expr.items, frame)


def _tuple(expr: tree.Tuple, frame: Frame) -> Value:
    return tuple(items(expr.items, frame))


def items(exprs: tuple[tree.Expr, ...], frame: Frame) -> list[Value]:
    """The values of a row of expressions, `*xs` spread out."""
    found: list[Value] = []
    for expr in exprs:
        if isinstance(expr, tree.Star) and expr.value is not None:
            found += as_list(value(expr.value, frame), expr.value, frame)
        else:
            found.append(value(expr, frame))
    return found


def as_list(found: Value, expr: tree.Expr, frame: Frame) -> list[Value]:
    """The value as a list. Raises: `ModelError` for anything else."""
    if isinstance(found, range):
        frame.world.count_turns(len(found), frame.source, expr.span)
        return list(found)
    if type(found) in (list, tuple):
        return list(found)
    hint = "give its length as a number" if isinstance(found, Stretch) else ""
    if isinstance(found, Node):
        hint = "give a list in the call, as in ResNet(block, [n1, n2, n3, n4])"
    if isinstance(expr, tree.Name):
        raise frame.fail("not-a-list", f"{expr.name} is used as a list", expr.span, f"this is {kind_of(found)}", hint)
    raise frame.fail("not-a-list", "a list is needed here", expr.span, f"this is {kind_of(found)}", hint)


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
    if op == "*":
        repeated = _repeat(left, right, expr, frame)
        if repeated is not None:
            return repeated
    if op == "+" and type(left) in (list, tuple) and type(right) in (list, tuple):
        return list(left) + list(right)
    if op == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    first, second = as_size(left, expr.left, frame), as_size(right, expr.right, frame)
    try:
        return OPERATIONS[op](first, second, frame)
    except ZeroDivisionError:
        raise frame.fail("division-by-zero", "this divides by zero", expr.right.span) from None
    except (LimitError, ModelError) as error:
        raise located(error, frame, expr.span) from None


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
        if isinstance(other, Recipe | Multiple) and is_size(count):
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
        return found * count
    if isinstance(count, Node) and len(found) == 1:
        return Stretch("i", 0, count, lambda i: found[0])
    raise frame.fail("repeat", "a list is repeated a whole number of times", expr.span)


def floor_of(formula: Size, frame: Frame) -> Size:
    """The greatest integer not above a size; decided where its formula says so."""
    if not isinstance(formula, Node):
        return int(formula // 1)
    simple = polynomial(Floor(formula), frame.world.facts)
    if simple.constant is not None:
        return simple.constant
    if any(isinstance(part, Floor) for part in simple.generators):
        return Floor(formula)
    return formula if polynomial(formula, frame.world.facts) == simple else plain(simple.node())


def _floor_divide(left: Size, right: Size, frame: Frame) -> Size:
    if right == 0:
        raise ZeroDivisionError
    return floor_of(over(left, right), frame)


def _modulo(left: Size, right: Size, frame: Frame) -> Size:
    if not isinstance(left, Node) and not isinstance(right, Node):
        return left % right
    if right == 0:
        raise ZeroDivisionError
    simple = polynomial(Mod(node(left), node(right)), frame.world.facts)
    return simple.constant if simple.constant is not None else Mod(node(left), node(right))


OPERATIONS: dict[str, Callable[[Size, Size, Frame], Size]] = {
    "+": lambda left, right, frame: plus(left, right),
    "-": lambda left, right, frame: minus(left, right),
    "*": lambda left, right, frame: times(left, right),
    "/": lambda left, right, frame: over(left, right),
    "**": lambda left, right, frame: power(left, right),
    "//": _floor_divide,
    "%": _modulo,
}


# ------------------------------------------------------------------------------------------------------ conditions


def condition(expr: tree.Expr, frame: Frame) -> bool | Node:
    """The yes/no that the expression states, or the condition while it is open. Raises: `ModelError` for anything else."""
    return as_condition(value(expr, frame), expr, frame)


def as_condition(found: Value, expr: tree.Expr, frame: Frame) -> bool | Node:
    """The value as a yes/no."""
    if isinstance(found, bool):
        return found
    if isinstance(found, CONDITIONS) or frame.world.is_flag(found):
        return frame.world.decide(found)
    hint = ""
    if isinstance(expr, tree.Name) and isinstance(found, Node):
        hint = f"is {expr.name} a yes/no? write `symbol {expr.name} flag`; else compare it with something"
    elif found is None or is_size(found):
        hint = "compare it with something, as in `x is None` or `n > 0`"
    raise frame.fail("not-a-condition", "a yes/no is needed here", expr.span, f"this is {kind_of(found)}", hint)


def negation(known: bool | Node) -> bool | Node:
    """The opposite."""
    if isinstance(known, bool):
        return not known
    if isinstance(known, Compare):
        return Compare(OPPOSITE[known.op], known.left, known.right)
    return known.inner if isinstance(known, Not) else Not(known)


OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


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
    known = [
        compare(op, found[i], found[i + 1], expr, frame) for i, op in enumerate(expr.ops)
    ]
    if False in known:
        return False
    parts = [part for part in known if not isinstance(part, bool)]
    if not parts:
        return True
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def compare(op: str, left: Value, right: Value, expr: tree.Comparison, frame: Frame) -> bool | Node:
    """Whether `left op right` holds."""
    if op in ("is", "is not"):
        return _identity(op == "is", left, right, expr, frame)
    if op in ("in", "not in"):
        inside = _inside(left, right, expr, frame)
        return inside if op == "in" else negation(inside)
    for flag, other in ((left, right), (right, left)):
        if frame.world.is_flag(flag) and isinstance(other, bool) and op in ("==", "!="):
            known = frame.world.decide(flag)
            return known if other is (op == "==") else negation(known)
    if is_size(left) and is_size(right):
        return _compare_sizes(op, left, right, frame)
    return _compare_others(op, left, right, expr, frame)


def _identity(wanted: bool, left: Value, right: Value, expr: tree.Comparison, frame: Frame) -> bool | Node:
    if frame.world.is_flag(left) and isinstance(right, bool):
        known = frame.world.decide(left)
        return known if right is wanted else negation(known)
    if isinstance(right, ModuleValue):
        same = isinstance(left, Recipe | ModuleValue) and _module_of(left).definition is right.definition
        return same is wanted
    if right is not None and not isinstance(right, bool):
        raise frame.fail("is", "`is` compares with None, True, False or a module", expr.span, hint="write == instead")
    return (left is right) is wanted


def _module_of(found: Recipe | ModuleValue) -> ModuleValue:
    return found.module if isinstance(found, Recipe) else found


def _compare_sizes(op: str, left: Size, right: Size, frame: Frame) -> bool | Node:
    if not isinstance(left, Node) and not isinstance(right, Node):
        return PLAIN[op](left, right)
    return frame.world.decide(Compare(op, node(left), node(right)))


PLAIN: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


def _compare_others(op: str, left: Value, right: Value, expr: tree.Comparison, frame: Frame) -> bool | Node:
    is_row = type(left) in (list, tuple) and type(right) in (list, tuple)
    if is_row and op in ("==", "!="):
        known = _same_rows(list(left), list(right), expr, frame)
        return known if op == "==" else negation(known)
    strings = isinstance(left, str) and isinstance(right, str)
    if op not in ("==", "!=") and not strings:
        message = f"{kind_of(left)} and {kind_of(right)} can't be ordered"
        raise frame.fail("compare", message, expr.span)
    for symbol, other in ((left, right), (right, left)):
        if isinstance(symbol, Node) and isinstance(other, str):
            message = "a size is compared with a string"
            hint = "a symbol never equals a string; give the argument a string, or compare with a number"
            raise frame.fail("compare", message, expr.span, hint=hint)
    if strings:
        return PLAIN[op](left, right)
    return (value_key(left) == value_key(right)) is (op == "==")


def _same_rows(left: list[Value], right: list[Value], expr: tree.Comparison, frame: Frame) -> bool | Node:
    if len(left) != len(right):
        return False
    known = [compare("==", a, b, expr, frame) for a, b in zip(left, right, strict=True)]
    return _all(known)


def _all(known: list[bool | Node]) -> bool | Node:
    if False in known:
        return False
    parts = [part for part in known if isinstance(part, Node)]
    if not parts:
        return True
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _inside(left: Value, right: Value, expr: tree.Comparison, frame: Frame) -> bool | Node:
    if isinstance(left, str) and isinstance(right, str):
        return left in right
    if isinstance(right, range) and isinstance(left, int):
        return left in right
    known = [compare("==", left, item, expr, frame) for item in as_list(right, expr.operands[-1], frame)]
    if True in known:
        return True
    parts = [part for part in known if isinstance(part, Node)]
    if not parts:
        return False
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))


def _conditional(expr: tree.Conditional, frame: Frame) -> Value:
    known = condition(expr.condition, frame)
    if isinstance(known, bool):
        return value(expr.then if known else expr.otherwise, frame)
    return choice(known, value(expr.then, frame), value(expr.otherwise, frame))


def choice(known: Node, then: Value, otherwise: Value) -> Value:
    """The value that an open condition chooses: a formula where both are sizes."""
    if value_key(then) == value_key(otherwise):
        return then
    if _is_number(then) and _is_number(otherwise):
        first, second = times(int(then) if isinstance(then, bool) else then, Iverson(known)), negation(known)
        other = times(int(otherwise) if isinstance(otherwise, bool) else otherwise, Iverson(node_of(second)))
        return plus(first, other)
    if type(then) in (list, tuple) and type(otherwise) in (list, tuple) and len(then) == len(otherwise):
        return [choice(known, a, b) for a, b in zip(then, otherwise, strict=True)]
    return Choice(known, then, otherwise)


def _is_number(found: Value) -> bool:
    return is_size(found) and not isinstance(found, CONDITIONS)


def node_of(known: bool | Node) -> Node:
    """The condition as a formula's node."""
    return known if isinstance(known, Node) else Compare("==", Number(0 if known else 1), Number(0))


# ------------------------------------------------------------------------------------------------------ parts, calls


def _call(expr: tree.Call, frame: Frame) -> Value:
    from .calls import call

    return call(expr, frame)


def _attribute(expr: tree.Attribute, frame: Frame) -> Value:
    from .paths import attribute_value

    return attribute_value(expr, frame)


def _subscript(expr: tree.Subscript, frame: Frame) -> Value:
    from .paths import subscript_value

    return subscript_value(expr, frame)


def _comprehension(expr: tree.Comprehension, frame: Frame) -> Value:
    from .loops import comprehension

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
    tree.Attribute: _attribute,
    tree.Subscript: _subscript,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Logic: _logic,
    tree.Comparison: _comparison,
    tree.Conditional: _conditional,
    tree.Comprehension: _comprehension,
}

__all__ = ["Builtin", "Frame", "Fraction", "Pending", "Product", "Quotient", "Sum", "condition", "size", "value"]
