"""`symparams layers`: the layers of PyTorch that the language knows."""

from __future__ import annotations

import argparse

EXAMPLES = """\
  symparams layers
  symparams layers Conv2d
  symparams layers recurrent
  symparams layers LSTM GRU --format json
  symparams layers --format markdown > layers.md"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("names", metavar="NAME", nargs="*", help="a layer, or a family of layers; all without one")
    command.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="(text)")


def run(options: argparse.Namespace) -> int:
    """Print the list of all layers, or a page for each layer or family named."""
    WRITERS[options.format](options.names)
    return 0


def _text(names: list[str]) -> None:
    from ..model.catalogue import Family, catalogue
    from ..pages.layers import family_page, layer_page, layers_named, listing
    from .screen import screen

    sheet = screen()
    if not names:
        print("\n".join(listing(list(catalogue()), sheet)))
    for place, found in enumerate(layers_named(names)):
        page = family_page(found, sheet) if isinstance(found, Family) else layer_page(found, sheet)
        print("\n" * bool(place) + "\n".join(page))


def _markdown(names: list[str]) -> None:
    from ..model.catalogue import Family, catalogue
    from ..pages.layers import layers_named
    from ..pages.layers_markdown import markdown_layer, markdown_page

    if not names:
        print("\n".join(markdown_page(list(catalogue()))).rstrip())
    for found in layers_named(names):
        print("\n".join(markdown_page([found]) if isinstance(found, Family) else markdown_layer(found)).rstrip())


def _json(names: list[str]) -> None:
    import json

    from ..model.catalogue import Family, catalogue
    from ..pages.layers import data, layers_named

    found = layers_named(names) if names else list(catalogue())
    layers = [layer for item in found for layer in (item.layers if isinstance(item, Family) else (item,))]
    print(json.dumps([data(layer) for layer in layers], indent=2, ensure_ascii=False))


WRITERS = {"text": _text, "markdown": _markdown, "json": _json}
