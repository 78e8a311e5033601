"""Files of PyTorch's → the tensors of the state_dict that they hold. Nothing that a file says is run."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from pickle import UnpicklingError
from typing import Any

from ..errors import FileError
from .json_text import name_shown
from .pickles import TooLarge, check_pickles
from .refusals import extra, refusal, unread
from .stored import Collection, Stored, twins_of

MAX_PICKLE = 12_000_000
MAX_PACKED = 1_000_000
MAX_WRAPPED = 4
WRAPPED = ("state_dict", "model_state_dict", "model", "module")  # where training scripts keep a state_dict
MAGIC = bytes.fromhex("6cfc9c46f9206aa85019")  # with which PyTorch's files before 1.6 begin
PICKLES_BEFORE = 5  # of such a file: its magic, version and machine, what was saved, and the keys of its storages
_GLOBAL = re.compile(r"GLOBAL (\S+)")


def pytorch(path: Path) -> Collection:
    """The tensors of a state_dict; its weights are mapped, not read, and nothing that the file says is run."""
    torch = extra("torch", "torch", f"to read {name_shown(path.name)}")
    is_zip = _is_zip(path)
    _check(path, is_zip=is_zip)
    tensors = _state_dict(_loaded(path, torch, is_zip=is_zip), torch.Tensor)
    if not tensors:
        raise refusal(path, "holds no state_dict", "save model.state_dict()")
    stored = {name: Stored(tuple(one.shape), dtype=str(one.dtype)[6:]) for name, one in tensors.items()}
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
    usual = {id(found.get(key)): found.get(key) for key in WRAPPED}
    for one in usual.values():
        inner = _state_dict(one, tensor, depth + 1) if one is not found else {}
        if inner:
            return inner
    named = {str(name): one for name, one in found.items() if isinstance(name, str | int)}
    own = {name: one for name, one in named.items() if isinstance(one, tensor)}
    if own or depth >= MAX_WRAPPED:
        return own
    kept = {name: inner for name, one in named.items() if (inner := _state_dict(one, tensor, MAX_WRAPPED))}
    if len(kept) == 1:
        return next(iter(kept.values()))
    return {f"{key}.{name}": one for key, tensors in kept.items() for name, one in tensors.items()}


def _loaded(path: Path, torch: Any, *, is_zip: bool) -> Any:
    """What a file of PyTorch's holds; of the format before PyTorch 1.6 the shapes alone."""
    where = {"map_location": "cpu", "mmap": True} if is_zip else {"map_location": "meta"}
    try:
        with warnings.catch_warnings(action="ignore"), torch.serialization.safe_globals(_plain()):
            return torch.load(path, weights_only=True, **where)
    except UnpicklingError as error:  # torch's own words advise to run it
        named = _GLOBAL.search(str(error))
        if named is None:
            raise _broken(path) from None
        held, hint = name_shown(named.group(1)), "save model.state_dict(), which holds tensors alone"
        message = f"is no state_dict that can be read without running code: it holds {held}"
        raise refusal(path, message, hint) from None
    except Exception:  # whatever a broken file makes of it
        raise _broken(path) from None


def _broken(path: Path) -> FileError:
    return refusal(path, "can't be read as a file of PyTorch's", "is it cut off?")


def _plain() -> list[Any]:
    """Classes that training scripts keep beside a state_dict and that do nothing when they are made."""
    from argparse import Namespace
    from types import SimpleNamespace

    paths = [(PurePosixPath, f"{module}.PosixPath") for module in ("pathlib", "pathlib._local")]
    return [Namespace, SimpleNamespace, *paths]


def _check(path: Path, *, is_zip: bool) -> None:
    """See that what the file's pickles ask for is small. Raises: `FileError` for what isn't, and what can't be read."""
    try:
        check_pickles(_pickle(path, is_zip=is_zip), 1 if is_zip else PICKLES_BEFORE)
    except TooLarge as error:
        raise refusal(path, f"asks for {error}") from None
    except OSError as error:
        raise unread(path, error) from None
    except Exception:  # pickles and archives are broken in many ways
        raise _broken(path) from None


def _pickle(path: Path, *, is_zip: bool) -> bytes:
    if not is_zip:
        with open(path, "rb") as file:
            return file.read(MAX_PICKLE)
    with zipfile.ZipFile(path) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith("data.pkl")))


def _is_zip(path: Path) -> bool:
    """Whether the file is an archive. Raises: `FileError` for one that would unpack to far more than it is, and for no file of
    PyTorch's."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except zipfile.BadZipFile:
        with open(path, "rb") as file:
            if MAGIC in file.read(len(MAGIC) * 2):
                return False
        raise refusal(path, "is no file of PyTorch's", "is it cut off?") from None
    except OSError as error:
        raise unread(path, error) from None
    except Exception:  # a broken directory of an archive: names that aren't text, versions that don't exist, …
        raise refusal(path, "is an archive that can't be read", "is it cut off?") from None
    names = [info.filename for info in infos]
    if any(name.endswith("/constants.pkl") for name in names):
        hint = "save torch.jit.load(…).state_dict()"
        raise refusal(path, "is a TorchScript archive, which holds code beside its tensors", hint)
    if not any(name.endswith("data.pkl") for name in names):
        raise refusal(path, "is no file of PyTorch's: there is no data.pkl in it", "save model.state_dict()")
    for info in infos:
        is_packed = info.compress_type != zipfile.ZIP_STORED and info.file_size > MAX_PACKED
        if is_packed or (info.filename.endswith(".pkl") and info.file_size > MAX_PICKLE):
            name = name_shown(info.filename)
            raise refusal(path, f"is no file of PyTorch's: {name} would unpack to {info.file_size:,} bytes")
    return True
