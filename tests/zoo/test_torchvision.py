"""torchvision's classification networks, against the instance of the same name in the zoo, tensor by tensor.

Two roads: counts that torchvision 0.29.2 itself gave (data beside the checkout), and the library where it is installed.
Either is skipped where it is absent; what must hold everywhere stands as `check` lines in the zoo's own files.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterable
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import pytest

import symparams
from symparams.api import Module, question
from symparams.model.files import ZOO

TRUTH = Path(__file__).parents[3] / "shared" / "truth" / "torchvision_models.json"
DATA: dict[str, Any] = json.loads(TRUTH.read_text()) if TRUTH.exists() else {"models": []}
HAS_TORCHVISION = importlib.util.find_spec("torchvision") is not None

# Kinds of networks that the zoo doesn't hold, with the reason.
OUTSIDE = {
    "detection": "detectors are backbones of the zoo with heads of their own",
    "segmentation": "segmentation networks are backbones of the zoo with heads of their own",
    "video": "the zoo holds no networks for video",
    "optical_flow": "the zoo holds no networks for optical flow",
}

# Published weights whose network isn't the one that the library builds by default: what differs, and the instance.
APART = {
    ("googlenet", "aux_logits"): "googlenet_without_aux",
    ("vit_b_16", "image_size"): "vit_b_16_384",
    ("vit_l_16", "image_size"): "vit_l_16_512",
    ("vit_h_14", "image_size"): "vit_h_14_518",
}


@cache
def homes() -> dict[str, symparams.api.File]:
    """The zoo's file that defines each name."""
    found = {}
    for path in sorted(Path(ZOO).glob("*.sym")):
        file = symparams.load(path)
        found.update(dict.fromkeys(file.names, file))
    return found


@cache
def instance(name: str) -> Any:
    """The zoo's network of this name. Quantised networks have the tensors of the others before their conversion."""
    plain = name.removeprefix("quantized_")
    return getattr(homes()[plain], plain)


@cache
def tensors(name: str) -> dict[str, dict[str, list[int]]]:
    """Names and shapes of a network's tensors by kind, in order."""
    found: dict[str, dict[str, list[int]]] = {"param": {}, "buffer": {}}
    for row in instance(name).tensors(expand=True):
        found[row.kind][row.name] = list(row.shape)
    return found


def sums(shapes: dict[str, list[int]], depth: int) -> dict[str, int]:
    """The sums of a network's tensors by their first names."""
    found: dict[str, int] = {}
    for name, shape in shapes.items():
        first = ".".join(name.split(".")[:depth])
        found[first] = found.get(first, 0) + prod(shape)
    return found


def title(entry: dict[str, Any]) -> str:
    return str(entry["name"])


INSIDE = [entry for entry in DATA["models"] if entry["kind"] not in OUTSIDE]

with_data = pytest.mark.skipif(not TRUTH.exists(), reason="the data of torchvision isn't beside this checkout")


@with_data
@pytest.mark.parametrize("entry", INSIDE, ids=title)
def test_network_counts_what_torchvision_counts(entry: dict[str, Any]) -> None:
    net = instance(entry["name"])
    assert net.params.value() == entry["total"]
    assert net.trainable.value() == entry["trainable"]
    assert net.buffers.value() == entry["buffers_elems"]


@with_data
@pytest.mark.parametrize("entry", INSIDE, ids=title)
def test_parts_count_what_torchvision_counts(entry: dict[str, Any]) -> None:
    shapes = tensors(entry["name"])["param"]
    assert sums(shapes, 1) == entry["params"]
    assert sums(shapes, 2) == entry["params_depth2"]
    assert len(shapes) == entry["n_tensors"]


@with_data
@pytest.mark.parametrize("entry", INSIDE, ids=title)
def test_published_number_is_the_zoos(entry: dict[str, Any]) -> None:
    for weights in entry["published"].values():
        names = [APART.get((entry["name"], what)) for what in weights.get("reproduced_with", {})]
        net = instance(next(filter(None, names), entry["name"]))
        assert net.params.value() == weights["num_params"]


def library() -> list[str]:
    if not HAS_TORCHVISION:
        return []
    from torchvision import models

    return list(models.list_models(module=models))


