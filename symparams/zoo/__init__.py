"""Published networks, each family a file of the language, loaded when it is first named.

>>> from symparams import zoo
>>> zoo.gpt2.small.params.value()
124439808

`dir(symparams.zoo)` lists the families, `symparams.zoo.gpt2.names` what a family defines.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..api import File


def __getattr__(name: str) -> Any:
    """The family of this name. Raises: `AttributeError` with a suggestion where there is none."""
    from ..errors import suggestion
    from ..model.files import zoo_index

    if name == "__all__":
        return __dir__()
    if name not in zoo_index():
        near = "" if name.startswith("_") else suggestion(name, zoo_index())
        raise AttributeError(f"there is no family of the zoo called {name}. {near}".strip())
    return family(name)


def __dir__() -> list[str]:
    from ..model.files import zoo_index

    return sorted(zoo_index())


@cache
def family(name: str) -> File:
    """The family's file, loaded once."""
    from ..api import File
    from ..model.files import zoo_unit

    return File(zoo_unit(name))
