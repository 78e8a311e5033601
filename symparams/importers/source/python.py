"""What Python's syntax tree tells without any values: who sets a name, who raises, how a parameter is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from .library import layer_signature
from .scope import (
    Scope,
    dotted_name,
    lineage,
)
from .values import (
    Class,
    Dotted,
    NotUnderstood,
    Value,
)

ADDING = {"add_module", "register_module", "register_parameter", "register_buffer"}
GROWING = {
    *ADDING,
    "append",
    "extend",
    "insert",
    "set_submodule",
    "__setattr__",
    "__init__",
    "update",
    "add",
    "reverse",
    "sort",
    "pop",
    "remove",
    "clear",
}


# Functions by whose names one knows that they set numbers and no sizes.
INITIAL = re.compile(
    r"init|fill|normal|uniform|xavier|kaiming|zero|ones|constant|reset|weight|log|print|hook|check|warn|copy|_$"
)


class Restart(Exception):
    """A loop of known length turned out to need its turns one by one."""


class Leave(Exception):
    """`break` or `continue`."""


def returns(statement: ast.If) -> bool:
    """Whether a branch of a choice returns."""
    return any(
        isinstance(node, ast.Return)
        for part in (statement.body, statement.orelse)
        for one in part
        for node in ast.walk(one)
    ) and not has_function(statement)


def leaves(statement: ast.AST) -> bool:
    """Whether a statement has a `break` or `continue` of the loop around it."""
    if isinstance(statement, (ast.Break, ast.Continue)):
        return True
    inside = (
        ()
        if isinstance(statement, (ast.For, ast.While, ast.FunctionDef, ast.Lambda))
        else ast.iter_child_nodes(statement)
    )
    return any(map(leaves, inside))


def skips(statement: ast.If) -> bool:
    """Whether a choice ends the turn, `if …: continue`, and says so nowhere else."""
    parts = [*statement.body[:-1], *statement.orelse]
    return isinstance(statement.body[-1], ast.Continue) and not any(map(leaves, parts))


def has_function(statement: ast.stmt) -> bool:
    """Whether a statement has a function inside."""
    return any(isinstance(node, (ast.FunctionDef, ast.Lambda)) for node in ast.walk(statement))


def raises(statement: ast.If) -> bool:
    """Whether a choice only raises."""
    return isinstance(statement.body[-1], ast.Raise)


def message_of(statement: ast.stmt) -> str:
    """The words of a raised error."""
    call = statement.exc if isinstance(statement, ast.Raise) else None
    if (
        isinstance(call, ast.Call)
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    ):
        return call.args[0].value
    return ""


def freezes(statement: ast.AST) -> bool:
    """Whether a statement says `….requires_grad = False` or `….requires_grad_(False)`."""
    if isinstance(statement, ast.Assign):
        return (
            any(isinstance(t, ast.Attribute) and t.attr == "requires_grad" for t in statement.targets)
            and isinstance(statement.value, ast.Constant)
            and statement.value.value is False
        )
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        return (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "requires_grad_"
            and any(isinstance(a, ast.Constant) and a.value is False for a in call.args)
        )
    return False


def assigned(body: Sequence[ast.stmt]) -> list[str]:
    """The variables that statements set, in order."""
    found: dict[str, None] = {}
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found[node.id] = None
            elif isinstance(node, ast.comprehension):
                for name in ast.walk(node.target):
                    if isinstance(name, ast.Name):
                        found.pop(name.id, None)
    return list(found)


# Calls that make no layers, whatever they are given.
NUMERIC = {
    "len", "range", "int", "float", "max", "min", "sum", "abs", "round", "str", "bool", "enumerate", "zip", "sqrt", "log",
    "log2", "floor", "ceil", "prod", "isinstance", "product",
}  # fmt: skip


def may_make(statement: ast.AST) -> bool:
    """Whether a statement may make layers: it calls something, or passes on what it is given as it is."""
    value = getattr(statement, "value", None)
    if not isinstance(value, ast.expr) or isinstance(value, (ast.Name, ast.Attribute, ast.Subscript)):
        return True
    return any(isinstance(node, ast.Call) and last_name(node.func) not in NUMERIC for node in ast.walk(value)) or any(
        isinstance(node, (ast.Await, ast.Lambda)) for node in ast.walk(value)
    )


def _gives_away(node: ast.AST) -> bool:
    """Whether a call gives a part of self to a function that may change it, `adapt(self.body)`."""
    if not isinstance(node, ast.Call) or INITIAL.search(last_name(node.func)):
        return False
    return any(isinstance(one, ast.Attribute) and last_name(one.value) == "self" for one in node.args)


def touches(statement: ast.AST) -> bool:
    """Whether a statement may give a network parameters: it sets something of self, or lets something grow."""
    for node in ast.walk(statement):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and node.attr not in ("data", "training")
        ):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in GROWING:
            return True
        if _gives_away(node):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in ("setattr", "exec", "eval", "delattr"):
                return True
            if any(isinstance(arg, ast.Name) and arg.id == "self" for arg in node.args):
                return True
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Attribute)
        ):
            return True
        if isinstance(node, ast.AugAssign) and not (isinstance(node.target, ast.Name) and not may_make(node)):
            return True
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Del):
            return True
    return False


# What PyTorch calls the tensors of its layers.
TENSORS = re.compile(r"(weight|bias|in_proj_)\w*")


def changes_parts(statement: ast.AST) -> bool:
    """Whether a statement changes what layers are made of: sets a weight or bias, registers or deletes something."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) and TENSORS.fullmatch(node.attr):
            return True
        word = last_name(node.func) if isinstance(node, ast.Call) else ""
        if word in ADDING or word in ("setattr", "__setattr__", "delattr", "exec", "eval"):
            return True
    return False


