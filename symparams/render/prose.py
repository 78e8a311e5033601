r"""A page of sentences and equations, and its three formats: LaTeX, Markdown that GitHub renders, and HTML with MathML.

Blocks (headings, paragraphs, equations one below the other) → text of the format; `PROSE` has a row for each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import NamedTuple, Union

from .equation import WIDTH, equations, paged
from .latex import ARTICLE, Notation
from .layout import Row, one_line

SAFETY = 3.0  # an equation among sentences may not stick out by a letter
MANY = 12


class Code(NamedTuple):
    """A name of the code in a sentence."""

    name: str


class Math(NamedTuple):
    """A formula in a sentence, as LaTeX."""

    latex: str


class Heading(NamedTuple):
    """What the blocks below are about."""

    words: str


class Paragraph(NamedTuple):
    """Sentences: words, names and formulas in a row."""

    parts: tuple[str | Code | Math, ...]


class Equations(NamedTuple):
    """Equations one below the other, aligned at their signs."""

    rows: tuple[Row, ...]


Block = Union[Heading, Paragraph, Equations]


class Style(NamedTuple):
    """How a page is set: the notation of its formulas, and how wide an equation may be, in digits."""

    notation: Notation = ARTICLE
    width: float = WIDTH - SAFETY


Write = Callable[[str], str]


def _joined(block: Paragraph, words: Write, code: Write, math: Write) -> str:
    """The sentences of a paragraph, each part written in its way."""
    written = []
    for part in block.parts:
        if isinstance(part, Code):
            written.append(code(part.name))
        else:
            written.append(math(part.latex) if isinstance(part, Math) else words(part))
    return "".join(written)


# ------------------------------------------------------------------------------------------------------ LaTeX


def latex_page(blocks: Sequence[Block], style: Style) -> str:
    """The page for pdflatex with amsmath. No blank line parts an equation from its sentence, which would end there."""
    written = [_latex_block(block, style) for block in blocks]
    gaps = ["\n\n" if isinstance(block, Heading) else "\n" for block in blocks]
    return "".join(gap + text for gap, text in zip(gaps, written, strict=True)).strip()


def _latex_block(block: Block, style: Style) -> str:
    from .table_latex import code, escaped

    if isinstance(block, Heading):
        return rf"\paragraph{{{escaped(block.words)}.}}"
    if isinstance(block, Equations):
        return _paged(block, style)
    return _joined(block, escaped, lambda name: _breaking(code(name)), lambda formula: f"${formula}$")


def _breaking(name: str) -> str:
    """A name of the code that may go on at the next line after its `.` and `_`."""
    return re.sub(r"(\.|\\_)(?=\w)", r"\1\\allowbreak{}", name)


def equations_latex(block: Equations, style: Style) -> str:
    """The equations in one environment; a single one as a display."""
    environment = "display" if len(block.rows) == 1 else "align*"
    return equations(block.rows, notation=style.notation, environment=environment, width=style.width)


def _paged(block: Equations, style: Style) -> str:
    """The equations; many lines may go on at the next page, which no display does."""
    text = equations_latex(block, style)
    if text.count("\n") <= MANY:
        return text
    return paged(block.rows, notation=style.notation, width=style.width)


# ------------------------------------------------------------------------------------------------------ Markdown


def markdown_page(blocks: Sequence[Block], style: Style) -> str:
    """The page for GitHub; equations stand in blocks of their own, where Markdown leaves their signs alone."""
    style = style._replace(notation=_without_num(style.notation))
    return "\n\n".join(_markdown_block(block, style) for block in blocks)


def _without_num(notation: Notation) -> Notation:
    return notation._replace(digits="grouped") if notation.digits == "num" else notation


def _markdown_block(block: Block, style: Style) -> str:
    from .table_web import markdown_code, markdown_words, math_in_markdown

    if isinstance(block, Heading):
        return f"### {markdown_words(block.words)}"
    if isinstance(block, Equations):
        text = equations_latex(block, style)
        return f"```math\n{text.removeprefix(chr(92) + '[').removesuffix(chr(92) + ']')}\n```"
    return _joined(block, markdown_words, markdown_code, math_in_markdown)


# ------------------------------------------------------------------------------------------------------ HTML

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1.05rem/1.5 Georgia, serif; }}
h3 {{ margin: 1.5em 0 0.3em; font-size: 1.1rem; }}
table {{ margin: 0.6em auto; border-spacing: 0.2em 0.3em; }}
td:first-child {{ text-align: right; vertical-align: top; white-space: nowrap; }}
.equations {{ overflow-x: auto; }}
</style>
</head>
<body>
{body}
</body>
</html>"""


def html_page(blocks: Sequence[Block], style: Style) -> str:
    """The page for a browser, which needs no script to show it."""
    style = style._replace(notation=_without_num(style.notation))
    body = "\n".join(_html_block(block) for block in blocks)
    first = next((block.words for block in blocks if isinstance(block, Heading)), "Derivation")
    return PAGE.format(title=escape(first), body=body)


def _html_block(block: Block) -> str:
    from .mathml import mathml

    if isinstance(block, Heading):
        return f"<h3>{escape(block.words)}</h3>"
    if isinstance(block, Equations):
        rows = [row for equation in block.rows for row in _html_rows(equation)]
        return "\n".join(['<div class="equations"><table>', *rows, "</table></div>"])
    return f"<p>{_joined(block, escape, lambda name: f'<code>{escape(name)}</code>', mathml)}</p>"


def _html_rows(row: Row) -> list[str]:
    """An equation as rows of a table: each side on a line of its own, the equals signs below each other."""
    from .mathml import mathml

    sides = [one_line(Row((side,))) for side in row.sides]
    lead = mathml(row.lhs) if row.lhs else mathml(sides.pop(0))
    found = []
    for place, side in enumerate(sides):
        found.append(f"<tr><td>{lead if not place else ''}</td><td>{mathml('= ' + side)}</td></tr>")
    return found or [f"<tr><td>{lead}</td></tr>"]


PROSE: Mapping[str, Callable[[Sequence[Block], Style], str]] = {
    "latex": latex_page,
    "markdown": markdown_page,
    "html": html_page,
}
