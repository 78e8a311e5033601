"""`package.module:callable` → a PyTorch module on the meta device, without memory for its weights, and its tensors.

The callable may be a class of modules, a function that makes one, or a configuration class of transformers. Its code is run:
it is the user's own, named on the command line.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from inspect import Parameter, signature
from typing import Any, NamedTuple

from ..errors import Finding, Source, Span, UsageError, suggestion
from .places import Step
from .refusals import extra
from .skeleton import stored
from .stored import Collection, Stored, twins_of


class Spec(NamedTuple):
    """What is to be built: the module's and the callable's name, and the arguments of the call."""

    module: str
    name: str
    positional: tuple[Any, ...]
    named: Mapping[str, Any]
    text: str

    def with_sizes(self, sizes: Mapping[str, Any]) -> Spec:
        """The same call with more arguments by name."""
        return self._replace(named={**self.named, **sizes})


def is_spec(text: str) -> bool:
    """Whether a text names a callable, `package.module:name` or `package.module:name(…)`, and no file."""
    module, colon, rest = text.partition(":")
    name = rest.partition("(")[0]
    return bool(colon) and all(part.isidentifier() for part in (*module.split("."), *name.split(".")))


def spec(text: str) -> Spec:
    """The callable and its arguments, which are plain Python values. Raises: `UsageError` for anything else."""
    source = Source("<target>", text)
    module, _, rest = text.partition(":")
    if not is_spec(text):
        hint = "write package.module:callable, as in torchvision.models:resnet50"
        raise UsageError(Finding("live-target", "this names no callable", source, Span(0, len(text)), hint=hint))
    name, bracket, _ = rest.partition("(")
    if not bracket:
        return Spec(module, name, (), {}, text)
    try:
        call = ast.parse(rest, mode="eval").body
        if not isinstance(call, ast.Call):
            raise ValueError
        positional = tuple(ast.literal_eval(argument) for argument in call.args)
        named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords if keyword.arg}
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        hint = "arguments are numbers, strings, lists, True, False and None"
        span = Span(len(module) + 1, len(text))
        raise UsageError(Finding("live-target", "the arguments can't be read", source, span, hint=hint)) from None
    return Spec(module, name, positional, named, text)


def build(wanted: Spec) -> Any:
    """The module, on the meta device. Raises: `UsageError` for what can't be imported, called, or is no module."""
    torch = extra("torch", "torch", f"to build {wanted.text}")
    made = _callable(wanted)
    try:
        with torch.device("meta"), torch.no_grad():
            found = _called(made, wanted)
    except UsageError as error:
        if "meta" not in error.findings[0].message:
            raise
        with _weights_on_meta(torch), torch.no_grad():  # its constructor works out sizes with tensors
            found = _called(made, wanted)
    if not isinstance(found, torch.nn.Module):
        kind = type(found).__name__
        message = f"{wanted.text} gives {'an' if kind[0] in 'aeiouAEIOU' else 'a'} {kind}, not a torch.nn.Module"
        raise UsageError(Finding("live-module", message, hint="name a class of modules or a function that makes one"))
    return found


@contextmanager
def _weights_on_meta(torch: Any) -> Iterator[None]:
    """Modules made meanwhile keep their parameters on the meta device as soon as they get them; all else has numbers."""
    register = torch.nn.Module.register_parameter
    moved: dict[int, tuple[Any, Any]] = {}  # both kept, so that what is shared stays one

    def registered(module: Any, name: str, param: Any) -> None:
        if param is not None and param.device.type != "meta" and not torch.nn.parameter.is_lazy(param):
            fresh = torch.nn.Parameter(param.data.to("meta"), param.requires_grad)
            param = moved.setdefault(id(param), (param, fresh))[1]
        register(module, name, param)

    torch.nn.Module.register_parameter = registered
    try:
        yield
    finally:
        torch.nn.Module.register_parameter = register


