"""Hugging Face configurations → calls of the zoo: `config.json` says the model type and its sizes, the zoo's file the rest.

A zoo file holds beside its architecture one function for each model type, `hf_<model_type>`, `-` written as `_`; for diffusers
it is `hf_<_class_name>`. Its parameters are the configuration's keys, nested ones joined by `_`, with the defaults of the
library's configuration class; its value is the module. Keys that it has no parameter for say nothing about sizes. A key with
two names has two parameters, the other name's default being the first, `n_embd=768, hidden_size=n_embd`. A configuration inside
that may be of several types is a parameter whose default is a call, `text_config=hf_llama(…)`: it becomes the call of its own
type's function, for the bare network unless the default asks for a class with a head.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import Finding, Source, UsageError
from ..model.files import ZOO
from ..syntax import tree
from .json_text import Unusable, json_object, name_shown, read_text, shown, text_of

if TYPE_CHECKING:
    from ..model.files import Unit
    from ..model.query import Question

PREFIX = "hf:"
MAX_NEAR = 5
MAX_INSIDE = 8  # configurations inside configurations


class Missing:
    """The mark of a key that a configuration doesn't have; `null` is a value."""


class Function(NamedTuple):
    """The function of a model type, and the zoo's file that it stands in."""

    name: str
    path: Path

    @property
    def family(self) -> str:
        """The name by which the language imports the file."""
        return f"zoo.{self.path.stem}"


class Call(NamedTuple):
    """The call that a configuration makes: its function, and each argument as text of the language, or a call itself."""

    function: Function
    arguments: tuple[tuple[str, str | Call], ...]

    def with_names(self, keys: Iterable[str], prefix: str = "") -> Call:
        """The call with some keys as names, those that its function has; below `prefix` in a configuration inside."""
        keys = list(keys)
        found: dict[str, str | Call] = {
            name: value.with_names(keys, f"{prefix}{name}_") if isinstance(value, Call) else value
            for name, value in self.arguments
        }
        known = [param.name for param in parameters(self.function) if nested(param) is None]
        found |= {name: prefix + name for name in known if prefix + name in keys}
        return self._replace(arguments=tuple(found.items()))

    @property
    def text(self) -> str:
        """The call on one line."""
        return f"{self.function.name}({', '.join(f'{name}={_text(value)}' for name, value in self.arguments)})"

    @property
    def functions(self) -> tuple[Function, ...]:
        """Its function, and those of the calls inside."""
        inside = [one for _, value in self.arguments if isinstance(value, Call) for one in value.functions]
        return tuple(dict.fromkeys([self.function, *inside]))

    @property
    def imports(self) -> str:
        """The lines of a file that bring the functions."""
        return "".join(f"from {one.family} import {one.name}\n" for one in self.functions)

    @property
    def file(self) -> str:
        """A whole file of the language that names the network `net`."""
        rows = "".join(f"    {name}={_text(value)},\n" for name, value in self.arguments)
        call = f"{self.function.name}(\n{rows})" if rows else f"{self.function.name}()"
        return f"{self.imports}\nnet = {call}\n"


def _text(value: str | Call) -> str:
    return value.text if isinstance(value, Call) else value


# ------------------------------------------------------------------------------------------------------ targets


def question(target: str, still_open: Iterable[str] = ()) -> Question:
    """The question that a TARGET asks after its `hf:`: `path/config.json`, or a part, `path/config.json:model.layers`.

    still_open: keys whose sizes will be set otherwise, so that they enter the call as names.

    Raises: `FileError` for what can't be read, `UsageError` for what isn't the configuration of a known network.
    """
    path, part = split(target)
    made = call_of(*read(path)).with_names(still_open)
    return network_question(made, part if not part or part.startswith((".", "[")) else f".{part}")


