"""Classes of a Python file → modules of the language, each written once, with what its text needs as parameters."""

from __future__ import annotations

import ast

from .arguments import Arguments
from .expressions import is_layer
from .forwarding import forwarded
from .frames import Frame, Parameter, Writer, spelled
from .functions import MAX_DEPTH
from .labels import Labels
from .library import layer_signature
from .nodes import Block, Define, If, Line, Member, changed, names_in, pruned, walk
from .pretrained import is_tying, stated_ties
from .python import (
    Restart,
    bound,
    counts_of,
    uses_layer,
)
from .scope import (
    CONTAINERS,
    class_constant,
    is_module,
    lineage,
    method_of,
    other_name,
    strange_base,
)
from .signatures import Signature
from .values import (
    ATOM,
    OPEN,
    Class,
    Config,
    Me,
    NotUnderstood,
    Text,
    Unknown,
    Value,
    inner,
    known,
    owns_tensors,
)


def _rank(param: Parameter) -> int:
    """The order of parameters: those without a default, sizes of a configuration, those with one, named ones."""
    if param.star:
        return 3
    if param.is_named:
        return 4
    if not param.default:
        return 0
    return 1 if param.attribute and param.kind in ("size", "row", "flags") and not names_in(param.default) else 2


def _number(param: Parameter) -> str:
    """That a parameter is a number, as a condition."""
    return f"{param.name} is None or {param.name} >= 0" if param.kind == "maybe" else f"{param.name} >= 0"


def _ordered(params: list[Parameter]) -> list[Parameter]:
    """Parameters by their rank, each behind those that its default reads."""
    waiting = sorted(params, key=_rank)
    found: list[Parameter] = []
    while waiting:
        names = {one.name for one in waiting}
        free = (one for one in waiting if not names_in(one.default) & (names - {one.name}))
        found.append(next(free, waiting[0]))
        waiting.remove(found[-1])
    return found


