"""Formulas on the page: one walk (`notation`), and a printer for each kind of page (`text`, `latex`)."""
