"""Files of the language: loaded from a path or a text, their modules and instances as attributes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Finding, Source, UsageError, suggestion
from ..model import files
from ..model.forms import latex_names
from ..syntax import tree
from .formulas import Formula, question
from .modules import Module, place

if TYPE_CHECKING:
    from ..render.table import Table
    from .outcomes import Outcomes


def load(path: str | Path) -> File:
    """The file of the language at this path, or the family of the zoo of this name, `load("gpt2")`; its imports loaded too.

    Raises: `FileError` for what can't be read, `ParseError` and `ModelError` for what is wrong in it.
    """
    return File(files.load_named(str(path)))


def parse(text: str, name: str = "<text>") -> File:
    """The file that a text is; `name` stands for it in messages.

    Raises: `ParseError` and `ModelError` for what is wrong in it.
    """
    if not isinstance(text, str):
        hint = "give the text of a file; a path is for symparams.load"
        raise UsageError(Finding("usage-argument", f"a file is text, not {type(text).__name__}", hint=hint))
    return File(files.load_text(Source(name, text)))


class File:
    """A file of the language. Its modules and instances are attributes: `gpt2.GPT2.params`, `gpt2.small`."""

    def __init__(self, unit: files.Unit) -> None:
        self._unit = unit

    @property
    def names(self) -> list[str]:
        """The names of the modules and values defined or imported at its top, in order."""
        return [name for name, (found, _) in self._unit.names.items() if isinstance(found, tree.Module | tree.Define)]

    def formula(self, text: str) -> Formula:
        """The formula of an expression in this file, as in `file.formula("xl.params - small.params")`."""
        return Formula(question(text, self._unit))

    def table(self, *names: str, columns: Sequence[str] = (), **notation: Any) -> Table:
        """The instances of the file, or those named, as the rows of a table; see `symparams table --rows instances`."""
        from ..model.tabled import instances, instances_table
        from ..render.latex import notation as notation_of

        asked = [question(name, self._unit) for name in names or instances(self._unit)]
        style: dict[str, Any] = {"notation": notation_of(**notation)} if notation else {}
        return instances_table(asked, columns, names=latex_names(self._unit), of_files=not names, **style)

    def check(self) -> Outcomes:
        """The outcome of every check, in order; each is true where it is proved."""
        from ..model.checks import outcomes
        from .outcomes import Outcome, Outcomes

        return Outcomes(Outcome(*outcome) for outcome in outcomes(self._unit))

    def _repr_html_(self) -> str:
        from .display import file_html

        return file_html(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "_unit":
            raise AttributeError(name)
        if name not in self._unit.names:
            raise AttributeError(f"{self._unit.source.name} has no {name}. {suggestion(name, self.names)}".strip())
        return self[name]

    def __getitem__(self, name: str) -> Any:
        """The module or value of this name, also where the attribute is another thing: `file["check"]`."""
        if name not in self._unit.names:
            near = suggestion(str(name), self.names)
            raise UsageError(Finding("unknown-name", f"{self._unit.source.name} has no {name}", hint=near))
        asked = question(name, self._unit)
        return Module(asked) if isinstance(self._unit.names[name][0], tree.Module) else place(asked)

    def __iter__(self) -> Iterator[str]:
        """The names defined at its top."""
        return iter(self.names)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.names]

    def __repr__(self) -> str:
        return f"<File {self._unit.source.name}: {', '.join(self.names)}>"
