"""The zoo against models that transformers builds at random small sizes with the options of their configurations flipped."""

import random

import pytest

pytest.importorskip("transformers")
pytest.importorskip("torch")

from .configurations import built, difference
from .live import Entries, build, configuration

SEEDS = range(6)


def attention_types(r: random.Random, config: Entries) -> None:
    config["attention_types"] = [[["global", "local"], config["num_layers"]]]
    config["num_layers"] *= 2


def norms_of_falcon(r: random.Random, config: Entries) -> None:
    config["num_ln_in_parallel_attn"] = r.choice([None, 1, 2])
    config["ffn_hidden_size"] = r.choice([None, 48])


def narrow_embedding(r: random.Random, config: Entries) -> None:
    config["word_embed_proj_dim"] = r.choice([None, 16])


def latent(r: random.Random, config: Entries) -> None:
    config["num_key_value_heads"] = config["num_attention_heads"]
    config["q_lora_rank"] = r.choice([None, 12])
    config.update(n_group=1, topk_group=1)


# What a model type's keys must be beyond the rules for all.
SPECIAL = {
    "deepseek_v2": latent,
    "deepseek_v3": latent,
    "gpt_neo": attention_types,
    "falcon": norms_of_falcon,
    "opt": narrow_embedding,
}

# A model type, the beginning of its classes' names, and the classes.
HEADS = "ForCausalLM Model ForSequenceClassification ForTokenClassification ForQuestionAnswering"
LANGUAGE_MODELS = {
    "gpt2": ("GPT2", "LMHeadModel Model DoubleHeadsModel ForSequenceClassification ForTokenClassification"),
    "openai-gpt": ("OpenAIGPT", "LMHeadModel Model DoubleHeadsModel ForSequenceClassification"),
    "gpt_neo": ("GPTNeo", HEADS),
    "gptj": ("GPTJ", "ForCausalLM Model ForSequenceClassification ForQuestionAnswering"),
    "codegen": ("CodeGen", "ForCausalLM Model"),
    "gpt_neox": ("GPTNeoX", HEADS),
    "opt": ("OPT", "ForCausalLM Model ForSequenceClassification ForQuestionAnswering"),
    "bloom": ("Bloom", HEADS),
    "falcon": ("Falcon", HEADS),
    "llama": ("Llama", HEADS),
    "mistral": ("Mistral", HEADS),
    "mixtral": ("Mixtral", HEADS),
    "qwen2": ("Qwen2", HEADS),
    "qwen2_moe": ("Qwen2Moe", HEADS),
    "qwen3": ("Qwen3", HEADS),
    "qwen3_moe": ("Qwen3Moe", HEADS),
    "phi": ("Phi", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
    "phi3": ("Phi3", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
    "phimoe": ("Phimoe", "ForCausalLM Model ForSequenceClassification"),
    "olmo": ("Olmo", "ForCausalLM Model ForSequenceClassification"),
    "olmo2": ("Olmo2", "ForCausalLM Model ForSequenceClassification"),
    "olmo3": ("Olmo3", "ForCausalLM Model ForSequenceClassification"),
    "olmoe": ("Olmoe", "ForCausalLM Model"),
    "deepseek_v2": ("DeepseekV2", "ForCausalLM Model ForSequenceClassification"),
    "deepseek_v3": ("DeepseekV3", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
    "gpt_oss": ("GptOss", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
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
    config = configuration(model_type, seed, SPECIAL.get(model_type))
    theirs, groups = build(config, cls)
    ours = built({**config, "architectures": [cls]}).owned_as(groups)
    assert difference(ours, theirs) == [], config
