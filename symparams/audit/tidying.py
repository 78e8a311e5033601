r"""Tokens of LaTeX mathematics → the tokens that say something: no space or size of brackets, one sign for each meaning.

`\left(`, `\bigl(` and `(` are one here, `\vert` is `|`, `{d \over h}` is a fraction, `\stackrel{\text{def}}{=}` is `=`. Words in
a formula become one token, `words:otherwise`; rows and columns stay where cases are told apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ..errors import Source
from .expanding import MAX_NESTED, Token, fail

WORDS = "words:"
CASES = (r"\begin{cases}", r"\end{cases}")
INDICATOR = r"\indicator"


def commands(names: str) -> frozenset[str]:
    """Commands, told in one text."""
    return frozenset(names.split())


_DROPPED = commands(r"""
    \, \; \: \! \> ~ $ \[ \] \( \) \/ \- \# \quad \qquad \enspace \thinspace \medspace \thickspace \negthinspace \space \xspace
    \displaystyle \textstyle \scriptstyle \ensuremath \limits \nolimits \displaylimits \nonumber \notag \relax \protect \strut
    \mathstrut \allowbreak \nobreak \linebreak \newline \noindent \hfill \hfil \dotfill \normalfont \middle
    \big \Big \bigg \Bigg \bigm \Bigm \biggm \Biggm
    """) | {"\\ ", "\\\n"}
_SIZES = {rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in "lr"} | {r"\left", r"\right"}
_OPEN_BARS = {"|": r"\lvert", r"\vert": r"\lvert"}
_CLOSED_BARS = {"|": r"\rvert", r"\vert": r"\rvert"}
_SKIPS = {r"\kern", r"\mkern", r"\hskip", r"\mskip"}
_DROPPED_WITH = commands(
    r"\color \phantom \hphantom \vphantom \hspace \mspace \vspace \label \tag \cite \eqref \ref \footnote \intertext"
)
# What these print of their arguments: how many they take, and which one counts.
_KEPT = {
    **dict.fromkeys((r"\textcolor", r"\underset", r"\overset", r"\stackrel", r"\colorbox"), (2, 1)),
    **dict.fromkeys(
        (r"\mathbin", r"\mathrel", r"\mathop", r"\mathord", r"\mathopen", r"\mathclose", r"\mathinner"), (1, 0)
    ),
    **dict.fromkeys((r"\boxed", r"\smash", r"\mathclap", r"\emph", r"\underline", r"\hl"), (1, 0)),
}
_SAME_AS = {
    r"\lbrack": "[", r"\rbrack": "]", r"\lbrace": r"\{", r"\rbrace": r"\}", r"\lparen": "(", r"\rparen": ")", r"\vert": "|",
    r"\centerdot": r"\cdot", r"\bullet": r"\cdot", r"\coloneqq": "=", r"\triangleq": "=", r"\doteq": "=", r"\eqqcolon": "=",
    r"\colonequals": "=", r"\def": "=", r"\cfrac": r"\frac", r"\tbinom": r"\binom", r"\dbinom": r"\binom", r"\prime": "'",
    r"\dots": r"\cdots", r"\ldots": r"\cdots", r"\dotsb": r"\cdots", r"\dotsc": r"\cdots", "−": "-", r"\thickapprox": r"\approx",
    r"\leqslant": r"\leq", r"\geqslant": r"\geq", r"\lnot": r"\neg", r"\wedge": r"\land", r"\gt": ">", r"\lt": "<",
}  # fmt: skip
_SWITCHES = {r"\rm", r"\bf", r"\it", r"\sf", r"\tt", r"\sc", r"\cal", r"\mit"}
TEXTS = commands(r"\text \textrm \textit \textbf \textsf \texttt \textsc \textnormal \mbox \hbox")
FONTS = TEXTS | commands(r"""
    \mathrm \mathit \mathbf \mathsf \mathtt \mathcal \mathbb \mathfrak \mathscr \mathds \mathbbm \mathnormal \boldsymbol \bm
    \pmb \operatorname
    """)
_INDICATORS = {r"\mathbb", r"\mathds", r"\mathbbm", r"\mathbf", r"\boldsymbol", r"\bm"}
_FUNCTIONS = {"max", "min", "floor", "ceil", "round", "log", "lg", "ln"}
_SIGNS = {
    "+",
    "-",
    "=",
    "*",
    "/",
    "<",
    ">",
    r"\cdot",
    r"\times",
    r"\ast",
    r"\neq",
    r"\leq",
    r"\geq",
    r"\approx",
    r"\div",
}
_ROWS = re.compile(r"(d|r|dr)?cases\*?|array")


def tidied(tokens: list[Token], source: Source) -> list[Token]:
    """The tokens that say something."""
    return _Tidier(tokens, source).all()


class _Tidier:
    """One walk over the tokens; groups are walked by tidiers of their own."""

    def __init__(self, tokens: list[Token], source: Source, rows: bool = False, depth: int = 0) -> None:
        self.tokens = tokens
        self.source = source
        self.depth = depth
        self.closing = _pairs(tokens)
        self.place = 0
        self.found: list[Token] = []
        self.environments: list[bool] = [rows]

    def all(self) -> list[Token]:
        """Walk to the end."""
        while self.place < len(self.tokens):
            self.one()
        return self.found

    def one(self) -> None:
        """Read one token, with what it takes."""
        token = self.tokens[self.place]
        self.place += 1
        text = _SAME_AS.get(token.text, token.text)
        if text.isspace() or text in _DROPPED or text in _SWITCHES:
            return
        reader = self.readers().get(text)
        if reader is not None:
            reader(token)
        elif text in _SIZES:
            self.sized(token)
        elif text in _SKIPS:
            self.skip()
        elif text in _DROPPED_WITH:
            self.starred()
            self.argument(token)
        elif text in _KEPT:
            count, which = _KEPT[text]
            self.splice([self.argument(token) for _ in range(count)][which], token)
        elif text in FONTS:
            self.font(token)
        else:
            self.found.append(token._replace(text=text))

    def readers(self) -> Mapping[str, Callable[[Token], None]]:
        """What is read by a method of its own."""
        return {
            "{": self.group, "&": self.column, "\\\\": self.row, r"\begin": self.begin, r"\end": self.end,
            r"\num": self.num, r"\pmod": self.modulus, ":": self.colon, r"\eqno": self.number, r"\leqno": self.number,
        }  # fmt: skip

    # -------------------------------------------------------------------------------------------------- arguments

    def blanks(self) -> None:
        """Pass white space."""
        while self.place < len(self.tokens) and self.tokens[self.place].text.isspace():
            self.place += 1

    @property
    def next(self) -> str:
        """The text of the next token that isn't blank."""
        place = self.place
        while place < len(self.tokens) and self.tokens[place].text.isspace():
            place += 1
        return self.tokens[place].text if place < len(self.tokens) else ""

    def argument(self, token: Token) -> list[Token]:
        """The tokens of the next argument, in braces or a lone one."""
        self.blanks()
        if self.place >= len(self.tokens):
            raise fail(f"{token.text} takes an argument", self.source, token.span)
        if self.tokens[self.place].text != "{":
            self.place += 1
            return [self.tokens[self.place - 1]]
        end = self.closing.get(self.place, len(self.tokens))
        inside = self.tokens[self.place + 1 : end]
        self.place = end + 1
        return inside

    def starred(self) -> None:
        """Pass a star behind a command."""
        if self.next == "*":
            self.blanks()
            self.place += 1

    def inner(self, tokens: list[Token]) -> list[Token]:
        """The tokens of a group, tidied."""
        if self.depth >= MAX_NESTED and tokens:
            raise fail("the formula is nested more deeply than can be read", self.source, tokens[0].span)
        return _Tidier(tokens, self.source, self.environments[-1], self.depth + 1).all()

    def splice(self, tokens: list[Token], token: Token) -> None:
        """Put in a group, without its braces where it is a lone sign."""
        inside = self.inner(tokens)
        self.found += inside if len(inside) <= 1 else [token._replace(text="{"), *inside, token._replace(text="}")]

    # -------------------------------------------------------------------------------------------------- groups and signs

    def group(self, token: Token) -> None:
        """A group: `{d \\over h}`, `{\\rm layer}`, `{\\cdot}` and `{}` are told as what they print."""
        self.place -= 1
        if self.place not in self.closing:
            self.place += 1
            self.found.append(token)
            return
        inside = self.argument(token)
        is_script = bool(self.found) and self.found[-1].text in ("_", "^")
        words = [one for one in inside if not one.text.isspace()]
        for name, as_command in ((r"\over", r"\frac"), (r"\choose", r"\binom")):
            place = _at_top(inside, name)
            if place is not None:
                self.found.append(token._replace(text=as_command))
                for part in (inside[:place], inside[place + 1 :]):
                    self.braced(part, token)
                return
        if words and words[0].text in _SWITCHES:
            self.found.append(token._replace(text=r"\mathrm"))
        elif not is_script and (not words or (len(words) == 1 and words[0].text in _SIGNS)):
            self.found += words
            return
        self.braced(inside, token)

    def braced(self, tokens: list[Token], token: Token) -> None:
        """Put in a group with its braces."""
        self.found += [token._replace(text="{"), *self.inner(tokens), token._replace(text="}")]

    def sized(self, token: Token) -> None:
        """A bracket of some size; `\\left.` and `\\right.` print none, and bars know their side."""
        self.blanks()
        if self.place >= len(self.tokens):
            return
        following = self.tokens[self.place]
        is_left = token.text.endswith("l") or token.text == r"\left"
        bars = _OPEN_BARS if is_left else _CLOSED_BARS
        if following.text == ".":
            self.place += 1
        elif following.text in bars:
            self.place += 1
            self.found.append(following._replace(text=bars[following.text]))
        elif following.text in (r"\{", r"\lbrace") and is_left and self.is_before_rows(self.place + 1):
            self.place += 1

    def is_before_rows(self, place: int) -> bool:
        """Whether an array of cases begins here, which a large brace opens."""
        shown = "".join(token.text for token in self.tokens[place : place + 20] if not token.text.isspace())
        return shown.startswith(r"\begin{array}")

    def skip(self) -> None:
        """Pass a length, `0.1em`."""
        self.blanks()
        if self.place < len(self.tokens) and self.tokens[self.place].text == "-":
            self.place += 1
        if self.place < len(self.tokens) and re.match(r"[\d.]", self.tokens[self.place].text):
            self.place += 3

    def colon(self, token: Token) -> None:
        """`:=` is an equality."""
        if self.next != "=":
            self.found.append(token)

    def number(self, _: Token) -> None:
        """The number of an equation ends it."""
        self.place = len(self.tokens)

    def num(self, token: Token) -> None:
        """A number of siunitx."""
        if self.next == "[":
            while self.place < len(self.tokens) and self.tokens[self.place].text != "]":
                self.place += 1
            self.place += 1
        digits = "".join(one.text for one in self.argument(token) if not one.text.isspace())
        mantissa, _, exponent = re.sub(r"[,~]|\\,", "", digits).lower().partition("e")
        self.found.append(token._replace(text=mantissa))
        if exponent:
            parts = (r"\times", "10", "^", "{", exponent.removeprefix("+"), "}")
            self.found += [token._replace(text=part) for part in parts]

    def modulus(self, token: Token) -> None:
        """`\\pmod{h}` is a remainder."""
        inside = self.argument(token)
        self.found.append(token._replace(text=r"\bmod"))
        self.braced(inside, token)

    # -------------------------------------------------------------------------------------------------- words and rows

    def font(self, token: Token) -> None:
        """Words, the name of a function, an indicator, or a name in a font."""
        self.starred()
        inside = self.argument(token)
        content = "".join(one.text for one in inside)
        name = content.strip()
        if name in _FUNCTIONS and self.next in ("(", "{", r"\{", "_", r"\left", r"\lparen"):
            self.found.append(token._replace(text=f"\\{name}"))
        elif (
            name in ("1", "I") and token.text in _INDICATORS and self.next in ("(", "[", r"\{", "_", r"\left", r"\big")
        ):
            self.found.append(token._replace(text=INDICATOR))
        elif token.text in TEXTS and self.is_prose(content):
            self.prose(inside, token)
        else:
            self.found.append(token._replace(text=token.text))
            self.braced(inside, token)

    def is_prose(self, content: str) -> bool:
        """Whether a text holds words and isn't a name; between cases all are words."""
        is_script = bool(self.found) and self.found[-1].text in ("_", "^")
        return not is_script and (self.environments[-1] or bool(re.search(r"[\s(~,;:.$]", content)))

    def prose(self, tokens: list[Token], token: Token) -> None:
        """Words, and the formulas in dollars among them."""
        texts = [one.text for one in tokens]
        while "$" in texts:
            place = texts.index("$")
            self.words(texts[:place], token)
            after = texts.index("$", place + 1) if "$" in texts[place + 1 :] else len(texts)
            self.found += self.inner(tokens[place + 1 : after])
            tokens, texts = tokens[after + 1 :], texts[after + 1 :]
        self.words(texts, token)

    def words(self, texts: list[str], token: Token) -> None:
        """One token for some words."""
        told = " ".join("".join(texts).replace("~", " ").split())
        if told:
            self.found.append(token._replace(text=WORDS + told))

    def begin(self, token: Token) -> None:
        """An environment: cases keep their rows, others are passed."""
        name = "".join(one.text for one in self.argument(token))
        is_rows = _ROWS.fullmatch(name) is not None and (name != "array" or self.is_after_brace())
        if name in ("array", "alignat", "alignedat", "alignat*"):
            self.argument(token)
        self.environments.append(is_rows)
        if is_rows:
            self.found.append(token._replace(text=CASES[0]))

    def is_after_brace(self) -> bool:
        """Whether the array that begins stands behind a large brace, `\\left\\{`; a plain brace is taken back."""
        before = [one.text for one in self.tokens[: self.place] if not one.text.isspace()]
        place = len(before) - before[::-1].index(r"\begin") - 1
        return place > 0 and before[place - 1] in (r"\{", r"\lbrace")

    def end(self, token: Token) -> None:
        """The end of an environment."""
        self.argument(token)
        if len(self.environments) > 1 and self.environments.pop():
            self.found.append(token._replace(text=CASES[1]))

    def column(self, token: Token) -> None:
        """The next column, of cases only."""
        if self.environments[-1]:
            self.found.append(token)

    def row(self, token: Token) -> None:
        """The next row, of cases only, and the distance to it."""
        if self.place < len(self.tokens) and self.tokens[self.place].text == "*":
            self.place += 1
        rest = "".join(one.text for one in self.tokens[self.place : self.place + 8])
        if re.match(r"\[-?[\d.]+\s*[a-z]{2}\]", rest):
            while self.tokens[self.place].text != "]":
                self.place += 1
            self.place += 1
        if self.environments[-1]:
            self.found.append(token)


def _at_top(tokens: list[Token], name: str) -> int | None:
    """Where a command stands outside of the groups among tokens."""
    depth = 0
    for place, token in enumerate(tokens):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0 and token.text == name:
            return place
    return None


def _pairs(tokens: list[Token]) -> dict[int, int]:
    """Where the braces that open close."""
    found, opened = {}, []
    for place, token in enumerate(tokens):
        if token.text == "{":
            opened.append(place)
        elif token.text == "}" and opened:
            found[opened.pop()] = place
    return found
