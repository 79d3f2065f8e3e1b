"""Applications in other people's names, where the rules say `confirm_by_mail`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline.domain.application import Application, State
from pipeline.domain.decision import Reason, TaskKind
from pipeline.domain.events import Accepted, Declined, Resent
from pipeline.domain.rules import FormSender, Rules
from pipeline.mail.templates import Library
from pipeline.store import journal
from pipeline.workers import act
from tests.workers.confirmation import (
    ASKED,
    HANAKO,
    PROVEN,
    SERVER,
    Write,
    answer,
    asked,
    confirming,
    open_tasks,
)
from tests.workers.conftest import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path, rules: Rules, library: Library) -> Iterator[Desk]:
    """An office with three seats that believes nobody whom nothing proves."""
    with open_desk(tmp_path / "store.sqlite3", confirming(rules), library) as one:
        yield one


def say(desk: Desk, raw: bytes) -> Application:
    """A mail comes; the only application after it."""
    desk.clock.set(desk.clock.now() + timedelta(hours=1))
    desk.receive(raw)
    desk.work()
    return desk.application()


# ---------------------------------------------------------------- asked, and confirmed


def test_who_is_not_proven_gets_one_letter_and_no_seat(desk: Desk, application_mail: Write) -> None:
    letter = asked(desk, application_mail())

    one = desk.application()
    assert one.state is State.UNCONFIRMED
    assert one.seats_held == 0
    assert one.confirm_by == desk.office.events[desk.slug].rules.end_of(
        (desk.clock.now() + timedelta(days=2)).date()
    )
    text = desk.texts(HANAKO)[0]
    assert "令和8年2月4日(水)までに" in text
    assert "お心当たりのない場合は、このメールを破棄してください" in text.replace("\n", "")
    assert letter["Auto-Submitted"] == "auto-replied"


def test_the_letter_repeats_nothing_that_was_written_and_says_nothing_of_where_to_pay(
    desk: Desk, application_mail: Write
) -> None:
    asked(desk, application_mail(name="偽名 太郎", extra="http://evil.test\n"))

    text = desk.texts(HANAKO)[0]
    for word in (
        "偽名",
        "evil",
        "ミホン",
        "社会福祉協議会」",
        "043-",
        "見本銀行",
        "1234567",
        "普通",
    ):
        assert word not in text


@pytest.mark.parametrize(
    "words",
    ["確認しました。", "ありがとうございます。", "", "はい、私が申し込みました。", "OK"],
)
def test_any_answer_of_a_person_confirms(desk: Desk, application_mail: Write, words: str) -> None:
    letter = asked(desk, application_mail())

    one = say(desk, answer(letter, words))

    assert one.state is State.AWAITING_PAYMENT
    assert one.arrived_at == desk.clock.now(), "its place in line counts from the answer"
    assert "お申込みの受付とお振込みのご案内" in desk.subjects(HANAKO)[-1]
    assert len(desk.letters()) == 2


def test_an_answer_whose_program_lost_the_thread_confirms_by_its_number(
    desk: Desk, application_mail: Write
) -> None:
    letter = asked(desk, application_mail())

    one = say(desk, answer(letter, "確認しました。", thread=False))

    assert one.state is State.AWAITING_PAYMENT


def test_a_question_in_the_answer_confirms_and_is_answered_by_a_person(
    desk: Desk, application_mail: Write
) -> None:
    letter = asked(desk, application_mail())

    one = say(desk, answer(letter, "請求書をいただけますか。駐車場はありますか。"))

    assert one.state is State.AWAITING_PAYMENT
    assert one.invoice_requested
    assert TaskKind.INVOICE in open_tasks(desk)


def test_words_that_nobody_understands_confirm_and_are_read_by_a_person(
    desk: Desk, application_mail: Write
) -> None:
    letter = asked(desk, application_mail())

    one = say(desk, answer(letter, "はい、私が申し込みました。"))

    assert one.state is State.AWAITING_PAYMENT
    assert open_tasks(desk) == [TaskKind.REVIEW]


def test_a_form_in_the_answer_confirms_and_completes(desk: Desk, application_mail: Write) -> None:
    letter = asked(desk, application_mail(leave_out="フリガナ"))
    ids = f"In-Reply-To: {letter['Message-ID']}\r\n"

    one = say(desk, application_mail(headers=ids, number=2))

    assert one.state is State.AWAITING_PAYMENT
    assert one.participants[0].name_kana


def test_an_incomplete_one_is_asked_for_the_rest_once_it_is_confirmed(
    desk: Desk, application_mail: Write
) -> None:
    letter = asked(desk, application_mail(leave_out="フリガナ"))

    one = say(desk, answer(letter, "確認しました。"))

    assert one.state is State.INCOMPLETE
    assert one.seats_held == 1
    assert "お申込み内容のご確認のお願い" in desk.subjects(HANAKO)[-1]


# ---------------------------------------------------------------- not asked


def test_a_proven_sender_needs_no_confirmation(desk: Desk, application_mail: Write) -> None:
    desk.receive(application_mail(headers=PROVEN))
    desk.work()

    assert desk.application().state is State.AWAITING_PAYMENT


def test_a_proven_form_for_an_unconfirmed_one_counts_and_replaces_what_a_forger_wrote(
    desk: Desk, application_mail: Write
) -> None:
    asked(desk, application_mail(others=("偽名 太郎",)))

    one = say(desk, application_mail(headers=PROVEN, number=2))

    assert one.state is State.AWAITING_PAYMENT
    assert [p.name for p in one.participants] == ["見本 花子"]


def test_a_form_that_the_organiser_lists_counts_as_it_does_without_this_rule(
    tmp_path: Path, rules: Rules, library: Library, application_mail: Write
) -> None:
    sender = FormSender(address="wordpress@form.example.org")
    listed = rules.model_copy(update={"form": rules.form.model_copy(update={"senders": (sender,)})})
    with open_desk(tmp_path / "s.sqlite3", confirming(listed), library) as desk:
        raw = application_mail(headers="Auto-Submitted: auto-generated\r\n")
        desk.receive(
            raw.replace(b"From: <hanako@example.jp>", b"From: <wordpress@form.example.org>")
        )
        desk.work()

        one = desk.application()
        assert (one.contact_address, one.state) == (HANAKO, State.AWAITING_PAYMENT)


# ---------------------------------------------------------------- what confirms nothing


@pytest.mark.parametrize(
    ("words", "headers"),
    [
        ("確認しました。", "Auto-Submitted: auto-replied\r\n"),
        ("確認しました。", "Precedence: bulk\r\n"),
        ("只今不在にしております。2月9日に戻ります。", "X-Autoreply: yes\r\n"),
        ("確認しました。", "List-Id: <l.example.jp>\r\n"),
    ],
)
def test_a_machine_confirms_nothing(
    desk: Desk, application_mail: Write, words: str, headers: str
) -> None:
    letter = asked(desk, application_mail())

    one = say(desk, answer(letter, words, headers=headers))

    assert one.state is State.UNCONFIRMED
    assert len(desk.letters()) == 1


def test_an_answer_from_another_address_goes_to_a_person(
    desk: Desk, application_mail: Write
) -> None:
    letter = asked(desk, application_mail())

    one = say(desk, answer(letter, "確認しました。", "taro@elsewhere.example.com"))

    assert one.state is State.UNCONFIRMED
    assert open_tasks(desk) == [TaskKind.REVIEW]


def test_the_address_of_a_participant_confirms_nothing(desk: Desk, application_mail: Write) -> None:
    """A forger names their own address in the form; our letter did not go there."""
    letter = asked(desk, application_mail(others=("見本 太郎",)))

    one = say(desk, answer(letter, "確認しました。", "p0@example.jp"))

    assert one.state is State.UNCONFIRMED


def test_another_mail_of_the_same_name_confirms_nothing(
    desk: Desk, application_mail: Write
) -> None:
    asked(desk, application_mail())
    for words in (
        "確認しました。",
        "駐車場はありますか。",
        "パスワードを忘れました。再送してください。",
    ):
        fresh = EmailMessage()
        fresh["Subject"] = "件名"
        say(desk, answer(fresh, words, thread=False))

    assert desk.application().state is State.UNCONFIRMED
    assert [s for s in desk.subjects(HANAKO) if ASKED in s] == desk.subjects(HANAKO)[:1]


def test_who_does_not_want_it_has_withdrawn(desk: Desk, application_mail: Write) -> None:
    letter = asked(desk, application_mail())

    one = say(desk, answer(letter, "キャンセルします。"))

    assert one.state is State.WITHDRAWN
    assert "お申込みの取消しを承りました" in desk.subjects(HANAKO)[-1]


@pytest.mark.parametrize(
    "words",
    [
        "心当たりがありません。",
        "申し込んでいません。",
        "人違いではないでしょうか。",
        "I did not apply.",
    ],
)
def test_who_knows_nothing_of_it_is_left_alone_and_a_person_reads_it(
    desk: Desk, application_mail: Write, words: str
) -> None:
    letter = asked(desk, application_mail())

    one = say(desk, answer(letter, words))

    assert (one.state, one.closed_reason) == (State.WITHDRAWN, Reason.DISOWNED)
    assert len(desk.letters()) == 1
    assert open_tasks(desk) == [TaskKind.REVIEW]


def test_a_forged_withdrawal_takes_nothing_away(desk: Desk, application_mail: Write) -> None:
    letter = asked(desk, application_mail())
    fresh = EmailMessage()
    fresh["Subject"] = "件名"

    assert say(desk, answer(fresh, "キャンセルします。", thread=False)).state is State.UNCONFIRMED
    assert len(desk.letters()) == 1
    assert say(desk, answer(letter, "確認しました。")).state is State.AWAITING_PAYMENT


def test_nobody_hears_of_the_end_of_what_nobody_confirmed(
    desk: Desk, application_mail: Write
) -> None:
    letter = asked(desk, application_mail())
    desk.pass_to(desk.clock.now() + timedelta(days=4))

    one = desk.application()
    assert (one.state, one.closed_reason) == (State.EXPIRED, Reason.NEVER_CONFIRMED)
    assert len(desk.letters()) == 1
    assert open_tasks(desk) == []

    assert say(desk, answer(letter, "確認しました。")).state is State.EXPIRED
    assert open_tasks(desk) == [TaskKind.REVIEW]
    assert "メールを受け取りました" in desk.subjects(HANAKO)[-1]


def test_a_letter_that_comes_back_is_nobodys_task(desk: Desk, application_mail: Write) -> None:
    asked(desk, application_mail())
    back = (
        f"From: <MAILER-DAEMON@{SERVER}>\r\nTo: <{desk.courier.sent[0].envelope_sender}>\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; {HANAKO}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    one = say(desk, back.encode())

    assert one.bounced == (HANAKO,)
    assert open_tasks(desk) == []
    say(desk, application_mail(number=2))
    assert len(desk.letters()) == 1
    desk.pass_to(desk.clock.now() + timedelta(days=4))
    assert desk.application().state is State.EXPIRED


# ---------------------------------------------------------------- many


def test_the_same_name_gets_one_letter_however_many_forms_come_in_it(
    desk: Desk, application_mail: Write
) -> None:
    for n, (one, other) in enumerate(itertools.product("一二三四五六七八九十", repeat=2)):
        desk.receive(application_mail(f"見本 {one}{other}", number=n))
    desk.work()

    assert len(desk.letters()) == 1
    most = desk.office.events[desk.slug].rules.intake.max_seats_per_sender
    assert desk.application().seats == most + 1
    say(desk, answer(desk.letters()[0], "確認しました。"))
    assert desk.application().held == Reason.TOO_MANY_SEATS
    assert desk.application().seats_held == 0


def test_a_colleague_in_a_second_mail_is_taken_in_by_the_same_answer(
    desk: Desk, application_mail: Write
) -> None:
    letter = asked(desk, application_mail())
    say(desk, application_mail("見本 二郎", number=2))

    one = say(desk, answer(letter, "確認しました。"))

    assert [p.name for p in one.active] == ["見本 花子", "見本 二郎"]
    assert one.seats_held == 2


def test_who_confirms_first_is_seated_first(desk: Desk, application_mail: Write) -> None:
    people = [f"a{n}@example.jp" for n in range(4)]
    letters = {
        one: asked(desk, application_mail(f"見本 {kanji}子", one, number=n), one)
        for n, (one, kanji) in enumerate(zip(people, "一二三四", strict=True))
    }

    for one in reversed(people):
        desk.receive(answer(letters[one], "確認しました。", one))
        desk.work()

    states = {one.contact_address: one.state for one in desk.applications()}
    assert states.pop(people[0]) is State.WAITLISTED
    assert set(states.values()) == {State.AWAITING_PAYMENT}


def test_somebody_elses_unconfirmed_form_that_names_me_swallows_no_mail_of_mine(
    desk: Desk, application_mail: Write
) -> None:
    forged = application_mail("見本 悪", "evil@evil.test", others=("見本 花子",))
    asked(desk, forged.replace(b"p0@example.jp", b"hanako@example.jp"), "evil@evil.test")

    asked(desk, application_mail())

    assert [one.contact_address for one in desk.applications()] == ["evil@evil.test", HANAKO]


# ---------------------------------------------------------------- the operator


def test_an_operator_confirms_refuses_or_asks_again(desk: Desk, application_mail: Write) -> None:
    asked(desk, application_mail())
    one = desk.application()

    act.act(desk.office, one.reference, Resent(who="suzuki", why="telephone"))
    desk.pass_to(desk.clock.now() + timedelta(hours=1))
    assert [ASKED in s for s in desk.subjects(HANAKO)] == [True, True]
    act.act(desk.office, one.reference, Accepted(who="suzuki", why="telephone"))
    desk.work()

    assert desk.application().state is State.AWAITING_PAYMENT


def test_a_refusal_is_told_to_nobody(desk: Desk, application_mail: Write) -> None:
    asked(desk, application_mail())

    act.act(desk.office, desk.application().reference, Declined(who="suzuki", why="forged"))
    desk.work()

    assert desk.application().state is State.DECLINED
    assert len(desk.letters()) == 1


def test_money_for_one_that_nobody_confirmed_is_kept_for_a_person(
    desk: Desk, application_mail: Write
) -> None:
    asked(desk, application_mail())
    reference = desk.application().reference

    desk.pay(reference, 1000, desk.clock.now().date())
    desk.pass_to(desk.clock.now() + timedelta(days=4))

    one = desk.application()
    assert (one.state, one.credited, one.seats_held) == (State.UNCONFIRMED, 1000, 0)
    assert TaskKind.MONEY in open_tasks(desk)
    act.act(desk.office, reference, Accepted(who="suzuki", why="has paid"))
    desk.work()
    assert desk.application().state is State.PAID


def test_the_history_says_what_happened_and_when(desk: Desk, application_mail: Write) -> None:
    letter = asked(desk, application_mail())
    say(desk, answer(letter, "確認しました。"))

    with desk.office.database.read() as connection:
        told = journal.of_application(connection, desk.application().reference)
    assert [entry.reason for entry in told] == [Reason.ASKED_TO_CONFIRM, Reason.CONFIRMED]


def test_seats_that_others_ask_for_in_my_name_are_not_counted_against_me(
    desk: Desk, application_mail: Write
) -> None:
    others = [f"見本 {kanji}" for kanji in "一二三四五六七八九"]
    forged = application_mail("見本 悪", "hanako+x@example.jp", others=others)
    asked(desk, forged, "hanako+x@example.jp")

    desk.receive(application_mail(headers=PROVEN, number=2))
    desk.work()

    states = {one.contact_address: one.state for one in desk.applications()}
    assert states[HANAKO] is State.AWAITING_PAYMENT
