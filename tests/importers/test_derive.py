"""Descriptions derived from live models: exact at sizes that nobody looked at, readable, honest where nothing fits."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symparams
from symparams.cli import main
from symparams.errors import ModelError, UsageError
from symparams.importers.fitting import fit

# ------------------------------------------------------------------------------------------------- fitting

POINTS = [
    {"d": d, "L": L, "h": h, "g": g}
    for d, L, h, g in [
        (64, 1, 4, 2), (128, 1, 4, 2), (192, 1, 4, 2), (256, 1, 4, 2), (64, 2, 4, 2), (64, 3, 4, 2), (64, 1, 8, 2),
        (64, 1, 4, 4), (128, 2, 8, 4), (192, 3, 8, 4), (256, 2, 4, 4),
    ]
]  # fmt: skip

FORMS = {
    "5": lambda d, L, h, g: 5,
    "d": lambda d, L, h, g: d,
    "3*d": lambda d, L, h, g: 3 * d,
    "d*g/h": lambda d, L, h, g: d * g // h,
    "d*L - 1": lambda d, L, h, g: d * L - 1,
    "d + 2*g*d/h": lambda d, L, h, g: d + 2 * g * d // h,
    "d^2 + 3*d*L + 7": lambda d, L, h, g: d * d + 3 * d * L + 7,
    "64*ceil((8*d/3)/64)": lambda d, L, h, g: 64 * math.ceil(8 * d / 3 / 64),
    "floor(8*d/3)": lambda d, L, h, g: 8 * d // 3,
    "max(d/16, 8)": lambda d, L, h, g: max(d // 16, 8),
    "min(d, 192)": lambda d, L, h, g: min(d, 192),
    "d*2^L": lambda d, L, h, g: d * 2**L,
    "d*2^(L - 1) + g": lambda d, L, h, g: d * 2 ** (L - 1) + g,
}


@pytest.mark.parametrize("form", FORMS)
def test_an_expression_of_sizes_is_found(form: str) -> None:
    values = [FORMS[form](**env) for env in POINTS]
    found = fit(values, POINTS)
    assert found is not None
    assert [value(found.text(), env) for env in POINTS] == values
    other = {"d": 320, "L": 5, "h": 16, "g": 8}
    assert value(form, other) == value(found.text(), other)


def value(text: str, env: dict[str, int]) -> int | Fraction:
    form = symparams.formula(text)
    return form.value(**{name: env[name] for name in form.symbols})


def test_indexes_double_or_add() -> None:
    envs = [{"C": C, "g": g, "i": i} for C in (16, 24) for g in (4, 8, 12) for i in range(4)]
    assert fit([e["C"] + e["i"] * e["g"] for e in envs], envs, ["i"]).text() == "g*i + C"
    assert fit([e["C"] * 2 ** e["i"] for e in envs], envs, ["i"]).text() == "C*2^i"
    assert fit([4 * e["g"] for e in envs], envs, ["i"]).text() == "4*g"


def test_no_expression_is_made_up() -> None:
    assert fit([3, 11, 2, 50], [{"d": d} for d in (4, 5, 6, 7)]) is None
    assert fit([1, 2], [{"d": 4}, {"d": 4}]) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(-5, 5), st.integers(1, 6), st.integers(0, 3), st.sampled_from(["d", "L", "d*L", "d/L", "d^2"]))
def test_what_was_drawn_is_found(add: int, times: int, more: int, power: str) -> None:
    envs = [{"d": d, "L": L} for d in (12, 24, 36, 60) for L in (1, 2, 3)]
    form = f"{times}*{power} + {more}*d + {add}"
    values = [value(form, env) for env in envs]
    found = fit([int(one) for one in values], envs)
    assert found is not None
    other = {"d": 120, "L": 4}
    assert value(found.text(), other) == value(form, other)


def test_numbers_stay_exact() -> None:
    envs = [{"d": d} for d in (10**15, 2 * 10**15, 3 * 10**15)]
    assert fit([Fraction(7, 2) * env["d"] for env in envs], envs).text() == "7*d/2"


# ------------------------------------------------------------------------------------------------- live models

torch = pytest.importorskip("torch", reason="PyTorch isn't installed")
NETS = "tests.importers.nets"


def derived(words: str, capsys: pytest.CaptureFixture[str]) -> str:
    status = main(["derive", *words.split()])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    return printed.out


LM = """\
# Derived from tests.importers.nets:LM with heads = 4.

