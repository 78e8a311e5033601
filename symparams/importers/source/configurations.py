"""Attributes of configuration objects → parameters of the module, with the defaults that their class gives them."""

from __future__ import annotations

import ast
import re
from contextlib import suppress

from .frames import Frame, Parameter, Writer, kind_of, parameter_text, spelled
from .methods import Methods
from .nodes import Block, Line, Node
from .pretrained import given_by_base, is_pretrained
from .python import Leave, is_property, is_set_by, last_name, parameters_of, settable
from .scope import annotation_of, class_constant, dotted_name, is_module, method_of
from .values import (
    Class,
    Config,
    Function,
    NotUnderstood,
    Row,
    Unknown,
    Value,
    inner,
    is_none,
)

NAMED = ("_config", "_cfg")


def _is_comment(node: Node) -> bool:
    return isinstance(node, Line) and node.text.startswith("#")


class Configurations(Methods):
    """The reading of configurations."""

    def configured(self, config: Config, name: str, frame: Frame, default: Value | None = None) -> Value:
        """An attribute of a configuration: what the code set it to, a property, or a parameter of the module."""
        name = self._own_name(config, name)
        if name in config.changed:
            return config.changed[name]
        if config.derived is None:
            config.derived = {}
            self._derive(config, frame)
        return config.derived[name] if name in config.derived else self.given_to(config, name, frame, default)

    def _own_name(self, config: Config, name: str) -> str:
        """The attribute that another name of it means, by the class's `attribute_map`."""
        found = class_constant(config.fields, "attribute_map") if config.fields is not None else None
        if found is None or not isinstance(found[0], ast.Dict):
            return name
        pairs = zip(found[0].keys, found[0].values, strict=True)
        names = {
            one.value: other.value
            for one, other in pairs
            if isinstance(one, ast.Constant) and isinstance(other, ast.Constant)
        }
        return str(names.get(name, name))

    def _derive(self, config: Config, frame: Frame) -> None:
        """What the constructor of a configuration sets; what of that can't be read isn't known."""
        names = ("__post_init__", "__init__")
        found = next((one for name in names if config.fields and (one := method_of(config.fields, name))), None)
        if found is None:
            return
        definition, home = found
        given = {arg.arg: self.given_to(config, arg.arg, frame, None) for arg in list(parameters_of(definition))[1:]}
        inside, holes, changed = frame.inside(Block()), len(frame.writer.holes), config.changed
        config.changed = {}
        try:
            self.run(Function(definition, home.scope, {}, config, home), [], given, inside)
        except (NotUnderstood, Leave) as error:
            node = getattr(error, "node", None) or definition
            lost = set(is_set_by(definition)) - set(config.changed)
            config.changed |= dict.fromkeys(lost, Unknown(node, "what its configuration makes of it isn't known"))
        config.derived, config.changed = config.changed, changed
        del frame.writer.holes[holes:]
        frame.writer.root.nodes[:0] = [node for node in inside.block.nodes if not _is_comment(node)]

    def given_to(self, config: Config, name: str, frame: Frame, default: Value | None = None) -> Value:
        """An attribute as the constructor of a configuration gets it: a parameter of the module."""
        if name in config.given:
            return config.given[name]
        found = method_of(config.fields, name) if config.fields is not None else None
        is_set = found is not None and config.fields is not None and settable(config.fields.definition, name)
        if found is not None and not is_set:
            function = Function(found[0], found[1].scope, {}, config, found[1])
            return self.run(function, [], {}, frame) if is_property(found[0]) else function
        part = self._part(config, name)
        if part is not None:
            return part
        preset = self._preset(config, name, frame)
        if preset is not None and self._is_dict(config, name, preset):
            return preset  # the language has no dicts: it is what it is by default
        if not config.key:
            if preset is None:
                raise NotUnderstood(f"{name} isn't known")
            return preset
        return parameter_text(self._parameter_of(config, name, default if preset is None else preset, frame))

    @staticmethod
    def _is_dict(config: Config, name: str, preset: Value) -> bool:
        """Whether an attribute is a dict, by its default or by its note."""
        if isinstance(preset, Row):
            return preset.kind == "dict"
        note = annotation_of(config.fields, name) if config.fields is not None and is_none(preset) else None
        return note is not None and bool(re.search(r"\bdict\b", ast.unparse(note[0]).lower()))

    def _parameter_of(self, config: Config, name: str, preset: Value | None, frame: Frame) -> Parameter:
        """The parameter of the module that an attribute is."""
        attribute = f"{config.inside}{name}"
        for param in frame.writer.params:
            if param.argument == config.key and param.attribute == attribute:
                return param
        words = config.inside.replace("_config.", "_").replace(".", "_") + name
        param = Parameter(_name_of_attribute(config, words, frame.writer), config.key, attribute)
        if preset is not None:
            with suppress(NotUnderstood):
                self.preset(param, preset)
            if param.default.startswith("-"):  # it stands for one that is to be given
                param.default = param.kind = ""
        frame.writer.params.append(param)
        return param

    def reached(self, config: Config, attribute: str, frame: Frame) -> Value:
        """What a configuration gives for an attribute of one in it, `text_config.width`, or its own."""
        *path, name = attribute.split(".")
        for piece in path:
            part = inner(self.configured(config, piece, frame))
            if not isinstance(part, Config):
                raise NotUnderstood(f"{piece} isn't known")
            config = part
        if name in config.changed:
            return config.changed[name]
        if set(config.changed) & set(config.derived or {}):
            raise NotUnderstood("an attribute is set that another one was made from")
        return self.given_to(config, name, frame)

    @staticmethod
    def _part(config: Config, name: str) -> Config | None:
        """A configuration in a configuration, by the note of its attribute or by its name."""
        if name in config.parts:
            return config.parts[name]
        found = annotation_of(config.fields, name) if config.fields is not None else None
        fields = _class_in(*found) if found is not None else None
        constant = class_constant(config.fields, name) if config.fields is not None else None
        is_absent = constant is not None and isinstance(constant[0], ast.Constant) and constant[0].value is None
        if config.fields is not None and is_absent and not is_pretrained(config.fields):
            return None
        is_named = name.endswith(NAMED) and bool(config.key) and (config.fields is None or found is not None)
        if fields is None and not is_named:
            return None
        config.parts[name] = Config(config.key, fields, inside=f"{config.inside}{name}.")
        return config.parts[name]

    def preset(self, param: Parameter, value: Value) -> None:
        """Give a parameter its default, and what that says of it. Raises: `NotUnderstood` for a default without a text."""
        text = self.text(value)
        param.default = text.text
        param.kind = kind_of(text if text.is_known or not isinstance(inner(value), Row) else inner(value))

    def _preset(self, config: Config, name: str, frame: Frame) -> Value | None:
        """The default of a configuration's attribute."""
        if config.fields is None:
            return config.presets.get(name)
        expression, home = _default_of(config.fields, name)
        base = given_by_base(config.fields, name)
        if expression is None or home is None:
            return base
        value = self.lenient(expression, Frame(home.scope, frame.writer, frame.block, {}, home))
        if isinstance(value, Row) and isinstance(base, Row):
            return Row("dict", [*(one for one in base.items if one[0] not in dict(value.items)), *value.items])
        if base is not None and is_none(value):
            return base
        return None if isinstance(value, Unknown) else value


