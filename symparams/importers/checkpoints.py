"""Checkpoint files → the tensors that they store: safetensors (headers only), their shard index, PyTorch files, ONNX.

Nothing of a file is run, and of safetensors no weights are read; a header that lies about the file is an error.
"""

from __future__ import annotations

import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from pickle import UnpicklingError
from stat import S_ISDIR, S_ISREG
from typing import Any, TypeGuard

from ..errors import FileError, Finding
from .json_text import json_object, name_shown, read_text, shown
from .stored import Collection, Stored, elements, twins_of

MAX_HEADER = 100_000_000
MAX_TENSORS = 300_000
MAX_SIZES = 64
MAX_PICKLE = 50_000_000
MAX_PACKED = 1_000_000
MAX_SIZE = 2**63 - 1
MAX_WRAPPED = 4
MAX_PATH = 200
MAX_ONNX = 2**31
WRAPPED = ("state_dict", "model_state_dict", "model", "module")  # where training scripts keep a state_dict
MAGIC = bytes.fromhex("6cfc9c46f9206aa85019")  # with which PyTorch's files before 1.6 begin
POINTER = b"version https://git-lfs.github.com/spec/"
BYTES = {"BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
         "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64,
         "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}  # fmt: skip


def read_checkpoint(path: Path) -> Collection:
    """The tensors of a checkpoint, by what its name says it is. Raises: `FileError` for what can't be read."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, ValueError):  # a name may hold signs that no file's name has
        raise _fail(path, "doesn't exist") from None
    except OSError as error:
        raise _unread(path, error) from None
    if S_ISDIR(mode):
        return read_checkpoint(_inside(path))
    if not S_ISREG(mode):  # it would be waited for without an end
        raise _fail(path, "is a pipe or device, not a file")
    for ending, reader in READERS.items():
        if path.name.endswith(ending):
            if _beginning(path).startswith(POINTER):
                raise _fail(path, "is Git LFS's pointer to the file, not the file", "git lfs pull fetches it")
            return reader(path)
    raise _fail(path, "is no checkpoint that can be read", f"a checkpoint's name ends in {', '.join(READERS)}")


def _beginning(path: Path) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(len(POINTER))
    except OSError as error:
        raise _unread(path, error) from None


def _inside(folder: Path) -> Path:
    """The checkpoint in a folder, its index before a single file."""
    for name in (
        "model.safetensors.index.json",
        "model.safetensors",
        "pytorch_model.bin.index.json",
        "pytorch_model.bin",
    ):
        if (folder / name).is_file():
            return folder / name
    raise _fail(folder, "holds no model.safetensors and no index of one", "give the checkpoint's file")


def _fail(path: Path | str, reason: str, hint: str = "") -> FileError:
    return FileError(Finding("checkpoint", f"{name_shown(str(path), MAX_PATH)} {reason}", hint=hint))


def _unread(path: Path, error: OSError) -> FileError:
    return _fail(path, f"can't be read: {(error.strerror or str(error)).lower()}")


# ------------------------------------------------------------------------------------------------------ safetensors


def _safetensors(path: Path) -> Collection:
    return Collection(str(path), dict(_header(path)))


def _header(path: Path) -> Iterator[tuple[str, Stored]]:
    """The tensors that a header names, held against the file's length."""
    header, data_size = _header_text(path)
    try:
        text = header.decode("utf-8")
    except UnicodeDecodeError:
        raise _fail(path, "is no safetensors file: its header isn't UTF-8") from None
    places: list[tuple[int, int, str]] = []
    entries = json_object(text, f"the header of {name_shown(str(path), MAX_PATH)}")
    if len(entries) > MAX_TENSORS:
        raise _fail(path, f"names more than {MAX_TENSORS:,} tensors")
    for name, entry in entries.items():
        if name != "__metadata__":
            stored, begin, end = _entry(path, name, entry)
            if not 0 <= begin <= end <= data_size:
                raise _fail(
                    path, f"lies about {name_shown(name)}: it would stand at {begin:,} … {end:,} of {data_size:,} bytes"
                )
            places.append((begin, end, name))
            yield name, stored
    used = sum(end - begin for begin, end, _ in places)
    if used != data_size:
        raise _fail(path, f"has {data_size:,} bytes of data, and its header speaks of {used:,}", "is it cut off?")
    places.sort()
    for (_, end, name), (begin, _, other) in pairwise(places):
        if begin < end:
            raise _fail(path, f"lies about {name_shown(other)}: it would stand where {name_shown(name)} stands")


def _header_text(path: Path) -> tuple[bytes, int]:
    """The header's bytes, and how many bytes of data follow it."""
    try:
        size = path.stat().st_size
        with open(path, "rb") as file:
            prefix = file.read(8)
            if len(prefix) < 8:
                raise _fail(path, "is no safetensors file: it is shorter than 8 bytes")
            (length,) = struct.unpack("<Q", prefix)
            if length > MAX_HEADER:
                raise _fail(path, f"says that its header has {length:,} bytes, more than the limit of {MAX_HEADER:,}")
            if length > size - 8:
                raise _fail(
                    path, f"says that its header has {length:,} bytes, and the file has {size - 8:,}", "is it cut off?"
                )
            return file.read(length), size - 8 - length
    except OSError as error:
        raise _unread(path, error) from None


def _entry(path: Path, name: str, entry: Any) -> tuple[Stored, int, int]:
    where = f"the header of {path}"
    if not isinstance(entry, dict):
        raise _fail(where, f"says {shown(entry)} of {name_shown(name)}, not a tensor")
    shape, offsets, kind = entry.get("shape"), entry.get("data_offsets"), entry.get("dtype")
    if not _are_sizes(shape) or not _are_sizes(offsets) or len(offsets) != 2 or not isinstance(kind, str):
        raise _fail(where, f"gives no shape, dtype and place of {name_shown(name)}")
    if len(shape) > MAX_SIZES:
        raise _fail(where, f"gives {name_shown(name)} {len(shape):,} sizes, more than the limit of {MAX_SIZES}")
    held, bits = (offsets[1] - offsets[0]) * 8, BYTES.get(kind)
    wanted = elements(tuple(shape)) * (bits or 1)
    if wanted > held or (bits is not None and wanted != held):
        raise _fail(where, f"says that {name_shown(name)} is {shape} of {name_shown(kind)} in {held // 8:,} bytes")
    return Stored(tuple(shape)), offsets[0], offsets[1]


def _are_sizes(found: Any) -> TypeGuard[list[int]]:
    return isinstance(found, list) and all(type(size) is int and 0 <= size <= MAX_SIZE for size in found)


def _index(path: Path) -> Collection:
    """The tensors of all shards that an index names; each must lie beside it and store what the index says of it."""
    places = json_object(read_text(path), str(path)).get("weight_map")
    if not isinstance(places, dict) or not all(isinstance(name, str) for name in places.values()):
        raise _fail(path, 'is no index of shards: it has no "weight_map" of names')
    tensors: dict[str, Stored] = {}
    for shard in dict.fromkeys(places.values()):
        if Path(shard).name != shard or shard in ("", ".", ".."):
            raise _fail(path, f"names a shard outside of its folder, {name_shown(shard)}")
        if (path.parent / shard).is_dir():
            raise _fail(path, f"names a folder as a shard, {name_shown(shard)}")
        if shard.endswith(".index.json"):
            raise _fail(path, f"names an index as a shard, {name_shown(shard)}")
        found = read_checkpoint(path.parent / shard).tensors
        for name in found:
            if places.get(name) != shard:
                raise _fail(path, f"doesn't say that {name_shown(name)} lies in {name_shown(shard)}")
        tensors.update(found)
    missing = [name for name in places if name not in tensors]
    if missing:
        raise _fail(
            path, f"says that {name_shown(missing[0])} lies in {name_shown(places[missing[0]])}, and it doesn't"
        )
    return Collection(str(path), {name: tensors[name] for name in places})


# ------------------------------------------------------------------------------------------------------ PyTorch, ONNX


def _pytorch(path: Path) -> Collection:
    """The tensors of a state_dict; its weights are mapped, not read, and nothing that the file says is run."""
    torch = extra("torch", "torch", f"to read {path.name}")
    tensors = _state_dict(_loaded(path, torch, is_zip=_is_safe_zip(path)), torch.Tensor)
    if not tensors:
        raise _fail(path, "holds no state_dict", "save model.state_dict()")
    stored = {name: Stored(tuple(tensor.shape)) for name, tensor in tensors.items()}
    if any(tensor.is_meta for tensor in tensors.values()):
        return Collection(str(path), stored, None, True)
    full = {name: tensor for name, tensor in tensors.items() if tensor.layout == torch.strided and tensor.numel()}
    return Collection(
        str(path), stored, twins_of((name, (t.data_ptr(), tuple(t.shape))) for name, t in full.items()), True
    )


def _state_dict(found: Any, tensor: type, depth: int = 0) -> dict[str, Any]:
    """The tensors by name in what was saved: itself, under a usual key, or under any; of several, with the keys before."""
    if not isinstance(found, Mapping) or depth > MAX_WRAPPED:
        return {}
    for key in WRAPPED:
        inner = _state_dict(found.get(key), tensor, depth + 1)
        if inner:
            return inner
    own = {str(name): one for name, one in found.items() if isinstance(one, tensor)}
    if own:
        return own
    inner = {str(key): _state_dict(one, tensor, MAX_WRAPPED) for key, one in found.items()}
    kept = {key: one for key, one in inner.items() if one}
    if len(kept) == 1:
        return next(iter(kept.values()))
    return {f"{key}.{name}": one for key, tensors in kept.items() for name, one in tensors.items()}


def _loaded(path: Path, torch: Any, *, is_zip: bool) -> Any:
    """What a file of PyTorch's holds; of the format before PyTorch 1.6 the shapes alone."""
    where = {"map_location": "cpu", "mmap": True} if is_zip else {"map_location": "meta"}
    try:
        with warnings.catch_warnings(action="ignore"):
            return torch.load(path, weights_only=True, **where)
    except UnpicklingError:  # torch's own words advise to run it
        hint = "save model.state_dict(), which holds tensors alone"
        raise _fail(path, "is no state_dict that can be read without running code", hint) from None
    except Exception:  # whatever a broken file makes of it
        raise _fail(path, "can't be read as a file of PyTorch's", "is it cut off?") from None


def _is_safe_zip(path: Path) -> bool:
    """Whether the file is an archive. Raises: `FileError` for one that would unpack to far more than it is, and for no file of
    PyTorch's."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except zipfile.BadZipFile:
        if MAGIC in _beginning(path):
            return False
        raise _fail(path, "is no file of PyTorch's", "is it cut off?") from None
    except OSError as error:
        raise _unread(path, error) from None
    except Exception:  # a broken directory of an archive: names that aren't text, versions that don't exist, …
        raise _fail(path, "is an archive that can't be read", "is it cut off?") from None
    for info in infos:
        is_packed = info.compress_type != zipfile.ZIP_STORED and info.file_size > MAX_PACKED
        if is_packed or (info.filename.endswith(".pkl") and info.file_size > MAX_PICKLE):
            name = name_shown(info.filename)
            raise _fail(path, f"is no file of PyTorch's: {name} would unpack to {info.file_size:,} bytes")
    return True


def _onnx(path: Path) -> Collection:
    """The initialisers of an ONNX graph; weights that lie in other files aren't opened."""
    onnx = extra("onnx", "onnx", f"to read {path.name}")
    if path.stat().st_size > MAX_ONNX:
        raise _fail(path, f"has more than the {MAX_ONNX:,} bytes that an ONNX file may have")
    try:
        graph = onnx.load(str(path), load_external_data=False).graph
    except Exception:  # protobuf's errors have no common base
        raise _fail(path, "is no ONNX file", "is it cut off?") from None
    tensors: dict[str, Stored] = {}
    for tensor in graph.initializer:
        name = tensor.name if isinstance(tensor.name, str) else tensor.name.decode("utf-8", "replace")
        shape = tuple(tensor.dims)
        if not _are_sizes(list(shape)) or len(shape) > MAX_SIZES or elements(shape) > MAX_SIZE:
            raise _fail(path, f"gives no shape of {name_shown(name)} that a tensor can have")
        if name in tensors:
            raise _fail(path, f"has two initialisers called {name_shown(name)}")
        tensors[name] = Stored(shape)
    if not tensors:
        raise _fail(path, "has no initialisers")
    return Collection(str(path), tensors)


def extra(package: str, name: str, purpose: str) -> Any:
    """A package of an optional extra. Raises: `FileError` that says how to install it."""
    try:
        return import_module(package)
    except ImportError:
        message = f"{package} is needed {purpose}"
        raise FileError(Finding("extra", message, hint=f"pip install 'symparams[{name}]'")) from None


READERS: dict[str, Callable[[Path], Collection]] = {
    ".index.json": _index,
    ".safetensors": _safetensors,
    ".pt": _pytorch,
    ".pth": _pytorch,
    ".bin": _pytorch,
    ".ckpt": _pytorch,
    ".onnx": _onnx,
}