def split(target: str) -> tuple[str, str]:
    """The path of a configuration, and the part of the network that is asked for."""
    target = target.strip()
    if Path(target).exists():
        return target, ""
    match = re.match(r"(-|.*?\.json|[^:]*)(?::(.*))?$", target, re.DOTALL)
    path, part = (match.group(1), (match.group(2) or "").strip()) if match else (target, "")
    if not path:
        raise UsageError(Finding("usage-target", "hf: names no file", hint="write hf:path/config.json"))
    return path, part


def read(path: str) -> tuple[dict[str, Any], str]:
    """The configuration at a path, and the name that messages call it by; a folder's is its `config.json`.

    Raises: `FileError` for what can't be read or isn't a JSON object.
    """
    place = Path(path, "config.json") if path != "-" and Path(path).is_dir() else Path(path)
    return json_object(read_text(place), str(place)), str(place)


# ------------------------------------------------------------------------------------------------------ the call


def call_of(config: Mapping[str, Any], name: str = "the configuration") -> Call:
    """The call of the zoo's function that a configuration makes.

    Raises: `UsageError` where the model type is none of the zoo's, or a value can't be what its key says.
    """
    function = function_of(config, name)
    _check_heads(function, config, name)
    return _call(function, config, name)


def _check_heads(function: Function, config: Mapping[str, Any], name: str) -> None:
    """Refuse heads that don't divide the width, where the network's own count takes them to. Raises: `UsageError`."""
    width, heads = config.get("hidden_size"), config.get("num_attention_heads")
    if type(width) is not int or type(heads) is not int or heads < 1 or width % heads == 0:
        return
    if "num_attention_heads" not in [param.name for param in parameters(function)]:
        message = (
            f"{name} gives hidden_size as {shown(width)}, which num_attention_heads, {shown(heads)}, doesn't divide"
        )
        raise UsageError(Finding("hf-value", message, hint="each head has the same whole width"))


def _call(function: Function, config: Mapping[str, Any], name: str) -> Call:
    arguments: list[tuple[str, str | Call]] = []
    defaults: dict[str, Any] = {}
    for param in parameters(function):
        inner = nested(param)
        found = entry(config, param.name)
        defaults[param.name] = plain_default(param.default, defaults)
        if found is MISSING or (inner is not None and found is None):
            continue
        if inner is not None:
            arguments.append((param.name, _inner_call(inner, found, param.name, name)))
            continue
        check_kind(param.name, defaults[param.name], found, name)
        if param.name == "architectures":
            check_class(found, name)
        arguments.append((param.name, written(found, param.name, name)))
    return Call(function, tuple(arguments))


class Inner(NamedTuple):
    """The default of a parameter that is a configuration itself: its function, and whether it asks for a head."""

    function: str
    has_head: bool


def nested(param: tree.Parameter) -> Inner | None:
    """What a parameter's default says of a configuration inside; None where it is a plain value."""
    call = param.default
    if not isinstance(call, tree.Call) or not isinstance(call.func, tree.Name) or not call.func.name.startswith("hf_"):
        return None
    asked = [argument.value for argument in call.args if isinstance(argument, tree.Keyword)]
    classes = [
        item.value
        for value in asked
        if isinstance(value, tree.List)
        for item in value.items
        if isinstance(item, tree.Text)
    ]
    return Inner(call.func.name, any(HEADED.search(cls) for cls in classes))


HEADED = re.compile(r"(For[A-Z]\w*|LMHeadModel|MTModel)$")


