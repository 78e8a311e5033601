"""The zoo as a page: families with their titles, and the counts of their instances, each worked out from its file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import FileError, Finding, suggestion
from ..formula.nodes import Exact
from ..model import outline
from ..model.files import Unit, zoo_index, zoo_unit
from ..model.zoo import Instance, alone, general_model, instances, main_module
from ..syntax import tree
from .screen import GAP, Screen

CONFIGURATION = "hf_"


def families(names: list[str]) -> list[str]:
    """The families named, all of them where none is. Raises: `FileError` for a name that no family has."""
    for name in names:
        if name not in zoo_index():
            hint = suggestion(name.partition(":")[0], zoo_index()) or "`symparams zoo` lists them"
            raise FileError(Finding("unknown-family", f"there is no family of the zoo called {name}", hint=hint))
    return names or list(zoo_index())


# ------------------------------------------------------------------------------------------------------ the list


def listing(names: list[str], screen: Screen) -> Iterator[str]:
    """A block of lines for each family, as soon as its counts are there."""
    counts = []
    for family in names:
        unit = zoo_unit(family)
        title = " ".join(outline.heading(unit)[:1])
        first, *rest = screen.paragraph(title, GAP * 2, f"{family}{GAP}")
        yield screen.ink(family, "bold") + first.removeprefix(family)
        yield from rest
        found = list(instances(unit, family, ("params", "active")))
        yield from screen.grid(cells(found), GAP * 2)
        counts.append(len(found))
    yield ""
    yield f"{len(counts) - counts.count(0)} families, {sum(counts)} networks. `symparams zoo NAME` tells more of one; NAME:NETWORK is a TARGET."


def cells(found: list[Instance]) -> list[str]:
    """A name and its count for each instance, the counts below one another; the active ones where they are fewer."""
    label = max((len(item.name) for item in found), default=0)
    size = max((len(f"{item.counts['params']:,}") for item in found), default=0)
    return [f"{item.name.ljust(label)}{GAP}{item.counts['params']:>{size},}{_active(item.counts)}" for item in found]


def _active(counts: dict[str, Exact]) -> str:
    return f" ({counts['active']:,} active)" if counts["active"] != counts["params"] else ""


# ------------------------------------------------------------------------------------------------------ one family


def family_page(family: str, screen: Screen) -> Iterator[str]:
    """All that one family states: what it is, its modules, sizes and networks, and how to ask for them."""
    unit = zoo_unit(family)
    found = list(instances(unit, family))
    title, *about = outline.heading(unit) or [""]
    first, *rest = screen.paragraph(title, GAP * 2, f"{family}{GAP}")
    yield screen.ink(family, "bold") + first.removeprefix(family)
    yield from rest
    for paragraph in about:
        yield ""
        yield from screen.paragraph(paragraph)
    for heading, rows in (
        ("modules", _modules_page(unit, screen)),
        ("functions", [GAP + outline.signature(item, unit) for item in _functions(unit)]),
        ("configurations", [GAP + name for name in _configurations(unit)]),
        ("sizes", _sizes_page(unit, screen)),
        ("networks", _networks(found, screen)),
        ("try", [GAP + line for line in _ways(unit, family, found)]),
    ):
        lines = list(rows)
        if lines:
            yield from ("", screen.ink(heading, "bold"), *lines)


def _functions(unit: Unit) -> list[tree.Function]:
    return [item for item in outline.functions(unit) if not item.name.startswith(CONFIGURATION)]


def _configurations(unit: Unit) -> Iterator[str]:
    """The functions that read configurations of Hugging Face, each with the class that is its default."""
    for item in outline.functions(unit):
        if item.name.startswith(CONFIGURATION):
            default = next((param.default for param in item.params if param.name == "architectures"), None)
            words = outline.written(default, unit).strip("[]").replace('"', "") if default is not None else ""
            yield f"{item.name}{GAP}{words}".rstrip()


def _modules_page(unit: Unit, screen: Screen) -> Iterator[str]:
    for signature, words in _modules(unit):
        yield from screen.paragraph(signature, GAP * 3, GAP)
        yield from (screen.ink(line, "dim") for line in screen.paragraph(words, GAP * 3))


def _modules(unit: Unit) -> list[tuple[str, str]]:
    return [(outline.signature(item, unit), outline.summary(item)) for item in outline.modules(unit)]


def _sizes_page(unit: Unit, screen: Screen) -> Iterator[str]:
    rows = _sizes(unit)
    label = max((len(name) for name, _ in rows), default=0)
    for name, words in rows:
        yield from screen.paragraph(words or " ", GAP * 2 + " " * label, GAP + name.ljust(label) + GAP)


def _sizes(unit: Unit) -> list[tuple[str, str]]:
    declared = [item for item in unit.statements if isinstance(item, tree.SymbolStatement)]
    return [(size.name, size.description) for statement in declared for size in statement.declared]


def _networks(found: list[Instance], screen: Screen) -> Iterator[str]:
    rows = cells(found)
    size = max(map(len, rows), default=0)
    for item, row in zip(found, rows, strict=True):
        lead = f"{GAP}{row.ljust(size)}{GAP}"
        call = item.call if item.call != item.name else ""
        if len(lead) + len(call) <= screen.width:
            yield (lead + call).rstrip()
        else:
            yield lead.rstrip()
            yield from screen.paragraph(call, GAP * 4, GAP * 3)


def _ways(unit: Unit, family: str, found: list[Instance]) -> list[str]:
    general = general_model(unit, family)
    if not found:  # parts of other families
        return [f"from zoo.{family} import {main_module(unit, family)}     # in a file"]
    some = found[0].name
    network = main_module(unit, family) or some
    formula = [f"symparams formula {family} --form collected"] if alone(unit, family) == general else []
    return [
        *formula,
        f"symparams show {family}:{some}",
        f"symparams latex {family}:{some}",
        f"from zoo.{family} import {network}     # in a file",
    ]


# ------------------------------------------------------------------------------------------------------ as data


def data(family: str) -> dict[str, Any]:
    """A family as data for JSON."""
    unit = zoo_unit(family)
    title, *about = outline.heading(unit) or [""]
    return {
        "family": family,
        "title": title,
        "about": about,
        "modules": [{"signature": signature, "about": words} for signature, words in _modules(unit)],
        "sizes": dict(_sizes(unit)),
        "networks": [
            {"target": f"{family}:{item.name}", "call": item.call, **item.counts} for item in instances(unit, family)
        ],
    }
