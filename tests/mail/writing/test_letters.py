"""What single letters say, and what they must not say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.domain.application import Participant, State
from pipeline.domain.decision import Letter, LetterName
from tests.mail.writing.season import (
    ACCOUNT,
    KEN,
    SAKURA,
    Desk,
    an_application,
    on,
    parsed,
    told_alone,
)

L = LetterName
GROUP = (SAKURA, KEN)

# ---------------------------------------------------------------- the first letter


def test_the_first_letter_repeats_everything_that_was_registered(office: Desk) -> None:
    words = office.write(L.RECEIVED, an_application(participants=GROUP))

    for answer in (
        "緒方 桜（オガタ サクラ）", "みどり野市社会福祉協議会", "地域福祉課",
        "第1層生活支援コーディネーター", "広島県", "sakura@midorino.example.jp", "082-000-0001",
        "生活支援コーディネーター（地域支え合い推進員）",
        "髙﨑 健（タカサキ ケン）", "みどり野市役所", "082-000-0002", "行政・自治体関係者",
    ):  # fmt: skip
        assert f"\n{answer}\n" in words
    assert "誤りがございましたら" in words


def test_the_amount_is_seats_times_fee_and_the_number_stands_before_the_name(office: Desk) -> None:
    words = office.write(L.RECEIVED, an_application(participants=GROUP))

    assert "お振込金額：2,000円（1,000円×2名）" in words
    assert "お振込期限：令和8年3月12日(木)まで" in words
    assert "お振込人名：482617 オガタ サクラ" in words
    for part in (ACCOUNT.bank, ACCOUNT.branch, ACCOUNT.number, ACCOUNT.holder, ACCOUNT.holder_kana):
        assert part in words


def test_an_address_of_another_domain_is_asked_to_be_checked(office: Desk) -> None:
    private = replace(SAKURA, email="sakura.private@example.com")

    words = office.write(L.RECEIVED, an_application(participants=(private,)))
    usual = office.write(L.RECEIVED, an_application())

    _, asked, below = words.partition("■メールアドレスのご確認のお願い")
    assert asked
    assert "\nsakura.private@example.com\n" in below
    assert "■メールアドレスのご確認のお願い" not in usual


def test_a_day_to_pay_that_ends_at_an_hour_is_said_with_it(office: Desk) -> None:
    words = office.write(L.SEAT_OFFERED, an_application(pay_by=on(3, 9, 15)))

    assert "お振込期限：令和8年3月9日(月)15時00分まで" in words


def test_before_access_opens_late_february_is_named(office: Desk) -> None:
    words = told_alone(office.write(L.RECEIVED, an_application(), now=on(2, 4)))

    assert "令和8年2月下旬をめどに" in words
    assert "2月下旬以降にご入金の場合、動画配信のご案内は順次となります" in words


def test_after_access_has_opened_it_is_sent_in_turn(office: Desk) -> None:
    words = told_alone(office.write(L.RECEIVED, an_application(), now=on(3, 2)))

    assert "ご入金の確認後、順次" in words
    assert "めどに" not in words


def test_when_access_is_postponed_its_new_day_is_named(office: Desk) -> None:
    for name in (L.RECEIVED, L.PAYMENT_RECEIVED):
        state = State.PAID if name is L.PAYMENT_RECEIVED else State.AWAITING_PAYMENT
        application = an_application(state, credited=1000)
        later = on(3, 6, 10)
        words = told_alone(office.write(name, application, now=on(2, 25), access_opens_at=later))
        assert "令和8年3月6日(金)10時00分以降に" in words
        assert "2月下旬" not in words


def test_nobody_is_asked_to_pay_on_a_day_that_has_passed(office: Desk) -> None:
    words = office.write(L.RECEIVED, an_application(), now=on(3, 13, 9))

    assert "期限（令和8年3月12日(木)）を過ぎております" in words
    assert ACCOUNT.number not in words


# ---------------------------------------------------------------- who must not pay


@pytest.mark.parametrize(
    "name",
    [L.WAITLISTED, L.CLOSED_FULL, L.CLOSED_LATE, L.NOT_OPEN_YET, L.CORRECTION_NEEDED,
     L.WAITLIST_ENDED, L.LAPSED, L.EXPIRED, L.EVENT_OVER, L.TO_A_PERSON, L.DECLINED, L.CANCELLED],
)  # fmt: skip
def test_who_has_no_seat_is_shown_no_account(name: LetterName, office: Desk) -> None:
    stranger = name in {L.CLOSED_FULL, L.CLOSED_LATE, L.NOT_OPEN_YET, L.EVENT_OVER, L.TO_A_PERSON}

    words = office.write(name, None if stranger else an_application())

    assert ACCOUNT.number not in words
    assert ACCOUNT.bank not in words


def test_who_waits_is_told_full_a_list_without_promise_and_not_to_pay(office: Desk) -> None:
    words = told_alone(office.write(L.WAITLISTED, an_application(State.WAITLISTED)))

    assert "定員（500名）に達したため、参加のお申込みは締め切らせていただきました" in words
    assert "お席をお約束するものではございません" in words
    assert "お振込みなさらないよう" in words
    assert "お振込みをお控えください" in words


def test_a_group_that_does_not_fit_is_told_so(office: Desk) -> None:
    words = told_alone(
        office.write(L.WAITLISTED, an_application(State.WAITLISTED, participants=GROUP))
    )

    assert "2名様分のお席をご用意することができません" in words


# ---------------------------------------------------------------- reminders


@pytest.mark.parametrize("name", [L.PAYMENT_REMINDER, L.LAST_DAY, L.SHORT_PAYMENT, L.EXTENDED])
def test_a_reminder_asks_pardon_of_whom_it_crosses(name: LetterName, office: Desk) -> None:
    more = {"arrived": "400", "missing": "600"} if name is L.SHORT_PAYMENT else {}

    assert "行き違いにお振込みがお済みの場合は" in told_alone(
        office.write(name, an_application(credited=400), more=more)
    )


def test_the_last_day_is_today_only_when_it_is(office: Desk) -> None:
    today = office.write(L.LAST_DAY, an_application(), now=on(3, 12, 10))
    longer = an_application(pay_by=on(4, 1, 0))
    later = office.compose(Letter(L.LAST_DAY, longer.contact_address), longer, now=on(3, 12, 10))

    assert "本日、令和8年3月12日(木)です" in today
    assert "本日" not in later.subject
    assert "期限は、令和8年3月31日(火)です" in office.write(L.LAST_DAY, longer, now=on(3, 12, 10))


def test_what_has_arrived_is_taken_off_what_is_asked_for(office: Desk) -> None:
    application = an_application(participants=GROUP, credited=1200)

    words = office.write(L.PAYMENT_REMINDER, application)

    assert "お振込金額：800円\n" in words
    assert "（参加費2,000円のうち1,200円はご入金済み）" in words


# ---------------------------------------------------------------- money


def test_a_short_payment_is_told_what_came_and_what_lacks(office: Desk) -> None:
    words = told_alone(
        office.write(
            L.SHORT_PAYMENT,
            an_application(participants=GROUP, credited=1400),
            more={"arrived": "400", "missing": "600"},
        )
    )

    assert "400円のご入金を確認いたしました" in words
    assert "不足分の600円を" in words


def test_a_late_payment_keeps_its_seat_until_a_person_decides(office: Desk) -> None:
    words = told_alone(
        office.write(
            L.LATE_PAYMENT,
            an_application(credited=1000),
            more={"amount": "1000", "value_date": "2026-03-13"},
        )
    )

    assert "1,000円のご入金（令和8年3月13日(金)付け）" in words
    assert "お席は、そのまま確保しております" in words


def test_who_paid_more_hears_that_somebody_will_call(office: Desk) -> None:
    right = office.write(L.PAYMENT_RECEIVED, an_application(State.PAID, credited=1000))
    over = office.write(L.PAYMENT_RECEIVED, an_application(State.PAID, credited=3000))

    assert "上回るご入金" in over
    assert "上回るご入金" not in right


# ---------------------------------------------------------------- withdrawal


def test_no_refund_says_first_what_a_withdrawal_means(office: Desk) -> None:
    application = an_application(State.ADMITTED, credited=1000, access_sent_at=on(2, 24))

    words = told_alone(office.write(L.NO_REFUND, application, now=on(3, 2)))

    assert "参加費を返金できません" in words
    assert "令和8年4月30日(木)までご覧いただけます" in words
    assert "代わりに参加されることもできます" in words
    assert "取消しを確定" in words


def test_the_words_that_are_asked_for_are_those_that_are_understood(office: Desk) -> None:
    words = office.write(L.WITHDRAWAL_CONFIRM, an_application())

    asked = words.partition("ことばを書いてご返信ください。\n\n")[2].split("\n")[0].strip()
    assert asked in office.rules.intake.words.withdraw_confirmed


def test_of_a_group_those_who_leave_are_named(office: Desk) -> None:
    left = an_application(participants=(SAKURA, replace(KEN, withdrawn=True)))

    words = told_alone(office.write(L.WITHDRAWN, left, more={"names": "髙﨑 健"}))
    asked = an_application(State.PAID, participants=GROUP, credited=2000, withdrawal_of=(2,))

    assert "髙﨑 健 様" in words
    assert "引き続きお申込みいただいている方は、1名です" in words
    assert "参加費は1,000円" in words
    assert "髙﨑 健 様の取消しの" in told_alone(office.write(L.NO_REFUND, asked))


@pytest.mark.parametrize(
    ("credited", "said"),
    [(0, "お振込みなさらないよう"), (1000, "担当者より"), (2000, "返金できません")],
)
def test_a_whole_withdrawal_says_what_becomes_of_the_money(
    credited: int, said: str, office: Desk
) -> None:
    people = tuple(replace(p, withdrawn=True) for p in GROUP)
    gone = an_application(State.WITHDRAWN, participants=people, credited=credited)

    words = told_alone(office.write(L.WITHDRAWN, gone))

    assert "（受付番号482617、2名様分）の取消しを承りました" in words
    assert said in words


# ---------------------------------------------------------------- how things stand


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.INCOMPLETE, "令和8年2月10日(火)までにご返信ください"),
        (State.AWAITING_PAYMENT, "お振込期限：令和8年3月12日(木)まで"),
        (State.WAITLISTED, "お振込みをお控えください"),
        (State.PAID, "令和8年2月下旬をめどに"),
        (State.ADMITTED, "令和8年2月24日(火)に、ご登録のメールアドレスへお送りいたしました"),
    ],
)
def test_who_applies_again_hears_how_things_stand(state: State, said: str, office: Desk) -> None:
    sent = on(2, 24) if state is State.ADMITTED else None
    application = an_application(state, access_sent_at=sent)

    words = told_alone(office.write(L.ALREADY_REGISTERED, application))

    assert said in words
    assert "すでに次のとおり承っております" in words


def test_a_late_applicant_is_told_gently_until_when_it_was_open(office: Desk) -> None:
    words = told_alone(office.write(L.CLOSED_LATE, more={"name": "佐野 薫"}, now=on(3, 13)))

    assert words.startswith("佐野 薫 様")
    assert "令和8年3月12日(木)で締め切らせていただきました" in words
    assert "誠に心苦しいのですが" in words


# ---------------------------------------------------------------- whom a letter speaks to


@pytest.mark.parametrize(
    ("written", "addressee"),
    [
        ("佐野 薫", "佐野 薫 様"),
        ("佐野 薫 様", "佐野 薫 様"),
        ("佐野薫さま", "佐野薫 様"),
        ("みどり野市役所 御中", "みどり野市役所 様"),
        ("", "ご担当者 様"),
        ("kaoru@example.jp", "ご担当者 様"),
        ("   ", "ご担当者 様"),
    ],
)
def test_everybody_is_spoken_to_politely(written: str, addressee: str, office: Desk) -> None:
    words = office.write(L.TO_A_PERSON, more={"name": written})

    assert words.splitlines()[0] == addressee


def test_a_contact_is_called_what_they_call_themselves_in_the_form(office: Desk) -> None:
    application = an_application(contact_name="Sakura O.", participants=GROUP)

    assert office.write(L.RECEIVED, application).startswith("緒方 桜 様\n")


def test_an_office_that_applies_for_others_is_spoken_to_itself(office: Desk) -> None:
    application = an_application(
        contact_name="みどり野市社協", contact_address="madoguchi@midorino.example.jp"
    )

    assert office.write(L.RECEIVED, application).startswith("みどり野市社協 様\n")


def test_each_participant_gets_access_under_their_own_name(office: Desk) -> None:
    application = an_application(State.ADMITTED, participants=GROUP, credited=2000)

    own = office.write(L.ACCESS, application, to=str(SAKURA.email), participant=1)
    through_the_contact = office.write(L.ACCESS, application, participant=2)

    assert own.startswith("緒方 桜 様\n")
    assert "の分のご案内" not in own
    assert through_the_contact.startswith("緒方 桜 様\n")
    assert "髙﨑 健 様の分のご案内です" in told_alone(through_the_contact).replace(
        " 様 の", " 様の"
    )


def test_a_participant_whose_own_address_fails_is_reached_through_the_contact(
    office: Desk,
) -> None:
    ken = replace(KEN, email="ken@bounces.example.com")
    application = an_application(State.ADMITTED, participants=(SAKURA, ken), credited=2000)

    composed = office.compose(Letter(L.ACCESS, str(SAKURA.email), 2), application, now=on(2, 24))

    words = office.write(L.ACCESS, application, participant=2)
    assert words.startswith("緒方 桜 様\n")
    assert "髙﨑 健 様の分" in words
    assert parsed(composed.raw)["To"].addresses[0].addr_spec == SAKURA.email


def test_a_stranger_learns_nothing_of_an_application(office: Desk) -> None:
    application = an_application(held="needs-review")
    letter = Letter(L.TO_A_PERSON, "stranger@example.com", answer=True, more=(("name", "某"),))

    composed = office.compose(letter, application)
    words = office.write(L.TO_A_PERSON, application, to="stranger@example.com", more={"name": "某"})

    for theirs in ("482617", "緒方", "midorino", "みどり野"):
        assert theirs not in composed.subject
        assert theirs not in words
        assert theirs not in str(parsed(composed.raw).items())
    assert words.startswith("某 様\n")


def test_who_waits_for_our_own_reading_is_told_not_to_pay_yet(office: Desk) -> None:
    held = an_application(State.INCOMPLETE, held="needs-review")

    assert "お振込みは、それまでお待ちください" in told_alone(office.write(L.TO_A_PERSON, held))
    assert "お振込み" not in office.write(L.TO_A_PERSON, an_application())


def test_a_person_without_any_answer_is_still_written_to(office: Desk) -> None:
    nobody = an_application(
        State.INCOMPLETE, participants=(Participant(1),), contact_name="", held="needs-review"
    )

    assert office.write(L.TO_A_PERSON, nobody).startswith("ご担当者 様\n")
