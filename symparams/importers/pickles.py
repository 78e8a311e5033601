"""Pickles → whether what they ask for is small, found without doing any of it: steps, nesting, and how much they would unfold to.

A few bytes of a pickle may say a tuple of tuples of tuples that takes longer than anyone waits to hash.
"""

from __future__ import annotations

import io
import pickletools
from typing import NamedTuple

MAX_STEPS = 2_000_000
MAX_UNFOLDED = 50_000_000
MAX_NESTED = 200

Held = tuple[
    int, int
]  # something on a pickle's stack: how many things it is, unfolded, and how deeply tuples are nested
ONE: Held = (1, 0)


class TooLarge(Exception):
    """What a pickle asks for is beyond a limit, named in words."""


class _Step(NamedTuple):
    """What a kind of step does to the stack: how much it takes, beside all behind the last mark if it takes that, and gives."""

    takes: int
    takes_mark: bool
    gives: int
    deepens: bool


def _step(code: pickletools.OpcodeInfo) -> _Step:
    before, mark = code.stack_before, pickletools.markobject
    takes = before.index(mark) if mark in before else len(before)
    return _Step(takes, mark in before, len(code.stack_after), code.name.startswith("TUPLE"))


STEPS = {code.name: _step(code) for code in pickletools.opcodes}
PUSHES = {name for name, step in STEPS.items() if (step.takes, step.takes_mark, step.gives) == (0, False, 1)}
PUTS = {"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"}
GETS = {"GET", "BINGET", "LONG_BINGET"}


def check_pickles(data: bytes, count: int) -> None:
    """See that so many pickles, one behind another, ask for little. Raises: `TooLarge`, or `ValueError` for what is no pickle."""
    stream, left = io.BytesIO(data), MAX_STEPS
    for _ in range(count):
        left = _check(stream, left)


def _check(stream: io.BytesIO, left: int) -> int:
    """Follow a pickle as its stack would grow and shrink; how many steps are left after it."""
    stack: list[Held] = []
    marks: list[int] = []
    memo: dict[object, Held] = {}
    for code, argument, _ in pickletools.genops(stream):
        name = code.name
        left -= 1
        if left < 0:
            raise TooLarge(f"more than {MAX_STEPS:,} steps to be read")
        if name in PUTS:
            memo[len(memo) if argument is None else argument] = stack[-1] if stack else ONE
        elif name in GETS:
            stack.append(memo.get(argument, ONE))
        elif name == "MARK":
            marks.append(len(stack))
        elif name in PUSHES:
            stack.append(ONE)
        else:
            _do(STEPS[name], stack, marks)
    return left


def _do(step: _Step, stack: list[Held], marks: list[int]) -> None:
    """Take what a step takes from the stack, and put back what it makes."""
    start = max((marks.pop() if marks and step.takes_mark else len(stack)) - step.takes, 0)
    taken = stack[start:]
    del stack[start:]
    if not step.gives:
        return
    things = 1 + sum(one for one, _ in taken)
    depth = max((deep for _, deep in taken), default=0) + step.deepens
    if things > MAX_UNFOLDED:
        raise TooLarge(f"what unfolds to more than {MAX_UNFOLDED:,} things")
    if depth > MAX_NESTED:
        raise TooLarge(f"tuples nested more than {MAX_NESTED} deep")
    stack += [(things, depth)] * step.gives
