r"""LaTeX mathematics → tokens, each with its place, and the author's macros put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ..errors import Finding, ModelError, Source, Span
from .macros import Macro

MAX_TOKENS = 20_000
MAX_NESTED = 100

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:(?:\{,\}|,|\\,|~)\d{3}(?!\d))+|\d+(?:\.\d+)?|\s+|.", re.DOTALL)


class Token(NamedTuple):
    """A sign or command, and where the author wrote it (or the macro that it came from)."""

    text: str
    span: Span


def tokens_of(text: str, span: Span) -> list[Token]:
    """The tokens between two places."""
    found = []
    for match in _TOKEN.finditer(text, span.start, span.end):
        found.append(Token(match.group(), Span(match.start(), match.end())))
    return found


def expanded(tokens: list[Token], macros: Mapping[str, Macro], source: Source, depth: int) -> list[Token]:
    """The tokens with the author's macros put in."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        macro = macros.get(token.text)
        if macro is None:
            found.append(token)
            continue
        if depth >= MAX_NESTED or len(found) > MAX_TOKENS:
            raise fail(f"{token.text} is defined by itself, or too deeply", source, token.span)
        if macro.may_be_starred and place < len(tokens) and tokens[place].text == "*":
            place += 1
        arguments, place = _arguments(tokens, place, macro, token, source)
        body = [inner._replace(span=token.span) for inner in tokens_of(macro.body, Span(0, len(macro.body)))]
        found += expanded(_filled(body, arguments), macros, source, depth + 1)
    return found


def _arguments(
    tokens: list[Token], place: int, macro: Macro, token: Token, source: Source
) -> tuple[list[list[Token]], int]:
    found: list[list[Token]] = []
    if macro.default is not None:
        option, place = _option(tokens, place)
        default = [inner._replace(span=token.span) for inner in tokens_of(macro.default, Span(0, len(macro.default)))]
        found.append(default if option is None else option)
    count = macro.arguments
    while len(found) < count:
        while place < len(tokens) and tokens[place].text.isspace():
            place += 1
        if place >= len(tokens):
            raise fail(f"{token.text} takes {count} argument{'s' * (count > 1)}", source, token.span)
        end = closing(tokens, place) if tokens[place].text == "{" else place
        inside = tokens[place + 1 : end] if end > place else [tokens[place]]
        found.append(inside)
        place = end + 1
    return found, place


def _option(tokens: list[Token], place: int) -> tuple[list[Token] | None, int]:
    """What stands in brackets at a place, and where it ends; None where there are none."""
    start = place
    while start < len(tokens) and tokens[start].text.isspace():
        start += 1
    if start < len(tokens) and tokens[start].text == "[":
        end = next((at for at in range(start, len(tokens)) if tokens[at].text == "]"), None)
        if end is not None:
            return tokens[start + 1 : end], end + 1
    return None, place


def closing(tokens: list[Token], place: int) -> int:
    """Where the braces that open at a place close; the end where they don't."""
    depth = 0
    for number in range(place, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[number].text, 0)
        if depth == 0:
            return number
    return len(tokens) - 1


def _filled(body: list[Token], arguments: list[list[Token]]) -> list[Token]:
    found: list[Token] = []
    place = 0
    while place < len(body):
        follows = body[place + 1].text[:1] if place + 1 < len(body) else ""
        if body[place].text == "#" and follows.isdigit() and 0 < int(follows) <= len(arguments):
            found += arguments[int(follows) - 1]
            rest = body[place + 1].text[1:]
            if rest:
                found.append(Token(rest, body[place + 1].span))
            place += 2
        else:
            found.append(body[place])
            place += 1
    return found


def fail(message: str, source: Source, span: Span, hint: str = "") -> ModelError:
    """The error that mathematics can't be read, at its place."""
    return ModelError(Finding("latex", message, source, span, hint=hint))
