"""HTML as lines of text, so that one reader reads all mails.

Law of this file: what a person sees line by line stays a line, a table's row becomes its cells
with tabs between, everything else goes.  `html.parser` is not used, because a mail may be hostile:
it takes quadratic time on tags and comments that are never closed.  Here every step is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Final

LIMIT: Final = 1024 * 1024
"""Characters of HTML that are looked at."""
_HIDDEN: Final = frozenset({"style", "script", "head", "title", "template"})
_BREAKS: Final = frozenset({
    "br", "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "blockquote", "pre", "section", "article", "header", "footer", "table", "form", "center",
    "address", "fieldset", "body",
})  # fmt: skip
_CELLS: Final = frozenset({"td", "th"})
_ROWS: Final = frozenset({"tr", "tbody", "thead", "tfoot", "table"})
_ENDS: Final = {"option": ("option", "select", "body")}
_SELECTED: Final = re.compile(r"\bselected\b", re.IGNORECASE)
_CHECKED: Final = re.compile(r"\bchecked\b", re.IGNORECASE)
_BOXES: Final = frozenset({"checkbox", "radio"})
_WRITTEN: Final = frozenset({"text", "email", "tel", "search", "number", "date", "url"})
_ATTRIBUTE: Final = re.compile(
    r"""([A-Za-z-]{1,30})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))"""
)
_SPAN: Final = re.compile(r"""(colspan|rowspan)\s*=\s*["']?\s*(\d{1,4})""", re.IGNORECASE)
_SPAN_LIMIT: Final = 30
"""Columns or rows of one cell; a mail may say a million."""
_DEEPER: Final = "\x01"
_HIGHER: Final = "\x02"
"""Stand in the text where a quotation begins and ends, until its lines are marked."""

_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]{0,30})([^<>]*)>|<[!?][^<>]*>")
_SPACES: Final = re.compile(r"[\x00-\x20]+")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]+")
_BLANK_LINES: Final = re.compile(r"\n{3,}")


@dataclass(slots=True)
class _Page:
    """The lines so far, and the row that is open."""

    out: list[str] = field(default_factory=list)
    row: list[list[str]] | None = None
    """Cells of the open row, each a list of pieces."""
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Columns and rows that each of those cells takes."""
    above: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Cells that reach down into the rows to come: in how many rows, and what they say."""
    preformatted: int = 0
    """How many <pre> are open."""

    def add(self, piece: str) -> None:
        """Text, to the open cell or the page."""
        if piece == " " and self.at_line_start():
            return
        if self.row:
            self.row[-1].append(piece)
        elif self.row is None:
            self.out.append(piece)
        elif piece.strip():
            self.open_cell("")
            self.row[-1].append(piece)

    def open_cell(self, attributes: str) -> None:
        """Begin a cell, if a row is open."""
        if self.row is not None:
            self.row.append([])
            spans = dict.fromkeys(("colspan", "rowspan"), 1)
            if "span" in attributes.lower():
                spans |= {
                    name.lower(): max(1, min(int(number), _SPAN_LIMIT))
                    for name, number in _SPAN.findall(attributes)
                }
            self.spans.append((spans["colspan"], spans["rowspan"]))

    def at_line_start(self) -> bool:
        """Whether nothing stands on the line yet."""
        pieces = self.out if self.row is None else self.row[-1] if self.row else []
        return not pieces or pieces[-1].endswith(("\n", _DEEPER, _HIGHER))

    def end_row(self) -> None:
        """Close the row: several cells are one line, a single cell is ordinary text."""
        if self.row is None:
            return
        cells = ["".join(cell).strip() for cell in self.row]
        cells = self._with_spans(cells)
        self.row, self.spans = None, []
        if sum(cell != "" for cell in cells) > 1:
            # A cell alone that spans the table is ordinary text, its lines are kept.
            self.out.append("\t".join([" ".join(cell.split("\n")) for cell in cells]))
        else:
            self.out.extend(cells)
        self.out.append("\n")

    def _with_spans(self, cells: list[str]) -> list[str]:
        """The cells in their columns: what reaches down from above is said again."""
        above, self.above = self.above, {}
        if not above and all(span == (1, 1) for span in self.spans):
            return cells
        placed: list[str] = []
        for cell, (columns, rows) in zip(cells, self.spans, strict=True):
            self._from_above(above, placed)
            if rows > 1:
                self.above[len(placed)] = (rows - 1, cell)
            placed += [cell, *[""] * (columns - 1)]
        self._from_above(above, placed)
        return placed

    def _from_above(self, above: dict[int, tuple[int, str]], placed: list[str]) -> None:
        while len(placed) in above:
            rows, cell = above.pop(len(placed))
            if rows > 1:
                self.above[len(placed)] = (rows - 1, cell)
            placed.append(cell)


