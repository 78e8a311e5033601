"""Formulas, modules and files are copied, pickled, shared by threads; the package starts light and shows a handful of names."""

import copy
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sympy

import symparams
from symparams import layers, zoo

TEXT = """
symbol d "width" as "d_{m}"
symbol alpha real
module Net(n, d):
    require n >= 2
    for i in range(1, n):
        a{i}: Linear(d, d)
net = Net(4, 5)
"""
KEEPING = {"copy": copy.copy, "deepcopy": copy.deepcopy, "pickle": lambda kept: pickle.loads(pickle.dumps(kept))}
KEPT = {
    "a formula": lambda: symparams.parse(TEXT).Net.params,
    "a form": lambda: symparams.parse(TEXT).Net.params.collected("d"),
    "a computed formula": lambda: symparams.parse(TEXT).Net.params + sympy.Symbol("d") / 3,
    "a formula with sizes": lambda: symparams.parse(TEXT).Net.params.set(n=3),
    "a layer": lambda: layers.Conv2d,
    "a module": lambda: layers.Sequential(layers.Linear(3, 4), layers.ReLU()),
    "a file's module": lambda: symparams.parse(TEXT).Net,
    "an instance": lambda: symparams.parse(TEXT).net,
    "a part": lambda: zoo.gpt2.small.h.attn,
    "a file": lambda: symparams.parse(TEXT),
    "a family": lambda: zoo.gpt2,
    "outcomes": lambda: zoo.gpt2.check(),
}


@pytest.mark.parametrize("keep", KEEPING.values(), ids=KEEPING)
@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_stays_what_it_is(name: str, keep: Any) -> None:
    made = KEPT[name]()
    again = keep(made)
    assert repr(again) == repr(made)
    if isinstance(made, symparams.Formula):
        assert again == made
        assert again.latex() == made.latex()
        assert again.lambdify()(*[5] * len(made.symbols)) == made.lambdify()(*[5] * len(made.symbols))
    if isinstance(made, symparams.Module):
        assert again.params == made.params


def test_another_process_reads_what_is_pickled() -> None:
    made = symparams.parse(TEXT).Net.params + layers.Linear(3, sympy.Symbol("d")).params
    script = (
        "import pickle, sys; f = pickle.load(sys.stdin.buffer); g = f.expanded(); "
        "print(f == g, hash(f) == hash(g), f.value(n=3, d=2), f.latex())"
    )
    run = subprocess.run([sys.executable, "-c", script], input=pickle.dumps(made), capture_output=True, check=True)
    assert run.stdout.decode().split(" ", 3)[:3] == ["True", "True", "20"]
    assert "d_{m}" in run.stdout.decode()


def test_threads_do_not_disturb_one_another() -> None:
    limit = sys.getrecursionlimit()
    file = symparams.parse(TEXT)
    nested = symparams.parse(
        "\n".join(f"m{i}(x) = m{i - 1}(x) + 1" for i in range(1, 150)) + "\nm0(x) = x\ny = m149(3)\n"
    )

    def work(place: int) -> Any:
        params = layers.Sequential(*[layers.Linear(i + 1, place) for i in range(5)]).params
        return params.value(), file.Net.params.value(n=3, d=place), nested.formula("m149(3)").value()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(1, 41)))
    assert found == [(15 * p + 5 * p, 2 * (p * p + p), 152) for p in range(1, 41)]
    assert sys.getrecursionlimit() == limit


def test_modules_are_sizes_too() -> None:
    resnet = zoo.resnet
    assert resnet.ResNet.set(block=resnet.Bottleneck, depths=[3, 4, 6, 3]).params.value() == 25_557_032
    chain = symparams.parse("module Chain(layers):\n    for i, layer in enumerate(layers):\n        {i}: layer\n").Chain
    assert chain.set(layers=[layers.Linear(2, 3), layers.Linear(3, 4)]).params.value() == 25


def test_the_package_shows_a_handful() -> None:
    shown = [name for name in dir(symparams) if not name.startswith("_")]
    assert sorted(symparams.__all__) == sorted(shown)
    assert len(shown) <= 11
    for name in shown:
        assert getattr(symparams, name).__doc__, name


@pytest.mark.parametrize(
    "script",
    [
        "import symparams; dir(symparams); symparams.layers; symparams.zoo",
        "from symparams import layers, zoo; zoo.gpt2.small.params.value(); layers.Linear(3, 4)._repr_html_()",
        "import symparams; f = symparams.formula('Linear(n, m)'); f + 3 == f; f.value(n=1, m=2); f.lambdify()(1, 2); repr(f * f)",
    ],
)
def test_numbers_and_forms_load_nothing_heavy(script: str) -> None:
    check = "import sys; heavy = {'sympy', 'numpy', 'IPython', 'pandas', 'torch'} & set(sys.modules); assert not heavy, heavy"
    subprocess.run([sys.executable, "-c", f"{script}\n{check}"], check=True)
