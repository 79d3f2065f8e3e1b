"""What can go wrong in the store, named by what the caller does next.

    StoreError
    ├── Conflict       somebody else wrote first: decide anew, in a new transaction
    ├── Unavailable    locked, full or unreachable: nothing was lost, try again later
    ├── AlreadyServed  another daemon works on this database: do not start
    └── Misused        the program is wrong: a lock taken twice, a database that cannot be served

SQLAlchemy's and the drivers' errors do not leave this room: `database` turns each into one of
these where it happens, so that a worker can tell a mail that cannot be handled from a store that
cannot be asked.
"""

from __future__ import annotations


class StoreError(Exception):
    """Anything that the store has to complain of."""


class Conflict(StoreError):  # noqa: N818 - named by what the caller does next
    """Somebody else wrote first. Nothing was changed; decide anew on what is true now."""


class Unavailable(StoreError):  # noqa: N818 - named by what the caller does next
    """The database cannot be asked at the moment. Nothing was changed; try again later.

    After a lost connection in the middle of COMMIT it may have been: a cause that acts once makes
    trying again safe.
    """


class AlreadyServed(StoreError):  # noqa: N818 - named by what the caller does next
    """Another daemon serves this database. `pid` is its process, None where it left no name."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"another daemon (process {pid or 'unknown'}) serves this database")
        self.pid = pid


class Misused(StoreError):  # noqa: N818 - named by what the caller does next
    """The store was asked for something that it never does."""
