"""The library as a catalogue: each layer with what its text says, what its arguments must keep, and which of them count.

All of it is read from `symparams/library/*.sym`: a new layer there is in the catalogue without another line anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Union

from ..errors import Source
from ..syntax import tree
from . import outline
from .files import LIBRARY, Unit, library_module, load_text, read
from .values import ModuleValue

CALL = ">>> "
LABELS = ("Formula", "Keras", "Flax", "Source")
_LABEL = re.compile(rf"({'|'.join(LABELS)}): ")

Entry = Union[tree.Module, tree.Function]


class Doc(NamedTuple):
    """A docstring: what the layer is, its tensors, notes by their label, and calls as examples, the general one first."""

    summary: str
    body: str
    notes: Mapping[str, str]
    calls: tuple[str, ...]


class Layer(NamedTuple):
    """A layer of the library, or a function that changes one.

    conditions: what its arguments must keep, as written, each with its reason; idle: parameters that don't change a count.
    """

    name: str
    family: str
    signature: str
    doc: Doc
    conditions: tuple[tuple[str, str], ...]
    idle: tuple[str, ...]


class Family(NamedTuple):
    """A file of the library: its name, what it says of itself, its layers in order."""

    name: str
    title: str
    layers: tuple[Layer, ...]


def catalogue() -> Iterator[Family]:
    """All families of the library, by name."""
    for path in sorted(LIBRARY.glob("*.sym")):
        unit = load_text(Source(f"symparams/library/{path.name}", read(path)), LIBRARY)
        title = " ".join(outline.heading(unit)[:1])
        entries: list[Entry] = [*outline.modules(unit), *outline.functions(unit)]
        layers = [_layer(entry, path.stem, unit) for entry in entries if not entry.name.startswith("_")]
        if layers:
            yield Family(path.stem, title, tuple(layers))


def _layer(entry: Entry, family: str, unit: Unit) -> Layer:
    body = outline.body(entry)
    idle_ones = idle(entry) if isinstance(entry, tree.Module) else ()
    doc = read_doc(outline.docstring(entry))
    return Layer(entry.name, family, outline.signature(entry, unit), doc, tuple(_conditions(body, unit)), idle_ones)


# ------------------------------------------------------------------------------------------------------ docstrings


def read_doc(words: str) -> Doc:
    """The parts of a docstring: its first paragraph, paragraphs, `Label: …` over one or more lines, and `>>> call` lines."""
    calls = tuple(line.removeprefix(CALL) for line in words.splitlines() if line.startswith(CALL))
    text = "\n".join(line for line in words.splitlines() if not line.startswith(CALL))
    summary, _, rest = text.partition("\n\n")
    body: list[str] = []
    notes: dict[str, str] = {}
    label = ""
    for line in rest.splitlines():
        found = _LABEL.match(line)
        if found:
            label = found.group(1)
            notes[label] = line[found.end() :]
        elif label and line:
            notes[label] += f" {line}"
        else:
            label = ""
            body.append(line)
    return Doc(" ".join(summary.split()), " ".join(" ".join(body).split()), notes, calls)


def _conditions(body: Iterable[tree.Statement], unit: Unit) -> Iterator[tuple[str, str]]:
    """The conditions that stand in a body under no other condition, each with its reason; "" for one in the file's own words."""
    for statement in body:
        if isinstance(statement, tree.Require):
            condition = outline.written(statement.condition, unit)
            yield ("" if re.search(r"\b_\w+\(", condition) else condition), statement.reason


# ------------------------------------------------------------------------------------------------------ idle arguments


def idle(module: tree.Module) -> tuple[str, ...]:
    """The parameters that change no tensor: none of them is mentioned where members are made, followed into the layers used."""
    needed = _needed(module, frozenset())
    return tuple(param.name for param in module.params if param.name not in needed)


def _needed(module: tree.Module, inside: frozenset[str]) -> set[str]:
    """The names of a module that its tensors depend on; inside: the modules that are being looked through."""
    inside = inside | {module.name}
    needed: set[str] = set()
    defined: list[tuple[tuple[str, ...], set[str]]] = []
    _gather(module.body, needed, defined, inside)
    before = -1
    while len(needed) != before:
        before = len(needed)
        for targets, names in defined:
            if needed & set(targets):
                needed |= names
    return needed


def _gather(
    body: Iterable[tree.Statement],
    needed: set[str],
    defined: list[tuple[tuple[str, ...], set[str]]],
    inside: frozenset[str],
) -> None:
    for statement in body:
        if isinstance(statement, tree.Member):
            needed |= set(_names((statement.label, statement.value, statement.active), inside))
        elif isinstance(statement, tree.Define):
            defined.append((statement.targets, set(_names(statement.value, inside))))
        elif isinstance(statement, tree.If):
            _gather_branches(statement, needed, defined, inside)
        elif isinstance(statement, tree.For):
            targets = tuple(_flat(statement.targets))
            defined.append((targets, set(_names(statement.iterable, inside))))
            if _has_members(statement.body):
                needed |= set(_names(statement.iterable, inside))
            _gather(statement.body, needed, defined, inside)


def _gather_branches(
    statement: tree.If, needed: set[str], defined: list[tuple[tuple[str, ...], set[str]]], inside: frozenset[str]
) -> None:
    decides = any(_has_members(branch.body) for branch in statement.branches)
    for branch in statement.branches:
        if decides:
            needed |= set(_names(branch.condition, inside))
        _gather(branch.body, needed, defined, inside)


def _has_members(body: Iterable[tree.Statement]) -> bool:
    """Whether a body makes members, or names values that members may be made of."""
    return any(not isinstance(statement, tree.Require | tree.Pass | tree.Write) for statement in body)


def _flat(targets: tuple[tree.Target, ...]) -> Iterator[str]:
    for target in targets:
        if isinstance(target, str):
            yield target
        else:
            yield from _flat(target)


def _names(part: object, inside: frozenset[str]) -> Iterator[str]:
    """The names mentioned in a piece of the tree; of a layer's arguments only those that it needs itself."""
    if isinstance(part, tree.Name):
        yield part.name
    elif isinstance(part, tree.Call) and isinstance(part.func, tree.Name):
        layer = library_module(part.func.name)
        yield from _names_of_call(part, layer, inside) if layer else _names(tuple(part), inside)
    elif isinstance(part, tuple):
        for inner in part:
            yield from _names(inner, inside)


def _names_of_call(call: tree.Call, layer: ModuleValue, inside: frozenset[str]) -> Iterator[str]:
    params = [param.name for param in layer.definition.params if param.kind == "plain"]
    needed = set(params) if layer.name in inside else _needed(layer.definition, inside)
    for place, arg in enumerate(call.args):
        is_plain = place < len(params) and not isinstance(arg, tree.Star)
        name = arg.name if isinstance(arg, tree.Keyword) else params[place] if is_plain else ""
        if not name or name in needed:
            yield from _names(arg, inside)
