"""`symparams export`: a network as source that another tool reads."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..errors import Finding, SymparamsError, UsageError
from .targets import add_sizes, question_of, with_sizes
from .writing import add_output, put

if TYPE_CHECKING:
    from ..model.query import Question

EXAMPLES = """\
  symparams export gpt2:small --to torch -o gpt2.py
  symparams export net.sym:Net -s L=12 --to torch"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("target", metavar="TARGET")
    command.add_argument("--to", choices=("torch",), default="torch", help="what is written (torch)")
    add_sizes(command)
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print the source, or write it."""
    from ..exporters.torch import torch_source
    from ..model.network import Network
    from ..model.query import part_of

    asked = with_sizes(question_of(options.target), options.set)._replace(tells_turns=True)
    part, _ = part_of(asked)
    if not isinstance(part.content, Network) or part.put:
        hint = "name a module or an instance, as in gpt2:small"
        raise UsageError(Finding("export", f"{asked.source.text} isn't one module", hint=hint))
    put(_in_symbols(asked) or torch_source(part.content, asked.source.text), options.output)
    return 0


def _in_symbols(asked: Question) -> str | None:
    """The source with the numbers of the module's call as defaults; None where it can't be said in symbols."""
    from ..exporters.classes import indexes_in
    from ..exporters.torch import torch_source
    from ..formula.value import condition_value
    from ..model.network import Network
    from ..model.query import called, generalised, part_of

    recipe = called(asked)
    general = generalised(asked) if recipe is not None else None
    if general is None or recipe is None:
        return None
    sizes = {name: size for name, size in recipe.arguments.items() if type(size) is int}
    given = [
        recipe.arguments[name] for name in recipe.given if not isinstance(recipe.arguments[name], bool | list | str)
    ]
    if any(type(size) is not int or size < 1 for size in given):
        return None  # a symbol stands for 1, 2, …
    try:
        part, world = part_of(general)
        content = part.content
        if not all(
            condition_value(item.condition, sizes) for item in world.assumptions if not indexes_in(item.condition)
        ):
            return None
        return torch_source(content, asked.source.text, sizes) if isinstance(content, Network) else None
    except SymparamsError:
        return None
