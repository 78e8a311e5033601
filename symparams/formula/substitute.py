"""Names → formulas, with the shape kept: nothing is computed, cancelled or sorted on the way."""

from __future__ import annotations

from collections.abc import Mapping

from .nodes import Node, Series

SHALLOW = 30


def substitute(node: Node, mapping: Mapping[Node, Node]) -> Node:
    """The formula with each Symbol or Index of the mapping replaced; a loop's own index is bound and stays.

    An index that a replacement brings along must differ (by name or level) from those bound where it goes in.
    """
    if not mapping:
        return node
    if node.depth <= SHALLOW and node.size <= SHALLOW:
        return _shallow(node, mapping)
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


def _shallow(node: Node, mapping: Mapping[Node, Node]) -> Node:
    """The same for a formula so small that no memory of its pieces is worth its while."""
    if not node.children():
        return mapping.get(node, node)
    if node in mapping or isinstance(node, Series):
        return _replaced(node, mapping, {id(child): _shallow(child, mapping) for child in node.children()})
    return node.rebuild(lambda child: _shallow(child, mapping))


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
