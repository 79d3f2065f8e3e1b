"""The SMTP courier against a server that misbehaves in every phase."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from pipeline.transport.courier import Delivery, Fate, Parcel, SmtpCourier, SmtpSettings
from pipeline.transport.errors import LinkLost, LoginRefused, NotSecure
from tests.transport.scripted_smtp import CLOSE, SILENCE, Line, ScriptedSmtp

RAW = b"Subject: one\r\n\r\nhello\r\n"
WAYS = pytest.mark.parametrize(
    "extensions", [("PIPELINING", "SIZE 40000000"), ("8BITMIME",)], ids=["written ahead", "in turn"]
)


def parcel(number: int, *, guarded: bool = False, raw: bytes = RAW) -> Parcel:
    return Parcel(number, "office@example.jp", f"{number}@example.jp", raw, guarded)


def parcels(count: int, *, guarded: bool = False) -> list[Parcel]:
    return [parcel(number, guarded=guarded) for number in range(1, count + 1)]


def nobody_is_guarded(parcel: Parcel) -> None:
    raise AssertionError(f"{parcel} was not guarded")


def carry(
    server: ScriptedSmtp,
    sent: list[Parcel],
    before_dot: Callable[[Parcel], None] = nobody_is_guarded,
    **settings: float,
) -> list[Delivery]:
    courier = SmtpCourier(server.settings(**settings))
    try:
        return list(courier.deliver(sent, before_dot))
    finally:
        courier.close()


def fates(deliveries: list[Delivery]) -> list[tuple[int, str, str, int | None]]:
    return [(d.id, d.fate.value, d.phase, d.code) for d in deliveries]


@WAYS
def test_many_mails_travel_on_one_connection(extensions: tuple[str, ...]) -> None:
    with ScriptedSmtp(extensions=extensions) as server:
        told = carry(server, parcels(20))

    assert fates(told) == [(n, "accepted", "dot", 250) for n in range(1, 21)]
    assert [mail.recipient for mail in server.taken] == [f"{n}@example.jp" for n in range(1, 21)]
    assert server.connections == 1
    assert server.heard[-1] == "QUIT"


def test_the_connection_is_kept_between_deliveries() -> None:
    with ScriptedSmtp() as server:
        courier = SmtpCourier(server.settings())
        for number in (1, 2, 3):
            list(courier.deliver([parcel(number)], nobody_is_guarded))
        courier.close()

    assert server.connections == 1
    assert len(server.taken) == 3


def test_the_next_commands_are_written_with_the_mail_before_them() -> None:
    with ScriptedSmtp() as server:
        carry(server, parcels(3))

    assert server.ahead == [True, True, False]


def test_nothing_is_written_ahead_where_the_server_does_not_offer_it() -> None:
    with ScriptedSmtp(extensions=("8BITMIME",)) as server:
        carry(server, parcels(3))

    assert server.ahead == [False, False, False]


def test_the_size_is_announced_where_the_server_wants_it() -> None:
    with ScriptedSmtp() as server:
        carry(server, [parcel(1)])

    assert f"MAIL FROM:<office@example.jp> SIZE={len(RAW)}" in server.heard


def test_the_null_reverse_path_is_written_as_such() -> None:
    with ScriptedSmtp(extensions=("PIPELINING",)) as server:
        carry(server, [Parcel(1, "", "a@example.jp", RAW)])

    assert "MAIL FROM:<>" in server.heard


@WAYS
@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize(("code", "fate"), [(450, "later"), (550, "refused")])
def test_a_no_in_any_phase_concerns_its_mail_alone(
    extensions: tuple[str, ...], phase: str, code: int, fate: str
) -> None:
    no, second = f"{code} 4.0.0 no", "2@example.jp"
    lines = {  # MAIL does not tell whose turn it is: the first goes well
        "mail": [Line("mail", "250 ok"), Line("mail", no), Line("data", "503 no sender", second)],
        "rcpt": [Line("rcpt", no, second), Line("data", "503 no recipient", second)],
        "data": [Line("data", no, second)],
        "dot": [Line("dot", no, second)],
    }[phase]
    with ScriptedSmtp(*lines, extensions=extensions) as server:
        told = carry(server, parcels(3))

    assert fates(told) == [
        (1, "accepted", "dot", 250),
        (2, fate, phase, code),
        (3, "accepted", "dot", 250),
    ]
    assert [mail.recipient for mail in server.taken] == ["1@example.jp", "3@example.jp"]
    assert server.connections == 1
    assert ("RSET" in server.heard) == (phase != "dot")


def test_a_server_that_forgets_its_own_no_gets_an_empty_mail_to_nobody() -> None:
    """RFC 2920, 3.1: DATA may be answered with 354 although every recipient was refused."""
    with ScriptedSmtp(
        Line("rcpt", "550 5.1.1 nobody", "1@example.jp"), Line("dot", "554 5.5.1 no recipients")
    ) as server:
        told = carry(server, parcels(2))

    assert fates(told) == [(1, "refused", "rcpt", 550), (2, "accepted", "dot", 250)]
    assert [mail.recipient for mail in server.taken] == ["2@example.jp"]


@WAYS
@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
def test_a_link_lost_before_the_dot_delivered_nothing(
    extensions: tuple[str, ...], phase: str
) -> None:
    with ScriptedSmtp(Line(phase, CLOSE), extensions=extensions) as server:
        told = carry(server, parcels(3))

    assert [(d.id, d.fate) for d in told] == [
        (1, Fate.LATER),
        (2, Fate.UNTRIED),
        (3, Fate.UNTRIED),
    ]
    assert told[0].phase == phase
    assert server.taken == []


def test_a_link_lost_in_the_middle_of_a_mail_delivered_nothing() -> None:
    """The dot has not been handed over: so large a mail fits no buffer on the way."""
    large = b"Subject: large\r\n\r\n" + b"x" * 78 + b"\r\n" + b"y" * 40_000_000
    with ScriptedSmtp(Line("body", CLOSE)) as server:
        told = carry(server, [parcel(1, raw=large)])

    assert fates(told) == [(1, "later", "data", None)]


@WAYS
def test_a_link_lost_after_the_dot_leaves_the_fate_unknown(extensions: tuple[str, ...]) -> None:
    with ScriptedSmtp(Line("dot", CLOSE, "2@example.jp"), extensions=extensions) as server:
        told = carry(server, parcels(4))

    assert fates(told) == [
        (1, "accepted", "dot", 250),
        (2, "unknown", "dot", None),
        (3, "accepted", "dot", 250),
        (4, "accepted", "dot", 250),
    ]
    assert server.connections == 2


def test_a_server_that_keeps_silent_after_the_dot_leaves_the_fate_unknown() -> None:
    with ScriptedSmtp(Line("dot", SILENCE)) as server:
        told = carry(server, parcels(2), dot_timeout=0.2)

    assert fates(told) == [(1, "unknown", "dot", None), (2, "untried", "connect", None)]
    assert "timed out" in told[0].text


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
def test_a_server_that_keeps_silent_before_the_dot_delivered_nothing(phase: str) -> None:
    with ScriptedSmtp(Line(phase, SILENCE)) as server:
        told = carry(server, parcels(1), timeout=0.2)

    assert fates(told) == [(1, "later", phase, None)]


@WAYS
@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
def test_a_goodbye_before_the_dot_is_no_fault_of_the_mail(
    extensions: tuple[str, ...], phase: str
) -> None:
    """421 after some mails is how servers limit a connection: the mail goes on over a new one."""
    script = [Line(phase, "250 ok" if phase != "data" else "354 go on") for _ in range(2)]
    with ScriptedSmtp(*script, Line(phase, "421 4.4.2 enough"), extensions=extensions) as server:
        told = carry(server, parcels(4))

    assert [d.fate for d in told] == [Fate.ACCEPTED] * 4
    assert [mail.recipient for mail in server.taken] == [f"{n}@example.jp" for n in range(1, 5)]
    assert server.connections == 2


def test_a_goodbye_to_the_first_mail_of_a_new_link_puts_it_off() -> None:
    with ScriptedSmtp(Line("mail", "421 4.3.2 going down", times=5)) as server:
        told = carry(server, parcels(2))

    assert fates(told) == [(1, "later", "mail", 421), (2, "untried", "connect", None)]
    assert server.connections == 1


def test_a_goodbye_as_answer_to_the_dot_is_a_clear_no() -> None:
    with ScriptedSmtp(Line("dot", "421 4.3.2 going down", "1@example.jp")) as server:
        told = carry(server, parcels(2))

    assert fates(told) == [(1, "later", "dot", 421), (2, "accepted", "dot", 250)]
    assert server.connections == 2


def test_a_link_that_died_between_deliveries_is_replaced_in_silence() -> None:
    with ScriptedSmtp() as server:
        courier = SmtpCourier(server.settings())
        first = list(courier.deliver([parcel(1)], nobody_is_guarded))
        server.hang_up()
        second = list(courier.deliver([parcel(2)], nobody_is_guarded))
        courier.close()

    assert [d.fate for d in first + second] == [Fate.ACCEPTED] * 2
    assert server.connections == 2


def test_not_being_let_in_is_no_fault_of_the_mail() -> None:
    with ScriptedSmtp(Line("mail", "530 5.7.0 log in first", times=9)) as server:
        told = carry(server, parcels(2))

    assert fates(told) == [(1, "later", "mail", 530), (2, "untried", "connect", None)]


def test_where_nobody_listens_nothing_is_tried() -> None:
    with ScriptedSmtp() as server:
        settings = server.settings()
    told = list(SmtpCourier(settings).deliver(parcels(2), nobody_is_guarded))

    assert fates(told) == [(1, "untried", "connect", None), (2, "untried", "connect", None)]
    assert f"SMTP 127.0.0.1:{settings.port}" in told[0].text


@pytest.mark.parametrize("answer", ["554 5.3.2 no service", CLOSE])
def test_a_server_that_does_not_greet_is_not_tried(answer: str) -> None:
    with ScriptedSmtp(Line("greeting", answer)) as server:
        told = carry(server, parcels(1))

    assert fates(told) == [(1, "untried", "connect", None)]


@pytest.mark.parametrize("answer", ["not smtp at all", "354 what?", "220-endless"])
def test_an_answer_that_does_not_fit_ends_the_conversation(answer: str) -> None:
    with ScriptedSmtp(Line("mail", answer)) as server:
        told = carry(server, parcels(2), timeout=0.3)

    assert [d.fate for d in told] == [Fate.LATER, Fate.UNTRIED]


def test_an_answer_to_the_dot_that_does_not_fit_leaves_the_fate_unknown() -> None:
    with ScriptedSmtp(Line("dot", "354 more, please")) as server:
        told = carry(server, parcels(1))

    assert fates(told) == [(1, "unknown", "dot", 354)]


def test_dots_are_doubled_and_line_ends_made_whole() -> None:
    with ScriptedSmtp() as server:
        carry(server, [parcel(1, raw=b".a\r\n.\r\n..b\nc\rd\r\n.")])

    assert server.taken[0].raw == b"..a\r\n..\r\n...b\r\nc\r\nd\r\n..\r\n"


@pytest.mark.parametrize(
    "address",
    ["", "a", "@example.jp", "a@", "a@b>\r\nRCPT TO:<c@d.test", "a b@example.jp", "山@example.jp"],
)
def test_an_address_that_smtp_cannot_carry_is_refused_unsent(address: str) -> None:
    sent = [parcel(1), Parcel(2, "office@example.jp", address, RAW), parcel(3)]
    with ScriptedSmtp() as server:
        told = carry(server, sent)

    assert fates(told) == [
        (1, "accepted", "dot", 250),
        (2, "refused", "rcpt", None),
        (3, "accepted", "dot", 250),
    ]
    assert len(server.taken) == 2


def test_a_local_part_that_is_no_dot_atom_is_quoted() -> None:
    sent = [
        Parcel(1, "office@example.jp", "a..b.@example.jp", RAW),
        Parcel(2, "office@example.jp", '"c..d"@example.jp', RAW),
    ]
    with ScriptedSmtp() as server:
        carry(server, sent)

    assert [mail.recipient for mail in server.taken] == ['"a..b."@example.jp', '"c..d"@example.jp']


@WAYS
def test_a_guarded_mails_dot_waits_for_leave(extensions: tuple[str, ...]) -> None:
    with ScriptedSmtp(extensions=extensions) as server:
        at_leave: list[tuple[int, int]] = []

        def before_dot(parcel: Parcel) -> None:
            at_leave.append((parcel.id, server.heard.count(".")))

        told = carry(
            server, [parcel(1), parcel(2, guarded=True), parcel(3, guarded=True)], before_dot
        )

    assert at_leave == [(2, 1), (3, 2)]
    assert [d.fate for d in told] == [Fate.ACCEPTED] * 3


def test_a_guarded_mail_without_leave_is_not_delivered() -> None:
    def before_dot(parcel: Parcel) -> None:
        raise LookupError(parcel.id)

    with ScriptedSmtp() as server:
        courier = SmtpCourier(server.settings())
        told: list[Delivery] = []
        with pytest.raises(LookupError):
            told.extend(courier.deliver(parcels(2, guarded=True), before_dot))
        later = list(courier.deliver([parcel(3)], nobody_is_guarded))
        courier.close()

    assert told == []
    assert [mail.recipient for mail in server.taken] == ["3@example.jp"]
    assert [d.fate for d in later] == [Fate.ACCEPTED]


@WAYS
@pytest.mark.parametrize("objection", ["452 4.3.1 disk full", "421 4.3.2 going down"])
def test_a_guarded_mail_gets_no_leave_where_the_server_objects_before_the_dot(
    extensions: tuple[str, ...], objection: str
) -> None:
    asked: list[int] = []
    script = Line("data", f"354 go on\r\n{objection}")
    with ScriptedSmtp(script, extensions=extensions) as server:
        told = carry(server, [parcel(1, guarded=True)], lambda parcel: asked.append(parcel.id))

    assert fates(told) == [(1, "later", "data", int(objection[:3]))]
    assert asked == []
    assert server.taken == []


def test_a_guarded_mail_whose_link_is_lost_after_the_dot_is_unknown_and_not_repeated() -> None:
    asked: list[int] = []
    with ScriptedSmtp(Line("dot", CLOSE, "2@example.jp")) as server:
        told = carry(server, parcels(3, guarded=True), lambda parcel: asked.append(parcel.id))

    assert [d.fate for d in told] == [Fate.ACCEPTED, Fate.UNKNOWN, Fate.ACCEPTED]
    assert asked == [1, 2, 3]


def test_whoever_stops_listening_gets_a_fresh_connection_the_next_time() -> None:
    """The server has heard of the second mail already, and must not get another in its place."""
    with ScriptedSmtp() as server:
        courier = SmtpCourier(server.settings())
        carried = courier.deliver(parcels(2), nobody_is_guarded)
        told = [next(carried)]
        carried.close()  # type: ignore[attr-defined]  # it is a generator
        told += courier.deliver([parcel(3)], nobody_is_guarded)
        courier.close()

    assert [d.fate for d in told] == [Fate.ACCEPTED] * 2
    assert [mail.recipient for mail in server.taken] == ["1@example.jp", "3@example.jp"]
    assert server.connections == 2


def test_after_stop_the_rest_are_untried() -> None:
    with ScriptedSmtp() as server:
        courier = SmtpCourier(server.settings())
        told: list[Delivery] = []
        for delivery in courier.deliver(parcels(3), nobody_is_guarded):
            told.append(delivery)
            courier.stop()
        courier.close()

    assert [d.fate for d in told] == [Fate.ACCEPTED, Fate.UNTRIED, Fate.UNTRIED]
    assert len(server.taken) == 1


def test_mails_keep_to_the_rate() -> None:
    now = 100.0
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        nonlocal now
        pauses.append(round(seconds, 6))
        now += seconds

    with ScriptedSmtp() as server:
        courier = SmtpCourier(server.settings(per_second=4.0), pause=pause, seconds=lambda: now)
        list(courier.deliver(parcels(3), nobody_is_guarded))
        now += 60
        list(courier.deliver(parcels(2), nobody_is_guarded))
        courier.close()

    assert pauses == [0.25, 0.25, 0.25]
    assert len(server.taken) == 5


def test_a_token_is_shown_as_xoauth2() -> None:
    with ScriptedSmtp(extensions=("PIPELINING", "AUTH XOAUTH2")) as server:
        courier = SmtpCourier(
            server.settings(user="office@example.jp", oauth_token=lambda: "t0ken")
        )
        told = list(courier.deliver(parcels(1), nobody_is_guarded))
        courier.close()

    shown = next(line for line in server.heard if line.startswith("AUTH XOAUTH2 "))
    assert base64.b64decode(shown.split()[2]) == (
        b"user=office@example.jp\x01auth=Bearer t0ken\x01\x01"
    )
    assert [d.fate for d in told] == [Fate.ACCEPTED]


@pytest.mark.parametrize(
    ("answer", "error"), [("535 5.7.8 no", LoginRefused), ("454 4.7.0 not now", LinkLost)]
)
def test_a_token_that_is_refused_shows_no_token(answer: str, error: type[Exception]) -> None:
    """The refusal comes as a challenge, which is answered with an empty line."""
    script = (Line("auth", "334 eyJzdGF0dXMiOiI0MDAifQ=="), Line("", answer))
    with ScriptedSmtp(*script, extensions=("AUTH XOAUTH2",)) as server:
        courier = SmtpCourier(server.settings(user="office", oauth_token=lambda: "hidden-word"))
        with pytest.raises(error, match=answer) as caught:
            courier.connect()

    assert "hidden-word" not in str(caught.value)


def test_a_password_is_not_sent_where_auth_is_not_offered() -> None:
    with ScriptedSmtp() as server:
        courier = SmtpCourier(server.settings(user="office", password="hidden-word"))
        with pytest.raises(LoginRefused, match="AUTH") as caught:
            courier.connect()

    assert "hidden-word" not in str(caught.value)
    assert "hidden-word" not in repr(server.settings(user="office", password="hidden-word"))


def test_nothing_is_sent_where_starttls_is_not_offered() -> None:
    with ScriptedSmtp() as server, pytest.raises(NotSecure, match="STARTTLS"):
        SmtpCourier(server.settings(security="starttls")).connect()

    assert [line.split()[0] for line in server.heard] == ["ehlo"]


def test_no_mail_leaves_this_machine_in_the_clear() -> None:
    courier = SmtpCourier(SmtpSettings("mail.example.jp", 25, security="none"))
    with pytest.raises(NotSecure, match="security none"):
        courier.connect()
