"""Which models are built to derive one: at the sizes that are given, at the model's own, and where more sizes would tell more."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import combinations
from math import prod
from typing import Any, NamedTuple

from ..errors import Finding, UsageError
from .given import Given
from .live import Spec, build, check_places, default, takes, tensors_of
from .places import Place, arranged
from .skeleton import Bone, skeleton
from .stored import Collection

MAX_BUILDS = 400
FEW = 8  # sizes of which each pair is seen at two places
MAX_ASKED = 24  # models at sizes that weren't given, where they would tell more
MAX_TENSORS = 5000  # of a model at its own sizes
PATIENCE = 1.0

Env = Mapping[str, int]


class Wanted(NamedTuple):
    """What is to be derived: the callable, the places of the sizes that are varied by their symbols, and its other arguments."""

    spec: Spec
    sizes: Mapping[str, Place]
    fixed: Mapping[Place, Any]

    def arguments(self, env: Env) -> dict[str, Any]:
        """What the model is called with; a size that others follow from is an argument only where the model knows it."""
        values = [
            (at.steps, value.value(env) if isinstance(value, Given) else value) for at, value in self.fixed.items()
        ]
        values += [(at.steps, env[name]) for name, at in self.sizes.items() if self._is_argument(name)]
        plain = {str(steps[0]): value for steps, value in values if len(steps) == 1}
        return arranged(values, lambda steps: default(self.spec.with_sizes(plain), steps))

    def places(self) -> list[Place]:
        """The places of those sizes that are arguments."""
        return [at for name, at in self.sizes.items() if self._is_argument(name)]

    def _is_argument(self, name: str) -> bool:
        used = {name for value in self.fixed.values() if isinstance(value, Given) for name in value.names}
        return name not in used or len(self.sizes[name].steps) > 1 or takes(self.spec, name)

    def defaults(self) -> dict[str, int]:
        """The whole numbers that the model takes where a size isn't given."""
        bare = self.spec.with_sizes(
            {at.text: value for at, value in self.fixed.items() if len(at.steps) == 1 and not isinstance(value, Given)}
        )
        found = {name: default(bare, at.steps) for name, at in self.sizes.items() if self._is_argument(name)}
        return {name: value for name, value in found.items() if type(value) is int and value > 0}


class Built(NamedTuple):
    """A model at some sizes, without the model."""

    env: Env
    bone: Bone
    tensors: Collection


class Evidence:
    """The models of which expressions are found, and those that they are held against; one at least stays unseen."""

    def __init__(self, wanted: Wanted, sizes: Mapping[str, Sequence[int]]) -> None:
        used, held = _envs(sizes)
        check_places(wanted.spec, [at.steps for at in (*wanted.places(), *wanted.fixed)])
        self.wanted = wanted
        self.kinds: dict[object, int] = {}
        self.told = Progress(len(used) + len(held))
        self.asked = 0
        self.sizes = sizes
        self.probed: set[str] = set()
        self.known = [self._built(env) for env in used]
        self.unseen = [self._built(env) for env in held]
        self.shown = [self.known[0].env, {name: values[-1] for name, values in sizes.items()}]
        for env in _own(wanted, sizes, self.known):
            with suppress(UsageError):  # the model's own sizes needn't go together with those that are given
                self.unseen.append(self._built(env))
                self.shown = [*self.shown[:2], *(self.shown[2:] or [env])]

    def learn(self, ask: Env | None) -> bool:
        """One more model to find expressions of, at the sizes that would tell most, or one that was held back."""
        held = next((one for one in self.unseen if one.env == ask), None)
        if held is None and ask is not None and self.asked < MAX_ASKED and all(one.env != ask for one in self.known):
            self.asked += 1
            with suppress(UsageError):  # a size between two that are given may be none
                self.known.append(self._built(ask))
                return True
        return bool(self.unseen) and self.learn_of(held or self.unseen[0])

    def learn_of(self, one: Built) -> bool:
        """Use a model that was held back; whether one more stays unseen."""
        if one not in self.unseen or len(self.unseen) == 1:
            return False
        self.unseen.remove(one)
        self.known.append(one)
        self._widen(one.env)
        return True

    def _widen(self, env: Env) -> None:
        """With a model at a depth that only the model itself takes, each other size alone at that depth: what its layers hang on."""
        depths = {name: size for name, size in env.items() if size not in self.sizes[name]}
        if not depths or len(depths) == len(env):
            return
        base = self.known[0].env
        others = [name for name in env if name not in depths]
        for name in ["", *others]:
            alone = {name: self.sizes[name][-1]} if name else {}
            at = {**base, **alone, **depths}
            if all(one.env != at for one in self.known):
                with suppress(UsageError):
                    self.known.append(self._built(at))

    def probe(self, rounded: set[str]) -> bool:
        """Hold back models at numbers beside multiples of all units, and at a great one, for sizes that are rounded; whether any can be built."""
        before = len(self.unseen)
        for name in [name for name in self.sizes if name in rounded - self.probed]:
            self.probed.add(name)
            most = max(self.sizes[name])
            for size in (2 * most - 1, 2 * most + 1, 32 * most):
                with suppress(UsageError):  # the model may refuse what its heads don't divide
                    self.unseen.append(self._built({**self.known[0].env, name: size}))
        return len(self.unseen) > before

    def telling(self) -> list[Built]:
        """The models that tell most, for checks: at the first sizes, at the last, and at those that the model takes by itself."""
        built = [*self.known, *self.unseen]
        return [one for env in self.shown for one in built if one.env == env]

    def _built(self, env: Env) -> Built:
        self.told.step(env)
        module = build(self.wanted.spec.with_sizes(self.wanted.arguments(env)))
        return Built(env, skeleton(module, self.kinds), tensors_of(module, "the model"))


