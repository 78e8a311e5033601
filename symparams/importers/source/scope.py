"""A Python file as names: its classes, functions, constants and imports, and those of files beside it that it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from ...errors import FileError, Finding, LimitError, ParseError, Source, Span
from .values import Class, Dotted, Function, Value

MAX_BYTES = 5_000_000
MAX_FILES = 60
# Packages that aren't read, wherever they are: what is used of them is known here.
OTHERS = {"torch", "math", "typing", "numpy", "functools", "collections", "itertools", "einops"}
MODULES = {"torch.nn.Module", "torch.jit.ScriptModule", "torch.nn.modules.Module", "torch.nn.modules.module.Module"}
# What stands at the top of a project.
MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "environment.yaml")
CONTAINERS = {"Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict"}
LAYERS = ("torch.nn.modules.", "torch.nn.", "torch.ao.nn.quantized.")
# Bases of other packages that add no tensors of their own.
PLAIN_BASES = (
    "LightningModule",
    "Mixin",
    "ABC",
    "PreTrainedModel",
    "Generic",
    "Protocol",
    "BaseModel",
    "ModuleUtilsMixin",
)
# Bases of other packages whose files aren't read: they add no tensors, and what they do is known.
HOLLOW = {"PreTrainedModel", "PreTrainedConfig", "PretrainedConfig", "GenerationMixin", "LightningModule"}
# Layers of other packages that have the tensors of one of PyTorch's.
ALIKE = {
    "ColumnParallelLinear": "Linear",
    "RowParallelLinear": "Linear",
    "ParallelEmbedding": "Embedding",
    "VocabParallelEmbedding": "Embedding",
    "FusedLayerNorm": "LayerNorm",
    "FusedRMSNorm": "RMSNorm",
    "SynchronizedBatchNorm2d": "BatchNorm2d",
}


@dataclass(eq=False)
class Scope:
    """The names of one file. statements: what assigns a name at the top, the last one counts."""

    source: Source
    tree: ast.Module
    path: FilePath | None
    files: dict[FilePath, Scope]
    classes: dict[str, Class] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    imports: dict[str, tuple[str, int]] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    stars: list[tuple[str, int]] = field(default_factory=list)
    finding: set[str] = field(default_factory=set)

    def find(self, name: str) -> Value | None:
        """The class, function or imported thing of a name; constants are read by who knows how."""
        if name in self.classes:
            return self.classes[name]
        if name in self.functions:
            return self.functions[name]
        if name in self.finding:
            return None  # files that import each other
        self.finding.add(name)
        try:
            return self._brought(name)
        finally:
            self.finding.discard(name)

    def _brought(self, name: str) -> Value | None:
        """What an import brings under a name."""
        if name in self.imports:
            return self.imported(*self.imports[name])
        for module, level in self.stars:
            other = self._file(module, level)
            found = other.find(name) if other else None
            if found is not None:
                return found
        return None

    def imported(self, path: str, level: int) -> Value:
        """What an import names: something of a file within reach, else a name of another package."""
        module, _, last = path.rpartition(".")
        if last not in HOLLOW and (level or self._is_near(path)):
            other = self._file(module, level)
            found = other.find(last) if other is not None else None
            if found is not None:
                return found
            if other is not None and last in other.constants:
                return Dotted(f"{other.path}:{last}")
        return Dotted(plain(path))

    def _is_near(self, path: str) -> bool:
        """Whether an absolute import is of the package that the file is in."""
        first = path.partition(".")[0]
        return self.path is not None and first not in OTHERS and self._root(first) is not None

    def _root(self, first: str) -> FilePath | None:
        """The folder in which a package or module of this name stands: around the file, or else beside it."""
        if self.path is None:
            return None
        parents = list(self.path.parents)[:8]
        around = next((folder for folder in parents if folder / first in parents), None)
        if around is not None:
            return around
        for folder in parents:
            if folder.name in ("site-packages", "dist-packages"):
                return None
            if (folder / f"{first}.py").is_file() or (folder / first / "__init__.py").is_file():
                return folder
            if not (folder / "__init__.py").is_file() and folder not in self._inside_project():
                return None
        return None

    def _inside_project(self) -> list[FilePath]:
        """The folders from the file's up to the one below its project's own, which has a `.git` or a file about the project."""
        parents = list(self.path.parents)[:8] if self.path is not None else []
        place = next((i for i, folder in enumerate(parents) if any((folder / one).exists() for one in MARKS)), 0)
        return parents[:place]

    def _file(self, module: str, level: int) -> Scope | None:
        """The names of the file of a module, or None where it is out of reach."""
        if self.path is None:
            return None
        parts = [part for part in module.split(".") if part]
        folder = (
            self._root(parts[0]) if not level and parts else self.path.parents[min(level, 6) - 1] if level else None
        )
        if folder is None:
            return None
        base = folder.joinpath(*parts)
        for path in (base.with_suffix(".py") if parts else base / "__init__.py", base / "__init__.py"):
            if path.is_file():
                return self._read(path)
        return None

    def _read(self, path: FilePath) -> Scope | None:
        if path not in self.files:
            if len(self.files) >= MAX_FILES:
                return None
            try:
                read_scope(path, self.files)
            except (FileError, ParseError, LimitError):
                return None
        return self.files.get(path)

    def constant_of(self, path: str) -> tuple[Scope, ast.expr] | None:
        """The expression of a constant that another file assigns."""
        for file, scope in self.files.items():
            name = path.removeprefix(f"{file}:")
            if name != path and name in scope.constants:
                return scope, scope.constants[name]
        return None

    def line(self, node: ast.AST) -> str:
        """The Python of a node on one line, cut where it is long."""
        try:
            text = " ".join(ast.unparse(node).split())
        except (RecursionError, ValueError):
            text = "…"
        return text if len(text) <= 88 else f"{text[:86]} …"


def plain(path: str) -> str:
    """A dotted name with PyTorch's layers directly below `torch.nn`."""
    last = path.rpartition(".")[2]
    if path.startswith(LAYERS) and last[:1].isupper():
        return f"torch.nn.{last}"
    return path


