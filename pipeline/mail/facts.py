"""The facts of an event as every letter of it may say them.

Law of this file: a fact comes from the rules and from nowhere else, and `FACTS` names the key that
it comes from.  Facts are made once for an event; what belongs to one application is in `values`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.domain.rules import Rules
from pipeline.mail import wording


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of the live day's programme."""

    hours: str
    minutes: int
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Season:
    """What every letter asks of the rules, asked once for all of them."""

    access_opens_at: datetime
    access_ends_at: datetime
    live_ends_at: datetime
    zone: ZoneInfo
    answers: tuple[tuple[str, str], ...]
    """Fields and labels of the form."""
    kinds: Mapping[str | None, str]
    """Labels of the kinds of applicants."""
    kana_example: str


def season(rules: Rules) -> Season:
    """The season of one event."""
    return Season(
        rules.access_opens_at,
        rules.access_ends_at,
        rules.live_ends_at,
        rules.zone,
        tuple((field.field, field.label) for field in rules.form.fields),
        {kind.category: kind.label for kind in rules.event.audience},
        next((field.example for field in rules.form.fields if field.field == "name_kana"), ""),
    )


FACTS: Mapping[str, str] = {
    "event_title": "event.title",
    "event_short": "event.short_title",
    "organizer": "event.organizer",
    "announced_at": "event.announced_at",
    "opens_on": "event.opens",
    "deadline": "event.deadline",
    "capacity": "event.capacity",
    "audience": "event.audience",
    "office_name": "event.office.name",
    "office_mail": "event.office.mail",
    "signature": "event.office.signature",
    "ondemand_site": "event.ondemand.site",
    "ondemand_url": "event.ondemand.url",
    "ondemand_materials": "event.ondemand.materials",
    "ondemand_opens_said": "event.ondemand.opens_said",
    "ondemand_until": "event.ondemand.until",
    "ondemand_watch_first": "event.ondemand.watch_first",
    "ondemand_in_turn": "event.ondemand.in_turn",
    "videos": "event.ondemand.videos",
    "live_on": "event.live.on",
    "live_hours": "event.live.starts",
    "live_platform": "event.live.platform",
    "live_test_url": "event.live.test_url",
    "live_help_url": "event.live.help_url",
    "live_support": "event.live.support",
    "live_quiet_place": "event.live.quiet_place",
    "live_headset": "event.live.headset",
    "programme": "event.live.programme",
    "group_sessions": "event.live.group_sessions",
    "group_minutes": "event.live.group_minutes",
    "group_size": "event.live.group_size",
    "fee": "payment.fee",
    "fee_borne_by": "payment.fee_borne_by",
    "refundable": "payment.refundable",
    "withdraw_words": "intake.words.withdraw_confirmed",
    "access_words": "intake.words.access",
}
"""Values that every letter may use, and the key of the rules that each says."""


def facts(rules: Rules) -> dict[str, Any]:
    """The facts of one event, in words."""
    return _event_facts(rules) | _ondemand_facts(rules) | _live_facts(rules)


def _event_facts(rules: Rules) -> dict[str, Any]:
    event, payment, words = rules.event, rules.payment, rules.intake.words
    return {
        "event_title": event.title,
        "event_short": event.short_title,
        "organizer": event.organizer,
        "announced_at": event.announced_at or "",
        "opens_on": wording.instant(rules.opens_at),
        "deadline": wording.day(event.deadline),
        "capacity": f"{event.capacity:,}名",
        "audience": tuple(kind.label for kind in event.audience if kind.listed),
        "office_name": event.office.name,
        "office_mail": event.office.mail,
        "signature": event.office.signature,
        "fee": wording.yen(payment.fee),
        "fee_borne_by": payment.fee_borne_by,
        "refundable": payment.refundable,
        "withdraw_words": next(iter(words.withdraw_confirmed), ""),
        "access_words": next(iter(words.access), ""),
    }


def _ondemand_facts(rules: Rules) -> dict[str, Any]:
    ondemand = rules.event.ondemand
    return {
        "ondemand_site": ondemand.site,
        "ondemand_url": ondemand.url,
        "ondemand_materials": ondemand.materials,
        "ondemand_opens_said": ondemand.opens_said,
        "ondemand_until": wording.day(ondemand.until),
        "ondemand_watch_first": ondemand.watch_first,
        "ondemand_in_turn": ondemand.in_turn,
        "videos": ondemand.videos,
    }


def _live_facts(rules: Rules) -> dict[str, Any]:
    live = rules.event.live
    return {
        "live_on": wording.day(live.on),
        "live_hours": f"{wording.hour(live.starts)}～{wording.hour(live.ends)}",
        "live_platform": live.platform,
        "live_test_url": live.test_url,
        "live_help_url": live.help_url,
        "live_support": live.support,
        "live_quiet_place": live.quiet_place,
        "live_headset": live.headset,
        "programme": tuple(
            Slot(
                f"{session.starts:%H:%M}-{session.ends:%H:%M}",
                (session.ends.hour - session.starts.hour) * 60
                + (session.ends.minute - session.starts.minute),
                session.title,
                session.detail or "",
            )
            for session in live.programme
        ),
        "group_sessions": live.group_sessions,
        "group_minutes": live.group_minutes,
        "group_size": live.group_size,
    }
