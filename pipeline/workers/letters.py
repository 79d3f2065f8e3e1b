"""Decided letters made ready for the outbox: composed, and when they may leave.

Law of this file: whether a letter is due was decided elsewhere; here stands only how it leaves.
Answers leave at once; what we send of our own accord waits for the morning.  A letter about an
application that was held before waits for its release.  Caps stop loops: what goes beyond them is
kept and given to a person, and the same answer never goes to the same address twice in a day.
Letters that ask for a confirmation have a cap of their own (`asking`) and are not among the others:
whoever applies in ten thousand names keeps nobody else's answer back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.domain import calendar
from pipeline.domain.application import Application, Thread
from pipeline.domain.decision import OUR_HOLDS, Decision, Letter, LetterName, Task, TaskKind
from pipeline.domain.events import Event, FromOutside, Released
from pipeline.mail.compose import Composed, compose
from pipeline.mail.wire import Unaddressable
from pipeline.store.unit import NewLetter, Unit
from pipeline.store.writing import HELD_WITH_APPLICATION
from pipeline.workers.office import Office, Served


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the letters of one decision are written."""

    office: Office
    unit: Unit
    served: Served
    now: datetime
    access_opens_at: datetime | None

    def prepare(
        self, decision: Decision, before: Application | None, happened: Event
    ) -> tuple[list[NewLetter], tuple[Task, ...]]:
        """The letters as outbox rows, and a task for each that only a person may let go."""
        letters: list[NewLetter] = []
        tasks: list[Task] = []
        for letter in decision.letters:
            try:
                composed = self._composed(letter, decision.application, happened)
            except Unaddressable as reason:
                tasks.append(
                    Task(TaskKind.ADDRESS, f"letter '{letter.name}' not written: {reason}")
                )
                continue
            # Whoever asks for the password has lost the letter; how often is the domain's rule.
            if letter.answer and not composed.secret and self._said_today(composed):
                continue
            held = _hold(letter, before, decision.application, happened)
            cap = self._cap(letter, composed.recipient) if held is None else None
            if cap is not None:
                tasks.append(Task(TaskKind.SYSTEM, f"letter '{letter.name}' held back: {cap}"))
            letters.append(self._row(letter, composed, held or cap))
        return letters, tuple(tasks)

    def _composed(
        self, letter: Letter, application: Application | None, happened: Event
    ) -> Composed:
        if letter.answer and isinstance(happened, FromOutside):
            thread = happened.thread
        else:
            thread = application.thread if application is not None else Thread()
        return compose(
            letter,
            application=application,
            rules=self.served.rules,
            own=self.served.own,
            library=self.served.library,
            now=self.now,
            thread=thread,
            nonce=self.office.nonce(),
            access_opens_at=self.access_opens_at,
        )

    def _row(self, letter: Letter, composed: Composed, held: str | None) -> NewLetter:
        quiet = self.served.rules.reminders.quiet
        waking = calendar.next_waking(self.now, quiet, self.served.rules.zone)
        return NewLetter(
            letter=letter.name.value,
            recipient=composed.recipient,
            envelope_sender=composed.envelope_sender,
            message_id=composed.message_id,
            subject=composed.subject,
            raw=composed.raw,
            secret=composed.secret,
            answer=letter.answer,
            participant=letter.participant,
            digest=composed.digest,
            not_before=self.now if letter.answer else waking,
            held=held,
        )

    def _said_today(self, composed: Composed) -> bool:
        hours = timedelta(hours=self.served.rules.intake.caps.same_letter_hours)
        return self.unit.same_letter_since(composed.digest, composed.recipient, self.now - hours)

    def _cap(self, letter: Letter, recipient: str) -> str | None:
        """Which cap this answer to this address would break; None when it may leave."""
        if not letter.answer:
            return None
        caps = self.served.rules.intake.caps
        address = recipient.lower()
        domain = address.rpartition("@")[2]
        day, hour = timedelta(days=1), timedelta(hours=1)
        of_address = (f"address:{address}", day, caps.per_address_per_day)
        of_all = (
            (f"domain:{domain}", hour, caps.per_domain_per_hour),
            ("office", hour, caps.per_office_per_hour),
        )
        asking = letter.name is LetterName.CONFIRM_APPLICATION
        for key, span, most in (of_address, *(() if asking else of_all)):
            if self.unit.letters_since(self.served.slug, key, self.now - span) >= most:
                return f"cap reached ({key}, {most})"
        return None


def _hold(
    letter: Letter, before: Application | None, after: Application | None, happened: Event
) -> str | None:
    """Letters wait when the application was held before; the one that tells of the hold leaves.

    That a person will read their mail is told to those whom we hold ourselves; where an operator
    holds, nothing leaves.
    """
    if isinstance(happened, Released) or before is None or after is None:
        return None
    if before.held is None or after.held is None:
        return None
    if letter.name is LetterName.TO_A_PERSON and before.held in OUR_HOLDS:
        return None
    return HELD_WITH_APPLICATION
