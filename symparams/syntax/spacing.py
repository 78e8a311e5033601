"""Which tokens of a line stand apart: sums and comparisons are spaced, products and powers tight, as in `12*d^2 + 3*d`.

The count of a multiple stands apart from its module, `L * Block(d)`, and a remainder from its divisor, `d % h`, where
nothing of the same rank follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .lines import CLOSES, OPENS, Lexeme, ends_header

PRODUCTS = ("STAR", "DIVIDE", "PERCENT")
TIGHT = ("STAR", "DIVIDE", "POWER")
SPACED = ("SIGN", "COMPARE", "ABOUT", "AUGMENT", "ARROW")
WORDS_OF_VALUES = ("NAME", "HEAD", "INT", "NUMBER", "STRING", "TRUE", "FALSE", "NONE", "SUPERSCRIPT")
ENDS_A_TERM = ("SIGN", "COMPARE", "ABOUT", "COMMA", "AND", "OR", "IN", "NOT", "IS", "IF", "ELSE", "FOR", "ACTIVE",
               "COLON", "EQUALS", "WITHIN", "AS", "STRING", "WHERE", "WITH")  # fmt: skip
LOOSE = ("AND", "OR", "COMPARE", "NOT", "IN", "IS", "SIGN")


class Marked(NamedTuple):
    """A token of a line: whether a blank stands before it, how deep in brackets it is, and its bracket's other end."""

    lexeme: Lexeme
    is_apart: bool
    depth: int
    partner: int
    is_prefix: bool


def marked(lexemes: Sequence[Lexeme]) -> list[Marked]:
    """The tokens of a line with the blanks between them decided."""
    depths, partners = nesting(lexemes)
    prefix = [is_prefix(lexemes, at) for at in range(len(lexemes))]
    wide = wide_operators(lexemes, depths, prefix)
    where = bracketed_where(lexemes, depths)
    return [
        Marked(
            lexeme,
            at > 0 and apart(lexemes, at, depths[at] - (at > where), prefix, wide),
            depths[at],
            partners[at],
            prefix[at],
        )
        for at, lexeme in enumerate(lexemes)
    ]


def bracketed_where(lexemes: Sequence[Lexeme], depths: Sequence[int]) -> int:
    """Where a `where` with brackets stands, in which definitions are spaced as outside; behind the line if nowhere."""
    for at, lexeme in enumerate(lexemes[:-1]):
        if lexeme.kind == "WHERE" and not depths[at] and lexemes[at + 1].kind == "LPAR":
            return at
    return len(lexemes)


def nesting(lexemes: Sequence[Lexeme]) -> tuple[list[int], list[int]]:
    """How many brackets are open around each token (a bracket is outside itself), and where its bracket's end is."""
    depths, partners, opened = [], [0] * len(lexemes), list[int]()
    for at, lexeme in enumerate(lexemes):
        if lexeme.kind in CLOSES:
            start = opened.pop()
            partners[start], partners[at] = at, start
        depths.append(len(opened))
        if lexeme.kind in OPENS:
            opened.append(at)
    return depths, partners


def is_prefix(lexemes: Sequence[Lexeme], at: int) -> bool:
    """Whether a token is a sign or star in front of its operand, or the star of every turn."""
    if lexemes[at].kind not in ("SIGN", "STAR", "POWER"):
        return False
    return at == 0 or not (lexemes[at - 1].kind in WORDS_OF_VALUES or lexemes[at - 1].kind in CLOSES)


def wide_operators(lexemes: Sequence[Lexeme], depths: Sequence[int], prefix: Sequence[bool]) -> set[int]:
    """The products that are spaced: a member's multiple, and the remainders that end their term."""
    wide = set()
    start = member_value(lexemes, depths)
    if start:
        wide |= multiples(lexemes, depths, prefix, start)
    for at, lexeme in enumerate(lexemes):
        if lexeme.kind == "PERCENT" and not product_follows(lexemes, depths, at):
            wide.add(at)
    return wide


def member_value(lexemes: Sequence[Lexeme], depths: Sequence[int]) -> int:
    """Where the value of a member begins; 0 for another statement."""
    for at, lexeme in enumerate(lexemes):
        if lexeme.kind == "COLON" and not depths[at]:
            return 0 if ends_header(lexemes[: at + 1]) else at + 1
    return 0


def multiples(lexemes: Sequence[Lexeme], depths: Sequence[int], prefix: Sequence[bool], start: int) -> set[int]:
    """The last product of each choice of a member's value, where that is nothing looser than a product."""
    found, last, is_product, is_condition = set(), 0, True, False
    for at in range(start, len(lexemes) + 1):
        kind = lexemes[at].kind if at < len(lexemes) else "ACTIVE"
        if at < len(lexemes) and (depths[at] or prefix[at]):
            continue
        if kind in ("IF", "ELSE", "ACTIVE"):
            found |= {last} if last and is_product and not is_condition else set()
            last, is_product, is_condition = 0, kind != "ACTIVE", kind == "IF"
        elif kind == "STAR":
            last = at
        elif kind in LOOSE:
            is_product = False
    return found


def product_follows(lexemes: Sequence[Lexeme], depths: Sequence[int], at: int) -> bool:
    """Whether another product of the same term follows an operator."""
    for later in range(at + 1, len(lexemes)):
        if depths[later] < depths[at]:
            return False
        if depths[later] == depths[at]:
            if lexemes[later].kind in PRODUCTS:
                return True
            if lexemes[later].kind in ENDS_A_TERM and later > at + 1:
                return False
    return False


def apart(lexemes: Sequence[Lexeme], at: int, depth: int, prefix: Sequence[bool], wide: set[int]) -> bool:
    """Whether a blank stands between a token and the one before it."""
    left, right = lexemes[at - 1], lexemes[at]
    if left.kind in OPENS or right.kind in CLOSES or right.kind in ("COMMA", "COLON", "SUPERSCRIPT"):
        return False
    if left.kind == "COMMA":
        return True
    if left.kind == "COLON":
        return not depth
    if "DOT" in (left.kind, right.kind):
        return False
    if prefix[at - 1]:
        return right.kind == "IS"
    if "EQUALS" in (left.kind, right.kind):
        return depth <= 0
    if left.kind == "PERCENT" or right.kind == "PERCENT":
        return percent_apart(lexemes, at, wide)
    if right.kind in TIGHT and not prefix[at]:
        return at in wide
    if left.kind in TIGHT:
        return at - 1 in wide
    if left.kind in SPACED or right.kind in SPACED:
        return True
    return not adjacent(left, right)


def percent_apart(lexemes: Sequence[Lexeme], at: int, wide: set[int]) -> bool:
    """Whether a blank stands beside a percent sign: of a remainder perhaps, of a tolerance behind it."""
    sign = at if lexemes[at].kind == "PERCENT" else at - 1
    if sign > 1 and lexemes[sign - 2].kind == "WITHIN":
        return sign < at
    return sign in wide


def adjacent(left: Lexeme, right: Lexeme) -> bool:
    """Whether two tokens are one piece: a call, an index, or the parts of a member's name."""
    if right.kind in ("LPAR", "LSQB"):
        return left.kind in ("NAME", "HEAD", "INT") or left.kind in CLOSES
    if right.kind == "LBRACE":
        return left.kind in ("NAME", "HEAD", "INT", "RBRACE")
    if right.kind in ("NAME", "INT"):
        return left.kind in ("RBRACE", "INT")
    return False