symbol d, L, V, T

module Attention(d):
    scale: [4]
    qkv:   Linear(d, 3*d)
    proj:  Linear(d, d)

module MLP(d):
    fc1: Linear(d, 4*d)
    fc2: Linear(4*d, d)

module Block(d):
    ln1:  LayerNorm(d)
    attn: Attention(d)
    mlp:  MLP(d)

module LM(d, L, V, T):
    frozen wpe:  [1, T, d]
    buffer mask: [T, T]
    wte:         Embedding(V, d)
    h:           L * Block(d)
    head:        Linear(d, V, bias=False)
    tie head.weight = wte.weight

check LM(d=64, L=1, V=10, T=5).params   == 50_820     "counted in the model itself"
check LM(d=192, L=3, V=30, T=7).params  == 1_340_556  "counted in the model itself"
check LM(d=64, L=2, V=100, T=32).params == 108_168    "counted in the model itself"
"""


def test_a_description_reads_as_one_writes_it(capsys: pytest.CaptureFixture[str]) -> None:
    text = derived(
        f"{NETS}:LM --vary d=64,128,192 --vary L=1,2,3 --vary V=10,20,30 --vary T=5,6,7 --set heads=4", capsys
    )
    assert text == LM
    assert {outcome.status for outcome in symparams.parse(text).check()} == {"proved"}
    closed = symparams.parse(text).LM.params.expanded()
    assert closed.set(d=8, L=2, V=5, T=3).value() == 5 * 8 + 3 * 8 + 2 * (12 * 64 + 11 * 8 + 4)


CASES = [
    ("Stages --vary w=8,16,24 --vary n=2,3,5", {"w": 40, "n": 7}),
    ("Dense --vary C=16,24,32 --vary g=4,6,8 --vary n=2,3,4", {"C": 20, "g": 10, "n": 6}),
    (
        "Mixed --vary d=16,32,40,48,100,128,150,200 --vary L=4,6,7 --vary E=2,4,5 --vary k=1,2,3",
        {"d": 72, "L": 9, "E": 3, "k": 4},
    ),
    ("Mixed --vary L=4,5,6,7 --vary E=2,3,4 --set period=2", {"L": 11, "E": 7}),
    ("Recurrent --vary n=3,5,6 --vary h=4,6,8", {"n": 7, "h": 12}),
    ("LM --vary L=0,1,2,3", {"L": 9}),
    ("Relative --vary d=16,24,32 --vary L=2,3,4", {"d": 20, "L": 9}),
    ("Late --vary d=16,24,32 --vary L=2,3,4,5,6", {"d": 20, "L": 9}),
    ("Late --vary d=16,24,32 --vary e=16,24,40 --vary L=2,3,4,5,6", {"d": 24, "e": 32, "L": 3}),
    ("Late --vary first=1,2,3 --vary L=2,4,6,7", {"first": 5, "L": 11}),
    ("Interleaved --vary d=16,24,32 --vary L=2,3,5,8", {"d": 20, "L": 17}),
    ("Staged --vary d=16,24,32 --vary L=2,3,4", {"d": 20, "L": 9}),
    ("Affine --vary d=512,768,1280,1024", {"d": 4096}),
    ("Expert --vary d=16,24,40 --vary f=4,5,7", {"d": 20, "f": 3}),
    ("Sparse --vary d=16,24,32 --vary L=4,6,8,10", {"d": 20, "L": 17}),
    ("Deepened --vary d=16,24,32 --vary L=2,4,16", {"d": 20, "L": 9}),
    ("Patches --vary image=64,96,128 --vary patch=16,8,32,12", {"image": 224, "patch": 15}),
    ("Odd --vary d=8,16,24 --vary L=2,3,5", {"d": 20, "L": 7}),
    ("Shared --vary d=8,16,24 --vary L=1,2,3,5", {"d": 20, "L": 7}),
    ("Windowed --vary d=8,16,24 --vary L=4,6,7,9", {"d": 20, "L": 14}),
    ("Computed --vary d=8,16,24 --vary L=2,3,5", {"d": 20, "L": 7}),
    ("Later --vary d=16,24,40 --vary L=2,3,4", {"d": 20, "L": 13}),
    ("Halved --vary d=36,48,72,60", {"d": 59}),
    ("Headed --vary d=8,16,24 --vary L=2,3,5", {"d": 20, "L": 19}),
    ("Deep --vary d=8,16,24 --vary L=2,3,5 --vary K=1,2,3", {"d": 20, "L": 15, "K": 2}),
    ("Cut --vary d=96,192,288,384", {"d": 1152}),
    ("Own --vary d=64,128,192 --vary L=1,2,3", {"d": 768, "L": 2}),
]


@pytest.mark.parametrize(
    ("words", "sizes"), CASES, ids=[case[0].split(" --")[0] + str(n) for n, case in enumerate(CASES)]
)
def test_a_description_is_the_model_at_other_sizes(
    words: str, sizes: dict[str, int], capsys: pytest.CaptureFixture[str]
) -> None:
    from . import nets

    text = derived(f"{NETS}:{words}", capsys)
    name = words.split()[0]
    fixed = {"period": 2} if "period" in words else {}
    live = getattr(nets, name)(**sizes, **fixed)
    described = symparams.parse(text).formula(f"{name}({', '.join(f'{k}={v}' for k, v in sizes.items())}).params")
    assert described.value() == sum(p.numel() for p in live.parameters())
    tensors = getattr(symparams.parse(text), name).set(**sizes).tensors(expand=True)
    assert {t.name: list(t.shape) for t in tensors} == {
        n: list(t.shape) for n, t in [*live.named_parameters(remove_duplicate=False), *live.named_buffers()]
    }


def test_sizes_stand_below_arguments_and_in_lists(capsys: pytest.CaptureFixture[str]) -> None:
    text = derived(
        f"{NETS}:Tower --vary text.width=8,16,24 --vary depths[1]=1,2,3 --set text.heads=text.width//4", capsys
    )
    assert "symbol text_width, depths_1" in text
    from .nets import Tower

    live = Tower({"width": 40, "heads": 10}, [2, 7])
    assert symparams.parse(text).Tower.params.value(text_width=40, depths_1=7) == sum(
        p.numel() for p in live.parameters()
    )
    for words, message in {
        "--vary depths[2]=1,2,3,4": "depths has 2 items, and none at 2",
        "--vary text[0]=1,2,3,4": "text isn't known as a list",
        "--vary te-xt=1,2,3,4": "te-xt names no argument",
    }.items():
        assert main(["derive", f"{NETS}:Tower", *words.split()]) == 2
        assert message in capsys.readouterr().err


def test_a_size_that_changes_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", f"{NETS}:Rounded", *["--vary", "d=16,24,32", "--vary", "f=10,20,30"]]) == 0
    assert "symparams: f changed no tensor between 10 and 30" in capsys.readouterr().err


def test_a_lazy_layer_is_an_error_with_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", f"{NETS}:Lazy", "--vary", "d=4,5,6,7"]) == 2
    assert "a lazy layer has a tensor without a shape" in capsys.readouterr().err


def test_odd_names_are_written_so_that_they_read_back(capsys: pytest.CaptureFixture[str]) -> None:
    odd = derived(f"{NETS}:Odd --vary d=8,16,24 --vary L=2,3,5", capsys)
    for line in ('named.right{"-"}hand: [3, d]', 'tasks.x{" "}y: L * Linear(d, d)', 'tasks.{"if"}: Linear(d, 1)'):
        assert line in " ".join(odd.split())


def test_ties_of_all_turns_are_one_statement(capsys: pytest.CaptureFixture[str]) -> None:
    shared = derived(f"{NETS}:Shared --vary d=8,16,24 --vary L=1,2,3,5", capsys)
    assert TIES in " ".join(shared.split())


TIES = (
    "tie again = one tie rep[*] = one tie layers[*].b.weight = layers[*].a.weight tie heads[*].weight = emb.weight "
    "tie tail[*].weight = tail[0].weight"
)


def test_arguments_may_be_classes(capsys: pytest.CaptureFixture[str]) -> None:
    words = f"--vary config.n_embd=8,16,24 --vary config.n_layer=2,3,5 --set config={NETS}:Settings"
    text = derived(f"{NETS}:Configured {words} --set norm=torch.nn:BatchNorm1d", capsys)
    assert text.startswith(
        f"# Derived from {NETS}:Configured with config = {NETS}:Settings, norm = torch.nn.modules.batchnorm:BatchNorm1d"
    )
    assert "norm: BatchNorm1d(config_n_embd)" in text
    assert main(["derive", f"{NETS}:Configured", *words.split(), "--set", "norm=torch.nn:LayerNrm"]) == 2
    assert "torch.nn has no LayerNrm" in capsys.readouterr().err


def test_turns_are_told_apart_by_conditions(capsys: pytest.CaptureFixture[str]) -> None:
    late = derived(f"{NETS}:Late --vary d=16,24,32 --vary L=2,3,4,5,6", capsys)
    assert (
        """\
