"""Python's expressions → values: texts of the language with the sizes' names, folded where Python's value is known."""

from __future__ import annotations

import ast
import operator

from . import tensors
from .algebra import (
    COMPARED,
    arithmetic,
    choose,
    conjunction,
    is_number,
    is_string,
    name_of_class,
    negated,
    parts_of,
    percent,
    words_of,
)
from .frames import Frame
from .labels import joined_rows
from .reader import Reader
from .scope import CONTAINERS
from .values import (
    ATOM,
    COMPARE,
    MAX_TURNS,
    OPEN,
    SIGN,
    SUM,
    Class,
    Config,
    Dotted,
    Function,
    NotUnderstood,
    Row,
    Tensor,
    Text,
    Unknown,
    Value,
    Words,
    inner,
    is_none,
    known,
)

PYTHON = {
    "len", "range", "enumerate", "zip", "reversed", "list", "tuple", "sum", "max", "min", "abs", "round", "int", "float",
    "bool", "str", "dict", "set", "isinstance", "issubclass", "hasattr", "getattr", "setattr", "super", "print", "map",
    "sorted", "any", "all", "type", "vars", "locals", "iter", "next", "callable", "repr", "filter", "id", "object",
    "ValueError", "RuntimeError", "TypeError", "NotImplementedError", "AssertionError", "Exception", "KeyError", "property",
}  # fmt: skip


def _is_class_name(name: str) -> bool:
    """Whether a name of another package is a class's by its letters, `LayerNorm2d`, and no constant's."""
    return name[:1].isupper() and not name.isupper()


def is_layer(value: Value) -> bool:
    """Whether a value is a layer, network or container."""
    value = inner(value)
    return (isinstance(value, Text) and value.kind == "module") or (isinstance(value, Row) and value.kind in CONTAINERS)


def _is_module(value: Value) -> bool:
    value = inner(value)
    return isinstance(value, Text) and value.kind == "module" and value.owns


