"""What becomes of tied tensors while a network is rewritten: for each of their paths, those that it is now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ..formula.build import Size, node
from ..formula.nodes import Index
from .measure import leads
from .network import Content, Item, Member, Path
from .putting import put_label
from .selecting import leaves

Paths = frozenset[Path]
# For a path that isn't there any more, those that it is now.
Moves = dict[Path, tuple[Path, ...]]


class Done(NamedTuple):
    """What became of a content, and of the tied tensors in it."""

    content: Content
    moves: Moves


class Made(NamedTuple):
    """What became of one member: items in its place, and of the tied tensors, by paths from the owner."""

    items: tuple[Item, ...]
    moves: Moves


class Gathered:
    """What becomes of the tied tensors of one owner, member by member."""

    def __init__(self, watch: Paths) -> None:
        self.watch = watch
        self.here: dict[Path, Path] = {path: path for path in watch}
        self.found: dict[Path, list[tuple[Path, ...] | None]] = {path: [] for path in watch}

    @contextmanager
    def put(self, index: Index, at: Size) -> Iterator[None]:
        """In a part of a loop: what stands for the index of the whole, which the paths still name."""
        before, self.here = self.here, {path: put_label(here, {index: node(at)}) for path, here in self.here.items()}
        try:
            yield
        finally:
            self.here = before

    def leading(self, items: tuple[Item, ...]) -> Paths:
        """The paths that go through any of the items."""
        members = [one.member.label for one in leaves(items)] if self.watch else []
        return frozenset(path for path, here in self.here.items() if any(leads(here, label) for label in members))

    def below(self, member: Member) -> Paths:
        """The paths that go through a member, from it on."""
        size = len(member.label)
        return frozenset(here[size:] for here in self.here.values() if leads(here, member.label))

    def add(self, member: Member, made: Made) -> None:
        """Take what became of one member into account."""
        size = len(member.label)
        for path, there in self.here.items():
            if leads(there, member.label):
                moved = made.moves.get(there[size:])
                here = tuple(member.label)
                is_whole = moved is None and path == there and path[:size] == here
                news = (there[size:],) if moved is None else moved
                self.found[path].append(None if is_whole else tuple((*here, *new) for new in news))

    def keep(self, items: tuple[Item, ...]) -> None:
        """Take into account members that stay as they are."""
        if self.watch:
            for found in leaves(items):
                self.add(found.member, Made((found.member,), {}))

    def add_all(self, made: Made) -> None:
        """Take into account what became of members together."""
        for path, new in made.moves.items():
            self.found[path].append(new)

    def state(self) -> dict[Path, list[tuple[Path, ...] | None]]:
        """What is known so far, to go back to."""
        return {path: list(found) for path, found in self.found.items()}

    def restore(self, state: dict[Path, list[tuple[Path, ...] | None]]) -> None:
        """Go back."""
        self.found = state

    def moves(self) -> Moves:
        """The paths that aren't what they were, with what they are."""
        found: Moves = {}
        for path, news in self.found.items():
            flat = tuple(dict.fromkeys(one for new in news for one in (new if new is not None else (path,))))
            if flat != (path,) and news:
                found[path] = flat
        return found
