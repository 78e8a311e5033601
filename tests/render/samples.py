"""Formulas of every kind, by what they show; the tests of all printers take them from here."""

from __future__ import annotations

from fractions import Fraction

from symparams.formula.nodes import (
    Abs,
    All,
    Any,
    Ceil,
    Compare,
    Floor,
    Index,
    Iverson,
    Log,
    Log2,
    Max,
    Min,
    Mod,
    Negative,
    Node,
    Not,
    Number,
    Power,
    Product,
    Quotient,
    Round,
    Series,
    Sum,
    Symbol,
)

Part = Node | int | Fraction | str


def node(part: Part) -> Node:
    """A formula from a name or a number."""
    if isinstance(part, Node):
        return part
    return Symbol(part) if isinstance(part, str) else Number(part)


def total(*parts: Part) -> Sum:
    return Sum(tuple(map(node, parts)))


def group(*parts: Part) -> Sum:
    return Sum(tuple(map(node, parts)), True)


def times(*parts: Part) -> Product:
    return Product(tuple(map(node, parts)))


def power(base: Part, exponent: Part) -> Power:
    return Power(node(base), node(exponent))


def over(left: Part, right: Part) -> Quotient:
    return Quotient(node(left), node(right))


def less(part: Part) -> Negative:
    return Negative(node(part))


def equal(left: Part, right: Part) -> Compare:
    return Compare("==", node(left), node(right))


def differ(left: Part, right: Part) -> Compare:
    return Compare("!=", node(left), node(right))


def linear(n_in: Part, n_out: Part) -> Sum:
    return group(times(n_in, n_out), n_out)


TURN, INNER, SAME = Index("i", 0), Index("j", 1), Index("i", 1)
HALF = Fraction(1, 2)


def series(index: Index, start: Part, stop: Part, body: Part) -> Series:
    return Series(index, node(start), node(stop), node(body))


GPT2_BLOCK = group(
    times(2, 768), linear(768, 2304), linear(768, 768), times(2, 768), linear(768, 3072), linear(3072, 768)
)
GPT2 = total(times(50257, 768), times(1024, 768), times(12, GPT2_BLOCK), times(2, 768))
MIXTRAL = total(
    times(2, "V", "d"),
    "d",
    times(
        "L",
        total(
            times(2, power("d", 2), total(1, over("n_kv", "h"))),
            times(3, "E", "d", "f"),
            times(total("E", 2), "d"),
        ),
    ),
)
WIDTH_OF_CONV = total(1, Floor(over(total("H", times(2, "p"), less("k")), "s")))

