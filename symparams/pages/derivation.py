"""The whole story of a network's count, as an article tells it: layers, modules, groups with numbers put in, the total.

Network → its kinds, groups and named quantities → blocks of sentences and equations → LaTeX, Markdown or HTML (`prose`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..formula.build import node, solid
from ..formula.domain import Assumption
from ..formula.facts import ANY_NUMBERS, Facts
from ..formula.nodes import Node, Number, Sum, Symbol, symbols
from ..formula.polynomial import polynomial
from ..model.files import Unit
from ..model.general import Pair, form_of, general_part, numbers_of, pairs, tidy, value_at, with_numbers
from ..model.given import untold
from ..model.groups import Group, groups, number, whole
from ..model.kinds import Kind, kinds
from ..model.measure import MEASURES
from ..model.network import Network, Part
from ..model.query import Question, deep, part_of
from ..model.values import Definition, is_size
from ..render.equation import equation_row
from ..render.latex import Notation, latex, marked
from ..render.layout import Row
from ..render.names import latex_name
from ..render.prose import Block, Code, Equations, Heading, Math, Paragraph
from ..render.table_latex import code
from ..syntax import tree

MAX_LABEL = 28
OTHER_MEASURES = {"trainable": "of these are trainable", "active": "of these serve one input"}


def derivation(asked: Question, notation: Notation, names: Mapping[str, str]) -> list[Block]:
    """The story of the network that a question leads to. Raises: `ModelError` where it leads to none."""
    part, world = part_of(asked)
    with deep():
        everything = whole(part)
        general = general_part(asked)
        story = _Story(asked, everything, whole(general) if general is not None else None, world.facts, notation, names)
        found = list(kinds(everything))
        return list(story.blocks(found, untold(world.assumptions, asked.unit)))


class _Story(NamedTuple):
    """A network with its general form, and how formulas are set."""

    asked: Question
    own: Group
    general: Group | None
    facts: Facts
    notation: Notation
    names: Mapping[str, str]

    def blocks(self, found: Sequence[Kind], assumptions: tuple[Assumption, ...]) -> Iterator[Block]:
        """The story, block by block."""
        yield Heading(f"The parameters of {self.asked.source.text}")
        yield from self.docstring()
        yield from self.sizes()
        yield from self.layers([kind for kind in found if kind.is_layer])
        yield from self.modules([kind for kind in found if not kind.is_layer])
        quantities = self.quantities()
        if not any(self.is_total(form) for _, form, _ in quantities):
            yield from self.members()
            yield from self.total(assumptions)
        yield from self.named(quantities)
        yield from self.others()

    # -------------------------------------------------------------------------------------------------- sizes

    def docstring(self) -> Iterator[Block]:
        """The first sentence that the network's own file says of it."""
        network = self.own.content
        if isinstance(network, Network) and network.docstring:
            words = " ".join(network.docstring.partition("\n\n")[0].split()).split("`")
            yield Paragraph(tuple(Code(part) if place % 2 else part for place, part in enumerate(words)))

    def sizes(self) -> Iterator[Block]:
        """What the sizes are, and what they are set to."""
        told = self.glossary(self.general or self.own)
        name = self.asked.source.text
        kind = self.own.kind
        if self.general is not None and kind and kind != name:
            yield Paragraph(
                (Code(name), " is an instance of ", Code(kind), *((", where ", *told) if told else ()), ".")
            )
        elif told:
            yield Paragraph(("In what follows, ", *told, "."))

    def glossary(self, group: Group) -> list[str | Code | Math]:
        """The sizes of a formula, with their words and numbers."""
        numbers = numbers_of(self.asked) if self.general is not None else {}
        rows = []
        for symbol in symbols(group.form()):
            words = described(symbol.name, self.asked.unit)
            shown = latex(symbol, self.notation, self.names)
            if symbol.name in numbers and self.general is not None:
                shown += f" = {latex(Number(numbers[symbol.name]), self.notation)}"
            if words or symbol.name in numbers:
                rows.append((Math(shown), f" is the {words}" if words else ""))
        return list(_listed(rows))

    # -------------------------------------------------------------------------------------------------- kinds

    def layers(self, found: Sequence[Kind]) -> Iterator[Block]:
        """The general formula of each kind of layer, with what its sizes are."""
        if not found:
            return
        yield Heading("Layers")
        yield Paragraph(
            (f"{'A layer' if len(found) == 1 else 'The layers'} of the network {'owns' if len(found) == 1 else 'own'}",)
        )
        yield Equations(tuple(Row((self.marked(kind.formula, {}),), code(_label(kind, found))) for kind in found))
        words = {name: words for kind in found for name, words in kind.words.items()}
        told = [
            (Math(latex(Symbol(name), self.notation)), f" is the {words[name]}")
            for name in dict.fromkeys(symbol.name for kind in found for symbol in symbols(kind.formula))
            if name in words
        ]
        yield Paragraph(("parameters", *((", where ", *_listed(told)) if told else ()), "."))

    def modules(self, found: Sequence[Kind]) -> Iterator[Block]:
        """What the network's own modules add up to, inner ones first."""
        rows = tuple(self.module(kind, _label(kind, found)) for kind in found)
        if rows:
            yield Heading("Modules")
            yield Paragraph(("The members of a module add up to",))
            yield Equations(rows)

    def module(self, kind: Kind, label: str) -> Row:
        """What one module's members add up to, and what is assumed of its sizes."""
        sides = [self.marked(side) for side in _sides(kind, self.facts)]
        return self.row(sides, label, untold(kind.assumptions, self.asked.unit))

    def row(self, sides: Sequence[str], label: str, assumptions: Iterable[Assumption]) -> Row:
        """An equation for what a name of the code counts."""
        conditions = [item.condition for item in assumptions]
        made = equation_row(sides, conditions=conditions, notation=self.notation, names=self.names)
        return made._replace(lhs=code(label))

    # -------------------------------------------------------------------------------------------------- groups

    def members(self) -> Iterator[Block]:
        """The members of the network, with the numbers put in."""
        found = [pair for _, pair in pairs(self.own, self.general, 1, numbers_of(self.asked))]
        rows = [self.member(pair) for pair in found if number(pair.own.form()) != 0]
        if not rows:
            return
        yield Heading("Members")
        yield Paragraph(("The members of ", Code(self.own.kind) if self.own.kind else "the network", " own"))
        yield Equations(tuple(rows))
        tied = [pair.own for pair in found if pair.own.tied_to and number(pair.own.form()) == 0]
        sentence: list[str | Code | Math] = ["parameters"]
        for group in tied:
            sentence += ["; ", Code(group.name), " is tied to ", Code(group.tied_to), " and counted there"]
        yield Paragraph((*sentence, "."))

    def member(self, pair: Pair) -> Row:
        """One member: general, with numbers, and its number, each once."""
        group, count = pair.own, number(pair.own.form())
        sides = [form_of(pair.general or group, self.facts)]
        if count is not None:
            sides += [with_numbers(sides[0], self.asked) if pair.general is not None else group.form(), node(count)]
        return Row(tuple(self.marked(side) for side in _each_once(sides)), code(group.name))

    def total(self, assumptions: tuple[Assumption, ...]) -> Iterator[Block]:
        """The sum of the members."""
        count = number(self.own.form())
        counts = [number(group.form()) for group in groups(self.own)]
        terms = [Number(one) for one in counts if one]
        closed = form_of(self.general or self.own, self.facts)
        sides: list[Node] = []
        if count is None or (symbols(closed) and value_at(closed, numbers_of(self.asked)) == count):
            sides.append(closed)
        if count is not None:
            sides += [Sum(tuple(terms))] if len(terms) > 1 else [self.own.form()]
            sides.append(Number(count))
        name = self.asked.source.text
        yield Heading("Total")
        yield Paragraph(("Altogether,",))
        sides_in_latex = [self.marked(side) for side in _each_once(sides)]
        yield Equations((self.row(sides_in_latex, name, assumptions),))
        yield Paragraph(("parameters.",))

    # -------------------------------------------------------------------------------------------------- quantities

    def quantities(self) -> list[tuple[str, Node, Node | None]]:
        """The named quantities of the network that count parameters: name, form, and the general form."""
        network = self.own.content
        if not isinstance(network, Network) or self.own.amount != 1 or network.origin is None:
            return []
        general = self.general.content if self.general is not None else None
        found = []
        for name in counting(network.origin.module.definition):
            made = network.named.get(name)
            if isinstance(made, Definition) and made.written is not None and is_size(made.value):
                other = general.named.get(name) if isinstance(general, Network) else None
                written = other.written if isinstance(other, Definition) else None
                found.append((name, solid(made.written), written))
        return found

    def is_total(self, form: Node) -> bool:
        """Whether a quantity is the count of the whole network."""
        return polynomial(form, ANY_NUMBERS) == polynomial(self.own.form(), ANY_NUMBERS)

    def named(self, quantities: Sequence[tuple[str, Node, Node | None]]) -> Iterator[Block]:
        """The named quantities as the file writes them."""
        rows = []
        for name, form, general in quantities:
            sides = [tidy(general, self.facts)] if general is not None and symbols(general) else []
            if sides and value_at(sides[0], numbers_of(self.asked)) != number(form):
                sides = []
            count = number(form)
            sides += [form] if count is None else [form, Number(count)]
            rows.append(
                Row(tuple(self.marked(side) for side in _each_once(sides)), latex_name(name, self.notation.names).text)
            )
        if rows:
            yield Heading("Quantities")
            yield Paragraph(("The quantities that are named count",))
            yield Equations(tuple(rows))
            yield Paragraph(("parameters.",))

    def others(self) -> Iterator[Block]:
        """What trains and what serves one input, where that isn't all."""
        for measure, words in OTHER_MEASURES.items():
            form = self.own.form(measure)
            if polynomial(form, ANY_NUMBERS) != polynomial(self.own.form(), ANY_NUMBERS):
                count = number(form)
                shown = tidy(form, self.facts) if count is None else Number(count)
                yield Paragraph((Math(latex(shown, self.notation, self.names)), f" {words}."))

    def marked(self, side: Node, names: Mapping[str, str] | None = None) -> str:
        """A side of an equation; numbers alone keep the signs between them."""
        style = self.notation if symbols(side) else self.notation._replace(product=_signed(self.notation))
        return marked(side, style, self.names if names is None else names)


