"""Each kind of finding: a file, its first line the command that meets it, and word for word what is printed.

To write the texts anew after a message changed: UPDATE_GOLDEN=1 pytest tests/errors; then read the difference.
"""

import os
import re
import shlex
from pathlib import Path
from time import perf_counter

import pytest

from symparams.cli import main

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.sym"))
SECONDS = 10

each_file = pytest.mark.parametrize("path", FILES, ids=[path.stem.replace("-", " ") for path in FILES])


def golden(path: Path) -> Path:
    return path.with_suffix(".txt")


@each_file
def test_a_finding_is_told(path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(FOLDER)
    command = path.read_text("utf-8").splitlines()[0].removeprefix("# symparams ")
    begun = perf_counter()
    status = main(shlex.split(command))
    took = perf_counter() - begun
    printed = "".join(capsys.readouterr())
    if os.environ.get("UPDATE_GOLDEN"):
        golden(path).write_text(printed, "utf-8")
    assert printed == golden(path).read_text("utf-8")
    assert status == 2
    assert took < SECONDS


@each_file
def test_a_finding_is_in_lower_case_and_shows_no_inside(path: Path) -> None:
    printed = golden(path).read_text("utf-8")
    messages = re.findall(r"error: (.*)", printed)
    own_words = set(re.findall(r"\w+", path.read_text("utf-8")))
    assert messages
    for message in messages:
        first = re.split(r"\W", message)[0]
        assert first in own_words or not first[:1].isupper()
        assert not message.endswith(".")
    assert not re.search(r"Traceback|site-packages|/home/|Node\(|Fraction\(|symparams/(?!library)", printed)


def test_every_text_belongs_to_a_file() -> None:
    assert {golden(path) for path in FILES} == set(FOLDER.glob("*.txt"))