def read_scope(path: FilePath, files: dict[FilePath, Scope] | None = None) -> Scope:
    """Read a Python file. Raises: `FileError` for what can't be read, `ParseError` with the place for no Python."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise FileError(Finding("file", f"{path} can't be read: {reason}")) from None
    if len(data) > MAX_BYTES:
        raise LimitError(
            Finding("import-large", f"{path} is larger than 5 MB", hint="name the file of the network alone")
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(Finding("file", f"{path} isn't text: byte {error.start} is no UTF-8")) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return scope_of(Source(str(path), text), path.resolve(), {} if files is None else files)


def scope_of(source: Source, path: FilePath | None, files: dict[FilePath, Scope]) -> Scope:
    """The names of a text of Python."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source.text)
    except SyntaxError as error:
        raise ParseError(_not_python(source, error)) from None
    except (ValueError, RecursionError, MemoryError):
        raise ParseError(
            Finding(
                "import-python", f"{source.name} can't be read as Python: it is nested too deeply or has a null byte"
            )
        ) from None
    scope = Scope(source, tree, path, files)
    if path is not None:
        files[path] = scope
    for statement in statements(tree.body):
        _note(statement, scope)
    return scope


def _not_python(source: Source, error: SyntaxError) -> Finding:
    rows = source.text.split("\n")
    line = min(max(error.lineno or 1, 1), len(rows))
    start = sum(len(row) + 1 for row in rows[: line - 1]) + max((error.offset or 1) - 1, 0)
    start = min(start, len(source.text))
    message = f"this is no Python: {(error.msg or 'it can not be read').lower()}"
    hint = "is it written for Python 2?" if "print" in message or "exec" in message else ""
    return Finding("import-python", message, source, Span(start, start + 1), hint=hint)


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements at the top of a file, those under `if` and `try` too."""
    for statement in body:
        if isinstance(statement, ast.If):
            yield from statements(statement.orelse)
            yield from statements(statement.body)
        elif isinstance(statement, ast.Try):
            for handler in statement.handlers:
                yield from statements(handler.body)
            yield from statements(statement.body)
            yield from statements(statement.orelse)
        else:
            yield statement


def _note(statement: ast.stmt, scope: Scope) -> None:
    if isinstance(statement, ast.ClassDef):
        scope.classes[statement.name] = Class(statement, scope)
    elif isinstance(statement, ast.FunctionDef):
        scope.functions[statement.name] = Function(statement, scope, {})
    elif isinstance(statement, ast.Import):
        for alias in statement.names:
            if alias.asname:
                scope.imports[alias.asname] = (alias.name, 0)
            else:
                first = alias.name.partition(".")[0]
                scope.imports[first] = (first, 0)
    elif isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            module = statement.module or ""
            if alias.name == "*":
                scope.stars.append((module, statement.level))
            else:
                path = f"{module}.{alias.name}" if module else alias.name
                scope.imports[alias.asname or alias.name] = (path, statement.level)
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        if isinstance(statement.targets[0], ast.Name):
            scope.constants[statement.targets[0].id] = statement.value
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
        scope.constants[statement.target.id] = statement.value


def dotted_name(node: ast.AST, scope: Scope) -> Value | None:
    """What a name or dotted name of a file means, `nn.Linear`; None for what is no such name."""
    if isinstance(node, ast.Subscript):  # Generic[T]
        return dotted_name(node.value, scope)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return dotted_name(ast.parse(node.value, mode="eval").body, scope)
        except (SyntaxError, ValueError, RecursionError):
            return None
    if isinstance(node, ast.Name):
        return scope.find(node.id)
    if isinstance(node, ast.Attribute):
        owner = dotted_name(node.value, scope)
        return below(owner, node.attr, scope) if isinstance(owner, Dotted) else None
    return None


def below(owner: Dotted, name: str, scope: Scope) -> Value:
    """A name below a module's name."""
    path = f"{owner.path}.{name}"
    if path.startswith("torch."):
        return Dotted(plain(path))
    for _, (module, level) in scope.imports.items():
        if module == owner.path:
            return scope.imported(path, level)
    return Dotted(plain(path))


