"""The syntax tree of a `.sym` file: one class for each thing that can be written, each with its span in the text.

Rules of the grammar, classes here and the functions that read them share one word: `module`, `Module`.
The tree says what is written and nothing of what it means.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple, Protocol, Union

from ..errors import Span


class Expr(Protocol):
    """Any expression. (A protocol, since type checkers don't finish on unions of tuples that hold each other.)"""

    @property
    def span(self) -> Span:
        """Where it stands in the text."""


class Statement(Protocol):
    """Any statement."""

    @property
    def span(self) -> Span:
        """Where it stands in the text."""


# ---------------------------------------------------------------------------------------------- expressions


class Num(NamedTuple):
    """A number as written: `5`, `0.25`, `124_439_808`, `15.3M`; `text` keeps the digits printed."""

    value: int | Fraction
    text: str
    span: Span


class Text(NamedTuple):
    """A string in either quote."""

    value: str
    span: Span


class Constant(NamedTuple):
    """`True`, `False` or `None`."""

    value: bool | None
    span: Span


class Name(NamedTuple):
    """A plain name. `nn.Conv2d` and `torch.nn.Conv2d` arrive as the name `Conv2d`. `oo` is an ordinary name."""

    name: str
    span: Span


class List(NamedTuple):
    """`[a, b]`; in a member's place a tensor."""

    items: tuple[Expr, ...]
    span: Span


class Tuple(NamedTuple):
    """`(a, b)`, or `a, b` where the grammar allows it."""

    items: tuple[Expr, ...]
    span: Span


class Star(NamedTuple):
    """`*xs` in a call or list; in a call `*` alone (value None) makes every parameter a symbol."""

    value: Expr | None
    span: Span


class Keyword(NamedTuple):
    """`name=value` in a call."""

    name: str
    value: Expr
    span: Span


class Call(NamedTuple):
    """`func(args)`; args are expressions, Stars, Keywords, or one Comprehension (kind `generator`)."""

    func: Expr
    args: tuple[Expr, ...]
    span: Span


class Attribute(NamedTuple):
    """`base.name`; the name may be an integer's digits (`features.0`)."""

    base: Expr
    name: str
    span: Span


class Template(NamedTuple):
    """A member's name with holes, as the loop that made it wrote it: `b{i+1}`, or behind a base `layer.b{i+1}`."""

    base: Expr | None
    pieces: tuple[str | Hole, ...]
    span: Span


class Slice(NamedTuple):
    """`a:b` or `a:b:c` inside brackets; None where left out."""

    start: Expr | None
    stop: Expr | None
    step: Expr | None
    span: Span


class Every(NamedTuple):
    """`*` inside brackets: `h[*]`."""

    span: Span


class Subscript(NamedTuple):
    """`base[at]`; at is an expression, a Slice or Every."""

    base: Expr
    at: Expr
    span: Span


class Unary(NamedTuple):
    """`-a`, `+a` or `not a`."""

    op: str
    operand: Expr
    span: Span


class Binary(NamedTuple):
    """`a op b` with op one of `+ - * / // % **`; `^` arrives as `**`, `·` and `×` as `*`."""

    op: str
    left: Expr
    right: Expr
    span: Span


class Logic(NamedTuple):
    """`a and b and …` or `a or b or …`; op is `and` or `or`."""

    op: str
    operands: tuple[Expr, ...]
    span: Span


class Comparison(NamedTuple):
    """`a op b op c …`: one more operand than ops; op is `== != < <= > >= ~ in`, `not in`, `is` or `is not`."""

    ops: tuple[str, ...]
    operands: tuple[Expr, ...]
    span: Span


class Conditional(NamedTuple):
    """`then if condition else otherwise`."""

    then: Expr
    condition: Expr
    otherwise: Expr
    span: Span


class Clause(NamedTuple):
    """`for targets in iterable if condition …` of a comprehension."""

    targets: tuple[Target, ...]
    iterable: Expr
    conditions: tuple[Expr, ...]
    span: Span


class Comprehension(NamedTuple):
    """`[element for …]` (kind `list`) or `element for …` as the only argument of a call (kind `generator`)."""

    kind: str
    element: Expr
    clauses: tuple[Clause, ...]
    span: Span


# ---------------------------------------------------------------------------------------------- statements


class Hole(NamedTuple):
    """`{i+1}` in a member's name."""

    value: Expr
    span: Span


class Label(NamedTuple):
    """A member's name: pieces between dots, rows of texts and Holes. `layer.b{i+1}` is (("layer",), ("b", Hole))."""

    pieces: tuple[tuple[str | Hole, ...], ...]
    span: Span


class AnyName(NamedTuple):
    """`*` in a path to members: any one name."""

    span: Span


class AnyDepth(NamedTuple):
    """`**` in a path to members: any number of names, none too."""

    span: Span


class At(NamedTuple):
    """`[at]` in a path to members: turns of a multiple or a loop; at is an expression, a Slice or Every."""

    at: Expr
    span: Span


Step = Union[tuple[Union[str, Hole], ...], AnyName, AnyDepth, At]


class Path(NamedTuple):
    """A path to members that a `with` changes: `h[*].attn.c_attn` (kind None), or `** is Linear` (kind the expression).

    A step is a row of texts and Holes, as a Label's piece, or an AnyName, AnyDepth or At.
    """

    steps: tuple[Step, ...]
    kind: Expr | None
    span: Span


class Member(NamedTuple):
    """`[frozen|buffer] label: value [active active]`; marks is "", "frozen" or "buffer".

    label is a Label where names, numbers and holes do, else a Path; value may be a With.
    """

    mark: str
    label: Label | Path
    value: Expr
    active: Expr | None
    span: Span


class Define(NamedTuple):
    """`a = expr` or `a, b = expr`. `C += g` arrives as `C = C + g`."""

    targets: tuple[str, ...]
    value: Expr
    span: Span


class Parameter(NamedTuple):
    """A parameter of a module or function. kind: `plain`, `keyword` (after `*`) or `variadic` (`*name`)."""

    name: str
    default: Expr | None
    kind: str
    span: Span


class With(NamedTuple):
    """`base with: body`, the value of a Define, Function or Member: a network changed by the statements of the body."""

    base: Expr
    body: tuple[Statement, ...]
    span: Span


class Mark(NamedTuple):
    """`frozen`, `trainable` or `buffer` (word) with the paths behind it, none where it stands alone."""

    word: str
    paths: tuple[Path, ...]
    span: Span


class Drop(NamedTuple):
    """`drop paths`: members taken away."""

    paths: tuple[Path, ...]
    span: Span


class Function(NamedTuple):
    """`name(params) = value where n = e, m = e`; where is a row of Defines (each may use the others, in any order)."""

    name: str
    params: tuple[Parameter, ...]
    value: Expr
    where: tuple[Define, ...]
    span: Span


class Branch(NamedTuple):
    """One arm of an `if`; condition is None for `else`."""

    condition: Expr | None
    body: tuple[Statement, ...]
    span: Span


class If(NamedTuple):
    """`if … elif … else …`."""

    branches: tuple[Branch, ...]
    span: Span


class For(NamedTuple):
    """`for a, b in iterable:`; a nested target `i, (a, b)` arrives as a tuple of tuples."""

    targets: tuple[Target, ...]
    iterable: Expr
    body: tuple[Statement, ...]
    span: Span


class Tie(NamedTuple):
    """`tie left = right`: right is the tensor, left another name of it. Both are paths (`right` may end in `.T`)."""

    left: Expr
    right: Expr
    span: Span


class Write(NamedTuple):
    """`write value`: the form in which the module's count is printed."""

    value: Expr
    span: Span


class Require(NamedTuple):
    """`require condition "reason"`; reason may be the empty string."""

    condition: Expr
    reason: str
    span: Span


class Pass(NamedTuple):
    """`pass`."""

    span: Span


class Docstring(NamedTuple):
    """A string alone on its line."""

    value: str
    span: Span


class Module(NamedTuple):
    """`module Name(params): body`. span covers the header line."""

    name: str
    params: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    span: Span


class Declared(NamedTuple):
    """One size of a `symbol` statement. kind is `int`, `real` or `flag`; bound is (op, Expr) of `k >= 0`, or None.

    description is the string after it, latex the string after `as`; both "" where left out.
    """

    name: str
    kind: str
    bound: tuple[str, Expr] | None
    description: str
    latex: str
    span: Span


class SymbolStatement(NamedTuple):
    """`symbol V "vocabulary size", T "context length"`."""

    declared: tuple[Declared, ...]
    span: Span


class Check(NamedTuple):
    """`check left op right [within N%] [as size -> limit] ["source"]`.

    claim is the whole comparison (a Comparison with exactly one op, one of `== != < <= > >= ~`);
    within is the tolerance as a fraction of 1 (4% is 1/25) or None; limit is (name, Expr) of `as d -> oo` or None.
    """

    claim: Comparison
    within: Fraction | None
    limit: tuple[str, Expr] | None
    citation: str
    span: Span


class Import(NamedTuple):
    """`import "blocks.sym"` (path "blocks.sym", names ()) brings every top-level name; `from zoo.resnet import A as B`
    and `from "blocks.sym" import A` bring the named: names holds (name, local name). A dotted path stays as written."""

    path: str
    names: tuple[tuple[str, str], ...]
    span: Span


Target = Union[str, tuple["Target", ...]]


class File(NamedTuple):
    """A whole text, statement by statement."""

    statements: tuple[Statement, ...]


def names(part: object) -> frozenset[str]:
    """The names that stand anywhere in a piece of the tree."""
    if isinstance(part, Name):
        return frozenset([part.name])
    return frozenset().union(*map(names, part)) if isinstance(part, tuple) else frozenset()


def mentions(part: object, name: str) -> bool:
    """Whether a name stands anywhere in a piece of the tree."""
    if isinstance(part, Name):
        return part.name == name
    return isinstance(part, tuple) and any(mentions(inner, name) for inner in part)
