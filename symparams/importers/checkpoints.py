"""Checkpoint files → the tensors that they store: by their content where it tells what they are, else by their names.

Nothing of a file is run, and of safetensors and PyTorch's files no weights are read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from .json_text import json_object, name_shown
from .onnx_graph import onnx
from .pickled import MAGIC, pytorch
from .refusals import MAX_PATH, MAX_TENSORS, refusal, unread
from .safetensors import safetensors
from .stored import Collection, Stored

MAX_INDEX = 100_000_000
MAX_BEGINNING = 64
MAX_LISTED = 3
MAX_SHARDS = 10_000
POINTER = b"version https://git-lfs.github.com/spec/"
FOLDERS = ("model", "pytorch_model", "diffusion_pytorch_model", "adapter_model", "consolidated")
ENDINGS = (".safetensors.index.json", ".safetensors", ".bin.index.json", ".bin", ".pth")
# how files begin that hold tensors and can't be read: what they are, and what can be done
OTHERS = {
    b"GGUF": ("a GGUF file, in which llama.cpp gives tensors names of its own", "compare the checkpoint that it was made from"),
    b"\x89HDF": ("an HDF5 file, as Keras writes them", "compare a checkpoint in safetensors"),
    b"\x93NUMPY": ("an array of NumPy's", "compare a checkpoint in safetensors"),
    b"\x1f\x8b": ("packed by gzip", "unpack it"),
    POINTER: ("Git LFS's pointer to the file, not the file", "git lfs pull fetches it"),
}  # fmt: skip


def read_checkpoint(path: Path) -> Collection:
    """The tensors of a checkpoint, a file or the folder that holds it. Raises: `FileError` for what can't be read."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, ValueError):  # a name may hold signs that no file's name has
        raise refusal(path, "doesn't exist") from None
    except OSError as error:
        raise unread(path, error) from None
    if S_ISDIR(mode):
        return read_checkpoint(_inside(path))
    if not S_ISREG(mode):  # it would be waited for without an end
        raise refusal(path, "is a pipe or device, not a file")
    return _reader(path)(path)


def _reader(path: Path) -> Callable[[Path], Collection]:
    """What reads a file: what it begins with says which, where that is clear, and else its name."""
    beginning = _beginning(path)
    for sign, (what, hint) in OTHERS.items():
        if beginning.startswith(sign):
            raise refusal(path, f"is {what}", hint)
    named = next((reader for ending, reader in READERS.items() if path.name.endswith(ending)), None)
    if beginning.startswith(b"PK\3\4") or MAGIC in beginning[: 2 * len(MAGIC)]:
        return pytorch
    if beginning[8:9] == b"{" and beginning[4:8] == bytes(4) and named is not _index:
        return safetensors
    if named is None:
        raise refusal(path, "is no checkpoint that can be read", f"a checkpoint's name ends in {', '.join(READERS)}")
    return named


def _beginning(path: Path) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(MAX_BEGINNING)
    except OSError as error:
        raise unread(path, error) from None


def _inside(folder: Path) -> Path:
    """The checkpoint in a folder, its index before a single file."""
    names = [f"{name}{ending}" for ending in ENDINGS for name in FOLDERS]
    found = next((folder / name for name in names if (folder / name).is_file()), None)
    if found is not None:
        return found
    shards = sorted(one.name for one in folder.glob("*-of-*"))
    if shards:
        told = f"{name_shown(shards[0])}{f' and {len(shards) - 1:,} more' if shards[1:] else ''}"
        raise refusal(folder, f"holds {told}, and no index of them", "give the index of the shards, …index.json")
    raise refusal(folder, "holds no model.safetensors and no index of one", "give the checkpoint's file")


# ------------------------------------------------------------------------------------------------------ shards


def _index(path: Path) -> Collection:
    """The tensors of all shards that an index names; each must lie beside it and store what the index says of it."""
    places = json_object(_index_text(path), name_shown(str(path), MAX_PATH)).get("weight_map")
    if not isinstance(places, dict) or not all(isinstance(name, str) for name in places.values()):
        raise refusal(path, 'is no index of shards: it has no "weight_map" of names')
    shards = list(dict.fromkeys(places.values()))
    if len(shards) > MAX_SHARDS:
        raise refusal(path, f"names more than {MAX_SHARDS:,} shards")
    for shard in shards:
        _check_shard(path, shard)
    gone = [shard for shard in shards if not os.path.exists(path.parent / shard)]
    if gone:
        of = f"{len(gone):,} of the {len(shards):,} shards" if shards[1:] else "the only shard"
        told = ", ".join(map(name_shown, gone[:MAX_LISTED])) + (", …" if gone[MAX_LISTED:] else "")
        raise refusal(
            path, f"names {told}, {of}, which {'isn' if not gone[1:] else 'aren'}'t there", "fetch what is missing"
        )
    return Collection(str(path), _stored(path, places, shards))


def _check_shard(path: Path, shard: str) -> None:
    """See that a shard is a file beside its index, and no index."""
    if Path(shard).name != shard or "\\" in shard or shard in ("", ".", ".."):
        raise refusal(path, f"names a shard outside of its folder, {name_shown(shard)}")
    if shard.endswith(".index.json"):
        raise refusal(path, f"names an index as a shard, {name_shown(shard)}")
    if os.path.isdir(path.parent / shard):
        raise refusal(path, f"names a folder as a shard, {name_shown(shard)}")


def _stored(path: Path, places: Mapping[str, str], shards: list[str]) -> dict[str, Stored]:
    """The tensors in the order of the index. Raises: `FileError` where it and a shard don't say the same."""
    tensors: dict[str, Stored] = {}
    for shard in shards:
        for name, tensor in read_checkpoint(path.parent / shard).tensors.items():
            said = places.get(name)
            if said != shard:
                says = "doesn't name" if said is None else f"says that {name_shown(said)} holds"
                raise refusal(path, f"{says} {name_shown(name)}, which lies in {name_shown(shard)}")
            tensors[name] = tensor
    missing = next((name for name in places if name not in tensors), None)
    if missing is not None:
        raise refusal(path, f"says that {name_shown(missing)} lies in {name_shown(places[missing])}, and it doesn't")
    return {name: tensors[name] for name in places}


def _index_text(path: Path) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_INDEX + 1)
    except OSError as error:
        raise unread(path, error) from None
    if len(data) > MAX_INDEX or data.count(b",") > 2 * MAX_TENSORS or data.count(b"[") + data.count(b"{") > MAX_TENSORS:
        raise refusal(path, f"names more than {MAX_TENSORS:,} tensors")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise refusal(path, "is no index of shards: it isn't UTF-8") from None


READERS: dict[str, Callable[[Path], Collection]] = {
    ".index.json": _index,
    ".safetensors": safetensors,
    ".pt": pytorch,
    ".pth": pytorch,
    ".bin": pytorch,
    ".ckpt": pytorch,
    ".onnx": onnx,
}
