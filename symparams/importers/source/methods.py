"""Calls of methods: what lets rows grow, registers tensors, shapes them, and what a base class's constructor does."""

from __future__ import annotations

import ast
import re

from . import tensors
from .forwarding import forwarded
from .frames import Frame
from .library import layer_signature
from .nodes import For
from .python import ADDING, GROWING
from .rows import METHODS
from .scope import (
    layer_base,
    method_of,
)
from .statements import Statements
from .values import (
    ATOM,
    OPEN,
    Class,
    Config,
    Function,
    Me,
    Method,
    NotUnderstood,
    Path,
    Row,
    Super,
    Tensor,
    Text,
    Unknown,
    Value,
    Words,
    inner,
    is_none,
    known,
)

OF_STRINGS = {
    "lower",
    "upper",
    "startswith",
    "endswith",
    "replace",
    "split",
    "strip",
    "lstrip",
    "rstrip",
    "isdigit",
    "title",
}


# Arguments that layers keep as attributes of the same name.
KEPT_ARGUMENTS = {
    "in_features", "out_features", "in_channels", "out_channels", "num_features", "num_channels", "num_embeddings", "groups",
    "embedding_dim", "input_size", "hidden_size", "num_layers", "kernel_size", "embed_dim", "num_heads", "num_groups",
}  # fmt: skip
SAME_MODULE = {"to", "cuda", "cpu", "half", "float", "double", "bfloat16", "eval", "train", "apply", "type", "compile"}


