"""The figures that speed is promised in, each as a ratio against something run beside it.

Run `pytest tests/benchmarks --benchmark-enable -s`; without the switch each case runs once, untimed.
Cold figures are whole processes of the installed command, so measure them on an installed wheel.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from symparams import api
from symparams.errors import Source
from symparams.model import files
from symparams.model.checks import outcomes
from symparams.syntax.format import formatted
from symparams.syntax.parse import parse

ZOO = Path(files.ZOO)
ROUNDS = 7

GPT2 = """\
module Attention(d):
    c_attn: Linear(d, 3*d)
    c_proj: Linear(d, d)

module MLP(d, width=4*d):
    c_fc:   Linear(d, width)
    c_proj: Linear(width, d)

module Block(d):
    ln_1: LayerNorm(d)
    attn: Attention(d)
    ln_2: LayerNorm(d)
    mlp:  MLP(d)

module GPT2(V, T, d, L):
    "Decoder-only transformer with learned positions and tied embeddings."
    wte:     Embedding(V, d)
    wpe:     Embedding(T, d)
    h:       L * Block(d)
    ln_f:    LayerNorm(d)
    lm_head: Linear(d, V, bias=False)
    tie lm_head.weight = wte.weight

"""


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def ratio(benchmark, ours: Callable[[], object], beside: Callable[[], object], name: str, rounds: int = ROUNDS) -> None:
    """Run both in turn, so that the machine's moods meet both, and tell the median of the pairs."""
    if benchmark.enabled:
        pairs = [(seconds(ours), seconds(beside)) for _ in range(rounds)]
        benchmark.extra_info[name] = median(one / other for one, other in pairs)
        print(f"\n{name}: {benchmark.extra_info[name]:.4f}")
    benchmark.pedantic(ours, rounds=1)


def process(*command: str) -> Callable[[], object]:
    return lambda: subprocess.run([sys.executable, *command], check=True, capture_output=True)


COLD = [
    ("count of the article's net / import sympy", ["count", f"{ZOO}/lenet.sym:LeNet.total"]),
    (
        "latex of the article's net / import sympy",
        ["latex", f"{ZOO}/lenet.sym:LeNet.conv", f"{ZOO}/lenet.sym:LeNet.fc"],
    ),
    ("closed form of GPT-2 / import sympy", ["formula", f"{ZOO}/gpt2.sym:GPT2", "--form", "collected"]),
    ("page of a Llama of 405B / import sympy", ["show", "llama:llama3_405b"]),
    ("page of one layer / import sympy", ["layers", "Conv2d"]),
]


@pytest.mark.parametrize(("name", "command"), COLD, ids=[case[0] for case in COLD])
def test_a_cold_start(benchmark, name: str, command: list[str]) -> None:
    ratio(benchmark, process("-m", "symparams.cli", *command), process("-c", "import sympy"), name)


def convolutions(count: int) -> files.Unit:
    """A network of so many different convolutions, at symbols for all of their sizes."""
    symbols = "symbol k, " + ", ".join(f"c{i}" for i in range(count + 1))
    members = "\n".join(f"    conv{i}: Conv2d(c{i}, c{i + 1}, k)" for i in range(count))
    return files.load_text(Source("<benchmark>", f"{symbols}\nmodule Net():\n{members}\n"))


def closed_form(unit: files.Unit) -> Callable[[], object]:
    return lambda: api.Formula(api.question("Net", unit), "expanded").node


def one_by_one(count: int) -> Callable[[], object]:
    """The same closed form in sympy, its terms added one by one."""

    def add() -> object:
        import sympy

        k = sympy.Symbol("k", integer=True, positive=True)
        sizes = sympy.symbols(f"c0:{count + 1}", integer=True, positive=True)
        total = sympy.Integer(0)
        for i in range(count):
            total = total + sympy.expand((k**2 * sizes[i] + 1) * sizes[i + 1])
        return total

    return add


def test_the_closed_form_of_1000_convolutions(benchmark) -> None:
    unit = convolutions(1000)
    ratio(benchmark, closed_form(unit), one_by_one(1000), "1,000 convolutions / sympy's terms one by one", rounds=1)


def test_time_is_linear_in_the_members(benchmark) -> None:
    few, many = convolutions(1000), convolutions(10_000)
    ratio(benchmark, closed_form(many), closed_form(few), "10,000 convolutions / 1,000", rounds=3)


def test_the_depth_of_a_multiple_costs_nothing(benchmark) -> None:
    unit = files.load_file(ZOO / "gpt2.sym")

    def deep(layers: int) -> Callable[[], object]:
        return lambda: api.Formula(api.question(f"GPT2(50257, 1024, 768, {layers})", unit)).value()

    ratio(benchmark, deep(96_000), deep(96), "96,000 * Block(d) / 96 * Block(d)")


def test_parsing(benchmark) -> None:
    blocks = "".join(GPT2.replace("module ", f"module N{i}_") for i in range(50))
    lines = blocks.count("\n")
    parse(Source("<warm>", blocks))
    if benchmark.enabled:
        spent = median(seconds(lambda: parse(Source("<benchmark>", blocks))) for _ in range(ROUNDS))
        benchmark.extra_info["lines a second"] = lines / spent
        print(f"\nlines a second, parsed warm: {lines / spent:,.0f}")
    benchmark.pedantic(lambda: parse(Source("<benchmark>", blocks)), rounds=1)


def thousand_lines(kind: str) -> str:
    """A file of about 1,000 lines with checks of numbers: many networks of a transformer's shape, or one of convolutions."""
    if kind == "convolutions":
        layers = [
            f"    conv{i}: Conv2d({i + 1}, {i + 2}, 3, padding=1, bias=False)\n    bn{i}: BatchNorm2d({i + 2})\n"
            for i in range(480)
        ]
        checks = [f"check net.conv{i}.params == {9 * (i + 1) * (i + 2)}\n" for i in range(39)]
        return "".join(["module Net():\n", *layers, "net = Net()\n", *checks])
    blocks = ""
    for i in range(37):
        modules = GPT2
        for name in ("Attention", "MLP", "Block", "GPT2"):
            modules = modules.replace(f"{name}(", f"{name}{i}(")
        blocks += modules + f"small{i} = GPT2{i}(V=50257, T=1024, d=768, L=12)\n"
        blocks += f"check small{i}.params == 124_439_808\ncheck small{i}.params ~ 124M\n\n"
    return blocks


@pytest.mark.parametrize("kind", ["transformers", "convolutions"])
def test_a_file_of_1000_lines(benchmark, kind: str) -> None:
    text = thousand_lines(kind)
    assert 950 < text.count("\n") < 1100

    def judge() -> None:
        unit = files.load_text(Source("<benchmark>", text))
        assert {outcome.status for outcome in outcomes(unit)} == {"proved"}

    judge()
    name = f"1,000 lines of {kind}, read and judged warm / import sympy"
    ratio(benchmark, judge, process("-c", "import sympy"), name)


def test_laying_out(benchmark) -> None:
    source = Source("<benchmark>", thousand_lines("transformers"))
    formatted(source)
    ratio(benchmark, lambda: formatted(source), lambda: parse(source), "laying 1,000 lines out / parsing them")
