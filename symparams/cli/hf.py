"""`symparams hf`: what network a Hugging Face configuration describes, as a file of the language."""

from __future__ import annotations

import argparse

EXAMPLES = """\
  symparams hf Llama-3.1-8B/config.json
  symparams hf config.json > net.sym && symparams show net.sym:net
  symparams count hf:config.json --measure active
  symparams show hf:config.json:model.layers.self_attn"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("config", metavar="CONFIG", help="a config.json, the folder that holds it, or - for stdin")


def run(options: argparse.Namespace) -> int:
    """Print the file. Raises: `FileError` and `UsageError` for what isn't the configuration of a known network."""
    from ..importers import huggingface

    print(huggingface.page(options.config.removeprefix(huggingface.PREFIX)), end="")
    return 0
