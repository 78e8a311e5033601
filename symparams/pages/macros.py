r"""A file of the language → LaTeX macros: a `\newcommand` for each instance, named quantity and closed form.

`small = GPT2(…)` becomes `\GPTTwoSmallParams` (124{,}439{,}808), `\GPTTwoSmallParamsM` (124.4\,M) and so on, so that no number
of a manuscript is typed by hand. Names are letters alone, as TeX wants them; digits are spelled.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import Finding, ModelError, Source, UsageError
from ..formula.nodes import Exact, symbols
from ..model.general import tidy
from ..model.groups import number
from ..model.tabled import rounded
from ..render.latex import PAPER, Notation, latex
from ..syntax import tree

if TYPE_CHECKING:
    from ..model.files import Unit
    from ..model.query import Answer, Question

DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
MILLION = 10**6
MAX_PLACES = 9
MEASURES = {"params": "Params", "trainable": "Trainable", "active": "Active", "buffers": "Buffers"}
HEADER = """\
% Sizes of {source}, made by symparams {version}; renew with
%   {command}
% and don't change by hand. Numbers stand in text and in formulas; after a macro in text write {{}}.
"""


class Macro(NamedTuple):
    """A macro: its name without the backslash, what it prints, and what of the file it is."""

    name: str
    body: str
    of: str


def macros_page(unit: Unit, source: str, command: str, prefix: str = "", notation: Notation = PAPER) -> str:
    """The macros of a file as LaTeX. Raises: `UsageError` where two have one name, or the file states nothing to print."""
    from .. import __version__
    from ..model.forms import latex_names

    found = list(_macros(unit, latex_names(unit), prefix, notation))
    if not found:
        hint = "name an instance, small = Net(d=8), or a quantity, total = small.params"
        raise UsageError(Finding("macros-none", f"{source} names nothing that a macro could print", hint=hint))
    _refuse_collisions(found)
    lines = [f"% {of}\n" + "\n".join(rows) for of, rows in _by_place(found).items()]
    header = HEADER.format(source=_comment(source), command=_comment(command), version=__version__)
    return header + "\n" + "\n\n".join(lines) + "\n"


def _comment(words: str) -> str:
    """The words on one line."""
    return " ".join(words.split())


def _by_place(found: Sequence[Macro]) -> Mapping[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for macro in found:
        rows.setdefault(macro.of, []).append(rf"\newcommand{{\{macro.name}}}{{{macro.body}}}")
    return rows


def _refuse_collisions(found: Sequence[Macro]) -> None:
    first: dict[str, Macro] = {}
    for macro in found:
        other = first.setdefault(macro.name, macro)
        if other is not macro:
            message = f"{other.of} and {macro.of} both make the macro \\{macro.name}"
            if other.of == macro.of:
                message = f"{macro.of} makes the macro \\{macro.name} twice"
            raise UsageError(Finding("macro-collision", message, hint="rename one of the two"))


# ------------------------------------------------------------------------------------------------------ what there is


def _macros(unit: Unit, names: Mapping[str, str], prefix: str, notation: Notation) -> Iterator[Macro]:
    """The macros of the modules, and of the definitions; an instance named as its module is shares the module's."""
    work = _Macros(unit, names, prefix, notation)
    of_modules: dict[str, set[str]] = {}
    own = {name: statement for name, (statement, owner) in unit.names.items() if owner is unit}
    for name, statement in own.items():
        if isinstance(statement, tree.Module):
            made = list(work.module(statement))
            of_modules[name] = {macro.name for macro in made}
            yield from made
    for name, statement in own.items():
        if isinstance(statement, tree.Define):
            shared = of_modules.get(work.module_of(name), set())
            yield from (macro for macro in work.definition(name) if macro.name not in shared)


