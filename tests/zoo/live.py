"""Configurations at random small sizes with their options flipped, and the models that transformers builds from them."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from symparams.importers import huggingface

from .configurations import Built

Entries = dict[str, Any]

# What a key may be, whatever the model type; heads come first, since widths are multiples of them.
NUMBERS: dict[tuple[str, ...], Callable[[random.Random], Any]] = {
    ("vocab_size",): lambda r: r.randint(30, 90),
    ("num_hidden_layers", "n_layer", "num_layers", "n_layers"): lambda r: r.randint(2, 6),
    ("n_positions", "max_position_embeddings", "context_length", "max_seq_len"): lambda r: r.randint(16, 40),
    ("intermediate_size", "n_inner", "ffn_dim", "d_ff", "dff", "moe_intermediate_size"): lambda r: 4 * r.randint(3, 20),
    ("shared_expert_intermediate_size", "intermediate_size_mlp"): lambda r: 4 * r.randint(3, 20),
    ("num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts"): lambda r: r.randint(3, 7),
    ("num_experts_per_tok", "moe_k"): lambda r: r.randint(1, 3),
    ("n_shared_experts", "moe_num_shared_experts"): lambda r: r.randint(1, 3),
    ("state_size", "mamba_d_state", "conv_kernel", "mamba_d_conv", "relative_attention_num_buckets"): lambda r: r.randint(2, 9),
    ("d_kv", "mamba_d_head"): lambda r: 2 * r.randint(2, 6),
    ("num_sparse_encoder_layers", "num_sparse_decoder_layers"): lambda r: r.randint(0, 2),
    ("first_k_dense_replace",): lambda r: r.randint(0, 3),
    ("num_labels",): lambda r: r.randint(2, 7),
    ("decoder_sparse_step",): lambda r: r.randint(1, 3),
    ("mlp_only_layers",): lambda r: r.sample(range(6), r.randint(0, 2)),
    ("q_lora_rank", "kv_lora_rank"): lambda r: r.randint(5, 20),
    ("qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim"): lambda r: 2 * r.randint(2, 9),
}  # fmt: skip


def fields(kind: type) -> set[str]:
    """The keys of a configuration class."""
    return {name for base in kind.__mro__ for name in getattr(base, "__annotations__", {})}


Special = Callable[[random.Random, Entries], None]


def configuration(model_type: str, seed: int, special: Special | None = None) -> Entries:
    """A configuration of a model type: each key that its function knows at a random value, or left out."""
    import transformers

    r = random.Random(f"{model_type} {seed}")
    heads = r.choice([2, 4, 6])
    groups = r.choice([n for n in (1, 2, 3) if heads % n == 0])
    width = heads * 2 * r.choice([4, 6, 8])
    known: Entries = {
        **dict.fromkeys(("num_attention_heads", "n_head", "num_heads", "attention_heads", "n_heads"), heads),
        **dict.fromkeys(("num_key_value_heads", "num_kv_heads"), groups),
        **dict.fromkeys(("hidden_size", "n_embd", "d_model", "embedding_dim"), width),
    }
    kind = transformers.CONFIG_MAPPING[model_type]
    found: Entries = {"model_type": model_type, **{name: size for name, size in known.items() if name in fields(kind)}}
    function = huggingface.functions()[huggingface.function_name(model_type)]
    for param in huggingface.parameters(function):
        name, default = param.name, huggingface.plain_default(param.default)
        rule = next((rule for keys, rule in NUMBERS.items() if name in keys), None)
        if name in found or name not in fields(kind) | {"num_labels", "head_dim"}:
            continue
        if name == "head_dim" and r.random() < 0.7:
            found[name] = 2 * r.randint(3, 9)
        elif rule is not None:
            found[name] = rule(r)
        elif isinstance(default, bool) and r.random() < 0.6:
            found[name] = not default
    if "pad_token_id" in fields(kind):
        found["pad_token_id"] = 0
    if special is not None:
        special(r, found)
    return found


def build(config: Mapping[str, Any], cls: str) -> tuple[Built, list[list[str]]]:
    """The model of a class that transformers builds on the meta device, and the names that share a tensor.

    Raises: whatever transformers raises for a configuration that it refuses.
    """
    import torch
    import transformers

    transformers.utils.logging.set_verbosity_error()
    with warnings.catch_warnings(), torch.device("meta"):
        warnings.simplefilter("ignore")
        entries = {key: value for key, value in config.items() if key != "model_type"}
        made = transformers.CONFIG_MAPPING[config["model_type"]](**entries)
        model = getattr(transformers, cls)(made)
    named: dict[int, list[str]] = {}
    for name, tensor in model.named_parameters(remove_duplicate=False):
        named.setdefault(id(tensor), []).append(name)
    own = dict(model.named_parameters())
    groups = [names for names in named.values() if len(names) > 1]
    found = Built(
        {name: list(tensor.shape) for name, tensor in own.items()},
        {name for names in groups for name in names if name not in own},
        sum(tensor.numel() for tensor in own.values() if tensor.requires_grad),
        sum(tensor.numel() for tensor in own.values() if not tensor.requires_grad),
        sum(tensor.numel() for tensor in persistent(model)),
    )
    return found, [sorted(names, key=lambda name: name not in own) for names in groups]


def persistent(model: Any) -> list[Any]:
    """The buffers that a checkpoint keeps."""
    return [
        tensor
        for module in model.modules()
        for name, tensor in module.named_buffers(recurse=False)
        if name not in module._non_persistent_buffers_set
    ]
