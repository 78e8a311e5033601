"""Texts that are nearly or wholly in the language: expressions and files that use what they define, and broken ones."""

from collections.abc import Callable
from pathlib import Path

from symparams.model import files

from .choices import Choices

ROOT = Path(__file__).parents[2]

NAMES = ["n", "m", "d", "L", "k", "i", "C_in", "Block", "Net", "tied", "alpha", "fc", "h", "xs", "it", "net", "é"]
SIZES = [
    "0",
    "1",
    "2",
    "3",
    "7",
    "-1",
    "1/2",
    "0.25",
    "12",
    "768",
    "1k",
    "15.3M",
    "10^9",
    "2^64",
    "10^30",
    ".5",
    "1e-3",
]
LAYERS = [
    "Linear({}, {})", "Conv2d({}, {}, {})", "Embedding({}, {})", "LayerNorm({})", "BatchNorm2d({})", "LSTM({}, {})",
    "MultiheadAttention({}, {})", "GRU({}, {}, {})", "Conv1d({}, {}, {}, groups={})", "ReLU()", "Dropout({})",
    "Block({})", "Net({}, {})", "Transformer({}, {})", "Sequential(Linear({}, {}), ReLU())", "Bilinear({}, {}, {})",
]  # fmt: skip
FUNCTIONS = [
    "floor({})", "ceil({})", "abs({})", "round({})", "int({})", "max({}, {})", "min({}, {})", "sqrt({})", "log({})",
    "log2({})", "sum({})", "prod({})", "len({})", "list({})", "reversed({})", "range({})", "range({}, {})",
    "range({}, {}, {})", "zip({}, {})", "enumerate({})", "pair({})", "triple({})", "single({})", "seq({})",
    "is_text({})", "tuple({})", "sum({} for i in range({}))", "sum({} for i in range({}) if {})", "max({})",
    "sum({} for i in range({}) for j in range({}))", "[{} for i in range({})]", "f({})", "prod(i + {} for i in range({}))",
]  # fmt: skip
SHAPES = [
    "({} + {})", "({} - {})", "({})*({})", "({})/({})", "({})//({})", "({}) % ({})", "({})^2", "-({})", "2^({})",
    "({} if {} else {})", "({} == {})", "({} < {})", "({} != {})", "(({}) and ({}))", "(({}) or ({}))", "(not ({}))",
    "[{}, {}]", "[{}]", "({},)", "({})[{}]", "(({}) in [{}, {}])", "(({}) is None)", "({}).params", "({}).weight",
    "({}).h", "({}).active", "({})[{}:{}]", "({})(*)", "[]", "({} + {} + {})", "({})*({})*({})", "⌊{}⌋", "⌈{}⌉", "({})²",
    "None", "True", "'a'",
]  # fmt: skip
OPEN = ["n", "m", "d", "L", "k", "d", "n", "alpha", "tied"]
TAME = [
    "{} + {}", "({} - {})", "({})*({})", "({})/({})", "({})//({})", "({}) % ({})", "({})^2", "2^({})", "({} + 1)", "2*({})",
    "({} if {} < {} else {})", "({} if {} == {} else {})", "max({}, {})", "min({}, {})", "floor(({})/2)", "ceil({})",
    "sum({} for i in range({}))", "sum(i for i in range({}))", "abs({})", "round({})", "f({})", "({} if tied else {})",
]  # fmt: skip
MEASURES = [".params", ".trainable", ".frozen", ".buffers", ".active", ".h.params", ".fc.weight", ".h[0].params"]
SIGNS = ["==", "==", "==", "!=", "<", "<=", ">", ">=", "~"]
ENDS = ["", "", "", " within 4%", " as n -> oo", ' "source"', " within 0%", " as d -> 0"]
PIECES = [
    "module", "symbol", "check", "for", "in", "if", "else", "elif", ":", "(", ")", "[", "]", "{", "}", ",", ".", "=",
    "\n", "\n    ", "\n  ", " ", "\t", "#", '"', "'", '"""', "\\", "*", "**", "with", "drop", "frozen", "is", "where",
    "tie", "write", "require", "import", "from", "zoo.", "^", "⌊", "⌋", "²", "≠", "+=", "->", "~", "%", "within", "as",
    "\r\n", "\f", "\ufeff", "\0", "é", "1", "0.5M", "x", "active", "buffer", "range(", "sum(", "True", "None", "not ",
]  # fmt: skip


def expression(choices: Choices, depth: int = 4) -> str:
    """An expression of names, numbers, layers and everything else that the language has for them."""
    kind = choices.below(8) if depth else choices.below(2)
    if kind == 0 or choices.is_over:
        return choices.one(NAMES)
    if kind == 1:
        return choices.one(SIZES)
    if kind == 2:
        return filled(choices, choices.one(LAYERS), depth) + choices.one([*MEASURES, "", ""])
    return filled(choices, choices.one(FUNCTIONS if kind == 3 else SHAPES), depth)


def tame(choices: Choices, depth: int = 2) -> str:
    """An expression that is a size, of names that a file declares."""
    kind = choices.below(5) if depth else choices.below(2)
    if kind == 0 or choices.is_over:
        return choices.one(OPEN)
    if kind == 1:
        return choices.one(["1", "2", "3", "7", "12", "64"])
    return filled(choices, choices.one(TAME), depth, tame)


def size(choices: Choices, depth: int = 2) -> str:
    """Mostly a size, at times anything."""
    return expression(choices, depth) if choices.below(12) == 11 else tame(choices, depth)


