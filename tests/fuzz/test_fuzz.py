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
    "a bracket of a number": (
        harness.read_file,
        (
            "symbol n, m, d, L, k >= 0\n"
            "symbol alpha real, tied flag\n"
            "f(n) = None\n"
            "module Block(n):\n"
            "    fc: Linear(n, (12 - 12))\n"
            "    if (64 if tied == 2^(d) else k) < k:\n"
            "        pass\n"
            "        x.10: [12, (12)//(2)]\n"
            '    require (64 if (7 if 3 < 7 else 1) == (tied)/(1) else k) >= 12 "reason"\n'
            "    for i in range(L):\n"
            "        fc = (k if 2^(12) == (12)*(ceil(tied)) else max(d, 7) + 2)\n"
            "        tie fc = h\n"
            "        b{i + 1}.c17: (1 + 1) * Block(Dropout(m).trainable) active sum(i for i in range(1))\n"
            "module Net(d, L, k=2):\n"
            "    h: L * Block(d)\n"
            "    b{i + 1}.c2: GRU((n if k < d else d), floor((1)/2), 3)\n"
            "net = Net((fc).active, f(2))\n"
            "check Block.params != d\n"
            "check round((k)^2) == k\n"
            "check Net(*).params ~ n within 4%\n"
        ),
    ),
    "floors in floors of a module inside itself": (
        harness.read_file,
        (
            "symbol n, m, d, L, k >= 0\n"
            "symbol alpha real, tied flag\n"
            "f(n) = ((tied)//(sum(i for i in range(k)))) % (alpha)\n"
            "module Block(n):\n"
            "    fc: Linear(n, k)\n"
            "    fc15: d * Block((2)//(n)) active 2^(d)\n"
            "module Net(d, L, k=2):\n"
            "    h: L * Block(d)\n"
            "    frozen g21: []\n"
            "net = Net((7 - m), (k if k < alpha else d))\n"
            "changed = net with:\n"
            "    fc0: []\n"
            "    fc0: []\n"
            "check changed.params > 0\n"
            "check Net.params == n\n"
        ),
    ),
    "a width divided in a module inside itself": (
        harness.read_file,
        (
            "symbol n, m, d, L, k >= 0\n"
            "symbol alpha real, tied flag\n"
            "f(n) = n\n"
            "module Block(n):\n"
            "    fc: Linear(n, (k)^2)\n"
            "    frozen g6: Dropout((m if tied else d)) with:\n"
            "        frozen g15: Block((n)//(d))\n"
            "    h7: Block(round(3)) with:\n"
            "        fc: Linear(3, 4)\n"
            "        drop fc\n"
            "        n += ((1k) in [n, n])\n"
            "        fc0: []\n"
            "    fc0: []\n"
            "    fc0: []\n"
            "module Net(d, L, k=2):\n"
            "    h: L * Block(d)\n"
            "    fc0: []\n"
            "net = Net(n, n)\n"
            "changed = net with:\n"
            "    fc0: []\n"
            "check changed.params > 0\n"
            "check Net.params == n\n"
        ),
    ),
    "a module inside itself in a loop with a condition": (
        harness.read_file,
        (
            "symbol n, m, d, L, k >= 0\n"
            "symbol alpha real, tied flag\n"
            "f(n) = f(abs((n)*(alpha)))\n"
            "module Block(n):\n"
            "    fc: Linear(n, (L if 12 == 3 else d))\n"
            "    for i in [1, 2]:\n"
            "        pass\n"
            '        require sum(i for i in range(2*(k))) >= floor((min(alpha, k))/2) "reason"\n'
            "        é = tied\n"
            "        b{i + 1}.c29: 1 * Block(3) active (k if tied else 12)\n"
            "module Net(d, L, n=2*d):\n"
            "    h: L * Block(d)\n"
            '    require (d + m)*((d)//(1)) >= 2*(sum(1 for i in range(7))) "reason"\n'
            "    if (sum(tied for i in range(alpha)) if 2*(n) < sum(64 for i in range(n)) else n) < n:\n"
            "        fc0: []\n"
            "    fc0: []\n"
            "    fc0: []\n"
            "net = Net(n, n)\n"
            "changed = net with:\n"
            "    fc0: []\n"
            "check changed.params > 0\n"
            "check Net.params == n\n"
        ),
    ),
    "widths halved in a module inside itself": (
        harness.read_file,
        (
            "symbol n, m, d, L, k >= 0\n"
            "symbol alpha real, tied flag\n"
            "f(n) = fc\n"
            "module Block(n):\n"
            "    fc: Linear(n, 3)\n"
            "    w11: (n if tied else k) * Block(sum(.5 for i in range(n))) active n\n"
            "    fc0: []\n"
            "    fc0: []\n"
            "    fc0: []\n"
            "module Net(d, L, k=2):\n"
            "    h: L * Block(d)\n"
            "    fc0: []\n"
            "net = Net(n, n)\n"
            "changed = net with:\n"
            "    fc0: []\n"
            "check changed.params > 0\n"
            "check Net.params == n\n"
        ),
    ),
    "widths doubled as sums in a module inside itself": (
        harness.read_file,
        (
            "symbol n, m, d, L, k >= 0\n"
            "symbol alpha real, tied flag\n"
            "f(n) = m\n"
            "module Block(n):\n"
            "    fc: Linear(n, (3)*(m))\n"
            "    frozen g19: round(12) * Block(n + n) active n\n"
            "module Net(d, L, k=2):\n"
            "    h: L * Block(d)\n"
            "    fc0: []\n"
            "net = Net(n, n)\n"
            "changed = net with:\n"
            "    fc0: []\n"
            "check changed.params > 0\n"
            "check Net.params == n\n"
        ),
    ),
    "a long division of powers by a range's product": (
        harness.read_file,
        (
            "symbol n, m, d, L, k >= 0\n"
            "symbol alpha real, tied flag\n"
            "f(n) = (((tied - n))//(64) + 1)\n"
            "module Block(n):\n"
            "    fc: Linear(n, n)\n"
            "    h28: Transformer(n, n) with:\n"
            "        drop fc\n"
            "        tie h[0].w = h\n"
            "        frozen g11: 2*(alpha) * Bilinear((64)/(d), (10^9)[tied], round(7))\n"
            "        Net = max(abs(12), (floor((n)/2))//((7) % (L)))\n"
            "    bias4: LSTM(64, (tied)(*)) with:\n"
            "        tie fc = x.0\n"
            '    require m >= (alpha - 3) "reason"\n'
            "module Net(d, L, *xs):\n"
            "    h: L * Block(d)\n"
            "    xs = 2^(12)\n"
            "    k //= alpha\n"
            "    tied *= min(2, 12)\n"
            "net = Net(f(d), max(12, d))\n"
            "changed = net with:\n"
            "    tied *= (12 if d < d else L)\n"
            '    require 3 >= prod(i + (1)[i:10^9] for i in range(0)) "reason"\n'
            "    frozen g2: Block(min(3, 7)) with:\n"
            "        drop fc\n"
            "    b{i + 1}.c0: Linear(sum(i for i in range(12)), (7)//(d)) with:\n"
            "        tied += d\n"
            "        é = min(3, sum((12 - n) for i in range(abs(d))))\n"
            "        tie a{i} = x.0\n"
            "check changed.params > 0\n"
            "check Net(*).params ~ (sum(m for i in range(3)))//(2^(round(1))) as d -> 0\n"
            "check Net.params < ceil(64) within 0%\n"
            "check Net(*).params == L\n"
        ),
    ),
    "a claim in each turn that a bound may follow from": (
        harness.read_file,
        (
            "symbol n, m, d, L, k >= 0\n"
            "symbol alpha real, tied flag\n"
            "f(n) = (2^(d))*(L)\n"
            "module Block(n):\n"
            "    fc: Linear(n, 2^(tied))\n"
            "    for i in range(k):\n"
            '        require f(d) >= ((tied if tied else 7))*((n)^2) "reason"\n'
            "        write sum(7 for i in range(m))\n"
            "        b{i + 1}.c20: 64 * Block(2^(tied)) active n\n"
            "module Net(d, L, k=2):\n"
            "    h: L * Block(d)\n"
            "    fc0: []\n"
            "net = Net(n, n)\n"
            "changed = net with:\n"
            "    fc0: []\n"
            "check changed.params > 0\n"
            "check Net.params == n\n"
        ),
    ),
    "a size rebound in the turns of a module inside itself": (
        harness.read_file,
        (
            "symbol n, m, d, L, k >= 0\n"
            "symbol alpha real, tied flag\n"
            "f(n) = ((7)^2) % (12)\n"
            "module Block(n):\n"
            "    fc: Linear(n, 64)\n"
            "    for i in range(n):\n"
            "        k *= max(3, 2)\n"
            "        tie h[*] = x.0\n"
            '    "words"\n'
            "    for i in range(L):\n"
            "        a{i}6: (n)//(d) * Block((64)*(3)) active min(12, L)\n"
            "        tie a{i} = w.T\n"
            "        tie w = w.T\n"
            "module Net(d, L, k=2):\n"
            "    h: L * Block(d)\n"
            '    require 2 >= 7 "reason"\n'
            "    tie w = h\n"
            "    fc17: sum(i for i in range(3)) * Block(m) active (1) % (tied)\n"
            "    {i}19: MultiheadAttention((7)*(2), 64)\n"
            "net = Net(f(3), 1)\n"
            "check 3 == 2^(3) as n -> oo\n"
            "check Block.params ~ round(12)\n"
        ),
    ),
    "powers of powers in a module inside itself": (
        harness.read_file,
        (
            "symbol n, m, d, L, k >= 0\n"
            "symbol alpha real, tied flag\n"
            "f(n) = floor((2)/2)\n"
            "module Block(n):\n"
            "    fc: Linear(n, 3)\n"
            "    if tied:\n"
            "        bias8: (alpha)/(n) * Block(2^(n)) active 3\n"
            "        tie a{i} = fc\n"
            "        h7: Conv2d(12, d + d, m)\n"
            "        d -= n\n"
            "    fc0: []\n"
            "module Net(d, L, k=2):\n"
            "    h: L * Block(d)\n"
            "    fc0: []\n"
            "net = Net(n, n)\n"
            "changed = net with:\n"
            "    fc0: []\n"
            "check changed.params > 0\n"
            "check Net.params == n\n"
        ),
    ),
    "a root of a degree of many digits": (harness.read_expression, "3^(1/7^6000)"),
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
