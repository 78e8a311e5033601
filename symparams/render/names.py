r"""Names of sizes in LaTeX: `C_in` as `C_{\mathrm{in}}`, `alpha_1` as `\alpha_{1}`, or as typed.

Whatever a name holds, what comes out is harmless TeX. Only the text of `symbol … as "…"` is taken as it stands:
`latex_names` judges that.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_LETTERS = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi",
    "Ω": "Omega", "ℓ": "ell", "ς": "varsigma",
}  # fmt: skip
SPELLED = frozenset(_LETTERS.values())

# Combining accents, and what TeX calls them in formulas.
_ACCENTS = {
    "\u0300": "grave",
    "\u0301": "acute",
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u0304": "bar",
    "\u0306": "breve",
    "\u0307": "dot",
    "\u0308": "ddot",
    "\u030a": "mathring",
    "\u030c": "check",
}

_SIGNS = {
    "_": r"\_",
    "\\": r"\backslash ",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "~": r"\sim ",
    "^": r"\wedge ",
    "'": r"\prime ",
    "`": r"\prime ",
    '"': r"\prime\prime ",
    " ": r"\ ",
}

_BASE = re.compile(r"([^\W\d_]+)([0-9]*)")
_LONE = re.compile(r"[A-Za-z]|\\[A-Za-z]+")


class LatexName(NamedTuple):
    """A name in LaTeX; `kind` is `letter` for a single letter, `word` for anything broader."""

    text: str
    kind: str


def latex_name(name: str, style: str = "roman") -> LatexName:
    r"""The LaTeX of a size's name; style is `roman` (`C_{\mathrm{in}}`) or `typed` (`C\_in`).

    >>> latex_name("C_in").text, latex_name("alpha_1").text, latex_name("in_features").text
    ('C_{\\mathrm{in}}', '\\alpha_{1}', '\\mathrm{in\\_features}')
    """
    if style == "typed":
        return _named(_escaped(name))
    base, *below = name.rstrip("_").split("_")
    match = _BASE.fullmatch(base)
    if match and _is_letter(match[1]) and all(below):
        below = [match[2], *below] if match[2] else below
        letter = _letter(match[1])
        return _named(f"{letter}_{{{_scripts(below)}}}" if below else letter)
    if match and below and all(part.isdecimal() and part.isascii() for part in below):
        return _named(rf"\mathrm{{{_escaped(base)}}}_{{{','.join(below)}}}")
    return spelled_name(name)


def spelled_name(name: str) -> LatexName:
    """The name in upright letters, sign for sign."""
    return LatexName(rf"\mathrm{{{_escaped(name)}}}", "word")


def given_name(latex: str) -> LatexName:
    """A name whose LaTeX its author gave."""
    return _named(latex.strip())


def _named(latex: str) -> LatexName:
    return LatexName(latex, "letter" if _LONE.fullmatch(latex) else "word")


def _is_letter(word: str) -> bool:
    return word in SPELLED or len(_composed(word)) == 1


def _letter(word: str) -> str:
    return f"\\{word}" if word in SPELLED else _escaped(word)


def _scripts(parts: list[str]) -> str:
    """Subscripts: digits and letters parted by commas, words that follow each other joined as they were."""
    groups: list[str] = []
    words: list[str] = []
    for part in [*parts, ""]:
        is_plain = _is_letter(part) or (part.isdecimal() and part.isascii())
        if (is_plain or not part) and words:
            groups.append(rf"\mathrm{{{_escaped('_'.join(words))}}}")
            words = []
        if is_plain:
            groups.append(_letter(part))
        elif part:
            words.append(part)
    return ",".join(groups)


def _escaped(word: str) -> str:
    return "".join(map(_sign, _composed(word))).rstrip(" ") or "{}"


def _composed(word: str) -> str:
    if word.isascii():
        return word
    import unicodedata

    return "".join(sign if sign in _LETTERS else unicodedata.normalize("NFKC", sign) for sign in word)


def _sign(sign: str) -> str:
    if sign in _SIGNS:
        return _SIGNS[sign]
    if sign in _LETTERS:
        return f"\\{_LETTERS[sign]} "
    return sign if sign.isascii() and sign.isprintable() else _accented(sign)


def _accented(sign: str) -> str:
    """A letter with accents; what TeX's fonts lack is spelled by its number, as `U4E2D`."""
    import unicodedata

    base, *accents = list(unicodedata.normalize("NFD", sign))
    if not accents or not all(accent in _ACCENTS for accent in accents):
        return rf"\mathrm{{U{ord(sign):04X}}}"
    inner = {"i": r"\imath", "j": r"\jmath"}.get(base) or _sign(base).rstrip(" ")
    for accent in accents:
        inner = rf"\{_ACCENTS[accent]}{{{inner}}}"
    return inner
