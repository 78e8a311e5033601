"""Outcomes of checks → lines: the claim, what came of it and why, and its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..formula.nodes import Node
from ..model.checks import Outcome
from ..render.text import text
from .show import assumption_text

MARKS = {"proved": "proved    ", "refuted": "REFUTED   ", "undecided": "UNDECIDED ", "error": "ERROR     "}
INDENT = " " * 10


def lines(outcome: Outcome, path: str) -> Iterator[str]:
    """The lines that tell one outcome."""
    source = f'  "{outcome.citation}"' if outcome.citation else ""
    yield f"{MARKS[outcome.status]}{path}:{outcome.line}: {outcome.text}{source}"
    yield from (INDENT + line for line in told(outcome))


def told(outcome: Outcome) -> Iterator[str]:
    """The lines that say why."""
    for finding in outcome.findings:
        yield from str(finding).splitlines()
    if outcome.status == "proved":
        yield from (f"for {assumption_text(item)}" for item in outcome.assumptions)
    elif outcome.status == "refuted":
        yield from _refuted(outcome)
    elif outcome.status == "undecided":
        yield outcome.note or "equal at every point tried, but not proved"


def _refuted(outcome: Outcome) -> Iterator[str]:
    if outcome.note:
        yield outcome.note
    if outcome.example:
        yield f"at {', '.join(f'{name} = {size}' for name, size in outcome.example)}:"
    if outcome.left is not None:
        yield f"left  {_grouped(outcome.left)}"
        yield f"right {_grouped(outcome.right)}"
    if outcome.difference is not None:
        yield f"left - right = {_grouped(outcome.difference)}"
    if outcome.own is not None:
        yield f"the network has {text(outcome.own)}"
    yield from outcome.reasons


def _grouped(number: Any) -> str:
    if isinstance(number, Node):
        return text(number)
    return f"{number:,}" if isinstance(number, int) else str(number)
