"""The zoo against models that transformers builds at random small sizes with the options of their configurations flipped."""

import pytest

pytest.importorskip("transformers")
pytest.importorskip("torch")

from .configurations import built, difference
from .live import build, configuration

SEEDS = range(6)

# A model type, the beginning of its classes' names, and the classes.
HEADS = "ForCausalLM Model ForSequenceClassification ForTokenClassification ForQuestionAnswering"
LANGUAGE_MODELS = {
    "gpt2": ("GPT2", "LMHeadModel Model DoubleHeadsModel ForSequenceClassification ForTokenClassification"),
    "llama": ("Llama", HEADS),
    "mistral": ("Mistral", HEADS),
    "mixtral": ("Mixtral", HEADS),
    "qwen2": ("Qwen2", HEADS),
    "qwen2_moe": ("Qwen2Moe", HEADS),
    "qwen3": ("Qwen3", HEADS),
    "qwen3_moe": ("Qwen3Moe", HEADS),
    "gemma": ("Gemma", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
    "gemma2": ("Gemma2", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
    "gemma3_text": ("Gemma3", "ForCausalLM TextModel"),
}


def case(model_type: str) -> list[tuple[str, str]]:
    start, ends = LANGUAGE_MODELS[model_type]
    return [(model_type, start + end) for end in ends.split()]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("model_type", "cls"), [pair for kind in LANGUAGE_MODELS for pair in case(kind)])
def test_a_random_configuration_gives_the_tensors_of_its_model(model_type: str, cls: str, seed: int) -> None:
    config = configuration(model_type, seed)
    theirs, groups = build(config, cls)
    ours = built({**config, "architectures": [cls]}).owned_as(groups)
    assert difference(ours, theirs) == [], config
