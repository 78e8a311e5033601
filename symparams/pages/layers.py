"""The layers of the library as pages: a list by family, and a page for one layer as a student reads it.

Catalogue → examples worked out → lines of text, or data for JSON; `layers_markdown` makes the page of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..errors import Finding, Source, UsageError, suggestion
from ..formula.build import Size, node
from ..formula.nodes import Exact, Iverson, Node, symbols
from ..formula.value import value
from ..model.catalogue import Family, Layer, catalogue
from ..model.files import Unit
from ..model.forms import shaped
from ..model.listing import TensorRow, tensors
from ..model.query import Answer, Question, ask, part_of
from ..render.latex import latex, notation
from ..render.text import text, unicode
from ..syntax.parse import parse_expression
from .screen import GAP, Screen

LONG = 40  # of a longer form the multiplied-out one is told as well, where that is much shorter
MUCH = 0.6
NO_FILE = "<layers>"


class Example(NamedTuple):
    """A call worked out: its formula as written and, where that is much shorter, multiplied out; its count, its tensors.

    is_new: whether it has tensors that no call before it had.
    """

    call: str
    answer: Answer
    closed: Node | None
    number: Exact | None
    tensors: tuple[TensorRow, ...]
    is_new: bool

    @property
    def form(self) -> Node:
        """The formula as written."""
        return self.answer.form


def examples(layer: Layer, *, has_closed: bool = True) -> list[Example]:
    """The calls of a layer's docstring, worked out in order."""
    found: list[Example] = []
    known: set[tuple[str, str]] = set()
    for call in layer.doc.calls:
        example = _example(call, known, has_closed)
        known |= {(row.name, row.kind) for row in example.tensors}
        found.append(example)
    return found


def _example(call: str, known: set[tuple[str, str]], has_closed: bool) -> Example:
    source = Source(NO_FILE, call)
    asked = Question(Unit(Source(NO_FILE, "")), source, parse_expression(source))
    found = ask(asked)
    part, world = part_of(asked)
    rows = tuple(tensors(part, world.facts))
    is_new = any((row.name, row.kind) not in known for row in rows)
    is_open = bool(symbols(found.form))
    closed = _closed(found) if has_closed and is_open else None
    return Example(call, found, closed, None if is_open else value(found.form), rows, is_new)


def _closed(found: Answer) -> Node | None:
    written = unicode(found.form)
    if len(written) <= LONG:
        return None
    closed = shaped(found, "expanded")
    return closed if len(unicode(closed)) <= MUCH * len(written) else None


def layers_named(names: list[str]) -> list[Layer | Family]:
    """The layers and families named. Raises: `UsageError` for a name that neither has."""
    families = list(catalogue())
    known: dict[str, Layer | Family] = {family.name: family for family in families}
    known.update((layer.name, layer) for family in families for layer in family.layers)
    found = []
    for name in names:
        bare = name.removeprefix("torch.").removeprefix("nn.")
        if bare not in known:
            hint = suggestion(bare, known) or "`symparams layers` lists them by family"
            raise UsageError(Finding("unknown-layer", f"there is no layer and no family called {name}", hint=hint))
        found.append(known[bare])
    return found


# ------------------------------------------------------------------------------------------------------ the list


def listing(families: list[Family], screen: Screen) -> Iterator[str]:
    """The families, each layer that owns parameters with the formula of its general call."""
    for place, family in enumerate(families):
        if place:
            yield ""
        yield from _heading(family, screen)
        owners = [layer for layer in family.layers if layer.doc.calls]
        yield from screen.rows(_general(layer, screen) for layer in owners)
        others = [layer.name for layer in family.layers if not layer.doc.calls]
        if others:
            lead = "no parameters: " if owners else ""
            yield from screen.paragraph(f"{lead}{', '.join(others)}", GAP * 2, GAP)
    yield ""
    yield "`symparams layers NAME` tells all of one layer, `symparams layers FAMILY` each layer of a family."


def _heading(family: Family, screen: Screen) -> Iterator[str]:
    first, *rest = screen.paragraph(family.title, GAP * 2, f"{family.name}{GAP}")
    yield screen.ink(family.name, "bold") + first.removeprefix(family.name)
    yield from rest


def _general(layer: Layer, screen: Screen) -> tuple[str, str]:
    first = _example(layer.doc.calls[0], set(), has_closed=False)
    return first.call, shown(first, screen).partition("\n")[0]


def shown(example: Example, screen: Screen) -> str:
    """A call's formula, and on lines of their own what else there is of it: multiplied out, its number, what it assumes."""
    lines = [screen.formula(example.form)]
    if example.closed is not None:
        lines.append(f"= {screen.formula(example.closed)}")
    if example.number is not None and text(example.form) != str(example.number):
        count = f"= {example.number:,}"
        lines = [f"{lines[0]} {count}"] if len(lines[0]) <= LONG else [*lines, count]
    conditions = [screen.formula(item.condition) for item in example.answer.assumptions]
    return "\n".join([*lines, *([f"for {' and '.join(conditions)}"] if conditions else [])])


