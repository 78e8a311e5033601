"""The zoo's encoders, translators, speech and image networks against models that transformers builds at random small sizes."""

import random

import pytest

pytest.importorskip("transformers")
pytest.importorskip("torch")

from .configurations import built, difference
from .live import Entries, build

SEEDS = range(3)

TASKS = "Model ForMaskedLM ForSequenceClassification ForTokenClassification ForQuestionAnswering"
CHOICE = f"{TASKS} ForMultipleChoice"
WRITES = "Model ForConditionalGeneration ForCausalLM"
READS = f"{WRITES} ForSequenceClassification ForQuestionAnswering"
HEARS = "Model ForCTC ForSequenceClassification"
SPEAKERS = f"{HEARS} ForAudioFrameClassification ForXVector"
T5 = "Model EncoderModel ForSequenceClassification ForTokenClassification ForQuestionAnswering"


def some(r: random.Random) -> bool:
    return r.random() < 0.5


def encoder(r: random.Random) -> Entries:
    heads = r.choice([2, 3, 4])
    return {
        "vocab_size": r.randint(50, 99),
        "hidden_size": heads * r.choice([8, 12]),
        "num_hidden_layers": r.randint(1, 3),
        "num_attention_heads": heads,
        "intermediate_size": r.randint(20, 60),
        "max_position_embeddings": r.randint(20, 40),
        "tie_word_embeddings": some(r),
    }


def bert(r: random.Random) -> Entries:
    return {**encoder(r), "type_vocab_size": r.randint(1, 4)}


def ernie(r: random.Random) -> Entries:
    return {**bert(r), "use_task_id": some(r), "task_type_vocab_size": r.randint(2, 5)}


def decoder(r: random.Random) -> Entries:
    return {**bert(r), "is_decoder": True, "add_cross_attention": some(r)}


def electra(r: random.Random) -> Entries:
    return {**bert(r), "embedding_size": r.randint(10, 40), "summary_use_proj": some(r)}


def albert(r: random.Random) -> Entries:
    groups = {"num_hidden_layers": 6, "num_hidden_groups": r.randint(1, 3), "inner_group_num": r.randint(1, 2)}
    return {**bert(r), **groups, "embedding_size": r.randint(10, 40)}


def distilbert(r: random.Random) -> Entries:
    heads = r.randint(2, 4)
    sizes = {"n_layers": r.randint(1, 3), "n_heads": heads, "dim": 8 * heads, "hidden_dim": r.randint(10, 50)}
    return {"vocab_size": r.randint(50, 99), "max_position_embeddings": r.randint(10, 30), **sizes}


def mpnet(r: random.Random) -> Entries:
    return {**encoder(r), "relative_attention_num_buckets": r.randint(4, 32)}


def deberta(r: random.Random) -> Entries:
    return {
        **encoder(r),
        "type_vocab_size": r.randint(0, 2),
        "relative_attention": some(r),
        "max_relative_positions": r.choice([-1, 7]),
        "position_biased_input": some(r),
        "pos_att_type": r.choice([None, ["c2p"], ["p2c", "c2p"], "p2c|c2p"]),
        "legacy": some(r),
    }


def deberta_v2(r: random.Random) -> Entries:
    return {
        **deberta(r),
        "position_buckets": r.choice([-1, 5]),
        "share_att_key": some(r),
        "norm_rel_ebd": r.choice(["none", "layer_norm"]),
        "conv_kernel_size": r.choice([0, 3]),
    }


def xlnet(r: random.Random) -> Entries:
    heads = r.randint(2, 4)
    sizes = {"d_model": 8 * heads, "n_layer": r.randint(1, 3), "n_head": heads, "d_inner": r.randint(10, 40)}
    return {"vocab_size": r.randint(50, 99), **sizes, "summary_use_proj": some(r)}


def t5(r: random.Random) -> Entries:
    return {
        "vocab_size": r.randint(120, 160),
        "d_model": r.randint(16, 40),
        "d_kv": r.randint(4, 9),
        "d_ff": r.randint(10, 40),
        "num_layers": r.randint(1, 3),
        "num_decoder_layers": r.choice([None, 1, 4]),
        "num_heads": r.randint(2, 5),
        "relative_attention_num_buckets": r.randint(4, 9),
        "feed_forward_proj": r.choice(["relu", "gated-gelu"]),
    }


