"""A description held against checkpoints and live modules: what differs is told tensor by tensor, hostile files are refused."""

from __future__ import annotations

import json
import os
import struct
import zipfile
from pathlib import Path
from time import perf_counter

import pytest

import symparams
from symparams.model.files import ZOO

from .checkpoints import NET, Shapes, shapes, stored, write_safetensors, write_shards


def test_a_file_that_agrees(verify) -> None:
    write_safetensors(Path("net.safetensors"), stored())
    assert verify("net.safetensors") == (
        0,
        ["equal: 22 tensors agree", "", "net.sym:Net      835", "net.safetensors  835"],
    )


def test_tied_tensors_may_be_stored_under_either_name_or_both(verify) -> None:
    under_the_other = {name: shape for name, shape in shapes().items() if name != "wte.weight"}
    for kept in (under_the_other, shapes()):
        write_safetensors(Path("net.safetensors"), kept)
        assert verify("net.safetensors")[0] == 0


def test_what_differs_is_told_folded_with_its_sum(verify) -> None:
    other = stored() | {"h.1.attn.weight": [24, 9], "extra.bias": [5]}
    for turn in range(3):
        del other[f"h.{turn}.norm.bias"]
    del other["h.0.norm.running_mean"]
    write_safetensors(Path("net.safetensors"), other)
    assert verify("net.safetensors") == (
        1,
        [
            "different: 6 tensors differ, 17 agree; -3 numbers there",
            "",
            "missing   h.{0..2}.norm.bias     3 × [8]  -24",
            "missing   h.0.norm.running_mean  [8]  -8",
            "shape     h.1.attn.weight        [24, 8] here, [24, 9] there  +24",
            "extra     extra.bias             [5]  +5",
            "",
            "net.sym:Net      835",
            "net.safetensors  832",
            "                  -3",
        ],
    )


def test_names_that_differ_in_one_way_get_a_hint(verify) -> None:
    write_safetensors(Path("a.safetensors"), {f"module.{name}": shape for name, shape in stored().items()})
    assert "= help: all of its names begin with module.: add --strip module." in verify("a.safetensors")[1]
    assert verify("a.safetensors", "--strip", "module.")[0] == 0
    other = stored()
    other["h.1.attn.wieght"] = other.pop("h.1.attn.weight")
    write_safetensors(Path("b.safetensors"), other)
    assert verify("b.safetensors")[1][2] == "renamed   h.1.attn.weight  [24, 8] is h.1.attn.wieght there"


# the sentence, how each name is written, what differs
RENAMED = {
    "a wrapper of PyTorch's": (
        lambda name: f"_orig_mod.{name}",
        [
            "names     22 tensors are called _orig_mod.* there, * here",
            "= help: all of its names have _orig_mod.: add --strip _orig_mod.",
        ],
    ),
    "a wrapper inside": (
        lambda name: name.replace("attn.", "_orig_mod.attn."),
        [
            "names     6 tensors are called _orig_mod.* there, * here",
            "= help: its names have _orig_mod.: add --strip _orig_mod.",
        ],
    ),
    "two beginnings": (
        lambda name: f"base_model.model.{name}",
        [
            "names     22 tensors are called base_model.model.* there, * here",
            "= help: all of its names begin with base_model.model.: add --strip base_model.model.",
        ],
    ),
    "a part of the network": (
        lambda name: name.removeprefix("h."),
        ["names     21 tensors are called * there, h.* here", "= help: its names lack h.: add --prefix h."],
    ),
    "other words": (
        lambda name: name.replace("wte", "tok").replace("attn", "attention").replace("running_mean", "mean"),
        [
            "renamed   wte.weight                  [11, 8] is tok.weight there",
            "renamed   h.{0..2}.attn.weight        3 × [24, 8] is h.{0..2}.attention.weight there",
            "renamed   h.{0..2}.attn.bias          3 × [24] is h.{0..2}.attention.bias there",
            "renamed   h.{0..2}.norm.running_mean  3 × [8] is h.{0..2}.norm.mean there",
        ],
    ),
}


