"""The people of the rehearsal: invented applicants, made from tables of names by number.

Law of this file: nobody here exists.  Addresses lie in the domains that are reserved for examples
(RFC 2606).  The same seed makes the same people.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from enum import StrEnum

_SURNAMES = (
    ("青山", "アオヤマ", "aoyama"), ("浅井", "アサイ", "asai"),
    ("飯田", "イイダ", "iida"), ("石橋", "イシバシ", "ishibashi"),
    ("上野", "ウエノ", "ueno"), ("江口", "エグチ", "eguchi"),
    ("大谷", "オオタニ", "otani"), ("岡崎", "オカザキ", "okazaki"),
    ("片山", "カタヤマ", "katayama"), ("川村", "カワムラ", "kawamura"),
    ("北川", "キタガワ", "kitagawa"), ("久保", "クボ", "kubo"),
    ("黒田", "クロダ", "kuroda"), ("小島", "コジマ", "kojima"),
    ("斉藤", "サイトウ", "saito"), ("坂口", "サカグチ", "sakaguchi"),
    ("桜井", "サクライ", "sakurai"), ("杉本", "スギモト", "sugimoto"),
    ("関根", "セキネ", "sekine"), ("高木", "タカギ", "takagi"),
    ("竹内", "タケウチ", "takeuchi"), ("田村", "タムラ", "tamura"),
    ("千葉", "チバ", "chiba"), ("土屋", "ツチヤ", "tsuchiya"),
    ("中西", "ナカニシ", "nakanishi"), ("西村", "ニシムラ", "nishimura"),
    ("野口", "ノグチ", "noguchi"), ("橋本", "ハシモト", "hashimoto"),
    ("東", "ヒガシ", "higashi"), ("平野", "ヒラノ", "hirano"),
    ("藤原", "フジワラ", "fujiwara"), ("星野", "ホシノ", "hoshino"),
    ("本田", "ホンダ", "honda"), ("松尾", "マツオ", "matsuo"),
    ("三浦", "ミウラ", "miura"), ("村上", "ムラカミ", "murakami"),
    ("森本", "モリモト", "morimoto"), ("安田", "ヤスダ", "yasuda"),
    ("横山", "ヨコヤマ", "yokoyama"), ("和田", "ワダ", "wada"),
    ("髙橋", "タカハシ", "takahashi"),
)  # fmt: skip
_GIVEN = (
    ("あかり", "アカリ"), ("一郎", "イチロウ"), ("恵", "メグミ"), ("和子", "カズコ"),
    ("健太", "ケンタ"), ("幸子", "サチコ"), ("茂", "シゲル"), ("純", "ジュン"),
    ("進", "ススム"), ("誠", "マコト"), ("大輔", "ダイスケ"), ("千春", "チハル"),
    ("努", "ツトム"), ("直美", "ナオミ"), ("紀子", "ノリコ"), ("春香", "ハルカ"),
    ("博", "ヒロシ"), ("文子", "フミコ"), ("真由美", "マユミ"), ("美穂", "ミホ"),
    ("陽子", "ヨウコ"), ("由紀", "ユキ"), ("亮", "リョウ"),
)  # fmt: skip
_PLACES = (
    ("北の杜市", "北海道"), ("みなと町", "青森県"), ("杜山市", "宮城県"), ("霞野町", "茨城県"),
    ("武蔵台市", "埼玉県"), ("潮見市", "千葉県"), ("若葉区", "東京都"), ("雪森市", "新潟県"),
    ("花垣町", "山梨県"), ("松ヶ丘市", "長野県"), ("茶畑町", "静岡県"), ("瀬戸里市", "愛知県"),
    ("湖東台市", "滋賀県"), ("五条町", "京都府"), ("千里野市", "大阪府"), ("六甲台市", "兵庫県"),
    ("砂丘町", "鳥取県"), ("安芸野市", "広島県"), ("渦見市", "徳島県"), ("筑紫台市", "福岡県"),
)  # fmt: skip
_KINDS = (
    ("{}社会福祉協議会", "第1層生活支援コーディネーター", "生活支援コーディネーター"),
    ("{}役所", "主任", "行政・自治体関係者"),
    ("NPO法人{}たすけあいの会", "理事", "NPO・ボランティア団体"),
    ("{}生活協同組合", "係長", "生協・農協・社会福祉協議会等関係者"),
    ("{}地域包括支援センター", "地域支え合い推進員", "地域支え合い推進員"),
)
_DOMAINS = ("example.jp", "town.example.jp", "shakyo.test", "npo.example.com", "mobile.example.jp")
UNLISTED = "その他"
"""The kind that the announcement leaves open."""


class Pen(StrEnum):
    """How a mail program puts Japanese into bytes."""

    UTF8 = "utf-8, base64"
    QUOTED = "utf-8, quoted-printable"
    JIS = "iso-2022-jp, 7bit"
    CP932 = "cp932, 8bit"
    HTML = "utf-8, text and html"


class Layout(StrEnum):
    """How a form is laid out."""

    BOXED = "【{}】{}"
    SQUARE = "■{}：{}"
    COLON = "{}：{}"


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person, with an answer to every question of the form."""

    name: str
    name_kana: str
    organization: str
    position: str
    prefecture: str
    email: str
    phone: str
    category: str


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who writes to the office, for one or more people."""

    name: str
    address: str
    people: tuple[Person, ...]
    pen: Pen
    layout: Layout


def applicant(number: int, seed: int, *, people: int = 1, local: str = "") -> Applicant:
    """The applicant of this number, with so many participants.

    `local`: what the local part of the address begins with; the sandbox knows magic words there.
    """
    chance = random.Random(f"{seed}.{number}")  # noqa: S311 - a cast, not a secret
    first = _person(number, 0, chance)
    address = f"{local}{first.email}"
    everybody = (
        replace(first, email=address),
        *(_colleague(first, number, place, chance) for place in range(1, people)),
    )
    pen = chance.choice(tuple(Pen))
    if pen is Pen.JIS and any("髙" in person.name for person in everybody):
        pen = Pen.CP932  # JIS X 0208 has no 髙; mail programs then write something wider
    return Applicant(first.name, address, everybody, pen, chance.choice(tuple(Layout)))


def _person(number: int, place: int, chance: random.Random) -> Person:
    surname, surname_kana, romaji = _SURNAMES[(number + place * 13) % len(_SURNAMES)]
    given, given_kana = _GIVEN[(number * 5 + place * 7 + number // len(_SURNAMES)) % len(_GIVEN)]
    town, prefecture = chance.choice(_PLACES)
    organization, position, category = chance.choice(_KINDS)
    return Person(
        name=f"{surname}　{given}",
        name_kana=f"{surname_kana}　{given_kana}",
        organization=organization.format(town),
        position=position,
        prefecture=prefecture,
        email=f"{romaji}.{number:03}{chr(ord('a') + place)}@{chance.choice(_DOMAINS)}",
        phone=f"0{chance.randrange(10, 99)}-{chance.randrange(200, 999)}-{number:04}",
        category=category,
    )


def _colleague(first: Person, number: int, place: int, chance: random.Random) -> Person:
    other = _person(number, place, chance)
    domain = first.email.rpartition("@")[2]
    return replace(
        other,
        organization=first.organization,
        prefecture=first.prefecture,
        category=first.category,
        email=f"{other.email.partition('@')[0]}@{domain}",
    )
