"""Lists, dicts and comprehensions of Python, and what is at a place or attribute of a value."""

from __future__ import annotations

import ast

from ..writing import spelled
from . import tensors
from .algebra import choose, plain_key
from .expressions import Expressions
from .frames import Frame
from .labels import joined_rows
from .library import layer_signature
from .nodes import Append, Block, Define, Line, Place, mentions
from .python import is_property
from .scope import (
    below,
    class_constant,
    method_of,
)
from .signatures import Signature
from .values import (
    ATOM,
    COMPARE,
    OPEN,
    SUM,
    Class,
    Config,
    Dotted,
    Function,
    Me,
    Method,
    NotUnderstood,
    Path,
    Range,
    Row,
    Super,
    Tensor,
    Text,
    Unknown,
    Value,
    Walk,
    Words,
    as_index,
    inner,
    is_none,
    known,
    owns_tensors,
)

METHODS = {"append", "extend", "insert", "items", "keys", "values", "parameters", "named_parameters", "modules", "children",
           "add_module", "register_buffer", "register_parameter", "requires_grad_", "apply", "to", "format", "join", "get",
           "copy", "update", "setdefault", "pop", "bit_length", "eval", "train", "requires_grad", "cuda", "half", "float",
           "named_children", "named_modules", "state_dict", "load_state_dict", "reverse"}  # fmt: skip


NO_SIZES = "the sizes of this tensor aren't told"
# Methods of dicts, which serve as configurations too.
OF_DICTS = {"get", "pop", "copy", "__copy__", "items", "keys", "values", "update", "setdefault"}


def may_own(value: Value) -> bool:
    """Whether a value, or what calling it makes, may have tensors; False for activations and functions of torch."""
    value = inner(value)
    if isinstance(value, Dotted):
        is_layer = value.path.startswith("torch.nn.") and value.last[:1].isupper()
        return layer_signature(value.last)[2] if is_layer else not value.path.startswith("torch.")
    return owns_tensors(value)


def _places(node: ast.expr) -> list[ast.expr]:
    """The places of a subscript."""
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]


