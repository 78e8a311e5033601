"""Runs the parser's tables over a text: token after token, each looked for as the grammar's state allows.

The lexer is contextual (a word is one only where the grammar waits for it), the parser LALR(1); neither recurses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from .build import Builder
from .tables import CONTEXTUAL, RESERVED, Rule, Tables, pattern
from .tokens import Refusal, Row, Token

MAX_INDENTATION = 100
MAX_BRACKETS = 100
INDENTED = re.compile(r"\f?[ \t]+(?P<sign>[^\s#])")
# What opens and closes a bracket: inside brackets a line's end means nothing.
DEPTH = {"LPAR": 1, "LSQB": 1, "LBRACE": 1, "LFLOOR": 1, "LCEIL": 1,
         "RPAR": -1, "RSQB": -1, "RBRACE": -1, "RFLOOR": -1, "RCEIL": -1}  # fmt: skip


class Unexpected(Exception):
    """A token that the grammar doesn't allow where it stands, the one before it, and the kinds that it does allow."""

    def __init__(self, token: Token, before: Token | None, allowed: frozenset[str]) -> None:
        super().__init__(token.kind)
        self.token, self.before, self.allowed = token, before, allowed


class Parser:
    """The language's parser: its tables, and the builder's methods rule by rule. It keeps nothing from text to text."""

    def __init__(self, tables: Tables) -> None:
        builder = Builder()
        self.rows, self.starts, self.words = tables.rows, tables.starts, tables.words
        self.rules = [(rule.origin, rule.size, maker(rule, builder)) for rule in tables.rules]
        self.signs = tables.signs
        self.patterns: dict[tuple[str, ...], re.Pattern[str]] = {}
        self.matchers: list[Any] = [None] * len(tables.rows)

    def parse(self, text: str, start: str, seen: list[Token] | None = None) -> Any:
        """The tree of a text from one of the grammar's starts; its tokens are added to `seen`, where that is given.

        Raises: `Unexpected` at the first token that doesn't fit; `Refusal` where the builder or a limit objects.
        """
        rows, rules = self.rows, self.rules
        state, accepted = self.starts[start]
        states, values = [state], list[Any]()
        for token in tokens(self, text, states, start == "file"):
            kind = token[0]
            if seen is not None:
                seen.append(token)
            while True:
                action = rows[states[-1]].get(kind)
                if action is None:
                    raise Unexpected(token, last_token(values), frozenset(rows[states[-1]]))
                if action >= 0:
                    states.append(action)
                    values.append(token)
                    break
                origin, size, make = rules[~action]
                if size:
                    pieces = values[-size:]
                    del values[-size:], states[-size:]
                else:
                    pieces = []
                values.append(make(pieces))
                states.append(rows[states[-1]][origin])
                if kind == "$END" and states[-1] == accepted:
                    return values[-1]
        raise AssertionError("the tokens end with $END")

    def matcher(self, state: int) -> Any:
        """What finds the next token in a state of the parser; made when a text first gets there."""
        row = self.rows[state]
        contextual = tuple(kind for kind in CONTEXTUAL if kind in row)
        if contextual not in self.patterns:
            self.patterns[contextual] = pattern(self.signs, contextual)
        self.matchers[state] = self.patterns[contextual].match
        return self.matchers[state]


def tokens(parser: Parser, text: str, states: list[int], has_lines: bool) -> Iterator[Token]:
    """The tokens of a text that ends with a line's end, each looked for in the state that the parser is in by then."""
    rows, words, matchers = parser.rows, parser.words, parser.matchers
    position, depth, levels = 0, 0, [0]
    if has_lines and (indented := INDENTED.match(text)):
        raise Refusal("indent", *indented.span("sign"))
    while position < len(text):
        while text[position] == " ":
            position += 1
        state = states[-1]
        match = (matchers[state] or parser.matcher(state))(text, position)
        if match is None:
            raise Unexpected(Token("", text[position], position, position + 1), None, frozenset(rows[state]))
        kind, value, start, position = match.lastgroup, match.group(), position, match.end()
        if kind == "NAME" or kind == "HEAD":
            word = words.get(value)
            if word is not None and (word in RESERVED or (kind == "NAME" and word in rows[state])):
                kind = word
        elif kind == "_NL":
            if has_lines and not depth:
                yield Token(kind, value, start, position)
                yield from steps(value, position, levels)
            continue
        elif kind == "BLANK":
            continue
        elif kind in DEPTH:
            depth += DEPTH[kind]
            if depth > MAX_BRACKETS:
                raise Refusal("limit-brackets", start, position, limit=MAX_BRACKETS)
        yield Token(kind, value, start, position)
    for _ in levels[1:]:
        yield Token("_DEDENT", "", position, position)
    yield Token("$END", "", position, position)


def steps(line_end: str, position: int, levels: list[int]) -> Iterator[Token]:
    """The steps in or out with which the next line begins; `levels` are the open ones and follow."""
    width = len(line_end) - line_end.rindex("\n") - 1
    if "\t" in line_end[-width:] and width:
        raise Refusal("tab", position - width, position)
    if width > levels[-1]:
        levels.append(width)
        if len(levels) > MAX_INDENTATION:
            raise Refusal("limit-nesting", position, position + 1, limit=MAX_INDENTATION)
        yield Token("_INDENT", "", position, position)
    while width < levels[-1]:
        levels.pop()
        yield Token("_DEDENT", "", position, position)
    if width > levels[-1]:
        raise Refusal("dedent", position, position + 1)


def maker(rule: Rule, builder: Builder) -> Callable[[list[Any]], Any]:
    """What makes of a rule's pieces its node, or the row that goes on into the rule around it."""
    if not rule.node:
        return Row if rule.is_flat else flat
    method = method_of(rule.node, builder)
    if rule.is_transparent and rule.is_flat and rule.size == 1:
        return lambda pieces: pieces[0]
    if not rule.is_transparent and method is not None:
        return method if rule.is_flat else lambda pieces: method(flat(pieces))

    def make(pieces: list[Any]) -> Any:
        pieces = flat(pieces)
        return pieces[0] if method is None or len(pieces) == 1 else method(pieces)

    return make


def method_of(node: str, builder: Builder) -> Callable[[list[Any]], Any] | None:
    """The builder's method of a name; None for rules that only stand for one of several others.

    Raises: `AttributeError` for a name that is none of a rule's, as only a wrong cache has.
    """
    if node.startswith("_"):
        raise AttributeError(node)
    return getattr(builder, node) if node in vars(Builder) else None


def flat(pieces: list[Any]) -> Row:
    """The pieces with those of the rows among them; a row in front grows, so that long rows take linear time."""
    whole, rest = (pieces[0], pieces[1:]) if type(pieces[0]) is Row else (Row(), pieces)
    for piece in rest:
        if type(piece) is Row:
            whole.extend(piece)
        else:
            whole.append(piece)
    return whole


def last_token(values: list[Any]) -> Token | None:
    """The last thing read, where it is still a token."""
    return values[-1] if values and type(values[-1]) is Token else None
