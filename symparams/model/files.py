"""Files of the language and their top-level names: what a file defines, what it imports, and PyTorch's layers by name.

A file reads nothing outside its own folder, the library and the zoo. Of a library file only the statements named are parsed.
"""

from __future__ import annotations

import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple, Union

from ..errors import FileError, Finding, ModelError, Source, Span, suggestion
from ..syntax import tree
from ..syntax.parse import parse
from .misplaced import misplaced
from .values import ModuleValue

MAX_BYTES = 5_000_000
MAX_IMPORTS = 50
PACKAGE = Path(__file__).parent.parent
LIBRARY = PACKAGE / "library"
ZOO = PACKAGE / "zoo"

Global = Union[tree.Module, tree.Function, tree.Define, tree.Declared]
_STATEMENT = re.compile(r"^(?:module[ \t]+)?([^\W\d]\w*)", re.MULTILINE)


class Unit:
    """A file that is loaded: its source, its statements, and the names at its top.

    names: what each name was defined by, and in which unit (imports share the other file's). folder: where imports
    are looked for, None where there is no folder. around: the unit whose names are known here too, as those of a
    notebook's earlier cells are.
    """

    def __init__(self, source: Source, statements: tuple[tree.Statement, ...] = (), folder: Path | None = None) -> None:
        self.source = source
        self.statements = statements
        self.folder = folder
        self.names: dict[str, tuple[Global, Unit]] = {}
        self.around: Unit | None = None

    def find(self, name: str) -> tuple[Global, Unit] | None:
        """What the name stands for at the top of this file, with the unit that defines it."""
        found = self.names.get(name)
        return self.around.find(name) if found is None and self.around is not None else found

    def known(self) -> list[str]:
        """All names at the top of this file."""
        return [*self.names, *(self.around.known() if self.around is not None else [])]


class LibraryUnit(Unit):
    """A file of the library, whose statements are parsed one by one when they are named."""

    def __init__(self, path: Path) -> None:
        super().__init__(Source(f"symparams/library/{path.name}", read(path)), folder=None)
        self.places = dict(_places(self.source.text))
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return library_unit, (self.path,)

    def find(self, name: str) -> tuple[Global, Unit] | None:
        """See `Unit.find`."""
        if name not in self.names and name in self.places:
            start, end = self.places[name]
            above = "\n" * self.source.text.count("\n", 0, start)
            piece = Source(self.source.name, above + self.source.text[start:end])
            unit = Unit(piece)
            unit.find = self.find  # type: ignore[method-assign]
            for statement in parse(piece).statements:
                for other in _named(statement):
                    self.names[other] = (_as_global(statement, other), unit)
        return self.names.get(name)

    def known(self) -> list[str]:
        """See `Unit.known`."""
        return list(self.places)


def _places(text: str) -> list[tuple[str, tuple[int, int]]]:
    """The names defined at the top of a text, each with the range of its statement."""
    found = [(match.group(1), match.start()) for match in _STATEMENT.finditer(text)]
    ends = [start for _, start in found[1:]] + [len(text)]
    return [(name, (start, end)) for (name, start), end in zip(found, ends, strict=True)]


# ------------------------------------------------------------------------------------------------------ reading


