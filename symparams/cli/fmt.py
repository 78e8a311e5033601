"""`symparams fmt`: files in their one canonical layout."""

from __future__ import annotations

import argparse
import sys
from typing import NamedTuple

from ..errors import Source, SymparamsError

EXAMPLES = """\
  symparams fmt gpt2.sym papers/*.sym
  symparams fmt --check *.sym
  symparams fmt - < net.sym"""


class Judged(NamedTuple):
    """A file's text and the text that it should have."""

    path: str
    text: str
    laid_out: str


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("files", metavar="FILE", nargs="+", help="a .sym file; `-` is standard input, to stdout")
    command.add_argument("--check", action="store_true", help="write nothing; list what would change, with status 1")
    command.add_argument("--diff", action="store_true", help="write nothing; print what would change")


def run(options: argparse.Namespace) -> int:
    """Lay out each file; 1 where `--check` finds one that would change, 2 where one is left as it is for an error."""
    changes = wrong = 0
    for path in options.files:
        try:
            changes += lay_out(path, options)
        except SymparamsError as error:
            wrong += 1
            print(error, file=sys.stderr)
    return 2 if wrong else 1 if changes and options.check else 0


def lay_out(path: str, options: argparse.Namespace) -> bool:
    """Lay out one file, or tell what would change; whether anything does. Raises: `SymparamsError`; nothing is written."""
    from ..syntax.format import formatted
    from .writing import rewrite, stamp

    is_stdin, before = path == "-", stamp(path)
    text = read(path)
    found = Judged(path, text, formatted(Source("<stdin>" if is_stdin else path, text)))
    is_change = found.laid_out != text
    if options.diff:
        write_out(difference(found))
    elif options.check:
        if is_change:
            print(path)
    elif is_stdin:
        write_out(found.laid_out)
    elif is_change:
        rewrite(path, found.laid_out, before)
        print(f"{path} is laid out anew")
    return is_change


def read(path: str) -> str:
    """The text of a file or of standard input, its line ends as they are; a byte order mark is a change to make."""
    from pathlib import Path

    from ..model.files import decoded, read_bytes, read_stdin

    return read_stdin("utf-8") if path == "-" else decoded(read_bytes(Path(path)), Path(path), "utf-8")


def write_out(text: str) -> None:
    """Print a text as it is, in UTF-8 whatever the locale."""
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        print(text, end="")
        return
    sys.stdout.flush()
    stream.write(text.encode("utf-8"))
    stream.flush()


def difference(found: Judged) -> str:
    """What would change, as a unified diff."""
    import difflib
    import re

    old, new = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (found.text, found.laid_out))
    lines = difflib.unified_diff(old, new, found.path, f"{found.path} laid out")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
