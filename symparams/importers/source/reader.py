"""What the parts of the reading ask of each other: expressions, calls and statements are classes above this one, each in its file."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Sequence

from .frames import Frame, Parameter, Writer
from .nodes import For
from .python import asked_attributes, loose_names, widest_call
from .scope import Scope
from .signatures import Signature
from .values import (
    Class,
    Config,
    Function,
    Method,
    Partial,
    Path,
    Row,
    Text,
    Value,
)


class Reader(ABC):
    """All that reads; each method is defined by the class whose matter it is, and a reader without one can't be made.

    done: what was written, by the definition; names: modules' names; top: numbers of the file that have a line of their
    own at the top of the text, empty for those that are given from outside; notes: layers that are read as PyTorch's; asked: attributes
    that the file asks classes for; loose: classes and functions that are values; keywords: names by which calls give
    arguments; unrolled: loops whose turns are read one by one; modular: arguments that calls give modules;
    made_functions, texts_of_functions: functions that became ones of the language; widest: the most arguments by place;
    runs: how often functions were read in place of their calls.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.done: dict[int, Signature | None] = {}
        self.pending: list[int] = []
        self.names: dict[int, str] = {}
        self.top: dict[str, str] = {}
        self.notes: dict[str, str] = {}
        self.unrolled: set[int] = set()
        self.modular: set[tuple[int, str]] = set()
        self.made_functions: list[Signature] = []
        self.texts_of_functions: dict[int, tuple[Frame | None, Text]] = {}
        self.runs = 0
        self.widest = widest_call(scope)
        self.asked = asked_attributes(scope)
        self.loose = loose_names(scope)
        self.keywords = {node.arg for node in ast.walk(scope.tree) if isinstance(node, ast.keyword) and node.arg}

    @abstractmethod
    def remove(self, label: str, frame: Frame, node: ast.AST) -> None:
        """Take away a member."""

    @abstractmethod
    def replaced(self, path: Path, value: Text, frame: Frame, node: ast.AST) -> None:
        """Put another layer in the place of a member."""

    @abstractmethod
    def reads(self, cls: Class, names: set[str]) -> bool:
        """Whether what is written of a class reads one of these arguments."""

    @abstractmethod
    def pairs(self, row: Row, node: ast.AST, frame: Frame) -> Row:
        """A list of pairs as a dict."""

    @abstractmethod
    def argument_value(
        self, arg: ast.arg, default: ast.expr | None, cls: Class, definition: ast.FunctionDef, frame: Frame
    ) -> Value:
        """What a parameter is inside its body."""

    @abstractmethod
    def label(self, writer: Writer) -> None:
        """Give the places of a writer's rows their labels."""

    @abstractmethod
    def needed(self, params: list[Parameter], used: set[str], keep_all: bool) -> list[Parameter]:
        """The parameters that a text reads."""

    @abstractmethod
    def evaluate(self, node: ast.AST | None, frame: Frame) -> Value:
        """What an expression stands for. Raises: `NotUnderstood`."""

    @abstractmethod
    def text(self, value: Value) -> Text:
        """A value as an expression of the language. Raises: `NotUnderstood`."""

    @abstractmethod
    def called(self, node: ast.Call, frame: Frame) -> Value:
        """What a call stands for."""

    @abstractmethod
    def configured(self, config: Config, name: str, frame: Frame, default: Value | None = None) -> Value:
        """An attribute of a configuration: what the code set it to, a property, or a parameter of the module."""

    @abstractmethod
    def run(self, function: Function, args: list[Value], named: dict[str, Value], frame: Frame) -> Value:
        """What a function returns, its body read in place of the call."""

    @abstractmethod
    def constant(self, name: str, frame: Frame) -> Value | None:
        """A constant of a file; a number gets a line of its own in the text."""

    @abstractmethod
    def at_top(self, name: str, value: Text | None, frame: Frame) -> Text:
        """The name of a number at the top of the text, or of an open size that is declared there."""

    @abstractmethod
    def lenient(self, node: ast.AST, frame: Frame) -> Value:
        """A value, or `Unknown` where it can't be read."""

    @abstractmethod
    def key(self, value: Value, node: ast.AST) -> str:
        """A value as a piece of a member's label."""

    @abstractmethod
    def append(self, row: Row, value: Value, frame: Frame, key: str | None = None) -> None:
        """Let a row grow: by an item that is known, or by a place inside a loop or choice."""

    @abstractmethod
    def spread(self, node: ast.IfExp, frame: Frame) -> Text | None:
        """`k if isinstance(k, tuple) else (k, k)` as `pair(k)`; None for other choices."""

    @abstractmethod
    def truth(self, node: ast.AST, frame: Frame) -> Text:
        """An expression as a condition, folded where it is known."""

    @abstractmethod
    def truth_of(self, value: Value, frame: Frame) -> Text:
        """A value as a condition."""

    @abstractmethod
    def iterated(self, value: Value, frame: Frame) -> list[Value] | Value:
        """The turns of a loop one by one, or the value that is gone over."""

    @abstractmethod
    def assign_targets(self, target: ast.expr, value: Value, frame: Frame) -> None:
        """Bind names to values."""

    @abstractmethod
    def turned(self, target: ast.expr, turns: Value, frame: Frame) -> tuple[For, Frame]:
        """The loop of the language over something open, and the frame of its body, in which its names stand for themselves."""

    @abstractmethod
    def shared_constants(self, cls: Class) -> set[str]:
        """The attributes of a class that others ask it for."""

    @abstractmethod
    def instance(self, cls: Class, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        """What calling a class of the file makes: a module, or a configuration."""

    @abstractmethod
    def function_call(
        self, function: Function, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value:
        """What calling a function gives: a call of the language's function, or what its body comes to."""

    @abstractmethod
    def method_call(
        self, method: Method, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame
    ) -> Value:
        """What calling a method of a value gives."""

    @abstractmethod
    def name_of(self, cls: Class) -> str:
        """The name of a class in the language."""

    @abstractmethod
    def module_of(self, cls: Class) -> Signature:
        """What is written of a class of modules. Raises: `NotUnderstood` where it contains itself."""

    @abstractmethod
    def class_text(self, cls: Class) -> Text:
        """A class as a value: its module's name."""

    @abstractmethod
    def function_text(self, function: Function) -> Text:
        """A function as a value: its name, where it is one of the language."""

    @abstractmethod
    def named_partial(self, partial: Partial) -> Text:
        """A function of the language for a callable with some arguments given."""

    @abstractmethod
    def passed_on(
        self, config: Config, names: Sequence[tuple[str, str]], named: dict[str, Value], frame: Frame
    ) -> None:
        """What `**kwargs` brings into a call: the required arguments, and those that some call of the file names."""

    @abstractmethod
    def is_module_argument(self, name: str, value: Text, frame: Frame) -> bool:
        """Whether an argument that self keeps is a module, as its calls in other methods tell."""

    @abstractmethod
    def apply(self, callee: Value, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        """The value of a call with its arguments."""

    @abstractmethod
    def assign(self, target: ast.expr, value: Value, frame: Frame) -> None:
        """Bind a target of an assignment."""

    @abstractmethod
    def body(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        """Read statements in order; what can't be read is marked and passed."""

    @abstractmethod
    def execute(self, statement: ast.stmt, frame: Frame) -> None:
        """Read one statement. Raises: `NotUnderstood`."""

    @abstractmethod
    def hole(self, node: ast.AST, reason: str, frame: Frame) -> None:
        """A marked hole with the Python line."""

    @abstractmethod
    def freeze(self, value: Value, frame: Frame, node: ast.AST) -> None:
        """`requires_grad = False` for all in a member, or for the whole network."""

    @abstractmethod
    def bind(self, name: str, value: Value, frame: Frame) -> None:
        """Give a variable a value: a definition of the language where it is worth one."""

    @abstractmethod
    def walked(self, value: Value) -> str:
        """What a loop goes over, as text."""

    @abstractmethod
    def layer(self, name: str, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        """A layer of `torch.nn`, with the arguments that say what it is."""

    @abstractmethod
    def argument(self, value: Value, node: ast.AST) -> Text:
        """A value as an argument; a module that is a member elsewhere isn't copied."""

    @abstractmethod
    def member(self, label: str, value: Value, frame: Frame, node: ast.AST) -> None:
        """Write a member; a module or tensor that stands elsewhere too is tied to it."""

    @abstractmethod
    def set_own(self, name: str, value: Value, frame: Frame, node: ast.AST) -> None:
        """`self.name = value`: a member, a definition or plain state."""

    @abstractmethod
    def part(self, owner: Path, name: str) -> Path:
        """What a member of the network is asked for: a member of it, as its class tells, or else a size."""

    @abstractmethod
    def class_of(self, made: Text) -> Signature | None:
        """What was written of the class that a module's text calls."""

    @abstractmethod
    def add_to(self, owner: Value, name: str, value: Value, frame: Frame, node: ast.AST) -> None:
        """`self.head.register_buffer(…)`: a member of a member, beside its own."""

    @abstractmethod
    def put_inside(self, owner: Value, row: Row, key: str, value: Value, frame: Frame, node: ast.AST) -> None:
        """A member below another, `self.block.fc = …`; what stands elsewhere too is tied to it."""

    @abstractmethod
    def extend(self, row: Row, more: Value, frame: Frame, node: ast.AST) -> None:
        """Let a row grow by all of another."""

    @abstractmethod
    def as_default(self, value: Text, frame: Frame) -> Text | None:
        """`e if p is None else p` makes `e` the default of a parameter p that nothing has read before."""

    @abstractmethod
    def definition(self, name: str, value: Text, frame: Frame, home: dict[str, Value]) -> str:
        """Write `name = value`, under another name where this one still serves for something else; the name."""
