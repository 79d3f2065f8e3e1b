"""From a configuration to a daemon that serves.

Law of this file: all sandbox or all real.  In the sandbox the daemon is the real one and speaks
the real protocols to servers on this machine; what stands for the world (its mail server, the
mailbox, the kept letters) is started here and ends with the daemon.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline import log
from pipeline.config import Config
from pipeline.config.settings import Listener as ListenerSettings
from pipeline.console.figures import figures, mailboxes
from pipeline.console.opening import freeze_clock, office_of, start_clock
from pipeline.daemon.loops import Daemon
from pipeline.daemon.turns import turns_of
from pipeline.store import inbox_console
from pipeline.store.database import Database, Unavailable
from pipeline.transport.courier import Courier, SmtpCourier
from pipeline.transport.file_courier import FileCourier
from pipeline.transport.imap import ImapLink
from pipeline.transport.listener import Listener
from pipeline.transport.sandbox import Sandbox
from pipeline.workers.bank_folder import INCOMING
from pipeline.workers.office import Bank, Office
from pipeline.workers.reader import ReaderApart
from pipeline.workers.receive import Doorstep, Receiver

RETRY_DATABASE = 5.0
"""Seconds between two tries to reach the database at start."""
PAUSE_BETWEEN_VISITORS = 1.5
"""Seconds between two sample applications, so that a person can follow."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who writes to the sandbox's office: a mail and its envelope sender."""

    raw: bytes
    sender: str


@dataclass
class _Ways:
    """How mail comes in and goes out."""

    receivers: list[Receiver] = field(default_factory=list)
    couriers: list[Courier] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    sandboxes: list[Sandbox] = field(default_factory=list)


def serve(
    config: Config,
    *,
    visitors: Sequence[Visitor] = (),
    say: Callable[[str], None] = print,
) -> None:
    """Serve until told to stop.

    `visitors` write to a sandbox that nobody has written to before; `say` tells a person how to
    join them. Raises `AlreadyServed` where another daemon has the same SQLite file.
    """
    with ExitStack() as stack:
        office = stack.enter_context(_office(config))
        ways = _Ways()
        if config.sandbox:
            stack.enter_context(_sandbox_ways(config, office, ways))
        else:
            _real_ways(config, office, ways)
        if config.metrics_port is not None:
            stack.enter_context(_metrics(config, office, config.metrics_port))
        daemon = Daemon(
            office, receivers=ways.receivers, couriers=ways.couriers, listeners=ways.listeners
        )
        if ways.sandboxes:
            _invite(config, ways.sandboxes[0], say)
            if _untouched(office):
                stack.enter_context(_visiting(config, ways.sandboxes[0], visitors))
        daemon.run()


@contextmanager
def _office(config: Config) -> Iterator[Office]:
    database = Database(config.database_url)
    with database.sole_daemon():
        _wait_for(database)
        clock = start_clock(config, database)
        log.configure(
            config.var,
            clock=clock.now,
            terminal=sys.stdout,
            level=config.log.level,
            max_bytes=config.log.max_bytes,
            backups=config.log.backups,
        )
        office = office_of(config, database, clock)
        reader = ReaderApart(office.readable())
        try:
            reader.start()
            yield replace(
                office,
                accounts=tuple(mailboxes(config)),
                read_by=reader,
                bank=Bank(config.bank, config.profiles),
            )
        finally:
            reader.close()
            freeze_clock(config, database)
            log.close()
            database.close()


def _wait_for(database: Database) -> None:
    """Bring the tables up to date; a database server that is not there yet is waited for.

    A file that cannot be opened will not mend itself: there, `Unavailable` is raised.
    """
    while True:
        try:
            return database.migrate()
        except Unavailable as error:
            if database.is_sqlite:
                raise
            sys.stderr.write(f"{error}; trying again in {RETRY_DATABASE:g} s\n")
            threading.Event().wait(RETRY_DATABASE)


