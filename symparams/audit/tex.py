r"""TeX → what matters of it: text without comments and verbatim, braced arguments, and the author's own macros.

All offsets are those of the file, so that every finding points at the place the author wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
    r"\\(?:newcommand|renewcommand|providecommand|DeclareRobustCommand)\*?\s*(?:\{\s*(\\[A-Za-z]+)\s*\}|(\\[A-Za-z]+))"
    r"\s*(?:\[(\d)\]\s*(?:\[(?P<default>[^\]]*)\])?)?\s*(?=\{)"
    r"|\\DeclareMathOperator\*?\s*\{\s*(\\[A-Za-z]+)\s*\}\s*(?=\{)"
    r"|\\def\s*(\\[A-Za-z]+)(?P<parameters>(?:#\d)*)\s*(?=\{)"
)
MAX_PUT = 20


class Comment(NamedTuple):
    """A comment's words, and where it stands, from its `%` on."""

    words: str
    span: Span


class Macro(NamedTuple):
    """What the author defined: the number of arguments, the body in which `#1` stands for the first, and what that is if left out."""

    arguments: int
    body: str
    default: str | None = None


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
            macros[name] = Macro(arguments, plain[slice(*body)], match.group("default"))
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


def put_in(text: str, macros: Mapping[str, Macro], depth: int = 0) -> str:
    """The text with the author's macros put in, as deep as they go; those whose braces don't close stay."""
    found, place = "", 0
    for match in re.finditer(r"\\[A-Za-z]+", text):
        macro = macros.get(match.group())
        if macro is None or match.start() < place or depth > MAX_PUT:
            continue
        read = _given(text, match.end(), macro)
        if read is not None:
            given, end = read
            body = re.sub(r"#([1-9])", lambda sign, given=given: given.get(sign.group(1), ""), macro.body)  # type: ignore[misc]
            found += text[place : match.start()] + put_in(body, macros, depth + 1)
            place = end
    return found + text[place:]


def _given(text: str, place: int, macro: Macro) -> tuple[dict[str, str], int] | None:
    """The arguments of a macro behind its name, and where they end."""
    given: dict[str, str] = {}
    if macro.default is not None:
        option = re.compile(r"\s*\[([^\]]*)\]").match(text, place)
        given["1"] = option.group(1) if option else macro.default
        place = option.end() if option else place
    while len(given) < macro.arguments:
        inside = braced(text, place)
        if inside is None:
            return None
        given[str(len(given) + 1)] = text[slice(*inside)]
        place = inside.end + 1
    return given, place
