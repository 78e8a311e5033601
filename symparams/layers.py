"""PyTorch's layers, to be called with numbers, sympy symbols, formulas and one another.

>>> from symparams.layers import Conv2d, Sequential
>>> import sympy
>>> C_in, k = sympy.symbols("C_in k")
>>> Sequential(Conv2d(C_in, 64, k), Conv2d(64, 64, 3)).params
Formula('(k^2*C_in + 1)*64 + (3*3*64 + 1)*64')

`dir(symparams.layers)` lists them, `help(symparams.layers.Conv2d)` tells the arguments, which are those of `torch.nn`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import Module


def __getattr__(name: str) -> Any:
    """The layer of this name. Raises: `AttributeError` with a suggestion where there is none."""
    if name == "__all__":
        return __dir__()
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return layer(name)


def __dir__() -> list[str]:
    from .model.files import library_index

    return sorted(library_index())


def layer(name: str) -> Module:
    """The layer as a module that can be called."""
    from .api import Module, question
    from .errors import Source, suggestion
    from .model.files import Unit, library_index

    if name not in library_index():
        raise AttributeError(f"there is no layer called {name}. {suggestion(name, library_index())}".strip())
    return Module(question(name, Unit(Source("<python>", "")), "<python>"))