def _metrics(config: Config, office: Office, port: int) -> AbstractContextManager[int]:
    from pipeline.daemon.metrics import serving_metrics  # its library is loaded where it is wanted

    return serving_metrics(lambda: figures(office, mailboxes(config)), port)


# ---------------------------------------------------------------- the real world


def _real_ways(config: Config, office: Office, ways: _Ways) -> None:
    for slug in config.events:
        mailbox = config.mailbox(slug)
        if mailbox is not None:
            account = f"{mailbox.user}@{mailbox.host}"
            ways.receivers.append(Receiver(office, slug, ImapLink(mailbox), account))
    if config.listener is not None and config.listener.port is not None:
        ways.listeners.append(_listener(config.listener, config.listener.port, Doorstep(office)))
    if config.smtp is not None:
        turns = turns_of(config.smtp.per_second, office.database)
        ways.couriers += [SmtpCourier(config.smtp, turns=turns) for _ in range(config.connections)]


def _listener(asked: ListenerSettings, port: int, doorstep: Doorstep) -> Listener:
    return Listener(
        asked.host,
        port,
        keep=doorstep.keep,
        accept=lambda address: doorstep.event_of(address) is not None,
        lmtp=asked.lmtp,
        max_size=asked.max_size,
        max_connections=asked.max_connections,
        hostname=asked.hostname,
    )


# ---------------------------------------------------------------- the sandbox


@contextmanager
def _sandbox_ways(config: Config, office: Office, ways: _Ways) -> Iterator[None]:
    with ExitStack() as stack:
        for number, slug in enumerate(config.events):
            address = config.own(slug).address
            sandbox = Sandbox(address)
            # Further events take any free port: the configured one is the first event's.
            smtp, imap = (config.ports.smtp_port, config.ports.imap_port) if not number else (0, 0)
            sandbox.start(config.home / "mailboxes" / slug, smtp_port=smtp, imap_port=imap)
            stack.callback(sandbox.stop)
            link = ImapLink(sandbox.imap_settings())
            ways.receivers.append(Receiver(office, slug, link, account=f"sandbox/{slug}"))
            ways.sandboxes.append(sandbox)
        world = ways.sandboxes[0]
        ways.couriers.append(
            FileCourier(sent_folder(config), lambda raw, to: world.deliver(raw, "", to))
        )
        yield


def sent_folder(config: Config) -> Path:
    """Where the sandbox keeps the letters that left."""
    return config.home / "sent"


def _invite(config: Config, sandbox: Sandbox, say: Callable[[str], None]) -> None:
    address = next(iter(config.owns.values())).address
    say(
        f"Sandbox. The office is {address}; nothing leaves this machine.\n"
        f"Write to it by SMTP at 127.0.0.1:{sandbox.smtp_port}, for example:\n"
        f"  swaks --server 127.0.0.1:{sandbox.smtp_port} --from you@example.jp --to {address} \\\n"
        "        --header 'Subject: 参加申込' --body '氏名：山田 花子'\n"
        f"Letters that left lie in {sent_folder(config)}\n"
        f"Files of the bank are taken in from {config.bank / INCOMING}\n"
        f"The clock runs {config.clock.speed:g} times as fast as yours. Ctrl-C ends.\n"
    )


def _untouched(office: Office) -> bool:
    """Whether nobody has written to this office yet."""
    with office.database.read() as connection:
        return not inbox_console.listing(connection, limit=1)


@contextmanager
def _visiting(config: Config, sandbox: Sandbox, visitors: Sequence[Visitor]) -> Iterator[None]:
    """Let the visitors write, one after another, while the daemon runs."""
    address = next(iter(config.owns.values())).address
    gone = threading.Event()

    def write() -> None:
        for visitor in visitors:
            if gone.wait(PAUSE_BETWEEN_VISITORS):
                return
            sandbox.deliver(visitor.raw, visitor.sender, address)

    thread = threading.Thread(target=write, name="visitors", daemon=True)
    thread.start()
    try:
        yield
    finally:
        gone.set()
        thread.join(5)
