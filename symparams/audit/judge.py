"""Claims of a manuscript → verdicts: each is put as a check of the language, and what came of it is told at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..api import Module, place, question
from ..errors import Finding, ModelError, Source, SymparamsError
from ..model.checks import Outcome, outcome_of
from ..model.files import Unit, zoo_index, zoo_unit
from ..model.query import Question, ask, open_names
from ..render.text import text as text_of
from ..syntax import tree
from ..syntax.parse import parse_expression
from .macros import put_in
from .manuscript import Claim, Manuscript
from .mathematics import sides
from .numbers import Printed, numbers
from .sizes import keys_of

OF_A_FAMILY = re.compile(r"(\w+):(.+)", re.DOTALL)


class Verdict(NamedTuple):
    """What came of a claim.

    status: `proved` (the formula, or every digit of the count), `right` (within the digits printed), `wrong`, `undecided`
    or `error`; stated: the claim as printed; truth: what the network has; notes: the reasons, or the example that refutes it.
    """

    claim: Claim
    status: str
    stated: str
    truth: str = ""
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def judge(manuscript: Manuscript, unit: Unit) -> Iterator[Verdict]:
    """The verdict on every claim, in order; TARGETs are expressions of the file given, or `gpt2:small` of the zoo."""
    for claim in manuscript.claims:
        stated = " ".join(re.sub(r"(?<!\\)%[^\n]*", "", claim.source.text[slice(*claim.stated)]).split())
        try:
            asked = _measured(_asked(claim.target, unit))
            judged = _count if claim.kind == "count" else _formula
            verdict = judged(claim, asked, manuscript)
            yield verdict._replace(stated=stated)
        except SymparamsError as error:
            yield Verdict(claim, "error", stated, findings=tuple(_placed(error, claim)))


def _asked(target: str, unit: Unit) -> Question:
    match = OF_A_FAMILY.fullmatch(target)
    if match and match.group(1) in zoo_index():
        return question(match.group(2).strip(), zoo_unit(match.group(1)), "<target>")
    return question(target, unit, "<target>")


def _placed(error: SymparamsError, claim: Claim) -> Iterator[Finding]:
    """The findings of an error, shown in the manuscript where they are of the TARGET alone."""
    for finding in error.findings:
        if finding.source is not None and finding.source.name != "<target>":
            yield finding
        else:
            yield finding._replace(source=claim.source, span=claim.span, note="")


def _measured(asked: Question) -> Question:
    """The question, of a module that is named without a measure its parameters."""
    if not isinstance(place(asked), Module):
        return asked
    source = Source(asked.source.name, f"{asked.source.text}.params")
    return asked._replace(source=source, expr=parse_expression(source))


# ------------------------------------------------------------------------------------------------------ counts


def _count(claim: Claim, asked: Question, manuscript: Manuscript) -> Verdict:
    printed = _printed(claim, manuscript)
    outcome = _checked(asked, *_claim_of(printed))
    if outcome.status == "refuted" and printed.is_whole and printed.rounding > 1:
        rounded = _checked(asked, "~", _rounded(printed))
        outcome = rounded if rounded.status == "proved" else outcome
        printed = printed._replace(is_scaled=True)
    status = {"proved": "proved" if printed.is_whole else "right", "refuted": "wrong"}.get(
        outcome.status, outcome.status
    )
    return Verdict(claim, status, "", _number(outcome.left), outcome.reasons, outcome.findings)


def _printed(claim: Claim, manuscript: Manuscript) -> Printed:
    """The number that a claim prints, by itself or by a macro. Raises: `ModelError` where there isn't one."""
    stated = put_in(claim.source.text[slice(*claim.stated)], manuscript.macros)
    found = numbers(stated)
    if len(found) == 1:
        return found[0]
    message = "the claim has no number" if not found else f"the claim has {len(found)} numbers"
    raise ModelError(
        Finding("audit-number", message, claim.source, claim.stated, hint="write one number, as in 124.4M")
    )


def _claim_of(printed: Printed) -> tuple[str, str]:
    """The relation and the number, in the language."""
    if printed.is_whole:
        return "==", str(printed.value)
    return "~", _rounded(printed)


def _rounded(printed: Printed) -> str:
    """The number in the digits that it is printed in: `124e6` for 124M, `35e-1` for 3.5."""
    exponent = len(str(max(printed.rounding, 1 / printed.rounding).numerator)) - 1
    sign = "-" if printed.rounding < 1 else ""
    return f"{int(printed.value / printed.rounding)}e{sign}{exponent}"


def _number(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value)


def _checked(asked: Question, relation: str, claimed: str) -> Outcome:
    """The outcome of the claim that the TARGET is so much."""
    return outcome_of(f"{asked.source.text} {relation} {claimed}", asked.unit)


# ------------------------------------------------------------------------------------------------------ formulas


def _formula(claim: Claim, asked: Question, manuscript: Manuscript) -> Verdict:
    found = sides(claim.source, claim.stated, manuscript.macros, _sizes(asked))
    stated = [side for side in found if not side.is_name]
    if not stated:
        message = "the formula is only a name"
        return Verdict(claim, "error", "", findings=(Finding("audit-formula", message, claim.source, claim.stated),))
    for side in stated:
        outcome = _checked(asked, "==", f"({side.text})")
        if outcome.status != "proved":
            break
    status = {"refuted": "wrong"}.get(outcome.status, outcome.status)
    truth = text_of(outcome.own) if outcome.own is not None else _number(outcome.left)
    return Verdict(claim, status, "", truth, (*_example(outcome), *outcome.reasons), outcome.findings)


def _example(outcome: Outcome) -> Iterator[str]:
    if outcome.example:
        sizes = ", ".join(f"{name} = {size}" for name, size in outcome.example)
        yield f"at {sizes} the network has {_number(outcome.left)}, the formula {_number(outcome.right)}"
    if outcome.status == "undecided":
        yield outcome.note or "equal at every point tried, but not proved"


def _sizes(asked: Question) -> dict[str, str]:
    """How the names of the sizes that may stand in a formula look in print → the names."""
    known = dict.fromkeys(open_names(ask(asked).form), "")
    known.update(_declared(asked.unit))
    found: dict[str, str] = {}
    for name, latex in known.items():
        for key in keys_of(name, latex):
            found.setdefault(key, name)
    return {**found, **{name: name for name in known}}


def _declared(unit: Unit) -> Iterator[tuple[str, str]]:
    for name, (statement, _) in unit.names.items():
        if isinstance(statement, tree.Declared):
            yield name, statement.latex
