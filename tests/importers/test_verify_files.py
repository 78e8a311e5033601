"""Checkpoints are known by their content; what their files ask for is bounded, and nothing that they say is run."""

from __future__ import annotations

import json
import pickle
import struct
import zipfile
from pathlib import Path
from time import perf_counter

import pytest

from symparams.importers.pickles import TooLarge, check_pickles

from .checkpoints import shapes, stored, write_safetensors, write_shards

START = b"\x80\x02"
DOUBLED = b"N\x85q\x00" + b"".join(b"0h%ch%c\x86q%c" % (place, place, place + 1) for place in range(60))


def archive(path: str, pickled: bytes, **others: bytes) -> None:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("x/data.pkl", pickled)
        made.writestr("x/version", "3\n")
        for name, data in others.items():
            made.writestr(f"x/{name}.pkl", data)


# the sentence, the pickle, what it asks for
GREEDY = {
    "a key that unfolds to 2^60 tuples": (b"}" + DOUBLED + b"Ns.", "what unfolds to more than 50,000,000 things"),
    "tuples in tuples": (b"}N" + b"\x85" * 1000 + b"Ns.", "tuples nested more than 200 deep"),
    "very many steps": (b"N" * 2_000_001 + b".", "more than 2,000,000 steps to be read"),
}


@pytest.mark.parametrize("case", GREEDY)
def test_a_pickle_that_asks_for_much(case: str) -> None:
    pickled, words = GREEDY[case]
    with pytest.raises(TooLarge, match=words):
        check_pickles(START + pickled, 1)


def test_pickles_that_ask_for_little() -> None:
    for protocol in range(6):
        found = {f"layers.{place}.weight": (place, [1.5, None, {"a": True}]) for place in range(100)}
        check_pickles(2 * pickle.dumps(found, protocol), 2)


def test_no_code_of_a_pickle_is_run(verify) -> None:
    pytest.importorskip("torch", reason="PyTorch isn't installed")
    for code in (b"cos\nsystem\n(X\x0c\x00\x00\x00touch markertR.", b"c__builtin__\nexec\n(X\x01\x00\x00\x001tR."):
        archive("evil.pt", START + code)
        assert verify("evil.pt")[1][0].startswith(
            "error: evil.pt is no state_dict that can be read without running code: "
        )
    assert not Path("marker").exists()
    archive("escape.pt", START + b"c\x1b[2J\nx\n.")
    assert verify("escape.pt")[1][0].endswith("it holds \\x1b[2J.x")
    archive("deep.pt", START + b"}" + DOUBLED + b"Ns.")
    assert verify("deep.pt") == (2, ["error: deep.pt asks for what unfolds to more than 50,000,000 things"])
    archive("cyclic.pt", START + b"}q\x00X\x05\x00\x00\x00modelh\x00sX\x06\x00\x00\x00moduleh\x00s.")
    assert verify("cyclic.pt")[1][0] == "error: cyclic.pt holds no state_dict"


def test_what_training_scripts_keep_beside(verify) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch isn't installed")
    from argparse import Namespace

    tensors = {name: torch.zeros(shape) for name, shape in shapes().items()}
    torch.save({"model": tensors, "args": Namespace(lr=0.1, folder=Path("a"))}, "a.pth")
    assert verify("a.pth")[0] == 1  # ties are known there
    assert verify("a.pth")[1][2].startswith("untied    wte.weight")
    torch.save(tensors | {3: torch.zeros(2), ("a",): torch.zeros(2)}, "b.pth")
    assert [line.split()[1] for line in verify("b.pth")[1] if line.startswith("extra")] == ["3"]


def test_archives_that_hold_something_else(verify) -> None:
    pytest.importorskip("torch", reason="PyTorch isn't installed")
    archive("script.pt", START + b"}.", constants=START + b"}.")
    assert verify("script.pt") == (
        2,
        [
            "error: script.pt is a TorchScript archive, which holds code beside its tensors",
            "  = help: save torch.jit.load(…).state_dict()",
        ],
    )
    with zipfile.ZipFile("arrays.pt", "w") as made:
        made.writestr("a.npy", b"")
    assert verify("arrays.pt")[1][0] == "error: arrays.pt is no file of PyTorch's: there is no data.pkl in it"


def test_files_are_known_by_their_content(verify) -> None:
    for name in ("net.bin", "net.ckpt", "net.weights"):
        write_safetensors(Path(name), stored())
        assert verify(name)[0] == 0
    for beginning, what in {
        b"GGUF\3\0\0\0": "is a GGUF file, in which llama.cpp gives tensors names of its own",
        b"\x89HDF\r\n": "is an HDF5 file, as Keras writes them",
        b"\x1f\x8b\x08": "is packed by gzip",
    }.items():
        Path("net.safetensors").write_bytes(beginning + bytes(100))
        assert verify("net.safetensors")[1][0] == f"error: net.safetensors {what}"


def test_headers_of_very_many_values_are_not_read(verify) -> None:
    for text in (b'{"a":[' + b"[]," * 2_000_000 + b"[]]}", b'{"a":[' + b"1," * 7_000_000 + b"1]}"):
        Path("a.safetensors").write_bytes(struct.pack("<Q", len(text)) + text)
        begun = perf_counter()
        assert verify("a.safetensors") == (2, ["error: a.safetensors names more than 300,000 tensors"])
        assert perf_counter() - begun < 5


def test_an_index_of_many_tensors_is_read(verify) -> None:
    text = "module Net(n):\n    a: n * Linear(1, 1, bias=False)\n"
    Path("many.sym").write_text(text, "utf-8")
    padding = "x" * 60  # so that the index is larger than a file of the language may be
    index = write_shards(Path(), {f"{padding}.{place}.weight": [1, 1] for place in range(50_000)}, 1)
    assert index.stat().st_size > 5_000_000
    assert verify(index.name, "--strip", f"{padding}.", "--prefix", "a.", target="many.sym:Net(50000)")[0] == 0


def test_shards_that_are_missing_or_have_no_index(verify) -> None:
    index = write_shards(Path("net"), stored(), 4) if Path("net").mkdir() is None else None
    assert index is not None
    for number in (1, 3):
        (index.parent / f"model-0000{number}-of-00004.safetensors").unlink()
    gone = "model-00001-of-00004.safetensors, model-00003-of-00004.safetensors, 2 of the 4 shards, which aren't there"
    assert verify("net")[1] == [f"error: {index} names {gone}", "  = help: fetch what is missing"]
    one = index.parent / "model-00002-of-00004.safetensors"
    assert "= help: it is one of 4 shards: give their index, or the folder that holds it" in verify(str(one))[1]
    index.unlink()
    assert verify("net")[1][0] == "error: net holds model-00002-of-00004.safetensors and 1 more, and no index of them"
    for name in ("../a.safetensors", "a\\b", "\0", "b" * 5000, "\u202e.safetensors"):
        index.write_text(json.dumps({"weight_map": {"w": name}}), "utf-8")
        status, lines = verify(str(index))
        assert status == 2
        assert all(line.isprintable() for line in lines)
