r"""LaTeX mathematics → an expression of the language: sums, products, powers, fractions, roots, floors, Σ and the author's macros.

LaTeX → tokens, macros put in → operands by binding strength → text that the language reads. Names are matched with the
sizes that the network knows, by what they look like: `d_{\text{model}}`, `d_{model}` and `d_\mathrm{model}` are one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ..errors import ModelError, Source, Span, suggestion
from ..render.names import latex_name
from .expanding import Token, closing, expanded, fail, tokens_of
from .tex import Macro

MAX_NESTED = 100

_SKIPPED = {
    *(
        r"\,",
        r"\;",
        r"\:",
        r"\!",
        r"\>",
        "~",
        "&",
        "\\\\",
        r"\quad",
        r"\qquad",
        r"\displaystyle",
        r"\textstyle",
        r"\ensuremath",
    ),
    *(r"\left", r"\right", r"\middle", r"\limits", r"\nolimits", r"\nonumber", r"\notag"),
    *(rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")),
    "\\ ",
    "$",
    r"\[",
    r"\]",
    r"\(",
    r"\)",
}
_FONTS = {
    *(r"\mathrm", r"\mathit", r"\mathbf", r"\mathsf", r"\mathtt", r"\mathcal", r"\boldsymbol", r"\mathnormal"),
    *(r"\text", r"\textrm", r"\textit", r"\textbf", r"\textnormal", r"\operatorname", r"\mbox"),
}
_TIMES = {r"\cdot", r"\times", r"\ast", "*", "·", "×"}
_DIVIDED = {"/", r"\div"}
_FRACTIONS = {r"\frac", r"\tfrac", r"\dfrac", r"\nicefrac", r"\sfrac"}
_FENCES = {
    "(": (")", ""),
    "[": ("]", ""),
    "{": ("}", ""),
    r"\{": (r"\}", ""),
    r"\lfloor": (r"\rfloor", "floor"),
    r"\lceil": (r"\rceil", "ceil"),
    r"\lvert": (r"\rvert", "abs"),
}
_CLOSING = {closing for closing, _ in _FENCES.values()}
_RELATIONS = {
    "=": "==",
    r"\neq": "!=",
    r"\ne": "!=",
    "<": "<",
    ">": ">",
    r"\leq": "<=",
    r"\le": "<=",
    r"\geq": ">=",
    r"\ge": ">=",
}
_SAME = {"=", r"\equiv", r"\approx", r"\simeq", r"\sim"}
_FUNCTIONS = {r"\max": "max", r"\min": "min"}
_ENDS = {"+", "-", ",", "−", *_CLOSING, *_RELATIONS, *_SAME, *_TIMES, *_DIVIDED, r"\bmod", r"\mod"}
_MARKS = {"'", "^", "_"}


class Side(NamedTuple):
    """One side of a chain of equalities, as text of the language; `is_name` where it is but one name that isn't a size."""

    text: str
    span: Span
    is_name: bool


def sides(source: Source, span: Span, macros: Mapping[str, Macro], sizes: Mapping[str, str]) -> list[Side]:
    """The sides of the formula between two places, `a = b = c` being three.

    sizes: how the names of sizes look, by `keys_of`, → the names. Raises: `ModelError` at what can't be read.
    """
    tokens = expanded(tokens_of(_without_labels(source.text), span), macros, source, 0)
    return _Reader(tokens, source, span, sizes).chain()


def _without_labels(text: str) -> str:
    """The text with labels, tags, comments and the marks of environments blank, as long as it was."""
    return re.sub(
        r"\\(?:label|tag|begin|end)\*?\s*\{[^{}]*\}|(?<!\\)%[^\n]*", lambda match: " " * len(match.group()), text
    )


def keys_of(name: str, latex: str = "") -> set[str]:
    """What a size's name may look like in print, flattened: `d_model` for `d_{\\text{model}}`."""
    printed = [name, latex_name(name).text, latex_name(name, "typed").text, *([latex] if latex else [])]
    return {flattened(form) for form in printed}


def flattened(latex: str) -> str:
    """A name's letters without fonts, braces, blanks and commas, `_` before its subscript."""
    words = re.sub(r"\\(?:[,;:! ]|[a-z]*(?:text|math|operator|bold)[a-z]*)(?![a-z])", "", latex)
    return re.sub(r"[\\{}\s,]", "", words)