module Late(d, L):
    if L >= 4:
        buffer late: [d]
    if d != 16:
        project: Linear(16, d)
    for i in range(L):
        if i < 3:
            layers.{i}: Expert(d, 2*d)
        else:
            layers.{i}: MoE(d)
    if L >= 4:
        gate: Linear(d, 1)
"""
        in late
    )
    interleaved = derived(f"{NETS}:Interleaved --vary d=16,24,32 --vary L=2,3,5,8", capsys)
    assert (
        """\
    for i in range(L):
        if i % 4 == 3:
            layers.{i}: MoE(d)
        else:
            layers.{i}: Expert(d, 2*d)
"""
        in interleaved
    )


def test_arguments_follow_from_the_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    text = derived(
        f"{NETS}:Listed --vary w=8,16,24 --vary n=2,3,5 --set widths=[w,2*w,4*w] --set depths=[n,3*n,1] --set heads=w//4",
        capsys,
    )
    from .nets import Listed

    live = Listed([40, 80, 160], [2, 6, 1], 10)
    assert symparams.parse(text).Listed.params.value(w=40, n=2) == sum(p.numel() for p in live.parameters())
    for argument, message in {
        "heads=w//0": "w//0 can't be worked out at w = 8",
        "heads=len(w)": None,
        "heads=w.real": "w.real holds what can't be worked out here",
        "widths=[w]*99999999": "[w]*99999999 can't be worked out at w = 8: a list of more than 100,000 items",
    }.items():
        assert main(["derive", f"{NETS}:Listed", "--vary", "w=8,16,24,32", "--set", argument]) == 2
        if message is not None:
            assert message in capsys.readouterr().err


def test_what_has_no_expression_is_an_error_with_the_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", f"{NETS}:Crooked", "--vary", "d=4,5,6,7,8"]) == 2
    assert capsys.readouterr().err.splitlines()[:2] == [
        "error: no expression was found for weight, size 0",
        "  = d = 4: 3; d = 5: 11; d = 6: 2; d = 7: 50",
    ]
    assert main(["derive", f"{NETS}:Restless", "--vary", "d=4,5,6,7"]) == 2
    assert "no expression was found for" in capsys.readouterr().err


def test_usage_errors(capsys: pytest.CaptureFixture[str]) -> None:
    for words, message in {
        "": "no size is varied",
        "--vary d=64,128": "d needs at least three values",
        "--vary d=64,128,192": "d needs at least four values",
        "--vary d=a,b": "d is varied over whole numbers, or True and False, not a,b",
        "--vary d=True": "d needs both values",
        "--vary d": "d sets nothing",
        "--vary q=1,2,3,4": f"{NETS}:LM(q=1) can't be built: TypeError",
    }.items():
        assert main(["derive", f"{NETS}:LM", *words.split()]) == 2
        assert message in capsys.readouterr().err


def test_errors_are_of_the_package() -> None:
    from symparams.importers.derive import derive
    from symparams.importers.live import spec

    with pytest.raises(UsageError):
        derive(spec(f"{NETS}:LM"), {}, {})
    with pytest.raises(ModelError):
        derive(spec(f"{NETS}:Crooked"), {"d": [4, 5, 6, 7, 8]}, {})


def test_the_own_sizes_of_a_model_tell_what_the_given_ones_dont(capsys: pytest.CaptureFixture[str]) -> None:
    text = derived(f"{NETS}:Coarse --vary d=16,24,32 --vary f=10,20,30 --vary L=2,3,4", capsys)
    assert "w1: Linear(d, 256*ceil(f/256), bias=False)" in text


def test_a_model_beside_its_configuration_takes_arguments_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    text = derived(f"{NETS}:Beside --vary d=8,16,24,32 --set with_head=False", capsys)
    assert "module Beside(d):\n    fc: Linear(d, d)\n" in text
    assert "head: Linear(d, 2)" in derived(f"{NETS}:Beside --vary d=8,16,24,32", capsys)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Nett --vary d=3,6,9,12", f"{NETS} has no Nett"),
        ("LM.Attn --vary d=3,6,9,12", f"{NETS} has no LM.Attn"),
        ("Refusing --vary d=3,4,5,6", "Refusing(d=4) can't be built: AssertionError: d must be a multiple of 3"),
        ("count --vary d=3,4,5,6", "gives an int, not a torch.nn.Module"),
        ("needy --vary d=3,4,5,6", "it needs more arguments: --set heads=…"),
        ("LM --vary dd=3,4,5,6", "it takes d, L, V, T, heads"),
        ("LM --vary haeds=3,4,5,6", "did you mean heads?"),
        ("Beside --vary width=3,4,5,6", "BesideConfig has no width"),
    ],
)
def test_what_cant_be_built_is_an_error(words: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", *f"{NETS}:{words}".split()]) == 2
    assert message in capsys.readouterr().err


STACKED = """\
module Stacked(d, L, f):
    encoder: TransformerEncoder(TransformerEncoderLayer(d, 4, dim_feedforward=f, bias=False), L, LayerNorm(d))
    decoder: TransformerDecoder(TransformerDecoderLayer(d, 4), L)
    both:    Transformer(d_model=d, num_encoder_layers=L, num_decoder_layers=2, dim_feedforward=f)
    rnn:     LSTM(d, 2*d, num_layers=L, bidirectional=True)
    attn:    MultiheadAttention(d, 2, add_bias_kv=True, kdim=2*d)
    pos:     weight_norm(Conv1d(d, d, 5, groups=4), dim=2)
    rows:    L * spectral_norm(ConvTranspose2d(d, 2*d, 3))
    twice:   weight_norm(spectral_norm(Linear(d, 3)), name="bias", dim=None)