@pytest.mark.parametrize("change", RENAMED)
def test_what_has_another_name_is_told_as_that(verify, change: str) -> None:
    write, lines = RENAMED[change]
    write_safetensors(Path("a.safetensors"), {write(name): shape for name, shape in stored().items()})
    found = verify("a.safetensors")
    assert found[0] == 1
    assert found[1][0].startswith("different: in names alone, ")
    assert found[1][2 : len(lines) + 2] == lines
    assert found[1][len(lines) + 2] == ""
    if "add" in lines[-1]:
        assert verify("a.safetensors", *lines[-1].split("add ")[1].split())[0] == 0


def test_which_of_two_it_is_is_told_as_a_guess(verify) -> None:
    Path("two.sym").write_text("module Net(d=4):\n    q: Linear(d, d)\n    o: Linear(d, d)\n", "utf-8")
    write_safetensors(
        Path("a.safetensors"), {f"x{a}.{b}": [4] * (2 - (b == "bias")) for a in "12" for b in ("weight", "bias")}
    )
    lines = verify("a.safetensors", target="two.sym:Net")[1]
    assert all(" is perhaps x" in line for line in lines[2:6])


def test_transposed_tensors_and_layers_that_are_not_there(verify) -> None:
    other = {name: shape for name, shape in stored().items() if not name.startswith("h.2.")}
    other |= {"h.0.attn.weight": [8, 24], "h.7.a.b": [2], "h.7.c.d": [3], "h.7.e": [1]}
    write_safetensors(Path("a.safetensors"), other)
    assert verify("a.safetensors")[1][2:5] == [
        "shape     h.0.attn.weight  [24, 8] here, [8, 24] there, transposed",
        "missing   h.2.*            7 tensors  -249",
        "extra     h.7.*            3 tensors  +6",
    ]


def test_names_that_lack_a_beginning_get_a_hint(verify) -> None:
    small = symparams.load(ZOO / "gpt2.sym").small
    names = {tensor.name.removeprefix("transformer."): list(tensor.shape) for tensor in small.tensors(expand=True)}
    names.pop("lm_head.weight")
    write_safetensors(Path("gpt2.safetensors"), {f"x.{name}": shape for name, shape in names.items()})
    status, lines = verify("gpt2.safetensors", target="gpt2:small")
    assert status == 1
    assert any(line.startswith("= help: ") for line in lines)


def test_shards_and_their_index(verify) -> None:
    write_shards(Path(), stored(), 3)
    assert verify("model.safetensors.index.json")[0] == 0
    assert verify(".")[0] == 0


def test_sizes_are_set_on_the_command_line(verify) -> None:
    write_safetensors(Path("net.safetensors"), stored())
    status, lines = verify("net.safetensors", "-s", "L=4")
    assert (status, lines[2:4]) == (1, ["missing   h.3.*  7 tensors  -249", "= help: at L=3 they are equal"])
    assert verify("net.safetensors", target="net.sym:Block")[1][:2] == [
        "error: the size of attn.weight is open",
        "  = help: set sizes by -s NAME=NUMBER",
    ]


# ------------------------------------------------------------------------------------------------- hostile files