def family_page(family: Family, screen: Screen) -> Iterator[str]:
    """Each layer of a family: its signature, what it is, and the formula of its general call."""
    yield from _heading(family, screen)
    for layer in family.layers:
        yield ""
        yield from _signature(layer, screen)
        yield from screen.paragraph(layer.doc.summary, GAP * 2)
        if layer.doc.calls:
            call, formula = _general(layer, screen)
            yield from screen.rows([(call, formula)], GAP * 2)


def _signature(layer: Layer, screen: Screen) -> Iterator[str]:
    first, *rest = screen.paragraph(layer.signature, GAP * 2, "")
    yield screen.ink(layer.name, "bold") + first.removeprefix(layer.name)
    yield from rest


# ------------------------------------------------------------------------------------------------------ one layer


def layer_page(layer: Layer, screen: Screen) -> Iterator[str]:
    """All of a layer: signature, what it is, formulas, tensors, conditions, other conventions, source."""
    doc = layer.doc
    yield from _signature(layer, screen)
    yield ""
    yield from screen.paragraph(doc.summary)
    if doc.body:
        yield from ("", *screen.paragraph(doc.body))
    if "Formula" in doc.notes:
        yield from ("", *screen.paragraph(f"Formula: {doc.notes['Formula']}"))
    for heading, lines in (*_worked(layer, screen), *_told(layer, screen)):
        body = list(lines)
        if body:
            yield from ("", *(screen.ink(line, "bold") for line in screen.paragraph(heading, GAP * 2, "")), *body)


def _worked(layer: Layer, screen: Screen) -> Iterator[tuple[str, Iterator[str]]]:
    found = examples(layer)
    yield "count", screen.rows((example.call, shown(example, screen)) for example in found)
    for example in found:
        if example.is_new:
            yield f"tensors of {example.call}", tensor_lines(example, screen)


def tensor_lines(example: Example, screen: Screen) -> Iterator[str]:
    """A row for each tensor: its name, shape, how many there are, and what it is where it is no plain parameter."""
    if not example.tensors:
        yield f"{GAP}none"
    yield from screen.rows((name, "  ".join(filter(None, cells))) for name, *cells in tensor_cells(example, screen))


def tensor_cells(example: Example, screen: Screen) -> Iterator[tuple[str, str, str, str]]:
    """Name, shape, number and kind of each tensor of a call; "" for one, and for a plain parameter."""
    for row in example.tensors:
        shape = f"[{', '.join(screen.formula(node(size)) for size in row.sizes)}]"
        yield row.name, shape, times_text(row.multiplicity, screen), "" if row.kind == "param" else row.kind


def times_text(size: Size, screen: Screen) -> str:
    """How often a tensor is there: `× (L - 1)`, `if k ≠ d`, "" for once."""
    if isinstance(size, Iverson):
        return f"if {screen.formula(size.inner)}"
    words = screen.formula(node(size))
    return "" if size == 1 else screen.prose(f"× ({words})" if " " in words else f"× {words}")


def _told(layer: Layer, screen: Screen) -> Iterator[tuple[str, Iterator[str]]]:
    notes = layer.doc.notes
    yield (
        "must hold",
        screen.rows(((condition, reason) if condition else (reason, "")) for condition, reason in layer.conditions),
    )
    yield "without influence on the count", iter(screen.paragraph(", ".join(layer.idle), GAP))
    others = [(label, notes[label]) for label in ("Keras", "Flax") if label in notes]
    yield "in other libraries", screen.rows(others)
    yield "source", iter(screen.paragraph(notes.get("Source", ""), GAP))


# ------------------------------------------------------------------------------------------------------ as data


def data(layer: Layer) -> dict[str, Any]:
    """A layer as data for JSON."""
    doc = layer.doc
    return {
        "name": layer.name,
        "family": layer.family,
        "signature": layer.signature,
        "summary": doc.summary,
        "about": doc.body,
        **{label.lower(): words for label, words in doc.notes.items()},
        "conditions": [{"condition": condition, "reason": reason} for condition, reason in layer.conditions],
        "without_influence": list(layer.idle),
        "examples": [_example_data(example) for example in examples(layer)],
    }


def _example_data(example: Example) -> dict[str, Any]:
    found: dict[str, Any] = {
        "call": example.call,
        "formula": text(example.form),
        "latex": latex(example.form, notation()),
    }
    if example.number is not None:
        found["count"] = example.number
    if example.answer.assumptions:
        found["assumptions"] = [text(item.condition) for item in example.answer.assumptions]
    found["tensors"] = [
        {
            "name": row.name,
            "shape": [_size_data(size) for size in row.sizes],
            "times": _size_data(row.multiplicity),
            "kind": row.kind,
        }
        for row in example.tensors
    ]
    return found


def _size_data(size: Size) -> int | str:
    return size if isinstance(size, int) else text(node(size))
