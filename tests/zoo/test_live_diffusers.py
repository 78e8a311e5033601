"""The zoo's networks of image diffusion against models that diffusers builds at random small sizes, with their options flipped."""

import random
import warnings

import pytest

pytest.importorskip("diffusers")
pytest.importorskip("torch")

from .configurations import Built, built, difference
from .live import Entries

SEEDS = range(8)


def some(r: random.Random, chance: float = 0.5) -> bool:
    return r.random() < chance


def stages(r: random.Random) -> tuple[int, Entries]:
    n = r.randint(1, 4)
    widths = [8 * r.randint(1, 4) for _ in range(n)]
    return n, {"block_out_channels": widths, "norm_num_groups": r.choice([2, 4]), "in_channels": r.randint(1, 5)}


def kinds(r: random.Random, n: int, names: str) -> list[str]:
    return [r.choice(names.split()) for _ in range(n)]


def conditions(r: random.Random) -> Entries:
    width = r.randint(10, 30)
    return r.choice(
        [
            {},
            {
                "addition_embed_type": "text_time",
                "addition_time_embed_dim": 8,
                "projection_class_embeddings_input_dim": width,
            },
            {"num_class_embeds": r.randint(3, 9)},
            {"class_embed_type": r.choice(["timestep", "identity"])},
            {"encoder_hid_dim": r.randint(5, 20)},
        ]
    )


def told(r: random.Random) -> tuple[int, Entries]:
    n, found = stages(r)
    return n, {
        **found,
        "cross_attention_dim": r.randint(5, 20),
        "attention_head_dim": r.choice([2, 8, [r.choice([1, 2, 4]) for _ in range(n)]]),
        "mid_block_type": r.choice(["UNetMidBlock2DCrossAttn", "UNetMidBlock2D"]),
        "use_linear_projection": some(r),
        "only_cross_attention": r.choice([False, True, [some(r) for _ in range(n)]]),
        "transformer_layers_per_block": r.choice([1, 2, [r.randint(1, 3) for _ in range(n)]]),
        "layers_per_block": r.randint(1, 3),
        **conditions(r),
    }


def conditioned(r: random.Random) -> Entries:
    n, found = told(r)
    found["down_block_types"] = kinds(r, n, "DownBlock2D CrossAttnDownBlock2D AttnDownBlock2D ResnetDownsampleBlock2D")
    found["up_block_types"] = kinds(r, n, "UpBlock2D CrossAttnUpBlock2D AttnUpBlock2D ResnetUpsampleBlock2D")
    options: Entries = {
        "layers_per_block": [r.randint(1, 3) for _ in range(n)],
        "time_embedding_type": "fourier",
        "time_embedding_dim": 2 * r.randint(5, 20),
        "time_cond_proj_dim": r.randint(5, 20),
        "conv_in_kernel": 1,
        "conv_out_kernel": 5,
        "class_embeddings_concat": True,
        "resnet_time_scale_shift": "scale_shift",
    }
    return {**found, "out_channels": r.randint(3, 6), **{key: size for key, size in options.items() if some(r, 0.3)}}


def controlled(r: random.Random) -> Entries:
    n, found = told(r)
    further = {"conditioning_embedding_out_channels": [r.randint(3, 6) for _ in range(r.randint(1, 4))]}
    return {**found, **further, "down_block_types": kinds(r, n, "DownBlock2D CrossAttnDownBlock2D")}


def plain(r: random.Random) -> Entries:
    n, found = stages(r)
    return {
        **found,
        "down_block_types": kinds(r, n, "DownBlock2D AttnDownBlock2D ResnetDownsampleBlock2D"),
        "up_block_types": kinds(r, n, "UpBlock2D AttnUpBlock2D ResnetUpsampleBlock2D"),
        "mid_block_type": r.choice(["UNetMidBlock2D", "UNetMidBlock2D", None]),
        "layers_per_block": r.randint(1, 3),
        "downsample_type": r.choice(["conv", "resnet"]),
        "upsample_type": r.choice(["conv", "resnet"]),
        "attention_head_dim": r.choice([None, 8, 4]),
        "attn_norm_num_groups": r.choice([None, 4]),
        "resnet_time_scale_shift": r.choice(["default", "scale_shift"]),
        "add_attention": some(r),
        "time_embedding_type": r.choice(["positional", "fourier", "learned"]),
        "num_train_timesteps": r.randint(10, 50),
        "num_class_embeds": r.choice([None, 7]),
    }


