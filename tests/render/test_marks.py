"""Every kind of node has a mark in every printer."""

from __future__ import annotations

import pytest

from symparams.formula import nodes
from symparams.render.latex import LatexWriter
from symparams.render.notation import Writer
from symparams.render.text import TextWriter

KINDS = [
    kind
    for name, kind in vars(nodes).items()
    if isinstance(kind, type) and issubclass(kind, nodes.Node) and kind is not nodes.Node and not name.startswith("_")
]


@pytest.mark.parametrize("writer", [TextWriter, LatexWriter])
@pytest.mark.parametrize("kind", KINDS)
def test_every_node_has_a_mark(writer: type[Writer], kind: type[nodes.Node]) -> None:
    assert kind in writer.marks
