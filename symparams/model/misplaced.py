"""Statements where they mean nothing, and parameters that can't be: what is wrong with a file before anything is asked."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Finding, Source, Span
from ..syntax import tree

BODY_ONLY = {
    tree.Member: "a member",
    tree.Tie: "`tie`",
    tree.Write: "`write`",
    tree.If: "`if`",
}

TOP_ONLY = {
    tree.Check: "below the module, in the first column; from there `Net.fc` is a member of Net",
    tree.Module: "in the first column; what it takes from around it becomes parameters",
    tree.Import: "in the first column",
    tree.SymbolStatement: "in the first column",
}


def misplaced(statement: tree.Statement, source: Source) -> Iterator[Finding]:
    """What can be told to be wrong with a statement at the top of a file before anything is asked."""
    words = BODY_ONLY.get(type(statement))
    if words is not None:
        message = f"{words} belongs in a module's body"
        hint = "indent it below `module Name(…):`"
        yield Finding("misplaced", message, source, _head(statement, source), hint=hint)
    elif isinstance(statement, tree.Mark | tree.Drop):
        word = statement.word if isinstance(statement, tree.Mark) else "drop"
        message = f"`{word}` changes a network, and there is none here"
        yield Finding("misplaced", message, source, statement.span, hint="indent it below `name = net with:`")
    elif isinstance(statement, tree.For):
        yield from _not_checks(statement, source)
    else:
        if isinstance(statement, tree.Module | tree.Function):
            yield from _parameters(statement, source)
        yield from _in_bodies(statement, source)


def _in_bodies(statement: tree.Statement, source: Source) -> Iterator[Finding]:
    """What stands in a body and belongs at the top."""
    for inner in _body(statement):
        where = TOP_ONLY.get(type(inner))
        if where is not None:
            message = "this statement belongs at the top of a file"
            yield Finding("misplaced", message, source, _head(inner, source), hint=f"write it {where}")
        yield from _in_bodies(inner, source)


def _body(statement: tree.Statement) -> tuple[tree.Statement, ...]:
    """The statements inside a statement."""
    if isinstance(statement, tree.If):
        return tuple(inner for branch in statement.branches for inner in branch.body)
    if isinstance(statement, tree.Module | tree.For):
        return statement.body
    value = statement.value if isinstance(statement, tree.Define | tree.Function | tree.Member) else None
    return value.body if isinstance(value, tree.With) else ()


def _head(statement: tree.Statement, source: Source) -> Span:
    """The first line of a statement."""
    start, end = statement.span
    line = source.text.find("\n", start, end)
    return Span(start, line if line >= 0 else end)


def _not_checks(loop: tree.For, source: Source) -> Iterator[Finding]:
    for inner in loop.body:
        if isinstance(inner, tree.For):
            yield from _not_checks(inner, source)
        elif not isinstance(inner, tree.Check | tree.Require | tree.Pass | tree.Docstring):
            message = "only checks stand in a loop at the top of a file"
            is_value = isinstance(inner, tree.Define | tree.Function)
            hint = "write its value in the check" if is_value else "put the loop in a module's body"
            yield Finding("misplaced", message, source, _head(inner, source), hint=hint)


def _parameters(statement: tree.Module | tree.Function, source: Source) -> Iterator[Finding]:
    names: set[str] = set()
    default = ""
    for param in statement.params:
        if param.name in names:
            message = f"two parameters are called {param.name}"
            yield Finding("parameter-twice", message, source, param.span, hint="rename one of the two")
        elif param.kind == "plain" and param.default is None and default:
            message = f"{param.name} has no default, but stands after {default}, which has one"
            yield Finding("parameter-order", message, source, param.span, hint=f"move it before {default}")
        names.add(param.name)
        if param.kind == "plain" and param.default is not None:
            default = param.name
