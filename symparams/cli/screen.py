"""The terminal as a `Screen`: its width, and by NO_COLOR, FORCE_COLOR, TERM, the encoding and the locale what it shows."""

from __future__ import annotations

import os
import shutil
import sys

from ..pages.screen import Screen

WIDTH = 80
NARROWEST = 40
SIGNS = "·²×…≠⌊├└│█▌"  # those that pages are drawn with


def screen() -> Screen:
    """What stdout is."""
    return Screen(
        width=max(shutil.get_terminal_size((WIDTH, 24)).columns, NARROWEST),
        has_colours=_has_colours(),
        has_unicode=_has_unicode(),
    )


def _has_colours() -> bool:
    """See no-color.org and force-color.org: each variable counts where it isn't empty, and the first goes before."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return os.environ["FORCE_COLOR"] != "0"
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def _has_unicode() -> bool:
    if _is_locale_plain():
        return False
    try:
        SIGNS.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _is_locale_plain() -> bool:
    """Whether the locale was chosen to be C, which Python turns into UTF-8 of its own accord (PEP 538 and 540)."""
    if not sys.flags.utf8_mode or os.environ.get("PYTHONUTF8") or "utf8" in sys._xoptions:
        return False
    chosen = os.environ.get("LC_ALL") or os.environ.get("LANG")
    return chosen in ("C", "POSIX")
