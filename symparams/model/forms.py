"""The shapes in which an answer can be asked for, and the LaTeX that a file gives its names."""

from __future__ import annotations

from ..errors import Finding, ModelError, UsageError, suggestion
from ..formula.nodes import Node, symbols
from ..formula.work import limited
from ..syntax import tree
from .files import Unit
from .query import Answer, open_names

FORMS = ("written", "expanded", "factored", "collected")


def shaped(answer: Answer, form: str, by: str | None = None) -> Node:
    """The answer's formula in one of the forms. Raises: `UsageError` for an unknown form or size."""
    if form not in FORMS:
        raise UsageError(Finding("usage-form", f"there is no form {form}", hint=f"there are {', '.join(FORMS)}"))
    if by is not None and form != "collected":
        raise UsageError(Finding("usage-by", "only the collected form is by a size", hint="add --form collected"))
    if form == "written":
        return answer.form
    with limited():
        return _arranged(answer, form, by)


def _arranged(answer: Answer, form: str, by: str | None) -> Node:
    from ..formula import algebra
    from ..formula.writing import in_order_of

    if form == "collected":
        known = open_names(answer.form)
        if by is not None and by not in known:
            hint = suggestion(by, known) or f"it has {listed(known)}" if known else "all of its sizes are set"
            raise UsageError(Finding("usage-by", f"the formula has no size called {by}", hint=hint))
        made = algebra.collected(answer.form, answer.facts, by)
    else:
        shape = algebra.expanded if form == "expanded" else algebra.factored
        made = shape(answer.form, answer.facts)
    met = {symbol: place for place, symbol in enumerate(symbols(answer.form))}
    return in_order_of(made, met, also_outermost=form != "collected")


def latex_names(unit: Unit) -> dict[str, str]:
    """The LaTeX that a file's `symbol … as "…"` gives its names. Raises: `ModelError` for LaTeX that isn't a plain name."""
    from ..render.latex_names import check_latex_name

    found = latex_names(unit.around) if unit.around is not None else {}
    for name, (statement, owner) in unit.names.items():
        if isinstance(statement, tree.Declared) and statement.latex:
            reason = check_latex_name(statement.latex)
            if reason is not None:
                message = f"the LaTeX of {name} can't be used: {reason}"
                raise ModelError(Finding("symbol-latex", message, owner.source, statement.span))
            found[name] = statement.latex
    return found


def listed(names: list[str]) -> str:
    """Names in a row as one says it: `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