def named(words: str) -> Any:
    """What `package.module:name` names, where there is such a module; other words as they are."""
    module = words.partition(":")[0]
    _look_here()
    try:
        is_module = is_spec(words) and "(" not in words and find_spec(module) is not None
    except (ImportError, ValueError):
        is_module = False
    return _callable(spec(words)) if is_module else words


def takes(wanted: Spec, name: str) -> bool:
    """Whether the callable, or its configuration, has an argument of this name."""
    made = _callable(wanted)
    made = getattr(made, "config_class", None) or made
    if name in getattr(made, "attribute_map", {}):
        return True
    try:
        parameters = signature(made).parameters
    except (TypeError, ValueError):
        return True
    is_open = any(one.kind is Parameter.VAR_KEYWORD for one in parameters.values())
    return name in parameters or (is_open and not hasattr(made, "model_type"))


def default(wanted: Spec, steps: Sequence[Step]) -> Any:
    """What the callable, or its configuration, takes at this place where nothing is given; None where that isn't known."""
    made = _callable(wanted)
    configuration = getattr(made, "config_class", None) or (made if hasattr(made, "model_type") else None)
    if configuration is None:
        return _signature_default(made, steps)
    try:
        found = configuration(**wanted.named)
    except Exception:  # the library's own code, which may ask for what isn't given yet
        found = configuration()
    for step in steps:
        found = found[step] if isinstance(step, int) else getattr(found, step, None)
    return found


def check_places(wanted: Spec, places: Iterable[Sequence[Step]]) -> None:
    """Raises: `UsageError` for a place that a configuration of transformers doesn't know, which it would keep unread."""
    made = _callable(wanted)
    configuration = getattr(made, "config_class", None) or (made if hasattr(made, "model_type") else None)
    try:
        known = configuration() if configuration is not None else None
    except Exception:  # the library's own code, which may ask for what isn't given
        return
    own = signature(made).parameters if made is not configuration and known is not None else {}
    for steps in places:
        at = known
        for count, step in enumerate(steps):
            if not hasattr(at, "model_type") or (count == 0 and step in own):
                break
            if not hasattr(at, str(step)):
                where = type(at).__name__
                near = suggestion(str(step), [name for name in vars(at) if not name.startswith("_")])
                raise UsageError(Finding("derive-vary", f"{where} has no {step}", hint=near))
            at = getattr(at, str(step))


def _signature_default(made: Any, steps: Sequence[Step]) -> Any:
    try:
        found = signature(made).parameters[str(steps[0])].default
        for step in steps[1:]:
            found = found[step]
    except (TypeError, ValueError, LookupError):
        return None
    return found


def _look_here() -> None:
    """Let Python find modules in the folder where one is."""
    if "" not in sys.path:
        sys.path.insert(0, "")


def _callable(wanted: Spec) -> Any:
    _look_here()
    try:
        found: Any = import_module(wanted.module)
    except ModuleNotFoundError as error:
        hint = "is it installed, or in this folder?"
        raise UsageError(Finding("live-import", f"there is no Python module {error.name}", hint=hint)) from None
    except Exception as error:  # the module's own code
        raise UsageError(Finding("live-import", f"{wanted.module} can't be imported: {_told(error)}")) from None
    for part in wanted.name.split("."):
        if not hasattr(found, part):
            near = suggestion(part, [name for name in dir(found) if not name.startswith("_")])
            raise UsageError(Finding("live-import", f"{wanted.module} has no {wanted.name}", hint=near))
        found = getattr(found, part)
    return found


