"""What can be wrong with a text, as a table: a stable code, the sentence, the way out, and texts that show it.

`diagnose` finds out which row holds; the tests read each sample and expect its code. `{…}` are a finding's values.
"""

from __future__ import annotations

from typing import NamedTuple

from ..errors import Finding, Source, Span


class Message(NamedTuple):
    """One kind of mistake."""

    code: str
    sentence: str
    hint: str
    samples: tuple[str, ...]


MESSAGES = (
    # ---------------------------------------------------------------------------------- brackets and strings
    Message(
        "bracket-unclosed",
        "this `{opening}` is never closed",
        "write the `{closing}` that belongs to it",
        (
            "x = f(1, 2",
            "x = [1, (2, 3)\n",
            "module A(n:\n    fc: Linear(n, n)\n",
            "a = f(g(1)\nmodule B():\n    pass\n",
        ),
    ),
    Message(
        "bracket-unopened",
        "this `{closing}` closes nothing",
        "take it away, or open the bracket before it",
        ("x = 1)", "module A(n)):\n    pass\n", "x = f(1)]"),
    ),
    Message(
        "bracket-mismatch",
        "`{opening}` is closed by `{closing}`",
        "write `{right}` here",
        ("x = f(1, 2]", "x = [1, 2)", "x = ⌊n/2⌉"),
    ),
    Message(
        "string-unclosed",
        "this string is never closed",
        "write the closing {quote}",
        ('symbol d "width\n', "import 'blocks.sym", 'module A():\n    """A text\n    fc: [1]\n'),
    ),
    Message(
        "quote-curly",
        "`{found}` is a printed quotation mark",
        "write a plain \" or '",
        ("symbol d “width”", "import ‘blocks.sym’"),
    ),
    # -------------------------------------------------------------------------------------------- indentation
    Message(
        "indent",
        "this line is indented, but nothing above it takes a body",
        "begin it where the line above begins",
        ("x = 1\n    y = 2\n", "  x = 1", "module A():\n    fc: [1]\n      fd: [1]\n"),
    ),
    Message(
        "dedent",
        "this line's indentation fits no line above",
        "begin it in the same column as the lines that it belongs to",
        ("module A():\n    fc: [1]\n  fd: [1]\n",),
    ),
    Message(
        "tab",
        "this line is indented with a tab",
        "use spaces, four for each level",
        ("module A():\n\tfc: [1]\n", "module A():\n    if n:\n\t\tfc: [1]\n"),
    ),
    Message(
        "body-missing",
        "the body of `{word}` is missing",
        "indent the lines that belong to it; a body of nothing is `pass`",
        (
            "module A():\n",
            "module A():\nx = 1\n",
            "if a:\nelse:\n    pass\n",
            "for i in range(3):\n# nothing\n",
            "tuned = net with:\n",
        ),
    ),
    Message(
        "colon-missing",
        "a `:` is missing at the end of `{word} …`",
        "write `:` here",
        (
            "module A(n)\n    fc: [n]\n",
            "if a == 1\n    x = 1\n",
            "for i in xs\n    x = 1\n",
            "if a:\n    x = 1\nelse\n    x = 2\n",
            "tuned = net with\n    drop fc\n",
        ),
    ),
    # ------------------------------------------------------------------------------------------------- values
    Message(
        "value-missing",
        "a value is missing {where}",
        "",
        (
            "x =",
            "fc:\n",
            "x = 1 +",
            "x = (1 + )",
            "x = * 3",
            "check a ==",
            "tie a = ",
            "x = a if b else",
            "f(a=)=1",
            "x = 3,, 4",
            "x = a + / b",
        ),
    ),
    Message(
        "else-missing",
        "a value that depends on a condition needs an `else`",
        "write `a if condition else b`",
        ("x = 1 if a", "x = f(1 if a, 2)", "x = [1 if a]"),
    ),
    Message(
        "name-missing",
        "a name is missing after `.`",
        "",
        ("x = a.", "x = a.(b)", "module A():\n    a.: [1]\n"),
    ),
    Message(
        "number",
        "a number ends in a digit",
        "write `{number}` or `{number}.0`",
        ("x = 1.", "x = 2.*a"),
    ),
    Message("expression-missing", "there is no expression here", "write one, as in `Linear(3, 4).params`", ()),
    Message(
        "product-missing",
        "`{left}{right}` is no number and no name",
        "write {left}*{right}",
        ("x = 3d", "x = 2(a + b)", "x = 12L*d^2", "x = 1.5n"),
    ),
    Message(
        "comma-missing",
        "a comma or an operator is missing between `{left}` and `{right}`",
        "write `{left}, {right}` or `{left}*{right}`",
        ("x = f(a b)", "x = [1 2]", "fc: Linear(n m, 3)", "module A(n m):\n    pass\n"),
    ),
    Message(
        "operator-missing",
        "an operator is missing between `{left}` and `{right}`",
        "write `{left}*{right}` for a product",
        ("x = a b", "x = 3 4", "check a == b c"),
    ),
    Message(
        "equals",
        "`=` gives a name, `==` compares",
        "write `==`",
        ("check a.params = 3", "if a = 3:\n    x = 1\n", "x = (a = 3)", "require d % h = 0", "x = [1 if a = 2 else 3]"),
    ),
    Message("assign-twice", "a line gives one name", "write two lines", ("a = b = 3", "tie a = b = c")),
    Message(
        "walrus",
        "`:=` is not used here",
        "write `{name} = …` for a quantity, `{name}: …` for a member",
        ("fc := Linear(3, 4)", "module A():\n    fc := Linear(3, 4)\n"),
    ),
    Message(
        "member-equals",
        "a member is written with `:`",
        "write `{name}: …`",
        ("module A():\n    features.0 = Linear(3, 4)\n", "module A():\n    b{i} = [3]\n"),
    ),
    Message(
        "self",
        "members are written without `self`",
        "write `{instead}`",
        ("module A():\n    self.fc = nn.Linear(3, 4)\n", "module A(d):\n    self.d = d\n"),
    ),
    Message(
        "about",
        "`~` (about) stands in a `check` only, once",
        "write `check a ~ b within 4%`",
        ("x = a ~ b", "require a ~ b", "if a ~ b:\n    x = 1\n", "check a ~ b ~ c"),
    ),
    Message(
        "check-claim",
        "a check needs one comparison",
        "write `check a == b`, or with one of `!= < <= > >= ~`; two claims are two checks",
        ("check a", "check a == b == c", "check a == b and c == d", "check a in b", "check not a == b"),
    ),
    Message(
        "check-parts",
        'the parts of a check stand in the order claim, within …, as …, "source", each once',
        'write `check a ~ b within 4% "source"` or `check a ~ b as n -> oo "source"`',
        ('check a == b "one" "two"', 'check a ~ b "source" within 4%', "check a ~ b within 4% within 5%"),
    ),
    Message(
        "within",
        "a tolerance is a number of per cent",
        "write `within 4%`",
        ("check a ~ b within 0.04", "check a ~ b within", "check a ~ b within n%"),
    ),
    Message(
        "arrow",
        "a limit is written with an arrow",
        "write `as {name} -> oo`",
        ("check a ~ b as d", "check a ~ b as d = oo"),
    ),
    Message(
        "symbol-bound",
        "a symbol's bound is `>= number` or `> number`, not `{found}`",
        "write `symbol k >= 0`; other conditions are for `require`",
        ("symbol k == 3", "symbol k <= 3"),
    ),
    Message(
        "symbol-parts",
        "a symbol has one kind, one bound, one description and one `as`",
        'write `symbol k >= 0 "description" as "LaTeX"`',
        ("symbol a real flag", "symbol a >= 0 > 1", 'symbol a "one" "two"', 'symbol a as "x" as "y"'),
    ),
    Message(
        "symbol-value",
        "a symbol is open and has no value",
        "write `{name} = …` without `symbol`, or give the value on the command line",
        ("symbol d = 3", "symbol d: 3"),
    ),
    Message(
        "reason-comma",
        "the reason stands behind the condition without a comma",
        "take the comma away",
        ('require d % h == 0, "heads must divide the width"', 'check a == b, "source"'),
    ),
    Message(
        "comma-trailing",
        "a statement has no comma at its end",
        "take the comma away",
        ("module A(d):\n    a: Linear(d, d),  # one\n    b: Linear(d, d)\n", "tie a = b,", "check a == b,"),
    ),
    Message(
        "not-needs-brackets",
        "`not` binds looser than the operator before it",
        "put brackets around `not …`",
        ("x = a == not b", "x = - not a"),
    ),
    Message(
        "lone-generator",
        "a generator beside other arguments needs brackets",
        "write `[… for … in …]`",
        ("x = max(3, i for i in xs)", "x = max(i for i in xs, 3)"),
    ),
    Message(
        "label-blank",
        "a member's name holds no blanks",
        "write its pieces together, as in `layer.{{i}}.b{{j}}`",
        ("module A():\n    b{i} c: [3]\n", "module A():\n    a . b: [3]\n", "x = b {i}.params"),
    ),
    Message(
        "annotation",
        "sizes have no types",
        "write the name alone, or `name=default`",
        ("module A(n: int):\n    pass\n", "f(n: int) = n"),
    ),
    Message(
        "keywords-star",
        "`**` passes no arguments here",
        "write them out, `name=value`",
        ("x = f(**options)", "module A(**options):\n    pass\n"),
    ),
    # -------------------------------------------------------------------------------------- words and signs
    Message(
        "reserved-word",
        "`{word}` is a word of the language and can't be a name",
        "choose another name",
        (
            "if: Linear(3, 4)",
            "in = 3",
            "module for():\n    pass\n",
            "symbol not",
            "x = f(is=3)",
            "True = 1",
            "x = a.if",
        ),
    ),
    Message(
        "reserved-statement",
        "`{word}` is reserved",
        "it will be a statement one day; as a member's or a definition's name it is free",
        ("module A():\n    forward x\n", "measure flops = 3 * d", "op gelu", "save x", "cache x"),
    ),
    Message(
        "with",
        "`with` stands behind the network that a name, a function or a member gets",
        "write `name = {net} with:`, and the changes below it, indented",
        (
            "with net:\n    drop fc\n",
            "x = f(net with: drop fc)",
            "check net with: drop fc",
            "a, b = net with:\n    drop fc\n",
            "h: 3 * (net with: drop fc)",
        ),
    ),
    Message(
        "paths",
        "`{word}` takes the names of members",
        "write `{word} name`, several divided by commas",
        ("drop", "drop a b", "drop *x", "trainable a = 3", "trainable a.b: 3"),
    ),
    Message(
        "path-sign",
        "`{found}` is no part of a path",
        "write `*` for any one name, `**` for any number of names",
        ("drop ·", "net = a with:\n    ^.fc: Linear(3, 4)\n"),
    ),
    Message(
        "one-line",
        "the body on a header's own line is one simple statement",
        "write the body on the lines below, indented",
        ("for i in xs: if a: x = 1", "if a: for i in xs: y = i"),
    ),
    Message(
        "mark",
        "`{word}` marks a member",
        "write `{word} name: value`, or in a `with` the members' names, `{word} a, b`",
        ("frozen x.y = 3", "buffer x = 3", "frozen a b", "frozen a, b = 3"),
    ),
    Message(
        "where",
        "`where` belongs to a function",
        "write a definition on its own line instead",
        ("x = b where c = 1", "fc: Linear(n, n) where n = 3"),
    ),
    Message(
        "import-star",
        "names are imported one by one, or a file as a whole",
        'write `import "file.sym"`',
        ("from zoo import *",),
    ),
    Message("else-if", "`else if` is one word here", "write `elif`", ("if a:\n    x = 1\nelse if b:\n    x = 2\n",)),
    Message(
        "else-alone",
        "this `{word}` belongs to no `if`",
        "put it below the body of an `if`, in the same column",
        ("else:\n    x = 1\n", "x = 1\nelif a:\n    x = 2\n"),
    ),
    Message(
        "python",
        "`{word}` is Python's, not this language's",
        "{instead}",
        (
            "def f(x):\n    pass\n",
            "class Net(nn.Module):\n    pass\n",
            "import torch\n",
            "import blocks",
            "import torch.nn as nn\n",
            "module A(d):\n    def forward(self, x):\n        return self.fc(x)\n",
            "f = lambda x: x + 1",
            "while a:\n    x = 1\n",
            "f(x) = 3\nreturn x",
            "assert a == b",
            "print(x)",
            "del x",
        ),
    ),
    Message(
        "sign",
        "`{found}` is not this language's",
        "write `{instead}`",
        (
            "x = a && b",
            "x = a || b",
            "x = !a",
            "x = a & b",
            "x = a | b",
            "if !a:\n    x = 1\n",
            "x = a ÷ b",
            "x = a => b",
            "x = a <> b",
            "x = a ∧ b",
        ),
    ),
    Message("semicolon", "statements aren't divided by `;`", "write each on its own line", ("x = 1; y = 2", "x = 1;")),
    Message(
        "character",
        "the character {name} means nothing here",
        "take it away",
        ("x = $3", "x = a ? b", "@jit\nx = 3", "x = 3\0", "x = a\u200bb", "x = 3 \\ 4"),
    ),
    Message(
        "string-prefix",
        "strings have no prefix",
        "write the string alone; a backslash in it is kept as typed",
        ('symbol d "width" as r"d_{model}"', "x = f'abc'"),
    ),
    Message(
        "statement",
        "`{found}` begins no statement",
        "{instead}",
        (
            "modul A(n):\n    fc: [n]\n",
            "fc Linear(3, 4)\n",
            "3 + 4",
            "x",
            "Linear(3, 4)",
            "chek a == b",
            "x = net with:\n    freeze h\n",
            "* 3",
            "(a, b) = pair(k)",
        ),
    ),
    Message(
        "expected",
        "{expected} is missing before {found}",
        "",
        (
            "for i range(3):\n    x = 1\n",
            "from a.b x\n",
            "symbol d, , e",
            "h[3]",
            "x = a[1, 2]",
            "module 3(n):\n    pass\n",
        ),
    ),
    Message(
        "unexpected",
        "{found} can't stand here",
        "",
        ("a.b += 1", "module a.b(n):\n    pass\n", "pass 3"),
    ),
    # ------------------------------------------------------------------------------------------------- limits
    Message(
        "limit-file", "the text is longer than {limit} characters, the limit of a file", "divide it into files", ()
    ),
    Message(
        "limit-brackets",
        "brackets lie deeper than {limit}, the limit of brackets in brackets",
        "name the inner parts",
        (),
    ),
    Message("limit-nesting", "this is nested deeper than {limit}, the limit of nesting", "name the inner parts", ()),
    Message(
        "limit-chain",
        "this row has more than {limit} operands, the limit of a row",
        "name parts of it, or use sum(…)",
        (),
    ),
    Message(
        "limit-digits", "this number has more than {limit} digits, the limit of a number", "write it as a power", ()
    ),
)

BY_CODE = {message.code: message for message in MESSAGES}


def finding(source: Source, code: str, span: Span, values: dict[str, str]) -> Finding:
    """One row of the table as a finding, with its values put in."""
    message = BY_CODE[code]
    return Finding(code, message.sentence.format(**values), source, span, "", message.hint.format(**values))
