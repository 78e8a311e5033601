"""What checkpoint files are refused for, and the limits that they share."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, TypeGuard

from ..errors import FileError, Finding
from .json_text import name_shown

MAX_TENSORS = 300_000
MAX_SIZES = 64
MAX_SIZE = 2**63 - 1
MAX_PATH = 200


def refusal(path: Path | str, reason: str, hint: str = "") -> FileError:
    """The error that a file is refused with."""
    return FileError(Finding("checkpoint", f"{name_shown(str(path), MAX_PATH)} {reason}", hint=hint))


def unread(path: Path, error: OSError) -> FileError:
    """The error of a file that the system doesn't let be read."""
    return refusal(path, f"can't be read: {(error.strerror or str(error)).lower()}")


def are_sizes(found: Any) -> TypeGuard[list[int]]:
    """Whether these are whole numbers that sizes may be."""
    return isinstance(found, list) and all(type(size) is int and 0 <= size <= MAX_SIZE for size in found)


def extra(package: str, name: str, purpose: str) -> Any:
    """A package of an optional extra. Raises: `FileError` that says how to install it."""
    try:
        return import_module(package)
    except ImportError:
        message = f"{package} is needed {purpose}"
        raise FileError(Finding("extra", message, hint=f"pip install 'symparams[{name}]'")) from None
