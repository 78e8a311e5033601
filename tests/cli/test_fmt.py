"""`symparams fmt`: what is written and what is left, exit statuses, links, modes, and writes that are cut off."""

import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from symparams.cli import main

ODD = "module A(n):\n  fc:Linear(n,n)   # one\ncheck A.params==n^2+n\n"
LAID_OUT = "module A(n):\n    fc: Linear(n, n)  # one\n\ncheck A.params == n^2 + n\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("odd.sym").write_text(ODD)
    Path("good.sym").write_text(LAID_OUT)
    Path("wrong.sym").write_text("module A(:\n")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_laid_out_in_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fmt", "odd.sym", "good.sym"]) == 0
    assert capsys.readouterr() == ("odd.sym is laid out anew\n", "")
    assert Path("odd.sym").read_text() == Path("good.sym").read_text() == LAID_OUT
    assert main(["fmt", "odd.sym", "good.sym"]) == 0
    assert capsys.readouterr() == ("", "")


def test_an_error_in_one_file_leaves_it_and_doesnt_stop_the_others(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "bytes.sym").write_bytes(b"\xff\xfe")
    assert main(["fmt", "wrong.sym", "missing.sym", "bytes.sym", ".", "odd.sym"]) == 2
    printed = capsys.readouterr()
    assert printed.out == "odd.sym is laid out anew\n"
    assert "wrong.sym:1:9" in printed.err
    assert "missing.sym doesn't exist" in printed.err
    assert "bytes.sym isn't UTF-8 text" in printed.err
    assert "error: . is a folder" in printed.err
    assert contents(folder)["wrong.sym"] == b"module A(:\n"
    assert contents(folder)["bytes.sym"] == b"\xff\xfe"


@pytest.mark.parametrize(
    ("words", "status"),
    [(["good.sym"], 0), (["odd.sym", "good.sym"], 1), (["odd.sym", "wrong.sym"], 2)],
    ids=["nothing to do", "a change", "an error"],
)
def test_check_lists_what_would_change_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], status: int
) -> None:
    before = contents(folder)
    assert main(["fmt", "--check", *words]) == status
    assert capsys.readouterr().out == ("odd.sym\n" if "odd.sym" in words else "")
    assert contents(folder) == before


def test_diff_prints_what_would_change(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(folder)
    assert main(["fmt", "--diff", "odd.sym", "good.sym"]) == 0
    assert main(["fmt", "--diff", "--check", "odd.sym"]) == 1
    first = capsys.readouterr().out
    assert first.startswith(
        "--- odd.sym\n+++ odd.sym laid out\n@@ -1,3 +1,4 @@\n module A(n):\n-  fc:Linear(n,n)   # one\n"
    )
    assert contents(folder) == before


def test_diff_says_where_the_last_line_has_no_end(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("odd.sym").write_text("a = 1")
    main(["fmt", "--diff", "odd.sym"])
    assert capsys.readouterr().out.endswith("-a = 1\n\\ No newline at end of file\n+a = 1\n")


def test_standard_input_goes_to_standard_output(folder: Path) -> None:
    command = [sys.executable, "-m", "symparams.cli", "fmt"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(__file__).parents[2])}

    def run(content: bytes, *words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([*command, *words], input=content, capture_output=True, env=environment, check=False)

    done = run("größe=1·2\r\n".encode(), "-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "größe = 1·2\r\n".encode(), b"")
    wrong = run(b"a = (\n", "-")
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert b"<stdin>:1:5" in wrong.stderr
    assert run(b"\xff", "-").stderr.startswith(b"error: standard input isn't UTF-8 text\n")
    assert run(b"a=1", "--check", "-").returncode == 1


def test_standard_input_that_is_no_file(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a=1"))
    assert main(["fmt", "-"]) == 0
    assert capsys.readouterr().out == "a = 1\n"


def test_a_link_stays_a_link_and_a_mode_a_mode(folder: Path) -> None:
    os.chmod("odd.sym", 0o640)
    Path("link.sym").symlink_to("odd.sym")
    assert main(["fmt", "link.sym"]) == 0
    assert Path("link.sym").is_symlink()
    assert Path("odd.sym").read_text() == LAID_OUT
    assert stat.S_IMODE(os.stat("odd.sym").st_mode) == 0o640


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "Ctrl-C"])
@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
def test_a_write_that_is_cut_off_leaves_the_old_file_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise error

    before = contents(folder)
    monkeypatch.setattr(os, step, fail)
    assert main(["fmt", "odd.sym"]) == (2 if isinstance(error, OSError) else 130)
    assert contents(folder) == before


def test_a_file_that_changes_in_the_meantime_is_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from symparams.syntax import format as layout

    real = layout.formatted

    def slow(source: object) -> str:
        Path("odd.sym").write_text("newer = 1\n")
        return real(source)  # type: ignore[arg-type]

    monkeypatch.setattr(layout, "formatted", slow)
    assert main(["fmt", "odd.sym"]) == 2
    assert Path("odd.sym").read_text() == "newer = 1\n"


def test_a_read_only_file_is_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert main(["fmt", "odd.sym"]) == 2
    assert capsys.readouterr().err == "error: odd.sym can't be written: it is read-only\n"
    assert Path("odd.sym").read_text() == ODD


def test_what_is_no_plain_file_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fmt", "/dev/null"]) == 0
    assert main(["fmt", "a\0b"]) == 2
    assert "can't be read: embedded null" in capsys.readouterr().err
