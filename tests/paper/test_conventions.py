"""`symparams show --conventions`: which tensors are the input's, the positions' and the head's, and what each way counts."""

from __future__ import annotations

from pathlib import Path

import pytest

import symparams
from symparams.cli import main
from symparams.model.conventions import Convention, conventions
from symparams.render.text import text

from .golden import FOLDER, check

ZOO = Path(symparams.__file__).parent / "zoo"


def found(net: object) -> dict[str, Convention]:
    return {one.name: one for one in conventions(net._question)}  # type: ignore[attr-defined]


def numbers(net: object) -> dict[str, object]:
    return {name: one.number for name, one in found(net).items()}


# By hand, of 50257 words, 1024 positions and a width of 768.
GPT2 = {
    "all": 124_439_808,
    "trainable": 124_439_808,
    "without input embedding": 124_439_808 - 50257 * 768,
    "… and without positions": 124_439_808 - 50257 * 768 - 1024 * 768,
    "… and without head": 85_056_000,
    "active": 124_439_808,
    "tied counted twice": 163_037_184,
    "with buffers": None,
}


def test_gpt2() -> None:
    assert numbers(symparams.load(ZOO / "gpt2.sym").small) == GPT2


def test_each_formula_gives_its_number() -> None:
    net = symparams.load(ZOO / "gpt2.sym").small
    for one in found(net).values():
        if one.formula is not None:
            form = symparams.formula(text(one.formula))
            sizes = {"V": 50257, "T": 1024, "d": 768, "L": 12}
            assert form.value(**{name: sizes[name] for name in form.symbols}) == one.number


def test_bert_has_positions_and_segments_and_a_tied_head_with_a_bias_of_its_own() -> None:
    ways = numbers(symparams.load(ZOO / "bert.sym").base_pretraining)
    assert ways["without input embedding"] == 110_106_428 - 30522 * 768
    assert ways["… and without positions"] == 110_106_428 - (30522 + 512 + 2) * 768
    assert ways["… and without head"] == 110_106_428 - (30522 + 512 + 2) * 768 - 30522
    assert ways["tied counted twice"] == 110_106_428 + 30522 * 768 + 30522


def test_without_a_head_the_authors_words_tell_the_table() -> None:
    one = found(symparams.load(ZOO / "bert.sym").base)["without input embedding"]
    assert one.number == 109_482_240 - 30522 * 768
    assert one.note.endswith("no head is here; its rows are the vocabulary by the words for its size")


def test_an_untied_head_is_left_out_too_and_experts_are_active() -> None:
    ways = numbers(symparams.load(ZOO / "mixtral.sym").mixtral_8x7b)
    assert ways["… and without head"] == 46_702_792_704 - 2 * 32000 * 4096
    assert ways["… and without positions"] is None
    assert ways["active"] == 12_879_925_248


def test_frozen_positions_and_buffers() -> None:
    ways = numbers(symparams.load(ZOO / "whisper.sym").tiny)
    assert ways["all"] - ways["trainable"] == 1500 * 384  # type: ignore[operator]
    assert numbers(symparams.load(ZOO / "resnet.sym").resnet50)["with buffers"] == 25_557_032 + 53_173


def test_an_image_network_has_a_bare_tensor_of_positions() -> None:
    ways = found(symparams.load(ZOO / "vit.sym").vit_b_16)
    assert ways["without input embedding"].note == "no table of a vocabulary is here"
    assert ways["… and without positions"].number == 86_567_656 - 197 * 768


TABLES = """
module Net(d, a, b):
    one: Embedding(a, d)
    two: Embedding(b, d)
    {more}
"""

UNTOLD = [
    ("", "Net(8, 100, 50)", 50 * 8, "no head is here; it is the table with the most rows"),
    ("", "Net", None, "no head is here, and nothing says which of one, two is the input's"),
    ("out: Linear(d, b)", "Net(8, 100, 50)", 100 * 8 + 50 * 9, ""),
    ("out: Linear(d, b)\n    other: Linear(d, a)", "Net(8, 100, 50)", 50 * 8 + 50 * 9 + 100 * 9, "of two heads, the wider one's"),
    ("pos_emb: [1, 9, d]", "Net(8, 100, 50)", 50 * 8 + 9 * 8, "no head is here; it is the table with the most rows"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "call", "rest", "note"), UNTOLD, ids=range(len(UNTOLD)))
def test_where_the_network_leaves_it_open_the_note_says_so(more: str, call: str, rest: int | None, note: str) -> None:
    file = symparams.parse(TABLES.replace("{more}", more))
    one = found(symparams.api.Module(symparams.api.question(call, file._unit)))["without input embedding"]
    assert one.number == rest
    assert note in one.note


def test_the_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    check("conventions.txt", ["show", "nets.sym:base", "--conventions"], monkeypatch, capsys)


def test_a_target_that_is_no_network_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "2 + 3", "--conventions"]) == 2
    assert "a module or a member is needed here" in capsys.readouterr().err


def test_a_general_form_opens_the_modules_among_the_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["latex", "bert:base_pretraining", "--steps", "--form", "collected", "--product", "juxtaposed"]) == 0
    printed = capsys.readouterr().out
    assert r"(V + 13n_{\text{layer}} + 522)" in printed.replace(r"\,", "")
    assert "= 110106428" in printed


def test_conventions_in_python() -> None:
    table = symparams.load(ZOO / "gpt2.sym").small.conventions()
    assert table.rows[0][:1] == ("all",)
    assert r"$12\,n_{\text{layer}}\,d_{\text{model}}^{2}" in table.latex()


def test_a_terminal_without_unicode(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(FOLDER)
    monkeypatch.setattr("symparams.cli.screen._has_unicode", lambda: False)
    assert main(["show", "nets.sym:base", "--conventions"]) == 0
    assert main(["table", "nets.sym:base"]) == 0
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert "h x12" in printed
