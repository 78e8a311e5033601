"""Calls: arguments bound to the parameters of modules and functions, and modules named without a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..errors import Finding, ModelError, Source, Span, SymparamsError, suggestion
from ..formula.domain import ANY_SIZE, Domain
from ..formula.nodes import Node, Symbol
from ..syntax import tree
from .evaluate import content, domain, local, lookup_known, value
from .frame import Frame, Pending, as_list
from .hints import ASKED, call_hint
from .network import Copies, Network, Row
from .values import (
    MADE,
    Argument,
    Builtin,
    Choice,
    Edited,
    Existing,
    FunctionValue,
    ModuleValue,
    Multiple,
    Recipe,
    Value,
    edited,
    existing,
    kind_of,
    recipe,
    value_key,
)
from .world import World

FLAG = Domain("flag", 0)
LIBRARY = "symparams/library/"


class Given(NamedTuple):
    """The arguments of a call, with the expression of each for messages."""

    positional: list[tuple[Value, tree.Expr]]
    named: dict[str, tuple[Value, tree.Expr]]


def call(expr: tree.Call, frame: Frame) -> Value:
    """The value of a call: a recipe of a module, or a function's result."""
    callee = _callee(expr, frame)
    if isinstance(callee, Builtin):
        return _call_builtin(callee, expr, frame)
    if isinstance(callee, ModuleValue):
        return _call_module(callee, expr, frame)
    if isinstance(callee, FunctionValue):
        return _call_function(callee, expr, frame)
    hint = "it has its arguments already" if isinstance(callee, MADE) else ""
    if isinstance(callee, Symbol):
        hint = f"give a module in the call, {callee.name}=…"
    raise frame.fail("not-callable", "this can't be called", expr.func.span, f"this is {kind_of(callee)}", hint)


def _callee(expr: tree.Call, frame: Frame) -> Value:
    """What is called; a name that nobody defined is an error even where free names are symbols."""
    func = expr.func
    if not isinstance(func, tree.Name):
        return value(func, frame)
    try:
        return content(lookup_known(func.name, frame, func.span))
    except ModelError as error:
        if error.findings[0].code != "unknown-name":
            raise
    hint = call_hint(func.name, expr, frame)
    raise frame.fail("unknown-name", f"there is no layer, module or function called {func.name}", func.span, hint=hint)


def _call_builtin(callee: Builtin, expr: tree.Call, frame: Frame) -> Value:
    from .sums import total

    if callee.name == "sum":
        found = total(expr, frame)
        if found is not None:
            return found
    given = _given(expr, frame)
    if given.named:
        name, (_, argument) = next(iter(given.named.items()))
        raise frame.fail("arguments", f"{callee.name} has no argument called {name}", argument.span)
    return callee.call([found for found, _ in given.positional], expr, frame)


def _given(expr: tree.Call, frame: Frame) -> Given:
    given = Given([], {})
    for argument in expr.args:
        if isinstance(argument, tree.Keyword):
            if argument.name in given.named:
                raise frame.fail("arguments", f"{argument.name} is given twice", argument.span)
            given.named[argument.name] = value(argument.value, frame), argument
        elif isinstance(argument, tree.Star):
            if argument.value is None:
                raise frame.fail(
                    "arguments",
                    "`*` alone makes all sizes of a module symbols",
                    argument.span,
                    hint="write it as the only argument of a module",
                )
            row = as_list(value(argument.value, frame), argument.value, frame)
            given.positional.extend((item, argument) for item in row)
        elif given.named:
            raise frame.fail("arguments", "an argument without a name stands after one with a name", argument.span)
        else:
            given.positional.append((value(argument, frame), argument))
    return given


# ------------------------------------------------------------------------------------------------------ modules


def _call_module(module: ModuleValue, expr: tree.Call, frame: Frame) -> Recipe:
    place = (frame.source, expr.span)
    if len(expr.args) == 1 and isinstance(expr.args[0], tree.Star) and expr.args[0].value is None:
        return bare(module, frame.world, place, all_symbols=True)
    given = _given(expr, frame)
    inner = Frame(frame.world, module.unit)
    bound = bind(module.definition, given, inner, expr, frame)
    names = frozenset(given.named) | {param.name for param in module.definition.params[: len(given.positional)]}
    return recipe(module, bound, names, place)


def bare(module: ModuleValue, world: World, place: tuple[Source, Span], all_symbols: bool = False) -> Recipe:
    """The module named alone: required parameters are symbols, defaults apply; with `(*)` all are symbols."""
    frame = Frame(world, module.unit)
    bound: dict[str, Value] = {}
    for param in module.definition.params:
        bound[param.name] = _bare_argument(param, frame, all_symbols)
        frame.names[param.name] = bound[param.name]
    return recipe(module, bound, frozenset(), place)


