"""`symparams formula`: the formula of a TARGET as text."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, TextIO

from .targets import add_form, add_measure, add_sizes, formula_of

if TYPE_CHECKING:
    from ..api import Formula

EXAMPLES = """\
  symparams formula 'Conv2d(C_in, C_out, k)'
  symparams formula gpt2.sym:GPT2 --form collected --by d"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("target", metavar="TARGET")
    add_sizes(command)
    add_measure(command)
    add_form(command)
    command.add_argument(
        "--assumptions", action="store_true", help="print what the formula assumes, as comments, on stdout too"
    )


def run(options: argparse.Namespace) -> int:
    """Print the formula; what it assumes follows as comments, on stderr unless asked for."""
    found = formula_of(options.target, options)
    print(found)
    print_assumptions(found, sys.stdout if options.assumptions else sys.stderr)
    return 0


def print_assumptions(found: Formula, file: TextIO) -> None:
    """What a formula assumes, a comment each."""
    assumptions = found.assumptions
    if assumptions:
        from ..pages.show import assumption_text

        for item in assumptions:
            print(f"# assuming {assumption_text(item)}", file=file)
