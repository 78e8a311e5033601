"""Networks changed by `with`: ties that follow, names that stay, and every number the same by three roads.

The count from the source at sizes set, the closed form at the same sizes, and the sum over the tensors listed agree.
"""

from __future__ import annotations

from math import prod

import pytest

import symparams
from symparams.api import Module

NETS = """symbol d, n, L, r, k, V
symbol q flag

module LoRA(layer, r):
    frozen base_layer: layer
    lora_A: Linear(layer.in_features, r, bias=False)
    lora_B: Linear(r, layer.out_features, bias=False)

module Two(d, L, n):
    a: L * Linear(d, d)
    b: n * (L * Linear(d, d))
    for i in range(L):
        c{i+1}: Linear(d, d*(i+1))
        x.{i}.y: Linear(d, d)
    if q:
        z: Linear(d, d)
    w: [d, n]
    tie b[*][*] = x.0.y
    tie a[*] = x.0.y
    t = w.params + a.params

module Tied(V, d, L):
    wte: Embedding(V, d)
    h: L * Linear(d, d)
    head: Linear(d, V, bias=False)
    tie head.weight = wte.weight
    half = wte.params/2
    width = 2*d

"""

CHANGES = {
    "turns of turns whose tensors are tied": "Two(d, 3, n) with:\n    buffer b[-2:][::2]: Linear(d, d)",
    "one of tied turns replaced": "Two(d, L, n) with:\n    a[2]: Linear(d, 2)",
    "all tied turns adapted": "Two(d, L, n) with:\n    a[*]: LoRA(it, r)",
    "every linear layer adapted": "Two(d, L, n) with:\n    frozen\n    ** is Linear: LoRA(it, r)",
    "an open choice in a member's place": "Two(3, 4, 2) with:\n    ** is Linear: it if it.in_features > d else LoRA(it, r)",
    "an open condition around": "Two(d, L, n) with:\n    if q:\n        drop z, a[0]\n    else:\n        w: [d]",
    "the tensor that others are tied to dropped": "Two(d, L, n) with:\n    drop x.0.y",
    "the first turns of a loop that depends on its index": "Two(d, L, n) with:\n    drop c1\n    *.bias: None",
    "a loop through the turns": "Two(d, L, n) with:\n    for i in range(L - 1):\n        x[i+1].y: LoRA(it, i + 1)",
    "every other turn": "Two(d, L, n) with:\n    a[::2]: LoRA(it, r)",
    "the head adapted": "Tied(V, d, L) with:\n    head: LoRA(it, r)",
    "the head of its own": "Tied(V, d, L) with:\n    head: Linear(d, V)",
    "the embedding dropped": "Tied(V, d, L) with:\n    drop wte",
    "a tie more": "Tied(V, d, L) with:\n    low: Linear(d, d)\n    tie h[*] = low",
    "a multiple": "n * Tied(V, d, L) with:\n    frozen\n    h[-1]: it with:\n        trainable bias",
    "changed twice": "Two(d, L, n) with:\n    a[:k]: LoRA(it, r)\ny = x with:\n    ** is LoRA: it.base_layer\nx2 = 1",
}
SIZES = [
    {"d": 3, "n": 3, "L": 4, "r": 2, "k": 2, "V": 7, "q": 1},
    {"d": 2, "n": 5, "L": 6, "r": 1, "k": 3, "V": 4, "q": 0},
]


def total(module: Module) -> int:
    rows = module.tensors(expand=True)
    return sum(prod(map(int, row.shape)) for row in rows if row.kind in ("param", "frozen"))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("sizes", SIZES, ids=["small", "odd"])
def test_source_closed_form_and_tensors_agree(change: str, sizes: dict[str, int]) -> None:
    file = symparams.parse(f"{NETS}x = {change}\n")
    form = file.formula("x.params")
    given = {name: size for name, size in sizes.items() if name in form.symbols}
    by_source = form.value(**given)
    closed = symparams.parse(f"symbol d, n, L, r, k, V\nsymbol q flag\nclosed = {form}\n").formula("closed")
    assert closed.value(**{name: given[name] for name in closed.symbols}) == by_source
    module = file.x
    assert isinstance(module, Module)
    assert total(module.set(**sizes)) == by_source


