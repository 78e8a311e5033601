"""What the parts of the reading ask of each other: expressions, calls and statements are classes above this one, each in its file."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .frames import Frame, Parameter, Writer
from .nodes import (
    Block,
    For,
)
from .python import asked_attributes, loose_names
from .scope import Scope
from .signatures import Signature
from .values import (
    Class,
    Config,
    Function,
    Method,
    Partial,
    Row,
    Text,
    Value,
)


class Reader:
    """All that reads; each method is defined by the class whose matter it is.

    done: what was written, by the definition; names: modules' names; constants: numbers of the file that have a line of
    their own; symbols: those that are given from outside; notes: layers that are read as PyTorch's; asked: attributes
    that the file asks classes for; loose: classes and functions that are values; keywords: names by which calls give
    arguments; unrolled: loops whose turns are read one by one; modular: arguments that calls give modules.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.done: dict[int, Signature | None] = {}
        self.pending: list[int] = []
        self.names: dict[int, str] = {}
        self.constants: dict[str, str] = {}
        self.symbols: set[str] = set()
        self.notes: dict[str, str] = {}
        self.unrolled: set[int] = set()
        self.modular: set[tuple[int, str]] = set()
        self.asked = asked_attributes(scope)
        self.loose = loose_names(scope)
        self.keywords = {node.arg for node in ast.walk(scope.tree) if isinstance(node, ast.keyword) and node.arg}

    def remove(self, label: str, frame: Frame, node: ast.AST) -> None:
        """Take away a member."""
        raise NotImplementedError

    def reads(self, cls: Class, names: set[str]) -> bool:
        """Whether what is written of a class reads one of these arguments."""
        raise NotImplementedError

    def pairs(self, row: Row, node: ast.AST, frame: Frame) -> Row:
        """A list of pairs as a dict."""
        raise NotImplementedError

    def argument_value(
        self, arg: ast.arg, default: ast.expr | None, cls: Class, definition: ast.FunctionDef, frame: Frame
    ) -> Value:
        """What a parameter is inside its body."""
        raise NotImplementedError

    def label(self, writer: Writer) -> None:
        """Give the places of a writer's rows their labels."""
        raise NotImplementedError

    def needed(self, params: list[Parameter], used: set[str], keep_all: bool) -> list[Parameter]:
        """The parameters that a text reads."""
        raise NotImplementedError

    def evaluate(self, node: ast.AST | None, frame: Frame) -> Value:
        """What an expression stands for. Raises: `NotUnderstood`."""
        raise NotImplementedError

    def text(self, value: Value) -> Text:
        """A value as an expression of the language. Raises: `NotUnderstood`."""
        raise NotImplementedError

    def called(self, node: ast.Call, frame: Frame) -> Value:
        """What a call stands for."""
        raise NotImplementedError

    def configured(self, config: Config, name: str, frame: Frame, default: Value | None = None) -> Value:
        """An attribute of a configuration: what the code set it to, a property, or a parameter of the module."""
        raise NotImplementedError

    def run(self, function: Function, args: list[Value], named: dict[str, Value], frame: Frame) -> Value:
        """What a function returns, its body read in place of the call."""
        raise NotImplementedError

    def constant(self, name: str, frame: Frame) -> Value | None:
        """A constant of a file; a number gets a line of its own in the text."""
        raise NotImplementedError

    def lenient(self, node: ast.AST, frame: Frame) -> Value:
        """A value, or `Unknown` where it can't be read."""
        raise NotImplementedError

    def key(self, value: Value, node: ast.AST) -> str:
        """A value as a piece of a member's label."""
        raise NotImplementedError

    def append(self, row: Row, value: Value, frame: Frame, key: str | None = None) -> None:
        """Let a row grow: by an item that is known, or by a place inside a loop or choice."""
        raise NotImplementedError

    def truth(self, node: ast.AST, frame: Frame) -> Text:
        """An expression as a condition, folded where it is known."""
        raise NotImplementedError

    def truth_of(self, value: Value, frame: Frame) -> Text:
        """A value as a condition."""
        raise NotImplementedError

    def iterated(self, value: Value, frame: Frame) -> list[Value] | Value:
        """The turns of a loop one by one, or the value that is gone over."""
        raise NotImplementedError

    def assign_targets(self, target: ast.expr, value: Value, frame: Frame) -> None:
        """Bind names to values."""
        raise NotImplementedError

    def loop_over(self, target: ast.expr, turns: Value, body: Block, frame: Frame) -> For:
        """The loop of the language over something open."""
        raise NotImplementedError

    def name_targets(self, target: ast.expr, frame: Frame) -> None:
        """Let the names of a loop stand for themselves."""
        raise NotImplementedError

    def targets_text(self, target: ast.expr, frame: Frame) -> str:
        """The names of a loop as text."""
        raise NotImplementedError

    def shared_constants(self, cls: Class) -> set[str]:
        """The attributes of a class that others ask it for."""
        raise NotImplementedError

    def instance(self, cls: Class, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        """What calling a class of the file makes: a module, or a configuration."""
        raise NotImplementedError

    def function_call(
        self, function: Function, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value:
        """What calling a function gives: a call of the language's function, or what its body comes to."""
        raise NotImplementedError

    def method_call(
        self, method: Method, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value:
        """What calling a method of a value gives."""
        raise NotImplementedError

    def class_text(self, cls: Class) -> Text:
        """A class as a value: its module's name."""
        raise NotImplementedError

    def function_text(self, function: Function) -> Text:
        """A function as a value: its name, where it is one of the language."""
        raise NotImplementedError

    def named_partial(self, partial: Partial) -> Text:
        """A function of the language for a callable with some arguments given."""
        raise NotImplementedError

    def passed_on(
        self, config: Config, names: Sequence[tuple[str, str]], named: dict[str, Value], frame: Frame
    ) -> None:
        """What `**kwargs` brings into a call: the required arguments, and those that some call of the file names."""
        raise NotImplementedError

    def is_module_argument(self, name: str, value: Text, frame: Frame) -> bool:
        """Whether an argument that self keeps is a module, as its calls in other methods tell."""
        raise NotImplementedError

    def apply(self, callee: Value, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        """The value of a call with its arguments."""
        raise NotImplementedError

    def assign(self, target: ast.expr, value: Value, frame: Frame) -> None:
        """Bind a target of an assignment."""
        raise NotImplementedError

    def body(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        """Read statements in order; what can't be read is marked and passed."""
        raise NotImplementedError

    def execute(self, statement: ast.stmt, frame: Frame) -> None:
        """Read one statement. Raises: `NotUnderstood`."""
        raise NotImplementedError

    def hole(self, node: ast.AST, reason: str, frame: Frame) -> None:
        """A marked hole with the Python line."""
        raise NotImplementedError

    def freeze(self, value: Value, frame: Frame, node: ast.AST) -> None:
        """`requires_grad = False` for all in a member, or for the whole network."""
        raise NotImplementedError

    def bind(self, name: str, value: Value, frame: Frame) -> None:
        """Give a variable a value: a definition of the language where it is worth one."""
        raise NotImplementedError

    def walked(self, value: Value) -> str:
        """What a loop goes over, as text."""
        raise NotImplementedError

    def layer(self, name: str, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        """A layer of `torch.nn`, with the arguments that say what it is."""
        raise NotImplementedError

    def argument(self, value: Value, node: ast.AST) -> Text:
        """A value as an argument; a module that is a member elsewhere isn't copied."""
        raise NotImplementedError

    def member(self, label: str, value: Value, frame: Frame, node: ast.AST) -> None:
        """Write a member; a module or tensor that stands elsewhere too is tied to it."""
        raise NotImplementedError

    def set_own(self, name: str, value: Value, frame: Frame, node: ast.AST) -> None:
        """`self.name = value`: a member, a definition or plain state."""
        raise NotImplementedError

    def extend(self, row: Row, more: Value, frame: Frame, node: ast.AST) -> None:
        """Let a row grow by all of another."""
        raise NotImplementedError

    def as_default(self, value: Text, frame: Frame) -> Text | None:
        """`e if p is None else p` makes `e` the default of a parameter p that nothing has read before."""
        raise NotImplementedError

    def definition(self, name: str, value: Text, frame: Frame, home: dict[str, Value]) -> str:
        """Write `name = value`, under another name where this one still serves for something else; the name."""
        raise NotImplementedError
