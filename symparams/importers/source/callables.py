"""Callables as values: `functools.partial`, lambdas and functions inside of constructors → functions of the language."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .frames import Frame, Parameter, Writer, spelled
from .functions import Functions
from .layers import GEOMETRY, is_written
from .library import layer_signature
from .nodes import Block, Define, mentions, names_in
from .python import bound, defaults_of, parameters_of
from .scope import is_module
from .signatures import Signature
from .values import (
    Class,
    Dotted,
    Function,
    NotUnderstood,
    Partial,
    Text,
    inner,
)

NO_ARGUMENTS = ast.arguments([], [], None, [], [], None, [])


class Callables(Functions):
    """The reading of callables that are passed on, kept or chosen, and called elsewhere."""

    def named_partial(self, partial: Partial) -> Text:
        """A function of the language for a callable with some arguments given."""
        if partial.text is None:
            params, base, owns = self._applied(partial)
            partial.text = self._written_function(partial.name, partial.frame, params, base, owns)
        return partial.text

    def _applied(self, partial: Partial) -> tuple[list[Parameter], str, bool]:
        """The parameters that a partial leaves open, the call that it stands for, and whether it owns tensors."""
        callee = inner(partial.callee)
        if isinstance(callee, Partial):
            merged = Partial(callee.callee, [*callee.args, *partial.args], {**callee.named, **partial.named})
            return self._applied(merged)
        if isinstance(callee, Dotted) and layer_signature(callee.last)[0] is not None:
            return self._of_layer(callee, partial)
        if isinstance(callee, Class) and is_module(callee):
            return self._of_signature(self.module_of(callee), partial)
        if isinstance(callee, Function):
            signature = None
            if isinstance(callee.definition, ast.FunctionDef) and callee.bound is None and not callee.env:
                signature = self.function_of(callee)
            return self._of_signature(signature, partial) if signature else self._of_function(callee, partial)
        raise NotUnderstood("a callable with some of its arguments has no name in the language")

    def _of_layer(self, layer: Dotted, partial: Partial) -> tuple[list[Parameter], str, bool]:
        params, without_influence, owns = layer_signature(layer.last)
        assert params is not None
        given = {param[0]: value for param, value in zip(params, partial.args, strict=False)} | dict(partial.named)
        left = [one for one in params[len(partial.args) :] if one[0] not in ("device", "dtype")]
        named = {one[0] for one in left[next((i for i, one in enumerate(left) if one[0] in given), len(left)) :]}
        found: list[Parameter] = []
        for place, (name, default, kind) in enumerate(left):
            if place >= self.widest and name not in self.keywords:
                continue
            if name not in given and (not default or name in self.keywords or name not in named) and default != "…":
                found.append(Parameter(name, name, default=default, is_named=name in named or kind == "keyword"))
        while found and found[-1].default and found[-1].name not in self.keywords:
            found.pop()
        words, has_gap = [], False
        default_of = {name: default for name, default, _ in params}
        kept = {one.name for one in found}
        for name, _, _ in params:
            value = given.get(name)
            if name in kept:
                words.append(f"{name}={name}" if has_gap else name)
            elif value is None or (name in without_influence and (name not in GEOMETRY or not is_written(value))):
                has_gap = True
            else:
                has_gap = has_gap or (name in partial.named and bool(default_of[name]))
                words.append(f"{name}={self.text(value).text}" if has_gap else self.text(value).text)
        return found, f"{layer.last}({', '.join(words)})", owns

    def _of_signature(self, signature: Signature, partial: Partial) -> tuple[list[Parameter], str, bool]:
        """A partial of a module or function of the file."""
        given, rest = bound(signature.arguments, partial.args, partial.named, signature.skip, signature.arguments)
        if rest or any(one.star or one.attribute for one in signature.params):
            raise NotUnderstood("a callable with some of its arguments has no name in the language")
        signature.is_called = True
        words, has_gap = [], False
        found: list[Parameter] = []
        for one in signature.params:
            value = given.get(one.argument)
            text = one.name if value is None else self.text(value).text
            if value is None:
                is_named = has_gap or one.is_named
                found.append(Parameter(one.name, one.argument, default=one.default, is_named=is_named))
            has_gap = has_gap or value is not None or one.is_named
            words.append(f"{one.name}={text}" if has_gap else text)
        return found, f"{signature.name}({', '.join(words)})", signature.owns

    def _of_function(self, function: Function, partial: Partial) -> tuple[list[Parameter], str, bool]:
        """A lambda or a function inside of another: its body with its parameters' own names."""
        definition, frame = function.definition, function.frame
        if (
            function.bound is not None
            or not isinstance(frame, Frame)
            or definition.args.vararg
            or definition.args.kwarg
        ):
            raise NotUnderstood("this function has no name in the language", definition)
        given, _ = bound(definition.args, partial.args, partial.named, 0, definition)
        defaults = dict(defaults_of(definition.args))
        inside = frame.inside(Block())
        inside.depth += 1
        found: list[Parameter] = []
        for arg in parameters_of(definition):
            if arg.arg in given:
                continue
            name = spelled(arg.arg)
            while any(mentions(one, name, 0) for key, one in function.env.items() if key != arg.arg):
                name += "_"
            default = self.text(self.evaluate(defaults[arg.arg], frame)).text if arg.arg in defaults else ""
            found.append(Parameter(name, arg.arg, default=default, is_named=bool(found) and arg.arg in partial.named))
            given[arg.arg] = Text(name)
        text = self.text(self.run(function, [], given, inside))
        if inside.block.nodes:
            raise NotUnderstood("this function has no name in the language", definition)
        return found, text.text, text.owns

    def _written_function(self, name: str, frame: object, params: Sequence[Parameter], base: str, owns: bool) -> Text:
        """A function where its names are known: in the body that it is made in, or at the top of the file."""
        own = names_in(base) - {one.name for one in params}
        writer = frame.writer if isinstance(frame, Frame) else None
        if (
            isinstance(frame, Frame)
            and writer is not None
            and own & (writer.taken | {one.name for one in writer.params})
        ):
            node = Define(writer.unused(name or "make"), base, params=_listed(params))
            frame.block.add(node)
            return Text(node.name, kind="class", owns=owns)
        shape = f"({_listed(params)}) = {base}"
        for signature in self.made_functions:
            if f"({_listed(signature.params)}) = {signature.writer.base}" == shape:
                return Text(signature.name, kind="class", owns=owns)
        lang = self._free_name(name if name and writer is not None and not writer.name else _suggested(base))
        home = Writer(lang, is_function=True, base=base)
        signature = Signature(lang, list(params), NO_ARGUMENTS, home, owns, "module", 0)
        self.made_functions.append(signature)
        self.done[id(signature)] = signature
        return Text(lang, kind="class", owns=owns)

    def _free_name(self, name: str) -> str:
        """A name for the top of the file that nothing has there."""
        busy = {one.name for one in self.done.values() if one is not None} | set(self.names.values()) | set(self.top)
        found, count = spelled(name), 2
        while found in busy or layer_signature(found)[0] is not None:
            found, count = f"{name}{count}", count + 1
        return found

    def function_text(self, function: Function) -> Text:
        """A function as a value: its name, where it is one of the language."""
        if isinstance(function.definition, ast.FunctionDef) and function.bound is None and not function.env:
            signature = self.function_of(function)
            if signature is not None:
                signature.is_called = True
                return Text(signature.name, kind="class")
        key = id(function.definition)
        kept = self.texts_of_functions.get(key)
        if kept is None or kept[0] is not function.frame:
            name = function.definition.name if isinstance(function.definition, ast.FunctionDef) else function.name
            params, base, owns = self._of_function(function, Partial(function, [], {}))
            kept = (function.frame, self._written_function(name, function.frame, params, base, owns))
            self.texts_of_functions[key] = kept
        return kept[1]


def _listed(params: Sequence[Parameter]) -> str:
    """Parameters as the head of a function has them."""
    words = [f"{one.name}={one.default}" if one.default else one.name for one in params if not one.is_named]
    named = [f"{one.name}={one.default}" if one.default else one.name for one in params if one.is_named]
    return ", ".join([*words, *(["*", *named] if named else [])])


def _suggested(base: str) -> str:
    """A name for a function that makes a layer with some arguments given, `GroupNorm_32`."""
    callee, _, rest = base.partition("(")
    words = [word.strip(" )") for word in rest.split(",")]
    numbers = [word.rpartition("=")[2] for word in words if word.rpartition("=")[2].isdigit()]
    return "_".join([callee if callee.isidentifier() else "make", *numbers[:1]])
