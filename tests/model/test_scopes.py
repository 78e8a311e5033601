"""Names: where they are looked up, how bodies, loops and functions bind them, and what symbols may be."""

import pytest

import symparams
from symparams.errors import ModelError, SymparamsError

TEXT = """
symbol q "a size" as "Q", r real, t flag
width = 2*base
base = 10
double(x) = 2*x
nested(x) = a + b where a = double(x), b = a + base

module Leaf(n):
    base = 3
    w: [base*n]

module Net(n, bias=False, *rest, extra=7):
    hidden = 4*n
    hidden = hidden + 1
    double(x) = 3*x
    for i in range(3):
        last = i
    if bias:
        pads = 1
    else:
        pads = 2
    fc: [hidden, double(1)]
    size = last + pads
    many = len(rest)
    leaf: Leaf(extra)

module Shadow(Linear, sum=3):
    w: [Linear, sum]

module Takes(block, n):
    body: block(n)

make(n) = Leaf(n)

module Turns(*sizes):
    for d in sizes:
        inner(j) = [d, j]
        made(j) = Linear(inner(j)[0], j)
        b{d}: made(1)
        t{d}: Takes(made, 1)
    d = 100

module Told(t):
    made(j) = Linear(t, j)
    a: made(1)
    b: Takes(made, 1)

module Grows(n):
    for i in range(n):
        far(j) = h{i}.params + j
        h{i}: [i + 2]
        a{i}: [far(0)]
"""

CASES = [
    ("the top of a file is free of order", "width", 20),
    ("a function of the file", "double(4)", 8),
    ("`where` names parts in order", "nested(5)", 10 + 10 + 10),
    ("a body sees its own names first", "Leaf(2)", 6),
    ("a name is bound anew", "Net(2).hidden", 9),
    ("a body's function hides the file's", "Net(2).fc", 27),
    ("a loop's names stay after it, a condition's too", "Net(2).size", 2 + 2),
    ("the other branch", "Net(2, True).size", 2 + 1),
    ("what is left over is a list", "Net(2, True, 5, 6, 7).many", 3),
    ("after a list by name only", "Net(2, extra=5).leaf", 15),
    ("a parameter hides a layer and a function", "Shadow(5)", 15),
    ("a function gives a module", "make(4).params", 12),
    ("a function as an argument", "Takes(make, 4)", 12),
    ("a body's function reads what its names are when it is called", "Turns(2, 3).b3.params", 3 + 1),
    ("one that is given away reads what they are then", "Turns(2, 3).t2.params", 2 + 1),
    ("in each turn anew", "Turns(2, 3).t3.params", 3 + 1),
    ("each module's own function reads that module's sizes", "Told(5).params + Told(6).params", 2 * 6 + 2 * 7),
    ("a body's function sees the members so far", "Grows(2).a1", 3),
    ("a layer with its package", "nn.Linear(2, 3)", 9),
    ("a layer with its whole package", "torch.nn.Linear(2, 3)", 9),
]


@pytest.mark.parametrize(("asked", "count"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_name_stands_for(asked: str, count: int) -> None:
    assert symparams.parse(TEXT).formula(asked).value() == count


def test_a_definition_prints_its_expression_and_enters_as_its_number() -> None:
    file = symparams.parse(TEXT)
    assert str(file.formula("width")) == "2*10"
    assert str(file.formula("width + 1")) == "20 + 1"


WRONG = [
    ("a name of another module's body", "module A():\n    hidden = 3\nmodule B():\n    w: [hidden]\n", "B"),
    ("a caller's name", "module A():\n    w: [n]\nmodule B(n):\n    a: A()\n", "B(3)"),
    ("a function's parameter outside", "f(x) = x\nmodule B():\n    w: [f(1), x]\n", "B"),
    ("a comprehension's name after it", "module B():\n    a = [i for i in range(3)]\n    w: [i]\n", "B"),
    ("a name that is bound further down", "module B():\n    w: [h]\n    h = 3\n", "B"),
]


@pytest.mark.parametrize(("text", "asked"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_name_is_out_of_reach(text: str, asked: str) -> None:
    with pytest.raises(ModelError, match="isn't defined"):
        symparams.parse(text).formula(f"{asked}.params").value()


SET = [
    ("an integer", "q", 5, 5),
    ("a number above 0", "4*r", "3/4", 3),
    ("a decimal", "4*r", "0.75", 3),
    ("a yes", "(7 if t else 0)", True, 7),
    ("a yes as a number", "(7 if t else 0)", 1, 7),
    ("a no", "(7 if t else 0)", 0, 0),
    ("a formula of numbers", "q", "2^10", 1024),
]


@pytest.mark.parametrize(("asked", "size", "count"), [case[1:] for case in SET], ids=[case[0] for case in SET])
def test_a_symbol_is_set(asked: str, size: object, count: int) -> None:
    (name,) = symparams.parse(TEXT).formula(asked).symbols
    assert symparams.parse(TEXT).formula(asked).value(**{name: size}) == count


REFUSED = [
    ("a fraction for an integer", "q", "1/2"),
    ("less than the least", "q", -1),
    ("a list for a size", "q", [1, 2]),
    ("a string for a size", "q", "'large'"),
    ("a module for a size", "q", "Linear"),
    ("nothing for a size", "q", None),
    ("0 for a number above 0", "r", 0),
    ("a yes/no for a number", "r", "True"),
    ("2 for a yes/no", "(7 if t else 0)", 2),
]


@pytest.mark.parametrize(("asked", "size"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_symbol_refuses(asked: str, size: object) -> None:
    formula = symparams.parse(TEXT).formula(asked)
    (name,) = formula.symbols
    with pytest.raises(SymparamsError, match=name):
        formula.value(**{name: size})


@pytest.mark.parametrize(("given", "count"), [("[False, True]", 2), ("[0, 1]", 2), ("[True, 1]", 4)])
def test_a_yes_no_compares_with_numbers_as_in_python(given: str, count: int) -> None:
    text = "module Net(on):\n    for i in range(2):\n        if on[i] != 0:\n            fc{i}: Linear(1, 1)\n"
    assert symparams.parse(text).formula(f"Net({given}).params").value() == count
