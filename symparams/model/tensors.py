"""Lists in a member's place → tensors, each size checked to be one."""

from __future__ import annotations

from ..formula.build import Size, node
from ..formula.nodes import Compare, Mod, Node, Number, Quotient
from ..formula.polynomial import is_integer, polynomial
from ..syntax import tree
from .evaluate import value
from .frame import Frame, as_size
from .labels import named_values
from .network import Tensor
from .values import Value
from .written import written


def tensor(expr: tree.List, frame: Frame) -> Tensor:
    """The tensor of a list in a member's place."""
    if any(isinstance(item, tree.Star) for item in expr.items):
        return tensor_of(value(expr, frame), expr, frame)
    sizes = tuple(_checked(as_size(value(item, frame), item, frame), item, frame) for item in expr.items)
    forms = tuple(
        written(item, frame) if not isinstance(size, Node) or not isinstance(item, tree.Name) else node(size)
        for item, size in zip(expr.items, sizes, strict=True)
    )
    return Tensor(sizes, forms)


def tensor_of(found: list[Value], expr: tree.Expr, frame: Frame) -> Tensor:
    """The tensor of a list of sizes."""
    sizes = tuple(_checked(as_size(item, expr, frame), expr, frame) for item in found)
    return Tensor(sizes, tuple(node(size) for size in sizes))


def _checked(size: Size, expr: tree.Expr, frame: Frame) -> Size:
    """The size of a tensor. Raises: `ModelError` for a number that is negative or not whole."""
    if isinstance(size, Node):
        _assume_whole(size, expr, frame)
        return size
    if size.denominator != 1 or size < 0:
        number = str(float(size)) if size.denominator != 1 and len(str(size.denominator)) < 6 else str(size)
        origin = ", ".join(filter(None, (_formula_text(expr, frame), named_values(expr, frame))))
        message = f"a tensor's size comes out as {number}"
        hint = "round as the authors do, with floor, ceil or round" if size.denominator != 1 else "sizes are 0 or more"
        raise frame.fail("size", message, expr.span, note=origin, hint=hint)
    return size


def _assume_whole(size: Node, expr: tree.Expr, frame: Frame) -> None:
    """Assume that an open quotient comes out whole, as a tensor's size must."""
    facts = frame.world.facts
    if isinstance(size, Quotient) and not is_integer(polynomial(size, facts), facts):
        divides = Compare("==", Mod(size.left, size.right), Number(0))
        if frame.world.decide(divides) is not True:
            frame.world.assume(divides, "sizes are whole", frame.source, expr.span)


def _formula_text(expr: tree.Expr, frame: Frame) -> str:
    return "" if isinstance(expr, tree.Num | tree.Name) else frame.source.text[slice(*expr.span)]
