"""In which forms people fill in an application: labels, shapes, and several people at once.

Law of this file: a layout is data and knows what it leaves out; nothing of the reader is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.mail.reading.making.folk import FIELDS, Person
from tests.mail.reading.making.spelling import SPELLINGS, Spelling

LABELS: dict[str, tuple[str, ...]] = {
    "name": (
        "お名前", "氏名", "名前", "参加者氏名", "受講者名", "ご氏名", "参加者名", "申込者",
        "参加者のお名前", "ご芳名", "氏名（漢字）", "お名前（必須）",
    ),
    "name_kana": (
        "フリガナ", "ふりがな", "カナ", "よみがな", "ﾌﾘｶﾞﾅ", "読み", "ｶﾅ", "氏名（カナ）",
        "お名前（フリガナ）", "フリガナ（全角）", "氏名ふりがな", "読み仮名",
    ),
    "organization": (
        "ご所属", "所属", "勤務先", "団体名", "法人名", "機関名", "所属先", "事業所名",
        "所属団体名", "所属機関名", "ご勤務先", "団体・法人名",
    ),
    "department": ("部署", "部署名", "課", "担当課", "所属部署", "部署・課名"),
    "position": ("役職", "職名", "肩書", "お役職", "職種", "お立場", "役職名", "職名・役職"),
    "prefecture": (
        "都道府県", "都道府県名", "県", "所在地", "住所", "所在地（都道府県）",
        "お住まいの都道府県",
    ),
    "email": (
        "メールアドレス", "E-mail", "メール", "Mail", "ﾒｰﾙ", "ＭＡＩＬ", "PCメール", "Ｅメール",
        "ﾒｰﾙｱﾄﾞﾚｽ", "電子メール", "E-mailアドレス", "連絡先メールアドレス",
    ),
    "phone": (
        "電話番号", "TEL", "℡", "電話", "連絡先", "携帯", "日中連絡先", "ＴＥＬ", "お電話番号",
        "電話番号（日中）", "連絡先電話番号", "携帯電話番号",
    ),
    "category": ("参加区分", "区分", "対象", "種別", "申込区分", "参加者区分"),
}  # fmt: skip
FIRST = {field: names[0] for field, names in LABELS.items()}
_WIDE_DIGITS = "０１２３４５６７８９"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫"

ORDERS: dict[str, tuple[str, ...]] = {
    "usual": FIELDS,
    "reading-first": ("name_kana", "name", *FIELDS[2:]),
    "office-first": ("organization", "department", "position", "name", "name_kana", *FIELDS[5:]),
    "place-first": ("prefecture", "organization", "department", "position", "name", "name_kana",
                    "phone", "email", "category"),
    "kind-first": ("category", *FIELDS[:8]),
    "address-before-office": ("name", "name_kana", "email", "phone", "organization", "department",
                              "position", "prefecture", "category"),
    "post-before-name": ("organization", "position", "name", "name_kana", "department",
                         *FIELDS[5:]),
}  # fmt: skip
"""In which order forms ask."""
Shape = Callable[[str, str, int], list[str]]


def _spread(label: str) -> str:
    """A two-letter label drawn apart."""
    return f"{label[0]}　　{label[1]}" if len(label) == 2 else label


SHAPES: dict[str, Shape] = {
    "square-colon": lambda label, value, n: [f"■{label}：{value}"],
    "colon": lambda label, value, n: [f"{label}：{value}"],
    "ascii-colon": lambda label, value, n: [f"{label}: {value}"],
    "spread-colon": lambda label, value, n: [f"{_spread(label)}　：{value}"],
    "lenticular": lambda label, value, n: [f"【{label}】{value}"],
    "lenticular-below": lambda label, value, n: [f"【{label}】", f"　{value}", ""],
    "square-brackets-below": lambda label, value, n: [f"[{label}]", f"  {value}"],
    "wide-square-brackets": lambda label, value, n: [f"［{label}］　{value}"],
    "angle-below": lambda label, value, n: [f"＜{_spread(label)}＞", f"　{value}"],
    "angle": lambda label, value, n: [f"＜{label}＞{value}"],
    "numbered": lambda label, value, n: [f"{n}. {label}　{value}"],
    "numbered-wide": lambda label, value, n: [f"{_WIDE_DIGITS[n]}．{label}　：{value}"],
    "numbered-paren": lambda label, value, n: [f"({n}) {label}：{value}"],
    "circled": lambda label, value, n: [f"{CIRCLED[n - 1]}【{label}】{value}"],
    "circled-colon": lambda label, value, n: [f"{CIRCLED[n - 1]}{label}：{value}"],
    "dot": lambda label, value, n: [f"・{label}：{value}"],
    "circle": lambda label, value, n: [f"○{label}　{value}"],
    "diamond-below": lambda label, value, n: [f"◆{label}", value],
    "arrow": lambda label, value, n: [f"{label}→{value}"],
    "fat-arrow": lambda label, value, n: [f"{label} ⇒ {value}"],
    "bar": lambda label, value, n: [f"{label}｜{value}"],
    "equals": lambda label, value, n: [f"{label} = {value}"],
    "wide-equals": lambda label, value, n: [f"{label}＝{value}"],
    "tab": lambda label, value, n: [f"{label}\t{value}"],
    "two-spaces": lambda label, value, n: [f"{label}  {value}"],
    "slash": lambda label, value, n: [f"{label}／{value}"],
    "required": lambda label, value, n: [f"{label}（必須）：{value}"],
    "required-star": lambda label, value, n: [f"{label}*: {value}"],
    "note": lambda label, value, n: [f"※{label}：{value}"],
    "corner": lambda label, value, n: [f"「{label}」{value}"],
    "ruled": lambda label, value, n: [f"{label}：{value}", "-" * 30],
    "colon-below": lambda label, value, n: [f"{label}：", f"　　{value}"],
}
BELOW = frozenset(
    {"lenticular-below", "square-brackets-below", "angle-below", "diamond-below", "colon-below"}
)


def form(
    person: Person,
    shape: str = "colon",
    *,
    labels: Mapping[str, str] = FIRST,
    fields: Iterable[str] = FIELDS,
    spelling: Spelling = SPELLINGS["usual"],
    empty: bool = True,
) -> list[str]:
    """One person's form. `empty`: whether what they have not is there with an empty answer."""
    out: list[str] = []
    number = 0
    for field in fields:
        value = spelling.write(person, field)
        if not value and (not empty or shape in BELOW):
            continue
        number += 1
        out += SHAPES[shape](labels.get(field, FIRST[field]), value, number)
    return out


