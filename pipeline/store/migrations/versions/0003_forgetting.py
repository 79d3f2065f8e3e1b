"""History may be forgotten, and still not be rewritten.

Revision ID: 0003

The law asks that what is not needed any more is erased.  One change of a row that happened is let
through from now on, and no other: what was said and noted becomes empty, while who it was about,
when, why and by which rules stays as it was.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEPT = {
    "event": ("cause", "slug", "happened", "at"),
    "history": (
        "id",
        "cause",
        "application",
        "happened",
        "reason",
        "state",
        "version",
        "rules",
        "at",
    ),
}
_EMPTIED = {
    "event": "new.payload = '{}'",
    "history": (
        "new.payload = '{}' AND new.note = ''"
        " AND coalesce(new.held, '') = '' AND (new.held IS NULL) = (old.held IS NULL)"
    ),
}


def upgrade() -> None:
    """Let the one change through; everything else is refused as before."""
    postgresql = op.get_context().dialect.name == "postgresql"
    for table in ("event", "history"):
        same = "IS NOT DISTINCT FROM" if postgresql else "IS"
        kept = " AND ".join(f"new.{name} {same} old.{name}" for name in _KEPT[table])
        forgets = f"{kept} AND {_EMPTIED[table]}"
        if postgresql:
            _on_postgresql(table, forgets)
        else:
            _on_sqlite(table, forgets)


def _on_sqlite(table: str, forgets: str) -> None:
    op.execute(f"DROP TRIGGER {table}_no_update")
    op.execute(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({forgets})"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _on_postgresql(table: str, forgets: str) -> None:
    op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE DELETE OR TRUNCATE ON {table}"
        f" EXECUTE FUNCTION {table}_append_only()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW"
        f" WHEN (NOT ({forgets})) EXECUTE FUNCTION {table}_append_only()"
    )
