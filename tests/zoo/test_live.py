"""The zoo against models that transformers builds at random small sizes with the options of their configurations flipped."""

import random

import pytest

pytest.importorskip("transformers")
pytest.importorskip("torch")

from .configurations import built, difference
from .live import Entries, build, configuration

SEEDS = range(3)


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


def own_head_width(r: random.Random, config: Entries) -> None:
    config.setdefault("head_dim", 8)


def width_of_the_heads(r: random.Random, config: Entries) -> None:
    config["head_dim"] = config["hidden_size"] // config["num_attention_heads"]


def no_head_width(r: random.Random, config: Entries) -> None:
    config.pop("head_dim", None)


def plain_activation(r: random.Random, config: Entries) -> None:
    config["hidden_act"] = r.choice(["xielu", "silu"])


def no_cross_attention(r: random.Random, config: Entries) -> None:
    if config.get("multi_query", True):
        config["add_cross_attention"] = False


def even_groups(r: random.Random, config: Entries) -> None:
    config["num_key_value_heads"] = 2


def square_of_experts(r: random.Random, config: Entries) -> None:
    config["num_experts"] = r.choice([9, 12, 16])


def sparse_layers(r: random.Random, config: Entries) -> None:
    config["moe_layer_start_index"] = r.randint(0, 2)
    config["moe_layer_end_index"] = r.choice([-1, 2, 3])
    config["moe_layer_interval"] = r.randint(1, 2)
    config["moe_num_shared_experts"] = r.randint(0, 2)


def interleaved(r: random.Random, config: Entries) -> None:
    config["moe_layers"] = r.choice([None, [0, 1]])
    config["interleave_moe_layer_step"] = r.randint(1, 2)


def rank_of_steps(r: random.Random, config: Entries) -> None:
    config["time_step_rank"] = r.choice(["auto", 3])
    config["expand"] = r.choice([1, 2, 3])


def heads_of_mamba(r: random.Random, config: Entries) -> None:
    config["expand"] = 2
    config["head_dim"] = 2 * config["hidden_size"] // config["num_heads"]
    config["n_groups"] = r.choice([1, 2])


def widths_of_rwkv(r: random.Random, config: Entries) -> None:
    config["attention_hidden_size"] = r.choice([None, config["hidden_size"], 24])
    config["intermediate_size"] = r.choice([None, 40])


def decoder_of_switch(r: random.Random, config: Entries) -> None:
    config["num_decoder_layers"] = r.choice([None, 3])


def periods(r: random.Random, config: Entries) -> None:
    config.update(expert_layer_period=2, expert_layer_offset=r.randint(0, 1), attn_layer_period=3)
    config.update(attn_layer_offset=r.randint(0, 2), mamba_dt_rank=r.choice(["auto", 3]))


def layers_of_attention(r: random.Random, config: Entries) -> None:
    config["attn_layer_indices"] = r.choice([None, [1], [0, 1]])
    config["mamba_n_heads"], config["mamba_d_head"] = config["num_attention_heads"], "auto"


def states_beside(r: random.Random, config: Entries) -> None:
    config["mamba_d_ssm"] = r.choice([None, 16])
    config["mamba_n_heads"], config["mamba_d_head"] = 2, "auto"


def width_of_lfm2(r: random.Random, config: Entries) -> None:
    config["block_multiple_of"] = r.choice([4, 16])
    config["block_ffn_dim_multiplier"] = r.choice([1.0, 1.3])
    config["full_attn_idxs"] = r.choice([None, [0], [1, 2]])
    config["conv_L_cache"] = r.choice([3, 4])


def width_of_recurrence(r: random.Random, config: Entries) -> None:
    config["lru_width"] = r.choice([None, config["num_attention_heads"] * 4])
    config["block_types"] = r.choice(
        [["recurrent", "attention"], ["attention"], ["recurrent", "recurrent", "attention"]]
    )


def heads_of_linear_attention(r: random.Random, config: Entries) -> None:
    config.update(linear_num_key_heads=2, linear_num_value_heads=4, linear_key_head_dim=4, linear_value_head_dim=6)


def widths_of_memory(r: random.Random, config: Entries) -> None:
    config["weight_mode"] = r.choice(["single", "fused"])
    config["ffn_round_up_to_multiple_of"] = r.choice([8, 64])
    config["num_heads"] = 2
    config.pop("embedding_dim", None)


def small_blocks(r: random.Random, config: Entries) -> None:
    config["block_size"] = 4


def shared_layers(r: random.Random, config: Entries) -> None:
    kinds = ["hybrid", "mamba", *(r.choice(["mamba", "hybrid"]) for _ in range(4)), "hybrid"]
    config.update(layers_block_type=kinds, num_hidden_layers=7, num_mem_blocks=r.choice([1, 2]), adapter_rank=4)
    config.update(hidden_size=32, n_mamba_heads=4, num_attention_heads=4, mamba_ngroups=r.choice([1, 2]))


