r"""`symparams macros`: names of letters alone, several notations of each number, collisions, and files that are out of date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import symparams
from symparams.cli import main
from symparams.pages.macros import decimal, macros_page, millions, spelled
from symparams.render.latex import Notation
from tests.render.readers import refused_by_katex, refused_by_pdflatex

from .golden import FOLDER, check

ZOO = Path(symparams.__file__).parent / "zoo"


def macros(text: str, **options: str) -> dict[str, str]:
    page = macros_page(symparams.parse(text)._unit, "net.sym", "symparams macros net.sym", **options)  # type: ignore[arg-type]
    return dict(re.findall(r"^\\newcommand\{\\([A-Za-z]+)\}\{(.*)\}$", page, re.MULTILINE))


def test_the_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    check("macros.tex", ["macros", "nets.sym"], monkeypatch, capsys)


def test_gpt2() -> None:
    found = macros((ZOO / "gpt2.sym").read_text("utf-8").replace("zoo.", "zoo."))
    assert found["GPTTwoSmallParams"] == "124{,}439{,}808"
    assert found["GPTTwoSmallParamsM"] == r"124.4\,M"
    assert found["GPTTwoSmallParamsShort"] == r"124\,M"
    assert r"n_{\text{layer}}" in found["GPTTwoFormula"]


SPELLED = [
    ("GPT2", "GPTTwo"), ("small", "Small"), ("mixtral_8x7b", "MixtralEightXSevenB"), ("d_model", "DModel"), ("resnet50", "ResnetFiveZero"),
    ("café", "Cafe"), ("λ_1", "LamdaOne"), ("a__b", "AB"), ("opt_1_3b", "OptOnePointThreeB"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "letters"), SPELLED)
def test_a_name_is_spelled_in_letters(name: str, letters: str) -> None:
    assert spelled(name) == letters


@pytest.mark.parametrize(
    ("count", "words"),
    [(124_439_808, r"124.4\,M"),
     (61_706, r"0.0617\,M"), (999_999, r"1.00\,M"), (9_960_000, r"9.96\,M"), (9_999_999, r"10.0\,M"), (10_000_000, r"10.0\,M"),
     (46_702_792_704, r"46{,}702.8\,M"), (0, r"0.0\,M"), (-2_500_000, r"-2.50\,M"), (3, r"0.00000300\,M")],
)  # fmt: skip
def test_millions(count: int, words: str) -> None:
    assert millions(count) == words


def test_thin_digits_hold_in_millions_too() -> None:
    assert millions(46_702_792_704, Notation(digits="thin")) == r"46\,702.8\,M"


def test_siunitx_takes_the_decimals_too() -> None:
    assert millions(46_702_792_704, Notation(digits="num")) == r"\num{46702.8}\,M"


def test_a_ratio_is_a_decimal() -> None:
    from fractions import Fraction

    assert decimal(Fraction(2, 3)) == "0.667"
    found = macros("module A(n):\n    w: [n]\na = A(3)\nb = A(2)\nratio = b.params/a.params\ntwice = 2*a.params\n")
    assert found["RatioValue"] == "0.667"
    assert found["TwiceValue"] == "6"


ROWS = """
module Net(n, k=2):
    first: [n, 7] active k
    frozen scale: [3]
    buffer mask: [5]
    width = 2*n
    rest = first.params + width
    layers = [1, 2]

net = Net(10)
other = Net(n=20)
"""


def test_measures_stand_where_they_differ_and_quantities_by_their_names() -> None:
    found = macros(ROWS)
    assert found["NetParams"] == "73"
    assert found["NetTrainable"] == "70"
    assert found["NetActive"] == "17"
    assert found["NetBuffers"] == "5"
    assert found["NetWidth"] == "20"
    assert found["NetOtherRest"] == "180"
    assert found["NetFormula"] == r"\ensuremath{7n + 3}"
    assert found["NetRestFormula"] == r"\ensuremath{9n}"
    assert "NetLayers" not in found


def test_a_prefix_keeps_two_files_apart() -> None:
    assert set(macros(ROWS, prefix="Our")) == {f"Our{name}" for name in macros(ROWS)}


def test_every_macro_works_in_text_and_in_formulas(tmp_path: Path) -> None:
    page = (FOLDER / "golden" / "macros.tex").read_text("utf-8")
    names = re.findall(r"newcommand\{\\([A-Za-z]+)\}", page)
    shown = [rf"{name}:\setbox0\hbox{{\{name}{{}} and $\{name}$}}\ifdim\wd0<150pt \box0 \fi" for name in names]
    body = "\n\n".join(shown)
    assert refused_by_pdflatex(page + body, tmp_path, "amsmath") == ""


def test_katex_reads_every_formula() -> None:
    page = (FOLDER / "golden" / "macros.tex").read_text("utf-8")
    formulas = re.findall(r"\{\\ensuremath\{(.*)\}\}$", page, re.MULTILINE)
    assert formulas
    assert refused_by_katex(formulas) == []


# ------------------------------------------------------------------------------------------------------ files


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.sym").write_text(ROWS)
    return tmp_path


def test_a_file_is_written_checked_and_found_out_of_date(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["macros", "net.sym", "-o", "counts.tex"]
    assert main([*command, "--check"]) == 1
    assert "counts.tex is out of date" in capsys.readouterr().err
    assert main(command) == 0
    assert main([*command, "--check"]) == 0
    page = (here / "counts.tex").read_text()
    assert "%   symparams macros net.sym -o counts.tex\n" in page
    (here / "net.sym").write_text(ROWS.replace("Net(10)", "Net(11)"))
    capsys.readouterr()
    assert main([*command, "--check"]) == 1
    assert "symparams macros net.sym -o counts.tex" in capsys.readouterr().err
    assert (here / "counts.tex").read_text() == page


def test_the_same_command_from_another_place_leaves_the_file_up_to_date(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["macros", "net.sym", "-o", "counts.tex"]) == 0
    (here / "below").mkdir()
    monkeypatch.chdir(here / "below")
    assert main(["macros", "../net.sym", "-o", "../counts.tex", "--check"]) == 0


def test_an_error_in_the_file_leaves_the_old_page(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "counts.tex").write_text("old")
    (here / "net.sym").write_text(ROWS + "bad = Net(n=x)\n")
    assert main(["macros", "net.sym", "-o", "counts.tex"]) == 2
    assert "x isn't" in capsys.readouterr().err
    assert (here / "counts.tex").read_text() == "old"


@pytest.mark.parametrize("path", sorted(ZOO.glob("*.sym")), ids=lambda path: path.stem)
def test_the_latex_that_the_zoo_gives_its_sizes_can_be_used(path: Path) -> None:
    from symparams.model.forms import latex_names

    assert isinstance(latex_names(symparams.load(path)._unit), dict)
