"""Where a command's text goes: stdout, or with `-o FILE` a file that is replaced whole or left as it was."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from ..errors import FileError, Finding

if TYPE_CHECKING:
    import argparse


def add_output(command: argparse.ArgumentParser) -> None:
    """`-o FILE`."""
    command.add_argument("-o", "--output", metavar="FILE", help="write to a file, whole or not at all (stdout)")


def put(text: str, path: str | None) -> None:
    """Print a text, or write it to a file, with a line break at its end."""
    text = text if text.endswith("\n") else text + "\n"
    if path is None or path == "-":
        sys.stdout.write(text)
    else:
        write(path, text)


class Stamp(NamedTuple):
    """What tells a file from what it was before: when it was written, its size, and which file it is."""

    written: int
    size: int
    number: int


def stamp(path: str) -> Stamp | None:
    """What a file is now; None where there is none."""
    try:
        now = os.stat(path)
    except (OSError, ValueError):
        return None
    return Stamp(now.st_mtime_ns, now.st_size, now.st_ino)


def rewrite(path: str, text: str, before: Stamp | None) -> None:
    """Put a text in the place of the file that was read when it was `before`.

    Raises: `FileError` as `write`, and where the file has changed since or is none to write to.
    """
    if not os.path.isfile(path):
        raise FileError(Finding("file", f"{path} can't be written: it isn't a plain file"))
    if stamp(path) != before:
        raise FileError(Finding("file", f"{path} can't be written: it was changed in the meantime"))
    write(path, text)


def write(path: str, text: str) -> None:
    """Write a file by way of another beside it, so that nobody ever sees half of it, and a link stays a link.

    Raises: `FileError` for what can't be written; the old file is as it was.
    """
    real = os.path.realpath(path)
    if os.path.isdir(real):
        raise FileError(Finding("file", f"{path} is a folder, not a file", hint="give the file's name too"))
    if os.path.exists(real) and not os.path.isfile(real):
        _write_straight(path, text)  # a pipe or a device has nothing to lose
        return
    if os.path.exists(real) and not os.access(real, os.W_OK):
        raise FileError(Finding("file", f"{path} can't be written: it is read-only"))
    try:
        handle, temporary = tempfile.mkstemp(prefix=".symparams-", dir=os.path.dirname(real) or ".")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, _mode(real))
            os.replace(temporary, real)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise _refused(path, error) from None


def _write_straight(path: str, text: str) -> None:
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise _refused(path, error) from None


def _refused(path: str, error: OSError) -> FileError:
    return FileError(Finding("file", f"{path} can't be written: {(error.strerror or str(error)).lower()}"))


def _mode(path: str) -> int:
    """The permissions of the file that is there, else those of any new file."""
    try:
        return os.stat(path).st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
