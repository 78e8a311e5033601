"""The page of the layers: made from the library alone, complete, readable by KaTeX, and in step with `grammar/layers.md`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from render.readers import refused_by_katex

import symparams
from symparams.cli import main
from symparams.model.catalogue import Layer, catalogue
from symparams.syntax import tree

from . import adapter

PAGE = Path(__file__).parents[2] / "grammar" / "layers.md"
LAYERS = {layer.name: layer for family in catalogue() for layer in family.layers}
OWNERS = sorted(name for name, layer in LAYERS.items() if layer.doc.calls)
# What holds other layers has no paper, and losses own no more than the weights of classes.
HOLDERS = {"Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict", "DataParallel"}
NUMBERS_ALONE = {"AdaptiveLogSoftmaxWithLoss"}
# Layers, lists, strings and required yes/nos can't be symbols.
TAKE_MORE = {"TransformerEncoder", "TransformerDecoder", "AdaptiveLogSoftmaxWithLoss", "RNNBase", "RNNCellBase"}

Printed = Callable[..., str]


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Printed:
    monkeypatch.setenv("COLUMNS", "80")

    def act(*words: str) -> str:
        assert main(words) == 0
        return capsys.readouterr().out

    return act


def test_the_page_in_the_folder_is_the_one_that_the_command_makes(printed: Printed) -> None:
    made = printed("layers", "--format", "markdown")
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(made, "utf-8")
    assert PAGE.read_text("utf-8") == made


def test_every_layer_is_on_the_page_and_in_the_list(printed: Printed) -> None:
    page, listed = PAGE.read_text("utf-8"), printed("layers")
    assert set(LAYERS) >= adapter.layers()
    for name in LAYERS:
        assert re.search(rf"^(### {name}$|\| `{name}\()", page, re.MULTILINE), name
        assert re.search(rf"\b{name}\b", listed), name


def formulas() -> list[str]:
    return re.findall(r"\$([^$\n]+)\$", PAGE.read_text("utf-8"))


def test_katex_reads_every_formula() -> None:
    assert len(formulas()) > 100
    assert refused_by_katex(formulas()) == []


def test_no_formula_has_a_sign_that_markdown_takes_for_its_own() -> None:
    assert [formula for formula in formulas() if re.search(r"\\[^a-zA-Z]|\||<", formula)] == []


def owns_parameters(name: str) -> bool:
    members = [part for part in adapter.statements(adapter.definition(name).body) if isinstance(part, tree.Member)]
    return any(member.mark != "buffer" and not _is_bare_name(member.value) for member in members)


def _is_bare_name(value: tree.Expr) -> bool:
    return isinstance(value, tree.Call) and not adapter.owns_tensors(getattr(value.func, "name", ""))


@pytest.mark.parametrize("name", sorted(name for name in adapter.layers() if owns_parameters(name)))
def test_layer_that_owns_parameters_shows_how_they_count(name: str) -> None:
    layer = LAYERS[name]
    assert layer.doc.calls
    assert layer.doc.summary
    assert name in HOLDERS or "Source" in layer.doc.notes
    general, *_, last = [symparams.formula(call) for call in (layer.doc.calls[0], *layer.doc.calls)]
    assert general.symbols or name in NUMBERS_ALONE
    assert not last.symbols or name in HOLDERS


@pytest.mark.parametrize("name", sorted((set(OWNERS) & adapter.layers()) - TAKE_MORE - HOLDERS))
def test_argument_without_influence_is_in_no_formula(name: str) -> None:
    # A second road: with every size and yes/no a symbol, the formula names none of them.
    layer: Layer = LAYERS[name]
    symbols = symparams.formula(f"{name}(*)").symbols
    assert symbols
    assert not set(symbols) & set(layer.idle)


def test_an_argument_with_influence_is_not_told_to_have_none() -> None:
    assert set(LAYERS["Conv2d"].idle) == {"stride", "padding", "dilation", "padding_mode", "device", "dtype"}
    assert "groups" not in LAYERS["Conv2d"].idle
    assert "track_running_stats" not in LAYERS["BatchNorm2d"].idle
    assert {"dropout", "norm_first"} <= set(LAYERS["TransformerEncoderLayer"].idle)


def test_data_of_a_layer(printed: Printed) -> None:
    [layer] = json.loads(printed("layers", "nn.Conv2d", "--format", "json"))
    assert layer["family"] == "convolution"
    last = layer["examples"][-1]
    assert last["call"] == "Conv2d(3, 64, 7)"
    assert (last["formula"], last["count"]) == ("(7*7*3 + 1)*64", 9472)
    assert last["tensors"][0] == {"name": "weight", "shape": [64, 3, 7, 7], "times": 1, "kind": "param"}
    assert layer["examples"][3]["assumptions"] == ["C_in % g == 0", "C_out % g == 0"]
    assert len(json.loads(printed("layers", "--format", "json"))) == len(LAYERS)


def test_a_page_for_a_family_names_each_of_its_layers(printed: Printed) -> None:
    page = printed("layers", "embedding", "activation")
    for name in ("Embedding(num_embeddings", "EmbeddingBag(", "ReLU(inplace=False)", "PReLU(C)"):
        assert name in page


@pytest.mark.parametrize("name", OWNERS)
def test_a_page_fits_its_width(printed: Printed, name: str) -> None:
    assert max(map(len, printed("layers", name).splitlines())) <= 80


def test_a_page_in_ascii(printed: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    from symparams.cli import screen
    from symparams.pages.screen import Screen

    monkeypatch.setattr(screen, "screen", lambda: Screen(has_unicode=False))
    assert all(printed("layers", name).isascii() for name in ("Conv2d", "LSTM", "MultiheadAttention", "Linear"))
