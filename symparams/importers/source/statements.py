"""Python's statements, one by one; what can't be read is marked as a hole where it may hide parameters."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .frames import Frame
from .loops import Loops
from .nodes import (
    Line,
    names_in,
    walk,
)
from .python import (
    Leave,
    assigned,
    has_function,
    is_set_by,
    last_name,
    leaves,
    may_make,
    returns,
    skips,
    touches,
)
from .repetition import put_into
from .scope import method_of
from .values import (
    Class,
    Config,
    Function,
    Me,
    NotUnderstood,
    Path,
    Text,
    Unknown,
)


class Statements(Loops):
    """The reading of bodies."""

    def body(self, statements: Sequence[ast.stmt], frame: Frame) -> None:
        """Read statements in order; what can't be read is marked and passed."""
        for place, statement in enumerate(statements):
            if frame.outcome is not None or frame.is_dead:
                return
            rest = list(statements[place + 1 :])
            try:
                if isinstance(statement, ast.If) and skips(statement):
                    kept = statement.body[:-1] or [ast.copy_location(ast.Pass(), statement)]
                    joined = ast.copy_location(ast.If(statement.test, kept, [*statement.orelse, *rest]), statement)
                    self.execute(joined, frame)
                    return
                if isinstance(statement, ast.If) and rest and returns(statement):
                    joined = ast.copy_location(
                        ast.If(statement.test, statement.body, [*statement.orelse, *rest]), statement
                    )
                    self.execute(joined, frame)
                    return
                self.execute(statement, frame)
            except NotUnderstood as error:
                self.missed(statement, error, frame)

    def execute(self, statement: ast.stmt, frame: Frame) -> None:
        """Read one statement. Raises: `NotUnderstood`."""
        method = getattr(self, f"_do_{type(statement).__name__.lower()}", None)
        if method is not None:
            method(statement, frame)
        elif touches(statement):
            raise NotUnderstood("this statement has no reading", statement)

    def missed(self, statement: ast.stmt, error: NotUnderstood, frame: Frame) -> None:
        """Mark what may hide parameters; other values are unknown from here on."""
        if any(isinstance(node, ast.Return) for node in ast.walk(statement)) and not has_function(statement):
            raise error  # what the function gives isn't known
        if not isinstance(statement, (ast.For, ast.While)) and leaves(statement):
            raise error
        hides = error.hides and may_make(statement)
        if isinstance(me := frame.env.get("self"), Config):
            unknown = Unknown(error.node or statement, error.reason)
            me.changed |= dict.fromkeys(is_set_by(statement), unknown)
        for name in assigned([statement]):
            frame.env[name] = Unknown(error.node or statement, error.reason, hides)
        if (
            not hides
            and not isinstance(me, Config)
            and isinstance(statement, (ast.Assign, ast.AugAssign))
            and self._forgets(statement, error, frame)
        ):
            return
        if isinstance(me, Config):
            return
        if touches(statement) or self._runs_what_touches(statement, frame):
            self.hole(statement, error.reason, frame)
            return
        for name in put_into(statement):
            frame.env[name] = Unknown(error.node or statement, error.reason)

    @staticmethod
    def _runs_what_touches(statement: ast.stmt, frame: Frame) -> bool:
        """Whether a statement runs a method of the class that may give the network parameters, `self.build(d)`."""
        cls = frame.writer.cls
        names = {node.attr for node in ast.walk(statement) if isinstance(node, ast.Attribute)}
        found = [method_of(cls, name) for name in names] if cls is not None else []
        return any(touches(one) for method in found if method is not None for one in method[0].body)

    @staticmethod
    def _forgets(statement: ast.Assign | ast.AugAssign, error: NotUnderstood, frame: Frame) -> bool:
        """Let attributes of self be unknown that a statement gives a value without layers in it."""
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        names = [one.attr for one in targets if isinstance(one, ast.Attribute) and last_name(one.value) == "self"]
        if len(names) < len(targets) or any(isinstance(frame.writer.state.get(name), Path) for name in names):
            return False
        frame.writer.state.update({name: Unknown(error.node or statement, error.reason, False) for name in names})
        return True

    def hole(self, node: ast.AST, reason: str, frame: Frame) -> None:
        """A marked hole with the Python line."""
        line = getattr(node, "lineno", 0)
        words = (
            frame.scope.line(node).split(": ")[0] + ":"
            if isinstance(node, (ast.If, ast.For, ast.While))
            else frame.scope.line(node)
        )
        text = f"# not understood: {words}  (line {line})"
        if any(isinstance(one, Line) and one.text == text for one in walk(frame.writer.root)):
            return
        frame.block.add(Line(text))
        frame.writer.holes.append((f"{frame.scope.source.name}:{line}: {reason}: {words}", line))

    def _do_expr(self, statement: ast.Expr, frame: Frame) -> None:
        if isinstance(statement.value, ast.Constant):
            return
        value = self.evaluate(statement.value, frame)
        if isinstance(value, Unknown) and value.hides and touches(statement):
            raise NotUnderstood(value.reason, statement)

    def _do_return(self, statement: ast.Return, frame: Frame) -> None:
        frame.outcome = self.evaluate(statement.value, frame)

    def _do_with(self, statement: ast.With, frame: Frame) -> None:
        self.body(statement.body, frame)

    def _do_try(self, statement: ast.Try, frame: Frame) -> None:
        self.body([*statement.body, *statement.orelse, *statement.finalbody], frame)

    def _do_functiondef(self, statement: ast.FunctionDef, frame: Frame) -> None:
        frame.env[statement.name] = Function(statement, frame.scope, frame.env, None, frame.home, frame)

    def _do_classdef(self, statement: ast.ClassDef, frame: Frame) -> None:
        frame.env[statement.name] = Class(statement, frame.scope)

    def _do_delete(self, statement: ast.Delete, frame: Frame) -> None:
        for target in statement.targets:
            if not isinstance(target, ast.Attribute):
                continue
            if not isinstance(self.evaluate(target.value, frame), Me):
                raise NotUnderstood("a member of a member is taken away", statement)
            if any(isinstance(one, Line) and target.attr in names_in(one.text) for one in walk(frame.writer.root)):
                raise NotUnderstood("what is taken away is tied to another", statement)
            self.remove(target.attr, frame, statement)
            frame.writer.state.pop(target.attr, None)

    def _do_break(self, statement: ast.Break, frame: Frame) -> None:
        raise Leave("break")

    def _do_continue(self, statement: ast.Continue, frame: Frame) -> None:
        raise Leave("continue")

    def _do_raise(self, statement: ast.Raise, frame: Frame) -> None:
        frame.is_dead = True

    def _do_import(self, statement: ast.Import, frame: Frame) -> None:
        for alias in statement.names:
            first = alias.name.partition(".")[0]
            frame.env[alias.asname or first] = frame.scope.imported(alias.name if alias.asname else first, 0)

    def _do_importfrom(self, statement: ast.ImportFrom, frame: Frame) -> None:
        for alias in statement.names:
            path = f"{statement.module}.{alias.name}" if statement.module else alias.name
            frame.env[alias.asname or alias.name] = frame.scope.imported(path, statement.level)

    def _do_match(self, statement: ast.Match, frame: Frame) -> None:
        subject = self.evaluate(statement.subject, frame)
        cases = [(one, one.pattern) for one in statement.cases]
        if isinstance(subject, Text) and subject.is_known:
            for one, pattern in cases:
                if (
                    isinstance(pattern, ast.MatchValue)
                    and isinstance(pattern.value, ast.Constant)
                    and pattern.value.value == subject.value
                ):
                    self.body(one.body, frame)
                    return
                if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
                    self.body(one.body, frame)
                    return
        raise NotUnderstood("which case it is isn't known", statement)