SAMPLES: dict[str, Node] = {
    "a conv layer": times(total(times(power("k", 2), "C_in"), 1), "C_out"),
    "two conv layers": total(times(total(times(5, 5, 1), 1), 6), times(total(times(5, 5, 6), 1), 16)),
    "members keep their brackets": total(linear(400, 120), linear(120, 84), linear(84, 10)),
    "one member has none": linear(400, 120),
    "GPT-2 in numbers": GPT2,
    "Mixtral": MIXTRAL,
    "DenseNet's block": total(
        times(2, "n", total("n", 17), power("g", 2)), times("n", total("n", times(4, "C"), 7), "g"), times(2, "n", "C")
    ),
    "numbers behind symbols": total(times("d", 1000), 1000),
    "a sum of differences": total(less("a"), less(total("b", "c")), less(3), times(-2, "d")),
    "a negative number in a product": times("a", -3, "b"),
    "minus a minus": less(less("a")),
    "a negative product": less(times(3, "a")),
    "minus a bracketed sum": total("a", less(group("b", "c"))),
    "a sum that begins below zero": times(total(less("a"), "b"), "c"),
    "half of a product": times(HALF, "a", "b"),
    "minus a half": total("a", Fraction(-1, 2)),
    "minus two thirds of a": total("b", times(Fraction(-2, 3), "a")),
    "a half at the end": times("a", HALF),
    "a half squared": power(HALF, 2),
    "a quotient of sums": over(total("a", "b"), total("c", "d")),
    "a quotient of products": over(times("a", "b"), times("c", "d")),
    "quotients in quotients": over(over("a", "b"), over("c", "d")),
    "a quotient in front": times(over("d_model", "h"), "n_kv"),
    "a quotient at the end": times("d_model", over("n_kv", "h")),
    "a triangle": times(over(times("L", total("L", -1)), 2), "d"),
    "a quotient squared": power(over("a", "b"), 2),
    "a negative quotient": over(less("a"), -2),
    "a power of two": times("C", power(2, "i")),
    "a tower": power("a", power("b", "c")),
    "a power of a power": power(power("a", "b"), 2),
    "a negative base": power(-1, 2),
    "a negative exponent": power(2, -1),
    "an exponent of several terms": power(2, total("L", less(TURN), -1)),
    "a quotient as exponent": power("a", over("n_heads", times(2, "h"))),
    "a square root": times(power(total("a", "b"), HALF), "c"),
    "a large exponent": power("k", 128),
    "the size of a picture": times(WIDTH_OF_CONV, "d"),
    "a floor of single signs": times("n", Floor(over("d", "h"))),
    "ceil, round and abs": total(Ceil(over("a", total("b", 1))), Round(times(HALF, "a")), Abs(total("a", less("b")))),
    "a vocabulary rounded up": times(Ceil(over("V", 64)), 64, "d"),
    "logarithms": times(total(Log2(node("n")), Log(total("n", 1))), "d"),
    "a logarithm squared": power(Log2(node("n")), 2),
    "max and min": times(Max((node("a"), times(8, "b"))), Min((over("a", 2), node("c")))),
    "a remainder": total("n", Mod(total("a", "b"), node(6))),
    "a remainder times d": times(Mod(node("n"), node(2)), "d"),
    "a shortcut": times(Iverson(differ("C_in", "C_out")), "C_in", "C_out"),
    "a shortcut behind a sum": times(total("a", "b"), Iverson(differ("a", "b"))),
    "a flag": total(times("a", "b"), times(Iverson(node("bias")), "b")),
    "a condition alone": Iverson(equal("a", "b")),
    "conditions joined": times(
        Iverson(All((equal(Mod(node("i"), node(6)), 0), Not(node("bias")), Any((node("tied"), equal("a", "b")))))), "d"
    ),
    "a condition denied": Iverson(Not(Any((equal("a", 1), Compare("<", node("b"), total("c", 2)))))),
    "two conditions": times(Iverson(Compare(">=", node("a"), node(1))), Iverson(Compare(">", node("b"), node("a"))), 3),
    "a series": series(TURN, 0, "L", times(power(2, TURN), "d")),
    "a series of sums": times("w", series(TURN, 1, total("k", 1), total(times(TURN, "d"), 1))),
    "a series to a number": series(TURN, 0, 12, power(TURN, 2)),
    "a series before a factor": times(series(TURN, 0, total("L", -1), TURN), "d"),
    "a series of series": series(TURN, 0, "L", total(series(INNER, 0, TURN, times(TURN, INNER)), 1)),
    "loops of one name": series(TURN, 0, "L", series(SAME, 1, total(TURN, 1), times(TURN, SAME))),
    "an index named as a size": times("i", series(TURN, 0, "n", TURN)),
    "a series of fractions": times("a", series(TURN, 0, "n", over(total(TURN, 1), times(2, "n"))), "b"),
    "a negative series": total("a", less(series(TURN, 0, "n", less(TURN)))),
    "words and letters": times(12, "n_layer", power("d_model", 2), "alpha", "n1", "KSIZE", "in_features"),
    "letters of other scripts": times("λ", "é", "层", "Ω_max", "naïve"),
    "names that look alike": total("n1", "n_1", "lambda", "λ"),
}
