"""Ten thousand mails of one who means harm: what he learns, and what the office sees of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest

from pipeline.mail.incoming import parse
from pipeline.mail.reading import digest
from pipeline.store import inbox, journal, outbox_console, tasks
from pipeline.store.tasks import OpenedTask
from pipeline.workers.floods import GATHERED
from tests.workers.conftest import SECRETS, Desk
from tests.workers.test_abuse import EVIL, HANAKO, mail, roomy, words

Write = Callable[..., bytes]
ASKED = "受付番号 {} です。IDとパスワードが届きません。再送してください。"


def flood(desk: Desk, raws: Iterable[bytes]) -> None:
    """Many mails at once, as they lie in a mailbox after a night."""
    slug, now = desk.slug, desk.clock.now()
    with desk.office.database.write() as connection:
        inbox.keep(
            connection,
            [
                inbox.Arrived(
                    account="flood",
                    folder="INBOX",
                    uidvalidity=int(now.timestamp()),
                    uid=uid,
                    event=slug,
                    raw=raw,
                    received_at=now,
                    digest=digest(raw),
                    message_id=parse(raw).message_id,
                )
                for uid, raw in enumerate(raws, 1)
            ],
        )
    desk.work()


def open_tasks(desk: Desk) -> list[OpenedTask]:
    with desk.office.database.read() as connection:
        return tasks.listing(connection)


def floods(desk: Desk) -> list[str]:
    return [task.detail for task in open_tasks(desk) if task.detail.startswith("a flood")]


@pytest.fixture
def admitted(desk: Desk, application_mail: Write) -> Desk:
    """Three who were sent ID and password, some days ago."""
    desk = roomy(desk, 500)
    for number in range(3):
        desk.receive(
            application_mail(f"見本 {'花雪月'[number]}子", f"a{number}@example.jp", number=number)
        )
    desk.work()
    for one in desk.applications():
        desk.pay(one.reference, 1000, date(2026, 2, 2))
    desk.pass_to(desk.clock.now().replace(day=27, hour=12))
    desk.courier.sent.clear()
    return desk


@pytest.mark.parametrize("senders", ["g{0}@n{0}.test", EVIL], ids=["ever new", "one"])
def test_of_thousands_of_guessed_numbers_none_is_answered_and_the_office_sees_one_flood(
    admitted: Desk, senders: str
) -> None:
    """Among them are the right ones, whose owners are sent theirs once a day, whoever asks."""
    right = [one.reference for one in admitted.applications()]
    many = [f"{number:06d}" for number in range(100_000, 102_000)] + right * 5

    for day, guesses in enumerate((many, many[-200:]), 1):
        flood(
            admitted,
            (
                mail(ASKED.format(guess), sender=senders.format(number))
                for number, guess in enumerate(guesses, day * 10_000)
            ),
        )
        told = Counter(parcel.recipient for parcel in admitted.courier.sent)
        assert told == {f"a{number}@example.jp": day for number in range(3)}
        assert all(SECRETS["password"] in words(parcel) for parcel in admitted.courier.sent)
        cap = admitted.office.events[admitted.slug].rules.intake.caps.per_address_per_day
        assert len(floods(admitted)) == day
        assert len(open_tasks(admitted)) <= day * (cap + 1)
        admitted.clock.set(admitted.clock.now() + timedelta(hours=25))


def test_of_one_who_floods_with_questions_one_task_tells_and_nobody_elses_is_lost(
    desk: Desk, application_mail: Write
) -> None:
    cap = desk.office.events[desk.slug].rules.intake.caps.per_address_per_day
    asked = [mail(f"質問 {number}: 何時からですか。") for number in range(500)]
    others = [mail("何時からですか。", sender=f"a{n}@n{n}.test") for n in range(40)]

    flood(desk, [application_mail(), *asked, *others])

    assert len(open_tasks(desk)) == cap + 1 + len(others)
    (detail,) = floods(desk)
    assert EVIL in detail
    with desk.office.database.read() as connection:
        noted = [one for one in journal.latest(connection, limit=1000) if GATHERED in one.note]
    assert len(noted) == len(asked) - cap

    desk.clock.set(desk.clock.now() + timedelta(hours=25))
    flood(desk, [mail("またまた質問です。何時からですか。")])
    assert len(open_tasks(desk)) == cap + 2 + len(others), "another day"


def test_a_domain_that_floods_hides_no_task_of_its_registered_people(
    desk: Desk, application_mail: Write
) -> None:
    cap = desk.office.events[desk.slug].rules.intake.caps.per_domain_per_hour
    domain = HANAKO.partition("@")[2]
    asked = [mail("何時からですか。", sender=f"x{n}@{domain}") for n in range(cap + 50)]
    hers = mail("会場はどこですか。", sender=HANAKO)

    flood(desk, [application_mail(), *asked, hers])

    (detail,) = floods(desk)
    assert domain in detail
    reference_of = desk.application().reference
    assert "answer" in {one.kind for one in open_tasks(desk) if one.reference == reference_of}


def test_of_letters_that_a_cap_holds_back_the_first_are_tasks_and_one_says_where_the_rest_is(
    desk: Desk, application_mail: Write
) -> None:
    caps = desk.office.events[desk.slug].rules.intake.caps
    more = 3 * caps.per_address_per_day
    names = (
        f"見本 {a}{b}{c}"
        for a in "一二三四五六七八"
        for b in "郎子男美"
        for c in "花雪月星空海山川森林石"
    )

    flood(
        desk,
        (
            application_mail(who, f"h{number}@flood.test", number=number)
            for number, who in zip(range(caps.per_domain_per_hour + more), names, strict=False)
        ),
    )

    held = [task.detail for task in open_tasks(desk) if task.kind == "system"]
    assert len(held) == caps.per_address_per_day + 1
    assert "outbox list --status held" in held[-1]
    with desk.office.database.read() as connection:
        kept = outbox_console.listing(connection, status="held", limit=1000)
    assert len(kept) >= more
    assert len(desk.applications()) == caps.per_domain_per_hour + more


def test_letters_that_come_back_are_each_a_task_however_many_there_are(
    desk: Desk, application_mail: Write
) -> None:
    from tests.workers.test_bounces import dsn

    desk = roomy(desk, 100)
    names = [f"見本 {a}{b}" for a in "一二三四五" for b in "郎子男美"]
    flood(
        desk,
        (application_mail(who, f"b{n}@example.jp", number=n) for n, who in enumerate(names)),
    )
    sent = list(desk.courier.sent)
    desk.clock.advance(timedelta(hours=1))

    flood(desk, (dsn(parcel.envelope_sender, parcel.recipient) for parcel in sent))

    assert len(open_tasks(desk)) == len(sent) == len(names)