class Rows(Expressions):
    """The reading of rows, places and attributes."""

    def _read_list(self, node: ast.List | ast.Tuple, frame: Frame) -> Value:
        row = Row("list" if isinstance(node, ast.List) else "tuple", [], frame.block)
        for one in node.elts:
            if isinstance(one, ast.Starred):
                other = inner(self.evaluate(one.value, frame))
                if isinstance(other, Row) and not other.is_open:
                    row.items += other.items
                    continue
                if isinstance(other, Text) and other.kind != "module":
                    row.items.append((None, Text(f"*{other.within(ATOM)}")))
                    continue
                if isinstance(other, Row) and not other.nodes and len(other.items) == 1:
                    row.items.append((None, Text(f"*{self.text(other).within(ATOM)}")))
                    continue
                if isinstance(other, Row) and other.own is None and not row.items:
                    row = other
                    continue
                if isinstance(other, Row):
                    row = joined_rows([row, other], one)
                    continue
                raise NotUnderstood("what the star spreads isn't known one by one", one)
            self.append(row, self.evaluate(one, frame), frame)
        texts = [one for one in row.values if isinstance(one, Text)]
        is_plain = len(texts) == len(row.items) and all(one.kind != "module" for one in texts)
        if is_plain and not row.is_open and any(one.text.startswith("*") for one in texts):
            return Text(f"[{', '.join(one.text for one in texts)}]")  # as long as the sizes say
        return row

    _read_tuple = _read_list

    def _read_set(self, node: ast.Set, frame: Frame) -> Value:
        return Row("list", [(None, self.evaluate(one, frame)) for one in node.elts], frame.block)

    def _read_dict(self, node: ast.Dict, frame: Frame) -> Value:
        row = Row("dict", [], frame.block)
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                other = inner(self.evaluate(value, frame))
                if isinstance(other, Row) and not other.is_open:
                    row.items += other.items
                continue
            row.items.append((self.key(self.evaluate(key, frame), key), self.lenient(value, frame)))
        return row

    def key(self, value: Value, node: ast.AST) -> str:
        """A value as a piece of a member's label."""
        value = inner(value)
        if isinstance(value, Words):
            return "".join(f"{{{part.text}}}" if isinstance(part, Text) else spelled(part) for part in value.parts)
        if isinstance(value, Text) and value.is_known:
            return spelled(str(value.value))
        if isinstance(value, Text):
            return f"{{{value.text}}}"
        raise NotUnderstood("this is no name for a member", node)

    def append(self, row: Row, value: Value, frame: Frame, key: str | None = None) -> None:
        """Let a row grow: by an item that is known, or by a place inside a loop or choice."""
        if isinstance(value, Unknown) and value.hides:
            raise NotUnderstood(value.reason, value.node)
        if id(value) in frame.outside and isinstance(value, Text) and value.kind == "module" and value.owns:
            raise NotUnderstood("one module would stand in several places")
        if row.is_open or (row.block is not None and row.block is not frame.block):
            if not row.is_open:
                row.is_open = True
                if row.block is not None and not row.is_placed and row.items:
                    row.block.add(Place(row))
                    row.is_placed = True
            node = Append(row, value, key)
            row.nodes.append(node)
            frame.block.add(node)
        else:
            self._place_behind(row, value)
            row.items.append((key, value))

    @staticmethod
    def _place_behind(row: Row, value: Value) -> None:
        """Move the place of a row's members behind the definitions that a new one reads."""
        nodes = row.block.nodes if row.is_placed and row.block is not None else []
        at = next((i for i, node in enumerate(nodes) if isinstance(node, Place) and node.row is row), len(nodes))
        if any(isinstance(node, Define) and mentions(value, node.name, 0) for node in nodes[at:]):
            nodes.append(nodes.pop(at))

    @staticmethod
    def changeable(row: Row, frame: Frame, node: ast.AST) -> Row:
        """A row that may be changed in place here. Raises: `NotUnderstood` where only some turns or branches do it."""
        if row.is_open or (row.block is not None and row.block is not frame.block):
            raise NotUnderstood("a list changes in a loop or choice", node)
        return row

    def _read_subscript(self, node: ast.Subscript, frame: Frame) -> Value:
        owner = self.evaluate(node.value, frame)
        value = inner(owner)
        if isinstance(value, Tensor):
            return tensors.taken(value, [self._cut(one, frame) for one in _places(node.slice)])
        if isinstance(value, Unknown) and not value.hides:
            return Tensor(None)
        if isinstance(node.slice, ast.Slice):
            return self._sliced(value, node.slice, frame)
        place = self.evaluate(node.slice, frame)
        if isinstance(value, Config) and isinstance(place, Text) and isinstance(place.value, str):
            return self.configured(value, place.value, frame)
        if isinstance(owner, Path) and isinstance(place, Text):
            index = place.text if place.text.isdigit() else f"{{{place.text}}}"
            text = f"{owner.text}.{index}" if place.value != -1 else f"{owner.text}[-1]"
            if isinstance(value, Row) and value.nodes:
                return Path(text, Text(text, kind="module"), value.nodes[0].value if len(value.nodes) == 1 else None)
            return Path(text, self.item(value, place, node, frame))
        return self.item(value, place, node, frame)

    def _cut(self, node: ast.expr, frame: Frame) -> str | Text | None:
        """How one place of a tensor is taken: `all`, `new`, up to a size, or None for what isn't known."""
        if isinstance(node, ast.Slice):
            if node.lower is None and node.step is None:
                return "all" if node.upper is None else self.text(self.evaluate(node.upper, frame))
            return None
        value = self.lenient(node, frame)
        if is_none(value) or (isinstance(value, Dotted) and value.last == "newaxis"):
            return "new"
        return "one" if isinstance(value, Text) and value.kind != "flag" else None

    def item(self, value: Value, place: Value, node: ast.AST, frame: Frame) -> Value:
        """What is at a place of a value, or under a name."""
        if isinstance(value, Row) and not value.is_open and isinstance(place, Text) and place.is_known:
            if value.kind in ("dict", "ModuleDict", "OrderedDict") or isinstance(place.value, str):
                found = [one for key, one in value.items if key == spelled(str(place.value))]
                if found:
                    return found[-1]
                raise NotUnderstood(f"there is no {place.value} in it", node)
            if isinstance(place.value, int) and -len(value.items) <= place.value < len(value.items):
                return value.values[place.value]
            raise NotUnderstood(f"there is no place {place.value} in it", node)
        if isinstance(value, Row) and value.kind in ("dict", "ModuleDict") and not value.is_open:
            return self._chosen(value, place, node, frame)
        if is_none(value):
            raise NotUnderstood("None has no places", node)
        if isinstance(place, Text) and isinstance(value, (Text, Row)):
            kind = "flag" if isinstance(value, Text) and value.kind == "flags" else ""
            return Text(f"{self.text(value).within(ATOM)}[{place.text}]", ATOM, OPEN, kind)
        raise NotUnderstood("what is at this place isn't known", node)

    def _chosen(self, row: Row, place: Value, node: ast.AST, frame: Frame) -> Value:
        """What a dict has under a name that only the sizes' user knows: the one or the other, by comparisons."""
        if not any(map(may_own, row.values)):
            return Unknown(node, "which of them it is isn't known", False)
        if not isinstance(place, Text) or not row.items:
            raise NotUnderstood("which of them it is isn't known", node)
        keys = [plain_key(key or "") for key, _ in row.items]
        words = [key if key.isdigit() and place.kind != "text" else known(key).text for key in keys]
        owning = [self.text(one) for one in row.values if may_own(one)]
        is_made = any(one.kind == "module" for one in owning)
        idle = Text("Identity()", ATOM, OPEN, "module", False) if is_made else Text("Identity", kind="class")
        found: Text | None = None
        for word, value in zip(reversed(words), reversed(row.values), strict=True):
            one = self.text(value) if may_own(value) or isinstance(inner(value), Row) else idle
            condition = Text(f"{place.within(SUM)} == {word}", COMPARE, OPEN, "flag")
            found = one if found is None else choose(condition, one, found)
        assert found is not None
        if place.text.isidentifier() and len(words) > 1:
            frame.block.add(Line(f"require {place.text} in [{', '.join(words)}]"))
        return found

    def _sliced(self, value: Value, part: ast.Slice, frame: Frame) -> Value:
        ends = [
            None if one is None else self.text(self.evaluate(one, frame)) for one in (part.lower, part.upper, part.step)
        ]
        if (
            isinstance(value, Row)
            and not value.is_open
            and all(one is None or isinstance(one.value, int) for one in ends)
        ):
            return Row(
                value.kind, value.items[slice(*[None if one is None else one.value for one in ends])], frame.block
            )
        words = ":".join("" if one is None else one.text for one in ends[:2]) + (f":{ends[2].text}" if ends[2] else "")
        owner = f"list({value.text})" if isinstance(value, Walk) and value.text else self.text(value).within(ATOM)
        return Text(f"{owner}[{words}]")

    def _read_listcomp(self, node: ast.ListComp | ast.GeneratorExp, frame: Frame) -> Value:
        row = self._row_of(node.generators, node.elt, "list", frame)
        return row if not row.is_open or row.nodes else row.values[0]

    def _row_of(self, clauses: list[ast.comprehension], element: ast.expr, kind: str, frame: Frame) -> Row:
        """The row that a comprehension makes; its loops are kept apart until it is known which member it is."""
        own = Block()
        row = Row(kind, [], own)
        self._comprehended(clauses, 0, row, element, frame.inside(own))
        if row.nodes:
            row.own, row.is_placed = own, False
        else:
            frame.block.nodes += own.nodes
            row.block = frame.block
        return row

    _read_generatorexp = _read_listcomp

    _read_setcomp = _read_listcomp

    def _read_dictcomp(self, node: ast.DictComp, frame: Frame) -> Value:
        return self._row_of(node.generators, node, "dict", frame)

    def _comprehended(
        self, clauses: list[ast.comprehension], place: int, row: Row, element: ast.expr, frame: Frame
    ) -> None:
        if place == len(clauses):
            key = None
            if isinstance(element, ast.DictComp):
                key = self.key(self.evaluate(element.key, frame), element.key)
                element = element.value
            self.append(row, self.evaluate(element, frame), frame, key)
            return
        clause = clauses[place]
        gone_over = self.evaluate(clause.iter, frame)
        turns = self.iterated(gone_over, frame)
        if isinstance(turns, list) and self._is_repeated(
            clause, turns, gone_over, element, place + 1 == len(clauses), frame
        ):
            turns = inner(gone_over)
        if isinstance(turns, list):
            for turn in turns:
                self.assign_targets(clause.target, as_index(turn), frame)
                if all(self._kept(test, frame) for test in clause.ifs):
                    self._comprehended(clauses, place + 1, row, element, frame)
            return
        loop, turned = self.turned(clause.target, turns, frame)
        sizes = place + 1 == len(clauses) and not isinstance(element, ast.DictComp)
        value = self.lenient(element, turned) if sizes else None
        if isinstance(value, Text) and value.kind != "module" and not loop.body.nodes:
            tests = "".join(f" if {self.truth(test, turned).text}" for test in clause.ifs)
            row.is_open = True
            row.items.append((None, Text(f"[{value.text} for {loop.targets} in {loop.iterable}{tests}]")))
            return
        if clause.ifs:
            raise NotUnderstood("which of them are built isn't known", clause.ifs[0])
        if isinstance(value, Unknown):
            raise NotUnderstood(value.reason, value.node)
        if value is not None:
            self.append(row, value, turned)
        else:
            self._comprehended(clauses, place + 1, row, element, turned)
        frame.block.add(loop)

    def _is_repeated(
        self,
        clause: ast.comprehension,
        turns: list[Value],
        value: Value,
        element: ast.expr,
        is_last: bool,
        frame: Frame,
    ) -> bool:
        """Whether a range of known length makes the same layer each time: then it is a multiple."""
        names = {node.id for node in ast.walk(clause.target) if isinstance(node, ast.Name)}
        used = {node.id for node in ast.walk(element) if isinstance(node, ast.Name)}
        if (
            isinstance(element, ast.Name)
            or id(clause) in self.unrolled
            or len(turns) < 2
            or names & used
            or clause.ifs
            or not is_last
            or not isinstance(inner(value), Range)
        ):
            return False
        made = self.lenient(element, frame.inside(Block()))
        return isinstance(made, Text) and made.kind == "module" and owns_tensors(made)

    def _kept(self, test: ast.expr, frame: Frame) -> bool:
        condition = self.truth(test, frame)
        if not condition.is_known:
            raise NotUnderstood("which of them are built isn't known", test)
        return bool(condition.value)

    def _read_attribute(self, node: ast.Attribute, frame: Frame) -> Value:
        owner = self.evaluate(node.value, frame)
        value = inner(owner)
        if isinstance(value, Me):
            return self._own(node, frame)
        added = frame.writer.state.get(f"{owner.text}.{node.attr}") if isinstance(owner, Path) else None
        if added is not None:
            return added
        if isinstance(value, Config) and node.attr == "__dict__":
            return owner
        if isinstance(value, Config):
            is_method = node.attr in OF_DICTS and (value.fields is None or method_of(value.fields, node.attr) is None)
            return Method(owner, node.attr) if is_method else self.configured(value, node.attr, frame)
        if isinstance(value, Dotted):
            found = below(value, node.attr, frame.scope)
            if isinstance(found, Dotted) and found.path in ("math.inf", "numpy.inf", "math.pi", "numpy.pi"):
                return Unknown(node, "this is no size", False)
            return found
        if isinstance(value, Class):
            return self._of_class(value, node, frame)
        if isinstance(value, Super):
            return Method(value, node.attr)
        if isinstance(value, Tensor):
            return self._of_tensor(owner, value, node)
        if isinstance(value, Row) and isinstance(owner, Path) and node.attr in dict(value.items):
            return self.part(owner, node.attr)
        if isinstance(owner, Path) and node.attr in ("weight", "bias", "data", "in_proj_weight", "in_proj_bias"):
            return owner if node.attr == "data" else Path(f"{owner.text}.{node.attr}", Tensor(None, "param"))
        if isinstance(value, Text) and not isinstance(value.value, str) and node.attr not in METHODS:
            if isinstance(owner, Path):
                return self.part(owner, node.attr)
            return Text(f"{value.within(ATOM)}.{node.attr}")
        return Method(owner, node.attr)

    def class_of(self, made: Text) -> Signature | None:
        """What was written of the class that a module's text calls."""
        word = made.text.partition("(")[0]
        return next((one for one in self.done.values() if one is not None and one.name == word), None)

    def part(self, owner: Path, name: str) -> Path:
        """What a member of the network is asked for: a member of it, as its class tells, or else a size."""
        text = f"{owner.text}.{name}"
        row = inner(owner)
        if isinstance(row, Row):
            known = {str(place) if key is None else key: one for place, (key, one) in enumerate(row.items)}
            known |= {one.key: one.value for one in row.nodes if one.key is not None}
            return Path(text, known.get(name, Text(text, kind="module")))
        made = inner(owner.made or owner.value)
        found = self.class_of(made) if isinstance(made, Text) else None
        content = found.writer.state.get(name) if found is not None else None
        if not isinstance(content, Path):
            return Path(text, Text(text))
        if isinstance(content.value, Tensor):
            return Path(text, Tensor(None, content.value.mark))
        return Path(text, Text(text, kind="module"), content.value)

    @staticmethod
    def _of_tensor(owner: Value, value: Tensor, node: ast.Attribute) -> Value:
        if node.attr in ("data", "real"):
            return owner
        if node.attr in ("T", "mT"):
            return Path(f"{owner.text}.T", value) if isinstance(owner, Path) else tensors.changed(value, "T", [], {})
        if node.attr == "shape":
            sizes = value.sizes
            return (
                Row("tuple", [(None, size) for size in sizes]) if sizes is not None else Unknown(node, NO_SIZES, False)
            )
        return Method(owner, node.attr)

    def _own(self, node: ast.Attribute, frame: Frame) -> Value:
        found = frame.writer.state.get(node.attr)
        if found is not None:
            return found
        cls = frame.writer.cls
        if frame.writer.base and node.attr in ("weight", "bias"):
            return Path(node.attr, Tensor(None, "param"))
        if cls is not None:
            method = method_of(cls, node.attr)
            if method is not None:
                definition, home = method
                function = Function(definition, home.scope, {}, Me(), home)
                if is_property(definition):
                    return self.run(function, [], {}, frame)
                return function
            constant = class_constant(cls, node.attr)
            if constant is not None:
                return self._class_constant(constant, node.attr, frame)
        return Method(Me(), node.attr)

    def _class_constant(self, constant: tuple[ast.expr, Class], name: str, frame: Frame) -> Value:
        expression, home = constant
        other = Frame(home.scope, frame.writer, frame.block, {}, home)
        value = self.evaluate(expression, other)
        if name in frame.writer.taken and isinstance(value, Text) and isinstance(value.value, (int, float)):
            return Text(name, ATOM, value.value, value.kind) if name in self.shared_constants(home) else value
        return value

    def _of_class(self, cls: Class, node: ast.Attribute, frame: Frame) -> Value:
        constant = class_constant(cls, node.attr)
        if constant is not None:
            expression, home = constant
            return self.evaluate(expression, Frame(home.scope, frame.writer, frame.block, {}, home))
        method = method_of(cls, node.attr)
        if method is not None:
            return Function(method[0], method[1].scope, {}, None, method[1])
        raise NotUnderstood(f"{cls.name} has no {node.attr}", node)
