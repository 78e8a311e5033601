"""weight_norm, spectral_norm and orthogonal against torch.nn.utils.parametrizations, tensor by tensor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from . import adapter
from .calls import call

TRUTH = Path(__file__).parents[3] / "shared" / "truth" / "torch_layers.json"
DATA: list[dict[str, Any]] = json.loads(TRUTH.read_text())["parametrized"] if TRUTH.exists() else []


def text(entry: dict[str, Any]) -> str:
    options = f", dim={entry['dim']}" if "dim" in entry else ""
    return f"{entry['parametrization']}({call(entry['cls'], entry['args'], entry['kwargs'])}{options})"


def shapes(of: str, *kinds: str) -> list[tuple[str, list[int]]]:
    return [(tensor.name, list(tensor.shape)) for tensor in adapter.tensors(of) if tensor.kind in kinds]


@pytest.mark.skipif(not DATA, reason="the data of torch 2.13.0 isn't beside this checkout")
@pytest.mark.parametrize("entry", DATA, ids=text)
def test_layer_has_the_tensors_of_torch_in_its_order(entry: dict[str, Any]) -> None:
    assert shapes(text(entry), "param", "frozen") == list(entry["params"].items())
    assert shapes(text(entry), "buffer") == list(entry.get("buffers", {}).items())
    assert adapter.count(text(entry)) == adapter.count(text(entry), "trainable") == entry["trainable"]
    assert adapter.count(text(entry), "buffers") == entry["buffers_elems"]


# The layers that are parametrized: how they are called, and the tensors of theirs that are, one that isn't there among them.
LAYERS = {
    "Linear(3, 5)": ("weight", "bias", "nowhere"),
    "Linear(4, 4, bias=False)": ("weight", "bias"),
    "Conv1d(4, 6, 3)": ("weight", "bias"),
    "Conv2d(4, 6, (3, 2), groups=2)": ("weight",),
    "Conv3d(2, 3, 2)": ("weight",),
    "ConvTranspose1d(4, 6, 3)": ("weight",),
    "ConvTranspose2d(4, 6, 3, groups=2)": ("weight",),
    "ConvTranspose3d(2, 3, 2)": ("weight", "bias"),
    "Embedding(7, 4)": ("weight",),
    "Bilinear(2, 3, 4)": ("weight",),
    "LSTM(3, 4, num_layers=2)": ("weight_hh_l0", "weight_ih_l1", "bias_hh_l0"),
    "GRU(3, 4, bidirectional=True)": ("weight_hh_l0_reverse",),
    "MultiheadAttention(8, 2)": ("in_proj_weight", "in_proj_bias"),
    "MultiheadAttention(8, 2, kdim=3)": ("k_proj_weight", "in_proj_weight"),
    "BatchNorm2d(4)": ("running_mean", "weight"),
    "LayerNorm((3, 4))": ("weight",),
}
CALLS = st.sampled_from([(layer, name) for layer, names in LAYERS.items() for name in names])
DIM = st.sampled_from([None, *range(-6, 7)])
MAPS = st.sampled_from([None, "matrix_exp", "cayley", "householder", "polar"])
WAYS = st.one_of(
    st.tuples(st.just("weight_norm"), st.fixed_dictionaries({"dim": DIM})),
    st.tuples(st.just("spectral_norm"), st.fixed_dictionaries({"dim": DIM, "n_power_iterations": st.integers(0, 2)})),
    st.tuples(
        st.just("orthogonal"), st.fixed_dictionaries({"orthogonal_map": MAPS, "use_trivialization": st.booleans()})
    ),
)


def in_torch(layer: str, name: str, ways: list[tuple[str, dict[str, Any]]]) -> dict[str, Any] | None:
    """The tensors of PyTorch's layer by name; None where PyTorch refuses."""
    torch = pytest.importorskip("torch")
    from torch.nn.utils import parametrizations

    module = eval(layer, dict(vars(torch.nn)))
    try:
        for way, options in ways:
            getattr(parametrizations, way)(module, name, **options)
    except (ValueError, IndexError, RuntimeError, AttributeError):
        return None
    tensors = {key: ("param", list(value.shape)) for key, value in module.named_parameters()}
    return tensors | {key: ("buffer", list(value.shape)) for key, value in module.named_buffers()}


def in_text(layer: str, name: str, ways: list[tuple[str, dict[str, Any]]]) -> str:
    for way, options in ways:
        words = [f"{option}={value!r}" for option, value in options.items()]
        layer = f"{way}({', '.join([layer, repr(name), *words])})"
    return layer


