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

MIN_NETWORK = 3  # a name of so many signs may be meant for a network of the zoo
MIN_FAMILY = 4  # a name of so many signs may be a misspelled family of the zoo
NOT_IN_A_PATH = r"[()\[\]{}\"'#\n]"

TARGET = """\
TARGET is a formula in which free names are symbols, 'Conv2d(C_in, C_out, k)'; or FILE.sym, which stands for its last
module or instance; or FILE.sym:EXPR, as in gpt2.sym:small.h.attn. A `-` in the file's place is standard input.
hf:DIR/config.json is the network of a Hugging Face configuration, whose keys -s sets; hf:DIR/config.json:model.layers a part.
A family of the zoo may stand there too, gpt2:small.h.attn. gpt2 alone is its general model, or its last instance where a
count without sizes is asked for or the model takes lists. `symparams zoo` lists the families; a file goes before one."""


def question_of(target: str, sizes: Sequence[str] = (), *, is_count: bool = False) -> Question:
    """The question that a TARGET asks; sizes (as of `-s`, still to be set) and is_count choose what a family alone is, and
    which keys of a configuration stay open.

    Raises: `FileError`, `ParseError` and `UsageError` for what can't be asked.
    """
    from .. import api
    from ..errors import Source
    from ..model import files

    if target.lstrip().startswith("hf:"):
        from ..importers import huggingface

        names = [pair.partition("=")[0].strip() for pair in sizes]
        return huggingface.question(target.lstrip().removeprefix("hf:"), names)
    path, expr = split_target(target)
    if path is None:
        _note_family(expr)
        return api.question(expr, files.Unit(Source("<target>", "")), "<target>")
    unit = unit_of(path)
    if not expr:
        expr = _of_family(unit, path, sizes, is_count) if _is_in_zoo(path) else last_name(unit, path)
        print(f"symparams: {path}:{expr}", file=sys.stderr)
    return api.question(expr, unit, "<target>")


def split_target(target: str) -> tuple[str | None, str]:
    """A TARGET's file or family, None where it has neither, and its expression.

    No expression of the language has a `:` outside of brackets, so that what stands before one is a file or a family.
    """
    import os
    import re

    target = target.strip()
    if not target:
        raise UsageError(Finding("usage-target", "the target is empty", hint="try 'Linear(n, m)' or a file, net.sym"))
    match = re.match(r"(-|.*?\.sym)(?::(.*))?$", target, re.DOTALL)
    if match and (not re.search(NOT_IN_A_PATH, match.group(1)) or os.path.exists(match.group(1))):
        return match.group(1), (match.group(2) or "").strip()
    if (os.path.exists(target) and not target.isidentifier()) or _is_family(target):
        return target, ""
    name, colon, expr = target.partition(":")
    if colon and name.strip() and not re.search(NOT_IN_A_PATH, name):
        return name.strip(), expr.strip()
    return None, target


def _is_family(name: str) -> bool:
    from ..model.files import zoo_index

    return name in zoo_index()


def _is_in_zoo(path: str) -> bool:
    """Whether a path stands for a family of the zoo: there is no file of its name."""
    import os

    return _is_family(path) and not os.path.isfile(path)


def _note_family(expr: str) -> None:
    """Say that a name alone is a size, where one of the zoo may have been meant. Raises: `UsageError` for `gpt2.small`."""
    from ..errors import suggestion
    from ..model.files import library_index, zoo_index
    from ..model.hints import of_zoo
    from ..render.names import SPELLED

    name, dot, member = expr.partition(".")
    if dot and _is_family(name):
        raise UsageError(Finding("usage-target", f"{name} is a family of the zoo", hint=f"write {name}:{member}"))
    if not expr.isidentifier() or expr in library_index() or expr in SPELLED or len(expr) < MIN_NETWORK:
        return
    if network := of_zoo(expr, is_question=True):
        print(f"symparams: {expr} is a size here; {network}", file=sys.stderr)
        return
    if len(expr) < MIN_FAMILY:
        return
    near = suggestion(expr, zoo_index())
    if near and not suggestion(expr, library_index()):
        print(f"symparams: {expr} is a size here, no family of the zoo; {near}", file=sys.stderr)


def unit_of(path: str) -> Unit:
    """The file at a path, or the family of the zoo; `-` is standard input."""
    from pathlib import Path

    from ..errors import Source
    from ..model import files

    if path != "-":
        return files.load_named(path)
    return files.load_text(Source("<stdin>", files.read_stdin()), Path.cwd())


def last_name(unit: Unit, path: str) -> str:
    """The last module or instance of a file."""
    from ..model.outline import last

    name = last(unit)
    if not name:
        raise UsageError(
            Finding("usage-target", f"{path} defines no module", hint=f"say what you ask for: {path}:EXPR")
        )
    return name


def _of_family(unit: Unit, family: str, sizes: Sequence[str], is_count: bool) -> str:
    """What a family's name alone stands for; sizes that are set are those of its general model."""
    from ..model.zoo import alone, general_model

    general = general_model(unit, family) if sizes else ""
    return general or alone(unit, family, is_count=is_count)


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


def formula_of(target: str, options: argparse.Namespace, *, is_count: bool = False) -> Formula:
    """The formula that a TARGET and the options ask for; is_count: as in `question_of`."""
    from ..api import Formula

    asked = with_sizes(question_of(target, options.set, is_count=is_count), options.set)
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
