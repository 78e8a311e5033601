"""`for` → its turns one by one where they are known and few, else a loop of the language with what it carries."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .assignments import NamedState
from .choices import Choices, configurations
from .frames import Frame
from .labels import plus
from .nodes import Block, Define, For, walk
from .python import (
    Leave,
    Restart,
    assigned,
    changes_parts,
    freezes,
)
from .repetition import asked_while_filled, counted_loop, grows_itself
from .scope import (
    method_of,
)
from .values import (
    ATOM,
    MAX_TURNS,
    OPEN,
    PRODUCT,
    SUM,
    NotUnderstood,
    Path,
    Range,
    Row,
    Tensor,
    Text,
    Unknown,
    Value,
    Walk,
    as_index,
    inner,
    known,
    owns_tensors,
)

FEW = 3


def known_key(key: str | None) -> Value:
    """The key of a dict as a value."""
    return known(key or "")


def turns_of(row: Row, root: Block) -> str:
    """How many places a row has that one loop makes, one each turn; empty for other rows."""
    for node in walk(row.own or root):
        if isinstance(node, For) and node.count and not node.start and not row.items:
            grows = [one for one in node.body.nodes if any(one is place for place in row.nodes)]
            if grows and len(grows) == len(row.nodes) == 1:
                return node.count
    return ""


def every(path: Path, row: Row, turn: str) -> Path:
    """Any turn of a row, under the words for it."""
    return Path(f"{path.text}{turn}", Text(f"{path.text}{turn}", kind="module"), row.nodes[0].value)


def together(values: Sequence[Value]) -> Row:
    """Values as a tuple."""
    return Row("tuple", [(None, one) for one in values])


def _made_again(row: Row) -> Walk | None:
    """The way over a list that one loop made, a layer each turn; None for others."""
    nodes = [] if row.own is None or row.items else row.own.nodes
    loop = nodes[0] if len(nodes) == 1 else None
    if isinstance(loop, For) and loop.count and len(loop.body.nodes) == 1 and len(row.nodes) == 1:
        return Walk("", 0, loop, row.nodes[0].value) if loop.body.nodes[0] is row.nodes[0] else None
    return None


class Loops(Choices):
    """The reading of loops."""

    def iterated(self, value: Value, frame: Frame) -> list[Value] | Value:
        """The turns of a loop one by one, or the value that is gone over."""
        row = value.value if isinstance(value, Path) else None
        if isinstance(value, Path) and isinstance(row, Row) and row.kind != "ModuleDict" and not row.is_open:
            return [self.part(value, key or str(place)) for place, (key, _) in enumerate(row.items)]
        value = inner(value)
        if isinstance(value, Row) and not value.is_open:
            return [known_key(key) for key, _ in value.items] if value.kind in ("dict", "ModuleDict") else value.values
        if isinstance(value, Row):
            return _made_again(value) or self.text(value)
        if isinstance(value, Range):
            ends = (value.start.value, value.stop.value, value.step.value)
            if all(isinstance(one, int) and not isinstance(one, bool) for one in ends) and ends[2]:
                turns = range(*ends)
                if len(turns) > MAX_TURNS:
                    return value
                return [known(one) for one in turns]
            return value
        if isinstance(value, (Walk, Text)) and not (isinstance(value, Text) and value.is_known):
            return value
        if isinstance(value, Unknown):
            raise NotUnderstood(value.reason, value.node, value.hides)
        raise NotUnderstood("what the loop goes over isn't known", None, not isinstance(value, Tensor))

    def _do_for(self, statement: ast.For, frame: Frame) -> None:
        if self._is_over_parameters(statement, frame) or self._is_over_members(statement, frame):
            return
        value = self.evaluate(statement.iter, frame)
        turns = self.iterated(value, frame)
        if (
            isinstance(turns, list)
            and isinstance(inner(value), Range)
            and len(turns) > FEW
            and id(statement) not in self.unrolled
        ):
            turns = inner(value)
        if isinstance(turns, list):
            self._unrolled(statement, turns, frame)
            return
        holes = len(frame.writer.holes)
        try:
            self._looped(statement, turns, frame)
            if len(frame.writer.holes) == holes:
                return
        except NotUnderstood:
            if id(statement) in self.unrolled or not isinstance(self.iterated(value, frame), list):
                raise
        if isinstance(self.iterated(value, frame), list) and id(statement) not in self.unrolled:
            self.unrolled.add(id(statement))
            raise Restart

    def _is_over_members(self, statement: ast.For, frame: Frame) -> bool:
        """A loop over rows of layers that other loops made, `for block in self.blocks`: all their turns together."""
        call = statement.iter
        word = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
        args = call.args if isinstance(call, ast.Call) and word in ("zip", "enumerate") else [call]
        found = [self.lenient(one, frame) for one in args if isinstance(one, ast.Attribute)]
        rows = [(one, row) for one in found if isinstance(one, Path) for row in [inner(one)] if isinstance(row, Row)]
        if len(rows) < len(args) or not all(row.nodes for _, row in rows):
            return False
        if word == "enumerate":
            return self._is_numbered(statement, *rows[0], frame)
        places = [every(path, row, "[*]") for path, row in rows]
        self.assign_targets(statement.target, together(places) if word else places[0], frame)
        self.body(statement.body, frame)
        return True

    def _is_numbered(self, statement: ast.For, path: Path, row: Row, frame: Frame) -> bool:
        """`for i, block in enumerate(self.blocks)`, by the turns' numbers, where one loop made the row."""
        count, number = turns_of(row, frame.writer.root), ast.Name("_")
        if not count:
            return False
        loop, inside = self.turned(number, Range(known(0), Text(count), known(1)), frame)
        places = together([inside.env["_"], every(path, row, f".{{{loop.targets}}}")])
        self.assign_targets(statement.target, places, inside)
        self.body(statement.body, inside)
        frame.block.add(loop)
        return True

    def _do_while(self, statement: ast.While, frame: Frame) -> None:
        """`while`, as long as it is known whether it goes on."""
        counted = counted_loop(statement)
        if counted is not None and counted[1][0] not in frame.named and not self.truth(statement.test, frame).is_known:
            loop, (name, end) = counted
            self.execute(loop, frame)
            frame.env[name] = self.evaluate(end, frame)
            return
        counts = frame.counts
        frame.counts = {**counts, **dict.fromkeys(assigned([statement]), 2)}
        before = dict(frame.env)
        for _ in range(MAX_TURNS):
            condition = self.truth(statement.test, frame)
            if not condition.is_known:
                frame.env.update(before)
                raise NotUnderstood("how often the loop turns isn't known", statement)
            if not condition.value:
                break
            try:
                self.body(statement.body, frame)
            except Leave as leave:
                if leave.args == ("break",):
                    break
        else:
            raise NotUnderstood("the loop turns too often", statement)
        frame.counts = counts

    def _unrolled(self, statement: ast.For, turns: list[Value], frame: Frame) -> None:
        counts = frame.counts
        frame.counts = {**counts, **dict.fromkeys(assigned([statement]), 2)}
        for turn in turns:
            self.assign_targets(statement.target, as_index(turn), frame)
            try:
                self.body(statement.body, frame)
            except Leave as leave:
                if leave.args == ("break",):
                    break
        frame.counts = counts

    def _looped(self, statement: ast.For, turns: Value, frame: Frame) -> None:
        """A loop of the language; what its body sets again is carried by name."""
        asked = asked_while_filled(statement.body)
        if asked is not None:
            raise NotUnderstood(f"{ast.unparse(asked)} is asked for something while the loop fills it", asked)
        carried = self._carry(statement, frame)
        loop, inside = self.turned(statement.target, turns, frame)
        set_again = []
        for name in assigned(statement.body):
            if name not in frame.env:
                inside.counts = {**inside.counts, name: 2}
            elif name not in carried:
                set_again.append(name)
                if isinstance(frame.env[name], Text):
                    inside.env[name] = Unknown(statement, f"{name} is another in each turn")
        configs = configurations(frame)
        settings = [dict(one.changed) for one in configs]
        try:
            self.body(statement.body, inside)
        except Leave:
            raise NotUnderstood("where the loop is left isn't known", statement) from None
        if [one.changed for one in configs] != settings:
            raise NotUnderstood("a configuration changes in a loop", statement)
        frame.block.add(loop)
        for name, value in inside.env.items():
            if name in carried:
                continue
            old = frame.env.get(name)
            if name in set_again and value is not old and not isinstance(inner(value), Row):
                frame.env[name] = Unknown(
                    statement, f"{name} is another in each turn", old is None or owns_tensors(old)
                )
            elif name not in frame.env:
                lang = (
                    value.text
                    if isinstance(value, Text)
                    and any(isinstance(n, Define) and n.name == value.text for n in loop.body.nodes)
                    else ""
                )
                frame.env[name] = Text(lang) if lang else Unknown(statement, f"{name} is a loop's")

    def _carry(self, statement: ast.For, frame: Frame) -> set[str]:
        """Definitions, before a loop, of what its body sets again."""
        carried = set()
        for name in assigned(statement.body):
            value = frame.env.get(name)
            if isinstance(value, Text) and (value.kind != "module" or grows_itself(name, statement.body)):
                frame.env[name] = self._carried(name, value, frame, frame.named, frame.env)
                carried.add(name)
        names = NamedState(frame.writer.named)
        for name in self._assigned_own(statement.body, frame, 0):
            value = frame.writer.state.get(name)
            if isinstance(value, Text) and value.kind != "module":
                frame.writer.state[name] = self._carried(name, value, frame, names, frame.writer.state)
                frame.writer.named.add(f"{name}={names[name]}")
        return carried

    def _carried(self, name: str, value: Text, frame: Frame, named: dict[str, str], home: dict[str, Value]) -> Text:
        if name in named:
            return value
        if value.text == name or (
            value.text.isidentifier()
            and any(isinstance(n, Define) and n.name == value.text for n in frame.block.nodes)
            and not self._serves(value.text, name, frame, home)
        ):
            named[name] = value.text
            if self._serves(value.text, name, frame, home):
                named[name] = frame.writer.unused(name)
                frame.block.add(Define(named[name], value.text))
        else:
            named[name] = frame.writer.unused(name)
            frame.block.add(Define(named[name], value.text))
        return Text(named[name], ATOM, OPEN, value.kind)

    def _assigned_own(self, body: Sequence[ast.stmt], frame: Frame, depth: int) -> list[str]:
        """Attributes of self that statements set, through its methods too."""
        found = []
        for statement in body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                    if isinstance(node.ctx, ast.Store):
                        found.append(node.attr)
                    elif frame.writer.cls is not None and depth < 5:
                        method = method_of(frame.writer.cls, node.attr)
                        if method is not None and node.attr != "forward":
                            found += self._assigned_own(method[0].body, frame, depth + 1)
        return list(dict.fromkeys(found))

    def turned(self, target: ast.expr, turns: Value, frame: Frame) -> tuple[For, Frame]:
        """The loop of the language over something open, and the frame of its body, in which its names stand for themselves."""
        body = Block()
        inside = frame.inside(body)
        inside.outside = frozenset(map(id, frame.env.values()))
        turns = inner(turns)
        if isinstance(turns, Walk) and turns.loop is not None and turns.item is not None:
            return self._again(target, turns, turns.loop, turns.item, inside)
        self._name_targets(target, inside)
        loop = inside.loop = For(self._targets_text(target, inside), self.walked(turns), body)
        if isinstance(turns, Range) and turns.step.value == 1:
            loop.count = turns.stop.text
            if turns.start.value != 0:
                loop.start = turns.start.text
                loop.count = f"{turns.stop.within(SUM)} - {turns.start.within(PRODUCT)}"
        if (
            isinstance(turns, Walk)
            and turns.start
            and isinstance(target, ast.Tuple)
            and isinstance(target.elts[0], ast.Name)
        ):
            inside.env[target.elts[0].id] = Text(f"{loop.targets.partition(',')[0]} + {turns.start}", SUM)
        return loop, inside

    def _again(self, target: ast.expr, turns: Walk, loop: For, item: Value, inside: Frame) -> tuple[For, Frame]:
        """The loop over a list that a loop made: the same turns, whose item is what that one made."""
        count = Text(loop.targets)
        if turns.text == "enumerate":
            place = f"{loop.targets} - {loop.start}" if loop.start else loop.targets
            count = Text(plus(place, turns.start), SUM if loop.start or turns.start else ATOM)
            item = Row("tuple", [(None, count), (None, item)])
        self.assign_targets(target, item, inside)
        return For(loop.targets, loop.iterable, inside.block, loop.start, loop.count), inside

    def _name_targets(self, target: ast.expr, frame: Frame) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                name = "i" if node.id == "_" else node.id
                old = frame.env.get(node.id)
                is_same = isinstance(old, Text) and old.text == name
                frame.env[node.id] = Text(name if is_same else self._loop_name(name, frame))

    @staticmethod
    def _loop_name(name: str, frame: Frame) -> str:
        """A loop's name may be used again where no parameter or definition has it."""
        busy = {one.name for one in frame.writer.params} | frame.writer.top
        busy |= {node.name for node in walk(frame.writer.root) if isinstance(node, Define)}
        busy |= {value.text for value in frame.env.values() if isinstance(value, Text)}
        if name in busy or (name in frame.writer.taken and name not in frame.writer.loops):
            busy_name = name
            name = frame.writer.unused(name) if busy_name != "i" else next((n for n in "ijklmn" if n not in busy), "i_")
        frame.writer.loops.add(name)
        frame.writer.taken.add(name)
        return name

    def _targets_text(self, target: ast.expr, frame: Frame) -> str:
        if isinstance(target, ast.Name):
            return self.text(frame.env[target.id]).text
        if isinstance(target, (ast.Tuple, ast.List)):
            words = [self._targets_text(one, frame) for one in target.elts]
            return ", ".join(f"({word})" if "," in word else word for word in words)
        raise NotUnderstood("this target has no reading", target)

    def assign_targets(self, target: ast.expr, value: Value, frame: Frame) -> None:
        """Bind names to values."""
        turn = inner(value)
        if isinstance(target, ast.Name):
            frame.env[target.id] = value
        elif (
            isinstance(target, (ast.Tuple, ast.List))
            and isinstance(turn, Row)
            and not turn.is_open
            and len(turn.items) == len(target.elts)
        ):
            for one, item in zip(target.elts, turn.values, strict=True):
                self.assign_targets(one, item, frame)
        else:
            self.assign(target, value, frame)

    def _is_over_parameters(self, statement: ast.For, frame: Frame) -> bool:
        """A loop over parameters or modules: it freezes, or does nothing to the sizes."""
        call = statement.iter
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id in ("enumerate", "list")
            and call.args
        ):
            call = call.args[0]
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            return False
        if call.func.attr not in ("parameters", "named_parameters", "modules", "named_modules", "children"):
            return False
        frozen = [one for one in statement.body if freezes(one)]
        if frozen:
            self.freeze(self.evaluate(call.func.value, frame), frame, statement)
        elif any(freezes(node) for one in statement.body for node in ast.walk(one) if isinstance(node, ast.stmt)):
            raise NotUnderstood("which parameters are frozen isn't known", statement)
        if any(map(changes_parts, statement.body)):
            raise NotUnderstood("which parts are changed isn't known", statement)
        for name in assigned(statement.body):
            frame.env[name] = Unknown(statement, f"{name} hangs on what the network is made of", False)
        return True
