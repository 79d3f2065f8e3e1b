"""The whole season is played once, and every promise is kept."""

from __future__ import annotations

import json
import re

import pytest

from pipeline.rehearsal import hunt, script, season, stage
from pipeline.rehearsal.cases import Dossier, put_together
from pipeline.rehearsal.cast import Layout, Pen, applicant
from pipeline.rehearsal.checker import PROMISES, SUBJECTS
from pipeline.rehearsal.stage import SEED, Outcome, rehearse
from pipeline.rehearsal.statements import LAYOUTS
from pipeline.rehearsal.stories import STORIES

# The whole season is played before the first of them: minutes, where a machine has much to do.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="session")
def outcome() -> Outcome:
    """The season as `rehearse` plays it."""
    return rehearse()


@pytest.fixture(scope="session")
def dossier(outcome: Outcome) -> Dossier:
    """Its evidence, put together."""
    return put_together(outcome.season)


def test_every_promise_is_kept(outcome: Outcome) -> None:
    assert {name: list(map(str, v)) for name, v in outcome.violations.items() if v} == {}
    assert outcome.promises == dict.fromkeys(PROMISES, True)
    assert outcome.kept


def test_nothing_asks_for_a_person_in_the_log(outcome: Outcome) -> None:
    assert outcome.alarms == 0


def test_the_summary_says_what_was_kept_who_applied_and_what_was_sent(outcome: Outcome) -> None:
    summary = json.loads(json.dumps(outcome.as_json()))

    assert set(summary) == {"promises", "applicants", "sent", "seats"}
    assert summary["applicants"] >= 60
    assert summary["sent"] == len(outcome.season.mails_out)
    assert summary["seats"]["capacity"] == script.CAPACITY


def test_the_event_fills_to_the_last_seat(outcome: Outcome) -> None:
    # One seat belongs to an address that refuses our mail: nothing was promised there.
    assert outcome.seats["most_promised_at_once"] == script.CAPACITY - 1


def test_every_letter_that_the_shipped_rules_can_send_is_sent(dossier: Dossier) -> None:
    with_another_rule = {"closed_full", "confirm_application"}

    assert {letter.kind for letter in dossier.letters} == set(SUBJECTS) - with_another_rule


def test_the_bank_tells_of_payments_in_files_of_every_layout_and_all_are_taken_in(
    outcome: Outcome,
) -> None:
    files = [line for line in outcome.calendar if re.search(r"\d{4}-\d{4}-(\S+)\.\w+: ", line)]

    assert all(": done, " in line for line in files)
    assert {name for name in LAYOUTS if any(f"-{name}." in line for line in files)} == set(LAYOUTS)


def test_mail_comes_from_every_kind_of_program_and_in_every_layout() -> None:
    people = script.script(_facts(), SEED).applicants

    assert {who.pen for who in people} == set(Pen)
    assert {who.layout for who in people} == set(Layout)


def _facts() -> season.Facts:
    return season.read_facts(stage.ROOT / "rules" / stage.EVENT)


