"""Every layer against what torch 2.13.0 built from the same arguments, tensor by tensor.

The data lies beside the repository (made by running PyTorch itself); without it these tests are skipped.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from . import adapter
from .calls import call

TRUTH = Path(__file__).parents[3] / "shared" / "truth" / "torch_layers.json"
DATA: dict[str, Any] = json.loads(TRUTH.read_text()) if TRUTH.exists() else {"entries": [], "edge_cases": []}

pytestmark = pytest.mark.skipif(not TRUTH.exists(), reason="the data of torch 2.13.0 isn't beside this checkout")


def text(entry: dict[str, Any]) -> str:
    return call(entry["cls"], entry["args"], entry["kwargs"])


def shapes(tensors: list[adapter.Tensor], *kinds: str) -> dict[str, list[int]]:
    return {tensor.name: list(tensor.shape) for tensor in tensors if tensor.kind in kinds}


@pytest.mark.parametrize("entry", DATA["entries"], ids=text)
def test_layer_has_the_tensors_of_torch(entry: dict[str, Any]) -> None:
    tensors = adapter.tensors(text(entry))
    assert shapes(tensors, "param", "frozen") == entry["params"]
    assert shapes(tensors, "buffer") == entry.get("buffers", {})


@pytest.mark.parametrize("entry", DATA["entries"], ids=text)
def test_layer_counts_what_torch_counts(entry: dict[str, Any]) -> None:
    assert adapter.count(text(entry), "trainable") == entry["trainable"]
    assert adapter.count(text(entry)) == entry.get("total_incl_frozen", entry["trainable"])
    assert adapter.count(text(entry), "buffers") == entry["buffers_elems"]


@pytest.mark.parametrize("entry", [case for case in DATA["edge_cases"] if case["accepted"]], ids=text)
def test_edge_case_is_accepted_as_torch_accepts_it(entry: dict[str, Any]) -> None:
    assert adapter.refusal(text(entry)) is None
    assert adapter.count(text(entry)) == entry["trainable"]


@pytest.mark.parametrize("entry", [case for case in DATA["edge_cases"] if not case["accepted"]], ids=text)
def test_edge_case_is_refused_as_torch_refuses_it(entry: dict[str, Any]) -> None:
    assert adapter.refusal(text(entry)) is not None
