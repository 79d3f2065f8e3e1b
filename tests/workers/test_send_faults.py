"""Whatever a mail server does: nothing is lost, nothing leaves twice, no good recipient suffers.

The oracle is the server's: which mails it was handed to the final dot, and which it said yes to.
Only around that dot may a harmless letter come twice, with the same Message-ID, and one with the
secret then waits for a person.
"""

from __future__ import annotations

import email
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

import pytest

from pipeline import log
from pipeline.domain.application import State
from pipeline.store import outbox, outbox_console, tasks
from pipeline.store.database import Unavailable
from pipeline.transport.courier import SmtpCourier
from pipeline.transport.errors import LinkLost, LoginRefused, NotSecure, TransportError
from pipeline.workers.process import process_next
from pipeline.workers.remind import remind_next
from pipeline.workers.send import GIVE_UP_AFTER, Sender
from tests.servers.binaries import Certificate, make_certificate, open_folder
from tests.transport.scripted_smtp import CLOSE, SILENCE, SLOWLY, Line, ScriptedSmtp, Taken
from tests.workers.conftest import KANJI, SECRETS, TOKYO, Desk

Write = Callable[..., bytes]
SOON = 0.3  # seconds until a silent server counts as gone
RELEASE = datetime(2026, 2, 24, 12, tzinfo=TOKYO)
OFTEN = 1 << 30
GARBAGE = "this is no SMTP"
ENDLESS = "\r\n".join(["250-and so on"] * 200)


@pytest.fixture(scope="module")
def certificate() -> Iterator[Certificate]:
    with open_folder("tls") as folder:
        yield make_certificate(folder)


def sender(desk: Desk, server: ScriptedSmtp, **more: object) -> Sender:
    settings = server.settings(**{"timeout": SOON, "dot_timeout": SOON, **more})
    return Sender(desk.office, SmtpCourier(settings))


def letters_for(desk: Desk, write: Write, count: int) -> None:
    """So many applicants have written, and their letters wait."""
    for n in range(count):
        desk.receive(write(f"見本 {KANJI[n % 5]}子", f"a{n}@example.jp", number=n))
    while process_next(desk.office):
        pass


def run(one: Sender) -> list[TransportError]:
    """As the daemon's loop does, without its pauses: until nothing may leave now."""
    troubles: list[TransportError] = []
    while True:
        try:
            if not one.send_next():
                return troubles
        except TransportError as error:
            troubles.append(error)


def over(desk: Desk, one: Sender, time: timedelta, step: timedelta) -> list[TransportError]:
    """Time passes, and letters leave when it is their time."""
    troubles = run(one)
    until = desk.clock.now() + time
    while desk.clock.now() < until:
        desk.clock.advance(step)
        troubles += run(one)
    return troubles


def day(desk: Desk, one: Sender) -> list[TransportError]:
    return over(desk, one, timedelta(days=1), timedelta(minutes=20))


def statuses(desk: Desk) -> Counter[str]:
    with desk.office.database.read() as connection:
        return Counter(row.status for row in outbox_console.listing(connection))


def attempts(desk: Desk) -> list[int]:
    with desk.office.database.read() as connection:
        return [row.attempts for row in outbox_console.listing(connection)]


def open_tasks(desk: Desk) -> list[str]:
    with desk.office.database.read() as connection:
        return [task.kind for task in tasks.listing(connection)]


def ids(mails: Sequence[Taken]) -> Counter[str]:
    return Counter(str(email.message_from_bytes(mail.raw)["Message-ID"]) for mail in mails)


def recipients(mails: Sequence[Taken]) -> Counter[str]:
    return Counter(mail.recipient for mail in mails)


EVERYBODY = {f"a{n}@example.jp": 1 for n in range(3)}
BEFORE = ["greeting", "ehlo", "mail", "rcpt", "data"]
WAYS = pytest.mark.parametrize(
    "extensions", [("PIPELINING", "SIZE 40000000"), ("SIZE 40000000",)], ids=["ahead", "in turn"]
)


