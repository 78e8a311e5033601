"""Ways out for names that nobody defined: Python's words, networks of the zoo, and names that are spelled nearly so."""

from __future__ import annotations

from ..errors import suggestion
from ..syntax import tree
from . import files
from .frame import Frame
from .measure import MEASURES

ASKED = ("<target>", "<formula>", "<python>")  # texts that are questions, no files
MAX_FAMILIES = 3
LAYER = "the layers are those of torch.nn, or define a module of this name"
TENSORS = ("Parameter", "zeros", "ones", "empty", "full", "rand", "randn", "tensor", "Tensor")
WORDS = {
    "self": "members and definitions are named without self; the whole is asked from outside, Net.params",
    "super": "leave it out: a module builds on others by its members",
    "torch": "torch's layers are written alone, as in Linear(n, m), and a tensor is its shape, [m, n]",
    "math": "floor, ceil, sqrt, log and log2 are written alone",
    "np": "sum, prod, min, max, floor, ceil, sqrt and log are written alone",
    "F": "functions have no parameters; leave them out",
}


def name_hint(name: str, frame: Frame) -> str:
    """The way out where a value's name isn't defined."""
    declare = f'if it is a size, declare it at the top of the file: symbol {name} "what it is"'
    return _measure(name, frame) or WORDS.get(name, "") or _known(name, [name], frame) or declare


def call_hint(name: str, call: tree.Call, frame: Frame) -> str:
    """The way out where nothing is called by the name that is called."""
    if name in TENSORS or name == "Buffer":
        shape = f"[{_shape(call, frame)}]"
        return f"a tensor is its shape in a member's place: {f'buffer name: {shape}' if name == 'Buffer' else shape}"
    return _known(name, [name, f"{name}("], frame) or LAYER


def _shape(call: tree.Call, frame: Frame) -> str:
    """The sizes that `Parameter(torch.zeros(n, m))` gives its tensor, as they are typed."""
    inner = call.args[0] if call.args else None
    if isinstance(inner, tree.Call):
        return _shape(inner, frame)
    given = inner.items if isinstance(inner, tree.Tuple | tree.List) else call.args
    sizes = [size for size in given if not isinstance(size, tree.Keyword)]
    return ", ".join(frame.source.text[slice(*size.span)] for size in sizes) or "n, m"


def _measure(name: str, frame: Frame) -> str:
    """The way out where a module's count is asked for without the module."""
    if name not in MEASURES:
        return ""
    if frame.members is None:
        return f"write it behind a network: Net.{name}"
    return f"add up those of the members, a.{name} + b.{name}; for the whole module ask from outside: Net.{name}"


def _known(name: str, spelled: list[str], frame: Frame) -> str:
    """Where a name is known: here in capitals or not, in the zoo, or nearly so here or in the zoo."""
    near = _near(name, frame)
    if near.lower().endswith(f" {name.lower()}?"):
        return near
    is_question = frame.source.name in ASKED and not frame.unit.names
    exact = next(filter(None, (of_zoo(other, is_question) for other in spelled)), "")
    if exact or near:
        return exact or near
    folded = {other.lower().replace("_", "") for other in spelled}
    alike = (other for other in files.zoo_names() if other.lower().replace("_", "") in folded)
    return next(filter(None, (of_zoo(other, is_question) for other in alike)), "")


def of_zoo(spelled: str, is_question: bool) -> str:
    """How something of the zoo is reached from a question or a file, first of the family that is called like it.

    The empty string where there is no such thing, or where many families have one that none of them is called by.
    """
    name = spelled.removesuffix("(")
    found = files.zoo_names().get(spelled, ())
    alike = sorted((family for family in found if name.lower().startswith(family)), key=len, reverse=True)
    if not found or (len(found) > MAX_FAMILIES and not alike):
        return ""
    first, *others = list(dict.fromkeys([*alike, *found]))[:MAX_FAMILIES]
    way = f"{first}:{name}" if is_question else f"from zoo.{first} import {name}"
    more = f"; {' and '.join(others)} {'have' if others[1:] else 'has'} one too" if others else ""
    return f"the zoo has it: {way}{more}"


def _near(name: str, frame: Frame) -> str:
    """The question `did you mean …?` for a name near one that is known here, or the empty string."""
    from .builtins import BUILTINS

    known = [*frame.unit.known(), *files.library_index(), *files.library_functions(), *BUILTINS, *frame.world.allowed]
    around: Frame | None = frame
    while around is not None:
        known += around.names
        around = around.outer
    return suggestion(name, known)
