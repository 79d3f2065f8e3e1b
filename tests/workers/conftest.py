"""An office whose hands are moved by the test: real store, real reading, real letters."""

from __future__ import annotations

import base64
import email
import email.policy
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.clock import HandClock
from pipeline.domain.application import Application
from pipeline.domain.rules import Rules
from pipeline.mail.incoming import parse
from pipeline.mail.own import Account, Own
from pipeline.mail.reading import digest
from pipeline.mail.templates import Library
from pipeline.store import applications, inbox
from pipeline.store.database import Database
from pipeline.transport.courier import Delivery, Fate, Parcel
from pipeline.workers import reconcile
from pipeline.workers.office import Office, Served
from pipeline.workers.process import process_next
from pipeline.workers.remind import remind_next
from pipeline.workers.send import Sender

ROOT = Path(__file__).parent.parent.parent
TOKYO = ZoneInfo("Asia/Tokyo")
KANJI = "一二三四五"
"""A digit is no name."""
SECRETS = {
    "id": "guest-4711",
    "password": "kaeru-no-uta-88",
    "zoom_link": "https://zoom.example.com/j/1",
}


@dataclass
class Vault:
    """Access secrets that a test may take away."""

    values: dict[str, str] = field(default_factory=lambda: dict(SECRETS))
    trouble: str | None = None

    @property
    def ready(self) -> bool:
        return {"id", "password"} <= self.values.keys()

    @property
    def zoom_ready(self) -> bool:
        return "zoom_link" in self.values


@dataclass
class ScriptedCourier:
    """Accepts everything, unless the test has named another fate for the next letters."""

    fates: list[Fate] = field(default_factory=list)
    sent: list[Parcel] = field(default_factory=list)
    at_dot: Callable[[Parcel], None] = lambda _: None

    def deliver(
        self, parcels: Sequence[Parcel], before_dot: Callable[[Parcel], None]
    ) -> Iterator[Delivery]:
        for parcel in parcels:
            if parcel.guarded:
                self.at_dot(parcel)
                before_dot(parcel)
            fate = self.fates.pop(0) if self.fates else Fate.ACCEPTED
            if fate is Fate.ACCEPTED:
                self.sent.append(parcel)
            yield Delivery(parcel.id, fate, "dot", 250, "as the test says")

    def stop(self) -> None: ...

    def close(self) -> None: ...


@dataclass
class Desk:
    """The whole office, one step at a time."""

    office: Office
    clock: HandClock
    vault: Vault
    courier: ScriptedCourier
    slug: str
    count: int = 0

    def __post_init__(self) -> None:
        self.sender = Sender(self.office, self.courier)

    def receive(self, raw: bytes, *, uidvalidity: int = 1, at: datetime | None = None) -> None:
        """A mail is in the inbox."""
        self.count += 1
        with self.office.database.write() as connection:
            inbox.keep(
                connection,
                [
                    inbox.Arrived(
                        account="test",
                        folder="INBOX",
                        uidvalidity=uidvalidity,
                        uid=self.count,
                        event=self.slug,
                        raw=raw,
                        received_at=at or self.clock.now(),
                        digest=digest(raw),
                        message_id=parse(raw).message_id,
                    )
                ],
            )

    def work(self) -> None:
        """Everything that can be done now is done."""
        for _ in range(200):
            did = [process_next(self.office), remind_next(self.office), self.sender.send_next()]
            if not any(did):
                return
        raise AssertionError("the workers never come to rest")

    def pass_to(self, when: datetime) -> None:
        """Time passes in steps of six hours, and everything happens in its time."""
        while self.clock.now() < when:
            self.clock.set(min(when, self.clock.now() + timedelta(hours=6)))
            self.work()

    def pay(self, reference: str, amount: int, on: date) -> None:
        """The bank shows a payment."""
        reconcile.record_payment(
            self.office, reference, amount=amount, value_date=on, who="test", why="bank"
        )
        self.work()

    def cover(self, through: date) -> None:
        """The bank's word reaches so far."""
        reconcile.covered(self.office, self.slug, through=through, who="test", why="bank")
        self.work()

    def applications(self) -> list[Application]:
        """All of them, the oldest first."""
        with self.office.database.read() as connection:
            return list(applications.every(connection, self.slug))

    def application(self) -> Application:
        """The only one there is."""
        (one,) = self.applications()
        return one

    def letters(self, to: str | None = None) -> list[EmailMessage]:
        """What the courier took, as another parser reads it."""
        return [
            email.message_from_bytes(parcel.raw, policy=email.policy.default)
            for parcel in self.courier.sent
            if to is None or parcel.recipient == to
        ]

    def texts(self, to: str | None = None) -> list[str]:
        """Their texts."""
        return [_text(letter) for letter in self.letters(to)]

    def subjects(self, to: str | None = None) -> list[str]:
        """Their subjects."""
        return [str(letter["Subject"]) for letter in self.letters(to)]


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


