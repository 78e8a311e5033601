"""Pages kept as files: what a command prints must be what the file of its name holds.

Run with SYMPARAMS_WRITE=1 to write the files anew, and look at each difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from symparams.cli import main

FOLDER = Path(__file__).parent
GOLDEN = FOLDER / "golden"


def check(name: str, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """Hold what the command prints against the file, and give it back."""
    monkeypatch.chdir(FOLDER)
    assert main(command) == 0
    printed = capsys.readouterr().out
    path = GOLDEN / name
    if os.environ.get("SYMPARAMS_WRITE"):
        path.write_text(printed, encoding="utf-8")
    assert printed == path.read_text(encoding="utf-8")
    return printed
