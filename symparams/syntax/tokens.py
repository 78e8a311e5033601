"""Tokens, what a token's text is worth, and the one way to refuse: what the lexer, the builder and the parser share."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

MAX_DIGITS = 4_300

LARGE = {"k": 3, "M": 6, "B": 9, "T": 12}


class Refusal(Exception):
    """What the builder can't build: a message's code, the characters, and the values that the message names."""

    def __init__(self, code: str, start: int, end: int, **values: object) -> None:
        super().__init__(code)
        self.code, self.start, self.end, self.values = code, start, end, values


class Token(NamedTuple):
    """A piece of the text: its kind in the grammar, the text itself and where it stands."""

    kind: str
    value: str
    start: int
    end: int


class Row(list[Any]):
    """The pieces of a rule that has no node of its own, on their way into the rule around it."""

    __slots__ = ()


def number_value(token: Token) -> int | Fraction:
    """The exact value of a number as written: `0.25` is 1/4, `15.3M` is 15,300,000, `1e-5` is 1/100000."""
    text = token.value.replace("_", "")
    tens = LARGE.get(text[-1], 0)
    digits, _, exponent = (text[:-1] if tens else text).lower().partition("e")
    whole, _, decimals = digits.partition(".")
    if len(exponent) > 6 or len(digits) + abs(int(exponent or 0)) > MAX_DIGITS:
        raise Refusal("limit-digits", token.start, token.end, limit=MAX_DIGITS)
    tens += int(exponent or 0) - len(decimals)
    value = int(whole + decimals)
    if tens >= 0:
        return value * int(10**tens)
    exact = Fraction(value, 10**-tens)
    return exact.numerator if exact.denominator == 1 else exact


def text_value(literal: str) -> str:
    """What stands between a string's quotes, as typed: a backslash is LaTeX's, save before the quote itself."""
    quote = literal[0]
    if literal.startswith(quote * 3):
        return "\n".join(line.strip() for line in literal[3:-3].strip().split("\n"))
    return literal[1:-1].replace("\\" + quote, quote)


def start_of(piece: Any) -> int:
    """Where a token or node begins."""
    return piece.start if type(piece) is Token else piece.span.start


def end_of(piece: Any) -> int:
    """Where a token or node ends."""
    return piece.end if type(piece) is Token else piece.span.end
