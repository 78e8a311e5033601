"""Every snippet of README.md and grammar/README.md is run: files and their checks, console sessions, Python."""

import contextlib
import doctest
import importlib
import io
import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest

import symparams
from symparams.cli import main

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "grammar/README.md")
EXAMPLE = re.compile(r"^ *>>> ", re.MULTILINE)
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Snippet(NamedTuple):
    page: str
    line: int
    language: str
    text: str


def snippets(*languages: str) -> list[Snippet]:
    found = []
    for page in PAGES:
        text = (ROOT / page).read_text("utf-8")
        for match in FENCE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(Snippet(page, line, match.group(1), match.group(2)))
    return [snippet for snippet in found if snippet.language in languages]


def name(snippet: Snippet) -> str:
    return f"{snippet.page}:{snippet.line}"


@pytest.mark.parametrize("snippet", snippets("sym"), ids=name)
def test_a_file_and_all_of_its_checks(snippet: Snippet) -> None:
    outcomes = symparams.parse(snippet.text, name(snippet)).check()
    assert outcomes
    assert [(outcome.text, outcome.findings) for outcome in outcomes if outcome.status != "proved"] == []


def sessions() -> list[tuple[Snippet, str, str]]:
    found = []
    for snippet in snippets("console"):
        for part in re.split(r"^\$ ", snippet.text, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((snippet, command, output))
    return found


@pytest.mark.parametrize(
    ("command", "output"),
    [session[1:] for session in sessions()],
    ids=[f"{name(s[0])} {s[1][:50]}" for s in sessions()],
)
def test_a_console_session_prints_what_the_page_says(
    command: str, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    program, *arguments = shlex.split(command)
    assert program == "symparams"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        main(arguments)
    assert printed.getvalue() == output


@pytest.mark.parametrize("snippet", snippets("python"), ids=name)
def test_a_python_snippet_runs(snippet: Snippet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(snippet.text, name(snippet), "exec"), {})


def modules_with_examples() -> list[str]:
    found = [path for path in (ROOT / "symparams").rglob("*.py") if EXAMPLE.search(path.read_text("utf-8"))]
    return [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in sorted(found)]


@pytest.mark.parametrize("module", modules_with_examples())
def test_examples_in_docstrings_give_what_they_say(module: str) -> None:
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted
    assert not found.failed


def test_no_snippet_is_left_out() -> None:
    known = {"sym", "console", "python", "sh", "text"}
    assert {snippet.language for snippet in snippets(*known)} <= known
    everything = sum((ROOT / page).read_text("utf-8").count("\n```") for page in PAGES)
    assert everything == 2 * len(snippets(*known))
