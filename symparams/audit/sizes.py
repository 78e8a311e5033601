r"""Names of sizes as they look in print → the names of the network: `d_{\text{model}}`, `d_{model}` and `d_\mathrm{model}` are one."""

from __future__ import annotations

import re

from ..errors import ModelError, suggestion
from ..render.names import latex_name
from .cursor import Cursor
from .expanding import Token
from .tidying import FONTS, WORDS, commands

ACCENTS = commands(
    r"\hat \widehat \bar \overline \tilde \widetilde \vec \dot \ddot \check \breve \acute \grave \mathring"
)

ORDERS = {"O", "o", "Theta", "Omega"}


def keys_of(name: str, latex: str = "") -> set[str]:
    """What a size's name may look like in print, flattened: `d_model` for `d_{\\text{model}}`."""
    printed = [name, latex_name(name).text, latex_name(name, "typed").text, *([latex] if latex else [])]
    return {flattened(form) for form in printed}


def flattened(latex: str) -> str:
    """A name's letters without fonts, braces, blanks and commas, `_` before its subscript."""
    fonts = r"\\(?:[,;:! ]|(?:[a-z]*(?:text|math|operator|bold)[a-z]*|bm|pmb|mbox|rm|bf|it|sf|tt|sc|cal)(?![a-z]))"
    words = re.sub(r"[\\{}\s,]", "", re.sub(fonts, "", latex.replace(r"\prime", "'")))
    # the subscript goes first: d_h^R for d^R_h, d_c' for d'_c
    return re.sub(r"^([^_^']+)(\^[^_^]+|'+)_([^_^']+)$", r"\1_\3\2", words.replace("^'", "'"))


class UnknownName(Exception):
    """A name that isn't a size; the error to raise where it doesn't just name the formula, nor only says how it grows."""

    def __init__(self, error: ModelError, is_order: bool = False) -> None:
        super().__init__()
        self.error = error
        self.is_order = is_order


class Names(Cursor):
    """Reads names of sizes."""

    sizes: dict[str, str]

    def name(self) -> str:
        """A size's name with its subscript, as the network knows it."""
        token = self.next
        if token.text.startswith(WORDS):
            raise UnknownName(self.fail(f"the words {token.text.removeprefix(WORDS)!r} can't be read here"))
        if not (token.text.isalpha() or token.text.startswith("\\")):
            raise self.fail(f"{token.text or 'the end'} can't be read here")
        typed = self.typed()
        if typed is not None:
            return typed
        start = self.place
        key, primes = self.base(), self.primes()
        self.put_subscript_first()
        if self.accept("_"):
            key += "_" + self.flat_script()
        key = self.with_superscript(key + primes + self.primes())
        for form in (key, key.replace("_", "")):
            if form in self.sizes:
                return self.sizes[form]
        if key in ORDERS and self.next.text == "(":
            raise UnknownName(self.fail(f"{key}(…) says how it grows, and no count", token), is_order=True)
        shown = key if token.text not in ACCENTS else "".join(one.text for one in self.tokens[start : self.place])
        raise UnknownName(self.fail(f"{shown} isn't a size that the network knows", token, self.hint(key)))

    def hint(self, key: str) -> str:
        """The sizes that there are."""
        known = sorted(set(self.sizes.values()))
        return suggestion(key, known) or (f"it knows {', '.join(known)}" if known else "all of its sizes are numbers")

    def primes(self) -> str:
        """The primes behind a name, `'` or `^{\\prime}`."""
        found = ""
        while self.next.text == "'" or (self.next.text == "^" and "'" in (self.after(), self.after(2))):
            if self.accept("^"):
                found += "".join(token.text for token in self.script_tokens())
            else:
                found += self.take().text
        return found

    def with_superscript(self, key: str) -> str:
        """The name with a superscript that belongs to it, as in `d_h^R`, where the network knows it so."""
        start = self.place
        if self.accept("^") and self.next.text and f"{key}^{self.flat_script()}" in self.sizes:
            return f"{key}^{_flat(self.tokens[start + 1 : self.place])}"
        self.place = start
        return key

    def put_subscript_first(self) -> None:
        """Read `d^2_{k}` as `d_{k}^2`."""
        if self.next.text != "^":
            return
        start = self.place
        self.take()
        if self.next.text:
            self.script_tokens()
        power, middle = self.tokens[start : self.place], self.place
        if self.accept("_") and self.next.text:
            self.script_tokens()
            self.tokens = [*self.tokens[:start], *self.tokens[middle : self.place], *power, *self.tokens[self.place :]]
        self.place = start

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
        """A letter, a Greek letter, or the words in a font's braces, with its accent."""
        token = self.take()
        if token.text in FONTS:
            return self.flat_script()
        if token.text in ACCENTS:
            return token.text.removeprefix("\\") + self.flat_script()
        if token.text.startswith("\\") and not token.text[1:].isalpha():
            raise self.fail(f"{token.text} can't be read here", token)
        return token.text.removeprefix("\\")

    def flat_script(self) -> str:
        """A script's letters, flattened; of numbers their sum, `l - 1` where l is 3."""
        return _flat(self.script_tokens())


def _flat(tokens: list[Token]) -> str:
    words = "".join(token.text for token in tokens if token.text not in FONTS)
    if re.fullmatch(r"\d+(?:[+-]\d+)+", words):
        return str(sum(int(part) for part in re.findall(r"[+-]?\d+", words)))
    return flattened(words.replace(WORDS, ""))
