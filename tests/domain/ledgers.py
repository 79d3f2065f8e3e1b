"""Ledgers of invented people, from a seed: the claims that transfers are meant for.

Nothing here uses the code under test: kana, numbers and organisations are written by this file's
own means, as a bank's form and a payer's hand would.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from random import Random

from pipeline.domain.reconciliation import Claim, Ledger
from pipeline.domain.reference import draw
from pipeline.domain.rules import ReferenceScheme

FEE = 1000
DEADLINE = date(2026, 3, 12)
DAMM = ReferenceScheme(digits=6, check="damm")


def _pairs(text: str) -> list[tuple[str, str]]:
    """Written form and kana, out of `written=kana` words."""
    return [(written, kana) for written, _, kana in (word.partition("=") for word in text.split())]


FAMILIES = _pairs(
    """
    佐藤=サトウ 鈴木=スズキ 髙橋=タカハシ 田中=タナカ 伊藤=イトウ 渡邊=ワタナベ
    山本=ヤマモト 中村=ナカムラ 小林=コバヤシ 加藤=カトウ 吉田=ヨシダ 山田=ヤマダ
    山﨑=ヤマザキ 山崎=ヤマサキ 森=モリ 森田=モリタ 大野=オオノ 小野=オノ 長谷川=ハセガワ
    五十嵐=イガラシ 原=ハラ 原田=ハラダ 東海林=ショウジ 庄司=ショウジ 中島=ナカジマ
    中嶋=ナカシマ 勅使河原=テシガワラ 遠藤=エンドウ 坂東=バンドウ 阿部=アベ
    """
)
GIVEN = _pairs(
    """
    太郎=タロウ 花子=ハナコ 花=ハナ 一郎=イチロウ 京一郎=キョウイチロウ 京子=キョウコ
    恭子=キョウコ ジョージ=ジョージ 優子=ユウコ 裕=ユウ 翔=ショウ 健=ケン 健一=ケンイチ
    茜=アカネ 律子=リツコ 由美=ユミ 真由美=マユミ 薫=カヲル 順子=ジュンコ
    ヴィヴィアン=ヴィヴィアン 涼=リョウ 涼子=リョウコ 光=ヒカル 千鶴=チヅル 努=ツトム
    """
)
NEAR = dict(_pairs("ヤマザキ=ヤマサキ ナカジマ=ナカシマ オオノ=オノ"))
NEAR |= {other: one for one, other in NEAR.items()}
"""Families that differ by what people mishear."""
PLACES = _pairs(
    """
    青葉台市=アオバダイシ みどり野市=ミドリノシ 潮見市=シオミシ 若葉市=ワカバシ
    花畑町=ハナバタケマチ 松風町=マツカゼチョウ 霧の里村=キリノサトムラ 風見市=カザミシ
    """
)
BODIES = _pairs(
    """
    ひだまり=ヒダマリ ささえあい=ササエアイ えんがわ=エンガワ 虹の会=ニジノカイ
    くるみ=クルミ 竹の子サロン=タケノコサロン 若草=ワカクサ 若草会=ワカクサカイ
    """
)


@dataclass(frozen=True)
class Body:
    """An organisation, and the ways in which it writes itself at the bank."""

    name: str
    kana: str
    payers: tuple[str, ...]
    accountants: tuple[str, ...] = ()
    """How its municipality's accounting office pays."""


@dataclass
class Entry:
    """One claim, with what only its maker knows."""

    claim: Claim
    words: tuple[str, str]
    """Family and given name, in kana."""
    body: Body


