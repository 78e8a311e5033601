"""Tree → text that reads back as that tree: brackets where precedence asks for them, the layout left to the formatter.

A class of the tree and the function that spells it are a row of a table; brackets come from how tightly a node binds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from . import tree
from .build import BINDING, COMPARE, NOT, OR, POWER, PREFIX, SUM
from .strings import literal

# A choice binds less tightly than all operators; a path is what can be called and indexed, unlike a number.
CHOICE, PRIMARY, PATH = -1, POWER + 1, POWER + 2
INDENT = "    "
OPERATORS = {"**": "^"}


def spelled(file: tree.File) -> str:
    """A text of the tree, a statement a line. Raises: `ValueError` for what no text says."""
    return "".join(block(file.statements, ""))


def block(statements: Iterable[tree.Statement], indent: str) -> Iterable[str]:
    """The lines of statements."""
    for statement in statements:
        for line in STATEMENTS[type(statement)](statement):
            if isinstance(line, str):
                yield f"{indent}{line}\n"
            else:
                yield from block(line, indent + INDENT)


# ------------------------------------------------------------------------------------------------- statements

Lines = Iterable["str | Sequence[tree.Statement]"]


def module(node: tree.Module) -> Lines:
    """`module MLP(d, width=4*d):` and its body."""
    yield f"module {node.name}({parameters(node.params)}):" if node.params else f"module {node.name}:"
    yield node.body


def choice(node: tree.If) -> Lines:
    """`if … elif … else …`."""
    for at, branch in enumerate(node.branches):
        if branch.condition is None:
            yield "else:"
        else:
            yield f"{'elif' if at else 'if'} {text(branch.condition)}:"
        yield branch.body


def loop(node: tree.For) -> Lines:
    """`for a, b in iterable:`."""
    yield f"for {targets(node.targets)} in {values(node.iterable)}:"
    yield node.body


def member(node: tree.Member) -> Lines:
    """`frozen label: value active k`."""
    mark = f"{node.mark} " if node.mark else ""
    active = f" active {text(node.active)}" if node.active is not None else ""
    yield from valued(f"{mark}{place(node.label)}: ", node.value, active)


def define(node: tree.Define) -> Lines:
    """`a, b = value`."""
    start = f"{', '.join(node.targets)} = "
    if isinstance(node.value, tree.Tuple):
        yield start + values(node.value)
    else:
        yield from valued(start, node.value)


def function(node: tree.Function) -> Lines:
    """`name(params) = value where n = e, m = e`."""
    where = ", ".join(f"{part.targets[0]} = {text(part.value)}" for part in node.where)
    end = f" where {where}" if where else ""
    yield from valued(f"{node.name}({parameters(node.params)}) = ", node.value, end)


def valued(start: str, value: tree.Expr, end: str = "") -> Lines:
    """A line with a value, and where that is a changed network, `net with:`, the changes below."""
    if isinstance(value, tree.With):
        yield f"{start}{text(value.base)}{end} with:"
        yield value.body
    else:
        yield f"{start}{text(value)}{end}"


def mark(node: tree.Mark) -> Lines:
    """`frozen`, `trainable layer4, ** is BatchNorm2d`."""
    yield " ".join([node.word, ", ".join(map(place, node.paths))]).rstrip()


def drop(node: tree.Drop) -> Lines:
    """`drop fc`."""
    yield f"drop {', '.join(map(place, node.paths))}"


def check(node: tree.Check) -> Lines:
    """`check left op right within N% as size -> limit "source"`."""
    left, right = node.claim.operands
    within = f" within {percent(node.within)}%" if node.within is not None else ""
    limit = f" as {node.limit[0]} -> {text(node.limit[1])}" if node.limit is not None else ""
    claim = f"{text(left, SUM)} {node.claim.ops[0]} {text(right, SUM)}"
    yield f"check {claim}{within}{limit}{string(node.citation)}"


def percent(part: Fraction) -> str:
    """A part of one in per cent, as decimals. Raises: `ValueError` where they don't end."""
    hundred = part * 100
    for places in range(hundred.denominator.bit_length()):
        scaled = hundred * 10**places
        if scaled.denominator == 1:
            digits = str(scaled).rjust(places + 1, "0")
            return f"{digits[:-places]}.{digits[-places:]}" if places else digits
    raise ValueError(f"{hundred}% has no end as a decimal")


def symbol(node: tree.SymbolStatement) -> Lines:
    """`symbol V "vocabulary size", k >= 0`."""
    yield "symbol " + ", ".join(map(declared, node.declared))


