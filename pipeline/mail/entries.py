"""Lines of a text as entries of a form: a label with its answer, a heading, a rule.

Law of this file: it knows how forms are laid out and nothing of what an answer means.  Every line
that is no entry is left over, for somebody else to read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.mail.entry import RETURNED, Entry, Mark, marked
from pipeline.mail.labelled import EDGES, SENTENCE, label_and_answer, labelled, pieces_of, spoken
from pipeline.mail.labels import Label, Labels
from pipeline.mail.layout import laid_out
from pipeline.mail.listed import person_in, reached_in
from pipeline.mail.places import PREFECTURES
from pipeline.mail.rows import Columns, cells_of, columns_of, pairs_of, people_side_by_side

__all__ = ["RETURNED", "Entry", "Mark", "Page", "entries"]

LINES_LIMIT: Final = 3000
"""Lines of one text that are looked at."""
_LINE_LIMIT: Final = 400

_SHORT: Final = 12
_TELLING: Final = re.compile(
    r"[\s：:＝=→｜|⇒／/【】［］\[\]〔〕＜＞<>《》「」①-⑳0-9０-９─━*＊#＿_~～,，-]"
)
"""Characters that a line of an entry has."""
_ONLY_KANA: Final = re.compile(r"[\s　]*[(（][ァ-ヶーぁ-ゖｦ-ﾟ・\s　]+[)）][\s　]*")
_BOXED: Final = re.compile(
    r"[□■☐☑☒✓✔レ●○◯◎〇▢✅]|[(（\[［][\s　レ○〇✓vx]*[)）\]］]|[・\s]*[1-5１-５①-⑤][.．)）]"
)
_LONG_ANSWERS: Final = frozenset({"organization", "department", "position"})
"""What people write on more than one line."""
_GOES_ON: Final = frozenset({(name,) for name in (*_LONG_ANSWERS, "category")})
"""Last questions of a label whose answer may go on below."""
_POINTERS: Final = "→⇒➡▶> 　"
_CONTINUED_LIMIT: Final = 2
_CONTINUES: Final = re.compile(r"[\s　]*[^\d０-９@＠：:。、\s][^@＠：:。]{0,59}")
_BROKEN_AT: Final = 68
"""Columns from which on a line may have been broken by a program."""
_LISTS: Final = re.compile(
    r"(?:以下|下記|次|左記|つぎ)(?:の|に|、)?.{0,12}(?:[名人者]|とおり|通り|メンバー)|"
    r"参加(?:者|希望者|予定者)(?:名)?(?:は|：|:|$)|[名人](?:で|が|を|の).{0,6}(?:申し?込|参加|出席)"
)
"""Words that lines with people follow."""
_NUMBERED: Final = re.compile(r"\s*(?:[①-⑳]|[(（]?[0-9０-９]{1,2}[)）.．、]|[・●■◆○])")
_LIST_SIGN: Final = re.compile("名|人|者|とおり|通り|メンバー")
_ENDS: Final = ("です", "です。", "ます", "ます。")
_LIST_REACH: Final = 2
_LIST_HEADING: Final = re.compile("参加者|受講者|出席者|申込者")
_LISTED_LABEL: Final = re.compile(r"\s*(?:参加者|受講者|氏名|お名前)\s*[0-9０-９①-⑳]{1,2}")


@dataclass(slots=True)
class Page:
    """The entries of a text in their order, and the lines that are none."""

    entries: list[Entry] = field(default_factory=list)
    leftover: list[str] = field(default_factory=list)


def entries(lines: Sequence[str], labels: Labels) -> Page:
    """Read lines as a form."""
    return _Reader(laid_out(lines), labels).read()


class _Reader:
    """Reads line after line, and knows which table or list it is in."""

    def __init__(self, lines: Sequence[str], labels: Labels) -> None:
        self._lines = lines
        self._labels = labels
        self._page = Page()
        self._place = 0
        self._columns: Columns | None = None
        self._listing = 0
        """How many more lines may be read before one is a person; 0 outside of a list."""
        self._side_by_side = 0
        """How many people's answers stand in columns."""
        self._head: Entry | None = None
        """The last heading of a person."""
        self._in_spans = False
        """Whether that heading spans rows of a table."""
        self._gap = False
        """Whether an empty line came before."""

    def read(self) -> Page:
        """All of it."""
        end = min(len(self._lines), LINES_LIMIT)
        while self._place < end:
            line = self._lines[self._place]
            self._place += 1
            if not line or line.isspace():
                self._gap = True
                continue
            self._line(line)
            self._gap = False
        return self._page

    def _line(self, line: str) -> None:
        if self._columns is not None and self._below_heading(line, self._columns):
            return
        if self._listing and self._listed(line):
            return
        if len(line) > _SHORT and _TELLING.search(line) is None:
            self._prose(line)
            return
        if len(line) > _LINE_LIMIT:
            line = line[:_LINE_LIMIT]
        heading = marked(line)
        if heading is not None:
            self._mark(heading)
        elif not self._row(line):
            self._answer(line)

    def _prose(self, line: str) -> None:
        """A line without any sign of an entry: most lines of most mails."""
        if "、" in line and self._heading(line):
            return
        found = spoken(line, self._labels) if line.endswith(_ENDS) else None
        if found is None:
            self._left(line)
        else:
            pieces = pieces_of(*found, self._labels)
            self._page.entries += [Entry(line, one, text.strip(EDGES)) for one, text in pieces]

    def _left(self, line: str) -> None:
        self._columns, self._side_by_side = None, 0
        self._page.leftover.append(line)
        if _LIST_SIGN.search(line) is not None and _LISTS.search(line) is not None:
            self._listing = _LIST_REACH

    def _mark(self, marked: Entry) -> None:
        if marked.mark is Mark.PERSON:
            self._head = marked
        if _LIST_HEADING.search(marked.line) is not None:
            self._listing = _LIST_REACH
        self._page.entries.append(marked)

    def _listed(self, line: str) -> bool:
        """Take a line that is a person; whether it was one."""
        if label_and_answer(line, self._labels) is not None and _LISTED_LABEL.match(line) is None:
            self._listing = 0
            return False
        if self._heading(line):
            return True
        told = person_in(line, alone=True)
        if not told and self._reaches_last(line):
            return True
        self._listing = _LIST_REACH if told else self._listing - 1
        if told:
            fields = {name: Label((name,)) for name, _ in told}
            self._page.entries.append(Entry(line, mark=Mark.PERSON))
            self._page.entries += [Entry(line, fields[name], value) for name, value in told]
        return told != ()

    def _reaches_last(self, line: str) -> bool:
        """Take the address or number of the person on the line above; whether it was one."""
        reached = reached_in(line) if self._page.entries else ()
        self._page.entries += [Entry(line, Label((name,)), value) for name, value in reached]
        return reached != ()

    def _person_above_labels(self, line: str) -> bool:
        """Take 1．山田 太郎（ヤマダ タロウ） above the labelled lines of that person."""
        below = self._below()
        numbered = _NUMBERED.match(line) is not None and below is not None
        if not numbered or label_and_answer(below or "", self._labels) is None:
            return False
        told = person_in(line)
        if "name_kana" not in dict(told):
            return False
        self._page.entries.append(Entry(line, mark=Mark.PERSON))
        self._page.entries += [Entry(line, Label((name,)), value) for name, value in told]
        return True

    def _bare_prefecture(self, line: str) -> bool:
        """Take a prefecture that stands alone between the answers."""
        bare = line.strip()
        last = self._page.entries[-1] if self._page.entries else None
        if bare not in PREFECTURES or last is None or last.label is None or self._gap:
            return False
        self._page.entries.append(Entry(line, Label(("prefecture",)), bare))
        return True

    # ------------------------------------------------------------ a label and its answer

    def _answer(self, line: str) -> None:
        self._columns, self._side_by_side = None, 0
        found = labelled(line, self._labels) or _kana_below(line, self._page)
        if not found:
            if not self._person_above_labels(line) and not self._bare_prefecture(line):
                self._left(line)
            return
        last = found[-1]
        if not last.value or (last.label and last.label.fields[-1:] in _GOES_ON):
            if self._heads_list(last):
                self._listing = _LIST_REACH
                return
            found[-1] = last._replace(value=self._whole_value(line, last))
        if self._gap:
            found[0] = found[0]._replace(gap=True)
        self._page.entries += found

    def _heads_list(self, last: Entry) -> bool:
        """Whether 参加者 stands above lines that are people."""
        named = not last.value and last.label is not None and last.label.fields[:1] == ("name",)
        below = self._below() if named else None
        return below is not None and len(person_in(below, alone=True)) > 1

    def _below(self) -> str | None:
        """The next line with something on it, an empty line between at most."""
        for line in self._lines[self._place : self._place + 2]:
            if line.strip():
                return line
        return None

    def _whole_value(self, line: str, last: Entry) -> str:
        """The answer with its lines below."""
        value = last.value
        name = last.label.fields[-1] if last.label is not None and last.label.fields else ""
        if name == "category" and (not value or _BOXED.match(value) is not None):
            value = self._boxes(value)
        if not value:
            below = self._below()
            if below is None or not _is_value(below, self._labels):
                return ""
            self._skip_to(below)
            line, value = below, below.strip().lstrip(_POINTERS)
        if name in _LONG_ANSWERS:
            value = self._continued(line, value)
        return value

    def _skip_to(self, below: str) -> None:
        while self._lines[self._place] != below:
            self._place += 1
        self._place += 1

    def _boxes(self, value: str) -> str:
        """Ticked and empty boxes on the lines below."""
        while self._place < len(self._lines):
            line = self._lines[self._place].strip()
            boxed = _BOXED.match(line) is not None
            if not boxed or label_and_answer(line, self._labels) is not None:
                break
            value = f"{value} {line}".strip()
            self._place += 1
        return value

    def _continued(self, line: str, value: str) -> str:
        """An organisation that goes on below: indented, or where a mail program broke the line."""
        for _ in range(_CONTINUED_LIMIT):
            if self._place >= len(self._lines):
                break
            below = self._lines[self._place]
            indented = below.startswith(("  ", "　", "\t"))
            broken = below[:1] not in " \t　" and _is_wide(line)
            goes_on = (broken or indented) and _CONTINUES.fullmatch(below) is not None
            if not goes_on or person_in(below) or not _is_value(below, self._labels):
                break
            value += below.strip() if broken else f" {below.strip()}"
            line = below
            self._place += 1
        return value

    # ------------------------------------------------------------ rows of tables

    def _row(self, line: str) -> bool:
        """Take a line that is a row of a table; whether it was one."""
        if "\t" in line:
            return self._heading(line) or self._beside_labels(line)
        return "：" not in line and ":" not in line and self._heading(line)

    def _heading(self, line: str) -> bool:
        columns = columns_of(line, self._labels)
        if columns is None:
            return False
        self._columns, self._listing = columns, 0
        return True

    def _below_heading(self, line: str, columns: Columns) -> bool:
        if label_and_answer(line, self._labels) is not None and "\t" not in line:
            return False
        cells = columns.cells(line)
        if cells is None or not any(cells):
            told = person_in(line)
            answers = [(Label((name,)), value) for name, value in told]
        else:
            pairs = zip(columns.labels, cells, strict=True)
            answers = [(label, cell) for label, cell in pairs if label is not None]
        if not answers or not any(value for _, value in answers):
            return False
        self._page.entries.append(Entry(line, mark=Mark.PERSON))
        self._page.entries += [Entry(line, label, value) for label, value in answers]
        return True

    def _beside_labels(self, line: str) -> bool:
        """A row with labels left of their answers, perhaps of several people side by side."""
        cells = cells_of(line)
        if self._heads_people(cells):
            return True
        pairs = pairs_of(cells, self._labels)
        if not pairs:
            return self._side_by_side > 0
        headed = self._head_of_row(cells, pairs)
        if not self._side_by_side and len(pairs) == 1 and len(pairs[0][1]) > 1:
            ahead = self._lines[self._place : self._place + 3]
            rows = [cells, *(cells_of(below) for below in ahead if "\t" in below)]
            self._side_by_side = people_side_by_side(rows, self._labels)
        found = [e for label, answers in pairs for e in self._of_each(line, label, answers)]
        if self._in_spans and not headed:
            found[0] = found[0]._replace(gap=True)  # below the rows of the last person
        self._page.entries += found
        return True

    def _heads_people(self, cells: list[str]) -> bool:
        """Whether a row only numbers people: 参加者1, 参加者2."""
        filled = [cell for cell in cells if cell]
        numbered = [label for cell in filled if (label := self._labels.find(cell)) is not None]
        return len(filled) > 1 and len([n for n in numbered if n.person]) >= len(filled) - 1 > 0

    def _of_each(self, line: str, label: Label, answers: list[str]) -> list[Entry]:
        if 1 < self._side_by_side == len(answers):
            numbered = enumerate(answers, start=1)
            return [Entry(line, label, answer, person=number) for number, answer in numbered]
        value = " ".join(answers)
        pieces = pieces_of(label, value, self._labels)
        return [Entry(line, one, text.strip(EDGES), person=one.person) for one, text in pieces]

    def _head_of_row(self, cells: list[str], pairs: list[tuple[Label, list[str]]]) -> bool:
        """参加者1 in the first cell of a row, the same in all the rows that it spans."""
        first = next((cell for cell in cells if cell), "")
        heading = marked(first) if len(pairs[0][1]) < len(cells) - 1 else None
        if heading is None or heading.mark is not Mark.PERSON:
            return False
        if self._head is None or self._head.line != first:
            self._mark(heading)
        self._in_spans = True
        return True


def _is_wide(line: str) -> bool:
    """Whether a program may have broken this line: a full-width character takes two columns."""
    if len(line) * 2 < _BROKEN_AT:
        return False
    width = len(line) + sum(c > "\u2e7f" and not "\uff61" <= c <= "\uff9f" for c in line)
    return width >= _BROKEN_AT


# ---------------------------------------------------------------- a label and its answer


def _kana_below(line: str, page: Page) -> list[Entry]:
    """A reading in brackets on the line below a name."""
    last = page.entries[-1] if page.entries else None
    named = last is not None and last.label is not None and last.label.fields[:1] == ("name",)
    if not named or _ONLY_KANA.fullmatch(line) is None:
        return []
    return [Entry(line, Label(("name_kana",)), line.strip(" \t　()（）"))]


def _is_value(line: str, labels: Labels) -> bool:
    """Whether a line can be the answer to a label that stands alone on the line above."""
    if not line.strip() or marked(line) is not None or len(line) > _LINE_LIMIT:
        return False
    return (
        SENTENCE.search(line) is None
        and line.strip()[0] not in "■◆●▼【［〔＜《"
        and not labelled(line, labels)
    )
