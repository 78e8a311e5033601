r"""LaTeX mathematics → an expression of the language: sums, products, powers, fractions, roots, floors, cases, Σ and Π.

LaTeX → tokens, macros put in → the tokens that say something → operands by binding strength → text that the language reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..errors import Source, Span
from .cursor import Cursor
from .expanding import Token, expanded, tokens_of
from .macros import Macro
from .numbers import Printed, numbers
from .series import Series
from .sizes import Names, UnknownName
from .tidying import CASES, INDICATOR, WORDS, tidied

MAX_NESTED = 100
MAX_FACTORIAL = 20

_TIMES = {r"\cdot", r"\times", r"\ast", "*", "·", "×"}
_DIVIDED = {"/", r"\div"}
_REMAINDER = {r"\bmod", r"\mod"}
_FRACTIONS = {r"\frac", r"\tfrac", r"\dfrac", r"\nicefrac", r"\sfrac"}
_FENCES = {
    "(": (")", ""),
    "[": ("]", ""),
    "{": ("}", ""),
    r"\{": (r"\}", ""),
    "|": ("|", "abs"),
    r"\lfloor": (r"\rfloor", "floor"),
    r"\lceil": (r"\rceil", "ceil"),
    r"\lvert": (r"\rvert", "abs"),
}
_CLOSING = {closing for closing, _ in _FENCES.values()} - {"|"}
_RELATIONS = {
    **{"=": "==", r"\neq": "!=", r"\ne": "!=", "<": "<", ">": ">"},
    **{r"\leq": "<=", r"\le": "<=", r"\geq": ">=", r"\ge": ">="},
}
_ABOUT = {r"\approx", r"\simeq", r"\sim", r"\cong", r"\lesssim", r"\gtrsim"}
_SAME = {"=", r"\equiv", *_ABOUT}
_FUNCTIONS = {r"\max": "max", r"\min": "min", r"\floor": "floor", r"\ceil": "ceil", r"\round": "round"}
_LOGARITHMS = {r"\log", r"\lg", r"\ln"}
_ENDS = {".", ",", ";"}
_AND = f"{WORDS}and"
_PAST = {"+", "-", "&", r"\land", _AND, "\\\\", CASES[1], *_ENDS, *_CLOSING, *_RELATIONS, *_SAME}
_BETWEEN = _TIMES | _DIVIDED | _REMAINDER


class Side(NamedTuple):
    """One side of a chain of equalities, as text of the language.

    is_name: whether it is but one name that isn't a size; is_about: whether the chain says that it is about equal;
    printed: the number, where it is one in few digits, `85\\,M`; unread: why an intermediate side can't be read.
    """

    text: str
    span: Span
    is_name: bool
    is_about: bool = False
    printed: Printed | None = None
    unread: str = ""


def sides(source: Source, span: Span, macros: Mapping[str, Macro], sizes: Mapping[str, str]) -> list[Side]:
    """The sides of the formula between two places, `a = b = c` being three.

    sizes: how the names of sizes look, by `keys_of`, → the names. Raises: `ModelError` at what can't be read.
    """
    tokens = expanded(tokens_of(_without_comments(source.text), span), macros, source, 0)
    return _Reader(tidied(tokens, source), source, span, sizes).chain()


def _without_comments(text: str) -> str:
    """The text with comments blank, as long as it was."""
    return re.sub(r"(?<!\\)%[^\n]*", lambda match: " " * len(match.group()), text)


class _Reader(Series, Names, Cursor):
    """Reads tokens by binding strength: relations, sums, products (a missing sign multiplies), powers, atoms."""

    def __init__(self, tokens: list[Token], source: Source, span: Span, sizes: Mapping[str, str]) -> None:
        super().__init__(tokens, source, span)
        self.sizes = dict(sizes)
        self.depth = 0
        self.bars = 0

    # -------------------------------------------------------------------------------------------------- chains

    def chain(self) -> list[Side]:
        """The sides of a chain of equalities; an intermediate one may hold names that the network doesn't know."""
        found: list[Side] = []
        errors, relation = [], ""
        while True:
            start = self.place
            try:
                side = self.side(relation in _ABOUT)
                if not found and side.text.isidentifier() and self.next.text in _SAME:  # `N = …` names the formula
                    side = side._replace(text="", is_name=True)
            except UnknownName as unknown:
                if not self.pass_side(start) and not (unknown.is_order and found):
                    raise unknown.error from None
                side = Side(
                    "", self.span_from(start), self.is_lone_name(start), unread=unknown.error.findings[0].message
                )
                errors.append(unknown.error)
            found.append(side)
            relation = self.next.text
            if not self.accept(*_SAME):
                break
        rest = self.tokens[self.place :]
        if not all(token.text in _ENDS or token.text.startswith(WORDS) for token in rest):
            raise self.fail(f"{self.next.text} can't be read here")
        if not any(side.text for side in found) and errors and not found[-1].is_name:
            raise errors[-1]
        return found

    def side(self, is_about: bool) -> Side:
        """One side: a number in few digits, or an expression."""
        start = self.place
        printed = self.printed(is_about)
        text = str(printed.value) if printed is not None else self.sum()
        return Side(text, self.span_from(start), False, is_about, printed)

    def span_from(self, start: int) -> Span:
        """The place of the tokens from one on to the one read last."""
        first = self.tokens[start].span if start < len(self.tokens) else self.end.span
        return Span(first.start, self.tokens[self.place - 1].span.end if self.place > start else first.end)

    def printed(self, is_about: bool) -> Printed | None:
        """The number that the side is, where it is told in few digits: as about so much, or in thousands, millions or billions."""
        end = next(
            (at for at in range(self.place, len(self.tokens)) if self.tokens[at].text in _SAME), len(self.tokens)
        )
        if end == self.place:
            return None
        text = self.source.text[self.tokens[self.place].span.start : self.tokens[end - 1].span.end].rstrip(" .,;$")
        found = numbers(text)
        if len(found) != 1 or found[0].span != (0, len(text)) or not (is_about or re.search(r"[A-Za-z]\W*$", text)):
            return None
        self.place = end
        return found[0]

    def pass_side(self, start: int) -> bool:
        """Pass a side that can't be read; false where nothing follows that says the same."""
        self.depth = self.bars = depth = 0
        place = start
        while place < len(self.tokens) and (depth or self.tokens[place].text not in _SAME):
            depth += (self.tokens[place].text in ("{", "(")) - (self.tokens[place].text in ("}", ")"))
            place += 1
        self.place = place
        return place < len(self.tokens)

    def is_lone_name(self, start: int) -> bool:
        """Whether one name, `N` or `\\text{params}` or `P(d, L)`, is all that stands from a place to here."""
        depth = 0
        for token in self.tokens[start : self.place]:
            depth += (token.text in ("{", "(")) - (token.text in ("}", ")"))
            if not depth and token.text in {"+", "-", *_FRACTIONS, *_BETWEEN}:
                return False
        return True

    # -------------------------------------------------------------------------------------------------- sums and products

    def sum(self) -> str:
        """Terms joined by + and -."""
        self.depth += 1
        if self.depth > MAX_NESTED:
            raise self.fail("the formula is nested more deeply than can be read")
        self.accept("+")
        words = f"-{self.product()}" if self.accept("-") else self.product()
        while self.next.text in ("+", "-"):
            sign = self.take().text
            if self.next.text == r"\cdots":
                hint = "write the sum, as in \\sum_{i=1}^{n} i"
                raise self.fail("what the dots leave out can't be read", hint=hint)
            words += f" {sign} {self.signed(self.product)}"
        self.depth -= 1
        return words

    def signed(self, read: object) -> str:
        """What is read, which may have a sign of its own."""
        assert callable(read)
        return f"(-{read()})" if self.accept("-") else str(read())

    def product(self) -> str:
        """Factors with or without a sign between them; words behind them say nothing to the count."""
        words = self.power()
        while self.next.text and not self.is_past():
            if self.accept(*_TIMES):
                words += f"*{self.signed(self.power)}"
            elif self.accept(*_DIVIDED):
                words += f"/{self.signed(self.power)}"
            elif self.accept(*_REMAINDER):
                words = f"({words}) % {self.signed(self.power)}"
            elif self.next.text.startswith(WORDS):
                self.words()
            else:
                words += f"*{self.power()}"
        return words

    def is_past(self) -> bool:
        """Whether the next token ends a product."""
        return self.next.text in _PAST or (self.next.text == "|" and self.bars > 0)

    def words(self) -> None:
        """Pass words where a product ends."""
        token = self.take()
        if self.next.text and not self.is_past() and not self.next.text.startswith(WORDS):
            raise self.fail("words stand within a product", token)

    def power(self) -> str:
        """An atom with its exponent, and what stands behind it: `!`, `\\%`."""
        base = self.atom()
        while True:
            if self.accept("^"):
                base = f"{base}^({self.script()})"
            elif self.accept("!"):
                base = self.factorial(base)
            elif self.accept(r"\%"):
                base = f"({base}/100)"
            else:
                return base

    def factorial(self, base: str) -> str:
        """The factorial of a number."""
        if not base.isdigit() or int(base) > MAX_FACTORIAL:
            raise self.fail(
                f"! is read behind a number up to {MAX_FACTORIAL} only", hint="write the product, \\prod_{i=1}^{n} i"
            )
        return "(" + "*".join(map(str, range(1, int(base) + 1))) + ")" if int(base) > 1 else "1"

    def script(self) -> str:
        """What stands after ^ or under a sign: a group, or one token."""
        if self.accept("{"):
            words = self.sum()
            self.expect("}")
            return words
        token = self.next
        if token.text.isdigit() and len(token.text) > 1:  # TeX takes one digit only
            split = [token._replace(text=token.text[0]), token._replace(text=token.text[1:])]
            self.tokens = [*self.tokens[: self.place], *split, *self.tokens[self.place + 1 :]]
        return self.atom()

    # -------------------------------------------------------------------------------------------------- atoms

    def atom(self) -> str:
        """A number, a name, a group or a command with what it takes."""
        text = self.next.text
        if re.match(r"\d", text):
            return self.number()
        if text in _FENCES:
            return self.fenced()
        if text in _FRACTIONS:
            self.take()
            return f"(({self.script()})/({self.script()}))"
        if text in _FUNCTIONS:
            return self.function()
        if text in _LOGARITHMS:
            return self.logarithm()
        readers = {
            r"\sqrt": self.root, r"\sum": self.series, r"\prod": self.series, r"\binom": self.binomial,
            r"\underbrace": self.braced_below, r"\overbrace": self.braced_below, CASES[0]: self.cases, INDICATOR: self.indicator,
        }  # fmt: skip
        return readers.get(text, self.name)()

    def number(self) -> str:
        """A number; `1_{a \\neq b}` is an indicator."""
        digits = re.sub(r"\{,\}|,|\\,|~", "", self.take().text)
        if digits == "1" and self.next.text == "_":
            self.place -= 1
            return self.indicator()
        return digits

    def fenced(self) -> str:
        """A bracket with what is in it; a bracket around a condition is 1 where it holds, `|V|` of a name is its size."""
        opening = self.take()
        closing, function = _FENCES[opening.text]
        self.bars += opening.text == "|"
        start = self.place
        words = self.sum()
        if self.next.text in _RELATIONS and opening.text == "[":
            self.place = start
            words = f"1 if {self.condition()} else 0"
        self.expect(closing)
        self.bars -= opening.text == "|"
        return words if function == "abs" and words.isidentifier() else f"{function}({words})"

    def condition(self) -> str:
        """Comparisons, joined by `and`."""
        words = self.sum()
        if self.next.text not in _RELATIONS:
            raise self.fail(f"a comparison is missing before {self.next.text or 'the end'}")
        while self.next.text in _RELATIONS:
            words += f" {_RELATIONS[self.take().text]} {self.sum()}"
        if self.accept(r"\land", _AND):
            words += f" and {self.condition()}"
        return words

    def indicator(self) -> str:
        """`\\mathbb{1}[a \\neq b]` or `1_{a \\neq b}`: 1 where it holds."""
        self.take()
        tokens = self.script_tokens() if self.accept("_") else None
        if tokens is not None:
            if tokens and (tokens[0].text, tokens[-1].text) in ((r"\{", r"\}"), ("[", "]"), ("(", ")")):
                tokens = tokens[1:-1]
            return f"(1 if {self.within(tokens, self.condition)} else 0)"
        opening = self.take()
        words = self.condition()
        self.expect(_FENCES.get(opening.text, (")", ""))[0])
        return f"(1 if {words} else 0)"

    def cases(self) -> str:
        """Rows of a value and its condition; the last one may be what holds otherwise."""
        self.take()
        words, last = "(", "0"
        while not self.accept(CASES[1]):
            value = self.sum()
            self.pass_signs()
            if self.next.text in ("\\\\", CASES[1]):  # otherwise
                last = value
            else:
                words += f"{value} if {self.condition()} else "
                self.pass_signs()
            self.accept("\\\\")
            if not self.next.text:
                raise self.fail("the cases don't end")
        return f"{words}{last})"

    def pass_signs(self) -> None:
        """Pass the column, the words and the signs around a condition."""
        while self.next.text in ("&", ",", ".", ";") or self.next.text.startswith(WORDS):
            self.take()

    def arguments(self, name: str) -> Iterator[str]:
        """What stands in a function's brackets, between commas."""
        opening = self.take()
        if opening.text not in ("(", r"\{", "{", "["):
            raise self.fail(f"write the arguments of {name} in brackets", opening)
        yield self.sum()
        while self.accept(","):
            yield self.sum()
        self.expect(_FENCES[opening.text][0])

    def function(self) -> str:
        """max, min, floor, ceil or round of what is in the brackets."""
        name = _FUNCTIONS[self.take().text]
        return f"{name}({', '.join(self.arguments(name))})"

    def root(self) -> str:
        """A square root, or another one, `\\sqrt[3]{n}`."""
        self.take()
        if not self.accept("["):
            return f"sqrt({self.script()})"
        degree = self.sum()
        self.expect("]")
        return f"({self.script()})^(1/({degree}))"

    def logarithm(self) -> str:
        """A logarithm to the base 2 or 10 or e."""
        token = self.take()
        base = self.script() if self.accept("_") else ""
        if base not in ("", "2"):
            return f"(log({self.power()})/log({base}))"
        return f"log2({self.power()})" if base == "2" or token.text == r"\lg" else f"log({self.power()})"

    def binomial(self) -> str:
        """How many ways there are to choose k, a number, of n."""
        token = self.take()
        above, below = self.script(), self.script()
        if not below.isdigit() or int(below) > MAX_FACTORIAL:
            raise self.fail(f"a binomial is read with a number up to {MAX_FACTORIAL} below", token)
        factors = [f"(({above}) - {step})" for step in range(int(below))]
        return f"({'*'.join(factors)}/{self.factorial(below)})" if factors else "1"

    def braced_below(self) -> str:
        """What a brace is drawn under or over; the words at the brace say nothing to the count."""
        self.take()
        words = self.script()
        if self.accept("_", "^"):
            self.script_tokens() if self.next.text == "{" else self.flat_script()
        return f"({words})"
