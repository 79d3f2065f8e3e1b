"""The process that reads mails and does nothing else; see `reader`.

Law of this file: it answers each mail that it is sent, in order, and knows no store, no server and
no clock.  It ends when its parent hangs up.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import sys
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from pipeline.mail.reading import Reading
from pipeline.workers.reader import Order, ReaderHere, Unread

_STATM = Path("/proc/self/statm")
"""Pages of this process (proc(5)); the limit is set only where it can be told."""

_ANY_MAIL = "Subject: 参加申込\n\nお名前：見本 一\n参加を申し込みます。\n".encode()


def serve(line: Connection) -> None:
    """Read what comes over the line until it is closed."""
    served, memory = pickle.loads(line.recv_bytes())  # noqa: S301 - our own parent's
    reader = ReaderHere(served)
    for slug in served:
        # The first mail makes tables out of the rules, which is not what its time is for.
        list(reader.read([Order(0, slug, _ANY_MAIL)]))
    gc.freeze()
    _limit(memory)
    line.send_bytes(b"ready")
    while True:
        orders: list[Order] = pickle.loads(line.recv_bytes())  # noqa: S301 - our own parent's
        for answer in reader.read(orders):
            line.send_bytes(pickle.dumps(_needed(answer), pickle.HIGHEST_PROTOCOL))


def _needed(answer: Reading | Unread) -> Reading | Unread:
    """Without what no worker asks for."""
    return answer if isinstance(answer, Unread) else replace(answer, text="", sources=())


def _limit(memory: int) -> None:
    """What may be needed on top of what is in use now."""
    if _STATM.exists():
        used = int(_STATM.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))


if __name__ == "__main__":
    # The terminal's Ctrl-C is meant for the daemon, which lets the work in hand end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        serve(Connection(int(sys.argv[1])))
    except (EOFError, OSError):
        sys.exit(0)
