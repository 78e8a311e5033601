"""The syntax tree of every statement and expression, precedence against Python's own, limits, and odd bytes."""

from __future__ import annotations

import ast
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symparams.errors import LimitError, ParseError, Source, Span, SymparamsError
from symparams.syntax import tree
from symparams.syntax.parse import parse, parse_expression

PAGE = """\
# GPT-2 (Radford et al., 2019)
symbol V "vocabulary size"
symbol T "context length"
symbol d "model width"        as "d_{\\text{model}}"
symbol L "number of layers"   as "n_{\\text{layer}}"

module Attention(d):
    c_attn: Linear(d, 3*d)
    c_proj: Linear(d, d)

module MLP(d, width=4*d):
    c_fc:   Linear(d, width)
    c_proj: Linear(width, d)

module Block(d):
    ln_1: LayerNorm(d)
    attn: Attention(d)
    ln_2: LayerNorm(d)
    mlp:  MLP(d)

module GPT2(V, T, d, L):
    "Decoder-only transformer with learned positions and tied embeddings."
    wte:     Embedding(V, d)
    wpe:     Embedding(T, d)
    h:       L * Block(d)
    ln_f:    LayerNorm(d)
    lm_head: Linear(d, V, bias=False)
    tie lm_head.weight = wte.weight
    embedding = wte.params + wpe.params          # a named quantity

small = GPT2(V=50257, T=1024, d=768, L=12)
xl    = GPT2(V=50257, T=1024, d=1600, L=48)

check small.params == 124_439_808  "released checkpoint"
check GPT2.params  == V*d + T*d + L*(12*d^2 + 13*d) + 2*d
check xl.params    ~  1.5B within 4%  "Radford et al., table 2"
check GPT2.params - GPT2.embedding ~ 12*L*d^2 as d -> oo  "Kaplan et al., 2020"
"""


def shape(node: object) -> str:
    """A tree as one line, without its places: `(+ a (* 2 b))`."""
    match node:
        case None:
            return "_"
        case str() | Fraction() | int():
            return str(node)
        case tree.Num(value=value) | tree.Constant(value=value):
            return str(value)
        case tree.Name(name=name):
            return name
        case tree.Text(value=value):
            return repr(value)
        case tree.Binary(op=op, left=left, right=right):
            return f"({op} {shape(left)} {shape(right)})"
        case tree.Unary(op=op, operand=operand):
            return f"({op} {shape(operand)})"
        case tree.Logic(op=op, operands=operands):
            return f"({op} {' '.join(map(shape, operands))})"
        case tree.Comparison(ops=ops, operands=operands):
            return (
                f"({shape(operands[0])} {' '.join(f'{o} {shape(x)}' for o, x in zip(ops, operands[1:], strict=True))})"
            )
        case tree.Conditional():
            return f"(if {shape(node.condition)} {shape(node.then)} {shape(node.otherwise)})"
    if isinstance(node, tuple):
        parts = [shape(part) for part in node if not isinstance(part, Span) and part != ""]
        name = "" if type(node) is tuple else type(node).__name__ + " "
        return f"[{(name + ' '.join(parts)).rstrip()}]"
    raise TypeError(node)


def expression(text: str) -> str:
    return shape(parse_expression(Source("text", text)))


def statements(text: str) -> list[str]:
    return [shape(statement) for statement in parse(Source("text", text)).statements]


