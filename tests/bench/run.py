"""How fast the whole is, beside the bare transport and the script that everybody writes.

    python -m tests.bench.run [--mails 2000,20000] [--singles 200] [--out FILE]

All figures of one run come from the same machine, the same Dovecot and the same SMTP sink, so that
their ratios mean something where the figures do not.  It states figures and judges nothing.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.clock import HandClock
from pipeline.config import load_rules
from pipeline.daemon import Daemon
from pipeline.domain.rules import Rules
from pipeline.mail.own import Account, Own
from pipeline.mail.templates import Library
from pipeline.store.database import Database
from pipeline.transport.courier import Parcel, SmtpCourier, SmtpSettings
from pipeline.transport.imap import ImapLink
from pipeline.transport.listener import Listener
from pipeline.workers.office import Office, Served
from pipeline.workers.reader import ReaderApart
from pipeline.workers.receive import Doorstep, Receiver
from tests.bench import mails, usual
from tests.bench.far_end import FarEnd, far_end
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot

ROOT = Path(__file__).parent.parent.parent
RULES = ROOT / "rules" / "r7-kenkyu-kyogikai"
PATIENCE = 120.0
USUAL = 300
"""Mails for the usual script: it is slow, and its pace does not change."""


@dataclass(frozen=True)
class Nothing:
    """Access secrets that are not there yet."""

    ready: bool = False
    zoom_ready: bool = False
    trouble: str | None = None
    values: dict[str, str] = field(default_factory=dict)


def roomy_rules() -> Rules:
    """The shipped rules with a seat for everybody and no cap: it is speed that is measured."""
    rules = load_rules(RULES)
    caps = rules.intake.caps.model_copy(
        update=dict.fromkeys(
            ("per_address_per_day", "per_domain_per_hour", "per_office_per_hour"), 10**9
        )
    )
    return rules.model_copy(
        update={
            "event": rules.event.model_copy(update={"capacity": 10**6}),
            "intake": rules.intake.model_copy(update={"caps": caps}),
        }
    )


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """An office with every commit on disk."""
    rules = roomy_rules()
    address = "office@example.jp"
    own = Own(
        address=address,
        addresses=frozenset({address}),
        message_domain="example.jp",
        token_key=b"bench" * 8,
        account=Account("見本銀行", "本店", "普通", "1234567", "見本事務局", "ミホンジムキヨク"),
    )
    database = Database(f"sqlite:///{folder / 'store.sqlite3'}")
    database.migrate()
    library = Library.load(ROOT / "templates", rules)
    served = Served(rules, library, own, Nothing)
    clock = HandClock(rules.opens_at.replace(hour=9))
    reader = ReaderApart({rules.slug: (rules, own)})
    reader.start()
    try:
        yield Office(database, clock, {rules.slug: served}, read_by=reader)
    finally:
        reader.close()
        database.close()


# ---------------------------------------------------------------- end to end


def end_to_end(dovecot: Dovecot, sink: FarEnd, count: int) -> dict[str, Any]:
    """Applications from a full mailbox to the SMTP server's last 250."""
    user = f"whole{count}"
    dovecot.fill(user, (mails.application(n) for n in range(count)))
    with tempfile.TemporaryDirectory() as folder, office(Path(folder)) as here:
        slug = next(iter(here.events))
        receiver = Receiver(here, slug, ImapLink(dovecot.settings(user)), "bench")
        daemon = Daemon(here, receivers=[receiver], couriers=[_courier(sink)])
        before = sink.count()
        with _watched() as watch:
            daemon.start()
            took = _until(lambda: sink.count() - before >= count)
        daemon.finish()
    return {"mails": count, "seconds": took, "per_second": count / took, **watch}


def bare(dovecot: Dovecot, sink: FarEnd, count: int) -> dict[str, Any]:
    """The same mails through the same two transports, with nothing in between."""
    user = f"bare{count}"
    dovecot.fill(user, (mails.application(n) for n in range(count)))
    link, courier = ImapLink(dovecot.settings(user)), _courier(sink)
    start = time.monotonic()
    link.connect()
    done = 0
    while uids := link.uids_above(done, 500):
        parcels = [
            Parcel(one.uid, "office@example.jp", mails.address(one.uid), one.raw)
            for one in link.fetch(uids)
        ]
        for _ in courier.deliver(parcels, lambda _: None):
            pass
        done = max(uids)
    took = time.monotonic() - start
    link.close()
    courier.close()
    return {"mails": count, "seconds": took, "per_second": count / took}


