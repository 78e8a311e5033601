"""Cells of the language in a notebook: names, outcomes, errors without a traceback, and the example notebook."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("IPython", reason="IPython isn't installed")
pytest.importorskip("numpy", reason="numpy isn't installed")

from .running import executed, new_shell, run

EXAMPLE = Path(__file__).parent / "example.ipynb"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    shell = new_shell()
    run(shell, "%load_ext symparams")
    return shell


def test_the_example_shows_what_it_holds() -> None:
    notebook = json.loads(EXAMPLE.read_text("utf-8"))
    again = executed(notebook)
    for cell, new in zip(notebook["cells"], again["cells"], strict=True):
        assert new.get("outputs") == cell.get("outputs"), "".join(cell["source"])


def test_a_cell_defines_its_names(shell: Any) -> None:
    shown, printed, error = run(
        shell, "%%symparams\nmodule A(n):\n    a: [n]\nsmall = A(3)\nsize = 4\nsizes = [1, 2]\n"
    )
    assert (shown, printed, error) == ([], "", None)
    shown, _, _ = run(shell, "A(5).params.value() + small.params.value() + int(size)")
    assert shown[0]["text/plain"] == "12"
    assert "sizes" not in shell.user_ns


def test_a_cell_under_one_name(shell: Any) -> None:
    run(shell, "%%symparams net\nmodule A(n):\n    a: [n]\n")
    assert shell.user_ns["net"].A.params.value(n=3) == 3
    assert "A" not in shell.user_ns


def test_later_cells_know_earlier_ones(shell: Any) -> None:
    run(shell, '%%symparams\nsymbol n "width" as "\\\\omega"\nmodule A(n):\n    a: [n]\n')
    shown, printed, error = run(shell, "%%symparams\nmodule B(n):\n    a: 2 * A(n)\ncheck B.params == 2*n\n")
    assert error is None, printed
    assert "proved" in shown[0]["text/html"]
    run(shell, "%%symparams\nmodule A(n):\n    a: [n, n]\n")
    shown, _, _ = run(shell, "[str(B(n=3).params.value()), str(A(n=3).params.value())]")
    assert shown[0]["text/plain"] == "['6', '9']"


def test_outcomes_are_shown_and_escaped(shell: Any) -> None:
    text = '%%symparams\nmodule A(n):\n    a: [n]\ncheck A.params == n "<b>me</b>"\ncheck A.params == n + 1\n'
    (shown,), _, error = run(shell, text)
    assert error is None
    assert "✓ proved" in shown["text/html"]
    assert "✗ refuted" in shown["text/html"]
    assert "&lt;b&gt;me&lt;/b&gt;" in shown["text/html"]
    assert shown["text/plain"].startswith("proved: A.params == n")


WRONG = [
    ("a syntax error", "%%symparams\nx = 3d\n", "<cell 2>:1:5", "write 3*d"),
    ("a wrong instance", "%%symparams\nx = Linear(3)\n", "<cell 2>:1:5", "Linear needs out_features"),
    ("an unknown import", '%%symparams\nimport "no.sym"\n', "<cell 2>:1:1", "no.sym doesn't exist"),
    ("no name", "%%symparams two words\nx = 3\n", "no name of Python", "%%symparams net for one name"),
]


@pytest.mark.parametrize(("text", "place", "message"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_errors_come_without_a_traceback(shell: Any, text: str, place: str, message: str) -> None:
    shown, printed, error = run(shell, text)
    assert error is not None  # so that running all cells stops here
    assert shown == []
    assert place in printed
    assert message in printed
    assert "Traceback" not in printed
    assert ".py" not in printed


def test_a_file_beside_the_notebook_can_be_imported(shell: Any, tmp_path: Path) -> None:
    (tmp_path / "blocks.sym").write_text("module Block(d):\n    a: [d, d]\n", "utf-8")
    _, printed, error = run(shell, '%%symparams\nfrom "blocks.sym" import Block\nnet = 3 * Block(4)\n')
    assert error is None, printed
    assert shell.user_ns["net"].params.value() == 48
