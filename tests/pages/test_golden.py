"""How the pages look, sign by sign: each file of `golden` begins with its command, the width and what the screen has.

To write them anew after a page changed: UPDATE_GOLDEN=1 pytest tests/pages; then look at the difference.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from symparams.cli import main
from symparams.cli import screen as terminal
from symparams.pages.screen import Screen

FOLDER = Path(__file__).parent
ANSI = re.compile(r"\x1b\[[\d;]*m")

PAGES = {
    "numbers at 80": (["show", "nets.sym:small"], Screen(80)),
    "numbers at 40": (["show", "nets.sym:small"], Screen(40)),
    "numbers at 120": (["show", "nets.sym:small"], Screen(120)),
    "numbers at 200": (["show", "nets.sym:small"], Screen(200)),
    "numbers in ascii": (["show", "nets.sym:small"], Screen(110, has_unicode=False)),
    "numbers in colour": (["show", "nets.sym:small"], Screen(110, has_colours=True)),
    "symbols": (["show", "nets.sym:Net"], Screen(80)),
    "symbols at 40": (["show", "nets.sym:Net"], Screen(40)),
    "symbolic loops": (["show", "nets.sym:Loops"], Screen(80)),
    "by active ones the largest first": (["show", "nets.sym:small", "--measure", "active", "--sort", "share"], Screen(100)),
    "by buffers": (["show", "nets.sym:small", "--measure", "buffers"], Screen(80)),
    "one level": (["show", "nets.sym:small", "--depth", "1"], Screen(80)),
    "one of the copies": (["show", "nets.sym:small.layers.attn"], Screen(80)),
    "all of the copies": (["show", "nets.sym:small.layers"], Screen(80)),
    "copies tied to a layer": (["show", "nets.sym:shared"], Screen(80)),
    "turns of a loop": (["show", "nets.sym:turns"], Screen(80)),
    "a changed network": (["show", "nets.sym:tuned"], Screen(90)),
    "a changed network in colour": (["show", "nets.sym:tuned", "--depth", "2"], Screen(90, has_colours=True)),
    "every tensor of a changed network": (["show", "nets.sym:tuned", "--all"], Screen(90)),
    "every tensor": (["show", "nets.sym:small", "--all"], Screen(100)),
    "every tensor in symbols": (["show", "nets.sym:Net", "--all"], Screen(80)),
    "every tensor of each copy": (["show", "nets.sym:shared", "--expand", "--sort", "share"], Screen(80)),
    "frozen tensors": (["show", "nets.sym:small", "--all", "--measure", "frozen"], Screen(80)),
    "no such tensors": (["show", "nets.sym:shared", "--all", "--measure", "frozen"], Screen(80)),
    "a layer of the library": (["layers", "Conv2d"], Screen(80)),
    "a layer of the library at 40": (["layers", "LSTM"], Screen(40)),
    "a layer of the library in ascii": (["layers", "MultiheadAttention"], Screen(100, has_unicode=False)),
    "a family of the library": (["layers", "embedding"], Screen(80)),
}  # fmt: skip


def golden(name: str) -> Path:
    return FOLDER / "golden" / f"{name.replace(' ', '-')}.txt"


def drawn(words: list[str], screen: Screen, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.chdir(FOLDER)
    monkeypatch.setattr(terminal, "screen", lambda: screen)
    assert main(words) == 0, capsys.readouterr().err
    return capsys.readouterr().out


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_before(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    words, screen = PAGES[name]
    printed = drawn(words, screen, monkeypatch, capsys)
    if os.environ.get("UPDATE_GOLDEN"):
        golden(name).write_text(printed, "utf-8")
    assert printed == golden(name).read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_to_its_screen(name: str) -> None:
    _, screen = PAGES[name]
    page = golden(name).read_text("utf-8")
    lines = [ANSI.sub("", line) for line in page.splitlines()]
    assert max(map(len, lines)) <= screen.width
    assert [line for line in lines if line != line.rstrip()] == []
    assert ("\x1b" in page) == screen.has_colours
    assert screen.has_unicode or page.isascii()


def test_colours_change_no_sign_of_a_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    words, screen = PAGES["numbers in colour"]
    plain = drawn(words, screen._replace(has_colours=False), monkeypatch, capsys)
    assert ANSI.sub("", golden("numbers in colour").read_text("utf-8")) == plain


def test_every_golden_page_belongs_to_a_case() -> None:
    assert {golden(name) for name in PAGES} == set((FOLDER / "golden").glob("*.txt"))
