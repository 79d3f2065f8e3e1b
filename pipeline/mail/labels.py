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
_DECORATION: Final = re.compile(
    r"[【】\[\]〔〕<>《》「」『』()■□◆◇●○◎・※▼▽▲△★☆*＊→⇒:;｡。、,.\"'#=_~|?✔✓☑☒➡▶►◉〇]+"
)
_NUMBER: Final = re.compile(
    r"[一二三四五六七八九十]{1,2}[、.)]|(?:no\.?)?\(?\d{1,2}(?:[.)、:-]|(?=[^\d.)、:人名番-]|名[前称]))"
)
_MARKS: Final = re.compile(r"必須(?:項目)?|任意|要記入|required|optional")
_IN_BRACKETS: Final = re.compile(r"\(([^()]*)\)")
_JOINED: Final = re.compile(r"[・/,、&＆]|(?<=.)(?:および|及び|と)(?=.)")
_DIGIT: Final = re.compile(r"\d")
_PERSON_FIRST: Final = re.compile(
    r"(?:(?:参加者|受講者|申込者|参加)(\d{1,2})(?:人目|名目)?|(\d{1,2})(?:人目|名目))[の:_-]*(.+)"
)
_PERSON_LAST: Final = re.compile(r"(.+?)[_-]?(?:\(?(\d{1,2})(?:人目|名目)?\)?)")
_FAX: Final = frozenset({
    "fax", "ファックス", "ファクス", "ファクシミリ", "faxno", "fax番号", "ファックス番号",
    "ファクス番号", "f",
})  # fmt: skip
_ASKED: Final = re.compile(
    r"(?:を|は)?(?:ご?(?:記入|入力|記載|選択|回答)|お選び|選んで|お書き|書いて|教え)(?:して|て)?(?:ください|下さい|願います)$|"
    r"(?:を)?(?:ご?(?:記入|入力|記載|選択))$"
)
"""What a web form adds to a label: 所属を入力してください."""
_WHOSE: Final = re.compile(
    r"^(?:(?:ご?参加|受講|出席|申込|お?申し?込み?)(?:予定)?(?:者|される方|の方)|あなた|ご?本人|ご?自身|"
    r"ご?所属(?:先|団体|機関)?|ご?勤務先|お勤め先|職場|貴?団体|会社|派遣元|現在)(?:様|さま|さん)?(?:の|ご|お|貴)*"
)
"""Whose answer it is that is asked for: 参加者様の, 所属の."""
_BESIDE: Final[dict[str, frozenset[str]]] = {
    "name": frozenset({"name_kana"}),
    "organization": frozenset({"department", "position"}),
    "department": frozenset({"position"}),
    "position": frozenset({"department"}),
    "phone": frozenset({"email"}),
    "email": frozenset({"phone"}),
}
"""What a bracket behind a label may ask for besides; everything else in it is a hint."""
_PARTS: Final[dict[str, tuple[str, int]]] = {
    "姓": ("name", 1), "氏": ("name", 1), "苗字": ("name", 1), "名字": ("name", 1),
    "名": ("name", 2),
    "セイ": ("name_kana", 1), "せい": ("name_kana", 1), "姓カナ": ("name_kana", 1),
    "姓フリガナ": ("name_kana", 1), "姓ふりがな": ("name_kana", 1), "姓かな": ("name_kana", 1),
    "メイ": ("name_kana", 2), "めい": ("name_kana", 2), "名カナ": ("name_kana", 2),
    "名フリガナ": ("name_kana", 2), "名ふりがな": ("name_kana", 2), "名かな": ("name_kana", 2),
}  # fmt: skip
"""Family and given name asked for apart."""
_CONTACT: Final = re.compile(
    r"申込者|申込担当|申込責任|申し込み者|申込書記入|担当者?|連絡担当|責任者|代表者|連絡窓口|取りまとめ|とりまとめ|記入者|送信者"
)
"""Whoever is named so applies for others, where participants are named beside."""
_LONG: Final = 80
_EDGES: Final = "【】[]〔〕<>《》「」■□◆◇●○◎・※▼▽▲△★☆*→:;=｡。、,.|#_~-─━✔✓☑➡▶►◉〇\"'"