def parameters_of(definition: ast.FunctionDef | ast.Lambda) -> Iterator[ast.arg]:
    """All parameters of a function but stars."""
    arguments = definition.args
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)


def bound(
    arguments: ast.arguments, args: Sequence[Value], named: Mapping[str, Value], skip: int, node: ast.AST
) -> tuple[dict[str, Value], list[Value]]:
    """Arguments by the name of their parameter, and those that a star takes."""
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)][skip:]
    given = dict(zip(names, args, strict=False))
    rest = list(args[len(names) :])
    if rest and arguments.vararg is None:
        raise NotUnderstood("there are more arguments than parameters", node)
    return given | dict(named), rest


def defaults_of(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """The parameters with their defaults."""
    own = [*arguments.posonlyargs, *arguments.args]
    for arg, default in zip(reversed(own), reversed(arguments.defaults), strict=False):
        yield arg.arg, default
    for arg, named in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if named is not None:
            yield arg.arg, named


def is_static(definition: ast.FunctionDef | ast.Lambda) -> bool:
    """Whether a method takes no self."""
    return isinstance(definition, ast.FunctionDef) and any(
        last_name(one) == "staticmethod" for one in definition.decorator_list
    )


def is_property(definition: ast.FunctionDef) -> bool:
    """Whether a method is asked for like an attribute."""
    return any(last_name(one) in ("property", "cached_property") for one in definition.decorator_list)


def settable(definition: ast.ClassDef, name: str) -> bool:
    """Whether a property may be set, by `@name.setter`."""
    methods = [one for one in definition.body if isinstance(one, ast.FunctionDef) and one.name == name]
    return any(isinstance(one, ast.Attribute) and one.attr == "setter" for m in methods for one in m.decorator_list)


def is_set_by(statement: ast.AST) -> list[str]:
    """The attributes of self that statements set."""
    stored = [
        node for node in ast.walk(statement) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    ]
    return [node.attr for node in stored if last_name(node.value) == "self"]


def counts_of(definition: ast.FunctionDef) -> dict[str, int]:
    """How often each name is set in a body."""
    found: dict[str, int] = {}
    for node in ast.walk(definition):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = found.get(node.id, 0) + 1
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found[node.attr] = found.get(node.attr, 0) + 1
    return found


# Functions by whose names one knows that they make more of one layer.
COPYING = re.compile(r"deepcopy|_?(get_)?clones?|_?clone_\w*(list|layers?|modules?)\w*")


def uses_of(name: str, definition: ast.FunctionDef) -> dict[str, bool]:
    """How a parameter is used: called, asked for attributes or items, passed on to classes, or plainly."""
    uses = dict.fromkeys(("called", "attribute", "passed", "plain", "module", "copied", "spread"), False)
    parents = {child: node for node in ast.walk(definition) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(definition):
        if not (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)):
            continue
        parent = parents.get(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            uses["called"] = True
        elif isinstance(parent, ast.Attribute):
            uses["attribute"] = True
            uses["module"] |= parent.attr in (
                "expansion",
                "out_channels",
                "in_features",
                "out_features",
                "parameters",
                "children",
            )
        elif (
            isinstance(parent, ast.Subscript)
            and parent.value is node
            and isinstance(parent.slice, ast.Constant)
            and isinstance(parent.slice.value, str)
        ):
            uses["attribute"] = True
        elif isinstance(parent, ast.keyword) and parent.arg is None:
            uses["spread"] = True
        elif isinstance(parent, (ast.Call, ast.keyword)):
            call = parent if isinstance(parent, ast.Call) else parents.get(parent)
            func = call.func if isinstance(call, ast.Call) else None
            word = last_name(func) if func is not None else ""
            is_layer = layer_signature(word)[0] is not None
            uses["plain"] |= is_layer
            uses["passed"] |= not is_layer and (word[:1].isupper() or word == "__init__")
            uses["copied"] |= bool(COPYING.fullmatch(word))
            uses["module"] |= bool(COPYING.fullmatch(word))
        elif isinstance(parent, ast.Assign):
            pass
        else:
            uses["plain"] = True
    return uses


def is_asked(name: str, tree: ast.AST) -> bool:
    """Whether anything of this name is asked for an attribute anywhere."""
    return any(
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
        for node in ast.walk(tree)
    )


# What one asks networks for, and not sizes.
OF_NETWORKS = {
    "forward", "parameters", "named_parameters", "modules", "named_modules", "children", "named_children", "state_dict",
    "encode", "decode", "embed", "extract_features", "forward_features", "weight", "bias", "train", "eval",
}  # fmt: skip


def _making(cls: Class) -> set[str]:
    """The constructor and the methods that it calls."""
    methods = {
        one.name: one
        for home in reversed(lineage(cls))
        for one in home.definition.body
        if isinstance(one, ast.FunctionDef)
    }
    found, waiting = set(), ["__init__"]
    while waiting:
        name = waiting.pop()
        if name in methods and name not in found:
            found.add(name)
            waiting += [
                node.attr
                for node in ast.walk(methods[name])
                if isinstance(node, ast.Attribute) and last_name(node.value) == "self"
            ]
    return found


def called_parts(cls: Class) -> set[str]:
    """The attributes of self that methods of a class call, or ask for what only networks have."""
    found = set()
    making = _making(cls)
    for statement in (statement for one in lineage(cls) for statement in one.definition.body):
        if isinstance(statement, ast.FunctionDef) and statement.name in making:
            continue  # what a constructor calls makes layers
        for node in ast.walk(statement):
            part = node.func if isinstance(node, ast.Call) else None
            if isinstance(node, ast.Attribute) and node.attr in OF_NETWORKS:
                part = node.value
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "self":
                found.add(part.attr)
    return found


def last_name(node: ast.AST) -> str:
    """The last part of a dotted name."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def asked_attributes(scope: Scope) -> set[str]:
    """Names that classes and functions of the file ask other things than self for, `block.expansion`."""
    inside = [one for one in scope.tree.body if isinstance(one, (ast.ClassDef, ast.FunctionDef))]
    return {
        node.attr
        for one in inside
        for node in ast.walk(one)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Load)
        and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls", "config", "cfg", "args"))
        and node.attr not in ("dtype", "device", "training")
    }


def loose_names(scope: Scope) -> set[str]:
    """Classes and functions of the file that are values somewhere, and not only called."""
    called: set[ast.AST] = set()
    annotations: set[ast.AST] = set()
    for node in ast.walk(scope.tree):
        if isinstance(node, ast.Call):
            called.add(node.func)
            if isinstance(node.func, ast.Name) and node.func.id in ("super", "isinstance"):
                called.update(node.args)
                called.update(one for arg in node.args for one in ast.walk(arg))
        elif isinstance(node, ast.ClassDef):
            called.update(node.bases)
        for note in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(note, ast.AST):
                annotations.update(ast.walk(note))
    known_names = {*scope.classes, *scope.functions}
    return {
        node.id
        for node in ast.walk(scope.tree)
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Load)
        and node.id in known_names
        and node not in called
        and node not in annotations
    }


def widest_call(scope: Scope) -> int:
    """The most arguments by place that a file gives what isn't a class by its name."""
    calls = [node for node in ast.walk(scope.tree) if isinstance(node, ast.Call)]
    return max([len(node.args) for node in calls if not last_name(node.func)[:1].isupper()], default=0) + 1


def uses_layer(scope: Scope, name: str) -> bool:
    """Whether a file uses PyTorch's layer of a name beside its own class."""
    for node in ast.walk(scope.tree):
        if isinstance(node, ast.Attribute) and node.attr == name:
            found = dotted_name(node, scope)
            if isinstance(found, Dotted) and found.path == f"torch.nn.{name}":
                return True
    return False


def is_short(definition: ast.FunctionDef) -> bool:
    """Whether a function may be one expression."""
    return len(definition.body) <= 12 and any(isinstance(one, ast.Return) for one in ast.walk(definition))


def no_class(definition: ast.FunctionDef, scope: Scope) -> Class:
    """A class of no lines, for functions outside of classes."""
    return Class(ast.ClassDef(definition.name, [], [], [], []), scope)
