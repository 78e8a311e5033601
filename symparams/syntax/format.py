"""The one layout of `.sym` texts: `formatted` lays a text out anew, `printed` writes a tree that has no text yet.

text → tokens with their comments → logical lines → blanks, breaks and columns → text. What is said stays as it was
typed: numbers, signs, names and brackets; only blanks, line ends, commas behind the last of several items and the quotes
of strings are the formatter's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from ..errors import Finding, Source, Span, UsageError
from . import tree
from .breaking import INDENT, flat_text, is_spare, rows
from .columns import aligned, in_cells
from .lines import CodeLine, CommentLine, Item, ends_header, logical_lines
from .parse import parse, parse_with_tokens
from .spacing import marked
from .strings import requoted
from .tokens import Token

MAX_LAYOUTS = 3


def formatted(source: Source) -> str:
    """The text in its canonical layout, with the line ends of its first line.

    Formatting it again changes nothing, and it says the same: its tree is that of the source, save for the places.
    Raises: `ParseError` and `LimitError`, as `parse`; `UsageError` should the tree be another.
    """
    file, text, tokens = parse_with_tokens(source)
    again, before, result = file, source.text, _layout(text, tokens)
    for _ in range(MAX_LAYOUTS):  # brackets that a long line was given may let it break elsewhere
        if result == before:
            break
        before = result
        again, text, tokens = parse_with_tokens(source._replace(text=before))
        result = _layout(text, tokens)
    if result != before:
        again = parse(source._replace(text=result))
    if not same(file, again):
        hint = "this is a mistake of the formatter; please report the text"
        raise UsageError(Finding("format", "the layout would change what the text says", source, hint=hint))
    first_line = source.text.partition("\n")[0]
    return result.replace("\n", "\r\n") if first_line.endswith("\r") else result


def _layout(text: str, tokens: Sequence[Token]) -> str:
    items = [requoted(item) if isinstance(item, CodeLine) else item for item in logical_lines(text, tokens)]
    return "".join(f"{line}\n" for line in laid(spaced(items)))


def printed(file: tree.File) -> str:
    """The canonical text of a tree that has no text of its own, such as one that an importer builds; it reads back.

    Spans aren't looked at. A `Num` is printed as its `text`, a power as `^`, a `Define` that adds to its own name in full.
    Raises: `UsageError` for a tree that no text has, such as one with a string that no quotes can hold; `ParseError`
    for names that are none; `LimitError`.
    """
    from .spelling import spelled

    try:
        text = spelled(file)
    except ValueError as error:
        raise UsageError(Finding("format", str(error))) from None
    result = formatted(Source("<printed>", text))
    if not same(file, parse(Source("<printed>", result))):
        raise UsageError(Finding("format", "the tree is none that a text can have", Source("<printed>", result)))
    return result


def one_line(text: str) -> str:
    """A statement's text on one line, without comments, and without commas that only its broken lines need."""
    _, plain, tokens = parse_with_tokens(Source("<text>", text))
    statement = next(item for item in logical_lines(plain, tokens) if isinstance(item, CodeLine))
    lexemes = [lexeme for at, lexeme in enumerate(statement.lexemes) if not is_spare(statement.lexemes, at)]
    return flat_text(marked(lexemes))


def same(left: object, right: object) -> bool:
    """Whether two trees say the same, wherever their texts stand."""
    waiting = [(left, right)]
    while waiting:
        one, other = waiting.pop()
        if isinstance(one, Span):
            continue
        if type(one) is not type(other):
            return False
        if not isinstance(one, tuple):
            if one != other:
                return False
        elif isinstance(other, tuple):
            if len(one) != len(other):
                return False
            waiting += zip(one, other, strict=True)
    return True


def spaced(items: Sequence[Item]) -> list[Item]:
    """The items with at most one blank line in a row, none where a block begins, and one around modules."""
    found: list[Item] = []
    for item in items:
        if is_blank(item) and (not found or is_blank(found[-1]) or is_header(found[-1])):
            continue
        if not is_blank(item) and needs_blank(found, item):
            at = comments_above(found) if is_module(item) else len(found)
            found.insert(at, CommentLine(0, ""))
        found.append(item)
    while found and is_blank(found[-1]):
        found.pop()
    return found


def needs_blank(before: Sequence[Item], item: Item) -> bool:
    """Whether a blank line is missing between a module and what stands before it, or before what follows a module."""
    if is_module(item):
        at = comments_above(before)
        return at > 0 and not is_blank(before[at - 1])
    return item.level == 0 and bool(before) and is_in_module(before)


def is_in_module(items: Sequence[Item]) -> bool:
    """Whether the last of the items belongs to a module."""
    last = items[-1]
    if is_blank(last) or last.level == 0:
        return False
    header = next(item for item in reversed(items) if isinstance(item, CodeLine) and item.level == 0)
    return is_module(header)


def comments_above(items: Sequence[Item]) -> int:
    """Where the comments begin that stand directly above what follows."""
    at = len(items)
    while at and isinstance(items[at - 1], CommentLine) and not is_blank(items[at - 1]) and items[at - 1].level == 0:
        at -= 1
    return at


def is_blank(item: Item) -> bool:
    """Whether an item is a blank line."""
    return isinstance(item, CommentLine) and not item.text


def is_header(item: Item) -> bool:
    """Whether a block begins after an item."""
    return isinstance(item, CodeLine) and item.lexemes[-1].kind == "COLON" and ends_header(item.lexemes)


def is_module(item: Item) -> bool:
    """Whether an item is the header of a module at the top of the file."""
    return isinstance(item, CodeLine) and item.level == 0 and item.lexemes[0].kind == "MODULE"


def laid(items: Sequence[Item]) -> Iterator[str]:
    """The lines of the result."""
    for key, group in groupby(cut(items), key=lambda pair: pair[0]):
        run = [item for _, item in group]
        if key[1]:
            yield from lines_of_run([item for item in run if isinstance(item, CodeLine)])
        else:
            yield from (comment_text(item) for item in run if isinstance(item, CommentLine))


def cut(items: Sequence[Item]) -> Iterator[tuple[tuple[int, bool], Item]]:
    """The items, each with the number of its run: code of one block without a comment or blank line between."""
    run = 0
    for before, item in pairwise([None, *items]):
        assert item is not None
        is_code = isinstance(item, CodeLine)
        if before is None or is_code != isinstance(before, CodeLine) or item.level != before.level or is_header(before):
            run += 1
        yield (run, is_code), item


def comment_text(item: CommentLine) -> str:
    """A comment as a line."""
    return " " * (item.level * INDENT if item.text else 0) + item.text


def lines_of_run(run: Sequence[CodeLine]) -> Iterator[str]:
    """The lines of neighbouring statements of one block; those of one line each stand in columns."""
    waiting = []
    for line in run:
        found = rows(line)
        if len(found) == 1 and "\n" not in found[0].text:
            waiting.append(in_cells(found[0], marked(line.lexemes)))
            continue
        if waiting:
            yield from aligned(waiting)
            waiting = []
        for row in found:
            yield row.indent * " " + row.text + (f"  {row.comment}" if row.comment else "") if row.text else ""
    if waiting:
        yield from aligned(waiting)
