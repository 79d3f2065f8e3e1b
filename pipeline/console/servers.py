"""Whether the servers that are configured can be reached and let us in.

Law of this file: it knocks, logs in and hangs up; no mail is read or sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.config import Config, Fault
from pipeline.console.opening import opened
from pipeline.store.database import StoreError
from pipeline.transport.courier import SmtpCourier
from pipeline.transport.errors import TransportError
from pipeline.transport.imap import ImapLink


def unreachable(config: Config) -> Iterator[Fault]:
    """What is wrong with each server and with the store."""
    for slug in config.events:
        mailbox = config.mailbox(slug)
        if mailbox is not None:
            link = ImapLink(mailbox)
            yield from _tried(f"IMAP {mailbox.host}, {mailbox.folder}", link.connect, link.close)
    if config.smtp is not None:
        courier = SmtpCourier(config.smtp)
        yield from _tried(f"SMTP {config.smtp.host}", courier.connect, courier.close)
    try:
        with opened(config):
            pass
    except (StoreError, OSError) as error:
        yield Fault("store", "", str(error))


def _tried(
    what: str, connect: Callable[[], object], close: Callable[[], object]
) -> Iterator[Fault]:
    try:
        connect()
    except TransportError as error:
        yield Fault(what, "", f"{type(error).__name__}: {error}")
    finally:
        close()
