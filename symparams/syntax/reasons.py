"""Why a token doesn't fit: the rules that look at it, at what stands before it and at what the grammar waits for.

The first rule that has an answer gives the mistake; the last one always has.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..errors import Span, suggestion
from .foreign import PYTHON, SYNONYMS, python_hint
from .tokens import Token


class Mistake(NamedTuple):
    """A code of the table of messages, the range of characters, and the values that the sentence names."""

    code: str
    span: Span
    values: dict[str, str]


class Place(NamedTuple):
    """A token that doesn't fit, the kinds that would, and the pieces of its line before it and of the line above."""

    token: Token
    allowed: frozenset[str]
    text: str
    before: list[re.Match[str]]
    above: list[re.Match[str]]

    @property
    def span(self) -> Span:
        """Where the token stands."""
        return Span(self.token.start, max(self.token.end, self.token.start + 1))

    @property
    def found(self) -> str:
        """The token as a user sees it."""
        ends = {"_NL": "the line's end", "$END": "the text's end", "_DEDENT": "the body's end"}
        return ends.get(self.token.kind, f"`{self.token.value}`")

    @property
    def last(self) -> str:
        """The piece before the token."""
        return self.before[-1].group() if self.before else ""

    @property
    def first(self) -> str:
        """The line's first piece, the token itself where it begins the line."""
        return self.before[0].group() if self.before else self.token.value

    @property
    def second(self) -> str:
        """The sign behind the line's first piece."""
        if len(self.before) > 1:
            return self.before[1].group()
        at = self.token.end if not self.before else self.token.start
        return self.text[at:].lstrip(" \t")[:1] if at < len(self.text) else ""

    @property
    def is_named(self) -> bool:
        """Whether the line's first piece is the name of a member or a definition, whatever it is spelled like."""
        return self.second in (":", "=", ".", ",", "{", "(")

    @property
    def awaits_value(self) -> bool:
        """Whether an expression is to begin here."""
        return "LPAR" in self.allowed and "INT" in self.allowed and "TRUE" in self.allowed

    @property
    def is_behind_value(self) -> bool:
        """Whether the piece before the token ends a value or a name."""
        return bool(VALUE_END.search(self.last)) and self.last not in WORD_TEXTS

    @property
    def rest(self) -> str:
        """What the line says from the token on."""
        return self.text[self.token.start :].partition("\n")[0] if self.token.kind != "_NL" else ""

    @property
    def is_start(self) -> bool:
        """Whether a statement is to begin here."""
        return "HEAD" in self.allowed and "WRITE" in self.allowed

    @property
    def depth(self) -> int:
        """How many brackets are open."""
        signs = [piece.group() for piece in self.before]
        return sum((sign in OPENERS) - (sign in CLOSERS) for sign in signs)


VALUES = frozenset(
    ("NAME", "HEAD", "INT", "NUMBER", "STRING", "LPAR", "LSQB", "LBRACE", "LFLOOR", "LCEIL", "TRUE", "FALSE", "NONE")
)
WORDS = frozenset(("IF", "ELIF", "ELSE", "FOR", "IN", "NOT", "AND", "OR", "IS", "TRUE", "FALSE", "NONE"))
WORD_TEXTS = frozenset(("if", "elif", "else", "for", "in", "not", "and", "or", "is"))
VALUE_END = re.compile(r"""[\w)\]}⌋⌉"']$""")
OPENERS, CLOSERS = frozenset("([{⌊⌈"), frozenset(")]}⌋⌉")
HEADERS = ("module", "if", "elif", "else", "for")
FUTURE = ("forward", "measure", "save", "cache", "op", "convention")
STATEMENTS = (
    "module",
    "symbol",
    "check",
    "require",
    "for",
    "if",
    "tie",
    "write",
    "pass",
    "import",
    "from",
    "frozen",
    "trainable",
    "buffer",
    "drop",
)
MARKS = {"frozen": "mark", "buffer": "mark", "trainable": "paths", "drop": "paths"}
SIGNS = {
    "&": "and",
    "|": "or",
    "!": "not",
    "÷": "/",
    "∧": "and",
    "∨": "or",
    "¬": "not",
    "∗": "*",
    "⋅": "*",
    "≡": "==",
    "∈": "in",
    "∞": "oo",
}


def reason(place: Place) -> Mistake:
    """Why a token doesn't fit."""
    for rule in RULES:
        if mistake := rule(place):
            return mistake
    return Mistake("unexpected", place.span, {"found": place.found})


