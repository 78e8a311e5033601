"""What a page is drawn on: how wide it is, whether it has colours, and whether it shows more than ASCII."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..formula.nodes import Node
from ..render.text import text, unicode

GAP = "  "
# SGR parameters, ECMA-48: 1 bold, 2 faint, 3x one of the eight colours that every palette has.
STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
IN_ASCII = str.maketrans(
    {
        **dict(zip("·×−–…’“”", ("*", "x", "-", "-", "...", "'", '"', '"'), strict=True)),
        **dict(zip("≠≤≥∞ΣσΦ→⌊⌋⌈⌉", ("!=", "<=", ">=", "oo", "sum", "sigma", "Phi", "->", *"[]", *"[]"), strict=True)),
        **{sign: f"^{digit}" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
        **{sign: f"_{digit}" for digit, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")},
        **dict(zip("├└│", "+`|", strict=True)),
        "ˣ": "^x",
        "ᵀ": "^T",
        "⁻": "^-",
    }
)


class Screen(NamedTuple):
    """The sheet that pages are drawn on; a plain one is a file or a pipe."""

    width: int = 80
    has_colours: bool = False
    has_unicode: bool = True

    def ink(self, words: str, *styles: str) -> str:
        """The words in a style, where the screen has one; they take as much room as before."""
        if not (self.has_colours and styles and words.strip()):
            return words
        return f"\x1b[{';'.join(STYLES[style] for style in styles)}m{words}\x1b[0m"

    @property
    def ellipsis(self) -> str:
        """The sign that stands for what was cut away."""
        return "…" if self.has_unicode else ".."

    def cut(self, words: str, room: int) -> str:
        """The words, shortened at the end where they don't fit."""
        if len(words) <= room:
            return words
        return words[: max(room - len(self.ellipsis), 0)].rstrip(" ,….") + self.ellipsis

    def prose(self, words: str) -> str:
        """Words of a page with signs that the screen has."""
        return words if self.has_unicode or words.isascii() else words.translate(IN_ASCII)

    def formula(self, form: Node) -> str:
        """A formula as text that the language reads back, in signs that the screen has."""
        return unicode(form) if self.has_unicode else text(form)

    def paragraph(self, words: str, indent: str = "", first: str | None = None) -> list[str]:
        """A paragraph over lines; `first` begins the first line where it differs from the indent."""
        lead = indent if first is None else first
        return textwrap.wrap(
            self.prose(words), self.width, initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False
        )

    def rows(self, rows: Iterable[tuple[str, str]], indent: str = GAP, most: float = 0.5) -> Iterator[str]:
        """Two columns, each line of the second wrapped; a first cell wider than `most` of the screen stands on a line of its own."""
        cells = [(self.prose(left), right) for left, right in rows]
        fitting = [len(left) for left, _ in cells if len(left) <= self.width * most]
        label = max(fitting, default=0)
        for left, right in cells:
            inner = indent + " " * label + GAP
            first, *more = right.split("\n")
            if len(left) <= label:
                yield from self.paragraph(first, inner, indent + left.ljust(label) + GAP) or [(indent + left).rstrip()]
            else:
                yield from self.paragraph(left, indent + GAP * 2, indent)
                inner = indent + GAP * 2
                yield from self.paragraph(first, inner)
            for words in more:
                yield from self.paragraph(words, inner)

    def grid(self, cells: Iterable[str], indent: str = GAP) -> Iterator[str]:
        """Cells of one width side by side, as many as the screen is wide, down the columns first."""
        items = list(cells)
        size = max(map(len, items), default=0) + 2 * len(GAP)
        columns = max(1, (self.width - len(indent) + 2 * len(GAP)) // size)
        rows = -(-len(items) // columns)
        for row in range(rows):
            yield (indent + "".join(item.ljust(size) for item in items[row::rows])).rstrip()