def text_and_vision(r: random.Random, config: Entries) -> None:
    text = configuration("gemma3_text", r.randint(0, 99))
    vision = {"model_type": "siglip_vision_model", "hidden_size": 16, "intermediate_size": 20, "num_hidden_layers": 2}
    vision |= {"num_attention_heads": 2, "image_size": 28, "patch_size": r.choice([7, 14]), "vision_use_head": False}
    config.update(text_config=text, vision_config=vision, mm_tokens_per_image=4)


# What a model type's keys must be beyond the rules for all.
SPECIAL = {
    "zamba2": shared_layers,
    "gemma3": text_and_vision,
    "jamba": periods,
    "bamba": layers_of_attention,
    "falcon_h1": states_beside,
    "lfm2": width_of_lfm2,
    "recurrent_gemma": width_of_recurrence,
    "qwen3_next": heads_of_linear_attention,
    "xlstm": widths_of_memory,
    "minimax": small_blocks,
    "mamba": rank_of_steps,
    "falcon_mamba": rank_of_steps,
    "mamba2": heads_of_mamba,
    "rwkv": widths_of_rwkv,
    "switch_transformers": decoder_of_switch,
    "hunyuan_v1_dense": own_head_width,
    "helium": width_of_the_heads,
    "cohere2": no_head_width,
    "apertus": plain_activation,
    "gpt_bigcode": no_cross_attention,
    "diffllama": even_groups,
    "doge": square_of_experts,
    "ernie4_5_moe": sparse_layers,
    "llama4_text": interleaved,
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
    "granite": ("Granite", "ForCausalLM Model"),
    "granitemoe": ("GraniteMoe", "ForCausalLM Model"),
    "smollm3": ("SmolLM3", HEADS),
    "ernie4_5": ("Ernie4_5", "ForCausalLM Model"),
    "ernie4_5_moe": ("Ernie4_5_Moe", "ForCausalLM Model"),
    "helium": ("Helium", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
    "seed_oss": ("SeedOss", HEADS),
    "arcee": ("Arcee", HEADS),
    "hunyuan_v1_dense": ("HunYuanDenseV1", "ForCausalLM Model ForSequenceClassification"),
    "exaone4": ("Exaone4", HEADS),
    "apertus": ("Apertus", "ForCausalLM Model ForTokenClassification"),
    "bitnet": ("BitNet", "ForCausalLM Model"),
    "diffllama": ("DiffLlama", HEADS),
    "doge": ("Doge", "ForCausalLM Model ForSequenceClassification"),
    "cohere": ("Cohere", "ForCausalLM Model"),
    "cohere2": ("Cohere2", "ForCausalLM Model"),
    "gpt_bigcode": ("GPTBigCode", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
    "starcoder2": ("Starcoder2", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
    "stablelm": ("StableLm", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
    "persimmon": ("Persimmon", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
    "nemotron": ("Nemotron", HEADS),
    "glm": ("Glm", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
    "glm4": ("Glm4", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
    "glm4_moe": ("Glm4Moe", "ForCausalLM Model"),
    "llama4_text": ("Llama4", "ForCausalLM TextModel"),
    "mamba": ("Mamba", "ForCausalLM Model"),
    "falcon_mamba": ("FalconMamba", "ForCausalLM Model"),
    "mamba2": ("Mamba2", "ForCausalLM Model"),
    "rwkv": ("Rwkv", "ForCausalLM Model"),
    "switch_transformers": ("SwitchTransformers", "ForConditionalGeneration Model"),
    "jamba": ("Jamba", "ForCausalLM Model ForSequenceClassification"),
    "bamba": ("Bamba", "ForCausalLM Model"),
    "falcon_h1": ("FalconH1", "ForCausalLM Model"),
    "lfm2": ("Lfm2", "ForCausalLM Model"),
    "recurrent_gemma": ("RecurrentGemma", "ForCausalLM Model"),
    "qwen3_next": ("Qwen3Next", HEADS),
    "xlstm": ("xLSTM", "ForCausalLM Model"),
    "minimax": ("MiniMax", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
    "mpt": ("Mpt", HEADS),
    "xglm": ("XGLM", "ForCausalLM Model"),
    "biogpt": ("BioGpt", "ForCausalLM Model ForSequenceClassification ForTokenClassification"),
    "ctrl": ("CTRL", "LMHeadModel Model ForSequenceClassification"),
    "jetmoe": ("JetMoe", "ForCausalLM Model ForSequenceClassification"),
    "zamba2": ("Zamba2", "ForCausalLM Model ForSequenceClassification"),
    "gemma3": ("Gemma3", "ForConditionalGeneration Model ForSequenceClassification"),
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
