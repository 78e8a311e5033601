"""Tensors by name as a model, a checkpoint or a description has them: shapes, what they count as, and which are one."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from fnmatch import translate
from typing import NamedTuple

from ..errors import Finding, ValueNeeded
from ..formula.nodes import Node
from ..model.listing import tensors
from ..model.query import Question, part_of

Shape = tuple[int, ...]
WRAPPERS = (
    "_orig_mod.",
    "_fsdp_wrapped_module.",
    "_checkpoint_wrapped_module.",
)  # what wraps a module puts in its names


class Stored(NamedTuple):
    """A tensor's shape; `param`, `frozen` or `buffer`, and what its numbers are stored as, where these are known."""

    shape: Shape
    kind: str = ""
    dtype: str = ""


class Collection(NamedTuple):
    """All tensors of one origin.

    tensors: by name, as PyTorch names them; twins: names of tensors that are one → the first of their names, or None
    where the origin can't tell; is_complete: whether each name of a tied tensor is listed.
    """

    origin: str
    tensors: Mapping[str, Stored]
    twins: Mapping[str, str] | None = None
    is_complete: bool = False


def elements(shape: Shape) -> int:
    """How many numbers a tensor holds."""
    count = 1
    for size in shape:
        count *= size
    return count


def twins_of(identities: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Names whose tensors are one → the first of their names."""
    first: dict[object, str] = {}
    found = {}
    for name, identity in identities:
        kept = first.setdefault(identity, name)
        if kept != name:
            found[name] = kept
    return found


def described(asked: Question, origin: str) -> Collection:
    """The tensors of a description, each of repeated ones. Raises: `ValueNeeded` where sizes are open."""
    part, world = part_of(asked)
    found: dict[str, Stored] = {}
    twins: dict[str, str] = {}
    for row in tensors(part, world.facts, expand=True):
        shape = tuple(size for size in row.sizes if isinstance(size, int))
        if len(shape) != len(row.sizes) or isinstance(row.multiplicity, Node):
            raise ValueNeeded(
                Finding("open-sizes", f"the size of {row.name} is open", hint="set sizes by -s NAME=NUMBER")
            )
        if row.multiplicity == 0:
            continue
        found[row.name] = Stored(shape, "" if row.kind == "tied" else row.kind)
        if row.twin:
            twins[row.name] = row.twin
    return Collection(origin, found, twins, True)


def renamed(
    collection: Collection, strip: str, prefix: str, known: Container[str] = (), names: Iterable[str] | None = None
) -> dict[str, str]:
    """The names of a collection, or some of them, with a beginning left off and another put before those not known.

    A wrapper of PyTorch's is left off inside a name too; a name that would become another's stays.
    """
    found = {}
    for name in collection.tensors if names is None else names:
        short = name.replace(strip, "") if strip in WRAPPERS else name.removeprefix(strip)
        new = short if short in known else prefix + short
        found[name] = new if new == name or new not in collection.tensors else name
    return found


def with_names(collection: Collection, names: Mapping[str, str]) -> Collection:
    """The collection under other names."""
    twins = collection.twins and {names[name]: names[kept] for name, kept in collection.twins.items()}
    return collection._replace(tensors={names[name]: one for name, one in collection.tensors.items()}, twins=twins)


def without(kind: str, ours: Collection, theirs: Collection) -> tuple[Collection, Collection]:
    """Both without what either knows to be of this kind."""
    left_out = {name for one in (ours, theirs) for name, tensor in one.tensors.items() if tensor.kind == kind}
    return _left(ours, left_out), _left(theirs, left_out)


def ignoring(patterns: Sequence[str], ours: Collection, theirs: Collection) -> tuple[Collection, Collection]:
    """Both without the tensors whose names match one of the patterns, such as `*.inv_freq`."""
    match = re.compile("|".join(map(translate, patterns))).match
    return _left(ours, set(filter(match, ours.tensors))), _left(theirs, set(filter(match, theirs.tensors)))


def turned(ours: Collection, theirs: Collection) -> Collection:
    """Theirs with the matrices that are transposed here turned."""
    found = dict(theirs.tensors)
    for name, tensor in ours.tensors.items():
        if len(tensor.shape) == 2 and name in found and found[name].shape == tensor.shape[::-1]:
            found[name] = found[name]._replace(shape=tensor.shape)
    return theirs._replace(tensors=found)


def _left(collection: Collection, names: Container[str]) -> Collection:
    return collection._replace(tensors={name: one for name, one in collection.tensors.items() if name not in names})
