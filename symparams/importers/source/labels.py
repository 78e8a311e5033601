"""The labels of a module's members, found when all loops are known: a row's places are numbered, and written where they are."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Union

from .algebra import negated
from .nodes import (
    NAME,
    Append,
    Block,
    Define,
    For,
    If,
    Line,
    Member,
    Node,
    Place,
    defined,
    inner_blocks,
    names_in,
    texts,
    walk,
)
from .values import ATOM, COMPARE, PRODUCT, NotUnderstood, Path, Row, Tensor, Text, Value, inner, owns_tensors

MAX_INLINE = 88


def is_enumerated(iterable: str) -> bool:
    """Whether a loop goes over `enumerate(…)` and nothing else."""
    depth = 0
    for place, sign in enumerate(iterable):
        depth += (sign in "([") - (sign in ")]")
        if not depth and sign == ")":
            return iterable.startswith("enumerate(") and place == len(iterable) - 1
    return False


def _said(node: Node) -> list[str]:
    """What a statement says, with a loop's own names."""
    return [*texts(node), node.targets] if isinstance(node, For) else texts(node)


def plus(text: str, more: int) -> str:
    """`text + more`, with numbers added."""
    if not more:
        return text
    if text.lstrip("-").isdigit():
        return str(int(text) + more)
    head, _, tail = text.rpartition(" + ")
    if head and tail.isdigit() and "(" not in tail:
        return plus(head, int(tail) + more)
    return f"{text} + {more}" if more > 0 else f"{text} - {-more}"


def hole(index: str) -> str:
    """An index inside a label: a number as it is, an expression in braces."""
    return index if index.isdigit() else f"{{{index}}}"


def dotted(label: str, piece: str) -> str:
    """A member's label below another."""
    return f"{label}.{piece}" if label else piece


