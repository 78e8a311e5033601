"""The zoo on the command line: families as TARGETs, the list with its counts, and the page of one family."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import symparams
from symparams.cli import main
from symparams.model.files import library_index, zoo_index

FILES = sorted(zoo_index())
# Files of parts that families share state no network themselves.
PARTS = ["heads"]
FAMILIES = [name for name in FILES if name not in PARTS]
GPT2_XL = 1_557_611_200
Printed = Callable[..., str]


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Printed:
    monkeypatch.chdir(tmp_path)

    def act(*words: str) -> str:
        assert main(words) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    return act


TARGETS = [
    ("an instance", ["count", "gpt2:xl"], f"{GPT2_XL}\n"),
    ("a part of one", ["count", "gpt2:small.h.attn"], "2362368\n"),
    ("an expression", ["count", "gpt2:xl.params - small.params"], f"{GPT2_XL - 124_439_808}\n"),
    ("a call", ["formula", "gpt2:Block(d)", "--form", "expanded"], "12*d^2 + 13*d\n"),
    ("the general model", ["formula", "gpt2", "--form", "collected", "--by", "L"], "d*(12*d + 13)*L + d*(V + T + 2)\n"),
    ("its sizes set", ["count", "gpt2", "-sV=50257", "-sT=1024", "-sd=1600", "-sL=48"], f"{GPT2_XL}\n"),
    ("a count of no sizes: the last instance", ["count", "gpt2"], f"{GPT2_XL}\n"),
    ("a member of an instance", ["formula", "resnet:resnet18.conv1"], "7*7*3*64\n"),
    ("a model of lists: the last instance", ["count", "resnet"], "126886696\n"),
    ("a model whose sizes have defaults", ["count", "lenet"], "61706\n"),
    ("LaTeX", ["latex", "gpt2:MLP"], "\\[(4 \\cdot d_{\\text{model}}^{2} + 4 \\cdot d_{\\text{model}}) + "
     "(4 \\cdot d_{\\text{model}}^{2} + d_{\\text{model}})\\]\n"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "out"), [case[1:] for case in TARGETS], ids=[case[0] for case in TARGETS])
def test_a_family_is_a_target(printed: Printed, words: list[str], out: str) -> None:
    assert printed(*words) == out


def test_what_a_family_alone_stands_for_is_told(printed: Printed, capsys: pytest.CaptureFixture[str]) -> None:
    main(["formula", "llama"])
    assert capsys.readouterr().err == "symparams: llama:Llama\n"
    main(["formula", "resnet"])
    assert capsys.readouterr().err == "symparams: resnet:general\n"
    main(["count", "resnet"])
    assert capsys.readouterr().err == "symparams: resnet:wide_resnet101_2\n"


def test_checks_of_a_family_are_judged(printed: Printed) -> None:
    assert printed("check", "gpt2").splitlines()[0].startswith("proved    gpt2:36: small.params == 124_439_808")


def test_a_file_goes_before_a_family(printed: Printed) -> None:
    Path("gpt2").write_text("module Net(n):\n    fc: [n]\n")
    assert printed("formula", "gpt2") == printed("formula", "gpt2:Net") == "n\n"


def test_a_folder_does_not(printed: Printed) -> None:
    Path("gpt2").mkdir()
    assert printed("count", "gpt2:xl") == f"{GPT2_XL}\n"


def test_a_size_stays_one_where_a_file_has_its_name(printed: Printed) -> None:
    Path("k").write_text("module Net(n):\n    fc: [n]\n")
    assert printed("formula", "k") == "k\n"


def test_a_file_without_the_ending_is_asked_by_a_colon(printed: Printed) -> None:
    Path("net.txt").write_text("module Net(n):\n    fc: [n]\n")
    assert printed("count", "net.txt:Net(3)") == "3\n"


def test_a_family_in_brackets_is_a_size(printed: Printed) -> None:
    assert printed("formula", "(gpt2)") == "gpt2\n"
    assert printed("formula", "2*gpt2") == "2*gpt2\n"


def test_a_name_near_a_family_is_a_size_and_noted(printed: Printed, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formula", "lamma"]) == 0
    note = "symparams: lamma is a size here, no family of the zoo; did you mean llama?\n"
    assert capsys.readouterr() == ("lamma\n", note)
    for name in ("lambda", "beta", "k", "d_model", "Linear"):
        main(["formula", name])
        assert "family" not in capsys.readouterr().err


def test_no_family_is_called_like_a_layer() -> None:
    assert not set(FILES) & set(library_index())


def test_a_file_beside_is_meant_before_a_family(printed: Printed, capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.sym").write_text("module Net(n):\n    fc: [n]\n")
    assert main(["count", "net:Net(3)"]) == 2
    assert "did you mean net.sym?" in capsys.readouterr().err


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("command", ["count", "formula", "show"])
def test_every_family_alone_is_a_target(printed: Printed, family: str, command: str) -> None:
    assert printed(command, family)


@pytest.mark.parametrize("name", PARTS)
def test_parts_are_shared_by_families_and_have_a_page(printed: Printed, name: str) -> None:
    assert any(f"from zoo.{name} import" in path.read_text("utf-8") for path in zoo_index().values())
    assert f"from zoo.{name} import" in printed("zoo", name)


def test_a_family_is_loaded_by_name() -> None:
    assert symparams.load("gpt2").xl.params.value() == GPT2_XL
    with pytest.raises(symparams.SymparamsError, match="did you mean gpt2"):
        symparams.load("gtp2")


# ------------------------------------------------------------------------------------------------------ the list


@pytest.mark.parametrize("family", FAMILIES)
def test_the_data_of_a_family_are_its_networks_and_counts(printed: Printed, family: str) -> None:
    [found] = json.loads(printed("zoo", family, "--json"))
    assert found["family"] == family
    assert found["title"]
    assert found["networks"]
    file = symparams.load(family)
    for network in found["networks"]:
        name = network["target"].removeprefix(f"{family}:")
        for measure in ("params", "trainable", "frozen", "buffers", "active"):
            assert getattr(getattr(file, name), measure).value() == network[measure]


def test_the_list_names_every_family_and_network_with_its_count(printed: Printed) -> None:
    lines = printed("zoo").splitlines()
    text = "\n".join(lines)
    for family in FILES:
        assert re.search(rf"^{family}  \S", text, re.MULTILINE), family
    assert re.search(r"small +124,439,808 +large +774,030,080", text)
    assert re.search(r"mixtral_8x7b +46,702,792,704 \(12,879,925,248 active\)", text)
    assert max(map(len, lines[:-1])) <= 80


def test_the_page_of_a_family(printed: Printed) -> None:
    assert printed("zoo", "mixtral").splitlines() == MIXTRAL.splitlines()


MIXTRAL = """\
mixtral  Mixtral: Mistral with eight experts a layer, of which two serve a
    token.

