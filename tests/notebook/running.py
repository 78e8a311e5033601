"""Runs notebooks in this process: `python tests/notebook/running.py FILE` writes what the cells show into the file."""

import json
import sys
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

KINDS = ("text/plain", "text/latex", "text/html")


def new_shell() -> Any:
    """A notebook's Python, fresh, without history on the disk."""
    config = Config()
    config.HistoryManager.enabled = False
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(config=config)
    shell.run_line_magic("colors", "nocolor")
    shell.display_formatter.active_types = list(KINDS)
    for printing in ("write_output_prompt", "write_format_data", "finish_displayhook"):
        setattr(shell.displayhook, printing, lambda *_: None)
    return shell


def run(shell: Any, source: str) -> tuple[list[dict[str, str]], str, Any]:
    """What a cell shows as kinds of text, what it prints, and its error or None."""
    with capture_output() as captured:
        result = shell.run_cell(source, store_history=True)
    shown = [dict(output.data) for output in captured.outputs]
    if result.result is not None:
        shown.append(shell.display_formatter.format(result.result)[0])
    return shown, captured.stdout + captured.stderr, result.error_in_exec or result.error_before_exec


def outputs(shell: Any, source: str) -> list[dict[str, Any]]:
    """What a cell shows, as a notebook keeps it."""
    shown, printed, error = run(shell, source)
    assert error is None, printed
    found: list[dict[str, Any]] = []
    if printed:
        found.append({"name": "stdout", "output_type": "stream", "text": printed.splitlines(keepends=True)})
    for data in shown:
        rows = {kind: data[kind].splitlines(keepends=True) for kind in KINDS if kind in data}
        found.append({"data": rows, "metadata": {}, "output_type": "display_data"})
    return found


def executed(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook with the outputs that its cells have now."""
    shell = new_shell()
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            count = shell.execution_count
            cell = {**cell, "execution_count": count, "outputs": outputs(shell, "".join(cell["source"]))}
        cells.append(cell)
    return {**notebook, "cells": cells}


def main(path: Path) -> None:
    """Write the outputs into the file."""
    notebook = executed(json.loads(path.read_text("utf-8")))
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
