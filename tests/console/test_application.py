"""One application: shown, explained, acted on."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.domain.events import Applied, MoneyArrived
from tests.console.conftest import SLUG, House, Typing


def test_applications_are_listed_for_people_and_programs(house: House, typed: Typing) -> None:
    first = house.apply("山田 太郎", "yamada@example.jp")
    second = house.apply("鈴木 花子", "suzuki@example.jp", complete=False)

    (one, other) = typed.json("application", "list")

    assert (one["reference"], one["state"]) == (first, "awaiting_payment")
    assert (other["reference"], other["state"]) == (second, "incomplete")
    assert one["contact"] == {"name": "山田 太郎", "address": "yamada@example.jp"}
    assert one["pay_by"] == "2026-03-13T00:00:00+09:00"
    table = typed("application", "list").stdout
    assert "山田 太郎" in table
    assert "awaiting_payment" in table
    assert "2026-03-12(木)" in table


def test_a_listing_is_narrowed_by_state_hold_and_address(house: House, typed: Typing) -> None:
    first = house.apply("山田 太郎", "yamada@example.jp")
    second = house.apply("鈴木 花子", "suzuki@example.jp", complete=False)
    typed("application", "hold", first, "--why", "asked by telephone")

    def references(*options: str) -> list[str]:
        return [one["reference"] for one in typed.json("application", "list", *options)]

    assert references("--state", "incomplete") == [second]
    assert references("--state", "awaiting-payment") == [first]
    assert references("--state", "incomplete", "--state", "awaiting_payment") == [first, second]
    assert references("--held") == [first]
    assert references("--address", "SUZUKI@example.jp") == [second]
    assert references("--state", "paid") == []
    assert "no application" in typed("application", "list", "--state", "paid").stdout
    assert "admitted" in typed.wrong("application", "list", "--state", "gone")


def test_one_that_waits_to_be_asked_for_a_confirmation_says_so(house: House, typed: Typing) -> None:
    served = house.office.events[SLUG]
    intake = served.rules.intake.model_copy(update={"confirm_by_mail": True})
    asking = replace(served, rules=served.rules.model_copy(update={"intake": intake}))
    house.office = replace(house.office, events={SLUG: asking})
    said: dict[str, Any] = {
        "sender": "a@example.jp",
        "participants": (),
        "arrived_at": house.office.clock.now(),
    }

    later = house.happen(Applied(**said, ask_later=True))
    assert "not asked yet" in typed("application", "show", later).stdout
    now = house.happen(Applied(**said | {"sender": "b@example.jp"}))
    assert "2026-02-04(水)" in typed("application", "show", now).stdout


def test_an_application_is_shown_with_its_people_tasks_and_money(
    house: House, typed: Typing
) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp", people=2)
    typed("payments", "record", reference, "--amount", "3,000", "--value-date", "2026-02-02")

    shown = typed("application", "show", reference).stdout

    assert "participant 2" in shown
    assert "見本市社会福祉協議会" in shown
    assert "3000 of 2000 yen" in shown
    assert "1000 yen more than owed" in shown
    told = typed.json("application", "show", reference)
    assert [person["number"] for person in told["participants"]] == [1, 2]
    assert told["credited"] == 3000


def test_what_is_wrong_with_an_incomplete_one_is_shown(house: House, typed: Typing) -> None:
    reference = house.apply("鈴木 花子", "suzuki@example.jp", complete=False)

    assert "フリガナ: missing" in typed("application", "show", reference).stdout


def test_a_reference_may_be_typed_in_full_width(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")
    wide = " ".join(chr(ord(digit) + 0xFEE0) for digit in reference)

    assert typed.json("application", "show", wide)["reference"] == reference


@pytest.mark.parametrize("verb", ["show", "explain"])
@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("100002", "one digit must be wrong"),
        ("12345", "it has 6 digits"),
        ("六桁の番号", "it has 6 digits"),
        ("\x1b[2J", "it has 6 digits"),
    ],
)
def test_a_reference_that_cannot_be_is_told_so(
    verb: str, reference: str, said: str, typed: Typing
) -> None:
    assert said in typed.wrong("application", verb, reference)


def test_a_reference_that_nobody_has_is_told_so(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")
    other = "550008" if reference != "550008" else "123455"

    assert f"no application has the reference {other}" in typed.wrong("application", "show", other)


# ---------------------------------------------------------------- why


def test_the_life_of_an_application_is_told_with_causes_reasons_and_letters(
    house: House, typed: Typing
) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")
    typed("application", "hold", reference, "--why", "確認中", "--who", "佐藤")
    typed("application", "release", reference)
    ahead = typed.json("application", "explain", reference)["ahead"]
    assert {"kind": "last_day", "number": 1, "due_at": "2026-03-12T10:00:00+09:00"} in ahead
    typed("payments", "record", reference, "--amount", "1000", "--value-date", "2026/2/2")

    told = typed.json("application", "explain", reference)

    happened = [entry["event"] for entry in told["history"]]
    assert happened == ["Applied", "Held", "Released", "MoneyArrived"]
    assert [entry["reason"] for entry in told["history"]] == [
        "accepted",
        "held",
        "released",
        "paid",
    ]
    first, held, *_ = told["history"]
    assert first["cause"] == "mail:1"
    assert first["letters"][0]["letter"] == "received"
    assert first["letters"][0]["recipient"] == "yamada@example.jp"
    assert len(first["rules"]) == 64
    assert "佐藤: 確認中" in held["note"]

    text = typed("application", "explain", reference).stdout
    assert "2026-02-02(月) 09:00" in text
    assert "振込のご案内" in text
    assert "佐藤: 確認中" in text
    assert "mail:1" in text
    assert f"rules {first['rules'][:8]}" in text
    assert "letter 1 received to yamada@example.jp: " in text


# ---------------------------------------------------------------- acts


def state(typed: Typing, reference: str) -> str:
    found: str = typed.json("application", "show", reference)["state"]
    return found


def test_hold_and_release(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")

    assert "letters wait" in typed("application", "hold", reference, "--why", "to be asked").stdout
    assert typed.json("application", "show", reference)["held"] == "to be asked"
    assert [m["status"] for m in typed.json("outbox", "list")] == ["held"]
    typed("application", "release", reference)
    assert typed.json("application", "show", reference)["held"] is None
    assert [m["status"] for m in typed.json("outbox", "list")] == ["queued"]


def test_accepting_an_incomplete_one(house: House, typed: Typing) -> None:
    reference = house.apply("鈴木 花子", "suzuki@example.jp", complete=False)

    told = typed("application", "accept", reference, "--why", "kana by telephone").stdout

    assert "入金待ち" in told
    assert state(typed, reference) == "awaiting_payment"


def test_declining_and_cancelling_close_an_application(house: House, typed: Typing) -> None:
    first = house.apply("山田 太郎", "yamada@example.jp")
    second = house.apply("鈴木 花子", "suzuki@example.jp")

    typed("application", "decline", first, "--why", "not addressed")
    typed("application", "cancel", second, "--why", "double booking")

    assert state(typed, first) == "declined"
    assert state(typed, second) == "cancelled"


def test_a_refused_act_says_so_in_words_and_is_kept(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")

    line = typed.wrong("application", "accept", reference, "--why", "by mistake", code=1)

    assert "awaiting payment (入金待ち)" in line
    assert "nothing changed" in line
    told = typed.json("application", "explain", reference)
    assert told["history"][-1]["reason"] == "not-expected-here"


def test_without_a_free_seat_nobody_is_accepted(
    single_seat: None, house: House, typed: Typing
) -> None:
    first = house.apply("山田 太郎", "yamada@example.jp")
    waiting = house.apply("鈴木 花子", "suzuki@example.jp")
    assert (state(typed, first), state(typed, waiting)) == ("awaiting_payment", "waitlisted")

    line = typed.wrong("application", "accept", waiting, "--why", "please", code=1)

    assert "空席なし" in line


def test_withdrawing_frees_a_seat_for_the_first_in_line(
    single_seat: None, house: House, typed: Typing
) -> None:
    first = house.apply("山田 太郎", "yamada@example.jp")
    waiting = house.apply("鈴木 花子", "suzuki@example.jp")

    told = typed("application", "withdraw", first, "--why", "by telephone").stdout

    assert f"then {waiting}: " in told
    assert state(typed, waiting) == "awaiting_payment"


def test_one_participant_is_withdrawn(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp", people=3)

    typed("application", "withdraw", reference, "--participant", "2", "--why", "ill")

    told = typed.json("application", "show", reference)
    assert [person["withdrawn"] for person in told["participants"]] == [False, True, False]
    assert told["seats"] == 2
    line = typed.wrong(
        "application", "withdraw", reference, "--participant", "2", "--why", "ill again"
    )
    assert "there is no 2 to withdraw; there is 1, 3" in line


def test_extending_moves_the_last_day(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")
    until = ("--until", "２０２６-３-３１")

    typed("application", "extend", reference, *until, "--why", "public body")

    told = typed.json("application", "show", reference)
    assert told["pay_by"] == "2026-04-01T00:00:00+09:00"


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-02-30", "is no date"),
        ("tomorrow", "is no date"),
        ("2026-02-01", "is over already"),
        ("2026-05-01", "after the event has ended"),
    ],
)
def test_a_last_day_that_cannot_be_is_told_so(
    until: str, said: str, house: House, typed: Typing
) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")

    line = typed.wrong("application", "extend", reference, "--until", until, "--why", "later")

    assert said in line


def test_resending_may_register_a_new_address(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")

    typed("application", "resend", reference)
    typed("application", "resend", reference, "--to", "new@example.jp", "--why", "bounced")

    told = typed.json("application", "show", reference)
    assert told["contact"]["address"] == "new@example.jp"
    recipients = [letter["recipient"] for letter in typed.json("outbox", "list")]
    assert recipients[-1] == "new@example.jp"


def test_a_new_address_must_be_one_and_needs_a_reason(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")

    bad = typed.wrong("application", "resend", reference, "--to", "nobody", "--why", "x")
    silent = typed.wrong("application", "resend", reference, "--to", "new@example.jp")

    assert "is no mail address" in bad
    assert "--why" in silent


def test_a_closed_application_is_opened_again_by_an_operator(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")
    typed("application", "withdraw", reference, "--why", "by telephone")

    typed("application", "accept", reference, "--why", "changed their mind")

    assert state(typed, reference) == "awaiting_payment"


def test_money_after_the_end_is_told_by_the_application(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")
    house.it_is("2026-03-16T10:00:00")
    house.happen(MoneyArrived(amount=1000, value_date=date(2026, 3, 16)), reference)

    assert typed.json("application", "show", reference)["held"] == "paid-late"
    typed("application", "accept", reference, "--why", "the bank was closed")
    assert state(typed, reference) in {"paid", "admitted"}
