"""What Python is told of a module: its signature and its documentation, read from its text when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..model.values import ModuleValue
from ..syntax import tree

if TYPE_CHECKING:
    import inspect

    from .modules import Module

KINDS = {"plain": "POSITIONAL_OR_KEYWORD", "keyword": "KEYWORD_ONLY", "variadic": "VAR_POSITIONAL"}


class Written:
    """A default that is an expression: it shows itself as written."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def signature_of(module: ModuleValue) -> inspect.Signature:
    """The parameters of a module."""
    import inspect

    parameters = [
        inspect.Parameter(param.name, _kind(param, module), default=_default(param, module))
        for param in module.definition.params
        if param.name.isidentifier()
    ]
    return inspect.Signature(parameters)


def _kind(param: tree.Parameter, module: ModuleValue) -> Any:
    """What comes after `*names` is given by name."""
    import inspect

    before = module.definition.params[: module.definition.params.index(param)]
    is_behind = param.kind == "plain" and any(other.kind != "plain" for other in before)
    return getattr(inspect.Parameter, KINDS["keyword" if is_behind else param.kind])


def _default(param: tree.Parameter, module: ModuleValue) -> Any:
    import inspect

    from ..model import outline

    if param.default is None:
        return inspect.Parameter.empty
    if isinstance(param.default, tree.Num | tree.Constant | tree.Text):
        return param.default.value
    return Written(outline.written(param.default, module.unit))


def documentation(module: ModuleValue) -> str:
    """How a module is called, and what its text says of it."""
    from ..model import outline

    head = outline.signature(module.definition, module.unit)
    words = outline.docstring(module.definition)
    return f"{head}\n\n{words}" if words else head


def called_by(one: Module | None) -> ModuleValue | None:
    """The module that a name without a call stands for, or None."""
    from .building import definition

    return definition(one._question) if one is not None else None


class OwnSignature:
    """The signature of a module that can be called; the class itself has Python's own."""

    def __get__(self, one: Module | None, kind: type) -> inspect.Signature | None:
        found = called_by(one)
        if one is not None and found is None:
            raise AttributeError("__signature__")
        return signature_of(found) if found is not None else None


class OwnDocumentation:
    """The documentation of a module that can be called, else that of the class."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __get__(self, one: Module | None, kind: type) -> str:
        found = called_by(one)
        return documentation(found) if found is not None else self.words
