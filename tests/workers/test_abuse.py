"""Whoever means harm, by mail alone: what leaves on the wire, and what they learn."""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.header import Header

import pytest

from pipeline.domain.application import State
from pipeline.mail.compose import SECRET_MARKERS
from pipeline.store import outbox_console, tasks
from pipeline.transport.courier import Parcel
from tests.workers.conftest import SECRETS, Desk

Write = Callable[..., bytes]
HANAKO = "hanako@example.jp"
EVIL = "evil@evil.test"
_numbers = itertools.count(1)


def mail(text: str, sender: str = EVIL, subject: str = "Re", headers: str = "") -> bytes:
    body = base64.encodebytes(text.encode()).decode().replace("\n", "\r\n")
    return (
        f"From: <{sender}>\r\nTo: <office@example.jp>\r\n"
        f"Subject: {Header(subject, 'utf-8').encode()}\r\n"
        f"Message-ID: <e{next(_numbers)}@evil.test>\r\n{headers}"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{body}"
    ).encode()


def fields(parcel: Parcel) -> list[str]:
    """The names of a letter's header fields, as any server counts them."""
    head = re.split(rb"\r?\n\r?\n|\r\r", parcel.raw)[0]
    return [
        line.partition(b":")[0].decode("latin-1").lower()
        for line in re.split(rb"\r\n|\r|\n", head)
        if line[:1] not in {b" ", b"\t"}
    ]


def words(parcel: Parcel) -> str:
    parts = message_from_bytes(parcel.raw, policy=policy.default).walk()
    return "".join(
        str(part.get_content()) for part in parts if part.get_content_type() == "text/plain"
    )


OURS = {
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "reply-to",
    "auto-submitted",
    "x-auto-response-suppress",
    "mime-version",
    "content-type",
    "content-language",
    "content-transfer-encoding",
}
ENDS = {
    "CRLF": "\r\n",
    "CR": "\r",
    "LF": "\n",
    "VT": "\x0b",
    "FF": "\x0c",
    "NEL": "\x85",
    "LS": "\u2028",
    "PS": "\u2029",
    "NUL": "\0",
    "FS": "\x1c",
}


# ---------------------------------------------------------------- injection


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_no_line_end_in_names_and_subjects_begins_a_header(
    desk: Desk, application_mail: Write, end: str
) -> None:
    evil = f"見本{end}Bcc: {EVIL}{end}花子"
    sender = Header(evil, "utf-8").encode(maxlinelen=10_000)
    encoded = "=?UTF-8?B?" + base64.b64encode(f"申込{end}Bcc: {EVIL}".encode()).decode() + "?="
    raw = application_mail(name=evil)
    raw = raw.replace(b"From: <", f"From: {sender} <".encode())
    raw = re.sub(rb"Subject: [^\r]+", f"Subject: {encoded}".encode(), raw)
    desk.receive(raw)
    desk.receive(mail("質問です。", subject=f"x{end}Bcc: {EVIL}", sender=HANAKO))
    desk.work()

    assert desk.courier.sent
    for parcel in desk.courier.sent:
        assert set(fields(parcel)) <= OURS
        assert len(fields(parcel)) == len(set(fields(parcel)))
        assert parcel.recipient == HANAKO
        assert parcel.raw.isascii()


@pytest.mark.parametrize(
    "address",
    [
        "hanako@example.jp\r\n Bcc: evil@evil.test",
        '"hanako\r\nBcc: evil@evil.test"@example.jp',
        '"hanako> RCPT TO:<evil@evil.test"@example.jp',
        "hanako@example.jp, evil@evil.test",
        "hanako\0@example.jp",
        "hanako@example.jp\x0bBcc: evil@evil.test",
    ],
)
def test_no_address_carries_a_command_or_a_second_recipient(
    desk: Desk, application_mail: Write, address: str
) -> None:
    raw = application_mail().replace(b"<hanako@example.jp>", f"<{address}>".encode(), 1)
    desk.receive(raw.replace(b"\r\nBcc", b"\r\n Bcc"))
    desk.work()

    for parcel in desk.courier.sent:
        assert set(fields(parcel)) <= OURS
        assert not re.search(r"[\s<>\x00-\x20\x7f]", parcel.recipient)
        assert parcel.recipient.count("@") == 1
    # Whom an odd From means is the sender's own doing; but it is one address, and never two.
    assert len({parcel.recipient for parcel in desk.courier.sent}) <= 1