def filled(choices: Choices, shape: str, depth: int, make: Callable[[Choices, int], str] = expression) -> str:
    """A shape with its holes filled."""
    count = shape.count("{}")
    return shape.format(*(make(choices, depth - 1) for _ in range(count)))


def value(choices: Choices) -> str:
    """What a member or definition is made of."""
    kind = choices.below(5)
    if kind == 0:
        return "[" + ", ".join(choices.some(lambda: size(choices, 1), 3)) + "]"
    layer = filled(choices, choices.one(LAYERS), 2, size)
    return layer if kind < 3 else f"{tame(choices, 1)} * {layer}" if kind == 3 else expression(choices, 3)


def statement(choices: Choices, indent: str, depth: int = 2, *, changes: bool = False) -> str:
    """A statement of a body, with what stands below it; `changes` are those of a network."""
    name = choices.one(NEW_NAMES) + str(choices.below(30))
    simple = {
        0: lambda: f"{name}: {value(choices)}",
        1: lambda: f"{choices.one(NAMES)} = {size(choices, 3)}",
        2: lambda: (
            f"tie {choices.one(['fc', 'h[*]', 'w', 'h[0].w', 'a{i}'])} = {choices.one(['fc', 'h', 'w.T', 'x.0'])}"
        ),
        3: lambda: f"write {size(choices, 3)}",
        4: lambda: f'require {size(choices)} >= {size(choices)} "reason"',
        5: lambda: f"{choices.one(OPEN)} {choices.one(['+=', '*=', '-=', '//='])} {size(choices, 1)}",
        6: lambda: f"{name}: {tame(choices, 1)} * Block({size(choices, 1)}) active {size(choices, 1)}",
        7: lambda: choices.one(CHANGES) if changes else choices.one(["pass", '"words"', f"{name}: {value(choices)}"]),
    }
    blocks = {
        8: lambda: f"for i in {choices.one(['range(L)', 'range(n)', 'range(3)', 'range(k)', '[1, 2]'])}:",
        9: lambda: f"if {size(choices)} < {size(choices)}:",
        10: lambda: f"if {choices.one(['i == 0', 'i < k', 'tied', 'i % 2 == 0', 'i == L - 1', 'd != n'])}:",
        11: lambda: f"{name}: {filled(choices, choices.one(LAYERS), 2, size)} with:",
    }
    kind = choices.below(12 if depth else 8)
    if kind in simple:
        return f"{indent}{simple[kind]()}\n"
    return f"{indent}{blocks[kind]()}\n" + block(choices, indent + "    ", depth - 1, changes=changes or kind == 11)


NEW_NAMES = ["fc", "h", "a{i}", "{i}", "x.", "w", "frozen g", "buffer b", "b{i + 1}.c", "bias"]
CHANGES = ["frozen", "trainable h", "drop fc", "** is Linear: LoRA(it, 2)", "fc: Linear(3, 4)", "frozen ** is Linear"]


def block(choices: Choices, indent: str, depth: int, *, changes: bool = False) -> str:
    """Statements one below the other."""
    return "".join(choices.some(lambda: statement(choices, indent, depth, changes=changes), 4, 1))


def whole_file(choices: Choices) -> str:
    """A file with symbols, modules, definitions and checks."""
    parts = ["symbol n, m, d, L, k >= 0\nsymbol alpha real, tied flag\n", f"f(n) = {size(choices, 3)}\n"]
    parts.append(f"module Block(n):\n    fc: Linear(n, {tame(choices, 1)})\n" + block(choices, "    ", 1))
    parts.append(f"module Net(d, L, {choices.one(['k=2', '*xs', 'bias=True', 'n=2*d'])}):\n    h: L * Block(d)\n")
    parts.append(block(choices, "    ", 2))
    parts.append(f"net = Net({size(choices, 1)}, {size(choices, 1)})\n")
    if choices.below(3) == 0:
        parts.append("changed = net with:\n" + block(choices, "    ", 1, changes=True) + "check changed.params > 0\n")
    for _ in range(1 + choices.below(3)):
        left = choices.one(["Net.params", "net.params", "Block.params", "Net(*).params", size(choices, 2)])
        parts.append(f"check {left} {choices.one(SIGNS)} {size(choices, 3)}{choices.one(ENDS)}\n")
    return "".join(parts)


def broken(choices: Choices) -> str:
    """A file of the package with pieces taken away, doubled and put in, or a heap of pieces."""
    if choices.below(4) == 0:
        return "".join(choices.some(lambda: choices.one(PIECES), 40))
    text = choices.one(known())
    start = choices.below(256) * len(text) // 256
    text = text[start : start + 60 + 4 * choices.below(256)] if choices.below(2) else text[:1500]
    for _ in range(1 + choices.below(4)):
        at, length = choices.below(256) * len(text) // 256, choices.below(24)
        new = choices.one([*PIECES, "", text[at : at + length] * 2])
        text = text[:at] + new + text[at + choices.one([0, length]) :]
    return text


def known() -> list[str]:
    """The texts that broken ones are made from."""
    if not TEXTS:
        paths = [
            *sorted(files.ZOO.glob("*.sym")),
            *sorted(files.LIBRARY.glob("*.sym")),
            *sorted((ROOT / "tests/errors").glob("*.sym")),
        ]
        TEXTS.extend(path.read_text("utf-8") for path in paths)
    return TEXTS


TEXTS: list[str] = []
