"""What the text of one cell is: a label, a heading, a sample, a note, or somebody's answer.

Law of this file: one cell at a time, and never what an answer means.  Labels are those of the
rules, and beside them words that forms have and nobody of ours asks for: they are known so that
none of them is taken for an answer.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pipeline.domain.rules import Rules
from pipeline.mail.entries import Entry, Mark, entries
from pipeline.mail.labels import Label, Labels

_REMEMBERED: Final = 20_000
_SAMPLE_LIMIT: Final = 12
"""Characters of ＜ご記入例１＞."""
_OPTION_LIMIT: Final = 40
"""Characters of the name of a kind of applicant; longer is prose."""
_INITIALS: Final = 2
"""SC, JA: in a longer word they mean nothing."""

_NEUTRAL: Final = re.compile(
    r"(?:no|番号?|通番|連番|項番|整理番号|備考|摘要|年齢|性別|生年月日|郵便番号|〒|申込日?|申込年月日|記入日|"
    r"提出日|日付|年月日|参加費|参加料|金額|人数|参加人数|申込人数|参加形態|参加方法|受講方法|視聴.*|zoom.*|"
    r"オンデマンド.*|ライブ.*|ハンドル.*|参加日.*|出欠.*|参加可?否|出席|参加|オンライン.*|会場(?:名|参加)?|"
    r"グループワーク.*|経験(?:年数|の?有無)?|(?:保有)?資格(?:名|等)?|会員(?:番号|種別|区分|の有無)?|職員番号|"
    r"質問.*|要望.*|配慮.*|ご?意見.*|事前質問.*|懇親会.*|昼食|弁当.*|宿泊.*|駐車.*|交通(?:手段|費|機関)?|"
    r"印|押印|公印|url|ホームページ|hp|請求書?(?:の?要否|の?有無)?|領収書.*|見積書?|支払.*|振込.*|納付.*|"
    r"お支払.*|団体種別|法人種別|担当地域|担当圏域|配置(?:先|年数)?|活動年数|勤務年数|従事年数|雇用形態|"
    r"勤務形態|建物名.*|番地|都道府県コード|使用端末|端末.*|接続.*|確認欄|事務局(?:記入欄|使用欄|欄)|"
    r"受付番号|受付日|同意.*|個人情報.*|手話通訳.*|要約筆記(?:の?要否|等)?)"
)
"""Questions and columns that are no fields of ours, after folding."""
_CONTACT: Final = re.compile(
    r"(?:ご?連絡|お?申し?込み?|事務|取り?まとめ|受付|推薦|派遣|お?問い?合わ?せ|経理|請求書?|送付|返信|窓口|団体|法人|"
    r"貴(?:団体|会))*(?:ご?担当(?:者|職員)?|連絡責任者|窓口|取り?まとめ者?|記入者|作成者|送信者|発信者|引率者|推薦者|"
    r"問い?合わ?せ先|代表者)(?!課|係|部|室|地域|圏域|業務|区域)(.{0,12})"
)
_LONGER: Final = re.compile(
    r"(?!.*(?:担当|緊急|上司|保護者|所属長|施設長|推薦|紹介|請求|代表|責任者|管理者|返送)).{1,16}?"
    r"(メールアドレス|e-?mail(?:アドレス)?|電話番号|携帯番号|氏名|フリガナ|ふりがな|都道府県名?|役職名?|部署名?|職名)"
)
"""A question with words before it: 受講用メールアドレス."""
_HEAD: Final = re.compile(
    r"(?:代表者?|所属長|施設長|管理者|責任者|会長|理事長|所長|首長)の?職?(?:氏名|名)"
)
"""The head of an organisation, who is named on forms; the bare word is also a position."""
"""Who only writes for others; behind it may stand what is asked of them."""
_NOT_OURS: Final = re.compile(r"(?:請求書?|送付|宛|返送|振込)(?:先|名|書)?.{0,10}")
_PARTICIPANTS: Final = re.compile(
    r"(?:ご?(?:参加|受講|出席|申し?込み?)(?:予定|希望)?者?)(?:様|の方)?(?:情報|について|欄|一覧|名簿|記入欄)?"
)
_APPLICANT: Final = re.compile(r"(?:お?申し?込み?者|申請者|代表者)(.{0,10})")
_SAMPLE: Final = re.compile(
    r"[(\[【<《「※*■●◆\s]*(?:ご?(?:記入|記載|入力)例?|作成例|見本|サンプル|例|sample)"
    r"[)\]】>》」\s:：。]*\d{0,2}[)\]】]?"
)
_CIRCLES: Final = re.compile(r"[○〇◯]{2}")
"""What stands for any word in a sample: ○○課."""
_SAMPLE_WORD: Final = re.compile(r"例|見本|サンプル|sample")
_EXAMPLE: Final = re.compile(
    r"[(\[【<※\s]*(?:例|記入例|記載例|入力例)[)\]】>\s]*[:：)）.、 　].+", re.DOTALL
)
SAMPLE_SHEET: Final = re.compile(
    r"記入例|記載例|入力例|作成例|見本|サンプル|sample|example|^例\d?$|[(_\-]例[)\d]?$",
    re.IGNORECASE,
)
_TOTAL: Final = re.compile(
    r"(?:合計|小計|総計|総合計|計|参加者?合計|参加人数計?|total)(?:.{0,12})", re.IGNORECASE
)
_NOISE: Final = re.compile(
    r"[(（]?(?:印|㊞|様|殿|氏|名|人|円|必須|任意|フリガナ必須|全角|半角|楷書)[)）]?|[→⇒←:：*＊~〜～]+"
)
_NOTE: Final = re.compile(
    r"[※＊*].*|.*(?:ください|下さい|願います|お願いします|こと)[。)）]?|.*。", re.DOTALL
)
_BRACKETS: Final = re.compile(
    r"\s*[(（][^()（）]*[)）]\s*|\s*[※＊*].*$|\s*(?:必須|任意)$", re.DOTALL
)
_COUNTED: Final = re.compile(r"^(?:\(?\d{1,2}[).、:]+|\d{1,2}(?=[^\d人名]))")
"""The number of a heading: 3．連絡担当者."""
_NUMBERED: Final = re.compile(r"[(（]?(?:no\.?)?(\d{1,3})[.)）]?|[①-⑳]", re.IGNORECASE)
_TICK: Final = frozenset("○◯〇◎●■☑☒✓✔レ✅1Vv*☆★")
_NO_TICK: Final = frozenset("☐□×✕✖-－―0")
_MARKS: Final = frozenset("☑☒☐□■✓✔✅")
_FAMILY: Final = {"姓": "name", "氏": "name", "苗字": "name", "名字": "name", "セイ": "name_kana",
                  "せい": "name_kana", "ミョウジ": "name_kana"}  # fmt: skip
_GIVEN: Final = {"名": "name", "メイ": "name_kana", "めい": "name_kana", "ナ": "name_kana"}
_HALF: Final = re.compile(
    r"(?:氏名|お?名前|フリガナ|ふりがな|カナ|氏名カナ)?[(（]?([^()（）]{1,4})[)）]?"
)
_COMES: Final = re.compile(r"(?:ご?参加|ご?出席|出欠|参加可?否|出席可?否|参加の有無|ご?出欠).{0,4}")
_ABSENT: Final = re.compile(
    r"欠席|不参加|キャンセル|取り?消し?|辞退|取り?やめ|参加しない|参加なし|未定|検討中|保留|削除"
)


class Asked(NamedTuple):
    """What a label asks for."""

    fields: tuple[str, ...]
    person: int | None = None
    contact: bool = False
    """Whether it asks for one who only writes."""
    half: bool = False
    """Whether it asks for one of two parts of a name: 姓, メイ."""
    applicant: bool = False
    """Whether it asks for the one who applies, who may or may not take part."""


@dataclass(slots=True)
class Words:
    """The labels of one set of rules as they stand in cells."""

    labels: Labels
    rules: Rules
    _asked: dict[str, Asked | None] = field(default_factory=dict)
    _said: dict[str, list[Entry]] = field(default_factory=dict)
    _sections: dict[str, str | None] = field(default_factory=dict)
    _options: dict[str, bool] = field(default_factory=dict)
    _kinds: tuple[tuple[str, str], ...] = ()
    """Words for kinds of applicants, folded, and the kind."""

    def __post_init__(self) -> None:
        self._kinds = tuple(
            (_narrow(word), kind.category)
            for kind in self.rules.event.audience
            for word in (kind.label, *kind.words)
        )

    # ------------------------------------------------------------ labels

    def asked(self, text: str) -> Asked | None:
        """What a label asks for, () for a question that is none of ours; None for no label."""
        if len(text) > 80:  # noqa: PLR2004 - a label with its remark
            return None
        if text not in self._asked:
            if len(self._asked) >= _REMEMBERED:
                self._asked.clear()
            self._asked[text] = self._look_up(text)
        return self._asked[text]

    def _look_up(self, text: str) -> Asked | None:
        if is_example(text) or not text.strip() or _CIRCLES.search(text) is not None:
            return None
        label = self._label(text)
        flat = folded(text)
        if _HEAD.fullmatch(flat) is not None:
            return Asked(("name",), contact=True)
        contact = _CONTACT.fullmatch(flat)
        if contact is not None:
            return self._of_contact(flat, contact[1])
        if label is None:
            half = _HALF.fullmatch("".join(text.split()))
            name = (_FAMILY | _GIVEN).get(half[1]) if half is not None else None
            if name is not None:
                return Asked((name,), half=True)
            return Asked(()) if _NEUTRAL.fullmatch(flat) else None
        applicant = label.contact or _APPLICANT.match(flat) is not None
        return Asked(
            label.fields,
            label.person,
            contact="担当者" in flat,
            half=label.part > 0,
            applicant=applicant,
        )

    def _of_contact(self, flat: str, rest: str) -> Asked:
        inner = self._label(rest.lstrip("のと・:")) if rest else None
        if inner is None and rest:
            inner = self.labels.find(flat[-len(rest) :])
        fields = inner.fields if inner is not None else ("name",)
        return Asked(fields, contact=True, applicant=flat.startswith(("申込", "申し込", "代表")))

    def _label(self, text: str) -> Label | None:
        """A label with its remarks and broken lines."""
        found = self.labels.find(text)
        if found is not None:
            return found
        bare = _BRACKETS.sub("", text)
        if bare != text and (found := self.labels.find(bare)) is not None:
            return found
        lines = [line for line in re.split(r"[\n\r]+", text) if line.strip()]
        if len(lines) > 1 and self.labels.find(lines[0]) is not None:
            pieces = [self.labels.find(_BRACKETS.sub("", line) or line) for line in lines]
            if pieces[0] is not None:
                known = [one for one in pieces if one is not None]
                fields = dict.fromkeys(f for one in known for f in one.fields)
                return Label(tuple(fields), known[0].person)
        longer = _LONGER.fullmatch(folded(bare))
        return self.labels.find(longer[1]) if longer is not None else None

    # ------------------------------------------------------------ headings

    def section(self, text: str) -> str | None:
        """What a heading says of the answers below it: contact, participants, sample, other."""
        if text not in self._sections:
            if len(self._sections) >= _REMEMBERED:
                self._sections.clear()
            self._sections[text] = self._section(text)
        return self._sections[text]

    def _section(self, text: str) -> str | None:
        flat = _COUNTED.sub("", folded(text))
        if len(flat) > 30:  # noqa: PLR2004 - a heading is short
            return None
        if _SAMPLE.fullmatch(flat) is not None:
            return "sample"
        if _CONTACT.fullmatch(flat) is not None or re.fullmatch(
            r"ご?連絡先.{0,8}|お?申込み?先", flat
        ):
            return "contact"
        if _NOT_OURS.fullmatch(flat) is not None:
            return "other"
        return "participants" if _PARTICIPANTS.fullmatch(flat) is not None else None

    def said(self, text: str) -> list[Entry]:
        """Entries within one cell: labels with their answers, or the heading of a person."""
        if len(text) > 600 or not text:  # noqa: PLR2004 - a paragraph of prose
            return []
        if text not in self._said:
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            page = entries(text.split("\n"), self.labels)
            self._said[text] = [e for e in page.entries if e.mark is not Mark.RULE]
        return self._said[text]

    def option(self, text: str) -> bool:
        """Whether it is the name of a kind of applicant, as a column or a box has it."""
        if text not in self._options:
            if len(self._options) >= _REMEMBERED:
                self._options.clear()
            flat = folded(text)
            self._options[text] = 0 < len(flat) <= _OPTION_LIMIT and any(
                word == flat or (len(word) > _INITIALS and word in flat) for word, _ in self._kinds
            )
        return self._options[text]

    def sample_value(self, name: str, text: str) -> bool:
        """Whether it is an answer of the rules' samples, 福祉太郎."""
        flat = _narrow(text)
        listed = next((f.sample_values for f in self.rules.form.fields if f.field == name), ())
        return bool(flat) and (
            any(_narrow(value) == flat for value in listed)
            or re.fullmatch(r"[x×]{2,}.*|.*[○〇◯△×]{2}.*", flat) is not None
        )

    def offers(self, text: str) -> bool:
        """Whether a text only lists the kinds of applicants, none of them marked."""
        flat = _narrow(text)
        if not set(flat).isdisjoint(_MARKS) or not set(flat).isdisjoint("○◯〇◎●レ"):
            return False
        kinds = {kind for word, kind in self._kinds if word in flat}
        return len(kinds) > 2  # noqa: PLR2004 - 社協の生活支援コーディネーター names two


