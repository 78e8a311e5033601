"""Calls of layers as text of the language, made from plain values: numbers, strings, lists and nested calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple


class Layer(NamedTuple):
    """A layer given to another one: `TransformerEncoder(TransformerEncoderLayer(8, 2), 3)`."""

    cls: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = {}


class Size(NamedTuple):
    """A number that stands in the call as a symbol."""

    name: str


def call(cls: str, args: Iterable[Any] = (), kwargs: Mapping[str, Any] = {}) -> str:
    """`cls(args, kwargs)` as the language writes it.

    >>> call("Conv2d", [3, 8, [3, 5]], {"bias": False, "padding": "same"})
    "Conv2d(3, 8, [3, 5], bias=False, padding='same')"
    """
    words = [*map(value, args), *(f"{name}={value(given)}" for name, given in kwargs.items())]
    return f"{cls}({', '.join(words)})"


def value(given: Any) -> str:
    """One argument as the language writes it; an object with `cls` is a layer.

    >>> value(1e-06), value([None, True])
    ('0.000001', '[None, True]')
    """
    if isinstance(given, Layer):
        return call(*given)
    if isinstance(given, Size):
        return given.name
    if isinstance(given, Mapping):
        return call(given["cls"], given["args"], given["kwargs"])
    if isinstance(given, (list, tuple)):
        return "[" + ", ".join(map(value, given)) + "]"
    if isinstance(given, float):
        return format(Decimal(repr(given)), "f")
    return repr(given)
