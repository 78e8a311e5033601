"""Small networks made at random: a formula with symbols, the number from the source and the listed tensors count alike."""

import random
from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any

import pytest

import symparams
from symparams.errors import SymparamsError
from symparams.formula.build import node
from symparams.formula.nodes import Index, walk
from symparams.formula.value import condition_value, value

HEAD = """
symbol on flag

module Inner(d, m):
    for j in range(m):
        s{j}: Linear(d, d)
    q: 2 * Linear(d, d)

module Cell(d, m):
    w: [d]
    fc: Linear(d, d)
    r: m * Linear(d, d)
    tie r[*].bias = fc.bias
"""
SIZES = [dict(zip(("L", "k", "m", "on", "d"), (*row, 2), strict=True)) for row in product((1, 2, 3, 5), (1, 2, 3), (1, 2), (0, 1))]  # fmt: skip
ROWS = [
    ("h: L * Linear(d, d)", "h[{t}]"),
    ("h: L * Linear(d, d)", "h[{t}]"),
    ("h: 3 * Linear(d, d)", "h[{t}]"),
    ("h: k * Inner(d, m)", "h[{t}].s{u}"),
    ("h: k * Inner(d, m)", "h[{t}].q[{u}]"),
    ("h: L * Cell(d, m)", "h[{t}].fc"),
    ("h: L * Cell(d, m)", "h[{t}].r[{s}]"),
    ("h: 2 * (L * Linear(d, d))", "h[{v}][{t}]"),
    ("for i in range(L):\n    h{i + 1}: Linear(d, d)", "h{n}"),
    ("for i in range(L):\n    h{i}.fc: Linear(d, d)", "h{u}.fc"),
    ("for i in range(L):\n    h.{i}: Linear(d, d)", "h[{t}]"),
    ("for i in range(L):\n    h.{i}: Linear(d, d)\n    h.c{i}: Linear(d, d)", "h[{t}]"),
    ("for i in range(3):\n    h.{i}: Linear(d, d)", "h[{t}]"),
    ("for i in range(L):\n    h.{i}: Linear(d, d) if i < k else Linear(d, d, bias=False)", "h[{t}]"),
    ("if on:\n    h: L * Linear(d, d)\nelse:\n    h: k * Linear(d, d)", "h[{t}]"),
    ("for i in range(L):\n    h.{2*i}: Linear(d, d)", "h[{e}]"),
    ("for i in range(L):\n    h.{i}: Inner(d, i + 1)", "h[{t}].q[{u}]"),
    ("for i in range(k):\n    for j in range(m):\n        h.{i}.{j}: Linear(d, d)", "h[{s}][{u}]"),
    ("h: Inner(d, L)", "h.s{n}"),
    ("h: Linear(d, d)", "h"),
]
FILLS = {
    "t": ["0", "0", "1", "-1", "*", "L - 1", "k", "k - 1", "2"],
    "s": ["0", "*", "-1"],
    "u": ["0", "0", "1"],
    "v": ["0", "*", "1"],
    "n": ["1", "1", "2", "3", "{L}"],
    "e": ["0", "2", "*", "1"],
}
STEPS = ["tie {a}.weight = {b}.weight", "tie {a}.bias = {b}.bias", "tie {a} = {b}", "tie {a}.weight = {b}.weight.T"]
LOOPS = [
    "for i in range(L):\n    tie h0[i].weight = {b}.weight",
    "for i in range(k):\n    tie h0[i].weight = {b}.weight",
    "for i in range(1, L):\n    tie h0[i].weight = h0[0].weight",
    "for i in range(L):\n    tie h0[i].weight = h1[i].weight",
    "for i in range(L - 1):\n    tie h0[i + 1].weight = h0[i].weight",
    "for i in range(L):\n    if i < k:\n        tie h0[i].bias = {b}.bias",
    "for i in range(L):\n    tie h0{i + 1}.weight = {b}.weight",
]  # fmt: skip


def text_of(seed: int) -> str:
    """A network, with ties that may name turns which aren't there."""
    made = random.Random(seed)
    chosen = made.sample(ROWS, made.randint(1, 3))
    rows = [(row.replace("h", f"h{at}"), path.replace("h", f"h{at}", 1)) for at, (row, path) in enumerate(chosen)]
    lines = ["o: Linear(d, d)"]
    for row, _ in rows:
        lines += row.split("\n")
    for _ in range(made.randint(1, 3)):
        pattern = made.choice(LOOPS) if made.random() < 0.15 else made.choice(STEPS)
        one, other = side(made, rows), side(made, rows)
        stated = pattern.replace("{a}", one).replace("{b}", other if other != one else "o").split("\n")
        lines += ["if on:", *(f"    {line}" for line in stated)] if made.random() < 0.3 else stated
    return HEAD + "\nmodule Net(d, L, k, m):\n" + "\n".join(f"    {line}" for line in lines) + "\n"


def side(made: random.Random, rows: list[tuple[str, str]]) -> str:
    """A path to one of the members, at some turn."""
    path = made.choice([path for _, path in rows])
    for hole, fills in FILLS.items():
        path = path.replace(f"{{{hole}}}", made.choice(fills))
    return path


def number(net: symparams.Module, sizes: dict[str, int]) -> int | None:
    """The count from the source; None where the ties name turns that aren't there."""
    try:
        return int(net.params.value(**sizes))
    except SymparamsError:
        return None


def listed(net: symparams.Module, sizes: dict[str, int]) -> int:
    rows = net.set(**sizes).tensors(expand=True)
    return sum(prod(row.shape) for row in rows if row.kind in ("param", "frozen"))


def folded(net: symparams.Module) -> list[Any] | None:
    """The rows of the open network, without what is tied; None where sizes differ from turn to turn."""
    rows = [row for row in net.tensors() if row.kind != "tied"]
    sizes = [size for row in rows for size in (*row.shape, row.multiplicity)]
    has_index = any(isinstance(part, Index) for size in sizes for part in walk(node(_size(size))))
    return None if has_index else rows


def _size(size: Any) -> Any:
    return size.node if hasattr(size, "node") else size


def at(row: Any, sizes: dict[str, int]) -> int:
    return prod(int(value(node(_size(size)), sizes)) for size in (*row.shape, row.multiplicity))


def counts(net: symparams.Module) -> Iterator[tuple[dict[str, int], int, int]]:
    """At sizes which the formula allows, what it counts, and what the source does."""
    formula = net.params
    for sizes in SIZES:
        wanted = number(net, sizes)
        is_allowed = all(condition_value(one.condition, sizes) for one in formula.assumptions)
        if wanted is not None and is_allowed:
            yield sizes, int(value(formula.node, sizes)), wanted


def refused(net: symparams.Module) -> str:
    """The kind of error that the open network ends in, if any."""
    try:
        str(net.params)
    except SymparamsError as error:
        return error.findings[0].code
    return ""


@pytest.mark.parametrize("seed", range(150))
def test_symbols_numbers_and_tensors_count_alike(seed: int) -> None:
    text = text_of(seed)
    net = symparams.parse(text).Net
    refusal = refused(net)
    if refusal:
        assert refusal in REFUSED, text
        return
    rows = folded(net)
    for sizes, counted, wanted in counts(net):
        assert (counted, listed(net, sizes)) == (wanted, wanted), (text, sizes)
        if rows is not None:
            assert sum(at(row, sizes) for row in rows) == wanted, (text, sizes)


REFUSED = {
    "no-member",
    "tie-path",
    "tie-turns",
    "tie-itself",
    "tie-members",
    "tie-unequal",
    "index",
    "undecided",
    "label",
}
