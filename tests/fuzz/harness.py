"""What is fuzzed: each harness feeds one input to the package, and fails for what a user must never meet.

That is any exception but `SymparamsError`, an exit status that none promised, and more processor time than LIMIT seconds.
"""

import contextlib
import io
import signal
import sys
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import symparams
from symparams.cli import main
from symparams.errors import Source, SymparamsError
from symparams.syntax.format import formatted, same
from symparams.syntax.parse import parse, parse_expression

from . import texts
from .choices import Choices

LIMIT = 2.0
HANGS = 8.0
LONG = 200_000  # a text of so many signs may take longer to read


class TooSlow(BaseException):
    """An input that took longer than is promised."""


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Lets `SymparamsError` pass, and holds what happens inside to the limit of processor time."""

    def stop(*_: object) -> None:
        raise TooSlow(f"no end after {HANGS:.0f} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, HANGS)
    start = time.process_time()
    try:
        with contextlib.suppress(SymparamsError):
            yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    if time.process_time() - start > LIMIT:
        raise TooSlow(f"{time.process_time() - start:.1f} s")


# -------------------------------------------------------------------------------------------------------- harnesses


def raw(choices: Choices) -> str:
    """Bytes as they are, read as a file and as an expression."""
    return choices.rest().decode("utf-8", "replace")


def read_text(text: str) -> None:
    """Parse a text, and lay it out where it is in the language."""
    with watched():
        parse_expression(Source("fuzz", text))
    with watched():
        source = Source("fuzz", text)
        tree = parse(source)
        result = formatted(source)
        assert same(parse(Source("again", result)), tree)
        assert formatted(Source("again", result)) == result


def read_expression(text: str) -> None:
    """Ask an expression for all that a formula answers."""
    formula, written, sizes = None, "", {}
    with watched():
        formula = symparams.formula(text)
        written = str(formula)
        _ = formula.latex(), formula.assumptions
        sizes = {name: 3 + at for at, name in enumerate(formula.symbols)}
    if not written or formula is None:
        return
    for act in (
        lambda: formula.value(**sizes),
        lambda: formula.expanded(),
        lambda: str(formula.collected()),
        lambda: symparams.formula(written if len(written) < LONG else "0"),
    ):
        with watched():
            act()


def read_factored(text: str) -> None:
    """Ask an expression for what needs sympy."""
    for act in (lambda: str(symparams.formula(text).factored()), lambda: symparams.formula(text).expr):
        with watched():
            act()


def read_file(text: str) -> None:
    """Load a file, check its claims, and measure its networks."""
    with watched():
        file = symparams.parse(text)
        _ = [str(outcome.text) for outcome in file.check()]
    for name in ("Net", "net", "Block"):
        with watched():
            module = symparams.parse(text).formula(f"{name}.params")
            _ = str(module), str(module.expanded())
            _ = module.value(**{size: 2 + at for at, size in enumerate(module.symbols)})


def run_command(words: list[str]) -> None:
    """Run the command line in this process, its standard input another text."""
    printed = io.StringIO()
    before, sys.stdin = sys.stdin, io.StringIO(words[0])
    try:
        with watched(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                status = main(words[1:])
            except SystemExit as leaving:
                status = int(leaving.code or 0)
            assert status in (0, 1, 2), status
    finally:
        sys.stdin = before
    assert "Traceback" not in printed.getvalue()


COMMANDS = ["count", "formula", "latex", "show", "check", "fmt", "table", "macros", "hf", "audit", "verify"]
OPTIONS = [
    "--form", "expanded", "factored", "collected", "--by", "d", "--json", "--depth", "1", "0", "-1", "--assumptions", "-s",
    "n=3", "n=", "=3", "d=n+1", "n=n", "L=10^9", "--measure", "active", "buffers", "--steps", "--lhs", "P_{x}", "--env",
    "none", "--width", "40", "--preset", "paper", "--names", "typed", "--check", "--diff", "--help", "--format", "latex",
    "markdown", "csv", "-o", "/dev/null", "-", "", "--", "-:net", "--columns", "count,share", "é", "\0", "--version",
]  # fmt: skip


def command_line(choices: Choices) -> list[str]:
    """Words of a command line, behind the text on its standard input."""
    target = choices.one(["expression", "file", "-", "none"])
    stdin = texts.whole_file(choices) if target == "file" else ""
    words = {
        "expression": lambda: [texts.expression(choices, 3)],
        "file": lambda: [choices.one(["-:net", "-:Net", "-:Block", "-", "-:net.h.params", "-:Net(*)"])],
        "-": lambda: ["-"],
        "none": list,
    }[target]()
    options = choices.some(lambda: choices.one(OPTIONS), 4)
    return [stdin, choices.one(COMMANDS), *words, *options]


OPERANDS: list[Any] = [
    0, 1, -1, 3, 10**30, Fraction(1, 2), Fraction(-3, 7), True, "n", "2*n + 1", "", "(", "[1]", "True", 10**4000,
]  # fmt: skip
ACTIONS: dict[str, Callable[[Any, Any, str], Any]] = {
    "add": lambda f, x, n: f + x,
    "from": lambda f, x, n: x - f if not isinstance(x, str) else f,
    "times": lambda f, x, n: f * x,
    "over": lambda f, x, n: f / x,
    "floor": lambda f, x, n: f // x,
    "rest": lambda f, x, n: f % x,
    "power": lambda f, x, n: f ** (x if isinstance(x, int) and abs(x) < 40 else 2),
    "negative": lambda f, x, n: -f,
    "set": lambda f, x, n: f.set(**{n: x}),
    "value": lambda f, x, n: f.value(**{n: x}),
    "equals": lambda f, x, n: f.equals(x),
    "same": lambda f, x, n: f == x,
    "less": lambda f, x, n: f < x,
    "whole": lambda f, x, n: int(f),
    "collected": lambda f, x, n: f.collected(n),
    "expanded": lambda f, x, n: f.expanded(),
    "latex": lambda f, x, n: f.latex(names="typed", powers="repeated"),
    "hash": lambda f, x, n: hash(f),
    "html": lambda f, x, n: f._repr_latex_(),
    "wrong option": lambda f, x, n: f.latex(**{n: x}),
}


def python_calls(choices: Choices) -> tuple[str, list[tuple[str, Any, str]]]:
    """An expression, and what is done with its formula."""
    text = texts.expression(choices, 2)
    step = lambda: (choices.one(list(ACTIONS)), choices.one(OPERANDS), choices.one(texts.NAMES))  # noqa: E731
    return text, choices.some(step, 4, 1)


def call(input: tuple[str, list[tuple[str, Any, str]]]) -> None:
    """Do with a formula what a program may do. Python's own refusals of foreign operands are no faults."""
    text, steps = input
    with watched():
        formula = symparams.formula(text)
        for action, operand, name in steps:
            try:
                found = ACTIONS[action](formula, operand, name)
            except TypeError:
                if not isinstance(operand, str):
                    raise
                continue
            if isinstance(found, symparams.Formula):
                formula = found
                _ = str(formula)


HARNESSES: dict[str, tuple[Callable[[Choices], Any], Callable[[Any], None]]] = {
    "raw": (raw, read_text),
    "broken": (texts.broken, read_text),
    "text": (texts.whole_file, read_text),
    "expression": (texts.expression, read_expression),
    "factored": (texts.expression, read_factored),
    "file": (texts.whole_file, read_file),
    "command": (command_line, run_command),
    "python": (python_calls, call),
}


def run(name: str, data: bytes) -> None:
    """Run one input through a harness."""
    make, act = HARNESSES[name]
    act(make(Choices(data)))
