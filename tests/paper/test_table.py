"""`symparams table`: rows, columns and formats; what a table adds up to; what it refuses."""

from __future__ import annotations

import csv
import io
import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

import symparams
from symparams.cli import main
from symparams.model.groups import deepest, number, tree_of, whole
from symparams.model.query import part_of
from symparams.model.tabled import rounded
from tests.render.readers import refused_by_katex, refused_by_pdflatex

from .golden import FOLDER, check

ZOO = Path(symparams.__file__).parent / "zoo"
NETS = symparams.load(FOLDER / "nets.sym")

FORMATS = {"text": "txt", "latex": "tex", "markdown": "md", "csv": "csv", "json": "json", "html": "html"}

TABLES = {
    "members": ["table", "nets.sym:base", "--caption", "The layers of base."],
    "groups": [
        "table",
        "nets.sym:base",
        "--rows",
        "groups",
        "--depth",
        "2",
        "--columns",
        "name,type,shape,substituted,params,share",
    ],
    "instances": [
        "table",
        "nets.sym:tiny",
        "nets.sym:base",
        "nets.sym:large",
        "--columns",
        "name=Model,L=Layers,d,bias,embedding,params,rounded",
    ],
    "symbols": ["table", "nets.sym:Decoder"],
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("table", TABLES)
def test_each_table_in_each_format(
    table: str, form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if form == "html":
        pytest.importorskip("latex2mathml")
    check(f"{table}.{FORMATS[form]}", [*TABLES[table], "--format", form], monkeypatch, capsys)


def test_latex_with_label_and_siunitx(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["table", "nets.sym", "--rows", "instances", "--columns", "name,V,d,params", "--format", "latex"]
    words = ["--digits", "num", "--caption", r"Sizes, \emph{all} of them.", "--label", "tab:sizes"]
    check("siunitx.tex", [*command, *words], monkeypatch, capsys)


@pytest.mark.parametrize("packages", ["amsmath,booktabs", "amsmath,booktabs,siunitx"])
def test_pdflatex_compiles_every_table(packages: str, tmp_path: Path) -> None:
    pages = [path.read_text("utf-8") for path in sorted((FOLDER / "golden").glob("*.tex"))]
    tables = [page for page in pages if "tabular" in page and ("siunitx" in page) == ("siunitx" in packages)]
    assert tables
    assert (
        refused_by_pdflatex(
            "\n\n".join(rf"{{\scriptsize\tabcolsep=2pt {table}}}" for table in tables), tmp_path, packages
        )
        == ""
    )


def test_katex_reads_what_markdown_holds() -> None:
    pages = [path.read_text("utf-8") for path in (FOLDER / "golden").glob("*.md")]
    formulas = [found.strip("`") for page in pages for found in re.findall(r"\$(`[^`]+`|[^$`]+)\$", page)]
    assert formulas
    assert refused_by_katex(formulas) == []


# ------------------------------------------------------------------------------------------------------ what it counts

NETWORKS = [
    ("gpt2.sym", "small"),
    ("bert.sym", "base_pretraining"),
    ("t5.sym", "small"),
    ("deepseek_v3.sym", "deepseek_v3"),
    ("resnet.sym", "resnet50"),
    ("densenet.sym", "densenet121"),
    ("swin.sym", "swin_t"),
    ("whisper.sym", "tiny"),
]


@pytest.mark.parametrize(("file", "name"), NETWORKS, ids=[name for _, name in NETWORKS])
def test_the_groups_of_each_level_add_up_to_the_whole(file: str, name: str) -> None:
    net = getattr(symparams.load(ZOO / file), name)
    part, _ = part_of(net._question)
    for which in ("params", "trainable", "buffers", "active"):
        everything = getattr(net, which).value()
        for depth in (1, 2, 3, 20):
            counts = [number(group.form(which)) for group in deepest(whole(part), depth)]
            assert sum(count for count in counts if count is not None) == everything


@pytest.mark.parametrize(("file", "name"), NETWORKS, ids=[name for _, name in NETWORKS])
def test_a_group_counts_what_its_path_counts_as_often_as_it_stands(file: str, name: str) -> None:
    net = getattr(symparams.load(ZOO / file), name)
    part, _ = part_of(net._question)
    tried = 0
    for _, group in tree_of(whole(part), 3):
        if not group.tied_to and group.times != 1:
            assert number(group.form()) == group.times * number(group.once())  # type: ignore[operator]
            tried += 1
    assert tried or name in ("resnet50", "densenet121")


TIED = """
module Net(d, n):
    first: Linear(d, d)
    h: 5 * Linear(d, d)
    tie h[2].weight = first.weight
    tie h[*].bias = first.bias
"""


def test_a_tie_of_one_copy_counts_in_the_rows_too() -> None:
    table = symparams.parse(TIED + "net = Net(10, 3)").net.table(columns=["name", "params", "each"])
    assert [(row[0].name, *row[1:]) for row in table.rows] == [("first", 110, 110), ("h", 400, 110)]
    assert table.total[1] == 510


def test_members_under_conditions_and_loops_keep_their_names() -> None:
    text = """
module Net(n, w, flag=True):
    for i in range(n):
        down{i}: Linear(w*2^i, w)
    if flag:
        out: Linear(w, 1)
"""
    table = symparams.parse(text).Net.table(columns=["name", "times", "formula"])
    assert table.text().splitlines()[2:4] == ["down{i}       n  2^n·w² + n·w - w²", "out           1  w·1 + 1"]


def test_a_formula_stands_beside_a_number_only_where_it_gives_it() -> None:
    text = """
module Net(n, w):
    for i in range(n):
        down{i}: Linear(w*2^i, w)
net = Net(3, 10)
"""
    rows = symparams.parse(text).net.table(columns=["name", "formula", "params"]).rows
    assert [symparams.render.text.text(row[1]) for row in rows] == ["10*10 + 10", "20*10 + 10", "40*10 + 10"]


def test_paths_and_definitions_are_columns_of_instances() -> None:
    table = NETS.table("tiny", "base", columns=["name", "embedding", "h.params", "wte", "active"])
    tiny, base = NETS.tiny, NETS.base
    assert [row[1:] for row in table.rows] == [
        tuple(part.value() for part in (net.embedding, net.h.params, net.wte.params, net.active))
        for net in (tiny, base)
    ]


def test_a_file_alone_stands_for_its_instances(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(FOLDER)
    assert main(["table", "nets.sym", "--rows", "instances", "--columns", "name", "--format", "csv"]) == 0
    assert capsys.readouterr().out.split() == ["name", "tiny", "base", "large", "pair"]


def test_csv_and_json_hold_the_same_bare_numbers() -> None:
    table = NETS.base.table(columns=["name", "params", "share"])
    rows = list(csv.DictReader(io.StringIO(table.csv())))
    found = json.loads(table.json())
    assert [int(row["params"]) for row in rows] == [row["params"] for row in found["rows"]]
    assert sum(row["params"] for row in found["rows"] if "." not in row["name"]) == found["total"]["params"]


def test_a_data_frame_keeps_whole_numbers() -> None:
    pandas = pytest.importorskip("pandas")
    frame = symparams.parse("module A(n):\n    fc: Linear(n, n, bias=False)\na = A(2^40)").a.table().to_frame()
    assert isinstance(frame, pandas.DataFrame)
    assert frame["params"][0] == 2**80


@pytest.mark.parametrize(
    ("count", "words"),
    [(7, "7"), (999, "999"), (1000, "1.00k"), (9_995, "10.0k"), (124_439_808, "124M"), (999_499_999, "999M"),
     (999_500_000, "1.00B"), (1_557_611_200, "1.56B"), (671_026_404_352, "671B"), (5 * 10**15, "5000T"), (Fraction(1, 2), "1/2")],
)  # fmt: skip
def test_a_count_is_quoted_in_three_digits(count: int, words: str) -> None:
    assert rounded(count) == words


REFUSED = [
    (["table", "nets.sym:base", "--columns", "name,parms"], "no column called parms", "did you mean params?"),
    (["table", "nets.sym:base", "--columns", "name,name"], "asked for twice", "drop one"),
    (["table", "nets.sym:base", "--columns", "name,,params"], "a column has no name", "known are"),
    (["table", "nets.sym:base", "nets.sym:tiny", "--rows", "members"], "there are 2 targets", "--rows instances"),
    (["table", "nets.sym:base", "--depth", "0"], "shows nothing", "at least 1"),
    (["table", "nets.sym:base", "--format", "latex", "--caption", "50% more"], "holds % where", r"write \%"),
    (["table", "nets.sym:base", "--format", "latex", "--caption", "Sizes of deepseek_v3"], "holds _ where", r"write \_"),
    (["table", "nets.sym:base", "--format", "latex", "--caption", "2^20"], "holds ^ where", "put it into $…$"),
    (["table", "nets.sym:base", "--format", "latex", "--caption", "{a"], "braces aren't closed", "its }"),
    (["table", "nets.sym:base", "--format", "latex", "--label", "a}b"], "can't be a label", "letters, digits"),
    (["table", "nets.sym:base", "-o", "missing/table.tex"], "can't be written", ""),
    (["table", "nets.sym:gain"], "a module or a member is needed here", ""),
    (["table", "nets.sym:tiny", "nets.sym:base", "--columns", "name,embeding"], "no column called embeding", "known are name, V, T, d, L, bias"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "message", "way_out"), REFUSED, ids=[row[1] for row in REFUSED])
def test_what_a_table_refuses(
    command: list[str],
    message: str,
    way_out: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(FOLDER)
    assert main(command) == 2
    told = capsys.readouterr().err
    assert message in told
    assert way_out in told


MARKDOWN = [
    (r"2\,V d", r"$2\thinspace V d$"),
    (r"n\,(d + 1)", r"$n\thinspace(d + 1)$"),
    (r"d_{\text{model}}^{2}", r"$d_{\text{model}}^{2}$"),
    (r"\mathrm{in\_features}", r"$`\mathrm{in\_features}`$"),
    (r"\mathrm{x}_{1}", r"$`\mathrm{x}_{1}`$"),
    ("a < b", "$`a < b`$"),
]


@pytest.mark.parametrize(("formula", "shown"), MARKDOWN)
def test_markdown_reads_no_sign_of_a_formula_as_its_own(formula: str, shown: str) -> None:
    from symparams.render.table_web import math_in_markdown

    assert math_in_markdown(formula) == shown


def test_an_old_file_stays_where_a_table_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(FOLDER)
    page = tmp_path / "table.tex"
    page.write_text("old")
    assert main(["table", "nets.sym:base", "--columns", "nothing", "-o", str(page)]) == 2
    assert page.read_text() == "old"
    assert main(["table", "nets.sym:base", "--format", "latex", "-o", str(page)]) == 0
    assert page.read_text().startswith("% \\usepackage{booktabs}\n")
    assert list(tmp_path.iterdir()) == [page]


def test_an_argument_that_none_gives_a_value_is_a_column_all_the_same() -> None:
    file = symparams.parse("module A(n, head=None):\n    fc: [n]\na = A(2, head=None)\nb = A(3)\n")
    assert file.table(columns=["name", "head", "n"]).csv() == "name,head,n\na,,2\nb,,3"


@pytest.mark.parametrize("name", ["members", "groups", "instances", "symbols"])
def test_html_is_well_formed(name: str) -> None:
    from xml.etree import ElementTree

    page = (FOLDER / "golden" / f"{name}.html").read_text("utf-8")
    table = ElementTree.fromstring(page)
    widths = {len(row) for row in table.iter("tr")}
    assert len(widths) == 1


def test_a_ratio_is_a_decimal_in_a_table() -> None:
    file = symparams.parse("module A(n):\n    fc: [n]\n    part = fc.params/7\na = A(2)\nb = A(14)\n")
    table = file.table(columns=["name", "part"])
    assert table.text().splitlines()[2:] == ["a      0.286", "b          2"]
    assert table.csv().splitlines()[1:] == [f"a,{2 / 7}", "b,2"]


def test_a_wide_formula_breaks_inside_its_cell(tmp_path: Path) -> None:
    net = symparams.load(ZOO / "deepseek_v3.sym").deepseek_v3
    page = net.table("groups", columns=["name", "formula"]).latex()
    assert r"$\begin{aligned}[t]&" in page
    assert page.count(r"\addlinespace") == page.count("aligned}[t]")
    assert refused_by_pdflatex(page, tmp_path, "amsmath,booktabs") == ""


def test_a_file_s_open_instances_stand_beside_no_closed_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", "resnet", "--rows", "instances", "--columns", "name,params", "--format", "csv"]) == 0
    names = [line.split(",")[0] for line in capsys.readouterr().out.splitlines()]
    assert "resnet50" in names
    assert "general" not in names
    assert main(["table", "resnet:general", "resnet:resnet50", "--columns", "name,formula", "--format", "csv"]) == 0
    assert "general" in capsys.readouterr().out


def test_an_argument_called_name_is_no_model_s_name() -> None:
    page = symparams.load(ZOO / "bert.sym").table().latex(caption="The sizes of BERT, $d_1$.")
    assert page.splitlines()[7].startswith("Model ")


def test_a_formula_takes_the_room_that_the_other_columns_leave(tmp_path: Path) -> None:
    net = symparams.load(ZOO / "llama.sym").llama3_8b
    page = net.table("groups", columns=["name", "formula", "params", "share"]).latex()
    assert refused_by_pdflatex(page, tmp_path, "amsmath,booktabs") == ""
