"""What the statements of a `with` do where their paths lead: replace, add, drop and mark."""

from __future__ import annotations

from typing import Any

from ..errors import ModelError, suggestion
from ..formula.nodes import Node, contains
from ..syntax import tree
from .frame import Frame
from .marking import marked, on_items, pushed
from .measure import leads
from .moves import Made, Paths
from .names import shown
from .network import Content, Copies, Item, Loop, Member, Network, Path, Row, Template, Tensor, flags_of
from .retying import changed_marks, paths_to, tensor_at
from .rewriting import Walk
from .run import items_of
from .selecting import leaves
from .steps import OfName, Pattern
from .values import existing


class Action:
    """What all of them share: a network of which something was changed has other flags, and its count is its tensors'."""

    def on_member(self, member: Member, walk: Walk, watch: Paths) -> Made:
        """See `rewriting.Action`."""
        return Made((member,), {})

    def on_group(self, members: list[Member], depth: int, walk: Walk, watch: Paths) -> Made | None:
        """See `rewriting.Action`."""
        return None

    def on_network(self, old: Network, new: Network) -> None:
        """See `rewriting.Action`."""
        new.flags = flags_of(new.items)
        new.written = None


class Replace(Action):
    """`PATH: VALUE`, where something stands: `it` is that."""

    def __init__(self, statement: tree.Member, frame: Frame) -> None:
        self.statement = statement
        self.frame = frame
        self.memo: dict[object, list[Item]] = {}
        self.kinds: dict[str, None] = {}
        self.only_if: list[Node | None] = []
        self.uses_it = tree.mentions(statement.value, "it")

    def on_member(self, member: Member, walk: Walk, watch: Paths) -> Made:
        """The value in the member's place."""
        self.only_if.append(walk.conditions[-1] if walk.conditions else None)
        items = self._items(member.label, member.content, member.mark, member)
        self.kinds[
            f"{word(member.content)} → {', '.join(word(one.content) for one in members_of(items)) or 'nothing'}"
        ] = None
        moves = {path: self._moved(path, member.content, items, len(member.label)) for path in watch}
        return Made(items, moves)

    def on_group(self, members: list[Member], depth: int, walk: Walk, watch: Paths) -> Made:
        """The value in the place of all members below a name."""
        inside = Row(tuple(member._replace(label=member.label[depth:]) for member in members))
        items = self._items(members[0].label[:depth], inside, "", members[0])
        self.kinds[
            f"{shown(members[0].label[:depth])} → {', '.join(word(one.content) for one in members_of(items))}"
        ] = None
        prefix = members[0].label[:depth]
        moves = {
            path: tuple((*prefix, *new) for new in self._moved(path[depth:], inside, items, depth))
            for path in watch
            if path[:depth] == prefix
        }
        return Made(items, moves)

    def refuse_conditional(self, pattern: Pattern) -> None:
        """Members that may not be there, nor any others, would be replaced where they are, and else added."""
        only_if = self.only_if[0] if self.only_if else None
        if only_if is None or None in self.only_if or self.uses_it or not pattern.tail():
            return
        from ..render.text import text

        path = self.frame.source.text[slice(*pattern.path.span)]
        message = f"{path} is there only if {text(only_if)}, which is open"
        hint = f"change it below `if {text(only_if)}:`"
        raise self.frame.fail("with-conditional", message, pattern.path.span, hint=hint)

    def _items(self, label: Path, content: Content, mark: str, member: Member) -> tuple[Item, ...]:
        frame = self.frame.inner()
        key = (id(content), mark, member.active, frame.world.version)
        made = self.memo.get(key)
        if made is None:
            frame.names["it"] = existing(content, mark, member.active)
            made = self.memo[key] = items_of((), self.statement, frame)
            self.memo[(id(content), "kept")] = [member]  # so that the id stays its own
        note = f"replaced {word(content)}"
        return on_items(tuple(made), lambda one: one._replace(label=label, note=note))

    def _moved(self, path: Path, content: Content, items: tuple[Item, ...], depth: int) -> tuple[Path, ...]:
        tensor = tensor_at(content, path) if self.uses_it else None
        places = paths_to(items, tensor) if tensor is not None else []
        return tuple(place[depth:] for place in places)


class Drop(Action):
    """`drop PATH`."""

    def on_member(self, member: Member, walk: Walk, watch: Paths) -> Made:
        """Nothing."""
        return Made((), dict.fromkeys(watch, ()))

    def on_group(self, members: list[Member], depth: int, walk: Walk, watch: Paths) -> Made:
        """Nothing."""
        prefix = members[0].label[:depth]
        return Made((), {path: () for path in watch if path[:depth] == prefix})


