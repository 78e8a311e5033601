"""`symparams zoo`: the published networks that come with the package."""

from __future__ import annotations

import argparse

from .collector import uncollected

EXAMPLES = """\
  symparams zoo
  symparams zoo llama
  symparams zoo mixtral deepseek_v3 --json"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("names", metavar="NAME", nargs="*", help="a family; all of them without one")
    command.add_argument("--json", action="store_true", help="as JSON, all counts of each network")


def run(options: argparse.Namespace) -> int:
    """Print the list, line by line as the counts are worked out, or a page for each family named."""
    from ..pages.zoo import data, families, family_page, listing
    from .screen import screen

    names = families(options.names)
    if options.json:
        import json

        print(json.dumps([data(name) for name in names], indent=2, ensure_ascii=False))
        return 0
    if not options.names:
        with uncollected():
            for line in listing(names, screen()):
                print(line, flush=True)
        return 0
    for place, name in enumerate(names):
        print("\n" * bool(place) + "\n".join(family_page(name, screen())))
    return 0