def autoencoder(r: random.Random) -> Entries:
    n, found = stages(r)
    flags = {key: some(r) for key in ("use_quant_conv", "use_post_quant_conv", "mid_block_add_attention")}
    down = kinds(r, n, "DownEncoderBlock2D AttnDownEncoderBlock2D")
    up = kinds(r, n, "UpDecoderBlock2D AttnUpDecoderBlock2D")
    sizes = {"layers_per_block": r.randint(1, 3), "latent_channels": r.randint(2, 9), "out_channels": r.randint(1, 4)}
    return {**found, **sizes, **flags, "down_block_types": down, "up_block_types": up}


def transformer(r: random.Random) -> Entries:
    heads = {"num_attention_heads": r.randint(1, 4), "attention_head_dim": 4 * r.randint(1, 4)}
    sizes = {"num_layers": r.randint(1, 3), "patch_size": r.choice([1, 2]), "in_channels": r.randint(1, 5)}
    return {**heads, **sizes, "out_channels": r.choice([None, 3])}


def dit(r: random.Random) -> Entries:
    flags = {"attention_bias": some(r), "norm_elementwise_affine": some(r)}
    return {**transformer(r), **flags, "sample_size": 8, "activation_fn": r.choice(["gelu-approximate", "geglu"])}


def pixart(r: random.Random) -> Entries:
    found = dit(r)
    width = found["num_attention_heads"] * found["attention_head_dim"]
    text = {"caption_channels": r.choice([None, 9]), "use_additional_conditions": r.choice([None, True, False])}
    return {**found, **text, "cross_attention_dim": width, "sample_size": r.choice([8, 128])}


def streams(r: random.Random) -> Entries:
    return {**transformer(r), "joint_attention_dim": r.randint(5, 20), "pooled_projection_dim": r.randint(5, 20)}


def flux(r: random.Random) -> Entries:
    return {**streams(r), "num_single_layers": r.randint(1, 3), "guidance_embeds": some(r)}


def sd3(r: random.Random) -> Entries:
    found = streams(r)
    found["caption_projection_dim"] = found["num_attention_heads"] * found["attention_head_dim"]
    twice = [i for i in range(found["num_layers"]) if some(r)]
    own = {"pos_embed_max_size": r.randint(8, 12), "qk_norm": r.choice([None, "rms_norm"])}
    return {**found, **own, "sample_size": 8, "dual_attention_layers": twice}


CLASSES = {
    "UNet2DConditionModel": conditioned,
    "ControlNetModel": controlled,
    "UNet2DModel": plain,
    "AutoencoderKL": autoencoder,
    "DiTTransformer2DModel": dit,
    "PixArtTransformer2DModel": pixart,
    "FluxTransformer2DModel": flux,
    "SD3Transformer2DModel": sd3,
}


def build(config: Entries, cls: str) -> Built:
    """The model of a class that diffusers builds on the meta device."""
    import diffusers
    import torch

    with warnings.catch_warnings(), torch.device("meta"):
        warnings.simplefilter("ignore")
        model = getattr(diffusers, cls)(**config)
    own = dict(model.named_parameters())
    trained = sum(tensor.numel() for tensor in own.values() if tensor.requires_grad)
    frozen = sum(tensor.numel() for tensor in own.values()) - trained
    shapes = {name: list(tensor.shape) for name, tensor in own.items()}
    return Built(shapes, set(), trained, frozen, sum(tensor.numel() for tensor in model.buffers()))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("cls", CLASSES)
def test_a_random_configuration_gives_the_tensors_of_its_model(cls: str, seed: int) -> None:
    config = CLASSES[cls](random.Random(f"{cls} {seed}"))
    assert difference(built({"_class_name": cls, **config}), build(config, cls)) == [], config
