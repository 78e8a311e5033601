"""`symparams verify` as a test runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from symparams.cli import main

from .checkpoints import NET


@pytest.fixture
def verify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(tmp_path)
    Path("net.sym").write_text(NET, "utf-8")

    def run(*words: str, target: str = "net.sym:Net") -> tuple[int, list[str]]:
        status = main(["verify", target, "--against", *words])
        printed = capsys.readouterr()
        return status, (printed.out or printed.err).splitlines()

    return run
