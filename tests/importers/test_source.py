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
from symparams.importers.source.patterns import arranged
from symparams.importers.source.values import Text, known
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


@pytest.mark.parametrize(
    ("pattern", "sizes", "given", "expected"),
    [
        ("n -> d n", "n", {"d": "w"}, "w, n"),
        ("c i j -> (i j) c", "2 h h", {}, "h^2, 2"),
        ("b (h p) ... -> b h p ...", "1 w k k", {"h": "4"}, "1, 4, w//4, k, k"),
        ("i ... -> i 1 ...", "n 2", {}, "n, 1, 2"),
        ("(a b) -> a b", "n", {}, None),
    ],
)
def test_patterns_of_einops_tell_sizes(pattern: str, sizes: str, given: dict[str, str], expected: str | None) -> None:
    def size(word: str) -> Text:
        return known(int(word)) if word.isdigit() else Text(word)

    found = arranged(pattern, [size(word) for word in sizes.split()], {key: size(one) for key, one in given.items()})
    assert (None if found is None else ", ".join(one.text for one in found)) == expected
