"""What is known of a size by its name: its kind and its least value."""

from __future__ import annotations

from typing import NamedTuple

from .nodes import Exact, Node


class Domain(NamedTuple):
    """kind is `int` (an integer of at least `least`), `real` (a number above 0) or `flag` (0 or 1)."""

    kind: str = "int"
    least: Exact = 1


ANY_SIZE = Domain()


class Assumption(NamedTuple):
    """A condition under which a formula holds, the reason given for it, and the line it comes from (`file:line`)."""

    condition: Node
    reason: str = ""
    origin: str = ""
