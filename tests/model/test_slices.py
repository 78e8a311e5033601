"""Turns of a symbolic depth picked by slices, held against the same slices of Python's lists, for even and odd depths."""

import itertools

import pytest

import symparams

TEXT = """
symbol L, k, n
module B():
    a: [7]
    b: [1]
    c: [1]
module N(L):
    h: L * B()
net = N(L) with:
"""

# What the slices take away: for each member, the turns that lose it.
CHANGES = {
    "every other": {"b": "::2"},
    "every other from the second": {"b": "1::2"},
    "every third from the second": {"b": "1::3"},
    "from k on every other": {"b": "k::2"},
    "of the last k every other": {"b": "-k::2"},
    "up to n every other": {"b": "2:n:2"},
    "without the last every third": {"b": ":-1:3"},
    "every other, twice": {"b": "::2", "c": "::2"},
    "every other and the others": {"b": "::2", "c": "1::2"},
    "every other and the last": {"b": "::2", "c": "-1:"},
    "every other and the last k": {"b": "::2", "c": "-k:"},
    "every other and every fourth": {"b": "::2", "c": "::4"},
    "every sixth and every third": {"b": "::6", "c": "1::3"},
}


MADE = {
    "copies": "h: L * B()",
    "turns of a loop": "for i in range(L):\n        h.{i}: B()",
    "turns that have names": "for i in range(L):\n        h.layer_{i + 1}: B()",
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
@pytest.mark.parametrize("name", CHANGES)
def test_slices_pick_what_pythons_do(name, made):
    change = CHANGES[name]
    lines = "\n".join(f"    h[{turns}].{member}: None" for member, turns in change.items())
    text = TEXT.replace(MADE["copies"], made)
    params = symparams.parse(text + lines).net.params
    open_sizes = params.expr.free_symbols
    for depth, k, n in itertools.product(range(5, 14), (1, 2, 3, 4), (3, 4)):
        sizes = {"L": depth, "k": k, "n": n}
        gone = sum(len(eval(f"range(L)[{turns}]", {}, sizes)) for turns in change.values())
        assert params.expr.subs({size: sizes[size.name] for size in open_sizes}) == 9 * depth - gone
        assert params.value(**{size.name: sizes[size.name] for size in open_sizes}) == 9 * depth - gone


def test_one_turn_is_every_other():
    assert symparams.parse(TEXT.replace("N(L) with", "N(1) with") + "    h[::2].b: None").net.params.value() == 8


def test_loops_through_remainders_meet_both():
    text = "    for i in range(L):\n        if i % 2 == 0:\n            h[i].b: None\n        else:\n            h[i].c: None"
    assert str(symparams.parse(TEXT + text).net.params.expanded()) == "8*L"


@pytest.mark.parametrize(
    ("written", "joined"),
    [
        ("d*(n//2) + d*((n + 1)//2)", "d*n"),
        ("d*floor(n/3) + d*floor((n + 1)/3) + d*floor((n + 2)/3)", "d*n"),
        ("9*floor(n/2) + 8*ceil(n/2)", "8*n + floor(n/2)"),
        ("floor(n/2) - ceil(n/2)", "floor(n/2) - floor(n/2 + 1/2)"),
        ("floor(n/3) + floor((n + 1)/3)", "floor(n/3) + floor(n/3 + 1/3)"),
        ("floor(x/2) + floor((x + 1)/2)", "floor(x/2) + floor(x/2 + 1/2)"),
    ],
)
def test_floors_of_all_remainders_are_one_size(written, joined):
    file = symparams.parse(f"symbol n, d\nsymbol x real\nmodule M(n, d, x):\n    p = {written}\nq = M(n, d, x).p")
    assert str(file.q.expanded()) == joined


@pytest.mark.parametrize("depth", ["L", "5"])
@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_a_place_among_turns_leads_to_the_one_that_lists_have_there(made, depth):
    grows = "for" in made
    text = TEXT.replace(MADE["copies"], made.replace("B()", "B(i)") if grows else made)
    file = symparams.parse(text.replace("B():\n    a: [7]", "B(i=0):\n    a: [7 + i]") + "    pass\n")
    for at, turn in ((0, 0), (3, 3), (-1, 4)):
        params = file.formula(f"N({depth}).h[{at}].params")
        assert params.value(**dict.fromkeys(params.symbols, 5)) == 9 + turn * grows


@pytest.mark.parametrize("depth", ["L", "5"])
@pytest.mark.parametrize("made", [MADE["copies"], MADE["turns of a loop"]], ids=["copies", "turns of a loop"])
def test_a_path_goes_through_turns_that_it_does_not_name(made, depth):
    text = TEXT.replace(MADE["copies"], made).replace("N(L) with", f"N({depth}) with")
    params = symparams.parse(text + "    drop h.a").net.params
    assert params.value(**dict.fromkeys(params.symbols, 5)) == 10


def test_turns_of_two_names_have_no_places():
    text = TEXT.replace("h: L * B()", "for i in range(L):\n        h.up_{i}: B()\n        h.down_{i}: B()")
    with pytest.raises(symparams.SymparamsError, match=r"they are called up_\{i\}, down_\{i\}"):
        symparams.parse(text + "    drop h[0]").net.params.value()
