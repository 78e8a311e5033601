"""What a comparison of tensors says first, what it recognises, and what it advises."""

from __future__ import annotations

import json
import struct
from math import prod
from pathlib import Path

import pytest

from .checkpoints import Shapes, shapes, stored, write_safetensors

DECODER = """\
from zoo.peft import LoRA

module Attention(d):
    q_proj: Linear(d, d)
    k_proj: Linear(d, d/2)
    v_proj: Linear(d, d/2)
    o_proj: Linear(d, d)

module Expert(d, f):
    w1: Linear(d, f, bias=False)
    w2: Linear(f, d, bias=False)
    w3: Linear(d, f, bias=False)

module Layer(d, f):
    attn:    Attention(d)
    experts: 4 * Expert(d, f)
    norm:    RMSNorm(d)

module Net(d=8, f=12, L=3, V=50, bias=False):
    wte:    Embedding(V, d)
    layers: L * Layer(d, f)
    head:   Linear(d, V, bias)

small = Net(8)
lora = Net() with:
    frozen
    layers[*].attn.q_proj: LoRA(it, 2)
"""


@pytest.fixture
def decoder(verify):
    Path("dec.sym").write_text(DECODER, "utf-8")

    def run(tensors: Shapes, *words: str, target: str = "dec.sym:small") -> tuple[int, list[str]]:
        write_safetensors(Path("a.safetensors"), tensors)
        return verify("a.safetensors", *words, target=target)

    return run


def fused() -> Shapes:
    """The decoder's tensors with queries, keys and values in one, and the experts of a layer in two."""
    found = {}
    for name, shape in shapes(DECODER, "small").items():
        if ".q_proj." in name:
            found[name.replace("q_proj", "qkv_proj")] = [16, *shape[1:]]
        elif ".k_proj." not in name and ".v_proj." not in name and ".experts." not in name:
            found[name] = shape
    for turn in range(3):
        found |= {f"layers.{turn}.experts.gate_up_proj": [4, 24, 8], f"layers.{turn}.experts.down_proj": [4, 12, 8]}
    return found


def test_what_is_in_one_piece_there_is_told_as_its_parts(decoder) -> None:
    status, lines = decoder(fused())
    assert (status, lines[0]) == (1, "different: 66 tensors differ, 11 agree")
    assert lines[2:6] == [
        "fused     layers.{0..2}.attn.qkv_proj.weight  3 × [16, 8] is q_proj [8, 8] + k_proj [4, 8] + v_proj [4, 8] here",
        "fused     layers.{0..2}.attn.qkv_proj.bias    3 × [16] is q_proj [8] + k_proj [4] + v_proj [4] here",
        "fused     layers.{0..2}.experts.gate_up_proj  3 × [4, 24, 8] is {0..3}.w1 [12, 8] + {0..3}.w3 [12, 8] here",
        "fused     layers.{0..2}.experts.down_proj     3 × [4, 12, 8] is perhaps {0..3}.w2 [8, 12] here",
    ]


def test_what_is_in_one_piece_here_is_told_as_its_parts(verify) -> None:
    Path("mha.sym").write_text("module Net(d=8):\n    h: 2 * MultiheadAttention(d, 2)\n", "utf-8")
    tensors = {
        f"h.{turn}.{name}.{leaf}": [8] * (2 - (leaf == "bias"))
        for turn in range(2)
        for name in ("q", "k", "v", "out_proj")
        for leaf in ("weight", "bias")
    }
    write_safetensors(Path("a.safetensors"), tensors)
    assert verify("a.safetensors", target="mha.sym:Net")[1][2:4] == [
        "split     h.{0..1}.in_proj_weight  2 × [24, 8] is q [8, 8] + k [8, 8] + v [8, 8] there",
        "split     h.{0..1}.in_proj_bias    2 × [24] is q [8] + k [8] + v [8] there",
    ]


def test_modules_that_only_could_be_parts_are_not_told_as_such(verify) -> None:
    text = "module Net(d=8):\n    a: Linear(d, d)\n    b: Linear(d, d)\n    c: Linear(d, 2*d)\n"
    Path("abc.sym").write_text(text, "utf-8")
    write_safetensors(Path("a.safetensors"), {"x.weight": [16, 8], "x.bias": [16]})
    kinds = [line.split()[0] for line in verify("a.safetensors", target="abc.sym:Net")[1][2:6]]
    assert kinds == ["renamed", "renamed", "missing", "missing"]


