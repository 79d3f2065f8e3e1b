"""The office as a rehearsal runs it: the real workers, called by hand, on the sandbox's servers.

Law of this file: nobody else in this room touches workers, store or transport.  Mail comes in by
SMTP and IMAP, letters leave through the sandbox's courier, operators act through the same doors as
from the console.  What passes the door is written down as bytes, with its event time, before and
after the program has had it in hand.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipeline import log
from pipeline.bank.csv_profile import load_profiles
from pipeline.clock import HandClock
from pipeline.console import export
from pipeline.domain import events, kana, settlement
from pipeline.domain.rules import Rules
from pipeline.mail.own import Account, Own
from pipeline.mail.templates import Library
from pipeline.rehearsal.season import MailIn, MailOut, Refused
from pipeline.rehearsal.statements import NUMBER
from pipeline.store import applications, outbox, reminders, remittances, settings
from pipeline.store.database import Database
from pipeline.transport.courier import Courier, Delivery, Fate, Parcel
from pipeline.transport.file_courier import FileCourier
from pipeline.transport.imap import ImapLink
from pipeline.transport.sandbox import Sandbox
from pipeline.workers import act, bank_folder, money_verbs
from pipeline.workers.office import Bank, Office, Served
from pipeline.workers.process import process_next
from pipeline.workers.receive import Receiver
from pipeline.workers.remind import remind_next
from pipeline.workers.send import Sender

WHO = "rehearsal"
"""Who operates, in the history."""
BANKS = Path(__file__).parents[2] / "rules" / "banks"
load_library = Library.load
_ASK_TWICE = 2
_ENOUGH = 1000
"""Rounds of all workers after which something is wrong: they would never be idle."""


@dataclass
class Keys:
    """The made-up ID, password and Zoom link. The link comes later than the rest."""

    values: dict[str, str]
    ready: bool = True
    trouble: str | None = None

    @property
    def zoom_ready(self) -> bool:
        """Whether the link is there."""
        return "zoom_link" in self.values


class Witness:
    """A courier that notes what it hands on, as it is, and when it was accepted."""

    def __init__(self, courier: Courier, clock: HandClock) -> None:
        self._courier = courier
        self._clock = clock
        self.seen: list[MailOut] = []
        self.refused: list[Refused] = []

    def deliver(
        self, parcels: Sequence[Parcel], before_dot: Callable[[Parcel], None]
    ) -> Iterator[Delivery]:
        """Hand on, and note what was accepted."""
        by_id = {parcel.id: parcel for parcel in parcels}
        for delivery in self._courier.deliver(parcels, before_dot):
            parcel, now = by_id[delivery.id], self._clock.now()
            if delivery.fate is Fate.REFUSED:
                self.refused.append(Refused(parcel.recipient, now))
            if delivery.fate is Fate.ACCEPTED:
                self.seen.append(
                    MailOut(parcel.raw, parcel.envelope_sender, parcel.recipient, self._clock.now())
                )
            yield delivery

    def stop(self) -> None:
        """Give up what takes long."""
        self._courier.stop()

    def close(self) -> None:
        """Hang up."""
        self._courier.close()


@dataclass
class House:
    """Everything that a season needs of the program."""

    office: Office
    served: Served
    clock: HandClock
    keys: Keys
    sandbox: Sandbox
    receiver: Receiver
    witness: Witness
    var: Path
    """Store, logs and exports; the world's side of the sandbox lies elsewhere."""
    bank: Bank
    received: list[MailIn]
    taken_in: int = 0

    def deliver(self, raw: bytes, sender: str) -> None:
        """A mail arrives at the office's server, by SMTP."""
        self.received.append(MailIn(raw, sender, self.clock.now()))
        self.sandbox.deliver(raw, sender, self.served.own.address)

    def work(self) -> None:
        """Let every worker work until none has anything left to do at this instant."""
        sender = Sender(self.office, self.witness)
        for _ in range(_ENOUGH):
            did = [
                self._take_in(),
                bank_folder.import_next(self.office),
                process_next(self.office),
                remind_next(self.office),
                sender.send_next(),
            ]
            if not any(did):
                return
        raise RuntimeError("the workers never come to rest")

    def _take_in(self) -> bool:
        """Fetch what has been delivered since.

        The mailbox is asked twice: a server may tell of new mail only behind its answer.
        """
        if self.taken_in == len(self.received):
            return False
        self.taken_in = len(self.received)
        empty = 0
        while empty < _ASK_TWICE:
            empty = 0 if self.receiver.receive_next() else empty + 1
        return True

    def next_attempt_at(self) -> datetime | None:
        """When the next letter that waits in the outbox may leave; None when none waits."""
        with self.office.database.read() as connection:
            return outbox.next_attempt_at(connection)

    def anything_due(self) -> bool:
        """Whether an occasion has come that waits for nothing but us."""
        rules, slug = self.served.rules, self.served.slug
        with self.office.database.read() as connection:
            covered = settings.of_event(connection, slug).covered_through
            settled = settlement.expirable_before(covered, rules) if covered else None
            due_at = reminders.next_due_at(connection, slug, settled_before=settled)
        return due_at is not None and due_at <= self.clock.now()

    def export(self) -> None:
        """The participants' lists, as an operator exports them."""
        with self.office.database.read() as connection:
            everybody = list(applications.every(connection, self.served.slug))
        table = export.sheet(everybody, self.served.rules)
        folder = self.var / "exports"
        folder.mkdir(exist_ok=True)
        stamp = f"{self.clock.now():%m%d}"
        (folder / f"{stamp}.csv").write_bytes(export.as_csv(table))
        (folder / f"{stamp}.xlsx").write_bytes(export.as_xlsx(table, "participants"))

    # ------------------------------------------------------------ what operators do

    def deposit(self, name: str, raw: bytes) -> None:
        """Put a bank's file into the folder, and let it be taken in at the next look."""
        bank_folder.prepare(self.bank)
        (self.bank.folder / bank_folder.INCOMING / name).write_bytes(raw)
        # The first look only sees that it is there: it might still be written.
        bank_folder.import_next(self.office)

    def assign_money(self, payer: str, reference: str, amount: int) -> None:
        """Say whose a transfer without a number is."""
        for one in self._open_money():
            if kana.key(one.line.payer) == kana.key(payer):
                shares = [(reference, amount)]
                money_verbs.assign(self.office, one.id, shares, who=WHO, why="by telephone")

    def accept_money(self, reference: str) -> None:
        """Let what came for an application count as it is."""
        for one in self._open_money():
            if reference in one.verdict.references:
                money_verbs.accept(self.office, one.id, who=WHO, why="the rest goes back")

    def _open_money(self) -> list[remittances.Kept]:
        with self.office.database.read() as connection:
            return remittances.listing(connection, statuses=[remittances.Status.OPEN])

    def operate(self, reference: str, what: str, value: str, why: str) -> None:
        """Act on one application."""
        act.act(self.office, reference, _OPERATIONS[what](value, why))

    def postpone_access(self, until: datetime, why: str) -> None:
        """Access opens later."""
        act.postpone_access(self.office, self.served.slug, until=until, who=WHO, why=why)

    def rotate_access(self, password: str, why: str) -> None:
        """There is a new password."""
        self.keys.values["password"] = password
        act.rotate_access(self.office, self.served.slug, who=WHO, why=why)


