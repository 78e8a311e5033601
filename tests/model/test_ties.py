"""Ties: of the tensors that are one, one is counted, in whatever order and by whatever roads they are tied."""

import pytest

import symparams
from symparams.errors import ModelError
from symparams.formula.value import value

HEAD = """
symbol L >= 0
module Scale(d):
    w: [d]
module Block(d):
    q: Linear(d, d)
    k: Linear(d, d)
    tie q.bias = k.bias
"""


def net(*body: str) -> symparams.Module:
    lines = "\n".join(f"    {line}" for line in body)
    return symparams.parse(f"{HEAD}module Net(d, n, L):\n{lines}\n").Net


ONE = ("a: [d]", "b: [d]", "c: [d]", "e: [d]")

SIZES = {"d": 3, "n": 5, "L": 4}

# the sentence, the body, and its count at these sizes
CASES = [
    ("a tensor", ("a: [d]", "b: [d]", "tie a = b"), 3),
    ("a chain", (*ONE, "tie a = b", "tie b = c", "tie c = e"), 3),
    ("a chain backwards", (*ONE, "tie c = e", "tie b = c", "tie a = b"), 3),
    ("two pairs joined last", (*ONE, "tie a = b", "tie c = e", "tie b = c"), 3),
    ("two to one", (*ONE, "tie a = c", "tie b = c"), 6),
    ("one to two", (*ONE, "tie a = b", "tie a = c"), 6),
    ("a circle", (*ONE, "tie a = b", "tie b = c", "tie c = a"), 6),
    ("both ways round", ("a: [d]", "b: [d]", "tie a = b", "tie b = a"), 3),
    ("the same tie twice", ("a: [d]", "b: [d]", "tie a = b", "tie a = b"), 3),
    ("a transposed one", ("a: Linear(d, n)", "b: Linear(n, d)", "tie a.weight = b.weight.T"), 23),
    ("a transposed one on the left", ("a: Linear(d, n)", "b: Linear(n, d)", "tie a.weight.T = b.weight"), 23),
    ("modules", ("a: Linear(d, n)", "b: Linear(d, n)", "tie a = b"), 20),
    ("a module with ties inside", ("a: Block(d)", "b: Block(d)", "tie a = b"), 21),
    ("a tie of the outer module beside the inner one's", ("a: Block(d)", "o: [d]", "tie a.k.bias = o"), 21),
    ("a tie to what the inner module tied away", ("a: Block(d)", "o: [d]", "tie a.q.bias = o"), 21),
    ("a tie to what is tied away", ("a: Block(d)", "o: [d]", "tie o = a.q.bias"), 21),
    ("all turns to one", ("h: L * Linear(d, d)", "o: Linear(d, d)", "tie h[*] = o"), 12),
    ("a tensor of all turns", ("h: L * Linear(d, d)", "o: Linear(d, d)", "tie h[*].weight = o.weight"), 24),
    ("all turns to the first", ("h: 4 * Linear(d, d)", "tie h[*] = h[0]"), 12),
    (
        "a turn behind a multiple of the same name",
        ("h: 2 * Linear(d, d)", "for i in range(n):", "    h.{i + 2}: Block(d)", "o: [d]", "for i in range(n):", "    tie h.{i + 2}.k.bias = o"),
        24 + 5*18 + 3,
    ),
    ("one turn to another", ("h: 4 * Linear(d, d)", "tie h[3] = h[0]"), 36),
    ("turns of a loop", ("for i in range(L):", "    h.{i}: [d]", "o: [d]", "tie h[*] = o"), 3),
    ("turn by turn in a loop", ("o: [d]", "for i in range(L):", "    h.{i}: [d]", "    tie h[i] = o"), 3),
    ("turn by turn in an unrolled loop", ("o: [d]", "for i in range(4):", "    h.{i}: [d]", "    tie h[i] = o"), 3),
    ("an open name", ("o: [d]", "for i in range(L):", "    h{i}: [d]", "    tie h{i} = o"), 3),
    ("a turn of a loop by its name", ("o: [d]", "for i in range(L):", "    h{i + 1}: [d]", "tie h2 = o"), 12),
    ("the last turn by its name", ("o: [d]", "for i in range(L):", "    h{i + 1}: [d]", "tie h{L} = o"), 12),
    ("a tensor of one turn", ("for i in range(L):", "    h.{i}: Linear(d, d)", "tie h.0.weight = h[2].weight"), 39),
    ("the last turn", ("h: L * Linear(d, d)", "o: Linear(d, d)", "tie h[-1] = o"), 48),
    ("the last turn, under numbers", ("h: 4 * Linear(d, d)", "tie h[-1] = h[-4]"), 36),
    ("a turn at an open place", ("h: L * Scale(d)", "o: Scale(d)", "tie h[n - 4] = o"), 12),
    ("all turns to one in the middle", ("h: L * Linear(d, d)", "tie h[*] = h[1]"), 12),
    ("one to all turns", ("h: L * Linear(d, d)", "o: Linear(d, d)", "tie o = h[*]"), 12),
    ("all turns to one that is tied", ("h: L * Scale(d)", "o: Scale(d)", "p: Scale(d)", "tie h[*] = o", "tie h[1] = p"), 3),
    ("a turn of a turn", ("h: 2 * (L * Scale(d))", "o: Scale(d)", "tie h[1][2] = o"), 24),
    ("all but the first, turn by turn", ("h: L * Scale(d)", "for i in range(1, L):", "    tie h[i] = h[0]"), 3),
    ("a turn of copies around a loop", ("h: L * Block(d)", "o: [d]", "tie h[1].q.bias = o"), 84),
    ("a name inside turns of another name", ("o: [d]", "for i in range(L):", "    h.{i}: [d]", "    h.c{i}: [d]", "tie h[*] = o"), 15),
    ("names with holes", ("o: [d]", "for i in range(4):", "    h{i}.w: [d]", "    tie h{i}.w = o"), 3),
    ("a name that is a text", ("for name in ['a', 'b']:", "    {name}: Linear(d, n)", "tie {'b'}.weight = {'a'}.weight"), 25),
    ("turns to turns", ("h: L * Linear(d, d)", "g: L * Linear(d, d)", "tie g[*] = h[*]"), 48),
    ("a frozen one and a free one", ("frozen a: [d]", "b: [d]", "tie a = b"), 3),
    ("one number", ("a: []", "b: []", "tie a = b"), 1),
    ("tied only where a condition holds", ("a: [d]", "b: [d]", "if d == 3:", "    tie a = b"), 3),
    ("not tied where a condition fails", ("a: [d]", "b: [d]", "if d == 4:", "    tie a = b"), 6),
]  # fmt: skip


