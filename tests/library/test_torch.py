"""The library against the torch that is installed: its classes, their signatures, their tensors at drawn arguments."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from . import adapter
from .calls import Layer, Size, call, value

torch = pytest.importorskip("torch", reason="torch isn't installed")
nn = torch.nn

ABSTRACT = {
    "Module": "the base of all layers: write `module Name(…):`",
    "Container": "an old base class: write `module Name(…):`",
}
CLASSES = sorted(
    name for name, value in vars(nn).items()
    if inspect.isclass(value) and issubclass(value, nn.Module) and name not in ABSTRACT
)  # fmt: skip


# ------------------------------------------------------------------------------------------------ names and signatures

# Arguments of ours that PyTorch doesn't have, for the conventions of papers and Keras; keyword-only.
OURS = {"single_bias", "stats_as_params", "_freeze", "key_dim", "value_dim"}
# PyTorch takes these as *args and **kwargs and states the real signature in the first line of the docstring.
DOCUMENTED = {"RNN", "LSTM", "GRU"}
# Layers given one by one, and arguments that PyTorch accepts and ignores.
VARIADIC = {"Sequential", "Identity"}


@pytest.mark.parametrize("name", CLASSES)
def test_class_of_torch_is_in_the_library(name: str) -> None:
    assert name in adapter.layers()


def torch_signature(name: str) -> list[tuple[str, str, Any]]:
    if name in DOCUMENTED:
        head = (getattr(nn, name).__doc__ or "").split("\n")[0].replace("__init__", "def layer", 1)
        scope: dict[str, Any] = {}
        exec(f"{head}: pass", scope)  # the text is PyTorch's own docstring
        parameters = list(inspect.signature(scope["layer"]).parameters.values())
    else:
        parameters = list(inspect.signature(getattr(nn, name).__init__).parameters.values())[1:]
    named = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    kinds = {inspect.Parameter.POSITIONAL_OR_KEYWORD: "plain", inspect.Parameter.KEYWORD_ONLY: "keyword"}
    return [(p.name, kinds[p.kind], default(p.default)) for p in named]


def default(given: Any) -> str | None:
    """A default as text that both sides share; None where there is none."""
    if given is inspect.Parameter.empty:
        return None
    if callable(given):
        return given.__name__  # F.relu is 'relu' here
    if isinstance(given, str):
        return given
    if isinstance(given, tuple):
        given = list(given)
    return adapter.plain("1/3" if given == 1 / 3 else value(given))


@pytest.mark.parametrize("name", [name for name in CLASSES if name not in VARIADIC])
def test_signature_is_that_of_torch(name: str) -> None:
    theirs = torch_signature(name)
    extra = OURS - {parameter[0] for parameter in theirs}
    assert [parameter for parameter in adapter.signature(name) if parameter[0] not in extra] == theirs


# --------------------------------------------------------------------------------------------------- drawn arguments

size = st.integers(1, 40)
flag = st.booleans()
rate = st.sampled_from([0.0, 0.1, 0.5, 1.0])


def arguments(required: Mapping[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict(required), optional=optional)


def sizes(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, size)


def kernel(n: int) -> st.SearchStrategy[Any]:
    return st.integers(1, 7) | st.lists(st.integers(1, 7), min_size=n, max_size=n)


@st.composite
def convolution(draw: Callable[..., Any], n: int, transposed: bool) -> dict[str, Any]:
    """Channels that groups divide, mostly."""
    groups = draw(st.sampled_from([1, 1, 2, 3, 8]))
    per_group = st.integers(0, 12) if draw(st.booleans()) else st.integers(1, 12)
    channels = {"in_channels": groups * draw(per_group), "out_channels": groups * draw(st.integers(1, 12))}
    slip = draw(st.sampled_from([0] * 9 + [1]))
    options: dict[str, Any] = {
        "stride": kernel(n), "padding": kernel(n), "dilation": kernel(n), "bias": flag,
        "padding_mode": st.sampled_from(["zeros", "reflect", "circular"]),
    }  # fmt: skip
    if transposed:
        options["output_padding"] = st.integers(0, 1)
    else:
        options["padding"] |= st.sampled_from(["same", "valid", "full"])
    drawn = draw(st.fixed_dictionaries({"kernel_size": kernel(n)}, optional=options))
    return channels | drawn | ({"groups": groups + slip} if groups + slip > 1 else {})


def norm(**more: Any) -> st.SearchStrategy[dict[str, Any]]:
    return arguments({"num_features": st.integers(0, 40)}, affine=flag, track_running_stats=flag, bias=flag, **more)


def recurrent(**more: Any) -> dict[str, Any]:
    return {
        "num_layers": st.integers(0, 4), "bias": flag, "batch_first": flag, "bidirectional": flag,
        "dropout": rate | st.just(1.5), **more,
    }  # fmt: skip


GROUPED = {"num_groups": st.integers(1, 4), "num_channels": st.integers(0, 24)}
SHAPE = st.lists(st.integers(0, 9), max_size=4) | size
CELL = {"input_size": st.integers(0, 40), "hidden_size": st.integers(0, 40)}
RECURRENT = {"input_size": st.integers(0, 40), "hidden_size": st.integers(0, 40)}
PROJECTED = recurrent(proj_size=st.integers(-1, 12))
MODES = st.sampled_from(["LSTM", "GRU", "RNN_TANH", "RNN_RELU", "RNN"])


@st.composite
def attention(draw: Callable[..., Any]) -> dict[str, Any]:
    heads, width = draw(st.integers(1, 4)), draw(st.integers(1, 8))
    embed_dim = heads * width + draw(st.sampled_from([0] * 9 + [1]))
    source = st.none() | size | st.just(embed_dim)
    flags = dict.fromkeys(["bias", "add_bias_kv", "add_zero_attn", "batch_first"], flag)
    options = {**flags, "kdim": source, "vdim": source, "dropout": rate}
    return {"embed_dim": embed_dim, "num_heads": heads, **draw(st.fixed_dictionaries({}, optional=options))}


@st.composite
def transformer_layer(draw: Callable[..., Any]) -> dict[str, Any]:
    heads, width = draw(st.integers(1, 4)), draw(st.integers(1, 6))
    options = {
        "dim_feedforward": size, "bias": flag, "norm_first": flag, "batch_first": flag, "dropout": rate,
        "activation": st.sampled_from(["relu", "gelu", "tanh"]) | st.just(Layer("PReLU")) | st.just(Layer("ReLU")),
    }  # fmt: skip
    slip = draw(st.sampled_from([0] * 9 + [1]))
    return {"d_model": heads * width + slip, "nhead": heads, **draw(st.fixed_dictionaries({}, optional=options))}


@st.composite
def stack(draw: Callable[..., Any], kind: str) -> dict[str, Any]:
    inner = draw(transformer_layer())
    norm = st.none() | st.sampled_from([Layer("LayerNorm", (inner["d_model"],)), Layer("RMSNorm", (inner["d_model"],))])
    layer = Layer(f"Transformer{kind.title()}Layer", (), inner)
    return {f"{kind}_layer": layer, "num_layers": draw(st.integers(0, 3))} | draw(arguments({}, norm=norm))


@st.composite
def transformer(draw: Callable[..., Any]) -> dict[str, Any]:
    depths = {"num_encoder_layers": st.integers(0, 3), "num_decoder_layers": st.integers(0, 3)}
    custom = {"custom_encoder": st.just(Layer("Linear", (3, 4))), "custom_decoder": st.just(Layer("Identity"))}
    return draw(transformer_layer()) | draw(arguments({}, **depths, **custom))


@st.composite
def adaptive(draw: Callable[..., Any]) -> dict[str, Any]:
    cutoffs = sorted(draw(st.lists(st.integers(1, 60), max_size=4, unique=draw(st.sampled_from([True, True, False])))))
    n_classes = (cutoffs[-1] if cutoffs else 1) + draw(st.integers(0, 9))
    required = {"in_features": draw(size), "n_classes": n_classes, "cutoffs": cutoffs}
    options = arguments({}, div_value=st.sampled_from([1.5, 2.0, 2, 3, 4.0]), head_bias=flag)
    return required | draw(options)


TABLE = sizes("num_embeddings", "embedding_dim")
PADDING_INDEX = st.none() | st.integers(-41, 41)
ARGUMENTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "Linear": arguments({"in_features": st.integers(0, 40), "out_features": st.integers(0, 40)}, bias=flag),
    "Bilinear": arguments(sizes("in2_features", "out_features") | {"in1_features": st.integers(0, 9)}, bias=flag),
    "Embedding": arguments(TABLE, padding_idx=PADDING_INDEX, _freeze=flag, sparse=flag),
    "EmbeddingBag": arguments(TABLE, padding_idx=PADDING_INDEX, mode=st.just("max")),
    **{f"Conv{n}d": convolution(n, False) for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": convolution(n, True) for n in (1, 2, 3)},
    **{f"BatchNorm{n}d": norm(momentum=st.none()) for n in (1, 2, 3)},
    **{f"InstanceNorm{n}d": norm() for n in (1, 2, 3)},
    "SyncBatchNorm": norm(),
    "GroupNorm": arguments(GROUPED, affine=flag, bias=flag),
    "LayerNorm": arguments({"normalized_shape": SHAPE}, elementwise_affine=flag, bias=flag, eps=rate),
    "RMSNorm": arguments({"normalized_shape": SHAPE}, elementwise_affine=flag, eps=rate | st.none()),
    "PReLU": arguments({}, num_parameters=size, init=rate),
    "RNN": arguments(RECURRENT, nonlinearity=st.sampled_from(["tanh", "relu", "gelu"]), **recurrent()),
    "LSTM": arguments(RECURRENT, **PROJECTED),
    "GRU": arguments(RECURRENT, **recurrent()),
    "RNNBase": arguments(RECURRENT | {"mode": MODES}, **PROJECTED),
    "RNNCell": arguments(CELL, bias=flag, nonlinearity=st.sampled_from(["tanh", "relu"])),
    "LSTMCell": arguments(CELL, bias=flag),
    "GRUCell": arguments(CELL, bias=flag),
    "RNNCellBase": arguments(CELL | {"bias": flag, "num_chunks": st.integers(1, 5)}),
    "MultiheadAttention": attention(),
    "TransformerEncoderLayer": transformer_layer(),
    "TransformerDecoderLayer": transformer_layer(),
    "TransformerEncoder": stack("encoder"),
    "TransformerDecoder": stack("decoder"),
    "Transformer": transformer(),
    "AdaptiveLogSoftmaxWithLoss": adaptive(),
    "LinearCrossEntropyLoss": arguments(
        sizes("in_features", "num_classes"), out_features=st.lists(size, max_size=3), bias=flag, label_smoothing=rate
    ),
}  # fmt: skip


def built(cls: str, kwargs: Mapping[str, Any]) -> Any:
    """The layer of PyTorch, without memory for its weights; None where PyTorch refuses the arguments."""
    with warnings.catch_warnings(), torch.device("meta"):
        warnings.simplefilter("ignore")
        try:
            return getattr(nn, cls)(**{name: torch_value(given) for name, given in kwargs.items()})
        except (ValueError, RuntimeError, AssertionError, TypeError, ZeroDivisionError, IndexError):
            return None


def torch_value(given: Any) -> Any:
    if isinstance(given, Layer):
        return getattr(nn, given.cls)(*given.args, **{name: torch_value(inner) for name, inner in given.kwargs.items()})
    return tuple(given) if isinstance(given, list) and given else given


def torch_tensors(layer: Any) -> dict[str, tuple[str, list[int]]]:
    parameters = {
        name: ("param" if tensor.requires_grad else "frozen", list(tensor.shape))
        for name, tensor in layer.named_parameters(remove_duplicate=False)
    }
    return parameters | {name: ("buffer", list(tensor.shape)) for name, tensor in layer.named_buffers()}


def our_tensors(text: str) -> dict[str, tuple[str, list[int]]]:
    return {tensor.name: (tensor.kind, list(tensor.shape)) for tensor in adapter.tensors(text)}


def test_every_class_that_owns_parameters_has_drawn_arguments() -> None:
    owners = {name for name in CLASSES if adapter.owns_tensors(name)}
    held = {"Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict", "DataParallel"}
    assert owners - held <= ARGUMENTS.keys() | {name for name in CLASSES if re.match("Fractional|.*Loss", name)}


@pytest.mark.parametrize("cls", ARGUMENTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_drawn_layer_has_the_tensors_of_torch(cls: str, data: Any) -> None:
    kwargs = data.draw(ARGUMENTS[cls])
    text = call(cls, (), kwargs)
    layer = built(cls, kwargs)
    if layer is None:
        assert adapter.refusal(text) is not None
    else:
        assert our_tensors(text) == torch_tensors(layer)
        assert adapter.count(text) == sum(tensor.numel() for tensor in layer.parameters())


@pytest.mark.parametrize("cls", ARGUMENTS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_formula_in_symbols_gives_the_count_of_torch(cls: str, data: Any) -> None:
    kwargs = data.draw(ARGUMENTS[cls])
    layer = built(cls, kwargs)
    if layer is not None:
        sizes: dict[str, int | bool] = {}
        text = call(cls, (), {name: in_symbols(given, name, sizes) for name, given in kwargs.items()})
        assert adapter.count_in_symbols(text, sizes) == sum(tensor.numel() for tensor in layer.parameters())


def in_symbols(given: Any, name: str, sizes: dict[str, int | bool]) -> Any:
    """`given` with a symbol for every positive number and yes/no in it; what they were goes into `sizes`."""
    if isinstance(given, Layer):
        args = tuple(in_symbols(inner, f"{name}_{i}", sizes) for i, inner in enumerate(given.args))
        inner = {key: in_symbols(inner, f"{name}_{key}", sizes) for key, inner in given.kwargs.items()}
        return Layer(given.cls, args, inner)
    if isinstance(given, list):
        return [in_symbols(inner, f"{name}_{i}", sizes) for i, inner in enumerate(given)]
    if isinstance(given, bool) or (isinstance(given, int) and given > 0):
        sizes[name] = given
        return Size(name)
    return given


# ------------------------------------------------------------------------------------- containers, losses, refusals


def test_containers_name_their_layers_as_torch_does() -> None:
    linear, norm = nn.Linear(3, 4), nn.LayerNorm(4)
    held = {
        "Sequential(Linear(3, 4), LayerNorm(4))": nn.Sequential(linear, norm),
        "ModuleList([Linear(3, 4), LayerNorm(4)])": nn.ModuleList([linear, norm]),
        "ModuleDict([('a', Linear(3, 4)), ('b', LayerNorm(4))])": nn.ModuleDict([("a", linear), ("b", norm)]),
        "ParameterList([[3, 4], [5], []])": nn.ParameterList([torch.ones(3, 4), torch.ones(5), torch.ones(())]),
        "ParameterDict([('a', [3, 4]), ('b', [5])])": nn.ParameterDict({"a": torch.ones(3, 4), "b": torch.ones(5)}),
        "DataParallel(Linear(3, 4))": nn.DataParallel(linear),
        "ModuleList()": nn.ModuleList(),
    }
    for text, layer in held.items():
        assert our_tensors(text) == torch_tensors(layer), text


@pytest.mark.parametrize(
    "cls", ["CrossEntropyLoss", "NLLLoss", "BCELoss", "MultiMarginLoss", "MultiLabelSoftMarginLoss"]
)
def test_weights_of_classes_are_a_buffer(cls: str) -> None:
    assert our_tensors(f"{cls}(weight=[7])") == torch_tensors(getattr(nn, cls)(weight=torch.ones(7)))


JUDGED: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("Dropout", (), {"p": 1.5}),
    ("Dropout", (), {"p": 1.0}),
    ("AlphaDropout", (-0.1,), {}),
    ("Hardtanh", (1.0, 1.0), {}),
    ("Hardtanh", (2.0, 1.0), {"min_value": 0.0}),
    ("FractionalMaxPool2d", (3,), {}),
    ("FractionalMaxPool2d", (3,), {"output_ratio": 0.5}),
    ("FractionalMaxPool2d", (3,), {"output_ratio": 1.5}),
    ("FractionalMaxPool3d", (3,), {"output_size": 4, "output_ratio": 0.5}),
    ("FractionalMaxPool3d", (3,), {"output_ratio": [0.5, 0.5, 0.7]}),
    ("MultiMarginLoss", (), {"p": 3}),
    ("TripletMarginLoss", (), {"margin": 0.0}),
    ("TripletMarginWithDistanceLoss", (), {"margin": -1.0}),
    ("LinearCrossEntropyLoss", (3, 4), {"label_smoothing": 1.1}),
    ("ReLU", (), {"inplace": True, "slope": 1}),
    ("ReLU", (True, 1), {}),
    ("Sigmoid", (1,), {}),
    ("Identity", (54, 3), {}),
    ("MaxPool2d", (), {}),
    ("MaxPool2d", (2, 2), {"ceil_mode": True}),
    ("ConstantPad2d", (2,), {}),
    ("PixelShuffle", (0,), {}),
    ("Upsample", (), {"scale_factor": 2, "mode": "bilinear"}),
]


@pytest.mark.filterwarnings("ignore:keyword argument")
@pytest.mark.parametrize(("cls", "args", "kwargs"), JUDGED, ids=str)
def test_arguments_are_judged_as_torch_judges_them(cls: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    try:
        getattr(nn, cls)(*args, **{name: torch_value(given) for name, given in kwargs.items()})
        is_accepted = True
    except (ValueError, RuntimeError, AssertionError, TypeError):
        is_accepted = False
    assert (adapter.refusal(call(cls, args, kwargs)) is None) == is_accepted
