r"""Tables of sizes, and their six formats: LaTeX with booktabs, Markdown, CSV, JSON, HTML and text.

Data flow: a `Sheet` of cells → cells as text, by `table_plain`, `table_latex` or `table_web` → lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import Finding, UsageError
from .latex import notation as notation_of
from .sheet import Sheet

if TYPE_CHECKING:
    import pandas


class Table(Sheet):
    """A sheet that prints itself."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def text(self, *, is_plain: bool = False) -> str:
        """For a terminal; `is_plain` keeps to ASCII where names do."""
        from .table_plain import text_table

        return text_table(self, is_plain=is_plain)

    def latex(self, *, caption: str = "", label: str = "", **notation: Any) -> str:
        r"""A booktabs `tabular`, in a `table` where there is a caption or label."""
        from .table_latex import latex_table

        style = notation_of(**{**self.notation._asdict(), **notation})
        return latex_table(self._replace(caption=caption or self.caption, label=label or self.label, notation=style))

    def markdown(self) -> str:
        """As GitHub renders it, formulas between `$`."""
        from .table_web import markdown_table

        return markdown_table(self)

    def csv(self) -> str:
        """Comma-separated values under the columns' keys; numbers bare, formulas as the language reads them."""
        from .table_plain import csv_table

        return csv_table(self)

    def json(self) -> str:
        """An object with `columns`, `rows` and `total`; numbers are numbers, formulas are text."""
        from .table_plain import json_table

        return json_table(self)

    def html(self) -> str:
        """A `<table>`, formulas in MathML."""
        from .table_web import html_page

        return html_page(self)

    def to_frame(self) -> pandas.DataFrame:
        """A pandas data frame; counts are Python's integers, so that none is rounded. Raises: `UsageError` without pandas."""
        try:
            import pandas
        except ModuleNotFoundError:
            hint = "pip install 'symparams[pandas]'"
            raise UsageError(Finding("extra", "a data frame needs pandas, which isn't installed", hint=hint)) from None
        from .table_plain import data

        keys, rows = data(self)
        return pandas.DataFrame(rows, columns=keys, dtype=object)

    def _repr_html_(self) -> str:
        from .table_web import html_table

        return html_table(self, lambda formula: f"${formula}$")
