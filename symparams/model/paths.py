"""Paths into networks: members by name, turn or all turns together, definitions, arguments and measures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..errors import ModelError, Span, suggestion
from ..formula.build import Size, minus, node, plain, plus, solid, times
from ..formula.nodes import Compare, Index, Node, walk
from ..formula.polynomial import polynomial
from ..formula.substitute import substitute
from ..syntax import tree
from .calls import bare
from .evaluate import content, lookup, lookup_known, value
from .frame import Frame, as_size
from .labels import named
from .measure import MEASURES, closed, combined, measured
from .names import shown
from .network import Content, Copies, Item, Loop, Member, Network, Part, Row, Template, Tensor, Turns
from .putting import put_index, put_into, put_size
from .redefined import settled
from .run import Body, contents, elaborate
from .selecting import Found, leaves, select, turn_name, turns_of
from .values import (
    MADE,
    Definition,
    Edited,
    Existing,
    FunctionValue,
    ModuleValue,
    Multiple,
    Recipe,
    Stretch,
    Value,
    existing,
    is_size,
    kind_of,
)
from .written import entry_form, written


class Measured(NamedTuple):
    """A measure of a part, as written."""

    form: Node


# ------------------------------------------------------------------------------------------------------ answers


def path_value(expr: tree.Attribute | tree.Subscript | tree.Template, frame: Frame) -> Value:
    """The value of `base.name`, `base[index]` or `name{i}`."""
    found = entry(expr, frame)
    if isinstance(found, Measured):
        return closed(found.form)
    inside = content(found)
    return _by_itself(inside) if isinstance(inside, Part) else inside


def _by_itself(part: Part) -> Existing:
    """A part of a network as a value, at its turn of each loop."""
    found = part.content
    for index, at in part.put:
        found = put_into(found, index, at)
    return existing(found, part.mark, part.active)


def entered_form(expr: tree.Expr, frame: Frame) -> Node:
    """The form in which a path enters another formula."""
    found = entry(expr, frame)
    if isinstance(found, Measured):
        return found.form
    return entry_form(found, expr, frame)


def asked_form(expr: tree.Expr, frame: Frame) -> Node:
    """The form of a name, path or call that is asked for itself."""
    if isinstance(expr, tree.Call):
        found = value(expr, frame)
        return written(expr, frame) if is_size(found) else measure_of(found, "params", expr, frame)
    found = entry(expr, frame)
    if isinstance(found, Measured):
        return found.form
    if isinstance(found, Definition) and found.written is not None:
        return found.written
    inside = content(found)
    return node(inside) if is_size(inside) else measure_of(inside, "params", expr, frame)


def measure_of(found: Value, which: str, expr: tree.Expr, frame: Frame) -> Node:
    """The written form of a measure of a module or a part of a network."""
    part = as_part(found, expr, frame)
    form = solid(measured(part.content, which, part.mark, active=part.active))
    return put_all(form, part.put)


def put_all(form: Node, put: tuple[tuple[Index, Size], ...]) -> Node:
    """The form at one turn of each loop."""
    return substitute(form, {index: node(at) for index, at in put}) if put else form


def as_part(found: Value, expr: tree.Expr, frame: Frame) -> Part:
    """The value as a part of a network. Raises: `ModelError` for what has no parameters."""
    if isinstance(found, Part):
        return found
    if isinstance(found, ModuleValue):
        found = bare(found, frame.world, (frame.source, expr.span))
    if isinstance(found, Recipe | Edited):
        return Part(elaborate(found, frame.world))
    if isinstance(found, Existing):
        return Part(found.content, found.mark, found.active)
    if isinstance(found, Multiple):
        return Part(contents(found, expr.span, frame))
    raise frame.fail("no-network", "a module or a member is needed here", expr.span, f"this is {kind_of(found)}")


# ------------------------------------------------------------------------------------------------------ walking


def entry(expr: tree.Expr, frame: Frame) -> Any:
    """What a path leads to: a Part, a Measured, a Definition, or a plain value."""
    if isinstance(expr, tree.Template):
        return _base(named(expr, frame), frame)
    if isinstance(expr, tree.Name):
        return lookup(expr.name, frame, expr.span)
    if isinstance(expr, tree.Attribute):
        return _attribute(_base(expr.base, frame), expr.name, expr, frame)
    if isinstance(expr, tree.Subscript):
        return _subscript(_base(expr.base, frame), expr, frame)
    return value(expr, frame)


def _base(expr: tree.Expr, frame: Frame) -> Any:
    """A path's beginning: a name before `.` or `[` is looked up among the members first."""
    if isinstance(expr, tree.Template):
        expr = named(expr, frame)
    if isinstance(expr, tree.Name):
        body: Body | None = frame.members
        if body is not None and not body.hides(expr.name):
            found = list(select(body.items, expr.name))
            if found:
                return _gathered(found)
        return content(lookup_known(expr.name, frame, expr.span))
    found_entry = entry(expr, frame)
    return found_entry if isinstance(found_entry, Measured) else content(found_entry)