def character(place: Place) -> Mistake | None:
    """A sign that is none of the language's."""
    sign = place.token.value
    if place.token.kind:
        return None
    if sign in "“”„‟‘’‚«»":
        return Mistake("quote-curly", place.span, {"found": sign})
    if sign == ";":
        return Mistake("semicolon", place.span, {})
    if sign in SIGNS:
        twice = place.text.startswith(sign, place.token.end)
        values = {"found": sign * (1 + twice), "instead": SIGNS[sign]}
        return Mistake("sign", Span(place.span.start, place.span.end + twice), values)
    return Mistake("character", place.span, {"name": name_of(sign)})


def name_of(sign: str) -> str:
    """A character as it looks, or its name where it can't be seen."""
    import unicodedata

    if sign.isprintable() and not sign.isspace():
        return f"`{sign}`"
    return f"{unicodedata.name(sign, 'control character').lower()} (U+{ord(sign):04X})"


def layout(place: Place) -> Mistake | None:
    """Bodies that are missing or come from nowhere, and headers without their colon."""
    kind = place.token.kind
    if "_INDENT" in place.allowed and place.allowed == {"_INDENT"}:
        header = place.before if place.before and place.before[-1].group() == ":" else place.above
        span = Span(header[0].start(), header[-1].end()) if header else place.span
        word = "with" if len(header) > 1 and header[-2].group() == "with" else header[0].group() if header else ""
        return Mistake("body-missing", span, {"word": word or "the line above"})
    if kind == "_INDENT":
        return Mistake("indent", place.span, {})
    if kind == "_NL" and "COLON" in place.allowed and place.first in HEADERS and place.second != "=":
        return Mistake("colon-missing", after(place), {"word": place.first})
    if place.last == "with" and place.allowed == {"COLON"}:
        return Mistake("colon-missing", after(place), {"word": "with"})
    return None


def after(place: Place) -> Span:
    """The place right behind the last piece."""
    end = place.before[-1].end() if place.before else place.token.start
    return Span(end, end + 1)


def foreign_statement(place: Place) -> Mistake | None:
    """Statements of Python, and of this language one day."""
    word, first = place.token.value, place.first
    if place.last == "lambda" or word == "lambda":
        return Mistake("python", place.span, {"word": "lambda", "instead": PYTHON["lambda"]})
    if word == "with" or first == "with":
        named = re.match(r"[\w.:]+(?=[ \t]*:[ \t]*$)", place.rest) if first == "with" else None
        return Mistake("with", place.span, {"net": named.group() if named else "net"})
    span = first_span(place)
    if first in FUTURE and not place.is_named:
        return Mistake("reserved-statement", span, {"word": first})
    if first in PYTHON and (not place.is_named or first == "print"):
        return Mistake("python", span, {"word": first, "instead": python_hint(first, place.rest)})
    return None


def first_span(place: Place) -> Span:
    """Where the line's first piece stands."""
    return Span(*place.before[0].span()) if place.before else place.span


def words(place: Place) -> Mistake | None:
    """Marks without a member, `where` without a function, bodies that need lines of their own, stars of imports."""
    kind, first = place.token.kind, place.first
    if first in MARKS and place.before and not place.is_named and is_in_paths(place):
        return Mistake(MARKS[first], first_span(place), {"word": first})
    if place.token.value == "where" and place.is_behind_value and "EQUALS" not in place.allowed:
        return Mistake("where", place.span, {})
    if place.token.value in ("if", "for") and place.last == ":" and "HEAD" in place.allowed:
        return Mistake("one-line", place.span, {})
    if kind == "STAR" and place.last == "import":
        return Mistake("import-star", place.span, {})
    if kind in ("EQUALS", "COLON") and first == "symbol" and len(place.before) > 1:
        return Mistake("symbol-value", place.span, {"name": place.last})
    return None


def is_in_paths(place: Place) -> bool:
    """Whether the line holds nothing but members' names so far."""
    texts = [piece.group() for piece in place.before]
    return not place.depth and place.last != "." and ":" not in texts and "is" not in texts


