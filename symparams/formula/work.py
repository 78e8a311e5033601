"""How much work one question may take, counted in steps of algebra: it ends the same way on every machine, in seconds.

Whoever answers a question opens `limited`; the algebra below tells its steps by `spend`. Outside of a question nothing
is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ..errors import Finding, LimitError

MAX_WORK = 600_000


class Exhausted(LimitError):
    """No steps are left; what else is tried for the same question ends at once."""


class Work:
    """The steps that are left."""

    __slots__ = ("left", "most")

    def __init__(self, left: int, most: int = MAX_WORK) -> None:
        self.left = left
        self.most = most


WORK: ContextVar[Work | None] = ContextVar("work", default=None)


@contextmanager
def limited(most: int = MAX_WORK) -> Iterator[None]:
    """A question, which may take so many steps; one inside another is part of it."""
    if WORK.get() is not None:
        yield
        return
    token = WORK.set(Work(most, most))
    try:
        yield
    finally:
        WORK.reset(token)


@contextmanager
def share(parts: int) -> Iterator[None]:
    """A part of a question that may take one of so many parts of the steps that are left. Raises: `LimitError` beyond."""
    outer = WORK.get()
    most = outer.most if outer is not None else MAX_WORK
    inner = Work((outer.left if outer is not None else most) // parts, most)
    granted = inner.left
    token = WORK.set(inner)
    try:
        yield
    finally:
        WORK.reset(token)
        if outer is not None:
            outer.left -= granted - inner.left


def spend(steps: int) -> None:
    """Take steps away. Raises: `LimitError` when none are left."""
    work = WORK.get()
    if work is None:
        return
    work.left -= steps
    if work.left < 0:
        message = f"this takes more than {work.most:,} steps of algebra, the limit of a question"
        raise Exhausted(Finding("limit-work", message, hint="ask for a part of it, or give some of its sizes numbers"))
