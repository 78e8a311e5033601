"""Assignments → definitions, members and ties."""

from __future__ import annotations

import ast
import re

from .algebra import is_number
from .calls import Calls
from .frames import Frame, parameter_text
from .labels import tensor_member
from .library import layer_signature
from .nodes import Block, Change, Define, Line, Member, Place, mentions, names_in, renamed, walk
from .values import (
    ATOM,
    OPEN,
    Config,
    Function,
    Me,
    NotUnderstood,
    Partial,
    Path,
    Row,
    Tensor,
    Text,
    Unknown,
    Value,
    inner,
    is_none,
    known,
    owns_tensors,
)

ROWS = {"Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict"}


class NamedState(dict[str, str]):
    """The attributes of self that are definitions, kept as `name=definition` in the writer."""

    def __init__(self, kept: set[str]) -> None:
        super().__init__(one.split("=", 1) for one in kept)


def _first_place(block: Block, row: Row) -> int:
    """Where in a block the first place of a row is."""
    for place, node in enumerate(block.nodes):
        if any(one is found for one in row.nodes for found in walk(Block([node]))):
            return place
    return len(block.nodes)


def is_member(value: Value) -> bool:
    """Whether PyTorch registers a value that is set: a module, a container of modules, a parameter or buffer."""
    value = inner(value)
    return (
        (isinstance(value, Text) and value.kind == "module")
        or (isinstance(value, Row) and value.kind in ROWS)
        or (isinstance(value, Tensor) and bool(value.mark))
    )


def _is_plain(value: Value) -> bool:
    """Whether a value is a size, name or function, and no layer."""
    value = inner(value)
    return (isinstance(value, Text) and value.kind != "module") or isinstance(value, Function)


def may_be_part(value: Value) -> bool:
    """Whether a value is a layer or parameter, or may be one."""
    return value.hides if isinstance(value, Unknown) else owns_tensors(value) and not _is_plain(value)


