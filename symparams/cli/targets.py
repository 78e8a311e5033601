"""TARGETs → questions: what the words of a command line ask, with the sizes that `-s` sets, and the options shared by commands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from ..errors import Finding, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ..api import Formula
    from ..model.files import Unit
    from ..model.query import Question

MEASURES = ("params", "trainable", "frozen", "buffers", "active")
FORMS = ("written", "expanded", "factored", "collected")

NOT_IN_A_PATH = r"[()\[\]{}\"'#\n]"

TARGET = """\
TARGET is a formula in which free names are symbols, 'Conv2d(C_in, C_out, k)'; or FILE.sym, which stands for its last
module or instance; or FILE.sym:EXPR, as in gpt2.sym:small.h.attn. A `-` in the file's place is standard input.
hf:DIR/config.json is the network of a Hugging Face configuration, hf:DIR/config.json:model.layers a part of it."""


def question_of(target: str) -> Question:
    """The question that a TARGET asks. Raises: `FileError`, `ParseError` and `UsageError` for what can't be asked."""
    from .. import api
    from ..errors import Source
    from ..model import files

    if target.lstrip().startswith("hf:"):
        from ..importers import huggingface

        return huggingface.question(target.lstrip().removeprefix("hf:"))
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

    from ..errors import Source
    from ..model import files

    if path != "-":
        return files.load_file(Path(path))
    try:
        text = sys.stdin.read()
    except UnicodeDecodeError:
        raise UsageError(Finding("file", "standard input isn't UTF-8 text")) from None
    return files.load_text(Source("<stdin>", text), Path.cwd())


def last_name(unit: Unit, path: str) -> str:
    """The last module or instance of a file."""
    from ..syntax import tree

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
    from ..api import given_value

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
    from ..api import Formula

    asked = with_sizes(question_of(target), options.set)
    measure = getattr(options, "measure", "")
    return Formula(
        asked._replace(measure=measure or ""), getattr(options, "form", None) or "written", getattr(options, "by", None)
    )


# ------------------------------------------------------------------------------------------------------ options


def add_sizes(command: argparse.ArgumentParser) -> None:
    """`-s NAME=EXPR`."""
    command.add_argument(
        "-s",
        "--set",
        action="append",
        default=[],
        metavar="NAME=EXPR",
        help="set a parameter of the module named, or an open symbol; may be repeated",
    )


def add_measure(command: argparse.ArgumentParser) -> None:
    """`--measure`."""
    command.add_argument("--measure", choices=MEASURES, default="", help="what is counted (params)")


def add_form(command: argparse.ArgumentParser) -> None:
    """`--form` and `--by`."""
    command.add_argument("--form", choices=FORMS, help="the shape of the formula (written)")
    command.add_argument("--by", metavar="NAME", help="the size to collect by, with --form collected")
