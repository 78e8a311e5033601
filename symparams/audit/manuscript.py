r"""A manuscript → the claims that its author marked, by macro or comment, and the numbers near a parameter word that no mark covers.

`\symclaim{small.params}{124M}` and `\symformula{GPT2.params}{12 L d^2}` mark what they print; a comment
`% symclaim: small.params` marks the number on its line, `% symclaim: small.params = 124M` the one that it repeats, and
`% symformula: GPT2.params` the formula. A comment alone on its line marks what follows it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ..errors import Finding, Source, Span
from .bare import unmarked
from .inputs import read_files
from .macros import Macro
from .numbers import Printed, numbers
from .tex import Comment, Text, calls

PREAMBLE = r"\newcommand{\symclaim}[2]{#2}\newcommand{\symformula}[2]{#2}"

_MARK = re.compile(r"(symclaim|symformula)\s*:\s*(.*)", re.DOTALL)
_MATH = re.compile(
    r"\$\$(?P<a>.*?)\$\$|(?<!\\)\$(?P<b>[^$]*)\$|\\\[(?P<c>.*?)\\\]|\\\((?P<d>.*?)\\\)"
    r"|\\begin\{(?P<env>equation|align|multline|gather|displaymath|math)(?P<star>\*?)\}(?P<e>.*?)\\end\{(?P=env)(?P=star)\}",
    re.DOTALL,
)
_OF_A_MACRO = re.compile(r"\\(?P<name>symclaim|symformula)\{(?P<target>[^{}]*)\}\{[\\a-z{$]*#(?P<stated>[1-9])[}$]*\}")
_RELATION = re.compile(r"=|\\(?:approx|equiv|simeq|sim)(?![A-Za-z])")
_ROW = re.compile(r"\\\\(?:\*|\[[^\]]*\])?")


class Claim(NamedTuple):
    """What the manuscript states of a TARGET: a `count` or a `formula`, and where its print stands."""

    kind: str
    target: str
    source: Source
    span: Span
    stated: Span


class Manuscript(NamedTuple):
    """All that was read: claims, findings of marks that can't be read, unmarked numbers, and the macros of all files."""

    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]
    unchecked: tuple[tuple[Source, Printed], ...]
    macros: dict[str, Macro]


def read_manuscript(path: Path) -> Manuscript:
    """The manuscript at a path with the files that it inputs from its own folder.

    Raises: `FileError` for a manuscript that can't be read; of an input that isn't there a finding tells.
    """
    texts, findings = read_files(path)
    macros: dict[str, Macro] = {}
    for _, text in texts:
        macros.update(text.macros)
    claims: list[Claim] = []
    told = list(findings)
    unchecked = []
    for source, text in texts:
        for found in _marks(source, text, macros):
            if isinstance(found, Claim):
                claims.append(found)
            else:
                told.append(found)
        covered = [span for claim in claims if claim.source is source for span in (claim.span, claim.stated)]
        unchecked += [(source, number) for number in unmarked(text, covered)]
    return Manuscript(tuple(claims), tuple(told), tuple(unchecked), macros)


# ------------------------------------------------------------------------------------------------------ marks


def _marks(source: Source, text: Text, macros: Mapping[str, Macro]) -> Iterator[Claim | Finding]:
    found: list[tuple[int, Claim | Finding]] = [(one.span.start, one) for one in _by_macros(source, text, macros)]
    for name, kind in (("symclaim", "count"), ("symformula", "formula")):
        for start, spans in calls(text, name, 2):
            if spans is None:
                hint = f"write \\{name}{{gpt2:small.params}}{{…}}"
                message = f"\\{name} takes two arguments in braces"
                place = Span(start, start + len(name) + 1)
                found.append((start, Finding("audit-mark", message, source, place, hint=hint)))
                continue
            target = _target(source.text[slice(*spans[0])])
            found.append((start, Claim(kind, target, source, Span(start, spans[1].end + 1), spans[1])))
    for comment in text.comments:
        match = _MARK.match(comment.words)
        if match is not None:
            reader = _counts if match.group(1) == "symclaim" else _formulas
            found += [(comment.span.start, one) for one in reader(match.group(2).strip(), comment, source, text)]
    found.sort(key=lambda one: one[0])
    yield from (one for _, one in found)


def _by_macros(source: Source, text: Text, macros: Mapping[str, Macro]) -> Iterator[Claim]:
    """The claims by macros of the author's that use ours, `\\newcommand{\\cl}[2]{\\symclaim{#1.params}{#2}}`."""
    for name, macro in macros.items():
        match = _OF_A_MACRO.search(macro.body)
        if match is None or macro.default is not None:
            continue
        for start, spans in calls(text, name.removeprefix("\\"), macro.arguments):
            if spans is not None and int(match.group("stated")) <= len(spans):
                target = match.group("target")
                for place, span in enumerate(spans):
                    target = target.replace(f"#{place + 1}", source.text[slice(*span)])
                kind = "count" if match.group("name") == "symclaim" else "formula"
                end = spans[-1].end + 1
                yield Claim(kind, _target(target), source, Span(start, end), spans[int(match.group("stated")) - 1])


