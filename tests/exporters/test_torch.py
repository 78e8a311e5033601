"""What is exported to PyTorch has exactly the tensors of the description: names, shapes, marks and ties, at any sizes."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import symparams
from symparams.api import question
from symparams.cli import main
from symparams.errors import Source
from symparams.importers.differences import compare
from symparams.importers.report import page
from symparams.importers.source import imported
from symparams.importers.stored import described
from symparams.model.files import ZOO, load_file, load_text
from symparams.model.outline import instances

FAMILIES = sorted({*(path.stem for path in Path(ZOO).glob("*.sym") if instances(load_file(path)))} - {"heads"})


def exported(target: str, capsys: pytest.CaptureFixture[str]) -> str:
    status = main(["export", target])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    ast.parse(printed.out)
    return printed.out


def built(source: str, **sizes: int) -> Any:
    torch = pytest.importorskip("torch", reason="PyTorch isn't installed")
    names: dict[str, Any] = {}
    exec(compile(source, "<exported>", "exec"), names)
    last = re.findall(r"^class (\w+)\(", source, re.MULTILINE)[-1]
    with torch.device("meta"):
        return names[last](**sizes)


def assert_same(text: str, expr: str, source: str, **sizes: int) -> None:
    from symparams.importers.live import tensors_of

    unit = load_text(Source("<test>", text), ZOO)
    ours = described(question(expr, unit), expr)
    found = compare(ours, tensors_of(built(source, **sizes), "exported"))
    assert not found.differences, page(found, expr, "exported")


def assert_reads_back(text: str, expr: str, source: str, folder: Path) -> None:
    """What `import` makes of the source is the same network, its holes none."""
    path = folder / "exported.py"
    path.write_text(source, "utf-8")
    again = imported(path)
    assert not again.holes
    name, arguments = re.findall(r"^class (\w+)\(.*\n    def __init__\(self(?:, )?(.*)\):", source, re.MULTILINE)[-1]
    back = described(question(f"{name}({arguments})", load_text(Source("<again>", again.text))), "again")
    found = compare(described(question(expr, load_text(Source("<test>", text), ZOO)), expr), back)
    assert not found.differences, page(found, expr, "imported")


@pytest.mark.parametrize("family", FAMILIES)
def test_an_instance_of_each_family_has_its_tensors(
    family: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(ZOO) / f"{family}.sym"
    file = symparams.load(path)
    found = ((name, getattr(file, name)) for name in names_of(path))
    name = next(name for name, one in found if isinstance(one, symparams.Module) and not one.params.symbols)
    source = exported(f"{path}:{name}", capsys)
    assert_reads_back(path.read_text("utf-8"), name, source, tmp_path)
    assert_same(path.read_text("utf-8"), name, source)


def names_of(path: Path) -> list[str]:
    return [statement.targets[0] for statement in instances(load_file(path))]


GPT2 = '''\
"""The parameters of small, for torch.device("meta") or as a starting point; there is no forward."""

from torch import nn


class Attention(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.c_attn = nn.Linear(d, 3 * d)
        self.c_proj = nn.Linear(d, d)


class Net(nn.Module):
    def __init__(self, V=100, d=8, L=3):
        super().__init__()
        self.wte = nn.Embedding(V, d)
        self.h = nn.ModuleList(Attention(d) for _ in range(L))
        self.head = nn.Linear(d, V, bias=False)
        self.head.weight = self.wte.weight
'''

NET = """\
module Attention(d):
    c_attn: Linear(d, 3*d)
    c_proj: Linear(d, d)

module Net(V, d, L):
    wte:  Embedding(V, d)
    h:    L * Attention(d)
    head: Linear(d, V, bias=False)
    tie head.weight = wte.weight

small = Net(100, 8, 3)
"""


def test_the_source_reads_as_one_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.sym").write_text(NET, "utf-8")
    source = exported(f"{tmp_path / 'net.sym'}:small", capsys)
    assert source == GPT2
    assert_same(NET, "Net(50, 16, 2)", source, V=50, d=16, L=2)


ODD: dict[str, tuple[str, dict[str, int]]] = {
    "names": (
        """\
module M(n):
    features.0: Linear(n, 2)
    features.a.b: [n]
    0: Linear(2, 3)
    for i in range(n):
        block{i+1}.fc: Linear(i + 1, 2)
""",
        {"n": 3},
    ),
    "marks": (
        """\
module M(n):
    frozen a: Linear(n, n)
    buffer b: BatchNorm1d(n)
    frozen c: [n, 2]
    buffer d: []
    e: []
    class: [2]
""",
        {"n": 3},
    ),
    "a condition": (
        """\
module M(n, k):
    if n != k:
        fc: Linear(n, k)
    else:
        eye: [n]
""",
        {"n": 3, "k": 4},
    ),
    "floors": (
        """\