def bart(r: random.Random) -> Entries:
    heads = 2 * r.randint(1, 3)
    return {
        "vocab_size": r.randint(120, 160),
        "d_model": 8 * heads,
        **{f"{side}_layers": r.randint(1, 3) for side in ("encoder", "decoder")},
        **{f"{side}_attention_heads": heads for side in ("encoder", "decoder")},
        **{f"{side}_ffn_dim": r.randint(10, 40) for side in ("encoder", "decoder")},
        "max_position_embeddings": r.randint(10, 30),
        "pad_token_id": 1,
    }


def marian(r: random.Random) -> Entries:
    return {**bart(r), "share_encoder_decoder_embeddings": some(r), "decoder_vocab_size": r.choice([None, 77])}


def whisper(r: random.Random) -> Entries:
    sizes = {name: size for name, size in bart(r).items() if name != "max_position_embeddings"}
    own = {
        "num_mel_bins": r.randint(5, 20),
        "max_source_positions": r.randint(10, 30),
        "use_weighted_layer_sum": some(r),
    }
    return {**sizes, **own, "max_target_positions": r.randint(10, 30), "bos_token_id": 1, "eos_token_id": 2}


def wav2vec2(r: random.Random) -> Entries:
    heads, stages = r.randint(1, 3), r.randint(1, 4)
    return {
        "vocab_size": r.randint(20, 40),
        "hidden_size": 8 * heads,
        "num_hidden_layers": r.randint(1, 3),
        "num_attention_heads": heads,
        "intermediate_size": r.randint(10, 40),
        "conv_dim": [r.randint(3, 9) for _ in range(stages)],
        "conv_stride": stages * [2],
        "conv_kernel": [r.randint(2, 5) for _ in range(stages)],
        "conv_bias": some(r),
        "num_conv_pos_embedding_groups": r.choice([1, 2]),
        "num_conv_pos_embeddings": r.randint(2, 4),
        "use_weighted_layer_sum": some(r),
        "mask_time_prob": r.choice([0.0, 0.05]),
        "feat_extract_norm": r.choice(["group", "layer"]),
        "do_stable_layer_norm": some(r),
    }


def hubert(r: random.Random) -> Entries:
    return {**wav2vec2(r), "feat_proj_layer_norm": some(r), "conv_pos_batch_norm": some(r), "adapter_attn_dim": 6}


def vectors(r: random.Random) -> Entries:
    tdnn = {"tdnn_dim": [5, 4], "tdnn_kernel": [r.randint(1, 4), 1], "tdnn_dilation": [1, 1], "xvector_output_dim": 6}
    return {**wav2vec2(r), **tdnn}


def data2vec(r: random.Random) -> Entries:
    left_out = ("feat_extract_norm", "do_stable_layer_norm")
    return {name: size for name, size in vectors(r).items() if name not in left_out}


def text(r: random.Random) -> Entries:
    ends = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}
    return {name: size for name, size in {**encoder(r), **ends}.items() if name != "tie_word_embeddings"}


def vision(r: random.Random) -> Entries:
    sizes = {"num_channels": r.randint(1, 4), "image_size": r.randint(20, 40), "patch_size": r.randint(4, 8)}
    left_out = ("vocab_size", "max_position_embeddings", "tie_word_embeddings")
    return {**{name: size for name, size in encoder(r).items() if name not in left_out}, **sizes}


def clip(r: random.Random) -> Entries:
    return {"text_config": text(r), "vision_config": vision(r), "projection_dim": r.randint(5, 20)}


def siglip(r: random.Random) -> Entries:
    seen, read = vision(r), text(r)
    read["hidden_size"], read["num_attention_heads"] = seen["hidden_size"], seen["num_attention_heads"]
    return {"text_config": read, "vision_config": {**seen, "vision_use_head": some(r)}}


