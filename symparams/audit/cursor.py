"""A place among tokens: what is next, what is taken, and the error at a place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..errors import ModelError, Source, Span
from .expanding import Token, fail
from .tidying import FONTS

Read = TypeVar("Read")


class Cursor:
    """Reads tokens in order; past their end the next one is empty."""

    def __init__(self, tokens: list[Token], source: Source, span: Span) -> None:
        self.tokens = tokens
        self.source = source
        self.end = Token("", Span(max(span.start, span.end - 1), span.end))
        self.place = 0

    @property
    def next(self) -> Token:
        """The next token; one of empty text at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else self.end

    def after(self, count: int = 1) -> str:
        """The text of the token so many places after the next one."""
        place = self.place + count
        return self.tokens[place].text if place < len(self.tokens) else ""

    def take(self) -> Token:
        """The next token, read; the end stays the end."""
        token = self.next
        self.place = min(self.place + 1, len(self.tokens))
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

    def script_tokens(self) -> list[Token]:
        """The tokens of the next group without its braces, or the next token with what a font takes."""
        start = self.place
        if self.next.text != "{":
            if self.take().text in FONTS and self.next.text == "{":
                self.script_tokens()
            return self.tokens[start : self.place]
        depth = 0
        while self.next.text:
            depth += {"{": 1, "}": -1}.get(self.take().text, 0)
            if depth == 0:
                return self.tokens[start + 1 : self.place - 1]
        raise self.fail("} is missing before the end")

    def within(self, tokens: list[Token], read: Callable[[], Read]) -> Read:
        """What is read from other tokens, all of which it must take."""
        before, self.tokens, self.place = (self.tokens, self.place), tokens, 0
        found = read()
        if self.next.text:
            raise self.fail(f"{self.next.text} can't be read here")
        self.tokens, self.place = before
        return found