def _attribute(base: Any, name: str, expr: tree.Attribute, frame: Frame) -> Any:
    if isinstance(base, ModuleValue) and name not in MEASURES:
        own = _own_definition(base, name, frame)
        if own is not None:
            return own
    if isinstance(base, (*MADE, Multiple, ModuleValue)):
        base = as_part(base, expr.base, frame)
    if not isinstance(base, Part):
        raise frame.fail("no-attribute", f"this has no {name}", expr.span, f"it is {_kind(base)}")
    return step(base, name, expr, frame)


def _kind(base: Any) -> str:
    return "a measure" if isinstance(base, Measured) else kind_of(base)


def _own_definition(module: ModuleValue, name: str, frame: Frame) -> Any:
    """A function of a module's body, or the value of `name = …` that needs no argument, as in `Bottleneck.expansion`."""
    from .written import definition

    for statement in module.definition.body:
        if isinstance(statement, tree.Function) and statement.name == name:
            return FunctionValue(statement, Frame(frame.world, module.unit))
        if isinstance(statement, tree.Define) and statement.targets == (name,):
            free, frame.world.free = frame.world.free, "none"
            try:
                return definition(statement.value, Frame(frame.world, module.unit))
            except ModelError:
                return None
            finally:
                frame.world.free = free
    return None


def step(part: Part, name: str, expr: tree.Attribute, frame: Frame) -> Any:
    """One name further on a path."""
    inner = part.content
    found = list(select(_items(inner), name, frame))
    if found:
        return _gathered(found, part, frame)
    if name == "shape" and isinstance(inner, Tensor):
        return [put_size(size, {index: node(at) for index, at in part.put}) for size in inner.sizes]
    if name in MEASURES:
        return Measured(measure_of(part, name, expr, frame))
    if isinstance(inner, Network):
        return _named(inner, part, name, expr, frame)
    if isinstance(inner, Copies):
        if name.isdigit():
            return _copy(part, inner, int(name), expr.span, frame)
        return step(part._replace(content=inner.inner, active=None), name, expr, frame)
    if isinstance(inner, Row) and inner.is_spread:
        return part._replace(content=_distribute(inner, name, expr, frame))
    if isinstance(inner, Row):
        return step(_one_turn(inner, part, expr, frame), name, expr, frame)
    raise frame.fail("no-attribute", f"a tensor has no {name}", expr.span, hint=f"it has shape, {', '.join(MEASURES)}")


def _items(inner: Content) -> tuple[Item, ...]:
    if isinstance(inner, Network):
        return inner.items
    return inner.items if isinstance(inner, Row) and not inner.is_spread else ()