EXPRESSIONS = {
    "a power binds tighter than a sign": ("-a**2", "(- (** a 2))"),
    "a power's exponent may have a sign": ("2**-1", "(** 2 (- 1))"),
    "powers nest to the right": ("a**b^c", "(** a (** b c))"),
    "differences nest to the left": ("a - b - c", "(- (- a b) c)"),
    "a product's operators are of one rank": ("a / b * c // d % e", "(% (// (* (/ a b) c) d) e)"),
    "not is looser than a comparison": ("not a == b", "(not (a == b))"),
    "comparisons chain": ("a < b <= c", "(a < b <= c)"),
    "brackets stop a chain": ("(a < b) < c", "((a < b) < c)"),
    "and is tighter than or": ("a and b and c or d", "(or (and a b c) d)"),
    "choices nest to the right": ("a if b else c if d else e", "(if b a (if d c e))"),
    "not in and is not": ("a not in b and c is not d", "(and (a not in b) (c is not d))"),
    "not in before in": ("a not in b in c", "(a not in b in c)"),
    "signs as they are printed": ("a·b × c − d", "(- (* (* a b) c) d)"),
    "raised digits are powers": ("-x² + n¹⁰·2⁻¹", "(+ (- (** x 2)) (* (** n 10) (** 2 (- 1))))"),
    "printed comparisons": ("a ≠ b", "(a != b)"),
    "printed roundings": ("⌊n/2⌋ + ⌈n⌉", "(+ [Call floor [(/ n 2)]] [Call ceil [n]])"),
    "numbers between dots are names": ("a.0.1.b", "[Attribute [Attribute [Attribute a 0] 1] b]"),
    "torch.nn's prefix is dropped": ("nn.Conv2d(torch.nn.Linear)", "[Call Conv2d [Linear]]"),
    "a member called nn stays": ("nn.weight", "[Attribute nn weight]"),
    "indices": (
        "h[-1].x[a:b][1:][:2][::3][*]",
        "[Subscript [Subscript [Subscript [Subscript [Subscript [Attribute"
        " [Subscript h (- 1)] x] [Slice a b _]] [Slice 1 _ _]] [Slice _ 2 _]] [Slice _ _ 3]] [Every]]",
    ),
    "a call's arguments": ("f(a, *b, c=d,)", "[Call f [a [Star b] [Keyword c d]]]"),
    "every parameter a symbol": ("Llama(*)", "[Call Llama [[Star _]]]"),
    "an empty call": ("f()", "[Call f []]"),
    "a call on brackets": ("(a if b else c)(3)", "[Call (if b a c) [3]]"),
    "lists": ("[a, *b, []]", "[List [a [Star b] [List []]]]"),
    "tuples": ("((), (a,), (a, b), (a))", "[Tuple [[Tuple []] [Tuple [a]] [Tuple [a b]] a]]"),
    "a comprehension": (
        "[f(i, a) for i, (a, b) in xs if a if b for c in d]",
        "[Comprehension list [Call f [i a]] [[Clause [i [a b]] xs [a b]] [Clause [c] d []]]]",
    ),
    "a generator": (
        "sum(x for x in range(L))",
        "[Call sum [[Comprehension generator x [[Clause [x] [Call range [L]] []]]]]]",
    ),
    "constants": ("[True, False, None]", "[List [True False None]]"),
    "a template": (
        "head{i+1}.weight + x.b{j}_c",
        "(+ [Attribute [Template _ [head [Hole (+ i 1)]]] weight] [Template x [b [Hole j] _c]])",
    ),
    "soft words are names": (
        "real + flag*active - oo/as + within(where)",
        "(+ (- (+ real (* flag active)) (/ oo as)) [Call within [where]])",
    ),
    "statement words are names": ("write + check.tie*module", "(+ write (* [Attribute check tie] module))"),
    "lines mean nothing in an expression": ("\n  a +\n b  # c\n", "(+ a b)"),
    "names of any script": ("α_1·Größe", "(* α_1 Größe)"),
    "a line continued by a backslash": ("a \\\n + b", "(+ a b)"),
}