def _name_of_attribute(config: Config, name: str, writer: Writer) -> str:
    """A name for what a configuration has: its own, or with the configuration's where there are others or it is taken."""
    stem = re.sub(r"_?(params|kwargs|args|config|cfg|conf|opts?|options)$", "", config.key)
    others = [key for key in writer.configs if key not in (config.key, *(arg.arg for arg in writer.stars))]
    is_plain = not stem or (not others and spelled(name) not in writer.taken)
    return writer.unused(name if is_plain else f"{stem}_{name}")


def _class_in(note: ast.expr, home: Class) -> Class | None:
    """The class of a configuration in a note, `Inner | None`."""
    names = [dotted_name(one, home.scope) for one in ast.walk(note) if isinstance(one, (ast.Name, ast.Attribute))]
    return next((one for one in names if isinstance(one, Class) and not is_module(one) and one.definition.body), None)


def _default_of(fields: Class, name: str) -> tuple[ast.expr | None, Class | None]:
    """The expression of a default, of a field or of an argument of the constructor, and the class that it is in."""
    constant = class_constant(fields, name)
    if constant is not None:
        expression, home = constant
        given = {one.arg: one.value for one in expression.keywords} if isinstance(expression, ast.Call) else {}
        if isinstance(expression, ast.Call) and (last_name(expression.func) == "field" or "default" in given):
            expression = given.get("default", ast.Constant(None))
            factory = given.get("default_factory")
            expression = factory.body if isinstance(factory, ast.Lambda) else expression
        return expression, home
    constructor = method_of(fields, "__init__")
    if constructor is None:
        return None, None
    definition, home = constructor
    own = [*definition.args.posonlyargs, *definition.args.args]
    for arg, default in zip(reversed(own), reversed(definition.args.defaults), strict=False):
        if arg.arg == name:
            return default, home
    return None, None
