"""Why a printed number is off, by print alone: each slip beside the number that it was."""

import pytest

import symparams

SLIPS = {
    "medium.params ~ 354M": "cut off, not rounded: in as many digits it is 355M",
    "small.params ~ 125M": "rounded up, not to the nearest: in as many digits it is 124M",
    "small.params ~ 124.4": "a million times too little",
    "small.params ~ 124.4k": "a thousand times too little",
    "small.params ~ 124.4B": "a thousand times too much",
    "small.params ~ 12.44M": "ten times too little",
    "small.params == 124_439": "a thousand times too little, and cut off",
    "small.params ~ 118.7M": "counted in units of 1,048,576, not of 1,000,000: it is 124.4M",
    "small.params ~ 498M": "the size in bytes, 32 bits for each number",
    "small.params ~ 249M": "the size in bytes, 16 bits for each number",
    "small.params == 124_493_808": "two digits are swapped: 124,439,808",
    "small.params == 124_439_803": "one digit is another: 124,439,808",
    "small.params == 12_443_980": "a digit is missing: 124,439,808",
    "1_244_439_808 == small.params": "a digit too many: 124,439,808",
    "small.params/xl.params ~ 0.92": "1 - 0.0799: what is left for what is saved, or the other way",
    "small.params/xl.params ~ 12.5": "1 / 0.0799: the ratio upside down",
    "xl.params/small.params ~ 11.5": "12.5 - 1: how much more for how many times",
    "small.params/xl.params ~ 11.5": "1 / 0.0799 - 1: how much more by the other one's count",
    "1 - small.params/medium.params ~ 1.85": "0.649 / (1 - 0.649): measured by the smaller one's count",
}


@pytest.mark.parametrize("claim", SLIPS)
def test_a_slip_of_print_is_told_first(claim: str) -> None:
    (outcome,) = symparams.parse(f"from zoo.gpt2 import small, medium, xl\ncheck {claim}\n").check()
    assert outcome.status == "refuted"
    assert outcome.reasons[0] == SLIPS[claim]


@pytest.mark.parametrize(
    "claim",
    [
        "small.params == 12",
        "small.params == 1",
        "small.params ~ 131M",
        "small.params ~ 124.3M",
        "small.params/xl.params ~ 0.31",
    ],
)
def test_nothing_is_said_of_other_numbers(claim: str) -> None:
    (outcome,) = symparams.parse(f"from zoo.gpt2 import small, medium, xl\ncheck {claim}\n").check()
    assert (outcome.status, outcome.reasons) == ("refuted", ())
