"""The sources of torchvision, where it is installed, against the networks that they build."""

from __future__ import annotations

from pathlib import Path

import pytest

from symparams.api import question
from symparams.errors import Source
from symparams.importers.differences import compare
from symparams.importers.live import build, spec, tensors_of
from symparams.importers.report import page
from symparams.importers.source import imported
from symparams.importers.stored import described
from symparams.model.files import load_text

torchvision = pytest.importorskip("torchvision")


@pytest.mark.parametrize(
    ("file", "sym", "network"),
    [
        ("alexnet", "AlexNet(10)", "alexnet(num_classes=10)"),
        ("vgg", "vgg11", "vgg11"),
        ("vgg", "vgg16_bn", "vgg16_bn"),
        ("resnet", "resnet50", "resnet50"),
        ("resnet", "ResNet(Bottleneck, [3, 4, 23, 3], groups=32, width_per_group=8)", "resnext101_32x8d"),
        ("densenet", "densenet161", "densenet161"),
        ("squeezenet", "squeezenet1_1", "squeezenet1_1"),
        ("mobilenetv2", "MobileNetV2(10, 1/2)", "mobilenet_v2(num_classes=10, width_mult=0.5)"),
        ("mnasnet", "mnasnet1_3", "mnasnet1_3"),
        ("shufflenetv2", "shufflenet_v2_x1_0", "shufflenet_v2_x1_0"),
        ("googlenet", "GoogLeNet()", "googlenet(init_weights=False)"),
        ("inception", "Inception3()", "inception_v3(init_weights=False)"),
        ("vision_transformer", "VisionTransformer(224, 16, 12, 12, 768, 3072)", "vit_b_16"),
    ],
)
def test_torchvision(file: str, sym: str, network: str) -> None:
    path = Path(torchvision.__file__).parent / "models" / f"{file}.py"
    ours = described(question(sym, load_text(Source("net.sym", imported(path).text))), sym)
    found = compare(ours, tensors_of(build(spec(f"torchvision.models:{network}")), network))
    assert not found.differences, page(found, "text", "torchvision")
