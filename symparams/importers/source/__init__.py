"""PyTorch source → text of the language, by Python's syntax tree alone: nothing is executed, and torch isn't needed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ...errors import Finding, Source, SymparamsError, UsageError, suggestion
from ...syntax.format import formatted
from ...syntax.parse import parse
from .classes import Importer
from .frames import Frame, Writer, spelled
from .nodes import Define, lines, names_in
from .python import Leave, Restart
from .scope import Scope, is_module, other_name, read_scope
from .signatures import Signature
from .values import Class, NotUnderstood, Text, inner


class Imported(NamedTuple):
    """The text of the file, and what of the Python couldn't be read: a line each, with its place."""

    text: str
    holes: tuple[str, ...]


def imported(path: Path, name: str = "") -> Imported:
    """The networks of a Python file as text of the language, or one class with what it is made of.

    Raises: `FileError`, `ParseError`, `LimitError` for a file that is no Python; `UsageError` for a class that isn't there.
    """
    scope = read_scope(path)
    importer = Importer(scope)
    wanted = _wanted(scope, name)
    holes = []
    for cls in wanted:
        try:
            importer.module_of(cls)
        except NotUnderstood as error:
            line = getattr(error.node, "lineno", cls.definition.lineno)
            holes.append(f"{scope.source.name}:{line}: {error.reason}: class {cls.name}")
    makers = [] if name else _makers(importer, scope)
    made = [] if name else list(_made(importer, scope))
    signatures = _shown(importer, wanted, bool(name), [*made, *makers])
    _without_idle(signatures)
    read = [one for one in signatures if _reads(one)]
    for one in signatures:
        if one not in read:
            line = one.writer.cls.definition.lineno if one.writer.cls else 0
            holes.append(f"{scope.source.name}:{line}: this has no text in the language: {one.writer.name}")
    text = "\n".join([*_text(importer, read, scope, path), *made])
    missing = [f"# not understood: {hole.rpartition(': ')[2]}  (line {_line(hole)})" for hole in holes]
    result = formatted(Source(str(path), "\n".join([text, *missing]) + "\n"))
    found = [hole for one in signatures for hole, _ in one.writer.holes]
    return Imported(result, (*found, *holes))


def _makers(importer: Importer, scope: Scope) -> list[str]:
    """The functions of the file that make a network from sizes, by their names in the language."""
    modules = {one.name for one in importer.done.values() if one is not None and one.skip}
    found = []
    for name, function in scope.functions.items():
        if not name.startswith("_") and isinstance(function.definition, ast.FunctionDef):
            signature = importer.function_of(function)
            if signature is not None and signature.owns and signature.writer.base.partition("(")[0] in modules:
                found.append(signature.name)
    return found


def _made(importer: Importer, scope: Scope) -> Iterator[str]:
    """The networks that functions of the file make without being told sizes: `small = Net(18)`, and those told some."""
    for name, function in scope.functions.items():
        definition = function.definition
        if name.startswith("_") or not isinstance(definition, ast.FunctionDef):
            continue
        needs = len(definition.args.args) > len(definition.args.defaults)
        signature = importer.done.get(id(definition))
        if needs or signature is not None:
            continue
        writer = Writer(name)
        frame = Frame(scope, writer, writer.root, {})
        try:
            value = inner(importer.run(function, [], {}, frame))
        except (NotUnderstood, Restart, Leave):
            continue
        modules = {one.name for one in importer.done.values() if one is not None and one.skip}
        if not isinstance(value, Text) or not value.owns or value.text.partition("(")[0] not in modules:
            continue
        if not writer.root.nodes and not writer.holes and not writer.params:
            yield f"{spelled(name)} = {value.text}"


def _line(hole: str) -> str:
    """The line number of a hole that is told with its place."""
    match = re.search(r":(\d+): ", hole)
    return match[1] if match else "0"


def _reads(signature: Signature) -> bool:
    """Whether the text of a module is in the language."""
    try:
        parse(Source(signature.name, "\n".join(_body(signature)) + "\n"))
    except SymparamsError:
        return False
    return True


def _wanted(scope: Scope, name: str) -> list[Class]:
    modules = [cls for cls in scope.classes.values() if is_module(cls)]
    if name:
        if name not in scope.classes:
            hint = suggestion(name, [cls.name for cls in modules]) or _listing(modules)
            raise UsageError(Finding("import-class", f"{scope.source.name} has no class {name}", hint=hint))
        if not is_module(scope.classes[name]):
            raise UsageError(
                Finding("import-class", f"{name} of {scope.source.name} is no torch.nn.Module", hint=_listing(modules))
            )
        return [scope.classes[name]]
    if not modules:
        hint = "a network is a class derived from torch.nn.Module"
        raise UsageError(Finding("import-class", f"{scope.source.name} has no network", hint=hint))
    return [cls for cls in modules if not other_name(cls)] or modules


def _listing(modules: list[Class]) -> str:
    names = [cls.name for cls in modules]
    if not names:
        return "the file has no class derived from torch.nn.Module"
    return f"its networks are {', '.join(names[:12])}" + (" and others" if len(names) > 12 else "")


