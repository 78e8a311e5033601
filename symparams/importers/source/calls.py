"""Python's calls → values: its own functions, those of other packages, and what is a parameter."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence

from . import tensors
from .builtin import SAME, Builtins
from .frames import Frame, Parameter, Writer, super_of
from .nodes import Block, Line
from .scope import (
    ALIKE,
)
from .signatures import Signature
from .values import (
    ATOM,
    OPEN,
    Class,
    Config,
    Dotted,
    Function,
    Me,
    Method,
    NotUnderstood,
    Partial,
    Path,
    Row,
    Super,
    Tensor,
    Text,
    Unknown,
    Value,
    inner,
    known,
)

KEPT = {"copy.deepcopy", "copy.copy", "torch.jit.script", "torch.compile", "torch.nn.utils.spectral_norm_off"}


# Lines of the functions that do what the old ones of torch.nn.utils do to a layer.
OLD_NORMS = {
    "weight_norm": (
        "shape = layer.{name}.shape",
        "drop {name}",
        "{name}_g: [n if i == 0 else 1 for i, n in enumerate(shape)]",
        "{name}_v: [*shape]",
    ),
    "spectral_norm": (
        "shape = layer.{name}.shape",
        "is_transposed = layer is ConvTranspose1d or layer is ConvTranspose2d or layer is ConvTranspose3d",
        "along = shape[1] if is_transposed else shape[0]",
        "drop {name}",
        "{name}_orig: [*shape]",
        "buffer {name}_u: [along]",
        "buffer {name}_v: [prod(shape)//along]",
    ),
}
# What of torch.nn.utils changes the tensors of a layer in other ways.
CHANGING = {
    "register_parametrization", "remove_weight_norm", "remove_spectral_norm", "remove_parametrizations", "fuse_conv_bn_eval",
    "fuse_linear_bn_eval", "identity", "random_unstructured", "l1_unstructured", "random_structured", "ln_structured",
    "global_unstructured", "custom_from_mask", "remove", "skip_init",
}  # fmt: skip
NORMED = ("torch.nn.utils.weight_norm", "torch.nn.utils.spectral_norm", "torch.nn.utils.parametrizations")


# Helpers that make a pair of one size, wherever they come from.
PAIRS = {"to_2tuple", "_pair", "make_2tuple"}


QUIET = ("torch.", "omegaconf.", "packaging.")
# Packages of Python itself whose functions may give on what they are given.
MAKERS = {"copy", "functools", "itertools", "collections", "operator", "builtins", "importlib", "contextlib"}
# Classes of other packages that are no networks, by the ends of their names.
WITHOUT_TENSORS = (
    "Tokenizer",
    "TokenizerFast",
    "Processor",
    "FeatureExtractor",
    "Config",
    "Scheduler",
    "Dataset",
    "DataLoader",
)
# Wrappers of torch that have a network as their member `module`.
WRAPPED = {"torch.nn.DataParallel", "torch.nn.DistributedDataParallel"}


EMPTY_LAYERS = {
    "Rearrange",
    "Reduce",
    "DropPath",
    "StochasticDepth",
    "Permute",
    "Lambda",
    "FloatFunctional",
    "QuantStub",
    "DeQuantStub",
}


# Arguments that no layer's sizes depend on.
IDLE = {"inplace", "eps", "momentum", "device", "dtype"}


def _is_no_size(value: Value) -> bool:
    """Whether an argument is a tensor, or something that hides no sizes, such as a rate of dropout."""
    value = inner(value)
    return isinstance(value, Tensor) or (isinstance(value, Unknown) and not value.hides)


class Calls(Builtins):
    """The reading of calls."""

    def called(self, node: ast.Call, frame: Frame) -> Value:
        """What a call stands for."""
        if isinstance(node.func, ast.Name) and node.func.id in PAIRS and len(node.args) == 1:
            return self._paired(self.evaluate(node.args[0], frame))
        if isinstance(node.func, ast.Name) and node.func.id == "super" and frame.home is not None:
            return super_of(frame.home, frame)
        callee = self.evaluate(node.func, frame)
        args, named = self._arguments(
            node, frame, isinstance(callee, (Class, Function, Text, Partial, Dotted, Method, Path))
        )
        return self.apply(callee, args, named, node, frame)

    def _arguments(self, node: ast.Call, frame: Frame, lenient: bool) -> tuple[list[Value], dict[str, Value]]:
        args: list[Value] = []
        for one in node.args:
            if isinstance(one, ast.Starred):
                args += self._spread(one, frame)
            else:
                args.append(self.lenient(one, frame) if lenient else self.evaluate(one, frame))
        named: dict[str, Value] = {}
        for keyword in node.keywords:
            if keyword.arg is not None:
                named[keyword.arg] = self.lenient(keyword.value, frame)
                continue
            value = inner(self.lenient(keyword.value, frame))
            if isinstance(value, Row) and not value.is_open:
                named.update({key: one for key, one in value.items if key})
            elif isinstance(value, Config):
                named.update({key: one for key, one in value.changed.items() if key not in named})
                named |= {key: self.configured(value, key, frame) for key in value.presets if key not in named}
                if value.key:
                    named["**"] = value
            elif not isinstance(value, Text) or not value.is_known:
                named["**"] = (
                    value if isinstance(value, Unknown) else Unknown(keyword.value, "what it gives isn't known")
                )
        return args, named

    def _spread(self, node: ast.Starred, frame: Frame) -> list[Value]:
        value = inner(self.evaluate(node.value, frame))
        if isinstance(value, Row):
            if not value.is_open:
                return value.values
            if value.nodes:
                value.kind = "*"
                return [value]
        return [Text(f"*{self.text(value).within(ATOM)}")]

    def apply(self, callee: Value, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        """The value of a call with its arguments."""
        if isinstance(callee, Path):
            callee = callee.value
        if "**" in named and not isinstance(callee, (Dotted, Class, Partial, Method)):
            named.pop("**")
        if isinstance(callee, Dotted):
            return self._external(callee, args, named, node, frame)
        if isinstance(callee, Class):
            return self.instance(callee, args, named, node, frame)
        if isinstance(callee, Function):
            return self.function_call(callee, args, named, node, frame)
        if isinstance(callee, Partial):
            return self.apply(callee.callee, [*callee.args, *args], {**callee.named, **named}, node, frame)
        if isinstance(callee, Unknown) and not callee.hides:
            return Unknown(node, callee.reason, False)
        if isinstance(callee, Method):
            return self.method_call(callee, args, named, node, frame)
        if isinstance(callee, Text) and callee.kind != "module" and not callee.is_known:
            return self._of_argument(callee, args, named)
        raise NotUnderstood("what is called isn't known", node)

    def _of_argument(self, callee: Text, args: Sequence[Value], named: dict[str, Value]) -> Text:
        """A call of what is a parameter: `norm(d)`."""
        named = {name: one for name, one in named.items() if not _is_no_size(one)}
        words = [self.text(one).text for one in args]
        words += [f"{name}={self.text(one).text}" for name, one in named.items() if name not in IDLE]
        return Text(f"{callee.within(ATOM)}({', '.join(words)})", ATOM, OPEN, "module")

    def _external(
        self, callee: Dotted, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value:
        path = callee.path
        if callee.last == "__init__" and args and isinstance(args[0], Me) and frame.home is not None:
            return self.method_call(Method(Super(frame.home), "__init__"), args[1:], named, node, frame)
        if path in WRAPPED and args:
            return Row("ModuleDict", [("module", args[0])], frame.block)
        if callee.last in EMPTY_LAYERS or path.startswith("torchvision.transforms."):
            return Text("Identity()", ATOM, OPEN, "module", False)
        if path.startswith("torch.nn.") and callee.last[:1].isupper() and not path.startswith("torch.nn.functional"):
            return self.layer(callee.last, args, named, node, frame)
        if path.startswith("builtins."):
            return self.builtin(callee.last, args, named, node, frame)
        if SAME.get(path):
            return self.same(SAME[path], args, node)
        if path in KEPT and args:
            return self._copied(args[0])
        if path.startswith(NORMED) and args:
            return self._parametrized(path, args, named, node, frame)
        if path.startswith("torch.nn.utils.") and callee.last in CHANGING:
            raise NotUnderstood(f"{callee.last} changes what a layer is made of", node)
        if path in ("inspect.isfunction", "inspect.ismethod"):
            return self.builtin("callable", args, named, node, frame)
        if path == "dataclasses.asdict" and args:
            return args[0]
        if path == "typing.cast" and len(args) == 2:
            return args[1]
        if path == "functools.partial" and args:
            named.pop("**", None)
            return Partial(args[0], args[1:], named, frame)
        if callee.last in ("OrderedDict", "defaultdict"):
            return self.builtin("dict", args, named, node, frame)
        if callee.last in ALIKE and not path.startswith("torch."):
            self.notes[callee.last] = ALIKE[callee.last]
            return self.layer(ALIKE[callee.last], args, named, node, frame)
        if callee.last in ("to_2tuple", "_pair", "pair") and args:
            return self._paired(args[0])
        if callee.last == "get_model_parallel_world_size":
            return known(1)
        if callee.last == "meshgrid":
            return tensors.grid(args, named, frame.block)
        if path.startswith("torch.") and not path.startswith(("torch.nn", "torch.hub")):
            return tensors.made(callee.last, args, named)
        if path.startswith(("numpy.", "einops.")):
            return tensors.made(callee.last, args, named)
        is_quiet = path.startswith(QUIET) or callee.path.partition(".")[0] in sys.stdlib_module_names - MAKERS
        if is_quiet or any(part.endswith(WITHOUT_TENSORS) for part in path.split(".")):
            return Unknown(node, f"{path} isn't known", False)
        raise NotUnderstood(f"{path} isn't known", node)

    def _paired(self, value: Value) -> Value:
        if isinstance(value, Row):
            return value
        text = self.text(value)
        if text.is_known or text.kind == "flag":
            return Row("tuple", [(None, text), (None, text)])
        return Text(f"pair({text.text})", kind="row")

    def _parametrized(
        self, path: str, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value:
        """A layer whose weight is made from others, in PyTorch's new way or in its old one."""
        name = path.rpartition(".")[2]
        if name not in ("weight_norm", "spectral_norm", "orthogonal"):
            raise NotUnderstood(f"{name} replaces a weight by others", node)
        layer = inner(args[0])
        if isinstance(layer, Row):
            raise NotUnderstood(f"{name} of a row has no reading", node)
        if "parametrizations" not in path:
            name = self.old_norm(name, args, named, node)
        words = [self.text(one).text for one in args[1:]]
        words += [f"{key}={self.text(one).text}" for key, one in named.items() if key in ("name", "dim")]
        text = f"{name}({', '.join([self.text(layer).text, *words])})"
        made = Text(text, ATOM, OPEN, "module")
        if isinstance(args[0], Path):  # in its place
            self.replaced(args[0], made, frame, node)
        return made

    def old_norm(self, name: str, args: list[Value], named: dict[str, Value], node: ast.AST) -> str:
        """The function of the language for `torch.nn.utils.weight_norm` or `spectral_norm`, which name tensors otherwise."""
        if len(args) > 1 or set(named) - {"name", "n_power_iterations", "eps"} or name not in OLD_NORMS:
            raise NotUnderstood(f"{name} along another dimension has no reading", node)
        lang = f"old_{name}"
        if all(one.name != lang for one in self.made_functions):
            block = Block([Line(line) for line in OLD_NORMS[name]])
            writer = Writer(lang, root=block, base="layer", is_function=True)
            params = [Parameter("layer", "layer"), Parameter("name", "name", default='"weight"')]
            self.made_functions.append(
                Signature(lang, params, ast.arguments([], [], None, [], [], None, []), writer, True, "module", 0)
            )
            self.done[id(self.made_functions[-1])] = self.made_functions[-1]
        return lang

    @staticmethod
    def _copied(value: Value) -> Value:
        value = inner(value)
        if isinstance(value, Text):
            return Text(value.text, value.strength, value.value, value.kind, value.owns)
        if isinstance(value, Row) and not value.is_open:
            return Row(value.kind, [(key, Calls._copied(one)) for key, one in value.items], value.block)
        if isinstance(value, Config):
            return Config(value.key, value.fields, value.given, value.derived, dict(value.changed))
        return value