def unfinished(place: Place) -> Mistake | None:
    """Values that stop too early: a condition without `else`, a dot without a name, a number that ends in a dot."""
    if "ELSE" in place.allowed and "_NL" not in place.allowed and not place.is_start and place.is_behind_value:
        return Mistake("else-missing", after(place), {})
    if place.token.kind == "DOT" and place.last.isdigit() and place.before[-1].end() == place.token.start:
        return Mistake("number", Span(place.before[-1].start(), place.token.end), {"number": place.last})
    if place.token.value == ">" and place.last == "<":
        return Mistake("sign", Span(place.token.start - 1, place.token.end), {"found": "<>", "instead": "!="})
    if place.last == "." and {"NAME", "INT"} <= place.allowed:
        return Mistake("name-missing", after(place), {})
    return None


def branches(place: Place) -> Mistake | None:
    """`else if`, and an `else` without its `if`."""
    kind, word = place.token.kind, place.token.value
    if kind == "IF" and place.last == "else" and len(place.before) == 1:
        return Mistake("else-if", Span(place.before[-1].start(), place.token.end), {})
    if kind in ("ELSE", "ELIF") and not place.before:
        return Mistake("else-alone", place.span, {"word": word})
    return None


def assignment(place: Place) -> Mistake | None:
    """A `=` where something else is meant."""
    if place.token.kind != "EQUALS":
        return None
    if place.text[place.token.end] in "<>":
        sign = place.text[place.token.end]
        return Mistake("sign", Span(place.span.start, place.span.end + 1), {"found": "=" + sign, "instead": sign + "="})
    names = "".join(piece.group() for piece in place.before)
    if place.last == ":" and place.before[-1].end() == place.token.start:
        return Mistake("walrus", Span(place.token.start - 1, place.token.end), {"name": names[:-1]})
    if names.startswith("self."):
        sign = ":" if re.match(r"=\s*(?:\w+\.)*[A-Z]\w*\(", place.rest) else " ="
        return Mistake("self", first_span(place), {"instead": f"{names.partition('.')[2]}{sign} …"})
    if not place.is_behind_value or place.allowed == {"ARROW"}:
        return None
    if place.depth or place.first in ("check", "require", "if", "elif"):
        return Mistake("equals", place.span, {})
    if any(piece.group() == "=" for piece in place.before):
        return Mistake("assign-twice", place.span, {})
    return Mistake("member-equals", place.span, {"name": names}) if "COLON" in place.allowed else None


def approximation(place: Place) -> Mistake | None:
    """A `~` outside a check, and what belongs behind one."""
    if place.token.kind == "ABOUT" and not place.awaits_value:
        return Mistake("about", place.span, {})
    if place.allowed == {"INT", "NUMBER"} or place.allowed == {"PERCENT"}:
        return Mistake("within", place.span if place.token.kind != "_NL" else after(place), {})
    if place.allowed == {"ARROW"}:
        return Mistake("arrow", place.span, {"name": place.last})
    return None


def commas(place: Place) -> Mistake | None:
    """Commas at a line's end and before a reason, and types and `**` among parameters."""
    kind = place.token.kind
    if kind == "COMMA" and not place.depth and place.is_behind_value and re.match(r",\s*(?:#|$)", place.rest):
        return Mistake("comma-trailing", place.span, {})
    if kind == "COMMA" and place.first in ("require", "check") and not place.depth:
        return Mistake("reason-comma", place.span, {})
    if kind == "COLON" and place.depth == 1 and place.allowed & {"EQUALS", "COMMA"} and "LSQB" not in place.last:
        is_header = place.first == "module" or (len(place.before) > 1 and place.before[1].group() == "(")
        return Mistake("annotation", place.span, {}) if is_header else None
    if kind == "POWER" and place.last in ("(", ","):
        return Mistake("keywords-star", place.span, {})
    return None


def reserved(place: Place) -> Mistake | None:
    """A word of the language where a name is to stand."""
    kind = place.token.kind
    if len(place.before) == 1 and place.last in WORD_TEXTS and kind in ("COLON", "EQUALS", "DOT", "COMMA", "LBRACE"):
        return Mistake("reserved-word", first_span(place), {"word": place.last})
    if kind not in WORDS:
        return None
    follows = place.text[place.token.end :].lstrip(" \t")[:1]
    is_name = place.is_start and follows in (":", "=", ".", ",", "{")
    if is_name or ("NAME" in place.allowed and not place.awaits_value):
        return Mistake("reserved-word", place.span, {"word": place.token.value})
    if place.awaits_value and place.depth and follows == "=":
        return Mistake("reserved-word", place.span, {"word": place.token.value})
    return None


