"""Text → syntax tree: the one door to the parser, and where what it refuses becomes findings."""

from __future__ import annotations

from functools import cache
from typing import Any

from ..errors import Finding, LimitError, ParseError, Source, Span
from . import tree
from .build import Refusal
from .drive import Parser, Unexpected
from .tables import tables



def parse(source: Source) -> tree.File:
    """The tree of a whole `.sym` text.

    Raises: `ParseError` with all that is wrong in its statements; `LimitError`, naming the limit.
    """
    return read(source, "file")  # type: ignore[no-any-return]


def parse_expression(source: Source) -> tree.Expr:
    """The tree of a text that is one expression, as on a command line: `GPT2(V, T, d, L).params`."""
    return read(source, "only_expression")  # type: ignore[no-any-return]


@cache
def parser() -> Parser:
    """The parser, made once."""
    return Parser(tables())


def read(source: Source, start: str) -> Any:
    """The tree from one of the grammar's starts."""
    try:
        return parser().parse(source.text + "\n", start)
    except Refusal as refusal:
        kind = LimitError if refusal.code.startswith("limit-") else ParseError
        raise kind(Finding(refusal.code, refusal.code, source, Span(refusal.start, refusal.end))) from None
    except Unexpected as error:
        raise ParseError(Finding("syntax", "this can't be read here", source, Span(*error.token[2:]))) from None
