"""The sizes of tensors that constructors make: `torch.zeros(1, n, d)`, `torch.arange(n)`, and what is done to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .labels import plus
from .nodes import Block
from .patterns import arranged, product
from .values import ATOM, PRODUCT, SIGN, SUM, Row, Tensor, Text, Value, inner, known

SIZED = {
    "zeros",
    "ones",
    "empty",
    "randn",
    "rand",
    "Tensor",
    "FloatTensor",
    "LongTensor",
    "DoubleTensor",
    "HalfTensor",
    "IntTensor",
    "BoolTensor",
}
ARRANGED = {"rearrange", "repeat", "reduce"}
FILLED = {"full", "normal"}
SPACED = {"linspace", "logspace"}
GIVEN = {"tensor", "as_tensor", "from_numpy", "array", "asarray"}
ALIKE = {
    "zeros_like",
    "ones_like",
    "empty_like",
    "rand_like",
    "randn_like",
    "full_like",
    "tril",
    "triu",
    "clone",
    "Parameter",
    "nn_init",
}
# Methods that keep the sizes.
SAME = {
    "float", "double", "half", "bfloat16", "long", "int", "bool", "to", "cuda", "cpu", "clone", "detach", "contiguous",
    "type", "type_as", "fill_", "normal_", "uniform_", "zero_", "sin", "cos", "exp", "log", "sqrt", "pow", "mul", "div",
    "add", "sub", "abs", "clamp", "tril", "triu", "requires_grad_", "mul_", "div_", "add_", "masked_fill", "data",
    "neg", "to_sparse", "to_dense", "sigmoid", "tanh", "softmax", "trunc_normal_", "xavier_uniform_", "kaiming_normal_", "float32", "real",
}  # fmt: skip
# The names of arguments that are places or sizes, in their order.
PLACES = ("dim", "axis", "dim0", "dim1", "start_dim", "end_dim", "dims", "shape", "size", "repeats")
# Methods that work in place and change the sizes.
RESHAPING = {"resize_", "resize_as_", "t_", "squeeze_", "unsqueeze_", "transpose_", "swapaxes_", "set_", "as_strided_"}


def made(name: str, args: Sequence[Value], named: Mapping[str, Value]) -> Tensor:
    """The tensor that a function of torch gives; its sizes are None where they aren't told by the arguments."""
    args = [inner(one) for one in args]
    sizes: Sequence[Text] | None = None
    if name in SIZED:
        sizes = _sizes([named["size"]] if "size" in named else args)
    elif name in FILLED:
        sizes = _sizes([args[-2] if name == "full" and len(args) > 1 else named.get("size", known(0))])
    elif name == "eye" and args:
        sizes = _sizes([args[0], args[1] if len(args) > 1 else args[0]])
    elif name in SPACED and len(args) > 2:
        sizes = _sizes([args[2]])
    elif name in SPACED and "steps" in named:
        sizes = _sizes([named["steps"]])
    elif name == "arange":
        sizes = _arange(args, named)
    elif name == "randperm" and args:
        sizes = _sizes([args[0]])
    elif name == "randint":
        sizes = _sizes([named.get("size", args[-1] if args and isinstance(args[-1], Row) else known(None))])
    elif name in ("cat", "concat", "concatenate", "stack"):
        sizes = _together(name, args, named)
    elif name == "outer" and all(isinstance(one, Tensor) and one.sizes is not None for one in args[:2]):
        sizes = [size for one in args[:2] if isinstance(one, Tensor) for size in one.sizes or ()]
    elif name in ("polar", "complex", "pow", "where", "maximum", "minimum", "mul", "add") and len(args) > 1:
        sizes = broadcast(args[-2], args[-1]).sizes
    elif (
        name in ("flatten", "sum", "mean", "unsqueeze", "squeeze", "permute", "transpose")
        and args
        and isinstance(args[0], Tensor)
    ):
        sizes = changed(args[0], name, args[1:], named).sizes
    elif name in ARRANGED and len(args) > 1:
        sizes = _arranged(args, named)
    elif name in GIVEN and args:
        sizes = _given(args[0])
    elif name in ("fmod", "remainder", "div", "sub", "clamp", "clip", "roll", "flip", "cumsum", "cumprod") and args:
        sizes = (
            broadcast(*args[:2]).sizes
            if len(args) > 1 and isinstance(args[1], Tensor)
            else broadcast(args[0], args[0]).sizes
        )
    elif args and isinstance(args[0], Tensor):
        sizes = args[0].sizes if len(args) == 1 or name in ALIKE or name in SAME else None
    return Tensor(None if sizes is None else tuple(sizes))


def _sizes(args: Sequence[Value]) -> list[Text] | None:
    """Sizes given one by one or as one list."""
    if len(args) == 1 and isinstance(args[0], Row):
        args = [inner(one) for one in args[0].values]
    elif len(args) == 1 and isinstance(args[0], Text) and (args[0].kind == "row" or "shape" in args[0].text):
        return [Text(f"*{args[0].text}" if args[0].kind == "row" else f"*seq({args[0].text})")]
    if all(isinstance(one, Text) and (not one.is_known or isinstance(one.value, int)) for one in args):
        return [one for one in args if isinstance(one, Text)]
    return None