def prefix(place: Place) -> Mistake | None:
    """A string with a letter before it, as Python has them."""
    is_prefix = re.compile(r"(?:[rRfFbBuU]{1,2})[\"']").match
    if place.token.kind == "NAME" and is_prefix(place.text, place.token.start):
        return Mistake("string-prefix", place.span, {})
    if place.token.kind == "STRING" and place.before and is_prefix(place.text, place.before[-1].start()):
        return Mistake("string-prefix", Span(place.before[-1].start(), place.token.end), {})
    return None


def juxtaposed(place: Place) -> Mistake | None:
    """Two values in a row: a product without its sign, a comma left out, a string with a prefix."""
    kind, left, right = place.token.kind, place.last, place.token.value
    is_value = any(piece.group() in ("=", ":") for piece in place.before) and "_NL" in place.allowed
    is_in_row = (
        "STAR" in place.allowed or (place.depth and "COMMA" in place.allowed) or is_value or place.first == "check"
    )
    if kind not in VALUES or place.is_start or not place.is_behind_value or not is_in_row:
        return None
    start = place.before[-1].start()
    is_adjacent = place.before[-1].end() == place.token.start
    span = Span(start, place.token.end)
    if is_adjacent and left[0].isdigit():
        whole = re.compile(r"\w*").match(place.text, place.token.start)
        right = (whole.group() if whole else "") or right + "…)"
        return Mistake("product-missing", span, {"left": left, "right": right})
    code = "comma-missing" if place.depth and "COMMA" in place.allowed else "operator-missing"
    return Mistake(code, span, {"left": left, "right": right})


def parts(place: Place) -> Mistake | None:
    """Parts of a check in the wrong order, told from what stands before."""
    if place.first != "check" or place.depth or place.token.value not in ("within", "as"):
        return None
    return Mistake("check-parts", place.span, {})


def missing(place: Place) -> Mistake | None:
    """A value that is missing, before a sign or at the end of a line."""
    if place.is_start or not place.awaits_value:
        return None
    if not place.before:
        return Mistake("expression-missing", place.span, {})
    if place.token.kind in ("_NL", "$END", "_DEDENT") or place.last in ("=", ":"):
        return Mistake("value-missing", after(place), {"where": f"after `{place.last}`"})
    return Mistake("value-missing", place.span, {"where": f"between `{place.last}` and {place.found}"})


def statement(place: Place) -> Mistake | None:
    """A line that begins no statement."""
    first = place.first
    is_open = place.depth == 1 or (place.depth == 0 and place.last == ")")
    is_call = place.second == "(" and first not in HEADERS and "=" not in place.rest and is_open
    is_label = place.allowed >= {"COLON", "DOT"} and len(place.before) == 1 and not first.isidentifier()
    if not (place.is_start or is_call or is_label or place.allowed == {"LPAR"}):
        return None
    near = SYNONYMS.get(first) or (suggestion(first, STATEMENTS) if first.isidentifier() else "")
    call = f"write `name: {first}(…)` for a member, `name = …` for a quantity" if is_call else ""
    instead = near or call or "write `name: value` for a member, `name = value` for a quantity"
    return Mistake("statement", first_span(place), {"found": first, "instead": instead})


def call_statement(place: Place) -> Mistake | None:
    """A call alone on its line, told before its arguments are taken for a function's parameters."""
    return statement(place) if place.before and place.before[0].group().isidentifier() and place.second == "(" else None


EXPECTED = {
    "COLON": "a `:`", "EQUALS": "a `=`", "IN": "the word `in`", "IMPORT": "the word `import`", "NAME": "a name",
    "RPAR": "a `)`", "RSQB": "a `]`", "RBRACE": "a `}`", "STRING": "a string", "PERCENT": "a `%`", "ARROW": "an `->`",
    "COMMA": "a comma",
}  # fmt: skip


def expected(place: Place) -> Mistake | None:
    """The one thing that could stand here."""
    for kind in ("IN", "IMPORT"):
        if kind in place.allowed and "STAR" not in place.allowed:
            return Mistake("expected", place.span, {"expected": EXPECTED[kind], "found": place.found})
    kinds = sorted(kind for kind in place.allowed if kind.isupper())
    if kinds and len(kinds) <= 2 and all(kind in EXPECTED for kind in kinds):
        what = " or ".join(EXPECTED[kind] for kind in kinds)
        return Mistake("expected", place.span, {"expected": what, "found": place.found})
    return None


RULES = (
    character, layout, branches, foreign_statement, words, reserved, assignment, approximation, parts, commas, prefix,
    call_statement, juxtaposed, unfinished, missing, statement, expected,
)  # fmt: skip
