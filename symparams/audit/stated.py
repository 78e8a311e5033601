r"""What a claim states of a number: the number, a bound (`over 1.5 billion`), about a number, or a range (`14M to 12B`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from ..errors import Finding, ModelError
from ..formula.nodes import Exact
from .macros import Macro, put_in
from .manuscript import Claim
from .numbers import Printed, numbers

BEFORE = 40

_RELATIONS = {
    "<": r"less than|fewer than|smaller than|under|below|<|\\lt|\\textless(?:\{\})?",
    "<=": r"up to|at most|no more than|not more than|within|\\leq?(?:slant)?",
    ">": r"more than|greater than|larger than|over|above|exceed(?:s|ing)|beyond|in excess of|>|\\gt|\\textgreater(?:\{\})?",
    ">=": r"at least|no fewer than|no less than|\\geq?(?:slant)?",
    "~": r"about|around|roughly|approximately|approx\.?|nearly|almost|some|circa|ca?\.|close to|\\sim|\\approx|\\simeq"
    r"|\\textasciitilde(?:\{\})?",
}
WORDS = {"<": "less than that", "<=": "at most that", ">": "more than that", ">=": "at least that"}
_WORDS = re.compile(
    "|".join(f"(?P<r{place}>{words})" for place, words in enumerate(_RELATIONS.values())), re.IGNORECASE
)
_AT_THE_END = re.compile(rf"(?:^|[^A-Za-z\\])(?:{_WORDS.pattern})(?:[\s~${{(]|\\[,;:! ]|\\num|an?\s)*$", re.IGNORECASE)
_TO = re.compile(r"[\s$~{}]*(?:-{1,3}|\u2013|\u2014|to|and|\\(?:textendash|ldots|dots)(?:\{\})?)[\s$~{}]*")


class Stated(NamedTuple):
    """A number as stated; relation: "" where it is just the number; until: the upper end of a range."""

    printed: Printed
    relation: str = ""
    until: Printed | None = None

    def holds(self, truth: Exact) -> bool:
        """Whether a number is as stated: in the digits that are printed, `about` being one of the last digit but zeros more or less,
        or a tenth where that is less."""
        printed, digit = self.printed, self.printed.rounding
        if self.until is not None:
            return printed.value - digit / 2 <= truth <= self.until.value + self.until.rounding / 2
        off = truth - printed.value
        if self.relation == "~":
            return abs(off) <= max(digit, min(_last(printed), printed.value / 10))
        if self.relation:
            return {"<": off < 0, "<=": off <= digit / 2, ">": off > 0, ">=": off >= -digit / 2}[self.relation]
        is_exact = printed.is_whole and digit == 1 and isinstance(truth, int)
        return off == 0 if is_exact else abs(off) * 2 <= digit


def _last(printed: Printed) -> Fraction:
    """What the last digit that isn't 0 stands for."""
    digit = printed.digit
    while printed.value and printed.value % (digit * 10) == 0:
        digit *= 10
    return digit


def stated(claim: Claim, macros: Mapping[str, Macro]) -> Stated:
    """What a claim says. Raises: `ModelError` where it prints no number, or several that are no range."""
    text = put_in(claim.source.text[slice(*claim.stated)], macros)
    found = numbers(text)
    if len(found) == 1:
        return Stated(found[0], _relation(text[: found[0].span.start], claim))
    if len(found) == 2 and _TO.fullmatch(text[found[0].span.end : found[1].span.start]):
        return Stated(_scaled_like(*found), "", found[1])
    message = "the claim has no number" if not found else f"the claim has {len(found)} numbers"
    raise ModelError(
        Finding("audit-number", message, claim.source, claim.stated, hint="write one number, as in 124.4M, or a range")
    )


def _scaled_like(low: Printed, high: Printed) -> Printed:
    """The lower end of `1.1--1.5M`, in the unit of the upper one."""
    if low.unit != 1 or low.value >= 1000:
        return low
    return low._replace(value=low.value * high.unit, digit=low.digit * high.unit, is_scaled=True, unit=high.unit)


def _relation(inside: str, claim: Claim) -> str:
    """The words before the number, in the claim or, where it begins with the number, right before it."""
    start = min(claim.span.start, claim.stated.start)
    before = inside if inside.strip("${~ ") else claim.source.text[max(0, start - BEFORE) : start] + inside
    match = _AT_THE_END.search(before)
    if match is None:
        return ""
    return next(name for place, name in enumerate(_RELATIONS) if match.group(f"r{place}"))


def in_the_language(printed: Printed) -> tuple[str, str]:
    """The relation and the number, as the language writes them: `== 124439808`, `~ 124.4M`, `~ 43e-2`."""
    value = printed.value
    if printed.is_bytes and printed.unit.denominator == 1:
        return "==", str(value)
    if printed.rounding == 1 and printed.is_whole:
        return "==", str(value)
    if printed.suffix and not printed.is_bytes:
        decimals = len(str(int(printed.unit / printed.digit))) - 1
        return "~", f"{_decimal(value / printed.unit, decimals)}{printed.suffix}"
    exponent = len(str(max(printed.rounding, 1 / printed.rounding).numerator)) - 1
    return "~", f"{int(value / printed.rounding)}e{'-' if printed.rounding < 1 else ''}{exponent}"


def _decimal(number: Fraction, decimals: int) -> str:
    whole, rest = divmod(int(number * 10**decimals), 10**decimals)
    return f"{whole}.{rest:0{decimals}d}" if decimals else str(whole)