@dataclass(frozen=True, slots=True)
class Label:
    """What a label asks for: one field, or several at once."""

    fields: tuple[str, ...]
    """() for a label that is known and asks for nothing of ours: a fax number."""
    person: int | None = None
    """Which participant it is numbered for; None when it is not."""
    part: int = 0
    """1 for the family's name, 2 for the given name, 0 for the whole."""
    contact: bool = False
    """Whether it asks for whoever applies: no participant, where participants are named beside."""


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
        found = None
        if _may_be_label(text):
            found = self._side_by_side(text) or self._look_up(folded(text))
        self.seen[text] = found
        return found

    def _side_by_side(self, text: str) -> Label | None:
        """所属 部署・役職: labels with a space between."""
        words = text.split()
        if len(words) < 2 or min(map(len, words)) < 2 or None in map(self.find, words):  # noqa: PLR2004 - 氏 名 is one label
            return None
        exact = plain(folded(text)) in self.known
        return None if exact else self._look_up(folded("・".join(words)))

    def also(self, labels: Mapping[str, str]) -> Labels:
        """The same with further labels, for one form robot."""
        more = {plain(folded(label)): name for label, name in labels.items()}
        return Labels(self.known | more)

    def _look_up(self, label: str) -> Label | None:
        whole = plain(label)
        if whole in _PARTS:
            field, part = _PARTS[whole]
            return Label((field,), part=part)
        if _DIGIT.search(whole) is not None:
            first = _PERSON_FIRST.fullmatch(whole)
            if first is not None and (fields := self._fields(first[3])):
                return Label(fields, int(first[1] or first[2]))
            last = _PERSON_LAST.fullmatch(plain(label, brackets=False))
            if last is not None and (fields := self._fields(last[1])):
                return Label(fields, int(last[2]), contact=_CONTACT.search(whole) is not None)
        fields = self._fields(label) or self._fields(_asked_for(label))
        if not fields:
            return Label(()) if whole in _FAX else None
        return Label(fields, contact=_CONTACT.search(whole) is not None)

    def _fields(self, label: str) -> tuple[str, ...]:
        """The fields of a folded label, piece by piece or the whole of it; () for none."""
        if not label:
            return ()
        if "(" not in label and _JOINED.search(label) is None:
            single = self.known.get(plain(label))
            return () if single is None else (single,)
        inside = _IN_BRACKETS.findall(label)
        outside = self._pieces(_IN_BRACKETS.sub("", label))
        if inside and outside:
            beside = _BESIDE.get(outside[-1], frozenset())
            more = tuple(name for name in self._pieces(inside[0]) if name in beside)
            return tuple(dict.fromkeys(outside + more))
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


def _may_be_label(text: str) -> bool:
    """Whether it is short enough, apart from a hint in brackets."""
    if len(text) > LABEL_LIMIT:
        if len(text) > _LONG:
            return False
        text = _IN_BRACKETS.sub("", text.replace("（", "(").replace("）", ")"))
    return 0 < len(text.strip()) <= LABEL_LIMIT


def _asked_for(label: str) -> str:
    """A label without whose answer it is and without the words of asking; "" if as before."""
    bare = _IN_BRACKETS.sub("", plain(label, brackets=False)) if "(" in label else label
    bare = _WHOSE.sub("", _ASKED.sub("", bare))
    if bare == label:
        bare = bare.lstrip("御ご貴")
    return bare if bare != label else ""


def folded(label: str) -> str:
    """Full and half width alike, lower case, no spaces, no leading number, no 必須 mark."""
    text = _SPACES.sub("", unicodedata.normalize("NFKC", label)).lower()
    text = _MARKS.sub("", text).strip(_EDGES)
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
