"""Methods that make a row of layers, called more than once, → modules of their own: a ResNet's `_make_layer`."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .assignments import NamedState
from .callables import Callables
from .frames import Frame, Parameter, Writer, parameter_text, spelled
from .nodes import Block, Define, names_in, pruned, walk
from .python import Leave, Restart, bound, counts_of, defaults_of, parameters_of
from .scope import lineage, method_of
from .signatures import Signature
from .values import ATOM, OPEN, Class, Dotted, Function, Me, NotUnderstood, Row, Text, Unknown, Value, inner

MAKING = {"make", "build", "create", "get", "construct", "init", "module", "modules", "layers"}
MAX_UPDATE = 60


@dataclass(eq=False)
class Stage:
    """A method as a module.

    params: all of its parameters; asked: attributes of self that it reads; after: what it sets them to, in its parameters.
    """

    signature: Signature
    params: list[Parameter]
    asked: list[str]
    after: dict[str, str]


class Stages(Callables):
    """The reading of methods that make rows of layers."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.stages: dict[int, Stage | None] = {}

    def function_call(
        self, function: Function, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value:
        """What calling a function gives; for a method that makes a row of layers, a call of its module."""
        cls = frame.writer.cls
        if isinstance(function.bound, Me) and isinstance(function.definition, ast.FunctionDef) and cls is not None:
            key = id(function.definition) + id(cls.definition)
            if key not in self.stages:
                self.stages[key] = None  # for those that call themselves
                if _is_called_often(function.definition.name, cls):
                    self.stages[key] = self._stage(function, function.definition, cls, frame)
            stage = self.stages[key]
            found = None if stage is None else self._of_stage(stage, args, named, node, frame)
            if found is not None:
                return found
        return super().function_call(function, args, named, node, frame)

    def _stage(self, function: Function, definition: ast.FunctionDef, cls: Class, frame: Frame) -> Stage | None:
        """A method as a module, or None where it is more than a row of layers."""
        if definition.args.vararg or definition.args.kwarg or definition.decorator_list or not definition.args.args:
            return None
        writer = Writer("", cls)
        inside = Frame(function.scope, writer, writer.root, {}, function.home, {}, counts_of(definition), depth=1)
        defaults = dict(defaults_of(definition.args))
        inside.env[definition.args.args[0].arg] = Me()
        for arg in list(parameters_of(definition))[1:]:
            inside.env[arg.arg] = self.argument_value(arg, defaults.get(arg.arg), cls, definition, inside)
        asked = self._asked_of_self(definition, cls, writer, frame)
        if asked is None or writer.configs:
            return None
        before = dict(writer.state)
        try:
            self.body(definition.body, inside)
            row = inner(inside.outcome) if inside.outcome is not None else None
            changed = {name: value for name, value in writer.state.items() if before.get(name) is not value}
            after = {name: _spelled_out(self.text(value), writer) for name, value in changed.items()}
            if not isinstance(row, Row) or row.kind not in ("Sequential", "ModuleList") or writer.holes:
                return None
            self.member("", row, inside, definition)
        except (NotUnderstood, Restart, Leave):
            return None
        if any(value is None for value in after.values()) or set(after) - set(asked):
            return None
        writer.name = self._free_name(_stage_name(definition.name, self.name_of(cls)))
        writer.doc = ""
        self.label(writer)
        used = pruned(writer.root)
        params = writer.params
        writer.params = sorted(self.needed(writer.params, used, False), key=lambda one: bool(one.default))
        signature = Signature(writer.name, writer.params, definition.args, writer, True, "module", 1)
        self.done[id(signature)] = signature
        return Stage(signature, params, asked, {name: text for name, text in after.items() if text is not None})

    def _asked_of_self(self, definition: ast.FunctionDef, cls: Class, writer: Writer, frame: Frame) -> list[str] | None:
        """Parameters for the attributes of self that a method reads or sets; None where one is no size."""
        names = [
            node.attr
            for node in ast.walk(definition)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
        ]
        found = []
        for name in dict.fromkeys(names):
            value = frame.writer.state.get(name)
            if isinstance(value, (Class, Dotted)):
                writer.state[name] = value
            elif isinstance(value, Text) and value.kind != "module":
                param = Parameter(writer.unused(name.lstrip("_") or name), f"self.{name}", kind=value.kind)
                writer.params.append(param)
                writer.state[name] = parameter_text(param)
                found.append(name)
            elif value is not None or method_of(cls, name) is None:
                return None
        return found

    def _of_stage(
        self, stage: Stage, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value | None:
        """A call of a stage's module; attributes that the method sets are what it sets them to."""
        state = frame.writer.state
        signature = stage.signature
        if any(not isinstance(state.get(name), Text) for name in stage.asked):
            return None
        own = {f"self.{name}": state[name] for name in stage.asked}
        try:
            words = self.given_words(signature, args, {**named, **own}, node, frame)
            given, _ = bound(signature.arguments, args, {**named, **own}, 1, node)
            updates = {name: self._after(text, stage, given, frame) for name, text in stage.after.items()}
        except NotUnderstood:
            return None
        found: Value = Text(f"{signature.name}({', '.join(words)})", ATOM, OPEN, "module")
        carried = NamedState(frame.writer.named)
        for name, value in updates.items():
            frame.env[" call"] = found
            if name in carried:
                self.keep_old(carried[name], state, name, frame)
            if name in carried or len(value.text) > MAX_UPDATE:
                lang = carried.get(name) or frame.writer.unused(name)
                frame.block.add(Define(lang, value.text))
                value = Text(lang, ATOM, value.value, value.kind)
            state[name] = value
            found = frame.env.pop(" call")
        return found

    def _after(self, text: str, stage: Stage, given: Mapping[str, Value], frame: Frame) -> Text:
        """What an attribute is after a call: an expression in the stage's parameters, with the arguments in it."""
        env: dict[str, Value] = {}
        defaults = dict(defaults_of(stage.signature.arguments))
        for param in stage.params:
            value = given.get(param.argument)
            if value is None and param.argument in defaults:
                value = self.evaluate(defaults[param.argument], frame)
            env[param.name] = value if value is not None else Unknown(stage.signature.arguments, "it isn't given")
        expression = ast.parse(text.replace("^", "**"), mode="eval").body
        return self.text(self.evaluate(expression, Frame(frame.scope, frame.writer, Block(), env)))


def _is_called_often(name: str, cls: Class) -> bool:
    """Whether a class's methods call a method of theirs twice, or in a loop."""
    count = 0
    for one in lineage(cls):
        inside_loops = {
            id(node)
            for loop in ast.walk(one.definition)
            if isinstance(loop, (ast.For, ast.While, ast.ListComp, ast.GeneratorExp))
            for node in ast.walk(loop)
        }
        for node in ast.walk(one.definition):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == f"self.{name}":
                count += 2 if id(node) in inside_loops else 1
    return count > 1


def _stage_name(method: str, cls: str) -> str:
    """A name for a method's module: `ResNetLayer` for `_make_layer`."""
    words = [word for word in re.split(r"_+", method) if word and word not in MAKING]
    return spelled(cls + "".join(word[:1].upper() + word[1:] for word in words or ["stage"]))


def _spelled_out(text: Text, writer: Writer) -> str | None:
    """A text without the names of a body's definitions; None where one has no single value."""
    definitions: dict[str, list[str]] = {}
    for node in walk(writer.root):
        if isinstance(node, Define):
            is_plain = node.operator == "=" and any(node is one for one in writer.root.nodes)
            definitions.setdefault(node.name, []).append(node.text if is_plain else "")
    params = {one.name for one in writer.params}
    found = text.text
    for _ in range(20):
        inside = names_in(found) & set(definitions)
        if not inside:
            is_known = names_in(found) <= params | {"True", "False", "None", "if", "else", "and", "or", "not", "is"}
            return found if is_known or "." in found else None
        if any(len(definitions[name]) != 1 or not definitions[name][0] or name in params for name in inside):
            return None
        for name in inside:
            found = re.sub(rf"(?<![\w.]){name}(?!\w)", f"({definitions[name][0]})".replace("\\", ""), found)
    return None
