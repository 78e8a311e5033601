"""`*args` and `**kwargs` that a constructor gives on to its base's: the base's parameters in their place."""

from __future__ import annotations

import ast
import copy

from .library import layer_signature
from .scope import layer_base, method_of
from .values import Class

MAX_BASES = 20


def forwarded(definition: ast.FunctionDef, home: Class, cls: Class, depth: int = 0) -> ast.FunctionDef:
    """A constructor with the parameters of its base's in the place of stars that it only gives on; itself where it has none."""
    calls = [node for node in ast.walk(definition) if isinstance(node, ast.Call) and _is_base_call(node)]
    stars = [arg.arg for arg in (definition.args.vararg, definition.args.kwarg) if arg is not None]
    if not stars or len(calls) != 1 or depth > MAX_BASES or not _only_gives_on(definition, calls[0], stars):
        return definition
    base = _base_arguments(home, cls, depth)
    if base is None:
        return definition
    new = copy.deepcopy(definition)
    call = next(node for node in ast.walk(new) if isinstance(node, ast.Call) and _is_base_call(node))
    explicit = isinstance(call.func, ast.Attribute) and not isinstance(call.func.value, ast.Call)
    own = [arg for arg in call.args if not isinstance(arg, ast.Starred)][int(explicit) :]
    has_star = any(isinstance(arg, ast.Starred) for arg in call.args)
    given = {keyword.arg for keyword in call.keywords if keyword.arg}
    taken = {arg.arg for arg in (*new.args.posonlyargs, *new.args.args, *new.args.kwonlyargs)}
    left = [pair for pair in base[len(own) :] if pair[0] not in given | taken]
    is_open = bool(left) and left[-1][0] == "**"
    left = left[:-1] if is_open else left
    new.args.vararg = None
    new.args.kwarg = new.args.kwarg if is_open else None
    _add(new.args, left, has_star)
    new.body = [_Named(stars).visit(one) for one in new.body if not _keeps(one, stars)]
    call.args = [arg for arg in call.args if not isinstance(arg, ast.Starred)]
    call.keywords = [keyword for keyword in call.keywords if keyword.arg or is_open]
    call.keywords += [ast.copy_location(ast.keyword(name, ast.Name(name, ast.Load())), call) for name, _ in left]
    return ast.fix_missing_locations(new)


def _is_base_call(node: ast.Call) -> bool:
    """`super().__init__(…)` or `Base.__init__(self, …)`."""
    return isinstance(node.func, ast.Attribute) and node.func.attr == "__init__"


def _only_gives_on(definition: ast.FunctionDef, call: ast.Call, stars: list[str]) -> bool:
    """Whether the stars stand nowhere else than in the call of the base's constructor."""
    uses = [node for node in ast.walk(definition) if isinstance(node, ast.Name) and node.id in stars]
    given = [one.value for one in definition.body if isinstance(one, ast.Assign) and _keeps(one, stars)]
    given += [arg.value for arg in call.args if isinstance(arg, ast.Starred)]
    given += [one.value for one in ast.walk(definition) if isinstance(one, ast.Subscript) and _is_name(one.slice)]
    given += [keyword.value for keyword in call.keywords if keyword.arg is None]
    return all(any(use is one for one in given) for use in uses)


def _is_name(node: ast.expr) -> bool:
    """Whether a place is a name, `kwargs["dim"]`."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _keeps(statement: ast.stmt, stars: list[str]) -> bool:
    """Whether a statement only keeps a star, `self.kwargs = kwargs`."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Name):
        return False
    return statement.value.id in stars and all(isinstance(one, ast.Attribute) for one in statement.targets)


class _Named(ast.NodeTransformer):
    """`kwargs["dim"]` as the parameter `dim`."""

    def __init__(self, stars: list[str]) -> None:
        self.stars = stars

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """A place of a star by its name."""
        if isinstance(node.value, ast.Name) and node.value.id in self.stars and isinstance(node.slice, ast.Constant):
            return ast.copy_location(ast.Name(str(node.slice.value), ast.Load()), node)
        return self.generic_visit(node)


def _base_arguments(home: Class, cls: Class, depth: int) -> list[tuple[str, ast.expr | None]] | None:
    """The parameters of the base's constructor with their defaults; last `**`, where it takes any others."""
    found = method_of(cls, "__init__", home)
    if found is not None:
        arguments = forwarded(found[0], found[1], cls, depth + 1).args
        if arguments.vararg is not None:
            return None
        own = [*arguments.posonlyargs, *arguments.args]
        defaults = [None] * (len(own) - len(arguments.defaults)) + list(arguments.defaults)
        named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        found_all = [(arg.arg, default) for arg, default in [*zip(own, defaults, strict=True), *named]][1:]
        return found_all + ([("**", None)] if arguments.kwarg is not None else [])
    base = layer_base(home)
    params = layer_signature(base.last)[0] if base is not None else None
    if params is None or any(kind == "variadic" for _, _, kind in params):
        return None
    kept = [(name, default) for name, default, _ in params if default != "…" and name not in ("device", "dtype")]
    return [(name, ast.parse(default, mode="eval").body if default else None) for name, default in kept]


def _add(arguments: ast.arguments, left: list[tuple[str, ast.expr | None]], by_place: bool) -> None:
    """Give a function more parameters: by place behind `*args`, by name behind `**kwargs` alone."""
    has_default = bool(arguments.defaults)
    for name, default in left:
        if by_place and not (has_default and default is None):
            arguments.args.append(ast.arg(name))
            if default is not None:
                arguments.defaults.append(default)
                has_default = True
        else:
            arguments.kwonlyargs.append(ast.arg(name))
            arguments.kw_defaults.append(default)
