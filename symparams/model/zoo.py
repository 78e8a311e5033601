"""The zoo's families: what one stands for alone, and the counts of its networks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..errors import ModelError, Source
from ..formula.build import solid
from ..formula.nodes import Exact, Node
from ..syntax.parse import parse_expression
from . import outline
from .files import Unit
from .measure import MEASURES, closed, measured
from .query import Question, part_of


class Instance(NamedTuple):
    """A published network: its name in its file, the call that makes it, and its number by each measure."""

    name: str
    call: str
    counts: dict[str, Exact]


# A file names so a network with symbols in its lists, where its module takes lists or has numbers for defaults.
GENERAL = "general"


def general_model(unit: Unit, family: str) -> str:
    """The network that a family calls `general`, else its main module; "" where it has neither."""
    named = [define.targets[0] for define in outline.instances(unit)]
    return GENERAL if GENERAL in named else main_module(unit, family)


def main_module(unit: Unit, family: str) -> str:
    """The module of a family's own name, else its last one; "" where its networks are made of other families' modules."""
    names = [module.name for module in outline.modules(unit)]
    own = [name for name in names if name.lower() == family.replace("_", "")]
    return (own or names or [""])[-1]


def alone(unit: Unit, family: str, *, is_count: bool = False) -> str:
    """What a family's name alone stands for: its general model.

    Where that can't be, since it takes lists or modules, or a count is asked for and its sizes are open, the last instance.
    """
    general = general_model(unit, family)
    named = [define.targets[0] for define in outline.instances(unit) if define.targets[0] != GENERAL]
    return general if not named or (general and _stands_alone(unit, general, is_count)) else named[-1]


def _stands_alone(unit: Unit, module: str, is_count: bool) -> bool:
    try:
        part, _ = part_of(_question(module, unit))
    except ModelError:
        return False
    return not (is_count and isinstance(closed(solid(measured(part.content))), Node))


def _question(text: str, unit: Unit) -> Question:
    source = Source("<zoo>", text)
    return Question(unit, source, parse_expression(source))


def instances(unit: Unit, family: str, measures: tuple[str, ...] = MEASURES) -> Iterator[Instance]:
    """The instances of a family; where it has none its general model, if its sizes have defaults."""
    shared: dict[object, Any] = {}
    stated = [define for define in outline.instances(unit) if define.targets[0] != GENERAL]
    named = [(define.targets[0], outline.written(define.value, unit)) for define in stated]
    if not named:
        general = general_model(unit, family)
        named = [(general, general)]
    for name, call in named:
        counts = _counts(name, unit, measures, shared)
        if counts:
            yield Instance(name, call, counts)


def _counts(name: str, unit: Unit, measures: tuple[str, ...], shared: dict[object, Any]) -> dict[str, Exact]:
    """Its number by each measure; none where it is no network, or has open sizes."""
    try:
        part, _ = part_of(_question(name, unit), shared)
    except ModelError as error:
        if error.findings[0].code == "no-network":
            return {}
        raise
    found = {which: closed(solid(measured(part.content, which, part.mark, active=part.active))) for which in measures}
    return {} if any(isinstance(size, Node) for size in found.values()) else found  # type: ignore[return-value]
