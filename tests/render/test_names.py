"""Names in LaTeX, and what `symbol … as "…"` may hold."""

from __future__ import annotations

import pytest

from symparams.render.latex_names import check_latex_name
from symparams.render.names import latex_name

ROMAN = [
    ("C_in", r"C_{\mathrm{in}}"),
    ("d_model", r"d_{\mathrm{model}}"),
    ("n1", "n_{1}"),
    ("n12", "n_{12}"),
    ("alpha_1", r"\alpha_{1}"),
    ("alpha", r"\alpha"),
    ("Delta_t", r"\Delta_{t}"),
    ("w_a", "w_{a}"),
    ("d_pi", r"d_{\pi}"),
    ("in_features", r"\mathrm{in\_features}"),
    ("KSIZE", r"\mathrm{KSIZE}"),
    ("n_kv_heads", r"n_{\mathrm{kv\_heads}}"),
    ("C_in_1", r"C_{\mathrm{in},1}"),
    ("d1_in", r"d_{1,\mathrm{in}}"),
    ("stage_2", r"\mathrm{stage}_{2}"),
    ("fc1", r"\mathrm{fc1}"),
    ("lambda_", r"\lambda"),
    ("_x", r"\mathrm{\_x}"),
    ("a__b", r"\mathrm{a\_\_b}"),
    ("_", r"\mathrm{\_}"),
    ("W", "W"),
    ("λ", r"\lambda"),
    ("λ_max", r"\lambda_{\mathrm{max}}"),
    ("é", r"\acute{e}"),
    ("größe", r"\mathrm{gr\ddot{o}\mathrm{U00DF}e}"),
    ("层", r"\mathrm{U5C42}"),
    ("层_数", r"\mathrm{U5C42}_{\mathrm{U6570}}"),
]

TYPED = [
    ("C_in", r"C\_in"),
    ("IN_CHANNELS", r"IN\_CHANNELS"),
    ("params", "params"),
    ("n1", "n1"),
    ("λ", r"\lambda"),
]


@pytest.mark.parametrize(("name", "expected"), ROMAN)
def test_roman(name: str, expected: str) -> None:
    assert latex_name(name).text == expected


@pytest.mark.parametrize(("name", "expected"), TYPED)
def test_typed(name: str, expected: str) -> None:
    assert latex_name(name, "typed").text == expected


@pytest.mark.parametrize("style", ["roman", "typed"])
@pytest.mark.parametrize(
    "name", [r"a}\input{x", "a$b", "a%b", "a\\", "a#&~^b", "a{b", "a'b", "a\nb", "a\x01b\x03(", ""]
)
def test_no_name_injects_tex(name: str, style: str) -> None:
    assert check_latex_name(latex_name(name, style).text) is None


GOOD = [
    "d",
    r"d_{\text{model}}",
    r"n_{\mathrm{kv}}",
    r"\alpha",
    r"\hat{d}_{k}^{2}",
    "d'",
    "d''_k",
    r"\mathcal{V}",
    r"d^{\ast}",
    r"d^*_k",
    r"\#\text{heads}",
    r"\operatorname{dim}",
    r"|V|",
    r"N_{q+k}",
    r"\tfrac{d}{2}",
]

BAD = [
    ("", "it is empty"),
    ("  ", "it is empty"),
    ("d_{model", "a { is never closed"),
    ("d}", "a } has no { before it"),
    ("50%", r"% starts a comment in TeX; write \%"),
    ("$d$", r"$ ends the formula in TeX; write \$"),
    ("a & b", r"& has a meaning in TeX; write \&"),
    ("d\n", "it holds a line break or another sign that can't be seen"),
    ("d\x01", "it holds a line break or another sign that can't be seen"),
    ("d\\", "it ends in a lone backslash"),
    (r"\input{x}", r"\input isn't among what a name may hold"),
    (r"\immediate\write18{ls}", r"\immediate isn't among what a name may hold"),
    (r"\def\a{b}", r"\def isn't among what a name may hold"),
    (r"a \\ b", r"\\ isn't among what a name may hold"),
    ("λ", r"λ isn't ASCII; write it as a command, as \lambda for λ"),
    ("a_b_c", "two subscripts follow one letter"),
    ("a'^2", "two superscripts follow one letter"),
    ("_a", "_ has no letter before it"),
    ("a_", "it ends too early"),
    ("a_^b", "write braces after _"),
    (r"a_\mathrm{b}", "write braces after _"),
    (r"\mathrm b", r"write braces after \mathrm"),
    (r"\text{n_layer}", r"only plain words can stand in \text{…}, and _ as \_"),
    (r"\text{a", "a { is never closed"),
    ("a+b", "with + it is an expression, not a name"),
    ("{" * 20 + "}" * 20, "its braces are nested more than 12 deep"),
    ("a" * 201, "it is longer than 200 signs"),
]


@pytest.mark.parametrize("text", GOOD)
def test_good_latex_names(text: str) -> None:
    assert check_latex_name(text) is None


@pytest.mark.parametrize(("text", "reason"), BAD)
def test_bad_latex_names(text: str, reason: str) -> None:
    assert check_latex_name(text) == reason
