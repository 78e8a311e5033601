"""The kinds of modules that a network is made of, each once, with the general formula of the kind.

A layer of PyTorch is told in the names that papers give its sizes: `in_channels` is C_in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..errors import SymparamsError
from ..formula.build import solid
from ..formula.domain import Assumption
from ..formula.nodes import ONE, Iverson, Node, Symbol, symbols, walk
from ..formula.substitute import substitute
from ..syntax import tree
from .calls import LIBRARY, generalised_recipe
from .groups import Group, tree_of
from .measure import measured
from .network import Network
from .query import is_plain
from .run import elaborate
from .values import Recipe, Value
from .world import World

# PyTorch's parameters: the size's name in papers, and what it is.
PAPER_NAMES: Mapping[str, tuple[str, str]] = {
    "in_features": ("n_in", "number of inputs"),
    "out_features": ("n_out", "number of outputs"),
    "in1_features": ("n_1", "size of the first input"),
    "in2_features": ("n_2", "size of the second input"),
    "in_channels": ("C_in", "number of input channels"),
    "out_channels": ("C_out", "number of output channels"),
    "kernel_size": ("k", "kernel size"),
    "groups": ("g", "number of groups"),
    "num_embeddings": ("N", "number of rows of the table"),
    "embedding_dim": ("d", "width of a row"),
    "normalized_shape": ("n", "size that is normalised over"),
    "num_features": ("C", "number of channels"),
    "num_channels": ("C", "number of channels"),
    "input_size": ("m", "size of the input"),
    "hidden_size": ("h", "size of the hidden state"),
    "num_layers": ("L", "number of layers"),
    "proj_size": ("p", "size of the projection"),
    "embed_dim": ("d", "width of the embedding"),
    "d_model": ("d_model", "model width"),
    "dim_feedforward": ("d_ff", "feed-forward width"),
    "num_parameters": ("n", "number of slopes"),
}


class Kind(NamedTuple):
    """A kind of module: its name, whether it is PyTorch's, its general formula, and its sizes with what they are.

    network: the kind at open sizes; options: what else its call says, as `bias` is False; assumptions: what must hold.
    """

    name: str
    is_layer: bool
    formula: Node
    words: Mapping[str, str]
    network: Network
    options: tuple[tuple[str, str], ...]
    assumptions: tuple[Assumption, ...] = ()


def kinds(whole: Group) -> Iterator[Kind]:
    """The kinds of modules inside a network that own parameters, inner ones first, each once."""
    seen: set[tuple[str, Node]] = set()
    for group in _inner_first(whole):
        kind = _kind(group.content) if isinstance(group.content, Network) else None
        if kind is not None and (kind.name, kind.formula) not in seen:
            seen.add((kind.name, kind.formula))
            yield kind


def _inner_first(whole: Group) -> list[Group]:
    """The groups inside, each after what is inside it."""
    found: list[tuple[int, Group]] = list(tree_of(whole))
    order: list[Group] = []
    waiting: list[tuple[int, Group]] = []
    for level, group in found:
        while waiting and waiting[-1][0] >= level:
            order.append(waiting.pop()[1])
        waiting.append((level, group))
    return order + [group for _, group in reversed(waiting)]


def _kind(network: Network) -> Kind | None:
    """The kind that a network is of; None where it owns nothing, or has no general form."""
    made: Recipe | None = network.origin
    if made is None or network.is_edited:
        return None
    is_layer = is_library(made)
    given = {name: made.arguments[name] for name in made.given}
    opened = _opened(made, {}, is_layer)
    try:
        general, form, world = _measured(made, opened)
        deciding = _only_in_conditions(form)
        if deciding:  # such a size chooses between two networks; each is a kind of its own
            opened = {name: given[name] if size in deciding else size for name, size in opened.items()}
            general, form, world = _measured(made, opened)
    except SymparamsError:
        return None
    if not symbols(form):
        return None
    words = {PAPER_NAMES[name][0]: PAPER_NAMES[name][1] for name in given if name in PAPER_NAMES and is_layer}
    kept = [name for name, size in opened.items() if _is_option(size) and not _is_default(name, size, made)]
    options = [(name, str(given[name])) for name in kept]
    optional = {param.name for param in made.module.definition.params if param.default is not None}
    found = symbols(form)
    options += [
        (name, size.name)
        for name, size in opened.items()
        if name in optional and isinstance(size, Symbol) and size in found
    ]
    return Kind(network.name, is_layer, form, words, general, tuple(options), tuple(world.assumptions))


def _measured(made: Recipe, opened: Mapping[str, Value]) -> tuple[Network, Node, World]:
    """The network at open sizes and its count, in a world of its own, which then holds what they assume."""
    world = World(free="all")
    for _ in range(2):  # again with what is assumed known from the start
        world.memo = {}
        general = elaborate(generalised_recipe(made, opened, world), world)
        form = solid(measured(general))
    return general, form, world


def _only_in_conditions(form: Node) -> list[Symbol]:
    """The sizes that a formula has in its conditions alone."""
    bare = form
    for part in walk(form):
        if isinstance(part, Iverson):
            bare = substitute(bare, {part: ONE})
    return [symbol for symbol in symbols(form) if symbol not in symbols(bare)]


def _opened(made: Recipe, taken: dict[str, Value], is_layer: bool) -> dict[str, Value]:
    """The arguments with sizes in place of the numbers that aren't defaults, those of modules among them too.

    A name that stands for two different numbers is a size for the first alone.
    """
    found: dict[str, Value] = {}
    for name in (name for name in made.arguments if name in made.given):
        argument = made.arguments[name]
        is_number = is_plain(argument) and not _is_default(name, argument, made)
        if (is_number or isinstance(argument, Node)) and taken.setdefault(name, argument) == argument:
            found[name] = Symbol(PAPER_NAMES.get(name, (name, ""))[0] if is_layer else name)
        elif isinstance(argument, Recipe) and not is_library(argument):
            found[name] = generalised_recipe(argument, _opened(argument, taken, False), World(free="all"))
        else:
            found[name] = argument
    return found


def is_library(made: Recipe) -> bool:
    """Whether the module is one of PyTorch's layers."""
    return made.module.unit.source.name.startswith(LIBRARY)


def _is_default(name: str, argument: Value, made: Recipe) -> bool:
    default = next(param.default for param in made.module.definition.params if param.name == name)
    return isinstance(default, tree.Num) and bool(default.value == argument)


def _is_option(argument: Value) -> bool:
    return isinstance(argument, bool | str) or is_plain(argument)
