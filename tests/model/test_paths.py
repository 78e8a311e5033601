"""Paths into networks: members, multiples, turns, templates, definitions and arguments."""

import pytest

import symparams
from symparams.errors import ModelError

NETS = """
symbol L >= 0
module Block(d, width=4*d):
    attn: Linear(d, d)
    mlp:  Linear(d, width)
    hidden = 3*width

module Net(L, d):
    h: L * Block(d)
    for i in range(L):
        a{i}: Linear(d, i + 1)
        layers.{i}.fc: Linear(d, 2)
    features.0: Linear(d, 3)
    features.3: Linear(d, 5)
    params: [7]
    stack: [L + 1, d]

module Doubled(d):
    h: 2 * (3 * Block(d))

module Own(d):
    fc: Linear(d, d)
    fc = 17
    twice = 2*fc
    own = fc.params
    inner = fc.out_features

module Mixed(d, k, L):
    for i in range(L):
        layers.{i}: Linear(d, d) if i < k else Linear(d, 3)

module Basic(C):
    expansion = 1
    conv: Conv2d(C, C, 3, bias=False)

module Wide(C):
    expansion = 4
    conv: Conv2d(C, 4*C, 1, bias=False)

module Uses(block, C):
    body: block(C)
    fc:   Linear(C*block.expansion, 10)

module Holed(d, k=1):
    for i in range(3):
        h{i}.fc: Linear(d, i + 1)
    last = h{k+1}.fc.params

small = Net(3, 2)
"""

CASES = [
    ("a multiple at a path's end is all of it", "Net.h.params", "L*((d^2 + d) + (4*d^2 + 4*d))"),
    ("a multiple on the way is one turn", "Net.h.attn.params", "d^2 + d"),
    ("one turn by its number", "Net.h[3].attn.params", "d^2 + d"),
    ("one turn behind a dot", "small.h.1.attn.params", "2*2 + 2"),
    ("the last turn", "small.h[-1].attn.params", "2*2 + 2"),
    ("all turns together", "Net.h[*].attn.params", "L*(d^2 + d)"),
    ("all turns of a loop", "Net(3, d).layers[*].fc.params", "3*(d*2 + 2)"),
    ("a template is found by a number in it", "Net.a3.params", "d*4 + 4"),
    ("a template behind a dot", "Net.layers.1.fc.params", "d*2 + 2"),
    ("a template in brackets", "small.layers[2].fc.params", "2*2 + 2"),
    ("a dotted name's beginning is all below it", "Net.features.params", "(d*3 + 3) + (d*5 + 5)"),
    ("a template with its number worked out in a body", "Holed(5).last", "5*3 + 3"),
    ("a dotted name", "Net.features.3.params", "d*5 + 5"),
    ("a tensor", "Net.features.3.bias", "5"),
    ("an argument of a member", "Net.h.mlp.out_features", "4*d"),
    ("a definition of a member", "Net.h.hidden", "3*4*d"),
    ("a copy of copies", "Doubled.h[1][2].attn.params", "d^2 + d"),
    ("copies of copies", "Doubled.h[1].params", "3*((d^2 + d) + (4*d^2 + 4*d))"),
    ("a plain name is the definition, not the member", "Own(5).twice", "2*17"),
    ("a name before a dot is the member", "Own(5).own", "5*5 + 5"),
    ("an argument through a member inside a body", "Own(5).inner", "5"),
    ("a part of the range that is sure", "Mixed(d, 2, 5).layers[4].params", "d*3 + 3"),
    ("a module as an argument", "Uses(Wide, C).params", "1*1*4*C^2 + (4*C*10 + 10)"),
    ("an attribute of a module that isn't called", "Wide.expansion", "4"),
    ("an instance's argument", "small.L", "3"),
    ("a stacked tensor", "small.stack", "(3 + 1)*2"),
    ("modules in a formula", "Net(2, 2).h.params - Block(2).attn.params", "2*((2*2 + 2) + (2*8 + 8)) - (2*2 + 2)"),
]


@pytest.mark.parametrize(("asked", "form"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_path_leads_to(asked: str, form: str) -> None:
    assert str(symparams.parse(NETS).formula(asked)) == form


WRONG = [
    ("turns that differ", "Mixed.layers.in_features.params", "the turns of Mixed.layers differ"),
    ("a turn beyond the last", "small.h[3]", "there are 3 copies, 0 … 2"),
    ("a turn before the first", "small.h[-4]", "there are 3 copies, 0 … 2"),
    ("a turn that a loop doesn't make", "small.a7", "no definition, argument or member called a7"),
    ("a member's misspelled name", "small.h.atn", "did you mean attn?"),
    ("a member behind a measure", "small.h.trainable.attn", "it is a measure"),
]


@pytest.mark.parametrize(("asked", "message"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_path_leads_nowhere(asked: str, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        symparams.parse(NETS).formula(asked).value()
    assert message in str(caught.value)


def test_a_member_may_bear_a_measures_name() -> None:
    """Then the plain word is the member; the count of the whole is asked for without it."""
    file = symparams.parse("module A(n):\n    params: [7]\n    b: [n]\n")
    assert [str(file.formula("A.params")), str(file.formula("A"))] == ["7", "7 + n"]
