"""Numbers near a parameter word that no mark covers: those of some size that don't count tokens, steps, money or years."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..errors import Span
from .numbers import Printed, numbers
from .tex import Text

NEAR = 60
BEFORE = 40

_WORD = re.compile(r"\b(?:param(?:eter)?s?|weights)\b", re.IGNORECASE)
_STOP = re.compile(r"[.;:!?](?:\s|$)|\n\s*\n|\\\\|\\item|\\section|&")
_THINGS = (
    r"tokens?|words?|wordpieces|subwords|characters|images?|examples?|samples?|instances|steps?|updates|iterations?|epochs?|batch(?:es)?"
    r"|flops?|[tgm]?flop/?s|operations|ops|macs?|multiply-adds|g?mult-adds|gpus?|tpus?|cores|(?:[gt]pu-?)?hours?|days?|seconds|dollars|usd"
    r"|sequences?|sentences?|pairs?|documents?|pages|articles|books|rows|columns|frames|videos?|clips|points|patches|pixels|bits?"
    r"|bytes|classes|categories|labels|entities|users?|items|nodes|edges|queries|questions|utterances|molecules|proteins|atoms|merges"
    r"|positions|dimensions|citations|downloads|hz|[kmgt]i?b"
)
_COUNTS_THINGS = re.compile(
    rf"[\s~${{}}-]*(?:(?!param|weight)[a-z-]+[\s~]+){{0,2}}(?:{_THINGS})(?![A-Za-z])", re.IGNORECASE
)
_OF_THINGS = re.compile(
    r"(?:\\\$|€|£|arxiv:|doi[:.]|/|(?:batch|vocab(?:ulary)?|context|sequence|resolution|seed|dataset|corpus|learning|budget|cost"
    r"|length|speed|throughput)[a-z]*(?:[\s~]+(?:size|length|window|rate|set))?(?:[\s~]+(?:of|is|was|to|=|about|over))*[\s~$=]*)$",
    re.IGNORECASE,
)
_NO_PROSE = re.compile(
    r"\\(?:url|href|[a-z]*cite[a-z]*\*?|[a-z]*ref|label|includegraphics|bibitem|[vh]space|input|include|bibliography)\*?"
    r"(?:\s*\[[^\]]*\])*\s*\{[^{}]*\}|\\begin\{thebibliography\}.*?(?:\\end\{thebibliography\}|\Z)",
    re.DOTALL,
)


def unmarked(text: Text, covered: list[Span]) -> Iterator[Printed]:
    """Numbers of some size near a parameter word in one sentence that no mark covers."""
    words = list(_WORD.finditer(text.plain))
    skipped = [*covered, *text.definitions, *(Span(*match.span()) for match in _NO_PROSE.finditer(text.plain))]
    for number in numbers(text.plain) if words else ():
        is_covered = any(start <= number.span.start < end for start, end in skipped)
        if (
            not is_covered
            and _may_be_a_count(number, text.plain)
            and any(_is_near(number, word, text.plain) for word in words)
        ):
            yield number


def _may_be_a_count(number: Printed, plain: str) -> bool:
    """Whether it is large, and no number of other things."""
    is_large = number.value >= 1000 and (number.is_scaled or number.value >= 10_000) and not number.is_bytes
    before = plain[max(0, number.span.start - BEFORE) : number.span.start]
    return is_large and not _COUNTS_THINGS.match(plain, number.span.end) and not _OF_THINGS.search(before)


def _is_near(number: Printed, word: re.Match[str], plain: str) -> bool:
    """Whether only a few words, and no end of a sentence, stand between."""
    is_before = number.span.end <= word.start()
    between = plain[number.span.end : word.start()] if is_before else plain[word.end() : number.span.start]
    return len(between) <= NEAR and not _STOP.search(between)
