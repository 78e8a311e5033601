"""Imports: names of other files, of the same folder and of the zoo, and nothing from outside."""

from pathlib import Path

import pytest

import symparams
from symparams.errors import SymparamsError

BLOCKS = """
symbol d "width"
width = 4*base
base = 2
scaled(n) = n*base

module Block(d):
    fc: Linear(d, scaled(d))

module Head(d):
    body: Block(d)
    fc: Linear(d, width)
"""


def write(folder: Path, **texts: str) -> symparams.File:
    """A file `main` beside others; `__` in a name stands for a folder."""
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.sym"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return symparams.load(folder / "main.sym")


def test_all_names_of_a_file(tmp_path: Path) -> None:
    file = write(tmp_path, blocks=BLOCKS, main='import "blocks.sym"\nmodule Net(d):\n    b: Head(d)\n    w: [width]\n')
    assert file.Net.params.value(d=3) == (3 * 6 + 6) + (3 * 8 + 8) + 8


def test_some_names_under_other_ones(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        blocks=BLOCKS,
        main='from "blocks.sym" import Head as Top, width as w\nbase = 100\nmodule Net(d):\n    b: Top(d)\n    t: [w]\n',
    )
    assert file.Net.params.value(d=3) == (3 * 6 + 6) + (3 * 8 + 8) + 8
    assert file.names == ["Top", "w", "base", "Net"]


def test_names_that_are_not_imported_stay_away(tmp_path: Path) -> None:
    with pytest.raises(SymparamsError, match="Block"):
        write(tmp_path, blocks=BLOCKS, main='from "blocks.sym" import Head\nnet = Block(3)\n').net.params.value()


def test_a_file_in_a_folder_looks_in_its_own_folder(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        sub__blocks=BLOCKS,
        sub__heads='import "blocks.sym"\nmodule Two(d):\n    a: Head(d)\n    b: Head(d)\n',
        main='from "sub/heads.sym" import Two\nnet = Two(3)\n',
    )
    assert file.net.params.value() == 2 * 56


def test_two_files_may_import_a_third(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        blocks=BLOCKS,
        left='import "blocks.sym"\nl = Head(3)\n',
        right='import "blocks.sym"\nr = Head(3)\n',
        main='import "left.sym"\nimport "right.sym"\nboth = l.params + r.params\n',
    )
    assert file.formula("both").value() == 2 * 56


def test_the_zoo_is_at_hand_without_a_folder() -> None:
    file = symparams.parse("from zoo.gpt2 import GPT2, small as tiny\nnet = GPT2(10, 5, 4, 2)\n")
    assert file.tiny.params.value() == 124_439_808
    assert file.net.h.attn.params.value() == 80


OUTSIDE = [
    ("the folder above", 'import "../other.sym"\n'),
    ("an absolute path", 'import "{root}/other.sym"\n'),
    ("round about", 'import "sub/../../other.sym"\n'),
    ("a link to the outside", 'import "link.sym"\n'),
    ("a linked folder", 'import "linked/other.sym"\n'),
    ("from inside of the zoo's name", "from zoo.secret import a\n"),
]


@pytest.mark.parametrize("text", [case[1] for case in OUTSIDE], ids=[case[0] for case in OUTSIDE])
def test_nothing_outside_the_folder_is_read(text: str, tmp_path: Path) -> None:
    folder = tmp_path / "home"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "other.sym").write_text("secret_name = 3\n")
    (folder / "link.sym").symlink_to(tmp_path / "other.sym")
    (folder / "linked").symlink_to(tmp_path)
    with pytest.raises(SymparamsError) as caught:
        write(folder, main=text.format(root=tmp_path))
    assert "secret_name" not in str(caught.value)
    assert "outside" in str(caught.value) or "doesn't exist" in str(caught.value)


def test_a_text_without_a_file_imports_only_the_zoo() -> None:
    with pytest.raises(SymparamsError, match="load it from a file"):
        symparams.parse('import "blocks.sym"\n')


def test_an_error_in_an_imported_file_points_there(tmp_path: Path) -> None:
    with pytest.raises(SymparamsError, match=r"blocks\.sym:2:13"):
        write(
            tmp_path, blocks="module Bad(d):\n    fc: [d, nothing]\n", main='import "blocks.sym"\nn = Bad(3)\n'
        ).n.params.value()
