"""The command line: `symparams show | count | formula | latex | check`.

Arguments → a question → the package's answer → text on stdout. Exit status: 0 done, 1 a check didn't pass, 2 the input is wrong.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any, TextIO

from .errors import Finding, SymparamsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .api import Formula
    from .model.files import Unit
    from .model.query import Question

MEASURES = ("params", "trainable", "frozen", "buffers", "active")
FORMS = ("written", "expanded", "factored", "collected")
WIDTH = 80
MAX_DIGITS = 40_000  # more than the 100,000 binary digits that a number may have

NOT_IN_A_PATH = r"[()\[\]{}\"'#\n]"

TARGET = """\
TARGET is a formula in which free names are symbols, 'Conv2d(C_in, C_out, k)'; or FILE.sym, which stands for its last
module or instance; or FILE.sym:EXPR, as in gpt2.sym:small.h.attn. A `-` in the file's place is standard input."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is the answer."""
    _prepare_streams()
    try:
        options = parser().parse_args(_shielded(sys.argv[1:] if argv is None else argv))
        return int(options.run(options))
    except SymparamsError as error:
        return _refuse(str(error))
    except BrokenPipeError:
        _close_quietly()
        return 0
    except KeyboardInterrupt:
        return 130
    except RecursionError:
        return _refuse("error: the text is nested more deeply than can be worked with")


def _prepare_streams() -> None:
    """Signs that the terminal can't show are replaced; whole numbers print up to the digits that are worth a page."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.set_int_max_str_digits(MAX_DIGITS)


def _shielded(argv: Sequence[str]) -> list[str]:
    """The arguments with a blank before `-:EXPR`, which argparse would take for an option."""
    return [f" {word}" if word.startswith("-:") else word for word in argv]


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


def _close_quietly() -> None:
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# ------------------------------------------------------------------------------------------------------ targets


def question_of(target: str) -> Question:
    """The question that a TARGET asks. Raises: `FileError`, `ParseError` and `UsageError` for what can't be asked."""
    from . import api
    from .errors import Source
    from .model import files

    path, expr = split_target(target)
    if path is None:
        return api.question(expr, files.Unit(Source("<target>", "")), "<target>")
    unit = unit_of(path)
    if not expr:
        expr = last_name(unit, path)
        print(f"symparams: {path}:{expr}", file=sys.stderr)
    return api.question(expr, unit, "<target>")


def split_target(target: str) -> tuple[str | None, str]:
    """A TARGET's file, None where there is none, and its expression."""
    import os
    import re

    target = target.strip()
    match = re.match(r"(-|.*?\.sym)(?::(.*))?$", target, re.DOTALL)
    if match and (not re.search(NOT_IN_A_PATH, match.group(1)) or os.path.exists(match.group(1))):
        return match.group(1), (match.group(2) or "").strip()
    if os.path.exists(target) and not target.isidentifier():
        return target, ""
    if not target:
        raise UsageError(Finding("usage-target", "the target is empty", hint="try 'Linear(n, m)' or a file, net.sym"))
    return None, target


def unit_of(path: str) -> Unit:
    """The file at a path; `-` is standard input."""
    from pathlib import Path

    from .errors import Source
    from .model import files

    if path != "-":
        return files.load_file(Path(path))
    try:
        text = sys.stdin.read()
    except UnicodeDecodeError:
        raise UsageError(Finding("file", "standard input isn't UTF-8 text")) from None
    return files.load_text(Source("<stdin>", text), Path.cwd())


def last_name(unit: Unit, path: str) -> str:
    """The last module or instance of a file."""
    from .syntax import tree

    for statement in reversed(unit.statements):
        if isinstance(statement, tree.Module):
            return statement.name
        if (
            isinstance(statement, tree.Define)
            and len(statement.targets) == 1
            and isinstance(statement.value, tree.Call)
        ):
            return statement.targets[0]
    raise UsageError(Finding("usage-target", f"{path} defines no module", hint=f"say what you ask for: {path}:EXPR"))


