"""Sizes set from outside: settled where one is given by another, and held against the domains that a file declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import Finding, UsageError
from ..formula.build import node
from ..formula.domain import Assumption, Domain
from ..formula.nodes import Node, Symbol, symbols
from ..formula.polynomial import Facts, decide
from ..formula.substitute import substitute
from ..syntax import tree
from .evaluate import declared, domain
from .files import Unit
from .frame import Frame
from .putting import renormalised
from .values import Value, is_size, kind_of
from .world import World


def settled(sizes: Mapping[str, Value]) -> dict[str, Value]:
    """The sizes, those given by others that are set too worked out. Raises: `UsageError` where they go round in a circle."""
    done: dict[str, Value] = {}
    for name in sizes:
        _settle(name, sizes, done, ())
    return {name: done[name] for name in sizes}


def _settle(name: str, sizes: Mapping[str, Value], done: dict[str, Value], way: tuple[str, ...]) -> Value:
    if name in way:
        circle = " → ".join([*way[way.index(name) :], name])
        raise UsageError(Finding("usage-size", f"{name} is set by itself: {circle}", hint="give one of them a number"))
    if name not in done:
        others = {
            inner: _settle(inner, sizes, done, (*way, name))
            for inner in open_in(sizes[name])
            if inner in sizes and inner != name
        }
        done[name] = put(sizes[name], others) if others else sizes[name]
    return done[name]


def open_in(value: Value) -> list[str]:
    """The names of the sizes that are open in a value given."""
    if isinstance(value, Node):
        return [symbol.name for symbol in symbols(value)]
    return [name for item in value for name in open_in(item)] if type(value) in (list, tuple) else []


def put(value: Value, sizes: Mapping[str, Value]) -> Value:
    """A value given with sizes put in."""
    if isinstance(value, Symbol) and value.name in sizes:
        return sizes[value.name]
    if isinstance(value, Node):
        numbers: dict[Node, Node] = {Symbol(name): node(size) for name, size in sizes.items() if is_size(size)}
        return renormalised(substitute(value, numbers))
    return type(value)(put(item, sizes) for item in value) if type(value) in (list, tuple) else value


def with_inner(sizes: Mapping[str, Value], used: frozenset[str]) -> frozenset[str]:
    """The names used, with those by which a size that is used was given."""
    inner = {name for size, value in sizes.items() if size in used for name in open_in(value)}
    return used if inner <= used else with_inner(sizes, used | inner)


# ------------------------------------------------------------------------------------------------------ domains


def check_domains(sizes: Mapping[str, Value], unit: Unit, params: set[str]) -> None:
    """Refuse what a declared symbol can't be; a module's parameter of the same name may be a list or a module.

    Raises: `UsageError` with what the symbol is.
    """
    for name, size in sizes.items():
        found = unit.find(name)
        if found is None or not isinstance(found[0], tree.Declared):
            continue
        if is_size(size) or isinstance(size, bool) or name not in params:
            _check(name, size, domain(found[0], Frame(World(), found[1])), found[0])


def _check(name: str, size: Any, known: Domain, statement: tree.Declared) -> None:
    if isinstance(size, Node) or (known.kind == "flag" and size in (0, 1)):
        return
    if known.kind == "flag":
        raise _refused(f"{name} is a yes/no, 0 or 1, not {_told(size)}")
    if isinstance(size, bool) or not is_size(size):
        raise _refused(f"{name} is a number, not {kind_of(size)}")
    if known.kind == "real":
        if size <= 0 or size < known.least:
            least = f"of at least {known.least}" if known.least > 0 else "above 0"
            raise _refused(f"{name} is a number {least}, not {size}")
        return
    # 0 stands for "no turns" or "none of them" where the least value isn't written out.
    if size.denominator != 1 or size < (known.least if statement.bound else min(known.least, 0)):
        raise _refused(f"{name} is an integer of at least {known.least}, not {size}")


def _told(size: Any) -> str:
    return str(size) if is_size(size) else kind_of(size)


def _refused(message: str) -> UsageError:
    return UsageError(Finding("usage-size", message))


def declare(sizes: Mapping[str, Value], unit: Unit, world: World) -> None:
    """Tell the world the domains of declared symbols by which sizes are given."""
    for size in sizes.values():
        for name in open_in(size):
            found = unit.find(name)
            if name not in sizes and found is not None and isinstance(found[0], tree.Declared):
                declared(found[0], Frame(world, found[1]))


def untold(assumptions: Iterable[Assumption], unit: Unit) -> tuple[Assumption, ...]:
    """The assumptions that the domains of the file's declared symbols don't give already."""
    return tuple(item for item in assumptions if not _is_declared(item.condition, unit))


def _is_declared(condition: Node, unit: Unit) -> bool:
    domains: dict[str, Domain] = {}
    for symbol in symbols(condition):
        found = unit.find(symbol.name)
        if found is None or not isinstance(found[0], tree.Declared):
            return False
        domains[symbol.name] = domain(found[0], Frame(World(), found[1]))
    return decide(condition, Facts(domains)) is True
