"""Whatever is held of one address, for somebody who asks what is held of them.

Law of this file: it looks everywhere and decides nothing.  Mails are given with their bytes, for
only reading tells whom they name.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store.outbox_console import Letter, letters_where
from pipeline.store.schema import inbox, inbox_raw, outbox
from pipeline.store.values import key

_AT_ONCE = 100


class KeptMail(NamedTuple):
    """One mail that came, with its bytes."""

    id: int
    event: str
    received_at: datetime
    status: str
    kind: str | None
    envelope_sender: str | None
    raw: bytes


def mails(connection: Connection) -> Iterator[KeptMail]:
    """Every mail that is held, of all events, a few at a time."""
    query = (
        sa.select(
            inbox.c.id,
            inbox.c.slug,
            inbox.c.received_at,
            inbox.c.status,
            inbox.c.kind,
            inbox.c.envelope_sender,
            inbox_raw.c.raw,
        )
        .join(inbox_raw, inbox_raw.c.id == inbox.c.id)
        .order_by(inbox.c.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in connection.execute(query):
        yield KeptMail(*row)


def letters_to(connection: Connection, address: str) -> list[Letter]:
    """Every letter to that address, whichever application it was about."""
    return letters_where(connection, outbox.c.address == key(address))
