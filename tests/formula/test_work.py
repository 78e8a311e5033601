"""The steps that one question may take: counted, shared out, and the same at every run."""

from itertools import pairwise

import pytest

import symparams
from symparams.errors import LimitError
from symparams.formula.work import MAX_WORK, OWN, Purse, limited, share, spend


def test_outside_of_a_question_nothing_is_counted() -> None:
    spend(10 * MAX_WORK)


def test_a_question_ends_at_its_limit_and_one_inside_is_part_of_it() -> None:
    with limited(10):
        spend(8)
        with limited():
            spend(2)
            with pytest.raises(LimitError, match="10 steps"):
                spend(1)
    with limited():
        spend(MAX_WORK)


def test_a_part_takes_no_more_than_its_share_and_what_it_took_is_gone() -> None:
    with limited():
        with share(4):
            spend(MAX_WORK // 4)
            with pytest.raises(LimitError):
                spend(1)
        spend(MAX_WORK // 2)
        with share(2):
            spend(1)
        with pytest.raises(LimitError):
            spend(MAX_WORK // 2)


def test_questions_of_one_purse_take_what_others_left_and_some_of_their_own() -> None:
    purse = Purse()
    with purse.question():
        spend(OWN + MAX_WORK // 2)
    with purse.question():
        spend(OWN + MAX_WORK // 2)
        with pytest.raises(LimitError, match="that others have left"):
            spend(1)
    with purse.question(), limited():
        spend(OWN)


MANY = "*".join(f"max(a{i}, a{i + 1})" for i in range(9))
CASES = {
    "products of many maxima": (
        "symbol " + ", ".join(f"a{i}" for i in range(10)),
        f"{MANY} == {MANY.replace('max', '-min')}",
        "refuted",
    ),
    "sums in sums that don't close": (
        "symbol n, m",
        "sum(sum(i // (j + 1) for i in range(n)) for j in range(m))"
        " == sum(sum(i // (j + 1) for j in range(m)) for i in range(n))",
        "undecided",
    ),
}


@pytest.mark.parametrize(("symbols", "claim", "status"), CASES.values(), ids=CASES)
def test_a_proof_ends(symbols: str, claim: str, status: str) -> None:
    (outcome,) = symparams.parse(f"{symbols}\ncheck {claim}\n").check()
    assert outcome.status == status


def test_a_long_formula_may_take_longer() -> None:
    names = [f"c{i}" for i in range(1201)]
    text = " + ".join(f"(k^2*{a} + 1)*{b}" for a, b in pairwise(names))
    assert len(symparams.formula(text).expanded().symbols) == 1202
