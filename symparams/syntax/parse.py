"""Text → syntax tree: the one door to the parser.

A text that is in the language takes the short way. For one that isn't, `diagnose` reads it again, statement by
statement, and finds out what is wrong.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from ..errors import LimitError, ParseError, Source
from . import tree
from .drive import Parser, Unexpected
from .tables import tables
from .tokens import Refusal, Token

MAX_SIGNS = 5_000_000
MAX_NESTING = 150

CHAINED = ("+", "-", "*")
BLOCKS = (tree.Module, tree.If, tree.For, tree.Branch, tree.With)


def parse(source: Source) -> tree.File:
    """The tree of a whole `.sym` text.

    Raises: `ParseError` with all that is wrong in its statements; `LimitError`, naming the limit.
    """
    return read(source, "file")  # type: ignore[no-any-return]


def parse_expression(source: Source) -> tree.Expr:
    """The tree of a text that is one expression, as on a command line: `GPT2(V, T, d, L).params`."""
    return read(source, "only_expression")  # type: ignore[no-any-return]


def parse_with_tokens(source: Source) -> tuple[tree.File, str, list[Token]]:
    """The tree of a whole text, the plain text that was read, and its tokens. Raises: as `parse`."""
    seen: list[Token] = []
    text = plain(source.text)
    try:
        return attempt(text, "file", seen), text + "\n", seen
    except (Refusal, Unexpected):
        return parse(source), text, seen  # which raises, and says why


@cache
def parser() -> Parser:
    """The parser, made once."""
    return Parser(tables())


def read(source: Source, start: str) -> Any:
    """The tree from one of the grammar's starts."""
    text = plain(source.text)
    try:
        return attempt(text, start)
    except (Refusal, Unexpected) as error:
        findings = explain(source._replace(text=text), start, error)
    # Raised here, not inside the handler, so that a user's traceback shows nothing of the parser.
    kind = LimitError if findings[0].code.startswith("limit-") else ParseError
    raise kind(*findings)


def explain(source: Source, start: str, error: Refusal | Unexpected) -> tuple[Any, ...]:
    """What is wrong with a text that the parser refused."""
    from . import diagnose

    return diagnose.findings(source, start, error, attempt)


def attempt(text: str, start: str, seen: list[Token] | None = None) -> Any:
    """The tree of a plain text, or the first thing that is wrong with it, as `Refusal` or `Unexpected`."""
    if len(text) > MAX_SIGNS:
        raise Refusal("limit-file", 0, 1, limit=MAX_SIGNS)
    result = parser().parse(text + "\n", start, seen)
    refuse_deep(result)
    return result


def plain(text: str) -> str:
    """The text with `\\n` for every kind of line end and without a byte order mark; every offset stays what it was."""
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    return "\f" + text[1:] if text.startswith("\ufeff") else text


def refuse_deep(root: Any) -> None:
    """Refuse a tree in which a walk that recurses could run out of stack; chains of + - * are walked as loops.

    A node's text is longer than its tree is deep, so that short texts need no look.
    """
    waiting: list[tuple[Any, int]] = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        span = getattr(node, "span", None)
        if span is not None and type(node) not in BLOCKS:
            if depth > MAX_NESTING:
                raise Refusal("limit-nesting", *span, limit=MAX_NESTING)
            if span.end - span.start + depth <= MAX_NESTING:
                continue
            depth += 1
        for place, part in enumerate(node):
            if isinstance(part, tuple) and part is not span:
                is_chain = place == 1 and type(node) is tree.Binary and node.op in CHAINED
                waiting.append((part, depth - 1 if is_chain else depth))
