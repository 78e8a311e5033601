"""`symparams table`: sizes as a table, for a paper, a README, a spreadsheet or a script."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..errors import Finding, UsageError
from ..pages.latex import NOTATION
from .targets import add_sizes, question_of, split_target, unit_of, with_sizes
from .writing import add_output, put

if TYPE_CHECKING:
    from ..model.query import Question
    from ..render.latex import Notation
    from ..render.table import Table

ROWS = ("members", "groups", "instances")
FORMATS = ("text", "latex", "markdown", "csv", "json", "html")
EXAMPLES = r"""  symparams table lenet.sym:LeNet --format latex --caption 'The layers of LeNet.' --label tab:lenet -o lenet.tex
  symparams table gpt2.sym:small --rows groups --columns name,type,substituted,params,share
  symparams table gpt2.sym --rows instances --columns 'name=Model,L=Layers,d,params' --format markdown"""

COLUMNS = """columns, with commas between them: name, type, times, shape, formula, substituted (the formula with numbers), each (one
copy), params, trainable, frozen, buffers, active, rounded (124M), share, tied; arguments such as in_features or d; for instances also definitions and
paths, as embedding or h.params. `key=Title` gives a column a title"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("targets", metavar="TARGET", nargs="+")
    add_sizes(command)
    command.add_argument(
        "--rows",
        choices=ROWS,
        help="the tree of members; the groups of one level, which add up to the whole; or instances side by side: "
        "the targets, or all of a FILE.sym that have numbers (members for one target, else instances)",
    )
    command.add_argument("--depth", type=int, metavar="N", help="levels of members (all), the level of the groups (1)")
    command.add_argument("--columns", metavar="NAMES", help=COLUMNS)
    command.add_argument("--format", choices=FORMATS, default="text", help="the format (text)")
    command.add_argument("--caption", default="", metavar="TEXT", help="the table's caption; in LaTeX as it is written")
    command.add_argument("--label", default="", metavar="NAME", help="LaTeX's label, as tab:sizes")
    for name, (choices, words) in NOTATION.items():
        command.add_argument(f"--{name}", choices=choices, help=words)
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print the table, or write it."""
    if options.depth is not None and options.depth < 1:
        raise UsageError(Finding("usage-depth", f"--depth {options.depth} shows nothing", hint="give at least 1"))
    table = _table(options)._replace(caption=options.caption, label=options.label)
    if options.format == "text" and options.output is None:
        from .screen import screen

        put(table.text(is_plain=not screen().has_unicode), None)
    else:
        put(getattr(table, options.format)(), options.output)
    return 0


def _table(options: argparse.Namespace) -> Table:
    from ..model.tabled import instances_table, network_table

    rows = options.rows or ("members" if len(options.targets) == 1 else "instances")
    columns = options.columns.split(",") if options.columns is not None else ()
    style = _notation(options)
    if rows == "instances":
        asked = [question for target in options.targets for question in _instances(target, options)]
        of_files = any(_is_file(target) for target in options.targets)
        return instances_table(asked, columns, names=_names(asked), notation=style, of_files=of_files)
    if len(options.targets) > 1:
        message = f"--rows {rows} shows one network, and there are {len(options.targets)} targets"
        raise UsageError(Finding("usage-rows", message, hint="ask for one at a time, or with --rows instances"))
    (target,) = options.targets
    question = with_sizes(question_of(target, options.set), options.set)
    return network_table(question, rows, options.depth, columns, names=_names([question]), notation=style)


def _instances(target: str, options: argparse.Namespace) -> list[Question]:
    """The questions of a target; a file without EXPR stands for all of its instances."""
    from ..api import question
    from ..model.tabled import instances

    path, _ = split_target(target)
    if path is None or not _is_file(target):
        return [with_sizes(question_of(target, options.set), options.set)]
    unit = unit_of(path)
    found = instances(unit)
    if not found:
        hint = f"name the modules: {path}:NAME"
        raise UsageError(Finding("usage-target", f"{path} makes no instance of its modules", hint=hint))
    return [with_sizes(question(name, unit, "<target>"), options.set) for name in found]


def _is_file(target: str) -> bool:
    """Whether a target is a file without EXPR."""
    path, expr = split_target(target)
    return path is not None and not expr


def _names(asked: list[Question]) -> dict[str, str]:
    from ..model.forms import latex_names

    return {name: latex for question in reversed(asked) for name, latex in latex_names(question.unit).items()}


def _notation(options: argparse.Namespace) -> Notation:
    from ..render.latex import PAPER, notation

    given = {name: getattr(options, name) for name in NOTATION if getattr(options, name) is not None}
    if "powers" in given:
        given["powers"] = given["powers"] == "superscript"
    return notation(**{**PAPER._asdict(), **given})