class Mark(Action):
    """`frozen PATH`, `trainable PATH`, `buffer PATH`."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.changed_params = word == "buffer"

    def on_member(self, member: Member, walk: Walk, watch: Paths) -> Made:
        """The member, marked; a turn has no mark of its own, so that its members get it."""
        is_turn = walk.is_virtual(member.label[-1])
        new = marked(member, self.word)
        if is_turn and new.mark and not isinstance(new.content, Tensor):
            new = new._replace(content=pushed(new.content, new.mark), mark="")
        return Made((new,), {})

    def on_network(self, old: Network, new: Network) -> None:
        """What counts stays as `write` states it, unless something is a buffer now; all names of a tensor are marked alike."""
        new.flags = flags_of(new.items)
        if self.changed_params:
            new.written = None
        for path, mark in changed_marks(old, new):
            new.items = _marked_at(new.items, path, mark or "trainable")
            new.flags = flags_of(new.items)


def _marked_at(items: tuple[Item, ...], path: Path, mark: str) -> tuple[Item, ...]:
    """The items with the one tensor at a path marked."""

    def change(member: Member) -> Member:
        if not leads(path, member.label):
            return member
        rest = path[len(member.label) :]
        if not rest:
            return marked(member, mark)
        content = _at(pushed(member.content, member.mark), rest, mark)
        return member._replace(content=content, mark="")

    return on_items(items, change)


def _at(content: Content, path: Path, mark: str) -> Content:
    if isinstance(content, Tensor):
        return content
    if isinstance(content, Copies):
        return content._replace(inner=_at(content.inner, path[1:], mark))
    items = _marked_at(content.items, path, mark)
    if isinstance(content, Row):
        return content._replace(items=items)
    new = content.again(items)
    new.is_edited, new.flags = True, flags_of(items)
    return new


class Add(Action):
    """`PATH: VALUE`, where nothing stands yet: the path leads to the owner, `tail` is the new name."""

    def __init__(self, statement: tree.Member, tail: tuple[OfName, ...], frame: Frame) -> None:
        self.statement = statement
        path: Any = statement.label[0]
        self.is_filled_in = any(isinstance(part, tree.Hole) for part in path[len(path) - len(tail)])
        self.label = tuple(step.piece for step in tail)
        self.frame = frame
        self.kinds: dict[str, None] = {}

    def on_member(self, member: Member, walk: Walk, watch: Paths) -> Made:
        """The member with something new in it."""
        done = self.into(pushed(member.content, member.mark), walk)
        return Made((member._replace(content=done, mark=""),), {})

    def on_group(self, members: list[Member], depth: int, walk: Walk, watch: Paths) -> Made:
        """The members below a name, and the new one behind them."""
        prefix = members[0].label[:depth]
        self._refuse_near([shown(member.label[depth : depth + 1]) for member in members])
        return Made((*members, *self._new((*prefix, *self.label), walk)), {})

    def into(self, content: Content, walk: Walk) -> Content:
        """The content with the new member, in every copy."""
        if isinstance(content, Copies):
            return content._replace(inner=self.into(content.inner, walk))
        if isinstance(content, Tensor):
            text = self.frame.source.text[slice(*self.statement.label.span)]
            message = f"{text} would be a member of a tensor"
            raise self.frame.fail("with-owner", message, self.statement.label.span, hint="add it beside the tensor")
        self._refuse_near([shown(found.member.label[:1]) for found in leaves(content.items)])
        items = (*content.items, *self._new(self.label, walk))
        if isinstance(content, Row):
            return content._replace(items=items)
        new = content.again(items)
        new.is_edited = True
        self.on_network(content, new)
        return new

    def _new(self, label: Path, walk: Walk) -> tuple[Item, ...]:
        items = on_items(tuple(items_of(label, self.statement, self.frame)), lambda one: one._replace(note="added"))
        self.kinds.update((word(one.content), None) for one in members_of(items))
        for index in reversed(walk.loops):
            if index in walk.used:
                continue
            if not any(_has(piece, index) for piece in label):
                message = f"every turn of the loop adds a member called {shown(label)}"
                hint = f"put the index into its path: {shown(label)}{{{index.name}}}"
                raise self.frame.fail("member-twice", message, self.statement.label.span, hint=hint)
            start, stop = walk.world.facts.ranges[index]
            from ..formula.build import plain

            items = (Loop(index, plain(start), plain(stop), items),)
        return items

    def _refuse_near(self, known: list[str]) -> None:
        """A longer new name whose first part is nearly that of a member is a slip."""
        first = shown(self.label[:1])
        if len(self.label) > 1 and not self.is_filled_in and (near := suggestion(first, known)):
            raise nothing(self.frame, self.statement.label, f"there is no member called {first}", near)


def _has(piece: Any, index: Any) -> bool:
    return isinstance(piece, Template) and any(not isinstance(p, str) and contains(p, index) for p in piece.parts)


def nothing(frame: Frame, place: Any, note: str, hint: str) -> ModelError:
    """The error of a path that leads nowhere."""
    text = frame.source.text[slice(*place.span)]
    return frame.fail("with-nowhere", f"{text} leads to nothing", place.span, note, hint)


def members_of(items: tuple[Item, ...]) -> list[Member]:
    """The members of a row of items."""
    return [found.member for found in leaves(items)]


def word(content: Content) -> str:
    """What a content is, in a word."""
    if isinstance(content, Copies):
        return word(content.inner)
    return content.name if isinstance(content, Network) else "tensor" if isinstance(content, Tensor) else "members"
