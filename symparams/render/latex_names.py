r"""Judges the LaTeX that an author gives to a name by `symbol … as "…"`: harmless, and read by pdflatex and KaTeX.

The text is read by a small grammar of what a name may hold; anything else is refused with a reason.
"""

from __future__ import annotations

import re

MAX_LENGTH = 200
MAX_NESTED = 12


def _commands(words: str) -> frozenset[str]:
    return frozenset(["\\" + word for word in words.split()])


_SYMBOLS = _commands(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho"
    " sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
    " ell hbar imath jmath Re Im aleph partial nabla infty prime ast star dagger ddagger circ bullet times cdot pm mp"
    " to rightarrow leftarrow uparrow downarrow top bot perp parallel mid ldots cdots quad max min log ln exp sup inf"
    " dim backslash sim wedge vee lvert rvert lVert rVert lfloor rfloor lceil rceil langle rangle , ; : ! _ % # & $ { }"
) | {"\\ "}
_FONTS = _commands(
    "mathrm mathit mathbf mathsf mathtt mathcal mathbb mathnormal boldsymbol hat bar tilde vec dot ddot acute grave"
    " breve check mathring widehat widetilde overline underline sqrt"
)
_PROSE = _commands("text textrm textit textbf textsf texttt operatorname")
_FRACTIONS = _commands("frac tfrac")

_PROSE_TEXT = re.compile(r"(?:[A-Za-z0-9 .,:;+\-*/()\[\]|=!?'@]|\\[_%#&${} ])*")
_PLAIN = re.compile(r"[A-Za-z0-9 ()\[\]|.,:;!?@]")
_OPERATORS = frozenset("+-*/=<>")
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|.")

_REASONS = {
    "%": "% starts a comment in TeX; write \\%",
    "$": "$ ends the formula in TeX; write \\$",
    "#": "# has a meaning in TeX; write \\#",
    "&": "& has a meaning in TeX; write \\&",
    "~": "~ has a meaning in TeX; write \\, for a space",
    "}": "a } has no { before it",
    "\\": "it ends in a lone backslash",
}


def check_latex_name(text: str) -> str | None:
    r"""Why the text can't be the LaTeX of a name, or None where it can.

    >>> check_latex_name(r"d_{\text{model}}")
    >>> check_latex_name(r"d_{model")
    'a { is never closed'
    """
    if not text.strip():
        return "it is empty"
    if len(text) > MAX_LENGTH:
        return f"it is longer than {MAX_LENGTH} signs"
    if not text.isprintable():
        return "it holds a line break or another sign that can't be seen"
    for sign in text:
        if not sign.isascii():
            return f"{sign} isn't ASCII; write it as a command, as \\lambda for λ"
    try:
        reader = _Reader(_TOKEN.findall(text))
        reader.sequence(0)
        return None
    except _RefusedError as refused:
        return str(refused)


class _RefusedError(Exception):
    """The reason against a name."""


class _Reader:
    """Reads a name token by token; `_RefusedError` is raised at the first that can't stand there."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.place = 0

    def sequence(self, nested: int) -> None:
        """Symbols with their scripts, up to the end or the closing brace."""
        if nested > MAX_NESTED:
            raise _RefusedError(f"its braces are nested more than {MAX_NESTED} deep")
        scripts: set[str] | None = None
        while self.place < len(self.tokens) and not (nested and self.tokens[self.place] == "}"):
            token = self.next()
            if token in "_^'":
                self.script(token, scripts, nested)
            elif token != " ":
                scripts = set()
                self.atom(token, nested)

    def next(self) -> str:
        """The next token."""
        if self.place == len(self.tokens):
            raise _RefusedError("it ends too early")
        self.place += 1
        return self.tokens[self.place - 1]

    def script(self, token: str, scripts: set[str] | None, nested: int) -> None:
        """A subscript, superscript or prime; each at most once after a symbol."""
        if scripts is None:
            raise _RefusedError(f"{token} has no letter before it")
        kind = "_" if token == "_" else "^"
        if kind in scripts:
            raise _RefusedError(f"two {'subscripts' if kind == '_' else 'superscripts'} follow one letter")
        scripts.add(kind)
        if token == "'":
            while self.place < len(self.tokens) and self.tokens[self.place] == "'":
                self.place += 1
            return
        after = self.next()
        if after in "_^'}" or after in _FONTS | _PROSE | _FRACTIONS:
            raise _RefusedError(f"write braces after {token}")
        self.atom(after, nested + 1)

    def atom(self, token: str, nested: int) -> None:
        """A letter, a group, or a command with what it takes."""
        if token == "{":
            self.group(nested)
        elif token in _FONTS:
            self.argument(token, nested)
        elif token in _FRACTIONS:
            self.argument(token, nested)
            self.argument(token, nested)
        elif token in _PROSE:
            self.prose(token)
        elif not (token in _SYMBOLS or _PLAIN.fullmatch(token) or (nested and token in _OPERATORS)):
            raise _RefusedError(_reason(token))

    def argument(self, command: str, nested: int) -> None:
        """The braces after a command, and what is in them."""
        if self.next() != "{":
            raise _RefusedError(f"write braces after {command}")
        self.group(nested)

    def group(self, nested: int) -> None:
        """The rest of a group whose brace was read."""
        self.sequence(nested + 1)
        if self.place == len(self.tokens):
            raise _RefusedError("a { is never closed")
        self.place += 1

    def prose(self, command: str) -> None:
        """The braces after `\\text` and its like, where only plain words may stand."""
        if self.next() != "{":
            raise _RefusedError(f"write braces after {command}")
        if "}" not in self.tokens[self.place :]:
            raise _RefusedError("a { is never closed")
        end = self.tokens.index("}", self.place)
        words = "".join(self.tokens[self.place : end])
        if not _PROSE_TEXT.fullmatch(words):
            raise _RefusedError(f"only plain words can stand in {command}{{…}}, and _ as \\_")
        self.place = end + 1


def _reason(token: str) -> str:
    if token in _OPERATORS:
        return f"with {token} it is an expression, not a name"
    if token in _REASONS:
        return _REASONS[token]
    return f"{token} isn't among what a name may hold"
