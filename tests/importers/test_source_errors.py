"""Python that can't be read, or only in part: holes with their lines, errors with their places, and nothing is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from symparams.cli import main
from symparams.errors import SymparamsError
from symparams.importers.source import imported

HEAD = """\
import torch
import torch.nn as nn
import elsewhere


class Net(nn.Module):
    def __init__(self, d, k=3):
        super().__init__()
"""


def written(folder: Path, *lines: str, head: str = HEAD) -> Path:
    path = folder / "net.py"
    path.write_text(head + "".join(f"        {line}\n" for line in lines), "utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "hole"),
    [
        ("self.body = elsewhere.Backbone(d)", "# not understood: self.body = elsewhere.Backbone(d)  (line 9)"),
        (
            "self.p = nn.Parameter(elsewhere.table())",
            "# not understood: self.p = nn.Parameter(elsewhere.table())  (line 9)",
        ),
        (
            "self.x = nn.Linear(d, elsewhere.size())",
            "# not understood: self.x = nn.Linear(d, elsewhere.size())  (line 9)",
        ),
        (
            "setattr(self, elsewhere.name(), nn.Linear(d, d))",
            "# not understood: setattr(self, elsewhere.name(), nn.Linear(d, d))  (line 9)",
        ),
        (
            "y = nn.Linear(d, d); self.h = nn.ModuleList([y for _ in range(k)])",
            "# not understood: self.h = nn.ModuleList([y for _ in range(k)])  (line 9)",
        ),
        (
            "n = sum(1 for m in self.modules()); self.fc = nn.Linear(d, n)",
            "# not understood: self.fc = nn.Linear(d, n)  (line 9)",
        ),
        (
            "self.fc = nn.Linear(d, d, **elsewhere.options())",
            "# not understood: self.fc = nn.Linear(d, d, **elsewhere.options())  (line 9)",
        ),
        ("elsewhere.extend(self)", "# not understood: elsewhere.extend(self)  (line 9)"),
        ("exec('self.fc = nn.Linear(3, 3)')", "# not understood: exec('self.fc = nn.Linear(3, 3)')  (line 9)"),
        (
            "self.w = nn.utils.remove_weight_norm(elsewhere.layer(d))",
            "# not understood: self.w = nn.utils.remove_weight_norm(elsewhere.layer(d))  (line 9)",
        ),
    ],
    ids=lambda value: value[:30],
)
def test_what_may_hide_parameters_is_a_hole_with_its_line(tmp_path: Path, line: str, hole: str) -> None:
    found = imported(written(tmp_path, line, "self.fc = nn.Linear(d, k)"))
    assert hole in found.text
    assert "fc: Linear(d, k)" in found.text
    assert len(found.holes) == 1
    assert found.holes[0].startswith(f"{tmp_path / 'net.py'}:9: ")


@pytest.mark.parametrize(
    "line",
    [
        "print(d)",
        "self.scale = d ** -0.5",
        "nn.init.zeros_(self.fc.weight)",
        "self.apply(elsewhere.init)",
        "self.device = torch.device('cpu')",
        "self.act = nn.ReLU(inplace=True)",
        "self.rate = torch.linspace(0, 1, k)",
        "assert isinstance(d, int)",
        "self.act = {'relu': nn.ReLU(), 'gelu': nn.GELU()}[elsewhere]",
        "self.act = {'relu': nn.ReLU, 'tanh': torch.tanh}[k]()",
    ],
)
def test_what_hides_none_is_passed_over(tmp_path: Path, line: str) -> None:
    found = imported(written(tmp_path, "self.fc = nn.Linear(d, k)", line))
    assert found.text == "# Read from net.py.\n\nmodule Net(d, k=3):\n    fc: Linear(d, k)\n"
    assert not found.holes


def test_nothing_of_the_file_is_run(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    path = written(tmp_path, "self.fc = nn.Linear(d, k)", head=f"open({str(trace)!r}, 'w').close()\n{HEAD}")
    imported(path)
    assert not trace.exists()


def test_a_hole_is_told_on_stderr_with_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "self.body = elsewhere.Backbone(d)")
    assert main(["import", str(path)]) == 1
    told = capsys.readouterr()
    assert "# not understood: self.body" in told.out
    assert told.err == f"not understood: {path}:9: elsewhere.Backbone isn't known: self.body = elsewhere.Backbone(d)\n"


def test_the_text_goes_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "self.fc = nn.Linear(d, k)")
    assert main(["import", f"{path}:Net", "-o", str(tmp_path / "net.sym")]) == 0
    assert main(["formula", f"{tmp_path / 'net.sym'}:Net"]) == 0
    assert capsys.readouterr().out == "d*3 + 3\n"


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("class Net(:\n    pass\n", "", "error: this is no Python: invalid syntax\n --> {path}:1:11"),
        ("print 'hello'\n", "", "error: this is no Python: missing parentheses in call to 'print'"),
        ("x = 1\n", "", "error: {path} has no network"),
        (HEAD + "        pass\n", "Nett", "error: {path} has no class Nett\n  = help: did you mean Net?"),
        (
            "class Config:\n    pass\n" + HEAD + "        pass\n",
            "Config",
            "error: Config of {path} is no torch.nn.Module",
        ),
        ("(" * 5000, "", "error: this is no Python: too many nested parentheses"),
        ("x = '\0'\n", "", "error: this is no Python"),
    ],
    ids=["syntax", "python 2", "no network", "class", "no module", "deep", "null byte"],
)
def test_what_is_no_source_of_a_network_is_an_error(tmp_path: Path, text: str, name: str, message: str) -> None:
    path = tmp_path / "net.py"
    path.write_text(text, "utf-8")
    with pytest.raises(SymparamsError) as found:
        imported(path, name)
    assert str(found.value).startswith(message.format(path=path))


def test_files_that_are_missing_binary_or_large_are_errors(tmp_path: Path) -> None:
    with pytest.raises(SymparamsError, match="can't be read: no such file"):
        imported(tmp_path / "none.py")
    (tmp_path / "bytes.py").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(SymparamsError, match="isn't text"):
        imported(tmp_path / "bytes.py")
    (tmp_path / "large.py").write_bytes(b"#" * 5_000_001)
    with pytest.raises(SymparamsError, match="larger than 5 MB"):
        imported(tmp_path / "large.py")


def test_a_chain_of_additions_that_is_very_long_is_an_error_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, f"self.fc = nn.Linear(d, {'+'.join(['1'] * 20000)})")
    assert main(["import", str(path)]) in (1, 2)
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "lines",
    [
        ["self.fc = nn.Linear(d, 10 ** 10 ** 10)"],
        ["while True:", "    d += 1", "self.fc = nn.Linear(d, d)"],
        ["self.fc = nn.Linear(d, d)", "self.build(d)", "", "def build(self, d):"],
    ],
    ids=["a large number", "a loop without end", "a method that calls itself twice"],
)
def test_what_has_no_end_is_a_hole_soon(tmp_path: Path, lines: list[str]) -> None:
    path = written(tmp_path, *lines)
    if "def" in lines[-1]:
        text = path.read_text("utf-8").replace("        def build(self, d):\n", "    def build(self, d):\n")
        path.write_text(f"{text}        self.build(d + 1)\n        self.build(d + 2)\n", "utf-8")
    imported(path)


@pytest.mark.parametrize(
    ("lines", "hole"),
    [
        (
            ("n = 0", "for m in self.modules():", "    n += m.width", "self.fc = nn.Linear(d, n)"),
            "# not understood: self.fc = nn.Linear(d, n)  (line 12)",
        ),
        (
            ("self.fc = nn.Linear(d, d)", "for m in self.modules():", "    m.bias = None"),
            "# not understood: for m in self.modules():  (line 10)",
        ),
        (
            ("self.fc = nn.Linear(d, d)", "self.fc.weight.requires_grad = k > 3"),
            "# not understood: self.fc.weight.requires_grad = k > 3  (line 10)",
        ),
        (
            ("self.build(elsewhere.width())", "", "def build(self):", "    self.fc = nn.Linear(3, 3)"),
            "# not understood: self.build(elsewhere.width())  (line 9)",
        ),
        (
            (
                "rows = []",
                "for _ in range(d):",
                "    rows.append(nn.Linear(d, d + len(rows)))",
                "self.rows = nn.Sequential(*rows)",
            ),
            "# not understood: for _ in range(d):  (line 10)",
        ),
        (
            ("if elsewhere.wide:", "    m = nn.Linear(d, 9)", "else:", "    m = nn.Linear(d, 3)", "self.fc = m"),
            "# not understood: self.fc = m  (line 13)",
        ),
        (
            ("if elsewhere.wide(k):", "    m = nn.Linear(d, 9)", "else:", "    m = nn.Linear(d, 3)", "self.fc = m"),
            "# not understood: self.fc = m  (line 13)",
        ),
        (
            (
                "parts = {}",
                "for name, part in elsewhere.parts():",
                "    parts[name] = part",
                "self.parts = nn.ModuleDict(parts)",
            ),
            "# not understood: self.parts = nn.ModuleDict(parts)  (line 12)",
        ),
        (
            ("rows = []", "for _ in range(d):", "    if not rows:", "        rows += [nn.Linear(3, d)]"),
            "# not understood: for _ in range(d):  (line 10)",
        ),
    ],
)
def test_what_hangs_on_other_things_than_sizes_is_a_hole(tmp_path: Path, lines: tuple[str, ...], hole: str) -> None:
    text = "".join(f"        {line}\n" for line in lines).replace("        def build", "    def build")
    (tmp_path / "net.py").write_text(HEAD + text, "utf-8")
    assert hole in imported(tmp_path / "net.py").text


def test_a_layers_constructor_that_cannot_be_read_is_a_hole(tmp_path: Path) -> None:
    head = "import torch.nn as nn\nimport elsewhere\n\n\nclass Wide(nn.Linear):\n    def __init__(self, d):\n"
    path = written(tmp_path, "super().__init__(d, elsewhere.width())", head=head)
    assert "# not understood: super().__init__(d, elsewhere.width())  (line 7)" in imported(path).text


def test_layers_that_a_function_gives_in_one_of_two_tuples_are_a_hole(tmp_path: Path) -> None:
    head = "import torch.nn as nn\n\n\ndef made(n, wide=False):\n    fc = nn.Linear(n, 3)\n    if wide:\n"
    head += "        return nn.PReLU(), fc\n    return fc, nn.PReLU()\n\n\n"
    head += "class Net(nn.Module):\n    def __init__(self, d, wide=False):\n"
    path = written(tmp_path, "super().__init__()", "act, fc = made(d, wide)", "self.fc = fc", head=head)
    assert "    # not understood: self.fc = fc  (line 15)\n" in imported(path).text
