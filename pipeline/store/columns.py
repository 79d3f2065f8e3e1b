"""What stands in a column, and which index knows it, the same on both engines.

Instants are native on PostgreSQL and text of one width in UTC on SQLite; they always come back
aware in Asia/Tokyo.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect, Row
from sqlalchemy.types import TypeDecorator, TypeEngine

from pipeline.clock import TOKYO

AnyRow = Row[*tuple[Any, ...]]
"""A row of whatever columns."""


class Instant(TypeDecorator[datetime]):
    """An aware instant to the microsecond."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime] | TypeEngine[str]:
        """Native where the engine has it, otherwise text that sorts as time does."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.DateTime(timezone=True))
        return dialect.type_descriptor(sa.String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Refuse a naive time: nobody could say which instant it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        return value if dialect.name == "postgresql" else as_text(value)

    def process_result_value(
        self, value: datetime | str | None, dialect: Dialect
    ) -> datetime | None:
        """Aware, in the event's zone."""
        del dialect  # the value tells
        if value is None:
            return None
        return _of_text(value) if isinstance(value, str) else value.astimezone(TOKYO)


@lru_cache(maxsize=4096)  # as it is written, so it is read
def _of_text(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(TOKYO)


@lru_cache(maxsize=4096)  # a batch writes few instants many times
def as_text(instant: datetime) -> str:
    """An instant as text of one width, in UTC, so that it sorts as time does."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def literally(column: sa.ColumnElement[str], *values: str) -> sa.ColumnElement[bool]:
    """`column` is one of `values`, written out: a partial index is not used for a parameter."""
    words = [sa.literal_column(f"'{value}'", sa.String) for value in values]
    return column == words[0] if len(words) == 1 else column.in_(words)


def partial(
    name: str, *columns: sa.ColumnElement[object] | str, where: sa.ColumnElement[bool]
) -> sa.Index:
    """An index of only those rows that are asked for."""
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""64 bits on both; SQLite numbers rows by itself only when the type is INTEGER."""
