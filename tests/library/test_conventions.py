"""The arguments by which other libraries' counts are said, against what Keras and Flax count themselves.

Each row of conventions.json holds a layer that was built in the library and version named as its source, the shapes of
its inputs, what it counted, and the same in the language.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import symparams
from symparams.model.catalogue import catalogue

from . import adapter

FACTS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("conventions.json").read_text("utf-8"))
LIBRARIES = {"Keras": "keras.", "Flax": "flax."}


def named(fact: dict[str, Any]) -> str:
    return f"{fact['call']} on {fact['input']}"


@pytest.mark.parametrize("fact", FACTS, ids=named)
def test_what_another_library_counts_can_be_said(fact: dict[str, Any]) -> None:
    assert symparams.formula(fact["ours"]).value() == fact["params"]
    if "trainable" in fact:
        assert adapter.count(fact["ours"], "trainable") == fact["trainable"]


NOTES = [
    (layer.name, library, layer.doc.notes[library])
    for family in catalogue()
    for layer in family.layers
    for library in LIBRARIES
    if library in layer.doc.notes
]


@pytest.mark.parametrize(("layer", "library", "note"), NOTES, ids=[f"{note[0]} {note[1]}" for note in NOTES])
def test_layer_of_another_library_that_a_note_names_was_counted(layer: str, library: str, note: str) -> None:
    counted = {
        name
        for fact in FACTS
        if fact["call"].startswith(LIBRARIES[library])
        for name in re.findall(r"\.(\w+)\(", fact["call"])
    }
    assert re.findall(r"[A-Z]\w+", note)[0] in counted


def test_every_argument_of_a_convention_has_a_fact() -> None:
    said = " ".join(fact["ours"] for fact in FACTS)
    assert all(f"{name}=" in said for name in ("single_bias", "stats_as_params", "key_dim", "value_dim"))
