"""Modules built in Python: what the language makes of the same text, its errors, signatures and documentation."""

import inspect
import pydoc
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import symparams
from symparams import layers
from symparams.errors import SymparamsError
from symparams.model.files import library_index

n, m, k, d, h, L = sympy.symbols("n m k d h L")

FILE = """
symbol d "model width" as "d_{m}"
symbol L >= 0
symbol tied flag
d_ff = 12
module Linear(n, w):
    a: [n, w]
module One(n):
    a: [n]
module Net(block, n):
    b: block(n)
module Block(d, *, act="relu", bias=True):
    fc: nn.Linear(d, 4*d, bias=bias)
module Chain(*blocks, k=2):
    for i, block in enumerate(blocks):
        b{i}: block
module Head(d, r):
    fc: [d, d_ff]
    if tied:
        out: [d, r]
small = One(5)
"""


@pytest.fixture(scope="module")
def file() -> symparams.File:
    return symparams.parse(FILE.replace("nn.Linear(d, 4*d, bias=bias)", "[d, 4*d if bias else d]"))


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda: layers.Conv2d(n, 64, k), "Conv2d(n, 64, k)"),
        (lambda: layers.Conv2d(n, m, (3, k), bias=False), "Conv2d(n, m, (3, k), bias=False)"),
        (lambda: layers.Conv2d(8, 8, 3, padding="same"), 'Conv2d(8, 8, 3, padding="same")'),
        (lambda: layers.Linear(2 * n + 1, m // 2), "Linear(2*n + 1, floor(m/2))"),
        (lambda: layers.Linear(symparams.formula("a*b"), 3), "Linear(a*b, 3)"),
        (lambda: layers.Linear(symparams.formula("Linear(2, 3)"), 3), "Linear(2*3 + 3, 3)"),
        (lambda: layers.Sequential(layers.Linear(n, m), layers.ReLU()), "Sequential(Linear(n, m), ReLU())"),
        (lambda: L * layers.TransformerEncoderLayer(d, h), "L*TransformerEncoderLayer(d, h)"),
        (lambda: layers.Linear(n, m) * 3, "3*Linear(n, m)"),
        (lambda: (L + 1) * (2 * layers.Linear(n, m)), "(L + 1)*(2*Linear(n, m))"),
        (lambda: symparams.formula("L") * layers.Linear(1, 2), "L*Linear(1, 2)"),
        (lambda: layers.ModuleList([layers.Linear(2, 3)] * 2), "ModuleList([Linear(2, 3), Linear(2, 3)])"),
        (lambda: layers.ModuleDict({"a": layers.Linear(2, 3)}), 'ModuleDict([("a", Linear(2, 3))])'),
        (lambda: layers.LSTM(n, h, num_layers=2, bidirectional=True), "LSTM(n, h, num_layers=2, bidirectional=True)"),
        (lambda: layers.LayerNorm([n, m]), "LayerNorm([n, m])"),
        (lambda: layers.Sequential(), "Sequential()"),
        (lambda: layers.Linear(3, 4, device=None), "Linear(3, 4, device=None)"),
    ],
)
def test_a_call_is_that_of_the_language(build: Any, text: str) -> None:
    built = build()
    assert built.name == text
    assert str(built.params) == str(symparams.formula(text))


@given(st.integers(1, 10**30), st.integers(1, 40), st.booleans())
def test_numbers_of_any_size(n_in: int, n_out: int, bias: bool) -> None:
    assert layers.Linear(n_in, n_out, bias).params.value() == n_in * n_out + n_out * bias


def test_sizes_stay_open_and_can_be_set() -> None:
    net = layers.Sequential(layers.Linear(n, m), layers.Linear(m, n, bias=False))
    assert net.params.value(n=2, m=3) == 9 + 6
    assert net.set(n=2).params.value(m=3) == 15
    assert net[0].params.value(n=2, m=3) == 9
    assert (3 * net)[1].params.value(n=2, m=3) == 15
    assert list(net.members) == ["0", "1"]
    assert [row.name for row in net.tensors()] == ["0.weight", "0.bias", "1.weight"]


