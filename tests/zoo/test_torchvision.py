"""torchvision's classification networks, against the instance of the same name in the zoo, tensor by tensor.

Two roads: counts that torchvision 0.29.2 itself gave (data beside the checkout), and the library where it is installed.
Either is skipped where it is absent; what must hold everywhere stands as `check` lines in the zoo's own files.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import pytest

import symparams
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
    assert shapes["param"] == {name: list(param.shape) for name, param in net.named_parameters()}
    assert shapes["buffer"] == {name: list(buffer.shape) for name, buffer in net.named_buffers()}
