"""The files of a mail: the people in those that can be read, and why a person must see the others.

Law of this file: nothing raises and nothing hidden in a file runs; limits come first, for all the
files of a mail together.  A file counts when it names somebody who takes part.  What was written in
a file goes nowhere but into answers: no log, and not into the mail's text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from pipeline.domain.rules import Rules
from pipeline.mail import html
from pipeline.mail.attached import EMPTY, NOBODY, NOTHING, OTHER_PAPER, Attached
from pipeline.mail.cellwords import SAMPLE_SHEET, Words
from pipeline.mail.elsewhere import other_event
from pipeline.mail.entries import Entry, Mark, entries
from pipeline.mail.filekinds import (
    ARCHIVE,
    DOCUMENT,
    LOCKED,
    MESSAGE,
    PAGE,
    TEXT,
    WORKBOOK,
    kind_of,
    packed_kind,
)
from pipeline.mail.grid import Grid
from pipeline.mail.incoming import IncomingMail, Part, parse
from pipeline.mail.labels import Label, Labels
from pipeline.mail.people import persons
from pipeline.mail.quoting import split
from pipeline.mail.records import Record
from pipeline.mail.sharing import Person
from pipeline.mail.unpacking import Budget, Locked, Unreadable

FILE_LIMIT: Final = 10 * 1024 * 1024
"""Bytes of one file."""
FILES_LIMIT: Final = 20
"""Files of one mail, those in archives too."""
_DEPTH_LIMIT: Final = 2
"""Mails in mails that are opened."""

_OF_SERVERS: Final = frozenset({
    "message/delivery-status", "message/disposition-notification", "text/rfc822-headers",
    "message/feedback-report",
})  # fmt: skip
"""What only servers write."""
_LOGO_LIMIT: Final = 40_000
"""Bytes, encoded; a photograph or a scan is larger."""
_LOGO_NAME: Final = re.compile(
    r"(?:image|logo|icon|banner|sign|ロゴ|バナー)[\w-]{0,20}\.\w{3,4}", re.IGNORECASE
)
_LINKS: Final = re.compile(
    r"https?://[^\s<>\"]{0,80}?(drive\.google\.com|docs\.google\.com|forms\.gle|firestorage\.jp|"
    r"gigafile\.nu|1drv\.ms|onedrive\.live\.com|[\w-]+\.sharepoint\.com|dropbox\.com|"
    r"app\.box\.com|[\w-]+\.box\.com|wetransfer\.com|we\.tl|datadeliver\.net|filesend\.to|"
    r"xgf\.nu|icloud\.com/iclouddrive|dbox\.[\w.]+|okurin\.bitpark\.co\.jp)",
    re.IGNORECASE,
)
"""Services on which files are left for somebody to fetch."""
_OTHER_PAPER: Final = re.compile(
    r"請求書|見積|納品書|債権者|債主|口座(?:振替|振込|届)|領収|アンケート|報告書|委任状|履歴書|会員登録"
)
_APPLIES: Final = re.compile(r"申込|申し込|参加|受講|名簿|研究協議会")
"""What an application is called, and papers that name people for another purpose."""
_PLAIN_ADDITION: Final = re.compile(r"ATT\d{3,6}\.(?:txt|htm|html)", re.IGNORECASE)
"""Pieces of a mail's own text, as some servers cut them off."""


def attached(mail: IncomingMail, rules: Rules, labels: Labels) -> Attached:
    """Read the files of a mail. Never raises; costs nothing where there is none."""
    parts = [part for part in mail.parts if part.attached and _may_say_something(mail, part)]
    linked = _links(mail.text) if "://" in mail.text else []
    if not parts and not linked:
        return NOTHING
    reader = _Files(rules, Words(labels, rules))
    reader.take_mail(mail, parts, "", 0)
    reader.unread += [(f"https://{host}/…", "a link to a download") for host in linked]
    return reader.result()


def _links(text: str) -> list[str]:
    own = "\n".join(line for line in text.split("\n") if not line.startswith((">", "＞")))
    return list(dict.fromkeys(found[1].lower() for found in _LINKS.finditer(own)))


