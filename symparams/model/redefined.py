"""The names of a changed network: a definition that is worked out from members is worked out again from those it has now.

Where that can't be (its name is given more than once, or in a loop), asking for it is an error: an old value would lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..errors import SymparamsError
from ..syntax import tree
from .frame import Frame, Pending
from .network import Content, Network
from .selecting import leaves
from .values import Edited, Existing, FunctionValue, Recipe, module_of


class Stale:
    """A definition whose value is no longer known."""

    def __init__(self, name: str, module: str) -> None:
        self.name = name
        self.module = module


class Text:
    """Statements that give names, with the frame that they are read in."""

    def __init__(self, statements: tuple[tree.Statement, ...], frame: Frame) -> None:
        self.statements = statements
        self.frame = frame


def definitions(network: Network, base: Content, edited: Edited, frame: Frame) -> dict[str, Any]:
    """The definitions and arguments of a changed network."""
    old = dict(base.named) if isinstance(base, Network) else {}
    own = {name: entry for name, entry in frame.names.items() if name in _given(edited.block.body)}
    names = {**old, **own}
    touched = {found.member.label[0] for found in (*_leaves(base), *leaves(network.items)) if found.member.label}
    members = {piece for piece in touched if isinstance(piece, str)}
    for text in texts(edited, frame.world):
        _again(text, names, members, network)
    return names


def _leaves(content: Content) -> Iterator[Any]:
    return leaves(content.items) if isinstance(content, Network) else iter(())


def texts(made: Any, world: Any) -> list[Text]:
    """The statements by which a network and its changes came about, the module's first."""
    if isinstance(made, Edited):
        frame = Frame(world, made.unit)
        frame.names = dict(made.names)
        return [*texts(made.base, world), Text(made.block.body, frame)]
    if isinstance(made, Existing):
        return texts(getattr(made.content, "remade", None) or getattr(made.content, "origin", None), world)
    module = module_of(made) if isinstance(made, Recipe) else None
    if module is None:
        return []
    return [Text(module.definition.body, Frame(world, module.unit))]


def _again(text: Text, names: dict[str, Any], members: set[str], network: Network) -> None:
    """Give the names of a text anew where they hang on members."""
    from .changing import Changes

    frame = text.frame
    frame.names = {**frame.names, **names}
    frame.members = Changes(frame, network)
    frame.members.items = list(network.items)
    often = _given_often(text.statements)
    hanging: set[str] = set()
    for name, expr, is_plain in _defined(text.statements):
        if not _hangs(expr, members, hanging) or name not in names:
            continue
        hanging.add(name)
        if isinstance(names[name], FunctionValue):
            function_frame = Frame(frame.world, frame.unit, frame.source, frame)
            function_frame.members = frame.members
            names[name] = names[name]._replace(frame=function_frame)
        elif is_plain and name not in often and not any(tree.mentions(expr, other) for other in often):
            names[name] = Later(name, expr, frame)
        else:
            names[name] = Stale(name, network.name)
        frame.names[name] = Pending(expr, frame) if isinstance(names[name], Later) else names[name]


class Later:
    """A definition that is worked out when it is asked for."""

    def __init__(self, name: str, expr: tree.Expr, frame: Frame) -> None:
        self.name = name
        self.expr = expr
        self.frame = frame

    def settled(self) -> Any:
        """Its value and written form."""
        from .written import definition

        return definition(self.expr, self.frame)


def settled(entry: Any, expr: tree.Expr, frame: Frame) -> Any:
    """An entry of a changed network, worked out. Raises: `ModelError` for one that isn't known any more."""
    if isinstance(entry, Stale):
        message = f"what {entry.name} is after the changes isn't known"
        hint = f"write it in the `with` again, {entry.name} = …"
        note = f"{entry.module} works it out step by step from members"
        raise frame.fail("stale", message, expr.span, note, hint)
    if isinstance(entry, Later):
        try:
            return entry.settled()
        except SymparamsError as error:
            message = f"what {entry.name} is after the changes can't be worked out"
            hint = f"write it in the `with` again, {entry.name} = …"
            raise frame.fail("stale", message, expr.span, error.findings[0].message, hint) from None
    return entry


def _hangs(expr: Any, members: set[str], hanging: set[str]) -> bool:
    """Whether an expression reads a member, or a definition that does."""
    if isinstance(expr, tree.Attribute | tree.Subscript):
        root = expr.base
        while isinstance(root, tree.Attribute | tree.Subscript):
            root = root.base
        if isinstance(root, tree.Template) or (isinstance(root, tree.Name) and root.name in members):
            return True
    if isinstance(expr, tree.Template):
        return True
    if isinstance(expr, tree.Name):
        return expr.name in hanging
    return isinstance(expr, tuple) and any(_hangs(part, members, hanging) for part in expr)


def _defined(statements: Iterable[tree.Statement], is_plain: bool = True) -> Iterator[tuple[str, Any, bool]]:
    """The names that statements give, with the expression, and whether it is given once for all."""
    for statement in statements:
        if isinstance(statement, tree.Define):
            for name in statement.targets:
                yield name, statement.value, is_plain and len(statement.targets) == 1
        elif isinstance(statement, tree.Function):
            yield statement.name, statement.value, is_plain
        elif isinstance(statement, tree.If):
            for branch in statement.branches:
                yield from _defined(branch.body, False)
        elif isinstance(statement, tree.For):
            yield from _defined(statement.body, False)


def _given(statements: Iterable[tree.Statement]) -> set[str]:
    return {name for name, _, _ in _defined(statements)}


def _given_often(statements: Iterable[tree.Statement]) -> set[str]:
    """The names that are given more than once, or not in the order in which they are read."""
    names = [name for name, _, _ in _defined(statements)]
    loops = {name for name, _, is_plain in _defined(statements) if not is_plain}
    return loops | {name for name in names if names.count(name) > 1}
