"""The sizes of tensors that `einops` rearranges, repeats or reduces, by its patterns: `"n -> d n"`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .values import ATOM, POWER, PRODUCT, Text, known

AXIS = re.compile(r"\(([^()]*)\)|(\.\.\.|…|\w+)")


def arranged(pattern: str, sizes: Sequence[Text], given: Mapping[str, Text]) -> list[Text] | None:
    """The sizes on the right of a pattern, from those on its left and those given by name; None where they aren't told."""
    left, arrow, right = pattern.partition("->")
    before, after = _axes(left), _axes(right)
    free = len(sizes) - sum(axis != ["..."] for axis in before)
    before, after = _spread(before, free), _spread(after, free)
    if not arrow or len(before) != len(sizes):
        return None
    found = dict(given)
    for axis, size in zip(before, sizes, strict=True):
        open_names = [name for name in axis if name not in found]
        if len(open_names) > 1:
            return None
        if open_names:
            others = product([found[name] for name in axis if name in found])
            is_whole = others.value == 1
            found[open_names[0]] = size if is_whole else Text(f"{size.within(PRODUCT)}//{others.within(ATOM)}", PRODUCT)
    if any(name not in found for axis in after for name in axis):
        return None
    return [product([found[name] for name in axis]) for axis in after]


def _axes(side: str) -> list[list[str]]:
    """The axes of one side, each with the names that are together in it; 1 has none."""
    words = [match[1].split() if match[1] is not None else [match[2]] for match in AXIS.finditer(side)]
    return [["..." if name == "…" else name for name in axis if name != "1"] for axis in words]


def _spread(axes: list[list[str]], free: int) -> list[list[str]]:
    """The axes with those for which the three dots stand."""
    found = []
    for axis in axes:
        found += [[f"...{place}"] for place in range(max(free, 0))] if axis == ["..."] else [axis]
    return found


def product(sizes: Sequence[Text]) -> Text:
    """Sizes multiplied, without factors of 1."""
    kept = [one for one in sizes if one.value != 1] or [known(1)]
    if all(isinstance(one.value, int) for one in kept):
        total = 1
        for one in kept:
            total *= one.value
        return known(total)
    if len(kept) == 1:
        return kept[0]
    first, *rest = kept
    if all(one.text == first.text for one in rest):
        return Text(f"{first.within(ATOM)}^{len(kept)}", POWER)
    words = [first.within(PRODUCT), *(one.within(ATOM if set("/%") & set(one.text) else PRODUCT) for one in rest)]
    return Text("*".join(words), PRODUCT)
