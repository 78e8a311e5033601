"""Networks of every construct, each with a count by hand: sums over its layers in plain Python."""

from collections.abc import Callable
from typing import NamedTuple


class Case(NamedTuple):
    """A network: what is asked of it, from which size to which each size goes, and its count by hand."""

    text: str
    asked: str
    sizes: dict[str, tuple[int, int]]
    by_hand: Callable[..., int]
    allowed: Callable[..., bool] = lambda **sizes: True
    measure: str = "params"


def linear(n: int, m: int, bias: bool = True) -> int:
    return n * m + bias * m


def conv(n: int, m: int, k: int) -> int:
    return k * k * n * m


def dense_layer(c: int, g: int) -> int:
    return 2 * c + conv(c, 4 * g, 1) + 8 * g + conv(4 * g, g, 3)


def basic_block(c_in: int, c: int, stride: int) -> int:
    shortcut = conv(c_in, c, 1) + 2 * c if stride != 1 or c_in != c else 0
    return conv(c_in, c, 3) + conv(c, c, 3) + 4 * c + shortcut


def resnet(n1: int, n2: int, n3: int, w: int) -> int:
    total, c = conv(3, w, 7), w
    for s, n in enumerate([n1, n2, n3]):
        for i in range(n):
            total += basic_block(c, w * 2**s, 2 if s > 0 and i == 0 else 1)
            c = w * 2**s
    return total + linear(c, 10)


def lstm(n: int, h: int, layers: int, bias: int, both: int, p: int = 0) -> int:
    out = p or h
    first = 4 * h * (n + out) + 8 * h * bias + p * h
    others = 4 * h * ((1 + both) * out + out) + 8 * h * bias + p * h
    return (1 + both) * (first + (layers - 1) * others)


