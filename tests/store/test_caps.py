"""Caps: how many answers left for whom, and which letters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pipeline.domain.events import QuestionAsked
from pipeline.store import caps, outbox_console
from pipeline.store.unit import Unit
from tests.store.build import HANAKO, JIRO, OPENING, House, later, letter


def write(house: House, now: datetime, *letters: Any) -> None:
    with house.database.write() as connection:
        unit = house.unit(connection)
        say(house, unit, now, *letters)
        unit.flush()


def say(house: House, unit: Unit, now: datetime, *letters: Any) -> None:
    question = QuestionAsked(arrived_at=now, sender=HANAKO)
    house.decide(unit, question, now=now, letters=letters)


def counts(house: House, since: datetime, *keys: str) -> list[int]:
    with house.database.read() as connection:
        unit = house.unit(connection)
        unit.expect(house.slug, addresses=[HANAKO, JIRO])
        return [unit.letters_since(house.slug, key, since) for key in keys]


KEYS = (f"address:{HANAKO}", f"address:{JIRO}", "domain:machida.example.jp", "office")


def test_answers_count_for_their_address_their_domain_and_the_office(house: House) -> None:
    write(house, OPENING, letter(HANAKO.upper()), letter(HANAKO), letter(JIRO))
    write(house, OPENING, letter("someone@else.example.jp"))

    assert counts(house, later(hours=-1), *KEYS) == [2, 1, 3, 4]


def test_reminders_and_letters_kept_back_do_not_count(house: House) -> None:
    write(house, OPENING, letter(answer=False), letter(held="cap reached"), letter())

    assert counts(house, later(hours=-1), *KEYS) == [1, 0, 1, 1]


def test_a_dropped_answer_does_not_count_for_its_address(house: House) -> None:
    write(house, OPENING, letter())
    with house.database.write() as connection:
        (one,) = outbox_console.listing(connection)
        outbox_console.drop(
            connection, one.id, who="suzuki", why="wrong", at=OPENING, cause="operator:1"
        )

    assert counts(house, later(hours=-1), KEYS[0]) == [0]


def test_the_batch_so_far_counts(house: House) -> None:
    write(house, OPENING, letter())
    with house.database.write() as connection:
        unit = house.unit(connection)
        unit.expect(house.slug, addresses=[HANAKO])
        before = [unit.letters_since(house.slug, key, later(hours=-1)) for key in KEYS]
        say(house, unit, OPENING, letter(), letter())
        after = [unit.letters_since(house.slug, key, later(hours=-1)) for key in KEYS]

    assert (before, after) == ([1, 0, 1, 1], [3, 0, 3, 3])


def test_what_left_before_the_span_does_not_count(house: House) -> None:
    for minutes in (0, 35, 70):
        write(house, later(minutes=minutes), letter())

    assert counts(house, later(minutes=30), *KEYS) == [2, 0, 2, 2]
    assert counts(house, later(minutes=70), *KEYS) == [1, 0, 1, 1]


def test_the_slot_in_which_a_span_begins_counts_whole(house: House) -> None:
    """Rather too many than too few: the cap on a domain may bite ten minutes longer."""
    write(house, later(minutes=1), letter())

    assert counts(house, later(minutes=8), *KEYS) == [0, 0, 1, 1]


def test_a_longer_span_asked_for_later_is_read_again(house: House) -> None:
    write(house, OPENING, letter())
    with house.database.read() as connection:
        unit = house.unit(connection)
        spans = [later(hours=2), later(hours=-2)]
        found = [[unit.letters_since(house.slug, key, since) for since in spans] for key in KEYS]

    assert found == [[0, 1], [0, 0], [0, 1], [0, 1]]


def test_events_do_not_share_their_caps(house: House) -> None:
    write(house, OPENING, letter())

    with house.database.read() as connection:
        unit = house.unit(connection)
        assert [unit.letters_since("another", key, later(hours=-1)) for key in KEYS] == [0] * 4


def test_the_same_letter_is_known_again(house: House) -> None:
    write(house, OPENING, letter(HANAKO, digest="same"), letter(JIRO, digest="other"))

    with house.database.write() as connection:
        unit = house.unit(connection)
        unit.expect(house.slug, addresses=[HANAKO])

        def seen(digest: str, recipient: str, since: datetime) -> bool:
            return unit.same_letter_since(digest, recipient, since)

        found = [
            seen("same", HANAKO.upper(), OPENING),
            seen("same", HANAKO, later(seconds=1)),
            seen("same", JIRO, OPENING),
            seen("other", JIRO, OPENING),
            seen("new", HANAKO, OPENING),
        ]
        say(house, unit, OPENING, letter(HANAKO, digest="new", held="cap reached"))
        found.append(seen("new", HANAKO, OPENING))

    assert found == [True, False, False, True, False, True]


def test_an_address_with_very_many_letters_does_not_hide_the_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(house, OPENING, letter(JIRO, digest="jiro"))
    write(house, later(minutes=1), *(letter() for _ in range(25)))
    monkeypatch.setattr(caps, "_MOST_LETTERS", 20)
    monkeypatch.setattr(caps, "_MOST_OF_ADDRESS", 10)

    assert counts(house, OPENING, KEYS[1], KEYS[0]) == [1, 10]
