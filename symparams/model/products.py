"""`prod(…)` over a symbolic range: equal factors as a power, and factors c^i as a power of their sum."""

from __future__ import annotations

from ..errors import ModelError, Span
from ..formula.build import Size, minus, node, over, plain, plus, power, times
from ..formula.nodes import Index, contains
from ..formula.polynomial import polynomial
from ..formula.sums import part_of
from ..syntax import tree
from .frame import Frame, as_size
from .ranges import difference, has_turns, with_index
from .values import Stretch
from .world import Split


def product(row: Stretch, expr: tree.Call, frame: Frame) -> Size:
    """The product of a row of symbolic length. Raises: `ModelError` where it has no closed form."""
    world, span = frame.world, expr.span
    if not has_turns(row.start, row.stop, world, frame.source, span):
        return 1
    index = Index(row.name, len(world.indexes))
    try:
        factor = with_index(world, index, row.start, row.stop, lambda: as_size(row.item(index), expr, frame))
    except Split as split:
        if split.index is not index:
            raise
        raise _open(index, span, frame) from None
    count = difference(row.stop, row.start)
    if not contains(node(factor), index):
        return power(factor, count)
    return _of_powers(factor, index, row, span, frame)


def _of_powers(factor: Size, index: Index, row: Stretch, span: Span, frame: Frame) -> Size:
    """The product of a·c^i over the index i."""
    terms = polynomial(node(factor), frame.world.facts).terms
    part = part_of(next(iter(terms)), index) if len(terms) == 1 else None
    if part is None or part[0] != 0:
        raise _open(index, span, frame)
    _, base, rest = part
    count = difference(row.stop, row.start)
    turns = over(times(count, minus(plus(row.start, row.stop), 1)), 2)  # start + … + (stop - 1)
    alike = plain((rest * next(iter(terms.values()))).node())
    return times(power(alike, count), power(plain(base.node()), turns))


def _open(index: Index, span: Span, frame: Frame) -> ModelError:
    message = f"the factors of this product change with {index.name} in a way that has no closed form"
    return frame.fail("product", message, span, hint="give the range's end a number")
