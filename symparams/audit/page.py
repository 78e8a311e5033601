"""Verdicts → what the command prints: a table for people, JSON, and the annotations that GitHub and SARIF viewers show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..errors import Finding, Source, place
from .inputs import UNREAD
from .judge import Verdict
from .manuscript import Manuscript

MARKS = {
    "proved": "proved",
    "right": "right",
    "wrong": "WRONG",
    "undecided": "UNDECIDED",
    "unread": "UNREAD",
    "error": "ERROR",
}
LEVELS = {"wrong": "error", "undecided": "warning", "error": "error", "unread": "warning", "unchecked": "note"}
SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


class Entry(NamedTuple):
    """One line of an audit: what came of it, where, and in words."""

    status: str
    path: str
    line: int
    column: int
    end_column: int
    stated: str
    target: str
    truth: str
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]


def entries(manuscript: Manuscript, verdicts: Sequence[Verdict]) -> list[Entry]:
    """All that an audit found, in the order of the text: claims, marks that can't be read, numbers that no mark covers."""
    found = [
        Entry(
            one.status,
            *_place(one.claim.source, one.claim.stated.start, one.claim.stated.end),
            one.stated,
            one.claim.target,
            one.truth,
            one.notes,
            one.findings,
        )
        for one in verdicts
    ]
    for finding in manuscript.findings:
        source, span = finding.source, finding.span
        if source is not None and span is not None:
            status = "unread" if finding.code == UNREAD else "error"
            found.append(Entry(status, *_place(source, span.start, span.end), "", "", "", (), (finding,)))
    for source, number in manuscript.unchecked:
        stated = source.text[slice(*number.span)]
        found.append(Entry("unchecked", *_place(source, *number.span), " ".join(stated.split()), "", "", (), ()))
    files = {path: place for place, path in enumerate(dict.fromkeys(one.path for one in found))}
    return sorted(found, key=lambda one: (files[one.path], one.line, one.column))


def _place(source: Source, start: int, end: int) -> tuple[str, int, int, int]:
    line, column = place(source.text, start)
    until = source.text.find("\n", start, end)
    return source.name, line, column, column + max(1, (end if until < 0 else until) - start)


def text_page(found: Sequence[Entry]) -> str:
    """The table: status, place, what is claimed of what, and below it the reasons."""
    rows = [one for one in found if one.status != "unchecked"]
    width = max((len(MARKS[one.status]) for one in rows), default=0)
    places = [f"{one.path}:{one.line}:{one.column}" for one in rows]
    place_width = max(map(len, places), default=0)
    lines = []
    for one, where in zip(rows, places, strict=True):
        lines.append(f"{MARKS[one.status].ljust(width)}  {where.ljust(place_width)}  {_claim(one)}".rstrip())
        lines += [f"{' ' * width}  {note}" for note in one.notes]
        for finding in one.findings:
            told = str(finding).replace("error:", "note:", 1) if one.status == "unread" else str(finding)
            lines += [f"{' ' * width}  {line}" for line in told.splitlines()]
    bare = [one for one in found if one.status == "unchecked"]
    if bare:
        lines += ["", "no mark covers"]
        lines += [f"  {one.path}:{one.line}:{one.column}  {one.stated}" for one in bare]
    return "\n".join([*lines, *([""] if lines else []), totals(found)])


def _claim(one: Entry) -> str:
    if not one.target:
        return ""
    truth = f", which is {one.truth}" if one.truth and one.status != "proved" else ""
    return f"{one.target}: {one.stated}{truth}"


def totals(found: Sequence[Entry]) -> str:
    """How many claims hold and how many don't."""
    counts = {status: sum(one.status == status for one in found) for status in (*MARKS, "unchecked")}
    words = [f"{count} {status}" for status, count in counts.items() if count]
    return ", ".join(words) or "no claims"


def json_page(found: Sequence[Entry]) -> str:
    """All entries as a JSON object."""
    claims = [
        {
            "status": one.status,
            "file": one.path,
            "line": one.line,
            "column": one.column,
            "target": one.target,
            "stated": one.stated,
            "truth": one.truth,
            "notes": [*one.notes, *(finding.message for finding in one.findings)],
        }
        for one in found
    ]
    return json.dumps({"claims": claims}, indent=2, ensure_ascii=False)


def github_page(found: Sequence[Entry]) -> str:
    """A workflow command for each entry that wants a look, as GitHub's annotations."""
    lines = []
    for one in found:
        level = {"note": "notice"}.get(LEVELS.get(one.status, ""), LEVELS.get(one.status, ""))
        if level:
            where = f"file={_property(one.path)},line={one.line},col={one.column},endColumn={one.end_column}"
            lines.append(f"::{level} {where},title=symparams::{_data(_message(one))}")
    return "\n".join([*lines, totals(found)])


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


def _message(one: Entry) -> str:
    if one.status == "unchecked":
        return f"no mark covers {one.stated}"
    hints = [f"{finding.message}{f' ({finding.hint})' if finding.hint else ''}" for finding in one.findings]
    return "\n".join(filter(None, (_claim(one), *one.notes, *hints)))


def sarif_page(found: Sequence[Entry]) -> str:
    """A SARIF 2.1.0 log of the entries that want a look."""
    from .. import __version__

    rules = [
        {"id": status, "shortDescription": {"text": words}}
        for status, words in (
            ("wrong", "The network has another count or formula."),
            ("undecided", "The claim is neither proved nor refuted."),
            ("error", "The claim, or a file of the manuscript, can't be read."),
            ("unread", "A file that the manuscript inputs isn't read."),
            ("unchecked", "A number near a parameter word that no mark covers."),
        )
    ]
    driver = {"name": "symparams", "version": __version__, "rules": rules}
    results = [_result(one) for one in found if one.status in LEVELS]
    log = {"$schema": SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def _result(one: Entry) -> dict[str, Any]:
    region = {"startLine": one.line, "startColumn": one.column, "endColumn": one.end_column}
    location = {"artifactLocation": {"uri": one.path.replace("\\", "/")}, "region": region}
    return {
        "ruleId": one.status,
        "level": LEVELS[one.status],
        "message": {"text": _message(one)},
        "locations": [{"physicalLocation": location}],
    }


PAGES = {"text": text_page, "json": json_page, "github": github_page, "sarif": sarif_page}
