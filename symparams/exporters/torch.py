"""Networks → PyTorch source: a class for each module, whose constructor makes the parameters of the description and no others.

Network → bodies: lines with slots for sizes, equal but for their slots → one class for each shape of body, the slots that
differ being its arguments → text.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from ..errors import Finding, ModelError
from ..formula.build import Size, node
from ..formula.nodes import Node
from ..model.calls import LIBRARY
from ..model.conditions import negation
from ..model.measure import combined
from ..model.names import shown
from ..model.network import (
    Content,
    Copies,
    Guard,
    Item,
    Loop,
    Member,
    Network,
    Path,
    Piece,
    Row,
    Template,
    Tensor,
    Turns,
    members,
)
from ..model.turning import inside
from ..model.values import Recipe, is_size
from ..syntax import tree
from .classes import OPTION, Bodies, Body, Instance, names_in
from .expressions import condition, python, python_name
from .lists import lists
from .marks import mark_of
from .paths import indexes, loops_at, running_in, tensor_at
from .remainders import in_order

HEADER = '''"""The parameters of {name}, for torch.device("meta") or as a starting point; there is no forward."""

{imports}from torch import nn'''
IMPORTS = {"math.": "import math\n\n", "torch.": "import torch\n"}
OTHER_CONVENTIONS = ("stats_as_params", "single_bias", "key_dim", "value_dim")  # arguments that PyTorch doesn't have
OPTIONAL = ("stride", "padding", "output_padding", "dilation", "groups")  # in which uses of one class may differ
CONTAINERS = ("Sequential", "ModuleList")
TAKEN = {"self", "nn", "torch", "int", "max", "min", "abs", "sum", "range", "super"}
WIDTH = 100


def torch_source(network: Network, name: str, sizes: Mapping[str, int] | None = None) -> str:
    """The source of a network. sizes: the defaults of its class's arguments, which must be all of them.

    Raises: `ModelError` for what PyTorch has no word for, such as a transposed tie, and for an argument without a default.
    """
    made = _Source()
    root, _ = made.body(network)
    classes = made.bodies.classes()
    arguments = classes[root].arguments
    if sizes is not None:
        missing = [one for one in arguments if one not in sizes]
        if missing:
            raise _fail(f"{missing[0]} has no value")
        arguments = tuple(f"{one}={sizes[one]}" for one in arguments)
    texts = list(made.bodies.text(classes, root, arguments))
    imports = "".join(line for word, line in IMPORTS.items() if any(word in text for text in texts))
    return "\n\n\n".join([HEADER.format(name=_plain(name), imports=imports), *texts]) + "\n"


def _plain(words: str) -> str:
    """Words that may stand in a docstring."""
    return re.sub(r"[^\w .,:=*/+()\[\]-]", "", words)


def _fail(message: str, hint: str = "") -> ModelError:
    return ModelError(Finding("export", message, hint=hint))


# ------------------------------------------------------------------------------------------------------ bodies


class _Source:
    """Writes the body of each network once, the innermost first."""

    def __init__(self) -> None:
        self.bodies = Bodies()
        self.made: dict[tuple[int, str], tuple[Network, Body, Instance]] = {}  # networks are kept, so ids stay theirs

    def body(self, network: Network, mark: str = "") -> tuple[Body, Instance]:
        """The body of a network inside something that is marked, and its use here."""
        key = (id(network), mark)
        if key not in self.made:
            writer = _Writer(self, mark)
            lines = writer.whole(network)
            inside = tuple(one for _, one in writer.calls)
            instance = Instance(tuple(writer.slots), _sizes(network), inside)
            calls, free = tuple(one for one, _ in writer.calls), tuple(dict.fromkeys(writer.free))
            running = tuple(instance.running()) if writer.loops else ()
            base = "ModuleList" if () in writer.lists else "Module"
            body = Body(
                _class_name(network.name),
                base,
                tuple(lines),
                tuple(writer.words),
                calls,
                free,
                frozenset(writer.loops),
                running,
            )
            self.made[key] = (network, body, instance)
        _, body, instance = self.made[key]
        self.bodies.add(body, instance)
        return body, instance


def _sizes(network: Network) -> dict[str, Node]:
    """The arguments of a module that are sizes."""
    given = network.arguments.items()
    return {python_name(name): node(value) for name, value in given if is_size(value) and not isinstance(value, bool)}


def _class_name(name: str) -> str:
    name = re.sub(r"\W", "", name) or "Net"
    return f"{name}_" if keyword.iskeyword(name) or name in TAKEN else name


# ------------------------------------------------------------------------------------------------------ lines


class _Writer:
    """Writes the lines of one body; slots and calls are numbered as they come."""

    def __init__(self, source: _Source, mark: str) -> None:
        self.source = source
        self.mark = mark
        self.slots: list[Node] = []
        self.words: list[str] = []
        self.calls: list[tuple[Body, Instance]] = []
        self.free: list[str] = []
        self.loops: set[str] = set()
        self.lists: frozenset[Path] = frozenset()

    def slot(self, size: Size, word: str = "n") -> str:
        """The mark of a size; `word` is what it may be called where it is an argument."""
        self.slots.append(node(size))
        self.words.append(word)
        return f"\x00s{len(self.slots) - 1}\x00"

    def option(self, size: Size, name: str, default: object) -> str:
        """The mark of an argument that is left out where it is the default."""
        self.slot(size, name)
        return f"\x00o{len(self.slots) - 1}:{name}:{default}\x00"

    def told(self, form: Node) -> Node:
        """A form that stands in the text itself; its names are arguments."""
        self.free += names_in(form)
        return form

    def whole(self, network: Network) -> list[str]:
        """The lines of a constructor."""
        tied = {one for path in (*network.kept, *network.kept.values()) for piece in path for one in indexes(piece)}
        items = in_order(network.items, frozenset(tied))
        self.lists = lists(items)
        lines = list(self.items("self", items, self.mark, {}))
        return [*lines, *self.ties(network)] or ["pass"]

    def items(self, owner: str, items: Sequence[Item], mark: str, made: dict[Path, str]) -> Iterator[str]:
        """The lines that make the items below an owner; `made` are the containers for dotted names made so far."""
        before: Item | None = None
        for item in items:
            if isinstance(item, Member):
                yield from self.member(owner, item, mark, made)
            elif isinstance(item, Guard):
                yield from self.outside(owner, item, made)
                inner = list(self.items(owner, item.items, mark, dict(made)))
                is_rest = isinstance(before, Guard) and negation(before.condition) == item.condition
                yield from (
                    _rest(inner)
                    if is_rest
                    else (
                        f"if {condition(self.told(item.condition))}:",
                        *(f"    {line}" for line in inner or ["pass"]),
                    )
                )
            elif isinstance(item, Turns):
                for turn in item.turns:
                    yield from self.items(owner, turn, mark, made)
            else:
                yield from self.loop(owner, item, mark, made)
            before = item

    def loop(self, owner: str, item: Loop, mark: str, made: dict[Path, str]) -> Iterator[str]:
        yield from self.outside(owner, item, made)
        start = python(self.told(node(item.start)))
        stop = python(self.told(node(item.stop)))
        self.loops.add(python_name(item.variable.name))
        yield f"for {item.variable.name} in range({stop if start == '0' else f'{start}, {stop}'}):"
        inner = list(self.items(owner, item.items, mark, dict(made)))
        yield from (f"    {line}" for line in inner or ["pass"])

    def outside(self, owner: str, item: Guard | Loop, made: dict[Path, str]) -> Iterator[str]:
        """The containers for the dotted names of what is in a loop or under a condition: they stand before it."""
        running = running_in((item,))
        for member in members(item.items):
            pieces = takewhile(lambda piece: running.isdisjoint(indexes(piece)), member.label[:-1])
            yield from self.containers(owner, tuple(pieces), made)

    def containers(self, owner: str, pieces: Path, made: dict[Path, str]) -> Iterator[str]:
        """The modules that hold what a dotted name leads to."""
        for place, piece in enumerate(pieces):
            path = pieces[: place + 1]
            if path not in made:
                outer, inner = made.get(path[:-1], owner), "nn.ModuleList()" if path in self.lists else "nn.Module()"
                is_row = path[:-1] in self.lists
                yield f"{outer}.append({inner})" if is_row else self.put(outer, piece, inner)
                made[path] = f"{outer}[{piece}]" if is_row else self.get(outer, piece)

    def member(self, owner: str, member: Member, mark: str, made: dict[Path, str]) -> Iterator[str]:
        yield from self.containers(owner, member.label[:-1], made)
        holder, last = made.get(member.label[:-1], owner), member.label[-1]
        mark = combined(mark, member.mark)
        if isinstance(member.content, Tensor):
            yield self.tensor(holder, last, member.content, mark)
        elif isinstance(member.content, Row):
            raise _fail(f"{shown((last,))} isn't one module")
        elif member.label[:-1] in self.lists:
            yield f"{holder}.append({self.module(member.content, mark)})"
        else:
            yield self.put(holder, last, self.module(member.content, mark))
            made[member.label] = self.get(holder, last)

    def put(self, holder: str, piece: Piece, made: str) -> str:
        """The statement that makes something a member."""
        if isinstance(piece, str) and _is_attribute(piece):
            return f"{holder}.{piece} = {made}"
        return f"{holder}.add_module({self.quoted(piece)}, {made})"

    def get(self, holder: str, piece: Piece) -> str:
        """The expression of a member."""
        if isinstance(piece, str) and _is_attribute(piece):
            return f"{holder}.{piece}"
        return f"getattr({holder}, {self.quoted(piece)})"

    def quoted(self, piece: Piece) -> str:
        """A name as a string, one with open parts as an f-string."""
        return _quoted(piece) if isinstance(piece, str) else self.template(piece)

    def template(self, piece: Template) -> str:
        """A name with open parts as an f-string."""
        words = ""
        for part in piece.parts:
            words += (
                f"{{{python(self.told(part))}}}"
                if isinstance(part, Node)
                else part.replace("{", "{{").replace("}", "}}")
            )
        return f'f"{words}"'

    def tensor(self, holder: str, piece: Piece, tensor: Tensor, mark: str) -> str:
        shape = ", ".join(self.slot(size) for size in tensor.sizes)
        made = f"torch.empty({shape})" if tensor.sizes else "torch.empty(())"
        if mark == "buffer":
            return f"{holder}.register_buffer({self.quoted(piece)}, {made})"
        parameter = f"nn.Parameter({made}{', requires_grad=False' if mark == 'frozen' else ''})"
        if isinstance(piece, str) and _is_attribute(piece):
            return f"{holder}.{piece} = {parameter}"
        return f"{holder}.register_parameter({self.quoted(piece)}, {parameter})"

    def module(self, content: Content, mark: str) -> str:
        """The expression that makes a module."""
        if isinstance(content, Copies):
            return f"nn.ModuleList({self.module(content.inner, mark)} for _ in range({self.slot(content.amount)}))"
        if not isinstance(content, Network):
            raise _fail("a tensor stands where PyTorch has a module", "name the tensor in a module of its own")
        made = mark_of(content, mark) if mark != "buffer" else None
        call = self.layer(content) if made is not None else None
        if call is not None:
            return f"{call}.requires_grad_(False)" if made == "frozen" else call
        self.calls.append(self.source.body(content, mark))
        return f"\x00c{len(self.calls) - 1}\x00"

    def layer(self, network: Network) -> str | None:
        """The call of PyTorch's own layer; None where the arguments aren't plain."""
        origin = network.origin
        is_own = origin is None or not origin.module.unit.source.name.startswith(LIBRARY)
        if is_own or network.name.startswith("_"):  # a private module of the library is no layer
            return None
        if network.name in CONTAINERS:
            return self.container(network)
        before = len(self.slots)
        words = [self._argument(param, network) for param in origin.module.definition.params]
        if None in words:
            del self.slots[before:], self.words[before:]
            return None
        return f"nn.{network.name}({''.join(word if OPTION in word else f', {word}' for word in words if word)})"

    def container(self, network: Network) -> str | None:
        before = len(self.slots), len(self.calls)
        found = [item for item in network.items if isinstance(item, Member)]
        turns = [turn for item in network.items if isinstance(item, Turns) for turn in item.turns]
        found += [item for turn in turns for item in turn if isinstance(item, Member)]
        is_plain = len(found) == sum(1 for _ in members(network.items))
        are_numbered = all(one.label == (str(place),) for place, one in enumerate(found))
        if not is_plain or not are_numbered or not found or any(isinstance(one.content, Tensor) for one in found):
            return None
        inner = ", ".join(self.module(one.content, one.mark) for one in found)
        if len(inner) > 4 * WIDTH:
            del self.slots[before[0] :], self.words[before[0] :]
            del self.calls[before[1] :]
            return None
        return f"nn.Sequential({inner})" if network.name == "Sequential" else f"nn.ModuleList([{inner}])"

    def _argument(self, param: Any, network: Network) -> str | None:
        """One argument's text; empty where it is the default, None where it can't be said."""
        if param.kind == "variadic" or param.name in ("device", "dtype"):
            return ""
        value = network.arguments[param.name]
        is_given = network.origin is not None and param.name in network.origin.given
        if param.name in OTHER_CONVENTIONS and is_given:
            return None
        if param.name in OPTIONAL and isinstance(param.default, tree.Num) and is_size(value):
            return self.option(value, param.name, param.default.value)
        if not is_given:
            return ""
        text = self._value(value, param.name)
        if text is None:
            return None
        if param.default is None and param.kind == "plain":
            return text
        is_default = isinstance(param.default, tree.Num | tree.Constant) and param.default.value is value
        return "" if is_default else f"{param.name}={text}"

    def _value(self, value: Any, word: str) -> str | None:
        if value is None or isinstance(value, bool):
            return str(value)
        if isinstance(value, str):
            return repr(value)
        if is_size(value):
            whole = isinstance(value, Node) or value.denominator == 1
            return self.slot(value, word) if whole else repr(float(value))
        if isinstance(value, list | tuple) and not isinstance(value, Recipe) and type(value) in (list, tuple):
            parts = [self._value(item, word) for item in value]
            return None if None in parts else f"({', '.join(map(str, parts))}{',' if len(parts) == 1 else ''})"
        return None

    # -------------------------------------------------------------------------------------------------- ties

    def ties(self, network: Network) -> Iterator[str]:
        """The assignments that make two names one tensor: where no condition asks, each to the name that counts."""
        for left, right, _ in network.pairs:
            one, other = (tensor_at(network, path) for path in (left, right))
            if one is not None and other is not None and one.sizes != other.sizes and one.sizes == other.sizes[::-1]:
                raise _fail(
                    "PyTorch's parameters can't be tied transposed", "leave the tie out, or export both tensors"
                )
        always = [line for left, right in network.kept.items() for line in self.tie(left, right, network)]
        maybe = [pair for pair in network.pairs if pair[2] is not None]
        yield from always
        for left, right, test in maybe:
            yield f"if {condition(self.told(test))}:"  # type: ignore[arg-type]
            yield from (f"    {one}" for one in self.tie(left, right, network))
        yield from always if maybe else ()  # what was tied to a tensor that is tied away now

    def tie(self, left: Path, right: Path, network: Network) -> list[str]:
        """The lines of one tie; of turns, a loop."""
        running = {part for piece in (*left, *right) if isinstance(piece, Template) for part in indexes(piece)}
        lines = self.tie_rows(left, right, network)
        if not running:
            return lines
        both = ([one for one in loops_at(network, path) if one.variable in running] for path in (left, right))
        loops = next((found for found in both if found), [])
        if len(running) > 1 or not loops:
            raise _fail("a tie through several rows has no word in PyTorch's source", "tie one row at a time")
        start, stop = (python(self.told(node(size))) for size in (loops[0].start, loops[-1].stop))
        ends = stop if start == "0" else f"{start}, {stop}"
        return [f"for {loops[0].variable.name} in range({ends}):", *(f"    {line}" for line in lines)]

    def tie_rows(self, left: Path, right: Path, network: Network) -> list[str]:
        if "*" not in left and "*" not in right:
            return [f"{self.reach(left[:-1])}.{left[-1]} = {self.reach(right)}"]
        place = left.index("*") if "*" in left else -1
        if place < 0 or left.count("*") > 1 or right.count("*") > 1 or "*" in (left[-1], right[-1]):
            raise _fail("a tie through several rows has no word in PyTorch's source", "tie one row at a time")
        row = self.row(left[:place], network)
        source = self.reach(right) if "*" not in right else ""
        rest = self.reach(left[place + 1 : -1], "one") if left[place + 1 : -1] else "one"
        if source:
            return [f"for one in {row}:", f"    {rest}.{left[-1]} = {source}"]
        other = right.index("*")
        second = self.row(right[:other], network)
        reached = self.reach(right[other + 1 :], "other")
        return [f"for one, other in zip({row}, {second}):", f"    {rest}.{left[-1]} = {reached}"]

    def row(self, path: Path, network: Network) -> str:
        """The numbered modules at a path, one after another."""
        content: Content = network
        for piece in path:
            content = inside(content, piece)[0]
        row = self.reach(path)
        is_list = isinstance(content, Copies) or path in self.lists
        return row if is_list else f"[one for name, one in {row}.named_children() if name.isdigit()]"

    def reach(self, path: Path, owner: str = "self") -> str:
        """The expression that leads along a path."""
        for piece in path:
            owner = self.get(owner, piece)
        return owner


def _rest(lines: list[str]) -> list[str]:
    """What is done where a condition doesn't hold; another condition is its `elif`."""
    rows = [line for line in lines if not line.startswith(" ")]
    if rows and rows[0].startswith("if ") and all(line.startswith(("elif ", "else:")) for line in rows[1:]):
        return [f"el{lines[0]}", *lines[1:]]
    return ["else:", *(f"    {line}" for line in lines or ["pass"])]


def _is_attribute(piece: str) -> bool:
    return piece.isidentifier() and not keyword.iskeyword(piece) and piece not in ("training",)


def _quoted(piece: str) -> str:
    return '"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' if piece.isprintable() else repr(piece)