def _inner_call(inner: Inner, found: Any, key: str, name: str) -> Call:
    """The call of a configuration inside, of the type that it says or the default's."""
    place = f"{key} of {name}"
    if place.count(" of ") > MAX_INSIDE:
        raise UsageError(Finding("hf-value", f"{name} holds configurations inside configurations without an end"))
    if not isinstance(found, dict):
        message = f"{name} gives {key} as {shown(found)}, where a configuration is meant"
        raise UsageError(Finding("hf-value", message, hint='write an object, {"model_type": …}'))
    function = function_of(found, place) if "model_type" in found else functions()[inner.function]
    made = _call(function, {key: value for key, value in found.items() if key != "architectures"}, place)
    classes = next((param.default for param in parameters(function) if param.name == "architectures"), None)
    if inner.has_head or not isinstance(classes, tree.List) or not classes.items:
        return made
    default = classes.items[0]
    bare = HEADED.sub("Model", default.value) if isinstance(default, tree.Text) else ""
    return made._replace(arguments=(*made.arguments, ("architectures", f'["{bare}"]')))


def function_of(config: Mapping[str, Any], name: str) -> Function:
    """The function for a configuration's model type, or for its `_class_name`."""
    key = "_class_name" if "_class_name" in config else "model_type"
    kind = config.get(key)
    if not isinstance(kind, str) or not kind:
        said = f"has no {key}" if kind is None else f"has a {key} that isn't a name"
        hint = 'it is the config.json of a model of transformers or diffusers, with a "model_type" or "_class_name"'
        raise UsageError(Finding("hf-model-type", f"{name} {said}", hint=hint))
    found = functions().get(function_name(kind))
    if found is None:
        raise UsageError(
            Finding("hf-model-type", f"{name_shown(kind)} is no model type that the zoo has", hint=_known(kind))
        )
    return found


def function_name(kind: str) -> str:
    """The name of the function for a model type."""
    return "hf_" + kind.replace("-", "_").replace(".", "_")


@cache
def functions() -> dict[str, Function]:
    """The zoo's functions for model types by name, found by their headers; no file is parsed."""
    header = re.compile(r"^(hf_\w+)\(", re.MULTILINE)
    return {
        name: Function(name, path)
        for path in sorted(ZOO.glob("*.sym"))
        for name in header.findall(path.read_text("utf-8"))
    }


def _known(kind: str) -> str:
    """Which model types there are, and what to do for another."""
    from difflib import get_close_matches

    known = sorted(name.removeprefix("hf_") for name in functions())
    near = get_close_matches(function_name(kind).removeprefix("hf_"), known, n=MAX_NEAR, cutoff=0.6)
    told = f"near it are {', '.join(near)}" if near else f"it has {', '.join(known)}"
    return f"{told}; for any other, derive the description from the live module: symparams derive module:callable"


@cache
def unit_of(function: Function) -> Unit:
    """The zoo's file that holds a function, loaded once."""
    from ..model import files

    source = Source(f"symparams/zoo/{function.path.name}", files.read(function.path))
    return files.load_text(source, function.path.parent)


def parameters(function: Function) -> tuple[tree.Parameter, ...]:
    """The parameters of a model type's function: the keys that say something about its sizes."""
    found = unit_of(function).names[function.name][0]
    assert isinstance(found, tree.Function)
    return found.params


# ------------------------------------------------------------------------------------------------------ the entries

MISSING = Missing()


def entry(config: Mapping[str, Any], name: str) -> Any:
    """What a configuration says for a parameter: its key, or a key inside nested ones whose names are joined by `_`.

    A list of no architectures is none said, and the number of labels may be said by naming them.
    """
    if name in config:
        found = config[name]
        return MISSING if name == "architectures" and not found else found
    if name == "num_labels" and isinstance(config.get("id2label"), dict):
        return len(config["id2label"])
    for key, inner in config.items():
        if isinstance(inner, dict) and name.startswith(f"{key}_"):
            found = entry(inner, name[len(key) + 1 :])
            if found is not MISSING:
                return found
    return MISSING


# What a default tells of the values that a key takes.
KINDS: tuple[tuple[type, tuple[type, ...], str], ...] = (
    (bool, (bool, int), "true or false"),
    (int, (int, Fraction), "a number"),
    (Fraction, (int, Fraction), "a number"),
    (str, (str,), "a name"),
    (list, (list,), "a list"),
)