def _called(made: Any, wanted: Spec) -> Any:
    try:
        configuration = getattr(made, "config_class", None)
        if isinstance(made, type) and configuration is not None and not wanted.positional:
            own = _own_arguments(made, configuration, wanted.named)
            return made(
                configuration(**{name: value for name, value in wanted.named.items() if name not in own}), **own
            )
        if not callable(made):
            return made
        return _of_configuration(made(*wanted.positional, **wanted.named))
    except Exception as error:  # the callable's own code
        arguments = ", ".join([*map(repr, wanted.positional), *(f"{k}={v!r}" for k, v in wanted.named.items())])
        message = f"{wanted.module}:{wanted.name}({arguments}) can't be built: {_told(error)}"
        raise UsageError(Finding("live-call", message, hint=_arguments_hint(made, wanted))) from None


def _arguments_hint(made: Any, wanted: Spec) -> str:
    """What the callable takes, where what was given isn't that."""
    try:
        known = signature(getattr(made, "config_class", None) or made).parameters
    except (TypeError, ValueError):
        return "does it need other arguments?"
    names = [
        name for name, one in known.items() if one.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
    ]
    open_ = [name for name in names[len(wanted.positional) :] if name not in wanted.named]
    missing = [name for name in open_ if known[name].default is Parameter.empty]
    if missing:
        return f"it needs more arguments: {' '.join(f'--set {name}=…' for name in missing)}"
    if all(one.kind is not Parameter.VAR_KEYWORD for one in known.values()):
        unknown = next((name for name in wanted.named if name not in known), None)
        if unknown is not None:
            return suggestion(unknown, names) or f"it takes {', '.join(names) or 'no arguments'}"
    return "does it need other arguments, or sizes that go together?"


def _own_arguments(made: Any, configuration: Any, named: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that a model of transformers takes beside its configuration, as `add_pooling_layer`."""
    known = {*signature(configuration).parameters, *getattr(configuration, "attribute_map", {})}
    takes_alone = {
        name for name, one in signature(made).parameters.items() if one.kind is not Parameter.VAR_KEYWORD
    } - known
    return {name: value for name, value in named.items() if name in takes_alone}


def _of_configuration(found: Any) -> Any:
    """The model of a transformers configuration, with the head for language where there is one that it fits.

    Raises: what the first of its models raised, where none can be made.
    """
    if not hasattr(found, "model_type") or not hasattr(found, "to_dict"):
        return found
    transformers = import_module("transformers")  # its configuration came from there
    makers = [getattr(transformers, family).from_config for family in FAMILIES]
    errors = []
    for make in (*makers, *_models_beside(type(found))):
        try:
            return make(found)
        except Exception as error:  # the model's own code; or the family has no model of this type, a ValueError
            errors.append(error)
    raise next((error for error in errors if not isinstance(error, ValueError)), errors[-1])


FAMILIES = ("AutoModelForCausalLM", "AutoModelForMaskedLM", "AutoModelForSeq2SeqLM", "AutoModel")


def _models_beside(configuration: type) -> list[Any]:
    """The models of the same package that are made of such a configuration: its namesake, `XModel` or `X`, else the last."""
    package, _, own = configuration.__module__.rpartition(".")
    try:
        beside = vars(import_module(f"{package}.{own.replace('configuration_', 'modeling_')}"))
    except ImportError:
        return []
    models = {
        name: one
        for name, one in beside.items()
        if getattr(one, "config_class", None) is configuration and not name.endswith("PreTrainedModel")
    }
    stem = configuration.__name__.removesuffix("Config")
    return [models[name] for name in (f"{stem}Model", stem, *reversed(models)) if name in models][:1]


def _told(error: Exception) -> str:
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words[:300]}" if words else type(error).__name__


def tensors_of(module: Any, origin: str) -> Collection:
    """The parameters and buffers of a module by name, those that are one under each of their names."""
    found: dict[str, Stored] = {}
    identities = []
    for name, tensor in module.named_parameters(remove_duplicate=False):
        found[name] = stored(tensor)
        identities.append((name, id(tensor)))
    for name, tensor in module.named_buffers(remove_duplicate=False):
        found[name] = stored(tensor, "buffer")
        identities.append((name, id(tensor)))
    return Collection(origin, found, twins_of(identities), True)