@WAYS
@pytest.mark.parametrize("phase", [*BEFORE, "rset"])
@pytest.mark.parametrize(
    "action",
    ["421 4.3.2 going down", "450 4.2.0 later", CLOSE, SILENCE, GARBAGE, ENDLESS, SLOWLY],
    ids=["421", "450", "close", "silence", "garbage", "endless", "slowly"],
)
def test_a_fault_before_the_dot_delays_and_nothing_leaves_twice(
    desk: Desk, application_mail: Write, extensions: tuple[str, ...], phase: str, action: str
) -> None:
    letters_for(desk, application_mail, 3)
    refused = [Line("rcpt", "450 4.2.1 busy", "a0@", 1)] if phase == "rset" else []
    with ScriptedSmtp(
        *refused, Line(phase, action, times=2), extensions=extensions, strict=True
    ) as server:
        one = sender(desk, server)
        day(desk, one)
        one.courier.close()

    assert statuses(desk) == {"sent": 3}
    assert recipients(server.taken) == EVERYBODY
    assert set(ids(server.handed).values()) == {1}
    assert open_tasks(desk) == []


@WAYS
@pytest.mark.parametrize("phase", ["greeting", "ehlo", "mail"])
def test_a_refusal_that_is_about_us_costs_no_applicant_his_address(
    desk: Desk, application_mail: Write, extensions: tuple[str, ...], phase: str
) -> None:
    """A blocked account, a used-up quota: when it is mended, everything leaves."""
    letters_for(desk, application_mail, 3)
    fault = Line(phase, "550 5.7.1 your account is blocked", times=20)
    with ScriptedSmtp(fault, extensions=extensions, strict=True) as server:
        one = sender(desk, server)
        over(desk, one, timedelta(days=2), timedelta(minutes=20))
        one.courier.close()

    assert statuses(desk) == {"sent": 3}
    assert recipients(server.taken) == EVERYBODY
    assert open_tasks(desk) == []


@WAYS
@pytest.mark.parametrize("phase", ["rcpt", "data", "dot"])
@pytest.mark.parametrize("code", [450, 451, 452, 550, 552, 554])
def test_a_bad_recipient_among_good_ones_is_alone_in_it(
    desk: Desk, application_mail: Write, extensions: tuple[str, ...], phase: str, code: int
) -> None:
    letters_for(desk, application_mail, 3)
    fault = Line(phase, f"{code} {code // 100}.1.1 no", "a1@", times=OFTEN)
    with ScriptedSmtp(fault, extensions=extensions, strict=True) as server:
        one = sender(desk, server)
        run(one)
        assert server.connections == 1
        assert recipients(server.taken) == {"a0@example.jp": 1, "a2@example.jp": 1}
        over(desk, one, timedelta(days=1), timedelta(hours=4))
        one.courier.close()

    bad = "queued" if code < 500 else "failed"
    assert statuses(desk) == {"sent": 2, bad: 1}
    assert open_tasks(desk) == ([] if code < 500 else ["address"])
    assert recipients(server.taken) == {"a0@example.jp": 1, "a2@example.jp": 1}


@WAYS
@pytest.mark.parametrize("action", [CLOSE, SILENCE, GARBAGE, "354 more"], ids=str)
def test_a_harmless_letter_of_unknown_fate_is_sent_once_more_under_the_same_message_id(
    desk: Desk, application_mail: Write, extensions: tuple[str, ...], action: str
) -> None:
    letters_for(desk, application_mail, 3)
    with ScriptedSmtp(Line("dot", action, "a1@", times=OFTEN), extensions=extensions) as server:
        one = sender(desk, server)
        run(one)
        assert statuses(desk)["unknown"] == 1
        day(desk, one)
        day(desk, one)
        one.courier.close()

    assert statuses(desk) == {"sent": 2, "unknown": 1}
    assert recipients(server.handed) == {"a0@example.jp": 1, "a1@example.jp": 2, "a2@example.jp": 1}
    assert sorted(ids(server.handed).values()) == [1, 1, 2]


def admit(desk: Desk) -> None:
    """Access opens, and its letter is composed."""
    while remind_next(desk.office):
        pass


