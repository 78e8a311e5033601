"""Two readers of LaTeX that judge what we print: KaTeX in strict mode, and pdflatex.

KaTeX is whatever `require("katex")` finds from the repository's root or by NODE_PATH (`npm install katex`).
Where a reader is absent, the tests that need it skip and say so.
"""

from __future__ import annotations

import functools
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = r"""
const katex = require("katex");
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const refused = [];
for (const [index, formula] of formulas.entries()) {
  try {
    // siunitx' \num is the one command that KaTeX lacks.
    katex.renderToString(formula, {displayMode: true, throwOnError: true, strict: "error", macros: {"\\num": "#1"}});
  } catch (error) {
    refused.push(formula + "\n  " + error.message);
  }
}
console.log(JSON.stringify(refused));
"""

PAGE = r"""\documentclass{article}
\usepackage{%s}
\pagestyle{empty}
\begin{document}
%s
\end{document}
"""


@functools.cache
def _has_katex() -> bool:
    if not shutil.which("node"):
        return False
    return subprocess.run(["node", "-e", "require('katex')"], cwd=ROOT, capture_output=True).returncode == 0


def refused_by_katex(formulas: list[str]) -> list[str]:
    r"""The formulas that KaTeX can't read, with its reasons; delimiters `\[ \]` are taken off."""
    if not _has_katex():
        pytest.skip("node with KaTeX is absent: npm install katex, and set NODE_PATH")
    bare = [formula.removeprefix(r"\[").removesuffix(r"\]") for formula in formulas]
    run = subprocess.run(
        ["node", "-e", SCRIPT], cwd=ROOT, input=json.dumps(bare), capture_output=True, text=True, check=True
    )
    refused: list[str] = json.loads(run.stdout)
    return refused


def refused_by_pdflatex(body: str, folder: Path, packages: str = "amsmath,amssymb,siunitx") -> str:
    """The errors and overfull lines that pdflatex reports for a page, or the empty string."""
    if not shutil.which("pdflatex"):
        pytest.skip("pdflatex is absent: apt-get install texlive-latex-recommended texlive-science")
    (folder / "page.tex").write_text(PAGE % (packages, body), encoding="utf-8")
    run = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-no-shell-escape", "page.tex"],
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    log = (folder / "page.log").read_text(encoding="utf-8", errors="replace")
    found = re.findall(r"^(?:!.*(?:\n.*){2}|Overfull.*)", log, re.MULTILINE)
    return "\n".join(found) or ("" if run.returncode == 0 else run.stdout)
