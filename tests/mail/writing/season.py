"""People, applications and letters that the tests of this folder share. Nobody here exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from pipeline.domain.application import Application, Participant, State, Thread
from pipeline.domain.decision import Letter, LetterName
from pipeline.domain.rules import TOKYO, Rules
from pipeline.mail.compose import Composed, compose
from pipeline.mail.own import Account, Own
from pipeline.mail.templates import Library

TEMPLATES = Path(__file__).parent.parent.parent.parent / "templates"
NONCE = "0123456789abcdef0123"
ACCOUNT = Account(
    bank="みほん銀行",
    branch="霞が関支店",
    kind="普通",
    number="1234567",
    holder="研究協議会事務局",
    holder_kana="ケンキユウキヨウギカイジムキヨク",
)
OWN = Own(
    address="office@kyogikai.example.jp",
    addresses=frozenset({"office@kyogikai.example.jp"}),
    message_domain="kyogikai.example.jp",
    token_key=b"a key of thirty-two bytes, no more",
    account=ACCOUNT,
)
SECRETS = {
    "id": "shakyo2026",
    "password": "Kumo-no-ito-7",
    "zoom_link": "https://zoom.example.com/j/123456789?pwd=abc",
}

SAKURA = Participant(
    1,
    name="緒方 桜",
    name_kana="オガタ サクラ",
    organization="みどり野市社会福祉協議会",
    department="地域福祉課",
    position="第1層生活支援コーディネーター",
    prefecture="広島県",
    email="sakura@midorino.example.jp",
    phone="082-000-0001",
    category="sc",
)
KEN = Participant(
    2,
    name="髙﨑 健",
    name_kana="タカサキ ケン",
    organization="みどり野市役所",
    prefecture="広島県",
    email=None,
    phone="082-000-0002",
    category="gov",
)


def on(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of the season."""
    return datetime(2026, month, day, hour, minute, tzinfo=TOKYO)


def an_application(state: State = State.AWAITING_PAYMENT, **changes: Any) -> Application:
    """An ordinary application of one person."""
    application = Application(
        reference="482617",
        event="r7-kenkyu-kyogikai",
        state=state,
        contact_name="緒方 桜",
        contact_address="sakura@midorino.example.jp",
        participants=(SAKURA,),
        arrived_at=on(2, 3),
        thread=Thread("<first@midorino.example.jp>", ()),
        pay_by=on(3, 13, 0),
        correct_by=on(2, 11, 0),
    )
    return replace(application, **changes)


def changed(model: Any, path: str, value: object) -> Any:
    """The same rules with one key changed; an item of a list is named by its place from 0."""
    name, _, rest = path.partition(".")
    if isinstance(model, tuple):
        at = int(name)
        inner = changed(model[at], rest, value) if rest else value
        return (*model[:at], inner, *model[at + 1 :])
    assert isinstance(model, BaseModel)
    inner = changed(getattr(model, name), rest, value) if rest else value
    return model.model_copy(update={name: inner})


@dataclass(frozen=True)
class Desk:
    """Writes letters under some rules."""

    rules: Rules
    library: Library
    own: Own = OWN

    def compose(
        self,
        letter: Letter,
        application: Application | None = None,
        *,
        now: datetime | None = None,
        thread: Thread | None = None,
        access_opens_at: datetime | None = None,
        nonce: str = NONCE,
    ) -> Composed:
        """A letter as bytes."""
        return compose(
            letter,
            application=application,
            rules=self.rules,
            own=self.own,
            library=self.library,
            now=now or on(2, 4),
            thread=thread or Thread(),
            nonce=nonce,
            access_opens_at=access_opens_at,
        )

    def write(
        self,
        name: LetterName,
        application: Application | None = None,
        *,
        to: str | None = None,
        participant: int | None = None,
        more: Mapping[str, str] | None = None,
        **circumstances: Any,
    ) -> str:
        """The words of a letter, as another parser reads them."""
        to = to or (application.contact_address if application else "reader@example.jp")
        letter = Letter(name, to, participant, more=tuple((more or {}).items()))
        return words_of(self.compose(letter, application, **circumstances))


def desk(rules: Rules) -> Desk:
    """A desk for some rules."""
    return Desk(rules, Library.load(TEMPLATES, rules))


def parsed(raw: bytes) -> EmailMessage:
    """As the standard library reads a mail."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def words_of(composed: Composed) -> str:
    """A letter's text, with line ends as Python has them."""
    body = parsed(composed.raw).get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def told_alone(words: str) -> str:
    """Words without the line breaks that the letter's width asks for."""
    return "".join(line.strip(" \u3000") for line in words.splitlines())


DAY = timedelta(days=1)
