"""The functions that the language comes with, over values."""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt

from ..formula.arithmetic import ceil_of, floor_of
from ..formula.build import Size, number_power, plus, power, times
from ..formula.nodes import Abs, Compare, Log, Log2, Max, Min, Node, Number, Round
from ..formula.polynomial import decide
from ..syntax import tree
from .frame import Frame, as_list, as_size
from .values import Builtin, Stretch, Value, is_size, kind_of
from .world import MAX_TURNS

Arguments = list[Value]


def _one(name: str, found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    if len(found) != 1:
        raise frame.fail("arguments", f"{name} takes one argument, not {len(found)}", expr.span)
    return found[0]


def _number(name: str, found: Arguments, expr: tree.Call, frame: Frame) -> Size:
    only = _one(name, found, expr, frame)
    return as_size(only, expr.args[0], frame)


def _floor(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    return floor_of(_number("floor", found, expr, frame), frame.world.facts)


def _ceil(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    return ceil_of(_number("ceil", found, expr, frame), frame.world.facts)


def _round(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    number = _number("round", found, expr, frame)
    return Round(number) if isinstance(number, Node) else round(number)


def _int(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    only = _one("int", found, expr, frame)
    number = as_size(only, expr.args[0], frame)
    return int(number) if not isinstance(number, Node) else floor_of(number, frame.world.facts)


def _abs(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    number = _number("abs", found, expr, frame)
    return abs(number) if not isinstance(number, Node) else Abs(number)


def _sqrt(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    number = _number("sqrt", found, expr, frame)
    if not isinstance(number, Node) and (number < 0 or not _is_square(number)):
        raise frame.fail(
            "not-exact",
            f"sqrt({number}) isn't an exact number",
            expr.span,
            hint="give the number itself, rounded as the authors do",
        )
    from fractions import Fraction

    return power(number, Fraction(1, 2))


def _is_square(number: Size) -> bool:
    above, below = number.numerator, number.denominator  # type: ignore[union-attr]
    return isqrt(above) ** 2 == above and isqrt(below) ** 2 == below


def _log2(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    number = _number("log2", found, expr, frame)
    if isinstance(number, Node):
        return Log2(number)
    top = number.numerator if number >= 1 else number.denominator
    if number <= 0 or number_power(2, top.bit_length() - 1) != top or 1 not in (number.numerator, number.denominator):
        raise frame.fail("not-exact", f"log2({number}) isn't an exact number", expr.span)
    exponent = top.bit_length() - 1
    return exponent if number >= 1 else -exponent


def _log(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    number = _number("log", found, expr, frame)
    if isinstance(number, Node):
        return Log(number)
    if number == 1:
        return 0
    raise frame.fail("not-exact", f"log({number}) isn't an exact number", expr.span)


def _extreme(is_max: bool) -> Callable[[Arguments, tree.Call, Frame], Value]:
    name = "max" if is_max else "min"

    def call(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
        row = found
        if len(found) == 1 and not is_size(found[0]):
            row = as_list(found[0], expr.args[0], frame)
        if not row:
            raise frame.fail("arguments", f"{name} of nothing", expr.span)
        sizes = [as_size(item, expr, frame) for item in row]
        return _extreme_of(is_max, sizes, frame)

    return call


def _extreme_of(is_max: bool, sizes: list[Size], frame: Frame) -> Size:
    numbers = [number for number in sizes if not isinstance(number, Node)]
    kept: list[Node] = []
    if numbers:
        kept.append(Number(max(numbers) if is_max else min(numbers)))
    kept += [formula for formula in dict.fromkeys(sizes) if isinstance(formula, Node)]
    for one in list(kept):
        for other in list(kept):
            low, high = (one, other) if is_max else (other, one)
            if (
                one is not other
                and one in kept
                and other in kept
                and decide(Compare("<=", low, high), frame.world.facts)
            ):
                kept.remove(one)
                break
    if len(kept) == 1:
        only = kept[0]
        return only.value if isinstance(only, Number) else only
    return (Max if is_max else Min)(tuple(kept))


def _sum(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    total: Size = 0
    for item in as_list(_one("sum", found, expr, frame), expr.args[0], frame):
        total = plus(total, as_size(item, expr.args[0], frame))
    return total


def _prod(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    only = _one("prod", found, expr, frame)
    if isinstance(only, Stretch):
        from .products import product

        return product(only, expr, frame)
    sizes = [as_size(item, expr.args[0], frame) for item in as_list(only, expr.args[0], frame)]
    while len(sizes) > 1:  # neighbour by neighbour, so that a factor is taken up a few times and not once a turn
        odd = sizes[len(sizes) & ~1 :]
        sizes = [times(left, right) for left, right in zip(sizes[::2], sizes[1::2], strict=False)] + odd
    return sizes[0] if sizes else 1


def _len(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    only = _one("len", found, expr, frame)
    if isinstance(only, Stretch):
        return plus(only.stop, times(only.start, -1))
    if isinstance(only, str | range) or type(only) in (list, tuple):
        return len(only)
    raise frame.fail("not-a-list", "len needs a list", expr.span, f"this is {kind_of(only)}")


def _range(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    if not 1 <= len(found) <= 3:
        raise frame.fail("arguments", f"range takes one to three arguments, not {len(found)}", expr.span)
    sizes = [as_size(item, arg, frame) for item, arg in zip(found, expr.args, strict=True)]
    start, stop, step = (0, sizes[0], 1) if len(sizes) == 1 else (*sizes, 1)[:3]
    for bound in (start, stop, step):
        if not isinstance(bound, Node) and bound.denominator != 1:
            raise frame.fail("range", f"a range's ends are whole numbers, not {bound}", expr.span)
    if step == 0 or isinstance(step, Node):
        raise frame.fail("range", "a range's step is a number other than 0", expr.span)
    if not isinstance(start, Node) and not isinstance(stop, Node):
        return _counted(range(int(start), int(stop), int(step)), expr, frame)
    if step == 1:
        return Stretch("i", start, stop, lambda i: i)
    return _stepped(start, stop, int(step), frame)


def _counted(turns: range, expr: tree.Call, frame: Frame) -> range:
    """The range, unless it is longer than Python can tell. Raises: `LimitError`."""
    try:
        len(turns)
    except OverflowError:
        frame.world.count_turns(MAX_TURNS + 1, frame.source, expr.span)
    return turns


def _stepped(start: Size, stop: Size, step: int, frame: Frame) -> Stretch:
    from ..formula.build import over

    count = over(plus(stop, times(start, -1)), step)
    return Stretch("i", 0, ceil_of(count, frame.world.facts), lambda i: plus(start, times(i, step)))


def _enumerate(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    only = found[0] if found else None
    first = as_size(found[1], expr.args[1], frame) if len(found) == 2 else 0
    if isinstance(only, Stretch):
        shift = plus(first, times(only.start, -1))
        return Stretch(only.name, only.start, only.stop, lambda i: (plus(i, shift), only.item(i)))
    row = as_list(only, expr.args[0] if expr.args else expr, frame)
    return [(plus(first, i), item) for i, item in enumerate(row)]


def _zip(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    stretches = [item for item in found if isinstance(item, Stretch)]
    if not stretches:
        rows = [as_list(item, arg, frame) for item, arg in zip(found, expr.args, strict=True)]
        return [tuple(items) for items in zip(*rows, strict=False)]
    first = stretches[0]
    same = all((item.start, item.stop) == (first.start, first.stop) for item in stretches)
    if len(stretches) != len(found) or not same:
        raise frame.fail("zip", "zip over symbolic ranges needs rows of the same length", expr.span)
    return Stretch(first.name, first.start, first.stop, lambda i: tuple(item.item(i) for item in stretches))


def _reversed(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    only = _one("reversed", found, expr, frame)
    if isinstance(only, Stretch):
        last = plus(plus(only.start, only.stop), -1)
        return Stretch(only.name, only.start, only.stop, lambda i: only.item(plus(last, times(i, -1))))
    return as_list(only, expr.args[0], frame)[::-1]


def _spread(name: str, length: int) -> Callable[[Arguments, tree.Call, Frame], Value]:
    def call(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
        only = _one(name, found, expr, frame)
        if is_size(only):
            return tuple([only] * length)
        row = as_list(only, expr.args[0], frame)
        return tuple(row)

    return call


def _names(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    """The names of a network's own members, in order."""
    from .listing import member_names
    from .paths import as_part

    return member_names(as_part(_one("names", found, expr, frame), expr.args[0], frame))


def _is_text(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    return isinstance(_one("is_text", found, expr, frame), str)


def _seq(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    only = _one("seq", found, expr, frame)
    is_list = isinstance(only, range | Stretch) or type(only) in (list, tuple)
    return as_list(only, expr.args[0], frame) if is_list else [only]


def _listed(found: Arguments, expr: tree.Call, frame: Frame) -> Value:
    if not found:
        return []
    only = _one("list", found, expr, frame)
    return only if isinstance(only, Stretch) else as_list(only, expr.args[0], frame)


BUILTINS: dict[str, Builtin] = {
    name: Builtin(name, call)
    for name, call in {
        "abs": _abs, "ceil": _ceil, "enumerate": _enumerate, "floor": _floor, "int": _int, "is_text": _is_text, "len": _len, "names": _names,
        "list": _listed, "log": _log, "log2": _log2, "max": _extreme(True), "min": _extreme(False),
        "pair": _spread("pair", 2), "prod": _prod, "range": _range, "reversed": _reversed, "round": _round,
        "seq": _seq, "single": _spread("single", 1), "sqrt": _sqrt, "sum": _sum, "triple": _spread("triple", 3),
        "tuple": _listed, "zip": _zip,
    }.items()
}  # fmt: skip
