"""The command line: `symparams COMMAND TARGET…`.

Arguments → a question → the package's answer → text on stdout. Exit status: 0 done, 1 a check didn't pass, 2 the input is wrong.
Each command is a module of its name beside this one, with its EXAMPLES, `add_options(command)` and `run(options)`; only the
one that is called gets loaded.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..errors import SymparamsError
from .targets import TARGET

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_DIGITS = 40_000  # more than the 100,000 binary digits that a number may have

COMMANDS = {
    "count": "print the number, alone",
    "formula": "print the formula as text that the language reads back",
    "latex": "print LaTeX, ready to be pasted",
    "macros": "print the sizes of a file as LaTeX macros",
    "table": "print sizes as a table: LaTeX, Markdown, CSV, JSON, HTML or text",
    "show": "show the tree of members with forms, counts and shares",
    "layers": "list the layers of PyTorch, each with its formula, tensors and source",
    "zoo": "list the published networks that come with the package, and what one family states",
    "check": "prove or refute the claims of files, a line each",
    "audit": "find what a manuscript claims, and prove it, pass it within its digits, or say why it is wrong",
    "verify": "hold a description against a model or a checkpoint, tensor by tensor",
    "derive": "find the description of a live PyTorch model from its shapes at several sizes",
    "export": "write a network as PyTorch source with exactly its parameters",
    "import": "read the networks of a Python file, without running it, and print them",
    "hf": "read a Hugging Face configuration: its network in the zoo, its sizes and counts",
    "fmt": "lay files out in the one canonical way",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is the answer."""
    try:
        _prepare_streams()
        return _flushed(_run(_shielded(sys.argv[1:] if argv is None else argv)))
    except BrokenPipeError:
        _close_quietly()
        return 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        _close_quietly()
        return _refuse(f"error: the answer can't be written: {(error.strerror or str(error)).lower()}")


def _run(words: list[str]) -> int:
    try:
        options = parser(words[0] if words else "").parse_args(words)
        return int(options.run(options))
    except SystemExit as leaving:  # argparse's way to say that it told the user what is wrong, or the help
        _flushed(0)
        raise leaving
    except SymparamsError as error:
        return _refuse(str(error))
    except RecursionError:
        return _refuse("error: the text is nested more deeply than can be worked with")
    except MemoryError:
        return _refuse("error: this needs more memory than there is")


def _flushed(status: int) -> int:
    """The status, once everything printed is written; what can't be written is then known in time."""
    sys.stdout.flush()
    return status


def _prepare_streams() -> None:
    """Signs that the terminal can't show are replaced; whole numbers print up to the digits that are worth a page.

    A stream that whoever started us has closed takes all and shows nothing.
    """
    import os

    if sys.stdout is None or sys.stderr is None:
        nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (open until the process ends)
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.set_int_max_str_digits(MAX_DIGITS)


def _shielded(argv: Sequence[str]) -> list[str]:
    """The arguments with a blank before `-:EXPR`, which argparse would take for an option."""
    return [f" {word}" if word.startswith("-:") else word for word in argv]


def _refuse(message: str) -> int:
    with contextlib.suppress(OSError):
        print(message, file=sys.stderr, flush=True)
    return 2


def _close_quietly() -> None:
    """Let what is still to be printed go nowhere, so that leaving says nothing about it either."""
    import os

    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def parser(chosen: str = "") -> argparse.ArgumentParser:
    """The command line's parser; it knows the options of the chosen command, and of the others only the name."""
    from .. import __version__

    top = argparse.ArgumentParser(
        prog="symparams",
        description="The algebra of neural-network sizes: closed-form parameter counts, their LaTeX, and proofs.",
        epilog=f"{TARGET}\n\nExit status: 0 done, 1 a check didn't pass, 2 the input is wrong.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"symparams {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, words in COMMANDS.items():
        if name == chosen:
            _add_command(commands, name, words)
        else:
            commands.add_parser(name, help=words)
    return top


def _add_command(commands: Any, name: str, words: str) -> None:
    module = import_module(f".{name}", __name__)
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=words,
        description=words[0].upper() + words[1:] + ".",
        epilog=f"examples:\n{module.EXAMPLES}\n\n{TARGET}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=module.run)
    module.add_options(command)
