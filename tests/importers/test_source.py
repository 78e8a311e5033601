"""PyTorch source read without running it: the text is the expected one, and its tensors are those of the built network."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from symparams.api import question
from symparams.errors import Source
from symparams.importers.differences import compare
from symparams.importers.report import page
from symparams.importers.source import imported
from symparams.importers.stored import described
from symparams.model.files import load_text

HERE = Path(__file__).parent / "sources"
SOURCES = sorted(HERE.glob("*.py"))


def builds(path: Path) -> list[tuple[str, str]]:
    """The calls that a file's first lines name, in Python and in the language."""
    lines = re.findall(r"^# build: (.*)$", path.read_text("utf-8"), re.MULTILINE)
    return [tuple(line.split(" = ")) if " = " in line else (line, line) for line in lines]  # type: ignore[misc]


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"source_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_text_is_the_expected_one(path: Path) -> None:
    found = imported(path)
    assert found.text == path.with_suffix(".sym").read_text("utf-8")
    assert not found.holes


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
@pytest.mark.parametrize(
    ("path", "python", "sym"),
    [(path, *pair) for path in SOURCES for pair in builds(path)],
    ids=lambda value: value.stem if isinstance(value, Path) else value,
)
def test_the_tensors_are_those_of_the_network(path: Path, python: str, sym: str, capsys: Any) -> None:
    torch = pytest.importorskip("torch")
    from symparams.importers.live import tensors_of

    with torch.device("meta"):
        network = eval(python, vars(loaded(path)))
    ours = described(question(sym, load_text(Source("net.sym", path.with_suffix(".sym").read_text("utf-8")))), "text")
    found = compare(ours, tensors_of(network, "torch"))
    assert not found.differences, page(found, "text", "torch")


def test_a_layer_under_another_name_keeps_the_arguments_that_its_tensors_hang_on() -> None:
    text = imported(HERE / "renamed.py", "Linear").text
    assert text.endswith(
        "LinearModule(in_features, out_features, bias=True) = Linear(in_features, out_features, bias=bias)\n"
    )


def test_every_source_is_built() -> None:
    assert all(builds(path) for path in SOURCES)