Jiang et al., "Mixtral of Experts", 2024, arXiv:2401.04088. Member names:
transformers, MixtralForCausalLM; with stacked=False those of the checkpoints.

modules
  Experts(E, d, f, n)
      All experts of a layer in two tensors, as transformers stores them since
      version 5; n of them serve a token.
  SparseMLP(d, f, E, n)
  Expert(d, f)
      One expert, as the checkpoints name its parts.
  Layer(d, f, E, n, h, g, k, stacked=True)
  Mixtral(V, d, f, E, n, L, h, g, k=d/h, tied=False, stacked=True)

configurations
  hf_mixtral  MixtralForCausalLM

sizes
  V     vocabulary size
  d     model width
  f     width of an expert
  E     number of experts
  n     experts for a token
  L     number of layers
  h     query heads
  g     key and value heads
  k     width of a head
  tied  whether the head is the embedding

networks
  mixtral_8x7b         46,702,792,704 (12,879,925,248 active)
      Mixtral(32000, 4096, 14336, 8, 2, 32, 32, 8)
  mixtral_8x22b       140,620,634,112 (39,152,031,744 active)
      Mixtral(32000, 6144, 16384, 8, 2, 56, 48, 8)
  mixtral_8x22b_v0_3  140,630,071,296 (39,161,468,928 active)
      Mixtral(32768, 6144, 16384, 8, 2, 56, 48, 8)

try
  symparams formula mixtral --form collected
  symparams show mixtral:mixtral_8x7b
  symparams latex mixtral:mixtral_8x7b
  from zoo.mixtral import Mixtral     # in a file
"""