def declared(node: tree.Declared) -> str:
    """`d real >= 0 "width" as "d_m"`."""
    kind = f" {node.kind}" if node.kind != "int" else ""
    bound = f" {node.bound[0]} {text(node.bound[1], PRIMARY)}" if node.bound is not None else ""
    latex = f" as{string(node.latex)}" if node.latex else ""
    return f"{node.name}{kind}{bound}{string(node.description)}{latex}"


def require(node: tree.Require) -> Lines:
    """`require condition "reason"`."""
    yield f"require {text(node.condition)}{string(node.reason)}"


def tie(node: tree.Tie) -> Lines:
    """`tie left = right`."""
    yield f"tie {text(node.left)} = {text(node.right)}"


def write(node: tree.Write) -> Lines:
    """`write value`."""
    yield f"write {text(node.value)}"


def passing(_: tree.Pass) -> Lines:
    """`pass`."""
    yield "pass"


def docstring(node: tree.Docstring) -> Lines:
    """A string alone on its line, or lines."""
    yield literal(node.value)


def imports(node: tree.Import) -> Lines:
    """`import "blocks.sym"`, `from zoo.resnet import A as B`."""
    if not node.names:
        yield f"import {literal(node.path)}"
        return
    is_dotted = all(part.isidentifier() for part in node.path.split(".")) and not node.path.endswith(".sym")
    names = ", ".join(name if name == local else f"{name} as {local}" for name, local in node.names)
    yield f"from {node.path if is_dotted else literal(node.path)} import {names}"


STATEMENTS: dict[type, Callable[[Any], Lines]] = {
    tree.Module: module,
    tree.If: choice,
    tree.For: loop,
    tree.Member: member,
    tree.Define: define,
    tree.Function: function,
    tree.Check: check,
    tree.SymbolStatement: symbol,
    tree.Require: require,
    tree.Tie: tie,
    tree.Write: write,
    tree.Pass: passing,
    tree.Docstring: docstring,
    tree.Import: imports,
    tree.Mark: mark,
    tree.Drop: drop,
}


def string(value: str) -> str:
    """A string behind a blank; nothing for the empty one."""
    return f" {literal(value)}" if value else ""


def parameters(params: Sequence[tree.Parameter]) -> str:
    """`a, b=1, *, c` or `a, *rest, c`."""
    parts, is_behind = [], False
    for param in params:
        if param.kind == "keyword" and not is_behind:
            parts.append("*")
        is_behind = is_behind or param.kind != "plain"
        default = f"={text(param.default)}" if param.default is not None else ""
        parts.append(f"{'*' if param.kind == 'variadic' else ''}{param.name}{default}")
    return ", ".join(parts)


def place(node: tree.Label | tree.Path) -> str:
    """`layers.{i}.b{j + 1}_c`, `h[*].attn`, `** is Linear`."""
    if isinstance(node, tree.Label):
        return ".".join(map(pieces, node.pieces))
    bare = "".join(map(step, node.steps)).removeprefix(".")
    return bare if node.kind is None else f"{bare} is {text(node.kind)}"


def step(node: tree.Step) -> str:
    """`.name`, `.*`, `.**`, `[at]`."""
    if isinstance(node, tree.At):
        return f"[{text(node.at)}]"
    if isinstance(node, tree.AnyName | tree.AnyDepth):
        return ".*" if isinstance(node, tree.AnyName) else ".**"
    return f".{pieces(node)}"


def pieces(row: Sequence[str | tree.Hole]) -> str:
    """`b{j + 1}_c`."""
    return "".join(part if isinstance(part, str) else f"{{{text(part.value)}}}" for part in row)


def targets(names: Sequence[Any]) -> str:
    """`i, (a, b)`."""
    return ", ".join(name if isinstance(name, str) else f"({targets(name)})" for name in names)


def values(node: tree.Expr) -> str:
    """One value, or several between commas."""
    if isinstance(node, tree.Tuple) and len(node.items) > 1:
        return ", ".join(map(text, node.items))
    return text(node)


# ------------------------------------------------------------------------------------------------ expressions


def text(node: Any, least: int = CHOICE) -> str:
    """An expression; in brackets where it binds less tightly than `least`."""
    bare = EXPRESSIONS[type(node)](node)
    return f"({bare})" if binding(node) < least else bare


def binding(node: Any) -> int:
    """How tightly a node binds, as the parser's table has it."""
    if isinstance(node, tree.Binary | tree.Logic):
        return BINDING[node.op]
    if isinstance(node, tree.Unary):
        return NOT if node.op == "not" else PREFIX
    if isinstance(node, tree.Num) and node.text.startswith("-"):
        return PREFIX
    if isinstance(node, tree.Num | tree.Text | tree.Constant):
        return PRIMARY
    return {tree.Comparison: COMPARE, tree.Conditional: CHOICE}.get(type(node), PATH)


