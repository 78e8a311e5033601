"""Safetensors files → the tensors that they store. Only headers are read; one that lies about its file is an error."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from .json_text import json_object, name_shown, shown
from .refusals import MAX_PATH, MAX_SIZES, MAX_TENSORS, are_sizes, refusal, unread
from .stored import Collection, Stored, elements

MAX_HEADER = 100_000_000
MAX_COMMAS = 20 * MAX_TENSORS
BYTES = {"BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
         "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32, "I64": 64, "U64": 64, "F64": 64,
         "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}  # fmt: skip


def safetensors(path: Path) -> Collection:
    """The tensors that the header names."""
    return Collection(str(path), dict(_header(path)))


def _header(path: Path) -> Iterator[tuple[str, Stored]]:
    """The tensors that a header names, held against the file's length."""
    header, data_size = _header_text(path)
    if header.count(b"[") + header.count(b"{") > 4 * MAX_TENSORS or header.count(b",") > MAX_COMMAS:
        raise refusal(path, f"names more than {MAX_TENSORS:,} tensors")
    try:
        text = header.decode("utf-8")
    except UnicodeDecodeError:
        raise refusal(path, "is no safetensors file: its header isn't UTF-8") from None
    places: list[tuple[int, int, str]] = []
    entries = json_object(text, f"the header of {name_shown(str(path), MAX_PATH)}")
    if len(entries) > MAX_TENSORS:
        raise refusal(path, f"names more than {MAX_TENSORS:,} tensors")
    for name, entry in entries.items():
        if name != "__metadata__":
            stored, begin, end = _entry(path, name, entry)
            if not 0 <= begin <= end <= data_size:
                raise refusal(
                    path, f"lies about {name_shown(name)}: it would stand at {begin:,} … {end:,} of {data_size:,} bytes"
                )
            places.append((begin, end, name))
            yield name, stored
    used = sum(end - begin for begin, end, _ in places)
    if used != data_size:
        raise refusal(path, f"has {data_size:,} bytes of data, and its header speaks of {used:,}", "is it cut off?")
    places.sort()
    for (_, end, name), (begin, _, other) in pairwise(places):
        if begin < end:
            raise refusal(path, f"lies about {name_shown(other)}: it would stand where {name_shown(name)} stands")


def _header_text(path: Path) -> tuple[bytes, int]:
    """The header's bytes, and how many bytes of data follow it."""
    try:
        size = path.stat().st_size
        with open(path, "rb") as file:
            prefix = file.read(8)
            if len(prefix) < 8:
                raise refusal(path, "is no safetensors file: it is shorter than 8 bytes")
            (length,) = struct.unpack("<Q", prefix)
            if length > MAX_HEADER:
                raise refusal(path, f"says that its header has {length:,} bytes, more than the limit of {MAX_HEADER:,}")
            if length > size - 8:
                raise refusal(
                    path, f"says that its header has {length:,} bytes, and the file has {size - 8:,}", "is it cut off?"
                )
            return file.read(length), size - 8 - length
    except OSError as error:
        raise unread(path, error) from None


def _entry(path: Path, name: str, entry: Any) -> tuple[Stored, int, int]:
    where = f"the header of {path}"
    if not isinstance(entry, dict):
        raise refusal(where, f"says {shown(entry)} of {name_shown(name)}, not a tensor")
    shape, offsets, kind = entry.get("shape"), entry.get("data_offsets"), entry.get("dtype")
    if not are_sizes(shape) or not are_sizes(offsets) or len(offsets) != 2 or not isinstance(kind, str):
        raise refusal(where, f"gives no shape, dtype and place of {name_shown(name)}")
    if len(shape) > MAX_SIZES:
        raise refusal(where, f"gives {name_shown(name)} {len(shape):,} sizes, more than the limit of {MAX_SIZES}")
    held, bits = (offsets[1] - offsets[0]) * 8, BYTES.get(kind)
    wanted = elements(tuple(shape)) * (bits or 1)
    if wanted > held or (bits is not None and wanted != held):
        raise refusal(where, f"says that {name_shown(name)} is {shape} of {name_shown(kind)} in {held // 8:,} bytes")
    return Stored(tuple(shape), dtype=kind), offsets[0], offsets[1]
