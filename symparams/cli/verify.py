"""`symparams verify`: a description held against a model or a checkpoint, tensor by tensor."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from .collector import uncollected
from .targets import add_sizes, question_of, with_sizes

if TYPE_CHECKING:
    from ..importers.differences import Comparison
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
    command.add_argument("--no-frozen", action="store_true", help="compare no frozen tensors, for files of adapters")
    command.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="PATTERN",
        help="leave out names such as '*.inv_freq'; may be repeated",
    )
    command.add_argument("--transposed", action="store_true", help="matrices may be transposed, as Conv1D keeps them")
    command.add_argument("--json", action="store_true", help="as a JSON object")


def run(options: argparse.Namespace) -> int:
    """Print what differs; 1 where something does."""
    with uncollected():
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    from ..importers.differences import compare
    from ..importers.nearest import nearer, told
    from ..importers.report import data, page
    from ..importers.stored import described

    asked = with_sizes(question_of(options.target, options.set), options.set)
    theirs = _read(options.against)

    def compared(ours: Collection) -> Comparison:
        return compare(*_chosen(ours, theirs, options))

    ours = described(asked, options.target.strip())
    found = compared(ours)
    sizes, best = nearer(asked, _chosen(ours, theirs, options)[1], found, compared)
    found = found._replace(hints=(*found.hints, *([told(sizes, best)] if sizes else [])))
    if options.json:
        import json

        print(json.dumps(data(found, ours.origin, theirs.origin), indent=2))
    else:
        print(page(found, ours.origin, theirs.origin))
    return 1 if found.differences else 0


def _chosen(ours: Collection, theirs: Collection, options: argparse.Namespace) -> tuple[Collection, Collection]:
    """What is to be compared, under the names that the options give."""
    from ..importers.stored import ignoring, renamed, turned, with_names, without

    if options.strip or options.prefix:
        theirs = with_names(theirs, renamed(theirs, options.strip, options.prefix, ours.tensors))
    theirs = turned(ours, theirs) if options.transposed else theirs
    for kind, is_left_out in (("buffer", options.no_buffers), ("frozen", options.no_frozen)):
        ours, theirs = without(kind, ours, theirs) if is_left_out else (ours, theirs)
    return ignoring(options.ignore, ours, theirs) if options.ignore else (ours, theirs)


def _read(against: str) -> Collection:
    """The tensors of a checkpoint or a live model; a file goes before a callable."""
    from ..importers import checkpoints, live

    if not os.path.exists(against) and live.is_spec(against):
        return live.tensors_of(live.build(live.spec(against)), against)
    return checkpoints.read_checkpoint(Path(against))
