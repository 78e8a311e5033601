"""Builds the syntax tree, node by node, as the parser recognises the grammar's rules; method and rule share a name.

Every method gets the rule's pieces in order, all tokens among them. It builds and checks only what no grammar can say;
what is wrong then is raised as a `Refusal`, which `parse` turns into a finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from ..errors import Span
from . import tree
from .tokens import MAX_DIGITS, Refusal, Token, end_of, number_value, start_of, text_value

MAX_CHAIN = 5_000

PLAIN = {"·": "*", "×": "*", "^": "**", "−": "-", "≠": "!=", "≤": "<=", "≥": ">=", "≈": "~"}
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
CONSTANTS = {"True": True, "False": False, "None": None}

# How tightly the operators of a row bind, as in Python; prefix signs lie between products and powers.
OR, AND, NOT, COMPARE, SUM, PRODUCT, PREFIX, POWER = range(8)
BINDING = {"or": OR, "and": AND, "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "//": PRODUCT, "%": PRODUCT,
           "**": POWER}  # fmt: skip

CLAIMS = ("==", "!=", "<", "<=", ">", ">=", "~")

Piece = Any  # a token, or a node built before
Pieces = Sequence[Any]


class Part(NamedTuple):
    """A part of a check behind its claim, or of a symbol behind its name."""

    kind: str
    value: Any
    span: Span


class Builder:
    """One method for each rule of the grammar that has a node."""

    # ------------------------------------------------------------------------------------------ statements

    def file(self, c: Pieces) -> tree.File:
        return tree.File(tuple(x for x in c if type(x) is not Token))

    def only_expression(self, c: Pieces) -> tree.Expr:
        return c[0]  # type: ignore[no-any-return]

    def module(self, c: Pieces) -> tree.Module:
        params = c[3] if len(c) > 5 and type(c[3]) is tuple else ()
        return tree.Module(c[1].value, params, c[-1], Span(c[0].start, c[-2].end))

    def suite(self, c: Pieces) -> tuple[tree.Statement, ...]:
        return tuple(c[2:-1]) if len(c) > 1 else tuple(c)

    def parameters(self, c: Pieces) -> tuple[tree.Parameter, ...]:
        params, kind = [], "plain"
        for param in c[::2]:
            if not param.name:
                kind = "keyword"
            else:
                params.append(param._replace(kind=kind) if param.kind == "plain" else param)
                kind = "keyword" if param.kind == "variadic" else kind
        return tuple(params)

    def parameter(self, c: Pieces) -> tree.Parameter:
        first = c[0]
        if first.kind == "STAR":
            name = c[1].value if len(c) > 1 else ""
            return tree.Parameter(name, None, "variadic", Span(first.start, c[-1].end))
        if len(c) == 1:
            return tree.Parameter(first.value, None, "plain", Span(first.start, first.end))
        return tree.Parameter(first.value, c[2], "plain", Span(first.start, c[2].span.end))

    def symbol(self, c: Pieces) -> tree.SymbolStatement:
        declared = tuple(c[1:-1:2])
        return tree.SymbolStatement(declared, Span(c[0].start, declared[-1].span.end))

    def declared(self, c: Pieces) -> tree.Declared:
        found = collected(c[1:], "symbol-parts")
        words = found.get("text", ""), found.get("latex", "")
        span = Span(c[0].start, end_of(c[-1]))
        return tree.Declared(c[0].value, found.get("kind", "int"), found.get("bound"), *words, span)

    def bound(self, c: Pieces) -> Part:
        op = PLAIN.get(c[0].value, c[0].value)
        if op not in (">=", ">"):
            raise Refusal("symbol-bound", c[0].start, c[0].end, found=c[0].value)
        value = self.row(c[1:]) if len(c) > 2 else c[1]
        return Part("bound", (op, value), Span(c[0].start, value.span.end))

    def latex(self, c: Pieces) -> Part:
        return Part("latex", text_value(c[1].value), Span(c[0].start, c[1].end))

    def member(self, c: Pieces) -> tree.Member:
        mark = ""
        first = c[0]
        if type(first) is Token:
            mark, start, c = first.value, first.start, c[1:]
        else:
            start = first.span.start
        active = c[4] if type(c[3]) is Token and c[3].kind == "ACTIVE" else None
        value = changed(c[2], c[-1])
        return tree.Member(mark, c[0], value, active, Span(start, (value if active is None else active).span.end))

    def label(self, c: Pieces) -> tree.Label | tree.Path:
        steps: list[tree.Step] = []
        row: list[str | tree.Hole] = []
        for part in joined(c):
            kind = part.kind if type(part) is Token else ""
            if row and (type(part) is tree.At or kind in ("DOT", "STAR", "POWER")):
                steps.append(tuple(row))
                row = []
            if type(part) is tree.At:
                steps.append(part)
            elif kind in ("STAR", "POWER"):
                steps.append(any_name(part))
            elif not kind:
                row.append(part)
            elif kind != "DOT" and row and type(row[-1]) is str:
                row[-1] += part.value
            elif kind != "DOT":
                row.append(part.value)
        steps += [tuple(row)] if row else []
        span = Span(start_of(c[0]), end_of(c[-1]))
        names: Any = tuple(step for step in steps if type(step) is tuple)
        return tree.Label(names, span) if len(names) == len(steps) else tree.Path(tuple(steps), None, span)

    def lone(self, c: Pieces) -> tree.Label:
        return tree.Label(((c[0].value,),), Span(c[0].start, c[0].end))

    def picked(self, c: Pieces) -> tree.Path:
        return tree.Path(path_of(c[0]).steps, c[2], Span(c[0].span.start, c[2].span.end))

    def changes(self, c: Pieces) -> Part:
        return Part("changes", c[2], Span(c[0].start, c[1].end))

    def mark(self, c: Pieces) -> tree.Mark:
        paths = tuple(path_of(part) for part in c[1::2] if type(part) is not Token)
        return tree.Mark(c[0].value, paths, Span(c[0].start, paths[-1].span.end if paths else c[0].end))

    def drop(self, c: Pieces) -> tree.Drop:
        paths = tuple(path_of(part) for part in c[1::2] if type(part) is not Token)
        return tree.Drop(paths, Span(c[0].start, paths[-1].span.end))

    def hole(self, c: Pieces) -> tree.Hole:
        return tree.Hole(c[1], Span(c[0].start, c[2].end))

    def define(self, c: Pieces) -> tree.Define:
        targets = tuple(name.value for name in c[:-2:2])
        value = changed(c[-2], c[-1])
        return tree.Define(targets, value, Span(c[0].start, value.span.end))

    def augment(self, c: Pieces) -> tree.Define:
        name, op, value, _ = c
        left = tree.Name(name.value, Span(name.start, name.end))
        sign = op.value[:-1]
        span = Span(name.start, value.span.end)
        return tree.Define((name.value,), tree.Binary(PLAIN.get(sign, sign), left, value, span), span)

    def function(self, c: Pieces) -> tree.Function:
        params = c[2] if type(c[2]) is tuple else ()
        value = changed(c[5 if type(c[2]) is tuple else 4], c[-1])
        where = next((part for part in c[5:] if type(part) is tuple), ())
        end = where[-1].span.end if where else value.span.end
        return tree.Function(c[0].value, params, value, where, Span(c[0].start, end))

    def where(self, c: Pieces) -> tuple[tree.Define, ...]:
        return tuple(part for part in c if type(part) is tree.Define)

    def auxiliary(self, c: Pieces) -> tree.Define:
        return tree.Define((c[0].value,), c[2], Span(c[0].start, c[2].span.end))

    def check(self, c: Pieces) -> tree.Check:
        claim, rest = c[1], c[2:-1]
        if rest and type(rest[0]) is Token and rest[0].kind == "ABOUT":
            right, rest = rest[1], rest[2:]
            claim = tree.Comparison(("~",), (claim, right), Span(claim.span.start, right.span.end))
        if type(claim) is not tree.Comparison or len(claim.ops) > 1 or claim.ops[0] not in CLAIMS:
            raise Refusal("check-claim", claim.span.start, claim.span.end)
        found = collected(rest, "check-parts", last="text")
        span = Span(c[0].start, end_of(rest[-1]) if rest else claim.span.end)
        return tree.Check(claim, found.get("within"), found.get("limit"), found.get("text", ""), span)

    def within(self, c: Pieces) -> Part:
        return Part("within", Fraction(number_value(c[1])) / 100, Span(c[0].start, c[2].end))

    def limit(self, c: Pieces) -> Part:
        return Part("limit", (c[1].value, c[3]), Span(c[0].start, c[3].span.end))

    def require(self, c: Pieces) -> tree.Require:
        reason = text_value(c[2].value) if len(c) > 3 else ""
        return tree.Require(c[1], reason, Span(c[0].start, end_of(c[-2])))

    def if_statement(self, c: Pieces) -> tree.If:
        first = tree.Branch(c[1], c[3], Span(c[0].start, c[2].end))
        return tree.If((first, *c[4:]), first.span)

    def elif_branch(self, c: Pieces) -> tree.Branch:
        return tree.Branch(c[1], c[3], Span(c[0].start, c[2].end))

    def else_branch(self, c: Pieces) -> tree.Branch:
        return tree.Branch(None, c[2], Span(c[0].start, c[1].end))

    def for_statement(self, c: Pieces) -> tree.For:
        return tree.For(c[1], c[3], c[5], Span(c[0].start, c[4].end))

    def targets(self, c: Pieces) -> tuple[tree.Target, ...]:
        return tuple(x if type(x) is tuple else x.value for x in c[::2])

    def target_group(self, c: Pieces) -> tuple[tree.Target, ...]:
        return c[1]  # type: ignore[no-any-return]

    def tie(self, c: Pieces) -> tree.Tie:
        return tree.Tie(c[1], c[3], Span(c[0].start, c[3].span.end))

    def write(self, c: Pieces) -> tree.Write:
        return tree.Write(c[1], Span(c[0].start, c[1].span.end))

    def pass_statement(self, c: Pieces) -> tree.Pass:
        return tree.Pass(Span(c[0].start, c[0].end))

    def docstring(self, c: Pieces) -> tree.Docstring:
        return tree.Docstring(text_value(c[0].value), Span(c[0].start, c[0].end))

    def import_all(self, c: Pieces) -> tree.Import:
        return tree.Import(text_value(c[1].value), (), Span(c[0].start, c[1].end))

    def import_names(self, c: Pieces) -> tree.Import:
        at = next(i for i, part in enumerate(c) if type(part) is Token and part.kind == "IMPORT")
        path = text_value(c[1].value) if c[1].kind == "STRING" else "".join(part.value for part in c[1:at])
        names = tuple(part for part in c[at:] if type(part) is tuple)
        return tree.Import(path, names, Span(c[0].start, c[-2].end if type(c[-2]) is Token else c[-1].start))

    def imported(self, c: Pieces) -> tuple[str, str]:
        return c[0].value, c[-1].value

    # ----------------------------------------------------------------------------------------- expressions

    def values(self, c: Pieces) -> tree.Tuple:
        return tree.Tuple(tuple(c[::2]), Span(c[0].span.start, end_of(c[-1])))

    def conditional(self, c: Pieces) -> tree.Expr:
        if len(c) // 4 > MAX_CHAIN:
            raise Refusal("limit-chain", c[0].span.start, c[-1].span.end, limit=MAX_CHAIN)
        result = c[-1]
        for at in range(len(c) - 5, -1, -4):
            then, condition = c[at], c[at + 2]
            result = tree.Conditional(then, condition, result, Span(then.span.start, result.span.end))
        return result  # type: ignore[no-any-return]

    def row(self, c: Pieces) -> tree.Expr:
        if len(c) == 3 and type(c[0]) is not Token and type(c[2]) is not Token:
            left, op, right = c
            sign = PLAIN.get(op.value, op.value)
            if BINDING.get(sign, 0) >= SUM:
                return tree.Binary(sign, left, right, Span(left.span.start, right.span.end))
        return resolved(c)

    def name(self, c: Pieces) -> tree.Name:
        (token,) = c
        return tree.Name(token.value, Span(token.start, token.end))

    def integer(self, c: Pieces) -> tree.Num:
        (token,) = c
        text = token.value
        if len(text) > MAX_DIGITS:
            raise Refusal("limit-digits", token.start, token.end, limit=MAX_DIGITS)
        return tree.Num(int(text), text, Span(token.start, token.end))

    def number(self, c: Pieces) -> tree.Num:
        (token,) = c
        return tree.Num(number_value(token), token.value, Span(token.start, token.end))

    def constant(self, c: Pieces) -> tree.Constant:
        (token,) = c
        return tree.Constant(CONSTANTS[token.value], Span(token.start, token.end))

    def text(self, c: Pieces) -> tree.Text:
        (token,) = c
        return tree.Text(text_value(token.value), Span(token.start, token.end))

    def raised(self, c: Pieces) -> tree.Binary:
        base, token = c
        plain, span = token.value.translate(RAISED), Span(token.start, token.end)
        if len(plain) > MAX_DIGITS:
            raise Refusal("limit-digits", *span, limit=MAX_DIGITS)
        digits = plain.lstrip("-")
        power: tree.Expr = tree.Num(int(digits), digits, Span(span.end - len(digits), span.end))
        if digits != plain:
            power = tree.Unary("-", power, span)
        return tree.Binary("**", base, power, Span(base.span.start, span.end))

    def call(self, c: Pieces) -> tree.Call:
        args = tuple(c[2:-1:2])
        if len(args) > 1:
            for arg in args:
                if type(arg) is tree.Comprehension and arg.kind == "generator":
                    raise Refusal("lone-generator", *arg.span)
        return tree.Call(c[0], args, Span(c[0].span.start, c[-1].end))

    def keyword(self, c: Pieces) -> tree.Keyword:
        return tree.Keyword(c[0].value, c[2], Span(c[0].start, c[2].span.end))

    def star(self, c: Pieces) -> tree.Star:
        return tree.Star(c[1] if len(c) > 1 else None, Span(c[0].start, end_of(c[-1])))

    def generator(self, c: Pieces) -> tree.Comprehension:
        return tree.Comprehension("generator", c[0], c[1], Span(c[0].span.start, c[1][-1].span.end))

    def attribute(self, c: Pieces) -> tree.Expr:
        base, _, token = c
        if token.value[0].isupper() and is_torch_nn(base):
            return tree.Name(token.value, Span(base.span.start, token.end))
        return tree.Attribute(base, token.value, Span(base.span.start, token.end))

    def subscript(self, c: Pieces) -> tree.Subscript:
        return tree.Subscript(c[0], c[2], Span(c[0].span.start, c[3].end))

    def slice(self, c: Pieces) -> tree.Slice:
        parts: list[tree.Expr | None] = [None]
        for part in c:
            if type(part) is Token:
                parts.append(None)
            else:
                parts[-1] = part
        start, stop, step = (*parts, None)[:3]
        return tree.Slice(start, stop, step, Span(start_of(c[0]), end_of(c[-1])))

    def every(self, c: Pieces) -> tree.Every:
        return tree.Every(Span(c[0].start, c[0].end))

    def template(self, c: Pieces) -> tree.Template:
        base, rest = None, c
        if type(c[0]) is not Token and type(c[0]) is not tree.Hole:
            base, rest = c[0], c[2:]
        label = self.label(rest)
        start = base.span.start if base else label.span.start
        return tree.Template(base, label[0][0], Span(start, label.span.end))  # type: ignore[arg-type]

    def group(self, c: Pieces) -> tree.Expr:
        return c[1]._replace(span=Span(c[0].start, c[2].end))  # type: ignore[no-any-return]

    def tuple_of(self, c: Pieces) -> tree.Tuple:
        return tree.Tuple(tuple(c[1:-1:2]), Span(c[0].start, c[-1].end))

    def list_of(self, c: Pieces) -> tree.List:
        return tree.List(tuple(c[1:-1:2]), Span(c[0].start, c[-1].end))

    def comprehension(self, c: Pieces) -> tree.Comprehension:
        return tree.Comprehension("list", c[1], c[2], Span(c[0].start, c[3].end))

    def clauses(self, c: Pieces) -> tuple[tree.Clause, ...]:
        return tuple(c)

    def clause(self, c: Pieces) -> tree.Clause:
        return tree.Clause(c[1], c[3], tuple(c[5::2]), Span(c[0].start, c[-1].span.end))

    def floor(self, c: Pieces) -> tree.Call:
        name = tree.Name("floor", Span(c[0].start, c[0].end))
        return tree.Call(name, (c[1],), Span(c[0].start, c[2].end))

    def ceil(self, c: Pieces) -> tree.Call:
        name = tree.Name("ceil", Span(c[0].start, c[0].end))
        return tree.Call(name, (c[1],), Span(c[0].start, c[2].end))


# -------------------------------------------------------------------------------------------------- precedence


def resolved(pieces: Pieces) -> tree.Expr:
    """The tree of a flat row of operands and operators, by Python's precedence, without recursion."""
    operands: list[tree.Expr] = []
    waiting: list[tuple[int, str, int]] = []  # binding, operator, where it starts
    expects_operand, count = True, 0
    for at, piece in enumerate(pieces):
        if type(piece) is not Token:
            operands.append(piece)
            expects_operand, count = False, count + 1
            continue
        op = PLAIN.get(piece.value, piece.value)
        if expects_operand:
            if op == "not" and at and pieces[at - 1][1] == "is":
                waiting[-1] = (COMPARE, "is not", waiting[-1][2])
                continue
            if op == "not" and waiting and waiting[-1][0] > NOT:
                raise Refusal("not-needs-brackets", piece.start, piece.end)
            waiting.append((NOT if op == "not" else PREFIX, op, piece.start))
            continue
        if op == "not":
            op = "not in"
        elif op == "in" and type(pieces[at - 1]) is Token:
            expects_operand = True
            continue
        binding = BINDING.get(op, COMPARE)
        while waiting and (waiting[-1][0] > binding or (waiting[-1][0] == binding and binding in (SUM, PRODUCT))):
            apply(operands, waiting)
        waiting.append((binding, op, piece.start))
        expects_operand = op != "not in"
    if count > MAX_CHAIN:
        raise Refusal("limit-chain", operands[0].span.start, pieces[-1].span.end, limit=MAX_CHAIN)
    while waiting:
        apply(operands, waiting)
    return operands[0]


