"""What is known at start is written at start.

Law of this file: it changes how fast a letter is written and never what it says.  Every piece of a
template that depends on the event's facts alone is rendered once, when the letters are loaded, and
stands as plain text in the compiled letter; most of a letter is such text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.visitor import NodeTransformer


class Fold(NodeTransformer):
    """Renders every statement and expression that uses nothing but facts."""

    def __init__(self, facts: Mapping[str, Any], environment: Environment) -> None:
        self._facts, self._environment = facts, environment
        self._texts: dict[str, str | None] = {}
        """What was rendered already: letters share most of their parts."""

    def folded(self, tree: nodes.Template) -> nodes.Template:
        """The same letter with its facts written out."""
        tree = self.visit(tree)
        _join(tree)
        return tree

    def visit_If(self, node: nodes.If) -> nodes.Node:  # noqa: N802 - the visitor's naming
        """A condition on facts alone is decided now."""
        return self._text(node) or self.generic_visit(node)

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the visitor's naming
        """A list of facts is written out now."""
        return self._text(node) or self.generic_visit(node)

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802 - the visitor's naming
        """A fact is printed now."""
        for index, part in enumerate(node.nodes):
            if not isinstance(part, nodes.TemplateData):
                text = self._text(nodes.Output([part], lineno=part.lineno))
                node.nodes[index] = text.nodes[0] if text else part
        return node

    def _text(self, node: nodes.Node) -> nodes.Output | None:
        same = repr(node)
        if same not in self._texts:
            self._texts[same] = self._rendered(node)
        text = self._texts[same]
        if text is None:
            return None
        return nodes.Output([nodes.TemplateData(text, lineno=node.lineno)], lineno=node.lineno)

    def _rendered(self, node: nodes.Node) -> str | None:
        """The text of a node; None when it depends on more than the facts."""
        alone = nodes.Template([node], lineno=1)
        alone.set_environment(self._environment)
        if not find_undeclared_variables(alone) <= self._facts.keys():
            return None
        code = self._environment.compile(alone)
        return Template.from_code(self._environment, code, {}).render(self._facts)


def _join(node: nodes.Node) -> None:
    """Neighbouring pieces of text become one piece, wherever statements stand in a row."""
    for name in ("body", "else_"):
        row = getattr(node, name, None)
        if not isinstance(row, list):
            continue
        joined: list[nodes.Node] = []
        for child in row:
            before = joined[-1] if joined else None
            if isinstance(child, nodes.Output) and isinstance(before, nodes.Output):
                before.nodes.extend(child.nodes)
            else:
                joined.append(child)
            _join(child)
        setattr(node, name, joined)
    for branch in getattr(node, "elif_", ()):
        _join(branch)
