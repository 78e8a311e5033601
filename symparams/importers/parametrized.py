"""A live layer whose tensors are parametrized → the layer as it was before, and the calls that parametrize it."""

from __future__ import annotations

from typing import Any, NamedTuple

Value = int | str | bool | None


class Call(NamedTuple):
    """A function of `torch.nn.utils.parametrizations` with its arguments by name, but the layer, where they aren't the defaults."""

    function: str
    arguments: tuple[tuple[str, Value], ...]


class Before(NamedTuple):
    """The class of a layer before its tensors were parametrized, those tensors by name, and the calls, the innermost first."""

    cls: type
    originals: dict[str, Any]
    calls: tuple[Call, ...]


def before(module: Any) -> Before | None:
    """The layer before; None where nothing is parametrized, or otherwise than by one of PyTorch's functions each."""
    rows = module._modules.get("parametrizations")
    if rows is None or type(module).__module__ != "torch.nn.utils.parametrize":
        return None
    cls = type(module).__mro__[1]
    calls, originals = [], {}
    for name, row in rows.items():
        found = _call(row[0], cls, name) if len(row) == 1 else None
        if found is None:
            return None
        calls.append(found)
        originals[name] = row.original1 if hasattr(row, "original1") else row.original
    return Before(cls, originals, tuple(calls))


def _call(one: Any, cls: type, name: str) -> Call | None:
    arguments: dict[str, Value] = {} if name == "weight" else {"name": name}
    match type(one).__name__ if type(one).__module__ == "torch.nn.utils.parametrizations" else "":
        case "_WeightNorm":
            if one.dim != 0:
                arguments["dim"] = one.dim if one.dim != -1 else None
            return Call("weight_norm", tuple(arguments.items()))
        case "_SpectralNorm":
            if one.dim != int("Transpose" in cls.__name__):
                arguments["dim"] = one.dim
            return Call("spectral_norm", tuple(arguments.items()))
        case "_Orthogonal":
            if getattr(one, "base", None) is None:
                arguments["use_trivialization"] = False
            return Call("orthogonal", tuple(arguments.items()))
    return None