def _named(network: Network, part: Part, name: str, expr: tree.Attribute, frame: Frame) -> Any:
    if name in network.named:
        found = settled(network.named[name], expr, frame)
        for index, at in part.put:
            found = put_index(content(found), index, at)
        return found
    known = [*(shown(found.member.label[:1]) for found in leaves(network.items)), *network.named]
    message = f"{network.name} has no definition, argument or member called {name}"
    raise frame.fail("no-member", message, expr.span, hint=suggestion(name, [*known, *MEASURES]) or _has(known))


def _has(known: list[str]) -> str:
    """What there is instead, said in a line, or nothing."""
    names = list(dict.fromkeys(known))
    return f"it has {', '.join(names[:8])}{', …' * (len(names) > 8)}" if names else ""


def _distribute(row: Row, name: str, expr: tree.Attribute, frame: Frame) -> Row:
    """All turns together, one name further; turns that have no such member drop out."""
    made: list[Item] = []
    error: ModelError | None = None
    for found in leaves(row.items):
        try:
            inner = _distributed(found.member.content, name, expr, frame)
        except ModelError as missing:
            error = missing
            continue
        made.append(_around(found._replace(member=found.member._replace(content=inner))))
    if not made and error is not None:
        raise error
    return _spread(made)


def _spread(turns: list[Item]) -> Row:
    """All turns together; equal ones in a row print as a multiple."""
    return Row((Turns(tuple((turn,) for turn in turns)),), True)


def _distributed(inner: Content, name: str, expr: tree.Attribute, frame: Frame) -> Content:
    if isinstance(inner, Copies):
        return Copies(inner.amount, _distributed(inner.inner, name, expr, frame))
    found = step(Part(inner), name, expr, frame)
    if not isinstance(found, Part):
        raise frame.fail("no-member", f"{name} is no member", expr.span)
    return found.content


def _one_turn(row: Row, part: Part, expr: tree.Attribute, frame: Frame) -> Part:
    """The turn that stands for all, where a path goes through a loop's members. Raises: `ModelError` where they differ."""
    turns = [found for found in leaves(row.items) if found.member.label]
    inside = [found.member.content for found in turns]
    loops = [around for found in turns for around in found.around if isinstance(around, Loop)]
    if (
        turns
        and all(inner == inside[0] for inner in inside)
        and not any(_depends(inside[0], item.variable) for item in loops)
    ):
        return part._replace(content=inside[0], mark=combined(part.mark, turns[0].member.mark))
    path = frame.source.text[slice(*expr.base.span)]
    if expr.name.isdigit():
        raise _no_turn(expr.name, turns, expr.span, frame)
    hint = f"write {path}[0].{expr.name} or {path}[*].{expr.name}"
    raise frame.fail("turns-differ", f"the turns of {path} differ", expr.span, note=_turns_text(turns), hint=hint)


def _turns_text(turns: list[Found]) -> str:
    """What the turns hold, those of one kind in a row together: `0…2: Dense, 3…60: MoE`."""
    rows: list[tuple[str, str, str]] = []
    for found in turns:
        first, last = _ends(found)
        holds = _holds(found.member.content)
        if rows and rows[-1][2] == holds:
            rows[-1] = (rows[-1][0], last, holds)
        else:
            rows.append((first, last, holds))
    words = [f"{first}{'' if first == last else '…' + last}: {holds}" for first, last, holds in rows]
    return ", ".join(words[:6]) + (", …" if len(words) > 6 else "")


def _ends(found: Found) -> tuple[str, str]:
    """The first and last turn that a member of a loop stands for."""
    for around in found.around:
        if isinstance(around, Loop):
            return _text(around.start), _text(minus(around.stop, 1))
    name = shown(found.member.label[:1])
    return name, name


def _depends(inner: Content, index: Index) -> bool:
    return index in walk(measured(inner))


def _holds(inner: Content) -> str:
    if not isinstance(inner, Network):
        return "other members"
    open_ones = {name: size for name, size in inner.arguments.items() if isinstance(size, Node) and _has_index(size)}
    told = ", ".join(f"{name} = {_text(size)}" for name, size in open_ones.items())
    return f"{inner.name}({told})" if told else inner.name


