"""A letter's bytes: its head, its thread, its secrets and its calendar, read by other parsers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

import mailparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from pipeline.domain.application import State, Thread
from pipeline.domain.decision import Letter, LetterName
from pipeline.domain.rules import TOKYO, Rules
from pipeline.mail import bounce, wire
from pipeline.mail.compose import (
    SECRET_MARKERS,
    ZOOM_LINK_FOLLOWS,
    Composed,
    SecretMissing,
    fill,
)
from tests.mail.writing.season import (
    KEN,
    NONCE,
    OWN,
    SAKURA,
    SECRETS,
    Desk,
    an_application,
    on,
    parsed,
    words_of,
)

L = LetterName


def received(office: Desk, **changes: Any) -> Composed:
    application = an_application(**changes)
    letter = Letter(L.RECEIVED, application.contact_address, answer=True)
    return office.compose(letter, application, thread=application.thread)


def access(office: Desk, now: datetime | None = None) -> Composed:
    application = an_application(State.ADMITTED, access_sent_at=on(2, 24), credited=1000)
    return office.compose(Letter(L.ACCESS, str(SAKURA.email), 1), application, now=now or on(2, 24))


# ---------------------------------------------------------------- the head


def test_the_head_says_who_writes_to_whom_about_what_and_that_a_machine_does(office: Desk) -> None:
    composed = received(office)
    message = parsed(composed.raw)

    assert message["From"].addresses[0].addr_spec == OWN.address
    assert message["From"].addresses[0].display_name == "研究協議会事務局"
    assert message["Reply-To"] == OWN.address
    assert message["To"].addresses[0].addr_spec == SAKURA.email
    assert message["To"].addresses[0].display_name == "緒方 桜"
    assert message["Subject"].startswith("【受付番号482617】")
    assert parsedate_to_datetime(message["Date"]) == on(2, 4)
    assert message["Message-ID"] == f"<uketsuke.{NONCE}@kyogikai.example.jp>" == composed.message_id
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["MIME-Version"] == "1.0"
    assert message["Content-Transfer-Encoding"] == "base64"
    assert message.get_content_charset() == "utf-8"
    assert not message.defects


def test_what_we_send_of_our_own_accord_says_so(office: Desk) -> None:
    application = an_application()
    letter = Letter(L.PAYMENT_REMINDER, application.contact_address)

    assert parsed(office.compose(letter, application).raw)["Auto-Submitted"] == "auto-generated"


def test_a_bounce_comes_back_to_an_address_that_names_the_letter(office: Desk) -> None:
    composed = received(office)

    assert bounce.verified_nonce(composed.envelope_sender, OWN) == NONCE


def test_an_answer_stands_in_the_applicants_thread(office: Desk) -> None:
    thread = Thread("<second@example.jp>", ("<first@example.jp>",))
    application = an_application(thread=thread)
    letter = Letter(L.RECEIVED, application.contact_address, answer=True)

    message = parsed(office.compose(letter, application, thread=thread).raw)

    assert message["In-Reply-To"] == "<second@example.jp>"
    assert message["References"].split() == ["<first@example.jp>", "<second@example.jp>"]
    assert not message["Subject"].startswith("Re:")


def test_a_mail_without_a_usable_id_is_answered_outside_of_any_thread(office: Desk) -> None:
    for broken in (None, "", "<a b@c>", "<a@b>\r\nBcc: x@example.jp", "<名@前>"):
        application = an_application()
        letter = Letter(L.RECEIVED, application.contact_address, answer=True)

        message = parsed(office.compose(letter, application, thread=Thread(broken, ("<>",))).raw)

        assert message["In-Reply-To"] is None
        assert message["References"] is None
        assert message["Bcc"] is None


def test_every_byte_is_ascii_in_lines_that_end_with_crlf(office: Desk) -> None:
    for composed in (received(office), access(office)):
        composed.raw.decode("ascii")
        lines = composed.raw.split(b"\r\n")
        assert lines[-1] == b""
        assert max(map(len, lines)) <= 100
        assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_an_old_carrier_address_is_quoted_on_the_wire_and_kept_as_it_is(office: Desk) -> None:
    ours = "a..b.@docomo.ne.jp"
    person = replace(SAKURA, email=ours)
    composed = received(office, contact_address=ours, participants=(person,))

    assert b'<"a..b."@docomo.ne.jp>' in composed.raw
    assert composed.recipient == ours


def test_a_recipient_who_cannot_be_written_to_is_refused(office: Desk) -> None:
    with pytest.raises(wire.Unaddressable):
        received(office, contact_address="さくら@example.jp")


def test_the_same_letter_has_the_same_digest_whenever_it_is_written(office: Desk) -> None:
    application = an_application()
    letter = Letter(L.RECEIVED, application.contact_address, answer=True)
    first = office.compose(letter, application, now=on(2, 4), nonce="0" * 20)
    again = office.compose(letter, application, now=on(2, 4, 18), nonce="1" * 20)
    other = office.compose(letter, application.but(reference="715204"), now=on(2, 4))

    assert first.raw != again.raw
    assert first.digest == again.digest != other.digest


# ---------------------------------------------------------------- what strangers write

EVIL = (
    "緒方\r\nBcc: victim@example.com",
    "緒方\nContent-Type: text/html\n\n<b>",
    "緒方\u2028Bcc: victim@example.com",
    "緒方\u0085Bcc: victim@example.com",
    "緒方\x00桜",
    "=?UTF-8?B?QmNj?=",
    '"緒方" <victim@example.com>',
    "⟦PASSWORD⟧ ⟦ID⟧",
    "{{ access_password }}{% raw %}",
    "\ud83d",
    "桜" * 3000,
)


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
def test_a_name_can_neither_forge_a_field_nor_break_the_letter(evil: str, office: Desk) -> None:
    person = replace(SAKURA, name=evil, organization=evil, name_kana=evil)
    quiet = parsed(received(office).raw)

    composed = received(office, participants=(person,), contact_name=evil)
    message = parsed(composed.raw)

    assert message.keys() == quiet.keys()
    assert [a.addr_spec for a in message["To"].addresses] == [SAKURA.email]
    assert message["Bcc"] is None
    words = words_of(composed)
    assert words.splitlines()[0].endswith(" 様")
    assert "⟦" not in words
    assert len(composed.raw) < 40_000


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
def test_a_strangers_name_is_no_way_in_either(evil: str, office: Desk) -> None:
    letter = Letter(L.TO_A_PERSON, "reader@example.jp", answer=True, more=(("name", evil),))

    message = parsed(office.compose(letter).raw)

    assert message["To"] == "reader@example.jp"
    assert message["Bcc"] is None


@given(name=st.text(max_size=80), organization=st.text(max_size=200))
def test_whatever_an_applicant_is_called_the_letter_can_be_read(
    office: Desk, name: str, organization: str
) -> None:
    person = replace(SAKURA, name=name, organization=organization)

    composed = received(office, participants=(person,), contact_name=name)

    message = parsed(composed.raw)
    assert message["To"].addresses[0].addr_spec == SAKURA.email
    assert "■お振込みのご案内" in words_of(composed)
    assert "⟦" not in words_of(composed)


def test_somebody_who_writes_a_marker_is_never_sent_a_secret(office: Desk) -> None:
    person = replace(SAKURA, name="⟦PASSWORD⟧", email=None)
    application = an_application(State.ADMITTED, participants=(person, KEN), credited=2000)
    letter = Letter(L.ACCESS, application.contact_address, 1)
    stored = office.compose(letter, application, now=on(2, 24))

    sent = words_of(replace(stored, raw=fill(stored.raw, SECRETS)))

    assert sent.count(SECRETS["password"]) == 1
    assert "[PASSWORD] 様の分のご案内" in sent


# ---------------------------------------------------------------- secrets


def test_a_stored_access_letter_holds_markers_and_a_sent_one_the_secrets(office: Desk) -> None:
    stored = access(office)
    sent = fill(stored.raw, SECRETS)

    for name, secret in SECRETS.items():
        assert SECRET_MARKERS[name] in words_of(stored)
        assert secret not in words_of(stored)
        assert secret in words_of(replace(stored, raw=sent))
    assert stored.secret
    assert "⟦" not in stored.subject


def test_filling_changes_nothing_but_the_secrets(office: Desk) -> None:
    stored = access(office)
    sent = fill(stored.raw, SECRETS)
    before, after = parsed(stored.raw), parsed(sent)

    assert before.items() == after.items()
    words = words_of(stored)
    for name, marker in SECRET_MARKERS.items():
        words = words.replace(marker, SECRETS[name])
    assert words_of(replace(stored, raw=sent)) == words
    calendars = [next(iter(m.iter_attachments())).get_content() for m in (before, after)]
    assert calendars[0] == calendars[1]
    assert fill(received(office).raw, {}) == received(office).raw


def test_another_parser_reads_a_filled_letter_as_well(office: Desk) -> None:
    mail = mailparser.parse_from_bytes(fill(access(office).raw, SECRETS))

    assert SECRETS["password"] in mail.text_plain[0]
    assert mail.subject.startswith("【受付番号482617】")
    assert mail.to == [("緒方 桜", SAKURA.email)]
    assert mail.from_[0][1] == OWN.address
    assert [one["filename"] for one in mail.attachments] == ["live-20260326.ics"]
    assert not mail.defects


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_a_letter_does_not_leave_while_one_of_its_secrets_is_missing(
    missing: str, office: Desk
) -> None:
    for known in (
        {k: v for k, v in SECRETS.items() if k != missing},
        SECRETS | {missing: ""},
    ):
        with pytest.raises(SecretMissing, match=missing):
            fill(access(office).raw, known)


def test_a_join_link_that_is_not_there_yet_is_announced(office: Desk) -> None:
    stored = access(office)

    sent = fill(stored.raw, SECRETS | {"zoom_link": ZOOM_LINK_FOLLOWS})

    assert f"参加用URL：\n{ZOOM_LINK_FOLLOWS}\n" in words_of(replace(stored, raw=sent))


# ---------------------------------------------------------------- the calendar


def calendar(raw: bytes) -> Any:  # icalendar's own types are unions of everything
    attachments = list(parsed(raw).iter_attachments())
    assert [a.get_content_type() for a in attachments] == ["text/calendar"]
    payload = attachments[0].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return Calendar.from_ical(payload)


def test_the_access_letter_brings_the_live_day_for_the_calendar(office: Desk) -> None:
    read = calendar(access(office).raw)
    (event,) = read.walk("VEVENT")
    (zone,) = read.walk("VTIMEZONE")

    assert event["dtstart"].dt == datetime(2026, 3, 26, 10, 0, tzinfo=TOKYO)
    assert event["dtend"].dt == datetime(2026, 3, 26, 16, 0, tzinfo=TOKYO)
    assert event["dtstart"].params["TZID"] == "Asia/Tokyo" == zone["tzid"]
    assert "令和7年度生活支援コーディネーター研究協議会" in event["summary"]
    assert "https://zoom.us/test" in event["description"]
    assert read["method"] == "PUBLISH"


def test_the_calendars_identity_is_the_same_in_every_letter(office: Desk) -> None:
    first = calendar(access(office).raw)
    again = calendar(access(office, now=on(3, 10)).raw)

    assert first.to_ical() == again.to_ical()
    assert str(first.walk("VEVENT")[0]["uid"]) == "live.r7-kenkyu-kyogikai@kyogikai.example.jp"


def test_the_calendar_holds_no_secret(office: Desk) -> None:
    sent = fill(access(office).raw, SECRETS)

    shown = calendar(sent).to_ical().decode().replace("\r\n ", "")

    for secret in SECRETS.values():
        assert secret not in shown


def test_after_the_live_day_no_calendar_is_sent(office: Desk, rules: Rules) -> None:
    composed = access(office, now=rules.live_ends_at + timedelta(hours=1))

    assert not list(parsed(composed.raw).iter_attachments())
    assert "ライブ配信" not in words_of(composed).partition("──")[0]
    assert fill(composed.raw, {k: v for k, v in SECRETS.items() if k != "zoom_link"})


def test_the_date_is_tokyos_whatever_zone_the_clock_speaks(office: Desk) -> None:
    application = an_application()
    letter = Letter(L.RECEIVED, application.contact_address)
    utc = datetime.fromisoformat("2026-02-04T01:00:00+00:00")

    message = message_from_bytes(
        office.compose(letter, application, now=utc).raw, policy=policy.compat32
    )

    assert message["Date"] == "Wed, 04 Feb 2026 10:00:00 +0900"
    assert getaddresses([message["To"]])[0][1] == SAKURA.email