def read(path: Path) -> str:
    """The text of a file. Raises: `FileError` for what isn't a readable text file of at most 5 MB."""
    return decoded(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """The content of a file. Raises: `FileError` for what isn't a readable file of at most 5 MB."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except IsADirectoryError:
        raise _no_file(path, "is a folder, not a file") from None
    except FileNotFoundError:
        raise _no_file(path, "doesn't exist", _near(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _no_file(path, f"can't be read: {reason.lower()}") from None
    if len(data) > MAX_BYTES:
        raise FileError(Finding("limit-file", f"{path} is larger than the limit of {MAX_BYTES:,} bytes"))
    return data


def decoded(data: bytes, path: Path, encoding: str = "utf-8-sig") -> str:
    """The text of a file's content. Raises: `FileError` for what isn't UTF-8."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _no_file(path, f"isn't UTF-8 text (line {line})", "save it as UTF-8") from None


def _near(path: Path) -> str:
    kind = path.suffix if path.suffix[1:].isalnum() else ".sym"
    near = suggestion(path.name, [other.name for other in path.parent.glob(f"*{kind}")] if path.parent.is_dir() else [])
    if not near and path.stem in zoo_index():
        return f"{path.stem} without an ending is the family of the zoo"
    return near


def read_stdin(encoding: str = "utf-8-sig") -> str:
    """The text of standard input, in UTF-8 whatever the locale. Raises: `FileError` for what isn't at most 5 MB of it."""
    stream = getattr(sys.stdin, "buffer", None)
    try:
        data = stream.read(MAX_BYTES + 1) if stream is not None else sys.stdin.read(MAX_BYTES + 1).encode(encoding)
        text = str(data, encoding)
    except UnicodeError:
        raise FileError(Finding("file", "standard input isn't UTF-8 text", hint="save it as UTF-8")) from None
    except (OSError, AttributeError):
        raise FileError(Finding("file", "standard input can't be read")) from None
    if len(data) > MAX_BYTES:
        raise FileError(Finding("limit-file", f"standard input is larger than the limit of {MAX_BYTES:,} bytes"))
    return text


def _no_file(path: Path, reason: str, hint: str = "") -> FileError:
    return FileError(Finding("file", f"{path} {reason}", hint=hint))


class Loading(NamedTuple):
    """A load under way: the files that import one another down to here, and all files loaded by now, each once."""

    importing: tuple[Path, ...]
    loaded: dict[Path, Unit]

    def inside(self, path: Path) -> Loading:
        """The same load inside a file."""
        return self._replace(importing=(*self.importing, path))


def load_file(path: Path) -> Unit:
    """The unit of a file, its imports loaded too."""
    return load_text(Source(str(path), read(path)), path.resolve().parent, Loading((path.resolve(),), {}))


def load_named(name: str) -> Unit:
    """The unit of the file at a path, or, where there is no such file, of the family of the zoo that has this name."""
    is_there = os.path.exists(name)
    if name in zoo_index() and not os.path.isfile(name):
        return zoo_unit(name)
    if not is_there and not name.endswith(".sym"):
        file = f"{name}.sym" if os.path.isfile(f"{name}.sym") else ""
        near = f"did you mean {file}?" if file else suggestion(name.removeprefix("zoo."), zoo_index())
        hint = near or "a file's name ends in .sym; `symparams zoo` lists the families"
        raise FileError(
            Finding("unknown-family", f"there is no file and no family of the zoo called {name}", hint=hint)
        )
    return load_file(Path(name))


def zoo_unit(family: str) -> Unit:
    """The unit of a family of the zoo."""
    path = zoo_index()[family]
    return load_text(Source(f"symparams/zoo/{path.name}", read(path)), ZOO, Loading((path,), {}))


def load_text(source: Source, folder: Path | None = None, loading: Loading | None = None) -> Unit:
    """The unit of a text; imports are looked for in `folder`."""
    unit = Unit(source, parse(source).statements, folder)
    loading = loading or Loading((), {})
    findings = [finding for statement in unit.statements for finding in misplaced(statement, source)]
    for statement in unit.statements:
        try:
            if isinstance(statement, tree.Import):
                _import(unit, statement, loading)
            for name in _named(statement):
                _add(unit, name, _as_global(statement, name), unit, statement.span)
        except ModelError as error:
            findings += error.findings
    if findings:
        raise ModelError(*findings)
    return unit


def _named(statement: tree.Statement) -> tuple[str, ...]:
    if isinstance(statement, tree.Define):
        return statement.targets
    if isinstance(statement, tree.SymbolStatement):
        return tuple(declared.name for declared in statement.declared)
    return (statement.name,) if isinstance(statement, tree.Module | tree.Function) else ()


def _as_global(statement: tree.Statement, name: str) -> Global:
    if isinstance(statement, tree.SymbolStatement):
        return next(declared for declared in statement.declared if declared.name == name)
    return statement  # type: ignore[return-value]


def _add(unit: Unit, name: str, definition: Global, owner: Unit, span: Span) -> None:
    old = unit.names.get(name)
    if old is None:
        unit.names[name] = (definition, owner)
        return
    if old[0] is definition or (
        isinstance(definition, tree.Declared) and isinstance(old[0], tree.Declared) and owner is not unit
    ):
        return
    hint = "the top of a file assigns each name once; rename one of the two"
    raise ModelError(Finding("defined-twice", f"{name} is defined twice", unit.source, span, hint=hint))


# ------------------------------------------------------------------------------------------------------ imports


def _import(unit: Unit, statement: tree.Import, loading: Loading) -> None:
    path = _import_path(unit, statement)
    if path in loading.importing:
        raise _import_error(unit, statement, "import-cycle", f"{statement.path} imports itself, through this import")
    if path not in loading.loaded:
        loading.loaded[path] = _load_import(unit, statement, path, loading)
    other = loading.loaded[path]
    for name, local in statement.names or tuple((name, name) for name in other.names):
        found = other.names.get(name)
        if found is None:
            message = f"{statement.path} has no {name}"
            raise _import_error(unit, statement, "import-name", message, suggestion(name, other.names))
        _add(unit, local, *found, statement.span)


def _load_import(unit: Unit, statement: tree.Import, path: Path, loading: Loading) -> Unit:
    if len(loading.importing) >= MAX_IMPORTS:
        message = f"imports are nested more than {MAX_IMPORTS} deep"
        raise _import_error(unit, statement, "limit-imports", message, "import the inner file here, without the way")
    if path.exists() and not (path.is_file() or path.is_dir()):
        # A pipe would be waited for without an end.
        raise _import_error(unit, statement, "file", f"{statement.path} isn't a file on the disk")
    try:
        return load_text(Source(_shown(path), read(path)), path.parent, loading.inside(path))
    except FileError as error:
        raise FileError(
            _as_written(error.findings[0], statement, path)._replace(source=unit.source, span=statement.span)
        ) from None


def _as_written(finding: Finding, statement: tree.Import, path: Path) -> Finding:
    """The finding about a file in the words of the import that names it."""
    message = finding.message.replace(str(path), statement.path)
    hint = finding.hint
    if statement.path.startswith("zoo.") and hint.startswith("did you mean"):
        hint = suggestion(path.stem, [other.stem for other in ZOO.glob("*.sym")]).replace("mean ", "mean zoo.")
    return finding._replace(message=message, hint=hint)


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return path.name


# What a manuscript in Python imports, and what stands for it here.
FOREIGN = {
    "torch": "the layers of torch.nn are here already; leave this line out",
    "math": "floor, ceil, sqrt, log and log2 are here already; leave this line out",
} | dict.fromkeys(
    ("transformers", "torchvision", "timm", "diffusers"),
    "networks come from the zoo, as in `from zoo.gpt2 import GPT2`; `symparams zoo` lists them",
)


def _import_path(unit: Unit, statement: tree.Import) -> Path:
    is_python = not statement.path.endswith(".sym") and statement.path.partition(".")[0] in FOREIGN
    if is_python:
        hint = FOREIGN[statement.path.partition(".")[0]]
        raise _import_error(
            unit, statement, "import-path", f"{statement.path} is Python's, no file of the language", hint
        )
    if statement.path.startswith("zoo."):
        return ZOO / (statement.path.removeprefix("zoo.").replace(".", "/") + ".sym")
    if unit.folder is None:
        message = "a text without a file imports nothing but the zoo"
        raise _import_error(unit, statement, "import-folder", message, "load it from a file")
    path = (unit.folder / statement.path).resolve()
    if not path.is_relative_to(unit.folder.resolve()):
        message = f"{statement.path} lies outside the file's own folder"
        raise _import_error(unit, statement, "import-folder", message, "copy it beside this file")
    if not statement.path.endswith(".sym"):
        hint = f'write "{statement.path.replace(".", "/")}.sym", in quotes, for a file of that name'
        raise _import_error(unit, statement, "import-path", f"{statement.path} is no file of the language", hint)
    return path


def _import_error(unit: Unit, statement: tree.Import, code: str, message: str, hint: str = "") -> ModelError:
    return ModelError(Finding(code, message, unit.source, statement.span, hint=hint))


# ------------------------------------------------------------------------------------------------------ the package's


@cache
def zoo_index() -> dict[str, Path]:
    """Where each family of the zoo lies, by its name."""
    return {path.stem: path for path in sorted(ZOO.glob("*.sym"))}


_OFFERED = re.compile(
    r"^(?:module[ \t]+(\w+)|([^\W\d]\w*\()[^\n]*\)[ \t]*=(?!=)|([^\W\d]\w*)[ \t]*=(?=[ \t]*[A-Z]\w*\(|[^\n]*[ \t]with:))",
    re.MULTILINE,
)


@cache
def zoo_names() -> dict[str, tuple[str, ...]]:
    """The families of the zoo that define each module, network and function, this with its bracket; no file is parsed."""
    found: dict[str, dict[str, None]] = {}
    for family, path in zoo_index().items():
        for names in _OFFERED.findall(read(path)):
            found.setdefault("".join(names), {})[family] = None
    return {name: tuple(families) for name, families in found.items()}


@cache
def library_unit(path: Path) -> LibraryUnit:
    """The unit of one of the library's files, loaded once."""
    return LibraryUnit(path)


@cache
def library_index() -> dict[str, Path]:
    """Which file of the library defines each layer."""
    return {name: path for name, path in _library_names().items() if not name.endswith("(")}


@cache
def library_functions() -> dict[str, Path]:
    """Which file of the library defines each function."""
    return {name[:-1]: path for name, path in _library_names().items() if name.endswith("(")}


@cache
def _library_names() -> dict[str, Path]:
    """The layers and functions of the library by the files that define them, a function with its bracket."""
    header = re.compile(r"^(?:module[ \t]+([^\W\d_]\w*)|([^\W\d_]\w*\())", re.MULTILINE)
    return {
        layer or function: path
        for path in sorted(LIBRARY.glob("*.sym"))
        for layer, function in header.findall(path.read_text("utf-8"))
    }


def library_function(name: str) -> tuple[tree.Function, Unit] | None:
    """The library's function of this name with its file, or None."""
    path = library_functions().get(name)
    found = library_unit(path).find(name) if path else None
    return (found[0], found[1]) if found and isinstance(found[0], tree.Function) else None


def library_module(name: str) -> ModuleValue | None:
    """PyTorch's layer of this name, or None."""
    path = library_index().get(name)
    found = library_unit(path).find(name) if path else None
    return ModuleValue(found[0], found[1]) if found and isinstance(found[0], tree.Module) else None