@pytest.fixture(scope="session")
def small_rules(rules: Rules) -> Rules:
    """The shipped rules with three seats."""
    event = rules.event.model_copy(update={"capacity": 3})
    return rules.model_copy(update={"event": event})


@pytest.fixture(scope="session")
def library(small_rules: Rules) -> Library:
    """The shipped letters, compiled once."""
    return Library.load(ROOT / "templates", small_rules)


ON_BOTH = pytest.mark.parametrize(
    "desk", ["sqlite", pytest.param("postgresql", marks=pytest.mark.server)], indirect=True
)
"""Of a module or a test: its desk stands on either engine, one after the other."""


@pytest.fixture
def desk(
    request: pytest.FixtureRequest, tmp_path: Path, small_rules: Rules, library: Library
) -> Iterator[Desk]:
    """An office on the morning of the opening day, with three seats; on SQLite unless asked."""
    with open_desk(store_of(request, tmp_path), small_rules, library) as one:
        yield one


def store_of(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where the desk of this test keeps what it knows: on SQLite unless asked."""
    if getattr(request, "param", "sqlite") != "postgresql":
        return tmp_path / "store.sqlite3"
    database: Database = request.getfixturevalue("postgresql")
    return database.url.render_as_string(hide_password=False)


@contextmanager
def open_desk(
    where: Path | str,
    rules: Rules,
    library: Library,
    *,
    address: str | None = None,
    domain: str = "office.example.jp",
) -> Iterator[Desk]:
    """An office of its own, with its own address and store: a file's path, or a database's URL."""
    clock = HandClock(datetime(2026, 2, 2, 9, tzinfo=TOKYO))
    address = address or rules.event.office.mail
    own = Own(
        address=address,
        addresses=frozenset({address}),
        message_domain=domain,
        token_key=domain.encode(),
        account=Account("見本銀行", "本店", "普通", "1234567", "見本事務局", "ミホンジムキョク"),
    )
    vault = Vault()
    database = Database(where if isinstance(where, str) else f"sqlite:///{where}")
    database.migrate()
    served = Served(rules, library, own, lambda: vault)
    chance = random.Random(domain)
    office = Office(database, clock, {rules.slug: served}, random=chance.randrange)
    try:
        yield Desk(office, clock, vault, ScriptedCourier(), rules.slug)
    finally:
        database.close()


@pytest.fixture
def application_mail() -> Callable[..., bytes]:
    """Writes applications as people do."""

    def write(
        name: str = "見本 花子",
        address: str = "hanako@example.jp",
        *,
        category: str = "生活支援コーディネーター",
        leave_out: str | None = None,
        others: Sequence[str] = (),
        extra: str = "",
        headers: str = "",
        number: int = 1,
    ) -> bytes:
        people = [(name, address), *((other, f"p{n}@example.jp") for n, other in enumerate(others))]
        blocks = []
        for n, (who, where) in enumerate(people, 1):
            answers = {
                "氏名": who,
                "フリガナ": "ミホン ハナコ",
                "所属": "みなみ野市社会福祉協議会",
                "役職": "主任",
                "都道府県": "千葉県",
                "メールアドレス": where,
                "電話番号": "043-000-1111",
                "参加区分": category,
            }
            answers.pop(leave_out or "", None)
            head = f"＜参加者{n}＞\n" if len(people) > 1 else ""
            blocks.append(head + "".join(f"【{key}】{value}\n" for key, value in answers.items()))
        text = "参加を申し込みます。\n\n" + "\n".join(blocks) + extra
        body = base64.encodebytes(text.encode()).replace(b"\n", b"\r\n")
        subject = base64.b64encode("参加申込".encode()).decode()
        head = (
            f"From: <{address}>\r\nTo: <office@example.jp>\r\n"
            f"Subject: =?UTF-8?B?{subject}?=\r\n"
            f"Message-ID: <{number}.{address}>\r\n{headers}"
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n"
        )
        return head.encode() + body

    return write
