"""Claims of a manuscript → verdicts: each is put as a check of the language, and what came of it is told at its place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from ..api import Module, place, question
from ..errors import Finding, Source, SymparamsError
from ..formula.nodes import Exact
from ..model.checks import Outcome, outcome_of
from ..model.files import Unit, zoo_index, zoo_unit
from ..model.measure import MEASURES, closed
from ..model.query import Question, ask, open_names
from ..model.slips import BYTES
from ..model.tabled import instances
from ..render.text import text as text_of
from ..syntax import tree
from ..syntax.parse import parse_expression
from .manuscript import Claim, Manuscript
from .mathematics import Side, sides
from .sizes import keys_of
from .stated import WORDS, Stated, in_the_language, stated

OF_A_FAMILY = re.compile(r"(\w+):(.+)", re.DOTALL)


class Verdict(NamedTuple):
    """What came of a claim.

    status: `proved` (the formula, or every digit of the count), `right` (within the digits printed), `wrong`, `undecided`
    or `error`; stated: the claim as printed; truth: what the network has, in words, and as a number in
    `number`; notes: the reasons, or the example that refutes it; says: the number as stated, of a count.
    """

    claim: Claim
    status: str
    stated: str
    truth: str = ""
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    number: object = None
    says: Stated | None = None


def judge(manuscript: Manuscript, unit: Unit) -> Iterator[Verdict]:
    """The verdict on every claim, in order; TARGETs are expressions of the file given, or `gpt2:small` of the zoo."""
    found = [_verdict(claim, manuscript, unit) for claim in manuscript.claims]
    others = Others(found, unit)
    for one in found:
        yield one._replace(notes=(*one.notes, *others.with_count_of(one)))


def _verdict(claim: Claim, manuscript: Manuscript, unit: Unit) -> Verdict:
    printed = _on_one_line(claim.source.text[slice(*claim.stated)])
    try:
        asked = _measured(_asked(claim.target, unit))
        judged = _count if claim.kind == "count" else _formula
        return judged(claim, asked, manuscript)._replace(stated=printed)
    except SymparamsError as error:
        return Verdict(claim, "error", printed, findings=tuple(_placed(error, claim)))


def _on_one_line(stated: str) -> str:
    """What a claim prints, without comments, labels, and the signs that only align."""
    words = re.sub(r"(?<!\\)%[^\n]*|\\(?:label|tag)\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])|(?<!\\)&", " ", stated)
    return " ".join(words.split()).removesuffix("\\\\").rstrip()


class Others:
    """The counts of the networks that a manuscript speaks of, to see that a wrong number is another one's."""

    def __init__(self, verdicts: list[Verdict], unit: Unit) -> None:
        self.unit = unit
        self.counts: dict[str, Exact] = {}
        for one in verdicts:
            if isinstance(one.number, int | Fraction):
                self.counts.setdefault(one.claim.target, one.number)

    def with_count_of(self, verdict: Verdict) -> Iterator[str]:
        """The first other target that has the number which a wrong claim states."""
        if verdict.status != "wrong" or verdict.says is None or verdict.says.relation not in ("", "~"):
            return
        for target, count in itertools.chain(self.counts.items(), self.instances()):
            if count != verdict.number and target != verdict.claim.target and verdict.says.holds(count):
                yield f"it is the count of {target}"
                return

    def instances(self) -> Iterator[tuple[str, Exact]]:
        """The networks of the file that no claim speaks of."""
        for name in instances(self.unit):
            target = f"{name}.params"
            if target not in self.counts and name not in self.counts:
                count = closed(ask(question(target, self.unit)).form)
                if isinstance(count, int):
                    self.counts[target] = count
                    yield target, count


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
    says = stated(claim, manuscript.macros)
    relation, number = in_the_language(says.printed)
    outcome = _checked(asked, relation, number)
    truth = outcome.left
    verdict = Verdict(claim, outcome.status, "", _number(truth), outcome.reasons, outcome.findings, truth, says)
    if outcome.status not in ("proved", "refuted") or not isinstance(truth, int | Fraction):
        return verdict._replace(status={"refuted": "wrong"}.get(outcome.status, outcome.status))
    if says.printed.is_bytes and _is_measure(asked):
        return _in_bytes(verdict, says, truth)
    is_exact = outcome.status == "proved" and relation == "==" and not says.relation
    status = "proved" if is_exact else "right" if says.holds(truth) else "wrong"
    notes = (
        ()
        if status != "wrong"
        else verdict.notes
        if says.relation in ("", "~")
        else (f"stated as {WORDS[says.relation]}",)
    )
    return verdict._replace(status=status, notes=notes, truth=_number(truth, says))


