"""The zoo's functions for the configurations of transformers and diffusers, held against models that these libraries built.

The models, their tensors and counts, are facts of transformers 5.23, diffusers 0.42 and torch 2.13.
"""

import re
from typing import Any

import pytest

from symparams.importers import huggingface
from symparams.model.files import ZOO

from .configurations import built, difference, known, models

# The model types of the families that the zoo describes: each has a function.
LANGUAGE_MODELS = """
    openai-gpt gpt2 gpt_neo gptj codegen gpt_neox opt bloom falcon llama mistral mixtral
    qwen2 qwen2_moe qwen3 qwen3_moe gemma gemma2 gemma3_text phi phi3 phimoe olmo olmo2 olmo3 olmoe
    deepseek_v2 deepseek_v3 gpt_oss granite granitemoe smollm3 ernie4_5 ernie4_5_moe helium seed_oss arcee
    hunyuan_v1_dense exaone4 apertus bitnet diffllama doge cohere cohere2 gpt_bigcode starcoder2 stablelm persimmon
    nemotron glm glm4 glm4_moe llama4_text mamba mamba2 falcon_mamba rwkv switch_transformers
    jamba bamba falcon_h1 lfm2 recurrent_gemma qwen3_next xlstm minimax mpt xglm biogpt ctrl jetmoe gemma3 dbrx zamba2
"""
MODEL_TYPES = """
    bert roberta xlm-roberta camembert ernie distilbert albert electra deberta deberta-v2 mpnet xlnet
    vit deit dinov2 beit swin swinv2 resnet regnet convnext convnextv2 efficientnet mobilenet_v1 mobilenet_v2 detr
    t5 mt5 umt5 bart mbart plbart pegasus marian m2m_100 blenderbot blenderbot-small
    whisper wav2vec2 hubert wavlm data2vec-audio
    clip clip_text_model clip_vision_model siglip siglip_text_model siglip_vision_model vit_mae
    layoutlm longformer data2vec-text roberta-prelayernorm xlm-roberta-xl megatron-bert dpr
    llava llava_next llava_next_video llava_onevision vipllava video_llava paligemma aya_vision mistral3
    ministral ministral3 cwm vit_msn ijepa dinov2_with_registers
    idefics3 smolvlm internvl pixtral internvl_vision idefics3_vision smolvlm_vision
"""  # fmt: skip

# The classes of diffusers.
CLASSES = """
    UNet2DConditionModel UNet2DModel AutoencoderKL ControlNetModel
    DiTTransformer2DModel PixArtTransformer2DModel SD3Transformer2DModel FluxTransformer2DModel
"""


def kind(entry: dict[str, Any]) -> str:
    """The model type of transformers, or the class of diffusers."""
    return entry.get("model_type") or entry["cls"]


def config(entry: dict[str, Any]) -> dict[str, Any]:
    """The configuration as its file would say it, with what the class was told beside it."""
    if "effective_config" in entry:
        labels = {key: size for key, size in entry["config"].items() if key == "num_labels"}
        given = {**entry["effective_config"], **labels, **entry.get("init_kwargs", {})}
        listed = {key: runs(value) for key, value in given.items()}
        return {"model_type": kind(entry), **listed, "architectures": [entry["cls"]]}
    return {"_class_name": kind(entry), **entry["config"]}


def runs(value: Any) -> Any:
    """A list that the data tell by the lengths of its runs, written out."""
    if isinstance(value, dict) and set(value) == {"run_length"}:
        return [item for item, count in value["run_length"] for _ in range(count)]
    return value


KNOWN = [
    entry
    for entry in models("transformers_models.json") + models("diffusers_models.json")
    if huggingface.function_name(kind(entry)) in huggingface.functions()
]


@pytest.mark.parametrize("model_type", [*LANGUAGE_MODELS.split(), *MODEL_TYPES.split(), *CLASSES.split()])
def test_a_model_type_has_its_function(model_type: str) -> None:
    assert huggingface.function_name(model_type) in huggingface.functions()


@pytest.mark.parametrize("entry", KNOWN, ids=lambda entry: f"{kind(entry)} {entry['name']}")
def test_a_configuration_gives_the_tensors_of_its_model(entry: dict[str, Any]) -> None:
    groups, theirs = entry.get("tied_groups", []), known(entry)
    told = [group for group in groups if isinstance(group, list)]
    ours = built(config(entry)).owned_as(told)
    if told != groups:  # of very many names the data tell the first only
        assert len(ours.tied & theirs.tied) > 0
        theirs = theirs._replace(tied=ours.tied)
    assert difference(ours, theirs) == []


def test_a_model_type_has_one_function() -> None:
    headers = [
        name
        for path in ZOO.glob("*.sym")
        for name in re.findall(r"^hf_\w+(?=\()", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert sorted(headers) == sorted(set(headers))