@WAYS
@pytest.mark.parametrize("action", [CLOSE, SILENCE, GARBAGE], ids=str)
def test_a_secret_of_unknown_fate_waits_for_a_person(
    desk: Desk, application_mail: Write, extensions: tuple[str, ...], action: str
) -> None:
    desk.receive(application_mail())
    desk.work()
    desk.pay(desk.application().reference, 1000, date(2026, 2, 3))
    desk.clock.set(RELEASE)
    with ScriptedSmtp(Line("dot", action, times=OFTEN), extensions=extensions) as server:
        one = sender(desk, server)
        admit(desk)
        day(desk, one)
        one.courier.close()

        secrets = [mail for mail in server.handed if SECRETS["password"].encode() in _text(mail)]
    assert len(secrets) == 1
    assert desk.application().state is State.ADMITTED


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("action", [CLOSE, SILENCE, "421 4.3.2 going down"], ids=str)
def test_a_secret_that_met_a_fault_before_the_dot_leaves_later_and_once(
    desk: Desk, application_mail: Write, phase: str, action: str
) -> None:
    desk.receive(application_mail())
    desk.work()
    desk.pay(desk.application().reference, 1000, date(2026, 2, 3))
    desk.clock.set(RELEASE)
    with ScriptedSmtp(Line(phase, action, times=2), strict=True) as server:
        one = sender(desk, server)
        admit(desk)
        day(desk, one)
        one.courier.close()

        secrets = [mail for mail in server.taken if SECRETS["password"].encode() in _text(mail)]
    assert len(secrets) == 1
    assert set(ids(server.handed).values()) == {1}


def _text(mail: Taken) -> bytes:
    message = email.message_from_bytes(mail.raw)
    parts = (part.get_payload(decode=True) for part in message.walk())
    return b"".join(part for part in parts if isinstance(part, bytes))


# ---------------------------------------------------------------- limits of the server


def test_a_rate_limit_of_the_server_only_delays(desk: Desk, application_mail: Write) -> None:
    """Two mails, and then 450 for a while."""
    letters_for(desk, application_mail, 3)
    full = Line("mail", "450 4.7.1 too many mails, slow down", times=3)
    with ScriptedSmtp(Line("mail", "250 ok", times=2), full, strict=True) as server:
        one = sender(desk, server)
        run(one)
        assert len(server.taken) == 2
        day(desk, one)
        one.courier.close()

    assert recipients(server.taken) == EVERYBODY
    assert open_tasks(desk) == []


def test_letters_that_were_put_off_together_do_not_come_back_together(
    desk: Desk, application_mail: Write
) -> None:
    letters_for(desk, application_mail, 3)
    with ScriptedSmtp(Line("rcpt", "451 4.7.1 greylisted", times=3), strict=True) as server:
        one = sender(desk, server)
        run(one)
        one.courier.close()

    with desk.office.database.read() as connection:
        again = [row.next_attempt_at for row in outbox_console.listing(connection)]
    assert len(set(again)) == 3
    waits = sorted(at - desk.clock.now() for at in again if at is not None)
    assert timedelta(minutes=4) < waits[0] < waits[-1] < timedelta(minutes=6)


def test_two_couriers_where_the_server_has_room_for_one_lose_nothing(
    desk: Desk, application_mail: Write
) -> None:
    letters_for(desk, application_mail, 3)
    with ScriptedSmtp(room=1) as server:
        first, second = sender(desk, server), sender(desk, server)
        assert isinstance(first.courier, SmtpCourier)
        first.courier.connect()
        (trouble,) = run(second)
        assert "too many connections" in str(trouble)
        day(desk, first)
        first.courier.close()

    assert recipients(server.taken) == EVERYBODY


@pytest.mark.parametrize("ends", [1, 2])
def test_a_connection_that_carries_few_mails_is_replaced_in_silence(
    desk: Desk, application_mail: Write, ends: int
) -> None:
    letters_for(desk, application_mail, 3)
    script = [Line("mail", "250 ok", times=ends), Line("mail", "421 4.7.0 enough for one link")]
    with ScriptedSmtp(*script) as server:
        one = sender(desk, server)
        assert run(one) == []
        one.courier.close()

    assert recipients(server.taken) == EVERYBODY
    assert attempts(desk) == [1, 1, 1]


