"""The paths of a `with`, step by step: names, turns as sizes, kinds as modules."""

from __future__ import annotations

from typing import NamedTuple, Union

from ..formula.build import Size
from ..syntax import tree
from .network import Content, Network, Piece
from .values import ModuleValue, module_of


class OfName(NamedTuple):
    """A name, or a template whose number is open."""

    piece: Piece


class OfAny(NamedTuple):
    """`*`: one name, whatever it is."""


class OfDepth(NamedTuple):
    """`**`: any number of names."""


class Bound(NamedTuple):
    """A place among the turns, from the first or from the end."""

    at: Size
    is_from_end: bool


class OfTurn(NamedTuple):
    """`[i]`."""

    at: Bound


class OfRange(NamedTuple):
    """`[a:b:c]`."""

    start: Bound
    stop: Bound
    stride: int


class OfEvery(NamedTuple):
    """`[*]`."""


Step = Union[OfName, OfAny, OfDepth, OfTurn, OfRange, OfEvery]


class Kind(NamedTuple):
    """The modules behind `is`; with `is_other` all but these."""

    modules: tuple[ModuleValue, ...]
    is_other: bool

    @property
    def names(self) -> frozenset[str]:
        """The names of the modules."""
        return frozenset(module.name for module in self.modules)

    def holds(self, content: Content) -> bool:
        """Whether the network is made from one of the modules."""
        found = module_of(content.origin) if isinstance(content, Network) else None
        if found is None:
            return False
        return any(found.definition is module.definition for module in self.modules) is not self.is_other


class Pattern(NamedTuple):
    """A path, step by step, the kind of what it leads to, and its text."""

    steps: tuple[Step, ...]
    kind: Kind | None
    path: tree.Path

    def tail(self) -> int:
        """How many steps the path ends with that are plain names, as something new may be called."""
        count = 0
        while count < len(self.steps) and isinstance(self.steps[-1 - count], OfName):
            count += 1
        return 0 if self.kind else count
