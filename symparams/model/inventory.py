"""A network's tensors by what they are (biases, norms, embeddings, …) → the usual ways to count them otherwise."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from ..errors import SymparamsError
from ..formula.build import node, solid, times
from ..formula.ceilings import with_ceilings
from ..formula.facts import ANY_NUMBERS, Facts
from ..formula.nodes import Index, Sum, walk
from ..formula.polynomial import Polynomial, polynomial
from ..render.text import text
from .calls import LIBRARY
from .listing import TensorRow, tensors
from .measure import measured
from .network import Network, Part
from .query import Question, part_of

NOTHING = Polynomial({})
MAX_TERM = 48
COUNTED = {"params": ("param", "frozen"), "trainable": ("param",), "frozen": ("frozen",), "active": ("param", "frozen")}
BIAS = re.compile(r"(^|.*[._])bias([._].*)?$")
WIDTHS = ("out_features", "out_channels", "num_features", "num_channels", "normalized_shape")
SECOND_BIAS = re.compile(r"bias_hh(_.*)?$")
NUMBERS = re.compile(r"(?<![A-Za-z\d])\d+(?=[.\[])|(?<=[A-Za-z])\d+(?=\.\d|\.[^.]+\.)")
TURN = re.compile(r"\{0\.\.(\d+)\}|\{[^}]*\}")


class Owned(NamedTuple):
    """A row of equal tensors: where, the layer that states them, how many numbers, and the same row with open sizes.

    path: as the language writes it, `h[*].attn.c_attn.bias`; opened: None where the network has no general form.
    """

    row: TensorRow
    path: str
    layer: Network
    amount: Polynomial
    opened: TensorRow | None

    @property
    def tensor(self) -> str:
        """The tensor's own name."""
        return self.row.name.rsplit(".", 1)[-1]

    @property
    def owner(self) -> str:
        """The path of the layer."""
        return self.path.rpartition(".")[0]

    @property
    def is_bias(self) -> bool:
        """Whether it is a bias vector."""
        return BIAS.match(self.tensor) is not None

    @property
    def is_norm(self) -> bool:
        """Whether it belongs to a layer that normalises."""
        return family(self.layer) == "normalization" or "norm" in self.layer.name.lower()

    @property
    def is_of_library(self) -> bool:
        """Whether a layer of PyTorch states it."""
        return bool(family(self.layer))

    @property
    def is_table(self) -> bool:
        """Whether it is an embedding's table."""
        return family(self.layer) == "embedding"


class Change(NamedTuple):
    """Another way to count: what it does in words, by how much it changes the count, and of which tensors.

    tensors: their names, none where another measure counts; cost: how far-fetched it is, from 1; rows: the tensors, which
    count so many times more (sign 1) or less.
    """

    words: str
    amount: Polynomial
    tensors: frozenset[str]
    cost: float
    rows: tuple[Owned, ...] = ()
    sign: int = 1

    @property
    def term(self) -> str:
        """The amount as a signed term in the network's sizes, ` + V*d`; as a number where that is long."""
        if not self.rows:
            return _term(self.amount, 1) if self.amount != NOTHING else ""
        general = NOTHING
        for one in self.rows:
            general = general + (_elements(one.opened) if one.opened is not None else one.amount)
        term = _term(general, self.sign)
        return term if len(term) <= MAX_TERM or self.amount.constant is None else _term(self.amount, 1)


def family(layer: Network) -> str:
    """The family of PyTorch's layers that a layer belongs to, `linear`, `normalization`, …; empty for others."""
    unit = layer.origin.module.unit if layer.origin is not None else None
    name = unit.source.name if unit is not None else ""
    return PurePosixPath(name).stem if name.startswith(LIBRARY) else ""


def inventory(part: Part, facts: Facts, general: Question | None) -> list[Owned]:
    """The tensors of a part of a network, equal ones of a multiple together."""
    opened = _opened_rows(general)
    found = []
    for row in tensors(part, facts):
        if row.layer is not None and not _has_index(row):
            path = _path(row)
            found.append(Owned(row, path, row.layer, _elements(row), opened.get(path)))
    return found


