"""Python's calls → values: its own functions, those of other packages, and what is a parameter."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence
from typing import Any

from . import tensors
from .frames import Frame
from .layers import Layers
from .scope import (
    ALIKE,
)
from .values import (
    ATOM,
    OPEN,
    POWER,
    Class,
    Config,
    Dotted,
    Function,
    Me,
    Method,
    NotUnderstood,
    Partial,
    Path,
    Range,
    Row,
    Super,
    Tensor,
    Text,
    Unknown,
    Value,
    Walk,
    Words,
    inner,
    known,
)

KEPT = {"copy.deepcopy", "copy.copy", "torch.jit.script", "torch.compile", "torch.nn.utils.spectral_norm_off"}


NORMED = ("torch.nn.utils.weight_norm", "torch.nn.utils.spectral_norm", "torch.nn.utils.parametrizations")


# Helpers that make a pair of one size, wherever they come from.
PAIRS = {"to_2tuple", "_pair", "make_2tuple"}
LISTS = {"list", "tuple", "set", "sorted", "iter"}


SAME = {
    "builtins.max": "max", "builtins.min": "min", "builtins.sum": "sum", "builtins.abs": "abs", "builtins.int": "int",
    "builtins.round": "round", "math.floor": "floor", "math.ceil": "ceil", "math.sqrt": "sqrt", "math.log2": "log2",
    "math.prod": "prod", "numpy.prod": "prod", "numpy.ceil": "ceil", "numpy.floor": "floor", "numpy.sqrt": "sqrt",
    "numpy.sum": "sum", "numpy.cumsum": "", "numpy.log2": "log2", "numpy.maximum": "max", "numpy.minimum": "min",
    "torch.prod": "", "torch.tensor": "",
}  # fmt: skip


COMPUTED: dict[str, Callable[..., Any]] = {
    "max": max,
    "min": min,
    "abs": abs,
    "int": int,
    "round": round,
    "floor": math.floor,
    "ceil": math.ceil,
}


QUIET = (
    "torch.",
    "math.",
    "numpy.",
    "warnings.",
    "logging.",
    "os.",
    "typing.",
    "einops.",
    "torch.nn.functional.",
    "random.",
)


EMPTY_LAYERS = {"Rearrange", "Reduce", "DropPath", "StochasticDepth", "Permute", "Lambda"}


def _is_no_size(value: Value) -> bool:
    """Whether an argument is a tensor, or something that hides no sizes, such as a rate of dropout."""
    value = inner(value)
    return isinstance(value, Tensor) or (isinstance(value, Unknown) and not value.hides)


def _last(value: Value) -> str:
    return value.last if isinstance(value, Dotted) else value.name if isinstance(value, Class) else ""


class Calls(Layers):
    """The reading of calls."""

    def called(self, node: ast.Call, frame: Frame) -> Value:
        """What a call stands for."""
        if isinstance(node.func, ast.Name) and node.func.id in PAIRS and len(node.args) == 1:
            return self._paired(self.evaluate(node.args[0], frame))
        if isinstance(node.func, ast.Name) and node.func.id == "super" and frame.home is not None:
            return Super(frame.home)
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
                if value.key in {arg.arg for arg in frame.writer.stars}:
                    named["**"] = value
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
        words += [
            f"{name}={self.text(one).text}" for name, one in named.items() if name not in ("inplace", "eps", "momentum")
        ]
        return Text(f"{callee.within(ATOM)}({', '.join(words)})", ATOM, OPEN, "module")

    def _external(
        self, callee: Dotted, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value:
        path = callee.path
        if path.startswith("torch.nn.") and callee.last[:1].isupper() and not path.startswith("torch.nn.functional"):
            return self.layer(callee.last, args, named, node, frame)
        if path.startswith("builtins."):
            return self._builtin(callee.last, args, named, node, frame)
        if SAME.get(path):
            return self._same(SAME[path], args, node)
        if path in KEPT and args:
            return self._copied(args[0])
        if path.startswith(NORMED):
            raise NotUnderstood("this replaces a weight by others", node)
        if path == "typing.cast" and len(args) == 2:
            return args[1]
        if path == "functools.partial" and args:
            return Partial(args[0], args[1:], named)
        if callee.last in ("OrderedDict", "defaultdict"):
            return self._builtin("dict", args, named, node, frame)
        if callee.last in ALIKE and not path.startswith("torch."):
            self.notes[callee.last] = ALIKE[callee.last]
            return self.layer(ALIKE[callee.last], args, named, node, frame)
        if callee.last in EMPTY_LAYERS:
            return Text("Identity()", ATOM, OPEN, "module", False)
        if callee.last in ("to_2tuple", "_pair", "pair") and args:
            return self._paired(args[0])
        if callee.last == "get_model_parallel_world_size":
            return known(1)
        if path.startswith("torch.") and not path.startswith(("torch.nn", "torch.hub")):
            return tensors.made(callee.last, args, named)
        if path.startswith("numpy."):
            return tensors.made(callee.last, args, named)
        if path.startswith(QUIET):
            return Unknown(node, f"{path} isn't known", False)
        raise NotUnderstood(f"{path} isn't known", node)

    def _paired(self, value: Value) -> Value:
        if isinstance(value, Row):
            return value
        text = self.text(value)
        if text.is_known:
            return Row("tuple", [(None, text), (None, text)])
        return Text(f"pair({text.text})")

    @staticmethod
    def _copied(value: Value) -> Value:
        value = inner(value)
        if isinstance(value, Text):
            return Text(value.text, value.strength, value.value, value.kind, value.owns)
        if isinstance(value, Row) and not value.is_open:
            return Row(value.kind, list(value.items), value.block)
        if isinstance(value, Config):
            return Config(value.key, value.fields, dict(value.changed))
        return value

    def _same(self, name: str, args: list[Value], node: ast.AST) -> Value:
        values = [inner(one) for one in args]
        for one in values:
            if isinstance(one, Unknown):
                return Unknown(node, one.reason, False)
            if isinstance(one, Tensor):
                return Tensor(())
        if len(values) == 1 and isinstance(values[0], Row) and not values[0].is_open and name in ("max", "min"):
            values = values[0].values
        texts = [self.text(one) for one in values]
        numbers = [one.value for one in texts]
        if name in COMPUTED and texts and all(isinstance(one, (int, float)) for one in numbers):
            try:
                result = COMPUTED[name](*numbers)
            except (ArithmeticError, ValueError, TypeError):
                raise NotUnderstood("this can't be computed", node) from None
            if name in ("int", "round", "floor", "ceil") and (len(texts) > 1 or numbers[0] == result):
                return (
                    Text(texts[0].text, texts[0].strength, result)
                    if numbers[0] == result and "/" not in texts[0].text
                    else known(result)
                )
            return Text(f"{name}({', '.join(one.text for one in texts)})", ATOM, result)
        if name == "round":
            texts = texts[:1]
        if name == "int" and "//" in texts[0].text and "/" not in texts[0].text.replace("//", ""):
            return texts[0]
        if (
            name == "int"
            and not any(sign in texts[0].text for sign in "/.^")
            and texts[0].strength >= POWER
            and texts[0].text.isidentifier()
        ):
            return texts[0]
        return Text(f"{name}({', '.join(one.text for one in texts)})")

    def _builtin(self, name: str, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        method = getattr(self, f"_call_{name}", None)
        if method is not None:
            found: Value = method(args, named, node, frame)
            return found
        if f"builtins.{name}" in SAME:
            return self._same(name, args, node)
        if name in LISTS and args:
            return self._list_of(args[0], "tuple" if name == "tuple" else "list", frame)
        if name in LISTS:
            return Row("list", [], frame.block)
        if name in ("float", "bool", "str") and args:
            value = inner(args[0])
            return (
                known(str(value.value))
                if name == "str" and isinstance(value, Text) and value.is_known
                else value
                if name != "str" or isinstance(value, Words)
                else Words((self.text(value),))
            )
        return Unknown(node, f"{name} isn't known", False)

    def _list_of(self, value: Value, kind: str, frame: Frame) -> Value:
        value = inner(value)
        if isinstance(value, Row):
            return value if value.is_open else Row(kind, list(value.items), frame.block)
        if isinstance(value, Range):
            turns = self.iterated(value, frame)
            if isinstance(turns, list):
                return Row(kind, [(None, one) for one in turns], frame.block)
        return value

    def _call_len(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        value = inner(args[0])
        if isinstance(value, Row) and not value.is_open:
            return known(len(value.items))
        if isinstance(value, Row):
            raise NotUnderstood("its length isn't known", node)
        if isinstance(value, Text) and isinstance(value.value, str):
            return known(len(value.value))
        return Text(f"len({self.text(value).text})")

    def _call_range(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        texts = [self.text(one) for one in args]
        if len(texts) == 1:
            return Range(known(0), texts[0], known(1))
        if len(texts) in (2, 3):
            return Range(texts[0], texts[1], texts[2] if len(texts) == 3 else known(1))
        raise NotUnderstood("this is no range", node)

    def _call_enumerate(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        start = named.get("start", args[1] if len(args) > 1 else known(0))
        turns = self.iterated(args[0], frame)
        if isinstance(turns, list) and isinstance(start, Text) and isinstance(start.value, int):
            return Row(
                "list",
                [(None, Row("tuple", [(None, known(start.value + i)), (None, one)])) for i, one in enumerate(turns)],
            )
        if not (isinstance(start, Text) and start.value == 0):
            raise NotUnderstood("enumerate with a start over something open has no reading", node)
        return Walk(f"enumerate({self.walked(args[0])})")

    def _call_zip(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        turns = [self.iterated(one, frame) for one in args]
        if all(isinstance(one, list) for one in turns):
            rows = zip(*(one for one in turns if isinstance(one, list)), strict=False)
            return Row("list", [(None, Row("tuple", [(None, one) for one in row])) for row in rows])
        return Walk(f"zip({', '.join(self.walked(one) for one in args)})")

    def _call_reversed(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        turns = self.iterated(args[0], frame)
        if isinstance(turns, list):
            return Row("list", [(None, one) for one in reversed(turns)], frame.block)
        return Text(f"reversed({self.walked(args[0])})")

    def walked(self, value: Value) -> str:
        """What a loop goes over, as text."""
        value = inner(value)
        if isinstance(value, Walk):
            return value.text
        if isinstance(value, Range):
            words = (
                [value.stop.text]
                if value.start.value == 0 and value.step.value == 1
                else [value.start.text, value.stop.text]
            )
            return f"range({', '.join(words + ([value.step.text] if value.step.value != 1 else []))})"
        return self.text(value).text

    def _call_dict(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        row = Row("dict", [], frame.block)
        if args:
            given = inner(args[0])
            if isinstance(given, Row) and given.kind in ("dict", "ModuleDict"):
                row = given if given.is_open else Row("dict", list(given.items), frame.block)
            elif isinstance(given, Row) and not given.is_open:
                for pair in given.values:
                    pair = inner(pair)
                    if not isinstance(pair, Row) or len(pair.items) != 2:
                        raise NotUnderstood("these are no pairs", node)
                    row.items.append((self.key(pair.values[0], node), pair.values[1]))
            elif isinstance(given, Row):
                self._keyed(given, node)
                given.kind = "dict"
                row = given
            else:
                raise NotUnderstood("these are no pairs", node)
        row.items += named.items()
        return row

    def pairs(self, row: Row, node: ast.AST, frame: Frame) -> Row:
        """A list of pairs as a dict."""
        found = self._call_dict([row], {}, node, frame)
        assert isinstance(found, Row)
        return found

    def _keyed(self, row: Row, node: ast.AST) -> None:
        """Pairs of a name and a layer that a loop made: the name becomes the place's key."""
        for one in row.nodes:
            pair = inner(one.value)
            if isinstance(pair, Row) and pair.kind == "tuple" and len(pair.items) == 2:
                one.key, one.value = self.key(pair.values[0], node), pair.values[1]

    def _call_isinstance(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        value = inner(args[0])
        if len(args) < 2:
            raise NotUnderstood("this has no reading", node)
        kinds = {_last(one) for one in (args[1].values if isinstance(args[1], Row) else [args[1]])}
        if isinstance(value, Row):
            return known(bool(kinds & {value.kind, "Sequence", "Iterable", "Module", "Collection"}))
        if isinstance(value, Text) and value.is_known:
            return known(type(value.value).__name__ in kinds or (isinstance(value.value, int) and "Number" in kinds))
        if isinstance(value, Text) and value.kind == "module":
            return known("Module" in kinds or value.text.partition("(")[0] in kinds)
        if isinstance(value, Text) and "str" in kinds and value.kind != "text":
            return known(False)
        return known(
            bool(kinds & {"int", "float", "Number", "Integral", "Real"})
            if isinstance(value, Text) and value.kind != "text"
            else "str" in kinds
        )

    def _call_hasattr(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        value, name = inner(args[0]), args[1]
        if isinstance(value, Me) and isinstance(name, Text):
            return known(str(name.value) in frame.writer.state)
        return known(True)

    def _call_getattr(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        value, name = inner(args[0]), args[1]
        if isinstance(value, Config) and isinstance(name, Text) and isinstance(name.value, str):
            return self.configured(value, name.value, frame, args[2] if len(args) > 2 else None)
        if isinstance(value, Me):
            key = self.key(name, node)
            if key in frame.writer.state:
                return frame.writer.state[key]
            return Path(key, Text(key, ATOM, OPEN, "module"))
        if isinstance(value, Dotted) and isinstance(name, Text) and isinstance(name.value, str):
            return Dotted(f"{value.path}.{name.value}")
        if isinstance(args[0], Path):
            return self.part(args[0], self.key(name, node))
        raise NotUnderstood("which attribute this is isn't known", node)

    def _call_setattr(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        if len(args) != 3:
            raise NotUnderstood("this has no reading", node)
        owner, value = inner(args[0]), args[2]
        if isinstance(owner, Me):
            self.set_own(self.key(args[1], node), value, frame, node)
        elif isinstance(owner, Config) and isinstance(args[1], Text) and isinstance(args[1].value, str):
            owner.changed[args[1].value] = value
        else:
            raise NotUnderstood("a part of another module is set", node)
        return known(None)

    def _call_type(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        return Unknown(node, "the type isn't known", False)

    def _call_super(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        home = args[0] if args and isinstance(args[0], Class) else frame.home
        if home is None:
            raise NotUnderstood("super() stands outside of a class", node)
        return Super(home)

    def _call_print(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        return known(None)

    def _call_map(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        turns = self.iterated(args[1], frame)
        if isinstance(turns, list):
            return Row("list", [(None, self.apply(args[0], [one], {}, node, frame)) for one in turns], frame.block)
        item = self.text(self.apply(args[0], [Text("i")], {}, node, frame))
        if item.kind != "module":
            return Text(f"[{item.text} for i in {self.walked(args[1])}]")
        raise NotUnderstood("this has no reading", node)
