"""Numbers and formulas as papers print them, read; what the printer prints reads back as the formula that it is."""

from fractions import Fraction

import pytest

import symparams
from symparams.audit.mathematics import sides
from symparams.audit.numbers import numbers
from symparams.audit.sizes import keys_of
from symparams.audit.tex import read_tex
from symparams.errors import ModelError, Source, Span
from symparams.model.files import ZOO

PRINTED = {
    "124M": (124_000_000, 10**6),
    r"124\,M": (124_000_000, 10**6),
    "124~million": (124_000_000, 10**6),
    r"124.4\,\text{M}": (124_400_000, 10**5),
    "1.5 Billion": (1_500_000_000, 10**8),
    "175B": (175_000_000_000, 10**9),
    "60k": (60_000, 1000),
    "124{,}439{,}808": (124_439_808, 1),
    "124,439,808": (124_439_808, 1),
    r"124\,439\,808": (124_439_808, 1),
    r"\num{124439808}": (124_439_808, 1),
    r"\num{1.24e8}": (124_000_000, 10**6),
    r"$1.24\times10^8$": (124_000_000, 10**6),
    r"$1.24 \cdot 10^{8}$": (124_000_000, 10**6),
    r"$\approx 3.5$": (Fraction(7, 2), Fraction(1, 10)),
    "2048": (2048, 1),
}


@pytest.mark.parametrize("text", PRINTED)
def test_a_printed_number(text: str) -> None:
    (found,) = numbers(text)
    assert (found.value, found.digit) == PRINTED[text]


def test_no_number_is_seen_in_names() -> None:
    assert numbers(r"n_{1} \alpha_2 x^2 GPT2 a1") == []


SIZES = {
    "d": r"d_{\text{model}}",
    "L": r"n_{\text{layer}}",
    "V": "",
    "C_in": "",
    "C_out": "",
    "k": "",
    "n1": "",
    "SIZE": "",
}
MACROS = r"\newcommand{\dm}{d_{\text{model}}}\def\sq#1{#1^{2}}\newcommand\half{\frac12}"
READ = {
    "12 L d^2 + V d": "12*L*d**2 + V*d",
    r"12\,n_{\text{layer}}\,d_{model}^{2}": "12*L*d^2",
    r"\left(k^2 C_{\mathrm{in}} + 1\right) C_\text{out}": "(k^2*C_in + 1)*C_out",
    r"\bigl(k \cdot k \times C_{in}\bigr) / 2": "k*k*C_in/2",
    r"\frac{1}{2} L (L - 1)": "L*(L - 1)/2",
    r"\half L": "L/2",
    r"\tfrac{d}{k} - -k": "d/k + k",
    r"\sum_{i=0}^{L-1} i\,d + 3": "d*L*(L - 1)/2 + 3",
    r"\sum_{l=1}^{L} (l + 1) d": "d*(L*(L + 1)/2 + L)",
    r"\sq{\dm} 50{,}257": "50257*d^2",
    r"\lceil d/64 \rceil \times 64": "ceil(d/64)*64",
    r"[C_{\mathrm{in}} \neq C_{\mathrm{out}}]\, C_{in}": "(C_in if C_in != C_out else 0)",
    r"\max(d, V) + \min(d, V)": "d + V",
    r"\underbrace{V d}_{\text{embedding}} + n_1^2": "V*d + n1^2",
    r"N = P(L, d) = d^{12}": "d^12",
    r"d^12": "2*d",
    r"SIZE\cdot SIZE": "SIZE^2",
    r"d \bmod k + k \lfloor d/k \rfloor": "d",
    r"\begin{aligned} &V d \\ &+ d \end{aligned}": "V*d + d",
}


def read(text: str) -> str:
    known = {key: name for name, latex in SIZES.items() for key in keys_of(name, latex)} | {
        name: name for name in SIZES
    }
    found = sides(Source("<test>", text), Span(0, len(text)), read_tex(MACROS).macros, known)
    return [side.text for side in found if not side.is_name][-1]


def is_proved(one: str, other: str) -> bool:
    declared = "symbol " + ", ".join(SIZES)
    (outcome,) = symparams.parse(f"{declared}\ncheck {one} == {other}\n").check()
    return outcome.status == "proved"


@pytest.mark.parametrize("text", READ)
def test_a_formula_of_a_paper(text: str) -> None:
    assert is_proved(f"({read(text)})", READ[text])


UNREAD = {
    "x d": "x isn't a size that the network knows",
    r"\frac{d}{": "the end can't be read here",
    "d + ": "the end can't be read here",
    "(d": ") is missing before the end",
    r"\foo d": "foo isn't a size that the network knows",
    "d ; k": "; can't be read here",
    r"\sum_{i} d": "the sum doesn't say from where to where its index runs",
    "(" * 500: "the formula is nested more deeply than can be read",
    "{" * 5000 + "d" + "}" * 5000: "the formula is nested more deeply than can be read",
}


@pytest.mark.parametrize("text", UNREAD, ids=lambda text: text[:20])
def test_what_cannot_be_read_is_told_at_its_place(text: str) -> None:
    with pytest.raises(ModelError) as raised:
        read(text)
    finding = raised.value.findings[0]
    assert finding.message == UNREAD[text]
    assert finding.span is not None


def test_a_macro_that_is_defined_by_itself() -> None:
    with pytest.raises(ModelError, match="defined by itself"):
        sides(Source("<test>", r"\a"), Span(0, 2), read_tex(r"\newcommand{\a}{\a\a}").macros, {})


GENERAL = [
    ("gpt2", "GPT2"),
    ("llama", "Llama"),
    ("mixtral", "Mixtral"),
    ("densenet", "DenseBlock"),
    ("t5", "T5"),
    ("vit", "ViT"),
]


@pytest.mark.parametrize(("family", "name"), GENERAL)
@pytest.mark.parametrize("notation", [{}, {"product": "juxtaposed"}, {"names": "typed"}, {"powers": False}], ids=str)
@pytest.mark.parametrize("form", ["written", "collected"])
def test_what_is_printed_reads_back(family: str, name: str, notation: dict[str, object], form: str) -> None:
    from symparams.model.files import load_file
    from symparams.model.forms import latex_names

    path = ZOO / f"{family}.sym"
    file = symparams.load(path)
    if name not in file.names:
        pytest.skip(f"{family} has no {name}")
    formula = getattr(file, name).params
    shaped = formula if form == "written" else formula.collected()
    text = shaped.latex(**notation)
    names = latex_names(load_file(path))
    known = {key: size for size in formula.symbols for key in keys_of(size, names.get(size, ""))}
    (side,) = sides(
        Source("<test>", text), Span(0, len(text)), {}, {**known, **{size: size for size in formula.symbols}}
    )
    assert symparams.formula(side.text).value(**dict.fromkeys(formula.symbols, 16)) == formula.value(
        **dict.fromkeys(formula.symbols, 16)
    )
