"""The parser's tables: made by lark from `grammar/symparams.lark`, and kept as JSON in the user's own cache folder.

lark is imported only where they must be made, which takes many times as long as reading a page. They are never a
pickle: a file in a cache can be wrong, but it mustn't run code. Whatever is wrong with it, the tables are made anew.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import zlib
from typing import Any, NamedTuple

TABLES_VERSION = 1
MAX_SIZE = 4_000_000
STARTS = ["file", "only_expression"]
PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Words that are words in every place; the others are names wherever the grammar doesn't wait for them.
RESERVED = frozenset(("IF", "ELIF", "ELSE", "FOR", "IN", "NOT", "AND", "OR", "IS", "TRUE", "FALSE", "NONE"))
# Signs that are looked for only where the grammar waits for them; all others are what they are in every place.
CONTEXTUAL = ("HEAD", "NUMBER")


class Rule(NamedTuple):
    """A rule of the grammar: its name, how many pieces it takes, and what becomes of them."""

    origin: str
    size: int
    node: str  # the builder's method; "" where the pieces go on into the rule around it
    is_flat: bool  # no piece is itself a row of pieces
    is_transparent: bool  # a single piece stands for itself


class Tables(NamedTuple):
    """What drives the parser. A state's row maps each kind of token or node to a state (≥ 0) or a rule (~number)."""

    rows: list[dict[str, int]]
    starts: dict[str, list[int]]
    rules: list[Rule]
    words: dict[str, str]
    signs: list[tuple[str, str]]


def tables() -> Tables:
    """The tables, from the cache where they are there and fit, else made anew and left there."""
    grammar = grammar_text()
    path = cache_path()
    return cached(path, grammar) or kept(made(grammar), path, grammar)


def grammar_text() -> str:
    """The grammar, from beside the installed package or from the checkout."""
    for folder in (PACKAGE, os.path.dirname(PACKAGE)):
        try:
            with open(os.path.join(folder, "grammar", "symparams.lark"), encoding="utf-8") as file:
                return file.read()
        except OSError:
            continue
    raise FileNotFoundError("symparams.lark is missing from the installation; install symparams again")


# ------------------------------------------------------------------------------------------------- made by lark


def made(grammar: str) -> Tables:
    """The tables of a grammar, by lark's LALR analysis."""
    from lark import Lark
    from lark.grammar import Rule as LarkRule
    from lark.lark import PostLex
    from lark.lexer import TerminalDef

    class AllTerminals(PostLex):  # lark drops terminals that no rule names; the layout's line ends stay
        always_accept = ("_NL",)

        def process(self, stream: Any) -> Any:
            return stream

    parser = Lark(
        grammar, parser="lalr", start=STARTS, keep_all_tokens=True, maybe_placeholders=False, postlex=AllTerminals()
    )
    data, memo = parser.memo_serialize([TerminalDef, LarkRule])
    table = data["parser"]["parser"]
    of_number = {number: rule_of(entry) for number, entry in memo.items() if entry["__type__"] == "Rule"}
    rules = sorted(set(of_number.values()))
    places = {rule: ~place for place, rule in enumerate(rules)}
    names = table["tokens"]
    rows = {
        state: {str(names[t]): places[of_number[arg["@"]]] if is_rule else arg for t, (is_rule, arg) in row.items()}
        for state, row in table["states"].items()
    }
    starts = {name: [table["start_states"][name], table["end_states"][name]] for name in STARTS}
    return Tables(*renumbered(rows, starts), rules, *words_and_signs(parser.terminals))


def renumbered(
    rows: dict[int, dict[str, int]], starts: dict[str, list[int]]
) -> tuple[list[dict[str, int]], dict[str, list[int]]]:
    """The states in the order in which they are first reached, so that one grammar has one table."""
    order = [state for ends in starts.values() for state in ends]
    seen = set(order)
    for state in order:
        for kind in sorted(rows[state]):
            target = rows[state][kind]
            if target >= 0 and target not in seen:
                seen.add(target)
                order.append(target)
    place = {state: at for at, state in enumerate(order)}
    new_rows = [{kind: place.get(to, to) for kind, to in sorted(rows[state].items())} for state in order]
    return new_rows, {name: [place[state] for state in ends] for name, ends in starts.items()}


def rule_of(entry: dict[str, Any]) -> Rule:
    """One of lark's rules as its parser sees it; names with an underscore in front have no node of their own."""
    origin, alias = str(entry["origin"]["name"]), entry["alias"]
    pieces = [str(piece["name"]) for piece in entry["expansion"] if piece["__type__"] == "NonTerminal"]
    return Rule(
        origin,
        len(entry["expansion"]),
        "" if origin.startswith("_") else str(alias or origin),
        not any(piece.startswith("_") for piece in pieces),
        bool(entry["options"]["expand1"]) and not alias,
    )


