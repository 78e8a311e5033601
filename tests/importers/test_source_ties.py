"""The ties that classes of transformers state by `_tied_weights_keys`, read without transformers."""

from __future__ import annotations

from pathlib import Path

import pytest

from symparams import api
from symparams.errors import Source
from symparams.importers.source import imported
from symparams.model.files import load_text

HEAD = """\
from torch import nn
from transformers import PreTrainedConfig, PreTrainedModel


class SmallConfig(PreTrainedConfig):
    vocab_size: int = 100
    hidden_size: int = 16
{default}

class Small(PreTrainedModel):
    _tied_weights_keys = {keys}

    def __init__(self, config: SmallConfig):
        super().__init__(config)
        self.embed = nn.Embedding(config.vocab_size, config.hidden_size)
        self.head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        self.post_init()
"""
TIED = '{"head.weight": "embed.weight"}'


def written(folder: Path, default: str = "", keys: str = TIED) -> str:
    (folder / "net.py").write_text(HEAD.format(default=f"    {default}\n" if default else "", keys=keys), "utf-8")
    return imported(folder / "net.py").text


def count(text: str, of: str) -> int:
    return int(api.Formula(api.question(of, load_text(Source("net.sym", text)))).value())


def test_a_head_is_tied_where_the_configuration_says_so(tmp_path: Path) -> None:
    text = written(tmp_path, "tie_word_embeddings: bool = True")
    assert "    if tie_word_embeddings:\n        tie head.weight = embed.weight\n" in text
    assert (count(text, "Small()"), count(text, "Small(tie_word_embeddings=False)")) == (1600, 3200)


def test_a_configuration_that_does_not_speak_of_ties_has_none(tmp_path: Path) -> None:
    assert count(written(tmp_path), "Small()") == 3200


@pytest.mark.parametrize("keys", ["{}", "None"])
def test_a_class_without_ties_has_none(tmp_path: Path, keys: str) -> None:
    assert "tie" not in written(tmp_path, keys=keys)


@pytest.mark.parametrize("keys", ['["head.weight"]', '{r"head\\.weight$": "embed.weight"}', "ties_of_the_model()"])
def test_ties_that_are_not_plain_names_are_a_hole(tmp_path: Path, keys: str) -> None:
    text = written(tmp_path, "tie_word_embeddings: bool = True", keys)
    assert text.count("# not understood: ") == text.count("  (line 12)\n") == 1