def _arranged(args: Sequence[Value], named: Mapping[str, Value]) -> list[Text] | None:
    tensor, pattern = args[:2]
    given = {name: one for name, one in named.items() if isinstance(one, Text)}
    if not isinstance(tensor, Tensor) or tensor.sizes is None or not isinstance(pattern, Text):
        return None
    return arranged(str(pattern.value), tensor.sizes, given)


def _arange(args: Sequence[Value], named: Mapping[str, Value]) -> list[Text] | None:
    texts = [*args, *(named[key] for key in ("start", "end", "step") if key in named)]
    if not texts or not all(isinstance(one, Text) for one in texts):
        return None
    sizes = [one for one in texts if isinstance(one, Text)]
    if len(sizes) == 1:
        return sizes
    start, stop = sizes[:2]
    span = stop if start.value == 0 else Text(f"{stop.within(SUM)} - {start.within(PRODUCT)}", SUM)
    if (
        isinstance(start.value, int)
        and start.value > 0
        and stop.strength == SUM
        and (less := plus(stop.text, -start.value))
    ):
        span = Text(less, SUM if " " in less else ATOM)
    if start.text.startswith("-") and start.strength == SIGN:
        span = Text(f"{stop.within(SUM)} + {start.text[1:]}", SUM)
    if len(sizes) == 3:
        return [Text(f"ceil({span.within(PRODUCT)}/{sizes[2].within(ATOM)})")]
    return [span]


def _given(value: Value) -> list[Text] | None:
    """The sizes of a tensor that is written out."""
    if isinstance(value, Tensor):
        return None if value.sizes is None else list(value.sizes)
    if isinstance(value, Text):
        if value.kind in ("row", "flags"):
            return [Text(f"len({value.text})")]
        is_number = isinstance(value.value, (int, float)) or value.kind == "size" or value.strength < ATOM
        return [] if is_number else None
    if isinstance(value, Row) and not value.is_open and value.kind in ("list", "tuple"):
        inside = _given(inner(value.values[0])) if value.values else []
        return None if inside is None else [known(len(value.values)), *inside]
    return None


def told(tensor: Tensor, name: str, args: Sequence[Value]) -> Value | None:
    """What a tensor says of its sizes, `x.size(0)`, `x.numel()`; None for other methods."""
    sizes = tensor.sizes
    if sizes is None or any("*" in one.text[:1] for one in sizes):
        return None
    if name in ("numel", "nelement"):
        return product(sizes)
    if name in ("dim", "ndimension"):
        return known(len(sizes))
    place = inner(args[0]).value if args and isinstance(inner(args[0]), Text) else None  # type: ignore[union-attr]
    if name == "size" and isinstance(place, int) and -len(sizes) <= place < len(sizes):
        return sizes[place]
    return Row("tuple", [(None, one) for one in sizes]) if name == "size" and not args else None


def changed(tensor: Tensor, name: str, args: Sequence[Value], named: Mapping[str, Value]) -> Tensor:
    """The tensor that a method gives."""
    sizes = tensor.sizes
    args = [inner(one) for one in [*args, *(named[key] for key in PLACES if key in named)]]
    if "keepdim" in named or "keepdims" in named:
        return Tensor(None, tensor.mark)
    if name in ("new_zeros", "new_ones", "new_empty", "new_full"):
        given = _sizes(args[:1] if name == "new_full" else args)
        return Tensor(None if given is None else tuple(given))
    if sizes is None:
        return tensor
    if name in SAME or (name.endswith("_") and name not in RESHAPING):
        return tensor
    numbers = [one.value if isinstance(one, Text) and isinstance(one.value, int) else None for one in args]
    if name == "unsqueeze" and numbers and numbers[0] is not None:
        place = numbers[0] if numbers[0] >= 0 else len(sizes) + 1 + numbers[0]
        return Tensor((*sizes[:place], known(1), *sizes[place:]), tensor.mark)
    if name == "squeeze":
        left = (
            [one for one in sizes if one.value != 1]
            if not numbers
            else [
                one
                for place, one in enumerate(sizes)
                if place not in (numbers[0], (numbers[0] or 0) + len(sizes)) or one.value != 1
            ]
        )
        return Tensor(tuple(left), tensor.mark)
    if name in ("view", "reshape", "expand", "repeat"):
        return _viewed(tensor, name, _sizes(args))
    if name in ("t", "T") and len(sizes) == 2:
        return Tensor((sizes[1], sizes[0]), tensor.mark)
    if name in ("transpose", "swapaxes") and len(numbers) == 2 and None not in numbers:
        order = list(sizes)
        one, other = (number or 0 for number in numbers)
        order[one], order[other] = order[other], order[one]
        return Tensor(tuple(order), tensor.mark)
    if name == "permute" and None not in numbers and len(numbers) == len(sizes):
        return Tensor(tuple(sizes[number or 0] for number in numbers), tensor.mark)
    if name in ("flatten", "ravel") and None not in numbers:
        first, last = ([*numbers, *(0, -1)[len(numbers) :]])[:2]
        end = (last or 0) % len(sizes) + 1 if sizes else 0
        return Tensor((*sizes[: first or 0], product(sizes[first or 0 : end]), *sizes[end:]), tensor.mark)
    if name in ("sum", "mean") and None not in numbers and len(numbers) < 2:
        return Tensor(
            tuple(one for place, one in enumerate(sizes) if numbers and place != (numbers[0] or 0) % len(sizes))
        )
    return Tensor(None, tensor.mark)