def test_unwrapping_gives_back_the_network_itself() -> None:
    file = symparams.parse(f"{NETS}x = {CHANGES['changed twice']}\ncheck y.params == Two(d, L, n).params\n")
    assert [outcome.status for outcome in file.check()] == ["proved"]


CLAIMS = {
    "a definition follows the members": "x = Tied(V, d, L) with:\n    wte: Embedding(V, 2*d)\ncheck x.half == V*d",
    "other definitions and arguments stay": "x = Tied(V, d, L) with:\n    drop h\ncheck x.width + x.d == 3*d",
    "a definition of the changes": "x = Tied(V, d, L) with:\n    s = wte.params\n    drop h\ncheck x.s == V*d",
    "a function's parameter is meant before a member": (
        "module Low(d):\n    net: Linear(d, d)\n\nf(net) = net with:\n    low: Linear(net.d, 1)\ncheck f(Low(d)).low.params == d + 1"
    ),
    "the head's freezing freezes the embedding": "x = Tied(V, d, L) with:\n    frozen head\ncheck x.trainable == L*(d^2 + d)",
    "the head's training trains the embedding": (
        "x = Tied(V, d, L) with:\n    frozen\n    trainable head.weight\ncheck x.trainable == V*d"
    ),
    "below a frozen owner": (
        "module Owner(d, L):\n    frozen t: Tied(9, d, L)\n\nx = Owner(d, L) with:\n    trainable t.h[0].bias\n"
        "    t.low: Linear(d, 1)\ncheck x.trainable == 2*d + 1"
    ),
    "the names that are left of a dropped tensor are one": (
        "x = Two(d, L, n) with:\n    drop x.0.y\ncheck x.params == Two(d, L, n).params"
    ),
    "a change of a change": (
        "x = Tied(V, d, L) with:\n    frozen\ny = x with:\n    h[*]: LoRA(it, r)\ncheck y.trainable == 2*L*d*r"
    ),
    "in a module's body, by its own sizes": (
        "module Net(m):\n    base: Tied(9, m, 3) with:\n        h[*].low: Linear(m, 1)\n\ncheck Net(d).params == 9*d + 3*(d^2 + 2*d + 1)"
    ),
    "in a symbolic loop, by its index": (
        "module Net(d, L):\n    for i in range(L):\n        h{i}: Linear(d, d) with:\n            low: Linear(d, i)\n\n"
        "check Net(d, L).params == L*(d^2 + d) + (d + 1)*L*(L - 1)/2\ncheck Net(d, L).h3.params == d^2 + d + 3*d + 3"
    ),
    "as an argument": (
        "module Rows(L, block):\n    h: L * block\n\nf(d) = Linear(d, d) with: drop bias\ncheck Rows(L, f(d)).params == L*d^2"
    ),
    "a turn of a loop that is changed": (
        "x = Two(d, L, n) with:\n    c{2}: LoRA(it, r)\ncheck x.c2.params == 2*d^2 + 2*d + 3*d*r\ncheck x.c3.params == 3*d^2 + 3*d"
    ),
    "experts, all of them": (
        "module Moe(E, d):\n    experts: E * Linear(d, d) active 2\n\nx = Moe(8, d) with:\n    experts[*]: LoRA(it, r)\n"
        "check x.active == 2*(d^2 + d + 2*d*r)\ncheck x.params == 8*(d^2 + d + 2*d*r)"
    ),
    "a kind is the module that it was made from": (
        "x = Tied(V, d, L) with:\n    h[*] is not Embedding: it with:\n        frozen bias\ncheck x.frozen == L*d"
    ),
}


@pytest.mark.parametrize("text", CLAIMS.values(), ids=CLAIMS)
def test_what_is_said_of_a_changed_network_is_proved(text: str) -> None:
    outcomes = symparams.parse(f"{NETS}{text}\n").check()
    assert [
        (outcome.text, outcome.status, outcome.findings) for outcome in outcomes if outcome.status != "proved"
    ] == []
