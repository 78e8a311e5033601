"""Where an argument stands, `hidden_size`, `text_config.hidden_size` or `depths[2]`, and arguments made of values at such places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ..errors import Finding, UsageError

Step = str | int
_PLACE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*|\[\d+\])*")
_STEP = re.compile(r"\w+")


class Place(NamedTuple):
    """An argument, or what stands below it: a key of a configuration in it, an item of a list."""

    text: str
    steps: tuple[Step, ...]

    @property
    def symbol(self) -> str:
        """Its name as a size of a description: `text_config_hidden_size`, `depths_2`."""
        return "_".join(map(str, self.steps))


def place(text: str) -> Place:
    """The place that a text names. Raises: `UsageError` for what names none."""
    if not _PLACE.fullmatch(text):
        hint = "write NAME=VALUE, as in d=64,128,192, text_config.hidden_size=64 or depths[2]=3"
        raise UsageError(Finding("derive-vary", f"{text} names no argument", hint=hint))
    return Place(text, tuple(int(step) if step.isdigit() else step for step in _STEP.findall(text)))


Values = Iterable[tuple[tuple[Step, ...], Any]]
Known = Callable[[tuple[Step, ...]], Any]


def arranged(values: Values, known: Known) -> dict[str, Any]:
    """The arguments by name that have these values at these places.

    known: what the model takes at a place where nothing is given, of which single items may be set; None for nothing.
    A class that stands above other places is called with them. Raises: `UsageError` for an item of no list.
    """
    found: dict[str, Any] = _arranged({}, list(values), known, ())
    return found


def _arranged(base: Any, values: list[tuple[tuple[Step, ...], Any]], known: Known, above: tuple[Step, ...]) -> Any:
    below: dict[Step, list[tuple[tuple[Step, ...], Any]]] = {}
    for steps, value in values:
        if steps:
            below.setdefault(steps[0], []).append((steps[1:], value))
        else:
            base = value
    if not below:
        return base
    if any(isinstance(step, int) for step in below):
        return _items(base, below, known, above)
    is_class = isinstance(base, type)
    named = base if isinstance(base, dict) else {}
    named = {
        **named,
        **{step: _arranged(named.get(step), inner, known, (*above, step)) for step, inner in below.items()},
    }
    return base(**named) if is_class else named


def _items(base: Any, below: dict[Step, Any], known: Known, above: tuple[Step, ...]) -> Any:
    row = known(above) if base is None else base
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in above).removeprefix(".")
    if not isinstance(row, list | tuple):
        raise UsageError(Finding("derive-vary", f"{where} isn't known as a list", hint=f"give it: --set {where}=[…]"))
    items = list(row)
    for step, inner in below.items():
        if not isinstance(step, int) or step >= len(items):
            raise UsageError(Finding("derive-vary", f"{where} has {len(items)} items, and none at {step}"))
        items[step] = _arranged(items[step], inner, known, (*above, step))
    return tuple(items) if isinstance(row, tuple) else items
