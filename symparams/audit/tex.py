r"""TeX → what matters of it: text without comments and verbatim, braced arguments, and the author's own macros.

All offsets are those of the file, so that every finding points at the place the author wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import Span
from .macros import Macro, braced, definitions

VERBATIM = r"verbatim\*?|lstlisting|minted|comment|filecontents\*?"
_HIDDEN = re.compile(
    rf"\\begin\{{(?P<env>{VERBATIM})\}}.*?\\end\{{(?P=env)\}}"
    r"|\\iffalse(?![A-Za-z]).*?\\fi(?![A-Za-z])|(?<=\\end\{document\}).*"
    r"|\\verb\*?(?P<bar>[^\w\s*]).*?(?P=bar)"
    r"|(?<!\\)(?:\\\\)*(?P<comment>%[^\n]*)",
    re.DOTALL,
)


class Comment(NamedTuple):
    """A comment's words, and where it stands, from its `%` on."""

    words: str
    span: Span


class Text(NamedTuple):
    """A file of TeX, as long as it was: comments and verbatim blank in `plain`; what they were, and the macros."""

    plain: str
    comments: tuple[Comment, ...]
    macros: dict[str, Macro]
    definitions: tuple[Span, ...]


def read_tex(text: str) -> Text:
    """The text with all that TeX doesn't print as words set apart."""
    comments: list[Comment] = []

    def blank(match: re.Match[str]) -> str:
        words = match.group("comment")
        if words is not None:
            start = match.start("comment")
            comments.append(Comment(words.lstrip("%").strip(), Span(start, match.end())))
            return match.group()[: start - match.start()] + " " * len(words)
        return re.sub(r"[^\n]", " ", match.group())

    plain = _HIDDEN.sub(blank, text)
    found = list(definitions(plain))
    macros = {name: macro for name, macro, _ in found}
    return Text(plain, tuple(comments), macros, tuple(span for _, _, span in found))


def calls(text: Text, name: str, arguments: int) -> Iterator[tuple[int, list[Span] | None]]:
    """Where a macro is used, with the insides of its arguments, None where their braces don't close."""
    for match in re.finditer(rf"\\{name}(?![A-Za-z@])", text.plain):
        spans: list[Span] = []
        place = match.end()
        for _ in range(arguments):
            inside = braced(text.plain, place)
            if inside is None:
                break
            spans.append(inside)
            place = inside.end + 1
        is_whole = len(spans) == arguments
        if not _is_defining(match.start(), spans if is_whole else None, text):
            yield match.start(), spans if is_whole else None


def _is_defining(start: int, spans: list[Span] | None, text: Text) -> bool:
    """Whether a macro stands in a definition as its name, or with arguments of that one."""
    if not any(first <= start < end for first, end in text.definitions):
        return False
    return spans is None or any("#" in text.plain[slice(*span)] for span in spans)
