"""`symparams show`: the page of a network."""

from __future__ import annotations

import argparse

from .targets import add_measure, add_sizes, question_of, with_sizes

EXAMPLES = """\
  symparams show gpt2.sym:small
  symparams show gpt2.sym:GPT2 --depth 1
  symparams show mixtral:mixtral_8x7b --measure active --sort share
  symparams show gpt2.sym:small --all
  symparams show gpt2.sym:small --conventions"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("target", metavar="TARGET")
    add_sizes(command)
    add_measure(command)
    command.add_argument("--sort", choices=("order", "share"), default="order", help="as written, or the largest first")
    what = command.add_mutually_exclusive_group()
    what.add_argument("--depth", type=levels, metavar="N", default=-1, help="show N levels of members (all)")
    what.add_argument(
        "--all", action="store_true", help="every tensor with its shape; equal ones of copies are one row"
    )
    what.add_argument("--expand", action="store_true", help="as --all, a row for each copy")
    what.add_argument(
        "--conventions",
        action="store_true",
        help="the count by each convention in use: all, without embeddings, active…",
    )


def levels(text: str) -> int:
    """A number of levels, as an option gives it."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no number of levels: give 0, 1, 2, …")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Print the page, as wide as the terminal."""
    from ..model.given import untold
    from ..model.query import part_of
    from .screen import screen

    asked = with_sizes(question_of(options.target, options.set), options.set)
    if options.conventions:
        from ..pages import conventions
        from .screen import screen

        print(conventions.page(asked, is_plain=not screen().has_unicode))
        return 0
    from ..pages.show import Asked, Page, page, tensor_page

    part, world = part_of(asked)
    about = Page(part, asked.source.text, asked.unit, untold(world.assumptions, asked.unit), world.facts)
    way = Asked(options.measure, options.depth, options.sort == "share")
    is_tensors = options.all or options.expand
    lines = tensor_page(about, way, screen(), expand=options.expand) if is_tensors else page(about, way, screen())
    print("\n".join(lines))
    return 0
