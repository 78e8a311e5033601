"""A module's `write`: the form that it states, taken where its tensors count the same."""

from __future__ import annotations

from ..errors import LimitError
from ..formula.algebra import expanded
from ..formula.build import minus, node, solid
from ..formula.prove import equal
from ..formula.work import share, spend
from ..render.text import text
from ..syntax import tree
from .frame import Frame
from .measure import tensors_form
from .network import Network
from .written import written

TO_TELL = 20  # so many parts of a question's steps, one is spent on telling the difference


def take_write(statement: tree.Write, frame: Frame, network: Network) -> None:
    """Give the network the stated form. Raises: `ModelError` where it isn't, or isn't shown to be, what they count."""
    form = solid(written(statement.value, frame))
    counted = solid(tensors_form(network))
    known = True if form == counted else equal(form, counted, frame.world.facts)
    if known is True:
        network.written = form
        return
    spend(0)  # no steps left says nothing of the form
    what = "isn't" if known is False else "can't be shown to be"
    message = f"`write` of {network.name} {what} what its tensors count"
    try:
        with share(TO_TELL):
            whole = expanded(node(minus(form, counted)), frame.world.facts)
    except LimitError:
        hint = "the difference is too long to be shown; write parts of the network as modules of their own"
        raise frame.fail("write-unequal", message, statement.value.span, hint=hint) from None
    note = f"{text(form)} here, {text(counted)} from the tensors"
    raise frame.fail("write-unequal", message, statement.value.span, note, f"the difference is {text(whole)}")