def _bare_argument(param: tree.Parameter, frame: Frame, all_symbols: bool) -> Value:
    world = frame.world
    if param.name in world.overrides:
        world.used.add(param.name)
        return _as_flag(world.overrides[param.name], param, frame)
    if param.kind == "variadic":
        return []
    is_flag = isinstance(param.default, tree.Constant) and isinstance(param.default.value, bool)
    if param.default is None or (all_symbols and (is_flag or isinstance(value(param.default, frame), int | Node))):
        world.allowed.add(param.name)
        return world.symbol(param.name, FLAG if is_flag else _declared_domain(param.name, frame))
    return value(param.default, frame)


def _declared_domain(name: str, frame: Frame) -> Domain:
    found = frame.unit.find(name)
    if found is not None and isinstance(found[0], tree.Declared):
        return domain(found[0], Frame(frame.world, found[1]))
    return frame.world.facts.domains.get(name, ANY_SIZE)


def generalised_recipe(made: Recipe, given: Mapping[str, Value], world: World) -> Recipe:
    """The recipe at other arguments in place of those given; the defaults of the others follow them."""
    inner = Frame(world, made.module.unit)
    bound: dict[str, Value] = {}
    for param in made.module.definition.params:
        is_default = param.name not in given and param.default is not None
        old = made.arguments[param.name]
        bound[param.name] = value(param.default, inner) if is_default else given.get(param.name, old)  # type: ignore[arg-type]
        inner.names[param.name] = bound[param.name]
    return recipe(made.module, bound, made.given, made.place)


def bind(
    definition: tree.Module | tree.Function, given: Given, inner: Frame, expr: tree.Call, frame: Frame
) -> dict[str, Value]:
    """The value of each parameter. Raises: `ModelError` for missing, surplus or unknown arguments, with the signature."""
    bound: dict[str, Value] = {}
    named = dict(given.named)
    positional = list(given.positional)
    for param in definition.params:
        bound[param.name] = _argument(param, positional, named, inner, definition, expr, frame)
        inner.names[param.name] = bound[param.name]
    if positional:
        most = sum(param.kind == "plain" for param in definition.params)
        message = f"{definition.name} takes at most {most} argument{'s' * (most != 1)} without a name, not {len(given.positional)}"
        raise frame.fail("arguments", message, positional[0][1].span, hint=signature(definition, inner.unit.source))
    if named:
        _refuse_unknown(next(iter(named.items())), definition, inner.unit.source, frame)
    return bound


def _argument(
    param: tree.Parameter,
    positional: list[tuple[Value, tree.Expr]],
    named: dict[str, tuple[Value, tree.Expr]],
    inner: Frame,
    definition: tree.Module | tree.Function,
    expr: tree.Call,
    frame: Frame,
) -> Value:
    if param.kind == "variadic":
        rest = [item for item, _ in positional]
        positional.clear()
        return rest
    if param.kind == "plain" and positional:
        found, place = positional.pop(0)
        if param.name in named:
            raise frame.fail(
                "arguments", f"{param.name} is given twice", place.span, hint=signature(definition, inner.unit.source)
            )
        return _as_flag(found, param, frame)
    if param.name in named:
        return _as_flag(named.pop(param.name)[0], param, frame)
    if param.default is not None:
        try:
            return value(param.default, inner)
        except SymparamsError as error:
            raise at_call(error, definition.name, (frame.source, expr.span)) from None
    missing = [other.name for other in definition.params if other.default is None and other.kind != "variadic"]
    missing = [name for name in missing if name not in inner.names and name not in named]
    message = f"{definition.name} needs {_and(missing)}"
    raise frame.fail("arguments", message, expr.span, hint=signature(definition, inner.unit.source))


def _refuse_unknown(
    named: tuple[str, tuple[Value, tree.Expr]], definition: tree.Module | tree.Function, source: Source, frame: Frame
) -> None:
    name, (_, place) = named
    near = suggestion(name, [param.name for param in definition.params])
    hint = f"{near} {signature(definition, source)}".strip()
    raise frame.fail("arguments", f"{definition.name} has no argument called {name}", place.span, hint=hint)


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _as_flag(found: Value, param: tree.Parameter, frame: Frame) -> Value:
    """A number or free symbol given for a yes/no parameter, as a yes/no."""
    if not (isinstance(param.default, tree.Constant) and isinstance(param.default.value, bool)):
        return found
    if not isinstance(found, bool) and found in (0, 1):
        return bool(found)
    if (
        isinstance(found, Symbol)
        and frame.world.free == "all"
        and frame.world.facts.domains.get(found.name, ANY_SIZE) == ANY_SIZE
    ):
        return frame.world.symbol(found.name, FLAG)
    return found


def arguments(module: ModuleValue, bound: Mapping[str, Value], world: World) -> dict[str, Any]:
    """The entries of a module's parameters in its own text: each value, and whether it equals the default."""
    frame = Frame(world, module.unit)
    for param in module.definition.params:
        found = bound[param.name]
        is_default = False
        if isinstance(param.default, tree.Num | tree.Constant):
            is_default = value_key(param.default.value) == value_key(found)
        frame.names[param.name] = Argument(found, is_default)
    return frame.names


