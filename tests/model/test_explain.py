"""Why a claimed count is off: real mistakes whose reason is known, and differences that nothing explains."""

import re
from fractions import Fraction

import pytest

import symparams
from symparams.api import question
from symparams.errors import Source
from symparams.formula.build import node
from symparams.model.explain import Claim, explanations
from symparams.model.files import ZOO, Unit, load_file


def reasons(target: str, claimed: int, measure: str = "params", slack: Fraction | int = 0) -> list[str]:
    family, _, expr = target.rpartition(":")
    unit = load_file(ZOO / f"{family}.sym") if family else Unit(Source("<test>", ""))
    found = explanations(Claim(question(expr, unit)._replace(measure=measure), node(claimed), slack))
    return [re.sub(r"^claimed [\d,]+( = |: )", "", reason) for reason in found]


# GPT-2's counts as they are told in papers, repositories and forums, with what each of them leaves out or counts twice.
GPT2 = {
    163_037_184: ["params + V*d: lm_head.weight counted as if untied"],
    85_056_000: ["params - (T*d + V*d): without embeddings, wte.weight and wpe.weight"],
    123_653_376: ["params - T*d: without wpe.weight"],
    123_570_432: ["params - T*d - 9*L*d: without wpe.weight; without all biases but those of norms"],
    124_439_808 + 7_087_872: ["params + (12*d^2 + 13*d): with one more of h, 13 for 12"],
    124_439_808 - 7_087_872: ["params - (12*d^2 + 13*d): with one of h less, 11 for 12"],
    124_439_808 - 38_400: ["params - (4*L*d + 2*d): without all norms"],
    124_439_808 + 47 * 768: ["with V = 50,304 for 50,257 (vocabulary size)"],
}


@pytest.mark.parametrize("claimed", GPT2)
def test_known_miscount_of_gpt2(claimed: int) -> None:
    assert reasons("gpt2:small", claimed) == GPT2[claimed]


def test_norms_twice_and_no_biases_are_told_together() -> None:
    told = reasons("gpt2:small", 124_393_728)
    words = "params - 9*L*d + 4*L*d: without all biases but those of norms; with the norms of the blocks counted twice"
    assert words in told


def test_bias_of_the_layer_that_alone_has_none_comes_first() -> None:
    assert reasons("qwen2:qwen2_7b", 7_615_716_864)[0] == "params + L*d: as if o_proj had a bias"


def test_second_bias_vector_of_an_lstm() -> None:
    assert reasons("LSTM(8, 16)", 1600) == ["params - 4*hidden_size: one bias vector for each gate, not two"]


def test_statistics_of_batch_norm_counted_as_parameters() -> None:
    found = reasons("resnet:resnet50", 25_557_032 + 53_120)
    assert found[0] == "params + 53,120: with the running statistics of norms"
    assert reasons("resnet:resnet50", 25_557_032 + 53_173) == ["params + 53,173: with all buffers"]


def test_all_experts_and_active_ones() -> None:
    mixtral = symparams.load(ZOO / "mixtral.sym").mixtral_8x7b
    total, active = mixtral.params.value(), mixtral.active.value()
    assert reasons("mixtral:mixtral_8x7b", active)[0].endswith("the count of the active experts")
    assert reasons("mixtral:mixtral_8x7b", total, "active")[0].endswith("the count of all experts")


def test_a_rounded_claim_is_explained_within_its_digits() -> None:
    half = Fraction(500_000)
    (told,) = reasons("gpt2:small", 163_000_000, slack=half)
    assert told == "claimed 163,000,000 ~ " + GPT2[163_037_184][0]
    assert reasons("gpt2:small", 125_000_000, slack=half) == []


@pytest.mark.parametrize("claimed", [124_439_808, 124_000_000, 124_439_809, 1, 0])
def test_nothing_is_said_where_nothing_fits(claimed: int) -> None:
    assert reasons("gpt2:small", claimed) == []


def test_a_difference_in_symbols_is_explained_too() -> None:
    text = "symbol V, T, d, L\nfrom zoo.gpt2 import GPT2\ncheck GPT2.params == 2*V*d + T*d + L*(12*d^2 + 13*d) + 2*d\n"
    (outcome,) = symparams.parse(text).check()
    assert outcome.status == "refuted"
    assert [reason.rpartition(" = ")[2] for reason in outcome.reasons] == [
        "params + V*d: lm_head.weight counted as if untied"
    ]


def test_a_check_tells_the_reason_beside_its_outcome() -> None:
    text = "from zoo.gpt2 import small\ncheck small.params ~ 163M\ncheck 163_037_184 == small.params\n"
    for outcome in symparams.parse(text).check():
        (reason,) = outcome.reasons
        assert reason.endswith("params + V*d: lm_head.weight counted as if untied")
