"""`symparams latex --derive` and `--steps`: the story of a count, its equations right, in three formats."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import symparams
from symparams.cli import main
from symparams.model.groups import whole
from symparams.model.kinds import kinds
from symparams.model.query import part_of
from symparams.render.text import text
from tests.render.readers import refused_by_katex, refused_by_pdflatex

from .golden import FOLDER, check

ZOO = Path(symparams.__file__).parent / "zoo"
NETS = symparams.load(FOLDER / "nets.sym")
FORMATS = {"latex": "tex", "markdown": "md", "html": "html"}
STORIES = {
    "story-numbers": ["nets.sym:base", "--preset", "paper"],
    "story-symbols": ["nets.sym:Decoder"],
    "story-quantities": ["lenet:LeNet"],
    "story-arguments": ["nets.sym:pair", "--product", "times", "--digits", "grouped"],
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("story", STORIES)
def test_each_story_in_each_format(
    story: str, form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if form == "html":
        pytest.importorskip("latex2mathml")
    check(f"{story}.{FORMATS[form]}", ["latex", *STORIES[story], "--derive", "--format", form], monkeypatch, capsys)


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_equations_in_other_formats(
    form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if form == "html":
        pytest.importorskip("latex2mathml")
    command = ["latex", "nets.sym:Decoder", "nets.sym:tiny", "--steps", "--lhs", "P", "--format", form]
    check(f"equations.{FORMATS[form]}", command, monkeypatch, capsys)


FAMILIES = [
    "gpt2:small",
    "mixtral:mixtral_8x7b",
    "resnet:resnet18",
    "bert:base_pretraining",
    "t5:small",
    "densenet:densenet121",
]


@pytest.mark.parametrize("target", FAMILIES)
def test_pdflatex_compiles_the_story_of_a_zoo_network(
    target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["latex", target, "--derive", "--preset", "paper"]) == 0
    assert refused_by_pdflatex(capsys.readouterr().out, tmp_path, "amsmath") == ""


@pytest.mark.parametrize("target", FAMILIES)
def test_katex_reads_every_formula_of_a_story(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["latex", target, "--derive", "--format", "markdown"]) == 0
    assert refused_by_katex(formulas(capsys.readouterr().out)) == []


def test_katex_reads_the_golden_stories() -> None:
    pages = [path.read_text("utf-8") for path in (FOLDER / "golden").glob("*.md")]
    assert refused_by_katex([formula for page in pages for formula in formulas(page)]) == []


def formulas(page: str) -> list[str]:
    blocks = re.findall(r"```math\n(.*?)\n```", page, re.DOTALL)
    rest = re.sub(r"```math\n.*?\n```", "", page, flags=re.DOTALL)
    inline = [found.strip("`") for found in re.findall(r"\$(`[^`]+`|[^$`]+)\$", rest)]
    assert blocks or inline
    return blocks + inline


# ------------------------------------------------------------------------------------------------------ what it says


def test_the_articles_equations_stand_in_the_story() -> None:
    page = symparams.load(ZOO / "lenet.sym").LeNet.derivation()
    assert r"(5 \cdot 5 \cdot 1 + 1) \cdot 6 + (5 \cdot 5 \cdot 6 + 1) \cdot 16 = 2572" in page
    assert r"59134 + 2572 = 61706" in page
    assert r"\texttt{Conv2d} &= (k^{2} \cdot C_{\mathrm{in}} + 1) \cdot C_{\mathrm{out}}" in page


def test_each_side_of_a_members_equation_is_equal() -> None:
    page = symparams.load(ZOO / "gpt2.sym").small.derivation(product="juxtaposed").replace("\\\\\n&=", "=")
    rows = re.findall(r"\\texttt\{(\w+)\} &= .* = +([\d \\cdot()+^{}]+) = +(\d+)", page)
    assert {name: value for name, _, value in rows}["h"] == "85054464"
    for _, product, value in rows:
        plain = re.sub(r"\^\{(\d+)\}", r"**\1", product.replace(r"\cdot", "*"))
        assert eval(plain, {"__builtins__": {}}) == int(value)


def found_kinds(net: object) -> dict[str, str]:
    part, _ = part_of(net._question)  # type: ignore[attr-defined]
    return {f"{kind.name}({', '.join(map('='.join, kind.options))})": text(kind.formula) for kind in kinds(whole(part))}


def test_kinds_are_general_and_told_once() -> None:
    assert found_kinds(NETS.base) == {
        "Embedding()": "N*d",
        "LayerNorm()": "2*n",
        "Linear()": "n_in*n_out + n_out",
        "Linear(bias=False)": "n_in*n_out",
        "Block()": "2*d + (3*d^2 + 3*d) + d^2",
    }


def test_a_size_that_only_decides_makes_kinds_of_its_own() -> None:
    kinds_of = found_kinds(symparams.load(ZOO / "resnet.sym").resnet18)
    assert kinds_of["Conv2d(bias=False)"] == "k^2*C_in*C_out"
    assert "if C != w" in kinds_of["BasicBlock()"]
    assert "stride" not in kinds_of["BasicBlock(stride=2)"]


def test_the_total_assumes_what_the_network_does_and_no_more() -> None:
    page = symparams.load(ZOO / "resnet.sym").resnet18.derivation()
    assert r"\text{for }" not in page.partition("Total")[2]


def test_a_tied_and_a_frozen_member_are_told() -> None:
    page = NETS.base.derivation("markdown")
    assert "`lm_head` is tied to `wte.weight` and counted there" in page
    assert "$38737920$ of these are trainable." in page


def test_steps_in_python() -> None:
    linear = symparams.formula("Linear(n, m)").set(n=3, m=4)
    assert linear.latex(steps=True) == r"n \cdot m + m = 3 \cdot 4 + 4 = 16"


def test_a_network_that_has_no_general_form_has_steps_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    text = "module Net(n):\n    for i in range(n):\n        {i}: Linear(2^2^i, 1)\nnet = Net(3)\n"
    assert symparams.parse(text).net.params.latex(steps=True).endswith("= 25")


# ------------------------------------------------------------------------------------------------------ the sample paper

PAPER = r"""
%(preamble)s
%(macros)s
\section{A small decoder}
%(derivation)s