class Assignments(Calls):
    """The reading of assignments."""

    def _do_assign(self, statement: ast.Assign, frame: Frame) -> None:
        if isinstance(statement.value, (ast.ListComp, ast.GeneratorExp)) and isinstance(
            statement.targets[0], ast.Tuple
        ):
            self.unrolled |= set(map(id, statement.value.generators))
        try:
            value = self._evaluated(statement, frame)
        except NotUnderstood:
            if not isinstance(statement.value, ast.IfExp):
                raise
            self._choose_by_lines(statement, statement.value, frame)
            return
        for target in statement.targets:
            self.assign(target, value, frame)

    def _evaluated(self, statement: ast.Assign, frame: Frame) -> Value:
        """What is assigned; in `self.f = Around(self.f)` the member moves into what takes its place."""
        target, state = statement.targets[0], frame.writer.state
        name = target.attr if isinstance(target, ast.Attribute) else ""
        old = state.get(name)
        uses = [node for node in ast.walk(statement.value) if isinstance(node, ast.Attribute) and node.attr == name]
        moves = (
            len(uses) == 1
            and isinstance(old, Path)
            and isinstance(old.value, Text)
            and not isinstance(statement.value, ast.Attribute)
        )
        if not moves or old is None:
            return self.evaluate(statement.value, frame)
        state[name] = inner(old)
        try:
            return self.evaluate(statement.value, frame)
        finally:
            state[name] = old

    def _choose_by_lines(self, statement: ast.Assign, value: ast.IfExp, frame: Frame) -> None:
        """`x = a if c else b`, where what is chosen can't stand inside a line."""
        branches = [
            ast.copy_location(ast.Assign(statement.targets, one), statement) for one in (value.body, value.orelse)
        ]
        self.execute(ast.copy_location(ast.If(value.test, [branches[0]], [branches[1]]), statement), frame)

    def _do_annassign(self, statement: ast.AnnAssign, frame: Frame) -> None:
        if statement.value is not None:
            self.assign(statement.target, self.evaluate(statement.value, frame), frame)

    def _do_augassign(self, statement: ast.AugAssign, frame: Frame) -> None:
        target = statement.target
        owner = self.evaluate(target, frame)
        row = inner(owner)
        if isinstance(row, Row) and isinstance(statement.op, ast.Add):
            more = inner(self.evaluate(statement.value, frame))
            self.extend(row, more, frame, statement)
            return
        binary = ast.copy_location(ast.BinOp(target, statement.op, statement.value), statement)
        value = self.evaluate(binary, frame)
        self.assign(target, known(value.value) if isinstance(value, Text) and is_number(value) else value, frame)

    def extend(self, row: Row, more: Value, frame: Frame, node: ast.AST) -> None:
        """Let a row grow by all of another."""
        if isinstance(more, Row) and not more.is_open:
            for key, value in more.items:
                self.append(row, value, frame, key)
            return
        if isinstance(more, Row) and more.nodes and not more.is_placed:
            if not row.is_open:
                row.is_open = True
                if row.block is not None and not row.is_placed:
                    row.block.nodes.insert(_first_place(row.block, more), Place(row))
                    row.is_placed = True
            if more.own is not None:
                frame.block.nodes += more.own.nodes
            for one in more.nodes:
                one.row = row
                row.nodes.append(one)
            return
        raise NotUnderstood("what comes in isn't known one by one", node)

    def assign(self, target: ast.expr, value: Value, frame: Frame) -> None:
        """Bind a target of an assignment."""
        if isinstance(target, ast.Name):
            self.bind(target.id, value, frame)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target, value, frame)
        elif isinstance(target, ast.Attribute):
            self._assign_attribute(target, value, frame)
        elif isinstance(target, ast.Subscript):
            self._assign_item(target, value, frame)
        else:
            raise NotUnderstood("this target has no reading", target)

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, frame: Frame) -> None:
        value = inner(value)
        stars = [place for place, one in enumerate(target.elts) if isinstance(one, ast.Starred)]
        if stars:
            self._unpack_star(target.elts, stars[0], value, frame)
        elif isinstance(value, Row) and not value.is_open and len(value.items) == len(target.elts):
            waiting = {f" {place}": item for place, item in enumerate(value.values)}
            frame.env.update(waiting)
            for place, one in enumerate(target.elts):
                self.assign(one, frame.env.pop(f" {place}"), frame)
        elif isinstance(value, Text) and not value.is_known:
            for place, one in enumerate(target.elts):
                self.assign(one, Text(f"{value.within(ATOM)}[{place}]"), frame)
        elif isinstance(value, (Tensor, Unknown)):
            for one in target.elts:
                self.assign(one, Tensor(None) if isinstance(value, Tensor) else value, frame)
        else:
            raise NotUnderstood("what is unpacked isn't known", target)

    def _unpack_star(self, targets: list[ast.expr], star: int, value: Value, frame: Frame) -> None:
        """`first, *others, last = sizes`."""
        starred, behind = targets[star], len(targets) - star - 1
        assert isinstance(starred, ast.Starred)
        if isinstance(value, Row) and not value.is_open and len(value.items) >= len(targets) - 1:
            ends = len(value.items) - behind
            parts: list[Value] = [*value.values[:star], Row("list", value.items[star:ends], frame.block)]
            parts += value.values[ends:]
        elif isinstance(value, Text) and not value.is_known:
            text = value.within(ATOM)
            parts = [Text(f"{text}[{place}]") for place in range(star)]
            parts.append(Text(f"{text}[{star}:{-behind or ''}]"))
            parts += [Text(f"{text}[{place}]") for place in range(-behind, 0)]
        else:
            raise NotUnderstood("what is unpacked isn't known", starred)
        for one, part in zip([*targets[:star], starred.value, *targets[star + 1 :]], parts, strict=True):
            self.assign(one, part, frame)

    def _assign_attribute(self, target: ast.Attribute, value: Value, frame: Frame) -> None:
        owner = self.evaluate(target.value, frame)
        if isinstance(owner, Me):
            self.set_own(target.attr, value, frame, target)
        elif isinstance(inner(owner), Config):
            config = inner(owner)
            assert isinstance(config, Config)
            config.changed[target.attr] = value
        elif target.attr == "requires_grad":
            condition = self.truth_of(value, frame)
            if not condition.is_known:
                raise NotUnderstood("whether it is frozen isn't known", target)
            if not condition.value:
                self.freeze(owner, frame, target)
        elif target.attr == "data":
            return
        elif isinstance(inner(owner), Tensor):
            return  # what a tensor is told beside its numbers is no part of the network
        elif isinstance(row := inner(owner), Row) and row.kind == "ModuleDict" and not isinstance(owner, Path):
            self.put_inside(owner, row, target.attr, value, frame, target)
        elif isinstance(owner, Path):
            if isinstance(row, Row) and row.kind == "ModuleDict" and target.attr not in dict(row.items):
                self.put_inside(owner, row, target.attr, value, frame, target)
            else:
                self._tie(owner, target.attr, value, frame, target)
        elif isinstance(inner(owner), (Text, Row)) and (may_be_part(value) or is_none(value)):
            raise NotUnderstood("a part of another module is set", target)

    def put_inside(self, owner: Value, row: Row, key: str, value: Value, frame: Frame, node: ast.AST) -> None:
        """A member below another, `self.block.fc = …`; what stands elsewhere too is tied to it."""
        content = inner(value)
        if isinstance(content, Unknown) and content.hides:
            raise NotUnderstood(content.reason, content.node)
        if not isinstance(owner, Path) or not isinstance(value, Path):
            if is_member(content):
                self.append(row, value, frame, key)
            return
        if isinstance(content, Row):
            raise NotUnderstood("one row stands in two places", node)
        self.append(row, content, frame, key)
        if owns_tensors(content):
            frame.block.add(Line(f"tie {owner.text}.{key} = {value.text}"))

    def _lacks(self, owner: Path, name: str) -> bool:
        """Whether a member has no such member, as far as its class tells, so that this one is added beside its own."""
        made = inner(owner.made or owner.value)
        is_layer = isinstance(made, Text) and layer_signature(made.text.partition("(")[0])[0] is not None
        is_own = is_layer and name.startswith(("weight", "bias", "in_proj", "out_proj"))
        is_known = is_layer or (isinstance(made, Text) and self.class_of(made) is not None)
        return is_known and not is_own and not is_member(self.part(owner, name)) and "{" not in owner.text

    def add_to(self, owner: Value, name: str, value: Value, frame: Frame, node: ast.AST) -> None:
        """`self.head.register_buffer(…)`: a member of a member, beside its own."""
        if not isinstance(owner, Path) or not self._lacks(owner, name):
            raise NotUnderstood("another module is added to", node)
        self._tie(owner, name, value, frame, node)

    def _tie(self, owner: Path, name: str, value: Value, frame: Frame, node: ast.AST) -> None:
        path = f"{owner.text}.{name}"
        if isinstance(value, Path):
            if is_member(value.value) or name in ("weight", "bias"):
                frame.block.add(Line(f"tie {path} = {value.text}"))
        elif is_member(value) and self._lacks(owner, name):
            self.member(path, value, frame, node)
        elif isinstance(value, Unknown) and not value.hides:
            return
        elif is_none(value):
            self._say(path, "drop", frame, node)
        elif isinstance(value, Tensor):
            if value.mark and value.sizes is not None:
                self._say(path, f"[{', '.join(size.text for size in value.sizes)}]", frame, node)
        elif isinstance(value, Text) and value.kind == "module":
            text = value.text.replace(f"{path}.", "it.")
            self._say(path, text, frame, node)
        elif owns_tensors(value) and not isinstance(value, (Text, Function)):
            raise NotUnderstood("a member of a member is replaced", node)

    def _assign_item(self, target: ast.Subscript, value: Value, frame: Frame) -> None:
        owner = inner(self.evaluate(target.value, frame))
        if (
            isinstance(owner, Tensor)
            or isinstance(target.slice, ast.Slice)
            or (isinstance(owner, Unknown) and not owner.hides)
        ):
            return
        place = self.evaluate(target.slice, frame)
        if isinstance(owner, Me):
            owner = inner(frame.writer.state.get("", owner))
        if isinstance(owner, Config) and isinstance(place, Text) and isinstance(place.value, str):
            owner.changed[place.value] = value
        elif isinstance(owner, Row) and owner.kind in ("dict", "ModuleDict"):
            self.append(owner, value, frame, self.key(place, target))
        elif isinstance(owner, Row) and not owner.is_open and isinstance(place, Text) and isinstance(place.value, int):
            if not -len(owner.items) <= place.value < len(owner.items):
                raise NotUnderstood(f"there is no place {place.value} in it", target)
            self.changeable(owner, frame, target).items[place.value] = (owner.items[place.value][0], value)
        else:
            raise NotUnderstood("a place in it is set", target)

    def bind(self, name: str, value: Value, frame: Frame) -> None:
        """Give a variable a value: a definition of the language where it is worth one."""
        if isinstance(value, Path) and not is_member(value):
            value = inner(value)
        frame.env[name] = self._named(name, value, frame, frame.named, frame.env)

    def _named(self, name: str, value: Value, frame: Frame, named: dict[str, str], home: dict[str, Value]) -> Value:
        """The value of a name, or the name of the definition that was written for it."""
        if isinstance(value, Row) and value.is_open and not value.nodes and len(value.items) == 1:
            value = self.text(value)
        if isinstance(value, (Partial, Function)) and value.frame is not None:
            value.name = value.name or name
        if not isinstance(value, Text):
            return value
        if name in named:
            self.keep_old(named[name], home, name, frame)
            frame.block.add(Define(named[name], value.text))
            return Text(named[name], ATOM, OPEN, value.kind, value.owns)
        if value.kind == "module":
            return value
        value = self.as_default(value, frame) or value
        is_plain = isinstance(value.value, (str, bool)) or is_none(value)
        if is_plain or (value.kind == "class" and value.strength == ATOM):
            return value
        if value.is_known:
            if frame.counts.get(name, 1) > 1 or frame.depth:
                return value if value.strength == ATOM or len(value.text) < 8 else known(value.value)
        elif value.strength == ATOM and not any(sign in value.text for sign in "([ "):
            return value
        lang = self.definition(name, value, frame, home)
        return Text(lang, ATOM, value.value, value.kind)

    @staticmethod
    def keep_old(lang: str, home: dict[str, Value], name: str, frame: Frame) -> None:
        """Before a definition is given another value: what still waits for its place and reads it gets the old one."""
        waiting = [
            (env, key)
            for env in (frame.env, frame.writer.state)
            for key, value in env.items()
            if not (env is home and key == name) and not isinstance(value, (Path, Me)) and mentions(value, lang, 0)
        ]
        if not waiting:
            return
        copy = frame.writer.unused(lang)
        frame.block.add(Define(copy, lang))
        for env, key in waiting:
            env[key] = renamed(env[key], lang, copy)

    def definition(self, name: str, value: Text, frame: Frame, home: dict[str, Value]) -> str:
        """Write `name = value`, under another name where this one still serves for something else; the name."""
        lang = name
        old = home.get(name)
        is_own = isinstance(old, Text) and old.text == lang
        if not is_own or frame.writer.is_function or self._serves(lang, name, frame, home):
            lang = frame.writer.unused(name)
        frame.block.add(Define(lang, value.text))
        return lang

    def _serves(self, lang: str, name: str, frame: Frame, home: dict[str, Value]) -> bool:
        """Whether a value other than the variable's own is said in this name."""
        others = [value for key, value in frame.env.items() if home is not frame.env or key != name]
        others += [value for key, value in frame.writer.state.items() if home is not frame.writer.state or key != name]
        return any(mentions(value, lang, 0) for value in others)

    def as_default(self, value: Text, frame: Frame) -> Text | None:
        """`e if p is None else p` makes `e` the default of a parameter p that nothing has read before."""
        match = re.fullmatch(r"(?P<e>.+) if (?P<p>\w+) is None else (?P=p)", value.text) or re.fullmatch(
            r"(?P<p>\w+) if (?P=p) is not None else (?P<e>.+)", value.text
        )
        if match is None or frame.depth > 1:
            return None
        params = frame.writer.params
        place = next((i for i, one in enumerate(params) if one.name == match["p"]), None)
        if place is None or params[place].default not in ("None", "") or params[place].kind != "maybe":
            return None
        before = {
            one.name for one in params if one is not params[place] and (one.attribute or params.index(one) < place)
        }
        others = names_in(match["e"]) - before
        if any(other in frame.writer.taken for other in others) or self._is_read(match["p"], frame):
            return None
        if " if " in match["e"] and " is None" in match["e"]:
            return None
        params[place].default, params[place].kind = (
            match["e"],
            "flags" if match["e"].startswith(("[True", "[False")) else "",
        )
        params[place].is_filled = True
        for env in (frame.env, frame.writer.state):
            for key, one in list(env.items()):
                if isinstance(one, Text) and one.text == match["p"]:
                    env[key] = parameter_text(params[place])
        return parameter_text(params[place])

    @staticmethod
    def _is_read(name: str, frame: Frame) -> bool:
        from .nodes import texts

        return any(name in names_in(text) for node in walk(frame.writer.root) for text in texts(node))

    def set_own(self, name: str, value: Value, frame: Frame, node: ast.AST) -> None:
        """`self.name = value`: a member, a definition or plain state."""
        writer = frame.writer
        if isinstance(value, Unknown):
            if value.hides:
                raise NotUnderstood(value.reason, value.node)
            writer.state[name] = value
            return
        if isinstance(value, Text) and value.kind != "module" and self.is_module_argument(name, value, frame):
            value = Text(value.text, value.strength, value.value, "module")
        content = inner(value)
        if writer.base and is_none(value) and name in ("weight", "bias"):
            frame.block.add(Line(f"drop {name}"))
        if not is_member(content):
            value = content if isinstance(content, Text) else value
            if isinstance(writer.state.get(name), Path):
                self.remove(name, frame, node)
            writer.state[name] = self._named(name, value, frame, NamedState(writer.named), writer.state)
            return
        self.member(name, value, frame, node)

    def member(self, label: str, value: Value, frame: Frame, node: ast.AST) -> None:
        """Write a member; a module or tensor that stands elsewhere too is tied to it."""
        writer = frame.writer
        if label in writer.state:
            self.remove(label, frame, node)
        content = inner(value)
        writer.state[label] = Path(label, content)
        elsewhere = next(
            (
                one.text
                for key, one in writer.state.items()
                if isinstance(one, Path) and key != label and one.value is content
            ),
            None,
        )
        if elsewhere is None and isinstance(value, Path):
            elsewhere = value.text
        if elsewhere is not None and isinstance(content, Row):
            if content.is_open:
                raise NotUnderstood("one row stands in two places", node)
            content = Row(content.kind, list(content.items), frame.block)
            writer.state[label], elsewhere = Path(label, content), None
        if isinstance(content, Row):
            content.label = label
            if not content.is_placed and (content.items or content.own is not None or not content.is_open):
                frame.block.add(Place(content))
                content.is_placed = True
        elif isinstance(content, Tensor):
            frame.block.nodes += tensor_member(label, content)
        elif isinstance(content, Text) and content.owns and not is_none(content):
            frame.block.add(Member(label, content.text, content.mark))
        if elsewhere is not None and owns_tensors(content):
            frame.block.add(Line(f"tie {label} = {elsewhere}"))

    def replaced(self, path: Path, value: Text, frame: Frame, node: ast.AST) -> None:
        """Put another layer in the place of a member."""
        at = next((one for one in frame.block.nodes if isinstance(one, Member) and one.label == path.text), None)
        if at is None or not isinstance(path.value, Text):
            raise NotUnderstood("a member is set again under a condition", node)
        at.text = value.text
        frame.writer.state[path.text] = Path(path.text, value)

    def remove(self, label: str, frame: Frame, node: ast.AST) -> None:
        """Take away a member that is set again."""
        old = frame.writer.state.get(label)
        if not isinstance(old, Path) or not owns_tensors(old):
            return
        for one in list(frame.block.nodes):
            if isinstance(one, Member) and one.label == label:
                frame.block.nodes.remove(one)
                return
            if isinstance(one, Place) and one.row is old.value:
                old.value.label = None
                return
        raise NotUnderstood("a member is set again under a condition", node)

    @staticmethod
    def _say(path: str, verb: str, frame: Frame, node: ast.AST) -> None:
        """Say something of members that stand already."""
        place = Line("")
        frame.block.add(place)
        words = frame.scope.line(node)
        frame.writer.changes.append(Change(path, verb, frame.block, place, words, getattr(node, "lineno", 0)))

    def freeze(self, value: Value, frame: Frame, node: ast.AST) -> None:
        """`requires_grad = False` for all in a member, or for the whole network."""
        if frame.writer.base and isinstance(value, (Me, Path)):
            frame.block.add(Line(f"frozen {value.text}" if isinstance(value, Path) else "frozen"))
        elif isinstance(value, (Me, Path)):
            self._say(value.text if isinstance(value, Path) else "", "frozen", frame, node)
        else:
            raise NotUnderstood("what is frozen isn't a member yet", node)