class Methods(Statements):
    """The reading of methods' calls."""

    def method_call(
        self, method: Method, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value:
        """What calling a method of a value gives."""
        owner = inner(method.owner)
        if not isinstance(owner, Super):
            named.pop("**", None)
        if isinstance(owner, Me):
            return self._of_me(method.name, args, named, node, frame)
        if isinstance(owner, Super) and owner.me is not None:
            return self._of_other_super(owner.home, owner.me, method.name, args, named, node, frame)
        if isinstance(owner, Super):
            return self._of_super(owner, method.name, args, named, node, frame)
        if method.name == "requires_grad_":
            return self._frozen(method.owner, args, named, node, frame)
        if isinstance(owner, Row):
            return self._of_row(method, owner, args, named, node, frame)
        if isinstance(owner, Text):
            return self._of_text(method, owner, args, named, node, frame)
        if isinstance(owner, Tensor) and method.name == "element_size":
            return self.at_top("element_size", None, frame)
        if isinstance(owner, Tensor):
            return tensors.told(owner, method.name, args) or tensors.changed(owner, method.name, args, named)
        if isinstance(owner, Config):
            return self._of_config(owner, method.name, args, node, frame)
        if isinstance(owner, Unknown):
            return Unknown(node, owner.reason, owner.hides)
        raise NotUnderstood(f"{method.name} isn't known", node)

    def _of_me(self, name: str, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        if name in ("add_module", "register_module"):
            key, value = self._pair(args, named, ("name", "module"))
            self.set_own(self.key(key, node), value, frame, node)
            return known(None)
        if name in ("register_parameter", "__setattr__"):
            key, value = self._pair(args, named, ("name", "param" if name[0] == "r" else "value"))
            self.set_own(self.key(key, node), value, frame, node)
            return known(None)
        if name == "set_submodule":
            raise NotUnderstood("a part of another module is set", node)
        if name == "register_buffer":
            self._buffer(*self._pair(args, named, ("name", "tensor")), node, frame)
            return known(None)
        if name == "requires_grad_":
            return self._frozen(Me(), args, named, node, frame)
        own = frame.writer.state.get("")
        if isinstance(own, Path) and isinstance(own.value, Row) and name in GROWING:
            return self._of_row(Method(own, name), own.value, args, named, node, frame)
        return Unknown(node, f"{name} isn't known", False)

    @staticmethod
    def _pair(args: list[Value], named: dict[str, Value], names: tuple[str, str]) -> tuple[Value, Value]:
        """Two arguments, by place or by name."""
        given = dict(zip(names, args, strict=False)) | named
        missing = known(None)
        return given.get(names[0], missing), given.get(names[1], missing)

    def _buffer(self, key: Value, value: Value, node: ast.AST, frame: Frame) -> None:
        label = self.key(key, node)
        if is_none(inner(value)):
            frame.writer.state[label] = known(None)
            return
        self.set_own(label, self._as_buffer(value, node), frame, node)

    @staticmethod
    def _as_buffer(value: Value, node: ast.AST) -> Value:
        value = inner(value)
        if is_none(value):
            return value
        if not isinstance(value, Tensor) or value.sizes is None:
            raise NotUnderstood("the sizes of this buffer aren't told", node)
        return Tensor(value.sizes, "buffer")

    def _frozen(self, owner: Value, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        flag = args[0] if args else named.get("requires_grad", known(True))
        value = inner(owner)
        if not isinstance(flag, Text) or not flag.is_known:
            raise NotUnderstood("whether it is frozen isn't known", node)
        if flag.value:
            return owner
        if isinstance(owner, (Path, Me)):
            self.freeze(owner, frame, node)
            return owner
        if isinstance(value, Tensor):
            return Tensor(value.sizes, "frozen" if value.mark else "")
        if isinstance(value, Text) and value.kind == "module":
            return Text(value.text, value.strength, OPEN, "module", value.owns, "frozen")
        raise NotUnderstood("what is frozen isn't a member yet", node)

    def _of_super(
        self, owner: Super, name: str, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value:
        cls = frame.writer.cls
        if cls is None:
            raise NotUnderstood("super() stands outside of a class", node)
        found = method_of(cls, name, owner.home)
        if found is not None:
            definition, home = found
            if name == "__init__":
                definition = forwarded(definition, home, cls)
            return self.run(Function(definition, home.scope, {}, Me(), home), args, named, frame)
        if name == "__init__":
            self._base(cls, args, named, node, frame)
            return known(None)
        return self._of_me(name, args, named, node, frame)

    def _of_other_super(
        self, home: Class, me: Value, name: str, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value:
        """`super().method()` of an object that is no network: a configuration, or a dict with methods of its own."""
        cls = me.fields if isinstance(me, Config) else me.home if isinstance(me, Row) else None
        found = method_of(cls, name, home) if cls is not None else None
        if found is not None:
            return self.run(Function(found[0], found[1].scope, {}, me, found[1]), args, named, frame)
        if isinstance(me, Row) and name == "__getitem__" and args:
            return self.item(Row(me.kind, me.items), args[0], node, frame)
        return Unknown(node, f"{name} isn't known", False)

    def _base(self, cls: Class, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> None:
        """The constructor of PyTorch's layer that a class specialises."""
        base = layer_base(cls)
        if base is None:
            return
        made = self.layer(base.last, args, named, node, frame)
        if isinstance(made, Row):
            self.member("", made, frame, node)
        elif isinstance(made, Text):
            frame.writer.base = made.text
            self._attributes(base.last, args, named, frame)

    def _attributes(self, layer: str, args: list[Value], named: dict[str, Value], frame: Frame) -> None:
        """What a layer keeps of its arguments, as its class may ask for it: `self.in_features`."""
        params = layer_signature(layer)[0] or ()
        given = {param[0]: value for param, value in zip(params, args, strict=False)} | named
        wide = {"1": "single", "2": "pair", "3": "triple"}.get(layer[-2:-1], "")
        for name, value in given.items():
            if name == "kernel_size" and wide and isinstance(value, Text):
                value = Text(f"{wide}({value.text})")
            if name in KEPT_ARGUMENTS and isinstance(value, (Text, Row)):
                frame.writer.state.setdefault(name, value)

    def _of_row(
        self, method: Method, row: Row, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value:
        name = method.name
        values = [*args, *named.values()]
        if name == "append" and values:
            self._reject_hidden(values[0])
            self.append(row, values[0], frame)
            return method.owner
        if name == "extend" and values:
            self.extend(row, inner(values[0]), frame, node)
            return method.owner
        if name in ADDING and len(values) >= 2:
            value = self._as_buffer(values[1], node) if name == "register_buffer" else values[1]
            self.put_inside(method.owner, row, self.key(values[0], node), value, frame, node)
            return known(None)
        if name == "insert" and len(values) == 2 and isinstance(values[0], Text) and isinstance(values[0].value, int):
            self._reject_hidden(values[1])
            if values[0].value == 0 and frame.loop is not None and frame.block is not row.block:
                self._put_first(row, values[1], frame.loop, frame, node)
            else:
                self.changeable(row, frame, node).items.insert(values[0].value, (None, values[1]))
            return known(None)
        if name == "update" and values and isinstance(inner(values[0]), Row):
            self.extend(row, inner(values[0]), frame, node)
            return known(None)
        if name in ("keys", "values", "items") and not row.is_open:
            return self._entries(row, name)
        if name == "pop":
            return self._popped(self.changeable(row, frame, node), values, node)
        if name == "get" and values and not row.is_open:
            if isinstance(values[0], Text) and not values[0].is_known:
                return self.item(row, values[0], node, frame)
            key = self.key(values[0], node)
            return next(
                (value for one, value in row.items if one == key), values[1] if len(values) > 1 else known(None)
            )
        if name == "copy" and not row.is_open:
            return Row(row.kind, list(row.items), frame.block)
        if name == "reverse":
            self.changeable(row, frame, node).items.reverse()
            return known(None)
        if name == "children" and not row.is_open:
            return Row("list", [(None, value) for value in row.values], frame.block)
        if name in SAME_MODULE:
            return method.owner
        if name in ("index", "count") and not row.is_open:
            return Unknown(node, f"{name} isn't known", False)
        raise NotUnderstood(f"{name} of a row has no reading", node)

    def _put_first(self, row: Row, value: Value, loop: For, frame: Frame, node: ast.AST) -> None:
        """`row.insert(0, …)` in each turn of a loop: the last turn's stands first."""
        back = re.fullmatch(r"reversed\(range\([^,]*\)\)", loop.iterable)
        is_ahead = loop.count and not loop.start
        if row.items or row.nodes or not (back or is_ahead) or "," in loop.targets:
            raise NotUnderstood("a list changes in a loop or choice", node)
        count = loop.count if loop.count.isidentifier() else f"({loop.count})"
        place = loop.targets if back else f"{count} - 1 - {loop.targets}"
        self.append(row, value, frame, f"{{{place}}}")

    def _popped(self, row: Row, values: list[Value], node: ast.AST) -> Value:
        """What leaves a row: the item of a key, or at a place."""
        place = inner(values[0]) if values else known(-1)
        if not isinstance(place, Text) or not place.is_known:
            raise NotUnderstood("which of them is taken isn't known", node)
        if row.kind == "dict" or isinstance(place.value, str):
            found = [one for one, (key, _) in enumerate(row.items) if key == self.key(place, node)]
        else:
            found = list(range(len(row.items)))[place.value :][:1] if isinstance(place.value, int) else []
        if not found and len(values) < 2:
            raise NotUnderstood(f"there is no {place.value} in it", node)
        return row.items.pop(found[0])[1] if found else values[1]

    @staticmethod
    def _reject_hidden(value: Value) -> None:
        if isinstance(value, Unknown):
            raise NotUnderstood(value.reason, value.node)

    @staticmethod
    def _entries(row: Row, name: str) -> Row:
        if name == "values":
            return Row("list", [(None, value) for value in row.values])
        if name == "keys":
            return Row("list", [(None, known(key or "")) for key, _ in row.items])
        return Row(
            "list", [(None, Row("tuple", [(None, known(key or "")), (None, value)])) for key, value in row.items]
        )

    def _of_text(
        self, method: Method, owner: Text, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value:
        name = method.name
        if isinstance(owner.value, str):
            return self._of_string(owner.value, name, args, named, node)
        if owner.kind == "module" or isinstance(method.owner, Path):
            if name in SAME_MODULE:
                return method.owner
            if name in ADDING and len(args) + len(named) >= 2:
                key, value = [*args, *named.values()][:2]
                value = self._as_buffer(value, node) if name == "register_buffer" else value
                self.add_to(method.owner, self.key(key, node), value, frame, node)
                return known(None)
            if name == "append":
                raise NotUnderstood("another module is added to", node)
            return Unknown(node, f"{name} isn't known", False)
        if name in ("bit_length", "item"):
            raise NotUnderstood("this isn't computed", node)
        if name == "copy":
            return owner
        if name == "reverse" and not args:
            self._reversed(owner, node, frame)
            return known(None)
        words = ", ".join(self.text(one).text for one in args)
        if name in METHODS:
            return Unknown(node, f"{name} isn't known", name not in SAME_MODULE)
        return Text(f"{owner.within(ATOM)}.{name}({words})", ATOM, OPEN, "module")

    @staticmethod
    def _reversed(owner: Text, node: ast.AST, frame: Frame) -> None:
        """`sizes.reverse()` of an argument: its name means the reversed list from here on."""
        if frame.block is not frame.writer.root or frame.depth:
            raise NotUnderstood("a list changes in a loop or choice", node)
        for env in (frame.env, frame.writer.state):
            for key, value in env.items():
                if isinstance(value, Text) and value.text == owner.text:
                    env[key] = Text(f"{owner.within(ATOM)}[::-1]", kind=owner.kind)

    def _of_string(self, text: str, name: str, args: list[Value], named: dict[str, Value], node: ast.AST) -> Value:
        if name == "format":
            return self._formatted(text, args, named, node)
        values = [one.value for one in args if isinstance(one, Text) and isinstance(one.value, (str, int))]
        if name in OF_STRINGS and len(values) == len(args):
            found = getattr(text, name)(*values)
            if isinstance(found, list):
                return Row("list", [(None, known(one)) for one in found])
            return known(found)
        if name == "join" and args:
            row = inner(args[0])
            if isinstance(row, Row) and all(isinstance(one, Text) and isinstance(one.value, str) for one in row.values):
                return known(text.join(one.value for one in row.values if isinstance(one, Text)))
        raise NotUnderstood(f"{name} of a string isn't known", node)

    def _formatted(self, text: str, args: list[Value], named: dict[str, Value], node: ast.AST) -> Value:
        """`"layer{}".format(i)`."""
        from string import Formatter

        parts: list[str | Text] = []
        count = 0
        for words, field, _, _ in Formatter().parse(text):
            parts.append(words)
            if field is None:
                continue
            value = named.get(field) if field and not field.isdigit() else None
            place = int(field) if field.isdigit() else count
            count += not field
            if value is None and place < len(args):
                value = args[place]
            value = inner(value) if value is not None else known(None)
            if not isinstance(value, Text):
                raise NotUnderstood("this is no name", node)
            parts.append(str(value.value) if value.is_known else value)
        if all(isinstance(part, str) for part in parts):
            return known("".join(str(part) for part in parts))
        return Words(tuple(parts))

    def _of_config(self, owner: Config, name: str, args: list[Value], node: ast.AST, frame: Frame) -> Value:
        if name in ("get", "pop") and args and isinstance(args[0], Text) and isinstance(args[0].value, str):
            return self.configured(owner, args[0].value, frame, args[1] if len(args) > 1 else known(None))
        if name in ("copy", "__copy__"):
            return Config(owner.key, owner.fields, owner.given, owner.derived, dict(owner.changed))
        if owner.fields is not None:
            found = method_of(owner.fields, name)
            if found is not None:
                return self.run(Function(found[0], found[1].scope, {}, owner, found[1]), args, {}, frame)
        return Unknown(node, f"{name} isn't known", False)
