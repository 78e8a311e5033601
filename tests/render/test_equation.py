"""Equations on the page: the article's three to the character, environments, broken lines, assumptions."""

from __future__ import annotations

import re

import pytest

from symparams.errors import UsageError
from symparams.formula.nodes import All, Compare, Mod, Node, Number, Symbol
from symparams.render.equation import WIDTH, assumptions_latex, equation, equation_row, equations
from symparams.render.latex import PAPER, Notation
from symparams.render.layout import measure

from .samples import SAMPLES, equal, linear, power, times, total

TYPED = Notation(names="typed", powers=False)

ARTICLE = [
    (
        [total(times(total(times(5, 5, 1), 1), 6), times(total(times(5, 5, 6), 1), 16)), Number(2572)],
        r"\[(5\cdot5\cdot1+1)\cdot6 + (5\cdot5\cdot6+1)\cdot16 = 2572\]",
    ),
    (
        [total(linear(400, 120), linear(120, 84), linear(84, 10)), Number(59134)],
        r"\[(400\cdot120 + 120) + (120\cdot84 + 84) + (84\cdot10+10) = 59134\]",
    ),
    ([total(59134, 2572), Number(61706)], r"\[59134 + 2572 = 61706\]"),
]


def squeezed(latex: str) -> str:
    return re.sub(r"\s", "", latex)


@pytest.mark.parametrize(("sides", "expected"), ARTICLE)
def test_the_articles_equations(sides, expected: str) -> None:
    assert squeezed(equation(sides)) == squeezed(expected)


def test_the_articles_layer() -> None:
    layer = times(total(times(power("KSIZE", 2), "IN_CHANNELS"), 1), "OUT_CHANNELS")
    expected = r"\[params = (KSIZE \cdot KSIZE \cdot IN\_CHANNELS + 1) \cdot OUT\_CHANNELS\]"
    assert squeezed(equation([layer], lhs="params", notation=TYPED)) == squeezed(expected)


GPT2_LINES = r"""\[\begin{aligned}
\mathrm{params} &= 50257 \cdot 768 + 1024 \cdot 768 \\
&\quad + 12 \cdot \bigl(2 \cdot 768 + (768 \cdot 2304 + 2304) + (768 \cdot 768 + 768) \\
&\qquad + 2 \cdot 768 + (768 \cdot 3072 + 3072) + (3072 \cdot 768 + 768)\bigr) \\
&\quad + 2 \cdot 768 \\
&= 124439808
\end{aligned}\]"""


def test_a_wide_formula_breaks_at_its_outermost_operators() -> None:
    assert equation([SAMPLES["GPT-2 in numbers"], Number(124439808)], lhs="params") == GPT2_LINES


def test_environments() -> None:
    sides = [total("a", "b"), Number(3)]
    assert equation(sides, environment="bare") == "a + b = 3"
    assert equation(sides, environment="equation") == "\\begin{equation}\na + b = 3\n\\end{equation}"
    assert equation(sides, environment="align") == "\\begin{align}\n&a + b = 3\n\\end{align}"
    assert equation(sides, lhs="n", environment="align") == "\\begin{align}\nn &= a + b = 3\n\\end{align}"
    with pytest.raises(UsageError, match="known are display, bare, equation, align"):
        equation(sides, environment="gather")


def test_align_numbers_each_equation_once() -> None:
    wide = SAMPLES["GPT-2 in numbers"]
    rows = [equation_row([wide], lhs="params"), equation_row([total("a", "b")], lhs="n")]
    written = equations(rows, environment="align")
    assert written.count("\\begin{align}") == 1
    assert written.count("\\\\") - written.count("\\notag") == 1


def test_a_product_breaks_between_its_factors() -> None:
    wide = times(*[total(f"alpha_{number}", f"beta_{number}") for number in range(12)])
    for notation in (Notation(), Notation(product="times"), PAPER):
        lines = equation([wide], notation=notation).split("\\\\\n")
        assert len(lines) > 1
        assert all(re.match(r"&\\quad \\(cdot|times) \(", line) for line in lines[1:])


def test_no_line_is_wider_than_asked() -> None:
    wide = total(*[times(total("C_in", "k"), "C_out", number) for number in range(40)])
    for width in (30, 66, 90):
        lines = equation([wide], width=width, environment="bare").split("\n")[1:-1]
        assert 15 < max(measure(line) for line in lines) <= width
    assert equation([wide], width=1e9).count("\n") == 0


def test_a_formula_deep_in_brackets_is_laid_out() -> None:
    tree: Node = total("a", "b")
    for _ in range(95):
        tree = total(times(2, tree), "c")
    assert equation([tree], width=10).count("\\\\") < 100


def test_ten_thousand_terms_are_laid_out() -> None:
    wide = total(*[times(total("C_in", "k"), "C_out", number) for number in range(10_000)])
    assert equation([wide]).count("\n") > 1000


def test_a_digit_is_the_unit_of_width() -> None:
    assert measure("768") == 3
    assert measure(r"\frac{12}{34}") == 2
    assert measure(r"\frac{1}{234} + 5") == pytest.approx(3 + 2.5 + 1)
    assert measure(r"x_{\frac{1}{2}}^{3}") == pytest.approx(1 + 2 * 0.72)
    assert measure(r"C_{\mathrm{in}}") == pytest.approx(1.4 + 2 * 0.72)
    assert WIDTH < 69


def test_assumptions() -> None:
    k_l = Compare("<=", Symbol("k"), Symbol("L"))
    divides = equal(Mod(Symbol("d"), Symbol("h")), 0)
    assert assumptions_latex([k_l, divides]) == r"\quad \text{for } k \leq L,\ h \mid d"
    assert assumptions_latex([All((k_l, divides)), k_l]) == r"\quad \text{for } k \leq L,\ h \mid d"
    assert assumptions_latex([]) == ""
    assert equation([power("a", 2)], conditions=[k_l]) == r"\[a^{2} \quad \text{for } k \leq L\]"


def test_assumptions_take_their_own_line_where_there_is_no_room() -> None:
    conditions = [Compare("<=", Symbol("k"), Symbol("L"))]
    wide = total(*["w" * 5 + str(number) for number in range(10, 17)])
    assert equation([wide], conditions=conditions).endswith("\\\\\n&\\quad \\text{for } k \\leq L\n\\end{aligned}\\]")
