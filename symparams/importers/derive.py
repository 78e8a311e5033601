"""A live model at several sizes → its description: every tensor's shape as an exact expression in the sizes that were varied.

Models are built on the meta device at some sizes, merged to one plan, written as text, and the text is held against the model at
sizes that weren't used to find it, tensor by tensor.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from ..api import question
from ..errors import Finding, ModelError, Source, SymparamsError, UsageError
from ..model.files import load_text
from ..syntax.format import formatted
from .differences import compare, page
from .given import Given
from .live import Spec, build, takes, tensors_of
from .merging import merged
from .skeleton import Bone, skeleton
from .stored import Collection, described, elements
from .writing import text_of

MAX_BUILDS = 200
PATIENCE = 1.0

Env = Mapping[str, int]


class Derived(NamedTuple):
    """What was found: the text, the name of the model's module in it, and the sizes at which it was verified."""

    text: str
    name: str
    verified: tuple[Env, ...]


class Built(NamedTuple):
    """A model at some sizes, without the model."""

    env: Env
    bone: Bone
    tensors: Collection


def derive(spec: Spec, vary: Mapping[str, Sequence[int]], fixed: Mapping[str, Any]) -> Derived:
    """The description of a model in the sizes that are varied.

    Raises: `UsageError` for a model that can't be built, `ModelError` with sizes and shapes where no expression fits or
    verifies.
    """
    _check(vary)
    kinds: dict[object, int] = {}
    used, held = _envs(vary)
    told = _Progress(len(used) + len(held))
    known = [_built(spec, env, fixed, kinds, told) for env in used]
    unseen = [_built(spec, env, fixed, kinds, told) for env in held]
    while True:
        try:
            plan = merged([(one.env, one.bone) for one in known])
        except ModelError:  # perhaps what is to be held against it says more
            if len(unseen) == 1:
                raise
            known.append(unseen.pop(0))
            continue
        text, name = text_of(plan, list(vary), _ties(known[0].tensors))
        text = formatted(Source("<derived>", _heading(spec, vary, fixed) + text))
        wrong = next((one for one in (*known, *unseen) if _difference(text, name, one)), None)
        if wrong is None:
            checked = formatted(Source("<derived>", text + _checks(name, [known[0], *unseen])))
            return Derived(checked, name, tuple(one.env for one in unseen))
        if wrong not in unseen or len(unseen) == 1:
            raise _difference(text, name, wrong)  # type: ignore[misc]
        unseen.remove(wrong)
        known.append(wrong)


def _check(vary: Mapping[str, Sequence[int]]) -> None:
    if not vary:
        hint = "as in --vary d=64,128,192 --vary L=1,2,3"
        raise UsageError(Finding("derive-vary", "no size is varied", hint=hint))
    for name, values in vary.items():
        if len(set(values)) < 3:
            hint = f"two to find the expression and one to hold it against, --vary {name}=64,128,192"
            raise UsageError(Finding("derive-vary", f"{name} needs at least three values", hint=hint))
        if len(vary) == 1 and len(set(values)) < 4:
            hint = f"of one size alone the last value is held against what the others say, --vary {name}=64,96,128,192"
            raise UsageError(Finding("derive-vary", f"{name} needs at least four values", hint=hint))
    if sum(map(len, _envs(vary))) > MAX_BUILDS:
        raise UsageError(
            Finding("derive-vary", f"these are more than {MAX_BUILDS} models to build", hint="vary fewer sizes")
        )


def _envs(vary: Mapping[str, Sequence[int]]) -> tuple[list[Env], list[Env]]:
    """The sizes at which expressions are found, and those that they are held against, none of which is among the first."""
    used = list({tuple(env.items()): env for env in _used(vary)}.values())
    seen = {tuple(env.items()) for env in used}
    held = []
    for env in _held(vary):
        if tuple(env.items()) not in seen:
            seen.add(tuple(env.items()))
            held.append(env)
    return used, held


