"""Configurations of Hugging Face: what they count, the text that they become, and what is refused in hostile ones."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from symparams.api import parse
from symparams.cli import main
from symparams.errors import SymparamsError
from symparams.importers import huggingface
from symparams.importers.json_text import json_object

ROOT = Path(__file__).parents[2]
SECONDS = 10
LLAMA: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "vocab_size": 1000,
    "hidden_size": 64,
    "intermediate_size": 160,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "rms_norm_eps": 1e-05,
    "rope_scaling": None,
    "torch_dtype": "bfloat16",
}
ATTENTION = 64 * 64 + 2 * 64 * 32 + 64 * 64
LAYER = ATTENTION + 3 * 64 * 160 + 2 * 64
COUNT = 2 * 1000 * 64 + 3 * LAYER + 64


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    monkeypatch.chdir(tmp_path)

    def written(**entries: Any) -> Path:
        Path("config.json").write_text(json.dumps({**LLAMA, **entries}))
        return tmp_path

    return written


@pytest.mark.parametrize(
    ("target", "count"),
    [
        ("hf:config.json", COUNT),
        ("hf:.", COUNT),
        ("hf:config.json:model.layers", 3 * LAYER),
        ("hf:config.json:.model.layers.self_attn", ATTENTION),
        ("hf:config.json:model.layers[1].mlp", 3 * 64 * 160),
        ("hf:config.json:lm_head", 64000),
    ],
)
def test_a_configuration_is_a_target(
    target: str, count: int, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    assert main(["count", target]) == 0
    assert capsys.readouterr().out == f"{count}\n"


@pytest.mark.parametrize(
    ("sizes", "form"),
    [
        (["num_hidden_layers=L"], f"{LAYER}*L + 128064"),
        (["num_hidden_layers=L", "vocab_size=V"], f"128*V + {LAYER}*L + 64"),
        (["tie_word_embeddings=True"], str(COUNT - 64000)),
        (["attention_bias=True", "num_hidden_layers=1"], str(COUNT - 2 * LAYER + 64 + 2 * 32 + 64)),
    ],
    ids=str,
)
def test_a_key_is_set_otherwise(
    sizes: list[str], form: str, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    assert main(["formula", "hf:config.json", "--form", "expanded", *(f"-s{size}" for size in sizes)]) == 0
    assert capsys.readouterr().out == f"{form}\n"


@pytest.mark.parametrize(
    ("entries", "count"),
    [
        ({"tie_word_embeddings": True}, COUNT - 64000),
        ({"num_key_value_heads": None}, COUNT + 3 * 2 * 64 * 32),
        ({"attention_bias": True}, COUNT + 3 * (64 + 2 * 32 + 64)),
        ({"head_dim": 32}, COUNT + 3 * ATTENTION),
        ({"architectures": ["LlamaModel"]}, COUNT - 64000),
        ({"architectures": None}, COUNT),
        ({"architectures": []}, COUNT),
        ({"architectures": ["LlamaForSequenceClassification"]}, COUNT - 64000 + 2 * 64),
        (
            {"architectures": ["LlamaForSequenceClassification"], "id2label": {"0": "a", "1": "b", "2": "c"}},
            COUNT - 64000 + 3 * 64,
        ),
        ({"num_hidden_layers": 3.0}, COUNT),
    ],
    ids=str,
)
def test_a_key_says_what_it_says_in_transformers(
    entries: dict[str, Any], count: int, write: Callable[..., Path]
) -> None:
    write(**entries)
    text = huggingface.page("config.json")
    assert parse(text).formula("net.params").value() == count


@pytest.mark.parametrize(
    ("entries", "same"),
    [
        ({"layers_per_block": [2, 2, 2, 2]}, {}),
        ({"cross_attention_dim": [768, 768, 768, 768]}, {"cross_attention_dim": 768}),
        ({"only_cross_attention": [False, False, False, False], "attention_head_dim": [8, 8, 8, 8]}, {}),
    ],
    ids=str,
)
def test_one_for_each_stage_may_stand_for_one_for_all(entries: dict[str, Any], same: dict[str, Any]) -> None:
    def count(keys: dict[str, Any]) -> object:
        call = huggingface.call_of({"_class_name": "UNet2DConditionModel", **keys})
        return parse(call.file).formula("net.params").value()

    assert count(entries) == count(same)


@pytest.mark.parametrize(
    ("entries", "same"),
    [
        ({"model_type": "gpt2", "hidden_size": 48, "num_hidden_layers": 2}, {"n_embd": 48, "n_layer": 2}),
        ({"model_type": "gpt2", "n_embd": 768, "hidden_size": 48}, {"n_embd": 48}),
        ({"model_type": "t5", "num_hidden_layers": 2, "head_dim": 8}, {"num_layers": 2, "d_kv": 8}),
        ({"model_type": "mixtral", "num_experts": 3}, {"num_local_experts": 3}),
        ({"model_type": "distilbert", "hidden_size": 24}, {"dim": 24}),
    ],
    ids=str,
)
def test_a_key_may_have_its_other_name(entries: dict[str, Any], same: dict[str, Any]) -> None:
    def count(keys: dict[str, Any]) -> object:
        return parse(huggingface.call_of(keys).file).formula("net.params").value()

    assert count(entries) == count({"model_type": entries["model_type"], **same})


TEXT = {key: LLAMA[key] for key in LLAMA if key != "rope_scaling"}
IMAGE = {"model_type": "clip_vision_model", "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2}
LLAVA: dict[str, Any] = {
    "architectures": ["LlavaForConditionalGeneration"],
    "model_type": "llava",
    "text_config": TEXT,
    "vision_config": {**IMAGE, "image_size": 28, "patch_size": 14},
}
TOWER = 32 + 3 * 14 * 14 * 32 + 5 * 32 + 2 * 64 + 2 * (4 * (32 * 32 + 32) + 2 * 32 * 48 + 32 + 48 + 4 * 32)
PROJECTOR = 32 * 64 + 64 + 64 * 64 + 64


def test_a_configuration_inside_is_the_network_of_its_own_type(write: Callable[..., Path]) -> None:
    def count(**entries: Any) -> object:
        write(**dict.fromkeys(LLAMA) | LLAVA | entries)
        return parse(huggingface.page("config.json")).formula("net.params").value()

    assert count() == COUNT + TOWER + PROJECTOR
    assert count(tie_word_embeddings=True) == COUNT + TOWER + PROJECTOR - 64000
    assert count(vision_feature_layer=[-2, -5]) == COUNT + TOWER + PROJECTOR + 32 * 64
    assert count(text_config={**TEXT, "model_type": "qwen2"}) == COUNT + TOWER + PROJECTOR + 3 * (64 + 2 * 32)
    assert count(architectures=["LlavaModel"]) == COUNT + TOWER + PROJECTOR - 64000


def test_a_size_of_a_configuration_inside_is_set_otherwise(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write(**LLAVA)
    assert main(["formula", "hf:config.json", "--form", "expanded", "-stext_config_num_hidden_layers=L"]) == 0
    assert capsys.readouterr().out == f"{LAYER}*L + {TOWER + PROJECTOR + 128064}\n"
    assert main(["count", "hf:config.json:model.vision_tower"]) == 0
    assert capsys.readouterr().out == f"{TOWER}\n"


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("llama", 'gives text_config as "llama", where a configuration is meant'),
        ({"model_type": "lama"}, "lama is no model type that the zoo has"),
        ({"hidden_size": "64"}, 'text_config of config.json gives hidden_size as "64"'),
    ],
    ids=str,
)
def test_a_wrong_configuration_inside_is_refused(
    inside: Any, message: str, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write(**{**LLAVA, "text_config": inside})
    refused(["count", "hf:config.json"], message, capsys)


def test_configurations_inside_configurations_end(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    inside: dict[str, Any] = {}
    for _ in range(60):
        inside = {"model_type": "llava", "text_config": inside}
    write(**inside)
    refused(["count", "hf:config.json"], "holds configurations inside configurations", capsys)


def test_heads_that_are_wider_than_the_model() -> None:
    # transformers 5.23.0, HeliumForCausalLM on the meta device: the output of attention stays square
    sizes = {
        "num_hidden_layers": 2,
        "hidden_size": 64,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 32,
    }
    call = huggingface.call_of({"model_type": "helium", **sizes, "vocab_size": 100, "intermediate_size": 96})
    assert parse(call.file).formula("net.params").value() == 2 * (64 * 64 * 5 + 3 * 64 * 96 + 2 * 64) + 2 * 6400 + 64


@pytest.mark.parametrize("cls", ["BeitForSemanticSegmentation", "SwinBackbone", "ViTForWeather"])
def test_a_class_with_more_than_the_bare_network_is_not_taken_for_it(cls: str) -> None:
    kind = {"B": "beit", "S": "swin", "V": "vit"}[cls[0]]
    call = huggingface.call_of({"model_type": kind, "architectures": [cls]})
    with pytest.raises(SymparamsError, match="no network of this class"):
        parse(call.file).formula("net.params").value()


@pytest.mark.parametrize("kind", ["ResNet", "Dinov2", "Dinov2WithRegisters"])
def test_a_backbone_that_is_the_bare_network_counts_as_it(kind: str) -> None:
    model_type = {"Dinov2WithRegisters": "dinov2_with_registers"}.get(kind, kind.lower())
    calls = [
        huggingface.call_of({"model_type": model_type, "architectures": [f"{kind}{end}"]})
        for end in ("Model", "Backbone")
    ]
    first, other = (parse(call.file).formula("net.params").value() for call in calls)
    assert first == other


def test_another_name_of_a_key_is_checked_as_the_key(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write(model_type="gpt2", hidden_size="64")
    refused(["count", "hf:config.json"], 'gives hidden_size as "64", where a number is meant', capsys)


def test_too_few_layers_for_a_sparse_one_among_them() -> None:
    call = huggingface.call_of({"model_type": "switch_transformers", "num_layers": 2})
    assert parse(call.file).formula("net.params").value() == 51_422_976  # transformers 5.23.0, on the meta device


def test_the_page_reads_back_and_its_checks_pass(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write()
    assert main(["hf", "config.json"]) == 0
    page = capsys.readouterr().out
    assert "from zoo.llama import hf_llama\n" in page
    assert "#   d    =    64  model width\n" in page
    assert f"check net.params == {COUNT:_}\n" in page
    assert {outcome.status for outcome in parse(page).check()} == {"proved"}


def test_nested_keys_are_joined() -> None:
    config = json_object('{"a_b": 1, "text_config": {"rope": {"theta": 2.5}}, "text": {"config_rope": 1}}', "c")
    assert huggingface.entry(config, "text_config_rope_theta") == 2.5
    assert huggingface.entry(config, "a_b") == 1
    assert huggingface.entry(config, "text_config_size") is huggingface.MISSING


# the sentence, the file, what stands in the message
HOSTILE = [
    ("nothing", None, "config.json doesn't exist"),
    ("no text", b"\xff\xfe", "isn't UTF-8 text"),
    ("an empty file", b"", "isn't JSON: expecting value (line 1, column 1)"),
    ("half a file", b'{"model_type": "llama", "hidden', "isn't JSON: unterminated string"),
    ("a list", b"[1, 2]", "holds a list, not a JSON object"),
    ("a number", b"12", "holds a number, not a JSON object"),
    ("null", b"null", "holds null, not a JSON object"),
    ("a key twice", b'{"model_type": "llama", "a": {"b": 1, "b": 2}}', "has the key b twice"),
    ("100,000 brackets", b'{"a": ' + b"[" * 100_000, "is nested more deeply than can be read"),
    ("100,000 objects", b'{"a":' * 100_000, "is nested more deeply than can be read"),
    ("more than 5 MB", b" " * 5_000_001, "larger than the limit of 5,000,000 bytes"),
    ("no model type", b"{}", "has no model_type"),
    ("a number for a model type", b'{"model_type": 3}', "has a model_type that isn't a name"),
    ("an unknown model type", b'{"model_type": "lama"}', "lama is no model type that the zoo has\n  = help: near it are llama"),
    ("a model type with signs", b'{"model_type": "../x\\u0000"}', "is no model type that the zoo has"),
    ("a huge model type", b'{"model_type": "' + b"x" * 1_000_000 + b'"}', "is no model type that the zoo has"),
]  # fmt: skip

VALUES = [
    ("a string for a number", '"64"', 'gives hidden_size as "64", where a number is meant'),
    ("an empty string", '""', 'gives hidden_size as "", where a number is meant'),
    ("a yes/no for a number", "true", "gives hidden_size as true, where a number is meant"),
    ("an object", '{"a": 1}', "gives hidden_size as an object, where a number is meant"),
    ("a list", "[64]", "gives hidden_size as [64], where a number is meant"),
    ("a list 50 deep", "[" * 50 + "]" * 50, "gives hidden_size as a list, where a number is meant"),
    ("NaN", "NaN", "gives hidden_size as NaN, which says no size"),
    ("Infinity", "-Infinity", "gives hidden_size as -Infinity, which says no size"),
    ("a huge number", "9" * 100_000, "gives hidden_size as a number of 100,000 digits, which says no size"),
    ("a huge exponent", "1e999999999", "gives hidden_size as 1e999999999, a number of very many digits"),
    ("an exponent beyond numbers", "1e99999999999999999999", "a number of very many digits, which says no size"),
    ("half a size", "64.5", "64.5"),
    ("a negative size", "-64", "-64"),
]


@pytest.mark.parametrize(("content", "message"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
@pytest.mark.parametrize("command", ["count", "hf"])
def test_a_file_is_refused(
    command: str,
    content: bytes | None,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("config.json").write_bytes(content)
    refused(["count", "hf:config.json"] if command == "count" else ["hf", "config.json"], message, capsys)


@pytest.mark.parametrize(("value", "message"), [case[1:] for case in VALUES], ids=[case[0] for case in VALUES])
def test_a_value_is_refused(
    value: str, message: str, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write(hidden_size="HERE")
    path = Path("config.json")
    path.write_text(path.read_text().replace('"HERE"', value))
    refused(["count", "hf:config.json"], message, capsys)


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        ([3], "gives architectures as [3], where names of classes are meant"),
        ([None], "gives architectures as [None], where names of classes are meant"),
        ("LlamaModel", 'gives architectures as "LlamaModel", where a list is meant'),
    ],
    ids=str,
)
def test_classes_that_are_no_names_are_refused(
    classes: Any, message: str, write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write(architectures=classes)
    refused(["count", "hf:config.json"], message, capsys)


def test_heads_that_do_not_divide_the_width_are_refused(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write(model_type="vit", architectures=["ViTModel"], hidden_size=96, num_attention_heads=5)
    refused(["count", "hf:config.json"], "hidden_size as 96, which num_attention_heads, 5, doesn't divide", capsys)
    write(head_dim=32, num_attention_heads=5, num_key_value_heads=5)
    assert main(["count", "hf:config.json"]) == 0


def test_a_class_that_the_family_lacks_is_refused(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write(architectures=["LlamaForWeather"])
    refused(["count", "hf:config.json"], "the zoo has no network of this class", capsys)


def test_a_pipe_is_not_waited_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import os

    os.mkfifo(tmp_path / "config.json")
    refused(["count", f"hf:{tmp_path}/config.json"], "is a pipe or device, not a file", capsys)


def refused(command: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    begun = perf_counter()
    assert main(command) == 2
    assert perf_counter() - begun < SECONDS
    printed = capsys.readouterr().err
    assert message in printed
    assert not re.search(r"Traceback|\.py\b", printed)
    assert len(printed) < 3_000


def test_a_value_that_says_no_size_is_not_looked_at(write: Callable[..., Path]) -> None:
    write(time_step_limit=[0.0, float("inf")], rope_scaling={"factor": float("nan")}, eps=1e-300)
    assert parse(huggingface.page("config.json")).formula("net.params").value() == COUNT


def test_no_other_file_of_the_zoo_is_parsed_and_sympy_not_imported(write: Callable[..., Path]) -> None:
    path = write() / "config.json"
    script = (
        "import sys; from symparams.model import files; loaded = []; load = files.load_text\n"
        "def seen(source, *rest):\n    loaded.append(source.name)\n    return load(source, *rest)\n"
        "files.load_text = seen\n"
        "from symparams.cli import main; status = main(['count', 'hf:' + sys.argv[1]])\n"
        "assert 'sympy' not in sys.modules; assert len(loaded) <= 2, loaded; sys.exit(status)"
    )
    command = [sys.executable, "-c", script, str(path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout == f"{COUNT}\n"
