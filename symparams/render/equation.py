r"""Equations on the page: `\[lhs = a = b\]`, `equation` and `align`, with their lines broken and their assumptions.

Data flow: formulas → marked LaTeX (`latex`) → lines (`layout`) → an environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ..errors import Finding, UsageError
from ..formula.nodes import ZERO, All, Compare, Mod, Node
from .latex import ARTICLE, TIMES, Notation, marked
from .layout import TERM, Row, lines, measure, one_line, sealed
from .names import latex_name

# As many digits as stand on a line of LaTeX's article class (345pt at 10pt), less a little for safety.
WIDTH = 66.0


def equation(
    sides: Sequence[Node | str],
    *,
    lhs: str = "",
    conditions: Iterable[Node] = (),
    notation: Notation = ARTICLE,
    names: Mapping[str, str] | None = None,
    environment: str = "display",
    width: float = WIDTH,
) -> str:
    r"""`lhs = side = side`, ready to be pasted.

    sides: formulas, or LaTeX. lhs: a name, written as names are. conditions: what is assumed, written at the end.
    environment: `display` (`\[ \]`), `bare`, `equation`, `align` or `align*`. width: in digits of the text's font.
    """
    row = equation_row(sides, lhs=lhs, conditions=conditions, notation=notation, names=names)
    return equations([row], notation=notation, environment=environment, width=width)


def equation_row(
    sides: Sequence[Node | str],
    *,
    lhs: str = "",
    conditions: Iterable[Node] = (),
    notation: Notation = ARTICLE,
    names: Mapping[str, str] | None = None,
) -> Row:
    """One equation, for `equations`."""
    written = tuple([side if isinstance(side, str) else marked(side, notation, names) for side in sides])
    left = latex_name(lhs, notation.names).text if lhs else ""
    return Row(written, left, _assumed(conditions, notation, names))


def equations(
    rows: Sequence[Row], *, notation: Notation = ARTICLE, environment: str = "display", width: float = WIDTH
) -> str:
    """Equations one below the other; `align` takes them all into one environment."""
    if environment not in ENVIRONMENTS:
        known = ", ".join(ENVIRONMENTS)
        raise UsageError(Finding("usage-environment", f"environment can't be {environment}", hint=f"known are {known}"))
    return ENVIRONMENTS[environment](rows, width, TIMES[notation.product])


def paged(rows: Sequence[Row], *, notation: Notation = ARTICLE, width: float = WIDTH) -> str:
    """Equations below each other that may go on at the next page, which no display does."""
    return f"{{\\allowdisplaybreaks\n{equations(rows, notation=notation, environment='align*', width=width)}}}%"


def assumptions_latex(
    conditions: Iterable[Node], notation: Notation = ARTICLE, names: Mapping[str, str] | None = None
) -> str:
    r"""What comes after a formula that assumes something: `\quad \text{for } k \leq L,\ h \mid d`."""
    written = sealed(_assumed(conditions, notation, names))
    return rf"\quad {written}" if written else ""


def _assumed(conditions: Iterable[Node], notation: Notation, names: Mapping[str, str] | None) -> str:
    parts = [part for condition in conditions for part in _conjuncts(condition)]
    written = [_condition(part, notation, names) for part in dict.fromkeys(parts)]
    return r"\text{for } " + rf",{TERM}\ ".join(written) if written else ""


def _conjuncts(condition: Node) -> Sequence[Node]:
    return condition.parts if isinstance(condition, All) else (condition,)


def _condition(condition: Node, notation: Notation, names: Mapping[str, str] | None) -> str:
    """An assumption; that a division leaves nothing is written `h \\mid d`."""
    if isinstance(condition, Compare) and condition.op == "==" and condition.right == ZERO:
        remainder = condition.left
        if isinstance(remainder, Mod):
            divisor, whole = (sealed(marked(side, notation, names)) for side in (remainder.right, remainder.left))
            return rf"{divisor} \mid {whole}"
    return sealed(marked(condition, notation, names))


def _fits(row: Row, width: float) -> bool:
    return measure(one_line(row)) <= width


def _joined(row: Row, width: float, times: str, block: str) -> str:
    """The row on one line where it fits, else as a block of aligned lines."""
    if _fits(row, width):
        return one_line(row)
    return _within(block, " \\\\\n".join(lines(row, width, times)))


def _within(environment: str, text: str) -> str:
    return f"\\begin{{{environment}}}\n{text}\n\\end{{{environment}}}"


def _display(rows: Sequence[Row], width: float, times: str) -> str:
    return "\n".join(rf"\[{_joined(row, width, times, 'aligned')}\]" for row in rows)


def _bare(rows: Sequence[Row], width: float, times: str) -> str:
    return "\n".join(_joined(row, width, times, "aligned") for row in rows)


def _equation(rows: Sequence[Row], width: float, times: str) -> str:
    return "\n".join(_within("equation", _joined(row, width, times, "split")) for row in rows)


def _align(rows: Sequence[Row], width: float, times: str) -> str:
    written = [" \\notag \\\\\n".join(lines) for lines in _below_each_other(rows, width, times)]
    return _within("align", " \\\\\n".join(written))


def _align_unnumbered(rows: Sequence[Row], width: float, times: str) -> str:
    found = _below_each_other(rows, width, times)
    return _within("align*", " \\\\\n".join(line for lines in found for line in lines))


def _below_each_other(rows: Sequence[Row], width: float, times: str) -> list[list[str]]:
    """The lines of each row; all begin behind the widest left side."""
    widest = max(measure(row.lhs) for row in rows)
    return [_aligned(row, width - widest + measure(row.lhs), times) for row in rows]


def _aligned(row: Row, width: float, times: str) -> list[str]:
    if not _fits(row, width):
        return lines(row, width, times)
    sides = one_line(row._replace(lhs=""))
    return [f"{row.lhs} &= {sides}" if row.lhs else f"&{sides}"]


ENVIRONMENTS: Mapping[str, Callable[[Sequence[Row], float, str], str]] = {
    "display": _display,
    "bare": _bare,
    "equation": _equation,
    "align": _align,
    "align*": _align_unnumbered,
}
