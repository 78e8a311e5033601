"""The written form, rule by rule, and the order of the rules (grammar/README.md, "The written form")."""

import pytest

import symparams

MODULES = """
module Twice(a, b=1, c=0, flag=True):
    w: [a]
    write a*b/b^b + c + (0 if flag else 0)
module Two(d):
    fc: Linear(d, d)
    act: ReLU()
    norm: LayerNorm(d)
module Nested(d):
    one: Two(d)
    two: Two(d)
module Turns(n, d):
    for i in range(n):
        a{i}: Two(d)
module Wide(w, k=5):
    conv: Conv2d(2*w*4, w, k)
module Named(d, h=4*d):
    hidden = 3*h
    fc: Linear(d, hidden)
    both = fc.params + 2*hidden
module Head(d, classes=1000):
    fc: [d, classes]
    b:  [classes]
    write d*1000 + 1000 if classes == 1000 else d*classes + classes
"""

CASES = [
    ("rule 1: an argument that is a number enters as one number", "Linear(16*5*5, 120)", "400*120 + 120"),
    ("rule 1: a name whose value is a number enters as it", "Conv2d(1, 6, 5)", "(5*5*1 + 1)*6"),
    ("rule 1: a symbolic argument has one coefficient and powers", "Linear(2*w*4, w*w)", "8*w^3 + w^2"),
    ("rule 1: a sum as an argument keeps its tree", "Linear(d + 1, n)", "(d + 1)*n + n"),
    ("rule 2: a decided condition is its branch", "Linear(n, m, bias=False)", "n*m"),
    ("rule 2: a term that a condition made 0 vanishes", "Conv2d(a, b, k, bias=False)", "k^2*a*b"),
    ("rule 3: a default that is neutral vanishes", "Conv2d(a, b, k, groups=1)", "(k^2*a + 1)*b"),
    ("rule 3: it vanishes as a factor, divisor, exponent and summand", "Twice(a)", "a"),
    ("rule 3: what has no default stays", "Conv2d(1, b, k)", "(k^2*1 + 1)*b"),
    ("rule 4: sums in sums are flat", "Linear(n, a + b)", "n*(a + b) + a + b"),
    ("rule 4: a member's sum keeps its brackets", "Two(d)", "(d^2 + d) + 2*d"),
    ("rule 4: brackets directly around brackets go", "Nested(d)", "(d^2 + d) + 2*d + (d^2 + d) + 2*d"),
    ("rule 5: equal open factors cancel", "Conv2d(C, C, 3, groups=C)", "(3*3 + 1)*C"),
    ("rule 5: numbers don't", "Conv2d(32, 32, 3, groups=32)", "(3*3*32/32 + 1)*32"),
    ("rule 6: numbers of the text stay in place", "Conv2d(C_in, 64, 3)", "(3*3*C_in + 1)*64"),
    ("rule 6: numbers of the text stay behind symbols", "Head(d)", "d*1000 + 1000"),
    ("rule 6: coefficients of arguments go before the first symbol", "Linear(d, 3*d)", "3*d^2 + 3*d"),
    ("rule 6: coefficients of arguments multiply", "Linear(3*d, 4*d)", "12*d^2 + 4*d"),
    ("rule 6: they stay behind numbers of the text", "Conv2d(2*c, 64, 3)", "(3*3*2*c + 1)*64"),
    ("rule 7: equal open factors are powers at the first one's place", "Linear(n, n)", "n^2 + n"),
    ("rule 7: numbers never become powers", "Linear(5, 5)", "5*5 + 5"),
    ("rule 8: like terms are never added", "Linear(h, 4*h).params + 4*h", "(4*h^2 + 4*h) + 4*h"),
    ("rule 8: equal turns in a row fold", "Turns(32, 4)", "32*((4*4 + 4) + 2*4)"),
    ("rules 1 and 6 in a member", "Wide(w)", "(5*5*8*w + 1)*w"),
    ("a definition is an expression when asked for", "Named(d).both", "(12*d^2 + 12*d) + 2*3*4*d"),
]


@pytest.mark.parametrize(("target", "form"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_written_form(target: str, form: str) -> None:
    assert str(symparams.parse(MODULES).formula(target)) == form
