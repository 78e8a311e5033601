r"""A manuscript → its files, each once: what `\input` and its kin name, and what of it isn't read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..errors import FileError, Finding, Source, Span, suggestion
from ..model.files import read
from .tex import Text, read_tex

MAX_FILES = 200
UNREAD = "audit-unread"

_INPUT = re.compile(
    r"\\(?P<how>input|include|subfile|subfileinclude)\s*\{(?P<name>[^{}]+)\}|\\input\s+(?P<bare>[^\s{}\\]+)"
    r"|\\(?:sub)?import\*?\s*\{(?P<folder>[^{}]*)\}\s*\{(?P<imported>[^{}]+)\}"
)
_OPTIONAL = re.compile(r"\\(?:IfFileExists|InputIfFileExists)\s*\{([^{}]+)\}")
_BODY = r"\begin{document}"


class Files(NamedTuple):
    """What was read, in order, and what of it couldn't be."""

    texts: tuple[tuple[Source, Text], ...]
    findings: tuple[Finding, ...]


class _Named(NamedTuple):
    name: str
    span: Span


def read_files(path: Path) -> Files:
    """The file and those that it inputs from its own folder.

    Raises: `FileError` for a manuscript that can't be read; of an input that isn't there a finding tells.
    """
    source = Source(str(path), read(path))
    folder = path.resolve().parent
    waiting, seen = [source], {path.resolve()}
    texts: list[tuple[Source, Text]] = []
    findings: list[Finding] = []
    while waiting:
        source = waiting.pop(0)
        text = read_tex(source.text)
        texts.append((source, text))
        for named in _inputs(text):
            found = _found(named, folder, path.parent, source, text)
            if isinstance(found, Finding):
                findings.append(found)
            elif found is not None and found.resolve() not in seen and len(seen) < MAX_FILES:
                seen.add(found.resolve())
                try:
                    waiting.append(Source(str(found), read(found)))
                except FileError as error:
                    findings.append(_missing(named, error.findings[0].message, source))
    return Files(tuple(texts), tuple(findings))


def _inputs(text: Text) -> Iterator[_Named]:
    """The files that a text names, those of a macro's arguments aside."""
    optional = {match.group(1).strip() for match in _OPTIONAL.finditer(text.plain)}
    for match in _INPUT.finditer(text.plain):
        name = (match.group("name") or match.group("bare") or match.group("imported")).strip().strip('"')
        name = f"{(match.group('folder') or '').rstrip('/')}/{name}".lstrip("/") if match.group("imported") else name
        if "#" not in name and not name.startswith("|") and name not in optional:
            yield _Named(name, Span(match.start(), match.end()))


def _found(named: _Named, folder: Path, shown: Path, source: Source, text: Text) -> Path | Finding | None:
    """The file that an `\\input` names, where it lies in the manuscript's folder; else what is to be told."""
    if "\\" in named.name:
        return _missing(named, "the name of this file is made by macros, so nothing of it is checked", source, UNREAD)
    for words in (named.name, f"{named.name}.tex"):
        try:
            place = (folder / words).resolve()
            if not place.is_relative_to(folder):
                message = f"{words} lies outside of the manuscript's folder, so nothing of it is checked"
                return _missing(named, message, source, UNREAD)
            if place.is_file():
                return shown / words
        except (OSError, ValueError):
            break
    if "/" not in named.name and named.span.start < text.plain.find(_BODY):  # such as glyphtounicode
        message = f"{named.name} isn't here; if it is TeX's own, nothing is missing"
        return _missing(named, message, source, UNREAD)
    hint = suggestion(named.name, [str(one.relative_to(folder).with_suffix("")) for one in folder.rglob("*.tex")])
    return _missing(named, f"{named.name} isn't there, so nothing of it is checked", source, "audit-input", hint)


def _missing(named: _Named, message: str, source: Source, code: str = "audit-input", hint: str = "") -> Finding:
    return Finding(code, message, source, named.span, hint=hint)
