"""What an audit of a manuscript finds: its page is compared word for word, and every format with the others."""

import json
from pathlib import Path

import pytest

from symparams.cli import main

HERE = Path(__file__).parent


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(HERE / "paper")

    def run(*words: str) -> tuple[int, str, str]:
        status = main(["audit", *words])
        return status, *capsys.readouterr()

    return run


# `paper` has what an audit can find; `slips` has sections, tables, macros of its own, and mistakes whose reasons are known.
@pytest.mark.parametrize("name", ["paper", "slips"])
def test_the_page_of_an_audit(name: str, audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE / name)
    status, printed, _ = audit("paper.tex", "counts.sym")
    assert printed == (HERE / name / "audit.txt").read_text("utf-8")
    assert status == 2  # some claims can't be read


def test_all_formats_tell_the_same(audit) -> None:
    claims = json.loads(audit("paper.tex", "counts.sym", "--format", "json")[1])["claims"]
    wanting = [one for one in claims if one["status"] not in ("proved", "right")]
    sarif = json.loads(audit("paper.tex", "counts.sym", "--format", "sarif")[1])["runs"][0]
    places = [result["locations"][0]["physicalLocation"] for result in sarif["results"]]
    assert [(place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in places] == [
        (one["file"], one["line"]) for one in wanting
    ]
    assert {result["ruleId"] for result in sarif["results"]} <= {
        rule["id"] for rule in sarif["tool"]["driver"]["rules"]
    }
    github = audit("paper.tex", "counts.sym", "--format", "github")[1].splitlines()
    assert [line.split(",")[:2] for line in github if line.startswith("::")] == [
        [f"::{'notice' if one['status'] == 'unchecked' else 'error'} file={one['file']}", f"line={one['line']}"]
        for one in wanting
    ]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (r"It has \symclaim{gpt2:small}{124M} parameters.", 0),
        (r"It has \symclaim{gpt2:small}{125M} parameters.", 1),
        (r"It has \symclaim{gpt2:smal}{125M} parameters.", 2),
        ("It has 7B parameters.", 0),
        ("", 0),
    ],
)
def test_the_exit_status_is_that_of_check(audit, tmp_path: Path, text: str, status: int) -> None:
    (tmp_path / "paper.tex").write_text(text, "utf-8")
    assert audit(str(tmp_path / "paper.tex"))[0] == status


def test_a_manuscript_that_is_not_there(audit) -> None:
    status, printed, told = audit("papr.tex", "counts.sym")
    assert (status, printed) == (2, "")
    assert told.startswith("error: papr.tex doesn't exist")
    assert audit()[0] == 2


def test_an_input_outside_of_the_folder_is_not_read(audit, tmp_path: Path) -> None:
    (tmp_path / "secret.tex").write_text(r"\symclaim{gpt2:small}{1M}", "utf-8")
    folder = tmp_path / "paper"
    folder.mkdir()
    (folder / "paper.tex").write_text(r"\input{../secret}\input{paper}\input{paper.tex}", "utf-8")
    status, printed, _ = audit(str(folder / "paper.tex"))
    assert (status, printed.splitlines()[-1]) == (0, "1 unread")
    assert "note: ../secret lies outside of the manuscript's folder, so nothing of it is checked" in printed


def test_an_input_that_is_not_there_is_told(audit, tmp_path: Path) -> None:
    (tmp_path / "tables.tex").write_text("", "utf-8")
    text = r"\input{glyphtounicode}\begin{document}\include{table}\InputIfFileExists{maybe}{}{}\IfFileExists{no}{\input{no}}{}"
    (tmp_path / "paper.tex").write_text(text, "utf-8")
    status, printed, _ = audit(str(tmp_path / "paper.tex"), "--format", "json")
    claims = json.loads(printed)["claims"]
    assert status == 2
    assert [(one["status"], one["column"], one["notes"]) for one in claims] == [
        ("unread", 1, ["glyphtounicode isn't here; if it is TeX's own, nothing is missing"]),
        ("error", 39, ["table isn't there, so nothing of it is checked"]),
    ]


def test_the_macros_are_the_ones_that_the_reader_knows(audit, tmp_path: Path) -> None:
    preamble = audit("--preamble")[1]
    (tmp_path / "paper.tex").write_text(preamble + r"\symclaim{gpt2:small}{124M}", "utf-8")
    assert audit(str(tmp_path / "paper.tex"))[1].splitlines()[-1] == "1 right"


FORMULAS = (
    "symbol V, d, L\nmodule Net(V, d, L):\n    wte: Embedding(V, d)\n    h: L * Linear(d, d)\nnet = Net(10, 20, 2)\n"
)
MANUSCRIPTS = {
    "a mark on one row of an align speaks of that row": (
        r"\begin{align} A &= 17 d \\"
        "\n"
        r"P &= V d \\ &\quad + L (d^2 + d) % symformula: Net.params"
        "\n"
        r"\end{align}",
        ["proved"],
    ),
    "each row with its own mark": (
        r"\begin{align} P &= L d^2 % symformula: Net.params"
        "\n"
        r"\\ Q &= V d % symformula: Net.wte.params"
        "\n"
        r"\end{align}",
        ["wrong", "proved"],
    ),
    "a row that goes on from a chain": (
        r"\begin{align*} P &= V d + L d (d + 1) \\"
        "\n"
        r"&= V d + L d^2 + L d % symformula: Net.params"
        "\n"
        r"\end{align*}",
        ["proved"],
    ),
    "a mark before an align speaks of all of it": (
        "% symformula: Net.params\n" r"\begin{align} P &= V d \\ &\quad + L (d^2 + d) \end{align}",
        ["proved"],
    ),
    "an author's macro with an argument prints a number": (
        r"\newcommand{\million}[1]{#1\,M}\symclaim{1040000}{\million{1.04}}",
        ["right"],
    ),
    "a macro with an argument that may be left out": (
        r"\newcommand\sq[2][1]{#1 #2^2}$\symformula{Net.params}{V d + L d + L \sq{d}}$ $\symformula{2*L*d^2}{L \sq[2]{d}}$",
        ["proved", "proved"],
    ),
}


@pytest.mark.parametrize("name", MANUSCRIPTS)
def test_marks_in_rows_and_macros(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, verdicts = MANUSCRIPTS[name]
    (tmp_path / "counts.sym").write_text(FORMULAS, "utf-8")
    (tmp_path / "rows.tex").write_text(text, "utf-8")
    (tmp_path / "paper.tex").write_text("\\input rows.tex\n", "utf-8")
    main(["audit", str(tmp_path / "paper.tex"), str(tmp_path / "counts.sym"), "--format", "json"])
    printed = json.loads(capsys.readouterr().out)
    assert [claim["status"] for claim in printed["claims"]] == verdicts
