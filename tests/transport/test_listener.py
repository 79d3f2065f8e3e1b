"""The listener, spoken to by the standard library's clients."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from pipeline.clock import machine_now
from pipeline.transport.courier import Fate, Parcel, SmtpCourier, SmtpSettings
from pipeline.transport.listener import Listener, Received
from tests.servers.binaries import eventually

RAW = b"Subject: one\r\n\r\n.hello\r\n"
OURS = ("office@example.jp", "second@example.jp")


class Kept:
    """What was kept, call by call."""

    def __init__(self) -> None:
        self.calls: list[list[Received]] = []
        self.threads: set[str] = set()

    def __call__(self, mails: Sequence[Received]) -> None:
        self.calls.append(list(mails))
        self.threads.add(threading.current_thread().name)

    @property
    def mails(self) -> list[Received]:
        return [mail for call in self.calls for mail in call]


@contextmanager
def listening(keep: Any, **more: Any) -> Iterator[Listener]:
    listener = Listener("127.0.0.1", 0, keep=keep, accept=OURS.__contains__, **more)
    listener.start()
    try:
        yield listener
    finally:
        listener.stop()


def client(listener: Listener) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", listener.port, "client.test", timeout=20)


def test_a_mail_is_handed_on_byte_by_byte_with_its_envelope() -> None:
    kept = Kept()
    with listening(kept) as listener, client(listener) as smtp:
        smtp.sendmail("a@example.jp", OURS, RAW)

    [mail] = kept.mails
    assert (mail.raw, mail.envelope_sender, mail.recipients) == (RAW, "a@example.jp", OURS)
    assert abs(mail.received_at - machine_now()) < timedelta(minutes=10)
    assert mail.received_at.tzinfo is not None


def test_the_null_reverse_path_is_taken() -> None:
    kept = Kept()
    with listening(kept) as listener, client(listener) as smtp:
        smtp.sendmail("", [OURS[0]], RAW)

    assert kept.mails[0].envelope_sender == ""


def test_yes_is_said_only_after_the_mail_is_kept() -> None:
    entered, may_return = threading.Event(), threading.Event()

    def keep(mails: Sequence[Received]) -> None:
        entered.set()
        assert may_return.wait(20)

    with (
        listening(keep) as listener,
        socket.create_connection(("127.0.0.1", listener.port), timeout=20) as link,
        link.makefile("rb") as answers,
    ):
        link.sendall(
            b"EHLO a\r\nMAIL FROM:<a@example.jp>\r\nRCPT TO:<office@example.jp>\r\nDATA\r\n"
        )
        while not answers.readline().startswith(b"354"):
            pass
        link.sendall(RAW + b".\r\n")
        assert entered.wait(20)
        link.settimeout(0.1)
        with pytest.raises(TimeoutError):
            link.recv(100)
        link.settimeout(20)
        may_return.set()

        assert link.recv(100).startswith(b"250 ")


def test_a_mail_that_cannot_be_kept_stays_with_the_sender() -> None:
    def keep(mails: Sequence[Received]) -> None:
        raise OSError("no space left")

    with (
        listening(keep) as listener,
        client(listener) as smtp,
        pytest.raises(smtplib.SMTPDataError) as caught,
    ):
        smtp.sendmail("a@example.jp", [OURS[0]], RAW)

    assert caught.value.smtp_code == 451
    assert b"space" not in caught.value.smtp_error


def test_after_a_failure_the_next_mail_is_taken() -> None:
    answers = iter([OSError("database is locked"), None])
    kept: list[Received] = []

    def keep(mails: Sequence[Received]) -> None:
        trouble = next(answers)
        if trouble is not None:
            raise trouble
        kept.extend(mails)

    with listening(keep) as listener, client(listener) as smtp:
        with pytest.raises(smtplib.SMTPDataError):
            smtp.sendmail("a@example.jp", [OURS[0]], RAW)
        smtp.sendmail("a@example.jp", [OURS[0]], RAW)

    assert len(kept) == 1


def test_mails_that_wait_are_kept_together() -> None:
    entered, may_return = threading.Event(), threading.Event()
    kept = Kept()

    def keep(mails: Sequence[Received]) -> None:
        entered.set()
        assert may_return.wait(20)
        kept(mails)

    def send(listener: Listener) -> None:
        with client(listener) as smtp:
            smtp.sendmail("a@example.jp", [OURS[0]], RAW)

    with listening(keep) as listener:
        first = threading.Thread(target=send, args=(listener,))
        first.start()
        assert entered.wait(20)
        others = [threading.Thread(target=send, args=(listener,)) for _ in range(8)]
        for other in others:
            other.start()
        waiting = listener._keeper._waiting
        eventually(lambda: waiting.qsize() == 8, "all are at their final dot")
        may_return.set()
        for thread in (first, *others):
            thread.join(20)

    assert [len(call) for call in kept.calls] == [1, 8]
    assert kept.threads == {"listener keeps"}


@pytest.mark.parametrize("address", ["other@example.jp", "office@example.com", "office"])
def test_a_recipient_that_is_not_ours_is_refused(address: str) -> None:
    kept = Kept()
    with listening(kept) as listener, client(listener) as smtp:
        refused = smtp.sendmail("a@example.jp", [OURS[0], address], RAW)

    assert refused[address][0] == 550
    assert kept.mails[0].recipients == (OURS[0],)


def test_a_mail_over_the_limit_is_refused() -> None:
    kept = Kept()
    with listening(kept, max_size=10_000) as listener, client(listener) as smtp:
        smtp.ehlo_or_helo_if_needed()
        smtp.esmtp_features.pop("size")  # so that the size is not announced, and found out late
        with pytest.raises(smtplib.SMTPDataError) as caught:
            smtp.sendmail("a@example.jp", [OURS[0]], RAW + b"x" * 78 + b"\r\n" + RAW * 1000)
        smtp.sendmail("a@example.jp", [OURS[0]], RAW)

    assert caught.value.smtp_code == 552
    assert len(kept.mails) == 1


def test_an_attachment_of_25_megabytes_is_taken_though_base64_makes_it_larger() -> None:
    kept = Kept()
    raw = RAW + (b"x" * 996 + b"\r\n") * (34 * 1024 * 1024 // 998)
    with listening(kept) as listener, client(listener) as smtp:
        smtp.sendmail("a@example.jp", [OURS[0]], raw)

    assert len(kept.mails[0].raw) == len(raw)


def test_a_letter_written_as_one_line_is_taken() -> None:
    kept = Kept()
    raw = RAW + b"x" * 500_000 + b"\r\n"
    with listening(kept) as listener, client(listener) as smtp:
        smtp.sendmail("a@example.jp", [OURS[0]], raw)

    assert kept.mails[0].raw == raw


def test_whoever_comes_when_all_places_are_taken_is_asked_to_come_back() -> None:
    kept = Kept()
    with listening(kept, max_connections=2) as listener:
        first, second = client(listener), client(listener)
        with pytest.raises(smtplib.SMTPConnectError) as caught:
            client(listener)
        first.sendmail("a@example.jp", [OURS[0]], RAW)
        for one in (first, second):
            one.close()

    assert caught.value.smtp_code == 421
    assert len(kept.mails) == 1


def test_a_place_that_was_left_can_be_taken_again() -> None:
    kept = Kept()
    with listening(kept, max_connections=1) as listener:
        for _ in range(5):
            with client(listener) as smtp:
                smtp.sendmail("a@example.jp", [OURS[0]], RAW)

    assert len(kept.mails) == 5


def test_commands_may_be_written_ahead() -> None:
    kept = Kept()
    with listening(kept) as listener:
        courier = SmtpCourier(SmtpSettings("127.0.0.1", listener.port, security="none"))
        told = list(
            courier.deliver(
                [Parcel(n, "a@example.jp", OURS[0], RAW) for n in range(30)], lambda _: None
            )
        )
        courier.close()

    assert [d.fate for d in told] == [Fate.ACCEPTED] * 30
    assert len(kept.mails) == 30


@pytest.mark.parametrize("trouble", [None, OSError("no space left")])
def test_lmtp_answers_once_for_every_recipient(trouble: OSError | None) -> None:
    """RFC 2033, 4.2.  By hand: the standard library's client reads one answer only."""
    kept = Kept()

    def keep(mails: Sequence[Received]) -> None:
        if trouble is not None:
            raise trouble
        kept(mails)

    with (
        listening(keep, lmtp=True) as listener,
        socket.create_connection(("127.0.0.1", listener.port), timeout=20) as link,
        link.makefile("rb") as answers,
    ):
        link.sendall(
            b"LHLO client.test\r\nMAIL FROM:<a@example.jp>\r\n"
            b"RCPT TO:<office@example.jp>\r\nRCPT TO:<other@example.jp>\r\n"
            b"RCPT TO:<second@example.jp>\r\nDATA\r\n" + RAW + b".\r\nQUIT\r\n"
        )
        codes = [line[:3] for line in answers if line[3:4] == b" "]

    final = b"250" if trouble is None else b"451"
    #                greeting, LHLO, MAIL, three recipients,    DATA,   end of data, QUIT
    assert codes == [b"220", b"250", b"250", b"250", b"550", b"250", b"354", final, final, b"221"]
    if trouble is None:
        assert kept.mails[0].recipients == OURS


