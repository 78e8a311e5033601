"""Python's own functions → values: lengths, ranges, what is asked of objects, and numbers that are computed."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence
from typing import Any

from .algebra import choose, conjunction
from .frames import Frame, super_of
from .kinds import Kinds
from .labels import plus
from .library import layer_signature
from .nodes import Block, For, defined, names_in, walk
from .values import (
    ATOM,
    COMPARE,
    OPEN,
    PRODUCT,
    SUM,
    Class,
    Config,
    Dotted,
    Me,
    NotUnderstood,
    Path,
    Range,
    Row,
    Tensor,
    Text,
    Unknown,
    Value,
    Walk,
    Words,
    inner,
    known,
)

LISTS = {"list", "tuple", "set", "sorted", "iter"}

SAME = {
    "builtins.max": "max", "builtins.min": "min", "builtins.sum": "sum", "builtins.abs": "abs", "builtins.int": "int",
    "builtins.round": "round", "math.floor": "floor", "math.ceil": "ceil", "math.sqrt": "sqrt", "math.log2": "log2",
    "math.prod": "prod", "math.log": "log", "numpy.prod": "prod", "numpy.ceil": "ceil", "numpy.floor": "floor", "numpy.sqrt": "sqrt",
    "numpy.sum": "sum", "numpy.cumsum": "", "numpy.log2": "log2", "numpy.maximum": "max", "numpy.minimum": "min",
    "numpy.log": "log", "numpy.abs": "abs", "torch.prod": "", "torch.tensor": "",
}  # fmt: skip


COMPUTED: dict[str, Callable[..., Any]] = {
    "max": max,
    "min": min,
    "abs": abs,
    "int": int,
    "round": round,
    "floor": math.floor,
    "ceil": math.ceil,
    "sum": sum,
    "prod": math.prod,
    "sqrt": math.sqrt,
    "log": math.log,
    "log2": math.log2,
}


GATHERED = {"max", "min", "sum", "prod"}
JOINED = {"sum": (" + ", SUM), "prod": ("*", PRODUCT)}
ROUNDING = {"int", "round", "floor", "ceil"}


def _numbers(values: Sequence[Value]) -> list[Any]:
    """The numbers of texts that are all known; none where one is open."""
    numbers = [one.value if isinstance(one, Text) else OPEN for one in values]
    return numbers if all(isinstance(one, (int, float)) for one in numbers) else []


def _computed(name: str, texts: Sequence[Text], numbers: list[Any], node: ast.AST) -> Text:
    """A function of known numbers: as typed where that says the same, else the number."""
    try:
        result = COMPUTED[name](*([numbers] if name in ("sum", "prod") else numbers))
    except (ArithmeticError, ValueError, TypeError):
        raise NotUnderstood("this can't be computed", node) from None
    if name in ROUNDING:
        return (
            Text(texts[0].text, texts[0].strength, result)
            if numbers == [result] and "/" not in texts[0].text
            else known(result)
        )
    if name in JOINED and len(texts) > 1 and any(names_in(one.text) for one in texts):
        sign, strength = JOINED[name]
        return Text(sign.join(one.within(strength) for one in texts), strength, result)
    if name in ("log", "log2", "sum", "prod") or (name == "sqrt" and result == int(result)):
        return known(int(result) if result == int(result) else result)
    return Text(f"{name}({', '.join(one.text for one in texts)})", ATOM, result)


def _is_whole(text: Text) -> bool:
    """Whether `int` of a size says nothing: a name, or a quotient that is rounded down."""
    if "//" in text.text:
        return "/" not in text.text.replace("//", "")
    return text.text.isidentifier()


class Builtins(Kinds):
    """The reading of Python's own functions."""

    def same(self, name: str, args: list[Value], node: ast.AST) -> Value:
        """A function of numbers that the language has too; computed where all is known."""
        values = [inner(one) for one in args]
        if any(isinstance(one, Unknown) for one in values):
            return Unknown(node, f"{name} of it isn't known", False)
        if any(isinstance(one, Tensor) for one in values):
            return Tensor(())
        first = values[0] if values else None
        if name in GATHERED and len(values) == 1 and isinstance(first, Row) and not first.is_open:
            values = first.values
            if name not in ("max", "min") and not _numbers(values):
                return Text(f"{name}({self.text(first).text})")
        texts = [self.text(one) for one in values]
        numbers = _numbers(texts)
        if name in COMPUTED and numbers:
            return _computed(name, texts, numbers, node)
        if name == "log" and len(texts) == 2 and texts[1].value == 2:
            name, texts = "log2", texts[:1]
        if name == "round":
            texts = texts[:1]
        if name == "int" and _is_whole(texts[0]):
            return texts[0]
        return Text(f"{name}({', '.join(one.text for one in texts)})")

    def builtin(self, name: str, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        """What one of Python's own functions gives."""
        method = getattr(self, f"_call_{name}", None)
        if method is not None:
            found: Value = method(args, named, node, frame)
            return found
        if f"builtins.{name}" in SAME:
            return self.same(name, args, node)
        if name in LISTS and args:
            return self._list_of(args[0], "tuple" if name == "tuple" else "list", frame)
        if name in LISTS:
            return Row("list", [], frame.block)
        if name in ("float", "bool", "str") and args:
            value = inner(args[0])
            return (
                known(str(value.value))
                if name == "str" and isinstance(value, Text) and value.is_known
                else value
                if name != "str" or isinstance(value, Words)
                else Words((self.text(value),))
            )
        return Unknown(node, f"{name} isn't known", False)

    def _list_of(self, value: Value, kind: str, frame: Frame) -> Value:
        value = inner(value)
        if isinstance(value, Row):
            return value if value.is_open else Row(kind, list(value.items), frame.block)
        if isinstance(value, Range):
            turns = self.iterated(value, frame)
            if isinstance(turns, list):
                return Row(kind, [(None, one) for one in turns], frame.block)
        return value

    def _call_len(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        value = inner(args[0])
        if isinstance(value, Row) and not value.is_open:
            return known(len(value.items))
        if isinstance(value, Row):
            return self._length(value, node)
        if isinstance(value, Config):
            return self.configured(value, f"{value.key}_size", frame)
        if isinstance(value, Text) and isinstance(value.value, str):
            return known(len(value.value))
        return Text(f"len({self.text(value).text})")

    def _length(self, row: Row, node: ast.AST) -> Text:
        """How many items there are in a row that loops of the language fill."""
        block = row.own if row.own is not None else row.block
        counts: list[Text] = []
        single, places = len(row.items), 0
        for at, one in enumerate(block.nodes if block is not None else []):
            inside = [place for place in row.nodes if any(place is other for other in walk(Block([one])))]
            places += len(inside)
            if (
                isinstance(one, For)
                and inside
                and all(any(place is other for other in one.body.nodes) for place in inside)
            ):
                count = Text(one.count or f"len({one.iterable})", SUM if one.start else ATOM)
                if names_in(count.text) & defined(Block(block.nodes[at:] if block is not None else [])):
                    raise NotUnderstood("its length is said in what changes behind it", node)
                counts.append(count if len(inside) == 1 else Text(f"{len(inside)}*{count.within(ATOM)}", PRODUCT))
            elif inside and one is inside[0]:
                single += 1
            elif inside:
                raise NotUnderstood("its length isn't known", node)
        if places != len(row.nodes) or not counts:
            raise NotUnderstood("its length isn't known", node)
        words = " + ".join(one.within(PRODUCT) for one in counts)
        return Text(plus(words, single), SUM if len(counts) > 1 or single else counts[0].strength)

    def _call_range(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        texts = [self.text(one) for one in args]
        if len(texts) == 1:
            return Range(known(0), texts[0], known(1))
        if len(texts) in (2, 3):
            return Range(texts[0], texts[1], texts[2] if len(texts) == 3 else known(1))
        raise NotUnderstood("this is no range", node)

    def _call_enumerate(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        start = named.get("start", args[1] if len(args) > 1 else known(0))
        turns = self.iterated(args[0], frame)
        if isinstance(turns, list) and isinstance(start, Text) and isinstance(start.value, int):
            return Row(
                "list",
                [(None, Row("tuple", [(None, known(start.value + i)), (None, one)])) for i, one in enumerate(turns)],
            )
        if not isinstance(start, Text) or not isinstance(start.value, int):
            raise NotUnderstood("what enumerate counts from isn't known", node)
        if isinstance(turns, Walk) and turns.loop is not None and not turns.text:
            return Walk("enumerate", start.value, turns.loop, turns.item)
        return Walk(f"enumerate({self.walked(args[0])})", start.value)

    def _call_zip(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        turns = [self.iterated(one, frame) for one in args]
        if all(isinstance(one, list) for one in turns):
            rows = zip(*(one for one in turns if isinstance(one, list)), strict=False)
            return Row("list", [(None, Row("tuple", [(None, one) for one in row])) for row in rows])
        return Walk(f"zip({', '.join(self.walked(one) for one in args)})")

    def _call_reversed(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        turns = self.iterated(args[0], frame)
        if isinstance(turns, list):
            return Row("list", [(None, one) for one in reversed(turns)], frame.block)
        return Text(f"reversed({self.walked(args[0])})")

    def walked(self, value: Value) -> str:
        """What a loop goes over, as text."""
        value = inner(value)
        if isinstance(value, Walk):
            return value.text
        if isinstance(value, Range):
            words = (
                [value.stop.text]
                if value.start.value == 0 and value.step.value == 1
                else [value.start.text, value.stop.text]
            )
            return f"range({', '.join(words + ([value.step.text] if value.step.value != 1 else []))})"
        return self.text(value).text

    def _call_dict(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        row = Row("dict", [], frame.block)
        if args:
            given = inner(args[0])
            if isinstance(given, Row) and given.kind in ("dict", "ModuleDict"):
                row = given if given.is_open else Row("dict", list(given.items), frame.block)
            elif isinstance(given, Row) and not given.is_open:
                for pair in given.values:
                    pair = inner(pair)
                    if not isinstance(pair, Row) or len(pair.items) != 2:
                        raise NotUnderstood("these are no pairs", node)
                    row.items.append((self.key(pair.values[0], node), pair.values[1]))
            elif isinstance(given, Row):
                self._keyed(given, node)
                given.kind = "dict"
                row = given
            else:
                raise NotUnderstood("these are no pairs", node)
        row.items += named.items()
        return row

    def pairs(self, row: Row, node: ast.AST, frame: Frame) -> Row:
        """A list of pairs as a dict."""
        found = self._call_dict([row], {}, node, frame)
        assert isinstance(found, Row)
        return found

    def _keyed(self, row: Row, node: ast.AST) -> None:
        """Pairs of a name and a layer that a loop made: the name becomes the place's key."""
        for one in row.nodes:
            pair = inner(one.value)
            if isinstance(pair, Row) and pair.kind == "tuple" and len(pair.items) == 2:
                one.key, one.value = self.key(pair.values[0], node), pair.values[1]

    def _call_hasattr(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        value, name = inner(args[0]), args[1]
        if isinstance(value, Me) and isinstance(name, Text):
            return known(str(name.value) in frame.writer.state)
        return known(True)

    def _call_getattr(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        value, name = inner(args[0]), args[1]
        if isinstance(value, Config) and isinstance(name, Text) and isinstance(name.value, str):
            return self.configured(value, name.value, frame, args[2] if len(args) > 2 else None)
        if isinstance(value, Me):
            key = self.key(name, node)
            if key in frame.writer.state:
                return frame.writer.state[key]
            return Path(key, Text(key, ATOM, OPEN, "module"))
        if isinstance(value, Dotted) and isinstance(name, Text) and isinstance(name.value, str):
            return Dotted(f"{value.path}.{name.value}")
        if isinstance(value, Dotted) and value.path == "torch.nn" and isinstance(name, Text):
            return self._named_layer(name, node, frame)
        if isinstance(args[0], Path):
            return self.part(args[0], self.key(name, node))
        raise NotUnderstood("which attribute this is isn't known", node)

    def _named_layer(self, name: Text, node: ast.AST, frame: Frame) -> Value:
        """`getattr(nn, kind)`: one of the layers that the class compares names with."""
        definition = frame.writer.cls.definition if frame.writer.cls is not None else node
        words = [
            one.value
            for compare in ast.walk(definition)
            if isinstance(compare, ast.Compare)
            for one in ast.walk(compare)
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        layers = [word for word in dict.fromkeys(words) if word.isidentifier() and layer_signature(word)[0] is not None]
        if not layers:
            raise NotUnderstood("which attribute this is isn't known", node)
        found = Text(layers[-1], kind="class")
        for layer in reversed(layers[:-1]):
            found = choose(
                Text(f"{name.within(SUM)} == {known(layer).text}", COMPARE, OPEN, "flag"),
                Text(layer, kind="class"),
                found,
            )
        return found

    def _call_setattr(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        if len(args) != 3:
            raise NotUnderstood("this has no reading", node)
        owner, value = inner(args[0]), args[2]
        if isinstance(owner, Me):
            self.set_own(self.key(args[1], node), value, frame, node)
        elif isinstance(owner, Config) and isinstance(args[1], Text) and isinstance(args[1].value, str):
            owner.changed[args[1].value] = value
        else:
            raise NotUnderstood("a part of another module is set", node)
        return known(None)

    def _call_super(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        home = args[0] if args and isinstance(args[0], Class) else frame.home
        if home is None:
            raise NotUnderstood("super() stands outside of a class", node)
        return super_of(home, frame)

    def _call_any(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        return self._of_flags(args, node, frame, False)

    def _call_all(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        return self._of_flags(args, node, frame, True)

    def _of_flags(self, args: list[Value], node: ast.AST, frame: Frame, is_and: bool) -> Value:
        row = inner(args[0]) if args else None
        if isinstance(row, Row) and not row.is_open:
            return conjunction([self.truth_of(one, frame) for one in row.values], is_and)
        return Unknown(node, "which of them hold isn't known", False)

    def _call_vars(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        is_config = bool(args) and isinstance(inner(args[0]), Config)
        return args[0] if is_config else Unknown(node, "what it has isn't known")

    def _call_print(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        return known(None)

    def _call_map(self, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        turns = self.iterated(args[1], frame)
        if isinstance(turns, list):
            return Row("list", [(None, self.apply(args[0], [one], {}, node, frame)) for one in turns], frame.block)
        item = self.text(self.apply(args[0], [Text("i")], {}, node, frame))
        if item.kind != "module":
            return Text(f"[{item.text} for i in {self.walked(args[1])}]")
        raise NotUnderstood("this has no reading", node)
