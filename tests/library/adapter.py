"""What the tests of the library ask of the package: the layers there are, their signatures, tensors and counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from symparams.api import Module, formula, parse
from symparams.errors import Source, SymparamsError
from symparams.model.files import library_index, library_module
from symparams.syntax import tree
from symparams.syntax.parse import parse_expression


class Tensor(NamedTuple):
    """One tensor; kind is `param`, `frozen` or `buffer`."""

    name: str
    shape: tuple[int, ...]
    kind: str


def network(call: str) -> Module:
    """The network that a call makes."""
    found = parse(f"net = {call}").net
    assert isinstance(found, Module)
    return found


def tensors(call: str) -> list[Tensor]:
    """All tensors of a call, in order."""
    rows = network(call).tensors(expand=True)
    assert all(row.multiplicity == 1 for row in rows)
    return [Tensor(row.name, tuple(int(size) for size in row.shape), row.kind) for row in rows]


def count(call: str, measure: str = "params") -> int:
    """A measure of a call."""
    return int(getattr(network(call), measure).value())


def count_in_symbols(call: str, sizes: Mapping[str, int | bool]) -> int:
    """The count by the closed form of a call with open sizes, read back from its text and only then given the sizes."""
    declared = "".join(f"symbol {name}{' flag' * isinstance(size, bool)}\n" for name, size in sizes.items())
    form = parse(f"{declared}net = {call}").formula("net.params")
    closed = parse(f"{declared}closed = {form}").formula("closed")
    return int(closed.value(**{name: sizes[name] for name in closed.symbols}))


def form(call: str) -> str:
    """The written form of a call, free names being sizes."""
    return str(formula(call))


def is_proved(claim: str, symbols: str) -> bool:
    """Whether a check over the symbols passes."""
    return [outcome.status for outcome in parse(f"symbol {symbols}\ncheck {claim}").check()] == ["proved"]


def refusal(call: str) -> str | None:
    """What the package says against a call; None where it has nothing to say."""
    try:
        count(call)
    except SymparamsError as error:
        return str(error)
    return None


@cache
def layers() -> frozenset[str]:
    """The names of the library's layers."""
    return frozenset(library_index())


def definition(name: str) -> tree.Module:
    """A layer's own text, as a tree."""
    found = library_module(name)
    assert found is not None, f"{name} isn't in the library"
    return found.definition


def signature(name: str) -> list[tuple[str, str, str | None]]:
    """Name, kind (`plain`, `keyword`, `variadic`) and default (as `plain` writes it) of each parameter."""
    return [(p.name, p.kind, None if p.default is None else shown(p.default)) for p in definition(name).params]


def plain(text: str) -> str:
    """A default in the one form that both sides are brought to.

    >>> plain("1e-5"), plain("()")
    ('1/100000', '[]')
    """
    return shown(parse_expression(Source("default", text)))


def shown(expr: tree.Expr) -> str:
    """A default's expression in that form."""
    if isinstance(expr, tree.List | tree.Tuple):
        return f"[{', '.join(map(shown, expr.items))}]"
    if isinstance(expr, tree.Unary):
        return expr.op + shown(expr.operand)
    if isinstance(expr, tree.Binary):
        return shown(expr.left) + expr.op + shown(expr.right)
    assert isinstance(expr, tree.Num | tree.Text | tree.Constant)
    return str(expr.value)


def owns_tensors(name: str) -> bool:
    """Whether the layer's text names any member."""
    return any(isinstance(statement, tree.Member) for statement in statements(definition(name).body))


def statements(body: Iterable[tree.Statement]) -> Iterator[tree.Statement]:
    """All statements of a body, those inside conditions and loops too."""
    for statement in body:
        yield statement
        if isinstance(statement, tree.If):
            for branch in statement.branches:
                yield from statements(branch.body)
        elif isinstance(statement, tree.For):
            yield from statements(statement.body)