def _used(vary: Mapping[str, Sequence[int]]) -> Iterator[Env]:
    """The first of each, each other value alone but the last of four and more, and each pair at the second and the last of those."""
    base = {name: values[0] for name, values in vary.items()}
    kept = {name: values[:-1] if len(values) > 3 else values for name, values in vary.items()}
    yield base
    for name, values in kept.items():
        for value in values[1:]:
            yield {**base, name: value}
    for one, other in combinations(kept, 2):
        for place in (1, -1):
            yield {**base, one: kept[one][place], other: kept[other][place]}


def _held(vary: Mapping[str, Sequence[int]]) -> Iterator[Env]:
    """All at their last value, and mixed; of one size alone its last, or where it has three only a number between."""
    yield {name: values[-1] for name, values in vary.items()}
    for number, name in enumerate(vary):
        mixed = {
            other: values[(place + number + 1) % len(values)] for place, (other, values) in enumerate(vary.items())
        }
        yield {**mixed, name: vary[name][-1]}
    yield {name: values[1] for name, values in vary.items()}
    yield {name: values[(place + 2) % len(values)] for place, (name, values) in enumerate(vary.items())}


def _built(spec: Spec, env: Env, fixed: Mapping[str, Any], kinds: dict[object, int], told: _Progress) -> Built:
    told.step(env)
    module = build(spec.with_sizes(_arguments(spec, env, fixed)))
    return Built(env, skeleton(module, kinds), tensors_of(module, "the model"))


def _arguments(spec: Spec, env: Env, fixed: Mapping[str, Any]) -> dict[str, Any]:
    """What the model is called with; a size that others follow from is an argument only where the model knows it."""
    found = {name: value.value(env) if isinstance(value, Given) else value for name, value in fixed.items()}
    used = {name for value in fixed.values() if isinstance(value, Given) for name in value.names}
    return found | {name: size for name, size in env.items() if name not in used or takes(spec, name)}


class _Progress:
    """Says on stderr what is being built, once it takes longer than a second."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.count = 0
        self.start = 0.0

    def step(self, env: Env) -> None:
        """One more model."""
        self.count += 1
        self.start = self.start or time.monotonic()  # imports and the first model don't count
        if time.monotonic() - self.start > PATIENCE:
            sizes = ", ".join(f"{name} = {value}" for name, value in env.items())
            print(f"symparams: building {self.count} of {self.total}: {sizes}", file=sys.stderr)


# ------------------------------------------------------------------------------------------------------ text


def _heading(spec: Spec, vary: Mapping[str, Sequence[int]], fixed: Mapping[str, Any]) -> str:
    given = ", ".join(f"{name} = {value}" for name, value in fixed.items())
    lines = [f"# Derived from {spec.text}{f' with {given}' if given else ''}."]
    return "\n".join([*lines, "", f"symbol {', '.join(vary)}", "", ""])


def _ties(tensors: Collection) -> list[tuple[str, str]]:
    """The ties of the model, as paths of the language; those of all turns of a row together."""
    names = [(_path(name), _path(kept)) for name, kept in (tensors.twins or {}).items()]
    return list(dict.fromkeys(names))


def _path(name: str) -> str:
    pieces: list[str] = []
    for piece in name.split("."):
        if piece.isdigit() and pieces:
            pieces[-1] += f"[{piece}]"
        else:
            pieces.append(piece)
    return ".".join(pieces)


def _checks(name: str, built: Sequence[Built]) -> str:
    lines = [""]
    for one in built:
        call = f"{name}({', '.join(f'{size}={value}' for size, value in one.env.items())})"
        lines.append(f'check {call}.params == {_params(one.tensors):_}  "counted in the model itself"')
    return "\n".join(lines) + "\n"


def _params(tensors: Collection) -> int:
    twins = tensors.twins or {}
    return sum(
        elements(one.shape) for name, one in tensors.tensors.items() if one.kind != "buffer" and name not in twins
    )


# ------------------------------------------------------------------------------------------------------ verifying


def _difference(text: str, name: str, built: Built) -> ModelError | None:
    """What the text and the model differ in at some sizes, as an error with names and shapes; None where they agree."""
    sizes = ", ".join(f"{size}={value}" for size, value in built.env.items())
    try:
        unit = load_text(Source("<derived>", text))
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
