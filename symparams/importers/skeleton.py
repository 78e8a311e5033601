"""A live module → its skeleton: classes, children, tensors and the plain attributes that PyTorch's layers are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..errors import Finding, UsageError
from ..model.files import library_index, library_module
from .parametrized import Call, before
from .stored import Stored

NUMBER = re.compile(r"\d+")
LISTS = ("ModuleList", "Sequential", "ModuleDict", "ParameterList", "ParameterDict")
TENSOR = ""  # the class of a numbered tensor, which stands among the children as modules do; and the name of what it is
Attribute = int | bool | str | None | tuple[int, ...]


class Bone(NamedTuple):
    """One module: its class, whether it is PyTorch's own, its attributes, own tensors and children, by name.

    attributes: those of PyTorch's layer that bear the names of its parameters, as plain values; kind: a number that
    modules share which differ in sizes and numbers of repeats only; fine: the same, where the members of lists count too.
    calls: what parametrizes the layer, whose tensors are those that it had before.
    """

    cls: str
    is_library: bool
    attributes: Mapping[str, Attribute]
    tensors: Mapping[str, Stored]
    children: Mapping[str, Bone]
    kind: int
    fine: int
    calls: tuple[Call, ...] = ()

    @property
    def is_layer(self) -> bool:
        """Whether it is a layer of PyTorch's, which a call may describe."""
        return self.is_library and self.cls not in LISTS

    @property
    def owns_tensors(self) -> bool:
        """Whether it or anything in it has tensors."""
        return bool(self.tensors) or any(child.owns_tensors for child in self.children.values())


def skeleton(module: Any, kinds: dict[object, int]) -> Bone:
    """The skeleton of a `torch.nn.Module`; `kinds` numbers the kinds, for all skeletons that are to be compared."""
    bare = before(module)
    made = type(module) if bare is None else bare.cls
    if bare is not None and not _is_library(made):
        bare, made = None, type(module)  # a call says it of PyTorch's layers only
    cls, is_library = made.__name__, _is_library(made)
    hidden = () if bare is None else ("parametrizations",)
    tensors = _tensors(module, {} if bare is None else bare.originals)
    children = {
        name: skeleton(child, kinds)
        for name, child in module._modules.items()
        if child is not None and name not in hidden
    }
    if not is_library or cls in LISTS:
        listed = [name for name in tensors if cls in LISTS or NUMBER.search(name)]
        children = {name: _leaf(tensors.pop(name), kinds) for name in listed} | children
    attributes = _attributes(module, cls, tensors) if is_library and cls not in LISTS else {}
    calls = () if bare is None else bare.calls
    own = (*_marks(cls, attributes, tensors), calls)
    # a list's members may be of several kinds, more of them the longer it is
    coarse = () if cls == "ModuleList" else _inside((name, child.kind) for name, child in children.items())
    fine = _inside((name, child.fine) for name, child in children.items())
    kind, finer = (kinds.setdefault((how, own, one), len(kinds)) for how, one in (("kind", coarse), ("fine", fine)))
    return Bone(cls, is_library, attributes, tensors, children, kind, finer, calls)


def _is_library(made: type) -> bool:
    return made.__module__.startswith("torch.nn.modules.") and made.__name__ in library_index()


def _leaf(tensor: Stored, kinds: dict[object, int]) -> Bone:
    """A tensor in a module's place."""
    kind = kinds.setdefault((TENSOR, len(tensor.shape), tensor.kind), len(kinds))
    return Bone(TENSOR, False, {}, {TENSOR: tensor}, {}, kind, kind)


def _marks(cls: str, attributes: Mapping[str, Attribute], tensors: Mapping[str, Stored]) -> tuple[object, ...]:
    marks = tuple(dict.fromkeys((NUMBER.sub("#", name), len(one.shape), one.kind) for name, one in tensors.items()))
    flags = tuple((name, one) for name, one in attributes.items() if isinstance(one, bool | str) or one is None)
    return (cls, marks, flags)


def _inside(children: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """The kinds of children, those of one kind whose names differ in a number once."""
    return tuple(dict.fromkeys((NUMBER.sub("#", name), kind) for name, kind in children))


def _tensors(module: Any, originals: Mapping[str, Any]) -> dict[str, Stored]:
    known = {**originals, **module._parameters}
    parameters = {name: stored(tensor) for name, tensor in known.items() if tensor is not None}
    buffers = {name: stored(tensor, "buffer") for name, tensor in module._buffers.items() if tensor is not None}
    return parameters | buffers


def stored(tensor: Any, kind: str = "") -> Stored:
    """A tensor of a live module as it is compared. Raises: `UsageError` for one of a lazy layer."""
    if hasattr(tensor, "materialize"):
        hint = "give the layer its sizes, or name a function that runs an input through the model and returns it"
        message = "a lazy layer has a tensor without a shape, before the first input"
        raise UsageError(Finding("live-lazy", message, hint=hint))
    return Stored(tuple(tensor.shape), kind or ("param" if tensor.requires_grad else "frozen"))


def _attributes(module: Any, cls: str, tensors: Mapping[str, Stored]) -> dict[str, Attribute]:
    """The values of the layer's parameters, as far as PyTorch keeps them under their names."""
    found: dict[str, Attribute] = {}
    definition = getattr(library_module(cls), "definition", None)
    for param in definition.params if definition is not None else ():
        value = getattr(module, param.name, Ellipsis)
        if param.name in ELSEWHERE.get(cls, {}):
            found[param.name] = _elsewhere(module, ELSEWHERE[cls][param.name])
        elif param.name == "bias" and not isinstance(value, bool):
            found["bias"] = any("bias" in name for name in tensors)
        elif (
            isinstance(value, int | bool | str)
            or value is None
            or (isinstance(value, tuple) and all(type(size) is int for size in value))
        ):
            found[param.name] = value
    return found


_FEED_FORWARD = {
    "d_model": "self_attn.embed_dim",
    "nhead": "self_attn.num_heads",
    "dim_feedforward": "linear1.out_features",
    "bias": "linear1.bias",
}
ELSEWHERE: Mapping[str, Mapping[str, str]] = {  # where layers keep what they were made with, if not under its name
    "MultiheadAttention": {"bias": "in_proj_bias", "add_bias_kv": "bias_k"},
    "TransformerEncoderLayer": _FEED_FORWARD,
    "TransformerDecoderLayer": _FEED_FORWARD,
    "Transformer": {
        "num_encoder_layers": "encoder.layers.__len__",
        "num_decoder_layers": "decoder.layers.__len__",
        "dim_feedforward": "encoder.layers.0.linear1.out_features",
        "bias": "encoder.norm.bias",
    },
}


def _elsewhere(module: Any, path: str) -> Attribute:
    """What stands at a path below a module: a number, or whether there is such a tensor."""
    for name in path.split("."):
        module = getattr(module, name, None)
    found = module() if callable(module) else module
    return found if type(found) is int else found is not None
