"""Names → formulas, with the shape kept: nothing is computed, cancelled or sorted on the way."""

from __future__ import annotations

from collections.abc import Mapping

from .nodes import Node, Series


def substitute(node: Node, mapping: Mapping[Node, Node]) -> Node:
    """The formula with each Symbol or Index of the mapping replaced; a loop's own index is bound and stays.

    An index that a replacement brings along must differ (by name or level) from those bound where it goes in.
    """
    if not mapping:
        return node
    done: dict[int, Node] = {}
    stack = [node]
    while stack:  # by hand, since a formula may be nested more deeply than Python's calls
        part = stack[-1]
        open_parts = [child for child in part.children() if id(child) not in done] if id(part) not in done else []
        if open_parts:
            stack.extend(open_parts)
        else:
            stack.pop()
            if id(part) not in done:
                done[id(part)] = _replaced(part, mapping, done)
    return done[id(node)]


def _replaced(node: Node, mapping: Mapping[Node, Node], done: dict[int, Node]) -> Node:
    if node in mapping:
        return mapping[node]
    if isinstance(node, Series) and node.index in mapping:
        return _shadowed(node, mapping, done)
    return node.rebuild(lambda child: done[id(child)])


def _shadowed(node: Series, mapping: Mapping[Node, Node], done: dict[int, Node]) -> Node:
    body = substitute(node.body, {name: value for name, value in mapping.items() if name != node.index})
    start, stop = done[id(node.start)], done[id(node.stop)]
    if start is node.start and stop is node.stop and body is node.body:
        return node
    return Series(node.index, start, stop, body)
