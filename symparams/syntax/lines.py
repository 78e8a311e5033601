"""Text → logical lines for the formatter: every token with the comments around it, and the depth of its block.

A comment on a line of its own belongs to the deepest open block that begins no further right than the comment does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Union

from .tokens import Token

TAB = 8
OPENS = ("LPAR", "LSQB", "LBRACE", "LFLOOR", "LCEIL")
CLOSES = ("RPAR", "RSQB", "RBRACE", "RFLOOR", "RCEIL")
HEADERS = ("MODULE", "IF", "ELIF", "ELSE", "FOR", "WITH")
LAYOUT = ("_NL", "_INDENT", "_DEDENT", "$END")


class Comment(NamedTuple):
    """A comment on a line of its own, or with no text a blank line."""

    text: str
    column: int = 0


class Lexeme(NamedTuple):
    """A token, the comments and blank lines above it, and the comment at the end of its line."""

    kind: str
    text: str
    above: tuple[Comment, ...]
    beside: str


class CodeLine(NamedTuple):
    """A statement, or the header of a block; what the text breaks over lines is one line here."""

    level: int
    lexemes: tuple[Lexeme, ...]
    column: int  # where the statement began


class CommentLine(NamedTuple):
    """A comment on a line of its own, in the block of its level; with no text a blank line."""

    level: int
    text: str


Item = Union[CodeLine, CommentLine]


def logical_lines(text: str, tokens: Sequence[Token]) -> list[Item]:
    """The statements, headers, comments and blank lines of a text whose tokens these are, in order."""
    found: list[Item] = []
    reader = Reader(text)
    for line in split(tokens):
        lexemes = tuple(reader.lexemes(line.tokens))
        if line.tokens[0].kind == "$END":
            found += reader.own_lines(lexemes[0].above, 0)
            break
        found += reader.own_lines(lexemes[0].above, line.level, line.is_first)
        bare = (lexemes[0]._replace(above=()), *lexemes[1:])
        column = reader.column(line.tokens[0].start)
        reader.open_block(line, column)
        found.append(CodeLine(line.level, bare, column))
    return found


class RawLine(NamedTuple):
    """The tokens of a logical line; whether it is the first of its block, and whether it stands behind the header."""

    level: int
    tokens: list[Token]
    is_first: bool
    is_behind: bool


def split(tokens: Sequence[Token]) -> Iterator[RawLine]:
    """The tokens line by line; a statement behind its header's colon, and a `where` below, as if written the usual way."""
    level, line = 0, list[Token]()
    is_first = is_behind = False
    pending: RawLine | None = None  # a line that a `where` may still belong to
    in_where = False
    for at, token in enumerate(tokens):
        if token.kind == "_INDENT":
            in_where = tokens[at + 1].kind == "WHERE"
            if in_where and pending is not None:
                level, line, is_first, is_behind = pending.level, pending.tokens, pending.is_first, pending.is_behind
                pending = None
            else:
                level, is_first = level + 1, True
        elif token.kind == "_DEDENT":
            level, in_where = level - (not in_where), False
        elif token.kind == "_NL":
            if line:
                if pending is not None:
                    yield pending
                pending = RawLine(level, line, is_first, is_behind)
                level, line, is_first, is_behind = level - is_behind, [], False, False
        else:
            if pending is not None:
                yield pending
                pending = None
            line.append(token)
            if token.kind == "COLON" and ends_header(line) and tokens[at + 1].kind != "_NL":
                yield RawLine(level, line, is_first, False)
                level, line, is_first, is_behind = level + 1, [], True, True
    yield RawLine(0, line, False, False)


def ends_header(line: Sequence[Token] | Sequence[Lexeme]) -> bool:
    """Whether the colon at the end of these tokens is the one that ends a block's header."""
    depth, is_header = 0, line[0].kind in HEADERS
    for token in line[:-1]:
        depth += (token.kind in OPENS) - (token.kind in CLOSES)
        is_header = is_header or (token.kind == "WITH" and not depth)
    return is_header and not depth


class Reader:
    """Walks a text's gaps between tokens, and keeps the columns at which the open blocks begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.columns = [0]

    def lexemes(self, line: Sequence[Token]) -> Iterator[Lexeme]:
        """The tokens with the comments around them; the last one's own is found in the gap that follows it."""
        for token in line:
            above = self.gap(token.start)
            self.position = token.end
            yield Lexeme(token.kind, token.value, above, self.beside())

    def beside(self) -> str:
        """The comment at the end of the line, when nothing else stands between here and there."""
        end = self.text.find("\n", self.position)
        rest = self.text[self.position : end].strip(" \t\f")
        return tidy(rest) if rest.startswith("#") else ""

    def gap(self, end: int) -> tuple[Comment, ...]:
        """The comments and blank lines on lines of their own between the last token and a place."""
        gap = self.text[self.position : end]
        first, *rest = gap.split("\n")
        lines = rest[:-1] if self.position else [first, *rest][:-1]
        found = []
        for line in lines:
            content = line.strip(" \t\f")
            if content.startswith("#") or not content:
                column = len(line.expandtabs(TAB)) - len(line.expandtabs(TAB).lstrip(" \t\f"))
                found.append(Comment(tidy(content), column))
        return tuple(found)

    def column(self, offset: int) -> int:
        """How far from its line's start a place is."""
        return offset - (self.text.rfind("\n", 0, offset) + 1)

    def open_block(self, line: RawLine, column: int) -> None:
        """Take the block of a line for the open one; a comment can't stand in one that has no lines of its own."""
        del self.columns[line.level :]
        self.columns += [1 << 30 if line.is_behind else column]

    def own_lines(self, comments: Sequence[Comment], level: int, is_first: bool = False) -> Iterator[CommentLine]:
        """Comments above a line of this level, each with the level of its own block."""
        for comment in comments:
            inside = level
            while not is_first and inside + 1 < len(self.columns) and self.columns[inside + 1] <= comment.column:
                inside += 1
            yield CommentLine(inside, comment.text)


def tidy(comment: str) -> str:
    """A comment without blanks at its end, and with one before a word at its beginning."""
    return f"# {comment[1:]}" if comment[1:2].isalnum() else comment.rstrip(" \t\f")