def _opened_rows(general: Question | None) -> dict[str, TensorRow]:
    if general is None:
        return {}
    try:
        part, world = part_of(general)
        rows = [row for row in tensors(part, world.facts) if not _has_index(row)]
    except SymparamsError:
        return {}
    return {_path(row): row for row in rows}


def _path(row: TensorRow) -> str:
    return TURN.sub("[*]", row.name).replace(".[*]", "[*]")


def folded(path: str) -> str:
    """A path with the numbers of members left open: `layer*.*.conv1` for `layer1.0.conv1`."""
    return NUMBERS.sub("*", path)


def repeated(rows: Iterable[Owned]) -> frozenset[str]:
    """The folded paths that several tensors have, those of the blocks of a network."""
    counts = Counter(folded(path) for path in {one.path for one in rows})
    return frozenset(path for path, count in counts.items() if count > 1)


def is_inside(one: Owned, again: frozenset[str]) -> bool:
    """Whether a tensor stands in blocks that are repeated."""
    return "[*]" in one.path or folded(one.path) in again


def _has_index(row: TensorRow) -> bool:
    return any(isinstance(part, Index) for size in (*row.sizes, row.multiplicity) for part in walk(node(size)))


def _elements(row: TensorRow) -> Polynomial:
    amount = row.multiplicity
    for size in row.sizes:
        amount = times(amount, size)
    return polynomial(node(amount), ANY_NUMBERS)


# ------------------------------------------------------------------------------------------------------ changes


def counted_in(every: Iterable[Owned], measure: str) -> list[Owned]:
    """The tensors that a measure counts."""
    return [one for one in every if one.row.kind in COUNTED.get(measure, ())]


def changes(every: list[Owned], part: Part, measure: str) -> Iterator[Change]:
    """The usual other ways to count a part of a network with these tensors, the commonest first."""
    counted = counted_in(every, measure)
    yield from _other_measures(part, measure)
    yield from _ties(every, counted)
    yield from _tables(counted)
    yield from _buffers(every)
    yield from _biases(counted)
    yield from _absent_biases(counted)
    yield from _norms(counted)
    yield from _turns(counted)
    yield from _in_blocks(counted)


def change(rows: Iterable[Owned], sign: int, words: str, cost: float) -> Change:
    """The change that counts some tensors once more or not at all."""
    chosen = list(rows)
    amount = sum((one.amount for one in chosen), NOTHING)
    return Change(words, amount * sign, frozenset(one.row.name for one in chosen), cost, tuple(chosen), sign)


def _term(amount: Polynomial, sign: int) -> str:
    if amount.terms and all(factor < 0 for factor in amount.terms.values()):
        amount, sign = -amount, -sign
    form = with_ceilings(amount.node(), ANY_NUMBERS)
    words = f"{amount.constant:,}" if amount.constant is not None else text(form)
    mark = "+" if sign > 0 else "-"
    return f" {mark} ({words})" if isinstance(form, Sum) else f" {mark} {words}"


def _other_measures(part: Part, measure: str) -> Iterator[Change]:
    """What another measure counts: the active of the experts, what trains, what is stored."""
    told = {
        "params": "with what is frozen" if measure == "trainable" else "the count of all experts",
        "active": "the count of the active experts",
        "trainable": "the count of what trains",
    }
    own, every = _measured(part, measure), _measured(part, "params")
    for other, words in told.items():
        count = _measured(part, other)
        if other != measure and (other == "params" or count != every):  # where nothing is frozen, all trains
            yield Change(words, count - own, frozenset(), 1)


def _measured(part: Part, which: str) -> Polynomial:
    return polynomial(solid(measured(part.content, which, part.mark, active=part.active)), ANY_NUMBERS)


