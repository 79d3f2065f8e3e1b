"""The way from any older table to the ones in `schema`, step by step.

Law of this folder: a step that was released is never changed; it says in plain Alembic operations
what it does and imports nothing of `schema`, which will have moved on.  A new step is a file in
`versions`, and `LATEST` names it.  `tests/store/test_migrations.py` compares the outcome with
`schema` on both engines and prints what a new step lacks.

No `alembic.ini`: the database is told by `main.py`'s settings, and logging is not Alembic's to set.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

LATEST = "0003"
"""The revision that `schema` describes."""


def upgrade(connection: Connection) -> None:
    """Take every step that lacks, within this transaction."""
    if _present(connection) == LATEST:
        return  # without importing Alembic, which takes longer than most verbs
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "pipeline.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _present(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision
