"""Payment notices of collection agencies, by mail: announced, or money.

Promise 5 lives here too: a preliminary notice (速報) only announces; a final one (確報) is money
when its sender is listed and proven, its reference is known, its amount is exactly what is owed,
and its number was never seen.  The same number comes once, whatever the mails say.  Anything else
that may be money waits for a person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from pipeline.clock import TOKYO
from pipeline.domain.application import Application
from pipeline.domain.decision import Task, TaskKind
from pipeline.domain.events import Event, PaymentExpected, Unanswerable
from pipeline.domain.reconciliation import Action, Because, Ledger, Outcome, Verdict, reconcile
from pipeline.domain.remittance import Flow, Remittance
from pipeline.mail.paying import PaymentSaid, listed_sender
from pipeline.mail.reading import Kind, Reading
from pipeline.store import allocations, remittances, tasks
from pipeline.store.remittances import New, Status
from pipeline.store.unit import Unit
from pipeline.workers import door, money_events
from pipeline.workers.claims import claim_of
from pipeline.workers.door import Done
from pipeline.workers.office import Office, Served

NOTICE = "notice:"
"""Layouts of what agencies say begin so; the channel follows."""
_PRELIMINARY = "/preliminary"


@dataclass(frozen=True, slots=True)
class _Notice:
    """One notice that can be followed, about one application."""

    office: Office
    unit: Unit
    served: Served
    cause: str
    reading: Reading
    said: PaymentSaid
    agency: str
    """Its sender, as the rules list it."""
    application: Application
    line: Remittance
    now: datetime

    @property
    def layout(self) -> str:
        return f"{NOTICE}{self.said.channel}"

    @property
    def identity(self) -> str:
        """What the agency's number is unique by: the agency, whatever channel the mail names."""
        return f"{NOTICE}{self.agency}/{self.line.bank_id}"

    def door(self, event: Event, *, about: bool = True) -> list[Done]:
        """Let it through, about the application or recorded only."""
        return door.apply(
            self.office,
            self.unit,
            self.served,
            cause=self.cause,
            target=self.application.reference if about else None,
            event=event,
            now=self.now,
        )

    def seen(self, identity: str) -> bool:
        """Whether this number of the agency was written down before."""
        return bool(remittances.occurrences(self.unit.connection, [identity]))

    def keep(self, identity: str, verdict: Verdict, status: Status, number: int) -> None:
        """Write it down."""
        new = New(
            event=self.served.slug,
            account=self.layout,
            layout=self.layout,
            identity=identity,
            occurrence=1,
            line=self.line,
            verdict=verdict,
            status=status,
            who=self.cause,
            why=self.reading.sender_address,
            at=self.now,
        )
        remittances.keep(self.unit.connection, [(number, new)])


def take(
    office: Office,
    unit: Unit,
    served: Served,
    *,
    cause: str,
    reading: Reading,
    arrived_at: datetime,
) -> list[Done] | None:
    """What a notice leads to; None where the mail is none that can be followed by itself."""
    said = reading.payment
    if reading.kind is not Kind.PAYMENT_NOTICE or said is None or not said.provider_id:
        return None
    application = unit.application(said.reference) if said.reference else None
    if application is None or application.event != served.slug or not said.amount:
        return None
    listed = listed_sender(reading.sender_address, served.rules)
    if listed is None:
        return None
    notice = _Notice(
        office,
        unit,
        served,
        cause,
        reading,
        said,
        listed.sender.lower(),
        application,
        _line(said, arrived_at),
        office.clock.now(),
    )
    if said.trusted:
        return _final(notice)
    if said.notice_type == "preliminary" and reading.authenticated:
        return _preliminary(notice)
    return None


def _line(said: PaymentSaid, arrived_at: datetime) -> Remittance:
    day = arrived_at.astimezone(TOKYO).date()
    if said.paid_at:
        day = min(day, date.fromisoformat(said.paid_at[:10]))
    return Remittance(
        flow=Flow.CREDIT,
        booked_on=day,
        value_date=day,
        amount=said.amount or 0,
        payer=said.payer_name_kana or "",
        edi=said.reference or "",
        bank_id=said.provider_id or "",
        virtual_account=said.reference or "",
        method=said.channel or "",
    )


def _preliminary(notice: _Notice) -> list[Done]:
    identity = notice.identity + _PRELIMINARY
    if notice.seen(identity) or notice.seen(notice.identity):
        return notice.door(_repeated(notice), about=False)
    (number,) = remittances.reserve(notice.unit.connection, 1)
    verdict = Verdict(
        action=Action.REVIEW,
        outcome=Outcome.PROPOSED,
        reasons=(Because.NOTIFIED_BY_MAIL,),
        references=(notice.application.reference,),
    )
    notice.keep(identity, verdict, Status.EXPECTED, number)
    channel = notice.said.channel or ""
    event = PaymentExpected(amount=notice.line.amount, channel=channel, remittance=number)
    return notice.door(event)


def _final(notice: _Notice) -> list[Done]:
    if notice.seen(notice.identity):
        return notice.door(_repeated(notice), about=False)
    connection = notice.unit.connection
    (number,) = remittances.reserve(connection, 1)
    verdict = _verdict(notice)
    if verdict.action is not Action.MATCH:
        notice.keep(notice.identity, verdict, Status.OPEN, number)
        task = money_events.task_for(notice.line, verdict, number)
        told = Task(TaskKind.MONEY, f"notice by {notice.said.channel}: {task.detail}")
        reference = notice.application.reference
        asked = (notice.served.slug, told, f"remittance:{number}", reference)
        tasks.open_many(connection, [asked], at=notice.now)
        return notice.door(_repeated(notice), about=False)
    event = money_events.arrived(notice.line, notice.line.amount, number, who="agency")
    done = notice.door(event)
    status = money_events.status_after(notice.line, verdict, done)
    notice.keep(notice.identity, verdict, status, number)
    shares = list(money_events.credited(done).items())
    allocations.allocate(connection, number, shares, cause=notice.cause, at=notice.now)
    remittances.announced_has_come(connection, notice.identity + _PRELIMINARY)
    return done


def _verdict(notice: _Notice) -> Verdict:
    """As a transfer to an account number of the application's own: whoever paid, it is named."""
    payment = notice.served.rules.payment
    claim = claim_of(notice.application, payment.fee)
    alone = replace(claim, virtual_account=claim.reference)
    verdict = reconcile(notice.line, Ledger([alone], payment.reference, payment.fee))
    reasons = tuple(one for one in verdict.reasons if one != Because.VIRTUAL_ACCOUNT)
    return replace(verdict, reasons=(Because.NOTIFIED_BY_MAIL, Because.NUMBER_EXACT, *reasons))


def _repeated(notice: _Notice) -> Unanswerable:
    """The mail is recorded, and nobody is answered or asked because of it."""
    reading = notice.reading
    return Unanswerable(
        arrived_at=notice.now,
        sender=reading.reply_to or reading.sender_address,
        sender_name=reading.sender_name,
        authenticated=reading.authenticated,
        thread=reading.thread,
        kind=reading.kind.value,
    )