LIES = {
    "an entry that is a number": ({"a": 5}, "the header of x.safetensors says 5 of a, not a tensor"),
    "a negative size": (
        {"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}},
        "the header of x.safetensors gives no shape, dtype and place of a",
    ),
    "a shape that is a string": (
        {"a": {"dtype": "F32", "shape": "[1]", "data_offsets": [0, 4]}},
        "the header of x.safetensors gives no shape, dtype and place of a",
    ),
    "more data than there is": (
        {"a": {"dtype": "F32", "shape": [250], "data_offsets": [0, 1000]}},
        "x.safetensors lies about a: it would stand at 0 … 1,000 of 16 bytes",
    ),
    "more sizes than a tensor has": (
        {"a": {"dtype": "X", "shape": [2**62] * 100_000, "data_offsets": [0, 16]}},
        "the header of x.safetensors gives a 100,000 sizes, more than the limit of 64",
    ),
    "an unknown dtype that would take less than a bit": (
        {"a": {"dtype": "X", "shape": [2**40], "data_offsets": [0, 16]}},
        "the header of x.safetensors says that a is [1099511627776] of X in 16 bytes",
    ),
    "no dtype": (
        {"a": {"dtype": None, "shape": [8], "data_offsets": [0, 16]}},
        "the header of x.safetensors gives no shape, dtype and place of a",
    ),
    "a shape that isn't as long as its data": (
        {"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 16]}},
        "the header of x.safetensors says that a is [3] of F32 in 16 bytes",
    ),
    "an escape in a name": ({"\x1b[31m": 5}, "the header of x.safetensors says 5 of \\x1b[31m, not a tensor"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_header_that_lies(verify, lie: str) -> None:
    entries, message = LIES[lie]
    write_safetensors(Path("x.safetensors"), {"a": [8]}, lie=entries)
    assert verify("x.safetensors")[1][0] == f"error: {message}"


def test_files_that_are_cut_off_or_of_another_kind(verify) -> None:
    write_safetensors(Path("cut.safetensors"), {"a": [8], "b": [2]}, cut=4)
    assert (
        verify("cut.safetensors")[1][0] == "error: cut.safetensors lies about b: it would stand at 16 … 20 of 16 bytes"
    )
    Path("huge.safetensors").write_bytes(struct.pack("<Q", 2**60) + b"{}")
    assert "more than the limit of 100,000,000" in verify("huge.safetensors")[1][0]
    Path("short.safetensors").write_bytes(b"abc")
    assert verify("short.safetensors")[1][0].endswith("it is shorter than 8 bytes")
    Path("long.safetensors").write_bytes(struct.pack("<Q", 5000) + b"{}")
    assert verify("long.safetensors")[1][1] == "  = help: is it cut off?"
    Path("bad.safetensors").write_bytes(struct.pack("<Q", 2) + b"{]")
    assert verify("bad.safetensors")[1][0].startswith("error: the header of bad.safetensors isn't JSON")
    Path("latin.safetensors").write_bytes(struct.pack("<Q", 2) + b"\xff\xfe")
    assert verify("latin.safetensors")[1][0].endswith("its header isn't UTF-8")
    assert verify("none.safetensors")[1][0] == "error: none.safetensors doesn't exist"
    assert verify("net.sym")[1][0] == "error: net.sym is no checkpoint that can be read"


def test_pointers_marks_and_names_that_no_file_has(verify) -> None:
    Path("lfs.safetensors").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4\n", "utf-8")
    assert verify("lfs.safetensors")[1][0] == "error: lfs.safetensors is Git LFS's pointer to the file, not the file"
    Path("bom.safetensors").write_bytes(struct.pack("<Q", 5) + b"\xef\xbb\xbf{}")
    assert verify("bom.safetensors")[1][0].endswith("isn't JSON: it begins with a byte order mark")
    assert verify("a" * 5000 + ".safetensors")[1][0].endswith("… can't be read: file name too long")
    assert verify("\x1b[31m\0.safetensors")[1][0] == "error: \\x1b[31m\\x00.safetensors doesn't exist"


def test_names_of_many_pieces_are_bounded(verify) -> None:
    names = {f"{'a.' * 20_000}{place}": [1] for place in range(20)} | {
        f"h.{10**4000 + place}": [1] for place in range(9)
    }
    write_safetensors(Path("a.safetensors"), names)
    begun = perf_counter()
    assert verify("a.safetensors")[0] == 1
    assert perf_counter() - begun < 10


def test_pipes_and_devices_are_not_waited_for(verify) -> None:
    os.mkfifo("net.safetensors")
    Path("zero.pt").symlink_to("/dev/zero")
    Path("a.safetensors.index.json").write_text('{"weight_map": {"w": "net.safetensors"}}', "utf-8")
    for name, shown in {
        "net.safetensors": "net.safetensors",
        "zero.pt": "zero.pt",
        "a.safetensors.index.json": "net.safetensors",
    }.items():
        assert verify(name) == (2, [f"error: {shown} is a pipe or device, not a file"])


def test_tensors_that_share_their_place(verify) -> None:
    header = json.dumps(
        {
            "a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]},
            "b": {"dtype": "U8", "shape": [4], "data_offsets": [2, 6]},
            "c": {"dtype": "U8", "shape": [1], "data_offsets": [6, 7]},
        }
    ).encode()
    Path("a.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + bytes(9))
    assert verify("a.safetensors")[1] == ["error: a.safetensors lies about b: it would stand where a stands"]


def test_names_stay_on_their_line(verify) -> None:
    write_safetensors(Path("a.safetensors"), stored() | {"x\n\x1b[31m": [2], "y" * 5000: [1] * 40})
    extra = [line for line in verify("a.safetensors")[1] if line.startswith("extra")]
    assert len(extra) == 2
    assert extra[0].split() == ["extra", "x\\n\\x1b[31m", "[2]", "+2"]
    assert extra[1].split(None, 2)[1:] == ["y" * 100 + "…", "[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, … 40 sizes]  +1"]


def test_an_index_that_lies(verify) -> None:
    index = write_shards(Path(), stored(), 2)
    good = json.loads(index.read_text("utf-8"))
    Path("folder").mkdir()
    first = next(iter(good["weight_map"]))
    for wrong, words in (
        ({"weight_map": 5}, "is no index of shards"),
        ({"weight_map": {"a": "../a.safetensors"}}, "names a shard outside of its folder, ../a.safetensors"),
        ({"weight_map": {"a": "gone.safetensors"}}, "names gone.safetensors, the only shard, which isn't there"),
        ({"weight_map": {"a": "\n\x1b[31m.safetensors"}}, "names \\n\\x1b[31m.safetensors, the only shard, which"),
        ({"weight_map": {"a": "folder"}}, "names a folder as a shard, folder"),
        ({"weight_map": good["weight_map"] | {"a": good["weight_map"][first]}}, "says that a lies in model-00001"),
        (
            {"weight_map": {k: v for k, v in good["weight_map"].items() if k != first}},
            f"doesn't name {first}, which lies in",
        ),
    ):
        index.write_text(json.dumps(wrong), "utf-8")
        assert words in verify(index.name)[1][0]


# ------------------------------------------------------------------------------------------------- live, PyTorch, ONNX


def module_of(shapes: Shapes) -> str:
    """A Python module whose class has exactly the tensors of `Net`."""
    return f"""\
import torch
from torch import nn

class Block(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.attn, self.norm = nn.Linear(d, 3*d), nn.BatchNorm1d(d)

class Net(nn.Module):
    def __init__(self, V=11, d=8, L=3, tied=True):
        super().__init__()
        assert {len(shapes)} > 0
        self.wte = nn.Embedding(V, d)
        self.h = nn.ModuleList(Block(d) for _ in range(L))
        self.head = nn.Linear(d, V, bias=False)
        if tied:
            self.head.weight = self.wte.weight

def broken():
    raise KeyError("no such size")
"""


@pytest.fixture
def live(verify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("torch", reason="PyTorch isn't installed")
    monkeypatch.syspath_prepend(str(tmp_path))
    name = f"live_{tmp_path.name}".replace("-", "_")
    Path(f"{name}.py").write_text(module_of(shapes()), "utf-8")
    return name


def test_a_live_module(verify, live: str) -> None:
    assert verify(f"{live}:Net") == (
        0,
        [
            "equal: 23 tensors agree",
            "",
            "net.sym:Net".ljust(len(live) + 4) + "  835",
            f"{live}:Net  835",
        ],
    )
    assert verify(f"{live}:Net(d=9)")[0] == 1
    Path("plain.sym").write_text(NET.replace("norm: BatchNorm1d(d)", "norm: LayerNorm(d)"), "utf-8")
    assert "= help: all that is extra are buffers: add --no-buffers" in verify(f"{live}:Net", target="plain.sym:Net")[1]
    assert verify(f"{live}:Net", "--no-buffers", target="plain.sym:Net")[0] == 0
    assert verify(f"{live}:Net(tied=False)")[1][2].startswith("untied    wte.weight")


def test_callables_that_cannot_be_called(verify, live: str) -> None:
    for words, message in {
        f"{live}:Nett": f"error: {live} has no Nett",
        f"{live}:broken": f"error: {live}:broken() can't be built: KeyError: 'no such size'",
        f"{live}:Net(foo=1)": f"error: {live}:Net(foo=1) can't be built: TypeError",
        f"{live}:Net(d=d)": "error: the arguments can't be read",
        "no_such_module.x:Net": "error: there is no Python module no_such_module",
        "json:loads": "error: json:loads() can't be built",
        "math:pi": "error: math:pi gives a float, not a torch.nn.Module",
    }.items():
        assert verify(words)[1][0].startswith(message)


def test_a_state_dict(verify, live: str) -> None:
    torch = pytest.importorskip("torch")
    net = __import__(live).Net()
    torch.save(net.state_dict(), "net.pt")
    torch.save({"state_dict": net.state_dict(), "epoch": 3}, "net.ckpt")
    torch.save(net.state_dict(), "old.pth", _use_new_zipfile_serialization=False)
    for name in ("net.pt", "net.ckpt", "old.pth"):
        assert verify(name)[0] == 0
    torch.save(net, "whole.pt")
    told = f"error: whole.pt is no state_dict that can be read without running code: it holds {live}.Net"
    assert verify("whole.pt")[1][0] == told
    torch.save([1, 2], "list.pt")
    assert verify("list.pt")[1][0] == "error: list.pt holds no state_dict"
    Path("text.pt").write_text("no pickle", "utf-8")
    assert verify("text.pt") == (2, ["error: text.pt is no file of PyTorch's", "  = help: is it cut off?"])
    for name in ("net.pt", "old.pth"):
        data = Path(name).read_bytes()
        for length in (0, 1, 50, len(data) // 2, len(data) - 1):
            Path("cut.pt").write_bytes(data[:length])
            assert verify("cut.pt")[0] == 2
    broken = bytearray(Path("net.pt").read_bytes())
    broken[broken.rindex(b"data.pkl")] = 0x88  # no text, in the archive's own directory
    Path("broken.pt").write_bytes(broken)
    assert verify("broken.pt")[0] == 2


def test_an_archive_that_unpacks_to_far_more(verify, live: str) -> None:
    with zipfile.ZipFile("bomb.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb/data.pkl", b"\0" * 5_000_000)
    assert "would unpack to 5,000,000 bytes" in verify("bomb.pt")[1][0]


def test_what_training_scripts_save(verify, live: str) -> None:
    torch = pytest.importorskip("torch")
    net = __import__(live).Net()
    torch.save({"model": net.state_dict(), "optimizer": {"state": {}}, "epoch": 3}, "step.pt")
    assert verify("step.pt")[0] == 0
    torch.save({"model": {"state_dict": net.state_dict()}, "step": 3}, "deep.pt")
    torch.save({"net": net.state_dict(), "opt": {"state": {}, "lr": 0.1}}, "other.pt")
    torch.save({"net": net.state_dict(), "ema": net.state_dict()}, "two.pt")
    assert [verify(f"{name}.pt")[0] for name in ("deep", "other", "two")] == [0, 0, 1]
    assert verify("two.pt", "--strip", "net.")[1][2].split() == ["extra", "ema.*", "23", "tensors"]
    torch.save({"wte.weight": torch.zeros(11, 8).to_sparse()}, "sparse.pt")
    assert verify("sparse.pt")[1][0] == "different: 23 tensors differ, 0 agree; -747 numbers there"


def test_the_initialisers_of_an_onnx_graph(verify) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx isn't installed")
    data = [
        onnx.helper.make_tensor(name, onnx.TensorProto.FLOAT, shape, [0.0] * int(__import__("math").prod(shape)))
        for name, shape in stored().items()
    ]
    graph = onnx.helper.make_graph([], "net", [], [], data)
    onnx.save(onnx.helper.make_model(graph), "net.onnx")
    assert verify("net.onnx")[0] == 0
    indices = onnx.helper.make_tensor("i", onnx.TensorProto.INT64, [1], [0])
    sparse = onnx.helper.make_sparse_tensor(onnx.helper.make_tensor("s", 1, [1], [2.0]), indices, [4, 5])
    onnx.save(
        onnx.helper.make_model(onnx.helper.make_graph([], "net", [], [], data, sparse_initializer=[sparse])), "s.onnx"
    )
    assert verify("s.onnx")[1][2] == "extra     s  [4, 5]  +20"
    Path("bad.onnx").write_text("no graph", "utf-8")
    assert verify("bad.onnx") == (2, ["error: bad.onnx is no ONNX file", "  = help: is it cut off?"])
    for dims, message in (
        ([-4], "gives no shape of w that a tensor can have"),
        ([2**62] * 1000, "gives no shape of w that a tensor can have"),
    ):
        lie = onnx.TensorProto(name="w", dims=dims, data_type=1)
        onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "net", [], [], [lie])), "lie.onnx")
        assert verify("lie.onnx")[1][0] == f"error: lie.onnx {message}"
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "net", [], [], data[:1] * 2)), "twice.onnx")
    assert verify("twice.onnx")[1][0] == "error: twice.onnx has two initialisers called wte.weight"
