r"""Numbers as papers print them → exact values with the digits they are told in: `124\,M`, `1.5 billion`, `$1.24 \times 10^8$`, `43\%`.

Sizes in bytes, `498 MB`, are numbers with a unit of their own.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from ..errors import Span

_GAP = r"(?:\s|~|\\[,;:!> ]|\\thinspace|\{\}|\$)*"
_GROUP = r"(?:,|\{,\}|\\,|\\thinspace\s?|~|\\ |'|\u2009|\u202f)"
_MANTISSA = rf"(?:\d{{1,3}}(?:{_GROUP}\d{{3}})+(?!\d)|\d+)(?:(?:\.|\{{\.\}})\d+)?"
_WORDS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_LETTERS = {"k": 3, "K": 3, "M": 6, "B": 9, "G": 9, "T": 12}
_FONT = r"(?:\\(?:text|textrm|mathrm|textnormal|operatorname|mbox|unit|si)\s*\{\s*)?"
_BYTES = r"(?P<bytes>(?P<prefix>[kKMGT])(?P<binary>i)?B(?:ytes?)?|[Bb]ytes?)(?![A-Za-z])"
_PERCENT = r"(?P<percent>\\%|percent(?![A-Za-z])|per\s+cent(?![A-Za-z]))"
_LETTER = r"[kKMBGT](?![A-Za-z])"
_SUFFIX = rf"{_FONT}(?:{_BYTES}|{_PERCENT}|(?P<suffix>-?(?i:{'|'.join(_WORDS)})s?(?![A-Za-z])|{_LETTER}))"
_POWER = r"(?:\\times|\\cdot|\\ast|\u00d7)\s*10\s*\^\s*(?:\{\s*(?P<braced>\d{1,3})\s*\}|(?P<bare>\d))"
_NUM = r"\\(?:num|SI|qty)\s*(?:\[[^\]]*\])?\s*\{\s*(?P<num>[\d,.\s]*\d)(?:[eE]\+?(?P<exponent>\d{1,3}))?\s*\}\{?"
NUMBER = re.compile(
    rf"(?<![\w.\\^_])(?<!_\{{)(?:{_NUM}|(?P<mantissa>{_MANTISSA}))(?:{_GAP}(?:{_POWER}))?(?:{_GAP}{_SUFFIX})?", re.ASCII
)


class Printed(NamedTuple):
    """A number in print: its value, what its last printed digit stands for, and where it stands.

    unit: what its suffix stands for, a million for `M`; suffix: its letter, or the unit of bytes; is_bytes: whether it is told in bytes.
    """

    value: Fraction
    digit: Fraction
    span: Span
    is_scaled: bool
    unit: Fraction = Fraction(1)
    suffix: str = ""
    is_bytes: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it is printed to the last digit: without a suffix, a power or decimals."""
        return not self.is_scaled and self.digit == 1

    @property
    def rounding(self) -> Fraction:
        """What the last digit that isn't a padding zero stands for: a thousand in `124,000`."""
        if not self.is_whole or self.value == 0:
            return self.digit
        digit = self.digit
        while self.value % (digit * 1000) == 0:
            digit *= 1000
        return digit


def numbers(text: str, start: int = 0) -> list[Printed]:
    """The numbers in a piece of TeX, in order."""
    found = [_printed(match, start) for match in NUMBER.finditer(text)]
    return [number for number in found if number is not None]


def _printed(match: re.Match[str], start: int) -> Printed | None:
    digits = match.group("mantissa") or match.group("num")
    whole, _, decimals = re.sub(rf"{_GROUP}|\s", "", digits.replace("{.}", ".")).partition(".")
    if not whole.isdigit() or (decimals and not decimals.isdigit()):
        return None
    unit, suffix = _unit(match)
    exponent = int(match.group("braced") or match.group("bare") or 0) + int(match.group("exponent") or 0)
    digit = unit * Fraction(10) ** (exponent - len(decimals))
    is_scaled = bool(exponent or decimals or unit != 1 or match.group("bytes"))
    span = Span(start + match.start(), start + match.end())
    return Printed(int(whole + decimals) * digit, digit, span, is_scaled, unit, suffix, bool(match.group("bytes")))


def _unit(match: re.Match[str]) -> tuple[Fraction, str]:
    """What the suffix stands for, and its letter in the language where it has one."""
    if match.group("percent"):
        return Fraction(1, 100), ""
    if match.group("bytes"):
        power = {"k": 1, "K": 1, "M": 2, "G": 3, "T": 4}.get(match.group("prefix") or "", 0)
        return Fraction(1024 if match.group("binary") else 1000) ** power, match.group("bytes")
    suffix = (match.group("suffix") or "").lstrip("-")
    power = _WORDS.get(suffix.lower().removesuffix("s")) or _LETTERS.get(suffix, 0)
    return Fraction(10) ** power, {3: "k", 6: "M", 9: "B", 12: "T"}.get(power, "")
