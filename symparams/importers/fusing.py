"""Modules that one side has in one piece and the other in several → which are whose parts: `qkv_proj` is `q_proj`, `k_proj`
and `v_proj`, and one tensor of experts is the tensors of all experts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from .folding import Group, common, numbers, pattern
from .stored import Shape, Stored

USUAL = (("q", "k", "v"), ("query", "key", "value"), ("k", "v"), ("key", "value"), ("w1", "w3"), ("gate", "up"))
MOST_PARTS = 4
MAX_BESIDE = 10
MAX_WHOLES = 100
_LEAF = re.compile(r"(.*?)[._](weight|bias)")


class Fusion(NamedTuple):
    """A tensor, or those of repeats, and the parts that make it, laid one behind another or on top of one another.

    is_clear: whether its name says so too.
    """

    whole: Group
    parts: tuple[Group, ...]
    is_clear: bool

    @property
    def told(self) -> str:
        """The parts by their names, short of what they share with the whole's: `q_proj [8, 8] + k_proj [4, 8] + v_proj [4, 8]`."""
        whole = common(self.whole.names)
        return " + ".join(f"{_beside(whole, common(part.names))} {part.ours or part.theirs}" for part in self.parts)


class _Module(NamedTuple):
    """Tensors of one module, or of its repeats: weight and bias by these names, with their shapes.

    path: its name without numbers; turns: the numbers of its repeats; stacked: of how many it is the stack, if it is one.
    """

    path: str
    turns: frozenset[tuple[str, ...]]
    leaves: dict[str, tuple[Group, Shape]]
    stacked: int = 0

    @property
    def layer(self) -> str:
        """The path as far as its last number."""
        return self.path[: self.path.rfind("#") + 1]

    @property
    def owner(self) -> str:
        """The path of what it is in."""
        return self.path.rpartition(".")[0]


def fusions(wholes: Sequence[Group], parts: Sequence[Group], tensors: Mapping[str, Stored]) -> Iterator[Fusion]:
    """The groups of `wholes` that are made of groups of `parts`, each of which is part of one."""
    single = _modules(parts, tensors)
    there: dict[object, list[_Module]] = {}
    for one in [*single, *_stacks(single)]:
        there.setdefault((one.layer, one.turns), []).append(one)
    taken: set[int] = set()
    for whole in _modules(wholes, tensors)[:MAX_WHOLES]:
        beside = [one for one in there.get((whole.layer, whole.turns), ()) if "weight" in one.leaves]
        found, is_clear = _made_of(whole, [one for one in beside if taken.isdisjoint(map(id, _groups(one)))])
        for leaf, (made, shape) in whole.leaves.items():
            parts_of = [one.leaves[leaf] for one in found if leaf in one.leaves]
            if found and len(parts_of) == len(found) and _fits(shape, [size for _, size in parts_of]):
                inner = tuple(group for group, _ in parts_of)
                taken |= set(map(id, inner))
                yield Fusion(made, inner, is_clear)


def _groups(module: _Module) -> list[Group]:
    return [group for group, _ in module.leaves.values()]


def _modules(groups: Sequence[Group], tensors: Mapping[str, Stored]) -> list[_Module]:
    """The modules whose tensors the groups are, in their order."""
    found: dict[object, _Module] = {}
    for group in groups:
        path = pattern(group.names[0])
        match = _LEAF.fullmatch(path)
        path, leaf = match.groups() if match else (path, "weight")
        turns = frozenset(map(numbers, group.names))
        made = found.setdefault((path, turns), _Module(path, turns, {}))
        made.leaves.setdefault(leaf, (group, tensors[group.names[0]].shape))
    return list(found.values())


def _stacks(modules: Sequence[_Module]) -> Iterator[_Module]:
    """The modules that have turns inside a turn, as if those of one turn were a tensor: `experts.0.w1` … as `experts.w1`."""
    for one in modules:
        inner: dict[tuple[str, ...], set[str]] = {}
        for turn in one.turns:
            inner.setdefault(turn[:-1], set()).add(turn[-1] if turn else "")
        counts = {len(found) for found in inner.values()}
        if one.layer and len(counts) == 1:
            count, place = counts.pop(), one.path.rfind("#")
            leaves = {leaf: (group, (count, *shape)) for leaf, (group, shape) in one.leaves.items()}
            yield _Module(one.path[:place].rstrip(".") + one.path[place + 1 :], frozenset(inner), leaves, count)


def _made_of(whole: _Module, beside: Sequence[_Module]) -> tuple[tuple[_Module, ...], bool]:
    """The modules that make this one, of those beside it, and whether it is clear: their names are in its name, or are the usual.

    Where it isn't, a module of the same shape is more likely the one itself under another name, and none is told.
    """
    shape = whole.leaves["weight"][1] if "weight" in whole.leaves else ()
    tried = (
        (sum(_is_named(whole, one) for one in some), some)
        for count in range(1, MOST_PARTS + 1)
        for some in combinations(beside[:MAX_BESIDE], count)
        if (count > 1 or some[0].stacked) and len({(one.owner, one.stacked) for one in some}) == 1
        if len(shape) > 1 and _fits(shape, [one.leaves["weight"][1] for one in some])
    )
    named, found = max(tried, key=lambda row: row[0], default=(0, ()))
    is_clear = named == len(found) or tuple(map(_stem, found)) in USUAL
    is_another = any(one.leaves["weight"][1] == shape and not one.stacked for one in beside)
    return (found, is_clear) if is_clear or not is_another else ((), False)


def _stem(part: _Module) -> str:
    """Its own name without `_proj` and the like."""
    return part.path.rpartition(".")[2].partition("_")[0]


def _is_named(whole: _Module, part: _Module) -> bool:
    """Whether the name of a part is in the name of the whole, or the part lies in the whole."""
    return _stem(part) in whole.path.rpartition(".")[2] or part.owner == whole.path


def _fits(whole: Shape, parts: Sequence[Shape]) -> bool:
    """Whether tensors of these shapes, or of the same transposed, make the whole one behind another along some axis."""
    turned = [(*shape[:-2], *shape[-2:][::-1]) for shape in parts]
    return any(_are_joined(whole, some, axis) for some in (parts, turned) for axis in range(len(whole)))


def _are_joined(whole: Shape, parts: Sequence[Shape], axis: int) -> bool:
    rest = whole[:axis] + whole[axis + 1 :]
    return sum(part[axis] for part in parts if len(part) == len(whole)) == whole[axis] and all(
        len(part) == len(whole) and part[:axis] + part[axis + 1 :] == rest for part in parts
    )


def _beside(whole: str, part: str) -> str:
    """The name of a part without what it shares with the whole's, and without `.weight`."""
    here, there = whole.split("."), part.removesuffix(".weight").removesuffix(".bias").split(".")
    while len(there) > 1 and here and here[0] == there[0]:
        here, there = here[1:], there[1:]
    return ".".join(there)