def _signed(notation: Notation) -> str:
    return "cdot" if notation.product == "juxtaposed" else notation.product


def _label(kind: Kind, found: Sequence[Kind]) -> str:
    """A kind's name; where several bear it, with the options that tell them apart, or numbered where these are long."""
    same = [other for other in found if other.name == kind.name]
    if len(same) == 1:
        return kind.name
    told = [pair for pair in kind.options if not all(pair in other.options for other in same)]
    label = f"{kind.name}({', '.join('='.join(pair) for pair in told)})" if told else kind.name
    return label if len(label) <= MAX_LABEL else f"{kind.name} ({same.index(kind) + 1})"


def _sides(kind: Kind, facts: Facts) -> list[Node]:
    """A module's members added up, and the sum collected."""
    everything = whole(Part(kind.network))
    terms = [form_of(group, facts) for group in groups(everything)]
    kept = [Sum(term.parts, True) if isinstance(term, Sum) else term for term in terms if term != Number(0)]
    total = Sum(tuple(kept)) if len(kept) > 1 else kept[0]
    return _each_once([total, tidy(everything.form(), facts)])


def _each_once(sides: Iterable[Node]) -> list[Node]:
    found: list[Node] = []
    for side in map(solid, sides):
        bare = Sum(side.parts) if isinstance(side, Sum) and side.bracketed else side
        if bare not in found:
            found.append(bare)
    return found


