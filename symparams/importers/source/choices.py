"""`if` → a choice of the language, or the branch that Python takes; what both branches set is joined behind it."""

from __future__ import annotations

import ast
import re

from .algebra import (
    choose,
    negated,
)
from .assignments import Assignments, NamedState, may_be_part
from .frames import Frame
from .nodes import (
    Append,
    Block,
    Define,
    If,
    Line,
    Place,
    mentions,
    names_in,
    texts,
    walk,
)
from .python import (
    Leave,
    message_of,
    raises,
)
from .values import (
    ATOM,
    COMPARE,
    OPEN,
    PRODUCT,
    SUM,
    Config,
    NotUnderstood,
    Path,
    Row,
    Tensor,
    Text,
    Unknown,
    Value,
    inner,
    is_none,
    known,
)

MAX_CHOICE = 100


def _definition(branch: Frame, value: Text) -> Define | None:
    """The definition by which a branch names a value, where nothing else in the branch reads the name."""
    for place, node in enumerate(branch.block.nodes):
        if isinstance(node, Define) and node.name == value.text and node.operator == "=":
            later = [text for one in walk(Block(branch.block.nodes[place + 1 :])) for text in texts(one)]
            is_read = any(value.text in names_in(text) for text in later)
            is_read |= any(isinstance(one, (Append, Place)) for one in walk(branch.block))
            is_read |= branch.outcome is not None and mentions(branch.outcome, value.text, 0)
            return None if is_read else node
    return None


def _forget(gone: list[tuple[Frame, Define | None]]) -> None:
    """Leave out the branches' own definitions of values that are joined behind them, where nothing else reads them."""
    for branch, definition in gone:
        others = [node for node in branch.block.nodes if node is not definition]
        is_read = definition is not None and any(
            definition.name in names_in(text) for one in walk(Block(others)) for text in texts(one)
        )
        if not is_read:
            branch.block.nodes = others


def _value_of(definition: Define | None, value: Text) -> Text:
    """A value as what it was defined to be."""
    if definition is None:
        return value
    text = definition.text
    strength = ATOM if text.isidentifier() or text.isdigit() else _strength(text)
    return Text(text, strength, value.value, value.kind)


def _strength(text: str) -> int:
    """How strong an expression binds, from its outermost operator."""
    depth, found = 0, ATOM
    for sign, after in zip(text, f"{text[1:]} ", strict=True):
        depth += (sign in "([") - (sign in ")]")
        if depth == 0:
            if sign == " " and after in "+-":
                found = min(found, SUM)
            elif sign in "*/%":
                found = min(found, PRODUCT)
            elif sign == " ":
                found = min(found, 0) if re.search(r" (if|and|or|not|is|in|==|!=|<|>|<=|>=) ", text) else found
    return found


def spelled_sizes(tensor: Tensor) -> tuple[str | None, ...]:
    """What a tensor is, to compare it with another."""
    sizes = (None,) if tensor.sizes is None else tuple(size.text for size in tensor.sizes)
    return (tensor.mark, tensor.trained.text if tensor.trained else None, *sizes)


def configurations(frame: Frame) -> list[Config]:
    """The configurations that a body knows."""
    values = (*frame.env.values(), *frame.writer.state.values(), *frame.writer.configs.values())
    return list({id(inner(one)): one for one in map(inner, values) if isinstance(one, Config)}.values())


