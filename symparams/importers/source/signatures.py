"""What is written of a class or function of Python, as its calls need it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .frames import Parameter, Writer


@dataclass(eq=False)
class Signature:
    """What is written of a class or function: its name, parameters, and how Python's arguments are given.

    owns: whether there are tensors in it; kind: of what it gives.
    """

    name: str
    params: list[Parameter]
    arguments: ast.arguments
    writer: Writer
    owns: bool
    kind: str
    skip: int
    is_called: bool = False