def _target(words: str) -> str:
    return " ".join(words.replace(r"\_", "_").replace(r"\%", "%").split())


def _line(comment: Comment, text: Text) -> Span:
    """The text that a comment marks: what stands before it on its line, or the next line that isn't blank."""
    start = text.plain.rfind("\n", 0, comment.span.start) + 1
    if text.plain[start : comment.span.start].strip():
        return Span(start, comment.span.start)
    match = re.compile(r"[^\S\n]*\S[^\n]*").search(text.plain, comment.span.end)
    return Span(match.start(), match.end()) if match else Span(comment.span.end, comment.span.end)


def _counts(words: str, comment: Comment, source: Source, text: Text) -> Iterator[Claim | Finding]:
    """The claims of `symclaim: EXPR, …` or `symclaim: EXPR = NUMBER`."""
    line = _line(comment, text)
    printed = [number for number in numbers(text.plain[slice(*line)], line.start) if not _in_macro(number, text)]
    target, equals, repeated = _split(words)
    if equals:
        wanted = numbers(repeated)
        same = [one for one in printed if wanted and (one.value, one.digit) == (wanted[0].value, wanted[0].digit)]
        if not same:
            message = f"the line doesn't say {repeated.strip()}"
            yield Finding("audit-mark", message, source, comment.span, hint="mark the number as it is printed")
            return
        yield Claim("count", target, source, comment.span, same[0].span)
        return
    targets = [part.strip() for part in _parts(words)]
    if len(targets) != len(printed):
        message = f"the mark names {_some(len(targets), 'count')}, and the line says {_some(len(printed), 'number')}"
        hint = "say which is meant: symclaim: small.params = 124M"
        yield Finding("audit-mark", message, source, comment.span, hint=hint)
        return
    for target, number in zip(targets, printed, strict=True):
        yield Claim("count", target, source, comment.span, number.span)


def _in_macro(number: Printed, text: Text) -> bool:
    """Whether a macro marks the number already."""
    spans = [inside for _, inside in calls(text, "symclaim", 2) if inside is not None]
    return any(start <= number.span.start < end for inside in spans for start, end in inside)


def _some(count: int, word: str) -> str:
    return f"{count or 'no'} {word}{'s' * (count != 1)}"


def _split(words: str) -> tuple[str, str, str]:
    """`EXPR = NUMBER` at its last `=` that is no part of a comparison or of brackets."""
    match = re.search(r"(?<![=!<>])=(?!=)([^=()\[\]]*)$", words)
    return (words[: match.start()].strip(), "=", match.group(1)) if match else (words.strip(), "", "")


def _parts(words: str) -> list[str]:
    """The expressions between the commas outside of brackets."""
    found, depth = [""], 0
    for sign in words:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return found


def _formulas(words: str, comment: Comment, source: Source, text: Text) -> Iterator[Claim | Finding]:
    """The claim of `symformula: EXPR`: the first formula that the marked line is part of or holds."""
    line = _line(comment, text)
    match = next((one for one in _MATH.finditer(text.plain) if one.start() < line.end and one.end() > line.start), None)
    if match is None:
        hint = "put the mark on the line of a $…$, or on a line of an equation"
        yield Finding("audit-mark", "the mark has no formula on its line", source, comment.span, hint=hint)
        return
    name = next(group for group in "abcde" if match.group(group) is not None)
    yield Claim(
        "formula", words, source, comment.span, _rows(text.plain, Span(match.start(name), match.end(name)), line)
    )


def _rows(plain: str, formula: Span, line: Span) -> Span:
    """Of a formula in several rows the one that the marked line is in, with those that go on from it; all if it is in none."""
    place = line.start + len(plain[slice(*line)].rstrip()) - 1
    ends = [formula.start + end.end() for end in _ROW.finditer(plain[slice(*formula)])]
    if not ends or not formula.start <= place < formula.end or not plain[formula.start : place].strip():
        return formula
    rows = [Span(*ends) for ends in itertools.pairwise([formula.start, *ends, formula.end])]
    starts = [row.start for row in rows if _RELATION.search(_outside(plain[slice(*row)]))]
    start = max((start for start in starts if start <= place), default=formula.start)
    stop = min((other for other in starts if other > start), default=formula.end)
    opening = re.compile(rf"[\s&]*(?:{_RELATION.pattern})").match(plain, start, stop)
    return Span(opening.end() if opening else start, stop)


def _outside(row: str) -> str:
    """A row without what stands in braces, as the `i=1` of a sum."""
    while (shorter := re.sub(r"\{[^{}]*\}", "", row)) != row:
        row = shorter
    return row
