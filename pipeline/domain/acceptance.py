"""Money that a person lets count as it is: late, short (値引き), or from one without a seat.

Law of this file: only an operator lets money go, and only where some is here; seats are given from
the roster alone.  Where there is none, nothing changes.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.domain.application import Application
from pipeline.domain.decision import NOTHING_CHANGED, Decision, Reason
from pipeline.domain.events import MoneyAccepted
from pipeline.domain.moment import Moment, unchanged
from pipeline.domain.operating import by, opened_again, reopen_into_free_seats
from pipeline.domain.registration import offered
from pipeline.domain.settlement import settle_if_covered


def accept_as_it_is(application: Application, event: MoneyAccepted, at: Moment) -> Decision:
    """What is here counts as the whole fee, whenever it came; without any money nothing changes."""
    if not application.credited:
        return unchanged(application, Reason.NOT_EXPECTED, by(event))
    settled = settle_if_covered(_enough(application, at).but(held=None), at, Reason.PAID)
    assert settled is not None  # nothing is owed any more
    return _without_surplus(settled, event)


def accept_before_complete(application: Application, event: MoneyAccepted, at: Moment) -> Decision:
    """What is here will be the whole fee once the application is complete."""
    if not application.credited:
        return unchanged(application, Reason.NOT_EXPECTED, by(event))
    return Decision(Reason.MONEY_ACCEPTED, _enough(application, at), note=by(event))


def accept_without_seat(application: Application, event: MoneyAccepted, at: Moment) -> Decision:
    """Whoever paid in line is given seats that are free, and has paid with what is here."""
    if not application.credited:
        return unchanged(application, Reason.NOT_EXPECTED, by(event))
    if application.seats > at.roster.free:
        return unchanged(application, Reason.NO_FREE_SEAT, by(event))
    decision = offered(_enough(application, at), at, Reason.ACCEPTED_BY_OPERATOR)
    return _without_surplus(decision, event)


def accept_when_closed(application: Application, event: MoneyAccepted, at: Moment) -> Decision:
    """Open a closed one again with the money that is here, into free seats only."""
    if not application.credited:
        return unchanged(application, Reason.NOT_EXPECTED, by(event))
    back = _enough(opened_again(application), at)
    decision = reopen_into_free_seats(back, at)
    if decision.reason in NOTHING_CHANGED:
        return unchanged(application, decision.reason, by(event))
    return _without_surplus(decision, event)


def accept_surplus(application: Application, event: MoneyAccepted, _at: Moment) -> Decision:
    """It has paid, and what is more than that stays here by agreement."""
    return Decision(Reason.MONEY_ACCEPTED, application, note=by(event))


def _enough(application: Application, at: Moment) -> Application:
    lacking = max(0, at.owed(application) - application.credited)
    return application.but(discount=application.discount + lacking)


def _without_surplus(decision: Decision, event: MoneyAccepted) -> Decision:
    """No task asks again about the money that was just accepted."""
    after = decision.application
    note = by(event)
    if after is not None and after.discount:
        note = f"{note} ({after.discount} yen let go)"
    return replace(decision, tasks=(), note=note)