def _narrow(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def folded(text: str) -> str:
    """As labels are compared: narrow, lower case, no spaces, no decoration around."""
    return _narrow(text).strip("【】[]〔〕<>《》「」■□◆◇●○◎・※▼▽▲△★☆*→:;。、,.|()")


def is_sample(text: str) -> bool:
    """Whether it says that what stands beside it is a sample: 記入例, (例), 例1."""
    flat = unicodedata.normalize("NFKC", text).lower()
    if len(flat) > _SAMPLE_LIMIT or _SAMPLE_WORD.search(flat) is None:
        return False
    return _SAMPLE.fullmatch(flat) is not None


def is_example(text: str) -> bool:
    """Whether it is a sample itself: 例）福祉 太郎."""
    return "例" in text[:8] and _EXAMPLE.fullmatch(text.strip()) is not None


def is_total(text: str) -> bool:
    """Whether a row only counts others."""
    return _TOTAL.fullmatch(folded(text)) is not None


def is_noise(text: str) -> bool:
    """Whether it belongs to the form around an answer: 印, 様, (必須)."""
    return _NOISE.fullmatch(text.strip()) is not None


def is_note(text: str) -> bool:
    """Whether it explains instead of answering."""
    text = text.strip()
    return len(text) > 4 and (_NOTE.fullmatch(text) is not None or is_example(text))  # noqa: PLR2004 - ※印


def is_number(text: str) -> bool:
    """Whether it is a place in a list: 1, No.3, ⑤."""
    return _NUMBERED.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def is_tick(text: str) -> bool | None:
    """Whether a box is ticked; None when the text is no tick."""
    flat = "".join(text.split())
    if len(flat) != 1:
        return None
    return True if flat in _TICK else False if flat in _NO_TICK else None


def is_mark(text: str) -> bool:
    """Whether it is a box alone, whose text stands in the next cell."""
    flat = "".join(text.split())
    return len(flat) == 1 and flat in _MARKS


def refuses(heading: str, text: str) -> bool:
    """Whether × or 欠 stands under a heading that asks whether somebody comes at all."""
    flat = "".join(text.split())
    return _COMES.fullmatch(folded(heading)) is not None and (
        is_tick(flat) is False or flat in {"欠", "不", "否", "無"}
    )


def speaks_of_absence(text: str) -> bool:
    """Whether a remark says that somebody may not take part."""
    return len(text) < 60 and _ABSENT.search(text) is not None  # noqa: PLR2004 - a remark