\section{Sizes}
%(table)s

The base model has \symclaim{base.params}{\DecoderBaseParamsM{}} parameters,
or \symclaim{base.params}{\DecoderBaseParams{}}, in the form
\[\symformula{Decoder.params}{\DecoderFormula}.\]
"""


@pytest.mark.parametrize("digits", ["grouped", "num"])
def test_the_sample_paper_compiles_and_all_it_claims_holds(
    digits: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def printed(*command: str) -> str:
        assert main(command) == 0
        return capsys.readouterr().out

    monkeypatch.chdir(FOLDER)
    columns = "name=Model,V,d,L,params,rounded=Short"
    parts = {
        "preamble": printed("audit", "--preamble"),
        "macros": printed("macros", "nets.sym"),
        "derivation": printed("latex", "nets.sym:base", "--derive", "--preset", "paper", "--digits", digits),
        "table": printed(
            "table", "nets.sym:tiny", "nets.sym:base", "--columns", columns, "--format", "latex",
            "--digits", digits, "--caption", "Two sizes.", "--label", "tab:sizes",
        ),
    }  # fmt: skip
    page = PAPER % parts
    packages = "amsmath,booktabs,siunitx" if digits == "num" else "amsmath,booktabs"
    assert refused_by_pdflatex(page, tmp_path, packages) == ""
    (tmp_path / "paper.tex").write_text(page, "utf-8")
    status = main(["audit", str(tmp_path / "paper.tex"), "nets.sym"])
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "middle"),
    [
        (["--preset", "paper"], r"768(12 \cdot 12 \cdot 768 + 50{,}257 + 1{,}024 + 13 \cdot 12 + 2)"),
        (["--form", "factored"], r"768 \cdot (12 \cdot 12 \cdot 768 + 50257 + 1024 + 13 \cdot 12 + 2)"),
    ],
)
def test_steps_put_the_numbers_into_the_form_that_is_shown(words, middle, capsys):
    assert main(["latex", "gpt2:small", "--steps", *words]) == 0
    assert middle in capsys.readouterr().out


def test_a_layer_that_stands_in_two_forms_is_told_apart_by_its_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "net.sym"
    text = "module Net(d, k):\n    point: Conv1d(d, d, 1)\n    depth: Conv1d(d, d, k, groups=d)\nnet = Net(8, 3)\n"
    file.write_text(text, "utf-8")
    assert main(["latex", f"{file}:net", "--derive"]) == 0
    assert r"\texttt{Conv1d(groups=g)} &= " in capsys.readouterr().out


def test_steps_longer_than_a_page_may_go_on_at_the_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["latex", "densenet:densenet121", "--steps"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("{\\allowdisplaybreaks\n\\begin{align*}")
    assert refused_by_pdflatex(page, tmp_path) == ""


def test_a_short_factor_stays_with_its_bracket(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["latex", "deepseek_v3:deepseek_v3", "--steps"]) == 0
    assert r"+ 58 \cdot \bigl(\bigl(7168 \cdot 1536" in capsys.readouterr().out
