"""The package's face in Python: files, modules and formulas that remember the question they answer.

Setting sizes asks the question again, so that a number always comes from the source and never from a closed form.
`given` takes what Python gives, `formulas` and `arithmetic` are formulas, `modules` and `files` what they are asked of.
"""

from .files import File, load, parse
from .formulas import Formula, formula, question
from .given import given_value
from .modules import Module, TensorView, place

__all__ = ["File", "Formula", "Module", "TensorView", "formula", "given_value", "load", "parse", "place", "question"]
