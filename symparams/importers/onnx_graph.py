"""ONNX files → the initialisers of their graph."""

from __future__ import annotations

from pathlib import Path

from .json_text import name_shown
from .refusals import MAX_SIZE, MAX_SIZES, are_sizes, extra, refusal
from .stored import Collection, Stored, elements

MAX_ONNX = 2**31


def onnx(path: Path) -> Collection:
    """The initialisers of an ONNX graph; weights that lie in other files aren't opened."""
    package = extra("onnx", "onnx", f"to read {name_shown(path.name)}")
    if path.stat().st_size > MAX_ONNX:
        raise refusal(path, f"has more than the {MAX_ONNX:,} bytes that an ONNX file may have")
    try:
        graph = package.load(str(path), load_external_data=False).graph
    except Exception:  # protobuf's errors have no common base
        raise refusal(path, "is no ONNX file", "is it cut off?") from None
    tensors: dict[str, Stored] = {}
    dense = ((one, one.dims) for one in graph.initializer)
    sparse = ((one.values, one.dims) for one in graph.sparse_initializer)
    for tensor, dims in (*dense, *sparse):
        name = tensor.name if isinstance(tensor.name, str) else tensor.name.decode("utf-8", "replace")
        shape = tuple(dims)
        if not are_sizes(list(shape)) or len(shape) > MAX_SIZES or elements(shape) > MAX_SIZE:
            raise refusal(path, f"gives no shape of {name_shown(name)} that a tensor can have")
        if name in tensors:
            raise refusal(path, f"has two initialisers called {name_shown(name)}")
        tensors[name] = Stored(shape)
    if not tensors:
        raise refusal(path, "has no initialisers")
    return Collection(str(path), tensors)
