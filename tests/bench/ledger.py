"""A store with very many open claims, and a bank's file that pays some of them. All from a seed.

Applications are written as the store itself writes them, with participants and reminders, but
without the mails and letters that led to them: the import asks for none of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.clock import TOKYO
from pipeline.domain import reminding
from pipeline.domain.application import Application, Participant, State, Thread
from pipeline.domain.reference import draw
from pipeline.domain.rules import Rules
from pipeline.store import rows, schema
from pipeline.store.database import Database
from pipeline.store.statements import Many
from tests.bank import writers_zengin
from tests.bank.values import Account, Line
from tests.domain.ledgers import at_the_bank

FEE = 1000
ASKED = datetime(2026, 2, 3, 10, tzinfo=TOKYO)
"""When all of them were asked to pay."""
FIRST, DAYS = date(2026, 3, 2), 5
"""What the file speaks of; the deadline comes later."""
_AT_ONCE = 5000
_SECOND_OF_ONE_CONTACT = 20
"""One claim in so many is the second one of its contact."""


def _pairs(text: str) -> list[tuple[str, str]]:
    """Written form and kana."""
    return [(one, kana) for one, _, kana in (word.partition("=") for word in text.split())]


_HEADS = _pairs(
    """
    青=アオ 石=イシ 上=ウエ 岡=オカ 川=カワ 北=キタ 黒=クロ 小=コ 坂=サカ 島=シマ 杉=スギ
    高=タカ 塚=ツカ 中=ナカ 西=ニシ 野=ノ 橋=ハシ 平=ヒラ 藤=フジ 松=マツ 南=ミナミ
    森=モリ 山=ヤマ 吉=ヨシ
    """
)
_TAILS = _pairs(
    """
    井=イ 内=ウチ 岡=オカ 川=カワ 木=キ 口=グチ 沢=サワ 下=シタ 島=ジマ 田=タ 谷=タニ 塚=ツカ
    中=ナカ 野=ノ 橋=ハシ 原=ハラ 部=ベ 間=マ 村=ムラ 本=モト 森=モリ 屋=ヤ 山=ヤマ 脇=ワキ
    """
)
_GIVEN_HEADS = _pairs(
    """
    明=アキ 英=エイ 和=カズ 京=キョウ 健=ケン 幸=サチ 茂=シゲ 純=ジュン 孝=タカ 友=トモ 直=ナオ
    信=ノブ 春=ハル 秀=ヒデ 弘=ヒロ 正=マサ 実=ミ 光=ミツ 康=ヤス 優=ユウ 義=ヨシ 亮=リョウ
    """
)
_GIVEN_TAILS = _pairs(
    """
    一=イチ 江=エ 雄=オ 香=カ 樹=キ 子=コ 三郎=サブロウ 司=ジ 志=シ 介=スケ 太=タ 太郎=タロウ
    人=ト 奈=ナ 則=ノリ 彦=ヒコ 広=ヒロ 美=ミ 哉=ヤ 之=ユキ 朗=ロウ
    """
)
_KINDS = _pairs(
    """
    市社会福祉協議会=シシャカイフクシキョウギカイ 市役所=シヤクショ
    町社会福祉協議会=マチシャカイフクシキョウギカイ 生活協同組合=セイカツキョウドウクミアイ
    福祉会=フクシカイ ささえあいサロン=ササエアイサロン
    """
)


@dataclass(frozen=True, slots=True)
class Owing:
    """One claim, as its payer knows it."""

    reference: str
    name: str
    kana: str
    organization: str
    organization_kana: str
    address: str


def owing(count: int, rules: Rules, random: Random) -> list[Owing]:
    """So many people of some thousand organisations, each with a number of their own."""
    references: dict[str, None] = {}
    while len(references) < count:
        references[draw(rules.payment.reference, random.randrange)] = None
    bodies = [_joined(random, _HEADS, _TAILS, _KINDS) for _ in range(max(1, count // 50))]
    found: list[Owing] = []
    for number, reference in enumerate(references):
        family, given = _joined(random, _HEADS, _TAILS), _joined(random, _GIVEN_HEADS, _GIVEN_TAILS)
        name, kana = (f"{one} {other}" for one, other in zip(family, given, strict=True))
        body = random.choice(bodies)
        address = f"person{number}@example.jp"
        if number % _SECOND_OF_ONE_CONTACT == 1:
            address = found[-1].address
        found.append(Owing(reference, name, kana, *body, address))
    return found


def _joined(random: Random, *parts: Sequence[tuple[str, str]]) -> tuple[str, str]:
    chosen = [random.choice(part) for part in parts]
    return "".join(one for one, _ in chosen), "".join(kana for _, kana in chosen)


# ---------------------------------------------------------------- in the store


def fill(database: Database, people: Sequence[Owing], rules: Rules) -> None:
    """Write an application that awaits payment for each of them."""
    for start in range(0, len(people), _AT_ONCE):
        with database.write() as connection:
            _write(connection, start, people[start : start + _AT_ONCE], rules)
    with database.write() as connection:
        seats = {"slug": rules.slug, "taken": len(people)}
        connection.execute(sa.insert(schema.roster).values(seats))


def _write(connection: Connection, start: int, people: Sequence[Owing], rules: Rules) -> None:
    made = [_application(one, rules) for one in people]
    number_of = {one.reference: start + place for place, one in enumerate(people, 1)}
    ids = list(number_of.values())
    never = {"slug": rules.slug}
    _APPLICATIONS(
        connection,
        [
            {"id": i, "reference": one.reference, **never, **rows.application(one)}
            for i, one in zip(ids, made, strict=True)
        ],
    )
    _PARTICIPANTS(connection, [row for one in made for row in rows.people(number_of, one)])
    _REMINDERS(
        connection,
        [
            rows.reminder(number_of, one, planned)
            for one in made
            for planned in reminding.plan(one, rules)
        ],
    )


_APPLICATIONS = Many(sa.insert(schema.application))
_PARTICIPANTS = Many(sa.insert(schema.participant))
_REMINDERS = Many(sa.insert(schema.reminder))


def _application(one: Owing, rules: Rules) -> Application:
    person = Participant(
        1,
        name=one.name,
        name_kana=one.kana,
        organization=one.organization,
        department="地域福祉課",
        position="主任",
        prefecture="千葉県",
        email=one.address,
        phone="043-000-1111",
        category="sc",
    )
    return Application(
        reference=one.reference,
        event=rules.slug,
        state=State.AWAITING_PAYMENT,
        contact_name=one.name,
        contact_address=one.address,
        participants=(person,),
        arrived_at=ASKED,
        thread=Thread(f"<{one.reference}@mail.example.jp>"),
        pay_by=rules.closes_at,
        instructed_at=ASKED,
        payment_letter_at=ASKED,
        version=1,
    )


# ---------------------------------------------------------------- at the bank


def statement(people: Sequence[Owing], count: int, random: Random) -> bytes:
    """振込入金通知 with so many lines of one week, each for another claim or for none."""
    of_one_contact = list(pairwise(people))[::_SECOND_OF_ONE_CONTACT]
    pairs = iter(random.sample(of_one_contact, len(of_one_contact)))
    payers = iter(random.sample(people, count))
    lines = tuple(
        Line(day, amount, at_the_bank(payer), number=place + 1)
        for place, (payer, amount) in enumerate(_transfers(payers, pairs, count, random))
        for day in (FIRST + timedelta(days=place * DAYS // count),)
    )
    account = Account(
        lines,
        number="1234567",
        first=FIRST,
        last=FIRST + timedelta(days=DAYS - 1),
        made=FIRST + timedelta(days=DAYS),
    )
    return b"\r\n".join(writers_zengin.notice([account])) + b"\r\n"


_MIX = {
    "exact": 70, "for two": 2, "no number": 8, "no name": 2, "short": 4, "over": 2,
    "wrong digit": 4, "misspelt": 3, "organisation": 2, "number by organisation": 1, "unknown": 2,
}  # fmt: skip
"""What payers do, of a hundred."""


def _transfers(
    people: Iterator[Owing], pairs: Iterator[tuple[Owing, Owing]], count: int, random: Random
) -> Iterator[tuple[str, int]]:
    """Payer and yen."""
    for way in random.choices(list(_MIX), list(_MIX.values()), k=count):
        if way == "for two":
            one, other = next(pairs)
            yield f"{one.reference} {other.reference} {one.kana}", 2 * FEE
        else:
            one = next(people)
            yield _payer(way, one, random), {"short": FEE - 330, "over": FEE + 500}.get(way, FEE)


def _payer(way: str, one: Owing, random: Random) -> str:
    """What stands in the payer's name."""
    number, kana = one.reference, one.kana
    at = random.randrange(len(number))
    slip = number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]
    letter = random.randrange(len(kana))
    body = f"フク){one.organization_kana}"
    stranger = " ".join((_joined(random, _HEADS, _TAILS)[1], _joined(random, _GIVEN_HEADS)[1]))
    return {
        "no number": kana,
        "no name": number,
        "wrong digit": f"{slip} {kana}",
        "misspelt": f"{number} {kana[:letter]}{random.choice('アカサタナ')}{kana[letter + 1 :]}",
        "organisation": body,
        "number by organisation": f"{number} {body}",
        "unknown": stranger,
    }.get(way, f"{number} {kana}")
