"""LaTeX of formulas: brackets, fractions, notations, and the article's equations to the character."""

from __future__ import annotations

import pytest

from symparams.errors import UsageError
from symparams.formula.nodes import Number
from symparams.render.latex import ARTICLE, PAPER, Notation, latex, notation

from .samples import SAMPLES, power, times, total

TYPED = Notation(names="typed", powers=False)
GIVEN = {"n_layer": r"n_{\text{layer}}", "d_model": r"d_{\text{model}}"}

ARTICLE_LOOKS = [
    ("a conv layer", r"(k^{2} \cdot C_{\mathrm{in}} + 1) \cdot C_{\mathrm{out}}"),
    ("two conv layers", r"(5\cdot5\cdot1+1)\cdot6 + (5\cdot5\cdot6+1)\cdot16"),
    ("members keep their brackets", r"(400\cdot120 + 120) + (120\cdot84 + 84) + (84\cdot10+10)"),
    ("one member has none", r"400\cdot120 + 120"),
    ("numbers behind symbols", r"d\cdot1000 + 1000"),
    ("a sum of differences", r"-a - (b + c) - 3 - 2 \cdot d"),
    ("a negative number in a product", r"a \cdot (-3) \cdot b"),
    ("minus a bracketed sum", r"a - (b + c)"),
    ("half of a product", r"\frac{1}{2} \cdot a \cdot b"),
    ("minus two thirds of a", r"b - \frac{2}{3} \cdot a"),
    ("a half squared", r"\left(\frac{1}{2}\right)^{2}"),
    ("a quotient of products", r"\frac{a \cdot b}{c \cdot d}"),
    ("quotients in quotients", r"\frac{a/b}{c/d}"),
    ("a triangle", r"\frac{L \cdot (L - 1)}{2} \cdot d"),
    ("a tower", "a^{b^{c}}"),
    ("a power of a power", "(a^{b})^{2}"),
    ("a negative base", "(-1)^{2}"),
    ("a negative exponent", "2^{-1}"),
    ("a quotient as exponent", r"a^{n_{\mathrm{heads}}/(2 \cdot h)}"),
    ("a square root", r"\sqrt{a + b} \cdot c"),
    ("the size of a picture", r"\left(1 + \left\lfloor \frac{H + 2 \cdot p - k}{s} \right\rfloor\right) \cdot d"),
    ("a floor of single signs", r"n \cdot \lfloor d/h \rfloor"),
    ("logarithms", r"(\log_{2}(n) + \ln(n + 1)) \cdot d"),
    ("a logarithm squared", r"(\log_{2}(n))^{2}"),
    ("max and min", r"\max(a, 8 \cdot b) \cdot \min(\tfrac{a}{2}, c)"),
    ("a remainder times d", r"(n \bmod 2) \cdot d"),
    ("a shortcut", r"[C_{\mathrm{in}} \neq C_{\mathrm{out}}] \cdot C_{\mathrm{in}} \cdot C_{\mathrm{out}}"),
    ("a flag", r"a \cdot b + [\mathrm{bias}] \cdot b"),
    (
        "conditions joined",
        r"[i \bmod 6 = 0 \land \neg \mathrm{bias} \land (\mathrm{tied} \lor a = b)] \cdot d",
    ),
    ("a condition denied", r"[\neg (a = 1 \lor b < c + 2)]"),
    ("a series", r"\sum_{i=0}^{L - 1} 2^{i} \cdot d"),
    ("a series of sums", r"w \cdot \sum_{i=1}^{k} (i \cdot d + 1)"),
    ("a series to a number", r"\sum_{i=0}^{11} i^{2}"),
    ("a series before a factor", r"\left(\sum_{i=0}^{L - 2} i\right) \cdot d"),
    ("a negative series", r"a - \sum_{i=0}^{n - 1} (-i)"),
    ("loops of one name", r"\sum_{i=0}^{L - 1} \sum_{i_{1}=1}^{i} i \cdot i_{1}"),
    (
        "words and letters",
        r"12 \cdot n_{\text{layer}} \cdot d_{\text{model}}^{2} \cdot \alpha \cdot n_{1}"
        r" \cdot \mathrm{KSIZE} \cdot \mathrm{in\_features}",
    ),
    (
        "letters of other scripts",
        r"\lambda \cdot \acute{e} \cdot \mathrm{U5C42} \cdot \Omega_{\mathrm{max}} \cdot \mathrm{na\ddot{\imath}ve}",
    ),
    ("names that look alike", r"n_{1} + \mathrm{n\_1} + \lambda + \mathrm{\backslash u03bb}"),
]

