"""Texts that are nearly or wholly in the language: expressions and files that use what they define, and broken ones."""

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
    "({} + {})", "{} - {}", "{}*{}", "{}/{}", "{}//{}", "{} % {}", "{}^{}", "-{}", "({} if {} else {})", "({} == {})",
    "({} < {})", "({} != {})", "({} and {})", "({} or {})", "(not {})", "[{}, {}]", "[{}]", "({},)", "{}[{}]",
    "({} in [{}, {}])", "({} is None)", "{}.params", "{}.weight", "{}.h", "{}.active", "{}[{}:{}]", "{}(*)", "[]",
    "({} + {} + {})", "{}*{}*{}", "⌊{}⌋", "⌈{}⌉", "{}²", "None", "True", "'a'", "({}){{{}}}", "{} is not {}",
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


def filled(choices: Choices, shape: str, depth: int) -> str:
    """A shape with its holes filled."""
    count = shape.count("{}")
    return shape.format(*(expression(choices, depth - 1) for _ in range(count)))


def value(choices: Choices) -> str:
    """What a member or definition is made of."""
    kind = choices.below(5)
    if kind == 0:
        return "[" + ", ".join(choices.some(lambda: expression(choices, 1), 3)) + "]"
    layer = filled(choices, choices.one(LAYERS), 2)
    return layer if kind < 3 else f"{expression(choices, 1)} * {layer}" if kind == 3 else expression(choices, 3)


def statement(choices: Choices, indent: str, depth: int = 2) -> str:
    """A statement of a body, with what stands below it."""
    expr = lambda deep=2: expression(choices, deep)  # noqa: E731
    name = choices.one(["fc", "h", "a{i}", "{i}", "x.0", "w", "frozen g", "buffer b", "b{i+1}.c", "bias"])
    simple = {
        0: lambda: f"{name}: {value(choices)}",
        1: lambda: f"{choices.one(NAMES)} = {expr(3)}",
        2: lambda: (
            f"tie {choices.one(['fc', 'h[*]', 'w', 'h[0].w', 'a{i}'])} = {choices.one(['fc', 'h', 'w.T', 'x.0'])}"
        ),
        3: lambda: f"write {expr(3)}",
        4: lambda: f'require {expr()} "reason"',
        5: lambda: f"{choices.one(NAMES)} {choices.one(['+=', '*=', '-=', '//='])} {expr(1)}",
        6: lambda: f"{name}: E * Block({expr(1)}) active {expr(1)}",
        7: lambda: choices.one(["pass", '"words"', "frozen", "trainable h", "drop fc", "** is Linear: LoRA(it, 2)"]),
    }
    blocks = {
        8: lambda: f"for i in {choices.one(['range(L)', 'range(n)', 'range(3)', 'xs', '[1, 2]'])}:",
        9: lambda: f"if {expr()}:",
        10: lambda: f"if {choices.one(['i == 0', 'i < k', 'tied', 'i % 2 == 0', 'i == L - 1', 'd != n'])}:",
        11: lambda: f"h: {value(choices)} with:",
    }
    kind = choices.below(12 if depth else 8)
    if kind in simple:
        return f"{indent}{simple[kind]()}\n"
    return f"{indent}{blocks[kind]()}\n" + block(choices, indent + "    ", depth - 1)


def block(choices: Choices, indent: str, depth: int) -> str:
    """Statements one below the other."""
    return "".join(choices.some(lambda: statement(choices, indent, depth), 3, 1))


def whole_file(choices: Choices) -> str:
    """A file with symbols, modules, definitions and checks."""
    parts = ["symbol n, m, d, L, k >= 0\nsymbol alpha real, tied flag\n"]
    if choices.below(2):
        parts.append(f"f(n) = {expression(choices, 3)}\n")
    parts.append("module Block(n):\n" + block(choices, "    ", 1))
    parts.append(
        f"module Net(d, L, {choices.one(['k=2', '*xs', 'bias=True', 'n=2*d'])}):\n" + block(choices, "    ", 2)
    )
    if choices.below(3) == 0:
        parts.append("net = Net(3, 4) with:\n" + block(choices, "    ", 1))
    else:
        parts.append(f"net = Net({expression(choices, 1)}, {expression(choices, 1)})\n")
    for _ in range(choices.below(3)):
        left = choices.one(["Net.params", "net.params", "Block.params", "Net(*).params", expression(choices, 2)])
        parts.append(f"check {left} {choices.one(SIGNS)} {expression(choices, 3)}{choices.one(ENDS)}\n")
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