def test_a_server_that_offers_pipelining_and_drops_what_was_written_ahead_gets_all_mails(
    desk: Desk, application_mail: Write
) -> None:
    letters_for(desk, application_mail, 3)
    with ScriptedSmtp(forgetful=True) as server:
        one = sender(desk, server)
        over(desk, one, timedelta(minutes=10), timedelta(minutes=1))
        one.courier.close()

    assert recipients(server.taken) == EVERYBODY
    assert set(ids(server.handed).values()) == {1}
    assert server.connections <= 3


def test_an_answer_that_has_no_end_is_not_taken_for_the_next_ones(
    desk: Desk, application_mail: Write
) -> None:
    letters_for(desk, application_mail, 2)
    with ScriptedSmtp(Line("dot", f"{ENDLESS}\r\n250 ok")) as server:
        one = sender(desk, server)
        run(one)
        one.courier.close()

    assert statuses(desk)["unknown"] == 1


# ---------------------------------------------------------------- not let in, nobody there


def test_an_outage_counts_as_no_attempt_and_is_one_line_a_try(
    desk: Desk, application_mail: Write
) -> None:
    letters_for(desk, application_mail, 3)
    with ScriptedSmtp() as gone:
        settings = gone.settings()
    courier = SmtpCourier(settings)
    one = Sender(desk.office, courier)
    with log.captured(desk.clock.now) as lines:
        troubles = over(desk, one, timedelta(hours=2), timedelta(minutes=2))

    assert len(troubles) > 50
    assert {type(trouble) for trouble in troubles} == {LinkLost}
    assert attempts(desk) == [0, 0, 0]
    assert len(lines) <= 2 * len(troubles)
    assert statuses(desk) == {"queued": 3}


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ([Line("auth", "535 5.7.8 wrong password", times=OFTEN)], LoginRefused),
        ([Line("auth", "454 4.7.0 not now", times=OFTEN)], LinkLost),
        ([Line("auth", CLOSE, times=OFTEN)], LinkLost),
        ([Line("auth", SILENCE, times=OFTEN)], LinkLost),
        ([Line("mail", "530 5.7.0 log in first", times=OFTEN)], LinkLost),
    ],
    ids=["535", "454", "close", "silence", "530"],
)
def test_a_login_that_is_refused_is_told_and_later_works(
    desk: Desk, application_mail: Write, script: list[Line], error: type[TransportError]
) -> None:
    letters_for(desk, application_mail, 3)
    extensions = ("PIPELINING", "AUTH PLAIN")
    with ScriptedSmtp(*script, extensions=extensions) as server:
        one = sender(desk, server, user="office", password="hidden-word")
        troubles = over(desk, one, timedelta(minutes=10), timedelta(minutes=5))
        assert {type(trouble) for trouble in troubles} == {error}
        assert "hidden-word" not in str(troubles)
        assert server.taken == []
        script[0].times = 0
        day(desk, one)
        one.courier.close()

    assert recipients(server.taken) == EVERYBODY
    assert open_tasks(desk) == []


@pytest.mark.parametrize(
    ("action", "error"),
    [
        ("454 4.7.0 TLS not available", LinkLost),
        ("501 5.5.4 no", LinkLost),
        (CLOSE, LinkLost),
        (SILENCE, LinkLost),
        (GARBAGE, LinkLost),
    ],
    ids=["454", "501", "close", "silence", "garbage"],
)
def test_no_letter_leaves_where_tls_fails_and_all_do_when_it_works(
    desk: Desk,
    application_mail: Write,
    certificate: Certificate,
    action: str,
    error: type[TransportError],
) -> None:
    letters_for(desk, application_mail, 3)
    with ScriptedSmtp(
        Line("starttls", action, times=2),
        extensions=("STARTTLS", "PIPELINING"),
        tls=certificate.server_context(),
    ) as server:
        one = sender(desk, server, security="starttls", ca_file=certificate.file)
        troubles = day(desk, one)
        one.courier.close()

    assert {type(trouble) for trouble in troubles} == {error}
    assert recipients(server.taken) == EVERYBODY


