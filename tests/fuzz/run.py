"""Fuzz by hand: `python -m tests.fuzz.run HARNESS [--cases N] [--seconds S] [--seed N] [--atheris]`.

Inputs are random bytes, or with --atheris those that reach new code. What fails is printed once for each kind of failure.
"""

import argparse
import random
import resource
import sys
import time
import traceback

GIGABYTE = 1 << 30


def kind_of(error: BaseException) -> str:
    """What makes two failures one: the error and the innermost line of the package."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "symparams" in frame.filename]
    place = f"{frames[-1].filename.rpartition('symparams/')[2]}:{frames[-1].name}" if frames else ""
    return f"{type(error).__name__} {place}"


def by_chance(name: str, cases: int, seconds: float, seed: int) -> int:
    """Run random inputs; the number of kinds of failures is the answer."""
    from . import harness

    chance, seen, done = random.Random(seed), dict[str, int](), 0
    start, slowest = time.time(), (0.0, b"")
    while done < cases and time.time() - start < seconds:
        data = chance.randbytes(chance.choice((8, 20, 60, 150, 400)))
        before = time.process_time()
        try:
            harness.run(name, data)
        except Exception as error:
            tell(name, data, error, seen)
        except harness.TooSlow as error:
            tell(name, data, error, seen)
        slowest = max(slowest, (time.process_time() - before, data))
        done += 1
    spent = time.time() - start
    print(
        f"{name}: {done:,} cases in {spent:.0f} s, {len(seen)} kinds of failures {seen}; slowest {slowest[0]:.2f} s",
        flush=True,
    )
    return len(seen)


def tell(name: str, data: bytes, error: BaseException, seen: dict[str, int]) -> None:
    """Print the first failure of a kind, with its input."""
    from . import harness
    from .choices import Choices

    kind = kind_of(error)
    seen[kind] = seen.get(kind, 0) + 1
    if seen[kind] == 1:
        print(f"\n=== {name}: {kind}: {error}\n{harness.HARNESSES[name][0](Choices(data))!r}\n{data!r}", flush=True)
        traceback.print_exception(error, limit=-6, file=sys.stdout)


def by_coverage(name: str, cases: int, seconds: float, seed: int) -> int:
    """Run inputs that atheris makes; it ends the process at the first failure."""
    import atheris

    with atheris.instrument_imports(include=["symparams"]):
        from . import harness

    def one(data: bytes) -> None:
        harness.run(name, data)

    atheris.Setup(
        [sys.argv[0], f"-runs={cases}", f"-max_total_time={int(seconds)}", f"-seed={seed}", "-max_len=400"], one
    )
    atheris.Fuzz()
    return 0


def main() -> int:
    """Parse the words and run."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("harness")
    words.add_argument("--cases", type=int, default=10_000)
    words.add_argument("--seconds", type=float, default=600)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--atheris", action="store_true")
    asked = words.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (2 * GIGABYTE, 2 * GIGABYTE))
    fuzz = by_coverage if asked.atheris else by_chance
    return 1 if fuzz(asked.harness, asked.cases, asked.seconds, asked.seed) else 0


if __name__ == "__main__":
    sys.exit(main())