def words_and_signs(terminals: Any) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The words, each with its kind, and the patterns of all other terminals, in the order in which they are tried."""
    by_rank = sorted(terminals, key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value), t.name))
    words = {t.pattern.value: str(t.name) for t in by_rank if t.pattern.value.isalpha()}
    signs = [(str(t.name), t.pattern.to_regexp()) for t in by_rank if t.name not in words.values()]
    return words, signs


# ------------------------------------------------------------------------------------------------- kept as JSON


def cache_path() -> str:
    """Where the tables are kept for this user, or the empty string where there is no such place."""
    if sys.platform == "win32":
        folder = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        folder = os.path.expanduser("~/Library/Caches")
    else:
        folder = os.environ.get("XDG_CACHE_HOME", "")
        folder = folder if os.path.isabs(folder) else os.path.expanduser("~/.cache")
    return os.path.join(folder, "symparams", "tables.json") if os.path.isabs(folder) else ""


def key(grammar: str) -> list[object]:
    """What the tables depend on, with the whole grammar: to compare it costs less than to import a hash."""
    return [TABLES_VERSION, list(sys.version_info[:2]), lark_version(), grammar]


def lark_version() -> str:
    """The installed lark's version, without importing it: the name of its metadata folder."""
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        for name in names:
            if name.startswith("lark-") and name.endswith(".dist-info"):
                return name[5:-10]
    return ""


def cached(path: str, grammar: str) -> Tables | None:
    """The tables from the cache, or None where they aren't there, don't fit or can't be read."""
    import json

    try:
        found_key, rows, starts, rules, words, signs = json.loads(unpacked(own_file(path)))
        if found_key != key(grammar):
            return None
        return checked(Tables(rows, starts, [Rule(*rule) for rule in rules], words, [(n, p) for n, p in signs]))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, re.error):
        return None


def own_file(path: str) -> str:
    """The text of a plain file of this user's, of a size that tables can have.

    Raises: `OSError`, also for a pipe, which would be waited for; `ValueError` for all else.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, encoding="utf-8") as file:
        found = os.fstat(descriptor)
        is_own = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
        if not (stat.S_ISREG(found.st_mode) and is_own and found.st_size <= MAX_SIZE):
            raise ValueError("this is no file of tables")
        return file.read()


def kept(new: Tables, path: str, grammar: str) -> Tables:
    """The same tables, left in the cache; written beside it and moved there, so that no reader meets half a file."""
    import contextlib
    import json
    import tempfile

    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor, beside = tempfile.mkstemp(prefix="tables.", dir=os.path.dirname(path))
        try:
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(packed(json.dumps([key(grammar), *new], separators=(",", ":"))))
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)
            raise
    return new


def packed(text: str) -> str:
    """A text behind its checksum."""
    return f"{zlib.crc32(text.encode()):08x}\n{text}"


def unpacked(text: str) -> str:
    """The text behind a checksum that is right.

    Raises: `ValueError`.
    """
    checksum, _, content = text.partition("\n")
    if checksum != f"{zlib.crc32(content.encode()):08x}":
        raise ValueError("the checksum is wrong")
    return content


def checked(found: Tables) -> Tables:
    """The same tables, when every number in them leads to a state or a rule, and every pattern is one.

    Raises: `ValueError`, and what wrong types raise.
    """
    states, rules = len(found.rows), len(found.rules)
    actions = [action for row in found.rows for action in row.values()]
    actions += [state for name in STARTS for state in found.starts[name]]
    if set(map(type, actions)) != {int} or not -rules <= min(actions) <= max(actions) < states:
        raise ValueError("a row leads nowhere")
    if not all(type(rule.size) is int and rule.size >= 0 and type(rule.origin) is str for rule in found.rules):
        raise ValueError("a rule takes no number of pieces")
    if not all(type(word) is type(kind) is str for word, kind in found.words.items()):
        raise ValueError("a word is none")
    pattern(found.signs, CONTEXTUAL)
    return found


def pattern(signs: list[tuple[str, str]], contextual: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for a token of any kind, blanks before it included; of the contextual kinds only those given."""
    kinds = "|".join(f"(?P<{kind}>{sign})" for kind, sign in signs if kind not in CONTEXTUAL or kind in contextual)
    return re.compile(kinds)