def make_divisible(v: int, m: int = 8) -> int:
    n = max(m, (2 * v + m) // (2 * m) * m)
    return n + m if 10 * n < 9 * v else n


def attention(d: int, k: int, v: int, bias: int) -> int:
    return d * d + d * k + d * v + d * d + 4 * d * bias


DENSENET = """
symbol n >= 0
module Layer(C, g):
    norm1: BatchNorm2d(C)
    conv1: Conv2d(C, 4*g, 1, bias=False)
    norm2: BatchNorm2d(4*g)
    conv2: Conv2d(4*g, g, 3, bias=False)
module Net(n, C, g):
    for i in range(n):
        denselayer{i+1}: Layer(C, g)
        C = C + g
    norm: BatchNorm2d(C)
"""

UNET = """
symbol S >= 0
module Net(w, S):
    C = 3
    for i in range(S):
        down{i}: Conv2d(C, w*2^i, 3, bias=False)
        C = w*2^i
    for i in reversed(range(S)):
        up{i}: Conv2d(2^(i+1)*w, w*2^i, 3, bias=False)
"""

RESNET = """
module Basic(C_in, C, stride=1):
    conv1: Conv2d(C_in, C, 3, stride, bias=False)
    bn1:   BatchNorm2d(C)
    conv2: Conv2d(C, C, 3, bias=False)
    bn2:   BatchNorm2d(C)
    if stride != 1 or C_in != C:
        downsample.0: Conv2d(C_in, C, 1, stride, bias=False)
        downsample.1: BatchNorm2d(C)
module Net(n1, n2, n3, w):
    conv1: Conv2d(3, w, 7, bias=False)
    C = w
    for s, n in enumerate([n1, n2, n3]):
        width = w*2^s
        for i in range(n):
            layer{s+1}.{i}: Basic(C, width, 2 if s > 0 and i == 0 else 1)
            C = width
    fc: Linear(C, 10)
"""

MOE = """
symbol L >= 0, k >= 0, a >= 0
module Dense(d, f):
    up:   Linear(d, f, bias=False)
    down: Linear(f, d, bias=False)
module Experts(d, m, E, a):
    experts: E * Dense(d, m) active a
    gate:    Linear(d, E, bias=False)
module Net(L, k, d, f, m, E, a):
    for i in range(L):
        layers.{i}: Dense(d, f) if i < k else Experts(d, m, E, a)
"""

LOOP = """
symbol L >= 0, k >= 0, n >= 0, m >= 0
module Net({params}):
    for i in range({range}):
        {body}
"""

TIED = """
symbol L >= 0
module Block(d):
    q: Linear(d, d)
    k: Linear(d, d)
module Net(V, d, L):
    wte:  Embedding(V, d)
    h:    L * Block(d)
    base: Block(d)
    head: Linear(d, V, bias=False)
    tie h[*].q.weight = base.q.weight
    tie h[*].k = base.k
    tie head.weight = wte.weight
"""

MARKED = """
symbol L >= 0, k >= 0
module Block(d, E, k):
    frozen norm: LayerNorm(d)
    buffer mask: [d, d]
    experts:     [E, d, d] active k
    fc:          E * Linear(d, 4*d) active k
module Net(L, d, E, k):
    h: L * Block(d, E, k)
    frozen head: Linear(d, 3)
"""

FLAGS = """
symbol n >= 0
module Block(a, b, bias=True, norm=False):
    if a != b:
        shortcut: Conv2d(a, b, 1, bias=bias)
    elif norm and not bias:
        scale: [a]
    else:
        both: [2*a]
    if bias or norm:
        extra: [b]
module Net(n, a, b, bias=True, norm=False):
    h: n * Block(a, b, bias=bias, norm=norm)
"""

GQA = """
symbol L >= 0
module Attention(d, h, kv):
    require d % h == 0 "heads must divide the width"
    require h % kv == 0 "groups must divide the heads"
    q: Linear(d, d, bias=False)
    k: Linear(d, kv*(d // h), bias=False)
    v: Linear(d, kv*(d // h), bias=False)
module Net(d, h, kv, L):
    h: L * Attention(d, h, kv)
"""

ROUNDED = """
make_divisible(v, m=8) = n + m if n < 9/10*v else n where n = max(m, floor((v + m/2)/m)*m)
module Net(w, k):
    width = make_divisible(w)
    conv1: Conv2d(3, width, k, bias=False)
    conv2: Conv2d(width, max(w, 2*k), 1, bias=False)
    fc:    Linear(ceil(w/2), min(w, k))
"""

CARRIED = """
symbol n >= 0
module Net(n, a, g):
    width = a
    total = g
    for i in range(n):
        fc{i}: Linear(total, width)
        width = 2*width
        total = total + i*g
    out: Linear(total, width)
"""

STAGES = """
symbol n >= 0, m >= 0
module Stage(n, d, f):
    for i in range(n):
        block{i}: Linear(d if i == 0 else f, f)
module Net(n, m, d, f):
    for s in range(n):
        stage{s}: Stage(s + 1, d, f)
    more: 3 * Stage(m, f, d)
"""


def loop(params: str, turns: str, *body: str) -> str:
    return LOOP.format(params=params, range=turns, body="\n        ".join(body))


def turns(count: int, each: Callable[[int], int]) -> int:
    return sum(map(each, range(count)))


CASES = {
    "DenseNet's block carries its channels": Case(
        DENSENET,
        "Net",
        {"n": (0, 5), "C": (1, 9), "g": (1, 4)},
        lambda n, C, g: turns(n, lambda i: dense_layer(C + i * g, g)) + 2 * (C + n * g),
    ),
    "U-Net's widths double": Case(
        UNET,
        "Net",
        {"w": (1, 4), "S": (0, 4)},
        lambda w, S: (
            turns(S, lambda i: conv(3 if i == 0 else w * 2 ** (i - 1), w * 2**i, 3))
            + turns(S, lambda i: conv(w * 2 ** (i + 1), w * 2**i, 3))
        ),
    ),
    "ResNet's stages have symbolic depths": Case(
        RESNET, "Net", {"n1": (0, 3), "n2": (0, 3), "n3": (0, 3), "w": (1, 4)}, resnet
    ),
    "an LSTM has layers, biases and directions": Case(
        "",
        "LSTM(n, h, L, bias=b, bidirectional=t)",
        {"n": (1, 4), "h": (1, 4), "L": (1, 4), "b": (0, 1), "t": (0, 1)},
        lambda n, h, L, b, t: lstm(n, h, L, b, t),
    ),
    "an LSTM has a projection": Case(
        "symbol p >= 0",
        "LSTM(n, h, L, bidirectional=t, proj_size=p)",
        {"n": (1, 4), "h": (1, 4), "L": (1, 4), "t": (0, 1), "p": (0, 3)},
        lambda n, h, L, t, p: lstm(n, h, L, 1, t, p),
        lambda h, p, **rest: p < h,
    ),
    "the first k layers are dense": Case(
        MOE,
        "Net",
        {"L": (0, 4), "k": (0, 4), "d": (1, 3), "f": (1, 3), "m": (1, 3), "E": (1, 4), "a": (0, 4)},
        lambda L, k, d, f, m, E, a: turns(L, lambda i: 2 * d * f if i < k else 2 * E * d * m + d * E),
        lambda E, a, **rest: a <= E,
    ),
    "of the experts some are active": Case(
        MOE,
        "Net",
        {"L": (0, 4), "k": (0, 4), "d": (1, 3), "f": (1, 3), "m": (1, 3), "E": (1, 4), "a": (0, 4)},
        lambda L, k, d, f, m, E, a: turns(L, lambda i: 2 * d * f if i < k else 2 * a * d * m + d * E),
        lambda E, a, **rest: a <= E,
        "active",
    ),
    "every sixth layer differs": Case(
        loop("L, d, f", "L", "h{i}: Linear(d, f) if i % 6 == 5 else Linear(d, d)"),
        "Net",
        {"L": (0, 14), "d": (1, 3), "f": (1, 3)},
        lambda L, d, f: turns(L, lambda i: linear(d, f if i % 6 == 5 else d)),
    ),
    "every third layer grows": Case(
        loop("L, d", "L", "if i % 3 == 1:", "    h{i}: Linear(d, i + 1)", "else:", "    g{i}: [d]"),
        "Net",
        {"L": (0, 10), "d": (1, 3)},
        lambda L, d: turns(L, lambda i: linear(d, i + 1) if i % 3 == 1 else d),
    ),
    "the last layer differs": Case(
        loop("L, d, f", "L", "h{i}: Linear(d, f if i == L - 1 else d)"),
        "Net",
        {"L": (0, 4), "d": (1, 3), "f": (1, 3)},
        lambda L, d, f: turns(L, lambda i: linear(d, f if i == L - 1 else d)),
    ),
    "the first and the last layer differ": Case(
        loop("L, a, b, c", "L", "h{i}: Linear(a if i == 0 else b, c if i == L - 1 else b, bias=i > 0)"),
        "Net",
        {"L": (0, 4), "a": (1, 3), "b": (1, 3), "c": (1, 3)},
        lambda L, a, b, c: turns(L, lambda i: linear(b if i else a, c if i == L - 1 else b, i > 0)),
    ),
    "two layers of a list differ": Case(
        loop("L, d, f", "L", "h{i}: Linear(d, f) if i in [3, 7] else Linear(d, d)"),
        "Net",
        {"L": (0, 10), "d": (1, 3), "f": (1, 3)},
        lambda L, d, f: turns(L, lambda i: linear(d, f if i in (3, 7) else d)),
    ),
    "a layer between two symbols differs": Case(
        loop("L, k, d, f", "L", "h{i}: Linear(d, f) if k <= i < 2*k else Linear(d, i + 1)"),
        "Net",
        {"L": (0, 7), "k": (0, 4), "d": (1, 3), "f": (1, 3)},
        lambda L, k, d, f: turns(L, lambda i: linear(d, f if k <= i < 2 * k else i + 1)),
    ),
    "layers beyond a comparison are missing": Case(
        loop("L, k, d", "L", "if 2*i >= 5 or i < k:", "    h{i}: Linear(d, d)"),
        "Net",
        {"L": (0, 7), "k": (0, 4), "d": (1, 3)},
        lambda L, k, d: turns(L, lambda i: linear(d, d) if 2 * i >= 5 or i < k else 0),
    ),
    "loops are nested": Case(
        loop("n, m, d", "n", "for j in range(m):", "    h{i}_{j}: Linear(d + i, j + 1)"),
        "Net",
        {"n": (0, 4), "m": (0, 4), "d": (1, 3)},
        lambda n, m, d: turns(n, lambda i: turns(m, lambda j: linear(d + i, j + 1))),
    ),
    "an inner loop goes as far as the outer one": Case(
        loop("n, d", "n", "for j in range(i):", "    h{i}_{j}: Linear(d, i + j)"),
        "Net",
        {"n": (0, 5), "d": (1, 3)},
        lambda n, d: turns(n, lambda i: turns(i, lambda j: linear(d, i + j))),
    ),
    "a loop begins at 1": Case(
        loop("n, d", "1, n", "h{i}: Linear(d, i*d)"),
        "Net",
        {"n": (0, 5), "d": (1, 3)},
        lambda n, d: sum(linear(d, i * d) for i in range(1, n)),
    ),
    "a loop lies between two symbols": Case(
        loop("n, m, d", "m, n", "h{i}: Linear(d, i + 1)"),
        "Net",
        {"n": (0, 5), "m": (0, 5), "d": (1, 3)},
        lambda n, m, d: sum(linear(d, i + 1) for i in range(m, n)),
    ),
    "carried names double and grow": Case(
        CARRIED,
        "Net",
        {"n": (0, 5), "a": (1, 3), "g": (1, 3)},
        lambda n, a, g: (
            turns(n, lambda i: linear(g + g * i * (i - 1) // 2, a * 2**i)) + linear(g + g * n * (n - 1) // 2, a * 2**n)
        ),
    ),
    "a list of one size is repeated": Case(
        "symbol n >= 0\nmodule Net(n, d):\n    for i, w in enumerate([d]*n):\n        h{i}: Linear(w, i + 1)",
        "Net",
        {"n": (0, 5), "d": (1, 3)},
        lambda n, d: turns(n, lambda i: linear(d, i + 1)),
    ),
    "a comprehension makes the layers": Case(
        "symbol n >= 0\nmodule Net(n, d):\n    body: ModuleList([Linear(d, 3) for i in range(n)])\n"
        "    w: [sum(2*i + d for i in range(n)), d]",
        "Net",
        {"n": (0, 5), "d": (1, 3)},
        lambda n, d: n * linear(d, 3) + turns(n, lambda i: 2 * i + d) * d,
    ),
    "ties reach all turns": Case(
        TIED,
        "Net",
        {"V": (1, 4), "d": (1, 3), "L": (0, 4)},
        lambda V, d, L: V * d + 2 * linear(d, d) + L * d,
    ),
    "frozen ones and buffers are counted apart: trainable": Case(
        MARKED,
        "Net",
        {"L": (0, 3), "d": (1, 3), "E": (1, 4), "k": (0, 4)},
        lambda L, d, E, k: L * (E * d * d + E * linear(d, 4 * d)),
        lambda E, k, **rest: k <= E,
        "trainable",
    ),
    "frozen ones and buffers are counted apart: frozen": Case(
        MARKED,
        "Net",
        {"L": (0, 3), "d": (1, 3), "E": (1, 4), "k": (0, 4)},
        lambda L, d, E, k: L * 2 * d + linear(d, 3),
        lambda E, k, **rest: k <= E,
        "frozen",
    ),
    "frozen ones and buffers are counted apart: buffers": Case(
        MARKED,
        "Net",
        {"L": (0, 3), "d": (1, 3), "E": (1, 4), "k": (0, 4)},
        lambda L, d, E, k: L * d * d,
        lambda E, k, **rest: k <= E,
        "buffers",
    ),
    "slices and copies are active": Case(
        MARKED,
        "Net",
        {"L": (0, 3), "d": (1, 3), "E": (1, 4), "k": (0, 4)},
        lambda L, d, E, k: L * (2 * d + k * d * d + k * linear(d, 4 * d)) + linear(d, 3),
        lambda E, k, **rest: k <= E,
        "active",
    ),
    "attention takes other keys and values": Case(
        "",
        "MultiheadAttention(d, 1, bias=b, kdim=k, vdim=v)",
        {"d": (1, 4), "k": (1, 4), "v": (1, 4), "b": (0, 1)},
        lambda d, k, v, b: attention(d, k, v, b),
    ),
    "conditions and yes/nos decide": Case(
        FLAGS,
        "Net(*)",
        {"n": (0, 2), "a": (1, 3), "b": (1, 3), "bias": (0, 1), "norm": (0, 1)},
        lambda n, a, b, bias, norm: (
            n * ((a * b + bias * b if a != b else a if norm and not bias else 2 * a) + (b if bias or norm else 0))
        ),
    ),
    "heads share keys in groups": Case(
        GQA,
        "Net",
        {"d": (1, 12), "h": (1, 6), "kv": (1, 6), "L": (0, 3)},
        lambda d, h, kv, L: L * (d * d + 2 * d * kv * (d // h)),
        lambda d, h, kv, **rest: d % h == 0 and h % kv == 0,
    ),
    "widths are rounded as MobileNet does": Case(
        ROUNDED,
        "Net",
        {"w": (1, 60), "k": (1, 4)},
        lambda w, k: (
            conv(3, make_divisible(w), k) + conv(make_divisible(w), max(w, 2 * k), 1) + linear((w + 1) // 2, min(w, k))
        ),
    ),
    "a convolution has groups": Case(
        "",
        "Conv2d(a, b, k, groups=g)",
        {"a": (1, 12), "b": (1, 12), "k": (1, 3), "g": (1, 4)},
        lambda a, b, k, g: k * k * (a // g) * b + b,
        lambda a, b, g, **rest: a % g == 0 and b % g == 0,
    ),
    "odd layers below a symbol differ": Case(
        loop("L, k, d, f", "L", "h{i}: Linear(d, f) if i < k and i % 2 == 1 else [d]"),
        "Net",
        {"L": (0, 7), "k": (0, 7), "d": (1, 3), "f": (1, 3)},
        lambda L, k, d, f: turns(L, lambda i: linear(d, f) if i < k and i % 2 == 1 else d),
    ),
    "the diagonal of two loops differs": Case(
        loop("n, m, d, f", "n", "for j in range(m):", "    h{i}_{j}: Linear(d, f) if i == j else [d]"),
        "Net",
        {"n": (0, 4), "m": (0, 4), "d": (1, 3), "f": (1, 3)},
        lambda n, m, d, f: turns(n, lambda i: turns(m, lambda j: linear(d, f) if i == j else d)),
    ),
    "the corners of two loops differ": Case(
        loop(
            "n, m, d, f", "n", "for j in range(m):", "    h{i}_{j}: Linear(d if i == 0 else f, f if j == m - 1 else d)"
        ),
        "Net",
        {"n": (0, 4), "m": (0, 4), "d": (1, 3), "f": (1, 3)},
        lambda n, m, d, f: turns(n, lambda i: turns(m, lambda j: linear(f if i else d, f if j == m - 1 else d))),
    ),
    "above the diagonal layers are missing": Case(
        loop("n, d", "n", "for j in range(n):", "    if j <= i:", "        h{i}_{j}: Linear(d, j + 1)"),
        "Net",
        {"n": (0, 5), "d": (1, 3)},
        lambda n, d: turns(n, lambda i: turns(i + 1, lambda j: linear(d, j + 1))),
    ),
    "a stage is a module with loops inside": Case(
        STAGES,
        "Net",
        {"n": (0, 3), "m": (0, 3), "d": (1, 3), "f": (1, 3)},
        lambda n, m, d, f: (
            turns(n, lambda s: turns(s + 1, lambda i: linear(f if i else d, f)))
            + 3 * turns(m, lambda i: linear(d if i else f, d))
        ),
    ),
    "two names are carried together": Case(
        loop("n, a, b", "n", "h{i}: Linear(a, b)", "a = b", "b = b + 2"),
        "Net",
        {"n": (0, 5), "a": (1, 3), "b": (1, 3)},
        lambda n, a, b: turns(n, lambda i: linear(b + 2 * i - 2 if i else a, b + 2 * i)),
    ),
    "a name is carried until a symbol": Case(
        loop("L, k, d, f", "L", "h{i}: Linear(d, f)", "if i < k:", "    d = d + f") + "    out: [d]\n",
        "Net",
        {"L": (0, 5), "k": (0, 5), "d": (1, 3), "f": (1, 3)},
        lambda L, k, d, f: turns(L, lambda i: linear(d + f * min(i, k), f)) + d + f * min(L, k),
    ),
    "a step is two": Case(
        loop("n, d", "1, n, 2", "h{i}: Linear(d, i)"),
        "Net",
        {"n": (0, 8), "d": (1, 3)},
        lambda n, d: sum(linear(d, i) for i in range(1, n, 2)),
    ),
    "a loop goes down": Case(
        loop("n, d", "n, 0, -1", "h{i}: Linear(d, i)", "d = i"),
        "Net",
        {"n": (0, 5), "d": (1, 3)},
        lambda n, d: sum(linear(d if i == n else i + 1, i) for i in range(1, n + 1)),
    ),
    "copies grow with the index": Case(
        loop("n, d", "n", "h{i}: (n - i) * Linear(d, i + 1)"),
        "Net",
        {"n": (0, 5), "d": (1, 3)},
        lambda n, d: turns(n, lambda i: (n - i) * linear(d, i + 1)),
    ),
    "parts of a sum are chosen by a remainder": Case(
        "symbol n >= 0\nmodule Net(n, d, f):\n    w: [sum(d if i % 2 == 0 else f*i for i in range(n)), 2]\n",
        "Net",
        {"n": (0, 7), "d": (1, 3), "f": (1, 3)},
        lambda n, d, f: 2 * turns(n, lambda i: f * i if i % 2 else d),
    ),
    "ties turn by turn": Case(
        "symbol n >= 0\nmodule Net(n, d):\n    base: Linear(d, d)\n    for i in range(n):\n"
        "        h.{i}: Linear(d, d)\n        tie h[i].weight = base.weight\n",
        "Net",
        {"n": (0, 4), "d": (1, 3)},
        lambda n, d: linear(d, d) + n * d,
    ),
    "a tie holds if a yes/no does": Case(
        "module Net(V, d, tied=True):\n    wte: Embedding(V, d)\n    head: Linear(d, V)\n"
        "    if tied:\n        tie head.weight = wte.weight\n",
        "Net(*)",
        {"V": (1, 4), "d": (1, 3), "tied": (0, 1)},
        lambda V, d, tied: V * d + V + (0 if tied else V * d),
    ),
    "floors and remainders stay": Case(
        "module Net(a, b):\n    w: [a // b + 1, a % b + 1]\n    v: [ceil(a/3) + round(b/2), abs(a - b)]\n",
        "Net",
        {"a": (1, 9), "b": (1, 5)},
        lambda a, b: (a // b + 1) * (a % b + 1) + ((a + 2) // 3 + round(b / 2)) * abs(a - b),
    ),
}