def _shown(importer: Importer, wanted: list[Class], is_chosen: bool, made: list[str]) -> list[Signature]:
    """What is worth printing: what has tensors, and the functions that serve it, in the order in which it is needed."""
    roots = {id(cls.definition) for cls in wanted}
    all_of_them = {key: one for key, one in importer.done.items() if one is not None}
    is_one = is_chosen or len(roots) == 1
    found = [
        one
        for key, one in all_of_them.items()
        if (key in roots if is_one else one.name in made or (one.skip and (one.owns or one.kind != "module")))
    ]
    names = set().union(*map(names_in, made), *map(_names_of, found))
    while more := [one for one in all_of_them.values() if one.name in names and one not in found]:
        found += more
        names = names.union(*map(_names_of, more))
    return sorted((one for one in all_of_them.values() if one in found), key=lambda one: one.name in made)


def _names_of(signature: Signature) -> set[str]:
    """The names that the text of a module or function reads."""
    return set().union(*map(names_in, [*_body(signature), *(param.default for param in signature.params)]))


def _without_idle(signatures: list[Signature]) -> None:
    """Leave out the class attributes that nothing of the text asks for."""
    texts = [line for one in signatures for line in _body(one)]
    used = {name for line in texts for name in names_in(line.partition(" = ")[2] or line)}
    for one in signatures:
        nodes = one.writer.root.nodes
        one.writer.root.nodes = [node for node in nodes if not isinstance(node, Define) or node.name in used]


def _text(importer: Importer, signatures: list[Signature], scope: Scope, path: Path) -> Iterator[str]:
    yield f"# Read from {path.name}."
    for layer in sorted(set(importer.notes.values())):
        others = sorted(name for name, kept in importer.notes.items() if kept == layer)
        yield f"# {' and '.join(others)} stand{'s' * (len(others) == 1)} here as {layer}, whole and not in parts."
    yield ""
    flags = sorted(
        {
            flag
            for one in signatures
            for flag in one.writer.flags
            if any(p.name == flag and not p.default for p in one.params)
        }
    )
    if flags:
        yield f"symbol {', '.join(f'{flag} flag' for flag in flags)}"
        yield ""
    texts = [text for one in signatures for text in _body(one)] + [p.default for one in signatures for p in one.params]
    used = _asked_for(set().union(*map(names_in, texts)), importer.top)
    if open_sizes := sorted(name for name in used if not importer.top[name]):
        yield f"symbol {', '.join(open_sizes)}"
        yield ""
    yield from (f"{name} = {value}" for name, value in importer.top.items() if value and name in used)
    yield ""
    for signature in signatures:
        yield from _body(signature)
        yield ""


def _asked_for(names: set[str], top: dict[str, str]) -> set[str]:
    """Of the names at the top those that the text reads, and those that they are said in."""
    found = names & set(top)
    while more := set().union(*(names_in(top[name]) for name in found)) & set(top) - found:
        found |= more
    return found


def _body(signature: Signature) -> Iterator[str]:
    """A module or function as lines."""
    writer = signature.writer
    head = f"{signature.name}({_header(signature)})"
    if writer.cls is None and writer.is_function and all(isinstance(one, Define) for one in writer.root.nodes):
        yield from _function(signature, head)
        return
    inside = [f"    {line}" for line in lines(writer.root)]
    if writer.is_function:
        if any(not line.lstrip().startswith("#") for line in inside):
            yield f"{head} = {writer.base} with:"
            yield from inside
        else:
            yield from (line.lstrip() for line in inside)
            yield f"{head} = {writer.base}"
        return
    yield f"module {head}:" if signature.params else f"module {signature.name}:"
    doc = writer.doc.replace("\\", "").replace('"', "'").strip("# ")
    if doc and len(doc) <= 110 and not doc.startswith("<") and not doc.endswith((":", ",")):
        yield f'    "{doc}"'
    yield from inside
    if not any(not line.lstrip().startswith("#") for line in inside):
        yield "    pass"


def _function(signature: Signature, head: str) -> Iterator[str]:
    parts = [line for line in lines(signature.writer.root) if " = " in line]
    if not parts:
        yield f"{head} = {signature.writer.base}"
        return
    yield f"{head} = {signature.writer.base} where ("
    yield from (f"    {part}," for part in parts)
    yield ")"


def _header(signature: Signature) -> str:
    """The parameters: those without a default first; the defaults of a configuration stand where a network is whole."""
    words = {False: [], True: []}  # type: dict[bool, list[str]]
    named: list[str] = []
    star = ""
    for param in signature.params:
        default = param.default
        if (
            param.attribute
            and not param.is_named
            and signature.is_called
            and param.kind == "size"
            and not names_in(default)
        ):
            default = ""
        text = f"{param.name}={default}" if default else param.name
        if param.star:
            star = f"*{param.name}"
        elif param.is_named:
            named.append(text)
        else:
            words[bool(default)].append(text)
    if star or named:
        named.insert(0, star or "*")
    return ", ".join([*words[False], *words[True], *named])
