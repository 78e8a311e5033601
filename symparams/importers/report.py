"""A comparison of tensors → the page that a person reads, the answer in its first line, and its data as JSON says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .differences import Comparison, Difference
from .json_text import name_shown

MAX_ORIGIN = 200
MAX_LINES = 60
WORDS = {"transposed": "shape"}


def page(found: Comparison, ours: str, theirs: str) -> str:
    """The comparison in lines: whether they are equal, what differs, what to do about it, and the sums."""
    ours, theirs = (name_shown(one, MAX_ORIGIN) for one in (ours, theirs))
    lines = list(_rows(found))
    notes = [*(f"= note: {note}" for note in found.notes), *(f"= help: {hint}" for hint in found.hints)]
    blocks = [[verdict(found)], lines + notes, _sums(found, ours, theirs)]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def verdict(found: Comparison) -> str:
    """The answer in a sentence."""
    differ = sum(one.tensors for one in found.differences)
    if not differ:
        return f"equal: {_tensors(found.agreeing)} agree{'' if found.agreeing != 1 else 's'}"
    off = found.theirs - found.ours
    named = "in names alone, " if {one.kind for one in found.differences} <= {"names", "renamed"} else ""
    more = f"; {off:+,} numbers there" if off else ""
    verb = "differs" if differ == 1 else "differ"
    return f"different: {named}{_tensors(differ)} {verb}, {found.agreeing:,} agree{'s' if found.agreeing == 1 else ''}{more}"


def _tensors(count: int) -> str:
    return f"{count:,} tensor{'s' * (count != 1)}"


def _rows(found: Comparison) -> Iterator[str]:
    width = max((len(one.name) for one in found.differences if one.kind != "names"), default=0)
    for one in found.differences[:MAX_LINES]:
        if one.kind == "names":
            yield f"names     {_tensors(one.turns)} {'is' if one.turns == 1 else 'are'} called {one.theirs} there, {one.name} here"
            continue
        times = f"{one.turns} × " if one.turns > 1 else ""
        off = f"  {one.off:+,}" if one.off else ""
        yield f"{WORDS.get(one.kind, one.kind).ljust(8)}  {one.name.ljust(width)}  {times}{_sides(one)}{off}"
    if len(found.differences) > MAX_LINES:
        yield f"… and {len(found.differences) - MAX_LINES:,} more"


def _sides(one: Difference) -> str:
    if one.kind == "renamed":
        return f"{one.ours} is {one.theirs} there"
    if one.kind == "fused":
        return f"{one.theirs} is {one.ours} here"
    if one.kind == "split":
        return f"{one.ours} is {one.theirs} there"
    if not one.ours or not one.theirs:
        return one.ours or one.theirs
    return f"{one.ours} here, {one.theirs} there{', transposed' if one.kind == 'transposed' else ''}"


def _sums(found: Comparison, ours: str, theirs: str) -> list[str]:
    width = max(len(ours), len(theirs))
    rows = [(ours, f"{found.ours:,}"), (theirs, f"{found.theirs:,}")]
    if found.ours != found.theirs:
        rows.append(("", f"{found.theirs - found.ours:+,}"))
    column = max(len(number) for _, number in rows)
    return [f"{name.ljust(width)}  {number.rjust(column)}" for name, number in rows]


def data(found: Comparison, ours: str, theirs: str) -> dict[str, Any]:
    """The comparison as plain values for JSON."""
    return {
        "equal": not found.differences,
        "agreeing": found.agreeing,
        "differing": sum(one.tensors for one in found.differences),
        "ours": {"origin": ours, "numbers": found.ours},
        "theirs": {"origin": theirs, "numbers": found.theirs},
        "differences": [one._asdict() for one in found.differences],
        "hints": list(found.hints),
        "notes": list(found.notes),
    }
