"""The page of a network: its numbers add up, fit their screens, and are those that the language counts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest

import symparams
from symparams.cli import main
from symparams.cli import screen as terminal
from symparams.model.files import zoo_index
from symparams.pages.screen import Screen

FOLDER = Path(__file__).parent
ROOT = Path(__file__).parents[2]
FAMILIES = sorted(zoo_index())
BRANCH = re.compile(r"[│├└ ]*")
SHARE = re.compile(r"([\d.]+)%")


def page(words: list[str], screen: Screen, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(terminal, "screen", lambda: screen)
    assert main(["show", *words]) == 0, capsys.readouterr().err
    return capsys.readouterr().out


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_of_a_page_is_wider_than_its_screen(
    family: str, width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = page([family], Screen(width), monkeypatch, capsys).splitlines()
    # A word longer than the screen, such as one long product, stays whole below the table.
    wide = [line for line in lines if len(line) > width]
    assert [line for line in wide if " " in line.strip() and len(max(line.split(), key=len)) < width - 10] == []


def shares(printed: str) -> list[tuple[int, float]]:
    """The depth and share of each row of the tree."""
    table = printed.partition("\n\n")[0].splitlines()[1:]
    rows = [(len(BRANCH.match(line)[0]) // 2, SHARE.search(line)) for line in table]  # type: ignore[index]
    return [(depth, float(share[1])) for depth, share in rows if share]


def inside(rows: list[tuple[int, float]], place: int) -> list[float]:
    """The shares of the rows directly inside a row."""
    found = []
    for depth, share in rows[place + 1 :]:
        if depth <= rows[place][0]:
            break
        if depth == rows[place][0] + 1:
            found.append(share)
    return found


NETS = ["gpt2:small", "resnet:resnet50", "deepseek_v3:deepseek_v3", "albert:xxlarge", "t5:base", "densenet:densenet121"]


@pytest.mark.parametrize("net", NETS)
def test_shares_of_a_level_add_up_to_that_above_inside_copies_too(
    net: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = shares(page([net], Screen(120), monkeypatch, capsys))
    assert rows[0] == (0, 100.0)
    sums = [(share, inside(rows, place)) for place, (_, share) in enumerate(rows)]
    assert len([parts for _, parts in sums if parts]) > 2
    assert [
        (share, parts) for share, parts in sums if parts and abs(sum(parts) - share) > 0.05 * (len(parts) + 1) + 0.001
    ] == []


PATHS = ["small", "small.layers", "small.layers.attn", "small.embed_tokens", "shared.first", "shared", "turns.conv1"]


@pytest.mark.parametrize("path", PATHS)
def test_the_count_is_that_of_the_path(
    path: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(FOLDER)
    printed = page([f"nets.sym:{path}", "--depth", "0"], Screen(80), monkeypatch, capsys)
    count = symparams.load("nets.sym").formula(path).value()
    assert f"{count:,}" in printed.splitlines()[1]
    assert re.search(rf"^params +{count:,}$", printed, re.MULTILINE)


def test_every_tensor_expanded_is_a_row(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    printed = page(["gpt2:small", "--expand"], Screen(120), monkeypatch, capsys)
    rows = symparams.load("gpt2").small.tensors(expand=True)
    for row in rows:
        shape = ", ".join(map(str, row.shape))
        assert re.search(rf"^{re.escape(row.name)}: \[{shape}\]", printed, re.MULTILINE), row.name
    assert "lm_head.weight: [50257, 768], tied to wte.weight" in printed


REFUSED = [
    (["gpt2:small", "--all", "--measure", "active"], "leave out --all, or --measure active"),
    (["gpt2:GPT2", "--expand"], "h has L copies, which is open"),
    (["2 + 3"], "a module or a member is needed here"),
]


@pytest.mark.parametrize(("words", "message"), REFUSED, ids=[" ".join(case[0]) for case in REFUSED])
def test_what_can_not_be_shown_is_told(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", *words]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--depth", "-1"], ["--depth", "x"], ["--all", "--depth", "1"], ["--sort", "size"]])
def test_an_option_that_says_nothing_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["show", "gpt2:small", *words])
    assert leaving.value.code == 2


# ------------------------------------------------------------------------------------------------------ the terminal


def shown(**environment: str) -> str:
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "COLUMNS": "80"}
    run = subprocess.run(
        [sys.executable, "-m", "symparams.cli", "show", "Linear(3, 4)"],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        check=True,
    )
    return run.stdout.decode("utf-8")


TERMINALS = [
    ("a pipe has no colours", {"TERM": "xterm"}, False),
    ("FORCE_COLOR gives it some", {"FORCE_COLOR": "1"}, True),
    ("FORCE_COLOR=0 doesn't", {"FORCE_COLOR": "0"}, False),
    ("NO_COLOR goes before", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ("an empty NO_COLOR says nothing", {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
]


@pytest.mark.parametrize(
    ("environment", "has_colours"), [case[1:] for case in TERMINALS], ids=[t[0] for t in TERMINALS]
)
def test_colours(environment: dict[str, str], has_colours: bool) -> None:
    assert ("\x1b[" in shown(**environment)) == has_colours


class Terminal:
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("term", "has_colours"), [("xterm-256color", True), ("dumb", False), (None, False)])
def test_a_terminal_has_colours_unless_it_is_dumb(
    term: str | None, has_colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    if term is not None:
        monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(terminal.sys, "stdout", Terminal())
    assert terminal.screen().has_colours == has_colours


LOCALES = [
    ("UTF-8", {"LC_ALL": "C.UTF-8"}, True),
    ("none said", {}, True),
    ("C", {"LC_ALL": "C"}, False),
    ("POSIX", {"LANG": "POSIX"}, False),
    ("C, and UTF-8 by Python's own switch", {"LC_ALL": "C", "PYTHONUTF8": "1"}, True),
    ("Latin-1", {"PYTHONIOENCODING": "latin-1"}, False),
    ("ASCII", {"PYTHONIOENCODING": "ascii"}, False),
]


@pytest.mark.parametrize(
    ("environment", "has_unicode"), [case[1:] for case in LOCALES], ids=[case[0] for case in LOCALES]
)
def test_signs_are_those_of_the_locale(environment: dict[str, str], has_unicode: bool) -> None:
    printed = shown(**environment)
    assert ("3·4 + 4" in printed) == has_unicode
    assert ("3*4 + 4" in printed) != has_unicode
    assert has_unicode or printed.isascii()


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are a thing of Unix")
def test_a_page_on_a_real_terminal_is_as_wide_as_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl
    import pty
    import struct
    import termios

    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 53, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    command = [sys.executable, "-m", "symparams.cli", "show", "gpt2:small"]
    with subprocess.Popen(command, cwd=ROOT, env={**environment, "TERM": "xterm"}, stdout=follower) as running:
        os.close(follower)
        printed = b""
        try:
            while piece := os.read(leader, 65536):
                printed += piece
        except OSError:  # the end of a pseudo terminal
            pass
        running.wait()
    lines = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in printed.decode().splitlines()]
    assert b"\x1b[" in printed
    assert 45 < max(map(len, lines)) <= 53


def test_a_page_of_a_large_network_is_there_at_once() -> None:
    begun = perf_counter()
    subprocess.run(
        [sys.executable, "-m", "symparams.cli", "show", "llama:llama3_405b"], cwd=ROOT, capture_output=True, check=True
    )
    assert perf_counter() - begun < 5  # a second on a quiet machine, see benchmarks


def test_turns_that_alternate_are_one_row_each(tmp_path, capsys):
    file = tmp_path / "net.sym"
    file.write_text(
        "from zoo.peft import LoRA\nfrom zoo.gpt2 import GPT2\nnet = GPT2(100, 10, 8, 5) with:\n    h[::2].mlp.c_fc: LoRA(it, 2)\n",
        "utf-8",
    )
    from symparams.cli import main

    for words in (["show", f"{file}:net", "--depth", "1"], ["table", f"{file}:net"]):
        assert main(words) == 0
        printed = capsys.readouterr().out
        rows = [line for line in printed.splitlines() if "h." in line and "changed" not in line and "[::" not in line]
        assert [row.split("h.")[1].split(":")[0].split()[0] for row in rows] == ["0,2…4", "1,3"]
    assert main(["latex", f"{file}:net", "--derive"]) == 0
    written = capsys.readouterr().out.split("h.0,2")[1].split("h.1,3")[0]
    assert r"} &= 3 \cdot " in written
    assert written.count(r"\\") <= 8
