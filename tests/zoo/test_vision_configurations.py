"""Configurations of image networks that nobody published, against what transformers builds from them where it is installed."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from .configurations import Built, built, difference

LIBRARIES = ("torch", "transformers", "timm")

pytestmark = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in LIBRARIES), reason="transformers or timm isn't installed"
)

CASES: list[tuple[str, dict[str, Any]]] = [
    ("ViTForImageClassification", {"image_size": 384, "patch_size": 32, "num_hidden_layers": 5, "intermediate_size": 3000,
                                   "qkv_bias": False, "num_labels": 7}),
    ("ViTModel", {"pooler_output_size": 100, "image_size": [224, 160], "num_hidden_layers": 3}),
    ("ViTForMaskedImageModeling", {"num_hidden_layers": 3}),
    ("DeiTModel", {"num_hidden_layers": 2}),
    ("DeiTForImageClassification", {"num_hidden_layers": 2, "num_labels": 10}),
    ("DeiTForMaskedImageModeling", {"num_hidden_layers": 2}),
    ("SwinModel", {"use_absolute_embeddings": True, "depths": [1, 2, 3], "num_heads": [2, 4, 8], "embed_dim": 64,
                   "window_size": 5, "mlp_ratio": 2.0}),
    ("SwinForMaskedImageModeling", {"qkv_bias": False}),
    ("Swinv2ForImageClassification", {"embed_dim": 64, "num_heads": [2, 4, 8, 16], "window_size": 24, "image_size": 384}),
    ("Swinv2Model", {"window_size": 8, "use_absolute_embeddings": True}),
    ("ConvNextModel", {"hidden_sizes": [40, 80, 200], "depths": [2, 2, 3], "num_stages": 3}),
    ("ConvNextForImageClassification", {"layer_scale_init_value": 0.0}),
    ("ConvNextV2ForImageClassification", {"num_labels": 33, "patch_size": 8}),
    ("Dinov2Model", {"use_swiglu_ffn": True, "hidden_size": 384, "num_attention_heads": 6, "num_hidden_layers": 3,
                     "use_mask_token": False, "image_size": 518}),
    ("Dinov2ForImageClassification", {"num_hidden_layers": 3, "num_labels": 10}),
    ("BeitForImageClassification", {"num_hidden_layers": 2, "use_relative_position_bias": True, "use_mean_pooling": False}),
    ("BeitForMaskedImageModeling", {"num_hidden_layers": 2, "use_shared_relative_position_bias": True,
                                    "use_mask_token": True, "use_absolute_position_embeddings": True}),
    ("ResNetModel", {"downsample_in_first_stage": True, "hidden_sizes": [64, 128], "depths": [2, 3],
                     "layer_type": "basic", "embedding_size": 32}),
    ("ResNetForImageClassification", {"num_labels": 10}),
    ("RegNetModel", {"layer_type": "x"}),
    ("RegNetForImageClassification", {"hidden_sizes": [24, 56, 152, 368], "depths": [1, 1, 4, 7], "groups_width": 8}),
    ("EfficientNetModel", {"width_coefficient": 1.0, "depth_coefficient": 1.0, "hidden_dim": 1280}),
    ("EfficientNetForImageClassification", {"width_coefficient": 1.4, "depth_coefficient": 1.8, "hidden_dim": 1792}),
    ("MobileNetV1Model", {"depth_multiplier": 0.3}),
    ("MobileNetV2Model", {"depth_multiplier": 0.35}),
    ("MobileNetV2ForImageClassification", {"depth_multiplier": 0.5, "first_layer_is_expansion": False,
                                           "finegrained_output": False}),
    ("DetrModel", {}),
    ("DetrForObjectDetection", {"backbone": "resnet101", "num_labels": 91, "num_queries": 50, "d_model": 128,
                                "decoder_layers": 3, "decoder_ffn_dim": 700, "position_embedding_type": "learned"}),
    ("DetrForSegmentation", {"num_labels": 250}),
]  # fmt: skip


@pytest.mark.parametrize(("cls", "sizes"), CASES, ids=[f"{cls} {sizes}" for cls, sizes in CASES])
def test_configuration_gives_the_tensors_that_transformers_builds(cls: str, sizes: dict[str, Any]) -> None:
    import torch
    import transformers

    kind = getattr(transformers, cls)
    config = kind.config_class(**sizes)
    with torch.device("meta"):
        net = kind(config)
    ours = built({**config.to_dict(), "num_labels": config.num_labels, "architectures": [cls]})
    assert difference(ours, as_built(net)) == []


def as_built(net: Any) -> Built:
    """A live module's own tensors and counts; of its buffers those that its checkpoints store."""
    params = dict(net.named_parameters())
    counts = [sum(p.numel() for p in params.values() if p.requires_grad is learns) for learns in (True, False)]
    stored = net.state_dict()
    buffers = sum(buffer.numel() for name, buffer in net.named_buffers() if name in stored)
    return Built({name: list(param.shape) for name, param in params.items()}, set(), *counts, buffers)