def _ties(every: list[Owned], counted: list[Owned]) -> Iterator[Change]:
    """Tied tensors counted twice, and a head counted as if it were tied."""
    tied = [one for one in every if one.row.kind == "tied"]
    for one in tied:
        yield change([one], 1, f"{one.path} counted as if untied", 1)
    if len(tied) > 1:
        yield change(tied, 1, "tied tensors counted as if untied", 1)
    tables = [one for one in counted if one.is_table]
    for one in counted:
        twins = [table for table in tables if table.row.sizes == one.row.sizes and table is not one]
        if twins and not one.is_table:
            yield change([one], -1, f"{one.path} counted as if tied to {twins[0].path}", 1)


def _biases(counted: list[Owned]) -> Iterator[Change]:
    """Biases left out: all, those of a kind of layer, of the layers of a module, of one layer."""
    biases = [one for one in counted if one.is_bias]
    second = [one for one in biases if SECOND_BIAS.match(one.tensor)]
    yield change(second, -1, "one bias vector for each gate, not two", 1)
    yield change(biases, -1, "without all biases", 1)
    yield change([one for one in biases if not one.is_norm], -1, "without all biases but those of norms", 1)
    for name, rows in _groups(biases, lambda one: one.layer.name):
        yield change(rows, -1, f"without the biases of {name}", 1)
    for name, rows in _groups(biases, lambda one: named(_parent(one))):
        yield change(rows, -1, f"without the biases in {name}", 2)
    for name, rows in _groups(biases, lambda one: named(one.owner)):
        yield change(rows, -1, f"without the bias of {name}", 2)


def named(path: str) -> str:
    """The last name of a path; of `h[*].ln_1` it is `ln_1`, and a number stands behind the name before it, `mlp.0`."""
    before, _, last = path.rpartition(".")
    return f"{before.rpartition('.')[2]}.{last}" if last.isdigit() and before else last.partition("[")[0]


def _groups(rows: list[Owned], key: Callable[[Owned], str]) -> list[tuple[str, list[Owned]]]:
    found: dict[str, list[Owned]] = {}
    for one in rows:
        found.setdefault(key(one), []).append(one)
    return [(name, group) for name, group in found.items() if name]


def _norms(counted: list[Owned]) -> Iterator[Change]:
    """Norms left out or counted twice: all, those in repeated blocks, those outside of them."""
    norms = [one for one in counted if one.is_norm]
    again = repeated(counted)
    inside = [one for one in norms if is_inside(one, again)]
    outside = [one for one in norms if not is_inside(one, again)]
    yield change(norms, -1, "without all norms", 1)
    yield change(norms, 1, "with all norms counted twice", 1)
    yield change([one for one in norms if one.is_bias], -1, "norms without a shift", 1)
    if inside and outside:
        yield change(inside, -1, "without the norms of the blocks", 1)
        yield change(inside, 1, "with the norms of the blocks counted twice", 1)
    for name, rows in _groups(outside, lambda one: one.owner):
        yield change(rows, -1, f"without {name}", 1 if inside else 2)


def _tables(counted: list[Owned]) -> Iterator[Change]:
    """Embeddings left out, by the conventions in use: each table, all of them, all and the head."""
    tables = [one for one in counted if one.is_table]
    sizes = {one.row.sizes for one in tables}
    heads = [one for one in counted if not one.is_table and one.row.sizes in sizes]
    for one in tables:
        yield change([one], -1, f"without {one.path}", 1)
    yield change(tables, -1, f"without embeddings, {_listed(tables)}", 1)
    if heads:
        yield change(heads, -1, f"without the head, {_listed(heads)}", 1)
        yield change(tables + heads, -1, f"without embeddings and head, {_listed(tables + heads)}", 1)
        for one in tables:
            yield change([one, *heads], -1, f"without {one.path} and the head, {_listed(heads)}", 1)


def _listed(rows: list[Owned]) -> str:
    names = [one.path for one in rows]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


