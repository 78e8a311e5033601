"""`symparams show`: the page of a network."""

from __future__ import annotations

import argparse
import shutil

from .targets import add_sizes, question_of, with_sizes

WIDTH = 80
EXAMPLES = """\
  symparams show gpt2.sym:small
  symparams show gpt2.sym:GPT2 --depth 1
  symparams show gpt2.sym:small --conventions"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("target", metavar="TARGET")
    add_sizes(command)
    command.add_argument("--depth", type=int, metavar="N", help="show N levels of members (all)")
    command.add_argument(
        "--conventions",
        action="store_true",
        help="the count by each convention in use: all, without embeddings, active…",
    )


def run(options: argparse.Namespace) -> int:
    """Print the page, as wide as the terminal."""
    from ..model.given import untold
    from ..model.query import part_of
    from ..pages.show import page

    asked = with_sizes(question_of(options.target, options.set), options.set)
    if options.conventions:
        from ..pages import conventions

        print(conventions.page(asked))
        return 0
    part, world = part_of(asked)
    depth = options.depth if options.depth is not None else -1
    assumptions = untold(world.assumptions, asked.unit)
    print(page(part, asked.source.text, asked.unit, assumptions, world.facts, depth, _width()))
    return 0


def _width() -> int:
    return max(shutil.get_terminal_size((WIDTH, 24)).columns, 40)
