"""PyTorch's own layers in a live model → calls of the library, with the arguments that their tensors depend on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple, Union

from ..errors import Source, SymparamsError
from ..model.files import Unit, library_module
from ..syntax import tree
from .fitting import Env, Expression
from .parametrized import Call
from .skeleton import Attribute, Bone
from .stored import Stored, described
from .unfit import Unfit


class Condition(NamedTuple):
    """An argument that is True where the sizes are so, as `bias` or `d != 64`."""

    text: str


class Layer(NamedTuple):
    """A call of the library: the layer, its arguments by name, those before `unnamed` without, its mark, and what parametrizes it."""

    cls: str
    arguments: tuple[tuple[str, Argument], ...]
    unnamed: int
    mark: str
    calls: tuple[Call, ...] = ()


Argument = Union[Expression, Condition, Layer, bool, str, None, tuple[Expression, ...]]
Fit = Callable[[Sequence[int], str], Expression]
Told = Callable[[Sequence[bool]], str | None]


def expressions(value: Argument) -> tuple[Expression, ...]:
    """The expressions in an argument."""
    if isinstance(value, Expression):
        return (value,)
    if isinstance(value, Layer):
        return tuple(one for _, inner in value.arguments for one in expressions(inner))
    return () if value is None or isinstance(value, bool | str | Condition) else value


def conditions(layer: Layer) -> tuple[str, ...]:
    """The conditions among the arguments of a layer."""
    return tuple(value.text for _, value in layer.arguments if isinstance(value, Condition))


def layer_of(seen: Sequence[tuple[Env, Bone]], fit: Fit, told: Told, path: str) -> Layer | None:
    """The call that makes the layer, or None where PyTorch doesn't keep what it was made with.

    told: the condition under which something is so, where there is one. Raises: `Unfit`.
    """
    first = seen[0][1]
    alike = {(bone.kind, tuple(bone.tensors)): bone for _, bone in seen}.values()  # but for their sizes
    known = [_parameters(bone.cls, tuple(bone.attributes.items()), tuple(_stored(bone).items())) for bone in alike]
    required = known[0][0]
    if required is None or any(one is None for one, _ in known):
        return None
    marks = {one.kind for bone in alike for one in bone.tensors.values()} - {"buffer"}
    if len(marks) > 1:
        return None
    needed = [name for name in first.attributes if any(name in names for _, names in known)]
    arguments = tuple((name, _argument(name, seen, fit, told, f"{path}.{name}")) for name in (*required, *needed))
    return Layer(first.cls, arguments, len(required), "frozen" if marks == {"frozen"} else "", first.calls)


def _argument(name: str, seen: Sequence[tuple[Env, Bone]], fit: Fit, told: Told, path: str) -> Argument:
    values = [bone.attributes.get(name) for _, bone in seen]
    first = values[0]
    if isinstance(first, tuple):
        columns = zip(*(value for value in values if isinstance(value, tuple)), strict=True)
        sizes = [fit(list(column), path) for column in columns]
        return sizes[0] if len(set(sizes)) == 1 and len(sizes) in (2, 3) else tuple(sizes)
    if isinstance(first, bool | str) or first is None:
        if all(value == first for value in values):
            return first
        condition = told([value is True for value in values]) if isinstance(first, bool) else None
        if condition is None:
            raise Unfit(path, [(env, value) for (env, _), value in zip(seen, values, strict=True)])
        return Condition(condition)
    return fit([value for value in values if isinstance(value, int)], path)


def _stored(bone: Bone) -> dict[str, Stored]:
    """The tensors of the layer with those of what it is made of, as `out_proj` of an attention."""
    found = dict(bone.tensors)
    for name, child in bone.children.items():
        found.update({f"{name}.{inner}": one for inner, one in _stored(child).items()})
    return found


Parameters = tuple[tuple[str, ...] | None, tuple[str, ...]]


@cache
def _parameters(
    cls: str, attributes: tuple[tuple[str, Attribute], ...], tensors: tuple[tuple[str, Stored], ...]
) -> Parameters:
    """The parameters without defaults, and of the others those without which the tensors come out otherwise."""
    known = dict(attributes)
    definition = library_module(cls).definition  # type: ignore[union-attr]
    required = tuple(param.name for param in definition.params if param.default is None and param.kind == "plain")
    if any(name not in known for name in required) or any(param.kind == "variadic" for param in definition.params):
        return None, ()
    shapes = {name: one.shape for name, one in tensors}
    others = [param.name for param in definition.params if param.name in known and param.name not in required]
    kept = [name for name in others if _differs(known[name], definition, name)]
    if _shapes(cls, required, kept, known) != shapes:
        return None, ()
    for name in list(kept):
        fewer = [other for other in kept if other != name]
        if _shapes(cls, required, fewer, known) == shapes:
            kept = fewer
    return required, tuple(kept)


def _differs(value: Attribute, definition: tree.Module, name: str) -> bool:
    default = next(param.default for param in definition.params if param.name == name)
    return not isinstance(default, tree.Num | tree.Constant) or default.value != value


def _shapes(
    cls: str, required: tuple[str, ...], named: list[str], known: Mapping[str, Attribute]
) -> dict[str, tuple[int, ...]] | None:
    """The shapes that the library's layer has with these arguments; None where it refuses them."""
    from ..api import question

    words = [_plain(known[name]) for name in required] + [f"{name}={_plain(known[name])}" for name in named]
    try:
        asked = question(f"{cls}({', '.join(words)})", Unit(Source("<layer>", "")))
        return {name: one.shape for name, one in described(asked, cls).tensors.items()}
    except SymparamsError:
        return None


def _plain(value: Attribute) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