class Importer(Arguments):
    """Reads classes on demand; `done` holds what was written, in order."""

    def module_of(self, cls: Class) -> Signature:
        """What is written of a class of modules. Raises: `NotUnderstood` where it contains itself."""
        key = id(cls.definition)
        found = self.done.get(key)
        if found is not None:
            return found
        if key in self.pending or len(self.pending) > MAX_DEPTH:
            raise NotUnderstood(f"{cls.name} contains itself", cls.definition)
        self.pending.append(key)
        try:
            while True:
                try:
                    signature = self._written(cls)
                    break
                except Restart:
                    continue
        finally:
            self.pending.remove(key)
        self.done[key] = signature
        return signature

    def name_of(self, cls: Class) -> str:
        """The name of a class in the language; another one where the file uses PyTorch's layer of this name too."""
        key = id(cls.definition)
        if key not in self.names:
            name = spelled(cls.name)
            if layer_signature(name)[0] is not None and uses_layer(cls.scope, cls.name):
                name = f"{name}Module"
            taken = set(self.names.values())
            count = 2
            base = name
            while name in taken:
                name = f"{base}{count}"
                count += 1
            self.names[key] = name
        return self.names[key]

    def _written(self, cls: Class) -> Signature:
        writer = Writer(self.name_of(cls), cls)
        writer.doc = (ast.get_docstring(cls.definition) or "").strip().split("\n")[0]
        constructor = method_of(cls, "__init__")
        shared = self.shared_constants(cls)
        frame = Frame(cls.scope, writer, writer.root, {}, cls)
        writer.taken |= shared
        strange = strange_base(cls)
        if strange:
            self.hole(cls.definition.bases[0], f"{strange} isn't known", frame)
        self._class_constants(cls, shared, frame)
        if constructor is None:
            definition, home = ast.parse("def __init__(self): super().__init__()").body[0], lineage(cls)[-1]
            assert isinstance(definition, ast.FunctionDef)
            if other_name(cls):
                return self._alias(cls, writer)
        else:
            definition, home = constructor
            definition = forwarded(definition, home, cls)
        frame = self._entered(cls, definition, home, writer)
        self.body(definition.body, frame)
        try:
            self._tied(cls, frame)
        except NotUnderstood as error:
            self.hole(error.node or definition, error.reason, frame)
        return self._finished(cls, definition, writer)

    def _tied(self, cls: Class, frame: Frame) -> None:
        """The ties that a class of transformers states, where its configuration says so."""
        if not is_tying(cls):
            return
        constant = class_constant(cls, "_tied_weights_keys")
        assert constant is not None
        pairs = stated_ties(self.lenient(constant[0], Frame(constant[1].scope, frame.writer, Block(), {})))
        if pairs is None:
            raise NotUnderstood("which tensors are the same isn't known", constant[0])
        own = [key for key in frame.writer.configs if key not in [arg.arg for arg in frame.writer.stars]]
        config = frame.writer.configs[own[0]] if len(own) == 1 else inner(frame.writer.state.get("config", known(None)))
        if not isinstance(config, Config):
            raise NotUnderstood("whether its configuration ties these isn't known", constant[0])
        condition = self.truth_of(self.configured(config, "tie_word_embeddings", frame, known(False)), frame)
        ties = Block([Line(f"tie {one} = {other}") for one, other in pairs])
        if not condition.is_known:
            frame.block.add(If([(condition.text, ties)]))
        elif condition.value:
            frame.block.nodes += ties.nodes

    def _alias(self, cls: Class, writer: Writer) -> Signature:
        """A class that is PyTorch's layer under another name, with the arguments on which the layer's tensors hang."""
        name = other_name(cls)
        if name in CONTAINERS:
            star = "*" if name == "Sequential" else ""
            return self._container(f"{name}({star}layers)", f"{star}layers", writer)
        params, without_influence, owns = layer_signature(name)
        if params is None or any(kind == "variadic" for _, _, kind in params):
            raise NotUnderstood(f"torch.nn.{name} isn't known", cls.definition)
        known_here = [one for one in params if one[1] != "…" and (one[2] == "plain" or one[0] == "bias")]
        written = [one for one in known_here if one[0] not in without_influence or not one[1]]
        words = [f"{one}={default}" if default else one for one, default, _ in known_here]
        definition = ast.parse(f"def __init__({', '.join(['self', *words])}): pass").body[0]
        assert isinstance(definition, ast.FunctionDef)
        given = [f"{one}={one}" if default else one for one, default, _ in written]
        writer.base = f"{name}({', '.join(given)})"
        writer.is_function = True
        writer.params = [Parameter(one, one, default=default) for one, default, _ in written]
        return Signature(writer.name, writer.params, definition.args, writer, owns, "module", 1)

    @staticmethod
    def _container(base: str, layers: str, writer: Writer) -> Signature:
        """A container under another name, with what is in it as its argument."""
        definition = ast.parse(f"def __init__(self, {layers}): pass").body[0]
        assert isinstance(definition, ast.FunctionDef)
        writer.base, writer.is_function = base, True
        writer.params = [Parameter("layers", "layers", star=layers.removesuffix("layers"))]
        return Signature(writer.name, writer.params, definition.args, writer, True, "module", 1)

    def _class_constants(self, cls: Class, shared: set[str], frame: Frame) -> None:
        for name in sorted(shared):
            constant = class_constant(cls, name)
            assert constant is not None
            try:
                value = self.text(
                    self.evaluate(constant[0], Frame(constant[1].scope, frame.writer, frame.block, {}, cls))
                )
            except NotUnderstood:
                continue
            frame.block.add(Define(name, value.text, True))

    def shared_constants(self, cls: Class) -> set[str]:
        """The attributes of a class that others ask it for."""
        found = set()
        for one in lineage(cls):
            for statement in one.definition.body:
                targets = (
                    statement.targets
                    if isinstance(statement, ast.Assign)
                    else [statement.target]
                    if isinstance(statement, ast.AnnAssign) and statement.value
                    else []
                )
                found |= {t.id for t in targets if isinstance(t, ast.Name) and t.id in self.asked}
        return found

    def _entered(self, cls: Class, definition: ast.FunctionDef, home: Class, writer: Writer) -> Frame:
        """The frame of a constructor: its parameters as sizes, modules or configurations."""
        frame = Frame(home.scope, writer, writer.root, {}, home, {}, counts_of(definition))
        arguments = definition.args
        own = [*arguments.posonlyargs, *arguments.args]
        frame.env[own[0].arg] = Me() if own else known(None)
        defaults: dict[str, ast.expr] = {}
        for arg, default in zip(reversed(own), reversed(arguments.defaults), strict=False):
            defaults[arg.arg] = default
        for arg, kw_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if kw_default is not None:
                defaults[arg.arg] = kw_default
        for arg in [*own[1:], *arguments.kwonlyargs]:
            frame.env[arg.arg] = self.argument_value(arg, defaults.get(arg.arg), cls, definition, frame)
            for param in writer.params:
                if param.argument == arg.arg and arg in arguments.kwonlyargs:
                    param.is_named = True
        if arguments.vararg is not None:
            name = writer.unused(arguments.vararg.arg)
            writer.params.append(Parameter(name, arguments.vararg.arg, star="*"))
            frame.env[arguments.vararg.arg] = Text(name)
        if arguments.kwarg is not None:
            frame.env[arguments.kwarg.arg] = Config(arguments.kwarg.arg, None)
            writer.stars.append(arguments.kwarg)
            writer.configs[arguments.kwarg.arg] = frame.env[arguments.kwarg.arg]  # type: ignore[assignment]
        return frame

    def _finished(self, cls: Class, definition: ast.FunctionDef, writer: Writer) -> Signature:
        shown = self._asked_of(writer)
        self.label(writer)
        for change in writer.changes:
            if not changed(change):
                change.block.add(Line(f"# not understood: {change.words.split(': ')[0]}  (line {change.line})"))
                place = f"{cls.scope.source.name}:{change.line}"
                writer.holes.append((f"{place}: what is changed isn't a member here: {change.words}", change.line))
        used = pruned(writer.root)
        used |= names_in(writer.base) | shown | writer.kept
        is_loose = cls.name in self.loose
        kept = self.needed(writer.params, used, is_loose and not writer.base)
        writer.params = kept = _ordered(kept)
        writer.root.nodes[:0] = [Line(f"require {_number(one)}") for one in kept if one.is_number]
        owns = bool(writer.base) or any(isinstance(node, Member) for node in walk(writer.root)) or bool(writer.holes)
        if writer.base:
            writer.is_function = True
            owns = (owns and layer_signature(writer.base.partition("(")[0])[2]) or any(
                isinstance(n, Member) for n in walk(writer.root)
            )
        return Signature(writer.name, kept, definition.args, writer, owns, "module", 1)

    def _asked_of(self, writer: Writer) -> set[str]:
        """What the file asks modules of this class for, `layer.size`: its parameters, and definitions."""
        shown = set()
        for name, value in writer.state.items():
            if name not in self.asked or not isinstance(value, Text) or value.kind in ("module", "class"):
                continue
            if value.text != name and isinstance(value.value, (int, float)) is value.is_known:
                if name not in writer.taken:
                    writer.root.add(Define(name, value.text, True))
            elif value.text == name:
                shown.add(name)
        for node in walk(writer.root):
            if isinstance(node, Define) and node.name in self.asked and node.name in writer.state:
                node.is_kept = True
        return shown

    def label(self, writer: Writer) -> None:
        """Give the places of a writer's rows their labels."""
        labels = Labels(writer.root, self._expression, writer.taken, writer.state)
        labels.finish()
        if writer.cls is not None:
            line = writer.cls.definition.lineno
            place = f"{writer.cls.scope.source.name}:{line}"
            writer.holes += [(f"{place}: this has no text: {label} of {writer.name}", line) for label in labels.missed]

    def _expression(self, value: Value) -> str | None:
        """The text of a value that stands as a member; None where it has none."""
        try:
            text = self.text(value)
        except NotUnderstood:
            return None
        return text.text

    def needed(self, params: list[Parameter], used: set[str], keep_all: bool) -> list[Parameter]:
        """The parameters that the text reads, those of configurations sorted so that defaults come after what they read."""
        kept = [one for one in params if keep_all or one.name in used]
        grows = True
        while grows:
            names = set().union(*(names_in(one.default) for one in kept)) if kept else set()
            more = [one for one in params if one not in kept and one.name in names]
            kept = [one for one in params if one in kept or one in more]
            grows = bool(more)
        return kept

    def instance(self, cls: Class, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Value:
        """What calling a class of the file makes: a module, or a configuration."""
        if not is_module(cls):
            names = [
                one.target.id
                for one in cls.definition.body
                if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
            ]
            return Config("", cls, dict(zip(names, args, strict=False)) | named)
        layer = other_name(cls)
        if layer and not self.shared_constants(cls):
            return self.layer(layer, args, named, node, frame)
        if self.pending[-1:] == [id(cls.definition)] and "**" not in named:
            return self._itself(cls, args, named, node, frame)
        extra = named.pop("**", None)
        signature = self._with_modules(cls, self._with_keywords(cls, named), args, named, node)
        signature.is_called = True
        if isinstance(extra, Unknown) and signature.owns:
            raise NotUnderstood(extra.reason, extra.node)
        if isinstance(extra, Config):
            pairs = [(one.attribute or one.argument, one.default) for one in signature.params if not one.star]
            self.passed_on(extra, pairs[len(args) :], named, frame)
        words = self.given_words(signature, args, named, node, frame)
        if not signature.owns:
            return Text("Identity()", ATOM, OPEN, "module", False)
        return Text(f"{signature.name}({', '.join(words)})", ATOM, OPEN, "module")

    def _itself(self, cls: Class, args: list[Value], named: dict[str, Value], node: ast.AST, frame: Frame) -> Text:
        """A class inside of its own constructor: as deep as numbers say."""
        constructor = method_of(cls, "__init__")
        writer = frame.writer
        if constructor is None or writer.cls is not cls or writer.configs or any(one.star for one in writer.params):
            raise NotUnderstood(f"{cls.name} contains itself", node)
        given, _ = bound(constructor[0].args, args, named, 1, node)
        texts = [(one, self.argument(given[one.argument], node)) for one in writer.params if one.argument in given]
        writer.kept |= {one.name for one, _ in texts}
        words = [f"{one.name}={text.text}" if one.default or one.is_named else text.text for one, text in texts]
        return Text(f"{writer.name}({', '.join(words)})", ATOM, OPEN, "module")

    def _with_keywords(self, cls: Class, named: dict[str, Value]) -> Signature:
        """What is written of a class, read again where a call names arguments of its `**kwargs` that no other one did."""
        signature = self.module_of(cls)
        own = {one.arg for one in (*signature.arguments.args, *signature.arguments.kwonlyargs)}
        new = set(named) - own - self.keywords
        if not new or signature.arguments.kwarg is None or id(cls.definition) in self.pending:
            return signature
        self.keywords |= new
        del self.done[id(cls.definition)]
        return self.module_of(cls)

    def _with_modules(
        self, cls: Class, signature: Signature, args: list[Value], named: dict[str, Value], node: ast.AST
    ) -> Signature:
        """What is written of a class, read again where a call gives a module for what was taken to be a size."""
        given, _ = bound(signature.arguments, args, named, signature.skip, node)
        found = {
            (id(cls.definition), name)
            for name, value in given.items()
            if owns_tensors(value) and is_layer(value) and (id(cls.definition), name) not in self.modular
        }
        if not found or id(cls.definition) in self.pending:
            return signature
        self.modular |= found
        del self.done[id(cls.definition)]
        return self.module_of(cls)

    def reads(self, cls: Class, names: set[str]) -> bool:
        """Whether what is written of a class reads one of these arguments."""
        return any(one.argument in names for one in self.module_of(cls).params)

    def class_text(self, cls: Class) -> Text:
        """A class as a value: its module's name."""
        if not is_module(cls):
            raise NotUnderstood(f"{cls.name} is no module")
        key = id(cls.definition)
        if key not in self.pending:
            self.module_of(cls).is_called = True
        return Text(self.name_of(cls), kind="class")
