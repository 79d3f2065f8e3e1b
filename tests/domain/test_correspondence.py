"""What else strangers write: answered, noted, or left to a person."""

from typing import Any

import pytest

from pipeline.domain.application import CLOSED, State, Thread
from pipeline.domain.decision import LetterName, Reason, TaskKind
from pipeline.domain.events import (
    Acknowledged,
    Bounced,
    ChangeRequested,
    DocumentRequested,
    LetterFailed,
    PaymentReported,
    QuestionAsked,
    ReminderDue,
    Resent,
    Unanswerable,
)
from pipeline.domain.rules import Rules
from tests.domain.build import (
    COLLEAGUE,
    CONTACT,
    STRANGER,
    TUESDAY,
    after,
    application,
    applied,
    asked,
    day,
    names,
    only,
    outside,
    people,
    run,
)

EVERYWHERE = [None, *State]


def at_state(state: State | None, rules: Rules, **said: Any) -> Any:
    return None if state is None else application(state, rules, **said)


# ---------------------------------------------------------------- for a person


@pytest.mark.parametrize("state", EVERYWHERE)
@pytest.mark.parametrize(
    ("mail", "kind"),
    [
        (outside(QuestionAsked), TaskKind.ANSWER),
        (outside(ChangeRequested), TaskKind.CHANGE),
        (outside(DocumentRequested, document="receipt"), TaskKind.RECEIPT),
        (outside(DocumentRequested, document="invoice"), TaskKind.INVOICE),
    ],
)
def test_what_only_a_person_can_answer_is_a_task_and_the_sender_is_told(
    rules: Rules, state: State | None, mail: Any, kind: TaskKind
) -> None:
    before = at_state(state, rules)
    decision = run(before, mail, rules)

    assert asked(decision) == [kind]
    assert names(decision) == [LetterName.TO_A_PERSON]
    assert before is None or after(decision).state is before.state


def test_a_substitution_after_admission_is_an_operators(rules: Rules) -> None:
    decision = run(application(State.ADMITTED, rules), outside(ChangeRequested), rules)

    assert after(decision).participants == people(1)
    assert asked(decision) == [TaskKind.CHANGE]


@pytest.mark.parametrize("state", [State.PAID, State.ADMITTED])
def test_who_reports_a_payment_that_we_know_is_told_so(rules: Rules, state: State) -> None:
    decision = run(application(state, rules), outside(PaymentReported), rules)

    assert names(decision) == [LetterName.ALREADY_REGISTERED]


@pytest.mark.parametrize("state", [None, State.INCOMPLETE, State.WAITLISTED, *sorted(CLOSED)])
def test_a_payment_that_nobody_waits_for_is_looked_for_by_a_person(
    rules: Rules, state: State | None
) -> None:
    decision = run(at_state(state, rules), outside(PaymentReported), rules)

    assert asked(decision) == [TaskKind.MONEY]


def test_an_invoice_keeps_no_reminders_from_who_has_paid(rules: Rules) -> None:
    mail = outside(DocumentRequested, document="invoice", also=("invoice_request",))

    assert not after(run(application(State.PAID, rules), mail, rules)).invoice_requested
    assert not after(run(application(State.EXPIRED, rules), mail, rules)).invoice_requested
    assert after(run(application(State.INCOMPLETE, rules), mail, rules)).invoice_requested


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_a_form_for_a_closed_application_goes_to_a_person(rules: Rules, state: State) -> None:
    decision = run(application(state, rules), applied(), rules)

    assert decision.reason is Reason.CLOSED_STAYS_CLOSED
    assert after(decision).state is state
    assert asked(decision) == [TaskKind.CHANGE]


def test_what_is_asked_when_the_event_is_over_is_told_so_and_stays_a_task(rules: Rules) -> None:
    over = {"arrived_at": day(5, 1)}
    question = run(None, outside(QuestionAsked, **over), rules)
    receipt = run(None, outside(DocumentRequested, document="receipt", **over), rules)

    assert names(question) == [LetterName.EVENT_OVER]
    assert asked(question) == [TaskKind.ANSWER]
    assert names(receipt) == [LetterName.TO_A_PERSON]


# ---------------------------------------------------------------- further wishes


@pytest.mark.parametrize(
    ("wish", "kind"),
    [
        ("question", TaskKind.ANSWER),
        ("invoice_request", TaskKind.INVOICE),
        ("receipt_request", TaskKind.RECEIPT),
        ("change_request", TaskKind.CHANGE),
        ("payment_report", TaskKind.MONEY),
        ("cancel_request", TaskKind.ANSWER),
    ],
)
def test_a_further_wish_in_the_same_mail_becomes_a_task(
    rules: Rules, wish: str, kind: TaskKind
) -> None:
    decision = run(None, applied(also=(wish,)), rules)

    assert decision.reason is Reason.ACCEPTED
    assert asked(decision) == [kind]
    assert asked(run(None, applied(also=(wish,), arrived_at=day(2, 1)), rules)) == [kind]


# ---------------------------------------------------------------- silence