def _own(wanted: Wanted, sizes: Mapping[str, Sequence[int]], known: Sequence[Built]) -> Iterator[Env]:
    """The sizes that the model takes by itself, and its own depths with the given widths, where these are soon built.

    Of depths that make it too large together, each alone.
    """
    base = known[0]
    own = wanted.defaults()
    growth = {name: _growth(name, size, known) for name, size in own.items()}
    depths = {name: own[name] for name, times in growth.items() if times > 1}
    most = MAX_TENSORS / max(len(base.tensors.tensors), 1)
    given = [{name: values[at] for name, values in sizes.items()} for at in (-1, 1)]
    if prod(growth.values()) <= most:
        rows = [{**base.env, **own}, *({**env, **depths} for env in given if depths)]
    else:
        rows = [{**env, name: size} for name, size in depths.items() for env in given if growth[name] <= most]
    yield from (env for env in rows if all(one.env != env for one in known))


def _growth(name: str, size: int, known: Sequence[Built]) -> float:
    """How many times as many tensors the first model would have with this size."""
    base = known[0]
    other = next(one for one in known if one.env == {**base.env, name: one.env[name]} and one is not base)
    more = len(other.tensors.tensors) - len(base.tensors.tensors)
    slope = more / (other.env[name] - base.env[name])
    return max(1 + slope * (size - base.env[name]) / max(len(base.tensors.tensors), 1), 1)


def check_sizes(vary: Mapping[str, Sequence[int]]) -> None:
    """Raises: `UsageError` for no sizes, too few values of one, or too many models to build."""
    if not vary:
        hint = "as in --vary d=64,128,192 --vary L=1,2,3"
        raise UsageError(Finding("derive-vary", "no size is varied", hint=hint))
    for name, values in vary.items():
        if isinstance(values[0], bool):
            if len(values) < 2:
                hint = f"as in --vary {name}=True,False"
                raise UsageError(Finding("derive-vary", f"{name} needs both values", hint=hint))
            continue
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
    """The first of each, each other value alone, and pairs of values; the last of four and more isn't among them.

    Each pair of sizes is seen at the second and the last values, of many sizes at the last alone.
    """
    base = {name: values[0] for name, values in vary.items()}
    kept = {name: values[:-1] if len(values) > 3 else values for name, values in vary.items()}
    places = (1, -1) if len(kept) <= FEW else (-1,)
    yield base
    for name, values in kept.items():
        for value in values[1:]:
            yield {**base, name: value}
    for one, other in combinations(kept, 2):
        for at in places:
            yield {**base, one: kept[one][at], other: kept[other][at]}


def _held(vary: Mapping[str, Sequence[int]]) -> Iterator[Env]:
    """All at their last value, and mixed; of one size alone its last, or where it has three only a number between."""
    yield {name: values[-1] for name, values in vary.items()}
    for number, name in enumerate(vary):
        mixed = {
            other: values[(place + number + 1) % len(values)] for place, (other, values) in enumerate(vary.items())
        }
        yield {**mixed, name: vary[name][-1]}
    yield {name: values[1 % len(values)] for name, values in vary.items()}
    yield {name: values[(1 + place % 2) % len(values)] for place, (name, values) in enumerate(vary.items())}
    yield {name: values[(place + 2) % len(values)] for place, (name, values) in enumerate(vary.items())}


class Progress:
    """Says on stderr what is being built, once it takes longer than a second, and then no more often."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.count = 0
        self.said = 0.0

    def step(self, env: Env) -> None:
        """One more model."""
        self.count += 1
        now = time.monotonic()
        self.said = self.said or now  # imports and the first model don't count
        if now - self.said > PATIENCE:
            self.said = now
            sizes = ", ".join(f"{name} = {value}" for name, value in env.items())
            of = f"{self.count} of {self.total}" if self.count <= self.total else "one more"
            print(f"symparams: building {of}: {sizes}", file=sys.stderr)
