"""Bytes → decisions: one input drives every generator, whether a fuzzer, hypothesis or a seed made it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Choice = TypeVar("Choice")


class Choices:
    """Reads decisions from bytes; behind their end every decision is the first one, so that what is made ends."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    @property
    def is_over(self) -> bool:
        return self.at >= len(self.data)

    def below(self, limit: int) -> int:
        if self.is_over:
            return 0
        self.at += 1
        return self.data[self.at - 1] % limit

    def one(self, items: Sequence[Choice]) -> Choice:
        return items[self.below(len(items))]

    def some(self, make: Callable[[], Choice], most: int, least: int = 0) -> list[Choice]:
        return [make() for _ in range(least + self.below(most - least + 1))]

    def rest(self) -> bytes:
        self.at, rest = len(self.data), self.data[self.at :]
        return rest
