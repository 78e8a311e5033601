"""The algebra of neural-network sizes: closed-form parameter counts, their LaTeX, and proofs of published formulas.

>>> import symparams
>>> symparams.formula("Conv2d(C_in, C_out, k)")
Formula('(k^2*C_in + 1)*C_out')
>>> symparams.formula("Linear(16*5*5, 120)").value()
48120
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import formula as _floor  # noqa: F401 (loaded first, so that the verb `formula` below hides the package of that name)
from .errors import SymparamsError

if TYPE_CHECKING:
    from . import layers, zoo
    from .api import File, Formula, Module, load, parse
    from .api.given import Operand

__all__ = ["File", "Formula", "Module", "SymparamsError", "formula", "layers", "load", "parse", "zoo"]
__version__ = "0.1.0"


def formula(text: str | Operand | Module) -> Formula:
    """The formula of an expression, as in `formula("Conv2d(C_in, C_out, k)")`; free names are symbols.

    A number and a sympy expression are formulas too. Counts: the parameters of a module; an expression of numbers and
    measures is itself.
    Raises: `SymparamsError` with the place, the reason and the way out.
    """
    from .api import formula as asked

    return asked(text)


def __getattr__(name: str) -> Any:
    """The other public names, imported when they are first asked for."""
    if name in ("layers", "zoo"):
        from importlib import import_module

        return import_module(f".{name}", __name__)
    if name in __all__:
        from . import api

        return getattr(api, name)
    raise AttributeError(f"module 'symparams' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext symparams`: cells of the language, `%%symparams`."""
    from .notebook import load

    load(shell)
