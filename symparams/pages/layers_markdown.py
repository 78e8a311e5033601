"""The page of all layers as Markdown, with formulas as `$…$`: what `grammar/layers.md` holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.catalogue import Family, Layer
from ..render.latex import latex, notation
from .layers import Example, examples, tensor_cells
from .screen import Screen

SHEET = Screen()
INTRODUCTION = """\
# The layers

Every layer of `torch.nn`, as it stands in the language: its signature, the formulas of its count, its tensors, and what its
arguments must keep. `symparams layers NAME` prints one of them.

<!-- Made from symparams/library/*.sym by `symparams layers --format markdown`. -->
"""
CONVENTIONS = """\
## Where Keras and Flax differ

A count here is PyTorch's unless an argument says otherwise. The arguments named in this table say what other libraries and
papers count.
"""


def markdown_page(families: list[Family]) -> Iterator[str]:
    """The whole page, block by block."""
    yield INTRODUCTION
    links = [f"[{family.name}](#family-{family.name})" for family in families]
    yield f"Contents: [Keras and Flax](#where-keras-and-flax-differ) · {' · '.join(links)}\n"
    yield from _conventions([layer for family in families for layer in family.layers])
    for family in families:
        yield from _family(family)


def _conventions(layers: list[Layer]) -> Iterator[str]:
    """The table of other libraries; layers of which the same is said share a row."""
    rows: dict[tuple[str, str], list[str]] = {}
    for layer in layers:
        said = (layer.doc.notes.get("Keras", ""), layer.doc.notes.get("Flax", ""))
        if any(said):
            rows.setdefault(said, []).append(layer.name)
    if rows:
        yield CONVENTIONS
        lines = [
            f"| {', '.join(f'[{name}](#{name.lower()})' for name in names)} | {prose(keras)} | {prose(flax)} |"
            for (keras, flax), names in rows.items()
        ]
        yield "\n".join(["| layer | Keras | Flax |", "| --- | --- | --- |", *lines]) + "\n"


def _family(family: Family) -> Iterator[str]:
    yield f"## Family {family.name}\n"
    yield f"{prose(family.title)}\n"
    for layer in family.layers:
        if layer.doc.calls:
            yield from markdown_layer(layer)
    others = [layer for layer in family.layers if not layer.doc.calls]
    if others:
        rows = [f"| `{layer.signature}` | {prose(layer.doc.summary)} |" for layer in others]
        yield "\n".join(["| without parameters | |", "| --- | --- |", *rows]) + "\n"


def markdown_layer(layer: Layer) -> Iterator[str]:
    """The section of one layer."""
    doc = layer.doc
    found = examples(layer)
    yield f"### {layer.name}\n"
    yield f"```text\n{layer.signature}\n```\n"
    yield f"{prose(doc.summary)}\n"
    if doc.body:
        yield f"{prose(doc.body)}\n"
    if "Formula" in doc.notes:
        yield f"Formula: {prose(doc.notes['Formula'])}\n"
    yield "\n".join(["| call | count |", "| --- | --- |", *(_row(example) for example in found)]) + "\n"
    yield from (_tensors(example) for example in found if example.is_new)
    if layer.conditions:
        rows = [
            f"- {prose(reason)}" + (f": `{condition}`" if condition else "") for condition, reason in layer.conditions
        ]
        yield "\n".join(["Must hold:", "", *rows]) + "\n"
    if layer.idle:
        yield f"Without influence on the count: {', '.join(f'`{name}`' for name in layer.idle)}.\n"
    yield from (f"{label}: {prose(doc.notes[label])}\n" for label in ("Keras", "Flax", "Source") if label in doc.notes)


def _row(example: Example) -> str:
    return f"| `{example.call}` | ${equation(example)}${_assumed(example)} |"


def equation(example: Example) -> str:
    """A call's formula in LaTeX: = multiplied out, = the number."""
    sides = [example.form, *([example.closed] if example.closed is not None else [])]
    words = [latex(side, notation()) for side in sides]
    count = [] if example.number is None else [str(example.number)]
    return " = ".join(dict.fromkeys([*words, *count]))


def _assumed(example: Example) -> str:
    conditions = " and ".join(SHEET.formula(item.condition) for item in example.answer.assumptions)
    return f" for `{conditions}`" if conditions else ""


def _tensors(example: Example) -> str:
    rows = [
        f"- `{name}` `{shape}`" + "".join(f", {words}" for words in (many, kind) if words)
        for name, shape, many, kind in tensor_cells(example, SHEET)
    ]
    return (
        "\n".join([f"Tensors of `{example.call}`:" if rows else f"`{example.call}` has no tensors.", "", *rows]) + "\n"
    )


def prose(words: str) -> str:
    """Words of a docstring as Markdown shows them; code in backticks stays as it is."""
    pieces = re.split(r"(`[^`]*`)", words)
    return "".join(piece if piece.startswith("`") else re.sub(r"([*_<|\\\[\]])", r"\\\1", piece) for piece in pieces)