def _has_index(size: Node) -> bool:
    return any(isinstance(part, Index) for part in walk(size))


# ------------------------------------------------------------------------------------------------------ subscripts


def _subscript(base: Any, expr: tree.Subscript, frame: Frame) -> Any:
    if isinstance(base, (*MADE, Multiple, ModuleValue)):
        base = as_part(base, expr.base, frame)
    if isinstance(expr.at, tree.Every):
        return _every(base, expr, frame)
    if not isinstance(base, Part):
        return _item_of_list(base, expr, frame)
    if isinstance(expr.at, tree.Slice):
        raise frame.fail("slice", "a slice of a network isn't one thing", expr.at.span, hint="write one index, or [*]")
    at = as_size(value(expr.at, frame), expr.at, frame)
    return _turn(base, at, expr, frame)


def _item_of_list(base: Any, expr: tree.Subscript, frame: Frame) -> Value:
    if isinstance(base, Stretch):
        at = as_size(value(expr.at, frame), expr.at, frame)
        is_last = not isinstance(at, Node) and at < 0
        return base.item(minus(base.stop, times(at, -1)) if is_last else plain(node(at)))
    if not isinstance(base, str | range) and type(base) not in (list, tuple):
        raise frame.fail("not-a-list", "this has no items", expr.base.span, f"it is {_kind(base)}")
    if isinstance(expr.at, tree.Slice):
        return base[slice(*(_bound(bound, frame) for bound in expr.at[:3]))]
    at = as_size(value(expr.at, frame), expr.at, frame)
    if not isinstance(at, int) or not -len(base) <= at < len(base):
        raise frame.fail("index", f"the list has {len(base)} items", expr.at.span, f"this is {_text(at)}")
    return base[at]


def _bound(bound: Any, frame: Frame) -> int | None:
    if bound is None:
        return None
    at = as_size(value(bound, frame), bound, frame)
    if isinstance(at, int):
        return at
    raise frame.fail("index", "a slice's ends are numbers", bound.span, f"this is {_text(at)}")


def _text(size: Size) -> str:
    from ..render.text import text

    return text(node(size))


def _every(base: Any, expr: tree.Subscript, frame: Frame) -> Part:
    if not isinstance(base, Part):
        raise frame.fail("every", "[*] needs the turns of a loop or a multiple", expr.span, f"this is {_kind(base)}")
    if isinstance(base.content, Copies):
        member = Member(("*",), base.content, "", base.active, (frame.source, expr.span))
        return base._replace(content=Row((member,), True), active=None)
    turns = turns_of(_items(base.content))
    if not turns:
        raise frame.fail("every", "this has no turns", expr.span, hint="[*] goes after a multiple or a numbered member")
    return base._replace(content=_spread([_around(_turned(found)) for found in turns]))


def _turned(found: Found) -> Found:
    """A member of a turn with the rest of its dotted name below the turn: `{i}.fc` is a turn that has `fc`."""
    member = found.member
    if len(member.label) < 2:
        return found
    inner = Row((member._replace(label=member.label[1:]),))
    return found._replace(member=member._replace(label=member.label[:1], content=inner, mark="", active=None))


def _turn(base: Part, at: Size, expr: tree.Subscript, frame: Frame) -> Part:
    inner = base.content
    if isinstance(inner, Copies):
        return _copy(base, inner, at, expr.at.span, frame)
    turns = turns_of(_items(inner))
    name = turn_name(turns, at) or _text(at)
    found_turns = list(_last(turns, at)) if isinstance(at, int) and at < 0 else list(select(_items(inner), name, frame))
    if _is_stepped(turns) and (not found_turns or (isinstance(at, int) and at < 0)):
        message = f"which of the turns is turn {_text(at)} hangs on remainders of sizes that are open"
        raise frame.fail("undecided", message, expr.at.span, hint="give the sizes as numbers, or write [*]")
    if not found_turns:
        raise _no_turn(_text(at), turns, expr.at.span, frame)
    return _gathered(found_turns, base, frame)


