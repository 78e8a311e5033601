"""Answers → pages: the tree of a network, equations, and the outcomes of checks."""
