"""Words that begin a statement elsewhere, in Python or in an author's mind, and what is written here instead."""

from __future__ import annotations

import re

PYTHON = {
    "def": "write `name(arguments) = value`, or `module Name(arguments):`",
    "class": "write `module Name(arguments):`; `symparams import FILE.py` reads PyTorch's classes",
    "lambda": "write a function, `name(x) = …`",
    "return": "write `name(arguments) = value`",
    "import": 'write `import "file.sym"`, or `from zoo.gpt2 import GPT2`',
    "while": "write `for i in range(n):`",
    "assert": 'write `require condition "reason"`, or `check a == b`',
    "print": "write a definition, and ask for it on the command line",
    "del": "write `drop path` in a `with`",
    "try": "leave it out",
    "except": "leave it out",
    "finally": "leave it out",
    "raise": 'write `require condition "reason"`',
    "async": "leave it out",
    "global": "leave it out",
    "yield": "leave it out",
    "super": "leave it out",
}
WITH_BODIES = ("def", "class", "while", "try", "except", "finally", "async")

TORCH = "torch's layers are here already; leave this line out"
METHOD = "leave it out: a module states what it holds, not how it is run"
MADE = "write its arguments behind the module's name, `module Name(arguments):`, and its members as `name: …`"

SYNONYMS = {
    "freeze": "write `frozen path` in a `with`, or `frozen name: …` for a member",
    **dict.fromkeys(("unfreeze", "train", "finetune"), "write `trainable path` in a `with`"),
    **dict.fromkeys(("remove", "delete"), "write `drop path` in a `with`"),
    **dict.fromkeys(("replace", "add", "insert", "put", "set"), "write `path: value` in a `with`"),
    **dict.fromkeys(("function", "func", "fn"), "write `name(arguments) = value`"),
    **dict.fromkeys(("let", "var", "const"), "write `name = value`"),
    **dict.fromkeys(("network", "net", "model", "layer", "block"), "write `module Name(arguments):`"),
    **dict.fromkeys(("claim", "prove", "verify", "expect", "test"), "write `check a == b`"),
    **dict.fromkeys(("size", "sizes", "param", "parameter", "dim", "sym"), 'write `symbol d "width"`'),
    **dict.fromkeys(("share", "tied"), "write `tie a = b`"),
    **dict.fromkeys(("include", "use", "using"), 'write `import "file.sym"`'),
}


def python_hint(word: str, rest: str) -> str:
    """What is written instead of a statement of Python, of which the rest of its line is given."""
    if word == "import" and re.match(r"torch\b", rest):
        return TORCH
    method = re.match(r"(\w+)\s*\(\s*self\b", rest) if word == "def" else None
    if method:
        return MADE if method.group(1) == "__init__" else METHOD
    return PYTHON[word]