class Labels:
    """Gives every row's places their labels. expression: the text of a value that stands as a member."""

    def __init__(
        self, root: Block, expression: Callable[[Value], str | None], taken: set[str], state: Mapping[str, Value]
    ) -> None:
        self.root = root
        self.expression = expression
        self.taken = taken
        self.missed: list[str] = []
        self.first = {id(inner(one)): one.text for one in state.values() if isinstance(one, Path)}

    def finish(self) -> None:
        """Number the places of all rows that became members, and put members where they are; others vanish."""
        rows = [
            node.row for node in walk(self.root) if isinstance(node, (Append, Place)) and node.row.label is not None
        ]
        done: list[Row] = []
        while rows:
            row = rows.pop(0)
            if any(one is row for one in done):
                continue
            done.append(row)
            rows += self._number(row)
        self._settle(self.root)

    def _number(self, row: Row) -> list[Row]:
        """Label the places of one row; the rows inside it come next."""
        label = row.label or ""
        found = []
        for place, (key, value) in enumerate(row.items):
            found += self._name(value, dotted(label, key or str(place)))
        # places below `row.items` that were put in by a loop or a choice
        index = str(len(row.items))
        if row.own is not None:
            index = self._count(row, row.own, index)
        home = row.block
        inside = [] if home is None else list(walk(home))
        is_home = row.own is None and all(any(node is one for one in inside) for node in row.nodes)
        self._count(row, home if home is not None and is_home else self.root, index)
        for node in row.nodes:
            found += self._name(node.value, node.label or "")
        return found

    @staticmethod
    def _name(value: Value, label: str) -> list[Row]:
        value = inner(value)
        if isinstance(value, Row):
            value.label = label
            return [value]
        return []

    def _count(self, row: Row, block: Block, index: str) -> str:
        """Label the places in a block from an index on; the index behind it."""
        nodes = list(block.nodes)
        for place, node in enumerate(nodes):
            if defined(Block([node])) & names_in(index) and any(self._grows(row, one) for one in nodes[place:]):
                index = self._kept(index, node, block)
            if isinstance(node, Append) and any(one is node for one in row.nodes):
                node.label = dotted(row.label or "", node.key or hole(index))
                index = index if node.key else plus(index, 1)
            elif isinstance(node, (For, If)) and self._grows(row, node):
                index = self._counted(row, node, block, index)
        return index

    def _kept(self, index: str, node: Node, block: Block) -> str:
        """An index under a name of its own, before a statement that gives what it is said in other values."""
        name = self._unused("index")
        block.nodes.insert(block.nodes.index(node), Define(name, index, True))
        return name

    def _grows(self, row: Row, node: Node) -> int:
        """How many places in a statement get a number."""
        return sum(isinstance(one, Append) and any(one is place for place in row.nodes) for one in walk(Block([node])))

    def _counted(self, row: Row, node: Union[For, If], block: Block, index: str) -> str:
        if all(
            one.key for one in row.nodes if any(one is other for body in inner_blocks(node) for other in walk(body))
        ):
            for body in inner_blocks(node):
                self._count(row, body, index)
            return index
        if isinstance(node, If):
            steps = self._steps(row, node)
            if steps is not None and len(node.branches) > 1 and not node.branches[-1][0]:
                for body in inner_blocks(node):
                    self._count(row, body, index)
                return plus(index, steps)
        elif (
            node.count
            and not names_in(node.count) & defined(node.body)
            and (steps := self._steps_of(row, node.body)) is not None
        ):
            turn = node.targets if not node.start else f"{node.targets} - {node.start}"
            first = _sum(_times(turn, steps), index)
            if node.start and steps == 1 and node.start == index:  # it goes on where the places before it end
                self._count(row, node.body, node.targets)
                return node.count.removesuffix(f" - {node.start}")
            if node.start and steps == 1 and node.start.isdigit() and index.isdigit():
                first = plus(node.targets, int(index) - int(node.start))
            self._count(row, node.body, first)
            return _sum(_times(node.count, steps), index)
        elif (
            "range(" not in node.iterable
            and not names_in(node.iterable) & defined(node.body)
            and (steps := self._steps_of(row, node.body))
        ):
            turn = self._numbered(node)
            self._count(row, node.body, _sum(_times(turn, steps), index))
            return _sum(_times(f"len({node.iterable[10:-1]})", steps), index)
        return self._counter(row, node, block, index)

    def _numbered(self, node: For) -> str:
        """The name of the turn's number in a loop over a list; `enumerate` gives it, where it isn't there."""
        first = node.targets.partition(",")[0]
        if is_enumerated(node.iterable) and NAME.fullmatch(first) and first not in defined(node.body):
            return first
        busy = self.taken | {name for one in walk(self.root) for text in _said(one) for name in names_in(text)}
        turn = next((name for name in "ijklmn" if name not in busy), "") or self._unused("turn")
        target = f"({node.targets})" if "," in node.targets else node.targets
        node.targets, node.iterable = f"{turn}, {target}", f"enumerate({node.iterable})"
        self.taken.add(turn)
        return turn

    def _counter(self, row: Row, node: Union[For, If], block: Block, index: str) -> str:
        """A running number, `index`, that the blocks raise."""
        name = index.partition(" + ")[0]
        place = block.nodes.index(node)
        if not name.startswith("index") or not name.isidentifier():
            name = self._unused("index")
            block.nodes.insert(place, Define(name, index, True))
        elif index != name:
            block.nodes.insert(place, Define(name, index.removeprefix(f"{name} + "), True, "+="))
        for body in inner_blocks(node):
            after = self._count(row, body, name)
            if after != name:
                more = after.removeprefix(f"{name} + ")
                body.add(Define(name, more if after != more else after, True, "+=" if after != more else "="))
        return name

    def _unused(self, name: str) -> str:
        found, count = name, 2
        while found in self.taken:
            found = f"{name}{count}"
            count += 1
        self.taken.add(found)
        return found

    def _steps_of(self, row: Row, block: Block) -> int | None:
        """By how many a block grows a row, where that is one number."""
        total = 0
        for node in block.nodes:
            if isinstance(node, Append):
                total += any(one is node for one in row.nodes) and not node.key
            elif isinstance(node, If) and self._grows(row, node):
                more = self._steps(row, node) if not node.branches[-1][0] else None
                if more is None:
                    return None
                total += more
            elif isinstance(node, For) and self._grows(row, node):
                return None
        return total

    def _steps(self, row: Row, node: If) -> int | None:
        counts = {self._steps_of(row, body) for body in inner_blocks(node)}
        return counts.pop() if len(counts) == 1 else None

    def _settle(self, block: Block) -> None:
        """Members in the place of rows and their places."""
        nodes: list[Node] = []
        for node in block.nodes:
            is_whole = all(len(one.row.nodes) == 1 and not one.row.items for one in _grown(node))
            for body in inner_blocks(node):
                self._settle(body)
            if isinstance(node, Place):
                nodes += self._placed(node.row)
            elif isinstance(node, Append):
                nodes += [] if node.label is None else self._member(node.label, node.value)
            elif isinstance(node, For):
                nodes += _folded(node) if is_whole else [node]
            elif isinstance(node, If):
                nodes += _chosen(node)
            else:
                nodes.append(node)
        block.nodes = nodes

    def _placed(self, row: Row) -> list[Node]:
        if row.label is None:
            return []
        spread = len(set(map(id, row.values))) < len(row.items) or any(
            isinstance(one, Text) and (one.text.startswith("*") or one.mark) for one in row.values
        )
        spread = spread or any(self.first.get(id(inner(one)), "") for one in row.values if owns_tensors(one))
        text = None if row.is_open or spread or row.kind != "Sequential" or not row.label else self.expression(row)
        if text is not None and len(text) + len(row.label) <= MAX_INLINE:
            for place, value in enumerate(row.values):
                self.first.setdefault(id(inner(value)), f"{row.label}.{place}")
            return [Member(row.label, text)] if owns_tensors(row) else []
        found = [
            node
            for place, (key, value) in enumerate(row.items)
            for node in self._member(dotted(row.label, key or str(place)), value)
        ]
        if row.own is not None:
            self._settle(row.own)
            found += row.own.nodes
        return found

    def _tie(self, label: str, value: Value) -> list[Node]:
        """The tie of a place in which a module or tensor stands that stands elsewhere too."""
        kept = self.first.setdefault(id(value), label)
        return [] if kept == label else [Line(f"tie {label} = {kept}")]

    def _member(self, label: str, value: Value) -> list[Node]:
        path = value.text if isinstance(value, Path) else label
        value = inner(value)
        if isinstance(value, Text) and value.text.startswith("*"):
            head, _, place = label.rpartition(".")
            body = Block([Member(dotted(head, hole(plus("i", int(place or 0)))), "layer")])
            return [For("i, layer", f"enumerate({value.text[1:]})", body)]
        if not owns_tensors(value):
            return []
        if isinstance(value, Row):
            return [] if value.is_placed or (value.is_open and value.own is None) else self._placed(value)
        tie = [Line(f"tie {label} = {path}")] if path != label else self._tie(label, value)
        if isinstance(value, Tensor):
            return [*tensor_member(label, value), *tie]
        text = self.expression(value)
        if text is not None:
            return [Member(label, text, value.mark if isinstance(value, Text) else ""), *tie]
        self.missed.append(label)
        return [Line(f"# not understood: {label}")]