@pytest.mark.parametrize("state", EVERYWHERE)
def test_automatic_mail_and_thanks_are_never_answered(rules: Rules, state: State | None) -> None:
    for mail in (outside(Unanswerable, kind="auto_reply"), outside(Acknowledged)):
        decision = run(at_state(state, rules), mail, rules)

        assert decision.letters == ()
        assert decision.tasks == ()


# ---------------------------------------------------------------- the applicant's thread


def test_what_we_send_next_stands_in_the_applicants_latest_thread(rules: Rules) -> None:
    newer = Thread("<newer@machida.example.jp>", ())
    before = application(State.AWAITING_PAYMENT, rules)

    def thread(kind: Any, /, **said: Any) -> Thread:
        return after(run(before, outside(kind, **{"thread": newer} | said), rules)).thread

    assert thread(QuestionAsked) == newer
    assert thread(Acknowledged) == newer
    assert thread(QuestionAsked, sender=STRANGER) == before.thread
    assert thread(Unanswerable, kind="auto_reply") == before.thread
    assert thread(QuestionAsked, thread=Thread()) == before.thread
    bounce = outside(Bounced, thread=newer, address=CONTACT, permanent=True)
    assert after(run(before, bounce, rules)).thread == before.thread


# ---------------------------------------------------------------- mail that does not arrive


def bounced(address: str = CONTACT, *, permanent: bool = True) -> Any:
    return outside(
        Bounced,
        sender="mailer-daemon@machida.example.jp",
        address=address,
        permanent=permanent,
        diagnosis="550 5.1.1",
    )


def test_an_address_that_refuses_our_mail_is_a_task_once(rules: Rules) -> None:
    first = run(application(State.AWAITING_PAYMENT, rules), bounced(), rules)
    second = run(after(first), bounced(CONTACT.upper()), rules)

    assert after(first).bounced == (CONTACT,)
    assert asked(first) == [TaskKind.ADDRESS]
    assert second.tasks == ()
    assert after(second).bounced == (CONTACT,)


def test_a_temporary_failure_and_a_strange_address_change_nothing(rules: Rules) -> None:
    before = application(State.AWAITING_PAYMENT, rules)
    temporary = run(before, bounced(permanent=False), rules)

    assert temporary.reason is Reason.BOUNCED_TEMPORARILY
    assert after(temporary).bounced == ()
    assert after(run(before, bounced(STRANGER), rules)).bounced == ()
    assert run(None, bounced(), rules).reason is Reason.BOUNCED


def test_a_refused_recipient_is_the_same_as_a_bounce(rules: Rules) -> None:
    failed = LetterFailed(recipient=CONTACT, letter="received", diagnosis="550 5.1.1")
    decision = run(application(State.AWAITING_PAYMENT, rules), failed, rules)

    assert decision.reason is Reason.LETTER_FAILED
    assert after(decision).bounced == (CONTACT,)
    assert run(application(State.EXPIRED, rules), failed, rules).tasks == ()


def test_nothing_is_sent_to_an_address_that_refuses_our_mail(rules: Rules) -> None:
    before = application(State.AWAITING_PAYMENT, rules, bounced=(CONTACT.upper(),))
    reminder = ReminderDue(kind="payment", number=2, due_at=TUESDAY)
    decision = run(before, reminder, rules, now=day(3, 5))

    assert decision.reason is Reason.REMINDED
    assert decision.letters == ()
    assert "refuses" in decision.note
    assert after(decision).payment_letter_at is None
    assert decision.tasks == ()


def test_who_writes_from_an_address_that_refuses_our_mail_is_a_task(rules: Rules) -> None:
    before = application(State.AWAITING_PAYMENT, rules, bounced=(CONTACT,))
    decision = run(before, outside(PaymentReported), rules)

    assert decision.letters == ()
    assert asked(decision) == [TaskKind.ADDRESS]


def test_a_new_address_is_registered_and_clears_what_was_refused(rules: Rules) -> None:
    before = application(
        State.AWAITING_PAYMENT, rules, participants=people(2), bounced=(CONTACT, COLLEAGUE)
    )
    decision = run(before, Resent(who="suzuki", why="telephone", to=COLLEAGUE), rules)
    moved = after(decision)

    assert moved.contact_address == COLLEAGUE
    assert [p.email for p in moved.participants] == [COLLEAGUE, "member2@machida.example.jp"]
    assert moved.bounced == ()
    assert only(decision).to == COLLEAGUE
    assert moved.registered_addresses == {COLLEAGUE, "member2@machida.example.jp"}


def test_an_unanswered_mail_that_may_matter_is_given_to_a_person(rules: Rules) -> None:
    seen = outside(Unanswerable, kind="needs_human", for_a_person=True)
    before = application(State.PAID, rules)

    for decision in (run(None, seen, rules), run(before, seen, rules)):
        assert decision.letters == ()
        assert asked(decision) == [TaskKind.REVIEW]
    assert run(None, outside(Unanswerable, kind="auto_reply"), rules).tasks == ()
