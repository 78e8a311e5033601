r"""The macros that an author defines → what they print: `\newcommand`, `\def`, `\let`, paired delimiters, operators.

Nothing is run: a macro is a text in which `#1` stands for the first argument.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..errors import Span

_NAME = r"(?:\{{\s*(?P<{0}>\\[A-Za-z]+)\s*\}}|(?P<{0}_bare>\\[A-Za-z]+))"
_DEFINITIONS = re.compile(
    "|".join(
        (
            r"\\(?:newcommand|renewcommand|providecommand|DeclareRobustCommand)\*?\s*" + _NAME.format("command")
            + r"\s*(?:\[(?P<count>\d)\]\s*(?:\[(?P<default>[^\]]*)\])?)?\s*(?=\{)",
            r"\\(?:New|Renew|Provide|Declare)DocumentCommand\s*" + _NAME.format("document")
            + r"\s*\{(?P<kinds>(?:[^{}]|\{[^{}]*\})*)\}\s*(?=\{)",
            r"\\DeclareMathOperator\*?\s*" + _NAME.format("operator") + r"\s*(?=\{)",
            r"\\DeclarePairedDelimiter\s*" + _NAME.format("pair") + r"\s*\{(?P<left>[^{}]+)\}\s*\{(?P<right>[^{}]+)\}",
            r"\\(?:[gex]?def)\s*(?P<def>\\[A-Za-z]+)(?P<parameters>(?:#\d)*)\s*(?=\{)",
            r"\\let\s*(?P<let>\\[A-Za-z]+)\s*=?\s*(?P<same>\\[A-Za-z]+|[^\s\\{}])",
        )
    )
)  # fmt: skip
_NAMES = ("command", "document", "operator", "pair", "def", "let")
MAX_PUT = 20


class Macro(NamedTuple):
    """What the author defined: the number of arguments, the body in which `#1` stands for the first, and what that is if left out."""

    arguments: int
    body: str
    default: str | None = None
    may_be_starred: bool = False


def definitions(plain: str) -> Iterator[tuple[str, Macro, Span]]:
    """The macros that a text defines, and where; those whose braces don't close aren't there."""
    for match in _DEFINITIONS.finditer(plain):
        given: dict[str, Any] = match.groupdict()
        name = next(filter(None, (given.get(f"{one}{bare}") for one in _NAMES for bare in ("", "_bare"))))
        if given["let"]:
            yield name, Macro(0, given["same"]), Span(match.start(), match.end())
        elif given["left"]:
            macro = Macro(1, f"{given['left']} #1 {given['right']}", may_be_starred=True)
            yield name, macro, Span(match.start(), match.end())
        elif (inside := braced(plain, match.end())) is not None:
            yield name, _macro(given, plain[slice(*inside)]), Span(match.start(), inside.end + 1)


def _macro(given: dict[str, Any], body: str) -> Macro:
    if given["operator"] or given["operator_bare"]:
        return Macro(0, rf"\operatorname{{{body}}}")
    kinds = re.sub(r"\{[^{}]*\}", "", given["kinds"] or "")
    count = int(given["count"] or 0) or (given["parameters"] or "").count("#") or len(re.findall("[moO]", kinds))
    default = "" if re.match(r"[\s+]*[oO]", kinds) else given["default"]
    return Macro(count, body, default, may_be_starred="s" in kinds)


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
