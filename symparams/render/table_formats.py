"""The formats that a table can be written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .table import Table, csv_table, json_table, text_table
from .table_latex import latex_table
from .table_web import html_page, markdown_table

FORMATS: Mapping[str, Callable[[Table], str]] = {
    "text": text_table,
    "latex": latex_table,
    "markdown": markdown_table,
    "csv": csv_table,
    "json": json_table,
    "html": html_page,
}
