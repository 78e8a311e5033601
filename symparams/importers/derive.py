"""A live model at several sizes → its description: every tensor's shape as an exact expression in the sizes that were varied.

Models are built on the meta device at some sizes, merged to one plan, written as text, and the text is held against the model at
sizes that weren't used to find it, tensor by tensor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..api import question
from ..errors import Finding, ModelError, Source, SymparamsError
from ..model.files import Unit, load_text
from ..syntax.format import formatted
from .differences import compare
from .live import Spec
from .merging import merged
from .places import place
from .plans import rounded_in, sizes_in
from .report import page
from .sampling import Built, Evidence, Wanted, check_sizes
from .stored import Collection, described, elements
from .ties import ties_of
from .unfit import Unmerged
from .writing import text_of


class Derived(NamedTuple):
    """What was found: the text, the model's module in it, and the sizes that no tensor depends on."""

    text: str
    name: str
    unused: tuple[str, ...] = ()


def derive(spec: Spec, vary: Mapping[str, Sequence[int]], fixed: Mapping[str, Any]) -> Derived:
    """The description of a model in the sizes that are varied: arguments, or what stands below one, `text_config.hidden_size`, `depths[2]`.

    Raises: `UsageError` for a model that can't be built, `ModelError` with sizes and shapes where no expression fits or
    verifies.
    """
    check_sizes(vary)
    places = {place(name): values for name, values in vary.items()}
    wanted = Wanted(spec, {at.symbol: at for at in places}, {place(name): value for name, value in fixed.items()})
    flags = {place(name).symbol for name, values in vary.items() if isinstance(values[0], bool)}
    seen = Evidence(wanted, {at.symbol: values for at, values in places.items()})
    while True:
        try:
            plan = merged([(one.env, one.bone) for one in seen.known])
            ties = ties_of([(one.env, one.tensors) for one in seen.known])
        except Unmerged as error:
            if not seen.learn(error.ask):
                raise
            continue
        text, name = text_of(plan, list(wanted.sizes), ties)
        text = formatted(Source("<derived>", _heading(wanted, flags) + text))
        unit = load_text(Source("<derived>", text))
        wrong = next((one for one in (*seen.unseen, *seen.known) if _difference(unit, name, one)), None)
        if wrong is None and seen.probe(rounded_in(plan)):
            continue
        if wrong is None:
            checked = formatted(Source("<derived>", text + _checks(name, seen.telling())))
            used = sizes_in(plan) | set(re.findall(r"\w+", " ".join(ties)))
            unused = tuple(at.text for size, at in wanted.sizes.items() if size not in used)
            return Derived(checked, name, unused)
        if not seen.learn_of(wrong):
            raise _difference(unit, name, wrong)  # type: ignore[misc]


# ------------------------------------------------------------------------------------------------------ text


def _heading(wanted: Wanted, flags: set[str]) -> str:
    named = [f"{at.text} = {_shown(value)}" for at, value in wanted.fixed.items()]
    named += [f"{at.text} = {name}" for name, at in wanted.sizes.items() if at.text != name]
    declared = [f"{name} flag" if name in flags else name for name in wanted.sizes]
    given = f" with {', '.join(named)}" if named else ""
    return f"# Derived from {wanted.spec.text}{given}.\n\nsymbol {', '.join(declared)}\n\n"


def _shown(value: Any) -> str:
    words = f"{value.__module__}:{value.__qualname__}" if hasattr(value, "__qualname__") else str(value)
    return " ".join(words.split())


def _checks(name: str, built: Sequence[Built]) -> str:
    lines = [""]
    for one in built:
        call = f"{name}({', '.join(f'{size}={value}' for size, value in one.env.items())})"
        lines.append(f'check {call}.params == {_params(one.tensors):_}  "counted in the model itself"')
    return "\n".join(dict.fromkeys(lines)) + "\n"


def _params(tensors: Collection) -> int:
    twins = tensors.twins or {}
    return sum(
        elements(one.shape) for name, one in tensors.tensors.items() if one.kind != "buffer" and name not in twins
    )


# ------------------------------------------------------------------------------------------------------ verifying


def _difference(unit: Unit, name: str, built: Built) -> ModelError | None:
    """What the text and the model differ in at some sizes, as an error with names and shapes; None where they agree."""
    sizes = ", ".join(f"{size}={value}" for size, value in built.env.items())
    try:
        ours = described(question(f"{name}({sizes})", unit), "derived")
    except SymparamsError as error:
        message = f"what was derived can't be built at {sizes}: {error.findings[0].message}"
        return ModelError(Finding("derive-verify", message, hint=HINT))
    found = compare(ours, built.tensors)
    if not found.differences:
        return None
    rows = page(found, "derived", "the model").splitlines()
    message = f"what was derived isn't the model at {sizes}"
    return ModelError(Finding("derive-verify", message, note="\n    ".join(["", *rows]), hint=HINT))


HINT = "vary the sizes with more values, among them such that floors and roundings show: --vary d=64,100,192,320"
