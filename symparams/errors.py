"""What went wrong, where, and what to write instead: places in a text, findings, and the exceptions that carry them.

Every floor makes findings; only the command line and the package's face print or raise them to a user.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

MAX_SHOWN_LINE = 160
MAX_SHOWN_CALL = 60


class Source(NamedTuple):
    """A text and the name that messages call it by, a file's path or `<text>`."""

    name: str
    text: str


class Span(NamedTuple):
    """The half-open range of character offsets that a piece of a source takes."""

    start: int
    end: int


class Finding(NamedTuple):
    """One thing that is wrong: a stable code, a sentence, and where known the place, a note beside it and the way out.

    call: where the file that holds the place was called from another one.
    """

    code: str
    message: str
    source: Source | None = None
    span: Span | None = None
    note: str = ""
    hint: str = ""
    call: tuple[Source, Span] | None = None

    def __str__(self) -> str:
        lines = [f"error: {self.message}"]
        if self.source is not None and self.span is not None:
            lines += picture(self.source, self.span, self.note)
        elif self.source is not None:
            lines.append(f"  --> {self.source.name}")
        elif self.note:
            lines.append(f"  = {self.note}")
        if self.call is not None:
            lines.append(f"  = {called(*self.call)}")
        if self.hint:
            lines.append(f"  = help: {self.hint}")
        return "\n".join(lines)


class SymparamsError(Exception):
    """The one base of all that this package raises at a user; `findings` holds what was found, first in the text first."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*findings)
        self.findings = findings

    def __str__(self) -> str:
        return "\n\n".join(str(finding) for finding in self.findings)


class ParseError(SymparamsError):
    """The text is not in the language."""


class ModelError(SymparamsError):
    """The text is in the language, but states no network: a wrong name, argument, shape, tie, `write` or condition."""


class ValueNeeded(SymparamsError):
    """A number was asked for while sizes are still open, or an assumption refuses the sizes given."""


class LimitError(SymparamsError):
    """The text asks for more than the limits allow; the message names the limit."""


class FileError(SymparamsError):
    """A file can't be read, or is out of reach."""


class UsageError(SymparamsError):
    """A call of the package or the command line that can't be carried out."""


def called(source: Source, span: Span) -> str:
    """The text of a call and its place, in a line."""
    text = " ".join(source.text[slice(*span)].split())
    line, column = place(source.text, span.start)
    return f"called by {text if len(text) <= MAX_SHOWN_CALL else text[:MAX_SHOWN_CALL] + '…'} at {source.name}:{line}:{column}"


def picture(source: Source, span: Span, note: str) -> list[str]:
    """The place as lines of text: file, line and column, the line itself, and carets below the span."""
    line, column = place(source.text, span.start)
    shown = source.text.split("\n")[line - 1].rstrip("\r") if source.text else ""
    width = max(1, min(span.end - span.start, len(shown) - column + 1))
    cut, column_in_cut = shown, column
    if len(shown) > MAX_SHOWN_LINE:
        start = max(0, column - 1 - MAX_SHOWN_LINE // 3)
        end = start + MAX_SHOWN_LINE
        before, after = "…" if start else "", "…" if end < len(shown) else ""
        cut, column_in_cut = before + shown[start:end] + after, column - start + len(before)
        width = min(width, len(cut) - column_in_cut + 1)
    indent = "".join("\t" if sign == "\t" else " " for sign in cut[: column_in_cut - 1])
    gutter = " " * len(str(line))
    carets = f"{indent}{'^' * max(width, 1)}{' ' + note if note else ''}"
    return [
        f"{gutter}--> {source.name}:{line}:{column}",
        f"{gutter} |",
        f"{line} | {cut}",
        f"{gutter} | {carets}",
    ]


def place(text: str, offset: int) -> tuple[int, int]:
    """The line and column, both from 1, of an offset in a text."""
    line = text.count("\n", 0, offset) + 1
    return line, offset - (text.rfind("\n", 0, offset) + 1) + 1


def suggestion(name: str, known: Iterable[str]) -> str:
    """The question `did you mean …?` for a name near a known one, or the empty string."""
    import difflib

    names = sorted(set(known) - {name})
    same = [other for other in names if other.lower() == name.lower()]
    near = same or difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    return f"did you mean {near[0]}?" if near else ""
