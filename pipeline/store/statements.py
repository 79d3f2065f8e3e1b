"""Statements for many rows, compiled once, and numbers for rows that are about to be written.

Law of this file: how a batch is written without SQLAlchemy's work for each row, the same on both
engines.  What a value looks like in a column is still the column type's word.

SQLite's driver lets other threads run at each row of an executemany and then waits for its turn
again, which may take milliseconds where they are busy.  So rows are inserted many in one
statement, and rows that get the same values are changed in one.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler

Row = Mapping[str, Any]
_T = TypeVar("_T")


def among(column: sa.ColumnElement[Any], name: str = "of") -> sa.ColumnElement[bool]:
    """`column` is one of the values given as parameter `name`: for statements that are made once.

    Making a SELECT costs as much as ten executions of it.
    """
    return column.in_(sa.bindparam(name, expanding=True))


class Many:
    """One INSERT, UPDATE or DELETE for many rows; all rows have the keys of the first one."""

    def __init__(self, statement: sa.Insert | sa.Update | sa.Delete | sa.TextClause) -> None:
        self._statement = statement.inline() if isinstance(statement, sa.Insert) else statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def __call__(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Execute it for each row. Returns how many rows were written in all."""
        if not rows:
            return 0
        form = (connection.dialect.name, *rows[0])
        compiled = self._compiled.get(form)
        if compiled is None:
            compiled = _Compiled(self._statement, connection.dialect, list(rows[0]))
            self._compiled[form] = compiled
        filled = compiled.fill(rows)
        if compiled.several is None:
            return connection.exec_driver_sql(compiled.text, filled).rowcount
        return sum(
            connection.exec_driver_sql(compiled.several(len(some)), tuple(chain(*some))).rowcount
            for some in pieces(filled, _MOST_VARIABLES // len(filled[0]))
        )


def change_alike(connection: Connection, statement: sa.Update, rows: Sequence[Row]) -> None:
    """Execute an update of the rows `of` (an expanding parameter) once for rows that get the same.

    Each of `rows` has `of`, the id of one row, and the values that it gets.
    """
    alike: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        values = tuple(value for name, value in row.items() if name != "of")
        alike.setdefault(values, []).append(row["of"])
    names = [name for name in rows[0] if name != "of"] if rows else []
    for values, ids in alike.items():
        connection.execute(statement, {**dict(zip(names, values, strict=True)), "of": ids})


_MOST_VARIABLES = 32_000 if sqlite3.sqlite_version_info >= (3, 32) else 900
"""In one statement; SQLite before 3.32 knows no more than 999."""
_VALUES = re.compile(r"VALUES (\([?, ]+\))")


def pieces(rows: Sequence[_T], most: int) -> Iterator[Sequence[_T]]:
    """The rows, so many at once at most."""
    return (rows[start : start + most] for start in range(0, len(rows), most))


class _Compiled:
    """A statement as one driver wants it."""

    def __init__(self, statement: Any, dialect: Dialect, keys: list[str]) -> None:
        compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=keys)
        self.text = str(compiled)
        self._named = not compiled.positional
        self._names = list(compiled.bind_names.values() if self._named else _places(compiled))
        binds = compiled.binds
        self._fixed = {name: binds[name].value for name in self._names if name not in keys}
        ways = [_way(binds[name], dialect) for name in self._names]
        self._ways = [(place, way) for place, way in enumerate(ways) if way is not None]
        self.several = self._for_several(statement)

    def _for_several(self, statement: Any) -> Callable[[int], str] | None:
        """The text for so many rows at once, where the driver and the statement allow it."""
        found = _VALUES.search(self.text)
        if self._named or not isinstance(statement, sa.Insert) or found is None:
            return None
        if found[1].count("?") != len(self._names):
            return None
        head, tail = self.text[: found.start(1)], self.text[found.end(1) :]
        return lru_cache(lambda count: head + ", ".join([found[1]] * count) + tail)

    def fill(self, rows: Sequence[Row]) -> list[Any]:
        """The rows as the driver wants them."""
        pick = itemgetter(*self._names) if len(self._names) > 1 else self._only
        filled = []
        for row in rows:
            values = list(pick({**self._fixed, **row} if self._fixed else row))
            for place, way in self._ways:
                values[place] = way(values[place])
            filled.append(
                dict(zip(self._names, values, strict=True)) if self._named else tuple(values)
            )
        return filled

    def _only(self, row: Row) -> tuple[Any, ...]:
        return (row[self._names[0]],)


def _places(compiled: SQLCompiler) -> Sequence[str]:
    assert compiled.positiontup is not None  # positional, as the caller has asked
    return compiled.positiontup


def _way(bind: sa.BindParameter[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    return bind.type.dialect_impl(dialect).bind_processor(dialect)


def numbers(connection: Connection, table: sa.Table, count: int) -> Sequence[int]:
    """Ids for rows about to be inserted, rising; in a writing transaction nobody else gets them.

    SQLite has one writer, so the next ones are free; PostgreSQL's sequence gives each once.
    """
    if connection.dialect.name == "sqlite":
        last = connection.scalar(_last(table)) or 0
        return range(last + 1, last + 1 + count)
    sequence = sa.func.pg_get_serial_sequence(table.name, "id")
    series = sa.func.generate_series(1, count).table_valued("n")
    return connection.scalars(sa.select(sa.func.nextval(sequence)).select_from(series)).all()


@cache
def _last(table: sa.Table) -> sa.Select[Any]:
    return sa.select(sa.func.max(table.c.id))
