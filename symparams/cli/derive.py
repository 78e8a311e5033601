"""`symparams derive`: the description of a live PyTorch model, found from its shapes at several sizes."""

from __future__ import annotations

import argparse
import ast
import sys
from typing import Any

from ..errors import Finding, UsageError
from .writing import add_output, put

EXAMPLES = """\
  symparams derive mymodels.net:Net --vary d=64,128,192 --vary L=1,2,3
  symparams derive transformers:LlamaConfig --vary hidden_size=64,128,192 --vary num_hidden_layers=1,2,3 --set num_attention_heads=4
  symparams derive transformers:ConvNextConfig --vary w=8,16,24 --vary n=2,3,5 --set hidden_sizes=[w,2*w,4*w,8*w] --set depths=[n,n,3*n,n]
  symparams derive transformers:CLIPConfig --vary text_config.hidden_size=64,128,192,256 --set text_config.num_attention_heads=4
  symparams derive mymodels.net:Net --vary width=8,16,24,40 -o net.sym"""


def add_options(command: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    command.add_argument("model", metavar="package.module:callable", help="what makes the model; its code is run")
    command.add_argument(
        "--vary",
        action="append",
        default=[],
        metavar="NAME=N,N,N",
        help="an argument that becomes a size of the description, with at least three values, or a yes/no, True,False; may be repeated",
    )
    command.add_argument(
        "-s",
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an argument that stays, follows from the sizes, or is a class: depths=[3,3,n,3], heads=d//64, norm=torch.nn:GroupNorm",
    )
    add_output(command)


def run(options: argparse.Namespace) -> int:
    """Print the file, or write it."""
    from ..importers.derive import derive
    from ..importers.given import given
    from ..importers.live import spec
    from ..importers.places import place

    vary = {name: _numbers(name, words) for name, words in map(_pair, options.vary)}
    sizes = {name: place(name).symbol for name in vary}
    fixed = {name: given(words, sizes) or _value(words) for name, words in map(_pair, options.set)}
    found = derive(spec(options.model), vary, fixed)
    for name in found.unused:
        seen = f"{min(vary[name])} and {max(vary[name])}"
        way = "vary it further, or set what else decides them"
        print(f"symparams: {name} changed no tensor between {seen}: {way}", file=sys.stderr)
    put(found.text, options.output)
    return 0


def _pair(words: str) -> tuple[str, str]:
    name, equals, value = words.partition("=")
    if not equals or not value.strip():
        raise UsageError(Finding("derive-vary", f"{words} sets nothing", hint="write NAME=VALUE, as in d=64,128,192"))
    return name.strip(), value.strip()


def _numbers(name: str, words: str) -> list[int]:
    flags = [word.strip() for word in words.split(",")]
    if all(flag in ("True", "False") for flag in flags):
        return [flag == "True" for flag in dict.fromkeys(flags)]
    try:
        return list(dict.fromkeys(int(word) for word in words.split(",")))
    except ValueError:
        hint = f"--vary {name}=64,128,192, or --vary {name}=True,False"
        message = f"{name} is varied over whole numbers, or True and False, not {words}"
        raise UsageError(Finding("derive-vary", message, hint=hint)) from None


def _value(words: str) -> Any:
    """A plain value of Python, a class or function by its module and name, or the words themselves."""
    from ..importers.live import named

    try:
        return ast.literal_eval(words)
    except (ValueError, SyntaxError):
        return named(words)