def changed_value(expr: tree.With, frame: Frame) -> Value:
    """The value of `net with: …`: the network with its changes; of a multiple, each copy with them."""
    names: dict[str, Value] = {}
    for name in sorted(_mentioned(expr.body)):
        entry = local(name, frame)
        if entry is not None:
            names[name] = content(entry)
    return _changed(value(expr.base, frame), expr, names, frame)


def _changed(base: Value, expr: tree.With, names: dict[str, Value], frame: Frame) -> Value:
    place = (frame.source, expr.base.span)
    if isinstance(base, Multiple):
        return base._replace(value=_changed(base.value, expr, names, frame))
    if isinstance(base, Choice):
        then, otherwise = (_changed(way, expr, names, frame) for way in base[1:])
        return base._replace(then=then, otherwise=otherwise)
    if isinstance(base, ModuleValue):
        base = bare(base, frame.world, place)
    if isinstance(base, Existing) and isinstance(base.content, Copies) and base.active is None:
        inner = existing(base.content.inner, base.mark, None)
        return Multiple(base.content.amount, _changed(inner, expr, names, frame))
    if isinstance(base, Existing) and isinstance(base.content, Copies):
        hint = "change the copies, by [*] before `: it with:`"
        raise frame.fail("with-active", "of these copies only some are active", expr.base.span, hint=hint)
    if isinstance(base, Existing) and not isinstance(base.content, Network | Row):
        raise frame.fail("with-tensor", "a tensor has no members to change", expr.base.span)
    if not isinstance(base, MADE):
        name = expr.base.name if isinstance(expr.base, tree.Name) else "what `with` changes"
        hint = "give a module with its arguments, as in Linear(3, 4)"
        message = f"{name} must be a network"
        raise frame.fail("with-nothing", message, expr.base.span, f"this is {kind_of(base)}", hint)
    return edited(base, expr, names, frame.unit, place)


def _mentioned(part: object) -> set[str]:
    """All names that stand in a piece of the tree."""
    if isinstance(part, tree.Name):
        return {part.name}
    return set().union(*map(_mentioned, part)) if isinstance(part, tuple) else set()


def signature(definition: tree.Module | tree.Function, source: Source) -> str:
    """The header as a user would call it: `Linear(in_features, out_features, bias=True)`."""
    parts: list[str] = []
    keyword_only = False
    for param in definition.params:
        if param.kind == "keyword" and not keyword_only:
            parts.append("*")
        keyword_only = keyword_only or param.kind in ("keyword", "variadic")
        star = "*" if param.kind == "variadic" else ""
        default = f"={source.text[slice(*param.default.span)]}" if param.default is not None else ""
        parts.append(f"{star}{param.name}{default}")
    return f"{definition.name}({', '.join(parts)})"


def at_call(error: SymparamsError, name: str, place: tuple[Source, Span]) -> SymparamsError:
    """The error of a library's module or function, or one without a place, shown where the user called it; one in another
    file, with where the user's own called that one."""
    return type(error)(*(_called(finding, name, *place) for finding in error.findings))


def _called(finding: Finding, name: str, source: Source, span: Span) -> Finding:
    if finding.source is None:
        return finding._replace(source=source, span=span)
    if not finding.source.name.startswith(LIBRARY):
        known = {finding.source.name, finding.call[0].name if finding.call else "", *ASKED}
        is_news = source.name not in known and not source.name.startswith(LIBRARY)
        return finding._replace(call=(source, span)) if is_news else finding
    is_told = source.name.startswith(LIBRARY) or finding.message.startswith(f"{name}: ")
    message = finding.message if is_told else f"{name}: {finding.message}"
    return finding._replace(message=message, source=source, span=span)


# ------------------------------------------------------------------------------------------------------ functions


def _call_function(function: FunctionValue, expr: tree.Call, frame: Frame) -> Value:
    world, definition = frame.world, function.definition
    inner = Frame(world, function.frame.unit, function.frame.source, function.frame)
    inner.members = function.frame.members
    bound = bind(definition, _given(expr, frame), inner, expr, frame)
    key = (function.key, *map(value_key, bound.values()), world.version)
    if key not in world.memo:
        inner.names.update((define.targets[0], Pending(define.value, inner)) for define in definition.where)
        try:
            with world.deeper(frame.source, expr.span):
                world.memo[key] = value(definition.value, inner)
        except SymparamsError as error:
            raise at_call(error, definition.name, (frame.source, expr.span)) from None
    found = world.memo[key]
    if isinstance(found, Edited) and found.place[0].name.startswith(LIBRARY):
        return found._replace(
            place=(frame.source, expr.span), function=definition.name
        )  # what goes wrong in it is told where it was called
    return found
