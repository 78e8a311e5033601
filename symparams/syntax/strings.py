"""Strings in the one way to write them: in double quotes where that says the same, and a value's literal."""

from __future__ import annotations

import re

from .breaking import INDENT
from .lines import CodeLine
from .tokens import text_value

LITERAL = re.compile(r"\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|\"(?!\"\")(?:[^\"\\\n]|\\.)*\"|'(?!'')(?:[^'\\\n]|\\.)*'")
QUOTES = ('"', "'", '"""', "'''")


def requoted(line: CodeLine) -> CodeLine:
    """A line with its strings in double quotes, and those of several lines as far in as the line is."""
    strings = [
        lexeme._replace(text=indented(double(lexeme.text), line)) if lexeme.kind == "STRING" else lexeme
        for lexeme in line.lexemes
    ]
    return line._replace(lexemes=tuple(strings))


def double(text: str) -> str:
    """A literal in double quotes where its content holds neither those nor a backslash."""
    quote = text[:3] if text.startswith("'''") else text[0]
    content = text[len(quote) : -len(quote)]
    if quote[0] == '"' or '"' in content or "\\" in content:
        return text
    wide = quote.replace("'", '"')
    return f"{wide}{content}{wide}"


def indented(text: str, line: CodeLine) -> str:
    """A string of several lines moved with its statement; how far its lines are in says nothing."""
    first, *rest = text.split("\n")
    if not rest:
        return text
    margins = [len(part) - len(part.lstrip()) for part in rest if part.strip()]
    margin = min(margins, default=0)
    indent = " " * (line.level * INDENT)
    return "\n".join([first.rstrip(), *((indent + part[margin:]).rstrip() for part in rest)])


def literal(value: str) -> str:
    """A string's value as text that reads back. Raises: `ValueError` for what no quotes can hold."""
    for quote in QUOTES:
        text = quote + (value.replace(quote, "\\" + quote) if len(quote) == 1 else value) + quote
        match = LITERAL.match(text)
        if match and match.end() == len(text) and text_value(text) == value:
            return text
    raise ValueError(f"no quotes can hold the string {value!r}")
