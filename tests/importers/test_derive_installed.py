"""Descriptions derived from installed libraries: exact at sizes far from those that were tried; skipped where one is absent."""

from __future__ import annotations

from typing import Any

import pytest

import symparams
from symparams.importers.derive import derive
from symparams.importers.given import given
from symparams.importers.live import build, spec
from symparams.importers.places import arranged, place

pytest.importorskip("torch", reason="PyTorch isn't installed")

WIDTH, DEPTH, HIDDEN = [96, 192, 288], [4, 5, 7], [96, 160, 224]
Sizes = dict[str, list[int]]

CASES: list[tuple[str, Sizes, dict[str, Any], dict[str, int]]] = [
    (
        "transformers:GPT2LMHeadModel",
        {"n_embd": WIDTH, "n_layer": DEPTH, "n_head": [2, 4, 8], "vocab_size": [100, 150, 250]},
        {},
        {"n_embd": 1600, "n_layer": 48, "n_head": 25, "vocab_size": 50257},
    ),
    (
        "transformers:ConvBertModel",
        {"hidden_size": [384, 576, 960], "num_hidden_layers": DEPTH, "intermediate_size": HIDDEN},
        {},
        {"hidden_size": 768, "num_hidden_layers": 12, "intermediate_size": 3072},
    ),
    (
        "transformers:Lfm2ForCausalLM",
        {"hidden_size": [256, 384, 640], "num_hidden_layers": DEPTH, "intermediate_size": HIDDEN},
        {"vocab_size": 1000},
        {"hidden_size": 2048, "num_hidden_layers": 16, "intermediate_size": 12288},
    ),
    (
        "transformers:SwitchTransformersForConditionalGeneration",
        {"d_model": WIDTH, "num_layers": [4, 6, 8, 10]},
        {
            "num_decoder_layers": "num_layers",
            "num_sparse_encoder_layers": "num_layers//2",
            "num_sparse_decoder_layers": "num_layers//2",
        },
        {"d_model": 768, "num_layers": 12},
    ),
    (
        "transformers:CLIPModel",
        {
            "text_config.hidden_size": WIDTH,
            "vision_config.num_hidden_layers": DEPTH,
            "vision_config.patch_size": [16, 32, 56],
        },
        {"text_config.num_attention_heads": 4},
        {"text_config.hidden_size": 512, "vision_config.num_hidden_layers": 24, "vision_config.patch_size": 14},
    ),
    (
        "transformers:ConvNextForImageClassification",
        {"depths[2]": DEPTH, "hidden_sizes[3]": WIDTH, "num_labels": [10, 20, 50]},
        {},
        {"depths[2]": 27, "hidden_sizes[3]": 1536, "num_labels": 1000},
    ),
    (
        "torchvision.models:VisionTransformer",
        {"num_layers": [2, 3, 5], "hidden_dim": WIDTH, "mlp_dim": HIDDEN},
        {"num_heads": 4, "image_size": 224, "patch_size": 16},
        {"num_layers": 12, "hidden_dim": 768, "mlp_dim": 3072},
    ),
    ("torchvision.models:resnet50", {"num_classes": [10, 20, 50, 100]}, {}, {"num_classes": 1000}),
    (
        "timm:create_model",
        {"num_classes": [10, 20, 50], "embed_dim": WIDTH, "depth": DEPTH},
        {"model_name": "vit_base_patch16_224"},
        {"num_classes": 1000, "embed_dim": 768, "depth": 12},
    ),
]


@pytest.mark.parametrize(("model", "vary", "fixed", "sizes"), CASES, ids=[case[0] for case in CASES])
def test_a_description_counts_as_the_model_does(
    model: str, vary: Sizes, fixed: dict[str, Any], sizes: dict[str, int]
) -> None:
    package = model.partition(":")[0].partition(".")[0]
    pytest.importorskip(package, reason=f"{package} isn't installed")
    symbols = {name: place(name).symbol for name in vary}
    told = {name: (given(value, symbols) if isinstance(value, str) else None) or value for name, value in fixed.items()}
    found = derive(spec(model), vary, told)
    env = {symbols[name]: size for name, size in sizes.items()}
    call = f"{found.name}({', '.join(f'{name}={size}' for name, size in env.items())})"
    values = {name: value.value(env) if hasattr(value, "value") else value for name, value in told.items()} | sizes
    named = arranged(
        [(place(name).steps, value) for name, value in values.items()], lambda steps: _default(model, steps)
    )
    live = build(spec(model).with_sizes(named))
    text = symparams.parse(found.text)
    assert text.formula(f"{call}.params").value() == sum(p.numel() for p in live.parameters())
    assert text.formula(f"{call}.buffers").value() == sum(b.numel() for b in live.buffers())


def _default(model: str, steps: Any) -> Any:
    from symparams.importers.live import default

    return default(spec(model), steps)
