from pipeline.console import words
from pipeline.domain import events
from pipeline.domain.application import State
from pipeline.domain.decide import TRANSITIONS
from pipeline.domain.decision import Reason


def test_every_reason_and_state_is_told_in_words() -> None:
    assert set(Reason) == set(words.REASON_TEXT)
    assert set(State) == set(words.STATE_TEXT) == set(words.STATE_WORD)


def test_every_event_that_can_happen_is_told_in_words() -> None:
    handled = {kind.__name__ for row in TRANSITIONS.values() for kind in row}

    assert handled == set(words.EVENT_TEXT)
    assert all(hasattr(events, name) for name in words.EVENT_TEXT)


def test_words_of_another_version_are_shown_as_they_are() -> None:
    assert words.reason_text("of-another-version") == "of-another-version"
    assert words.event_text("OfAnotherVersion") == "OfAnotherVersion"


def test_what_operators_do_beside_the_door_is_told_in_words() -> None:
    assert words.reason_text("operator") == "done by the office (事務局)"
    assert words.event_text("SendingStopped") == "sending stopped 送信停止"
