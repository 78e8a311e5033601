"""Functions of a Python file → functions of the language, or read in place of their calls; arguments of calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

from .algebra import (
    choose,
)
from .configurations import Configurations
from .expressions import is_layer
from .frames import Frame, Parameter, Writer, spelled
from .nodes import (
    Block,
    Define,
    Line,
    Place,
    names_in,
    pruned,
)
from .options import is_parsed, options_of
from .python import (
    Restart,
    bound,
    counts_of,
    defaults_of,
    is_short,
    is_static,
    no_class,
    parameters_of,
)
from .scope import (
    Scope,
)
from .signatures import Signature
from .values import (
    ATOM,
    CHOICE,
    COMPARE,
    OPEN,
    Config,
    Dotted,
    Function,
    NotUnderstood,
    Partial,
    Row,
    Text,
    Unknown,
    Value,
    inner,
    is_none,
    known,
)

MAX_DEPTH = 60
MAX_RUNS = 20_000


def _is_given_from_outside(expression: ast.expr) -> bool:
    """Whether a constant is what a command line or another file gives, `int(args.width)`: then it is an open size."""
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name) and expression.func.id == "int":
        return True
    return isinstance(expression, ast.Attribute) and isinstance(expression.value, ast.Name)


def _fills_in(signature: Signature) -> bool:
    """Whether a function gives what it is given, or only asks for that, `d if x is None else x`: better said in its place."""
    if signature.writer.base in [one.name for one in signature.params]:
        return True
    lines = [signature.writer.base, *(node.text for node in signature.writer.root.nodes if isinstance(node, Define))]
    return signature.kind != "module" and len(signature.params) < 3 and any(" None" in line for line in lines)


class Functions(Configurations):
    """The reading of functions of the file and of the arguments of calls."""

    def function_call(
        self, function: Function, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value:
        """What calling a function gives: a call of the language's function, or what its body comes to."""
        if isinstance(function.definition, ast.FunctionDef) and function.bound is None and not function.env:
            signature = self.function_of(function)
            if signature is not None and _fills_in(signature):
                value = self.run(function, args, named, frame)
                default = self.as_default(value, frame) if isinstance(value, Text) and not is_layer(value) else None
                return default or value
            if signature is not None:
                try:
                    words = self.given_words(signature, args, named, node, frame)
                except NotUnderstood:
                    return self.run(function, args, named, frame)
                signature.is_called = True
                gives_on = not signature.kind and any(map(is_layer, [*args, *named.values()]))
                kind = "module" if gives_on else signature.kind
                return Text(f"{signature.name}({', '.join(words)})", ATOM, OPEN, kind, signature.owns)
        return self.run(function, args, named, frame)

    def function_of(self, function: Function) -> Signature | None:
        """A function of the file as one of the language, where its body is one expression; else None."""
        key = id(function.definition)
        if key in self.done:
            return self.done[key]
        self.done[key] = None
        definition = function.definition
        assert isinstance(definition, ast.FunctionDef)
        if definition.args.vararg or definition.args.kwarg or definition.decorator_list or not is_short(definition):
            return None
        writer = Writer(spelled(definition.name), None, is_function=True)
        frame = Frame(function.scope, writer, writer.root, {}, None, {}, counts_of(definition))
        own = [*definition.args.posonlyargs, *definition.args.args]
        defaults = dict(zip([one.arg for one in reversed(own)], reversed(definition.args.defaults), strict=False))
        for arg, default in zip(definition.args.kwonlyargs, definition.args.kw_defaults, strict=True):
            if default is not None:
                defaults[arg.arg] = default
        for arg in parameters_of(definition):
            frame.env[arg.arg] = self.argument_value(
                arg, defaults.get(arg.arg), no_class(definition, function.scope), definition, frame
            )
        try:
            self.body(definition.body, frame)
            if frame.outcome is None or writer.configs or writer.holes or any(one.is_number for one in writer.params):
                return None
            row = inner(frame.outcome)
            if isinstance(row, Row) and row.is_open and row.own is None and row.kind == "Sequential":
                return self._as_module(definition, writer, row, frame, key)
            text = self.text(frame.outcome)
        except (NotUnderstood, Restart):
            return None
        if isinstance(row, Row) and (row.is_open or row.kind not in ("list", "Sequential")):
            return None
        if text.text.startswith(("pair(", "triple(")):
            return None
        if text.is_known or (text.kind == "module" and text.text.startswith(("ModuleList(", "Sequential(*"))):
            return None
        return self._as_function(definition, writer, text, key)

    def _as_module(
        self, definition: ast.FunctionDef, writer: Writer, row: Row, frame: Frame, key: int
    ) -> Signature | None:
        """A function that fills a Sequential in loops, as a module of its name."""
        writer.is_function = False
        self.member("", row, frame, definition)
        self.label(writer)
        used = pruned(writer.root)
        writer.params = self.needed(writer.params, used, definition.name in self.loose)
        signature = Signature(writer.name, writer.params, definition.args, writer, True, "module", 0)
        self.done[key] = signature
        return signature

    def _as_function(self, definition: ast.FunctionDef, writer: Writer, text: Text, key: int) -> Signature | None:
        defined = [node for node in writer.root.nodes if isinstance(node, Define)]
        extra = [
            n
            for n in writer.root.nodes
            if not isinstance(n, (Define, Line, Place)) or (isinstance(n, Line) and n.text.startswith("tie"))
        ]
        names = [node.name for node in defined]
        if defined and defined[-1].name == text.text:
            text = Text(defined.pop().text, 0, OPEN, text.kind, text.owns)
        if extra or len(set(names)) != len(names) or set(names) & {one.name for one in writer.params}:
            return None
        writer.root = Block(list(defined))
        used = names_in(text.text).union(*(names_in(node.text) for node in defined)) if defined else names_in(text.text)
        writer.params = self.needed(writer.params, used, definition.name in self.loose)
        writer.base = text.text
        signature = Signature(writer.name, writer.params, definition.args, writer, text.owns, text.kind, 0)
        self.done[key] = signature
        return signature

    def run(self, function: Function, args: list[Value], named: dict[str, Value], frame: Frame) -> Value:
        """What a function returns, its body read in place of the call."""
        definition = function.definition
        self.runs += 1
        if self.runs > MAX_RUNS:
            raise NotUnderstood("functions call each other too often", definition)
        if frame.depth > MAX_DEPTH or (definition in frame.trail and len(frame.trail) > 20):
            raise NotUnderstood("it calls itself", definition)
        is_method = function.bound is not None and not is_static(definition)
        given, rest = bound(definition.args, args, named, int(is_method), definition)
        env = dict(function.env)
        own = [*definition.args.posonlyargs, *definition.args.args]
        if is_method and own:
            assert function.bound is not None
            env[own[0].arg] = function.bound
        inside = Frame(
            function.scope,
            frame.writer,
            frame.block,
            env,
            function.home,
            depth=frame.depth + 1,
            trail=(*frame.trail, definition),
        )
        for arg, default in defaults_of(definition.args):
            if arg not in given:
                env[arg] = self.lenient(default, inside)
        env.update(given)
        if definition.args.vararg is not None:
            env[definition.args.vararg.arg] = Row("list", [(None, one) for one in rest], frame.block)
        if definition.args.kwarg is not None:
            names = {arg.arg for arg in parameters_of(definition)}
            env[definition.args.kwarg.arg] = Row(
                "dict", [(key, one) for key, one in named.items() if key not in names], frame.block
            )
        if isinstance(definition, ast.Lambda):
            return self.evaluate(definition.body, inside)
        self.body(definition.body, inside)
        return inside.outcome if inside.outcome is not None else known(None)

    def constant(self, name: str, frame: Frame) -> Value | None:
        """A constant of a file; a number gets a line of its own in the text."""
        scope, expression = frame.scope, frame.scope.constants.get(name)
        if ":" in name:
            found = frame.scope.constant_of(name)
            if found is None:
                return None
            (scope, expression), name = found, name.rpartition(":")[2]
        if expression is None:
            return None
        if is_parsed(expression):
            options = options_of(scope.tree, name)
            return Config(name, None, {key: self._option(key, one, scope, frame) for key, one in options.items()})
        inside = Frame(scope, Writer("", None, taken=frame.writer.taken, top=frame.writer.top), Block(), {})
        value = self.lenient(expression, inside)
        if isinstance(value, (Partial, Function)) and not value.name:
            value.name = name
        if isinstance(value, Unknown) and _is_given_from_outside(expression):
            return self.at_top(name, None, frame)
        if isinstance(value, Unknown):
            return Unknown(value.node, value.reason, False)
        if isinstance(value, Text) and isinstance(value.value, (int, float)) and not isinstance(value.value, bool):
            return self.at_top(name, value, frame)
        return value

    def _option(self, name: str, default: ast.expr | None, scope: Scope, frame: Frame) -> Value:
        """What a command line gives without words of its user: the default, or else an open size."""
        value = None if default is None else self.lenient(default, Frame(scope, Writer("", None), Block(), {}))
        if value is None or isinstance(value, Unknown):
            return self.at_top(name, None, frame)
        is_number = isinstance(value, Text) and isinstance(value.value, (int, float)) and value.kind != "flag"
        return self.at_top(name, value, frame) if is_number and isinstance(value, Text) else value

    def at_top(self, name: str, value: Text | None, frame: Frame) -> Text:
        """The name of a number that has a line of its own at the top of the text, or of an open size that is declared there."""
        lang, text = spelled(name), "" if value is None else value.text
        while lang in frame.writer.taken or self.top.get(lang, text) != text:
            if value is not None:
                return value
            lang += "_"
        self.top[lang] = text
        frame.writer.top.add(lang)
        return Text(lang, ATOM, OPEN if value is None else value.value)

    def given_words(
        self, signature: Signature, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> list[str]:
        """The arguments of a call as text."""
        given, rest = bound(signature.arguments, args, named, signature.skip, node)
        words: list[str] = []
        has_gap = False
        done: dict[str, str] = {}
        for param in signature.params:
            if param.star:
                words += [self.argument(one, node).text for one in rest]
                continue
            value = self._value_of(param, given, signature, node, frame)
            if value is None or (is_none(value) and param.is_filled):
                if not param.default:
                    raise NotUnderstood(f"{signature.name} needs {param.argument}", node)
                has_gap = True
                continue
            text = self._argument_text(param, value, done, node, frame)
            done[param.name] = text.within(ATOM)
            if (
                text.text == param.default
                and not param.attribute
                and not names_in(param.default) - {"None", "True", "False"}
            ):
                has_gap = True
                continue
            has_gap = has_gap or param.is_named or (bool(param.default) and param.argument in named)
            words.append(f"{param.name}={text.text}" if has_gap else text.text)
        return words

    def _value_of(
        self, param: Parameter, given: Mapping[str, Value], signature: Signature, node: ast.AST, frame: Frame
    ) -> Value | None:
        if not param.attribute:
            return given.get(param.argument)
        config = inner(given[param.argument]) if param.argument in given else None
        if config is None:
            return given.get(param.attribute)  # **kwargs
        if isinstance(config, Row) and config.kind == "dict" and not config.is_open:
            return dict(config.items).get(param.attribute)
        if not isinstance(config, Config):
            raise NotUnderstood(f"{param.argument} of {signature.name} isn't known", node)
        return self.reached(config, param.attribute, frame)

    def passed_on(
        self, config: Config, names: Sequence[tuple[str, str]], named: dict[str, Value], frame: Frame
    ) -> None:
        """What `**kwargs` brings into a call: the required arguments, and those that some call of the file names."""
        for name, default in names:
            if name in named or (default and name not in self.keywords):
                continue
            preset = None if not default else known(None) if default == "None" else self._plain(default)
            named[name] = self.configured(config, name, frame, preset)
            for param in frame.writer.params:
                if param.argument == config.key and param.attribute == name:
                    param.is_named = bool(default)

    @staticmethod
    def _plain(default: str) -> Value:
        if default in ("True", "False"):
            return known(default == "True")
        return Text(default)

    def _argument_text(
        self, param: Parameter, value: Value, done: Mapping[str, str], node: ast.AST, frame: Frame
    ) -> Text:
        if param.kind == "class" and isinstance(inner(value), (Unknown, Dotted, Function)):
            try:
                return self.text(value)
            except NotUnderstood:
                return known(None)
        text = self.argument(value, node)
        if text.kind == "maybe" and param.is_filled:
            other = re.sub(r"[^\W\d]\w*", lambda m: done.get(m[0], m[0]), param.default)
            filled = Text(other, ATOM if other.isidentifier() else CHOICE)
            choice = choose(Text(f"{text.text} is None", COMPARE, OPEN, "flag"), filled, text)
            return self.as_default(choice, frame) or choice
        return text