# ---------------------------------------------------------------- several people

SHARED = ("organization", "prefecture", "phone", "category")
"""What people of one office have in common."""
OWN = ("name", "name_kana", "email")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Several people of one office, and how their mail is laid out."""

    name: str
    write: Callable[[Sequence[Person]], list[str]]
    fields: tuple[str, ...] = (*OWN, *SHARED)
    """What the layout says; the rest is not there."""


def colleagues(people: Sequence[Person]) -> tuple[Person, ...]:
    """The same people in the first one's office."""
    first = people[0]
    changes = {field: getattr(first, field) for field in SHARED}
    return tuple(person.but(**changes, department=None, position=None) for person in people)


def _blocks(heading: Callable[[int], str], shape: str) -> Callable[[Sequence[Person]], list[str]]:
    def write(people: Sequence[Person]) -> list[str]:
        out: list[str] = []
        for number, person in enumerate(people, 1):
            out += [heading(number), *form(person, shape, fields=(*OWN, *SHARED)), ""]
        return out

    return write


def _ditto(mark: str) -> Callable[[Sequence[Person]], list[str]]:
    def write(people: Sequence[Person]) -> list[str]:
        out: list[str] = []
        for number, person in enumerate(people, 1):
            out += [f"{number}人目", *form(person, "colon", fields=OWN)]
            for field in SHARED:
                value = SPELLINGS["usual"].write(person, field) if number == 1 else mark
                out.append(f"{FIRST[field]}：{value}")
            out.append("")
        return out

    return write


def _shared_first(people: Sequence[Person]) -> list[str]:
    out = [f"【{len(people)}名共通】", *form(people[0], "square-colon", fields=SHARED), ""]
    for person in people:
        out += [*form(person, "square-colon", fields=OWN), ""]
    return out


def _shared_last(people: Sequence[Person]) -> list[str]:
    out: list[str] = []
    for number, person in enumerate(people, 1):
        kana = person.name_kana.replace(" ", "　")
        out += [f"（{number}）{person.name}（{kana}）", f"　　{person.email}"]
    return [f"参加者は以下の{len(people)}名です。", *out, "", "以下、全員共通です。",
            *form(people[0], "dot", fields=SHARED)]  # fmt: skip


def _tabbed(people: Sequence[Person]) -> list[str]:
    fields = (*OWN, *SHARED)
    head = "\t".join(FIRST[field] for field in fields)
    usual = SPELLINGS["usual"]
    return [head, *("\t".join(usual.write(p, field) for field in fields) for p in people)]


def _slashed(people: Sequence[Person]) -> list[str]:
    rows = [f"{p.name.replace(' ', '　')}／{p.name_kana}／{p.email}" for p in people]
    return [
        "氏名／フリガナ／メール",
        *rows,
        "",
        "【共通】",
        *form(people[0], "colon", fields=SHARED),
    ]