def apply(operands: list[tree.Expr], waiting: list[tuple[int, str, int]]) -> None:
    """Carry out the last waiting operator; comparisons, `and` and `or` take all of their kind that wait in a row."""
    binding, op, start = waiting.pop()
    right = operands.pop()
    if binding in (PREFIX, NOT):
        operands.append(tree.Unary(op, right, Span(start, right.span.end)))
        return
    left = operands.pop()
    if binding >= SUM:
        operands.append(tree.Binary(op, left, right, Span(left.span.start, right.span.end)))
        return
    ops, chained = [op], [right, left]
    while waiting and waiting[-1][0] == binding:
        ops.append(waiting.pop()[1])
        chained.append(operands.pop())
    span = Span(chained[-1].span.start, right.span.end)
    if binding == COMPARE:
        operands.append(tree.Comparison(tuple(reversed(ops)), tuple(reversed(chained)), span))
    else:
        operands.append(tree.Logic(op, tuple(reversed(chained)), span))


def collected(parts: Pieces, code: str, last: str = "") -> dict[str, Any]:
    """The parts behind a claim or a symbol's name, by kind, each once, and none behind the kind that comes last."""
    found: dict[str, Any] = {}
    for part in parts:
        if type(part) is Part:
            kind, value = part.kind, part.value
        else:
            kind, value = ("text", text_value(part.value)) if part.kind == "STRING" else ("kind", part.value)
        if kind in found or last in found:
            raise Refusal(code, start_of(part), end_of(part))
        found[kind] = value
    return found