def built(name: str) -> Any:
    """The network that torchvision builds, on the meta device as far as it can be."""
    import torch
    from torchvision import models
    from torchvision.models.regnet import BlockParams

    fast = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
    derive = BlockParams.from_init_params.__func__

    def on_cpu(cls: Any, *args: Any, **kwargs: Any) -> Any:
        with torch.device("cpu"):
            return derive(cls, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch, torch.device("meta"):
        patch.setattr(BlockParams, "from_init_params", classmethod(on_cpu))
        return models.get_model(name, weights=None, **fast)


@pytest.mark.skipif(not HAS_TORCHVISION, reason="torchvision isn't installed")
@pytest.mark.parametrize("name", library())
def test_network_has_the_tensors_of_torchvision(name: str) -> None:
    net = built(name)
    shapes = tensors(name)
    assert shapes["param"] == shapes_of(net.named_parameters())
    assert shapes["buffer"] == shapes_of(net.named_buffers())


def regnet(**sizes: Any) -> Any:
    import torch
    from torchvision.models.regnet import BlockParams, RegNet

    with torch.device("cpu"):
        params = BlockParams.from_init_params(**sizes)
    return RegNet(params, num_classes=10)


def convnext(models: Any) -> Any:
    block = models.convnext.CNBlockConfig
    return models.ConvNeXt([block(10, 24, 1), block(24, 36, 2), block(36, None, 1)], num_classes=5)


def swin_v2(models: Any) -> Any:
    parts = models.swin_transformer
    kinds = {"block": parts.SwinTransformerBlockV2, "downsample_layer": parts.PatchMergingV2}
    return models.SwinTransformer([4, 4], 32, [1, 2], [1, 2], [6, 6], num_classes=9, **kinds)


# Networks that nobody published: the family, the call in it, and how torchvision builds the same.
UNPUBLISHED: list[tuple[str, str, Callable[[Any], Any]]] = [
    ("alexnet", "AlexNet(5)", lambda m: m.alexnet(num_classes=5)),
    ("vgg", "VGG([2, 2, 4, 4, 4], n=5, batch_norm=True)", lambda m: m.vgg19_bn(num_classes=5)),
    ("resnet", "ResNet(BasicBlock, [1, 2, 3, 4], n=7)", lambda m: m.ResNet(m.resnet.BasicBlock, [1, 2, 3, 4], 7)),
    ("resnet", "ResNet(Bottleneck, [1, 2, 1, 2], groups=4, base_width=24)",
     lambda m: m.ResNet(m.resnet.Bottleneck, [1, 2, 1, 2], groups=4, width_per_group=24)),
    ("densenet", "DenseNet(12, [3, 5, 4], 20, 2, 10)", lambda m: m.DenseNet(12, (3, 5, 4), 20, 2, num_classes=10)),
    ("googlenet", "GoogLeNet(5, False)",
     lambda m: m.googlenet(aux_logits=False, init_weights=False, num_classes=5)),
    ("inception_v3", "InceptionV3(5, False)",
     lambda m: m.inception_v3(aux_logits=False, init_weights=False, num_classes=5)),
    ("mobilenet_v2", "MobileNetV2(0.35, 10)", lambda m: m.mobilenet_v2(width_mult=0.35, num_classes=10)),
    ("mobilenet_v3", "MobileNetV3(small_rows, 1024, 0.3)", lambda m: m.mobilenet_v3_small(width_mult=0.3)),
    ("mobilenet_v3", "MobileNetV3(large(2), 640, 0.75)",
     lambda m: m.mobilenet_v3_large(width_mult=0.75, reduced_tail=True)),
    ("mnasnet", "MNASNet(0.35, 10)", lambda m: m.MNASNet(0.35, 10)),
    ("shufflenet_v2", "ShuffleNetV2([2, 3, 2], [16, 30, 50, 90, 200], 5)",
     lambda m: m.ShuffleNetV2([2, 3, 2], [16, 30, 50, 90, 200], 5)),
    ("regnet", "regnet(13, 40, 33.3, 2.1, 12, 0.25, 10)",
     lambda m: regnet(depth=13, w_0=40, w_a=33.3, w_m=2.1, group_width=12, se_ratio=0.25)),
    ("regnet", "regnet(20, 24, 15.5, 2.77, 40, 0, 10)",
     lambda m: regnet(depth=20, w_0=24, w_a=15.5, w_m=2.77, group_width=40)),
    ("convnext", "ConvNeXt([1, 2, 1], [10, 24, 36], 5)", convnext),
    ("vit", "ViT(96, 3, 8, 100, 64, 5, 4)", lambda m: m.VisionTransformer(64, 8, 3, 4, 96, 100, num_classes=5)),
    ("swin", "Swin(32, [1, 2, 3], [1, 2, 4], 5, 2, 9)",
     lambda m: m.SwinTransformer([2, 2], 32, [1, 2, 3], [1, 2, 4], [5, 5], num_classes=9)),
    ("swin", "Swin(32, [1, 2], [1, 2], 6, 4, 9, AttentionV2)", swin_v2),
    ("maxvit", "MaxViT(24, [32, 64], [1, 2], 16, 7, 5)",
     lambda m: m.MaxVit((56, 56), 24, 7, [32, 64], [1, 2], 16, 0.1, num_classes=5)),
]  # fmt: skip


@pytest.mark.skipif(not HAS_TORCHVISION, reason="torchvision isn't installed")
@pytest.mark.parametrize(("family", "call", "build"), UNPUBLISHED, ids=[case[1] for case in UNPUBLISHED])
def test_network_that_nobody_published_is_torchvisions(family: str, call: str, build: Callable[[Any], Any]) -> None:
    import torch
    from torchvision import models

    with torch.device("meta"):
        net = build(models)
    path = Path(ZOO) / f"{family}.sym"
    rows = Module(question(call, symparams.load(path)._unit)).tensors(expand=True)
    assert {row.name: list(row.shape) for row in rows if row.kind == "param"} == shapes_of(net.named_parameters())
    assert {row.name: list(row.shape) for row in rows if row.kind == "buffer"} == shapes_of(net.named_buffers())


def shapes_of(tensors: Iterable[tuple[str, Any]]) -> dict[str, list[int]]:
    return {name: list(tensor.shape) for name, tensor in tensors}
