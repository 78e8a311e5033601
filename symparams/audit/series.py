r"""Sums and products over an index: `\sum_{i=0}^{L-1} …`, `\sum_{1 \le i \le n} …`, `\prod_{i \in \{1, 2\}} …`."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import NamedTuple

from .expanding import Token
from .sizes import Names

MAX_TURNS = 1000
_LESS = {r"\leq": 0, r"\le": 0, "<": 1}


class Range(NamedTuple):
    """What an index runs through: from a number to another, the last one included, or the values listed."""

    letter: str
    start: str
    stop: str
    values: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The range in the language."""
        return f"[{', '.join(self.values)}]" if self.values else f"range({self.start}, {self.stop} + 1)"

    def turns(self) -> list[str] | None:
        """The values, where they are numbers."""
        if self.values or not (self.start.isdigit() and self.stop.isdigit()):
            return list(self.values) or None
        first, last = int(self.start), int(self.stop)
        return [str(turn) for turn in range(first, last + 1)] if last - first < MAX_TURNS else None


class Series(Names, ABC):
    """Reads Σ and Π; the body reaches to the next + or -."""

    @abstractmethod
    def sum(self) -> str:
        """Terms joined by + and -."""

    @abstractmethod
    def product(self) -> str:
        """Factors with or without a sign between them."""

    def series(self) -> str:
        """A sum or product."""
        token = self.take()
        name = token.text.removeprefix("\\")
        below: list[Token] = []
        above: list[Token] = []
        while self.next.text in ("_", "^"):
            which = below if self.take().text == "_" else above
            which[:] = self.script_tokens()
        if not below:
            raise self.fail(f"the {name} has no index", token, f"write it as \\{name}_{{i=1}}^{{n}}")
        run = self.range(name, below, above, token)
        if self.is_subscript(run.letter):
            return self.unrolled(name, run, token)
        before = self.sizes.get(run.letter)
        self.sizes[run.letter] = run.letter
        body = self.product()
        del self.sizes[run.letter]
        if before is not None:
            self.sizes[run.letter] = before
        return f"{name}({body} for {run.letter} in {run.words})"

    def range(self, name: str, below: list[Token], above: list[Token], token: Token) -> Range:
        """The index and what it runs through."""
        texts = [one.text for one in below]
        hint = f"write it as \\{name}_{{i=1}}^{{n}}"
        if len(texts) > 1 and texts[1] == "=":
            if not above:
                raise self.fail(f"the {name} has no upper end", token, hint)
            return Range(self.index(below[0]), self.within(below[2:], self.sum), self.within(above, self.sum))
        signs = [place for place, text in enumerate(texts) if text in _LESS]
        if len(signs) == 2 and signs[1] == signs[0] + 2:
            first, last = _LESS[texts[signs[0]]], _LESS[texts[signs[1]]]
            start, stop = self.within(below[: signs[0]], self.sum), self.within(below[signs[1] + 1 :], self.sum)
            return Range(self.index(below[signs[0] + 1]), f"{start} + {first}" if first else start, f"{stop} - {last}")
        if texts[1:3] == [r"\in", r"\{"] and texts[-1] == r"\}":
            return Range(self.index(below[0]), "", "", self.within(below[3:-1], self.listed))
        raise self.fail(f"the {name} doesn't say from where to where its index runs", below[0], hint)

    def listed(self) -> tuple[str, ...]:
        """Values between commas."""
        found = [self.sum()]
        while self.accept(","):
            found.append(self.sum())
        return tuple(found)

    def index(self, token: Token) -> str:
        """The index's letter."""
        if not re.fullmatch(r"[A-Za-z]|\\ell", token.text):
            raise self.fail("the index of a sum is a letter", token, "write it as \\sum_{i=1}^{n}")
        return token.text.removeprefix("\\")

    def is_subscript(self, index: str) -> bool:
        """Whether the index stands in a subscript of what follows, as in `n_{l-1}`, rather than being a number there."""
        start = self.place
        for place in range(start, len(self.tokens)):
            if self.tokens[place].text == "_":
                self.place = place + 1
                found = self.next.text and index in [one.text.removeprefix("\\") for one in self.script_tokens()]
                self.place = start
                if found:
                    return True
        return False

    def unrolled(self, name: str, run: Range, token: Token) -> str:
        """The turns one by one, the index put into the subscripts; its ends must be numbers."""
        turns = run.turns()
        if turns is None:
            hint = f"give the ends of the {name} as numbers"
            raise self.fail(f"{run.letter} stands in a subscript, and runs to no number", token, hint)
        before, start, found = self.tokens, self.place, []
        end = start
        for turn in turns:
            self.tokens = [*before[:start], *(_put(one, run.letter, turn) for one in before[start:])]
            self.place = start
            found.append(self.product())
            end = self.place + len(before) - len(self.tokens)
        self.tokens, self.place = before, end
        return f"({(' + ' if name == 'sum' else '*').join(f'({one})' for one in found)})" if found else "0"


def _put(token: Token, index: str, turn: str) -> Token:
    return token._replace(text=turn) if token.text.removeprefix("\\") == index else token