TOLD: dict[str, tuple[str, ...]] = {
    "too early, then again": ("not_open_yet", "received", "payment_received", "access"),
    "one second too early": ("not_open_yet",),
    "the first second": ("received", "payment_received", "access", "zoom_look_ahead"),
    "grey-listed": ("received", "access", "ondemand_ending"),
    "asks for the password too early": ("received", "payment_received", "payment_received"),
    "asks for the password twice a day": ("access", "access", "access", "event_over"),
    "asks for a receipt": ("payment_received", "to_a_person"),
    "three at once": ("received", "payment_received", "access"),
    "one of three is withdrawn by telephone": ("received", "withdrawn", "payment_received"),
    "a colleague without an address": ("received", "payment_received", "access", "access"),
    "two colleagues, one by one": ("received", "received", "payment_received"),
    "reading forgotten": ("correction_needed", "received", "payment_received"),
    "corrected in two steps": ("correction_needed", "correction_needed", "received"),
    "a colleague's reading forgotten": ("correction_needed", "received", "payment_received"),
    "never corrected": ("correction_needed", "lapsed"),
    "the same three times": ("received", "already_registered", "payment_received"),
    "delivered twice": ("received", "payment_received"),
    "unlisted, and accepted": ("to_a_person", "received", "payment_received"),
    "unlisted, and declined": ("to_a_person", "declined"),
    "eleven at once": ("to_a_person", "declined"),
    "taken back by the office": ("received", "cancelled"),
    "withdrawn before payment": ("received", "withdrawal_confirm", "withdrawn"),
    "withdrawn after payment": ("payment_received", "no_refund", "withdrawn"),
    "thinks better of withdrawing": ("no_refund", "access"),
    "address that bounces": ("received",),
    "address that is refused": (),
    "after late February": ("received", "payment_reminder"),
    "on the last day, imported later": ("last_day", "access"),
    "on the last day, and missed by the bank": ("last_day", "expired", "access"),
    "pays too much": ("received", "over_payment", "payment_received", "access"),
    "the bank takes it back, and it comes again": (
        "payment_received",
        "payment_reversed",
        "payment_received",
        "access",
    ),
    "without the number": ("received", "payment_received", "access"),
    "short, then the rest": ("received", "short_payment", "access"),
    "short, and no more": ("short_payment", "declined"),
    "says to have paid": ("received", "payment_report_noted", "declined"),
    "never pays": ("received", "already_registered", "last_day", "expired"),
    "pays twice": ("payment_received", "access"),
    "dated too late, and accepted": ("late_payment", "access"),
    "dated too late, and declined": ("late_payment", "declined"),
    "by invoice": ("received", "to_a_person", "extended", "access"),
    "by invoice, never paid": ("received", "extended", "expired"),
    "a group larger than the seats left": ("waitlisted", "waitlist_ended"),
    "offered, and pays": ("waitlisted", "seat_offered", "payment_received", "access"),
    "offered, and does not pay": ("waitlisted", "seat_offered", "expired"),
    "offered late, and pays at once": ("waitlisted", "seat_offered", "access"),
    "leaves the list": ("waitlisted", "withdrawal_confirm", "withdrawn"),
    "waits to the end": ("waitlisted", "waitlist_ended"),
    "waits, and is taken in by hand": ("waitlisted", "waitlist_ended", "received", "access"),
    "the last minute": ("waitlisted", "waitlist_ended"),
    "midnight": ("closed_late",),
    "one minute late": ("closed_late",),
    "a week late": ("closed_late",),
    "after the event": ("event_over",),
}
"""What some of the stories must come to, letter by letter; others may lie between."""


@pytest.mark.parametrize("name", TOLD)
def test_a_story_comes_to_what_its_name_says(name: str, dossier: Dossier) -> None:
    number = next(n for n, story in enumerate(STORIES) if story.name == name)
    story = STORIES[number]
    who = applicant(number, SEED, people=story.people, local=story.local)
    got = [letter.kind for letter in dossier.letters if letter.recipient == who.address]
    rest = iter(got)

    assert all(kind in rest for kind in TOLD[name]), f"{who.address} got {got}"
    if name in {"one second too early", "midnight", "address that is refused"}:
        assert len(got) == len(TOLD[name])


def test_the_calendar_tells_what_came_what_was_decided_and_what_left(outcome: Outcome) -> None:
    told = "\n".join(outcome.calendar)

    for day in ("2026-02-02(月)", "2026-02-16(月)", "2026-03-12(木)", "2026-05-01(金)"):
        assert day in told
    for mark in ("  in  ", "  decided  ", "  out  ", "  bank  ", "  office  "):
        assert mark in told
    for promise in PROMISES:
        assert promise.replace("_", " ") in told
    assert outcome.calendar[-len(outcome.verdict) :] == outcome.verdict


def test_no_secret_stands_in_the_printed_calendar(outcome: Outcome) -> None:
    told = "\n".join(outcome.calendar).encode()

    assert not hunt.found_in(told, outcome.season.secrets)


def test_with_seats_for_everybody_the_last_minute_is_in_time() -> None:
    names = {"the last minute", "midnight"}
    ample = rehearse(capacity=500, stories=frozenset(names))
    kinds = [letter.kind for letter in put_together(ample.season).letters]

    assert ample.kept
    assert kinds[:2] == ["received", "closed_late"]
    assert "access" in kinds


def test_the_same_seed_plays_the_same_season_and_another_one_other_people() -> None:
    once, again, other = (rehearse(stories=frozenset({"early 1"}), seed=n) for n in (3, 3, 4))

    assert once.calendar == again.calendar
    assert once.calendar != other.calendar
    assert other.kept
