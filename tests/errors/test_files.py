"""What is wrong with a file itself, and what a hostile one could try: refused within seconds, without a traceback."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from symparams.cli import main

SECONDS = 10

NET = "module Net(n):\n    fc: Linear(n, n)\n"
MODULES = "module M0(n):\n    fc: Linear(n, n)\n" + "".join(
    f"module M{i + 1}(n):\n    a: M{i}(n)\n    b: M{i}(n + 1)\n" for i in range(60)
)


def text(content: str | bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content) and None


def link(to: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(to)


# the sentence, what makes the file net.sym, the target behind its name, what stands in the message
def pipe(path: Path) -> None:
    os.mkfifo(path.with_name("pipe.sym"))
    path.write_text('import "pipe.sym"\n')


CASES = [
    ("no UTF-8", text(b"a = 3\nb = 4  # caf\xe9\n"), "", "net.sym isn't UTF-8 text (line 2)\n  = help: save it as UTF-8"),
    ("UTF-16", text("a = 3".encode("utf-16")), "", "net.sym isn't UTF-8 text (line 1)"),
    ("a NUL byte", text(b"a = 3\0\n"), "", "U+0000"),
    ("nothing", lambda path: None, "", "net.sym doesn't exist"),
    ("a misspelled name", lambda path: path.with_name("nets.sym").write_text(NET), "", "did you mean nets.sym?"),
    ("a folder", lambda path: path.mkdir(), "", "net.sym is a folder, not a file"),
    ("a link to nothing", link("gone.sym"), "", "net.sym doesn't exist"),
    ("a link to itself", link("net.sym"), "", "net.sym can't be read: too many levels of symbolic links"),
    ("an empty file", text(""), "", "net.sym defines no module"),
    ("more than 5 MB", text("#" * 5_000_001), "", "net.sym is larger than the limit of 5,000,000 bytes"),
    ("a file without an end", link("/dev/zero"), "", "net.sym is larger than the limit of 5,000,000 bytes"),
    ("20,000 brackets", text(f"x = {'(' * 20_000}1{')' * 20_000}\n"), ":x", "deeper than 100, the limit of brackets"),
    ("20,000 open brackets", text(f"x = {'(' * 20_000}\n"), ":x", "deeper than 100, the limit of brackets"),
    ("20,000 lists", text(f"x = {'[' * 20_000}{']' * 20_000}\n"), ":x", "deeper than 100, the limit of brackets"),
    ("20,000 signs", text(f"x = {'-' * 20_000}1\n"), ":x", "the limit of nesting"),
    ("20,000 negations", text(f"x = {'not ' * 20_000}True\n"), ":x", "the limit of nesting"),
    ("20,000 names in a path", text(f"x = a{'.b' * 20_000}\n"), ":x", "the limit of nesting"),
    ("20,000 calls", text(f"x = a{'()' * 20_000}\n"), ":x", "the limit of nesting"),
    ("20,000 powers", text(f"x = {'^'.join(['2'] * 20_000)}\n"), ":x", "the limit of a row"),
    ("20,000 conditions", text(f"x = {'1 if a else ' * 20_000}1\n"), ":x", "the limit of a row"),
    ("300 levels", text("".join(f"{'    ' * i}for i in [1]:\n" for i in range(300))), ":x", "the limit of nesting"),
    ("200,000 digits", text(f"x = {'9' * 200_000}\n"), ":x", "the limit of a number"),
    ("doubling modules", text(f"{MODULES}net = M60(3)\n"), ":net", "1,000,000 terms"),
    ("a pipe that is imported", pipe, ":x", "pipe.sym isn't a file on the disk"),
    ("a chain of imports without an end", lambda path: chain(path, 400), ":x", "imports are nested more than 50 deep"),
]  # fmt: skip


def chain(path: Path, length: int) -> None:
    path.write_text('import "f0.sym"\n')
    for i in range(length):
        path.with_name(f"f{i}.sym").write_text(f'import "f{i + 1}.sym"\n')


@pytest.mark.parametrize(("make", "target", "message"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
@pytest.mark.parametrize("command", ["count", "check"])
def test_a_file_is_refused(
    command: str,
    make: Callable[[Path], None],
    target: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "net.sym")
    if command == "check" and message in ("net.sym defines no module", "1,000,000 terms"):
        pytest.skip("these texts are read; only their count is refused")
    begun = perf_counter()
    status = main([command, "net.sym" + (target if command == "count" else "")])
    took = perf_counter() - begun
    printed = capsys.readouterr()
    assert status == 2
    assert message in printed.err
    assert not re.search(r"Traceback|\.py\b", printed.err)
    assert str(tmp_path) not in printed.err
    assert len(printed.err) < 3_000
    assert took < SECONDS


HARMLESS = [
    ("a byte order mark", "\ufeff" + NET),
    ("Windows' line ends", NET.replace("\n", "\r\n")),
    ("no line's end at the end", NET.rstrip()),
    ("blank lines with blanks", NET.replace("\n", "\n   \n\n")),
    ("5,000 choices", "module Net(n):\n    if n == 0:\n        fc: [n, 2]\n"
     + "".join(f"    elif n == {i}:\n        fc: [{i}, {i + 1}]\n" for i in range(1, 2_000))),
    ("10^12 copies of copies", "module Net(n):\n    fc: Linear(n, n)\n    h: 10**12 * (0 * Linear(n, n))\n"),
    ("Fibonacci's numbers", "f(n) = f(n - 1) + f(n - 2) if n > 1 else 1\n"
     "module Net(n):\n    fc: [n, 4 + f(60) - f(59) - f(58)]\n"),
]  # fmt: skip


@pytest.mark.parametrize("content", [case[1] for case in HARMLESS], ids=[case[0] for case in HARMLESS])
def test_a_file_is_read(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.sym"
    path.write_bytes(content.encode())
    begun = perf_counter()
    assert main(["count", f"{path}:Net", "-s", "n=3"]) == 0
    assert perf_counter() - begun < SECONDS
    assert capsys.readouterr().out == "12\n"
