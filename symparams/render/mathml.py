r"""Formulas as MathML, which browsers show without a script: our LaTeX, read by latex2mathml."""

from __future__ import annotations

import re

from ..errors import Finding, UsageError

# Digits in groups are one number: `124{,}439{,}808`.
_GROUPED = re.compile(r"(?<=\d)</mn><mrow><mo>&#x0002C;</mo></mrow><mn>(?=\d)")


def mathml(latex: str, display: str = "inline") -> str:
    """The formula as a `<math>` element. Raises: `UsageError` without latex2mathml."""
    try:
        from latex2mathml.converter import convert
    except ModuleNotFoundError:
        message = "formulas in HTML need latex2mathml, which isn't installed"
        raise UsageError(Finding("extra", message, hint="pip install 'symparams[html]'")) from None
    return _GROUPED.sub(",", convert(latex, display=display))