class _Reader:
    """Reads tokens by binding strength: relations, sums, products (a missing sign multiplies), powers, atoms."""

    def __init__(self, tokens: list[Token], source: Source, span: Span, sizes: Mapping[str, str]) -> None:
        self.tokens = [token for token in tokens if not token.text.isspace() and token.text not in _SKIPPED]
        self.source = source
        self.end = Token("", Span(max(span.start, span.end - 1), span.end))
        self.sizes = dict(sizes)
        self.place = 0
        self.depth = 0
        self.unknown: Token | None = None

    # -------------------------------------------------------------------------------------------------- tokens

    @property
    def next(self) -> Token:
        """The next token; one of empty text at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else self.end

    def take(self) -> Token:
        """The next token, read."""
        token = self.next
        self.place += 1
        return token

    def accept(self, *texts: str) -> bool:
        """Read the next token if it is one of these."""
        if self.next.text in texts:
            self.place += 1
            return True
        return False

    def expect(self, text: str) -> None:
        """Read the next token, which must be this."""
        if not self.accept(text):
            shown = self.next.text or "the end"
            raise self.fail(f"{text} is missing before {shown}")

    def fail(self, message: str, token: Token | None = None, hint: str = "") -> ModelError:
        """The error at a token."""
        return fail(message, self.source, (token or self.next).span, hint)

    # -------------------------------------------------------------------------------------------------- expressions

    def chain(self) -> list[Side]:
        """The sides of a chain of equalities."""
        found = []
        while True:
            start, self.unknown = self.place, None
            first = self.next.span
            try:
                text = self.sum()
                is_name = False
            except _UnknownName as unknown:
                if self.tokens and self.is_lone_name(start):
                    text, is_name = "", True
                else:
                    raise unknown.error from None
            last = self.tokens[self.place - 1].span if self.place else first
            found.append(Side(text, Span(first.start, last.end), is_name))
            if not self.accept(*_SAME):
                break
        self.accept(".", ",")
        if self.next.text:
            raise self.fail(f"{self.next.text} can't be read here")
        return found

    def is_lone_name(self, start: int) -> bool:
        """Whether one name, `N` or `\\text{params}` or `P(d, L)`, stands alone before an equality; it is passed then."""
        place, depth = start, 0
        while place < len(self.tokens) and (depth or self.tokens[place].text not in _SAME):
            text = self.tokens[place].text
            depth += (text in ("{", "(")) - (text in ("}", ")"))
            if not depth and text in {"+", "-", "/", r"\frac", *_TIMES}:
                return False
            place += 1
        if place >= len(self.tokens):
            return False
        self.place = place
        return True

    def sum(self) -> str:
        """Terms joined by + and -."""
        self.depth += 1
        if self.depth > MAX_NESTED:
            raise self.fail("the formula is nested more deeply than can be read")
        self.accept("+")
        words = f"-{self.product()}" if self.accept("-", "−") else self.product()
        while self.next.text in ("+", "-", "−"):
            sign = "+" if self.take().text == "+" else "-"
            words += f" {sign} {self.signed_product()}"
        self.depth -= 1
        return words

    def signed_product(self) -> str:
        """Factors that may have a sign of their own."""
        return f"(-{self.product()})" if self.accept("-", "−") else self.product()

    def product(self) -> str:
        """Factors with or without a sign between them."""
        words = self.power()
        while self.next.text and self.next.text not in _ENDS - _TIMES - _DIVIDED - {r"\bmod", r"\mod"}:
            if self.accept(*_TIMES):
                words += f"*{self.signed()}"
            elif self.accept(*_DIVIDED):
                words += f"/{self.signed()}"
            elif self.accept(r"\bmod", r"\mod"):
                words = f"({words}) % {self.signed()}"
            else:
                words += f"*{self.power()}"
        return words

    def signed(self) -> str:
        """A factor that may have a sign of its own."""
        return f"(-{self.power()})" if self.accept("-", "−") else self.power()

    def power(self) -> str:
        """An atom with its exponent."""
        base = self.atom()
        if self.accept("^"):
            return f"{base}^({self.script()})"
        return base

    def script(self) -> str:
        """What stands after ^ or under a sign: a group, or one token."""
        if self.accept("{"):
            words = self.sum()
            self.expect("}")
            return words
        token = self.next
        if token.text.isdigit() and len(token.text) > 1:  # TeX takes one digit only
            self.tokens[self.place : self.place + 1] = [
                token._replace(text=token.text[0]),
                token._replace(text=token.text[1:]),
            ]
        return self.atom()

    def atom(self) -> str:
        """A number, a name, a group or a command with what it takes."""
        token = self.next
        if re.match(r"\d", token.text):
            self.take()
            return re.sub(r"\{,\}|,|\\,|~", "", token.text)
        if token.text in _FENCES:
            return self.fenced()
        if token.text in _FRACTIONS:
            self.take()
            return f"(({self.script()})/({self.script()}))"
        if token.text == r"\sqrt":
            self.take()
            return f"sqrt({self.script()})"
        if token.text in (r"\sum", r"\prod"):
            return self.series()
        if token.text in _FUNCTIONS:
            return self.function()
        if token.text in (r"\log", r"\lg"):
            return self.logarithm()
        if token.text in (r"\underbrace", r"\overbrace"):
            return self.braced_below()
        return self.name()

    def fenced(self) -> str:
        """A bracket with what is in it; a bracket around a condition is 1 where it holds."""
        opening = self.take()
        closing, function = _FENCES[opening.text]
        words = self.sum()
        if self.next.text in _RELATIONS and opening.text == "[":
            relation = _RELATIONS[self.take().text]
            words = f"1 if {words} {relation} {self.sum()} else 0"
        self.expect(closing)
        return f"{function}({words})"

    def function(self) -> str:
        """max or min of what is in the brackets."""
        name = _FUNCTIONS[self.take().text]
        opening = self.take()
        if opening.text not in ("(", r"\{", "{"):
            raise self.fail(f"write the arguments of {name} in brackets", opening)
        parts = [self.sum()]
        while self.accept(","):
            parts.append(self.sum())
        self.expect(_FENCES[opening.text][0])
        return f"{name}({', '.join(parts)})"

    def logarithm(self) -> str:
        """A logarithm to the base 2 or 10 or e."""
        token = self.take()
        base = self.script() if self.accept("_") else ""
        if base not in ("", "2"):
            return f"(log({self.power()})/log({base}))"
        return f"log2({self.power()})" if base == "2" or token.text == r"\lg" else f"log({self.power()})"

    def series(self) -> str:
        """A sum or product over an index, `\\sum_{i=0}^{L-1} …`, up to the next + or -."""
        name = self.take().text.removeprefix("\\")
        self.expect("_")
        self.expect("{")
        index = self.take()
        if not re.fullmatch(r"[A-Za-z]|\\ell", index.text):
            raise self.fail("the index of a sum is a letter", index, "write it as \\sum_{i=1}^{n}")
        variable = index.text.removeprefix("\\")
        self.expect("=")
        start = self.sum()
        self.expect("}")
        self.expect("^")
        stop = self.script()
        before = self.sizes.get(variable)
        self.sizes[variable] = variable
        body = self.product()
        if before is None:
            del self.sizes[variable]
        else:
            self.sizes[variable] = before
        return f"{name}({body} for {variable} in range({start}, {stop} + 1))"

    def braced_below(self) -> str:
        """What a brace is drawn under or over; the words at the brace say nothing to the count."""
        self.take()
        words = self.script()
        if self.accept("_", "^"):
            self.skip_group()
        return f"({words})"

    def skip_group(self) -> None:
        """Pass a group or a token."""
        if self.next.text == "{":
            self.place = closing(self.tokens, self.place) + 1
        else:
            self.take()

    # -------------------------------------------------------------------------------------------------- names

    def name(self) -> str:
        """A size's name with its subscript, as the network knows it."""
        token = self.next
        if not (token.text.isalpha() or token.text.startswith("\\")):
            raise self.fail(f"{token.text or 'the end'} can't be read here")
        typed = self.typed()
        if typed is not None:
            return typed
        key = self.base()
        if self.next.text == "_":
            self.take()
            key += "_" + self.flat_script()
        while self.accept("'"):
            key += "'"
        for form in (key, key.replace("_", "")):
            if form in self.sizes:
                return self.sizes[form]
        known = sorted(set(self.sizes.values()))
        hint = suggestion(key, known) or (f"it knows {', '.join(known)}" if known else "all of its sizes are numbers")
        raise _UnknownName(self.fail(f"{key} isn't a size that the network knows", token, hint))

    def typed(self) -> str | None:
        """A name of several letters as it was typed, `IN\\_CHANNELS`; the longest that is known."""
        words, place, best = "", self.place, None
        while place < len(self.tokens) and (self.tokens[place].text.isalnum() or self.tokens[place].text == r"\_"):
            words += self.tokens[place].text.removeprefix("\\")
            place += 1
            if len(words) > 1 and words in self.sizes:
                best = (place, words)
        if best is None:
            return None
        self.place = best[0]
        return self.sizes[best[1]]

    def base(self) -> str:
        """A letter, a Greek letter, or the words in a font's braces."""
        token = self.take()
        if token.text in _FONTS:
            return self.flat_script()
        if token.text.startswith("\\") and not token.text[1:].isalpha():
            raise self.fail(f"{token.text} can't be read here", token)
        return token.text.removeprefix("\\")

    def flat_script(self) -> str:
        """A group's letters, flattened."""
        if self.next.text != "{":
            token = self.take()
            return self.flat_script() if token.text in _FONTS else token.text.removeprefix("\\")
        end = closing(self.tokens, self.place)
        words = " ".join(token.text for token in self.tokens[self.place : end + 1])
        self.place = end + 1
        return flattened(words)


class _UnknownName(Exception):
    """A name that isn't a size; the error to raise where it doesn't just name the formula."""

    def __init__(self, error: ModelError) -> None:
        super().__init__()
        self.error = error
