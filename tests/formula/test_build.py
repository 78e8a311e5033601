import time
from fractions import Fraction

import pytest

from symparams.errors import LimitError
from symparams.formula.build import over, plus, power, times
from symparams.formula.nodes import Symbol

LONG = 1 << 99_999
GROWN = {
    "a product": lambda: times(LONG, 4),
    "a sum": lambda: plus(LONG, LONG),
    "a quotient": lambda: over(Fraction(1, LONG), LONG),
    "a power": lambda: power(LONG, 2),
    "a coefficient": lambda: times(times(LONG, Symbol("n")), times(LONG, Symbol("m"))),
}


@pytest.mark.parametrize("grown", GROWN.values(), ids=GROWN)
def test_what_grows_beyond_the_limit_of_digits_is_refused(grown):
    with pytest.raises(LimitError, match="larger than the limit of 100,000 bits"):
        grown()


def squared(number, count):
    """x·x + x, so many times."""
    for _ in range(count):
        number = plus(times(number, number), number)
    return number


def test_squaring_ends_at_once():
    start = time.process_time()
    with pytest.raises(LimitError):
        squared(3, 64)
    assert time.process_time() - start < 1
