"""What the parameters of constructors are: sizes, yes/nos, modules, or configurations with sizes as attributes."""

from __future__ import annotations

import ast
import re

from .frames import Frame, Parameter, parameter_text
from .python import called_parts, is_asked, last_name, parameters_of, uses_of
from .scope import Scope, class_constant, dotted_name, is_module, method_of
from .stages import Stages
from .values import Class, Config, Dotted, NotUnderstood, Row, Text, Unknown, Value, inner

CONFIGS = {
    "config",
    "cfg",
    "conf",
    "args",
    "params",
    "hparams",
    "hp",
    "hps",
    "opt",
    "opts",
    "options",
    "configuration",
    "c",
}


# Arguments that are modules by their usual names.
PARTS = {
    "attn", "self_attn", "src_attn", "cross_attn", "attention", "feed_forward", "ff", "ffn", "encoder", "decoder",
    "backbone", "generator", "src_embed", "tgt_embed", "head", "neck", "model", "net", "network", "module", "fn",
}  # fmt: skip


class Arguments(Stages):
    """The reading of parameters."""

    def argument_value(
        self, arg: ast.arg, default: ast.expr | None, cls: Class, definition: ast.FunctionDef, frame: Frame
    ) -> Value:
        """What a parameter is inside its body: a size, a module, a configuration."""
        writer = frame.writer
        fields = self._fields(arg, frame.scope) or self._guessed(arg, definition, frame.scope)
        if self._is_config(arg, fields, default, cls, definition):
            config = Config(arg.arg, fields)
            preset = None if default is None else inner(self.lenient(default, frame))
            if isinstance(preset, Row) and preset.kind == "dict":
                config.presets = {key: value for key, value in preset.items if key is not None}
            writer.configs[arg.arg] = config
            return config
        note = ast.unparse(arg.annotation) if arg.annotation is not None else ""
        param = Parameter(writer.unused(arg.arg), arg.arg, note=note)
        writer.params.append(param)
        if default is not None:
            value = self.lenient(default, Frame(frame.scope, writer, frame.block, {}, frame.home))
            try:
                self.preset(param, value)
            except NotUnderstood:
                param.default = "None"
                param.kind = "class" if isinstance(inner(value), (Dotted, Unknown)) else "maybe"
        elif re.fullmatch(r"(typing\.)?(int|float)", note):
            param.kind = "size"
        elif note.startswith("Optional"):
            param.kind = "maybe"
        elif note == "str":
            param.kind = "text"
        elif uses_of(arg.arg, definition)["copied"] or self._is_part(arg, definition, frame.scope):
            param.kind = "module"
        return parameter_text(param)

    @staticmethod
    def _is_part(arg: ast.arg, definition: ast.FunctionDef, scope: Scope) -> bool:
        """Whether a parameter is a network by its note, which is a class of networks, and isn't called to make one."""
        note = arg.annotation
        if isinstance(note, ast.BinOp):  # Block | None
            note = note.left
        if isinstance(note, ast.Subscript) and last_name(note.value) == "Optional":
            note = note.slice
        found = dotted_name(note, scope) if note is not None and not isinstance(note, ast.Subscript) else None
        return isinstance(found, Class) and is_module(found) and not uses_of(arg.arg, definition)["called"]

    @staticmethod
    def _fields(arg: ast.arg, scope: Scope) -> Class | None:
        if arg.annotation is None:
            return None
        node = arg.annotation
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Optional":
            node = node.slice
        found = dotted_name(node, scope)
        return found if isinstance(found, Class) and not is_module(found) else None

    @staticmethod
    def _guessed(arg: ast.arg, definition: ast.FunctionDef, scope: Scope) -> Class | None:
        """The one class of fields in the file that has what a parameter without a note is asked for."""
        if arg.annotation is not None or arg.arg.lower() not in CONFIGS:
            return None
        asked = {
            node.attr
            for node in ast.walk(definition)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == arg.arg
        }
        found = [
            one
            for one in scope.classes.values()
            if asked
            and not is_module(one)
            and one.name.lower().endswith(("config", "args", "params", "cfg"))
            and all(class_constant(one, name) is not None for name in asked)
        ]
        return found[0] if len(found) == 1 else None

    def _is_config(
        self, arg: ast.arg, fields: Class | None, default: ast.expr | None, cls: Class, definition: ast.FunctionDef
    ) -> bool:
        """Whether a parameter is an object with sizes as its attributes."""
        if fields is not None and not any(base == "Enum" for base in map(last_name, fields.definition.bases)):
            return True
        if self._is_part(arg, definition, cls.scope):
            return False
        name = arg.arg.lower().strip("_")
        uses = uses_of(arg.arg, definition)
        if uses["spread"] and not (uses["called"] or uses["plain"]):
            return True
        if uses["called"] or (
            default is not None and not (isinstance(default, ast.Constant) and default.value is None)
        ):
            return False
        if name not in CONFIGS and self._is_kept_part(arg.arg, cls, definition):
            return False
        if name in CONFIGS or name.endswith(("config", "cfg", "args", "hparams", "_params", "opts")):
            if len(name) == 1 and not is_asked(arg.arg, cls.scope.tree):
                return False
            return uses["attribute"] or uses["passed"] or not uses["plain"]
        return uses["attribute"] and not uses["plain"] and not uses["module"]

    @staticmethod
    def _is_kept_part(name: str, cls: Class, definition: ast.FunctionDef) -> bool:
        """Whether self keeps an argument that its methods call, `self.net = net` and `self.net(x)`."""
        kept = {
            target.attr
            for node in ast.walk(definition)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id == name
            for target in node.targets
            if isinstance(target, ast.Attribute)
        }
        return bool(kept) and (name in PARTS or bool(kept & called_parts(cls)))

    def is_module_argument(self, name: str, value: Text, frame: Frame) -> bool:
        """Whether an argument that self keeps is a module, as its calls in other methods tell."""
        cls = frame.writer.cls
        param = next((one for one in frame.writer.params if one.name == value.text), None)
        if cls is None or param is None or param.kind in ("flag", "size", "text", "class") or param.attribute:
            return False
        if (id(cls.definition), param.argument) in self.modular or (param.argument in PARTS and not param.default):
            return True
        constructor = method_of(cls, "__init__")
        if constructor is not None:
            for arg in parameters_of(constructor[0]):
                if arg.arg == param.argument and self._is_part(arg, constructor[0], constructor[1].scope):
                    return True
                if arg.arg == param.argument and arg.annotation is not None:
                    note = ast.unparse(arg.annotation)
                    if "Type[" in note or "Callable" in note or "type[" in note:
                        return False
                    if re.search(r"\bModule(List|Dict)?\b", note):
                        return True
            if uses_of(param.argument, constructor[0])["called"]:
                return False
        return name in called_parts(cls)