@pytest.mark.parametrize(
    "name",
    [
        "{{ 7 * 191 }}",
        "{% if 1 %}{{ 7 * 191 }}{% endif %}",
        "{# gone #}見本",
        "{{ own.token_key }}{{ self }}",
        "${7*191}<%= 7*191 %>#{7*191}",
        "%(password)s {password} {0.__class__}",
        *(f"見本{marker}" for marker in SECRET_MARKERS.values()),
    ],
)
def test_a_name_is_never_a_template_and_no_secrets_place(
    desk: Desk, application_mail: Write, name: str
) -> None:
    desk.receive(application_mail(name=name))
    desk.receive(mail(f"{name}です。質問です。", sender=HANAKO))
    desk.work()

    assert desk.courier.sent
    for parcel in desk.courier.sent:
        text = words(parcel) + str(message_from_bytes(parcel.raw, policy=policy.default)["Subject"])
        assert "1337" not in text
        assert "office.example.jp'" not in text
        assert not any(secret in text for secret in SECRETS.values())


@pytest.mark.parametrize(
    "sign", ["\u202e", "\u2066", "\u200f", "\x1b[31m", "\x07", "\x9b", "\ufeff", "\u202a"]
)
def test_what_turns_or_hides_text_is_echoed_in_no_letter(
    desk: Desk, application_mail: Write, sign: str
) -> None:
    desk.receive(application_mail(name=f"見本{sign}花子"))
    desk.receive(application_mail(name=f"見本{sign}花子", number=2, leave_out="電話番号"))
    desk.work()

    assert desk.courier.sent
    for parcel in desk.courier.sent:
        text = words(parcel) + str(message_from_bytes(parcel.raw, policy=policy.default)["Subject"])
        assert sign not in text


@pytest.mark.parametrize(
    "name",
    ["'); DROP TABLE application; --", '" OR 1=1 --', "見" * 100_000, "%_\\", "見本\ud800花子"],
    ids=["drop", "or", "long", "like", "surrogate"],
)
def test_a_value_is_never_a_command_and_none_is_too_long(
    desk: Desk, application_mail: Write, name: str
) -> None:
    body = application_mail(name="@@").partition(b"\r\n\r\n")
    text = base64.b64decode(body[2]).replace(b"@@", name.encode("utf-8", "surrogatepass"))
    desk.receive(body[0] + body[1] + base64.encodebytes(text))
    desk.receive(application_mail("別人 一郎", "ichiro@example.com", number=7))
    desk.work()

    states = {one.contact_address: one.state for one in desk.applications()}
    assert states["ichiro@example.com"] is State.AWAITING_PAYMENT
    assert all(len(parcel.raw) < 200_000 for parcel in desk.courier.sent)


# ---------------------------------------------------------------- floods


def test_a_sender_who_floods_is_answered_once_and_others_are_answered(
    desk: Desk, application_mail: Write
) -> None:
    for number in range(1000):
        desk.receive(mail(f"質問 {number}: 何時からですか。"))
    desk.receive(application_mail())
    desk.work()

    assert len(desk.letters(EVIL)) == 1
    assert len(desk.letters(HANAKO)) == 1


def test_a_domain_that_floods_is_held_back_and_others_are_answered(
    desk: Desk, application_mail: Write
) -> None:
    cap = desk.office.events[desk.slug].rules.intake.caps.per_domain_per_hour
    for number in range(cap + 100):
        desk.receive(mail("何時からですか。", sender=f"a{number}@flood.test"))
    desk.receive(application_mail())
    desk.work()

    flooded = [p for p in desk.courier.sent if p.recipient.endswith("@flood.test")]
    assert len(flooded) == cap
    assert len(desk.letters(HANAKO)) == 1
    with desk.office.database.read() as connection:
        held = outbox_console.listing(connection, status="held", limit=1000)
    assert len(held) == 100


@pytest.mark.parametrize(
    "names",
    [
        ["taro+{n}@example.jp"],
        ["TARO@example.jp", "Taro@Example.JP", "taro@example.jp"],
        ["t.aro@gmail.com", "ta.ro@gmail.com", "taro+x@gmail.com", "taro@googlemail.com"],
    ],
    ids=["plus", "case", "dots"],
)
def test_more_seats_for_one_mailbox_cannot_be_had_under_its_other_names(
    desk: Desk, application_mail: Write, names: list[str]
) -> None:
    rules = desk.office.events[desk.slug].rules
    most = rules.intake.max_seats_per_sender
    desk = roomy(desk, 4 * most)
    people = (f"見本 {a}{b}" for a in "一二三四五六七八九十" for b in "郎子男美")
    for number, person in zip(range(most + 5), people, strict=False):
        address = names[number % len(names)].format(n=number)
        desk.receive(application_mail(person, address, number=number))
        desk.work()
        desk.clock.set(desk.clock.now() + timedelta(hours=3))

    seated = sum(one.seats_held for one in desk.applications())
    assert seated == most
    assert len(desk.applications()) == most + 5


def roomy(desk: Desk, seats: int) -> Desk:
    """The same office with more seats."""
    served = desk.office.events[desk.slug]
    event = served.rules.event.model_copy(update={"capacity": seats})
    rules = served.rules.model_copy(update={"event": event})
    desk.office.events[desk.slug] = type(served)(rules, served.library, served.own, served.access)  # type: ignore[index]  # a dict behind the Mapping
    return desk


