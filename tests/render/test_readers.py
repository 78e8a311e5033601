"""What we print is read by two readers that we didn't write: KaTeX in strict mode, and pdflatex."""

from __future__ import annotations

import itertools
from pathlib import Path

from symparams.formula.nodes import Compare, Mod, Node, Number, Symbol
from symparams.render.equation import ENVIRONMENTS, assumptions_latex, equation
from symparams.render.latex import ARTICLE, CHOICES, PAPER, Notation, latex
from symparams.render.names import latex_name

from . import test_names
from .readers import refused_by_katex, refused_by_pdflatex
from .samples import SAMPLES, equal

NOTATIONS = [ARTICLE, PAPER, Notation("times", False, "typed", "num"), Notation(digits="thin")]
EVERY_NOTATION = [Notation(*row) for row in itertools.product(*CHOICES.values())]  # type: ignore[arg-type]
CONDITIONS = [Compare("<=", Symbol("k"), Symbol("L")), equal(Mod(Symbol("d"), Symbol("h")), 0)]
WIDE = [SAMPLES[name] for name in ("GPT-2 in numbers", "Mixtral", "conditions joined")]


def _equation(node: Node, notation: Notation, environment: str, width: float = 66) -> str:
    sides = [node, Number(124439808)]
    return equation(
        sides, lhs="n_params", conditions=CONDITIONS, notation=notation, environment=environment, width=width
    )


def _broken() -> list[str]:
    choices = itertools.product(SAMPLES.values(), ENVIRONMENTS, (15, 40))
    return [_equation(node, PAPER, environment, width) for node, environment, width in choices]


def _names() -> list[str]:
    names = [row[0] for row in test_names.ROMAN] + [
        r"a}\input{x",
        "a$b",
        "a%b",
        "a\\",
        "a#&~^b",
        "a'b",
        "a\nb",
        "a\x01",
    ]
    return [latex_name(name, style).text for name in names for style in ("roman", "typed")]


def test_katex_reads_every_kind_of_formula() -> None:
    formulas = [latex(node, notation) for node in SAMPLES.values() for notation in EVERY_NOTATION]
    formulas += _names() + test_names.GOOD + _broken()
    formulas += [_equation(node, notation, name) for node in WIDE for notation in NOTATIONS for name in ENVIRONMENTS]
    formulas.append("x" + assumptions_latex(CONDITIONS))
    assert refused_by_katex(formulas) == []


def test_katex_refuses_what_is_wrong() -> None:
    assert len(refused_by_katex([r"\frac{1", "é", "a_b_c", "a"])) == 3


def test_pdflatex_compiles_a_page_of_all_kinds(tmp_path: Path) -> None:
    page = [equation([node], notation=notation) for node in SAMPLES.values() for notation in NOTATIONS]
    page += [
        _equation(node, notation, name) for node in WIDE for notation in NOTATIONS for name in ("display", "align")
    ]
    page += [_equation(node, ARTICLE, "equation") for node in WIDE]
    page += [rf"\[{name}\]" for name in _names() + test_names.GOOD]
    assert refused_by_pdflatex("\n".join(page), tmp_path) == ""


def test_pdflatex_refuses_what_is_wrong(tmp_path: Path) -> None:
    assert "Undefined control sequence" in refused_by_pdflatex(r"\[\nosuchthing\]", tmp_path)
    assert "Overfull" in refused_by_pdflatex(r"\[" + "1" * 90 + r"\]", tmp_path)
