"""Whose is a mail: proof first, what anybody can write last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.domain.application import Application, Participant, State
from pipeline.mail.bounce import BounceNotice
from pipeline.mail.correlate import Found, choose
from pipeline.mail.reading import Kind, Reading
from tests.mail.reading.letters import mail, text

NONCE = "0123456789abcdef0123"
LETTER = f"<uketsuke.{NONCE}@letters.example.jp>"


def application(reference: str, *names: str | None, state: State = State.PAID) -> Application:
    """An open application of these people."""
    return Application(
        reference=reference,
        event="e",
        state=state,
        contact_name="町田",
        contact_address="machida@example.jp",
        participants=tuple(Participant(n, name) for n, name in enumerate(names, start=1)),
        arrived_at=datetime(2026, 2, 3, tzinfo=UTC),
    )


@pytest.fixture
def question(reader: Callable[[bytes], Reading]) -> Reading:
    """A mail that names nothing."""
    return reader(mail(text("教えてください。")))


def found(*of_sender: Application, known: tuple[str, ...] = (), **by_id: str) -> Found:
    """What a worker looked up."""
    return Found(dict(by_id), known, of_sender)


def test_nothing_known_is_nobodys(question: Reading) -> None:
    assert choose(question, found()) is None


def test_a_verified_token_comes_first(question: Reading) -> None:
    reading = replace(
        question,
        kind=Kind.BOUNCE,
        bounce=BounceNotice("a@b.jp", True, "", NONCE),
        answers_to=("<other>",),
        reference="222222",
    )

    assert (
        choose(reading, Found({LETTER: "111111", "<other>": "333333"}, ["222222"], ())) == "111111"
    )


def test_a_bounce_without_proof_silences_nobody(question: Reading) -> None:
    reading = replace(
        question,
        kind=Kind.BOUNCE,
        reference="222222",
        bounce=BounceNotice("a@b.jp", True, "", None),
    )

    assert choose(reading, found(application("111111", "町田"), known=("222222",))) is None
    returned = replace(reading, answers_to=(LETTER,))
    assert choose(returned, Found({LETTER: "111111"}, (), ())) == "111111"


@pytest.mark.parametrize(
    ("answers_to", "reference"),
    [
        (("<1>",), "1"),
        (("<x>", "<1>", "<2>"), "2"),
        (("<1>", "<2>"), "1"),
        (("<x>", "<y>"), None),
    ],
)
def test_what_is_answered_comes_before_older_letters(
    answers_to: tuple[str, ...], reference: str | None, question: Reading
) -> None:
    reading = replace(question, answers_to=answers_to)

    assert choose(reading, Found({"<1>": "1", "<2>": "2"}, (), ())) == reference


def test_a_reference_counts_when_it_exists(question: Reading) -> None:
    reading = replace(question, reference="222222")

    assert choose(reading, found(known=("222222",))) == "222222"
    assert choose(reading, found(application("111111", "町田"))) == "111111"


def test_the_thread_comes_before_the_reference(question: Reading) -> None:
    reading = replace(question, answers_to=(LETTER,), reference="222222")

    assert choose(reading, Found({LETTER: "111111"}, ["222222"], ())) == "111111"


def test_of_a_senders_applications_the_newest_is_meant(question: Reading) -> None:
    both = (application("111111", "町田 花子"), application("222222", "小川 次郎"))

    assert choose(question, found(*both)) == "222222"


@pytest.mark.parametrize(
    ("name", "reference"),
    [("町田　花子", "111111"), ("小川次郎", "222222"), ("森 三葉", None)],
)
def test_a_form_belongs_to_the_application_of_the_same_person(
    name: str, reference: str | None, question: Reading
) -> None:
    both = (application("111111", "町田 花子"), application("222222", "小川 次郎"))
    form = replace(question, kind=Kind.APPLICATION, participants=(Participant(1, name),))

    assert choose(form, found(*both)) == reference


def test_of_two_applications_of_the_same_person_the_newest_is_meant(question: Reading) -> None:
    both = (application("111111", "町田 花子"), application("222222", "町田 花子"))
    form = replace(question, kind=Kind.APPLICATION, participants=(Participant(1, "町田花子"),))

    assert choose(form, found(*both)) == "222222"


def test_a_form_completes_an_application_that_has_no_name_yet(question: Reading) -> None:
    nameless = application("111111", None, state=State.INCOMPLETE)
    form = replace(question, kind=Kind.APPLICATION, participants=(Participant(1, "森 三葉"),))

    assert choose(form, found(nameless)) == "111111"
    assert choose(form, found(replace(nameless, state=State.PAID))) is None


def test_a_form_without_a_name_belongs_to_the_newest(question: Reading) -> None:
    form = replace(question, kind=Kind.APPLICATION_INCOMPLETE, participants=(Participant(1),))

    assert choose(form, found(application("111111", "町田 花子"))) == "111111"


# ---------------------------------------------------------------- unconfirmed


@pytest.fixture
def form(question: Reading) -> Reading:
    """A form for somebody new, whose sender nothing proves."""
    return replace(
        question,
        kind=Kind.APPLICATION,
        participants=(Participant(1, "森 三葉"),),
        reply_to="machida@example.jp",
        sender_address="machida@example.jp",
    )


UNCONFIRMED = application("111111", "町田 花子", state=State.UNCONFIRMED)


def test_until_somebody_answers_all_forms_without_a_proof_belong_together(form: Reading) -> None:
    assert choose(form, found(UNCONFIRMED)) == "111111"
    assert choose(replace(form, authenticated=True), found(UNCONFIRMED)) is None
    assert choose(replace(form, through_form=True), found(UNCONFIRMED)) is None
    assert choose(form, found(replace(UNCONFIRMED, state=State.PAID))) is None


def test_whom_an_unconfirmed_one_only_names_has_nothing_to_do_with_it(
    form: Reading, question: Reading
) -> None:
    forged = replace(UNCONFIRMED, contact_address="evil@evil.test")
    same = replace(form, participants=forged.participants)

    assert choose(same, found(forged)) is None
    assert choose(replace(question, reply_to="machida@example.jp"), found(forged)) is None


def test_what_is_settled_comes_before_what_is_unconfirmed(question: Reading) -> None:
    mine = replace(question, reply_to="machida@example.jp")
    paid = application("222222", "小川 次郎")

    assert choose(mine, found(paid, UNCONFIRMED)) == "222222"
    assert choose(mine, found(UNCONFIRMED)) == "111111"
