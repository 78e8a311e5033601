"""Trees of the whole grammar, and texts of them laid out in odd ways."""

from fractions import Fraction
from random import Random

from hypothesis import strategies as st

from symparams.errors import Source, Span
from symparams.syntax import tree
from symparams.syntax.lines import CLOSES, OPENS
from symparams.syntax.parse import parse_expression, parse_with_tokens
from symparams.syntax.strings import literal

AT = Span(0, 0)
NAMES = ["a", "b", "C_in", "Linear", "Größe", "x1", "real", "active", "as", "within", "where", "oo", "it"]
NUMBERS = ["0", "7", "124_439_808", "0.25", ".5", "1e-5", "15.3M", "2.0", "12k"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"]


def is_writable(value: str) -> bool:
    try:
        return bool(literal(value))
    except ValueError:
        return False


names = st.sampled_from(NAMES)
digits = st.sampled_from(["0", "3", "12"])
texts = st.text("ab \"'\\#é{\n", max_size=6).filter(is_writable)
numbers = st.sampled_from(NUMBERS).map(lambda text: parse_expression(Source("number", text))._replace(span=AT))


def node(kind, *parts):
    return st.builds(kind, *parts, span=st.just(AT))


def rows(items, least=0, most=3):
    return st.lists(items, min_size=least, max_size=most).map(tuple)


targets = st.one_of(rows(names, 1), st.tuples(names, rows(names, 1)))


def pieces(inner):
    """`b{i}_c`: texts and holes, where two texts never meet."""
    hole = node(tree.Hole, inner)
    behind = st.lists(
        st.tuples(hole, st.one_of(st.just(""), st.sampled_from(["_c", "3", "3x"]))), min_size=1, max_size=2
    )
    joined = st.tuples(st.one_of(st.just(""), names), behind).map(lambda p: (p[0], *(x for pair in p[1] for x in pair)))
    return joined.map(lambda row: tuple(part for part in row if part != ""))


def label_pieces(inner):
    return st.one_of(names.map(lambda n: (n,)), digits.map(lambda n: (n,)), pieces(inner))


def slices(inner):
    part = st.none() | inner
    return node(tree.Slice, part, part, part)


def places(inner):
    return st.one_of(inner, slices(inner), node(tree.Every))


def calls(inner):
    star = node(tree.Star, inner) | node(tree.Star, st.none())
    several = rows(st.one_of(inner, star, node(tree.Keyword, names, inner)))
    generator = node(tree.Comprehension, st.just("generator"), inner, clauses(inner)).map(lambda one: (one,))
    return node(tree.Call, inner, several | generator)


def clauses(inner):
    return rows(node(tree.Clause, targets, inner, rows(inner, 0, 2)), 1, 2)


def grown(inner):
    return st.one_of(
        node(tree.List, rows(inner | node(tree.Star, inner))),
        node(tree.Tuple, rows(inner)),
        calls(inner),
        node(tree.Attribute, inner, names | digits),
        node(tree.Template, st.none() | inner, pieces(inner)),
        node(tree.Subscript, inner, places(inner)),
        node(tree.Unary, st.sampled_from(["-", "+", "not"]), inner),
        node(tree.Binary, st.sampled_from(["+", "-", "*", "/", "//", "%", "**"]), inner, inner),
        node(tree.Logic, st.sampled_from(["and", "or"]), rows(inner, 2)),
        comparisons(inner, COMPARISONS, 3),
        node(tree.Conditional, inner, inner, inner),
        node(tree.Comprehension, st.just("list"), inner, clauses(inner)),
    )


def comparisons(inner, signs, most=2):
    def build(operands):
        ops = st.lists(st.sampled_from(signs), min_size=len(operands) - 1, max_size=len(operands) - 1).map(tuple)
        return node(tree.Comparison, ops, st.just(operands))

    return rows(inner, 2, most).flatmap(build)


leaves = st.one_of(
    numbers,
    node(tree.Text, texts),
    node(tree.Constant, st.sampled_from([True, False, None])),
    node(tree.Name, names),
)
expressions = st.recursive(leaves, grown, max_leaves=6)


def named_steps():
    return st.one_of(
        label_pieces(expressions), node(tree.AnyName), node(tree.AnyDepth), node(tree.At, places(expressions))
    )


paths = node(tree.Path, rows(named_steps(), 1), st.none() | expressions)
labels = node(tree.Label, rows(label_pieces(expressions), 1))


def as_label(path):
    """A place as the parser has it: a label where it says no more than one."""
    is_plain = path.kind is None and all(type(step) is tuple for step in path.steps)
    return tree.Label(path.steps, AT) if is_plain else path


@st.composite
def parameters(draw):
    kinds = [*["plain"] * draw(st.integers(0, 2)), *draw(st.sampled_from([[], ["variadic"], ["keyword"] * 2]))]
    kinds += ["keyword"] * (kinds[-1:] == ["variadic"])
    return tuple(
        tree.Parameter(draw(names), None if kind == "variadic" else draw(st.none() | expressions), kind, AT)
        for kind in kinds
    )


bounds = st.none() | st.tuples(st.sampled_from([">=", ">"]), expressions)
declared = node(tree.Declared, names, st.sampled_from(["int", "real", "flag"]), bounds, texts, texts)
claims = comparisons(expressions, ["==", "!=", "<", "<=", ">", ">=", "~"])
within = st.sampled_from([None, Fraction(1, 25), Fraction(1, 200), Fraction(3), Fraction(1, 3125)])
imports = st.one_of(
    node(tree.Import, texts, st.just(())),
    node(tree.Import, st.sampled_from(["zoo.resnet", "b.sym", "../odd name"]), rows(st.tuples(names, names), 1)),
)
simple = st.one_of(
    node(tree.SymbolStatement, rows(declared, 1)),
    node(
        tree.Member,
        st.sampled_from(["", "frozen", "buffer"]),
        paths.map(as_label),
        expressions,
        st.none() | expressions,
    ),
    node(tree.Define, rows(names, 1), expressions),
    node(
        tree.Function, names, parameters(), expressions, rows(node(tree.Define, names.map(lambda n: (n,)), expressions))
    ),
    node(tree.Check, claims, within, st.none() | st.tuples(names, expressions), texts),
    node(tree.Require, expressions, texts),
    node(tree.Tie, expressions, expressions),
    node(tree.Write, expressions),
    node(tree.Pass),
    node(tree.Docstring, texts),
    imports,
    node(tree.Mark, st.sampled_from(["frozen", "trainable", "buffer"]), rows(paths)),
    node(tree.Drop, rows(paths, 1)),
)


def blocks(inner):
    body = rows(inner, 1)
    changed = node(tree.With, expressions, body)
    branches = st.tuples(
        rows(node(tree.Branch, expressions, body), 1, 2),
        st.just(()) | node(tree.Branch, st.none(), body).map(lambda b: (b,)),
    )
    return st.one_of(
        node(tree.Module, names, parameters(), body),
        node(tree.If, branches.map(lambda pair: pair[0] + pair[1])),
        node(tree.For, targets, expressions, body),
        node(tree.Define, names.map(lambda n: (n,)), changed),
        node(tree.Function, names, parameters(), changed, st.just(())),
        node(tree.Member, st.just(""), labels, changed, st.none() | expressions),
    )


statements = st.recursive(simple, blocks, max_leaves=6)
files = st.builds(tree.File, rows(statements, 0, 4))


# ------------------------------------------------------------------------------------------------------- odd layout

GIVES_WAY = ("COMMA", "SIGN", "COMPARE", "EQUALS", "ABOUT", "AUGMENT")


class Odd:
    """Lays a text out anew: other blanks, other indentation, lines broken in brackets and by backslashes, comments."""

    def __init__(self, text: str, random: Random, has_comments: bool) -> None:
        self.random, self.has_comments = random, has_comments
        self.text = text
        self.comments: list[str] = []
        self.lines = self.laid()

    def comment(self) -> str:
        self.comments.append(f"# c{len(self.comments)}e")
        return self.comments[-1]

    def laid(self) -> str:
        _, text, tokens = parse_with_tokens(Source("odd", self.text))
        result, indents, depth, is_new = "", [""], 0, True
        before = None
        for token in tokens:
            if token.kind == "_INDENT":
                indents.append(indents[-1] + " " * self.random.randint(1, 7))
            elif token.kind == "_DEDENT":
                indents.pop()
            elif token.kind == "_NL":
                result += self.line_end()
                is_new, depth = True, 0
            elif token.kind != "$END":
                if is_new:
                    result += self.own_lines() + indents[-1]
                else:
                    result += self.gap(text[before.end : token.start], before, token, depth)
                depth += (token.kind in OPENS) - (token.kind in CLOSES)
                result += token.value
                before, is_new = token, False
        return result + self.own_lines()

    def gap(self, blank: str, left, right, depth: int) -> str:
        may_grow = blank or left.kind in GIVES_WAY or (depth and (left.kind in OPENS or right.kind in CLOSES))
        if not may_grow or self.random.random() < 0.6:
            return blank
        if depth and self.random.random() < 0.5:
            remark = f"  {self.comment()}" if self.has_comments and self.random.random() < 0.5 else ""
            return remark + "\n" + (self.own_lines() if self.has_comments else "") + " " * self.random.randint(0, 9)
        if left.kind in GIVES_WAY and self.random.random() < 0.3:
            return " \\\n " + " " * self.random.randint(0, 9)
        return " " * self.random.randint(1, 4)

    def line_end(self) -> str:
        remark = f" {self.comment()}" if self.has_comments and self.random.random() < 0.3 else ""
        return remark + " " * self.random.randint(0, 2) + "\n"

    def own_lines(self) -> str:
        lines = ""
        while self.has_comments and self.random.random() < 0.3:
            is_blank = self.random.random() < 0.4
            lines += " " * self.random.randint(0, 12) + ("" if is_blank else self.comment()) + "\n"
        return lines