PAPER_LOOKS = [
    ("Mixtral", r"2Vd + d + L\bigl(2d^{2}(1 + \tfrac{n_{\mathrm{kv}}}{h}) + 3Edf + (E + 2)\,d\bigr)"),
    ("DenseNet's block", r"2n(n + 17)\,g^{2} + n(n + 4C + 7)\,g + 2nC"),
    ("numbers behind symbols", r"1{,}000d + 1{,}000"),
    ("two conv layers", r"6(5 \cdot 5 \cdot 1 + 1) + 16(5 \cdot 5 \cdot 6 + 1)"),
    ("a negative number in a product", "-3ab"),
    ("a half at the end", r"\frac{1}{2} a"),
    ("a power of two", "2^{i}C"),
    ("a vocabulary rounded up", r"64\,\lceil V/64 \rceil\,d"),
    ("two conditions", r"3\,[a \geq 1]\,[b > a]"),
    ("a logarithm squared", r"\bigl(\log_{2}(n)\bigr)^{2}"),
    (
        "words and letters",
        r"12\,n_{\text{layer}}\,d_{\text{model}}^{2}\,\alpha\,n_{1}\,\mathrm{KSIZE}\,\mathrm{in\_features}",
    ),
]

NOTATIONS = [
    ("times", Notation(product="times"), times("a", power("b", 2)), r"a \times b^{2}"),
    ("powers written out", Notation(powers=False), times(power("k", 2), "C_in"), r"k \cdot k \cdot C_{\mathrm{in}}"),
    ("powers of sums written out", Notation(powers=False), power(total("a", 1), 2), r"(a + 1) \cdot (a + 1)"),
    ("a high power stays", Notation(powers=False), power("a", 100), r"a^{100}"),
    ("a power of two stays in front", PAPER, times("C", 3, power(2, "i"), "d"), r"3 \cdot 2^{i}Cd"),
    ("greek letters side by side", PAPER, times("alpha", "d"), r"\alpha d"),
    ("digits in groups", Notation(digits="grouped"), Number(61706), "61{,}706"),
    ("thin spaces", Notation(digits="thin"), Number(124439808), r"124\,439\,808"),
    ("four digits have no thin space", Notation(digits="thin"), Number(9999), "9999"),
    ("siunitx", Notation(digits="num"), times("a", 61706), r"a \cdot \num{61706}"),
    (
        "the article's layer",
        TYPED,
        times(total(times("KSIZE", "KSIZE", "IN_CHANNELS"), 1), "OUT_CHANNELS"),
        r"(KSIZE \cdot KSIZE \cdot IN\_CHANNELS + 1) \cdot OUT\_CHANNELS",
    ),
]


def squeezed(latex: str) -> str:
    return "".join(latex.split())


@pytest.mark.parametrize(("name", "expected"), ARTICLE_LOOKS, ids=[row[0] for row in ARTICLE_LOOKS])
def test_article(name: str, expected: str) -> None:
    assert squeezed(latex(SAMPLES[name], ARTICLE, GIVEN)) == squeezed(expected)


@pytest.mark.parametrize(("name", "expected"), PAPER_LOOKS, ids=[row[0] for row in PAPER_LOOKS])
def test_paper(name: str, expected: str) -> None:
    assert latex(SAMPLES[name], PAPER, GIVEN) == expected


@pytest.mark.parametrize(("chosen", "node", "expected"), [row[1:] for row in NOTATIONS], ids=[r[0] for r in NOTATIONS])
def test_notations(chosen: Notation, node, expected: str) -> None:
    assert latex(node, chosen) == expected


def test_typed_names_outrank_given_ones() -> None:
    assert latex(SAMPLES["a quotient in front"], TYPED, GIVEN) == r"\frac{d\_model}{h} \cdot n\_kv"


def test_a_given_name_with_a_superscript_takes_a_power_in_braces() -> None:
    assert latex(power("d", 2), ARTICLE, {"d": r"d^{\ast}"}) == r"{d^{\ast}}^{2}"


def test_unknown_options_are_errors() -> None:
    with pytest.raises(UsageError, match="did you mean product"):
        notation(products="cdot")
    with pytest.raises(UsageError, match="known are cdot, times, juxtaposed"):
        notation(product="dot")
    assert notation(product="times") == Notation(product="times")
