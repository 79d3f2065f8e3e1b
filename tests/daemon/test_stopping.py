"""A daemon that is told to end does so, wherever it is when it is told."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

from pipeline.clock import TOKYO, HandClock
from pipeline.daemon.loops import Daemon
from pipeline.store.database import Database
from pipeline.workers.office import Office


def test_being_told_takes_no_lock_that_the_interrupted_thread_may_hold(tmp_path: Path) -> None:
    """A signal's handler runs in the main thread, in the middle of whatever that does."""
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    office = Office(database, HandClock(datetime(2026, 2, 2, 9, tzinfo=TOKYO)), {})
    daemon = Daemon(office)
    told = threading.Thread(target=daemon.stop, daemon=True)

    with daemon._stop._cond:  # type: ignore[attr-defined]  # its lock has no public name
        told.start()
        told.join(10)
        assert not told.is_alive()

    database.close()
