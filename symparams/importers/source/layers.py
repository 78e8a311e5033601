"""Layers of `torch.nn` with the arguments that say what they are, containers, and any value as an expression of the language."""

from __future__ import annotations

import ast
import re

from .frames import Frame
from .labels import joined_rows
from .library import layer_signature
from .rows import Rows
from .scope import ALIKE, CONTAINERS
from .values import (
    ATOM,
    OPEN,
    Class,
    Config,
    Dotted,
    Function,
    NotUnderstood,
    Partial,
    Path,
    Range,
    Row,
    Tensor,
    Text,
    Unknown,
    Value,
    inner,
    is_none,
    known,
    owns_tensors,
)

GEOMETRY = {"stride", "padding", "dilation", "output_padding", "kernel_size", "upscale_factor", "num_groups"}


def is_written(value: Value) -> bool:
    """Whether a value is a text or a row of texts."""
    value = inner(value)
    texts = value.values if isinstance(value, Row) and not value.is_open else [value]
    return all(isinstance(one, Text) and not re.search(r"\.\w+\(", one.text) for one in texts)


class Layers(Rows):
    """The reading of layers."""

    def layer(self, name: str, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        """A layer of `torch.nn`, with the arguments that say what it is."""
        if name in CONTAINERS:
            return self.container(name, args, node, frame)
        if name in ("Parameter", "UninitializedParameter", "Buffer"):
            return self._parameter(name, args, named, node, frame)
        if name == "Module":
            return Row("ModuleDict", [], frame.block)
        params, without_influence, owns = layer_signature(name)
        if params is None:
            raise NotUnderstood(f"torch.nn.{name} isn't known", node)
        if len(args) > len(params) and not any(kind == "variadic" for _, _, kind in params):
            raise NotUnderstood(f"{name} takes at most {len(params)} arguments", node)
        extra = named.pop("**", None)
        if isinstance(extra, Unknown) and owns:
            raise NotUnderstood(extra.reason, extra.node)
        if isinstance(extra, Config):
            written = [
                (one, default)
                for one, default, _ in params
                if not default or one in GEOMETRY or one not in without_influence
            ]
            left = [one for one in written if one[0] not in {param[0] for param in params[: len(args)]}]
            self.passed_on(extra, [one for one in left if one[0] not in ("device", "dtype")], named, frame)
        given = {param[0]: value for param, value in zip(params, args, strict=False)} | named
        words: list[str] = []
        has_gap = False
        for param, default, kind in params:
            value = given.get(param)
            if isinstance(value, Unknown) and param in GEOMETRY and not default:
                raise NotUnderstood(value.reason, value.node)
            if value is None or (param in without_influence and (param not in GEOMETRY or not is_written(value))):
                has_gap = True
                continue
            text = self.argument(value, node)
            if default == text.text and default:
                has_gap = True
                continue
            has_gap = has_gap or kind == "keyword" or (bool(default) and param in named)
            words.append(f"{param}={text.text}" if has_gap else text.text)
        return Text(f"{name}({', '.join(words)})", ATOM, OPEN, "module", owns)

    def argument(self, value: Value, node: ast.AST) -> Text:
        """A value as an argument; a module that is a member elsewhere isn't copied."""
        if isinstance(value, Unknown):
            raise NotUnderstood(value.reason, value.node)
        if (
            isinstance(value, Path)
            and isinstance(value.value, Text)
            and value.value.kind == "module"
            and owns_tensors(value)
        ):
            raise NotUnderstood("one module would stand in two places", node)
        return self.text(value)

    def _parameter(self, name: str, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        data = inner(args[0] if args else named.get("data", Tensor(None)))
        if isinstance(data, Unknown):
            raise NotUnderstood(data.reason, data.node)
        if isinstance(data, Text):
            data = Tensor(())
        if not isinstance(data, Tensor) or data.sizes is None:
            raise NotUnderstood("the sizes of this tensor aren't told", node)
        trained = named.get("requires_grad", args[1] if len(args) > 1 else known(True))
        condition = self.truth_of(trained, frame)
        if not condition.is_known and name != "Buffer":
            return Tensor(data.sizes, "param", condition)
        return Tensor(data.sizes, "buffer" if name == "Buffer" else "param" if condition.value else "frozen")

    def container(self, name: str, args: list[Value], node: ast.AST, frame: Frame) -> Value:
        """Sequential, ModuleList and the like."""
        first = inner(args[0]) if len(args) == 1 else None
        if name == "Sequential" and not (isinstance(first, Row) and first.kind in ("dict", "*")):
            row = Row("Sequential", [], frame.block)
            for one in args:
                if isinstance(one, Unknown):
                    raise NotUnderstood(one.reason, one.node)
                if isinstance(one, Row) and one.kind == "*":
                    row = self._grown(row, one, node)
                else:
                    self.append(row, one, frame)
            return row
        if not args or is_none(args[0]):
            return Row(name, [], frame.block)
        given = inner(args[0])
        if isinstance(given, Row):
            for one in given.values:
                if isinstance(inner(one), Unknown):
                    raise NotUnderstood(inner(one).reason, inner(one).node)  # type: ignore[union-attr]
            if name == "ModuleDict" and given.kind == "list":
                given = self.pairs(given, node, frame)
            if given.is_open:
                given.kind = name
                return given
            return Row(name, list(given.items), frame.block)
        if isinstance(given, Text) and not given.is_known:
            return Text(f"{name}({'*' if name == 'Sequential' else ''}{given.text})", ATOM, OPEN, "module")
        raise NotUnderstood("what is in it isn't known", node)

    def _grown(self, row: Row, more: Row, node: ast.AST) -> Row:
        """A row, and behind it one that a loop made: its places count from behind the first."""
        if row.is_open or (more.own is not None and more.is_open):
            return joined_rows([row, more], node)
        more.kind = row.kind
        more.items[:0] = row.items
        return more

    def text(self, value: Value) -> Text:
        """A value as an expression of the language. Raises: `NotUnderstood`."""
        value = inner(value)
        if isinstance(value, Text):
            return value
        if isinstance(value, Row):
            return self._row_text(value)
        if isinstance(value, Dotted):
            if value.path.startswith("torch.nn.") and layer_signature(value.last)[0] is not None:
                return Text(value.last, kind="class")
            if value.last in ALIKE:
                return Text(ALIKE[value.last], kind="class")
            is_quiet = value.path.startswith("torch.") and not value.last[:1].isupper()
            raise NotUnderstood(f"{value.path} isn't known", hides=not is_quiet)
        if isinstance(value, Class):
            return self.class_text(value)
        if isinstance(value, Partial):
            return self.partial_text(value)
        if isinstance(value, Function):
            return self.function_text(value)
        if isinstance(value, Range):
            return Text(self.walked(value))
        if isinstance(value, Unknown):
            raise NotUnderstood(value.reason, value.node)
        raise NotUnderstood("this is no size")

    def partial_text(self, partial: Partial) -> Text:
        """A layer or class with some arguments given, as a value."""
        base = partial.callee
        if isinstance(base, Dotted) and not partial.args:
            idle_names = layer_signature(base.last)[1]
            if all(name in idle_names for name in partial.named):
                return self.text(base)
        if isinstance(base, Class) and not partial.args and not self.reads(base, set(partial.named)):
            return self.class_text(base)
        return self.named_partial(partial)

    def _row_text(self, row: Row) -> Text:
        if row.is_open and (row.nodes or len(row.items) != 1):
            raise NotUnderstood("a row of open length can't stand inside a line")
        if any(isinstance(one, Path) and isinstance(one.value, Text) and owns_tensors(one) for one in row.values):
            raise NotUnderstood("one module would stand in two places")
        items = [self.text(one) for one in row.values]
        words = ", ".join(one.text for one in items)
        owns = any(owns_tensors(one) for one in row.values)
        if row.is_open:
            return items[0]
        if row.kind in ("Sequential", "*") and all(key is None for key, _ in row.items):
            return Text(f"Sequential({words})", ATOM, OPEN, "module", owns)
        if row.kind == "ModuleList":
            return Text(f"ModuleList([{words}])", ATOM, OPEN, "module", owns)
        if row.kind == "tuple" and any(one.kind == "module" for one in items):
            raise NotUnderstood("which layers stand in a tuple isn't known")
        if row.kind == "tuple":
            return Text(f"({words}{',' if len(items) == 1 else ''})")
        if row.kind == "list":
            return Text(f"[{words}]")
        raise NotUnderstood("a row of names can't stand inside a line")