def _absent_biases(counted: list[Owned]) -> Iterator[Change]:
    """Biases that layers don't have, counted as if they had them."""
    absent = [made for one in counted if (made := _absent_bias(one)) is not None]
    parents = {_parent(one) for one in counted if one.is_bias and not one.is_norm}
    yield change(absent, 1, f"as if {_every(absent, 'every layer')} had a bias", 1)
    again = repeated(counted)
    inside = [one for one in absent if is_inside(one, again)]
    yield change(inside, 1, f"as if {_every(inside, 'every layer of the blocks')} had a bias", 1)
    linear = [one for one in inside if not one.is_norm]
    yield change(linear, 1, f"as if {_every(linear, 'every layer of the blocks but norms')} had a bias", 1)
    for name, rows in _groups(absent, lambda one: one.layer.name):
        yield change(rows, 1, f"as if {_every(rows, f'every {name}')} had a bias", 1)
    for name, rows in _groups(absent, lambda one: named(_parent(one))):
        # A layer without a bias among layers that have one is the likeliest to be given one.
        is_odd = any(_parent(one) in parents for one in rows)
        yield change(rows, 1, f"as if {_every(rows, f'every layer of {name}')} had a bias", 1 if is_odd else 2)
    for name, rows in _groups(absent, lambda one: named(one.owner)):
        yield change(rows, 1, f"as if {name} had a bias", 3 if rows[0].is_norm else 2)


def _every(rows: list[Owned], words: str) -> str:
    """The layers of the rows: by name where all bear one, else in the words given."""
    names = {named(one.owner) for one in rows}
    return names.pop() if len(names) == 1 else words


def _parent(one: Owned) -> str:
    return one.owner.rpartition(".")[0]


def _absent_bias(one: Owned) -> Owned | None:
    """The bias that would stand beside a weight, where its layer was made without one."""
    row = _bias_row(one.row)
    if row is None or one.tensor != "weight":
        return None
    opened = _bias_row(one.opened) if one.opened is not None else None
    return one._replace(row=row, amount=_elements(row), opened=opened)


def _bias_row(row: TensorRow) -> TensorRow | None:
    given: Mapping[str, Any] = row.layer.arguments if row.layer is not None else {}
    width = next((given[name] for name in WIDTHS if name in given), None)
    is_without = given.get("bias") is False or (width is not None and given.get("affine", True) and "bias" not in given)
    if width is None or not is_without:
        return None
    sizes = tuple(width) if isinstance(width, list | tuple) else (width,)
    return row._replace(name=f"{row.name.rpartition('.')[0]}.bias", sizes=sizes)


def _buffers(every: list[Owned]) -> Iterator[Change]:
    """Buffers counted too: the running statistics of batch norms, or all."""
    buffers = [one for one in every if one.row.kind == "buffer"]
    running = [one for one in buffers if one.tensor in ("running_mean", "running_var")]
    yield change(running, 1, "with the running statistics of norms", 1)
    yield change(buffers, 1, "with all buffers", 1)


def _turns(counted: list[Owned]) -> Iterator[Change]:
    """One block of a multiple more or less."""
    blocks: dict[tuple[str, int], list[Owned]] = {}
    for one in counted:
        match = TURN.search(one.row.name)
        if match is not None and match.group(1) is not None:
            blocks.setdefault((one.row.name[: match.start() - 1], int(match.group(1)) + 1), []).append(one)
    for (name, turns), rows in blocks.items():
        once = [_share(one, turns) for one in rows]
        yield change(once, 1, f"with one more of {name}, {turns + 1} for {turns}", 2)
        yield change(once, -1, f"with one of {name} less, {turns - 1} for {turns}", 2)


def _in_blocks(counted: list[Owned]) -> Iterator[Change]:
    """Biases of repeated blocks left out, or all but norms of them."""
    again = repeated(counted)
    inside = [one for one in counted if one.is_bias and is_inside(one, again)]
    yield change(inside, -1, "without the biases of the blocks", 1.2)
    yield change(
        [one for one in inside if not one.is_norm], -1, "without the biases of the blocks but those of norms", 1.2
    )


def _share(one: Owned, turns: int) -> Owned:
    """What one of so many turns owns."""
    row = one.row._replace(name=f"{one.row.name}, once")
    is_plain = one.opened is not None and one.row.multiplicity == turns
    opened = one.opened._replace(multiplicity=1) if one.opened is not None and is_plain else None
    return one._replace(row=row, amount=one.amount * Fraction(1, turns), opened=opened)