@dataclass
class World:
    """One ledger and its people."""

    random: Random
    scheme: ReferenceScheme | None
    entries: list[Entry] = field(default_factory=list)

    def ledger(self, *, by_name: bool = False) -> Ledger:
        """A fresh one."""
        claims = [entry.claim for entry in self.entries]
        return Ledger(claims, self.scheme, FEE, by_name=by_name)

    def groups(self) -> list[list[Entry]]:
        """The groups whose members all owe."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.claim.group:
                found.setdefault(entry.claim.group, []).append(entry)
        return [some for some in found.values() if all(one.claim.awaits for one in some)]


_HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF61, 0xFFA0)}
_HALF |= {
    unicodedata.normalize("NFKC", chr(code) + mark): chr(code) + mark
    for code in range(0xFF66, 0xFF9E)
    for mark in "ﾞﾟ"
    if len(unicodedata.normalize("NFKC", chr(code) + mark)) == 1
}
_LARGE = str.maketrans("ァィゥェォッャュョヲー", "アイウエオツヤユヨオ-")


def at_the_bank(text: str) -> str:
    """As a bank's record has it: half-width, large kana, the hyphen for long vowels."""
    return "".join(_HALF.get(letter, letter) for letter in text.translate(_LARGE))


def bodies() -> list[Body]:
    """Organisations of every kind that is met."""
    found = []
    for name, kana in PLACES:
        council = (f"{kana}シャカイフクシキョウギカイ", f"{kana}シャキョウ")
        forms = (
            f"フク){council[0]}",
            council[0],
            f"シャカイフクシホウジン {council[0]}",
            council[1],
        )
        found.append(Body(f"社会福祉法人{name}社会福祉協議会", council[0], forms))
        office = "ヤクショ" if kana.endswith("シ") else "ヤクバ"
        accountants = (
            f"{kana} カイケイカンリシャ",
            f"{kana}カイケイカンリシャ",
            f"{kana} スイトウイン",
        )
        found.append(Body(f"{name}役所", kana + office, (kana + office,), accountants))
    for name, kana in BODIES:
        forms = (f"トクヒ){kana}", kana, f"エヌピーオーホウジン {kana}", f"{kana}(トクヒ")
        found.append(Body(f"NPO法人{name}", kana, forms))
    for kana in ("フク", "ミナト"):
        both = (f"{kana}セイカツキョウドウクミアイ", f"{kana}セイキョウ")
        found.append(Body(f"{kana}生活協同組合", both[0], both))
    return found


def world(seed: int, *, checked: bool, size: int = 260) -> World:
    """A ledger of about `size` claims: groups, namesakes, families, every state."""
    random = Random(seed)
    made = World(random, DAMM if checked else None)
    everybody = bodies()
    used: set[str] = set()
    while len(made.entries) < size:
        body = random.choice(everybody)
        count = random.choice([2, 3, 3, 4]) if random.random() < 0.15 else 1
        group = f"G{len(made.entries)}" if count > 1 else None
        for _ in range(count):
            number = 1001 + len(made.entries)
            reference = str(number) if not checked else _unused(used, random)
            made.entries.append(_entry(random, reference, body, group))
    return made


def _unused(used: set[str], random: Random) -> str:
    while (reference := draw(DAMM, random.randrange)) in used:
        pass
    used.add(reference)
    return reference


def _entry(random: Random, reference: str, body: Body, group: str | None) -> Entry:
    family, given = random.choice(FAMILIES), random.choice(GIVEN)
    if random.random() < 0.06:
        # Enough of them for some to differ by their families alone.
        family = random.choice([one for one in FAMILIES if one[1] in NEAR])
        given = random.choice(GIVEN[:3])
    names = [(f"{family[0]} {given[0]}", f"{family[1]} {given[1]}")]
    seats = 1
    if random.random() < 0.08:
        second = random.choice(FAMILIES), random.choice(GIVEN)
        names.append((f"{second[0][0]} {second[1][0]}", f"{second[0][1]} {second[1][1]}"))
        seats = 2
    state = random.choices(
        [
            "awaiting_payment",
            "paid",
            "admitted",
            "cancelled",
            "waitlisted",
            "expired",
            "incomplete",
        ],
        [86, 3, 2, 3, 2, 2, 2],
    )[0]
    kana = body.kana if random.random() < 0.85 else None
    claim = Claim(
        reference=reference,
        state=state,
        due=0 if state in {"paid", "admitted"} else seats * FEE,
        names=tuple(names),
        organizations=((body.name, kana),),
        group=group,
        pay_by=DEADLINE,
    )
    return Entry(claim, (family[1], given[1]), body)
