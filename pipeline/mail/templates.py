"""The letters' words: Jinja2 templates, compiled and checked at start.

Law of this file: a template that could fail while a mail is being answered is refused when the
event is loaded.  `NAME.txt` is looked for in the event's folder under `templates/` and then in
`templates/` itself, parts likewise under `parts/`; so an event overrides what it says differently,
letter by letter or part by part.  A letter begins with comments, then `Subject: ...`, an empty
line, and its body; it may include parts, and nothing more clever than that.

Values pass `wording.one_line` as they are printed: none of them can break a line or begin a header
field.  Whole paragraphs stand on one line; `wording.wrapped` breaks them for the reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from jinja2 import Environment, StrictUndefined, Template, nodes
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.visitor import NodeTransformer

from pipeline.domain.decision import LetterName
from pipeline.domain.rules import Rules
from pipeline.mail import wording
from pipeline.mail.facts import Season, facts, season
from pipeline.mail.template_check import Checker, Fault, TemplateFaults, loaded
from pipeline.mail.template_fold import Fold

__all__ = ["Fault", "Library", "Rendered", "TemplateFaults"]

_HEAD = re.compile(r"\A((?:\s*\{#.*?#\})*\s*)Subject: ([^\n]*)\n\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter's words."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class _Letter:
    words: Template
    """Subject, empty line, body."""
    facts: Mapping[str, Any]
    """The facts that are still asked for while a letter is written; the rest stands in it."""


class Library:
    """The letters of one event, ready to be written."""

    def __init__(self, letters: Mapping[LetterName, _Letter], known: Season) -> None:
        self._letters = letters
        self.season = known
        """What every letter asks of the rules."""

    @classmethod
    def load(cls, root: Path, rules: Rules) -> Self:
        """Compile and check every letter of an event.

        `root` is the folder `templates/`. Raises TemplateFaults with everything that is wrong.
        """
        shelf = _Shelf(root, root / rules.event.templates, facts(rules))
        letters = {name: shelf.letter(name) for name in LetterName}
        shelf.look_for_strays()
        if shelf.checker.faults:
            raise TemplateFaults(shelf.checker.faults)
        return cls({name: letter for name, letter in letters.items() if letter}, season(rules))

    def render(self, name: LetterName, values: Mapping[str, Any]) -> Rendered:
        """A letter in words. `values` is what `contract.told` makes; facts are added here."""
        letter = self._letters[name]
        subject, _, body = letter.words.render({**letter.facts, **values}).partition("\n\n")
        body = body.strip("\n") + "\n"
        while "\n\n\n" in body:
            body = body.replace("\n\n\n", "\n\n")
        return Rendered(subject, wording.wrapped(body))


def _printed(value: object) -> object:
    """How a value is put into a letter; see `wording.one_line`."""
    if value.__class__ is str:
        return wording.one_line(str(value))
    if isinstance(value, (wording.Block, StrictUndefined)):
        return value
    return wording.one_line(str(value))


def _environment() -> Environment:
    environment = Environment(
        autoescape=False,  # noqa: S701 - plain text; `_printed` escapes what matters there
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # `range`, `lipsum` and the like are given to no letter.
    environment.globals.clear()
    return environment


class _Shelf:
    """The files of one event, while they are being read."""

    def __init__(self, root: Path, folder: Path, known: Mapping[str, Any]) -> None:
        self._root, self._folder, self._facts = root, folder, known
        self._environment = _environment()
        self._fold = Fold(known, self._environment)
        self._included: set[str] = set()
        self._names: dict[Path, set[str]] = {}
        """The values that each part uses."""
        self.checker = Checker(root, self._find)
        if not folder.is_dir():
            self.checker.fault(folder, 0, "there is no such folder (event.toml: templates)")

    def letter(self, name: LetterName) -> _Letter | None:
        """One letter, compiled; None when something is wrong with it."""
        path = self._find(f"{name.value}.txt")
        if path is None:
            self.checker.fault(self._root / f"{name.value}.txt", 0, "this letter has no template")
            return None
        source = path.read_text(encoding="utf-8")
        head = _HEAD.match(source)
        if head is None:
            self.checker.fault(path, 1, "a letter begins with 'Subject: ...' and an empty line")
            return None
        # What comes before becomes a comment of as many lines, so that faults name the file's own.
        before = "{#" + "\n" * head[1].count("\n") + "#}"
        try:
            self.checker.subject(name, path, self._parsed(before + head[2], path))
            return self._compiled(name, path, before + source[head.start(2) :])
        except TemplateError as error:
            self._syntax(path, error)
            return None

    def _compiled(self, name: LetterName, path: Path, source: str) -> _Letter:
        tree = self._parsed(source, path)
        self.checker.shape(path, tree)
        self.checker.values(name, path, tree, self.checker.names(tree))
        tree = self._whole(name, tree, ())
        self.checker.complete(name, path, loaded(tree))
        tree = self._fold.folded(tree)
        asked = {name: self._facts[name] for name in loaded(tree) & self._facts.keys()}
        code = self._environment.compile(tree, name=path.stem, filename=str(path))
        return _Letter(Template.from_code(self._environment, code, {}), asked)

    def _whole(
        self, name: LetterName, tree: nodes.Template, above: tuple[Path, ...]
    ) -> nodes.Template:
        """The tree with its parts put in where they are included.

        Included at run time, each part would copy the whole context again for every letter.
        """
        whole: nodes.Template = _Put(lambda part: self._part(name, part, above)).visit(tree)
        return whole

    def _part(self, name: LetterName, part: str, above: tuple[Path, ...]) -> list[nodes.Node]:
        path = self._find(part)
        if path is None or path in above:
            return []
        self._included.add(part)
        tree = self._parsed(path.read_text(encoding="utf-8"), path)
        if path not in self._names:
            self.checker.shape(path, tree)
            self._names[path] = self.checker.names(tree)
        self.checker.values(name, path, tree, self._names[path])
        return self._whole(name, tree, (*above, path)).body

    def _parsed(self, source: str, path: Path) -> nodes.Template:
        return self._environment.parse(source, name=path.stem, filename=str(path))

    def _find(self, name: str) -> Path | None:
        places = (self._folder / name, self._root / name)
        return next((path for path in places if path.is_file()), None)

    def _syntax(self, path: Path, error: TemplateError) -> None:
        line = error.lineno if isinstance(error, TemplateSyntaxError) else 0
        named = error.filename if isinstance(error, TemplateSyntaxError) else None
        part = Path(named) if named else path
        file = part if part.is_relative_to(self._root) else path
        self.checker.fault(file, line, error.message or "cannot be compiled")

    def look_for_strays(self) -> None:
        """Files that look like letters and are none: mostly a misspelt name."""
        known = {name.value for name in LetterName}
        for path in sorted({*self._root.glob("*.txt"), *self._folder.glob("*.txt")}):
            if path.stem not in known:
                self.checker.fault(path, 0, "there is no letter of this name")
        for path in sorted(self._folder.glob("parts/*.txt")):
            if f"parts/{path.name}" not in self._included:
                self.checker.fault(path, 0, "no letter includes this part")


class _Put(NodeTransformer):
    """Puts the nodes of a part in the place of the `include` that names it."""

    def __init__(self, part: Callable[[str], list[nodes.Node]]) -> None:
        self._part = part

    def visit_Include(self, node: nodes.Include) -> list[nodes.Node]:  # noqa: N802 - the visitor's
        """The part's nodes, fresh each time; an unknown part is a fault already."""
        return self._part(node.template.value) if isinstance(node.template, nodes.Const) else []
