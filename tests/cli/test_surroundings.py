"""Where the command runs: locales that know few signs, homes that can't be written, closed and full streams, Ctrl-C."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GPT2 = str(ROOT / "symparams" / "zoo" / "gpt2.sym")
NET = 'symbol größe\n\nmodule Net(größe):\n    fc: Linear(größe, 2)\n\ncheck Net.params == 2*größe + 2  "Müller, ≤ 3"\n'


def environment(**changes: str | None) -> dict[str, str]:
    """This process's environment with changes; None takes a variable away."""
    merged = {**os.environ, "PYTHONPATH": str(ROOT), **changes}
    return {name: value for name, value in merged.items() if value is not None}


def run(
    *words: str, stdin: bytes = b"", redirect: str = "", **changes: str | None
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "symparams", *words]
    if redirect:
        command = ["sh", "-c", f'"$0" "$@" {redirect}', *command]
    return subprocess.run(
        command, input=stdin, capture_output=True, env=environment(**changes), check=False, timeout=60
    )


SURROUNDINGS: dict[str, dict[str, str | None]] = {
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "POSIX": {"LANG": "POSIX", "LC_ALL": None},
    "ASCII streams": {"PYTHONIOENCODING": "ascii"},
    "strict ASCII streams": {"PYTHONIOENCODING": "ascii:strict", "PYTHONUTF8": "0"},
    "Latin-1": {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
    "UTF-16": {"PYTHONIOENCODING": "utf-16", "PYTHONUTF8": "0"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR"},
    "a locale that isn't there": {"LC_ALL": "xx_YY.nothing"},
    "no home": {"HOME": None, "XDG_CACHE_HOME": None},
    "a home that isn't there": {"HOME": "/nonexistent", "XDG_CACHE_HOME": None},
    "a home that can't be written": {"HOME": "/proc", "XDG_CACHE_HOME": None},
    "an empty home": {"HOME": "", "XDG_CACHE_HOME": ""},
    "an almost empty environment": {name: None for name in os.environ if name not in ("PATH", "PYTHONPATH")},
    "warnings are errors": {"PYTHONWARNINGS": "error"},
    "optimised": {"PYTHONOPTIMIZE": "2"},
}


@pytest.mark.parametrize("changes", SURROUNDINGS.values(), ids=SURROUNDINGS)
def test_a_command_works(changes: dict[str, str | None], tmp_path: Path) -> None:
    done = run("check", "-", stdin=NET.encode(), **changes)
    assert done.returncode == 0, done.stderr
    encoding = (changes.get("PYTHONIOENCODING") or "ascii").partition(":")[0]
    assert "1 passed, 0 failed" in done.stdout.decode(encoding, "replace")
    assert b"Traceback" not in done.stderr
    path = tmp_path / "größe.sym"
    path.write_text(NET, "utf-8")
    refused = run("count", f"{path}:Net", **changes)
    assert refused.returncode == 2
    assert b"Traceback" not in refused.stderr
    laid_out = run("fmt", "-", stdin=NET.encode(), **changes)
    assert laid_out.stdout == NET.encode()


STREAMS = [
    ("a reader that goes away", "| true", 0),
    ("no stdout", ">&-", 0),
    ("no stderr", "2>&-", 0),
    ("no stdin", "<&-", 0),
    ("no streams at all", ">&- 2>&- <&-", 0),
    ("a full disk", "> /dev/full", 2),
]


@pytest.mark.parametrize(("redirect", "status"), [case[1:] for case in STREAMS], ids=[case[0] for case in STREAMS])
@pytest.mark.parametrize(
    "words", [["formula", "Linear(n, m)"], ["check", GPT2], ["fmt", "--diff", GPT2]], ids=lambda w: w[0]
)
def test_streams_that_are_closed_or_full(words: list[str], redirect: str, status: int) -> None:
    done = run(*words, redirect=redirect)
    quiet = words[0] == "fmt" and status == 2 and done.returncode == 0  # nothing to write
    assert done.returncode == status or quiet, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr
    if status and not quiet:
        assert done.stderr == b"error: the answer can't be written: no space left on device\n"


def test_an_error_that_cannot_be_told_keeps_its_status() -> None:
    for redirect in ("2>&-", "2> /dev/full"):
        done = run("formula", "Linear(", redirect=redirect)
        assert (done.returncode, done.stdout) == (2, b"")


def hears_ctrl_c() -> None:
    """What a process does first: a test that runs in the background would hand its own deafness on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.1, 0.2, 0.4, 0.8])
def test_ctrl_c_ends_quietly_at_any_time(delay: float) -> None:
    """As soon as the package runs; before it Python itself may still tell where it was."""
    script = f"""
import os, signal, sys, threading, time
import symparams.__main__ as start

def strike():
    while start.main.__code__ not in running():
        time.sleep(0)
    time.sleep({delay})
    os.kill(os.getpid(), signal.SIGINT)

def running():
    frame, found = sys._current_frames()[threading.main_thread().ident], []
    while frame:
        found, frame = [*found, frame.f_code], frame.f_back
    return found

threading.Thread(target=strike, daemon=True).start()
sys.argv = ['symparams', 'formula', 'sum(Linear(d, i*g).params for i in range(L))', '--form', 'factored']
sys.exit(start.main())
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        preexec_fn=hears_ctrl_c,
    )
    out, err = process.communicate(timeout=60)
    assert b"Traceback" not in err
    if process.returncode == 130:
        assert (out, err) == (b"", b"")
    else:
        assert process.returncode in (0, -signal.SIGINT)


def test_ctrl_c_while_waiting_for_input() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "symparams", "count", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        preexec_fn=hears_ctrl_c,
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60) == (b"", b"")
    assert process.returncode == 130
