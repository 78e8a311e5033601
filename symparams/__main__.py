"""`python -m symparams`, and what the command `symparams` runs: quiet when it is interrupted, from its first import on."""

import sys


def main() -> int:
    """Run the command line; the exit status is the answer."""
    try:
        from .cli import main as run

        return run()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
