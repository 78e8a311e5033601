"""How much work one question may take, counted in steps of algebra: it ends the same way on every machine, in seconds.

Whoever answers a question opens `limited`; what takes time below tells its steps by `spend`, each about two millionths of
a second. Outside of a question nothing is counted. Several questions to one file share a `Purse`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ..errors import Finding, LimitError

MAX_WORK = 400_000
OWN = 10_000  # of several questions, each has so many steps of its own


class Exhausted(LimitError):
    """No steps are left; what else is tried for the same question ends at once."""


class Work:
    """The steps that are left, and how many there may be, in words."""

    __slots__ = ("left", "limit")

    def __init__(self, left: int, limit: str = "") -> None:
        self.left = left
        self.limit = limit or f"{left:,} steps of algebra, the limit of a question"


WORK: ContextVar[Work | None] = ContextVar("work", default=None)


@contextmanager
def limited(most: int = MAX_WORK) -> Iterator[None]:
    """A question, which may take so many steps; one inside another is part of it."""
    if WORK.get() is not None:
        yield
        return
    with _counted(Work(most)):
        yield


@contextmanager
def _counted(work: Work) -> Iterator[None]:
    token = WORK.set(work)
    try:
        yield
    finally:
        WORK.reset(token)


@contextmanager
def share(parts: int) -> Iterator[None]:
    """A part of a question that may take one of so many parts of the steps that are left. Raises: `Exhausted` beyond."""
    outer = WORK.get() or Work(MAX_WORK)
    granted = outer.left // parts
    inner = Work(granted, outer.limit)
    try:
        with _counted(inner):
            yield
    finally:
        outer.left -= granted - inner.left


class Purse:
    """The steps of several questions, such as a file's checks: each has some of its own, and the others are for all."""

    def __init__(self) -> None:
        self.left = MAX_WORK

    @contextmanager
    def question(self) -> Iterator[None]:
        """The next question. Raises: `Exhausted` where it takes more than the ones before it have left."""
        if WORK.get() is not None:
            yield
            return
        is_first = self.left == MAX_WORK
        work = Work(
            OWN + self.left, "" if is_first else f"the {OWN + self.left:,} steps of algebra that others have left"
        )
        try:
            with _counted(work):
                yield
        finally:
            self.left = min(self.left, max(work.left, 0))


def spend(steps: int) -> None:
    """Take steps away. Raises: `Exhausted` when none are left."""
    work = WORK.get()
    if work is None:
        return
    work.left -= steps
    if work.left < 0:
        hint = "ask for a part of it, or give some of its sizes numbers"
        raise Exhausted(Finding("limit-work", f"this takes more than {work.limit}", hint=hint))
