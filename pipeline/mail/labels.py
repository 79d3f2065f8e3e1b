"""How applicants name the questions of a form.

Law of this file: a label is compared after folding (NFKC, lower case, no spaces, brackets,
bullets, numbers and 必須 marks), and only words of the rules are labels.  One table is made for
each set of rules; what was looked up once is remembered, because the same few labels come in mail
after mail.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pipeline.domain.rules import Rules
from pipeline.mail.once import once_for

_REMEMBERED: Final = 4096
LABEL_LIMIT: Final = 30
"""Characters; what is longer is no label."""

_SPACES: Final = re.compile(r"\s+")
_DECORATION: Final = re.compile(r"[【】\[\]〔〕<>《》「」『』()■□◆◇●○◎・※▼▽▲△★☆*＊→:;｡。、,.\"']+")
_NUMBER: Final = re.compile(r"(?:no\.?)?\(?\d{1,2}(?:[.)、:-]|(?=[^\d.)、:人名番-]))")
_MARKS: Final = re.compile(r"必須|任意|required|optional")
_IN_BRACKETS: Final = re.compile(r"\(([^()]*)\)")
_JOINED: Final = re.compile(r"[・/,、&＆]|(?<=.)(?:および|及び|と)(?=.)")
_PERSON_FIRST: Final = re.compile(
    r"(?:(?:参加者|受講者|申込者|参加)(\d{1,2})(?:人目|名目)?|(\d{1,2})(?:人目|名目))[の:_-]*(.+)"
)
_PERSON_LAST: Final = re.compile(r"(.+?)[_-]?(?:\(?(\d{1,2})(?:人目|名目)?\)?)")
_FAX: Final = frozenset({"fax", "ファックス", "ファクス", "faxno", "fax番号"})


@dataclass(frozen=True, slots=True)
class Label:
    """What a label asks for: one field, or several at once."""

    fields: tuple[str, ...]
    """() for a label that is known and asks for nothing of ours: a fax number."""
    person: int | None = None
    """Which participant it is numbered for; None when it is not."""


@dataclass(slots=True)
class Labels:
    """The labels of one set of rules."""

    known: dict[str, str]
    seen: dict[str, Label | None] = field(default_factory=dict)

    def find(self, text: str) -> Label | None:
        """What this label asks for; None when it is none of ours."""
        if text in self.seen:
            return self.seen[text]
        if len(self.seen) >= _REMEMBERED:
            self.seen.clear()
        found = self._look_up(folded(text)) if 0 < len(text.strip()) <= LABEL_LIMIT else None
        self.seen[text] = found
        return found

    def also(self, labels: Mapping[str, str]) -> Labels:
        """The same with further labels, for one form robot."""
        more = {plain(folded(label)): name for label, name in labels.items()}
        return Labels(self.known | more)

    def _look_up(self, label: str) -> Label | None:
        first = _PERSON_FIRST.fullmatch(plain(label))
        if first is not None and (fields := self._fields(first[3])):
            return Label(fields, int(first[1] or first[2]))
        last = _PERSON_LAST.fullmatch(plain(label, brackets=False))
        if last is not None and (fields := self._fields(last[1])):
            return Label(fields, int(last[2]))
        fields = self._fields(label)
        return Label(fields) if fields or plain(label) in _FAX else None

    def _fields(self, label: str) -> tuple[str, ...]:
        """The fields of a folded label, piece by piece or the whole of it; () for none."""
        inside = _IN_BRACKETS.findall(label)
        outside = self._pieces(_IN_BRACKETS.sub("", label))
        if inside and outside:
            return tuple(dict.fromkeys(outside + self._pieces(inside[0])))
        pieces = self._pieces(label)
        if len(pieces) > 1:
            return pieces
        whole = self.known.get(plain(label))
        return (whole,) if whole is not None else pieces

    def _pieces(self, label: str) -> tuple[str, ...]:
        pieces = [plain(piece) for piece in _JOINED.split(label)]
        names = [self.known.get(piece) for piece in pieces if piece not in _FAX]
        if not names or None in names:
            whole = self.known.get(plain(label))
            return (whole,) if whole is not None else ()
        return tuple(dict.fromkeys(name for name in names if name is not None))


def folded(label: str) -> str:
    """Full and half width alike, lower case, no spaces, no leading number, no 必須 mark."""
    text = _SPACES.sub("", unicodedata.normalize("NFKC", label)).lower()
    text = _MARKS.sub("", text).strip("【】[]〔〕<>《》「」■□◆◇●○◎・※▼▽▲△★☆*→:;=｡。、,.|")
    return _NUMBER.sub("", text, count=1) if _NUMBER.match(text) else text


def plain(label: str, *, brackets: bool = True) -> str:
    """A folded label without any decoration."""
    text = _DECORATION.sub("", label) if brackets else label.strip("()")
    return text.replace("-", "") if text.isascii() else text


@once_for
def labels_of(rules: Rules) -> Labels:
    """The table for these rules, made once."""
    return Labels({
        plain(folded(name)): one.field
        for one in rules.form.fields
        for name in (one.label, *one.synonyms)
    })  # fmt: skip
