"""How formulas, modules, files and outcomes show themselves in notebooks."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
import sympy

import symparams
from symparams import layers, zoo

TEXT = """# Sizes & <names>
symbol d "model width" as "d_{m}"
module Block(d, L):
    "Half < whole & more."
    fc: Linear(d, d)
    frozen norm: LayerNorm(d)
    buffer mask: [d]
    for i in range(1, L):
        a{i}: [d]
small = Block(4, 2)
check small.params == 20 + 8 + 4
check small.params == 3  "<script>"
check Block.params == d
"""


@pytest.fixture(scope="module")
def file() -> symparams.File:
    return symparams.parse(TEXT)


class Reader(HTMLParser):
    """Reads HTML: the tags must nest, and only plain ones stand in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert tag in {"div", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "code", "span", "br", "pre"}
        assert {name for name, _ in attrs} <= {"style"}
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def read(shown: Any) -> str:
    html = shown._repr_html_()
    assert "background-color" not in html
    assert not re.search(r"[; \"]color: *(black|white|#000|#fff)", html)
    return Reader(html).text


def test_a_module_shows_members_counts_shares_and_totals(file: symparams.File) -> None:
    text = read(file.small)
    for words in (
        "fc",
        "Linear",
        "d² + d",
        "20",
        "62.5%",
        "norm",
        "frozen",
        "params",
        "32",
        "buffers",
        "trainable",
        "24",
    ):
        assert words in text, words


def test_a_symbolic_module_shows_forms_and_what_they_assume(file: symparams.File) -> None:
    text = read(file.Block)
    assert "Block(d, L)" in text
    assert "Half < whole & more." in text
    assert "d² + d" in text
    assert "%" not in text
    assumed = symparams.parse("module A(n, d):\n    for i in range(3, n):\n        a{i}: [d]\n").A
    assert "assuming n >= 3" in read(assumed)
    assert "a{i}  × (n - 3)" in read(assumed)


@pytest.mark.parametrize(
    "shown",
    [layers.Linear, layers.Sequential, layers.ReLU, layers.Conv2d(3, 8, 3), 12 * layers.Linear(2, 3), zoo.resnet.ResNet,
     zoo.gpt2.GPT2, zoo.gpt2.small, zoo.gpt2.small.h, zoo.gpt2.small.h[3], zoo.mixtral, zoo.resnet, zoo.densenet],
    ids=lambda shown: getattr(shown, "name", "") or repr(shown)[:30],
)  # fmt: skip
def test_everything_shows_itself(shown: Any) -> None:
    assert read(shown)


def test_a_module_that_needs_lists_shows_its_signature() -> None:
    assert "ResNet(block, depths" in read(zoo.resnet.ResNet)


def test_a_file_shows_its_modules_and_instances(file: symparams.File) -> None:
    text = read(file)
    assert "Sizes & <names>" in text
    assert "Block(d, L)" in text
    assert "32" in text


def test_a_name_may_be_that_of_a_method() -> None:
    file = symparams.parse("module A(n):\n    a: [n]\ntable = A(3)\ncheck = A(4)\n")
    assert "3" in read(file)
    assert (file["table"].params.value(), list(file)) == (3, ["A", "table", "check"])
    with pytest.raises(symparams.SymparamsError, match="did you mean table"):
        _ = file["tabel"]


def test_outcomes_show_why(file: symparams.File) -> None:
    outcomes = file.check()
    text = read(outcomes)
    assert [outcome.status for outcome in outcomes] == ["proved", "refuted", "refuted"]
    assert (outcomes.passed, bool(outcomes[0]), bool(outcomes[1])) == (False, True, False)
    assert "✓ proved" in text
    assert "<script>" in text  # as words
    assert "left - right" in text.replace("\xa0", " ")
    assert str(outcomes[1]).startswith("refuted: small.params == 3\n  left  32")
    assert read(outcomes[1])
    assert "no checks" in read(symparams.parse("x = 3\n").check())


def test_a_formula_shows_itself_as_latex_with_what_it_assumes(file: symparams.File) -> None:
    formula = layers.Linear(3, 4).params
    assert formula._repr_latex_() == "$\\displaystyle 3 \\cdot 4 + 4$"
    assumed = symparams.parse("module A(n, d):\n    for i in range(3, n):\n        a{i}: [d]\n").A.params
    assert assumed._repr_latex_() == "$\\displaystyle (n - 3) \\cdot d\\quad \\text{for } n \\geq 3$"


def test_huge_numbers_are_told_by_their_length() -> None:
    assert "an integer of" in read(layers.Linear(10**400, 1))


def test_long_networks_end() -> None:
    net = layers.Sequential(*[layers.Linear(1, i + 1) for i in range(300)])
    assert "100 more" in read(net)


def test_a_module_prints_as_the_page_of_show() -> None:
    printed = str(symparams.parse("module A(n):\n    x: Linear(n, n)\nsmall = A(4)\n").small).splitlines()
    assert printed[1].split() == ["small:", "A", "4·4", "+", "4", "20", "100.0%", "████████"]
    assert printed[2].startswith("└ x: Linear")
    assert printed[-1] == "params  20"


def test_a_module_that_needs_more_prints_as_its_signature() -> None:
    assert str(symparams.zoo.resnet.ResNet) == repr(symparams.zoo.resnet.ResNet)


def test_open_formulas_are_set_in_columns_as_texts() -> None:
    size = symparams.formula("n*m")
    assert f"{size:>6}|{size:_<6}|{size:6s}" == "   n*m|n*m___|n*m   "
    with pytest.raises(symparams.SymparamsError, match="n and m are open"):
        f"{size:,}"


def test_lists_texts_and_nothing_are_those_of_python() -> None:
    n = sympy.Symbol("n")
    conv = symparams.layers.Conv2d(3, n, (3, 5))
    assert conv.weight.shape == (n, 3, 3, 5)
    assert symparams.layers.Linear(3, 4).weight.shape == (4, 3)
    assert (conv.kernel_size, conv.padding_mode, conv.device) == ((3, 5), "zeros", None)
