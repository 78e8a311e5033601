"""Turns of a loop around checks: the names that a turn binds, how a page tells it, and its numbers as they are printed.

What the rows of the loop are typed as is followed through lists, `zip`, `enumerate` and definitions of the same file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..syntax import tree
from .evaluate import value
from .files import Unit
from .frame import Frame, as_list
from .labels import value_text
from .ranges import bind_targets
from .values import kind_of, module_of

MAX_TOLD = 60
DEEP = 10


class Turn(NamedTuple):
    """A turn of the loops around a check: values by name, the expressions that they are typed as, and what is told."""

    names: dict[str, Any]
    typed: dict[str, tree.Expr]
    told: tuple[str, ...]

    def as_printed(self, claim: tree.Comparison, unit: Unit) -> tree.Comparison:
        """The claim with the numbers that its sides are names of, in the digits that they are typed in."""
        sides = (self._number(side, unit) or side for side in claim.operands)
        return claim._replace(operands=tuple(sides))

    def _number(self, side: tree.Expr, unit: Unit) -> tree.Num | None:
        found: tree.Expr | None = side
        for _ in range(DEEP):
            if not isinstance(found, tree.Name):
                break
            found = self.typed.get(found.name) if found.name in self.names else _defined(found, unit)
        return found._replace(span=side.span) if isinstance(found, tree.Num) else None


NO_TURN = Turn({}, {}, ())


def turns(loop: tree.For, around: Turn, frame: Frame) -> Iterator[Turn]:
    """The turns of a loop, inside a turn of those around it. Raises: `ModelError` for what is no list."""
    rows = as_list(value(loop.iterable, frame), loop.iterable, frame)
    typed = _rows(loop.iterable, frame.unit, DEEP)
    for at, item in enumerate(rows):
        bind_targets(loop.targets, item, frame, loop.iterable.span)
        row = typed[at] if typed is not None and len(typed) == len(rows) else None
        bound = dict(_bound(loop.targets, row))
        shown = (f"{name} = {_told(frame.names[name], expr, frame)}" for name, expr in bound.items())
        known = {name: expr for name, expr in bound.items() if expr is not None}
        kept = {name: expr for name, expr in around.typed.items() if name not in bound}
        yield Turn(dict(frame.names), kept | known, (*around.told, *shown))


def _bound(targets: tuple[tree.Target, ...], row: tree.Expr | None) -> Iterator[tuple[str, tree.Expr | None]]:
    """The names that a row binds, each with the expression that its value is typed as, where that is known."""
    if len(targets) == 1:
        if isinstance(targets[0], str):
            yield targets[0], row
        else:
            yield from _bound(targets[0], row)
        return
    parts = row.items if isinstance(row, tree.Tuple | tree.List) else ()
    for at, target in enumerate(targets):
        yield from _bound((target,), parts[at] if len(parts) == len(targets) else None)


def _rows(expr: tree.Expr | None, unit: Unit, left: int) -> tuple[tree.Expr | None, ...] | None:
    """The expressions that the items of a list are typed as, or None."""
    if isinstance(expr, tree.List | tree.Tuple):
        return None if any(isinstance(item, tree.Star) for item in expr.items) else expr.items
    if isinstance(expr, tree.Name) and left:
        return _rows(_defined(expr, unit), unit, left - 1)
    if isinstance(expr, tree.Call) and isinstance(expr.func, tree.Name) and left:
        columns = [_rows(argument, unit, left - 1) for argument in expr.args]
        if expr.func.name == "enumerate" and len(columns) == 1 and columns[0] is not None:
            columns.insert(0, (None,) * len(columns[0]))
        elif expr.func.name != "zip":
            return None
        length = max((len(column) for column in columns if column is not None), default=0)
        cells = zip(*(column if column is not None else (None,) * length for column in columns), strict=False)
        return tuple(tree.Tuple(row, expr.span) for row in cells)
    return None


def _defined(name: tree.Name, unit: Unit) -> tree.Expr | None:
    """The expression of a definition at the top of the same file."""
    found = unit.find(name.name)
    is_plain = found is not None and isinstance(found[0], tree.Define) and len(found[0].targets) == 1
    return found[0].value if is_plain and found is not None and found[1] is unit else None  # type: ignore[union-attr]


def _told(found: Any, typed: tree.Expr | None, frame: Frame) -> str:
    """A value as it is typed, else as it prints."""
    if typed is not None:
        shown = " ".join(frame.source.text[slice(*typed.span)].split())
    else:
        module = module_of(found)
        shown = module.name if module is not None else value_text(found) or kind_of(found)
    return shown if len(shown) <= MAX_TOLD else f"{shown[: MAX_TOLD - 1]}…"
