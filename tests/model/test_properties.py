"""Set, then count, or count, then set: every road to a number ends at the same one, which a sum by hand confirms."""

from functools import cache
from math import prod
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import symparams
from symparams.api import Module
from symparams.formula.nodes import Index, walk
from symparams.formula.prove import equal
from symparams.formula.value import condition_value, value

from .networks import CASES, Case

FORMS = ("written", "expanded", "factored", "collected")

each_network = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
often = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.filter_too_much])
few = settings(often, max_examples=8)


@cache
def formula_of(text: str, asked: str, measure: str) -> Any:
    question = symparams.parse(text).formula(asked)._asked
    return symparams.Formula(question._replace(measure=measure))


def formula(case: Case) -> Any:
    return formula_of(case.text, case.asked, case.measure)


@cache
def _shaped(found: Any, form: str) -> Any:
    return getattr(found, form)()


def shaped(case: Case, form: str) -> Any:
    """The formula in one of the forms, worked out once."""
    return _shaped(formula(case), form)


def draw_sizes(data: st.DataObject, case: Case) -> dict[str, int]:
    sizes = {name: data.draw(st.integers(*ends), name) for name, ends in case.sizes.items()}
    assume(case.allowed(**sizes))
    return sizes


def holds(found: Any, sizes: dict[str, int]) -> bool:
    """Whether the formula claims to be right at these sizes: they lie in its domains and keep its assumptions."""
    facts = found.answer.facts
    if any(size < facts.domain(name).least for name, size in sizes.items()):
        return False
    return all(condition_value(item.condition, sizes) for item in found.assumptions if not has_index(item.condition))


def has_index(condition: Any) -> bool:
    return any(isinstance(part, Index) for part in walk(condition))


@each_network
@given(data=st.data())
@often
def test_a_number_from_the_source_is_the_count_by_hand(case: Case, data: st.DataObject) -> None:
    sizes = draw_sizes(data, case)
    assert formula(case).value(**sizes) == case.by_hand(**sizes)


@each_network
@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
@often
def test_a_symbolic_formula_is_the_count_by_hand(case: Case, form: str, data: st.DataObject) -> None:
    sizes = draw_sizes(data, case)
    assume(holds(formula(case), sizes))
    assert value(shaped(case, form).node, sizes) == case.by_hand(**sizes)


@each_network
@given(data=st.data())
@often
def test_the_tensors_add_up(case: Case, data: st.DataObject) -> None:
    sizes = draw_sizes(data, case)
    if case.measure != "params":
        return
    net = Module(formula(case).set(**sizes)._asked)
    rows = [row for row in net.tensors(expand=True) if row.kind in ("param", "frozen")]
    assert sum(prod(row.shape) * row.multiplicity for row in rows) == case.by_hand(**sizes)


@each_network
@given(data=st.data())
@few
def test_some_sizes_first_and_the_others_later(case: Case, data: st.DataObject) -> None:
    sizes = draw_sizes(data, case)
    first = {name: size for name, size in sizes.items() if data.draw(st.booleans(), f"{name} first")}
    rest = {name: size for name, size in sizes.items() if name not in first}
    assert formula(case).set(**first).value(**rest) == case.by_hand(**sizes)
    partly = formula(case).set(**first)
    assume(holds(partly, rest))
    assert value(partly.node, rest) == case.by_hand(**sizes)
    assert value(partly.expanded().node, rest) == case.by_hand(**sizes)


@each_network
@given(data=st.data())
@few
def test_a_printed_formula_reads_back(case: Case, data: st.DataObject) -> None:
    sizes = draw_sizes(data, case)
    found = formula(case)
    assume(holds(found, sizes))
    for form in FORMS:
        again = symparams.formula(str(shaped(case, form)))
        assert again.value(**{name: sizes[name] for name in again.symbols}) == case.by_hand(**sizes)


@each_network
@pytest.mark.parametrize("form", FORMS[1:])
def test_a_form_is_proved_equal_to_the_written_one(case: Case, form: str) -> None:
    found = formula(case)
    assert equal(found.node, shaped(case, form).node, found.answer.facts) is True
