"""What the base classes of Hugging Face's transformers do for networks and configurations: what isn't in a model's own files."""

from __future__ import annotations

import re

from .scope import class_constant, lineage_bases
from .values import Class, Dotted, Row, Text, Value, inner, known

CONFIGURATIONS = {"PreTrainedConfig", "PretrainedConfig"}
# What a configuration has without saying so; `rope_parameters` is what its constructor makes of None.
GIVEN: dict[str, object] = {
    "num_labels": 2,
    "chunk_size_feed_forward": 0,
    "is_encoder_decoder": False,
    "is_decoder": False,
    "add_cross_attention": False,
    "cross_attention_hidden_size": None,
    "output_attentions": False,
    "output_hidden_states": False,
    "return_dict": True,
    "use_return_dict": True,
    "problem_type": None,
    "pruned_heads": None,
    "torch_dtype": None,
    "dtype": None,
    "_attn_implementation": "sdpa",
    "_experts_implementation": "grouped_mm",
}
PLAIN_PATH = re.compile(r"[\w.]+")


def is_pretrained(cls: Class) -> bool:
    """Whether a class is a configuration of transformers."""
    return any(isinstance(one, Dotted) and one.last in CONFIGURATIONS for one in lineage_bases(cls))


def given_by_base(cls: Class, name: str) -> Value | None:
    """What a configuration of transformers has from its base class; None for what it hasn't."""
    if not is_pretrained(cls):
        return None
    if name == "rope_parameters":
        items: list[tuple[str | None, Value]] = [("rope_type", known("default")), ("rope_theta", known(10000))]
        return Row("dict", items)
    return known(GIVEN[name]) if name in GIVEN else None


def is_tying(cls: Class) -> bool:
    """Whether a network's class says which of its tensors are the same where its configuration ties them."""
    is_model = any(isinstance(one, Dotted) and one.last == "PreTrainedModel" for one in lineage_bases(cls))
    return is_model and class_constant(cls, "_tied_weights_keys") is not None


def stated_ties(value: Value) -> list[tuple[str, str]] | None:
    """The ties that `_tied_weights_keys` states, a tensor or member and the other that it is; None for others than plain paths."""
    row = inner(value)
    if isinstance(row, Text) and row.value is None:
        return []
    if not isinstance(row, Row) or row.kind != "dict" or row.is_open:
        return None
    found = []
    for key, other in row.items:
        if not isinstance(other, Text) or not isinstance(other.value, str):
            return None
        found.append((str(key), other.value))
    return found if all(PLAIN_PATH.fullmatch(path) for pair in found for path in pair) else None