# the sentence, the tensors, the options that follow from the advice, the advice
ADVICE = {
    "a padded vocabulary": (lambda: resized(50, 64), "at V=64 they are equal"),
    "another width": (lambda: shapes(DECODER.replace("small = Net(8)", "small = Net(16)"), "small"), "at d=16 they are equal"),
    "fewer layers": (lambda: without("layers.2."), "at L=2 they are equal"),
    "a bias": (lambda: base() | {"head.bias": [50]}, "at bias=True they are equal"),
    "fewer layers and a padded vocabulary": (
        lambda: {name: shape for name, shape in resized(50, 64).items() if "layers.2." not in name},
        "at L=2, V=64 they are equal",
    ),
    "what quantisation adds": (
        lambda: base() | {"head.weight_scale": [1]},
        "weight_scale are scales of quantised weights: add --ignore '*.weight_scale'",
    ),
    "causal masks": (
        lambda: base() | {f"layers.{turn}.attn.bias": [1, 1, 9, 9] for turn in range(3)},
        "attn.bias hold masks, no parameters: add --ignore '*.attn.bias'",
    ),
    "weights that are packed": (
        lambda: base() | {"head.qweight": [2, 8]},
        "its weights are packed by quantisation: compare the checkpoint that it was made from",
    ),
    "matrices of Conv1D": (
        lambda: {name: shape[::-1] for name, shape in base().items()},
        "matrices are kept transposed there, as by Conv1D of transformers: add --transposed",
    ),
    "an adapter": (
        lambda: {"layers.0.attn.q_proj.lora_A.weight": [2, 8]},
        "lora_A and lora_B are an adapter's: hold them against the network with it, as by LoRA of zoo.peft",
    ),
    "two that are swapped": (
        lambda: base() | {"layers.0.attn.q_proj.weight": [4, 8], "layers.0.attn.k_proj.weight": [8, 8]},
        "layers.0.attn.q_proj.weight and layers.0.attn.k_proj.weight have each other's shapes: are they swapped?",
    ),
}  # fmt: skip


def base() -> Shapes:
    return shapes(DECODER, "small")


def without(part: str) -> Shapes:
    return {name: shape for name, shape in base().items() if part not in name}


def resized(old: int, new: int) -> Shapes:
    return {name: [new if size == old else size for size in shape] for name, shape in base().items()}


@pytest.mark.parametrize("case", ADVICE)
def test_what_may_be_done_is_told(decoder, case: str) -> None:
    tensors, advice = ADVICE[case]
    status, lines = decoder(tensors())
    assert status == 1
    assert f"= help: {advice}" in lines
    if "add " in advice:
        words = advice.split("add ")[1].replace("'", "").split()
        assert decoder(tensors(), *words)[0] == 0


def test_an_adapter_is_compared_without_what_is_frozen(decoder) -> None:
    tensors = {name: shape for name, shape in shapes(DECODER, "lora").items() if "lora_" in name}
    lines = decoder(tensors, target="dec.sym:lora")[1]
    assert "= help: all that is missing is frozen: add --no-frozen" in lines
    assert decoder(tensors, "--no-frozen", target="dec.sym:lora") == (
        0,
        ["equal: 6 tensors agree", "", "dec.sym:lora   96", "a.safetensors  96"],
    )
    inside = {name.replace("lora_A", "lora_A.default"): shape for name, shape in tensors.items()}
    assert decoder(inside, "--no-frozen", target="dec.sym:lora")[1][2].endswith(
        "3 × [2, 8] is layers.{0..2}.attn.q_proj.lora_A.default.weight there"
    )


def test_buffers_that_are_not_stored(verify) -> None:
    write_safetensors(
        Path("a.safetensors"), {k: v for k, v in stored().items() if "running_" not in k and "num_" not in k}
    )
    assert "= help: all that is missing are buffers: add --no-buffers" in verify("a.safetensors")[1]
    assert verify("a.safetensors", "--no-buffers")[0] == 0


def test_how_numbers_are_stored_is_a_note(verify) -> None:
    other = {f"h.{turn}.norm.weight": {"dtype": "F32", "shape": [8], "data_offsets": [0, 32]} for turn in range(3)}
    place, header = 0, {}
    for name, shape in stored().items():
        entry = other.get(name, {"dtype": "BF16", "shape": shape})
        size = (4 if name in other else 2) * prod(shape)
        header[name] = entry | {"data_offsets": [place, place + size]}
        place += size
    text = json.dumps(header).encode()
    Path("a.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(place))
    assert verify("a.safetensors") == (
        0,
        [
            "equal: 22 tensors agree",
            "",
            "= note: stored as F32, where most are BF16: h.{0..2}.norm.weight",
            "",
            "net.sym:Net    835",
            "a.safetensors  835",
        ],
    )


def test_a_comparison_as_json(verify) -> None:
    write_safetensors(Path("a.safetensors"), stored() | {"h.1.attn.weight": [24, 9]})
    status, lines = verify("a.safetensors", "--json")
    found = json.loads("\n".join(lines))
    assert (status, found["equal"], found["agreeing"], found["differing"]) == (1, False, 21, 1)
    assert (found["ours"], found["theirs"]["numbers"]) == ({"origin": "net.sym:Net", "numbers": 835}, 859)
    assert found["differences"] == [
        {"kind": "shape", "name": "h.1.attn.weight", "ours": "[24, 8]", "theirs": "[24, 9]", "turns": 1, "tensors": 1, "off": 24}
    ]  # fmt: skip
