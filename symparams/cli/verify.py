"""`symparams verify`: a description held against a model or a checkpoint, tensor by tensor."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from .targets import add_sizes, question_of, with_sizes

if TYPE_CHECKING:
    from ..importers.stored import Collection

EXAMPLES = """\
  symparams verify gpt2:small --against gpt2/model.safetensors --prefix transformer.
  symparams verify llama:llama3_8b --against Llama-3-8B/model.safetensors.index.json
  symparams verify net.sym:Net -s d=64 --against 'mymodels.net:Net(width=64)'
  symparams verify net.sym --against weights.pt"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("target", metavar="TARGET")
    command.add_argument(
        "--against",
        required=True,
        metavar="WHAT",
        help="a .safetensors file, the index of its shards, a PyTorch or ONNX file, or package.module:callable",
    )
    add_sizes(command)
    command.add_argument("--strip", default="", metavar="PREFIX", help="leave off this beginning of its names")
    command.add_argument(
        "--prefix", default="", metavar="PREFIX", help="put this before its names, those aside that are known"
    )
    command.add_argument("--no-buffers", action="store_true", help="compare no buffers")


def run(options: argparse.Namespace) -> int:
    """Print what differs; 1 where something does."""
    from ..importers.differences import compare, page
    from ..importers.stored import described, renamed, with_names, without_buffers

    asked = with_sizes(question_of(options.target, options.set), options.set)
    ours = described(asked, options.target.strip())
    theirs = _read(options.against)
    if options.strip or options.prefix:
        theirs = with_names(theirs, renamed(theirs, options.strip, options.prefix, ours.tensors))
    if options.no_buffers:
        ours, theirs = without_buffers(ours, theirs)
    found = compare(ours, theirs)
    print(page(found, ours.origin, theirs.origin))
    return 1 if found.differences else 0


def _read(against: str) -> Collection:
    """The tensors of a checkpoint or a live model; a file goes before a callable."""
    from ..importers import checkpoints, live

    if not os.path.exists(against) and live.is_spec(against):
        return live.tensors_of(live.build(live.spec(against)), against)
    return checkpoints.read_checkpoint(Path(against))