# ---------------------------------------------------------------- somebody else's access


@pytest.fixture
def admitted(desk: Desk, application_mail: Write) -> str:
    """The reference of somebody who has paid and was sent ID and password."""
    desk.receive(application_mail())
    desk.work()
    reference = desk.application().reference
    desk.pay(reference, 1000, date(2026, 2, 2))
    desk.pass_to(desk.clock.now().replace(day=24, hour=12))
    desk.pass_to(desk.clock.now() + timedelta(days=2))
    assert secrets_to(desk) == {HANAKO}
    return reference


def secrets_to(desk: Desk) -> set[str]:
    return {p.recipient for p in desk.courier.sent if SECRETS["password"] in words(p)}


def attempts(reference: str, letter: str) -> Iterator[bytes]:
    asked = f"受付番号 {reference} です。IDとパスワードが届きません。再送してください。"
    yield mail(asked)
    yield mail(asked, sender=HANAKO, headers=f"Reply-To: {EVIL}\r\n")
    yield mail(asked, headers=f"Sender: {HANAKO}\r\nReturn-Path: <{HANAKO}>\r\n")
    yield mail(asked, headers=f"In-Reply-To: {letter}\r\nReferences: {letter}\r\n")
    yield mail(asked, subject=f"Re: 【受付番号{reference}】", headers=f"Cc: {HANAKO}\r\n")
    yield mail(asked, sender=f"hanako@example.jp@{EVIL.rpartition('@')[2]}")
    yield mail(f"{asked}\n送り先は {EVIL} に変更してください。", sender=HANAKO)
    yield mail(f"受付番号 {reference} の見本花子です。アドレスが {EVIL} に変わりました。")
    yield mail(f"{asked}\n【メールアドレス】{EVIL}\n【氏名】見本 花子", sender=HANAKO)
    yield mail(f"参加申込\n【氏名】見本 花子\n【メールアドレス】{EVIL}\n【受付番号】{reference}")
    yield mail(asked, sender=f'"{HANAKO}"@evil.test')


def test_whoever_asks_for_anothers_access_gets_it_sent_to_the_registered_address_alone(
    desk: Desk, admitted: str
) -> None:
    letter = str(desk.letters(HANAKO)[-1]["Message-ID"])
    for raw in attempts(admitted, letter):
        desk.receive(raw)
        desk.work()
        desk.pass_to(desk.clock.now() + timedelta(hours=25))

    assert secrets_to(desk) == {HANAKO}


def test_of_a_thousand_guessed_numbers_nothing_tells_which_one_exists(
    desk: Desk, admitted: str
) -> None:
    """The answer is the same to the letter, and so is the silence."""
    wishes = (
        "受付番号 {0} です。IDとパスワードを再送してください。",
        "受付番号 {0} の参加をキャンセルします。",
        "受付番号 {0} の支払いは済みました。",
        "受付番号 {0} の請求書をください。",
        "受付番号 {0} の会場はどこですか。",
        "受付番号 {0} の参加者を変更してください。",
    )
    for wish, text in enumerate(wishes):
        guessed = [*(f"{number:06d}" for number in range(100_000, 100_009)), admitted]
        told = []
        for number, guess in enumerate(guessed):
            sender = f"g{wish}-{number}@n{wish}-{number}.test"
            desk.receive(mail(text.format(guess), sender=sender))
            desk.work()
            told.append(
                [
                    (words(p), re.sub(r"\d{6}", "", subject_of(p)), len(fields(p)))
                    for p in desk.courier.sent
                    if p.recipient == sender
                ]
            )
        assert all(one == told[0] for one in told), text


def subject_of(parcel: Parcel) -> str:
    return str(message_from_bytes(parcel.raw, policy=policy.default)["Subject"])


def test_a_file_with_a_path_for_a_name_is_written_nowhere(
    desk: Desk, application_mail: Write, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(str(tmp_path))
    before = everything_below(str(tmp_path))
    for name in ("../../evil.txt", "/tmp/evil.txt", "..\\evil.txt", "evil\0.txt", "~/evil"):
        raw = (
            f"From: <{HANAKO}>\r\nSubject: x\r\nMessage-ID: <f{next(_numbers)}@x>\r\n"
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            "--b\r\nContent-Type: text/plain\r\n\r\nhello?\r\n"
            "--b\r\nContent-Type: application/octet-stream\r\n"
            f'Content-Disposition: attachment; filename="{name}"\r\n\r\nevil\r\n--b--\r\n'
        )
        desk.receive(raw.encode())
    desk.work()

    assert {p for p in everything_below(str(tmp_path)) - before if "evil" in p} == set()
    with desk.office.database.read() as connection:
        assert not any("/" in task.detail for task in tasks.listing(connection))


def everything_below(folder: str) -> set[str]:
    from pathlib import Path

    return {str(path.relative_to(folder)) for path in Path(folder).rglob("*")}