class Expressions(Reader):
    """The reading of names, operators, comparisons and strings."""

    def evaluate(self, node: ast.AST | None, frame: Frame) -> Value:
        """What an expression stands for. Raises: `NotUnderstood`."""
        if node is None:
            return known(None)
        method = getattr(self, f"_read_{type(node).__name__.lower()}", None)
        if method is None:
            raise NotUnderstood("this has no reading", node)
        found: Value = method(node, frame)
        return found

    def _read_call(self, node: ast.Call, frame: Frame) -> Value:
        return self.called(node, frame)

    def _read_constant(self, node: ast.Constant, frame: Frame) -> Value:
        if isinstance(node.value, (bytes, complex)) or node.value is ...:
            raise NotUnderstood("this is no size", node)
        return known(node.value)

    def _read_name(self, node: ast.Name, frame: Frame) -> Value:
        if node.id in frame.env:
            return frame.env[node.id]
        found = frame.scope.find(node.id)
        if isinstance(found, Dotted) and ":" in found.path:
            found = self.constant(found.path, frame)
        if found is None:
            found = self.constant(node.id, frame)
        if found is not None:
            return found
        if node.id in PYTHON:
            return Dotted(f"builtins.{node.id}")
        raise NotUnderstood(f"{node.id} isn't known here", node)

    def _read_binop(self, node: ast.BinOp, frame: Frame) -> Value:
        left, right = self.evaluate(node.left, frame), self.evaluate(node.right, frame)
        if isinstance(inner(left), Tensor) or isinstance(inner(right), Tensor):
            return tensors.broadcast(left, right)
        for one in (left, right):
            if isinstance(one, Unknown):
                return Unknown(node, one.reason, False)
        if isinstance(node.op, ast.Mod) and isinstance(left, Text) and isinstance(left.value, str):
            return percent(left.value, right, node)
        if isinstance(left, Row) or isinstance(right, Row):
            return self._of_rows(node, left, right, frame)
        if isinstance(left, Words) or isinstance(right, Words) or (is_string(left) and is_string(right)):
            return words_of([*parts_of(left), *parts_of(right)])
        return arithmetic(node.op, self.text(left), self.text(right), node)

    def _of_rows(self, node: ast.BinOp, left: Value, right: Value, frame: Frame) -> Value:
        if isinstance(node.op, ast.Add) and isinstance(left, Row) and isinstance(right, Row):
            if not left.is_open and not right.is_open:
                return Row(left.kind, [*left.items, *right.items], frame.block)
            if left.is_open and left.nodes and left.own is None and not right.is_open:
                for value in right.values:
                    self.append(left, value, frame)
                return left
            if left.nodes or right.nodes:
                return joined_rows([left, right], node)
        if isinstance(node.op, ast.Mult):
            row, count = (left, right) if isinstance(left, Row) else (right, left)
            if isinstance(row, Row) and not row.is_open and isinstance(count, Text) and isinstance(count.value, int):
                if count.value * len(row.items) > MAX_TURNS:
                    raise NotUnderstood("this list is too long", node)
                return Row(row.kind, row.items * count.value, frame.block)
        if any(isinstance(one, Row) and any(map(_is_module, one.values)) for one in (left, right)):
            raise NotUnderstood("one module would stand in several places", node)
        if isinstance(node.op, (ast.Add, ast.Mult)):
            return arithmetic(node.op, self.text(left), self.text(right), node)
        raise NotUnderstood("these can't be joined", node)

    def _read_unaryop(self, node: ast.UnaryOp, frame: Frame) -> Value:
        if isinstance(node.op, ast.Not):
            return negated(self.truth(node.operand, frame))
        value = self.evaluate(node.operand, frame)
        if isinstance(inner(value), Tensor):
            return value
        text = self.text(value)
        if isinstance(node.op, ast.UAdd):
            return text
        if isinstance(node.op, ast.USub):
            return Text(f"-{text.within(SIGN)}", SIGN, -text.value if is_number(text) else OPEN)
        raise NotUnderstood("this operator has no reading", node)

    def _read_compare(self, node: ast.Compare, frame: Frame) -> Value:
        parts = [self.evaluate(node.left, frame), *(self.evaluate(one, frame) for one in node.comparators)]
        found = [
            self._compared(op, left, right, node, frame)
            for op, left, right in zip(node.ops, parts, parts[1:], strict=False)
        ]
        return conjunction(found, True)

    def _compared(self, op: ast.cmpop, left: Value, right: Value, node: ast.AST, frame: Frame) -> Text:
        sign, decide = COMPARED[type(op)]
        left, right = inner(left), inner(right)
        if isinstance(op, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)) and (is_none(left) or is_none(right)):
            return self._is_none(right if is_none(left) else left, isinstance(op, (ast.Is, ast.Eq)), frame)
        if isinstance(left, (Class, Dotted)) and isinstance(right, (Class, Dotted)):
            is_same = left is right or name_of_class(left) == name_of_class(right)
            return known(is_same is isinstance(op, (ast.Is, ast.Eq)))
        if isinstance(op, (ast.Is, ast.IsNot)):
            sign, decide = ("==", operator.eq) if isinstance(op, ast.Is) else ("!=", operator.ne)
        if isinstance(op, (ast.In, ast.NotIn)) and isinstance(right, Config) and isinstance(left, Text):
            given = self.configured(right, str(left.value), frame, known(None))
            return self._is_none(given, isinstance(op, ast.NotIn), frame)
        if (
            isinstance(op, (ast.In, ast.NotIn))
            and isinstance(right, Row)
            and right.kind == "dict"
            and not right.is_open
        ):
            right = Row("list", [(None, known(key)) for key, _ in right.items])
        one, other = self.text(left), self.text(right)
        if one.is_known and other.is_known:
            try:
                return known(bool(decide(one.value, other.value)))
            except TypeError:
                raise NotUnderstood("these can't be compared", node) from None
        if one.kind == "flag" and isinstance(other.value, bool):
            is_same = (sign == "==") is other.value
            return one if is_same else negated(one)
        return Text(f"{one.within(SUM)} {sign} {other.within(SUM)}", COMPARE, OPEN, "flag")

    @staticmethod
    def _may_miss(value: Value, frame: Frame) -> bool:
        """Whether a value is a module that is an argument, of which None is the default."""
        word = value.text if isinstance(value, Text) and value.kind == "module" else ""
        return any(one.name == word and one.default == "None" for one in frame.writer.params)

    def _is_none(self, value: Value, wanted: bool, frame: Frame) -> Text:
        if is_none(value):
            return known(wanted)
        if isinstance(value, Text) and self._may_miss(value, frame):
            return Text(f"{value.text} is {'' if wanted else 'not '}None", COMPARE, OPEN, "flag")
        is_open = isinstance(value, Text) and not value.is_known and value.kind != "module"
        if isinstance(value, Text) and is_open and value.text.isidentifier() and value.kind != "flag":
            return Text(f"{value.text} is {'' if wanted else 'not '}None", COMPARE, OPEN, "flag")
        if isinstance(value, Unknown) and value.hides:
            raise NotUnderstood(value.reason, value.node)
        return known(not wanted)

    def _read_boolop(self, node: ast.BoolOp, frame: Frame) -> Value:
        is_and = isinstance(node.op, ast.And)
        if not is_and and (choice := self._first_given(node, frame)) is not None:
            return choice
        return conjunction([self.truth(one, frame) for one in node.values], is_and)

    def _first_given(self, node: ast.BoolOp, frame: Frame) -> Value | None:
        """`a or b` of values: the first that isn't None; None where it is a yes/no."""
        found: Value | None = None
        for one in reversed(node.values):
            value = self.evaluate(one, frame)
            if isinstance(value, Text) and value.kind == "flag" and not is_none(value):
                return None
            if found is None:
                found = value
            elif is_none(value):
                continue
            elif isinstance(value, Text) and not value.is_known and value.kind != "module":
                found = choose(Text(f"{value.within(SUM)} is None", COMPARE, OPEN, "flag"), self.text(found), value)
            elif not (isinstance(value, Text) and value.is_known and not value.value):
                found = value
        return found

    def truth(self, node: ast.AST, frame: Frame) -> Text:
        """An expression as a condition, folded where it is known."""
        return self.truth_of(self.evaluate(node, frame), frame)

    def truth_of(self, value: Value, frame: Frame) -> Text:
        """A value as a condition."""
        value = inner(value)
        if isinstance(value, Text):
            if value.is_known:
                return known(bool(value.value))
            if value.kind == "flag":
                return value
            if value.kind == "maybe" or self._may_miss(value, frame):
                return Text(f"{value.within(SUM)} is not None", COMPARE, OPEN, "flag")
            if value.kind == "module":
                return known(True)
            if value.kind == "text":
                return Text(f'{value.within(SUM)} != ""', COMPARE, OPEN, "flag")
            if (
                value.kind == ""
                and value.strength == ATOM
                and any(one.name == value.text for one in frame.writer.params)
            ):
                frame.writer.flags.add(value.text)
                return Text(value.text, ATOM, OPEN, "flag")
            return Text(f"{value.within(SUM)} != 0", COMPARE, OPEN, "flag")
        if isinstance(value, Row) and not value.is_open:
            return known(bool(value.items))
        if isinstance(value, Unknown):
            raise NotUnderstood(value.reason, value.node)
        if isinstance(value, Dotted) and not value.path.startswith("torch.") and not _is_class_name(value.last):
            raise NotUnderstood(f"whether {value.path} holds isn't known")
        return known(True)

    def _read_ifexp(self, node: ast.IfExp, frame: Frame) -> Value:
        if (pair := self.spread(node, frame)) is not None:
            return pair
        condition = self.truth(node.test, frame)
        if condition.is_known:
            return self.evaluate(node.body if condition.value else node.orelse, frame)
        values = [self.evaluate(one, frame) for one in (node.body, node.orelse)]
        if any(is_layer(one) for one in values):  # a function beside a layer is no member
            values = [known(None) if isinstance(one, Function) else one for one in values]
        return choose(condition, *map(self.text, values))

    def _read_joinedstr(self, node: ast.JoinedStr, frame: Frame) -> Value:
        parts: list[str | Text] = []
        for one in node.values:
            value = self.evaluate(one.value if isinstance(one, ast.FormattedValue) else one, frame)
            parts += parts_of(value)
        return words_of(parts)

    def _read_lambda(self, node: ast.Lambda, frame: Frame) -> Value:
        return Function(node, frame.scope, frame.env, None, frame.home, frame)

    def _read_starred(self, node: ast.Starred, frame: Frame) -> Value:
        raise NotUnderstood("what the star spreads isn't known one by one", node)

    def _read_namedexpr(self, node: ast.NamedExpr, frame: Frame) -> Value:
        value = self.evaluate(node.value, frame)
        frame.env[node.target.id] = value
        return value

    def lenient(self, node: ast.AST, frame: Frame) -> Value:
        """A value, or `Unknown` where it can't be read."""
        try:
            return self.evaluate(node, frame)
        except NotUnderstood as error:
            return Unknown(error.node or node, error.reason, error.hides)
