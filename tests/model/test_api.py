"""The package's face in Python: files, modules, formulas, and what is refused."""

from fractions import Fraction
from pathlib import Path

import pytest

import symparams
from symparams.errors import SymparamsError

ZOO = Path(symparams.__file__).parent / "zoo"

TEXT = """
symbol d "model width" as "d_{m}"
symbol L >= 0
module Block(d):
    fc: Linear(d, 4*d)
    frozen norm: LayerNorm(d)
    buffer mask: [d, d]

module Net(L, d, depths=[1, 2], bias=True):
    "Two lines of words."
    wte: [10, d]
    h:   L * Block(d)
    for i in range(2):
        stage{i}.conv: Conv2d(d, depths[i], 1, bias=bias)
    head: Linear(d, 10, bias=False)
    tie head.weight = wte
    total = wte.params + 1

small = Net(3, 2)
"""


@pytest.fixture(scope="module")
def file() -> symparams.File:
    return symparams.parse(TEXT)


def test_a_file_lists_its_names_in_order(file: symparams.File) -> None:
    assert file.names == ["Block", "Net", "small"]
    assert {"Net", "small", "check", "formula"} <= set(dir(file))
    assert "small" in repr(file)


def test_a_module_has_measures(file: symparams.File) -> None:
    measures = ("params", "trainable", "frozen", "buffers", "active")
    assert [getattr(file.small, name).value() for name in measures] == [
        20 + 3 * 28 + 3 + 6,
        20 + 3 * 24 + 3 + 6,
        12,
        12,
        20 + 3 * 28 + 3 + 6,
    ]


def test_a_module_lists_its_members(file: symparams.File) -> None:
    assert list(file.Net.members) == ["wte", "h", "stage0", "stage1", "head"]
    assert list(file.Net.h.members) == ["fc", "norm", "mask"]
    assert file.Net.members["h"].members["fc"].params.value(L=1, d=2) == 24


def test_tensors_have_pytorchs_names_and_order(file: symparams.File) -> None:
    rows = [(row.name, row.shape, row.multiplicity, row.kind) for row in file.small.tensors()]
    assert rows == [
        ("wte", (10, 2), 1, "param"),
        ("h.{0..2}.fc.weight", (8, 2), 3, "param"),
        ("h.{0..2}.fc.bias", (8,), 3, "param"),
        ("h.{0..2}.norm.weight", (2,), 3, "frozen"),
        ("h.{0..2}.norm.bias", (2,), 3, "frozen"),
        ("h.{0..2}.mask", (2, 2), 3, "buffer"),
        ("stage0.conv.weight", (1, 2, 1, 1), 1, "param"),
        ("stage0.conv.bias", (1,), 1, "param"),
        ("stage1.conv.weight", (2, 2, 1, 1), 1, "param"),
        ("stage1.conv.bias", (2,), 1, "param"),
        ("head.weight", (10, 2), 1, "tied"),
    ]
    names = [row.name for row in file.small.tensors(expand=True)]
    assert names[1:7] == [
        "h.0.fc.weight",
        "h.0.fc.bias",
        "h.0.norm.weight",
        "h.0.norm.bias",
        "h.0.mask",
        "h.1.fc.weight",
    ]


def test_symbolic_tensors_have_formulas(file: symparams.File) -> None:
    row = file.Net.tensors()[1]
    assert (row.name, [str(size) for size in row.shape], str(row.multiplicity)) == (
        "h.{0..L - 1}.fc.weight",
        ["4*d", "d"],
        "L",
    )


def test_symbolic_copies_cannot_be_listed_one_by_one(file: symparams.File) -> None:
    with pytest.raises(SymparamsError, match="open"):
        file.Net.tensors(expand=True)


def test_setting_sizes_in_any_order_and_kind(file: symparams.File) -> None:
    params = file.Net.params
    by_hand = 20 + 3 * 28 + 3 + 6
    assert params.value(L=3, d=2) == params.set(d=2).value(L=3) == params.set(L=3).set(d=2).value() == by_hand
    assert params.set(L="k + 1").value(k=2, d=2) == by_hand
    assert params.set(L=symparams.formula("k + 1")).value(k=2, d=2) == by_hand
    assert file.Net.set(L=3, d=2).params.value() == by_hand
    assert params.value(L=3, d=2, bias=False) == by_hand - 3
    assert params.value(L=3, d=2, depths=[2, 2]) == by_hand + 3
    assert params.value(L=0, d=2) == 29