def is_torch_nn(base: tree.Expr) -> bool:
    """Whether an expression is the name `nn` or `torch.nn`."""
    if type(base) is tree.Attribute and base.name == "nn":
        base = base.base
        return type(base) is tree.Name and base.name == "torch"
    return type(base) is tree.Name and base.name == "nn"


def changed(value: tree.Expr, last: Piece) -> tree.Expr:
    """The value itself, or with the changes that stand behind it."""
    if type(last) is not Part or last.kind != "changes":
        return value
    end = max(last.span.end, last.value[-1].span.end)
    return tree.With(value, last.value, Span(value.span.start, end))


def path_of(label: tree.Label | tree.Path) -> tree.Path:
    """A label as a path."""
    return label if type(label) is tree.Path else tree.Path(label.pieces, None, label.span)  # type: ignore[union-attr]


def any_name(token: Token) -> tree.AnyName | tree.AnyDepth:
    """`*` or `**` as a step of a path."""
    span = Span(token.start, token.end)
    if token.value not in ("*", "**"):
        raise Refusal("path-sign", *span, found=token.value)
    return tree.AnyName(span) if token.value == "*" else tree.AnyDepth(span)


def joined(pieces: Pieces) -> list[Piece]:
    """The pieces of a path with each `[at]` as one of them. Refuses blanks between them."""
    found: list[Piece] = []
    places = iter(pieces)
    for piece in places:
        if type(piece) is Token and piece.kind == "LSQB":
            at, end = next(places), next(places)
            piece = tree.At(at, Span(piece.start, end.end))
        found.append(piece)
    adjacent(found)
    return found


def adjacent(pieces: Pieces) -> None:
    """Refuse blanks between the pieces of a member's name."""
    for left, right in pairwise(pieces):
        if end_of(left) != start_of(right):
            raise Refusal("label-blank", start_of(pieces[0]), end_of(pieces[-1]))
