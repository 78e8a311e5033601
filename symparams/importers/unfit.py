"""Numbers seen at several sizes → their expression; or what has none, with the sizes at which the model would tell more."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Finding, ModelError
from .fitting import Env, Expression, fit
from .skeleton import Bone

ENOUGH = 5  # values of a size; what they have no expression for, more of them have none for either

Observation = tuple[Env, Bone]


class Unmerged(ModelError):
    """No plan fits what was seen. ask: sizes at which the model would tell more, or None."""

    def __init__(self, finding: Finding, ask: Env | None) -> None:
        super().__init__(finding)
        self.ask = ask


class Unfit(Exception):
    """What was seen has no expression: where, and the numbers; or, of two that would do, none is the better."""

    def __init__(
        self, path: str, seen: Sequence[tuple[Env, object]], message: str = "", ask: Env | None = None
    ) -> None:
        super().__init__(path)
        self.seen = list(seen)
        self.message = message or f"no expression was found for {path}"
        self.ask = ask
        self.is_final = False  # whether telling kinds in other ways was tried where it was met


def finding(unfit: Unfit) -> Finding:
    """What has no expression, with the numbers that were seen and the sizes that tell them apart."""
    names = _told_by(unfit.seen)
    rows = list(dict.fromkeys(f"{_env_text(env, names)}{': ' if names else ''}{value}" for env, value in unfit.seen))
    shown = "; ".join(rows[:6]) + ("; …" if len(rows) > 6 else "")
    hint = "vary the sizes that it depends on, with more values of each (--vary d=64,128,192,320)"
    return Finding("derive-fit", unfit.message, note=shown, hint=hint)


def _told_by(seen: Sequence[tuple[Env, object]]) -> list[str]:
    """The sizes that matter: all, but those that change alone and change nothing."""
    found = []
    for name in seen[0][0]:
        pairs: dict[tuple[object, ...], set[object]] = {}
        for env, value in seen:
            pairs.setdefault(tuple(size for other, size in env.items() if other != name), set()).add(value)
        if any(len(values) > 1 for values in pairs.values()):
            found.append(name)
    return found or list(seen[0][0])


def _env_text(env: Env, names: Sequence[str]) -> str:
    return ", ".join(f"{name} = {env[name]}" for name in names)


def fitted(values: Sequence[int], seen: Sequence[Observation], path: str, indexes: tuple[str, ...]) -> Expression:
    """The expression of numbers seen. Raises: `Unfit`."""
    envs = [env for env, _ in seen]
    found = fit(values, envs, indexes)
    if found is None:
        raise Unfit(path, list(zip(envs, values, strict=True)), ask=_further(values, envs, indexes))
    return found


def _further(values: Sequence[int], envs: Sequence[Env], indexes: tuple[str, ...]) -> Env | None:
    """The first sizes with the next value of a size on which few numbers depend."""
    base = envs[0]
    for name in base:
        alone = {env[name]: value for env, value in zip(envs, values, strict=True) if env == {**base, name: env[name]}}
        if isinstance(base[name], bool):
            continue
        if name not in indexes and len(set(alone.values())) > 1 and len(alone) < ENOUGH:
            *_, before, last = sorted(alone)
            return {**base, name: 2 * last - before}
    return _alone(values, envs, indexes)


def _alone(values: Sequence[int], envs: Sequence[Env], indexes: tuple[str, ...]) -> Env | None:
    """The first sizes with one of those where the number is another, as yet unseen: which of them it depends on is open."""
    base = envs[0]
    other = next((env for env, value in zip(envs, values, strict=True) if value != values[0]), base)
    tried = ({**base, name: other[name]} for name in base if name not in indexes and other[name] != base[name])
    return next((env for env in tried if env not in envs), None)
