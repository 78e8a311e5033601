"""A logical line → lines of at most 120 characters: what is too long breaks inside brackets, in one way.

The widest bracket opens first: its content goes below, indented, items one a line with a comma behind each, or filled
into lines where they are plain. Comments inside brackets, and a comma behind the last of several items, open them always.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from .lines import CLOSES, OPENS, CodeLine, Comment, Lexeme
from .spacing import Marked, marked, nesting

WIDTH = 120
INDENT = 4
ENDS_A_VALUE = ("WITHIN", "AS", "WHERE", "WITH", "ACTIVE", "COLON")
MAX_OPENED = 40
NARROW = 24  # a bracket with less inside isn't worth lines of its own

# Where an expression in brackets breaks, loosest first: each operator begins a line.
LOOSEST = (("FOR",), ("ELSE",), ("IF",), ("OR",), ("AND",), ("COMPARE", "IN", "IS"), ("SIGN",))


class Row(NamedTuple):
    """A line of the result: how far it is indented, its text, and the comment at its end."""

    indent: int
    text: str
    comment: str = ""


def rows(line: CodeLine) -> list[Row]:
    """The lines of a statement or header."""
    indent = line.level * INDENT
    breaker = Breaker(marked(line.lexemes))
    if breaker.is_long(indent, len(line.lexemes)):
        breaker = Breaker(marked(with_brackets(breaker, line.lexemes, indent)))
    return breaker.line(indent)


def with_brackets(breaker: Breaker, lexemes: Sequence[Lexeme], indent: int) -> Sequence[Lexeme]:
    """A long line with brackets where it may break: around what stands behind `where`, around a value of operators."""
    end = len(lexemes)
    where = next(
        (at for at, lexeme in enumerate(lexemes) if lexeme.kind == "WHERE" and not breaker.tokens[at].depth), end
    )
    if where < end:
        if lexemes[where + 1].kind != "LPAR":
            lexemes = bracketed(lexemes, where + 1, end)
        end = where + 2
    start, stop = breaker.value()
    if breaker.is_long(indent, min(end, len(breaker.tokens))) and start < stop and breaker.operators(start, stop):
        return bracketed(lexemes, start, stop)
    return lexemes


def bracketed(lexemes: Sequence[Lexeme], start: int, end: int) -> list[Lexeme]:
    """A line with brackets around its value, which may then break at its operators."""
    first, last = lexemes[start], lexemes[end - 1]
    value = [first._replace(above=()), *lexemes[start + 1 : end - 1], last._replace(beside="")]
    opening, closing = Lexeme("LPAR", "(", first.above, ""), Lexeme("RPAR", ")", (), last.beside)
    return [*lexemes[:start], opening, *(value if end - start > 1 else [first]), closing, *lexemes[end:]]


def flat_text(tokens: Sequence[Marked]) -> str:
    """Tokens on one line."""
    parts = [" " + token.lexeme.text if token.is_apart and at else token.lexeme.text for at, token in enumerate(tokens)]
    return "".join(parts)


def is_spare(lexemes: Sequence[Lexeme], at: int) -> bool:
    """Whether a token is a comma behind the last of several items, which says nothing."""
    if lexemes[at].kind != "COMMA" or at + 1 == len(lexemes) or lexemes[at + 1].kind not in CLOSES:
        return False
    depths, partners = nesting(lexemes)
    inside = range(partners[at + 1] + 1, at)
    return any(lexemes[other].kind == "COMMA" and depths[other] == depths[at] for other in inside)


class Breaker:
    """The tokens of one logical line, and what is known of them before it is laid out."""

    def __init__(self, tokens: list[Marked]) -> None:
        self.tokens = tokens
        self.open = {at for at, token in enumerate(tokens) if token.lexeme.kind in OPENS and self.must_open(at)}
        self.ends, length = [0], 0
        for token in tokens:
            length += len(token.lexeme.text) + token.is_apart
            self.ends.append(length)

    def width(self, start: int, end: int) -> int:
        """How wide tokens are on one line."""
        return self.ends[end] - self.ends[start] - self.tokens[start].is_apart if end > start else 0

    def is_long(self, indent: int, end: int) -> bool:
        """Whether the tokens up to a place don't fit on a line."""
        return indent + self.width(0, self.code_end(0, end)) > WIDTH

    def must_open(self, at: int) -> bool:
        """Whether a bracket holds a comment, or a comma behind the last of several items."""
        end = self.tokens[at].partner
        if any(has_comment(token.lexeme.above) for token in self.tokens[at + 1 : end + 1]):
            return True
        if any(token.lexeme.beside for token in self.tokens[at:end]):
            return True
        return self.tokens[end - 1].lexeme.kind == "COMMA" and len(self.commas(at + 1, end)) > 1

    def commas(self, start: int, end: int) -> list[int]:
        """The commas between the items that begin here."""
        depth = self.tokens[start].depth
        return [
            at for at in range(start, end) if self.tokens[at].lexeme.kind == "COMMA" and self.tokens[at].depth == depth
        ]

    def value(self) -> tuple[int, int]:
        """Where the value of a statement stands, its claim's right side or its condition; nowhere if it's several."""
        here = [at for at, token in enumerate(self.tokens) if not token.depth]
        kinds = {at: self.tokens[at].lexeme.kind for at in here}
        first = kinds[0]
        begins = {"CHECK": ("COMPARE", "ABOUT"), "SYMBOL": (), "FOR": (), "TIE": (), "MODULE": ()}
        if first in ("WRITE", "REQUIRE", "IF", "ELIF"):
            start = 1
        else:
            signs = begins.get(first, ("EQUALS", "AUGMENT", "COLON"))
            start = next((at + 1 for at in here if kinds[at] in signs), len(self.tokens))
        rest = [at for at in here if at >= start]
        stop = self.code_end(0, len(self.tokens))
        end = next((at for at in rest if kinds[at] in ENDS_A_VALUE), stop)
        has_several = any(kinds[at] == "COMMA" for at in rest if at < end)
        return (0, 0) if has_several else (start, end)

    # -------------------------------------------------------------------------------------------------- layout

    def line(self, indent: int) -> list[Row]:
        """The whole line; a `where` goes below where a comment stands before it."""
        tokens = self.tokens
        for at in range(1, len(tokens)):
            remark = tokens[at - 1].lexeme.beside or has_comment(tokens[at].lexeme.above)
            if tokens[at].lexeme.kind == "WHERE" and not tokens[at].depth and remark:
                return [*self.laid(0, at, indent), *self.laid(at, len(tokens), indent + INDENT)]
        return self.laid(0, len(tokens), indent)

    def laid(self, start: int, end: int, indent: int, hang: int | None = None) -> list[Row]:
        """Tokens as lines; inside brackets they may break at operators, the further lines indented by `hang`."""
        places, is_open = self.forced(start, end), any(start <= at < end for at in self.open)
        fits = not is_open and indent + self.width(start, self.code_end(start, end)) <= WIDTH
        if hang is not None and not places and not fits:
            places = self.operators(start, end)
        if not places:
            above = [Row(indent, comment.text) for comment in self.tokens[start].lexeme.above if comment.text]
            return above + ([self.row(start, end, indent)] if fits else self.opened(start, end, indent))
        first, *rest = pairs(start, places, end)
        found = self.laid(*first, indent, hang)
        for part in rest:
            found += self.laid(*part, indent + (hang or 0), hang and 0)
        return found

    def row(self, start: int, end: int, indent: int) -> Row:
        """Tokens on one line, with the comment behind the last; a claim's source stands two blanks apart."""
        text, last = flat_text(self.tokens[start:end]), self.tokens[end - 1].lexeme
        if start and end == len(self.tokens) and self.code_end(0, end) < end and self.tokens[0].lexeme.kind == "CHECK":
            text = f"{text.removesuffix(last.text)} {last.text}"
        return Row(indent, text, last.beside)

    def forced(self, start: int, end: int) -> list[int]:
        """The places between tokens, outside brackets opened here, where a comment makes a line end."""
        depth = self.tokens[start].depth
        places = [at for at in range(start + 1, end) if self.tokens[at].depth == depth]
        return [
            at
            for at in places
            if self.tokens[at].lexeme.kind not in CLOSES
            and (has_comment(self.tokens[at].lexeme.above) or self.tokens[at - 1].lexeme.beside)
        ]

    def code_end(self, start: int, end: int) -> int:
        """Where the part of a line ends that its width is taken of: before a claim's source or a reason."""
        first, last = self.tokens[start], self.tokens[end - 1]
        is_told = first.lexeme.kind in ("CHECK", "REQUIRE") and last.lexeme.kind == "STRING" and not last.depth
        return end - 1 if is_told and start == 0 else end

    def operators(self, start: int, end: int) -> list[int]:
        """The loosest operators between the operands that begin here."""
        depth = self.tokens[start].depth
        here = [at for at in range(start + 1, end) if self.tokens[at].depth == depth and not self.tokens[at].is_prefix]
        for kinds in LOOSEST:
            found = [at for at in here if self.tokens[at].lexeme.kind in kinds]
            if found and kinds == ("FOR",):
                first = found[0]
                return [at for at in here if self.tokens[at].lexeme.kind in ("FOR", "IF") and at >= first]
            if found:
                return [at for at in found if at - 1 not in found or kinds != ("COMPARE", "IN", "IS")]
        return []

    def opened(self, start: int, end: int, indent: int) -> list[Row]:
        """Tokens with their brackets opened, the widest first, until every line fits."""
        opened = {at for at in self.open if start <= at < end}
        depth = min(self.tokens[at].depth for at in range(start, end))
        opened = {at for at in opened if self.tokens[at].depth == depth}
        stop = self.code_end(start, end)
        while len(opened) < MAX_OPENED and (widest := self.widest(start, stop, indent, depth, opened)) is not None:
            opened.add(widest)
        return list(self.assembled(start, end, indent, sorted(opened)))

    def widest(self, start: int, end: int, indent: int, depth: int, opened: set[int]) -> int | None:
        """The widest bracket that is still closed in a line that is too long, if any is worth it."""
        found, best = None, NARROW
        begin = start
        for opening in [*sorted(opened), end]:
            stop = min(opening + 1, end)
            if indent + self.width(begin, stop) > WIDTH:
                for at in range(begin, stop):
                    if self.tokens[at].lexeme.kind in OPENS and self.tokens[at].depth == depth and at not in opened:
                        width = self.width(at + 1, self.tokens[at].partner)
                        if width >= best:
                            found, best = at, width + 1
            begin = self.tokens[opening].partner if opening < end else end
        return found

    def assembled(self, start: int, end: int, indent: int, opened: Sequence[int]) -> Iterator[Row]:
        """The lines around the opened brackets, and their contents."""
        begin = start
        for at in opened:
            yield self.row(begin, at + 1, indent)
            close = self.tokens[at].partner
            yield from self.content(at + 1, close, indent + INDENT)
            yield from (Row(indent + INDENT, c.text) for c in self.tokens[close].lexeme.above if c.text)
            begin = close
        yield self.row(begin, end, indent)

    def content(self, start: int, end: int, indent: int) -> Iterator[Row]:
        """What stands in an opened bracket."""
        if start == end:
            return
        commas = self.commas(start, end)
        if not commas or self.is_comprehension(start, end):
            yield from self.laid(start, end, indent, 0)
        elif self.is_plain(start, end, commas):
            yield from self.filled(start, end, indent, commas)
        else:
            yield from self.listed(start, end, indent, commas)

    def is_comprehension(self, start: int, end: int) -> bool:
        """Whether a loop stands between the items that begin here."""
        depth = self.tokens[start].depth
        return any(token.lexeme.kind == "FOR" and token.depth == depth for token in self.tokens[start:end])

    def is_plain(self, start: int, end: int, commas: Sequence[int]) -> bool:
        """Whether items may share a line: none is a definition, has a remark, or brackets with several things or brackets."""
        tokens, depth = self.tokens[start:end], self.tokens[start].depth
        if self.tokens[start - 2].lexeme.kind == "WHERE":
            return False
        if any(has_comment(token.lexeme.above) or token.lexeme.beside for token in tokens):
            return False
        if any(self.tokens[at + 1].lexeme.above for at in commas if at + 1 < end):
            return False
        return not any(token.depth > depth and token.lexeme.kind in ("COMMA", "FOR", *OPENS) for token in tokens)

    def filled(self, start: int, end: int, indent: int, commas: Sequence[int]) -> Iterator[Row]:
        """Plain items, as many on a line as fit."""
        line = ""
        for item_start, item_end in pairs(start, [at + 1 for at in commas], end):
            if item_start == item_end:
                continue
            item = flat_text(self.tokens[item_start:item_end]).removesuffix(",") + ","
            if line and indent + len(line) + 1 + len(item) > WIDTH:
                yield Row(indent, line)
                line = ""
            line = f"{line} {item}" if line else item
        yield Row(indent, line)

    def listed(self, start: int, end: int, indent: int, commas: Sequence[int]) -> Iterator[Row]:
        """Items one below the other, a comma behind each."""
        is_alone = len(commas) == 1 and commas[0] == end - 1
        for at, (item_start, item_end) in enumerate(pairs(start, [at + 1 for at in commas], end)):
            if item_start == item_end:
                continue
            has_comma = self.tokens[item_end - 1].lexeme.kind == "COMMA" and item_end - 1 in commas
            if at and any(not comment.text for comment in self.tokens[item_start].lexeme.above):
                yield Row(0, "")
            *most, last = self.laid(item_start, item_end - has_comma, indent, INDENT)
            yield from most
            comma = self.tokens[item_end - 1].lexeme if has_comma else None
            remarks = (
                [last.comment, *(c.text for c in comma.above if c.text), comma.beside] if comma else [last.comment]
            )
            remarks = [remark for remark in remarks if remark]
            yield last._replace(
                text=last.text + ("," if has_comma or not is_alone else ""), comment="".join(remarks[:1])
            )
            yield from (Row(indent, remark) for remark in remarks[1:])


def has_comment(above: Sequence[Comment]) -> bool:
    """Whether a comment is among the lines above a token."""
    return any(comment.text for comment in above)


def pairs(start: int, places: Sequence[int], end: int) -> list[tuple[int, int]]:
    """The ranges between places."""
    return list(pairwise([start, *places, end]))
