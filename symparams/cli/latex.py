"""`symparams latex`: TARGETs as equations."""

from __future__ import annotations

import argparse

from ..errors import Finding, UsageError
from ..pages.latex import ENVIRONMENTS, NOTATION, PRESETS, derived_page, latex_page
from .targets import add_form, add_measure, add_sizes, formula_of, question_of, with_sizes
from .writing import add_output, put

EXAMPLES = """\
  symparams latex lenet.sym:LeNet.conv lenet.sym:LeNet.fc lenet.sym:LeNet.total
  symparams latex 'Conv2d(IN_CHANNELS, OUT_CHANNELS, KSIZE)' --lhs params --names typed --powers repeated
  symparams latex gpt2.sym:GPT2 --preset paper --by d --assumptions
  symparams latex 'Conv2d(C_in, C_out, k)' -s C_in=1 -s C_out=6 -s k=5 --steps
  symparams latex gpt2:small --derive --format markdown"""

FORMATS = ("latex", "markdown", "html")
NOT_DERIVED = {
    "measure": "",
    "form": None,
    "by": None,
    "lhs": "",
    "env": "display",
    "steps": False,
    "assumptions": False,
}


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("targets", metavar="TARGET", nargs="+")
    add_sizes(command)
    add_measure(command)
    add_form(command)
    command.add_argument("--preset", choices=PRESETS, default="article", help="where the other options start (article)")
    for name, (choices, words) in NOTATION.items():
        command.add_argument(f"--{name}", choices=choices, help=words)
    command.add_argument("--lhs", default="", metavar="NAME", help="a name before the formula, written as names are")
    command.add_argument(
        "--env", choices=ENVIRONMENTS, default="display", help=r"\[ \] (display), none (bare), or as named"
    )
    command.add_argument(
        "--width", type=int, metavar="N", help="break lines at outermost operators past N digits' width"
    )
    command.add_argument("--steps", action="store_true", help="general = with the numbers put in = value")
    command.add_argument("--assumptions", action="store_true", help="what the formula assumes, after it")
    command.add_argument(
        "--derive",
        action="store_true",
        help="the whole story of a network: the formula of each kind of layer, each group with numbers put in, the total",
    )
    command.add_argument("--format", choices=FORMATS, default="latex", help="the page's format (latex)")
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print the equations, one below the other, or the story of each target."""
    if options.width is not None and options.width < 1:
        message = f"--width {options.width} leaves no room for a formula"
        raise UsageError(Finding("usage-width", message, hint="give the width in digits, as in --width 70"))
    if options.derive:
        _refuse_with_derive(options)
        questions = [with_sizes(question_of(target, options.set), options.set) for target in options.targets]
        put(derived_page(questions, options), options.output)
    else:
        put(latex_page([formula_of(target, options)._asked for target in options.targets], options), options.output)
    return 0


def _refuse_with_derive(options: argparse.Namespace) -> None:
    for name, usual in NOT_DERIVED.items():
        if getattr(options, name) != usual:
            message = f"--{name} says how one equation looks, and --derive writes many"
            raise UsageError(Finding("usage-derive", message, hint=f"drop --{name}, or --derive"))
