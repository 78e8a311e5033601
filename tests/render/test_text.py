"""Text and Unicode of formulas: how they look, and that the language reads them back with the same value."""

from __future__ import annotations

import pytest

from symparams.errors import LimitError
from symparams.formula.nodes import Node, Number
from symparams.render.text import text, unicode

from .samples import SAMPLES, less, power, times, total

LOOKS = [
    ("a conv layer", "(k^2*C_in + 1)*C_out", "(k²·C_in + 1)·C_out"),
    ("members keep their brackets", "(400*120 + 120) + (120*84 + 84) + (84*10 + 10)", None),
    ("one member has none", "400*120 + 120", None),
    ("a sum of differences", "-a - (b + c) - 3 - 2*d", None),
    ("a negative number in a product", "a*(-3)*b", None),
    ("minus a minus", "-(-a)", None),
    ("minus a bracketed sum", "a - (b + c)", None),
    ("a sum that begins below zero", "(-a + b)*c", None),
    ("half of a product", "(1/2)*a*b", None),
    ("minus a half", "a - 1/2", None),
    ("minus two thirds of a", "b - (2/3)*a", None),
    ("a half at the end", "a*(1/2)", None),
    ("a half squared", "(1/2)^2", "(1/2)²"),
    ("a quotient of sums", "(a + b)/(c + d)", None),
    ("a quotient of products", "a*b/(c*d)", "a·b/(c·d)"),
    ("quotients in quotients", "(a/b)/(c/d)", None),
    ("a quotient in front", "(d_model/h)*n_kv", None),
    ("a quotient at the end", "d_model*n_kv/h", None),
    ("a tower", "a^(b^c)", None),
    ("a power of a power", "(a^b)^2", "(a^b)²"),
    ("a negative base", "(-1)^2", "(-1)²"),
    ("a negative exponent", "2^(-1)", "2^(-1)"),
    ("a square root", "sqrt(a + b)*c", None),
    ("a large exponent", "k^128", "k¹²⁸"),
    ("a floor of single signs", "n*floor(d/h)", "n·⌊d/h⌋"),
    ("max and min", "max(a, 8*b)*min(a/2, c)", None),
    ("a remainder", "n + ((a + b) % 6)", None),
    ("a shortcut", "(C_in*C_out if C_in != C_out else 0)", "(C_in·C_out if C_in ≠ C_out else 0)"),
    ("a flag", "a*b + (b if bias else 0)", None),
    ("a condition alone", "(1 if a == b else 0)", None),
    ("conditions joined", "(d if i % 6 == 0 and not bias and (tied or a == b) else 0)", None),
    ("a condition denied", "(1 if not (a == 1 or b < c + 2) else 0)", None),
    ("two conditions", "(3 if a >= 1 and b > a else 0)", "(3 if a ≥ 1 and b > a else 0)"),
    ("a series", "sum(2^i*d for i in range(L))", None),
    ("a series of sums", "w*sum(i*d + 1 for i in range(1, k + 1))", None),
    ("loops of one name", "sum(sum(i*i1 for i1 in range(1, i + 1)) for i in range(L))", None),
    ("an index named as a size", "i*sum(i1 for i1 in range(n))", None),
]


@pytest.mark.parametrize(("name", "ascii_text", "shown"), LOOKS, ids=[row[0] for row in LOOKS])
def test_looks(name: str, ascii_text: str, shown: str | None) -> None:
    assert text(SAMPLES[name]) == ascii_text
    assert unicode(SAMPLES[name]) == (shown or ascii_text.replace("*", "·"))


def test_gpt2_is_printed_as_written() -> None:
    assert text(SAMPLES["GPT-2 in numbers"]) == (
        "50257*768 + 1024*768 + 12*(2*768 + (768*2304 + 2304) + (768*768 + 768)"
        " + 2*768 + (768*3072 + 3072) + (3072*768 + 768)) + 2*768"
    )


def test_digits_are_grouped_on_request() -> None:
    assert unicode(times(1024, "d", 999, -1234567), grouped=True) == "1,024·d·999·(-1,234,567)"


def test_a_shared_piece_is_written_once() -> None:
    tree: Node = total("a", "b")
    for _ in range(13):
        tree = times(tree, tree)
    assert len(text(tree)) > 2**13


def test_a_deep_formula_needs_no_recursion() -> None:
    tree: Node = total("a", "b")
    for _ in range(197):
        tree = less(tree)
    assert text(tree).count("-") == 197


def test_a_number_too_long_to_print_is_a_limit() -> None:
    with pytest.raises(LimitError, match="more than 4,000 digits"):
        text(power(Number(10**5000), 2))