"""


@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
def test_layers_of_pytorch_and_what_parametrizes_them_are_calls(capsys: pytest.CaptureFixture[str]) -> None:
    text = derived(f"{NETS}:Stacked --vary d=16,32,48 --vary L=2,3,4 --vary f=10,20,30", capsys)
    assert STACKED in text
    from .nets import Stacked

    count = symparams.parse(text).Stacked.params.value(d=24, L=5, f=7)
    assert count == sum(p.numel() for p in Stacked(24, 5, 7).parameters())


GATED = """\
symbol d, bias flag, gated flag, norm flag, tied flag

module GatedBlock(d, bias, gated, norm):
    if gated:
        scale: [d, 2]
    else:
        scale: [d]
    qkv: Linear(d, 3*d, bias=bias)
    if gated:
        up: Linear(d, 2*d, bias=False)
    else:
        up: Linear(d, d, bias=False)
    if norm:
        norm: LayerNorm(d)

module Gated(d, bias, gated, norm, tied):
    wte:  Embedding(50, d)
    h:    2 * GatedBlock(d, bias, gated, norm)
    head: Linear(d, 50, bias=False)
    if tied:
        tie head.weight = wte.weight
"""


def test_yes_and_no_become_conditions(capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["bias", "gated", "norm", "tied"]
    words = " ".join(f"--vary {flag}=True,False" for flag in flags)
    text = derived(f"{NETS}:Gated --vary d=16,32,48 {words}", capsys)
    assert GATED in text
    from .nets import Gated

    for at in range(16):
        chosen = {flag: bool(at >> place & 1) for place, flag in enumerate(flags)}
        count = symparams.parse(text).Gated.params.value(d=20, **chosen)
        assert count == sum(p.numel() for p in Gated(20, **chosen).parameters())
    assert "qkv:   Linear(16, 48, bias=bias)" in derived(f"{NETS}:Gated --vary bias=True,False", capsys)
