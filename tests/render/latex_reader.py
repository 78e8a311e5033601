"""A small reader of the LaTeX that we print, which knows nothing of the printer: it gives the value of a formula."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, ClassVar

Value = int | Fraction

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class LatexReader:
    """Reads our LaTeX as a mathematician would: Σ reaches over products, juxtaposed factors multiply."""

    TOKEN = re.compile(r"\\(?:left|right|[bB]ig[lr])(?![A-Za-z])|\\,|\s+|(\\[A-Za-z]+\*?|\{,\}|\\.|[0-9]+|.)")
    SIGNS: ClassVar = {"=": "==", r"\neq": "!=", "<": "<", r"\leq": "<=", ">": ">", r"\geq": ">="}
    FENCES: ClassVar[dict[str, Callable[[Any], Value]]] = {
        r"\lfloor": math.floor, r"\lceil": math.ceil, r"\lvert": abs, "[": int,
    }  # fmt: skip
    CLOSING: ClassVar = {
        "(": ")",
        "[": "]",
        "{": "}",
        r"\lfloor": r"\rfloor",
        r"\lceil": r"\rceil",
        r"\lvert": r"\rvert",
    }

    ENDS: ClassVar = {*"+-,/", "end", r"\bmod", r"\land", r"\lor", *SIGNS, *CLOSING.values()}

    def __init__(self, written: str, sizes: dict[str, Value]) -> None:
        self.tokens = [token for token in self.TOKEN.findall(written) if token] + ["end"]
        self.place = 0
        self.sizes = sizes

    @property
    def next(self) -> str:
        return self.tokens[self.place]

    def take(self, *wanted: str) -> str:
        assert not wanted or self.next in wanted, (self.next, wanted, self.tokens)
        self.place += 1
        return self.tokens[self.place - 1]

    def row(self, sign: str, part: Callable[[], Any], join: Callable[[list[Any]], Any]) -> Any:
        parts = [part()]
        while self.next == sign:
            self.take()
            parts.append(part())
        return join(parts) if len(parts) > 1 else parts[0]

    def some(self) -> Any:
        return self.row(r"\lor", self.every, any)

    def every(self) -> Any:
        return self.row(r"\land", self.compare, all)

    def compare(self) -> Any:
        if self.next == r"\neg":
            self.take()
            return not self.compare()
        left = self.total()
        return COMPARE[self.SIGNS[self.take()]](left, self.total()) if self.next in self.SIGNS else left

    def total(self) -> Any:
        found = -self.product() if self.next == "-" and self.take() else self.product()
        while self.next in "+-":
            found = found + self.product() if self.take() == "+" else found - self.product()
        if self.next == r"\bmod":
            self.take()
            found %= self.product()
        return found

    def product(self) -> Any:
        found = self.factor()
        while self.next not in self.ENDS:
            if self.next in (r"\cdot", r"\times"):
                self.take()
            found = found * self.factor()
        if self.next == "/":
            self.take()
            found = Fraction(found) / self.factor()
        return found

    def factor(self) -> Any:
        found = self.atom()
        if self.next == "^":
            self.take()
            found = Fraction(found) ** self.inside("{")
        return found

    def inside(self, opening: str) -> Any:
        self.take(opening)
        found = self.some()
        self.take(self.CLOSING[opening])
        return found

    def atom(self) -> Any:
        token = self.next
        if token in self.CLOSING:
            found = self.inside(token)
            return self.FENCES[token](found) if token in self.FENCES else found
        self.take()
        if token.isdecimal():
            while self.next == "{,}":
                self.take()
                token += self.take()
            return int(token)
        if token in (r"\frac", r"\tfrac"):
            return Fraction(self.inside("{")) / self.inside("{")
        if token in (r"\max", r"\min"):
            return self.chosen(max if token == r"\max" else min)
        if token == r"\operatorname":
            self.place += len("{round}")
            return round(self.inside("("))
        return self.series() if token == r"\sum" else self.sizes[self.name(token)]

    def chosen(self, choose: Callable[[list[Any]], Any]) -> Any:
        parts = []
        while self.next in "(,":
            self.take()
            parts.append(self.total())
        self.take(")")
        return choose(parts)

    def name(self, token: str) -> str:
        if self.next == "_":
            while not token.endswith("}") or token.count("{") > token.count("}"):
                token += self.take()
        return token

    def series(self) -> Any:
        self.take("_")
        self.take("{")
        index = self.name(self.take())
        self.take("=")
        start = self.total()
        self.take("}")
        self.take("^")
        last, body, outer = self.inside("{"), self.place, self.sizes
        found: Value = 0
        # The body is read once more at least, so that the place after it is found.
        for turn in range(int(start), max(int(last), int(start)) + 1):
            self.place, self.sizes = body, {**outer, index: turn}
            found += self.product() if turn <= last else 0 * self.product()
        self.sizes = outer
        return found


def value_of_latex(written: str, sizes: dict[str, Value]) -> Value:
    reader = LatexReader(written, sizes)
    found: Value = reader.some()
    reader.take("end")
    return found