def test_lmtp_is_not_smtp() -> None:
    with listening(Kept(), lmtp=True) as listener, client(listener) as smtp:
        assert smtp.ehlo()[0] == 500


def test_stop_answers_for_what_is_being_kept() -> None:
    entered, may_return = threading.Event(), threading.Event()
    kept = Kept()
    answers: list[Any] = []

    def keep(mails: Sequence[Received]) -> None:
        entered.set()
        assert may_return.wait(20)
        kept(mails)

    def send(port: int) -> None:
        smtp = smtplib.SMTP("127.0.0.1", port, "client.test", timeout=20)
        answers.append(smtp.sendmail("a@example.jp", [OURS[0]], RAW))
        smtp.close()

    listener = Listener("127.0.0.1", 0, keep=keep, accept=OURS.__contains__)
    listener.start()
    sender = threading.Thread(target=send, args=(listener.port,))
    sender.start()
    assert entered.wait(20)
    stopper = threading.Thread(target=listener.stop)
    stopper.start()
    may_return.set()
    stopper.join(20)
    sender.join(20)

    assert answers == [{}]
    assert len(kept.mails) == 1


def test_a_port_that_is_taken_is_told_at_once() -> None:
    with listening(Kept()) as listener, pytest.raises(OSError, match="in use"):
        Listener("127.0.0.1", listener.port, keep=Kept(), accept=OURS.__contains__).start()


def test_stopping_twice_or_unstarted_is_harmless() -> None:
    listener = Listener("127.0.0.1", 0, keep=Kept(), accept=OURS.__contains__)
    listener.stop()
    listener.start()
    listener.stop()
    listener.stop()
