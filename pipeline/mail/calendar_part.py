"""The live day as an iCalendar object (RFC 5545), for the applicant's own calendar.

Law of this file: it says what the announcement says, and no secret: whoever sees a shared calendar
must not be able to enter the meeting.
"""

from __future__ import annotations

from icalendar import Calendar, Event, vCalAddress, vText

from pipeline.domain.rules import Rules
from pipeline.mail import wording
from pipeline.mail.own import Own


def live_day(rules: Rules, own: Own) -> bytes:
    """The .ics file: one event with its own time zone and an identity that never changes.

    Sent again, or to several people with one mailbox, it updates the entry that is there already.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{own.message_domain}//Uketsuke//JA")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_event(rules, own))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def file_name(rules: Rules) -> str:
    """An ASCII name, because old mail programs cannot read any other."""
    return f"live-{rules.event.live.on:%Y%m%d}.ics"


def _event(rules: Rules, own: Own) -> Event:
    live = rules.event.live
    event = Event()
    event.add("uid", f"live.{rules.slug}@{own.message_domain}")
    # Written once and for all: the letter's bytes must not depend on when it is composed.
    event.add("dtstamp", rules.opens_at)
    event.add("dtstart", rules.live_starts_at)
    event.add("dtend", rules.live_ends_at)
    event.add("summary", f"{rules.event.title}（ライブ配信）")
    event.add("location", f"オンライン（{live.platform}）")
    event.add("description", _description(rules))
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    organizer = vCalAddress(f"mailto:{rules.event.office.mail}")
    organizer.params["cn"] = vText(rules.event.office.name)
    event["organizer"] = organizer
    return event


def _description(rules: Rules) -> str:
    live = rules.event.live
    programme = (
        f"{session.starts:%H:%M}-{session.ends:%H:%M} {session.title}" for session in live.programme
    )
    return "\n".join(
        (
            f"主催：{rules.event.organizer}",
            f"{live.platform}の参加用URLは、メールでご案内します。",
            *programme,
            f"接続テスト：{live.test_url}",
            f"お問い合わせ：{wording.one_line(rules.event.office.mail)}",
        )
    )