def described(name: str, unit: Unit) -> str:
    """What a file's `symbol` says of a size."""
    found = unit.find(name)
    return found[0].description if found is not None and isinstance(found[0], tree.Declared) else ""


def _listed(rows: Sequence[tuple[Math, str]]) -> Iterator[str | Code | Math]:
    """Formulas with words as one says them: `a is …, b … and c …`; `is` once."""
    for place, (formula, words) in enumerate(rows):
        if place:
            yield " and " if place == len(rows) - 1 else ", "
        yield formula
        yield words if not place or not words.startswith(" is the ") else words.replace(" is the ", " the ", 1)


def counting(module: tree.Module) -> list[str]:
    """The names that a module's body gives to counts: by a measure, or by other such names; each given once."""
    found: list[str] = []
    definitions = [one for one in module.body if isinstance(one, tree.Define) and len(one.targets) == 1]
    for statement in definitions:
        name = statement.targets[0]
        is_once = sum(one.targets == (name,) for one in definitions) == 1
        if is_once and (_measures(statement.value) or any(tree.mentions(statement.value, other) for other in found)):
            found.append(name)
    return found


def _measures(expr: object) -> bool:
    if isinstance(expr, tree.Attribute) and expr.name in MEASURES:
        return True
    return isinstance(expr, tuple) and any(_measures(part) for part in expr)
