"""Addresses of ours that do harm when a certain one is looked up: a hostile mail, to order.

In a module of its own, because the process that reads must be able to import it.
"""

from __future__ import annotations

import os
import signal
import threading


class Stubborn(frozenset[str]):
    """A set that blocks, dies or eats memory when one of three addresses is asked for."""

    def __contains__(self, address: object) -> bool:
        if address == "slow@example.jp":
            threading.Event().wait()
        if address == "deadly@example.jp":
            os.kill(os.getpid(), signal.SIGKILL)
        if address == "hungry@example.jp":
            return len(bytearray(1 << 40)) < 0
        return super().__contains__(address)