module M(n):
    a: [n//3 + 1]
    b: [8*ceil(3*n/8)]
    c: [max(n, 5) % 4 + min(n, 2)]
    d: [floor(n*5/4 + 1/2)]
""",
        {"n": 11},
    ),
    "a loop that grows": (
        """\
module M(C, g, n):
    for i in range(n):
        l{i}: Linear(C, g)
        C = C + g
    last: Linear(C, 2)
""",
        {"C": 4, "g": 3, "n": 4},
    ),
    "a middle layer": (
        """\
module M(L, k, d):
    for i in range(L):
        h.{i}: Linear(d, d) if i < k else Linear(d, 2*d)
""",
        {"L": 5, "k": 2, "d": 3},
    ),
    "layers": (
        """\
module M(d):
    a: LSTM(d, 2*d, num_layers=2, bidirectional=True)
    b: MultiheadAttention(4*d, 4, kdim=d)
    c: Conv2d(2*d, 4*d, (3, 5), groups=2, bias=False)
    e: TransformerEncoderLayer(4*d, 2)
    f: Sequential(Linear(d, 2), ReLU(), Linear(2, d))
    g: BatchNorm2d(d, stats_as_params=True)
    h: weight_norm(Conv2d(d, d, 3))
    i: FractionalMaxPool2d(2, output_size=(3, d))
    j: FractionalMaxPool3d(2, output_ratio=(0.5, 0.5, 0.5))
    """,
        {"d": 2},
    ),
    "widths": (
        """\
module B(c, w):
    conv: Conv2d(c, 2*w, 3)
    norm: BatchNorm2d(2*w)
module M(w):
    a: B(3, w)
    b: B(w, 2*w)
    c: 3 * B(2*w, 4*w)
""",
        {"w": 5},
    ),
    "ties": (
        """\
module M(d):
    a: 3 * Linear(d, d)
    b: Linear(d, d)
    tie a[*] = b
    x.0: Linear(d, 2)
    y: Linear(d, 2)
    tie y.weight = x.0.weight
""",
        {"d": 3},
    ),
    "ties of turns": (
        """\
module M(d, L):
    o: Linear(d, d)
    for i in range(L):
        c{i + 1}: Linear(d, d)
        g{i}:     Linear(d, d)
        tie g{i}.weight = o.weight
    h: L * Linear(d, d)
    k: L * Linear(d, d)
    for i in range(L):
        m.{i}: Linear(d, d)
    tie c1.bias = c2.bias
    tie c2.bias = o.bias
    tie h[-1].weight = o.weight
    tie k[*].weight = k[1].weight
    tie m[*].bias = o.bias
""",
        {"d": 3, "L": 4},
    ),
    "turns that go into a module": (
        """\
module B(i, c, k):
    if i % k == 1:
        fc.a: Linear(c, c)
    else:
        fc.b: Linear(c, 2)
    fc.norm: LayerNorm(i + 1)
module S(n, c):
    for i in range(n):
        l{i}: Linear(c, 3)
        c = c + 2*i
module M(n, c, k):
    for i in range(n):
        x.{i}: B(i, c + i, k)
    a: S(n, c)
    b: S(n, 2*c)
""",
        {"n": 4, "c": 5, "k": 2},
    ),
    "dotted names that run": (
        """\
module M(n, d):
    for i in range(n):
        cross{i}.w: [d, i + 1]
        cross{i}.b: [d]
        if i % n != 1:
            cross{i}.inner.fc: Linear(d, d)
        else:
            cross{i}.inner.fc: Linear(d, 2)
        cross{i}.inner.norm: LayerNorm(d)
        rows.{i}.k:  [d]
        rows.{i}.v:  [d]
    a.b.c: [d]
    a.b.d: [d]
""",
        {"n": 3, "d": 2},
    ),
    "remainders": (
        """\
module M(n, d):
    for i in range(n):
        h.{i}: Linear(d, d) if i % 3 == 1 else Linear(d, i)
        features.{2*i}: Linear(d, 1)
""",
        {"n": 7, "d": 2},
    ),
    "remainders that are left over": (
        """\
module M(n, d):
    e: Linear(d, d)
    for i in range(n):
        h.{i}: Linear(d, 1) if i % 8 == 4 else Linear(d, 2) if i % 2 == 0 else Linear(d, 3)
        k{i}:  Linear(d, d) if i % 3 == 2 else Linear(d, 2)
    for i in range(n):
        g.{i}: Linear(d, d)
        if i % 2 == 1:
            tie g.{i}.weight = e.weight
""",
        {"n": 17, "d": 2},
    ),
    "lists": (
        """\
module Row(n, d):
    for i in range(n):
        {i}: Linear(d, i + 1)
module M(L, k, d):
    for i in range(k):
        m.{i}: Linear(d, d)
    for i in range(k, L):
        m.{i}: Linear(d, 2*d)
    m.{L}: Linear(d, 1)
    n.1: Linear(d, d)
    o.0: Linear(d, d)
    frozen o.1: Linear(d, 2)
    p.00: Linear(d, d)
    q: Row(k, d)
    for i in range(k):
        w.{i}: Linear(d, d)
    for i in range(k, L):
        w.{i}: Linear(d, d, bias=False)
    tie w[*].weight = o.0.weight
""",
        {"L": 5, "k": 2, "d": 2},
    ),
    "lists in lists": (
        """\
module M(d, n):
    f.0:    Linear(d, d)
    f.1.0:  Linear(d, 3)
    f.1.1:  Linear(d, 4)
    f.2.fc: Linear(d, d)
    f.2.w:  [d]
    f.3.1:  Linear(d, 2)
    g.0.a:  Linear(d, 2)
    g.1:    Linear(d, 2)
    g.0.b:  Linear(d, 3)
    0.a:    Linear(d, 2)
    1:      Linear(d, 2)
    for i in range(n):
        h.{i}.a: Linear(d, d)
        h.{i}.b: [d]
    if n != d:
        k.0.a: Linear(d, 2)
    k.1: Linear(d, 2)
    tie f.2.fc.weight = f.0.weight
""",
        {"d": 3, "n": 2},
    ),
    "a name for two sizes": (
        """\
module Head(h, n):
    weight: [h, n]
module A(h, g, d):
    q: Head(h, d*h)
    k: Head(g, d*h)
module M(h, g, d):
    a: A(h, g, d)
""",
        {"h": 4, "g": 2, "d": 8},
    ),
    "marks that a change sets": (
        """\
module N(d, L):
    h:    L * Linear(d, d)
    body: Sequential(Linear(d, d), ReLU(), Linear(d, 2), LayerNorm(2))
    norm: BatchNorm1d(d)
M(d, L) = N(d, L) with:
    frozen
    trainable h[::3], body.2, norm
    drop body.1
""",
        {"d": 3, "L": 5},
    ),
    "an edited network": (
        """\
module R(n, m, r):
    a: Linear(n, r, bias=False)
    base: Linear(n, m)
module N(d):
    h: 3 * Linear(d, d)
    fc: Linear(d, 2)
M(d) = N(d) with:
    frozen
    h[*]: R(d, d, 2)
    drop fc
""",
        {"d": 3},
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_every_construct_has_a_word(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, sizes = ODD[name]
    (tmp_path / "net.sym").write_text(text, "utf-8")
    call = f"M({', '.join(f'{size}={value}' for size, value in sizes.items())})"
    source = exported(f"{tmp_path / 'net.sym'}:{call}", capsys)
    assert_reads_back(text, call, source, tmp_path)
    assert_same(text, call, source)


def test_a_symbolic_network_takes_its_sizes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in (
        "a condition",
        "floors",
        "a loop that grows",
        "a middle layer",
        "widths",
        "ties of turns",
        "turns that go into a module",
        "dotted names that run",
        "lists",
        "remainders",
        "remainders that are left over",
        "lists in lists",
        "a name for two sizes",
    ):
        text, sizes = ODD[name]
        (tmp_path / "net.sym").write_text(text, "utf-8")
        other = {size: value + 2 for size, value in sizes.items()}
        call = f"M({', '.join(f'{size}={value}' for size, value in other.items())})"
        assert_same(text, call, exported(f"{tmp_path / 'net.sym'}:M", capsys), **other)


def test_turns_told_apart_by_a_remainder_are_written_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """\
module M(n, d):
    for i in range(1, n):
        h.{i - 1}: Linear(d, 1) if i % 8 == 4 else Linear(d, 2) if i % 8 in [1, 2, 7] else Linear(d, 3*i)
"""
    (tmp_path / "net.sym").write_text(text.replace("3*i", "3"), "utf-8")
    source = exported(f"{tmp_path / 'net.sym'}:M", capsys)
    assert [line[8:] for line in source.splitlines()[8:]] == [
        "self.h = nn.ModuleList()",
        "for i in range(n - 1):",
        "    if i % 8 == 3:",
        "        self.h.append(nn.Linear(d, 1))",
        "    elif i % 8 in (0, 1, 6):",
        "        self.h.append(nn.Linear(d, 2))",
        "    else:",
        "        self.h.append(nn.Linear(d, 3))",
    ]
    assert_same(text.replace("3*i", "3"), "M(18, 2)", source, n=18, d=2)
    (tmp_path / "net.sym").write_text(text, "utf-8")
    source = exported(f"{tmp_path / 'net.sym'}:M", capsys)
    for n in (1, 5, 18):
        assert_same(text, f"M({n}, 2)", source, n=n, d=2)


def test_uses_that_differ_in_strides_share_a_class(capsys: pytest.CaptureFixture[str]) -> None:
    source = exported("resnet:resnet50", capsys)
    assert re.findall(r"^class (Bottleneck\d*)\(", source, re.MULTILINE) == ["Bottleneck", "Bottleneck2"]
    assert "        for _ in range(5):\n            self.append(Bottleneck2(1024, 256))" in source
    net = built(source)
    convs = [module for module in net.modules() if type(module).__name__ == "Conv2d"]
    strided = [(one.in_channels, one.kernel_size[0], one.padding[0]) for one in convs if one.stride == (2, 2)]
    assert strided == [(3, 7, 3), (128, 3, 1), (256, 1, 0), (256, 3, 1), (512, 1, 0), (512, 3, 1), (1024, 1, 0)]
    assert {one.groups for one in convs} == {1}
    mobile = built(exported("mobilenet_v2:mobilenet_v2", capsys))
    assert sum(module.groups > 1 for module in mobile.modules() if type(module).__name__ == "Conv2d") == 17


def test_members_of_a_list_are_reached_by_their_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.sym"
    path.write_text("module M(d):\n    f.0: Linear(d, 2)\n    f.1.a: Linear(2, d)\n    f.1.b: [d]\n", "utf-8")
    assert [line.strip() for line in exported(f"{path}:M", capsys).splitlines()[9:]] == [
        "self.f = nn.ModuleList()",
        "self.f.append(nn.Linear(d, 2))",
        "self.f.append(nn.Module())",
        "self.f[1].a = nn.Linear(2, d)",
        "self.f[1].b = nn.Parameter(torch.empty(d))",
    ]


def test_layers_that_are_only_marked_stay_layers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = """\
module N(d, L):
    h:    L * Linear(d, d)
    body: Sequential(Linear(d, d), ReLU())
module M(d, L):
    net: N(d, L) with:
        frozen
        trainable h[::2]
"""
    (tmp_path / "net.sym").write_text(text, "utf-8")
    source = exported(f"{tmp_path / 'net.sym'}:M", capsys)
    assert re.findall(r"^class (\w+)", source, re.MULTILINE) == ["N", "M"]
    assert "self.body = nn.Sequential(nn.Linear(d, d), nn.ReLU()).requires_grad_(False)" in source
    loop = ["for i in range(L):", "if i % 2 == 0:", "self.h.append(nn.Linear(d, d))", "else:"]
    loop.append("self.h.append(nn.Linear(d, d).requires_grad_(False))")
    assert [line.strip() for line in source.splitlines()][9:14] == loop
    assert_same(text, "M(3, 4)", source, d=3, L=4)


ROOTS = """\
module M(n, m, k):
    a: Linear(sqrt(n), round(n/m))
    b: Linear(log2(k), 2)
    c: [(n/4)^(3/2)]
"""


def test_roots_and_logarithms_come_out_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.sym"
    path.write_text(ROOTS, "utf-8")
    source = exported(f"{path}:M", capsys)
    for sizes in ({"n": 16, "m": 3, "k": 8}, {"n": 100, "m": 40, "k": 1024}):
        call = f"M({', '.join(f'{name}={size}' for name, size in sizes.items())})"
        assert_same(ROOTS, call, source, **sizes)
        assert_reads_back(ROOTS, call, exported(f"{path}:{call}", capsys), tmp_path)
    path.write_text("module M(n):\n    a: Linear(n^(1/3), 2)\n", "utf-8")
    assert main(["export", f"{path}:M"]) == 2
    assert "a root has no exact word in Python" in capsys.readouterr().err


def test_numbers_against_an_assumption_are_written_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "module M(L, k):\n    for i in range(L):\n        h{i}: Linear(2, 3) if i < k else Linear(2, 2)\n"
    (tmp_path / "net.sym").write_text(text, "utf-8")
    for call in ("M(3, 1)", "M(2, 5)"):
        assert_same(text, call, exported(f"{tmp_path / 'net.sym'}:{call}", capsys))


def test_what_pytorch_has_no_word_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.sym"
    path.write_text(
        "module M(n, m):\n    a: Linear(n, m)\n    b: Linear(m, n)\n    tie b.weight = a.weight.T\n", "utf-8"
    )
    assert main(["export", f"{path}:M"]) == 2
    assert "transposed" in capsys.readouterr().err
    assert main(["export", "3 + n"]) == 2
    assert main(["export", "gpt2:small.h"]) == 2


def test_nothing_of_a_file_gets_out_of_its_quotes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.sym"
    path.write_text('module M(n, name="a\\"); import os #"):\n    fc: Linear(n, n)\n    {name}: [n]\n', "utf-8")
    if main(["export", f"{path}:M"]) == 0:
        ast.parse(capsys.readouterr().out)
