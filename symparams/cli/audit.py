"""`symparams audit`: what a manuscript claims, held against a file of the language."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..errors import Finding, UsageError
from .targets import unit_of

EXAMPLES = r"""  symparams audit paper.tex counts.sym
  symparams audit paper.tex counts.sym --format github
  symparams audit --preamble >> preamble.tex

marks in the manuscript:
  \symclaim{small.params}{124M}             the number, a macro that prints its second argument
  \symformula{GPT2.params}{12 L d^2 + 13 d} the formula
  … 124M parameters. % symclaim: small.params
  … 124M, trained on 40 GB. % symclaim: small.params = 124M
  $N = 12 L d^2$ % symformula: GPT2.params
A number may be a bound, about a number or a range: "over 1.5 billion", "about 7B", "14M to 12B", "43\%", "498 MB".
An expression of the file stands in a mark, or gpt2:small.params for a family of the zoo."""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    from ..audit.page import PAGES

    command.add_argument("manuscript", metavar="PAPER.tex", nargs="?", help="files that it inputs are read too")
    command.add_argument("file", metavar="FILE.sym", nargs="?", help="what the marks speak of; without it, of the zoo")
    command.add_argument("--format", choices=PAGES, default="text", help="what is printed (text)")
    command.add_argument("--preamble", action="store_true", help="print the two macros' definitions, and nothing else")


def run(options: argparse.Namespace) -> int:
    """Print the audit; 1 where a claim is wrong or undecided, 2 where one can't be read."""
    from ..audit.judge import judge
    from ..audit.manuscript import PREAMBLE, read_manuscript
    from ..audit.page import PAGES, entries
    from ..errors import Source
    from ..model.files import Unit

    if options.preamble:
        print(PREAMBLE)
        return 0
    if options.manuscript is None:
        hint = "symparams audit paper.tex counts.sym"
        raise UsageError(Finding("usage-audit", "there is no manuscript to audit", hint=hint))
    unit = unit_of(options.file) if options.file else Unit(Source("<no file>", ""))
    manuscript = read_manuscript(Path(options.manuscript))
    found = entries(manuscript, list(judge(manuscript, unit)))
    print(PAGES[options.format](found))
    statuses = {one.status for one in found}
    return 2 if "error" in statuses else 1 if statuses & {"wrong", "undecided"} else 0
