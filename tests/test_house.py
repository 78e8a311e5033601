"""The house keeps its order: floors import only downwards, nothing imports in a circle, and start-up stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "symparams"

FLOORS = [
    "errors",
    "formula",
    "render",
    "syntax",
    "model",
    "pages",
    "api",
    "layers",
    "importers",
    "exporters",
    "audit",
    "notebook",
    "cli",
]


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.name not in ("__init__.py", "__main__.py"))


def floor_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported_floors(path: Path) -> set[str]:
    here = ("symparams", *path.relative_to(PACKAGE).with_suffix("").parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = here[: -node.level]
            full = (*base, *(node.module or "").split(".")) if node.module else base
            names = [alias.name for alias in node.names] if len(full) == 1 else [full[1]]
            found.update(names)
    return found & set(FLOORS)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_floor_knows_nothing_of_the_floors_above(path: Path) -> None:
    here = FLOORS.index(floor_of(path))
    above = {floor for floor in imported_floors(path) if FLOORS.index(floor) > here}
    assert not above


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_has_at_most_500_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 500


def test_only_one_file_imports_sympy() -> None:
    importing = [path for path in modules() if imports_sympy(ast.parse(path.read_text("utf-8")))]
    assert [str(path.relative_to(PACKAGE)) for path in importing] == ["formula/algebra.py"]


def imports_sympy(module: ast.Module) -> bool:
    """Whether sympy is imported anywhere but for type checkers."""
    for_types = [
        inner
        for node in ast.walk(module)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in node.body
    ]
    return any(
        isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "sympy" for alias in node.names)
        for node in ast.walk(module)
        if node not in for_types
    )


@pytest.mark.parametrize(
    "command",
    [
        ["count", "symparams/zoo/lenet.sym:LeNet"],
        ["latex", "symparams/zoo/lenet.sym:LeNet.conv", "symparams/zoo/lenet.sym:LeNet.total"],
        ["count", "symparams/zoo/gpt2.sym:small"],
        ["formula", "Conv2d(C_in, C_out, k)"],
        ["show", "gpt2:small"],
        ["show", "gpt2:GPT2"],
        ["layers", "Conv2d"],
        ["zoo", "gpt2"],
    ],
    ids=" ".join,
)
def test_numbers_and_written_pages_need_no_sympy(command: list[str]) -> None:
    script = (
        "import sys; from symparams.cli import main; status = main(sys.argv[1:]); "
        "assert 'sympy' not in sys.modules, 'sympy was imported'; sys.exit(status)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, *command], cwd=PACKAGE.parent, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
