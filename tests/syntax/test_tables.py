"""The parser's tables: made by lark, kept in the cache, and made anew whatever is wrong there."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from symparams.syntax import tables as t
from symparams.syntax.build import Builder
from symparams.syntax.drive import Parser, maker


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache file's path in a folder of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    return Path(t.cache_path())


def test_what_is_kept_is_what_was_made(cache: Path) -> None:
    made = t.tables()
    assert cache.exists()
    assert not [path for path in cache.parent.iterdir() if path != cache]
    kept = t.cached(str(cache), t.grammar_text())
    assert kept == made


UNREADABLE = {
    "an empty file": lambda text: "",
    "half a file": lambda text: text[:5000],
    "one digit changed": lambda text: text[:-3000] + text[-3000:].replace("1", "2", 1),
    "no text at all": lambda text: "\x80\x03pickle",
}  # fmt: skip
BROKEN = {
    "no JSON": lambda data: "{",
    "deep JSON": lambda data: "[" * 100_000,
    "another grammar": lambda data: json.dumps([[*data[0][:3], "start: A"], *data[1:]]),
    "another Python": lambda data: json.dumps([[data[0][0], [2, 7], *data[0][2:]], *data[1:]]),
    "rows of text": lambda data: json.dumps([data[0], "rows", *data[2:]]),
    "a state that isn't there": lambda data: json.dumps([data[0], [{"NAME": 9999}], *data[2:]]),
    "a start that isn't there": lambda data: json.dumps([*data[:2], {}, *data[3:]]),
    "a rule of no size": lambda data: json.dumps([*data[:3], [["file", -1, "file", True, False]] * 400, *data[4:]]),
    "words as a list": lambda data: json.dumps([*data[:4], [1], data[5]]),
    "a pattern that is none": lambda data: json.dumps([*data[:5], [["NAME", "("]]]),
}  # fmt: skip


@pytest.mark.parametrize("broken", UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_cache_is_made_anew(broken: Callable[[str], str], cache: Path) -> None:
    good = t.tables()
    cache.write_text(broken(cache.read_text(encoding="utf-8")), encoding="latin-1", errors="replace")
    assert t.cached(str(cache), t.grammar_text()) is None
    assert t.tables() == good
    assert t.cached(str(cache), t.grammar_text()) == good


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_cache_that_says_something_else_is_made_anew(broken: Callable[[list[Any]], str], cache: Path) -> None:
    good = t.tables()
    data = json.loads(t.unpacked(cache.read_text(encoding="utf-8")))
    cache.write_text(t.packed(broken(data)), encoding="utf-8")
    assert t.cached(str(cache), t.grammar_text()) is None
    assert t.tables() == good


def put_pipe(path: Path) -> None:
    os.mkfifo(path)


def put_endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def put_huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 36)


def put_loop(path: Path) -> None:
    path.symlink_to(path)


def put_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("put", [put_pipe, put_endless, put_huge, put_loop, put_folder])
def test_a_cache_that_is_no_file_of_tables_is_neither_waited_for_nor_read(
    put: Callable[[Path], None], cache: Path
) -> None:
    good = t.tables()
    cache.unlink()
    put(cache)
    assert t.cached(str(cache), t.grammar_text()) is None
    assert t.tables() == good
    assert not [path for path in cache.parent.iterdir() if path != cache]


def test_a_cache_of_another_user_is_not_read(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    t.tables()
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    assert t.cached(str(cache), t.grammar_text()) is None


@pytest.mark.parametrize("error", [OSError(28, "no space"), KeyboardInterrupt()], ids=["a full disk", "Ctrl-C"])
def test_a_write_that_is_cut_off_leaves_nothing(
    error: BaseException, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, "replace", fail)
    with contextlib.suppress(KeyboardInterrupt):
        assert t.tables().rows
    assert list(cache.parent.iterdir()) == []


def test_many_processes_at_once_read_and_write_one_cache(cache: Path) -> None:
    """Some start without a cache, some while others replace or spoil it; each reads its text."""
    script = (
        "import sys; from symparams.syntax.parse import parse; from symparams.errors import Source\n"
        "print(len(parse(Source('text', 'a = 1\\nb = 2\\n')).statements))\n"
    )
    cache.parent.mkdir(parents=True, exist_ok=True)
    running = []
    for number in range(9):
        if number % 3 == 2:
            cache.write_text("0000\n[" * number)
        running.append(
            subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        )
    assert [process.communicate()[0] for process in running] == [b"2\n"] * 9
    assert [path.name for path in cache.parent.iterdir()] == ["tables.json"]


def test_a_rule_in_the_cache_calls_the_builders_own_methods_only(cache: Path) -> None:
    rule = t.Rule("x", 1, "__class__", True, False)
    with pytest.raises(AttributeError):
        maker(rule, Builder())


def test_without_a_writable_cache_the_tables_are_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    for folder in (str(tmp_path / "file"), "/proc/none", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", folder)
        monkeypatch.setenv("HOME", str(tmp_path / "file"))
        assert Parser(t.tables()).parse("x = 1\n", "file").statements


def test_the_grammar_has_no_conflict() -> None:
    """lark would take one side in silence."""
    script = (
        "import logging; from lark import logger; logger.setLevel(logging.DEBUG)\n"
        "from symparams.syntax import tables as t; t.made(t.grammar_text())\n"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "onflict" not in result.stderr


def test_reading_a_page_needs_no_lark(cache: Path) -> None:
    t.tables()
    script = (
        "import sys; from symparams.syntax.parse import parse; from symparams.errors import Source\n"
        "parse(Source('text', 'module A(n):\\n    fc: Linear(n, n)\\n'))\n"
        "print(sorted(set(sys.modules) & {'lark', 'sympy', 'dataclasses', 'inspect', 'difflib', 'hashlib'}))\n"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
