"""Marks in an edited network: put on a member, pushed inside where what is below changes, taken away, and read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .measure import combined, leads
from .network import Content, Copies, Item, Member, Network, Path, Row, Tensor, Turns
from .selecting import leaves

Change = Callable[[Member], Member]


def pushed(content: Content, mark: str) -> Content:
    """The content with a mark of what is around moved onto its members; a tensor has none."""
    if not mark or isinstance(content, Tensor):
        return content
    return on_members(content, lambda member: member._replace(mark=combined(mark, member.mark)), mark)


def marked(member: Member, word: str) -> Member:
    """The member as `frozen`, `trainable` or `buffer` leaves it. Buffers never train, and stay."""
    if word == "trainable":
        return _trainable(member, {})
    return member._replace(mark=combined(word, member.mark))


def _trainable(member: Member, memo: dict[int, tuple[Network, Network]]) -> Member:
    mark = "" if member.mark == "frozen" else member.mark
    content = _cleared(member.content, memo)
    if mark == member.mark and content is member.content:
        return member
    return member._replace(mark=mark, content=content)


def _cleared(content: Content, memo: dict[int, tuple[Network, Network]]) -> Content:
    if isinstance(content, Tensor) or (isinstance(content, Network) and "frozen" not in content.flags):
        return content
    if isinstance(content, Network) and id(content) in memo:
        return memo[id(content)][1]
    new = on_members(content, lambda member: _trainable(member, memo), "")
    if isinstance(content, Network) and isinstance(new, Network):
        new.flags = content.flags - {"frozen"}
        memo[id(content)] = content, new
    return new


def on_members(content: Content, change: Change, mark: str) -> Content:
    """The content with each of its own members changed; of copies, in every copy."""
    if isinstance(content, Copies):
        return content._replace(inner=on_members(content.inner, change, mark))
    if isinstance(content, Tensor):
        return content
    items = on_items(content.items, change)
    if items is content.items:
        return content
    if isinstance(content, Row):
        return content._replace(items=items)
    new = content.again(items)
    new.is_edited = True
    if mark == "buffer":
        new.written = None
    new.flags = content.flags | ({mark} - {""})
    return new


def on_items(items: tuple[Item, ...], change: Change) -> tuple[Item, ...]:
    """The items with each member changed, those under conditions and in loops too."""
    found = tuple([_on_item(item, change) for item in items])
    return items if all(one is other for one, other in zip(found, items, strict=True)) else found


def _on_item(item: Item, change: Change) -> Item:
    if isinstance(item, Member):
        return change(item)
    if isinstance(item, Turns):
        turns = tuple([on_items(turn, change) for turn in item.turns])
        return item if all(one is other for one, other in zip(turns, item.turns, strict=True)) else Turns(turns)
    inner: tuple[Item, ...] = on_items(item.items, change)
    return item if inner is item.items else item._replace(items=inner)


def mark_of(content: Content, path: Path, mark: str = "") -> str | None:
    """How the tensor at a path is marked; None where the path leads to none."""
    if isinstance(content, Copies):
        return mark_of(content.inner, path[1:], mark) if path else None
    if isinstance(content, Tensor):
        return mark if not path else None
    for member in _members(content.items):
        if leads(path, member.label):
            found = mark_of(member.content, path[len(member.label) :], combined(mark, member.mark))
            if found is not None:
                return found
    return None


def _members(items: Iterable[Item]) -> list[Member]:
    return [found.member for found in leaves(items)]