def to_text(html: str) -> str:
    """The visible text of a page; a quotation's lines begin with `> `."""
    html = _without_comments(html[:LIMIT])
    page = _Page()
    place = 0
    hidden = ""
    for tag in _TAG.finditer(html):
        if not hidden:
            _text(page, html[place : tag.start()])
        place = tag.end()
        name = (tag[2] or "").lower()
        if hidden:
            # An unclosed <head> ends where the body begins, an <option> where the next one does.
            if (tag[1] and name == hidden) or name in _ENDS.get(hidden, ("body",)):
                hidden = "" if tag[1] or not _is_hidden(name, tag[3] or "") else name
        elif not tag[1] and _is_hidden(name, tag[3] or ""):
            hidden = name
        else:
            _tag(page, name, tag[3] or "", closing=bool(tag[1]))
    if not hidden:
        _text(page, html[place:])
    page.end_row()
    return _BLANK_LINES.sub("\n\n", _quoted("".join(page.out))).strip("\n")


def _without_comments(html: str) -> str:
    kept: list[str] = []
    place = 0
    while (start := html.find("<!--", place)) >= 0:
        end = html.find("-->", start + 4)
        if end < 0:
            break  # never closed: better too much text than too little
        kept.append(html[place:start])
        place = end + 3
    kept.append(html[place:].replace("<!--", " "))
    return "".join(kept)


def _text(page: _Page, html: str) -> None:
    if not html:
        return
    text = unescape(html)
    if page.preformatted:
        page.add(_CONTROL.sub(" ", text))
    elif text := _SPACES.sub(" ", text):
        page.add(text)


def _is_hidden(name: str, attributes: str) -> bool:
    """Whether what stands inside of a tag is not seen."""
    if name == "option":
        return _SELECTED.search(attributes) is None
    return name in _HIDDEN and not attributes.endswith("/")


def _entered(attributes: str) -> str:
    """What an <input> shows: its text, or its box."""
    told = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(attributes)}
    kind = told.get("type", "text").lower()
    if kind in _BOXES:
        return "☑" if _CHECKED.search(attributes) is not None else "□"
    return unescape(told.get("value", "")) if kind in _WRITTEN else ""


def _tag(page: _Page, name: str, attributes: str, *, closing: bool) -> None:
    if name in _ROWS:
        page.end_row()
        if not page.at_line_start():
            page.add("\n")
        if name == "tr" and not closing:
            page.row, page.spans = [], []
        elif name == "table":
            page.above = {}
    elif name in _CELLS and not closing:
        page.open_cell(attributes)
    elif name == "input":
        page.add(_entered(attributes))
    elif name in _BREAKS and (name == "br" or not page.at_line_start()):
        page.add("\n")
    if name == "blockquote":
        page.end_row()
        page.add(_HIGHER if closing else _DEEPER)
    elif name == "pre":
        page.preformatted = max(0, page.preformatted + (-1 if closing else 1))


def _quoted(text: str) -> str:
    lines: list[str] = []
    depth = 0
    for line in text.split("\n"):
        depth = max(0, depth + line.count(_DEEPER) - line.count(_HIGHER))
        bare = line.replace(_DEEPER, "").replace(_HIGHER, "").strip(" ")
        lines.append("> " * min(depth, 9) + bare if depth else bare)
    return "\n".join(lines)
