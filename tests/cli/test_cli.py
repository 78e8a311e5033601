"""The command line: what each command prints and where, options, standard input, and exit statuses."""

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import symparams
from symparams.cli import main

ROOT = Path(__file__).parents[2]

NET = """\
symbol d "model width" as "d_{m}"
symbol L "layers"

module Block(d):
    attn: Linear(d, d)
    frozen norm: LayerNorm(d)

module Net(d, L, bias=False):
    "A stack."
    wte: Embedding(10, d)
    h:   L * Block(d)
    buffer mask: [7]
    head: Linear(d, 10, bias=bias)
    tie head.weight = wte.weight

small = Net(3, 2)
"""
SMALL = 30 + 2 * (12 + 6)

CHECKS = {
    "good": 'check Net.params == 10*d + L*(d^2 + 3*d)  "a hand sum"\n',
    "false": "check Net.params == 10*d + L*d^2\n",
    "open": "check Nett.params == 3\n",
}


class Run:
    """What a command printed, and its exit status."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


Runner = Callable[..., Run]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    monkeypatch.chdir(tmp_path)
    Path("net.sym").write_text(NET)
    Path("plain.sym").write_text("a = 3\n")
    for name, text in CHECKS.items():
        Path(f"{name}.sym").write_text(NET + text)

    def act(*words: str, stdin: str | None = None) -> Run:
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        try:
            status = main(words)
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        return Run(status, *capsys.readouterr())

    return act


COUNTS = [
    ("a layer", ["Linear(16*5*5, 120)"], 48120),
    ("an expression of numbers", ["2^10 - 24"], 1000),
    ("an instance in a file", ["net.sym:small"], SMALL),
    ("a part of it", ["net.sym:small.h.attn"], 12),
    ("a call in a file", ["net.sym:Net(3, 2)"], SMALL),
    ("a sum of measures", ["net.sym:small.params - Block(3).params"], SMALL - 18),
    ("a bare module with its sizes set", ["net.sym:Net", "-s", "d=3", "-s", "L=2"], SMALL),
    ("a default set", ["net.sym:Net", "-s", "d=3", "-s", "L=2", "-s", "bias=True"], SMALL + 10),
    ("a default set by a number", ["net.sym:Net", "-s", "d=3", "-s", "L=2", "--set", "bias=1"], SMALL + 10),
    ("a size set to an expression", ["net.sym:Net", "-s", "d=2^2-1", "-sL=4//2"], SMALL),
    ("free names set", ["Conv2d(C_in, 8, k)", "-s", "C_in=3", "-s", "k=5"], 608),
    ("no turns", ["net.sym:Net", "-s", "d=3", "-s", "L=0"], 30),
    ("trainable ones", ["net.sym:small", "--measure", "trainable"], SMALL - 12),
    ("frozen ones", ["net.sym:small", "--measure", "frozen"], 12),
    ("buffers", ["net.sym:small", "--measure", "buffers"], 7),
    ("active ones", ["net.sym:small", "--measure", "active"], SMALL),
    ("more digits than most", ["10^4000"], 10**4000),
]


@pytest.mark.parametrize(("words", "count"), [case[1:] for case in COUNTS], ids=[case[0] for case in COUNTS])
def test_count_prints_the_number_alone(run: Runner, words: list[str], count: int) -> None:
    found = run("count", *words)
    assert (found.status, found.out, found.err) == (0, f"{count}\n", "")


def test_count_of_a_file_says_on_stderr_what_it_counts(run: Runner) -> None:
    found = run("count", "net.sym")
    assert (found.status, found.out, found.err) == (0, f"{SMALL}\n", "symparams: net.sym:small\n")


def test_count_as_json(run: Runner) -> None:
    found = run("count", "net.sym:small", "--measure", "frozen", "--json")
    assert json.loads(found.out) == {"target": "net.sym:small", "measure": "frozen", "count": 12}
    assert json.loads(run("count", "net.sym:small", "--json").out)["measure"] == "params"
    assert json.loads(run("count", "1/3", "--json").out)["count"] == "1/3"


def test_a_colon_without_an_expression_is_the_file(run: Runner) -> None:
    assert run("count", "net.sym:").out == f"{SMALL}\n"


STDIN = [
    ("the last module or instance", ["count", "-"], f"{SMALL}\n"),
    ("an expression", ["count", "-:small.h.attn"], "12\n"),
    ("a formula", ["formula", "-:Block"], "(d^2 + d) + 2*d\n"),
    ("checks", ["check", "-"], "1 passed, 0 failed\n"),
]


@pytest.mark.parametrize(("words", "end"), [case[1:] for case in STDIN], ids=[case[0] for case in STDIN])
def test_a_dash_is_standard_input(run: Runner, words: list[str], end: str) -> None:
    found = run(*words, stdin=NET + CHECKS["good"])
    assert found.status == 0
    assert found.out.endswith(end)


FORMULAS = [
    ("as written", ["Conv2d(C_in, C_out, k)"], "(k^2*C_in + 1)*C_out"),
    ("expanded", ["net.sym:Net", "--form", "expanded"], "L*d^2 + 3*L*d + 10*d"),
    ("factored", ["net.sym:Net", "--form", "factored"], "d*(L*d + 3*L + 10)"),
    ("collected", ["net.sym:Net", "--form", "collected", "--by", "L"], "d*(d + 3)*L + 10*d"),
    ("with a size set", ["net.sym:Net", "-s", "L=2"], "10*d + 2*((d^2 + d) + 2*d)"),
    ("of a measure", ["net.sym:Net", "--measure", "frozen"], "L*2*d"),
]


@pytest.mark.parametrize(("words", "text"), [case[1:] for case in FORMULAS], ids=[case[0] for case in FORMULAS])
def test_formula_prints_text(run: Runner, words: list[str], text: str) -> None:
    found = run("formula", *words)
    assert (found.status, found.out, found.err) == (0, f"{text}\n", "")


def test_formula_lists_assumptions_as_comments(run: Runner) -> None:
    found = run("formula", "Conv2d(a, b, k, groups=g)", "--assumptions")
    first, *rest = found.out.splitlines()
    assert first == "(k^2*a/g + 1)*b"
    assert len(rest) == 2
    assert all(line.startswith("# assuming ") for line in rest)
    assert str(symparams.formula(found.out)) == first


LATEX = [
    ("a display", ["Linear(n, m)"], r"\[n \cdot m + m\]"),
    ("bare", ["Linear(n, m)", "--env", "bare"], r"n \cdot m + m"),
    ("with a left side", ["Linear(n, m)", "--lhs", "params"], r"\[\mathrm{params} = n \cdot m + m\]"),
    ("juxtaposed", ["Linear(n, m)", "--product", "juxtaposed", "--env", "bare"], "nm + m"),
    ("a symbol's own LaTeX", ["net.sym:Block.attn", "--env", "bare"], "d_{m}^{2} + d_{m}"),
    ("steps", ["Linear(n, 2)", "-s", "n=3", "--steps", "--env", "bare"], r"n \cdot 2 + 2 = 3 \cdot 2 + 2 = 8"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "text"), [case[1:] for case in LATEX], ids=[case[0] for case in LATEX])
def test_latex_prints(run: Runner, words: list[str], text: str) -> None:
    found = run("latex", *words)
    assert (found.status, found.err) == (0, "")
    assert re.sub(r"\s", "", found.out) == re.sub(r"\s", "", text)


def test_latex_of_several_targets_is_an_equation_each(run: Runner) -> None:
    assert run("latex", "Linear(n, m)", "Linear(a, b)").out.count(r"\[") == 2


def test_show_is_a_tree_with_counts_and_shares(run: Runner) -> None:
    found = run("show", "net.sym:small")
    assert found.status == 0
    for piece in ("wte", "h", "attn", "norm", "66", "frozen", "tied", "%", "2 ×"):
        assert piece in found.out, piece
    assert max(map(len, found.out.splitlines())) <= 80


def test_show_of_symbols_names_them(run: Runner) -> None:
    found = run("show", "net.sym:Net")
    assert "model width" in found.out
    assert "layers" in found.out


def test_show_to_a_depth(run: Runner) -> None:
    assert "attn" in run("show", "net.sym:small", "--depth", "2").out
    assert "attn" not in run("show", "net.sym:small", "--depth", "1").out


CHECKED = [
    ("good", 0, "proved    good.sym:17: Net.params == 10*d + L*(d^2 + 3*d)  \"a hand sum\"\n1 passed, 0 failed\n"),
    ("false", 1, "0 passed, 1 failed\n"),
    ("open", 2, "0 passed, 1 failed\n"),
    ("net", 0, "0 passed, 0 failed\n"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "status", "end"), CHECKED, ids=[case[0] for case in CHECKED])
def test_check_says_what_came_of_each_claim(run: Runner, name: str, status: int, end: str) -> None:
    found = run("check", f"{name}.sym")
    assert (found.status, found.err) == (status, "no checks in net.sym\n" if name == "net" else "")
    assert found.out.endswith(end)


def test_a_refuted_claim_shows_example_difference_and_network(run: Runner) -> None:
    lines = [line.strip() for line in run("check", "false.sym").out.splitlines()]
    assert lines[0] == "REFUTED   false.sym:17: Net.params == 10*d + L*d^2"
    assert re.fullmatch(r"at (\w = \d+(, )?)+:", lines[1])
    assert lines[-4:-1] == [
        "left - right = 3*L*d",
        "the network has d*(L*d + 3*L + 10)",
        "claimed 10*d + L*d^2 = params - L*d - 2*L*d: without all biases but those of norms; without all norms",
    ]


def test_checks_of_several_files_are_added_up(run: Runner) -> None:
    found = run("check", "good.sym", "false.sym", "good.sym")
    assert (found.status, found.out.splitlines()[-1]) == (1, "2 passed, 1 failed")
    found = run("check", "good.sym", "nothing.sym", "false.sym")
    assert (found.status, found.out.splitlines()[-1]) == (2, "1 passed, 2 failed")
    assert "nothing.sym doesn't exist" in found.err


WRONG = [
    ("no command", [], "usage"),
    ("an unknown command", ["cuont", "net.sym"], "cuont"),
    ("an unknown option", ["count", "net.sym", "--depth", "1"], "--depth"),
    ("no target", ["count"], "TARGET"),
    ("an empty target", ["count", ""], "the target is empty"),
    ("open sizes", ["count", "net.sym:Net"], "set -s d=… -s L=…"),
    ("an unknown measure", ["count", "net.sym", "--measure", "flops"], "flops"),
    ("an unknown form", ["formula", "net.sym", "--form", "short"], "short"),
    ("an unknown product", ["latex", "net.sym", "--product", "star"], "star"),
    ("a file without a module", ["show", "plain.sym"], "say what you ask for: plain.sym:EXPR"),
    ("a file that isn't there", ["count", "nett.sym"], "did you mean net.sym?"),
    ("a broken text on standard input", ["count", "-"], "<stdin>:1:5"),
]


@pytest.mark.parametrize(("words", "message"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_wrong_input_is_status_2_and_a_message_on_stderr(run: Runner, words: list[str], message: str) -> None:
    found = run(*words, stdin="x = 3d\n")
    assert (found.status, found.out) == (2, "")
    assert message in found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize("command", ["count", "formula", "latex", "show", "check"])
def test_help_has_examples(run: Runner, command: str) -> None:
    found = run(command, "--help")
    assert found.status == 0
    examples = re.findall(rf"^  symparams {command} .+$", found.out, re.MULTILINE)
    assert len(examples) >= 2


def test_help_names_all_commands_and_statuses(run: Runner) -> None:
    found = run("--help")
    for word in ("count", "formula", "latex", "show", "check", "TARGET", "Exit status"):
        assert word in found.out
    assert run("--version").out.startswith("symparams ")


def process(*words: str, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "symparams.cli", *words]
    return subprocess.Popen(command, cwd=ROOT, text=True, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]


def test_a_closed_pipe_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with process("check", "symparams/zoo/gpt2.sym", stdout=writing) as running:
        os.close(writing)
        _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")


def test_the_module_runs_as_a_command() -> None:
    with process("count", "symparams/zoo/gpt2.sym:small", stdout=subprocess.PIPE) as running:
        assert running.communicate(timeout=60) == ("124439808\n", "")


def test_text_of_any_encoding_of_the_terminal() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    with process("show", "symparams/zoo/gpt2.sym:small", stdout=subprocess.PIPE, env=environment) as running:
        _, err = running.communicate(timeout=60)
    assert (running.returncode, "Traceback" in err) == (0, False)


def test_a_size_is_given_by_another(run: Runner) -> None:
    assert run("count", "Linear(n, n)", "-s", "n=k", "-s", "k=3").out == "12\n"
    assert run("count", "Linear(n, n)", "-s", "k=3", "-s", "n=k + 1").out == "20\n"