class Choices(Assignments):
    """The reading of choices."""

    def _do_if(self, statement: ast.If, frame: Frame) -> None:
        if raises(statement):
            self._required(statement, frame)
            return
        if (pair := self._in_pairs(statement, frame)) is not None:
            self.bind(pair[0], pair[1], frame)
            return
        try:
            condition = self.truth(statement.test, frame)
        except NotUnderstood:
            if not self._makes_nothing(statement, frame):
                raise
            return
        if condition.is_known:
            self.body(statement.body if condition.value else statement.orelse, frame)
            return
        before = dict(frame.writer.state)
        configs = configurations(frame)
        settings = [dict(one.changed) for one in configs]
        first, second = frame.inside(Block()), frame.inside(Block())
        try:
            self.body(statement.body, first)
            state, changed = frame.writer.state, [one.changed for one in configs]
            frame.writer.state = dict(before)
            for config, setting in zip(configs, settings, strict=True):
                config.changed = setting
            self.body(statement.orelse, second)
        except Leave:
            raise NotUnderstood("where the loop is left isn't known", statement) from None
        if not first.is_dead and not second.is_dead:
            for config, one in zip(configs, changed, strict=True):
                self._join_settings(condition, config, one, frame)
        elif second.is_dead:
            for config, one in zip(configs, changed, strict=True):
                config.changed = one
        self._join(condition, first, second, state, frame)

    def _in_pairs(self, statement: ast.If, frame: Frame) -> tuple[str, Text] | None:
        """`if isinstance(k, int): k = (k, k)`: the variable, and what it is then; None for other choices."""
        one = statement.body[0] if len(statement.body) == 1 and not statement.orelse else None
        if not isinstance(one, ast.Assign) or len(one.targets) != 1 or not isinstance(one.targets[0], ast.Name):
            return None
        found = self.spread(ast.IfExp(statement.test, one.value, one.targets[0]), frame)
        return None if found is None else (one.targets[0].id, found)

    def _makes_nothing(self, statement: ast.If, frame: Frame) -> bool:
        """Whether neither branch of a choice makes a part of the network; what they set is unknown then."""
        writer, env, state = frame.writer, frame.env, dict(frame.writer.state)
        said = (len(writer.holes), len(writer.changes))
        changed: list[tuple[dict[str, Value], str]] = []
        is_idle = True
        for part in (statement.body, statement.orelse):
            inside = frame.inside(Block())
            try:
                self.body(part, inside)
            except (NotUnderstood, Leave):
                is_idle = False
            is_idle &= (len(writer.holes), len(writer.changes)) == said and inside.outcome is None
            is_idle &= all(isinstance(node, Define) for node in inside.block.nodes)
            found = [(home, *one) for home, seen in ((env, inside.env), (state, writer.state)) for one in seen.items()]
            found = [(home, name, value) for home, name, value in found if value is not home.get(name)]
            is_idle &= not any(may_be_part(value) for _, _, value in found)
            changed += [(home, name) for home, name, _ in found]
            del writer.holes[said[0] :], writer.changes[said[1] :]
            writer.state = dict(state)
        for home, name in changed if is_idle else ():
            home[name] = Unknown(statement, "which branch is taken isn't known", False)
        writer.state = state
        return is_idle

    def _join_settings(self, condition: Text, config: Config, first: dict[str, Value], frame: Frame) -> None:
        """One value of each attribute that a branch sets in a configuration."""
        second = dict(config.changed)
        for name in [*first, *(name for name in second if name not in first)]:
            if first.get(name) is not second.get(name):
                pair = []
                for config.changed in (first, second):
                    pair.append(self.text(self.configured(config, name, frame)))
                choice = choose(condition, *pair)
                second[name] = self.as_default(choice, frame) or choice
        config.changed = second

    def _join(self, condition: Text, first: Frame, second: Frame, state: dict[str, Value], frame: Frame) -> None:
        """One set of values behind a choice."""
        if first.is_dead or second.is_dead:
            self._only(second if first.is_dead else first, state if second.is_dead else frame.writer.state, frame)
            frame.is_dead = first.is_dead and second.is_dead
            return
        node = If([(condition.text, first.block), ("", second.block)])
        later: list[tuple[str, Text, dict[str, Value]]] = []
        gone: list[tuple[Frame, Define | None]] = []
        other = frame.writer.state
        for env, one, two in ((frame.env, first.env, second.env), (frame.writer.state, state, dict(other))):
            for name in [*one, *(name for name in two if name not in one)]:
                a, b = one.get(name), two.get(name)
                env[name] = self._merged(name, condition, a, b, (first, second), env, frame, later, gone)
        _forget(gone)
        if len(second.block.nodes) == 1 and isinstance(second.block.nodes[0], If):
            node = If([node.branches[0], *second.block.nodes[0].branches])
        if first.block.nodes or second.block.nodes:
            frame.block.add(node)
        for name, value, env in later:
            if env is frame.env:
                self.bind(name, value, frame)
            else:
                env[name] = self._named(name, value, frame, NamedState(frame.writer.named), env)
        if first.outcome is not None or second.outcome is not None:
            frame.outcome = self._joined_outcome(condition, first.outcome, second.outcome)

    @staticmethod
    def _only(branch: Frame, state: dict[str, Value], frame: Frame) -> None:
        """The one branch that doesn't raise; its lines stand without the choice."""
        frame.block.nodes += branch.block.nodes
        for node in walk(branch.block):
            if isinstance(node, Append) and node.row.block is branch.block:
                node.row.block = frame.block
        for value in (*branch.env.values(), *state.values()):
            row = inner(value)
            if isinstance(row, Row) and row.block is branch.block:
                row.block = frame.block
        frame.env.update(branch.env)
        frame.writer.state = state
        frame.outcome = branch.outcome

    def _joined_outcome(self, condition: Text, one: Value | None, other: Value | None) -> Value:
        if one is None or other is None or (is_none(one) and is_none(other)):
            return known(None)
        return choose(condition, self.text(one), self.text(other))

    def _merged(
        self, name: str, condition: Text, a: Value | None, b: Value | None, branches: tuple[Frame, Frame],
        env: dict[str, Value], frame: Frame, later: list[tuple[str, Text, dict[str, Value]]],
        gone: list[tuple[Frame, Define | None]],
    ) -> Value:  # fmt: skip
        if a is None or b is None or a is b:
            return a if a is not None else b  # type: ignore[return-value]
        if isinstance(a, Path) or isinstance(b, Path):
            return a if isinstance(a, Path) else b
        if isinstance(a, Tensor) and isinstance(b, Tensor):
            return a if spelled_sizes(a) == spelled_sizes(b) else Tensor(None)
        try:
            one, two = self.text(a), self.text(b)
        except NotUnderstood as error:
            return Unknown(error.node or ast.Pass(), error.reason)
        defined = [_definition(branch, value) for branch, value in zip(branches, (one, two), strict=True)]
        first, second = (_value_of(node, value) for node, value in zip(defined, (one, two), strict=True))
        if first.text == second.text:
            return a
        inside = {node.name for branch in branches for node in walk(branch.block) if isinstance(node, Define)}
        inside -= {node.name for node in defined if node is not None}
        choice = choose(condition, first, second)
        if not names_in(choice.text) & inside:
            default = self.as_default(choice, frame)
            if default is not None or len(choice.text) <= MAX_CHOICE or choice.kind == "module":
                gone += zip(branches, defined, strict=True)
                if default is None:
                    later.append((name, choice, env))
                return default or choice
        lang = name if name in frame.writer.taken and name in (one.text, two.text) else frame.writer.unused(name)
        for branch, value in zip(branches, (one, two), strict=True):
            if value.text != lang:
                branch.block.add(Define(lang, value.text))
        return Text(lang, ATOM, OPEN, choice.kind, choice.owns)

    def _required(self, statement: ast.If, frame: Frame) -> None:
        """`if …: raise` as what must hold."""
        with frame.writer.unmarked():
            condition = self.truth(statement.test, frame)
        if not condition.is_known:
            self._require(negated(condition), message_of(statement.body[-1]), frame)
        if not (condition.is_known and condition.value):
            self.body(statement.orelse, frame)

    def _do_assert(self, statement: ast.Assert, frame: Frame) -> None:
        try:
            with frame.writer.unmarked():
                condition = self.truth(statement.test, frame)
        except NotUnderstood:
            return
        message = statement.msg.value if isinstance(statement.msg, ast.Constant) else ""
        if not condition.is_known:
            self._require(condition, message if isinstance(message, str) else "", frame)

    @staticmethod
    def _require(condition: Text, message: str, frame: Frame) -> None:
        """Only that one size divides another is worth a line of its own."""
        if condition.text.count("==") == 1 and " % " in condition.text and condition.strength == COMPARE:
            words = " ".join(message.split()).replace("\\", "").replace('"', "'").rstrip(".!")
            frame.block.add(Line(f"require {condition.text}" + (f' "{words}"' if words else "")))