def _commas(people: Sequence[Person]) -> list[str]:
    fields = (*OWN, *SHARED)
    usual = SPELLINGS["usual"]
    rows = [",".join(usual.write(p, field) for field in fields) for p in people]
    return [",".join(FIRST[field] for field in fields), *rows]


def _numbered_names(people: Sequence[Person]) -> list[str]:
    out = form(people[0], "lenticular", fields=SHARED)
    for number, person in enumerate(people, 1):
        out += [
            f"【氏名{number}】{person.name}",
            f"【フリガナ{number}】{person.name_kana}",
            f"【メール{number}】{person.email}",
        ]
    return out


def _sentence(people: Sequence[Person]) -> list[str]:
    first = people[0]
    named = "、".join(f"{p.name}（{p.name_kana}、{p.email}）" for p in people)
    return [
        f"{first.prefecture}の{first.organization}です。",
        f"当会より、{named}の{len(people)}名が参加します。",
        "",
        *form(first, "colon", fields=("organization", "prefecture", "phone", "category")),
    ]


def _dotted(people: Sequence[Person]) -> list[str]:
    first = people[0]
    rows = [f"・{p.name}　{p.name_kana}　{p.email}" for p in people]
    return [f"参加者（{len(people)}名）", *rows, "", *form(first, "lenticular", fields=SHARED)]


def _clerk(people: Sequence[Person]) -> list[str]:
    out = ["【連絡担当者】", "氏名：田畑　正（総務課）",
           "電話：00-0000-7777", "メール：soumu@example.jp",
           "※担当者は参加いたしません。", ""]  # fmt: skip
    for number, person in enumerate(people, 1):
        out += [f"【参加者{number}】", *form(person, "colon", fields=(*OWN, *SHARED)), ""]
    return out


def _same_as_above(people: Sequence[Person]) -> list[str]:
    out: list[str] = []
    for number, person in enumerate(people, 1):
        usual = SPELLINGS["usual"]
        rest = [usual.write(person, field) if number == 1 else "上に同じ" for field in SHARED]
        out += [
            f"{number}．{person.name}（{person.name_kana}）",
            *(f"　{FIRST[field]}：{value}" for field, value in zip(SHARED, rest, strict=True)),
            f"　{FIRST['email']}：{person.email}",
        ]
    return out


def _columns(people: Sequence[Person]) -> list[str]:
    rows = [
        f"{FIRST[field]}\t" + "\t".join(SPELLINGS["usual"].write(p, field) for p in people)
        for field in (*OWN, *SHARED)
    ]
    return ["\t" + "\t".join(f"参加者{n}" for n in range(1, len(people) + 1)), *rows]


def _ruled(people: Sequence[Person]) -> list[str]:
    fields = (*OWN, *SHARED)
    usual = SPELLINGS["usual"]
    head = "｜".join(FIRST[field] for field in fields)
    rows = ["｜".join(usual.write(p, field) for field in fields) for p in people]
    return [f"｜{head}｜", *(f"｜{row}｜" for row in rows)]


GROUPS: tuple[Group, ...] = (
    Group(
        name="heading-wide-digit",
        write=_blocks(lambda n: f"【参加者{'１２３４５６７８９'[n - 1]}】", "colon"),
    ),
    Group(name="heading-circled", write=_blocks(lambda n: f"{CIRCLED[n - 1]}", "colon")),
    Group(name="heading-person", write=_blocks(lambda n: f"＜{n}人目＞", "lenticular")),
    Group(name="heading-names", write=_blocks(lambda n: f"■参加者（{n}名目）", "dot")),
    Group(name="heading-ruled", write=_blocks(lambda n: f"-------- {n} --------", "ascii-colon")),
    Group(name="blank-lines-only", write=_blocks(lambda n: "", "square-colon")),
    Group(name="ditto", write=_ditto("同上")),
    Group(name="ditto-mark", write=_ditto("〃")),
    Group(name="ditto-same-as-one", write=_ditto("１人目と同じ")),
    Group(name="shared-first", write=_shared_first),
    Group(name="shared-last", write=_shared_last),
    Group(name="tabbed", write=_tabbed),
    Group(name="slashed", write=_slashed),
    Group(name="commas", write=_commas),
    Group(name="numbered-labels", write=_numbered_names),
    Group(name="sentence", write=_sentence),
    Group(name="dotted", write=_dotted),
    Group(name="clerk-beside", write=_clerk),
    Group(name="same-as-above", write=_same_as_above),
    Group(name="columns", write=_columns),
    Group(name="ruled-table", write=_ruled),
)
GROUP = {group.name: group for group in GROUPS}