def the_usual(dovecot: Dovecot, sink: FarEnd, count: int) -> dict[str, Any]:
    """One by one, as everybody writes it."""
    user = "usual"
    dovecot.fill(user, (mails.application(n) for n in range(count)))
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        usual.run(dovecot.imap, user, PASSWORD, "INBOX", sink.port, Path(folder) / "usual.sqlite3")
        took = time.monotonic() - start
    return {"mails": count, "seconds": took, "per_second": count / took}


# ---------------------------------------------------------------- one at a time


def latency(dovecot: Dovecot, sink: FarEnd, count: int, way: str) -> dict[str, Any]:
    """From a mail's arrival to the answer's 250, one mail at a time, in milliseconds."""
    user = f"single{way}"
    dovecot.fill(user, [])
    with tempfile.TemporaryDirectory() as folder, office(Path(folder)) as here:
        slug = next(iter(here.events))
        receivers, listeners = [], []
        if way == "imap":
            link = ImapLink(dovecot.settings(user))
            receivers.append(Receiver(here, slug, link, "bench"))
        else:
            listeners.append(
                Listener("127.0.0.1", 0, keep=Doorstep(here).keep, accept=lambda _: True)
            )
        daemon = Daemon(here, receivers=receivers, couriers=[_courier(sink)], listeners=listeners)
        daemon.start()
        deliver = (
            (lambda raw: dovecot.deliver(raw, user, "a@example.jp"))
            if way == "imap"
            else _through_listener(listeners[0])
        )
        waits = [_one(deliver, sink, 10**6 + n + (way == "imap") * 10**5) for n in range(count)]
        daemon.finish()
    waits = sorted(waits[5:])
    return {
        "mails": len(waits),
        "p50_ms": statistics.median(waits) * 1000,
        "p99_ms": waits[int(len(waits) * 0.99)] * 1000,
        "max_ms": waits[-1] * 1000,
    }


def _through_listener(listener: Listener) -> Callable[[bytes], object]:
    import smtplib

    smtp = smtplib.SMTP("127.0.0.1", listener.port, "bench.test")
    return lambda raw: smtp.sendmail("a@example.jp", ["office@example.jp"], raw)


def _one(deliver: Callable[[bytes], object], sink: FarEnd, number: int) -> float:
    raw, address, before = mails.application(number), mails.address(number), sink.count()
    start = time.monotonic()
    deliver(raw)
    _until(lambda: sink.count() > before, pause=0.0005)
    to, at = sink.accepted[-1]
    assert to == address
    return at - start


# ---------------------------------------------------------------- help


def _courier(sink: FarEnd) -> SmtpCourier:
    return SmtpCourier(SmtpSettings(host="127.0.0.1", port=sink.port, security="none"))


def _until(true: Callable[[], bool], pause: float = 0.01) -> float:
    start = time.monotonic()
    while not true():
        if time.monotonic() - start > PATIENCE:
            raise TimeoutError("the bench waits for nothing")
        time.sleep(pause)
    return time.monotonic() - start


@contextmanager
def _watched() -> Iterator[dict[str, Any]]:
    """Peak memory of this process while something runs, in MB."""
    figures: dict[str, Any] = {}
    over, peak = threading.Event(), [0.0]

    def watch() -> None:
        while not over.wait(0.05):
            peak[0] = max(peak[0], _resident())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    cpu = time.process_time()
    try:
        yield figures
    finally:
        over.set()
        thread.join()
        figures["peak_mb"] = peak[0]
        figures["cpu_seconds"] = time.process_time() - cpu


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    """Run it all and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--mails", default="2000,20000")
    parser.add_argument("--singles", type=int, default=200)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    counts = [int(count) for count in asked.mails.split(",")]
    figures: dict[str, Any] = {"python": platform.python_version(), "machine": platform.machine()}
    with running_dovecot() as dovecot, far_end() as sink:
        figures["usual"] = the_usual(dovecot, sink, USUAL)
        figures["bare"] = bare(dovecot, sink, counts[-1])
        for count in counts:
            figures[f"whole, {count}"] = end_to_end(dovecot, sink, count)
        for way in ("listener", "imap"):
            figures[f"single, {way}"] = latency(dovecot, sink, asked.singles, way)
    best = figures[f"whole, {counts[-1]}"]["per_second"]
    figures["ratio to bare"] = best / figures["bare"]["per_second"]
    figures["ratio to usual"] = best / figures["usual"]["per_second"]
    if asked.out:
        asked.out.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