def with_sizes(asked: Question, pairs: Sequence[str]) -> Question:
    """The question with the sizes of `-s NAME=EXPR` set."""
    from .api import given_value

    sizes: dict[str, Any] = {}
    for pair in pairs:
        name, equals, expr = pair.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier() or not expr.strip():
            raise UsageError(
                Finding("usage-size", f"-s {pair} sets no size", hint="write -s NAME=EXPR, as in -s d=768")
            )
        if name in sizes:
            raise UsageError(Finding("usage-size", f"{name} is set twice", hint="give it one value"))
        sizes[name] = given_value(name, expr.strip(), asked)
    return asked.set(sizes)


def formula_of(target: str, options: argparse.Namespace) -> Formula:
    """The formula that a TARGET and the options ask for."""
    from .api import Formula

    asked = with_sizes(question_of(target), options.set)
    measure = getattr(options, "measure", "")
    return Formula(
        asked._replace(measure=measure or ""), getattr(options, "form", None) or "written", getattr(options, "by", None)
    )


# ------------------------------------------------------------------------------------------------------ commands


def count(options: argparse.Namespace) -> int:
    """`symparams count`."""
    from .errors import ValueNeeded

    found = formula_of(options.target, options)
    left = found.symbols
    if left:
        names = " and ".join([", ".join(left[:-1]), left[-1]] if len(left) > 1 else left)
        hint = "set " + " ".join(f"-s {name}=…" for name in left)
        raise ValueNeeded(Finding("open-sizes", f"{names} {'are' if len(left) > 1 else 'is'} open", hint=hint))
    number = found.value()
    _print_assumptions(found, sys.stderr)
    if options.json:
        import json

        print(
            json.dumps(
                {"target": options.target.strip(), "measure": options.measure or "params", "count": _json(number)}
            )
        )
    else:
        print(number)
    return 0


def _json(number: Any) -> int | str:
    return number if isinstance(number, int) else str(number)


def formula(options: argparse.Namespace) -> int:
    """`symparams formula`."""
    found = formula_of(options.target, options)
    print(found)
    _print_assumptions(found, sys.stdout if options.assumptions else sys.stderr)
    return 0


def _print_assumptions(found: Formula, file: TextIO) -> None:
    from .show import assumption_text

    for item in found.assumptions:
        print(f"# assuming {assumption_text(item)}", file=file)


def show(options: argparse.Namespace) -> int:
    """`symparams show`."""
    from .model.given import untold
    from .model.query import part_of
    from .show import page

    asked = with_sizes(question_of(options.target), options.set)
    part, world = part_of(asked)
    depth = options.depth if options.depth is not None else -1
    assumptions = untold(world.assumptions, asked.unit)
    print(page(part, asked.source.text, asked.unit, assumptions, world.facts, depth, _width()))
    return 0


def _width() -> int:
    import shutil

    return max(shutil.get_terminal_size((WIDTH, 24)).columns, 40)


def latex(options: argparse.Namespace) -> int:
    """`symparams latex`."""
    from .pages import latex_page

    print(latex_page([(target, formula_of(target, options)) for target in options.targets], options))
    return 0


def check(options: argparse.Namespace) -> int:
    """`symparams check`."""
    passed = failed = wrong = 0
    for path in options.files:
        try:
            unit = unit_of(path)
        except SymparamsError as error:
            wrong += 1
            print(error, file=sys.stderr)
            continue
        from .model.checks import outcomes
        from .report import lines

        found = list(outcomes(unit))
        if not found:
            print(f"no checks in {path}", file=sys.stderr)
        for outcome in found:
            passed += outcome.status == "proved"
            failed += outcome.status in ("refuted", "undecided")
            wrong += outcome.status == "error"
            print("\n".join(lines(outcome, path)))
    print(f"{passed} passed, {failed + wrong} failed")
    return 2 if wrong else 1 if failed else 0


# ------------------------------------------------------------------------------------------------------ the parser


