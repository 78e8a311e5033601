"""`symparams count`: the number of a TARGET."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from ..errors import Finding, ValueNeeded
from .formula import print_assumptions
from .targets import add_measure, add_sizes, formula_of

EXAMPLES = """\
  symparams count 'Linear(16*5*5, 120)'
  symparams count gpt2.sym:small
  symparams count gpt2.sym:GPT2 -s V=50257 -s T=1024 -s d=768 -s L=12
  symparams count mixtral.sym:Mixtral8x7B --measure active"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("target", metavar="TARGET")
    add_sizes(command)
    add_measure(command)
    command.add_argument("--json", action="store_true", help="as a JSON object")


def run(options: argparse.Namespace) -> int:
    """Print the number; what it assumes goes to stderr. Raises: `ValueNeeded` while sizes are open."""
    found = formula_of(options.target, options, is_count=True)
    left = found.symbols
    if left:
        names = " and ".join([", ".join(left[:-1]), left[-1]] if len(left) > 1 else left)
        hint = "set " + " ".join(f"-s {name}=…" for name in left)
        raise ValueNeeded(Finding("open-sizes", f"{names} {'are' if len(left) > 1 else 'is'} open", hint=hint))
    number = found.value()
    print_assumptions(found, sys.stderr)
    if options.json:
        import json

        measure = options.measure or "params"
        print(json.dumps({"target": options.target.strip(), "measure": measure, "count": _json(number)}))
    else:
        print(number)
    return 0


def _json(number: Any) -> int | str:
    return number if isinstance(number, int) else str(number)