class _Macros:
    """The macros of one file."""

    def __init__(self, unit: Unit, names: Mapping[str, str], prefix: str, notation: Notation) -> None:
        self.unit, self.names, self.prefix, self.notation = unit, names, prefix, notation
        self.networks: dict[object, Any] = {}

    def module(self, statement: tree.Module) -> Iterator[Macro]:
        """The closed forms of a module and of its named quantities; nothing for one that needs lists or modules."""
        stem = self.prefix + spelled(statement.name)
        try:
            answer = self.answer(f"{statement.name}.params")
            if answer is not None and symbols(answer.form):
                yield self.formula(f"{stem}Formula", answer, statement.name)
                for name in _quantities(statement):
                    yield from self.quantity(stem, statement.name, name, statement.name)
        except ModelError:
            return  # a module that makes no sense on its own, as one whose parameter is a yes/no or a list

    def module_of(self, name: str) -> str:
        """The module that an instance is made of, or nothing."""
        from ..model.tabled import recipe_of

        made = recipe_of(self.question(name))
        return made.module.name if made is not None else ""

    def definition(self, name: str) -> Iterator[Macro]:
        """The macros of an instance, or of a quantity at the top of the file."""
        from ..model.tabled import recipe_of

        made = recipe_of(self.question(name))
        if made is None:
            answer = self.answer(name)
            if answer is not None:
                yield from self.values(self.prefix + spelled(name), answer, name, value="Value")
            return
        stem = self.prefix + _instance_stem(made.module.name, name)
        yield from self.instance(stem, name)
        for quantity in _quantities(made.module.definition):
            yield from self.quantity(stem, name, quantity, name)

    def instance(self, stem: str, name: str) -> Iterator[Macro]:
        """The counts of an instance; a measure that counts the same as all, or nothing, is left out."""
        everything: Exact | None = None
        for measure, word in MEASURES.items():
            answer = self.answer(f"{name}.{measure}")
            count = number(answer.form) if answer is not None else None
            if answer is None or (measure != "params" and count in (everything, 0)):
                continue
            everything = count if measure == "params" else everything
            yield from self.counts(f"{stem}{word}", count, name)
            if measure == "params":
                yield self.formula(f"{stem}Formula", answer, name)

    def quantity(self, stem: str, owner: str, quantity: str, of: str) -> Iterator[Macro]:
        """The macros of `owner.quantity`."""
        answer = self.answer(f"{owner}.{quantity}")
        if answer is not None:
            yield from self.values(stem + spelled(quantity), answer, f"{of}.{quantity}", value="")

    def values(self, stem: str, answer: Answer, of: str, value: str) -> Iterator[Macro]:
        """A quantity's number, where it has one, and its formula."""
        count = number(answer.form)
        if count is not None:
            yield from self.counts(f"{stem}{value}", count, of)
        yield self.formula(f"{stem}Formula", answer, of)

    def counts(self, stem: str, count: Exact | None, of: str) -> Iterator[Macro]:
        """A number in full, in millions, and in three digits; a fraction as a decimal."""
        if count is None:
            return
        if Fraction(count).denominator != 1:
            yield Macro(stem, decimal(Fraction(count), self.notation), of)
            return
        yield Macro(stem, _digits(int(count), self.notation), of)
        yield Macro(f"{stem}M", millions(int(count), self.notation), of)
        yield Macro(f"{stem}Short", re.sub(r"(?<=\d)(?=[kMBT]$)", r"\\,", rounded(count)), of)

    def formula(self, name: str, answer: Answer, of: str) -> Macro:
        """A formula for text and for formulas: closed where sizes are open, with numbers as it is written."""
        form = tidy(answer.form, answer.facts)
        style = self.notation if symbols(form) else self.notation._replace(product="cdot")
        return Macro(name, rf"\ensuremath{{{latex(form, style, self.names)}}}", of)

    def question(self, text: str) -> Question:
        """The question that an expression asks in the file."""
        from ..model.query import Question
        from ..syntax.parse import parse_expression

        source = Source("<macros>", text)
        return Question(self.unit, source, parse_expression(source))

    def answer(self, text: str) -> Answer | None:
        """The formula of an expression; None where it is none, as for a list or a module that takes lists."""
        from ..model.query import ask

        try:
            return ask(self.question(text), self.networks)
        except ModelError as error:
            if any(_is_at(finding.source, text) for finding in error.findings):
                return None
            raise


def _is_at(source: Source | None, text: str) -> bool:
    """Whether a finding is about the question and not about the file, which must be right."""
    return source is None or source.text == text


def _quantities(module: tree.Module) -> list[str]:
    """The definitions of a module's body that stand at its top, each once."""
    found = [
        target
        for statement in module.body
        if isinstance(statement, tree.Define) and len(statement.targets) == 1
        for target in statement.targets
    ]
    return [name for name in dict.fromkeys(found) if found.count(name) == 1]


# ------------------------------------------------------------------------------------------------------ names


def spelled(name: str) -> str:
    """A name in letters alone, each word with a capital, digits spelled; between digits, `_` is a point.

    >>> spelled("mixtral_8x7b"), spelled("GPT2"), spelled("opt_1_3b")
    ('MixtralEightXSevenB', 'GPTTwo', 'OptOnePointThreeB')
    """
    name = re.sub(r"(?<=\d)_(?=\d)", "_point_", name)
    words = re.split(r"[^0-9A-Za-z]+|(?<=\d)|(?=\d)", _latin(name))
    return "".join(DIGITS[int(word)] if word.isdigit() else word[:1].upper() + word[1:] for word in words if word)


def _latin(name: str) -> str:
    """The name in Latin letters: without accents, others by the last word of what Unicode calls them, `λ` as `lamda`."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(
        sign
        if sign.isascii()
        else ""
        if unicodedata.combining(sign)
        else f"_{unicodedata.name(sign, 'sign').split()[-1].lower()}_"
        for sign in plain
    )


def _instance_stem(module: str, name: str) -> str:
    """The module's name and the instance's; the instance's alone where it begins with the module's."""
    stem, own = spelled(module), spelled(name)
    if own.lower().startswith(stem.lower()):
        return stem + own[len(stem) :]
    return stem + own


# ------------------------------------------------------------------------------------------------------ numbers


def _digits(count: int, notation: Notation) -> str:
    from ..formula.build import node

    return latex(node(count), notation)


def millions(count: int, notation: Notation = PAPER) -> str:
    r"""A count in millions: `124.4\,M`; below ten, in three digits, `0.0617\,M`."""
    value = Fraction(abs(count), MILLION)
    known = [places for places in range(1, MAX_PLACES + 1) if value and _scaled(value, places) < 1000]
    places = max(known, default=1)
    return f"{_placed(value, places, '-' if count < 0 else '', notation)}\\,M"


def _scaled(value: Fraction, places: int) -> int:
    return int(value * 10**places + Fraction(1, 2))


def _placed(value: Fraction, places: int, sign: str, notation: Notation) -> str:
    whole, rest = divmod(_scaled(value, places), 10**places)
    if notation.digits == "num":
        return rf"\num{{{sign}{whole}.{rest:0{places}d}}}"
    return f"{sign}{_digits(whole, notation)}.{rest:0{places}d}"


def decimal(value: Fraction, notation: Notation = PAPER, places: int = 3) -> str:
    """A fraction as a decimal, rounded to so many places."""
    return _placed(abs(value), places, "-" if value < 0 else "", notation)