def test_a_formula_remembers_its_form(file: symparams.File) -> None:
    params = file.Net.params.set(depths=[1, 1])
    assert str(params.expanded().set(d=2)) == "28*L + 26"
    assert str(params.collected("d")) == str(file.Net.set(depths=[1, 1]).params.collected("d"))
    assert str(params.collected("d").written()) == str(params)


def test_a_count_is_an_int_and_a_quotient_a_fraction() -> None:
    assert isinstance(symparams.formula("Linear(2, 3)").value(), int)
    assert symparams.formula("n/3").value(n=2) == Fraction(2, 3)


def test_attributes_are_members_then_definitions_then_arguments(file: symparams.File) -> None:
    assert str(file.Net.total) == "10*d + 1"
    assert str(file.small.d) == "2"
    assert file.small.h[1].fc.params.value() == 24


def test_sympy_gets_the_formula(file: symparams.File) -> None:
    sympy = pytest.importorskip("sympy")
    d = sympy.Symbol("d")
    assert sympy.expand(file.Block.params.expr - (4 * d**2 + 6 * d)) == 0


def test_latex_in_python(file: symparams.File) -> None:
    params = symparams.formula("Conv2d(C_in, C_out, k)")
    assert params.latex() == r"(k^{2} \cdot C_{\mathrm{in}} + 1) \cdot C_{\mathrm{out}}"
    assert params.latex(product="times", names="typed") == r"(k^{2} \times C\_in + 1) \times C\_out"
    assert params._repr_latex_() == rf"$\displaystyle {params.latex()}$"
    assert "d_{m}" in file.Block.params.latex()


WRONG = [
    ("open sizes", lambda: symparams.formula("Linear(n, m)").value(), "set them: value(n=…, m=…)"),
    ("an open size", lambda: symparams.formula("Linear(n, 3)").value(), "set it: value(n=…)"),
    ("an unknown size", lambda: symparams.formula("Linear(n, m)").value(n=3, k=4), "no size called k"),
    ("a misspelled size", lambda: symparams.formula("Linear(width, 3)").value(widht=4), "did you mean width?"),
    ("a float", lambda: symparams.formula("Linear(n, 3)").value(n=1.5), "n can't be float"),
    ("a text that is no expression", lambda: symparams.formula("Linear(n, 3)").value(n="3x"), "write 3*x"),
    ("an unknown form", lambda: symparams.formula("Linear(n, 3)").collected("m").node, "no size called m"),
    ("an unknown notation", lambda: symparams.formula("Linear(n, 3)").latex(colour="red"), "colour"),
    ("an unknown choice", lambda: symparams.formula("Linear(n, 3)").latex(product="dot"), "dot"),
    ("no formula", lambda: symparams.formula(""), "no expression"),
    ("nothing in a file's place", lambda: symparams.load("nothing.sym"), "nothing.sym doesn't exist"),
    ("a folder in a file's place", lambda: symparams.load(ZOO), "is a folder"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "message"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_refused(act: object, message: str) -> None:
    with pytest.raises(SymparamsError) as caught:
        act()  # type: ignore[operator]
    assert message in str(caught.value)


def test_a_missing_attribute_is_an_attribute_error_with_a_suggestion(file: symparams.File) -> None:
    with pytest.raises(AttributeError, match="did you mean small"):
        _ = file.smal
    with pytest.raises(AttributeError, match="did you mean wte"):
        _ = file.Net.wtee
    assert not hasattr(file.Net, "_ipython_canary_method_should_not_exist_")


def test_errors_carry_findings() -> None:
    with pytest.raises(SymparamsError) as caught:
        symparams.parse("x = 3d\ny = 4e\n", "page.sym")
    assert [finding.code for finding in caught.value.findings] == ["product-missing", "product-missing"]
    assert "page.sym:1:5" in str(caught.value)


@pytest.mark.parametrize("path", sorted(ZOO.glob("*.sym")), ids=lambda path: path.stem)
def test_every_file_of_the_zoo_passes_its_checks(path: Path) -> None:
    outcomes = symparams.load(path).check()
    assert outcomes
    assert [outcome.text for outcome in outcomes if outcome.status != "proved"] == []


def test_what_a_declaration_says_is_not_assumed_again() -> None:
    file = symparams.parse(
        "symbol a, k >= 0\nmodule Net(a, k):\n    require a >= 1\n    require k >= 2\n    fc: [a, k]\n"
    )
    assert len(file.Net.params.assumptions) == 1