@pytest.mark.parametrize(("text", "wanted"), EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_expression(text: str, wanted: str) -> None:
    assert expression(text) == wanted


NUMBERS = {
    "7": 7,
    "124_439_808": 124439808,
    "0.25": Fraction(1, 4),
    "1e-5": Fraction(1, 100000),
    "1e6": 10**6,
    "15.3M": 15_300_000,
    "7B": 7 * 10**9,
    "1.5T": 15 * 10**11,
    "12k": 12000,
    "2.0": 2,
    ".5": Fraction(1, 2),
    "1_0.5e1": 105,
    "0.1k": 100,
}


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_exact_and_keeps_its_digits(text: str) -> None:
    assert parse_expression(Source("text", text)) == tree.Num(NUMBERS[text], text, Span(0, len(text)))  # type: ignore[arg-type]
    assert type(parse_expression(Source("text", text)).value) is type(NUMBERS[text])  # type: ignore[union-attr]


STATEMENTS = {
    "a module without parameters": ("module A:\n    pass\n", "[Module A [] [[Pass]]]"),
    "a module with empty brackets": ("module A():\n    pass", "[Module A [] [[Pass]]]"),
    "a module on one line": (
        "module A(n): fc: Linear(n, n)",
        "[Module A [[Parameter n _ plain]] [[Member [Label [[fc]]] [Call Linear [n n]] _]]]",
    ),
    "parameters of every kind": (
        "module A(a, b=1, *, c, d=2,):\n    pass",
        "[Module A [[Parameter a _ plain] [Parameter b 1 plain]"
        " [Parameter c _ keyword] [Parameter d 2 keyword]] [[Pass]]]",
    ),
    "variadic parameters": (
        "f(block, *layers, width=64) = 1",
        "[Function f [[Parameter block _ plain] [Parameter layers _ variadic] [Parameter width 64 keyword]] 1 []]",
    ),
    "several symbols": (
        'symbol V "size", k >= 0, n > 1, alpha real, tied flag, d "w" as "d_{\\text{m}}"',
        "[SymbolStatement [[Declared V int _ size] [Declared k int [>= 0]] [Declared n int [> 1]]"
        " [Declared alpha real _] [Declared tied flag _] [Declared d int _ w d_{\\text{m}}]]]",
    ),
    "symbols called like soft words": (
        "symbol real real, flag",
        "[SymbolStatement [[Declared real real _] [Declared flag int _]]]",
    ),
    "a tensor": ("weight: [n, 3]", "[Member [Label [[weight]]] [List [n 3]] _]"),
    "a number in a member's place": ("eps: []", "[Member [Label [[eps]]] [List []] _]"),
    "a frozen multiple with active": (
        "frozen experts.{i}: E * Expert(d) active k",
        "[Member frozen [Label [[experts] [[Hole i]]]] (* E [Call Expert [d]]) k]",
    ),
    "a mark before a template": ("buffer {i}: [1]", "[Member buffer [Label [[[Hole i]]]] [List [1]] _]"),
    "a template called like a mark": ("buffer{i}: [1]", "[Member [Label [[buffer [Hole i]]]] [List [1]] _]"),
    "templates and digits in a name": (
        "layers.{i}.b{j+1}_c.0: [1]",
        "[Member [Label [[layers] [[Hole i]] [b [Hole (+ j 1)] _c] [0]]] [List [1]] _]",
    ),
    "a name of digits": ("0: [1]", "[Member [Label [[0]]] [List [1]] _]"),
    "a name of digits and dots": ("features.0.1: [1]", "[Member [Label [[features] [0] [1]]] [List [1]] _]"),
    "a name that begins with a digit": ("3x3: [1]", "[Member [Label [[3x3]]] [List [1]] _]"),
    "a member called frozen": ("frozen: Linear(d)", "[Member [Label [[frozen]]] [Call Linear [d]] _]"),
    "a member below check": ("check.a: [1]", "[Member [Label [[check] [a]]] [List [1]] _]"),
    "a definition called check": ("check = 3", "[Define [check] 3]"),
    "definitions called like statements": ("write, tie = pair(k)", "[Define [write tie] [Call pair [k]]]"),
    "an old value of a statement's name": ("import += 1", "[Define [import] (+ import 1)]"),
    "a future statement's word as a name": ("forward: [1]", "[Member [Label [[forward]]] [List [1]] _]"),
    "a changed network": (
        "tuned = net(d) with:\n    frozen\n    h[*].fc: LoRA(it, r)\n    drop a.b, c{i}",
        "[Define [tuned] [With [Call net [d]] [[Mark frozen []]"
        " [Member [Path [[h] [At [Every]] [fc]] _] [Call LoRA [it r]] _]"
        " [Drop [[Path [[a] [b]] _] [Path [[c [Hole i]]] _]]]]]]",
    ),
    "a changed network in a line": ("a = b with: drop c", "[Define [a] [With b [[Drop [[Path [[c]] _]]]]]]"),
    "a function that changes a network": (
        "f(net) = net with:\n    ** is Linear or A: it",
        "[Function f [[Parameter net _ plain]] [With net [[Member [Path [[AnyDepth]] (or Linear A)] it _]]] []]",
    ),
    "a changed multiple with active": (
        "frozen h: E * A(d) active k with:\n    trainable b",
        "[Member frozen [Label [[h]]] [With (* E [Call A [d]]) [[Mark trainable [[Path [[b]] _]]]]] k]",
    ),
    "turns and any names in a path": (
        "trainable h[-k:].*, **.bias, [0]",
        "[Mark trainable [[Path [[h] [At [Slice (- k) _ _]] [AnyName]] _] [Path [[AnyDepth] [bias]] _]"
        " [Path [[At 0]] _]]]",
    ),
    "a mark of one name": ("buffer weight", "[Mark buffer [[Path [[weight]] _]]]"),
    "a member called drop": ("drop: Dropout(p)", "[Member [Label [[drop]]] [Call Dropout [p]] _]"),
    "a member called with": ("with: A(p)", "[Member [Label [[with]]] [Call A [p]] _]"),
    "a definition called trainable": ("trainable = 3", "[Define [trainable] 3]"),
    "several values": ("a, b = b, a", "[Define [a b] [Tuple [b a]]]"),
    "augmented assignment": ("C += g*2", "[Define [C] (+ C (* g 2))]"),
    "augmented power": ("C ^= 2", "[Define [C] (** C 2)]"),
    "a function with where": (
        "f(v, m=8) = n + m where n = max(m, v), k = 2",
        "[Function f [[Parameter v _ plain] [Parameter m 8 plain]] (+ n m)"
        " [[Define [n] [Call max [m v]]] [Define [k] 2]]]",
    ),
    "a function without parameters, with where": ("f() = n where n = 2", "[Function f [] n [[Define [n] 2]]]"),
    "where on the next line": (
        "f(v) = n\n    where n = v\ng = 1",
        "[Function f [[Parameter v _ plain]] n [[Define [n] v]]]",
    ),
    "a check": ("check a == b", "[Check (a == b) _ _]"),
    "a check with its source": ("check a <= b 'source'", "[Check (a <= b) _ _ source]"),
    "a check about": ("check a ~ 1.5B within 4% 'x'", "[Check (a ~ 1500000000) 1/25 _ x]"),
    "a check within a part of a per cent": ("check a ≈ b within 0.5 %", "[Check (a ~ b) 1/200 _]"),
    "a check in the limit": ("check a ~ b as d -> oo", "[Check (a ~ b) _ [d oo]]"),
    "a check with a sum": ("check (a + b)*c != d", "[Check ((* (+ a b) c) != d) _ _]"),
    "require": ('require d % h == 0 "heads"', "[Require ((% d h) == 0) heads]"),
    "require without a reason": ("require d", "[Require d]"),
    "tie": (
        "tie a.weight = b[*].weight.T",
        "[Tie [Attribute a weight] [Attribute [Attribute [Subscript b [Every]] weight] T]]",
    ),
    "tie of templates": (
        "tie {i}.w = h{i}.w",
        "[Tie [Attribute [Template _ [[Hole i]]] w] [Attribute [Template _ [h [Hole i]]] w]]",
    ),
    "write in brackets": ("write (a + b)*c", "[Write (* (+ a b) c)]"),
    "write a negative": ("write -a", "[Write (- a)]"),
    "a docstring": ("'''One\n   two'''", "[Docstring One\ntwo]"),
    "import a file": ('import "blocks.sym"', "[Import blocks.sym []]"),
    "import names": ("from zoo.resnet import A, B as C", "[Import zoo.resnet [[A A] [B C]]]"),
    "import from a file": ('from "b.sym" import (A,\n  B,)', "[Import b.sym [[A A] [B B]]]"),
    "if elif else": (
        "if a: x = 1\nelif b:\n  x = 2\nelse: x = 3",
        "[If [[Branch a [[Define [x] 1]]] [Branch b [[Define [x] 2]]] [Branch _ [[Define [x] 3]]]]]",
    ),
    "a member below if": ("if bias: bias: [n]", "[If [[Branch bias [[Member [Label [[bias]]] [List [n]] _]]]]]"),
    "for": ("for i, (a, b) in enumerate(xs):\n  y = a", "[For [i [a b]] [Call enumerate [xs]] [[Define [y] a]]]"),
    "for over values": ("for i in 1, 2: y = i", "[For [i] [Tuple [1 2]] [[Define [y] i]]]"),
    "lines broken in brackets": ("x = f(1,\n# c\n   2,\n)", "[Define [x] [Call f [1 2]]]"),
    "strings keep their backslashes": (
        r"""symbol d 'it\'s' as "\tau" """,
        "[SymbolStatement [[Declared d int _ it's \\tau]]]",
    ),
}


@pytest.mark.parametrize(("text", "wanted"), STATEMENTS.values(), ids=STATEMENTS)
def test_statement(text: str, wanted: str) -> None:
    assert statements(text)[0] == wanted


def test_the_page_of_the_language_reads_whole() -> None:
    file = parse(Source("gpt2.sym", PAGE))
    names = [type(statement).__name__ for statement in file.statements]
    assert names == ["SymbolStatement"] * 4 + ["Module"] * 4 + ["Define"] * 2 + ["Check"] * 4
    gpt2 = file.statements[7]
    assert isinstance(gpt2, tree.Module)
    assert [type(part).__name__ for part in gpt2.body] == ["Docstring"] + ["Member"] * 5 + ["Tie", "Define"]
    assert PAGE[slice(*gpt2.body[3].span)] == "h:       L * Block(d)"


SPANS = {
    "a bracketed sum with its brackets": ("x = (a + b)*c", lambda f: f.value.left, "(a + b)"),
    "a call to its end": ("x = f(a)(b).c", lambda f: f.value.base, "f(a)(b)"),
    "a keyword argument": ("x = f(a, b=c*d)", lambda f: f.value.args[1], "b=c*d"),
    "a module's header": ("module A(n):\n    pass", lambda f: f, "module A(n):"),
    "a check with its source": ("check a ~ b within 4% 'x'  # c", lambda f: f, "check a ~ b within 4% 'x'"),
    "an imported file": ("from a.b import c as d", lambda f: f, "from a.b import c as d"),
    "a hole": ("b{i+1}: [1]", lambda f: f.label.pieces[0][1], "{i+1}"),
    "a condition": ("x = a if b < c else d", lambda f: f.value.condition, "b < c"),
    "a declared size": ('symbol a, k >= 0 "x" as "y"', lambda f: f.declared[1], 'k >= 0 "x" as "y"'),
}


@pytest.mark.parametrize(("text", "part", "wanted"), SPANS.values(), ids=SPANS)
def test_a_node_knows_its_place(text: str, part: object, wanted: str) -> None:
    node = part(parse(Source("text", text)).statements[0])  # type: ignore[operator]
    assert text[slice(*node.span)] == wanted


# ---------------------------------------------------------------------------------- precedence, against Python

PYTHON_OPS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.Eq: "==",
    ast.Lt: "<",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.And: "and",
    ast.Or: "or",
    ast.Not: "not",
    ast.USub: "-",
    ast.UAdd: "+",
}


