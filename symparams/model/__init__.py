"""Syntax tree → network: modules, members, loops, ties, measures and checks."""
