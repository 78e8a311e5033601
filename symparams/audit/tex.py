r"""TeX → what matters of it: text without comments and verbatim, braced arguments, and the author's own macros.

All offsets are those of the file, so that every finding points at the place the author wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import Span

VERBATIM = r"verbatim\*?|lstlisting|minted|comment|filecontents\*?"
_HIDDEN = re.compile(
    rf"\\begin\{{(?P<env>{VERBATIM})\}}.*?\\end\{{(?P=env)\}}"
    r"|\\verb\*?(?P<bar>[^\w\s*]).*?(?P=bar)"
    r"|(?<!\\)(?:\\\\)*(?P<comment>%[^\n]*)",
    re.DOTALL,
)
_DEFINITION = re.compile(
    r"\\(?:re)?newcommand\*?\s*(?:\{\s*(\\[A-Za-z]+)\s*\}|(\\[A-Za-z]+))\s*(?:\[(\d)\])?\s*(?=\{)"
    r"|\\providecommand\*?\s*(?:\{\s*(\\[A-Za-z]+)\s*\}|(\\[A-Za-z]+))\s*(?:\[(\d)\])?\s*(?=\{)"
    r"|\\DeclareMathOperator\*?\s*\{\s*(\\[A-Za-z]+)\s*\}\s*(?=\{)"
    r"|\\def\s*(\\[A-Za-z]+)(?P<parameters>(?:#\d)*)\s*(?=\{)"
)
MAX_NESTED = 200


class Comment(NamedTuple):
    """A comment's words, and where it stands, from its `%` on."""

    words: str
    span: Span


class Macro(NamedTuple):
    """What the author defined: the number of arguments, and the body in which `#1` stands for the first."""

    arguments: int
    body: str


class Text(NamedTuple):
    """A file of TeX, as long as it was: comments and verbatim blank in `plain`; what they were, and the macros."""

    plain: str
    comments: tuple[Comment, ...]
    macros: dict[str, Macro]
    definitions: tuple[Span, ...]


def read_tex(text: str) -> Text:
    """The text with all that TeX doesn't print as words set apart."""
    comments: list[Comment] = []

    def blank(match: re.Match[str]) -> str:
        words = match.group("comment")
        if words is not None:
            start = match.start("comment")
            comments.append(Comment(words.lstrip("%").strip(), Span(start, match.end())))
            return match.group()[: start - match.start()] + " " * len(words)
        return re.sub(r"[^\n]", " ", match.group())

    plain = _HIDDEN.sub(blank, text)
    macros: dict[str, Macro] = {}
    spans = []
    for match in _DEFINITION.finditer(plain):
        name = next(group for group in match.groups() if group and group.startswith("\\"))
        body = braced(plain, match.end())
        if body is not None:
            count = next((int(group) for group in match.groups() if group and group.isdigit()), 0)
            arguments = count or (match.group("parameters") or "").count("#")
            macros[name] = Macro(arguments, plain[slice(*body)])
            spans.append(Span(match.start(), body.end + 1))
    return Text(plain, tuple(comments), macros, tuple(spans))


def braced(text: str, offset: int) -> Span | None:
    """The inside of the braces that open at or after an offset, past blanks; None where there are none or they don't close."""
    start = offset
    while start < len(text) and text[start].isspace():
        start += 1
    if start >= len(text) or text[start] != "{":
        return None
    depth, place = 0, start
    while place < len(text):
        sign = text[place]
        if sign == "\\":
            place += 1
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                return Span(start + 1, place)
        place += 1
    return None


def calls(text: Text, name: str, arguments: int) -> Iterator[tuple[int, list[Span] | None]]:
    """Where a macro is used, with the insides of its arguments, None where their braces don't close; not in definitions."""
    for match in re.finditer(rf"\\{name}(?![A-Za-z@])", text.plain):
        if any(start <= match.start() < end for start, end in text.definitions):
            continue
        spans: list[Span] = []
        place = match.end()
        for _ in range(arguments):
            inside = braced(text.plain, place)
            if inside is None:
                break
            spans.append(inside)
            place = inside.end + 1
        yield match.start(), spans if len(spans) == arguments else None
