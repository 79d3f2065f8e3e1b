"""The first tables.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make them all, and let nobody change what happened."""
    _mail_that_came()
    _applications()
    _what_happened()
    _letters()
    _money_and_settings()
    for table in ("event", "history"):
        _append_only(table)


def _mail_that_came() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("uidvalidity", sa.BigInteger, nullable=False),
        sa.Column("uid", sa.BigInteger, nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
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
        sa.Column("settled_at", _INSTANT),
        sa.UniqueConstraint("account", "folder", "uidvalidity", "uid", name="inbox_place"),
    )
    op.create_index("inbox_digest", "inbox", ["slug", "digest"])
    _partial_index("inbox_new", "inbox", ["received_at", "id"], "status = 'new'")
    _partial_index("inbox_shunted", "inbox", ["id"], "status = 'shunted'")
    op.create_table(
        "inbox_raw",
        sa.Column("id", _NUMBER, sa.ForeignKey("inbox.id"), primary_key=True, autoincrement=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )


def _applications() -> None:
    op.create_table(
        "application",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("reference", sa.Text, nullable=False, unique=True),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("held", sa.Text),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("credited", sa.BigInteger, nullable=False),
        sa.Column("arrived_at", _INSTANT, nullable=False),
        sa.Column("pay_by", _INSTANT),
        sa.Column("access_generation", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
    )
    _partial_index(
        "application_access",
        "application",
        ["slug", "access_generation", "id"],
        "state IN ('paid', 'admitted')",
    )
    _partial_index(
        "application_line",
        "application",
        ["slug", "arrived_at", "id", "seats"],
        "state = 'waitlisted' AND held IS NULL",
    )
    op.create_index("application_state", "application", ["slug", "state"])
    op.create_table(
        "participant",
        sa.Column(
            "application",
            _NUMBER,
            sa.ForeignKey("application.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("address", sa.Text),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("participant_address", "participant", ["address", "slug"])
    op.create_table(
        "roster",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.CheckConstraint("taken >= 0", name="roster_taken"),
    )
    op.create_table(
        "reminder",
        sa.Column(
            "application",
            _NUMBER,
            sa.ForeignKey("application.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("waits_for_bank", sa.Boolean, nullable=False),
        sa.Column("fired_at", _INSTANT),
        sqlite_with_rowid=False,
    )
    _partial_index(
        "reminder_due", "reminder", ["slug", "waits_for_bank", "due_at"], "fired_at IS NULL"
    )


def _what_happened() -> None:
    op.create_table(
        "event",
        sa.Column("cause", sa.Text, primary_key=True),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("happened", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
    )
    op.create_table(
        "history",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("cause", sa.Text, sa.ForeignKey("event.cause"), nullable=False),
        sa.Column("application", _NUMBER, nullable=False),
        sa.Column("happened", sa.Text, nullable=False),
        sa.Column("payload", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("state", sa.Text),
        sa.Column("held", sa.Text),
        sa.Column("version", sa.Integer),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.UniqueConstraint("cause", "application", "happened", name="history_once"),
    )
    op.create_index("history_application", "history", ["application", "id"])
    op.create_table(
        "task",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("application", _NUMBER, sa.ForeignKey("application.id")),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("closed_at", _INSTANT),
        sa.Column("closed_by", sa.Text),
        sa.Column("closed_why", sa.Text),
    )
    op.create_index("task_application", "task", ["application"])
    _partial_index("task_open", "task", ["slug", "id"], "closed_at IS NULL")


def _letters() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("application", _NUMBER, sa.ForeignKey("application.id")),
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
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("held", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("resent", sa.Boolean, nullable=False),
        sa.Column("next_attempt_at", _INSTANT),
        sa.Column("claimed_by", sa.Text),
        sa.Column("claimed_at", _INSTANT),
        sa.Column("last_error", sa.Text),
        sa.Column("settled_at", _INSTANT),
    )
    op.create_index("outbox_address", "outbox", ["address", "created_at"])
    op.create_index("outbox_application", "outbox", ["application"])
    _partial_index(
        "outbox_due", "outbox", ["next_attempt_at", "id"], "status IN ('queued', 'unknown')"
    )
    _partial_index("outbox_in_flight", "outbox", ["id"], "status IN ('sending', 'at_dot')")
    _partial_index(
        "outbox_stuck", "outbox", ["status", "id"], "status IN ('held', 'failed', 'unknown')"
    )
    op.create_table(
        "outbox_raw",
        sa.Column("id", _NUMBER, sa.ForeignKey("outbox.id"), primary_key=True, autoincrement=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "letter_count",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("slot", _INSTANT, primary_key=True),
        sa.Column("answers", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def _money_and_settings() -> None:
    op.create_table(
        "statement",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("covers_from", sa.Date),
        sa.Column("covers_through", sa.Date, nullable=False),
        sa.Column("opening_balance", sa.BigInteger),
        sa.Column("closing_balance", sa.BigInteger),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
    )
    op.create_table(
        "remittance",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("occurrence", sa.Integer, nullable=False),
        sa.Column("reference", sa.Text),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("value_date", sa.Date, nullable=False),
        sa.Column("payer", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.UniqueConstraint("statement", "occurrence", name="remittance_once"),
    )
    op.create_index("remittance_reference", "remittance", ["reference"])
    op.create_table(
        "setting",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("changes", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _append_only(table: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            f" EXECUTE FUNCTION {table}_append_only()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
