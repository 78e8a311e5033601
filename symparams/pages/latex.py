"""`symparams latex`: formulas → equations, in the notation that the options choose."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from ..formula.build import node, solid
from ..formula.nodes import Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..model.computed import Asked
    from ..model.query import Answer, Question

PRESETS: dict[str, dict[str, str]] = {
    "article": {"product": "cdot", "powers": "superscript", "names": "roman", "digits": "plain", "form": "written"},
    "paper": {
        "product": "juxtaposed",
        "powers": "superscript",
        "names": "roman",
        "digits": "grouped",
        "form": "collected",
    },
}
NOTATION = {
    "product": (("cdot", "times", "juxtaposed"), r"the sign between factors: \cdot, \times or none"),
    "powers": (("superscript", "repeated"), "k^{2}, or k·k"),
    "names": (("roman", "typed"), r"C_{\mathrm{in}}, or as typed, C\_in"),
    "digits": (("plain", "grouped", "thin", "num"), r"61706, 61{,}706, 61\,706, or \num{61706} of siunitx"),
}
PAGE = 30  # lines that a display, which is never broken, may have
ENVIRONMENTS = ("display", "bare", "equation", "align", "align*")


def latex_page(questions: Sequence[Asked], options: argparse.Namespace) -> str:
    """The equations that some targets ask for, one below the other."""
    from ..model.computed import answer, names_in_latex
    from ..render.equation import equation_row, equations, paged

    chosen = {name: getattr(options, name) or preset for name, preset in PRESETS[options.preset].items()}
    style = _style(chosen)
    rows = []
    for asked in questions:
        found = answer(asked)
        sides = sides_of(asked, found, chosen["form"], options.by, steps=options.steps)
        conditions = [item.condition for item in found.assumptions] if options.assumptions else []
        names = names_in_latex(asked)
        rows.append(equation_row(sides, lhs=options.lhs, conditions=conditions, notation=style, names=names))
    if options.format != "latex":
        from ..render.prose import PROSE, Equations

        return PROSE[options.format]([Equations((row,)) for row in rows], _prose(style, options))
    width = {"width": float(options.width)} if options.width else {}
    written = equations(rows, notation=style, environment=options.env, **width)
    if options.env != "display" or written.count("\n") <= PAGE:
        return written
    return paged(rows, notation=style, **width)


def derived_page(questions: Sequence[Question], options: argparse.Namespace) -> str:
    """The stories of some networks, one below the other."""
    from ..model.forms import latex_names
    from ..render.prose import PROSE
    from .derivation import derivation

    style = _style({name: getattr(options, name) or preset for name, preset in PRESETS[options.preset].items()})
    blocks = [block for asked in questions for block in derivation(asked, style, latex_names(asked.unit))]
    return PROSE[options.format](blocks, _prose(style, options))


def _prose(style: Any, options: argparse.Namespace) -> Any:
    from ..render.prose import Style

    return Style(style, float(options.width)) if options.width else Style(style)


def _style(chosen: dict[str, str]) -> Any:
    from ..render.latex import notation

    return notation(
        product=chosen["product"],
        powers=chosen["powers"] == "superscript",
        names=chosen["names"],
        digits=chosen["digits"],
    )


def sides_of(asked: Asked, found: Answer, form: str, by: str | None = None, *, steps: bool = False) -> list[Node | str]:
    """The sides of the equation: with `steps` general, then with the numbers put in, and the value, each once."""
    from ..formula.value import value
    from ..model.forms import shaped
    from ..model.general import value_at, with_numbers
    from ..model.query import Question, open_names

    sides: list[Node] = []
    if steps and isinstance(asked, Question):
        general = _general(asked, form, by)
        if general is not None:
            sides.append(general)
    if open_names(found.form):
        sides.append(shaped(found, form, by))
    else:
        put = with_numbers(sides[0], asked) if sides and form != "written" and isinstance(asked, Question) else None
        whole = value(found.form)
        sides += [put if put is not None and value_at(put, {}) == whole else found.form, node(whole)]
    return [solid(side) for place, side in enumerate(sides) if side not in sides[:place]]


def _general(asked: Question, form: str, by: str | None) -> Node | None:
    """The formula before numbers were put in; None where there is none."""
    from ..errors import ModelError
    from ..model.computed import answer
    from ..model.forms import shaped
    from ..model.general import general_question

    try:
        general = general_question(asked)
        if general is None:
            return None
        return shaped(answer(general), form, by if form == "collected" else None)
    except ModelError:
        return None  # a network that can't be made of open sizes, as where one decides how many layers there are
