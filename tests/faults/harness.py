"""One season of one office, from its first mail to its last.

Law of this file: whatever happens in it, nothing of the office is left behind.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.faults.office import Office, Outcome, Servers
from tests.faults.processes import running_zygote
from tests.faults.season import Season
from tests.faults.sink import Script, running_sink
from tests.servers.dovecot import running_dovecot


@contextmanager
def running_servers() -> Iterator[Servers]:
    """Dovecot, and the process that forks daemons."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="uketsuke-faults-")))
        zygote = stack.enter_context(running_zygote())
        yield Servers(zygote, stack.enter_context(running_dovecot(store="sdbox")), folder)


@contextmanager
def opened(
    servers: Servers,
    season: Season,
    *,
    script: Script | None = None,
    kind: type[Office] = Office,
    **more: Any,
) -> Iterator[Office]:
    """An office that has not begun, and nothing left of it afterwards."""
    folder = servers.folder / secrets.token_hex(4)
    folder.mkdir()
    clock = folder / "clock"
    with ExitStack() as stack:
        sink = stack.enter_context(running_sink(lambda: _when(clock)))
        if script is not None:
            sink.script = script
        office = kind(servers, season, sink, clock, **more)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(office.kill_all)
        yield office


def _when(clock: Path) -> datetime:
    return datetime.fromisoformat(clock.read_text("ascii").partition(" ")[2])


def play(servers: Servers, season: Season, **more: Any) -> Outcome:
    """One season."""
    with opened(servers, season, **more) as office:
        office.play()
        return office.outcome()
