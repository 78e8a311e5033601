"""What fuzzing found once, and a few random inputs for each harness; `tests/fuzz/run.py` runs millions by hand."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from . import harness

FOUND: dict[str, tuple[Any, Any]] = {
    "an empty list many times over": (harness.read_expression, "Linear(1, len([k for i in range(0)]*2^64))"),
    "a power that sympy can't write": (harness.read_factored, "-2^64^2^64² - 0.25"),
    "a remainder of nothing as sympy's": (
        harness.read_factored,
        "sum(12 for i in range((768 if i else net) % 0^n % n) for j in range(n))",
    ),
    "modules that grow inside themselves": (
        harness.read_file,
        "module Block(n):\n    L = max(n, (2^7 if n/3 == 7 else n^2))\n    a: Block(3 % n)\n    fc: Linear(n, L)\n"
        "    if 4096 < n:\n        b: 2 * Block(L + n)\ncheck Block.params == 1\n",
    ),
    "an empty list fewer times than none": (harness.read_expression, "10^30*-1*(1/2,)"),
    "a remainder that grows in a module inside itself": (
        harness.read_file,
        "module Net(d, L, n=2*d):\n    h: n * Net(10^30 % n, n) with:\n        fc: []\n    fc: []\n",
    ),
    "a product of many sums with large numbers": (
        harness.read_expression,
        "(not Dropout(prod(i + max(m, 10^30) for i in range(1000))).frozen)",
    ),
    "a product of many sums": (
        harness.call,
        ("prod(i + h for i in range(768)) % (n < it)", [("less", Fraction(-3, 7), "fc"), ("expanded", -1, "n")]),
    ),
    "nothing collected by a size": (harness.call, ("-0*.5*C_in", [("collected", 1, "C_in"), ("equals", "n", "L")])),
    "a counted condition as sympy's": (harness.read_factored, "Transformer(((not k) in [n, n]), n).params"),
    "a wrong count of a network without tensors": (
        harness.read_file,
        'module Net(d, L, *xs):\n    "words"\nsymbol n\ncheck Net.params == n\n',
    ),
}


@pytest.fixture(autouse=True)
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests run beside others on machines that are slower by then."""
    monkeypatch.setattr(harness, "LIMIT", 3 * harness.LIMIT)


@pytest.mark.parametrize(("act", "input"), FOUND.values(), ids=FOUND)
def test_what_was_found(act: Any, input: Any) -> None:
    act(input)


@pytest.mark.parametrize("name", harness.HARNESSES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=120))
def test_a_harness(name: str, data: bytes) -> None:
    harness.run(name, data)
