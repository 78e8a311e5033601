"""Differences of two collections of tensors → what may be done about them, in a sentence each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from .folding import MAX_NAME, Found, common, groups
from .json_text import name_shown
from .stored import Collection

PACKED = ("qweight", "weight_packed", "absmax", "quant_map", "bnb__nf4", "bnb__fp4")
SCALES = (
    "SCB",
    "scales",
    "qzeros",
    "g_idx",
    "weight_scale_inv",
    "weight_scale",
    "input_scale",
    "activation_scale",
    "weight_shape",
)
BUFFERS = ("inv_freq", "position_ids", "masked_bias", "relative_position_index", "num_batches_tracked", "attn_mask")
WHOLE = ("I", "U", "BOOL", "int", "uint", "bool")  # how dtypes of whole numbers begin
MAX_TOLD = 3
_MASK = re.compile(r"\[1, 1, (\d+), \1\]")
_SHARD = re.compile(r"-\d+-of-(\d+)\.\w+$")


def advice(ours: Collection, theirs: Collection, found: Sequence[Found]) -> Iterator[str]:
    """What a person may try."""
    extra = [one for one in found if one.kind == "extra"]
    missing = {ours.tensors[one.name].kind for one in found if one.kind == "missing"}
    yield from _without(missing, {theirs.tensors[one.name].kind for one in extra})
    yield from _ignored([one.name for one in extra])
    yield from _masks(extra)
    shapes = [one for one in found if one.kind in ("shape", "transposed")]
    yield from _swapped(shapes)
    if len(shapes) > 2 and all(one.kind == "transposed" for one in shapes):
        yield "matrices are kept transposed there, as by Conv1D of transformers: add --transposed"
    if any(".lora_A." in one.name for one in found) and not any(".lora_A." in name for name in ours.tensors):
        yield "lora_A and lora_B are an adapter's: hold them against the network with it, as by LoRA of zoo.peft"
    shard = _SHARD.search(theirs.origin)
    if shard and any(one.kind == "missing" for one in found):
        yield f"it is one of {int(shard.group(1)):,} shards: give their index, or the folder that holds it"


def notes(theirs: Collection) -> Iterator[str]:
    """The tensors whose numbers are stored otherwise than most are, which is no difference in what they count."""
    counts = Counter(one.dtype for one in theirs.tensors.values() if one.dtype and not one.dtype.startswith(WHOLE))
    usual = max(counts, key=counts.__getitem__, default="")
    for dtype in sorted(set(counts) - {usual})[:MAX_TOLD]:
        names = (Found(dtype, name, "", "", 0) for name, one in theirs.tensors.items() if one.dtype == dtype)
        rows = [common(one.names) for one in groups(names)]
        more = f" and {len(rows) - MAX_TOLD:,} more" if len(rows) > MAX_TOLD else ""
        if rows:
            yield f"stored as {name_shown(dtype)}, where most are {name_shown(usual)}: {', '.join(rows[:MAX_TOLD])}{more}"


def _without(missing: set[str], extra: set[str]) -> Iterator[str]:
    """An option for tensors that one side leaves out for a reason, told by the kinds of those missing and extra."""
    if missing <= {"buffer"} and extra <= {"buffer", ""} and "buffer" in missing | extra:
        which = " or ".join(word for word, kinds in (("missing", missing), ("extra", extra - {""})) if kinds)
        yield f"all that is {which} are buffers: add --no-buffers"
    elif missing and missing <= {"frozen", "buffer"}:
        yield f"all that is missing is frozen: add --no-frozen{' --no-buffers' * ('buffer' in missing)}"


def _ignored(extra: Sequence[str]) -> Iterator[str]:
    """What quantisation and older versions add to checkpoints."""
    leaves = dict.fromkeys(name.rpartition(".")[2] for name in extra)
    if any(leaf in PACKED for leaf in leaves):
        yield "its weights are packed by quantisation: compare the checkpoint that it was made from"
        return
    for words, known in (("scales of quantised weights", SCALES), ("buffers that no longer are stored", BUFFERS)):
        met = [leaf for leaf in leaves if leaf in known]
        if met:
            patterns = " ".join(f"--ignore '*.{leaf}'" for leaf in met)
            yield f"{' and '.join(met)} are {words}: add {patterns}"


def _masks(extra: Sequence[Found]) -> Iterator[str]:
    """Causal masks, which older versions of transformers store under names such as `attn.bias`."""
    masks = dict.fromkeys(".".join(one.name.split(".")[-2:]) for one in extra if _MASK.fullmatch(one.theirs))
    if masks:
        told = " ".join(f"--ignore '*.{name_shown(name)}'" for name in list(masks)[:MAX_TOLD])
        yield f"{' and '.join(map(name_shown, list(masks)[:MAX_TOLD]))} hold masks, no parameters: add {told}"


def _swapped(found: Sequence[Found]) -> Iterator[str]:
    """Two tensors that have each other's shapes."""
    if len(found) == 2 and (found[0].ours, found[0].theirs) == (found[1].theirs, found[1].ours):
        one, other = (name_shown(each.name, MAX_NAME) for each in found)
        yield f"{one} and {other} have each other's shapes: are they swapped?"