def parser() -> argparse.ArgumentParser:
    """The command line's parser."""
    from . import __version__

    top = argparse.ArgumentParser(
        prog="symparams",
        description="The algebra of neural-network sizes: closed-form parameter counts, their LaTeX, and proofs.",
        epilog=f"{TARGET}\n\nExit status: 0 done, 1 a check didn't pass, 2 the input is wrong.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"symparams {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_count(commands)
    _add_formula(commands)
    _add_latex(commands)
    _add_show(commands)
    _add_check(commands)
    return top


def _command(commands: Any, name: str, run: Any, help_text: str, examples: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help_text,
        description=help_text[0].upper() + help_text[1:] + ".",
        epilog=f"examples:\n{examples}\n\n{TARGET}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def _add_sizes(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-s",
        "--set",
        action="append",
        default=[],
        metavar="NAME=EXPR",
        help="set a parameter of the module named, or an open symbol; may be repeated",
    )


def _add_measure(command: argparse.ArgumentParser) -> None:
    command.add_argument("--measure", choices=MEASURES, default="", help="what is counted (params)")


def _add_form(command: argparse.ArgumentParser) -> None:
    command.add_argument("--form", choices=FORMS, help="the shape of the formula (written)")
    command.add_argument("--by", metavar="NAME", help="the size to collect by, with --form collected")


def _add_count(commands: Any) -> None:
    examples = """\
  symparams count 'Linear(16*5*5, 120)'
  symparams count gpt2.sym:small
  symparams count gpt2.sym:GPT2 -s V=50257 -s T=1024 -s d=768 -s L=12
  symparams count mixtral.sym:Mixtral8x7B --measure active"""
    command = _command(commands, "count", count, "print the number, alone", examples)
    command.add_argument("target", metavar="TARGET")
    _add_sizes(command)
    _add_measure(command)
    command.add_argument("--json", action="store_true", help="as a JSON object")


def _add_formula(commands: Any) -> None:
    examples = """\
  symparams formula 'Conv2d(C_in, C_out, k)'
  symparams formula gpt2.sym:GPT2 --form collected --by d"""
    command = _command(commands, "formula", formula, "print the formula as text that the language reads back", examples)
    command.add_argument("target", metavar="TARGET")
    _add_sizes(command)
    _add_measure(command)
    _add_form(command)
    command.add_argument(
        "--assumptions", action="store_true", help="print what the formula assumes, as comments, on stdout too"
    )


def _add_latex(commands: Any) -> None:
    from .pages import add_latex_options

    examples = """\
  symparams latex lenet.sym:LeNet.conv lenet.sym:LeNet.fc lenet.sym:LeNet.total
  symparams latex 'Conv2d(IN_CHANNELS, OUT_CHANNELS, KSIZE)' --lhs params --names typed --powers repeated
  symparams latex gpt2.sym:GPT2 --preset paper --by d --assumptions
  symparams latex 'Conv2d(C_in, C_out, k)' -s C_in=1 -s C_out=6 -s k=5 --steps"""
    command = _command(commands, "latex", latex, "print LaTeX, ready to be pasted", examples)
    command.add_argument("targets", metavar="TARGET", nargs="+")
    _add_sizes(command)
    _add_measure(command)
    _add_form(command)
    add_latex_options(command)


def _add_show(commands: Any) -> None:
    examples = """\
  symparams show gpt2.sym:small
  symparams show gpt2.sym:GPT2 --depth 1"""
    command = _command(commands, "show", show, "show the tree of members with forms, counts and shares", examples)
    command.add_argument("target", metavar="TARGET")
    _add_sizes(command)
    command.add_argument("--depth", type=int, metavar="N", help="show N levels of members (all)")


def _add_check(commands: Any) -> None:
    examples = """\
  symparams check gpt2.sym
  symparams check papers/*.sym"""
    command = _command(commands, "check", check, "prove or refute the claims of files, a line each", examples)
    command.add_argument("files", metavar="FILE", nargs="+")


if __name__ == "__main__":
    sys.exit(main())
