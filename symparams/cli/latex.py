"""`symparams latex`: TARGETs as equations."""

from __future__ import annotations

import argparse

from ..pages.latex import ENVIRONMENTS, NOTATION, PRESETS, latex_page
from .targets import add_form, add_measure, add_sizes, formula_of

EXAMPLES = """\
  symparams latex lenet.sym:LeNet.conv lenet.sym:LeNet.fc lenet.sym:LeNet.total
  symparams latex 'Conv2d(IN_CHANNELS, OUT_CHANNELS, KSIZE)' --lhs params --names typed --powers repeated
  symparams latex gpt2.sym:GPT2 --preset paper --by d --assumptions
  symparams latex 'Conv2d(C_in, C_out, k)' -s C_in=1 -s C_out=6 -s k=5 --steps"""


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


def run(options: argparse.Namespace) -> int:
    """Print the equations, one below the other."""
    print(latex_page([formula_of(target, options)._asked for target in options.targets], options))
    return 0
