"""What may be wrong with a template, and where.

Law of this file: it looks at parsed templates only, and collects faults instead of raising, so
that whoever writes letters hears of all of them at once, each with file and line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import nodes
from jinja2.meta import find_undeclared_variables

from pipeline.domain.decision import LetterName
from pipeline.mail.contract import ATTRIBUTES, SHEETS, SUBJECT_MAY_NOT
from pipeline.mail.wording import MARKER_CLOSES, MARKER_OPENS

_LOOP = frozenset({"index", "index0", "first", "last", "length"})
_TOO_CLEVER = (nodes.Extends, nodes.Import, nodes.FromImport, nodes.Block)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong with one template. `line` is 0 where the whole file is meant."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


class TemplateFaults(Exception):  # noqa: N818 - it carries all of them
    """Everything that is wrong with an event's templates: correct them and start again."""

    def __init__(self, faults: set[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))


def loaded(tree: nodes.Template) -> set[str]:
    """Every name that is read somewhere in a template."""
    return {node.name for node in tree.find_all(nodes.Name) if node.ctx == "load"}


class Checker:
    """Collects what is wrong while an event's templates are read."""

    def __init__(self, root: Path, find: Callable[[str], Path | None]) -> None:
        self.faults: set[Fault] = set()
        self._root, self._find = root, find

    def fault(self, path: Path, line: int, what: str) -> None:
        """Remember one fault. Files are named from the folder `templates/` on."""
        self.faults.add(Fault(path.relative_to(self._root.parent).as_posix(), line, what))

    def names(self, tree: nodes.Template) -> set[str]:
        """The values that a template uses and does not make itself."""
        return set(find_undeclared_variables(tree))

    def subject(self, name: LetterName, path: Path, tree: nodes.Template) -> None:
        """A subject is one line of given values, and no secret."""
        self.shape(path, tree)
        self.values(name, path, tree, self.names(tree))
        for node in self._uses(tree, set(SUBJECT_MAY_NOT)):
            self.fault(path, node.lineno, f"'{node.name}' is a secret and may not be in a subject")
        for include in tree.find_all(nodes.Include):
            self.fault(path, include.lineno, "a subject includes no parts")

    def values(self, name: LetterName, path: Path, tree: nodes.Template, used: set[str]) -> None:
        """Only values that the letter is given."""
        unknown = used - SHEETS[name].given
        for node in self._uses(tree, unknown) if unknown else ():
            self.fault(path, node.lineno, f"the letter '{name}' is not given '{node.name}'")

    def shape(self, path: Path, tree: nodes.Template) -> None:
        """Only attributes that values have, no marker, and no more than includes."""
        for attribute in tree.find_all(nodes.Getattr):
            if attribute.attr not in ATTRIBUTES | _LOOP:
                self.fault(path, attribute.lineno, f"no value has '.{attribute.attr}'")
        for data in tree.find_all(nodes.TemplateData):
            if MARKER_OPENS in data.data or MARKER_CLOSES in data.data:
                self.fault(path, data.lineno, "the characters ⟦ and ⟧ belong to secrets")
        for node in tree.find_all(_TOO_CLEVER):
            self.fault(path, node.lineno, "a letter may include parts, but not extend or import")
        for include in tree.find_all(nodes.Include):
            self._include(path, include)

    def complete(self, name: LetterName, path: Path, used: set[str]) -> None:
        """Everything that the letter must say is in it, or in a part of it."""
        for missing in sorted(SHEETS[name].required - used):
            self.fault(path, 0, f"the letter '{name}' must use '{missing}'")

    def _include(self, path: Path, include: nodes.Include) -> None:
        if not isinstance(include.template, nodes.Const):
            self.fault(path, include.lineno, "a part is included by its name")
        elif self._find(include.template.value) is None:
            self.fault(path, include.lineno, f"there is no part '{include.template.value}'")

    def _uses(self, tree: nodes.Template, names: set[str]) -> Iterator[nodes.Name]:
        for node in tree.find_all(nodes.Name):
            if node.ctx == "load" and node.name in names:
                yield node
