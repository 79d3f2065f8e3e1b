"""Statements of banks, remittances with all that a line says, and what they were credited to.

Revision ID: 0002

What was recorded by hand before stays: each becomes a remittance of its own layout, settled and
credited as it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.String(32).with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make the new tables, carry the old rows over, and let nobody change what was credited."""
    for table in ("statement", "remittance"):
        op.rename_table(table, f"old_{table}")
    op.drop_index("remittance_reference", "old_remittance")
    if op.get_context().dialect.name == "postgresql":
        # The names of what a renamed table keeps are needed again.
        op.execute("ALTER TABLE old_statement RENAME CONSTRAINT statement_pkey TO old_s_pkey")
        op.execute("ALTER TABLE old_remittance RENAME CONSTRAINT remittance_pkey TO old_r_pkey")
        op.execute("ALTER TABLE old_remittance RENAME CONSTRAINT remittance_once TO old_r_once")
        for table in ("statement", "remittance"):
            op.execute(f"ALTER SEQUENCE {table}_id_seq RENAME TO old_{table}_id_seq")
    _statements()
    _remittances()
    _what_became_of_them()
    op.create_index(
        "task_open_cause",
        "task",
        ["cause"],
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    _carry_over()
    for table in ("allocation", "money_act"):
        _append_only(table)
    for table in ("statement", "remittance"):
        op.drop_table(f"old_{table}")


def _statements() -> None:
    op.create_table(
        "statement",
        sa.Column("id", _NUMBER, primary_key=True),
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
        sa.Column("recorded_at", _INSTANT, nullable=False),
    )
    op.create_index("statement_account", "statement", ["account", "covers_through"])
    op.create_index("statement_digest", "statement", ["digest"])


def _remittances() -> None:
    op.create_table(
        "remittance",
        sa.Column("id", _NUMBER, primary_key=True),
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
        sa.Column("sent_at", _INSTANT),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("twin", _NUMBER, sa.ForeignKey("remittance.id")),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.UniqueConstraint("identity", "occurrence", name="remittance_once"),
    )
    op.create_index("remittance_booked", "remittance", ["account", "booked_on"])
    op.create_index("remittance_twin", "remittance", ["twin"])
    condition = sa.text("status = 'open'")
    op.create_index(
        "remittance_open", "remittance", ["id"], sqlite_where=condition, postgresql_where=condition
    )


def _what_became_of_them() -> None:
    op.create_table(
        "statement_line",
        sa.Column(
            "statement",
            _NUMBER,
            sa.ForeignKey("statement.id"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("remittance", _NUMBER, sa.ForeignKey("remittance.id"), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("bank_id", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("statement_line_remittance", "statement_line", ["remittance"])
    op.create_table(
        "allocation",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("remittance", _NUMBER, sa.ForeignKey("remittance.id"), nullable=False),
        sa.Column("application", _NUMBER, sa.ForeignKey("application.id"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("undoes", _NUMBER, sa.ForeignKey("allocation.id"), unique=True),
        sa.Column("at", _INSTANT, nullable=False),
        sa.CheckConstraint("amount <> 0", name="allocation_amount"),
    )
    op.create_index("allocation_remittance", "allocation", ["remittance"])
    op.create_index("allocation_application", "allocation", ["application"])
    op.create_table(
        "money_act",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("remittance", _NUMBER, sa.ForeignKey("remittance.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.UniqueConstraint("remittance", "number", name="money_act_once"),
    )


def _carry_over() -> None:
    """What operators said and recorded under the first tables."""
    op.execute(
        "INSERT INTO statement (id, slug, account, layout, file, digest, stated_account,"
        " covers_from, covers_through, period_stated, opening_balance, closing_balance, lines,"
        " who, why, recorded_at)"
        " SELECT id, slug, account, 'word', '', '', '', covers_from, covers_through, TRUE,"
        " opening_balance, closing_balance, 0, who, why, recorded_at FROM old_statement"
    )
    op.execute(
        "INSERT INTO remittance (id, slug, account, layout, identity, occurrence, flow, booked_on,"
        " value_date, amount, payer, payer_code, edi, memo, bank_id, virtual_account, method, line,"
        " action, outcome, verdict, status, who, why, recorded_at)"
        " SELECT id, slug, '', 'by-hand', statement, occurrence, 'credit', value_date, value_date,"
        " amount, payer, '', '', '', '', '', '', 0, 'match', 'matched', '{}', 'settled', who, why,"
        " recorded_at FROM old_remittance"
    )
    op.execute(
        "INSERT INTO allocation (remittance, application, amount, cause, at)"
        " SELECT r.id, a.id, r.amount, 'remittance:' || r.id, r.recorded_at"
        " FROM old_remittance r JOIN application a ON a.reference = r.reference ORDER BY r.id"
    )
    if op.get_context().dialect.name == "postgresql":
        for table in ("statement", "remittance"):
            next_id = f"(SELECT coalesce(max(id), 0) + 1 FROM {table})"  # noqa: S608 - our own names
            op.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {next_id}, false)")


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
