"""`symparams import`: the description of the networks in a Python file, read and not run."""  # noqa: N999

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..errors import Finding, UsageError
from .writing import add_output, put

EXAMPLES = """\
  symparams import net.py
  symparams import model.py:GPT -o gpt.sym
  symparams formula gpt.sym:GPT"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument(
        "source", metavar="FILE.py[:Class]", help="a Python file with classes of torch.nn.Module, or one class of it"
    )
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print the file, or write it; 1 where something of the Python couldn't be read, told on stderr."""
    from ..importers.source import imported

    path, name = _target(options.source.strip())
    found = imported(path, name)
    put(found.text, options.output)
    for hole in found.holes:
        print(f"not understood: {hole}", file=sys.stderr)
    return 1 if found.holes else 0


def _target(words: str) -> tuple[Path, str]:
    """The file and the class that are named."""
    head, colon, name = words.rpartition(":")
    if colon and name.isidentifier() and not Path(words).exists():
        return Path(head), name
    path = Path(words)
    if path.is_dir():
        raise UsageError(Finding("import-file", f"{words} is a folder", hint="name a Python file in it"))
    return path, ""
