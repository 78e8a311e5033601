"""`symparams macros`: the sizes of a file as LaTeX macros."""

from __future__ import annotations

import argparse
import os
import shlex
import sys

from ..errors import FileError, Finding, UsageError
from ..pages.latex import NOTATION
from .targets import unit_of
from .writing import add_output, put

EXAMPLES = r"""  symparams macros counts.sym -o counts.tex        then \input{counts}, and \GPTTwoSmallParams in the text
  symparams macros counts.sym -o counts.tex --check   for CI: exit status 1 when counts.tex is out of date"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("file", metavar="FILE.sym")
    command.add_argument(
        "--prefix", default="", metavar="NAME", help="letters before each name, to keep two files apart"
    )
    command.add_argument("--check", action="store_true", help="write nothing; 1 when the file of -o is out of date")
    for name in ("product", "digits"):
        choices, words = NOTATION[name]
        command.add_argument(f"--{name}", choices=choices, help=words)
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print the macros, write them, or with `--check` say whether they are written."""
    from ..pages.macros import macros_page
    from ..render.latex import PAPER, notation

    if options.prefix and not (options.prefix.isalpha() and options.prefix.isascii()):
        raise UsageError(
            Finding("usage-prefix", f"--prefix {options.prefix} isn't letters alone", hint="write --prefix Our")
        )
    given = {name: getattr(options, name) for name in ("product", "digits") if getattr(options, name) is not None}
    style = notation(**{**PAPER._asdict(), **given})
    page = macros_page(unit_of(options.file), _shown(options.file), _command(options), options.prefix, style)
    if options.check:
        return _checked(page, options)
    put(page, options.output)
    return 0


def _shown(path: str) -> str:
    return "standard input" if path == "-" else os.path.basename(path)


def _command(options: argparse.Namespace) -> str:
    """The command that makes the page again; paths as they were given."""
    words = ["symparams", "macros", options.file]
    for name in ("prefix", "product", "digits"):
        if getattr(options, name):
            words += [f"--{name}", getattr(options, name)]
    words += ["-o", options.output] if options.output else []
    return shlex.join(words)


def _checked(page: str, options: argparse.Namespace) -> int:
    """0 where the file holds the page, else 1. Raises: `UsageError` without a file, `FileError` for one that can't be read."""
    if options.output is None:
        hint = f"symparams macros {options.file} -o counts.tex --check"
        raise UsageError(Finding("usage-check", "--check compares a file, and none is named", hint=hint))
    if _read(options.output) == _without_version(page):
        return 0
    print(f"{options.output} is out of date; renew it with\n  {_command(options)}", file=sys.stderr)
    return 1


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            return _without_version(file.read())
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it isn't UTF-8 text"
        raise FileError(Finding("file", f"{path} can't be read: {reason.lower()}")) from None


def _without_version(page: str) -> str:
    """The macros alone: neither the version nor the words of the command make a file out of date."""
    return "\n".join(line for line in page.splitlines() if not line.startswith("%"))
