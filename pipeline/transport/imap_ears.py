"""How we hear of new mail: IDLE in slices (RFC 2177), and NOOPs while mail is flowing.

Law of this file: it never decides what is new, only that it is worth looking; whoever waits looks
by UID afterwards.  Three ways of going deaf are closed here.  A server that has gone away makes
the library answer with an empty list for ever: an empty answer ends IDLE, and DONE tells the dead
from the quiet.  An arrival told along with another command's answer is never told again: it is
looked for before waiting.  A line that came together with IDLE's own answer lies in the reader's
buffer, where no selector sees it: that buffer is looked into.
"""

from __future__ import annotations

import selectors
import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from imapclient import IMAPClient

from pipeline.clock import machine_seconds
from pipeline.transport.errors import LinkLost

LONGEST_SLICE = 300.0  # seconds of IDLE: routers forget silent connections
_LIVELY = 0.7  # seconds of NOOPs after an arrival: Dovecot holds IDLE's next notice for half of one
_BETWEEN_NOOPS = 0.005  # seconds
_WITHOUT_IDLE = 10.0  # seconds between NOOPs where the server knows no IDLE
_LOOK_UP = 1.0  # seconds after which `stop` is asked again


class Ears:
    """Waits for one connection's news; `wake` may be called from any thread."""

    def __init__(self) -> None:
        self._ring, self._bell = socket.socketpair()
        self._ring.settimeout(0)
        self._bell.settimeout(0)
        self._lively_until = 0.0

    def wake(self) -> None:
        """End the present wait, or else the next one."""
        with suppress(OSError):  # full: it rings already; closed: nobody waits
            self._bell.send(b"\0")

    def mail_is_flowing(self) -> None:
        """Something arrived just now: more may follow on its heels."""
        self._lively_until = machine_seconds() + _LIVELY

    def close(self) -> None:
        """Free both ends."""
        self._ring.close()
        self._bell.close()

    def wait(self, client: IMAPClient, seconds: float, stop: Callable[[], bool]) -> bool:
        """Whether there may be news: the server spoke of some, or somebody called `wake`."""
        deadline = machine_seconds() + min(seconds, LONGEST_SLICE)
        if announced(client) is not None:
            return True
        while not stop() and (now := machine_seconds()) < deadline:
            if now < self._lively_until:
                news = self._nudge(client, _BETWEEN_NOOPS)
            elif client.has_capability("IDLE"):
                news = self._idle(client, deadline, stop)
            else:
                news = self._nudge(client, min(deadline - now, _WITHOUT_IDLE))
            if news:
                return not stop()
        return False

    def _nudge(self, client: IMAPClient, pause: float) -> bool:
        """A NOOP makes the server look and tell at once; then a pause."""
        _, lines = client.noop()
        return _speak_of_arrivals(lines) or self._rung(pause)

    def _rung(self, seconds: float) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._ring, selectors.EVENT_READ)
            return bool(selector.select(seconds)) and self._answer_the_bell()

    def _answer_the_bell(self) -> bool:
        with suppress(BlockingIOError):
            while self._ring.recv(512):
                pass
        return True

    def _idle(self, client: IMAPClient, deadline: float, stop: Callable[[], bool]) -> bool:
        client.idle()
        news = not _unread(client) and self._listen(client, deadline, stop)
        _, lines = client.idle_done()  # raises where the link is dead
        return news or _speak_of_arrivals(lines)

    def _listen(self, client: IMAPClient, deadline: float, stop: Callable[[], bool]) -> bool:
        link = client.socket()
        with selectors.DefaultSelector() as selector:
            selector.register(self._ring, selectors.EVENT_READ)
            selector.register(link, selectors.EVENT_READ)
            while not stop() and (left := deadline - machine_seconds()) > 0:
                ready = {key.fileobj for key, _ in selector.select(min(left, _LOOK_UP))}
                if self._ring in ready:
                    return self._answer_the_bell()
                if link in ready:
                    lines = client.idle_check(timeout=0)
                    if not lines or _speak_of_arrivals(lines):
                        return bool(lines)
        return False


def announced(client: IMAPClient) -> int | None:
    """How many mails there are, if the server has said so since this was last asked."""
    _, counts = client._imap.response("EXISTS")  # noqa: SLF001  -- it has no public way to ask
    return int(counts[-1]) if counts[-1] is not None else None


def _speak_of_arrivals(lines: Iterable[tuple[Any, ...]]) -> bool:
    news = False
    for line in lines:
        if line[0] == b"BYE":
            raise LinkLost("the server says goodbye")
        news = news or (len(line) > 1 and line[1] == b"EXISTS")
    return news


def _unread(client: IMAPClient) -> bool:
    """Whether something lies in the reader's own buffer."""
    imap = client._imap  # noqa: SLF001  -- its buffer has no public face
    lines = getattr(imap, "_readbuf", None)  # Python 3.14 and later
    if lines is not None:
        return bool(lines)
    link = client.socket()
    timeout = link.gettimeout()
    link.settimeout(0)  # peek() would wait for more where the buffer is empty
    try:
        return bool(imap.file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        link.settimeout(timeout)