def _accept(_: str, why: str) -> events.FromOperator:
    return events.Accepted(who=WHO, why=why)


def _decline(_: str, why: str) -> events.FromOperator:
    return events.Declined(who=WHO, why=why)


def _cancel(_: str, why: str) -> events.FromOperator:
    return events.Cancelled(who=WHO, why=why)


def _extend(value: str, why: str) -> events.FromOperator:
    return events.Extended(who=WHO, why=why, until=date.fromisoformat(value))


def _withdraw(value: str, why: str) -> events.FromOperator:
    numbers = tuple(int(number) for number in value.split(",") if number)
    return events.WithdrawnByOperator(who=WHO, why=why, participants=numbers)


def _resend(value: str, why: str) -> events.FromOperator:
    return events.Resent(who=WHO, why=why, to=value or None)


_OPERATIONS: Mapping[str, Callable[[str, str], events.FromOperator]] = {
    "accept": _accept,
    "decline": _decline,
    "cancel": _cancel,
    "extend": _extend,
    "withdraw": _withdraw,
    "resend": _resend,
}


# ---------------------------------------------------------------- moving in


@contextmanager
def open_house(
    folder: Path, rules: Rules, templates: Path, *, starts: datetime, seed: int
) -> Iterator[House]:
    """An office in an empty folder, on the first morning of the season."""
    clock = HandClock(starts)
    chance = random.Random(seed)  # noqa: S311 - the same season again, not a secret
    var, world = folder / "var", folder / "world"
    bank = Bank(var / "bank", load_profiles(BANKS))
    keys = Keys(made_up(chance))
    served = Served(rules, load_library(templates, rules), _ourselves(rules), lambda: keys)
    var.mkdir()
    log.configure(var, clock=clock.now)
    database = Database(f"sqlite:///{var / 'uketsuke.db'}")
    sandbox = Sandbox(rules.event.office.mail)
    received: list[MailIn] = []

    def come_back(raw: bytes, to: str) -> None:
        received.append(MailIn(raw, "", clock.now()))
        sandbox.deliver(raw, "", to)

    with ExitStack() as stack:
        stack.callback(log.close)
        stack.callback(database.close)
        database.migrate()
        stack.callback(sandbox.stop)
        sandbox.start(world)
        office = Office(database, clock, {rules.slug: served}, random=chance.randrange, bank=bank)
        link = ImapLink(sandbox.imap_settings())
        receiver = Receiver(office, rules.slug, link, account="sandbox")
        stack.callback(receiver.forget)
        witness = Witness(FileCourier(world / "sent", come_back), clock)
        yield House(office, served, clock, keys, sandbox, receiver, witness, var, bank, received)


def made_up(chance: random.Random) -> dict[str, str]:
    """The ID and the password of a rehearsal."""
    return {"id": f"viewer-{word(chance)}", "password": word(chance)}


def word(chance: random.Random) -> str:
    """A made-up word that stands nowhere else."""
    return "".join(chance.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(14))


def _ourselves(rules: Rules) -> Own:
    address = rules.event.office.mail
    account = Account(
        "さくら銀行", "本店", "普通", NUMBER, "研究協議会事務局", "ケンキユウキヨウギカイ"
    )
    return Own(
        address=address,
        addresses=frozenset({address.lower()}),
        message_domain=address.rpartition("@")[2],
        token_key=b"rehearsal",
        account=account,
    )