@pytest.mark.parametrize(("body", "count"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_of_tied_tensors_one_is_counted(body: tuple[str, ...], count: int) -> None:
    asked = net(*body).params
    assert asked.value(**SIZES) == count
    rows = net(*body).set(**SIZES).tensors(expand=True)
    assert sum(_count(row.shape) for row in rows if row.kind != "tied") == count


def _count(shape: tuple[int, ...]) -> int:
    return shape[0] * _count(shape[1:]) if shape else 1


@pytest.mark.parametrize(("body", "count"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_symbolic_formula_counts_tied_ones_once_too(body: tuple[str, ...], count: int) -> None:
    assert value(net(*body).params.node, SIZES) == count


def test_a_tied_tensor_asked_alone_has_its_own_size() -> None:
    found = net("a: Linear(d, n)", "b: Linear(d, n)", "tie a = b")
    assert [found.a.params.value(d=3, n=5, L=1), found.b.params.value(d=3, n=5, L=1)] == [20, 20]


WRONG = [
    ("unequal shapes", ("a: [d, n]", "b: [d, 2*n]", "tie a = b"), "a is [d, n], b is [d, 2*n]"),
    ("shapes that are equal when transposed", ("a: [d, n]", "b: [n, d]", "tie a = b"), "tie a = b.T"),
    ("a different number of sizes", ("a: [d]", "b: [d, 1]", "tie a = b"), "a is [d], b is [d, 1]"),
    ("modules of different members", ("a: Linear(d, d)", "b: LayerNorm(3)", "tie a = b"), "different shapes"),
    ("itself", ("a: [d]", "tie a = a"), "tied to itself"),
    ("a name that isn't there", ("a: [d]", "tie b = a"), "b"),
    ("a number", ("a: [d]", "tie a = d"), "d is no member"),
    (
        "some turns of a depth that is open",
        ("o: Scale(d)", "h: L * Scale(d)", "for i in range(n):", "    tie h[i] = o"),
        "the loop ties only some of the turns of h",
    ),
    (
        "a turn that isn't named",
        ("o: Linear(d, d)", "h: L * Linear(d, d)", "tie h.bias = o.bias"),
        "name them all, h[*].bias",
    ),
    (
        "a turn among others that can't be told",
        ("o: Scale(d)", "h: L * Scale(d)", "tie h[n] = o", "tie h[2] = o"),
        "which turns h[2] picks of those that were told apart before can't be told",
    ),
    ("a turn that isn't there", ("h: 4 * Linear(d, d)", "tie h[4] = h[0]"), "there are 4 copies, 0 … 3"),
]


@pytest.mark.parametrize(("body", "message"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_cannot_be_tied(body: tuple[str, ...], message: str) -> None:
    with pytest.raises(ModelError) as caught:
        [str(net(*body).params), net(*body).params.value(**SIZES)]
    assert message in str(caught.value)