def vit_mae(r: random.Random) -> Entries:
    patch, heads = r.randint(2, 5), r.randint(1, 3)
    own = {f"decoder_{name}": size for name, size in {"num_attention_heads": heads, "hidden_size": 8 * heads}.items()}
    seen = {**vision(r), "patch_size": patch, "image_size": patch * r.randint(2, 5), "qkv_bias": some(r)}
    return {**seen, **own, "decoder_num_hidden_layers": r.randint(1, 3), "decoder_intermediate_size": r.randint(9, 30)}


# A model type, the beginning of its classes' names, the classes, and their configurations.
FAMILIES = [
    ("bert", "Bert", f"{CHOICE} ForPreTraining ForNextSentencePrediction", bert),
    ("bert", "Bert", "LMHeadModel", decoder),
    ("ernie", "Ernie", f"{CHOICE} ForPreTraining", ernie),
    ("roberta", "Roberta", CHOICE, bert),
    ("roberta", "Roberta", "ForCausalLM", decoder),
    ("xlm-roberta", "XLMRoberta", CHOICE, bert),
    ("camembert", "Camembert", CHOICE, bert),
    ("electra", "Electra", f"{CHOICE} ForPreTraining", electra),
    ("albert", "Albert", f"{CHOICE} ForPreTraining", albert),
    ("distilbert", "DistilBert", CHOICE, distilbert),
    ("mpnet", "MPNet", CHOICE, mpnet),
    ("deberta", "Deberta", TASKS, deberta),
    ("deberta-v2", "DebertaV2", CHOICE, deberta_v2),
    ("xlnet", "XLNet", "Model LMHeadModel ForMultipleChoice ForQuestionAnsweringSimple ForQuestionAnswering", xlnet),
    ("xlnet", "XLNet", "ForSequenceClassification ForTokenClassification", xlnet),
    ("t5", "T5", f"{T5} ForConditionalGeneration", t5),
    ("mt5", "MT5", T5, t5),
    ("umt5", "UMT5", f"{T5} ForConditionalGeneration", t5),
    ("bart", "Bart", READS, bart),
    ("mbart", "MBart", READS, bart),
    ("plbart", "PLBart", f"{WRITES} ForSequenceClassification", bart),
    ("pegasus", "Pegasus", WRITES, bart),
    ("marian", "Marian", "Model MTModel ForCausalLM", marian),
    ("m2m_100", "M2M100", "Model ForConditionalGeneration", bart),
    ("blenderbot", "Blenderbot", WRITES, bart),
    ("blenderbot-small", "BlenderbotSmall", WRITES, bart),
    ("whisper", "Whisper", f"{WRITES} ForAudioClassification", whisper),
    ("wav2vec2", "Wav2Vec2", f"{SPEAKERS} ForPreTraining", vectors),
    ("hubert", "Hubert", HEARS, hubert),
    ("wavlm", "WavLM", SPEAKERS, vectors),
    ("data2vec-audio", "Data2VecAudio", SPEAKERS, data2vec),
    ("clip", "CLIP", "Model ForImageClassification", clip),
    ("clip_text_model", "CLIPTextModel", "WithProjection", text),
    ("clip_vision_model", "CLIPVisionModel", "WithProjection", vision),
    ("siglip", "Siglip", "Model ForImageClassification", siglip),
    ("siglip_text_model", "Siglip", "TextModel", text),
    ("siglip_vision_model", "Siglip", "VisionModel", vision),
    ("vit_mae", "ViTMAE", "Model ForPreTraining", vit_mae),
]
CASES = [
    pytest.param(kind, start + end, made, seed, id=f"{start}{end} {seed}")
    for kind, start, ends, made in FAMILIES
    for end in ends.split()
    for seed in SEEDS
]


@pytest.mark.parametrize(("model_type", "cls", "made", "seed"), CASES)
def test_a_random_configuration_gives_the_tensors_of_its_model(model_type, cls, made, seed) -> None:  # type: ignore[no-untyped-def]
    r = random.Random(f"{cls} {seed}")
    labels = 2 if cls == "DistilBertForQuestionAnswering" else r.randint(2, 9)
    config = {"model_type": model_type, **made(r), "num_labels": labels}
    theirs, groups = build(config, cls)
    ours = built({**config, "architectures": [cls]}).owned_as(groups)
    assert difference(ours, theirs) == [], config
