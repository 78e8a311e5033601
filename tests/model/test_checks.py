"""Checks: each kind of claim with each kind of outcome."""

import pytest

import symparams
from symparams.model.checks import Outcome
from symparams.render.text import text as text_of

NET = """
symbol a, b, x, y
symbol t flag
symbol z >= 0
module Net(d):
    fc: Linear(d, 4*d)
module Turns(n, d):
    for i in range(1, n):
        a{i}: Linear(d, d)
module Heads(d, h):
    require d % h == 0 "heads must divide the width"
    proj: Linear(d, d // h)
"""

PROVED, REFUTED, UNDECIDED, ERROR = "proved", "refuted", "undecided", "error"

# Net(10) has 440 parameters, Net(1000) has 4,004,000
CASES = [
    ("numbers that are equal", "Net(10).params == 440", PROVED),
    ("numbers that differ", "Net(10).params == 441", REFUTED),
    ("formulas that are equal", "Net.params == 4*d*(d + 1)", PROVED),
    ("formulas that differ", "Net.params == 4*d^2", REFUTED),
    ("the network on the right", "4*d*(d + 1) == Net.params", PROVED),
    ("a claimed difference", "Net.params != 4*d^2", PROVED),
    ("a difference that isn't", "Net.params != 4*d^2 + 4*d", REFUTED),
    ("different numbers", "Net(10).params != 441", PROVED),
    ("equal at d = 1 only", "Net.params != 8*d", PROVED),
    ("a smaller number", "Net(10).params < 441", PROVED),
    ("not a smaller number", "Net(10).params < 440", REFUTED),
    ("at most", "Net(10).params <= 440", PROVED),
    ("at least", "Net(10).params >= 441", REFUTED),
    ("greater for all sizes", "Net.params > 4*d", PROVED),
    ("not greater for all sizes", "Net.params > 5*d^2", REFUTED),
    ("at least for all sizes", "Net.params >= 8*d", PROVED),
    ("a size of at least 1", "a >= 1", PROVED),
    ("a size of at least 0", "z >= 1", REFUTED),
    ("in the digits printed", "Net(1000).params ~ 4.0M", PROVED),
    ("not in the digits printed", "Net(1000).params ~ 4.00M", PROVED),
    ("nor in more digits", "Net(1000).params ~ 4.000M", REFUTED),
    ("all digits", "Net(1000).params ~ 4.004M", PROVED),
    ("the last digit is rounded", "Net(1000).params ~ 4.01M", REFUTED),
    ("underscores are no digits", "Net(1000).params ~ 4_004_000", PROVED),
    ("half a unit is near enough above", "445 ~ 0.44k", PROVED),
    ("half a unit is near enough below", "435 ~ 0.44k", PROVED),
    ("more than half a unit isn't", "446 ~ 0.44k", REFUTED),
    ("an exponent", "Net(1000).params ~ 4.0e6", PROVED),
    ("an exponent, too far", "Net(1000).params ~ 4.1e6", REFUTED),
    ("a whole number", "440 ~ 440", PROVED),
    ("the next whole number", "440 ~ 441", REFUTED),
    ("zero", "0 ~ 0", PROVED),
    ("within a tolerance", "Net(1000).params ~ 4M within 0.2%", PROVED),
    ("at the tolerance's edge", "104 ~ 100 within 4%", PROVED),
    ("at its lower edge", "96 ~ 100 within 4%", PROVED),
    ("beyond the tolerance", "105 ~ 100 within 4%", REFUTED),
    ("the tolerance is of the right side", "100 ~ 104 within 4%", PROVED),
    ("within nothing", "100 ~ 100 within 0%", PROVED),
    ("a formula as tolerance's number", "Net(1000).params ~ 4*1000^2 within 0.2%", PROVED),
    ("no tolerance", "Net(1000).params ~ 4*1000^2", ERROR),
    ("no tolerance for symbols", "Net.params ~ 4*d^2", ERROR),
    ("a limit", "Net.params ~ 4*d^2 as d -> oo", PROVED),
    ("not the limit", "Net.params ~ 3*d^2 as d -> oo", REFUTED),
    ("not the limit's power", "Net.params ~ 4*d^3 as d -> oo", REFUTED),
    ("a limit of nothing", "b/a + 1/a^2 ~ 0 as a -> oo", PROVED),
    ("not a limit of nothing", "b/a + 1/b ~ 0 as a -> oo", REFUTED),
    ("a limit of nothing by sympy", "log2(a)/a ~ 0 as a -> oo", PROVED),
    ("a limit in one symbol of several", "a*b + b ~ a*b as a -> oo", PROVED),
    ("a limit in the other one", "a*b + b ~ a*b as b -> oo", REFUTED),
    ("a limit in a size that isn't there", "Net.params ~ 4*d^2 as e -> oo", ERROR),
    ("a binomial", "(a + b)^2 == a^2 + 2*a*b + b^2", PROVED),
    ("a binomial, slightly wrong", "(a + b)^2 == a^2 + a*b + b^2", REFUTED),
    ("a flag", "(a if t else b) == (b if not t else a)", PROVED),
    ("a flag, the wrong way", "(a if t else b) == (b if t else a)", REFUTED),
    ("a case", "(a if a == b else 0) == (b if a == b else 0)", PROVED),
    ("largest and smallest", "max(a, b) + min(a, b) == a + b", PROVED),
    ("a floor and its rest", "(a // b)*b + a % b == a", PROVED),
    ("an exact quotient isn't a floor", "a // b == a/b", REFUTED),
    ("rounding up", "ceil(a/2) + a // 2 == a", PROVED),
    ("a sum over turns", "sum(i for i in range(a)) == a*(a - 1)/2", PROVED),
    ("a sum over turns, off by one", "sum(i for i in range(a)) == a*(a + 1)/2", REFUTED),
    ("a geometric sum", "sum(2^i for i in range(a)) == 2^a - 1", PROVED),
    ("an assumed range", "Turns.params == (n - 1)*(d^2 + d)", PROVED),
    ("an assumed divisor", "Heads.params == d*(d/h) + d/h", PROVED),
    ("a free name that isn't declared", "Net(2).params == q", ERROR),
    ("a parameter of a module that is called", "Net(2).params == d", ERROR),
    ("what breaks a requirement", "Heads(10, 3).params == 33", ERROR),
    ("fractions", "1/3 + 1/6 == 1/2", PROVED),
    ("decimals are exact", "0.1 + 0.2 == 0.3", PROVED),
    ("big numbers are exact", "2^200 + 1 == 2^200", REFUTED),
    ("powers with symbols", "2^(a + 1) == 2*2^a", PROVED),
    ("powers of powers", "4^a == 2^(2*a)", PROVED),
    ("a shape", "Net.fc.weight.shape == [4*d, d]", PROVED),
    ("a shape on the right", "(8, 2) == Net(2).fc.weight.shape", ERROR),
    ("a shape the other way round", "[d, 4*d] == Net.fc.weight.shape", REFUTED),
    ("a shape with a size more", "Net.fc.weight.shape == [4*d, d, 1]", REFUTED),
    ("a shape of whole sizes", "Heads.proj.weight.shape == [d/h, d]", PROVED),
    ("a list and a tuple", "[a, 2] == (a, 1 + 1)", PROVED),
    ("lists of nothing", "[] == []", PROVED),
    ("a list that isn't a size", "Net.fc.bias.shape == 4*d", ERROR),
    ("a size that isn't a list", "[a] == a", ERROR),
    ("lists in order", "[a] < [b]", ERROR),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "status"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_claim_is(claim: str, status: str) -> None:
    (outcome,) = symparams.parse(f"{NET}check {claim}\n").check()
    assert outcome.status == status, [str(finding) for finding in outcome.findings]


def test_a_refuted_list_says_which_item_differs() -> None:
    outcome = outcome_of("Net.fc.weight.shape == [4*d, 2*d]")
    assert (outcome.note, outcome.example) == ("item [1] differs", (("d", 2),))
    assert outcome_of("Net.fc.weight.shape == [d]").note == "2 items on the left, 1 on the right"
    assert [text_of(item.condition) for item in outcome_of("Heads.proj.weight.shape == [d/h, d]").assumptions] == [
        "d % h == 0"
    ]


def outcome_of(claim: str) -> Outcome:
    return symparams.parse(f'{NET}check {claim}  "a source"\n').check()[0]


def test_a_refuted_claim_shows_an_example_the_difference_and_the_network() -> None:
    found = outcome_of("Net.params == 4*d^2 + d")
    sizes = dict(found.example)
    assert found.left == 4 * sizes["d"] ** 2 + 4 * sizes["d"]
    assert found.right == 4 * sizes["d"] ** 2 + sizes["d"]
    assert (text_of(found.difference), text_of(found.own)) == ("3*d", "4*d*(d + 1)")


LIMITS = {
    "Net.params ~ 3*d^2 as d -> oo": "the ratio of the sides tends to 4/3, not to 1",
    "Net.params ~ 4*d as d -> oo": "the ratio of the sides grows without end, and doesn't tend to 1",
    "b/a + 1/b ~ 0 as a -> oo": "the left side tends to 1/b, not to 0",
}


@pytest.mark.parametrize(("claim", "note"), LIMITS.items(), ids=LIMITS)
def test_a_limit_that_is_missed_says_what_it_is(claim: str, note: str) -> None:
    assert outcome_of(claim).note == note


def test_the_networks_side_is_shown_wherever_it_stands() -> None:
    assert text_of(outcome_of("4*d^2 + d == Net.params").own) == "4*d*(d + 1)"


def test_an_outcome_knows_its_line_its_text_and_its_source() -> None:
    found = outcome_of("Net(10).params   ==   440")
    assert (found.line, found.text, found.citation) == (13, "Net(10).params == 440", "a source")


def test_a_proof_names_what_it_assumes() -> None:
    (assumed,) = outcome_of("Turns.params == (n - 1)*(d^2 + d)").assumptions
    assert assumed.origin == "<text>:8"
    (assumed,) = outcome_of("Heads.params == d*(d/h) + d/h").assumptions
    assert assumed.reason == "heads must divide the width"


def test_a_loop_of_checks_is_a_check_each() -> None:
    text = f"{NET}for n, m in [(1, 8), (2, 24), (3, 49)]:\n    check Net(n).params == m\n"
    assert [found.status for found in symparams.parse(text).check()] == [PROVED, PROVED, REFUTED]


TURNS = {
    "by the values typed": ("for n, m in [(1, 8), (10, 0.44k)]", "n = 1, m = 8; n = 10, m = 0.44k"),
    "by networks": ("for net in [Net(1), small]", "net = Net(1); net = small"),
    "by numbers": ("for n in range(1, 3)", "n = 1; n = 2"),
    "by what is worked out": ("for n, net in [(i, Net(i)) for i in [1, 2]]", "n = 1, net = Net; n = 2, net = Net"),
    "by columns": ("for i, (n, s) in enumerate(zip(sizes, ['a', \"b\"]))", "i = 0, n = 1, s = 'a'; i = 1, n = 2, s = \"b\""),
}  # fmt: skip


@pytest.mark.parametrize(("loop", "told"), TURNS.values(), ids=TURNS)
def test_a_turn_is_told(loop: str, told: str) -> None:
    text = f"{NET}small = Net(2)\nsizes = [1, 2]\n{loop}:\n    check Net(3).params == 3\n"
    found = [outcome.text.removeprefix("Net(3).params == 3 for ") for outcome in symparams.parse(text).check()]
    assert found == told.split("; ")


def test_turns_in_turns_are_told_from_the_outermost_in() -> None:
    text = "for a in [1, 2]:\n    for b in [a, 3]:\n        check a <= b\n        require b > 1\n"
    told = [outcome.text for outcome in symparams.parse(text).check()]
    assert told[:3] == ["a <= b for a = 1, b = a", "require b > 1 for a = 1, b = a", "a <= b for a = 1, b = 3"]


def test_a_number_behind_a_name_has_the_digits_it_is_typed_in() -> None:
    text = f"""{NET}
published = 4.0M
counts = [0.44k, 0.4k, 400]
for claimed in counts:
    check Net(10).params ~ claimed
for net, claimed in [(Net(10), 0.45k), (Net(1000), published)]:
    check net.params ~ claimed
check Net(1000).params ~ published
"""
    statuses = [outcome.status for outcome in symparams.parse(text).check()]
    assert statuses == [PROVED, PROVED, REFUTED, REFUTED, PROVED, PROVED]


def test_a_wrong_check_does_not_keep_the_others_from_being_proved() -> None:
    text = f"{NET}check Nett(1).params == 8\ncheck Net(1).params == 8\n"
    assert [found.status for found in symparams.parse(text).check()] == [ERROR, PROVED]


def test_a_requirement_at_the_top_is_a_check() -> None:
    text = 'n = 3\nrequire n % 2 == 1 "odd"\nrequire n == 4 "four"\n'
    assert [found.status for found in symparams.parse(text).check()] == [PROVED, REFUTED]


def test_a_claim_over_several_lines_is_told_on_one() -> None:
    text = """\
check sum(  # of all
    [1, 2],
) == (
    3
    + max(
        0,  # nothing
        0,
    )
) "source"
"""
    (outcome,) = symparams.parse(text).check()
    assert outcome.text == "sum([1, 2],) == (3 + max(0, 0))"
