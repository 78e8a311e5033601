"""`symparams show` of a changed network tells what was replaced, added, frozen and dropped."""

from pathlib import Path

import pytest

from symparams.cli import main

TEXT = """from zoo.gpt2 import GPT2
from zoo.peft import LoRA, Adapter

tuned = GPT2(50257, 1024, 768, 12) with:
    frozen
    h[3:5].attn.c_attn: LoRA(it, 8)
    h[*].adapter: Adapter(768, 64)
    drop lm_head
"""


def test_the_page_of_a_changed_network_tells_its_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.sym"
    path.write_text(TEXT, "utf-8")
    assert main(["show", f"{path}:tuned", "--depth", "3"]) == 0
    page = capsys.readouterr().out
    lines = page.splitlines()
    assert any("c_attn: LoRA, replaced Linear" in line for line in lines)
    assert any("adapter: Adapter, added" in line for line in lines)
    assert any("wte: Embedding, frozen" in line for line in lines)
    assert lines[lines.index("changed") + 1 :][:4] == [
        "  frozen",
        "  replaced  h[3:5].attn.c_attn  Linear → LoRA",
        "  added     h[*].adapter        Adapter",
        "  dropped   lm_head",
    ]