@settings(max_examples=150, deadline=None)
@given(where=CALLS, ways=st.lists(WAYS, min_size=1, max_size=2))
def test_drawn_parametrizations_have_the_tensors_of_torch(
    where: tuple[str, str], ways: list[tuple[str, dict[str, Any]]]
) -> None:
    wanted, written = in_torch(*where, ways), in_text(*where, ways)
    if wanted is None:
        assert adapter.refusal(written) is not None
    else:
        assert {tensor.name: (tensor.kind, list(tensor.shape)) for tensor in adapter.tensors(written)} == wanted


SYMBOLIC = {
    "weight_norm(Linear(n, m))": ("n, m", "n*m + 2*m"),
    "weight_norm(Linear(n, m), dim=1)": ("n, m", "n*m + m + n"),
    "weight_norm(Conv2d(n, m, k), dim=None)": ("n, m, k", "k^2*n*m + m + 1"),
    "weight_norm(ConvTranspose1d(n, m, k))": ("n, m, k", "k*n*m + m + n"),
    "spectral_norm(Conv2d(n, m, k))": ("n, m, k", "k^2*n*m + m"),
    "weight_norm(LSTM(n, h, num_layers=L), 'weight_hh_l0')": (
        "n, h, L", "4*h*(n + h) + 8*h + (L - 1)*(8*h^2 + 8*h) + 4*h"
    ),
    "weight_norm(weight_norm(LSTM(n, h), 'weight_hh_l0'), 'weight_ih_l0')": ("n, h", "4*h*(n + h) + 16*h"),
}  # fmt: skip


@pytest.mark.parametrize("layer", SYMBOLIC)
def test_parametrization_in_symbols_is_a_sum_by_hand(layer: str) -> None:
    symbols, by_hand = SYMBOLIC[layer]
    assert adapter.is_proved(f"{layer}.params == {by_hand}", symbols)


@pytest.mark.parametrize(
    ("layer", "by_hand"),
    [("spectral_norm(Linear(n, m))", "n + m"), ("spectral_norm(ConvTranspose2d(n, m, k))", "m + k^2*n"),
     ("orthogonal(Linear(n, m))", "max(n, m)^2"), ("orthogonal(Conv1d(n, m, k), use_trivialization=False)", "0"),
     ("spectral_norm(weight_norm(Linear(n, m)))", "n + m")],
)  # fmt: skip
def test_buffers_in_symbols_are_a_sum_by_hand(layer: str, by_hand: str) -> None:
    assert adapter.is_proved(f"{layer}.buffers == {by_hand}", "n, m, k")


def test_forms_read_as_the_layers_and_what_is_added() -> None:
    assert adapter.form("weight_norm(Conv2d(C_in, C_out, k))") == "(k^2*C_in + 1)*C_out + C_out"
    assert adapter.form("spectral_norm(Linear(n, m))") == "n*m + m"


def test_a_frozen_tensor_stays_frozen_and_a_tied_one_is_freed() -> None:
    embedding = "Embedding.from_pretrained([7, 4])"
    assert shapes(f"weight_norm({embedding})", "param") == []
    net = "module Tied(n):\n    a: Linear(n, n, bias=False)\n    b: Linear(n, n, bias=False)\n    tie b.weight = a.weight\n"
    from symparams.api import parse

    found = parse(f"{net}symbol n\nx = Tied(n) with:\n    b: weight_norm(it)\ncheck x.params == 2*n^2 + n\n")
    assert [outcome.status for outcome in found.check()] == ["proved"]


REFUSED = {
    "weight_norm(Linear(3, 4), 'wieght')": "Linear has no definition, argument or member called wieght",
    "weight_norm(Linear(3, 4), dim=2)": "dim must be one of the tensor's dimensions",
    "orthogonal(Linear(3, 4), 'bias')": "an orthogonal parametrization needs a matrix or a batch of matrices",
    "orthogonal(Linear(3, 4), orthogonal_map='polar')": "orthogonal_map is 'matrix_exp', 'cayley' or 'householder'",
    "spectral_norm(Linear(3, 4), n_power_iterations=0)": "n_power_iterations must be positive",
    "weight_norm(3)": "module must be a network",
}


@pytest.mark.parametrize("layer", REFUSED)
def test_a_refusal_names_the_function_and_points_at_the_call(layer: str) -> None:
    told = adapter.refusal(layer)
    assert told is not None
    assert told.startswith(f"error: {layer.partition('(')[0]}: {REFUSED[layer]}")
    assert f"1:7\n  |\n1 | net = {layer}\n" in told