def _is_measure(asked: Question) -> bool:
    return isinstance(asked.expr, tree.Attribute) and asked.expr.name in MEASURES


def _in_bytes(verdict: Verdict, says: Stated, truth: Exact) -> Verdict:
    """The verdict on a count that is told in bytes: right where it is a usual size of the numbers."""
    size = next((size for size in BYTES if says.holds(truth * size)), None)
    if size is not None:
        return verdict._replace(status="right", notes=(f"in bytes, {BYTES[size]} bits for each number",))
    unit = says.printed.unit
    suffix = says.printed.suffix
    told = ", ".join(f"{float(truth * size / unit):,.1f} {suffix} in {bits} bits" for size, bits in BYTES.items())
    return verdict._replace(status="wrong", notes=(f"it is told in bytes, of which the numbers take {told}",))


def _number(value: object, says: Stated | None = None) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Fraction):
        is_percent = says is not None and says.printed.unit == Fraction(1, 100)
        return f"{float(value * 100):.4g}%" if is_percent else f"{float(value):.4g}"
    return "" if value is None else str(value)


def _checked(asked: Question, relation: str, claimed: str) -> Outcome:
    """The outcome of the claim that the TARGET is so much."""
    return outcome_of(f"{asked.source.text} {relation} {claimed}", asked.unit)


# ------------------------------------------------------------------------------------------------------ formulas


def _formula(claim: Claim, asked: Question, manuscript: Manuscript) -> Verdict:
    found = sides(claim.source, claim.stated, manuscript.macros, _sizes(asked))
    stated_sides = [side for side in found if side.text]
    if not stated_sides:
        message = "the formula is only a name"
        return Verdict(claim, "error", "", findings=(Finding("audit-formula", message, claim.source, claim.stated),))
    notes = [f"a side isn't read: {side.unread}" for side in found if side.unread and not side.is_name]
    status = "proved"
    for side in stated_sides:
        outcome, how = _side(side, asked)
        if outcome.status != "proved":
            status = {"refuted": "wrong"}.get(outcome.status, outcome.status)
            notes = [*_example(outcome), *outcome.reasons]
            break
        if how:
            status, notes = "right", [*notes, *([how] if how != "printed" else [])]
    truth = text_of(outcome.own) if outcome.own is not None else _number(outcome.left)
    return Verdict(claim, status, "", truth, tuple(notes), outcome.findings)


def _side(side: Side, asked: Question) -> tuple[Outcome, str]:
    """What comes of one side, and in what sense it holds where it isn't exactly."""
    if side.printed is not None:
        outcome = _checked(asked, *in_the_language(side.printed))
        return outcome, "" if side.printed.is_whole and side.printed.rounding == 1 else "printed"
    outcome = _checked(asked, "==", f"({side.text})")
    if side.is_about and outcome.status == "refuted":
        for name in open_names(ask(asked).form):
            limit = outcome_of(f"{asked.source.text} ~ ({side.text}) as {name} -> oo", asked.unit)
            if limit.status == "proved":
                return limit, f"about: the ratio tends to 1 as {name} grows"
    return outcome, ""


def _example(outcome: Outcome) -> Iterator[str]:
    if outcome.example:
        sizes = ", ".join(f"{name} = {size}" for name, size in outcome.example)
        yield f"at {sizes} the network has {_number(outcome.left)}, the formula {_number(outcome.right)}"
    if outcome.status == "undecided":
        yield outcome.note or "equal at every point tried, but not proved"


def _sizes(asked: Question) -> dict[str, str]:
    """How the names of the sizes and quantities that may stand in a formula look in print → the names."""
    known = dict.fromkeys(open_names(ask(asked).form), "")
    known.update(_declared(asked.unit))
    known.update((name, "") for name in _quantities(asked.unit) if name not in known)
    found: dict[str, str] = {}
    for name, latex in known.items():
        for key in keys_of(name, latex):
            found.setdefault(key, name)
    return {**found, **{name: name for name in known}}


def _declared(unit: Unit) -> Iterator[tuple[str, str]]:
    for name, (statement, _) in unit.names.items():
        if isinstance(statement, tree.Declared):
            yield name, statement.latex


def _quantities(unit: Unit) -> Iterator[str]:
    """The names that the file gives to formulas, `attention = GPT2.h.attn.params`."""
    for name, (statement, _) in unit.names.items():
        if isinstance(statement, tree.Define) and not isinstance(statement.value, tree.Call | tree.With):
            yield name