def tensor_member(label: str, value: Tensor) -> list[Node]:
    """The member that a parameter or buffer is; nothing for a tensor that PyTorch doesn't register."""
    if not value.mark or value.sizes is None:
        return []
    shape = f"[{', '.join(size.text for size in value.sizes)}]"
    if value.trained is not None:
        trained, frozen = Block([Member(label, shape)]), Block([Member(label, shape, "frozen")])
        return [If([(value.trained.text, trained), ("", frozen)])]
    return [Member(label, shape, "" if value.mark == "param" else value.mark)]


def joined_rows(parts: list[Row], node: ast.AST) -> Row:
    """Rows one behind the other as a new one, comprehensions of layers among them."""
    own = Block()
    row = Row(parts[0].kind, [], own, is_open=True, own=own)
    for part in parts:
        if part.is_open and (part.own is None or part.is_placed):
            raise NotUnderstood("a row of open length can't stand inside a line", node)
        if not own.nodes:
            row.items += part.items
        else:
            for key, value in part.items:
                row.nodes.append(Append(row, value, key))
                own.add(row.nodes[-1])
        if part.own is not None:
            own.nodes += part.own.nodes
            for place in part.nodes:
                place.row = row
                row.nodes.append(place)
    return row


def _times(text: str, factor: int) -> str:
    if factor == 1:
        return text
    if text.isdigit():
        return str(int(text) * factor)
    return f"{factor}*{text if NAME.fullmatch(text) else f'({text})'}"


def _sum(text: str, more: str) -> str:
    return (
        plus(text, int(more)) if more.isdigit() else (plus(more, int(text)) if text.isdigit() else f"{more} + {text}")
    )


def _grown(node: Node) -> list[Append]:
    """The places right inside a loop at which rows grow."""
    return [one for one in node.body.nodes if isinstance(one, Append)] if isinstance(node, For) else []


def _folded(node: For) -> list[Node]:
    """A loop whose turns are alike, as a multiple; none where it says nothing."""
    body = node.body.nodes
    if all(isinstance(one, Define) and not one.is_kept and one.operator == "=" for one in body) and not body:
        return []
    only = body[0] if len(body) == 1 else None
    if isinstance(only, Member) and node.count and not node.start and not only.mark:
        tail = f"{{{node.targets}}}"
        head = only.label.removesuffix(tail).removesuffix(".")
        is_row = only.label.endswith(f".{tail}") and "{" not in head
        if is_row and node.targets not in names_in(only.text) and not only.text.startswith("["):
            count = Text(node.count, ATOM if NAME.fullmatch(node.count) or node.count.isdigit() else 0)
            return [Member(head, f"{count.within(PRODUCT)} * {bracketed(only.text)}")]
    return [node]


def bracketed(text: str) -> str:
    """A module's text as a factor: a call as it is, a choice or a multiple in brackets."""
    depth = 0
    for sign in re.sub(r'"(?:[^"\\]|\\.)*"', "s", text):
        depth += (sign in "([") - (sign in ")]")
        if sign in " *" and not depth:
            return f"({text})"
    return text


def _chosen(node: If) -> list[Node]:
    """A choice without its empty branches."""
    branches = list(node.branches)
    while branches and not branches[-1][1].nodes:
        branches.pop()
    if not branches:
        return []
    if len(branches) == 2 and not branches[0][1].nodes and not branches[1][0]:
        condition = branches[0][0]
        is_simple = not re.search(r" (and|or|if) ", condition)
        branches = [(negated(Text(condition, COMPARE if is_simple else 0)).text, branches[1][1])]
    return [If(branches)]