def test_no_letter_is_shown_to_a_server_with_a_wrong_certificate(
    desk: Desk, application_mail: Write, certificate: Certificate
) -> None:
    letters_for(desk, application_mail, 2)
    with ScriptedSmtp(extensions=("STARTTLS",), tls=certificate.server_context()) as server:
        one = sender(desk, server, security="starttls")
        (trouble,) = run(one)
        one.courier.close()

    assert type(trouble) is NotSecure
    assert not any("MAIL" in command for command in server.heard)
    assert statuses(desk) == {"queued": 2}


def test_a_letter_that_never_gets_through_is_given_up_in_time_and_its_application_told(
    desk: Desk, application_mail: Write
) -> None:
    letters_for(desk, application_mail, 1)
    begun = desk.clock.now()
    with ScriptedSmtp(Line("rcpt", "451 4.7.1 never", times=OFTEN), strict=True) as server:
        one = sender(desk, server)
        while statuses(desk) == {"queued": 1}:
            desk.clock.advance(timedelta(hours=1))
            run(one)
        one.courier.close()

    assert GIVE_UP_AFTER <= desk.clock.now() - begun <= GIVE_UP_AFTER + timedelta(hours=6)
    assert desk.application().bounced == ("a0@example.jp",)
    assert open_tasks(desk) == ["address"]
    assert len(server.heard) < 200


# ---------------------------------------------------------------- the store, while letters leave


class _Failing:
    """The next calls of a function of the store fail, before or after they did their work."""

    def __init__(self, real: Callable[..., object], *, after: bool) -> None:
        self.real, self.after, self.times = real, after, 1

    def __call__(self, *arguments: object, **more: object) -> object:
        if not self.times:
            return self.real(*arguments, **more)
        self.times -= 1
        if self.after:
            self.real(*arguments, **more)
        raise Unavailable("the answer to COMMIT was lost" if self.after else "not there")


@pytest.mark.parametrize("after", [False, True], ids=["not committed", "committed"])
@pytest.mark.parametrize("name", ["claim", "mark_at_dot", "may_have_secret"])
def test_a_store_that_fails_between_two_steps_of_sending_leaves_no_letter_behind(
    desk: Desk, application_mail: Write, name: str, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    """Also where the commit went through and only its answer was lost."""
    desk.receive(application_mail())
    desk.work()
    desk.pay(desk.application().reference, 1000, date(2026, 2, 3))
    desk.clock.set(RELEASE)
    admit(desk)
    with ScriptedSmtp() as server:
        one = sender(desk, server)
        monkeypatch.setattr(outbox, name, _Failing(getattr(outbox, name), after=after))
        for _ in range(5):
            try:
                while one.send_next():
                    pass
            except Unavailable:
                continue
            desk.clock.advance(timedelta(minutes=2))
        one.courier.close()

        secrets = [mail for mail in server.taken if SECRETS["password"].encode() in _text(mail)]
    assert len(secrets) == 1
    assert "sending" not in statuses(desk)
    assert set(ids(server.handed).values()) == {1}


def test_a_sender_leaves_alone_what_another_of_the_same_daemon_has_in_hand(
    desk: Desk, application_mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters_for(desk, application_mail, 2)
    with ScriptedSmtp() as server:
        one, other = sender(desk, server), sender(desk, server)
        with monkeypatch.context() as small:
            small.setattr("pipeline.workers.send.BATCH", 1)
            mine = one._claimed(desk.clock.now())
        monkeypatch.setattr(outbox, "claim", _Failing(outbox.claim, after=True))
        with pytest.raises(Unavailable):
            other.send_next()
        run(other)
        other.courier.close()

    assert [letter.recipient for letter in mine] == ["a0@example.jp"]
    assert recipients(server.handed) == {"a1@example.jp": 1}
    assert statuses(desk) == {"sending": 1, "sent": 1}
