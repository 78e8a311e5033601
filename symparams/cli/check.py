"""`symparams check`: what came of the claims of files."""

from __future__ import annotations

import argparse
import sys

from ..errors import SymparamsError
from .targets import unit_of

EXAMPLES = """\
  symparams check gpt2.sym
  symparams check papers/*.sym"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("files", metavar="FILE", nargs="+")


def run(options: argparse.Namespace) -> int:
    """Print each outcome and their number; 1 where a claim didn't pass, 2 where a file or claim can't be read."""
    from ..model.checks import outcomes
    from ..pages.outcomes import lines

    passed = failed = wrong = 0
    for path in options.files:
        try:
            unit = unit_of(path)
        except SymparamsError as error:
            wrong += 1
            print(error, file=sys.stderr)
            continue
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
