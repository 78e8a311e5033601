"""Formulas as functions: exact on Python's numbers, and on NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import Finding, UsageError, suggestion
from ..formula.compiled import closed, compiled, python_name
from ..formula.nodes import Exact
from ..model.forms import listed
from .given import is_sympy, number

if TYPE_CHECKING:
    from .formulas import Formula

Function = Callable[..., Any]


def lambdified(formula: Formula, names: Sequence[Any], *, numpy: bool) -> Function:
    """See `Formula.lambdify`."""
    order = ordered_names(formula, names)
    facts = formula.answer.facts
    node = closed(formula.answer.form, facts)
    by_name = dict(zip(order, map(python_name, order), strict=True))

    def edge(*given: Any) -> Exact:
        sizes = {name: exact_size(name, size) for name, size in zip(order, given, strict=True)}
        if any(type(size) is not type(old) for size, old in zip(sizes.values(), given, strict=True)):
            return scalar(*sizes.values())  # type: ignore[no-any-return]
        return formula.value(**{name: size for name, size in sizes.items() if name in formula.symbols})

    scalar = compiled(node, order, facts, edge)
    made = vectorised(scalar, node, facts, order) if numpy else scalar
    made.__doc__ = f"{formula}, exactly, as a function of {', '.join(by_name.values()) or 'nothing'}."
    made.__name__ = made.__qualname__ = "formula"
    return made


def ordered_names(formula: Formula, names: Sequence[Any]) -> list[str]:
    """The names of the arguments in order: those given, or all sizes in the order in which the formula has them."""
    known = formula.symbols
    order = [str(given) for name in names for given in (name if isinstance(name, list | tuple) else [name])]
    for place, name in enumerate(order):
        if name not in known:
            hint = suggestion(name, known) or (f"it has {listed(known)}" if known else "all of its sizes are set")
            raise UsageError(Finding("usage-size", f"the formula has no size called {name}", hint=hint))
        if name in order[:place]:
            raise UsageError(Finding("usage-size", f"{name} is named twice", hint="name each argument once"))
    left = [name for name in known if name not in order]
    if names and left:
        hint = f"name {'it' if len(left) == 1 else 'them'} too, or set {'it' if len(left) == 1 else 'them'} before"
        raise UsageError(Finding("open-sizes", f"{listed(left)} {'is' if len(left) == 1 else 'are'} open", hint=hint))
    return order or known


def exact_size(name: str, given: Any) -> Any:
    """An argument as an exact number; lists and modules stay what they are. Raises: `UsageError` for a float."""
    if isinstance(given, bool | list | tuple | str) or is_sympy(given) or type(given) is int:
        return given
    if type(given).__module__.split(".")[0] == "numpy" and type(given).__name__.startswith("bool"):
        return bool(given)
    try:
        found = number(given)
    except UsageError as error:
        hint = error.findings[0].hint
        raise UsageError(Finding("usage-size", f"{name} can't be {type(given).__name__}", hint=hint)) from None
    return given if found is None else found


# ------------------------------------------------------------------------------------------------------ arrays


def vectorised(scalar: Function, node: Any, facts: Any, order: list[str]) -> Function:
    """The function on arrays; int64 where every number fits, else an object array of Python's exact numbers."""
    import functools
    import inspect

    numpy = the_numpy()
    slow = numpy.frompyfunc(scalar, len(order), 1) if order else None
    signature = inspect.signature(scalar)

    @functools.wraps(scalar)
    def formula(*args: Any, **named: Any) -> Any:
        from ..formula.arrays import Wide, on_arrays

        bound = signature.bind(*args, **named)
        given = [as_array(name, one, numpy) for name, one in zip(order, bound.arguments.values(), strict=True)]
        if slow is None or all(array.ndim == 0 for array in given):
            return scalar(*(array.item() for array in given))
        shape = common_shape(given, numpy)
        if 0 in shape:
            return numpy.zeros(shape, numpy.int64)
        if all(array.dtype != object for array in given):
            try:
                made = on_arrays(node, facts, dict(zip(order, given, strict=True)))
                return numpy.broadcast_to(made, shape).copy()
            except Wide:
                pass
        return narrow(numpy.broadcast_to(slow(*(array.astype(object) for array in given)), shape), numpy)

    return formula


def common_shape(given: Sequence[Any], numpy: Any) -> Any:
    """The shape of the result. Raises: `UsageError` for shapes that don't go together."""
    shapes = [array.shape for array in given]
    try:
        return numpy.broadcast_shapes(*shapes)
    except ValueError:
        message = f"arrays of the shapes {listed(list(map(str, shapes)))} don't go together"
        raise UsageError(Finding("usage-shapes", message, hint="give arrays that broadcast")) from None


def the_numpy() -> Any:
    """The package. Raises: `UsageError` where it isn't installed."""
    try:
        import numpy
    except ModuleNotFoundError:
        hint = "pip install 'symparams[numpy]'"
        raise UsageError(Finding("extra", "arrays need numpy, which isn't installed", hint=hint)) from None
    return numpy


def as_array(name: str, given: Any, numpy: Any) -> Any:
    """An argument as an array of 64-bit integers, or of objects where that isn't enough. Raises: `UsageError` for floats."""
    if isinstance(given, list | tuple):
        array = numpy.array(given, dtype=object)  # so that no number is rounded on the way in
        array = array if array.size and any(type(item) is not int for item in array.flat) else narrow(array, numpy)
    else:
        array = numpy.asarray(given)
    if array.dtype.kind in "bi":
        return array.astype(numpy.int64)
    if array.dtype.kind == "u":
        return array.astype(numpy.int64 if not array.size or int(array.max()) < 2**63 else object)
    if array.dtype.kind != "O":
        hint = "give integers: array.astype(int), or an object array of Fractions"
        raise UsageError(Finding("usage-size", f"{name} can't be an array of {array.dtype}", hint=hint))
    return array


def narrow(array: Any, numpy: Any) -> Any:
    """The array as one of 64-bit integers, where all of its numbers are integers that fit."""
    fits = all(type(item) is int and -(2**63) <= item < 2**63 for item in array.flat)
    return array.astype(numpy.int64 if fits else object)
