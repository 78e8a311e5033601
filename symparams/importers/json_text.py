"""JSON that others wrote → plain values, and these as text of the language: numbers exact, nothing taken on trust."""

from __future__ import annotations

import json
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import FileError, Finding
from ..model import files

MAX_DIGITS = 1_000
MAX_EXPONENT_DIGITS = 6
MAX_SHOWN = 60
MAX_DEPTH = 20
_LONG = re.compile(f"[0-9]{{{MAX_DIGITS + 1}}}")


class Unusable(NamedTuple):
    """A value that no size can be, as it is told in messages: `NaN`, or a number of very many digits."""

    words: str


def read_text(path: Path) -> str:
    """The text of a file, or of standard input for `-`. Raises: `FileError` for what can't be read within the limits."""
    if str(path) == "-":
        return files.read_stdin()
    if path.exists() and not path.is_file():
        what = "a folder" if path.is_dir() else "a pipe or device"
        # A pipe would be waited for without an end.
        raise FileError(Finding("file", f"{path} is {what}, not a file", hint="give the path of a JSON file"))
    return files.read(path)


def json_object(text: str, name: str) -> dict[str, Any]:
    """The object that a JSON text is: ints and Fractions for numbers, `Unusable` for what isn't a number that can be kept.

    Raises: `FileError` for a text that isn't JSON, names a key twice, or is nested too deeply, with the place where known.
    """
    try:
        found = json.loads(
            text,
            object_pairs_hook=_entries,
            parse_int=_whole if _LONG.search(text) else None,  # a call for each number is half of the time
            parse_float=_decimal,
            parse_constant=Unusable,
        )
    except json.JSONDecodeError as error:
        if text.startswith("\ufeff"):
            raise _not_json(name, "isn't JSON: it begins with a byte order mark") from None
        raise _not_json(name, f"isn't JSON: {_lower(error.msg)} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise _not_json(name, "is nested more deeply than can be read") from None
    except Twice as error:
        raise _not_json(name, f"has the key {name_shown(str(error))} twice", "keep one of them") from None
    if not isinstance(found, dict):
        raise _not_json(name, f"holds {_kind(found)}, not a JSON object", 'it should begin with "{"')
    return found


class Twice(Exception):
    """An object names a key twice."""


def _entries(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = Counter(key for key, _ in pairs)
        raise Twice(next(key for key, count in keys.items() if count > 1))
    return found


def _whole(digits: str) -> int | Unusable:
    return int(digits) if len(digits) <= MAX_DIGITS else Unusable(f"a number of {len(digits):,} digits")


def _decimal(digits: str) -> Fraction | Unusable:
    """A decimal, exactly; one of a huge exponent would be a number of as many digits."""
    kept, _, exponent = digits.lower().partition("e")
    if len(exponent) > MAX_EXPONENT_DIGITS or len(kept) + abs(int(exponent or 0)) > MAX_DIGITS:
        return Unusable(f"{digits[:MAX_SHOWN]}, a number of very many digits")
    return Fraction(digits)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _not_json(name: str, reason: str, hint: str = "") -> FileError:
    return FileError(Finding("json", f"{name} {reason}", hint=hint))


def _kind(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, list | str):
        return "a list" if isinstance(value, list) else "a string"
    return "a number"


# ------------------------------------------------------------------------------------------------------ as text


def text_of(value: Any, depth: int = 0) -> str | None:
    """A JSON value as text of the language; None for what the language has no word for: objects, NaN, some strings.

    >>> text_of([1, Fraction(1, 4), None, True, "gelu"])
    '[1, 0.25, None, True, "gelu"]'
    """
    if value is None or isinstance(value, bool | int):
        return str(value)
    if isinstance(value, Fraction):
        return _decimal_text(value)
    if isinstance(value, str):
        is_plain = value.isprintable() and "\\" not in value and '"' not in value
        return f'"{value}"' if is_plain else None
    if isinstance(value, list):
        items = [text_of(item, depth + 1) if depth < MAX_DEPTH else None for item in value]
        return None if None in items else f"[{', '.join(map(str, items))}]"
    return None


def _decimal_text(value: Fraction) -> str:
    """A fraction that came from decimals, in digits: its denominator has no factors but 2 and 5."""
    places = 0
    while value.denominator != 1 and 10**places % value.denominator:
        places += 1
    digits = str(abs(value.numerator) * (10**places // value.denominator)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def shown(value: Any) -> str:
    """A JSON value in a message, shortened."""
    if isinstance(value, Unusable):
        return value.words
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list" if text_of(value) is None else _cut(str(text_of(value)))
    if isinstance(value, str):
        return f'"{name_shown(value)}"' if value else '""'
    return _cut(_kind(value) if value is None or isinstance(value, bool) else str(text_of(value)))


def name_shown(name: str, longest: int = MAX_SHOWN) -> str:
    """A key or name in a message, shortened, on one line."""
    return _cut(name if name.isprintable() else repr(name)[1:-1], longest) if name else '""'


def _cut(words: str, longest: int = MAX_SHOWN) -> str:
    return words if len(words) <= longest else words[:longest] + "…"
