"""What is wrong with a text that the parser refused: statement by statement, every independent mistake.

A text is cut at its top-level statements. In each, brackets and strings are looked at first; then the parser runs, and
after a mistake once more with the line that holds it made harmless, until nothing new is found.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from ..errors import Finding, Source, Span
from .drive import Unexpected
from .foreign import WITH_BODIES
from .messages import finding
from .reasons import Mistake, Place, reason
from .tokens import Refusal

MAX_FINDINGS = 20

Attempt = Callable[[str, str], object]

# Behind these the rest of a statement's lines can't be trusted.
LAST = ("indent", "dedent", "tab", "body-missing", "with")

CLOSING = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉"}
LAYOUT = re.compile(
    r'#[^\n]*|"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?!"")(?:[^"\\\n]|\\.)*"|\'(?!\'\')(?:[^\'\\\n]|\\.)*\''
    r"|(?P<quote>\"\"\"|'''|[\"'])[^\n]*|\\[ \t]*\n|(?P<bracket>[()\[\]{}⌊⌋⌈⌉])|\n"
)
# What can't stand at the start of a line inside brackets, but begins a statement.
BEGINS = re.compile(r"(?:module|symbol|check|require|import|from)[ \t]+[\w\"']")
CODE = re.compile(r"[ \t\f]*[^\s#]")
FOLLOWS = re.compile(r"(?:else|elif)\b")
PIECES = re.compile(
    r'#[^\n]*|"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|\w+(?:\.\d+)?|\*\*|//|[=!<>:]=|\S'
)


class Chunk(NamedTuple):
    """One top-level statement: where it lies, where its lines begin, and what its brackets and strings do wrong."""

    start: int
    end: int
    lines: list[int]
    mistakes: list[Mistake]


def findings(source: Source, start: str, error: Refusal | Unexpected, attempt: Attempt) -> tuple[Finding, ...]:
    """Everything that is wrong, first in the text first; of a limit only itself. `attempt` parses a text, or raises."""
    text = source.text + "\n"
    if isinstance(error, Refusal) and error.code.startswith("limit-"):
        found = [mistake_of(error, text, [0])]
    else:
        has_lines = start == "file"
        every = (mistake for chunk in chunks(text, has_lines) for mistake in mistakes(text, chunk, start, attempt))
        found = list(islice(every, MAX_FINDINGS)) or [mistake_of(error, text, [0])]
    return tuple(finding(source, code, shown(source.text, span), values) for code, span, values in found)


def shown(text: str, span: Span) -> Span:
    """The range itself; one behind the text's end moves to the end of what is written."""
    last = len(text.rstrip())
    return span if span.start < len(text) or not text else Span(last, last + 1)


# ---------------------------------------------------------------------------------------- statements and lines


def chunks(text: str, has_lines: bool) -> list[Chunk]:
    """The top-level statements of a text; all of it where lines mean nothing."""
    found: list[Chunk] = []
    chunk = Chunk(0, len(text), [0], [])
    opened: list[tuple[str, int]] = []
    for match in LAYOUT.finditer(text):
        sign, at = match.group(), match.start()
        if quote := match["quote"]:
            chunk.mistakes.append(Mistake("string-unclosed", Span(at, match.end()), {"quote": quote}))
            if len(quote) > 1:
                return [*found, chunk]
        elif match["bracket"]:
            bracket(sign, at, opened, chunk.mistakes)
        elif sign == "\n" and has_lines and CODE.match(text, match.end()):
            line = match.end()
            if opened and not BEGINS.match(text, line):
                continue
            if text[line] in " \t\f" or FOLLOWS.match(text, line):
                chunk.lines.append(line)
                continue
            unclosed(opened, chunk.mistakes)
            found.append(chunk._replace(end=line))
            chunk = Chunk(line, len(text), [line], [])
    unclosed(opened, chunk.mistakes)
    return [*found, chunk]


def bracket(sign: str, at: int, opened: list[tuple[str, int]], found: list[Mistake]) -> None:
    """Take one bracket into account; `opened` are those that wait for their end."""
    if sign in CLOSING:
        opened.append((sign, at))
    elif not opened:
        found.append(Mistake("bracket-unopened", Span(at, at + 1), {"closing": sign}))
    else:
        opening, _ = opened.pop()
        if CLOSING[opening] != sign:
            values = {"opening": opening, "closing": sign, "right": CLOSING[opening]}
            found.append(Mistake("bracket-mismatch", Span(at, at + 1), values))


def unclosed(opened: list[tuple[str, int]], found: list[Mistake]) -> None:
    """The innermost bracket that is still open where a statement ends is the mistake; none is open after it."""
    if opened and not found:
        opening, at = opened[-1]
        values = {"opening": opening, "closing": CLOSING[opening]}
        found.append(Mistake("bracket-unclosed", Span(at, at + 1), values))
    opened.clear()


def mistakes(text: str, chunk: Chunk, start: str, attempt: Attempt) -> Iterator[Mistake]:
    """What is wrong in one statement."""
    yield from chunk.mistakes
    if chunk.mistakes:
        return
    piece, lines = text[chunk.start : chunk.end], [line - chunk.start for line in chunk.lines]
    last = -1
    while piece:
        try:
            attempt(piece, start)
            return
        except (Refusal, Unexpected) as error:
            code, span, values = mistake_of(error, piece, lines)
        line = bisect_right(lines, span.start) - 1
        if line <= last:
            return
        yield Mistake(code, Span(span.start + chunk.start, span.end + chunk.start), values)
        last = line
        is_over = code in LAST or start != "file"
        piece = "" if is_over else harmless(piece, lines, line, is_whole=values.get("word") in WITH_BODIES)


def mistake_of(error: Refusal | Unexpected, text: str, lines: list[int]) -> Mistake:
    """What the parser refused, in the user's words."""
    if isinstance(error, Refusal):
        return Mistake(error.code, Span(error.start, error.end), {k: str(v) for k, v in error.values.items()})
    return reason(place(error, text, lines))


def place(error: Unexpected, text: str, lines: list[int]) -> Place:
    """A token that doesn't fit, with the pieces of its logical line before it and those of the line above."""
    token = error.token
    line = max(bisect_right(lines, token.start) - 1, 0)
    before = pieces(text, lines[line], token.start)
    above = pieces(text, lines[line - 1], lines[line]) if line else []
    return Place(token, error.allowed, text, before, above)


def pieces(text: str, start: int, end: int) -> list[re.Match[str]]:
    """Names, numbers, strings and signs in a part of a text."""
    return [match for match in PIECES.finditer(text, start, end) if not match.group().startswith("#")]


def harmless(text: str, lines: list[int], line: int, *, is_whole: bool) -> str:
    """The text with one line, or all of its body too, made a statement that says nothing, as long as before.

    Empty where the line is too short.
    """
    indent = width(text, lines[line])
    after = line + 1
    while is_whole and after < len(lines) and width(text, lines[after]) > indent:
        after += 1
    has_body = after < len(lines) and width(text, lines[after]) > indent
    begin, end = lines[line], lines[after] if after < len(lines) else len(text)
    word = " " * indent + ("if 0:" if has_body else "pass")
    if "\n" in text[begin : begin + len(word)]:
        return ""
    return text[:begin] + word + re.sub(r"[^\n]", " ", text[begin + len(word) : end]) + text[end:]


def width(text: str, at: int) -> int:
    """How far a line is indented."""
    match = CODE.match(text, at)
    return match.end() - 1 - at if match else 0