def _may_say_something(mail: IncomingMail, part: Part) -> bool:
    """Whether a file is more than a picture in the text or a signature's logo."""
    if part.content_type in _OF_SERVERS:
        return False
    if not part.content_type.startswith("image/"):
        return part.document
    size = part.end - part.start
    if part.document:
        return _LOGO_NAME.fullmatch(part.name) is None or size > 4 * _LOGO_LIMIT
    return size > _LOGO_LIMIT and not _shown_in_text(mail)


def _shown_in_text(mail: IncomingMail) -> bool:
    """Whether the text has places for pictures; a photograph without one was sent as a file."""
    pages = (p for p in mail.parts if p.content_type == "text/html" and not p.attached)
    return any(b"cid:" in mail.body_of(page)[:1_000_000] for page in pages)


# ---------------------------------------------------------------- file by file


@dataclass(slots=True)
class _Files:
    """Reads file after file, within what one mail may cost."""

    rules: Rules
    words: Words
    budget: Budget = field(default_factory=Budget)
    people: list[Person] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    seen: int = 0

    def result(self) -> Attached:
        """What was found."""
        return Attached(
            tuple(self.people), tuple(self.read), tuple(self.unread), tuple(self.locked),
            tuple(dict.fromkeys(self.doubts)),
        )  # fmt: skip

    def take_mail(self, mail: IncomingMail, parts: list[Part], within: str, depth: int) -> None:
        """All the files of a mail."""
        for part in parts:
            name = within + (part.name or part.content_type)
            if (part.end - part.start) > FILE_LIMIT * 3 // 2:
                self.unread.append((name, "larger than 10 MB"))
            elif self._one_more(name):
                self.take(name, mail.body_of(part), part, depth)

    def _one_more(self, name: str) -> bool:
        self.seen += 1
        if self.seen == FILES_LIMIT + 1:
            self.unread.append((name, f"more than {FILES_LIMIT} files"))
        return self.seen <= FILES_LIMIT

    def take(self, name: str, raw: bytes, part: Part | None, depth: int) -> None:
        """One file. `part` is None for one in an archive."""
        try:
            self._read(name, raw, part, depth)
        except Unreadable as error:
            self.unread.append((name, str(error)))
        except Locked:
            self.locked.append(name)

    def _read(self, name: str, raw: bytes, part: Part | None, depth: int) -> None:
        if len(raw) > FILE_LIMIT:
            raise Unreadable("larger than 10 MB")
        if not raw.strip():
            raise Unreadable(EMPTY)
        kind = kind_of(raw, part.content_type if part is not None else "")
        if kind == ARCHIVE:
            self._container(name, raw, part, depth)
        elif kind == LOCKED:
            raise Locked(name)
        elif kind == MESSAGE:
            self._message(name, raw, depth)
        elif kind in {TEXT, PAGE}:
            self._text(name, raw, page=kind == PAGE, charset=part.charset if part else None)
        else:
            raise Unreadable(kind)

    # ------------------------------------------------------------ containers

    def _container(self, name: str, raw: bytes, part: Part | None, depth: int) -> None:
        from pipeline.mail import archives
        from pipeline.mail.unpacking import container

        opened = container(raw)
        names = frozenset(entry.filename.replace("\\", "/").lower() for entry in opened.infolist())
        kind = packed_kind(names)
        if kind == WORKBOOK:
            self._workbook(name, raw)
        elif kind == DOCUMENT:
            self._document(name, raw)
        elif kind != ARCHIVE:
            raise Unreadable(kind)
        elif part is None:
            raise Unreadable("an archive in an archive")
        else:
            found = archives.files(opened)
            if len(found) > FILES_LIMIT:
                raise Unreadable(f"more than {FILES_LIMIT} files")
            if not found:
                raise Unreadable(EMPTY)
            for inner, content in archives.contents(found, opened, self.budget, FILE_LIMIT):
                if isinstance(content, Unreadable):
                    self.unread.append((f"{name}/{inner}", str(content)))
                elif self._one_more(f"{name}/{inner}"):
                    self.take(f"{name}/{inner}", content, None, depth)

    # ------------------------------------------------------------ cells

    def _workbook(self, name: str, raw: bytes) -> None:
        from pipeline.mail.sheets import sheets

        found = [s for s in sheets(raw, self.budget) if SAMPLE_SHEET.search(s.seen.name) is None]
        whole = [sheet.whole or sheet.seen for sheet in found]
        self._cells(name, [sheet.seen for sheet in found], whole)

    def _document(self, name: str, raw: bytes) -> None:
        from pipeline.mail.documents import document

        found = document(raw, self.budget)
        if found.tables:
            self._cells(name, [found.grid], [found.grid])
        else:
            self._lines(name, list(found.lines))

    def _cells(self, name: str, grids: list[Grid], whole: list[Grid]) -> None:
        from pipeline.mail.listing import listing

        self.budget.take_cells(sum(len(grid.cells) for grid in grids))
        found = listing(grids, self.words)
        people = [person for record in found.people for person in self._persons(record, name)]
        if whole != grids:
            hidden = listing(whole, self.words)
            if len(hidden.people) > len(found.people):
                self.doubts.append(f"{name}: hidden rows name further people")
        if _OTHER_PAPER.search(f"{name}\n{found.title}") and not _APPLIES.search(
            found.title + name
        ):
            raise Unreadable(OTHER_PAPER)
        self._count(name, people, asked=found.asked)
        self.doubts += [f"{name}: {doubt}" for doubt in found.doubts]
        other = other_event("", found.title, self.rules)
        if other:
            self.doubts.append(f"{name}: for another event: {other}")

    def _persons(self, record: Record, name: str) -> list[Person]:
        given = [
            Entry(f"{name}, {one.where}", Label((asked,)), one.text)
            for asked, one in record.answers.items()
            if asked != "category" or not self.words.offers(one.text)
        ]
        return persons([Entry(name, mark=Mark.PERSON), *given], self.rules, self._ours)

    def _ours(self, address: str) -> bool:
        return address.lower() == self.rules.event.office.mail.lower()

    def _count(self, name: str, people: list[Person], *, asked: int) -> None:
        """Take a file's people, where somebody is named."""
        named = [p for p in people if p.answers.get("name") or p.answers.get("name_kana")]
        if not any(_says(p, "name") or _says(p, "name_kana") for p in named):
            empty = asked > 2 and not people  # noqa: PLR2004 - a form asks for more
            raise Unreadable("a form that is not filled in" if empty else NOBODY)
        self.people += people
        self.read.append(name)

    # ------------------------------------------------------------ text

    def _text(self, name: str, raw: bytes, *, page: bool, charset: str | None) -> None:
        from pipeline.mail.separated import separated, text_of_file

        try:
            text = text_of_file(raw, charset)
            cells = None if page else separated(text)
            if cells is not None:
                self._cells(name, [cells], [cells])
            else:
                self._lines(name, (html.to_text(text) if page else text).split("\n"))
        except Unreadable:
            if _PLAIN_ADDITION.fullmatch(name) is None:
                raise

    def _lines(self, name: str, lines: list[str]) -> None:
        page = entries(lines, self.words.labels)
        named = [e._replace(line=f"{name}: {e.line.strip()}") for e in page.entries]
        people = persons(named, self.rules, self._ours)
        self._count(name, people, asked=sum(e.label is not None for e in named))

    def _message(self, name: str, raw: bytes, depth: int) -> None:
        if depth >= _DEPTH_LIMIT:
            raise Unreadable("a mail in a mail in a mail")
        mail = parse(raw)
        if self._ours(mail.author.address):
            return  # our own letter, sent back
        name = name if name != "message/rfc822" else mail.subject[:60] or name
        parts = [part for part in mail.parts if part.attached and _may_say_something(mail, part)]
        before = len(self.read), len(self.unread), len(self.locked)
        self.take_mail(mail, parts, f"{name}/", depth + 1)
        said = split(mail.text)
        for lines in (said.new, said.quoted):
            try:
                self._lines(name, list(lines))
            except Unreadable:
                continue
            return
        if before == (len(self.read), len(self.unread), len(self.locked)):
            raise Unreadable(NOBODY)


def _says(person: Person, name: str) -> bool:
    given = person.answers.get(name)
    return given is not None and bool(given.value or given.unclear)