def _viewed(tensor: Tensor, name: str, sizes: list[Text] | None) -> Tensor:
    old = tensor.sizes or ()
    if sizes is None or name == "repeat":
        if sizes is None or len(sizes) != len(old):
            return Tensor(None, tensor.mark)
        return Tensor(tuple(product([a, b]) for a, b in zip(sizes, old, strict=True)), tensor.mark)
    if name == "expand":
        shift = len(sizes) - len(old)
        sizes = [old[place - shift] if one.value == -1 else one for place, one in enumerate(sizes)]
    elif sum(one.value == -1 for one in sizes) == 1:
        others = [one for one in sizes if one.value not in (-1, 1)]
        left = list(old)
        for other in others:
            same = next((one for one in left if one.text == other.text), None)
            if same is None:
                return Tensor(None, tensor.mark)
            left.remove(same)
        sizes = [product(left) if one.value == -1 else one for one in sizes]
    return Tensor(tuple(sizes), tensor.mark)


def taken(tensor: Tensor, cuts: Sequence[str | Text | None]) -> Tensor:
    """What is at some places of a tensor: `all` of a size, a `new` size of 1, `one` place, or the first so many."""
    left = list(tensor.sizes or ())
    found: list[Text] = []
    for cut in cuts:
        if cut is None or tensor.sizes is None or (cut != "new" and not left):
            return Tensor(None)
        if cut == "new":
            found.append(known(1))
        elif cut == "one":
            left.pop(0)
        else:
            size = left.pop(0)
            found.append(cut if isinstance(cut, Text) else size)
    return Tensor((*found, *left))


def grid(args: Sequence[Value], named: Mapping[str, Value], block: Block) -> Row:
    """The tensors of `torch.meshgrid`: each has a dimension for each argument."""
    row = inner(args[0]) if len(args) == 1 else None
    parts = [inner(one) for one in (row.values if isinstance(row, Row) else args)]
    sizes = [one.sizes for one in parts if isinstance(one, Tensor) and one.sizes is not None and len(one.sizes) == 1]
    indexing = named.get("indexing", known("ij"))
    shape = [size[0] for size in sizes]
    if isinstance(indexing, Text) and indexing.value == "xy":
        shape[:2] = shape[1::-1]
    made = Tensor(tuple(shape) if len(sizes) == len(parts) else None)
    return Row("tuple", [(None, made) for _ in parts], block)


def _together(name: str, args: Sequence[Value], named: Mapping[str, Value]) -> list[Text] | None:
    """The sizes of tensors that are joined along a dimension."""
    row = args[0] if args else None
    place = named.get("dim", args[1] if len(args) > 1 else known(0))
    parts = [inner(one) for one in row.values] if isinstance(row, Row) and not row.is_open else []
    sizes = [list(one.sizes) for one in parts if isinstance(one, Tensor) and one.sizes is not None]
    if not sizes or len(sizes) != len(parts) or not isinstance(place, Text) or not isinstance(place.value, int):
        return None
    first = sizes[0]
    where = place.value if place.value >= 0 else place.value + len(first) + (name == "stack")
    if name == "stack":
        return [*first[:where], known(len(sizes)), *first[where:]]
    if not 0 <= where < len(first) or any(len(one) != len(first) for one in sizes):
        return None
    along = [one[where] for one in sizes]
    same = len({one.text for one in along}) == 1
    total = product([known(len(along)), along[0]]) if same else Text(" + ".join(one.text for one in along), SUM)
    return [*first[:where], total, *first[where + 1 :]]


def broadcast(one: Value, other: Value) -> Tensor:
    """The tensor of an operation on two values, one of which is a tensor."""
    one, other = inner(one), inner(other)
    if not isinstance(one, Tensor) or not isinstance(other, Tensor):
        tensor = one if isinstance(one, Tensor) else other
        return Tensor(tensor.sizes if isinstance(tensor, Tensor) else None)
    if one.sizes is None or other.sizes is None:
        return Tensor(None)
    left, right = list(one.sizes), list(other.sizes)
    length = max(len(left), len(right))
    left = [known(1)] * (length - len(left)) + left
    right = [known(1)] * (length - len(right)) + right
    found = []
    for a, b in zip(left, right, strict=True):
        if a.value == 1 or b.value == 1 or a.text == b.text:
            found.append(b if a.value == 1 else a)
        else:
            return Tensor(None)
    return Tensor(tuple(found))
