"""What a file states, without elaborating it: its modules and functions, its instances, and what it says of itself."""

from __future__ import annotations

from ..syntax import tree
from .files import Unit


def modules(unit: Unit) -> list[tree.Module]:
    """The modules that a file defines itself, in order."""
    return [statement for statement in unit.statements if isinstance(statement, tree.Module)]


def functions(unit: Unit) -> list[tree.Function]:
    """The functions that a file defines itself, in order."""
    return [statement for statement in unit.statements if isinstance(statement, tree.Function)]


def instances(unit: Unit) -> list[tree.Define]:
    """The names that a file gives to calls and changed networks: `small = GPT2(V=50257, …)`, `tuned = small with: …`."""
    return [statement for statement in unit.statements if _is_instance(statement)]  # type: ignore[misc]


def _is_instance(statement: tree.Statement) -> bool:
    return (
        isinstance(statement, tree.Define)
        and len(statement.targets) == 1
        and isinstance(statement.value, tree.Call | tree.With)
    )


def last(unit: Unit) -> str:
    """The last module or instance of a file, "" where there is none."""
    for statement in reversed(unit.statements):
        if isinstance(statement, tree.Module):
            return statement.name
        if isinstance(statement, tree.Define) and _is_instance(statement):
            return statement.targets[0]
    return ""


def body(statement: tree.Module | tree.Function) -> tuple[tree.Statement, ...]:
    """What stands below a module's first line, or below that of a function that changes a network; nothing in others."""
    if isinstance(statement, tree.Module):
        return statement.body
    return statement.value.body if isinstance(statement.value, tree.With) else ()


def docstring(statement: tree.Module | tree.Function) -> str:
    """The docstring in the body, its lines without their indentation."""
    from inspect import cleandoc

    found = [inner.value for inner in body(statement) if isinstance(inner, tree.Docstring)]
    return cleandoc(found[0]) if found else ""


def summary(module: tree.Module | tree.Function) -> str:
    """The first paragraph of a module's docstring, on one line."""
    return " ".join(docstring(module).partition("\n\n")[0].split())


def heading(unit: Unit) -> list[str]:
    """The paragraphs of the comment that a file begins with."""
    lines = []
    for line in unit.source.text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").strip())
    paragraphs = "\n".join(lines).split("\n\n")
    return [" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip()]


def signature(statement: tree.Module | tree.Function, unit: Unit) -> str:
    """A module or function as one calls it, with its defaults as written: `MLP(d, width=4*d)`."""
    return f"{statement.name}({', '.join(_parameters(statement.params, unit))})"


def _parameters(params: tuple[tree.Parameter, ...], unit: Unit) -> list[str]:
    words = []
    for place, param in enumerate(params):
        if param.kind == "keyword" and not any(before.kind != "plain" for before in params[:place]):
            words.append("*")
        star = "*" if param.kind == "variadic" else ""
        default = "" if param.default is None else f"={written(param.default, unit)}"
        words.append(f"{star}{param.name}{default}")
    return words


def written(part: tree.Expr | tree.Statement, unit: Unit) -> str:
    """A piece of a file as its author wrote it, on one line."""
    return " ".join(unit.source.text[slice(*part.span)].split())