def python_shape(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Constant(value=value):
            return str(value)
        case ast.BinOp(left=left, op=op, right=right):
            return f"({PYTHON_OPS[type(op)]} {python_shape(left)} {python_shape(right)})"
        case ast.UnaryOp(op=op, operand=operand):
            return f"({PYTHON_OPS[type(op)]} {python_shape(operand)})"
        case ast.BoolOp(op=op, values=values):
            return f"({PYTHON_OPS[type(op)]} {' '.join(map(python_shape, values))})"
        case ast.Compare(left=left, ops=ops, comparators=others):
            rest = " ".join(f"{PYTHON_OPS[type(o)]} {python_shape(x)}" for o, x in zip(ops, others, strict=True))
            return f"({python_shape(left)} {rest})"
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return f"(if {python_shape(test)} {python_shape(body)} {python_shape(orelse)})"
    raise TypeError(node)


PIECES = [
    "a",
    "b",
    "2",
    "-",
    "+",
    "not",
    "*",
    "/",
    "//",
    "%",
    "**",
    "==",
    "<",
    "in",
    "not in",
    "is",
    "is not",
    "and",
    "or",
    "if",
    "else",
    "(",
    ")",
]


@st.composite
def rows(draw: st.DrawFn, depth: int = 2) -> str:
    """Operands and operators in turn, mostly an expression of Python's."""
    text = []
    for at in range(draw(st.integers(1, 7))):
        if at:
            text.append(draw(st.sampled_from(PIECES[6:-4])) if draw(st.integers(0, 5)) else "if c else")
        text += draw(st.lists(st.sampled_from(["-", "+", "not"]), max_size=2))
        inner = depth and draw(st.integers(0, 4)) == 0
        text.append(f"({draw(rows(depth=depth - 1))})" if inner else draw(st.sampled_from(["a", "b", "2"])))
    return " ".join(text)


@settings(max_examples=400, deadline=None)
@given(rows() | st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map(" ".join))
def test_precedence_is_pythons(text: str) -> None:
    try:
        wanted = python_shape(ast.parse(text, mode="eval").body)
    except (SyntaxError, TypeError):
        with pytest.raises(ParseError):
            expression(text if text.strip() else "*")
    else:
        assert expression(text) == wanted


# --------------------------------------------------------------------------------------- limits and odd bytes

LIMITS = {
    "20,000 brackets": ("x = " + "(" * 20_000 + "1" + ")" * 20_000, "limit-brackets"),
    "20,000 open brackets": ("x = " + "[" * 20_000, "limit-brackets"),
    "50,000 signs": ("x = " + "- " * 50_000 + "1", "limit-nesting"),
    "50,000 times not": ("x = " + "not " * 50_000 + "a", "limit-nesting"),
    "1,000 powers": ("x = " + "a ** " * 1_000 + "a", "limit-nesting"),
    "50,000 powers": ("x = " + "a ** " * 50_000 + "a", "limit-chain"),
    "50,000 choices": ("x = " + "a if b else " * 50_000 + "c", "limit-chain"),
    "1,000 choices": ("x = " + "a if b else " * 1_000 + "c", "limit-nesting"),
    "5,000 attributes": ("x = a" + ".b" * 5_000, "limit-nesting"),
    "5,000 calls": ("x = f" + "()" * 5_000, "limit-nesting"),
    "brackets and operators together": ("x = " + "f(-f(2*-" * 49 + "1" + "))" * 49, "limit-nesting"),
    "10,000 levels of indentation": ("\n".join(" " * i + "if a:" for i in range(200)), "limit-nesting"),
    "a sum of 100,000 terms": ("x = " + "a + " * 100_000 + "a", "limit-chain"),
    "5,000 digits": ("x = " + "9" * 5_000, "limit-digits"),
    "5,000 decimals": ("x = 1." + "9" * 5_000, "limit-digits"),
    "a large exponent": ("x = 1e999999", "limit-digits"),
    "a larger exponent": ("x = 1e-99999999999999999999", "limit-digits"),
    "5,000 raised digits": ("x = a" + "²" * 5_000, "limit-digits"),
    "a file of 5 MB": ("#" * 5_000_001, "limit-file"),
}


@pytest.mark.parametrize(("text", "code"), LIMITS.values(), ids=LIMITS)
def test_a_limit_names_itself(text: str, code: str) -> None:
    with pytest.raises(LimitError) as caught:
        parse(Source("text", text))
    assert [finding.code for finding in caught.value.findings] == [code]
    assert "limit of" in str(caught.value)


def test_long_rows_below_the_limit_are_read() -> None:
    for text in ("a + " * 4_000 + "a", "a*b - " * 2_000 + "a", "f(" + "1, " * 20_000 + ")", "a and " * 4_000 + "b"):
        parse_expression(Source("text", text))


ODD = {
    "a byte order mark": "\ufeffx = 1\ny = 2\n",
    "Windows' line ends": "x = 1\r\ny = 2\r\n",
    "old line ends": "x = 1\ry = 2\r",
    "no line end": "x = 1\ny = 2",
    "form feeds": "\fx = 1\n\f\ny = 2\n",
    "blank and comment lines": "\n  # c\n\nx = 1  # c\n      # c\n\n\ny = 2\n   ",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_files_are_read(text: str) -> None:
    assert statements(text) == ["[Define [x] 1]", "[Define [y] 2]"]
    assert parse(Source("text", text)).statements[1].span.start == text.index("y")


def test_an_empty_text_states_nothing() -> None:
    for text in ("", "\n", "# only a comment", "   \n\t\n"):
        assert parse(Source("text", text)).statements == ()


WORDS = [
    "module",
    "A",
    "(",
    ")",
    ":",
    "\n",
    "\n    ",
    "  ",
    "fc",
    "=",
    "[",
    "]",
    "{",
    "}",
    "1",
    "2.5M",
    '"',
    "'",
    "if",
    "else",
    "for",
    "in",
    "check",
    "~",
    "==",
    "within",
    "%",
    "as",
    "->",
    "tie",
    ".",
    ",",
    "*",
    "**",
    "not",
    "symbol",
    "#",
    "\\",
    "\t",
    "\0",
    "⌊",
    "²",
    "é",
    ";",
    "lambda",
    "with",
    "'''",
    "\r",
    "frozen",
    "where",
    "import",
    "from",
    "3d",
]


@settings(max_examples=400, deadline=None)
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)
    | st.lists(st.sampled_from(WORDS)).map("".join)
)
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    for read in (parse, parse_expression):
        try:
            read(Source("text", text))
        except SymparamsError as error:
            shown = [str(finding) for finding in error.findings]
        else:
            continue
        assert shown
        assert all(shown)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(PAGE)), st.integers(0, 12), st.sampled_from([*WORDS, ""]))
def test_a_page_with_one_change_is_read_or_refused_at_a_place(at: int, cut: int, put: str) -> None:
    text = PAGE[:at] + put + PAGE[at + cut :]
    try:
        parse(Source("text", text))
    except SymparamsError as error:
        for finding in error.findings:
            assert finding.span is not None
            assert 0 <= finding.span.start <= len(text)
            assert "_NL" not in str(finding).replace(text, "")
            assert "INDENT" not in finding.message
