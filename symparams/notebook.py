"""Cells of the language in notebooks: `%load_ext symparams`, then `%%symparams` at a cell's top.

A cell's modules and instances become names of the notebook, its checks are proved or refuted below it. Later cells know the
names of earlier ones. What is wrong is told in the package's words, without a traceback.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .api import File, Formula, Module
from .errors import Finding, Source, SymparamsError, UsageError
from .model.files import Unit, load_text


def load(shell: Any) -> None:
    """Give the notebook its `%%symparams`."""
    shell.register_magic_function(cell_magic(shell), magic_kind="cell", magic_name="symparams")


def cell_magic(shell: Any) -> Callable[[str, str], None]:
    """The magic for one notebook, which remembers the names of its cells."""
    from IPython.display import display

    names: dict[str, Any] = {}

    def symparams(line: str, cell: str) -> None:
        """A cell of the language, as a file is.

        `%%symparams` gives the notebook the cell's modules, instances and quantities by their names; `%%symparams net`
        gives it the whole cell as `net`. The outcome of each `check` is shown below.
        """
        try:
            file = read(cell, f"<cell {len(shell.user_ns['In']) - 1}>", names)
            shell.push(defined(file, line.strip()))
            names.update(file._unit.names)
            outcomes = file.check()
        except SymparamsError as error:
            raise told_plainly(error) from None
        if outcomes:
            display(outcomes)  # type: ignore[no-untyped-call]

    return symparams


def read(text: str, name: str, names: dict[str, Any]) -> File:
    """The file that a cell is; it finds other files in the folder that the notebook runs in."""
    unit = load_text(Source(name, text), Path.cwd())
    unit.around = Unit(Source("<cells>", ""))
    unit.around.names.update(names)
    return File(unit)


def defined(file: File, whole: str) -> dict[str, Any]:
    """What a cell gives the notebook. Raises: `SymparamsError` for what is wrong in a definition."""
    if whole:
        if not whole.isidentifier() or keyword.iskeyword(whole):
            hint = "write %%symparams, or %%symparams net for one name"
            raise UsageError(Finding("usage-magic", f"{whole} is no name of Python", hint=hint))
        return {whole: file}
    found = {name: file[name] for name in file.names if name.isidentifier() and not keyword.iskeyword(name)}
    return {name: value for name, value in found.items() if isinstance(value, Module) or is_number(value)}


def is_number(value: object) -> bool:
    """Whether a definition is a number or a formula; a list or a text is known to the language alone."""
    try:
        return isinstance(value, Formula) and bool(value.answer)
    except SymparamsError as error:
        if error.findings[0].code in ("not-a-number", "no-network"):
            return False
        raise


def told_plainly(error: SymparamsError) -> SymparamsError:
    """The error, which IPython shows by its text alone."""
    error._render_traceback_ = str(error).splitlines  # type: ignore[attr-defined]
    return error