def bases(cls: Class) -> list[Value]:
    """The classes that a class is derived from, as far as they are named."""
    found = [dotted_name(node, cls.scope) for node in cls.definition.bases]
    return [one for one in found if one is not None]


def lineage(cls: Class, depth: int = 0) -> list[Class]:
    """A class and those of files that it is derived from, in the order in which Python asks them."""
    found = [cls]
    if depth < 50:
        for base in bases(cls):
            if isinstance(base, Class):
                found += [one for one in lineage(base, depth + 1) if all(one.name != other.name for other in found)]
    return found


def lineage_bases(cls: Class) -> list[Value]:
    """All that a class and those of files before it are derived from."""
    return [base for one in lineage(cls) for base in bases(one)]


def is_module(cls: Class) -> bool:
    """Whether a class is a network or a part of one."""
    for one in lineage(cls):
        for base in bases(one):
            if isinstance(base, Dotted) and (
                base.path in MODULES
                or base.path.startswith("torch.nn.")
                or (base.last.endswith(("Module", "PreTrainedModel")) and not base.last.endswith("DataModule"))
            ):
                return True
    return False


def layer_base(cls: Class) -> Dotted | None:
    """PyTorch's layer that a class specialises, or None."""
    for one in lineage(cls):
        for base in bases(one):
            if isinstance(base, Dotted) and base.path.startswith("torch.nn.") and base.path not in MODULES:
                return base
    return None


def other_name(cls: Class) -> str:
    """PyTorch's layer that a class without a constructor of its own is another name of, as `class Chain(nn.Sequential)`; else ""."""
    base = layer_base(cls) if method_of(cls, "__init__") is None and not strange_base(cls) else None
    return base.last if base is not None else ""


def strange_base(cls: Class) -> str:
    """A base class out of reach that may have parameters of its own."""
    for one in lineage(cls):
        for node, base in zip(
            one.definition.bases, (dotted_name(n, one.scope) for n in one.definition.bases), strict=True
        ):
            if (
                isinstance(base, Dotted)
                and not base.path.startswith(("torch.nn.", "torch.jit."))
                and not base.last.endswith(PLAIN_BASES)
            ):
                return ast.unparse(node) if base.path not in ("object", "typing.Generic") else ""
    return ""


def method_of(cls: Class, name: str, after: Class | None = None) -> tuple[ast.FunctionDef, Class] | None:
    """A method and the class that defines it; `after` a class of the lineage, for `super()`."""
    classes = lineage(cls)
    if after is not None:
        names = [one.name for one in classes]
        classes = classes[names.index(after.name) + 1 :] if after.name in names else []
    for one in classes:
        for statement in one.definition.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                return statement, one
    return None


def annotation_of(cls: Class, name: str) -> tuple[ast.expr, Class] | None:
    """The note of an attribute in the body of a class, and the class that it is in."""
    for one in lineage(cls):
        for statement in one.definition.body:
            if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == name:
                return statement.annotation, one
    return None


def class_constant(cls: Class, name: str) -> tuple[ast.expr, Class] | None:
    """The value that a class gives an attribute."""
    for one in lineage(cls):
        for statement in one.definition.body:
            if isinstance(statement, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == name for t in statement.targets
            ):
                return statement.value, one
            if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == name and statement.value:
                return statement.value, one
    return None
