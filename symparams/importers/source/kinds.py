"""What Python's `isinstance`, `issubclass` and `type` say of values, of open sizes by their default and note."""

from __future__ import annotations

import ast
import re

from .frames import Frame, Parameter
from .layers import Layers
from .nodes import Line
from .scope import lineage
from .values import (
    COMPARE,
    OPEN,
    SUM,
    Class,
    Dotted,
    Function,
    Method,
    NotUnderstood,
    Partial,
    Row,
    Text,
    Unknown,
    Value,
    inner,
    known,
)

NUMBERS = {"int", "float", "Number", "Integral", "Real"}
ROWS = {"list", "tuple", "Sequence", "Iterable", "Collection", "ListConfig"}
CLASSES = {"type", "Callable"}
SPREAD = {2: "pair", 3: "triple"}


def last_of(value: Value) -> str:
    """The name of a class, without what is before it."""
    return value.last if isinstance(value, Dotted) else value.name if isinstance(value, Class) else ""


def _noted(param: Parameter) -> set[str]:
    """What an argument may be by its note: `number`, `row`; both or nothing where the note doesn't tell."""
    outer = re.sub(r"\b(list|tuple|sequence|iterable)\[[^\[\]]*(\[[^\[\]]*\])?[^\[\]]*\]", "list", param.note.lower())
    words = set(re.findall(r"\w+", outer))
    found = {"row"} if words & {"list", "tuple", "sequence", "iterable", "size"} else set()
    return found | ({"number"} if words & {"int", "float", "bool"} else set())


class Kinds(Layers):
    """The reading of questions about types."""

    def _call_isinstance(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        value = inner(args[0])
        if len(args) < 2:
            raise NotUnderstood("this has no reading", node)
        kinds = {last_of(one) for one in (args[1].values if isinstance(args[1], Row) else [args[1]])}
        if isinstance(value, Row):
            return known(bool(kinds & {value.kind, "Sequence", "Iterable", "Module", "Collection"}))
        if not isinstance(value, Text):
            return known("str" in kinds)
        if value.is_known:
            return known(type(value.value).__name__ in kinds or (isinstance(value.value, int) and "Number" in kinds))
        if value.kind == "module":
            return known("Module" in kinds or value.text.partition("(")[0] in kinds)
        if value.kind in ("text", "class"):
            return known(bool(kinds & ({"str"} if value.kind == "text" else CLASSES)))
        return self._is_number_or_row(value, kinds, frame)

    def _is_number_or_row(self, value: Text, kinds: set[str], frame: Frame) -> Text:
        """Which of them an open size is: what its default or note says, else a number, as the text then requires."""
        param = next((one for one in frame.writer.params if one.name == value.text), None)
        noted = _noted(param) if param is not None else set()
        is_row = value.kind in ("row", "flags") or noted == {"row"}
        if not kinds & (NUMBERS | ROWS):
            return known(False)
        if not is_row and noted != {"number"} and value.kind != "flag":
            self._guard(value, param, frame)
        found = bool(kinds & (ROWS if is_row else NUMBERS))
        if found and value.kind == "maybe":
            return Text(f"{value.within(SUM)} is not None", COMPARE, OPEN, "flag")
        return known(found)

    @staticmethod
    def _guard(value: Text, param: Parameter | None, frame: Frame) -> None:
        """What is read as a number where Python asks whether it is one must be one."""
        if param is not None:
            param.is_number = True
        else:
            frame.block.add(Line(f"require {value.within(SUM)} >= 0"))

    def spread(self, node: ast.IfExp, frame: Frame) -> Text | None:
        """`k if isinstance(k, tuple) else (k, k)` as `pair(k)`; None for other choices."""
        test, as_row, as_number = node.test, node.body, node.orelse
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test, as_row, as_number = test.operand, as_number, as_row
        if not (isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "isinstance"):
            return None
        asked = {last_of(self.lenient(one, frame)) for one in ast.walk(test.args[1])} if len(test.args) > 1 else set()
        value = inner(self.lenient(test.args[0], frame))
        if not isinstance(value, Text) or value.is_known or value.kind not in ("", "size", "row"):
            return None
        if asked & NUMBERS:
            as_row, as_number = as_number, as_row
        elif not asked & ROWS:
            return None
        row, number = inner(self.lenient(as_row, frame)), inner(self.lenient(as_number, frame))
        if not isinstance(row, Text) or row.text != value.text or not isinstance(number, Row) or number.is_open:
            return None
        is_same = all(isinstance(one, Text) and one.text == value.text for one in number.values)
        word = SPREAD.get(len(number.items), "")
        return Text(f"{word}({value.text})", kind="row") if is_same and word else None

    def _call_type(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        value = inner(args[0]) if args else known(None)
        if isinstance(value, Row) and value.kind in ("list", "tuple", "dict"):
            return Dotted(f"builtins.{value.kind}")
        if isinstance(value, Text) and value.is_known:
            return Dotted(f"builtins.{type(value.value).__name__}")
        if isinstance(value, Text) and value.kind in ("size", "class", "text"):
            return Dotted({"size": "builtins.int", "text": "builtins.str"}.get(value.kind, "builtins.type"))
        return (
            Dotted("functools.partial") if isinstance(value, Partial) else Unknown(node, "the type isn't known", False)
        )

    def _call_issubclass(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        kinds = args[1].values if isinstance(args[1], Row) else args[1:]
        names = {last_of(one) for one in kinds}
        if isinstance(args[0], Class):
            return known(any(one.name in names for one in lineage(args[0])))
        if isinstance(args[0], Dotted):
            return known(args[0].last in names)
        return Unknown(node, "which class it is isn't known", False)

    def _call_callable(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        value = inner(args[0]) if args else known(None)
        if isinstance(value, Unknown):
            return Unknown(node, value.reason, value.hides)
        if isinstance(value, Text):
            return known(value.kind in ("class", "module"))
        return known(isinstance(value, (Class, Dotted, Function, Method, Partial)))