def _no_turn(at: str, turns: list[Found], span: Span, frame: Frame) -> ModelError:
    labels = [shown(found.member.label[:1]) for found in turns]
    hint = f"there are {labels[0]} … {labels[-1]}" if labels else "it has no numbered members"
    return frame.fail("index", f"there is no turn {at}", span, hint=hint)


def _is_stepped(turns: list[Found]) -> bool:
    """Whether turns were sorted by their remainders, so that one loop doesn't have them in a row."""
    for found in turns:
        loop = next((around for around in found.around if isinstance(around, Loop)), None)
        piece = found.member.label[0]
        if loop is not None and isinstance(piece, Template):
            forms = [part for part in piece.parts if isinstance(part, Node)]
            linear = polynomial(forms[0]).linear_in(loop.variable) if forms else None
            if linear is None or linear[0].constant != 1:
                return True
    return False


def _copy(base: Part, copies: Copies, at: Size, span: Span, frame: Frame) -> Part:
    """One of the copies; with a symbolic number of them, that there are so many is assumed."""
    count = copies.amount
    needed = at + 1 if isinstance(at, int) and at >= 0 else -at if isinstance(at, int) else plus(at, 1)
    if not isinstance(needed, Node) and not isinstance(count, Node):
        if needed > count:
            there = f"there are {count} copies, 0 … {count - 1}" if count else "there are no copies"
            raise frame.fail("index", there, span, f"this is {_text(at)}")
    elif frame.world.decide(Compare(">=", node(count), node(needed))) is not True:
        frame.world.assume(Compare(">=", node(count), node(needed)), "", frame.source, span)
    return base._replace(content=copies.inner, active=None)


def _last(turns: list[Found], at: int) -> Iterator[Found]:
    """The turn counted from the end."""
    for found in reversed(turns):
        loop = next((around for around in found.around if isinstance(around, Loop)), None)
        if loop is not None:
            if at == -1:
                rest = tuple(around for around in found.around if around is not loop)
                put = (*found.put, (loop.variable, minus(loop.stop, 1)))
                yield Found(rest, found.member._replace(label=found.member.label[1:]), put)
            return
        at += 1
        if at == 0:
            yield found._replace(member=found.member._replace(label=found.member.label[1:]))
            return


# ------------------------------------------------------------------------------------------------------ parts


def _gathered(found: list[Found], part: Part | None = None, frame: Frame | None = None) -> Part:
    """What was found as one part: the member itself, at its turn of a loop, or a row of members."""
    mark = part.mark if part else ""
    put = part.put if part else ()
    only = found[0]
    if len(found) == 1 and not only.around and not only.member.label:
        member = only.member
        content_there = member.content
        if frame is not None and only.put:
            content_there = _at_turn(content_there, only.put, frame)
        return Part(content_there, combined(mark, member.mark), member.active, put + only.put)
    rows = tuple(_around(one) for one in found)
    return Part(Row(rows), mark, None, put + tuple(pair for one in found for pair in one.put))


def _at_turn(inner: Content, put: tuple[tuple[Index, Size], ...], frame: Frame) -> Content:
    """What a turn holds, elaborated again from the source at the number of the turn."""
    if isinstance(inner, Copies):
        return inner._replace(inner=_at_turn(inner.inner, put, frame))
    if isinstance(inner, Network) and inner.is_edited:
        for index, at in put:
            inner = put_into(inner, index, at)
        return inner
    if isinstance(inner, Network) and inner.origin is not None:
        origin = inner.origin
        for index, at in put:
            origin = put_index(origin, index, at)
        return elaborate(origin, frame.world)
    return inner


def _around(found: Found) -> Item:
    item: Item = found.member
    for around in reversed(found.around):
        item = around._replace(items=(item,))
    return item
