"""Each promise is seen to be kept, and seen to be broken, in seasons written by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.rehearsal.checker import PROMISES, SUBJECTS, Verdict, check, kind_of
from pipeline.rehearsal.season import Found
from tests.rehearsal.handmade import (
    HANAKO,
    PAYING,
    SUBJECT_OF,
    TARO,
    WITH_KEYS,
    Tale,
    at,
    form,
    paid_early,
    registered,
)

MAGIC = (HANAKO, TARO, "jiro@example.jp")


def broken(tale: Tale) -> frozenset[str]:
    return verdict(tale).broken


def verdict(tale: Tale) -> Verdict:
    return check(tale.season())


def test_a_season_in_which_all_goes_well_breaks_no_promise() -> None:
    tale = Tale()
    paid_early(tale)
    late = registered(tale, "02-10 09:00", TARO, "100002")
    tale.letter("02-18 09:00", "payment_reminder", TARO, "100002", late)
    tale.letter("03-05 09:00", "payment_reminder", TARO, "100002", late)
    tale.letter("03-12 10:00", "last_day", TARO, "100002", late)
    tale.bank("03-16 11:00", "03-13")
    tale.letter("03-16 11:00", "expired", TARO, "100002", late)
    tale.ends = at("03-17 12:00")

    assert not broken(tale)


def test_an_empty_season_breaks_no_promise() -> None:
    assert not broken(Tale())


# ---------------------------------------------------------------- answers


def test_a_form_without_an_answer_is_seen() -> None:
    tale = Tale()
    tale.applies("02-03 09:00", HANAKO)

    assert broken(tale) == {"every_form_answered"}


def test_a_form_that_is_answered_a_day_later_is_seen() -> None:
    tale = Tale()
    asked = tale.applies("02-03 09:00", HANAKO)
    tale.letter("02-04 09:00", "received", HANAKO, "100001", asked, answer=True)

    assert broken(tale) == {"every_form_answered"}


def test_the_same_letter_delivered_twice_needs_one_answer_only() -> None:
    tale = Tale()
    registered(tale)
    tale.mails_in.append(tale.mails_in[0])

    assert not broken(tale)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (form("佐藤 花子", HANAKO, without="電話番号"), "received"),
        (form("佐藤 花子", HANAKO), "correction_needed"),
        (form("佐藤 花子", HANAKO), "to_a_person"),
        (form("佐藤 花子", HANAKO) + "\n【参加区分】その他", "received"),
    ],
    ids=["incomplete and accepted", "complete and asked again", "left to a person", "unlisted"],
)
def test_an_answer_that_does_not_fit_is_seen(text: str, answer: str) -> None:
    tale = Tale()
    asked = tale.mail("02-03 09:00", HANAKO, text)
    tale.letter("02-03 09:00", answer, HANAKO, "100001", asked, answer=True)

    assert broken(tale) == {"answers_fit"}


@pytest.mark.parametrize(
    "sign",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<list.example.jp>"},
        {"subject": "自動応答: 不在です"},
        {"envelope": ""},
    ],
    ids=str,
)
def test_an_automatic_mail_that_is_answered_is_seen(sign: dict[str, str]) -> None:
    tale = Tale()
    asked = tale.mail("02-03 09:00", HANAKO, "ただいま不在です。", **sign)
    tale.applies("02-03 08:00", HANAKO)
    tale.letter("02-03 08:00", "received", HANAKO, "100001", "<in.1@example.jp>", answer=True)
    tale.letter("02-03 09:00", "to_a_person", HANAKO, "", asked, answer=True)

    assert broken(tale) == {"nothing_automatic_answered"}


def test_our_own_letter_come_back_and_answered_is_seen() -> None:
    tale = Tale()
    registered(tale)
    tale.mails_in.append(
        tale.mails_in[0].__class__(tale.mails_out[0].raw, HANAKO, at("02-04 09:00"))
    )
    tale.letter("02-04 09:00", "to_a_person", HANAKO, "", "<out.0@uketsuke.test>", answer=True)

    assert broken(tale) == {"nothing_automatic_answered"}


def test_answering_without_end_is_seen() -> None:
    tale = Tale()
    registered(tale)
    for minute in range(11):
        asked = tale.mail(f"02-04 09:{minute:02}", HANAKO, f"お休み中です {minute}")
        tale.letter(f"02-04 09:{minute:02}", "to_a_person", HANAKO, "", asked, answer=True)

    assert broken(tale) == {"loops_end"}


def test_a_letter_to_somebody_who_never_wrote_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    tale.letter("02-04 09:00", "to_a_person", "stranger@example.com", "", asked)

    assert broken(tale) == {"nobody_bothered"}


def test_a_letter_to_an_address_that_came_back_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    report = (
        "From: MAILER-DAEMON@example.jp\r\nSubject: Undelivered\r\nMessage-ID: <dsn@example.jp>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nunknown user\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.jp\r\n\r\n"
        f"Final-Recipient: rfc822; {HANAKO}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    tale.mails_in.append(tale.mails_in[0].__class__(report.encode(), "", at("02-03 09:01")))
    tale.letter("02-10 09:00", "payment_reminder", HANAKO, "100001", asked)

    assert broken(tale) == {"nobody_bothered"}


# ---------------------------------------------------------------- seats


def test_one_seat_too_many_is_seen() -> None:
    tale = Tale()
    for number, who in enumerate(MAGIC):
        registered(tale, f"02-03 09:0{number}", who, f"10000{number}")

    assert broken(tale) == {"never_oversold"}


def test_a_group_counts_with_all_its_people() -> None:
    tale = Tale()
    people = "\n\n".join(form(f"佐藤 {n}", HANAKO) for n in "花月星")
    asked = tale.mail("02-03 09:00", HANAKO, people)
    text = PAYING.replace("1,000円", "3,000円")
    tale.letter("02-03 09:00", "received", HANAKO, "100001", asked, answer=True, text=text)

    assert broken(tale) == {"never_oversold"}


def test_a_seat_that_was_given_back_can_be_given_again() -> None:
    tale = Tale()
    asked = registered(tale, "02-03 09:00", HANAKO, "100001")
    registered(tale, "02-03 09:01", TARO, "100002")
    tale.letter("02-04 09:00", "withdrawn", HANAKO, "100001", asked)
    registered(tale, "02-04 09:02", "jiro@example.jp", "100003")

    assert not broken(tale)


def waiting(tale: Tale) -> str:
    """Two seats are taken, and Jiro waits."""
    registered(tale, "02-03 09:00", HANAKO, "100001")
    registered(tale, "02-03 09:01", TARO, "100002")
    asked = tale.applies("02-03 09:02", "jiro@example.jp")
    tale.letter("02-03 09:02", "waitlisted", "jiro@example.jp", "100003", asked, answer=True)
    return asked


def test_somebody_who_is_overtaken_is_seen() -> None:
    tale = Tale()
    waiting(tale)
    tale.letter("02-04 09:00", "withdrawn", HANAKO, "100001", "<in.0@example.jp>")
    registered(tale, "02-05 09:00", "saburo@example.jp", "100004")

    assert broken(tale) == {"nobody_overtaken"}


def test_whoever_waits_first_may_be_offered_the_seat() -> None:
    tale = Tale()
    asked = waiting(tale)
    tale.letter("02-04 09:00", "withdrawn", HANAKO, "100001", "<in.0@example.jp>")
    text = PAYING.replace("3月12日(木)", "2月9日(月)")
    tale.letter("02-04 09:00", "seat_offered", "jiro@example.jp", "100003", asked, text=text)

    assert not broken(tale)


def test_a_seat_that_is_withheld_is_seen() -> None:
    tale = Tale()
    asked = tale.applies("02-03 09:00", HANAKO)
    tale.letter("02-03 09:00", "waitlisted", HANAKO, "100001", asked, answer=True)

    assert broken(tale) == {"no_seat_withheld"}


def test_telling_somebody_too_late_who_was_in_time_is_seen() -> None:
    tale = Tale(ends=at("03-13 12:00"))
    asked = tale.applies("03-12 23:59:59", HANAKO)
    tale.letter("03-12 23:59:59", "closed_late", HANAKO, "", asked, answer=True)

    assert broken(tale) == {"in_time_is_in_time"}


def test_taking_in_somebody_who_was_late_is_seen() -> None:
    tale = Tale(ends=at("03-13 12:00"))
    registered(tale, "03-13 00:00")

    assert broken(tale) == {"in_time_is_in_time"}


def test_calling_a_payment_late_that_was_in_time_is_seen() -> None:
    tale = Tale(ends=at("03-17 12:00"))
    asked = registered(tale, "03-10 09:00")
    tale.paid("03-16 10:00", "100001", "03-12")
    tale.letter("03-16 10:00", "late_payment", HANAKO, "100001", asked)
    tale.letter("03-16 10:00", "access", HANAKO, "100001", asked)

    assert broken(tale) == {"in_time_is_in_time"}


@pytest.mark.parametrize(
    ("when", "covered"),
    [("03-12 18:00", "03-13"), ("03-16 11:00", "03-12"), ("03-16 11:00", "")],
    ids=["the day is not over", "the bank's word ends too early", "no word of the bank"],
)
def test_a_seat_taken_away_too_early_is_seen(when: str, covered: str) -> None:
    tale = Tale(ends=at("03-17 12:00"))
    asked = registered(tale, "03-10 09:00")
    if covered:
        tale.bank("03-12 12:00", covered)
    tale.letter(when, "expired", HANAKO, "100001", asked)

    assert broken(tale) == {"nobody_expired_wrongly"}


def test_a_seat_taken_away_from_one_who_paid_in_time_is_seen() -> None:
    tale = Tale(ends=at("03-17 12:00"))
    asked = registered(tale, "03-10 09:00")
    tale.paid("03-16 10:00", "100001", "03-12")
    tale.bank("03-16 11:00", "03-13")
    tale.letter("03-16 10:00", "access", HANAKO, "100001", asked)
    tale.letter("03-16 12:00", "expired", HANAKO, "100001", asked)

    assert broken(tale) == {"nobody_expired_wrongly"}


def test_a_correction_that_lapses_too_early_is_seen() -> None:
    tale = Tale()
    asked = tale.mail("02-03 09:00", HANAKO, form("佐藤 花子", HANAKO, without="電話番号"))
    tale.letter("02-03 09:00", "correction_needed", HANAKO, "100001", asked, answer=True)
    tale.letter("02-10 09:00", "lapsed", HANAKO, "100001", asked)

    assert broken(tale) == {"nobody_expired_wrongly"}


# ---------------------------------------------------------------- money


@pytest.mark.parametrize("kind", ["paid_twice", "short_payment", "payment_reversed"])
def test_a_letter_on_money_that_is_not_true_is_seen(kind: str) -> None:
    tale = Tale()
    asked = paid_early(tale)
    tale.told("02-06 10:00", asked, kind)

    assert broken(tale) == {"no_transfer_counts_twice"}


def test_money_that_the_bank_took_back_and_is_told_of_breaks_nothing() -> None:
    tale = Tale(ends=at("02-20 12:00"))
    asked = registered(tale)
    tale.paid("02-05 10:00", "100001", "02-05")
    tale.told("02-05 10:00", asked)
    tale.paid("02-06 10:00", "100001", "02-06", amount=-1000)
    tale.told("02-06 10:00", asked, "payment_reversed")

    assert not broken(tale)


def test_a_payer_who_is_not_told_is_seen() -> None:
    tale = Tale(ends=at("02-20 12:00"))
    registered(tale)
    tale.paid("02-05 10:00", "100001", "02-05")

    assert broken(tale) == {"every_payer_is_told"}


# ---------------------------------------------------------------- access


def test_access_without_money_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    tale.letter("02-24 10:00", "access", HANAKO, "100001", asked)

    assert broken(tale) == {"access_only_when_paid"}


def test_access_for_a_part_of_the_money_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    tale.paid("02-05 10:00", "100001", "02-05", amount=500)
    tale.told("02-05 10:00", asked, "short_payment")
    tale.letter("02-24 10:00", "access", HANAKO, "100001", asked)

    assert broken(tale) == {"access_only_when_paid"}


def test_access_for_money_that_came_too_late_is_seen_until_an_operator_accepts_it() -> None:
    tale = Tale(ends=at("03-17 12:00"))
    asked = registered(tale, "03-10 09:00")
    tale.paid("03-16 10:00", "100001", "03-13")
    tale.told("03-16 10:00", asked, "late_payment")
    tale.letter("03-16 12:00", "access", HANAKO, "100001", asked)
    assert broken(tale) == {"access_only_when_paid"}

    tale.operator("03-16 11:00", "100001", "accept")
    assert not broken(tale)


def test_access_for_a_stranger_is_seen() -> None:
    tale = Tale()
    asked = paid_early(tale)
    other = tale.mail("02-25 09:00", TARO, "パスワードを教えて")
    tale.letter(
        "02-25 09:00",
        "access",
        TARO,
        "100001",
        asked,
        fault={"In-Reply-To": other, "References": other},
    )

    assert broken(tale) == {"access_only_when_paid"}


def test_access_before_it_opens_is_seen() -> None:
    tale = Tale(ends=at("02-23 12:00"))
    asked = registered(tale)
    tale.paid("02-05 10:00", "100001", "02-05")
    tale.told("02-05 10:00", asked)
    tale.letter("02-23 10:00", "access", HANAKO, "100001", asked)

    assert broken(tale) == {"access_only_when_paid"}


def test_access_before_the_day_to_which_it_was_postponed_is_seen() -> None:
    tale = Tale(ends=at("02-25 08:00"))
    tale.operator("02-20 17:00", "", "postpone", "2026-02-25T10:00:00+09:00")
    paid_early(tale)

    assert broken(tale) == {"access_only_when_paid"}


def test_a_secret_in_any_other_letter_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    tale.letter("02-10 09:00", "payment_reminder", HANAKO, "100001", asked, text=WITH_KEYS)

    assert broken(tale) == {"secret_nowhere_else"}


def test_a_secret_in_a_file_is_seen() -> None:
    tale = Tale(found=[Found(at("02-26 18:00"), "password", "uketsuke.db")])

    assert broken(tale) == {"secret_nowhere_else"}


def test_somebody_who_paid_and_gets_no_access_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    tale.paid("02-05 10:00", "100001", "02-05")
    tale.told("02-05 10:00", asked)

    assert broken(tale) == {"paid_are_admitted"}


def test_access_without_the_password_in_it_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    tale.paid("02-05 10:00", "100001", "02-05")
    tale.told("02-05 10:00", asked)
    tale.letter("02-24 10:00", "access", HANAKO, "100001", asked, text="IDは後日")

    assert broken(tale) == {"paid_are_admitted"}


def test_whoever_is_not_sent_a_changed_password_is_seen() -> None:
    tale = Tale()
    paid_early(tale)
    tale.operator("02-26 10:00", "", "rotate")

    assert broken(tale) == {"paid_are_admitted"}


def test_an_admitted_one_who_is_not_told_of_the_live_day_is_seen() -> None:
    tale = Tale(ends=at("03-24 12:00"))
    paid_early(tale)

    assert broken(tale) == {"admitted_are_prepared"}


# ---------------------------------------------------------------- reminders


def test_a_reminder_twice_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    tale.letter("02-10 09:00", "payment_reminder", HANAKO, "100001", asked)
    tale.letter("02-10 09:01", "payment_reminder", HANAKO, "100001", asked)

    assert "reminders_once" in broken(tale)


def test_a_reminder_on_any_other_day_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    tale.letter("02-12 09:00", "payment_reminder", HANAKO, "100001", asked)

    assert broken(tale) == {"reminders_once"}


def test_a_letter_in_the_night_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    tale.letter("02-10 22:00", "payment_reminder", HANAKO, "100001", asked)

    assert broken(tale) == {"nothing_at_night"}


def test_an_answer_in_the_night_is_fine() -> None:
    tale = Tale()
    registered(tale, "02-03 23:30")

    assert not broken(tale)


def test_a_reminder_to_one_who_paid_is_seen() -> None:
    tale = Tale(ends=at("02-20 12:00"))
    asked = registered(tale)
    tale.paid("02-05 10:00", "100001", "02-05")
    tale.told("02-05 10:00", asked)
    tale.letter("02-10 09:00", "payment_reminder", HANAKO, "100001", asked)

    assert broken(tale) == {"no_reminder_unwelcome"}


@pytest.mark.parametrize(
    ("text", "answer"),
    [("振り込みました。", "payment_report_noted"), ("請求書をお願いします。", "to_a_person")],
)
def test_a_reminder_to_one_who_waits_for_the_office_is_seen(text: str, answer: str) -> None:
    tale = Tale()
    asked = registered(tale)
    wish = tale.mail("02-04 09:00", HANAKO, text)
    tale.letter("02-04 09:00", answer, HANAKO, "100001", wish, answer=True)
    tale.letter("02-10 09:00", "payment_reminder", HANAKO, "100001", asked)

    assert broken(tale) == {"no_reminder_unwelcome"}


def test_a_reminder_on_the_heels_of_another_letter_is_seen_but_for_the_last_day() -> None:
    tale = Tale(ends=at("03-13 00:00"))
    asked = registered(tale, "03-09 09:00")
    tale.letter("03-12 10:00", "last_day", HANAKO, "100001", asked)
    assert not broken(tale)

    tale.letter("03-10 09:00", "payment_reminder", HANAKO, "100001", asked)
    tale.mails_out.sort(key=lambda mail: mail.at)
    assert broken(tale) == {"reminders_keep_distance"}


# ---------------------------------------------------------------- every letter


@pytest.mark.parametrize(
    "fault",
    [
        {"Subject": "お知らせ"},
        {"Auto-Submitted": "no"},
        {"From": "somebody@example.com"},
        {"To": "somebody@example.com"},
    ],
    ids=str,
)
def test_a_letter_out_of_order_is_seen(fault: dict[str, str]) -> None:
    tale = Tale()
    asked = registered(tale)
    tale.letter("02-10 09:00", "payment_reminder", HANAKO, "100001", asked, fault=fault)

    assert broken(tale) == {"every_letter_in_order"}


def test_a_letter_in_which_something_was_not_filled_in_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    text = "パスワード：⟦PASSWORD⟧"
    tale.letter("02-10 09:00", "payment_reminder", HANAKO, "100001", asked, text=text)

    assert broken(tale) == {"every_letter_in_order"}


def test_a_letter_about_an_application_without_its_number_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    tale.letter("02-10 09:00", "payment_reminder", HANAKO, "", asked)

    assert broken(tale) == {"every_letter_in_order"}


@pytest.mark.parametrize(
    "text",
    [
        PAYING.replace("1,000円", "2,000円"),
        PAYING.replace("返金", "ご返却"),
        PAYING.replace("3月12日(木)", "3月13日(金)"),
    ],
    ids=["another amount", "nothing of refunds", "another day"],
)
def test_wrong_instructions_are_seen(text: str) -> None:
    tale = Tale()
    asked = tale.applies("02-03 09:00", HANAKO)
    tale.letter("02-03 09:00", "received", HANAKO, "100001", asked, answer=True, text=text)

    assert broken(tale) == {"instructions_right"}


def test_a_wrong_day_for_a_correction_is_seen() -> None:
    tale = Tale()
    asked = tale.mail("02-04 09:00", HANAKO, form("佐藤 花子", HANAKO, without="電話番号"))
    tale.letter("02-04 09:00", "correction_needed", HANAKO, "100001", asked, answer=True)

    assert broken(tale) == {"instructions_right"}


def test_an_answer_outside_its_thread_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    tale.letter(
        "02-10 09:00",
        "payment_reminder",
        HANAKO,
        "100001",
        asked,
        fault={"References": "<x@y.test>"},
    )

    assert broken(tale) == {"answers_in_their_thread"}


def test_a_message_id_that_is_used_twice_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    again = {"Message-ID": "<out.0@uketsuke.test>"}
    tale.letter("02-10 09:00", "payment_reminder", HANAKO, "100001", asked, fault=again)

    assert broken(tale) == {"message_ids_unique"}


def test_the_same_letter_twice_within_a_day_is_seen() -> None:
    tale = Tale()
    asked = registered(tale)
    wish = tale.mail("02-04 09:00", HANAKO, "質問です。")
    tale.letter("02-04 09:00", "to_a_person", HANAKO, "100001", wish, answer=True)
    tale.mails_out.append(
        tale.mails_out[-1].__class__(
            tale.mails_out[-1].raw.replace(b"<out.1@", b"<out.9@"), "x", HANAKO, at("02-04 20:00")
        )
    )
    assert asked

    assert broken(tale) == {"no_letter_twice"}


# ---------------------------------------------------------------- the checker itself


def test_every_template_is_recognised_by_its_subject_as_itself_alone() -> None:
    for template in sorted(Path("templates").glob("*.txt")):
        subject = re.search(r"^Subject: (.*)$", template.read_text("utf-8"), re.MULTILINE)
        assert subject is not None, template.name
        for said in _every_wording(subject[1]):
            assert kind_of(said) == template.stem


def _every_wording(subject: str) -> list[str]:
    """A template's subject with each branch of its conditions, and with a made-up number."""
    plain = subject.replace("{{ tag }}", "【受付番号123456】").replace(
        "{{ event_short }}", "協議会"
    )
    branch = re.search(r"\{% if [^%]*%\}([^{]*)(?:\{% else %\}([^{]*))?\{% endif %\}", plain)
    if branch is None:
        return [plain]
    ways = (branch[1], branch[2] or "")
    return [w for way in ways for w in _every_wording(plain.replace(branch[0], way, 1))]


def test_there_is_a_subject_for_every_template_and_for_nothing_else() -> None:
    assert set(SUBJECTS) == {template.stem for template in Path("templates").glob("*.txt")}
    assert set(SUBJECT_OF) <= set(SUBJECTS)


def test_every_promise_says_in_a_sentence_what_it_is() -> None:
    for promise in PROMISES.values():
        assert promise.__doc__
        assert promise.__doc__.endswith(".")


def test_the_checker_imports_the_standard_library_alone() -> None:
    allowed = "pipeline.rehearsal"
    for module in ("checker", "cases", "evidence", "season", "hunt", "promises/*"):
        for path in Path("pipeline/rehearsal").glob(f"{module}.py"):
            for line in path.read_text("utf-8").splitlines():
                found = re.match(r"(?:from|import) (pipeline[\w.]*)", line)
                assert found is None or found[1].startswith(allowed), f"{path}: {line}"