def test_modules_of_a_file_can_be_called(file: symparams.File) -> None:
    assert file.Block(d=d).params.latex() == "4 \\cdot d_{m}^{2}"
    assert file.Block(3, bias=False).params.value() == 9
    assert file.Block(3, act="gelu").params.value() == 36
    assert file.Net(file.One, 3).params.value() == 3
    assert file.Chain(file.One(2), file.One(n), k=3).params.value(n=4) == 6
    assert symparams.zoo.gpt2.GPT2(V=50257, T=1024, d=768, L=12).params.value() == 124_439_808
    assert symparams.zoo.resnet.ResNet(symparams.zoo.resnet.Bottleneck, [3, 4, 6, 3]).params.value() == 25_557_032


def test_a_files_names_do_not_capture_sizes(file: symparams.File) -> None:
    assert file.One(sympy.Symbol("d_ff")).params.symbols == ["d_ff"]
    assert file.One(sympy.Symbol("small")).params.value(small=3) == 3


def test_modules_of_one_name_stay_apart(file: symparams.File) -> None:
    net = layers.Sequential(file.Linear(n, m), layers.Linear(n, m), file.Linear(1, 1))
    assert net.params.value(n=2, m=3) == 6 + 9 + 1
    assert net.name == "Sequential(Linear(n, m), Linear_2(n, m), Linear(1, 1))"
    again = layers.Sequential(net, layers.Linear(n, m))
    assert again.params.value(n=2, m=3) == 16 + 9


def test_instances_and_sizes_set_before(file: symparams.File) -> None:
    assert layers.Sequential(file.small, file.One.set(n=3), file.One(n).set(n=4)).params.value() == 12
    assert layers.Sequential(layers.Linear(n, m).set(n="m + 1")).params.value(m=2) == 8
    with pytest.raises(SymparamsError, match="tied is set on a part that is no argument of it"):
        file.Chain(file.Head(3, 2).set(tied=1))


def test_domains_come_along() -> None:
    alpha = sympy.Symbol("alpha", positive=True)
    file = symparams.parse("module A(a):\n    w: [floor(a*8)]\n")
    assert file.A(alpha).params.value(alpha=Fraction(1, 2)) == 4
    assert layers.Linear(sympy.Symbol("z", integer=True, nonnegative=True), 3).params.value(z=0) == 3


CONV = """\
error: Conv2d: groups must divide in_channels
 --> <python>:1:1
  |
1 | Conv2d(33, 33, 3, groups=2)
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^ in_channels = 33, groups = 2"""
WRONG = [
    ("a requirement", lambda: layers.Conv2d(33, 33, 3, groups=2), CONV),
    ("a missing argument", lambda: layers.Linear(n), "Linear needs out_features"),
    ("an unknown argument", lambda: layers.Linear(n, m, biass=True), "did you mean bias?"),
    ("too many arguments", lambda: layers.ReLU(1, 2, 3), "takes at most"),
    ("a float", lambda: layers.Linear(n, 1.5), 'write Fraction("1.5")'),
    ("a string as a size", lambda: layers.Linear("n", 3), 'give sympy.Symbol("n")'),
    ("an object", lambda: layers.Linear(n, object()), "argument 2 can't be object"),
    ("a set", lambda: layers.Linear(n, {1}), "argument 2 can't be set"),
    ("a negative size", lambda: layers.Linear(-3, 4), "-3"),
    ("a half", lambda: layers.Linear(Fraction(1, 2), 3), "1/2"),
    ("what is called already", lambda: layers.Linear(2, 3)(4), "it has its arguments already"),
    ("copies of what isn't called", lambda: 3 * layers.Linear, "give its arguments: Linear(…)"),
    ("half a copy", lambda: Fraction(1, 2) * layers.Linear(2, 3), "1/2"),
    ("a float of copies", lambda: 1.5 * layers.Linear(2, 3), "isn't exact"),
    ("a size called as a layer", lambda: layers.Linear(sympy.Symbol("Linear"), 3), "Linear is a layer or a function"),
    ("a size called as a function", lambda: layers.Linear(sympy.Symbol("max"), 3), "max is a layer or a function"),
    ("lines", lambda: layers.Conv2d(1, 2, 3, padding="a\nb"), "can't be written as a string"),
    ("lists in lists", lambda: layers.Linear(nested(30), 3), "deeper than 16"),
    ("a float in the power", lambda: layers.Linear(n, 3) * "n", "a string"),
]  # fmt: skip


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else 1


