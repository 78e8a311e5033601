"""Options of a command line, as `argparse` has them, by the calls that add them: their names and defaults."""

from __future__ import annotations

import ast

from .python import last_name

PARSED = {"parse_args", "parse_known_args"}
SWITCHES = {"store_true": False, "store_false": True}


def is_parsed(expression: ast.expr) -> bool:
    """Whether an expression is what a command line gives, `parser.parse_args()`."""
    return isinstance(expression, ast.Call) and last_name(expression.func) in PARSED


def options_of(tree: ast.AST, name: str) -> dict[str, ast.expr | None]:
    """The options that a file adds, with their defaults; None for one that has none, or that the file sets itself."""
    found: dict[str, ast.expr | None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and last_name(node.func) == "add_argument":
            option = _name(node)
            if option:
                found.setdefault(option, _default(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and last_name(node.value) == name:
            found[node.attr] = None
    return found


def _name(call: ast.Call) -> str:
    """The attribute under which an option is found: its `dest`, or its first long name."""
    for keyword in call.keywords:
        if keyword.arg == "dest" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    names = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    names.sort(key=lambda one: not one.startswith("--"))
    return names[0].lstrip("-").replace("-", "_") if names else ""


def _default(call: ast.Call) -> ast.expr | None:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    action = given.get("action")
    if "default" in given:
        return given["default"]
    if isinstance(action, ast.Constant) and action.value in SWITCHES:
        return ast.copy_location(ast.Constant(SWITCHES[action.value]), call)
    return None
