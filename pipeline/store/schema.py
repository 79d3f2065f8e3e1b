"""The tables.  What is remembered, and what the database itself refuses.

Law of this file: whatever must not happen twice is a key here (the cause of a change, a mail's
place on its server, a letter's Message-ID, a reminder's occasion), and every question that is
asked for each mail has an index, so that its cost does not depend on how many came before.  Rows
of an application are keyed by its rising number and not by its random reference: what is written
together lies together, and a batch rewrites few pages.

`migrations` builds the same tables step by step, and a test holds the two together.

Bytes of mails lie in tables of their own (`inbox_raw`, `outbox_raw`), so that a change of status
rewrites a few bytes and a listing never loads a mail.
"""

from __future__ import annotations

import sqlalchemy as sa

from pipeline.store.columns import Instant, Number, literally, partial

metadata = sa.MetaData()

# ---------------------------------------------------------------- what came

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("uidvalidity", sa.BigInteger, nullable=False),
    sa.Column("uid", sa.BigInteger, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("message_id", sa.Text),
    sa.Column("envelope_sender", sa.Text),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("oversize", sa.Boolean, nullable=False),
    sa.Column("redelivered", sa.Boolean, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("suspect", sa.Boolean, nullable=False),
    sa.Column("kind", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("settled_at", Instant),
    sa.UniqueConstraint("account", "folder", "uidvalidity", "uid", name="inbox_place"),
)
sa.Index("inbox_digest", inbox.c.slug, inbox.c.digest)
partial("inbox_new", inbox.c.received_at, inbox.c.id, where=literally(inbox.c.status, "new"))
partial("inbox_shunted", inbox.c.id, where=literally(inbox.c.status, "shunted"))

inbox_raw = sa.Table(
    "inbox_raw",
    metadata,
    sa.Column("id", Number, sa.ForeignKey("inbox.id"), primary_key=True, autoincrement=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
)

# ---------------------------------------------------------------- who applied

application = sa.Table(
    "application",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("reference", sa.Text, nullable=False, unique=True),
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("held", sa.Text),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("credited", sa.BigInteger, nullable=False),
    sa.Column("arrived_at", Instant, nullable=False),
    sa.Column("pay_by", Instant),
    sa.Column("access_generation", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
)
sa.Index("application_state", application.c.slug, application.c.state)
WAITING = literally(application.c.state, "waitlisted") & application.c.held.is_(None)
"""In line for a seat."""
partial(
    "application_line",
    application.c.slug,
    application.c.arrived_at,
    application.c.id,
    application.c.seats,
    where=WAITING,
)
ENTITLED = literally(application.c.state, "paid", "admitted")
"""Has paid."""
partial(
    "application_access",
    application.c.slug,
    application.c.access_generation,
    application.c.id,
    where=ENTITLED,
)


def _of_application(*, primary_key: bool = False, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(
        "application",
        Number,
        sa.ForeignKey("application.id"),
        primary_key=primary_key,
        autoincrement=False,
        nullable=nullable,
    )


participant = sa.Table(
    "participant",
    metadata,
    _of_application(primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("address", sa.Text),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)
"""Whom an application is found by: place 0 is its contact, the participants follow."""
sa.Index("participant_address", participant.c.address, participant.c.slug)

roster = sa.Table(
    "roster",
    metadata,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("taken", sa.Integer, nullable=False),
    sa.CheckConstraint("taken >= 0", name="roster_taken"),
)

# ---------------------------------------------------------------- what happened

event = sa.Table(
    "event",
    metadata,
    sa.Column("cause", sa.Text, primary_key=True),
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("happened", sa.Text, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

history = sa.Table(
    "history",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("cause", sa.Text, sa.ForeignKey("event.cause"), nullable=False),
    sa.Column("application", Number, nullable=False),
    sa.Column("happened", sa.Text, nullable=False),
    sa.Column("payload", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("state", sa.Text),
    sa.Column("held", sa.Text),
    sa.Column("version", sa.Integer),
    sa.Column("rules", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.UniqueConstraint("cause", "application", "happened", name="history_once"),
)
"""`application` is 0 where there is none: a key that may be NULL would not be unique."""
sa.Index("history_application", history.c.application, history.c.id)

task = sa.Table(
    "task",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("slug", sa.Text, nullable=False),
    _of_application(nullable=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("closed_by", sa.Text),
    sa.Column("closed_why", sa.Text),
)
sa.Index("task_application", task.c.application)
partial("task_open", task.c.slug, task.c.id, where=task.c.closed_at.is_(None))
partial("task_open_cause", task.c.cause, where=task.c.closed_at.is_(None))

reminder = sa.Table(
    "reminder",
    metadata,
    _of_application(primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("waits_for_bank", sa.Boolean, nullable=False),
    sa.Column("fired_at", Instant),
    sqlite_with_rowid=False,
)
partial(
    "reminder_due",
    reminder.c.slug,
    reminder.c.waits_for_bank,
    reminder.c.due_at,
    where=reminder.c.fired_at.is_(None),
)

# ---------------------------------------------------------------- what leaves

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("slug", sa.Text, nullable=False),
    _of_application(nullable=True),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("letter", sa.Text, nullable=False),
    sa.Column("participant", sa.Integer),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("envelope_sender", sa.Text, nullable=False),
    sa.Column("message_id", sa.Text, nullable=False, unique=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("secret", sa.Boolean, nullable=False),
    sa.Column("answer", sa.Boolean, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("held", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("resent", sa.Boolean, nullable=False),
    sa.Column("next_attempt_at", Instant),
    sa.Column("claimed_by", sa.Text),
    sa.Column("claimed_at", Instant),
    sa.Column("last_error", sa.Text),
    sa.Column("settled_at", Instant),
)
sa.Index("outbox_application", outbox.c.application)
sa.Index("outbox_address", outbox.c.address, outbox.c.created_at)
DUE = literally(outbox.c.status, "queued", "unknown")
"""May leave when `next_attempt_at` has come; an unknown one that must not has none."""
partial("outbox_due", outbox.c.next_attempt_at, outbox.c.id, where=DUE)
IN_FLIGHT = literally(outbox.c.status, "sending", "at_dot")
"""Claimed, and its fate not yet written down."""
partial("outbox_in_flight", outbox.c.id, where=IN_FLIGHT)
STUCK = literally(outbox.c.status, "held", "failed", "unknown")
"""What a person may have to look at."""
partial("outbox_stuck", outbox.c.status, outbox.c.id, where=STUCK)

outbox_raw = sa.Table(
    "outbox_raw",
    metadata,
    sa.Column("id", Number, sa.ForeignKey("outbox.id"), primary_key=True, autoincrement=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
)

letter_count = sa.Table(
    "letter_count",
    metadata,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("slot", Instant, primary_key=True),
    sa.Column("answers", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

# ---------------------------------------------------------------- money, and how things stand

statement = sa.Table(
    "statement",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("layout", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("stated_account", sa.Text, nullable=False),
    sa.Column("covers_from", sa.Date),
    sa.Column("covers_through", sa.Date),
    sa.Column("period_stated", sa.Boolean, nullable=False),
    sa.Column("made_on", sa.Date),
    sa.Column("opening_balance", sa.BigInteger),
    sa.Column("closing_balance", sa.BigInteger),
    sa.Column("lines", sa.Integer, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
)
"""Files of the bank, one row for each account's part; and an operator's word (layout "word")."""
sa.Index("statement_account", statement.c.account, statement.c.covers_through)
sa.Index("statement_digest", statement.c.digest)

remittance = sa.Table(
    "remittance",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("layout", sa.Text, nullable=False),
    sa.Column("identity", sa.Text, nullable=False),
    sa.Column("occurrence", sa.Integer, nullable=False),
    sa.Column("flow", sa.Text, nullable=False),
    sa.Column("booked_on", sa.Date, nullable=False),
    sa.Column("value_date", sa.Date, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("payer", sa.Text, nullable=False),
    sa.Column("payer_code", sa.Text, nullable=False),
    sa.Column("edi", sa.Text, nullable=False),
    sa.Column("memo", sa.Text, nullable=False),
    sa.Column("bank_id", sa.Text, nullable=False),
    sa.Column("virtual_account", sa.Text, nullable=False),
    sa.Column("sent_at", Instant),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("twin", Number, sa.ForeignKey("remittance.id")),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.UniqueConstraint("identity", "occurrence", name="remittance_once"),
)
"""Money that moved: a transfer is one row, in however many files it stands."""
sa.Index("remittance_booked", remittance.c.account, remittance.c.booked_on)
sa.Index("remittance_twin", remittance.c.twin)
OPEN_MONEY = literally(remittance.c.status, "open")
"""A person must act."""
partial("remittance_open", remittance.c.id, where=OPEN_MONEY)

statement_line = sa.Table(
    "statement_line",
    metadata,
    sa.Column(
        "statement",
        Number,
        sa.ForeignKey("statement.id"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("remittance", Number, sa.ForeignKey("remittance.id"), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("bank_id", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Where a remittance stands: `content` names what one layout says of it."""
sa.Index("statement_line_remittance", statement_line.c.remittance)

allocation = sa.Table(
    "allocation",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("remittance", Number, sa.ForeignKey("remittance.id"), nullable=False),
    _of_application(nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("undoes", Number, sa.ForeignKey("allocation.id"), unique=True),
    sa.Column("at", Instant, nullable=False),
    sa.CheckConstraint("amount <> 0", name="allocation_amount"),
)
"""Yen of a remittance that an application was credited with; less than 0 where it was undone."""
sa.Index("allocation_remittance", allocation.c.remittance)
sa.Index("allocation_application", allocation.c.application)

money_act = sa.Table(
    "money_act",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("remittance", Number, sa.ForeignKey("remittance.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.UniqueConstraint("remittance", "number", name="money_act_once"),
)
"""What was done with a remittance after it was written down, and by whom."""

setting = sa.Table(
    "setting",
    metadata,
    sa.Column("slug", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("changes", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

APPEND_ONLY = (event, history, allocation, money_act)
"""Rows are added and never changed; both engines refuse anything else by a trigger.

One change of `event` and `history` is let through: what was said and noted becomes empty
(`forgetting`)."""