@pytest.mark.parametrize(("act", "message"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_refused(act: Any, message: str) -> None:
    with pytest.raises(SymparamsError) as caught:
        act()
    assert message in str(caught.value)


def test_the_layers_are_those_of_the_library() -> None:
    assert dir(layers) == sorted(library_index())
    assert layers.__all__ == dir(layers)
    with pytest.raises(AttributeError, match="did you mean Linear"):
        _ = layers.Linaer
    with pytest.raises(ImportError):
        from symparams.layers import Nothing  # noqa: F401


@pytest.mark.parametrize("name", sorted(library_index()))
def test_each_layer_tells_its_arguments(name: str) -> None:
    layer = getattr(layers, name)
    signature = inspect.signature(layer)
    assert layer.__doc__.startswith(f"{name}(")
    assert "\n\n" in layer.__doc__
    assert layer.__name__ == name
    assert list(signature.parameters) == [param.lstrip("*") for param in signature.parameters]


def test_signatures_are_pythons() -> None:
    signature = inspect.signature(layers.Conv2d)
    assert list(signature.parameters)[:3] == ["in_channels", "out_channels", "kernel_size"]
    assert signature.parameters["bias"].default is True
    assert "padding_mode='zeros'" in str(signature)
    block = inspect.signature(symparams.parse(FILE).Block)
    assert str(block) == "(d, *, act='relu', bias=True)"
    assert str(inspect.signature(symparams.parse("module A(d, w=4*d):\n    a: [d, w]\n").A)) == "(d, w=4*d)"
    page = pydoc.plain(pydoc.render_doc(layers.Linear))
    assert "Linear(in_features, out_features, bias=True" in page
    assert "Fully connected layer" in page
    assert "can be called" in pydoc.plain(pydoc.render_doc(symparams.Module))


def test_the_zoo_is_a_module_of_files() -> None:
    assert {"gpt2", "llama", "resnet"} <= set(dir(symparams.zoo))
    assert symparams.zoo.gpt2 is symparams.zoo.gpt2
    assert symparams.zoo.gpt2.small.params.value() == 124_439_808
    with pytest.raises(AttributeError, match="did you mean gpt2"):
        _ = symparams.zoo.gpt22


def test_a_module_offers_what_can_be_asked(file: symparams.File) -> None:
    assert {"a", "n", "params", "tensors"} <= set(dir(file.small))
    assert {"in_features", "weight"} <= set(dir(layers.Linear(2, 3)))
    assert repr(symparams.zoo.resnet.ResNet).startswith("<Module ResNet(block, depths")


def test_turns_are_counted_and_come_in_order() -> None:
    net = layers.Sequential(layers.Linear(1, 2), layers.ReLU(), layers.Linear(2, 3))
    assert (len(net), [str(turn.params) for turn in net]) == (3, ["1*2 + 2", "0", "2*3 + 3"])
    assert str(net[-1].params) == "2*3 + 3"
    assert len(symparams.zoo.gpt2.small.h) == 12
    assert sum(turn.params for turn in symparams.zoo.gpt2.small.h) == symparams.zoo.gpt2.small.h.params
    with pytest.raises(IndexError, match="there is no turn 3"):
        _ = net[3]
    with pytest.raises(SymparamsError, match="L copies, which is open"):
        list(symparams.zoo.gpt2.GPT2.h)
    with pytest.raises(SymparamsError, match="no numbered members"):
        len(layers.Linear(2, 3))
    with pytest.raises(SymparamsError, match="a turn is an int"):
        _ = net["0"]
    assert layers.Sequential()


def test_formulas_of_what_is_at_hand() -> None:
    assert symparams.formula(n * m + 1) == symparams.formula("n*m + 1")
    assert symparams.formula(3) == 3
    assert symparams.formula(layers.Linear(2, 3)) == 9
    for wrong, message in (
        (None, "NoneType is no formula"),
        (0.5, 'write Fraction("0.5")'),
        ([], "list is no formula"),
    ):
        with pytest.raises(SymparamsError, match=message.replace("(", "\\(").replace(")", "\\)")):
            symparams.formula(wrong)
    with pytest.raises(SymparamsError, match="a file is text, not int"):
        symparams.parse(3)
    with pytest.raises(SymparamsError, match="don't go together"):
        symparams.formula("n*m").lambdify(numpy=True)([1, 2], [1, 2, 3])
    assert not hasattr(layers.Linear(2, 3), "a b")