def number(node: tree.Num) -> str:
    """A number as written; one without a digit before its point in brackets, so that no word before it takes the point."""
    return f"({node.text})" if node.text.startswith(".") else node.text


def binary(node: tree.Binary) -> str:
    """`a op b`; a chain to the left is walked as a loop, since it may be thousands long."""
    parts, left = list[str](), node
    while True:
        own = BINDING[left.op]
        right = text(left.right, PREFIX if own == POWER else own + 1)
        parts.append(f" {OPERATORS.get(left.op, left.op)} {right}")
        inner = left.left
        if not isinstance(inner, tree.Binary) or own == POWER or BINDING[inner.op] < own:
            return text(inner, POWER + 1 if own == POWER else own) + "".join(reversed(parts))
        if BINDING[inner.op] == POWER:
            return text(inner) + "".join(reversed(parts))
        left = inner


def unary(node: tree.Unary) -> str:
    """`-a`, `not a`."""
    return f"not {text(node.operand, NOT)}" if node.op == "not" else f"{node.op}{text(node.operand, PREFIX)}"


def logic(node: tree.Logic) -> str:
    """`a and b and c`."""
    own = BINDING[node.op]
    return f" {node.op} ".join(text(operand, own + 1) for operand in node.operands)


def comparison(node: tree.Comparison) -> str:
    """`a < b <= c`."""
    first, *rest = (text(operand, SUM) for operand in node.operands)
    return first + "".join(f" {op} {operand}" for op, operand in zip(node.ops, rest, strict=True))


def conditional(node: tree.Conditional) -> str:
    """`a if c else b if d else e`."""
    parts, last = list[str](), node
    while True:
        parts.append(f"{text(last.then, OR)} if {text(last.condition, OR)} else ")
        if not isinstance(last.otherwise, tree.Conditional):
            return "".join(parts) + text(last.otherwise)
        last = last.otherwise


def comprehension(node: tree.Comprehension) -> str:
    """`[x for a in b if c]`, without brackets as a call's only argument."""
    bare = " ".join([text(node.element), *map(clause, node.clauses)])
    return f"[{bare}]" if node.kind == "list" else bare


def clause(node: tree.Clause) -> str:
    """`for a in b if c`."""
    conditions = "".join(f" if {text(condition, OR)}" for condition in node.conditions)
    return f"for {targets(node.targets)} in {text(node.iterable, OR)}{conditions}"


def tuple_of(node: tree.Tuple) -> str:
    """`(a, b)`, `(a,)`, `()`."""
    return f"({joined(node.items)}{',' if len(node.items) == 1 else ''})"


def joined(nodes: Iterable[Any]) -> str:
    """Nodes between commas."""
    return ", ".join(map(text, nodes))


def template(node: tree.Template) -> str:
    """`layer.b{i + 1}`."""
    return (f"{text(node.base, PATH)}." if node.base is not None else "") + pieces(node.pieces)


def slice_of(node: tree.Slice) -> str:
    """`a:b:c`."""
    start, stop, step = ("" if part is None else text(part) for part in (node.start, node.stop, node.step))
    return f"{start}:{stop}" + (f":{step}" if step else "")


EXPRESSIONS: dict[type, Callable[[Any], str]] = {
    tree.Num: number,
    tree.Text: lambda node: literal(node.value),
    tree.Constant: lambda node: str(node.value),
    tree.Name: lambda node: node.name,
    tree.List: lambda node: f"[{joined(node.items)}]",
    tree.Tuple: tuple_of,
    tree.Star: lambda node: "*" + (text(node.value) if node.value is not None else ""),
    tree.Keyword: lambda node: f"{node.name}={text(node.value)}",
    tree.Call: lambda node: f"{text(node.func, PATH)}({joined(node.args)})",
    tree.Attribute: lambda node: f"{text(node.base, PATH)}.{node.name}",
    tree.Template: template,
    tree.Slice: slice_of,
    tree.Every: lambda node: "*",
    tree.Subscript: lambda node: f"{text(node.base, PATH)}[{text(node.at)}]",
    tree.Unary: unary,
    tree.Binary: binary,
    tree.Logic: logic,
    tree.Comparison: comparison,
    tree.Conditional: conditional,
    tree.Comprehension: comprehension,
}

# Spelled by the functions of the nodes that hold them.
PARTS = {tree.Hole, tree.Label, tree.Path, tree.AnyName, tree.AnyDepth, tree.At, tree.With, tree.Parameter, tree.Branch,
         tree.Declared, tree.Clause, tree.File}  # fmt: skip