def check_kind(key: str, default: Any, found: Any, name: str) -> None:
    """Refuse a value of another kind than the key's default has. Raises: `UsageError` with both."""
    if default is None or found is None or isinstance(found, Unusable):
        return
    for kind, allowed, words in KINDS:
        if isinstance(default, kind):
            if isinstance(found, allowed) and (isinstance(found, bool) <= (kind is bool)):
                return
            message = f"{name} gives {key} as {shown(found)}, where {words} is meant"
            hint = "write it in brackets" if kind is list else f"without the key it is {text_of(default)}"
            raise UsageError(Finding("hf-value", message, hint=hint))


def check_class(found: Any, name: str) -> None:
    """Refuse classes that are no names. Raises: `UsageError`."""
    if isinstance(found, list) and not all(isinstance(item, str) for item in found):
        message = f"{name} gives architectures as {shown(found)}, where names of classes are meant"
        raise UsageError(Finding("hf-value", message, hint='write one, ["LlamaForCausalLM"]'))


def plain_default(default: tree.Expr | None, before: Mapping[str, Any] | None = None) -> Any:
    """A default's value where it is written out, or is that of a parameter before; None where it is computed, or is None."""
    if isinstance(default, tree.Name):
        return (before or {}).get(default.name)
    if isinstance(default, tree.Num | tree.Constant | tree.Text):
        return default.value
    return [] if isinstance(default, tree.List | tree.Tuple) else None


def written(found: Any, key: str, name: str) -> str:
    """A value as text of the language. Raises: `UsageError` for what no size can be."""
    told = text_of(found)
    if told is None:
        message = f"{name} gives {key} as {shown(found)}, which says no size"
        raise UsageError(Finding("hf-value", message, hint="write a number, true, false, null, a name or a list"))
    return told


# ------------------------------------------------------------------------------------------------------ the page


def page(path: str) -> str:
    """The file of the language that a configuration is: what it counts, its sizes in the family's own letters, its call.

    Raises: as `question`.
    """
    from ..api import Module

    made = call_of(*read(path))
    asked = network_question(made)
    network = Module(asked)
    counts = {measure: int(getattr(network, measure).value()) for measure in ("params", "frozen", "buffers", "active")}
    told = {"params": counts["params"]}
    told |= {name: count for name, count in counts.items() if count not in (0, counts["params"])}
    checks = "".join(f"check net.{name} == {count:_}\n" for name, count in told.items())
    title = f"# {made.function.name.removeprefix('hf_')}, described in {made.function.family}\n"
    return f"{title}{''.join(_sizes(asked, unit_of(made.function)))}\n{made.file}\n{checks}"


def network_question(made: Call, part: str = "") -> Question:
    """The question of the network that a call makes, or of a part of it, `.model.layers`."""
    from .. import api

    return api.question(made.text + part, _unit(made), "<hf>")


def _unit(made: Call) -> Unit:
    """What a call's names mean: the file of its function, or where it has calls inside all of their files."""
    from ..model import files

    if len(made.functions) == 1:
        return unit_of(made.function)
    return files.load_text(Source("<hf>", made.imports), ZOO)


def _sizes(asked: Question, unit: Unit) -> Iterator[str]:
    """The sizes of the network that the family's file has words for, as comments."""
    from ..model.query import sizes_of

    told = []
    for name, size in sizes_of(asked).items():
        found = unit.find(name)
        if found is not None and isinstance(found[0], tree.Declared) and found[0].description and _is_told(size):
            told.append((name, text_of(size) or "", found[0].description))
    names, sizes = (max((len(row[place]) for row in told), default=0) for place in (0, 1))
    if told:
        yield "#\n"
    for name, number, words in told:
        yield f"#   {name.ljust(names)} = {number.rjust(sizes)}  {words}\n"


def _is_told(size: Any) -> bool:
    return isinstance(size, bool | int | Fraction | list) and text_of(size) is not None
