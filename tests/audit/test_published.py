"""Formulas of some 150 papers, spelled as the papers spell them, each against the architecture that it speaks of."""

import json
from collections import Counter
from pathlib import Path

import pytest

from symparams.audit.manuscript import read_manuscript
from symparams.cli import main

HERE = Path(__file__).parent / "published"
NAMES = sorted(path.stem for path in HERE.glob("*.tex"))

# What is printed and isn't so: PaLM's table cuts 540,356,456,448 off.
WRONG = {"transformers": ["540.35B"]}


def audited(manuscript: Path, name: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    main(["audit", str(manuscript), str(HERE / f"{name}.sym"), "--format", "json"])
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)["claims"]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_published_formulas_are_proved(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    claims = audited(HERE / f"{name}.tex", name, capsys)
    failed = [claim for claim in claims if claim["status"] not in ("proved", "right")]
    assert [claim["stated"] for claim in failed] == WRONG.get(name, [])


def test_there_are_many() -> None:
    counts = Counter(claim.kind for name in NAMES for claim in read_manuscript(HERE / f"{name}.tex").claims)
    assert counts["formula"] > 180


@pytest.mark.parametrize("name", NAMES)
def test_one_more_than_the_formula_is_refuted(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = HERE / f"{name}.tex"
    text = path.read_text("utf-8")
    claims = [claim for claim in read_manuscript(path).claims if claim.kind == "formula"]
    exact = [
        claim
        for claim in claims
        if not any(sign in text[slice(*claim.stated)] for sign in (r"\approx", "O(", r"\mathcal{O}"))
    ]
    for claim in reversed(exact):
        end = claim.stated.start + len(text[slice(*claim.stated)].rstrip(" ."))
        text = f"{text[:end]} + 1{text[end:]}"
    (tmp_path / "paper.tex").write_text(text, "utf-8")
    found = audited(tmp_path / "paper.tex", name, capsys)
    assert Counter(claim["status"] for claim in found if "+ 1" in str(claim["stated"])[-5:]) == {"wrong": len(exact)}
