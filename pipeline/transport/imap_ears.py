"""How we hear of new mail: IDLE in slices (RFC 2177), and NOOPs while mail is flowing.

Law of this file: it never decides what is new, only that it is worth looking; whoever waits looks
by UID afterwards.  Whatever the server says ends IDLE with DONE, and its words are read up to
DONE's own answer, with a timeout: so a dead link cannot pass for a quiet one (the library's
`idle_check` answers it with an empty list, for ever), and half a line is waited for (there it
breaks the link).  An arrival that was told along with another command's answer is never told
again: it is looked for before waiting.  A line that came together with IDLE's own answer lies in
the reader's buffer, where no selector sees it: that buffer is looked into.
"""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from imapclient import IMAPClient

from pipeline.clock import machine_seconds
from pipeline.transport.errors import LinkLost
from pipeline.transport.unread import says_something

LONGEST_SLICE = 300.0  # seconds of IDLE: routers forget silent connections
_LIVELY = 0.7  # seconds of NOOPs after an arrival: Dovecot holds IDLE's next notice for half of one
_BETWEEN_NOOPS = 0.005  # seconds
_WITHOUT_IDLE = 10.0  # seconds between NOOPs where the server knows no IDLE
_LOOK_UP = 1.0  # seconds after which `stop` is asked again


class Ears:
    """Waits for one connection's news; `wake` may be called from any thread."""

    def __init__(self) -> None:
        self._ends: tuple[socket.socket, socket.socket] | None = None
        self._lively_until = 0.0
        self._idle_refused = False  # by this connection's server, which had offered it

    @property
    def _ring(self) -> socket.socket:
        assert self._ends is not None
        return self._ends[0]

    def open(self) -> None:
        """Be ready for `wake`, and for what a new connection's server has to say."""
        self._idle_refused = False
        if self._ends is None:
            self._ends = socket.socketpair()
            for end in self._ends:
                end.settimeout(0)

    def wake(self) -> None:
        """End the present wait, or else the next one."""
        ends = self._ends
        if ends is not None:  # otherwise nobody waits
            with suppress(OSError):  # full: it rings already; closed meanwhile: as above
                ends[1].send(b"\0")

    def mail_is_flowing(self) -> None:
        """Something arrived just now: more may follow on its heels."""
        self._lively_until = machine_seconds() + _LIVELY

    def close(self) -> None:
        """Nobody waits any more."""
        ends, self._ends = self._ends, None
        for end in ends or ():
            end.close()

    def wait(self, client: IMAPClient, seconds: float, stop: Callable[[], bool]) -> bool:
        """Whether there may be news: the server spoke of some, or somebody called `wake`."""
        deadline = machine_seconds() + min(seconds, LONGEST_SLICE)
        if announced(client) is not None:
            return True
        while not stop() and (now := machine_seconds()) < deadline:
            if now < self._lively_until:
                news = self._nudge(client, _BETWEEN_NOOPS)
            elif client.has_capability("IDLE") and not self._idle_refused:
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
        if not _begin_idle(client):
            self._idle_refused = True
            return False
        rung = not _unread(client) and self._listen(client, deadline, stop)
        _, lines = client.idle_done()  # raises where the link is dead
        return _speak_of_arrivals(lines) or rung or announced(client) is not None

    def _listen(self, client: IMAPClient, deadline: float, stop: Callable[[], bool]) -> bool:
        """Until the server says anything, or `wake` is called: then it is True."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._ring, selectors.EVENT_READ)
            selector.register(client.socket(), selectors.EVENT_READ)
            while not stop() and (left := deadline - machine_seconds()) > 0:
                ready = {key.fileobj for key, _ in selector.select(min(left, _LOOK_UP))}
                if ready:
                    return self._ring in ready and self._answer_the_bell()
        return False


def _begin_idle(client: IMAPClient) -> bool:
    """Whether the server goes along; it may say other things first (RFC 3501, 7).

    The library's own `idle` takes whatever comes first for the answer.
    """
    imap = client._imap  # noqa: SLF001  -- as the library does it
    tag = client._idle_tag = imap._command("IDLE")  # noqa: SLF001  -- `idle_done` asks for it
    while imap._get_response() is not None:  # noqa: SLF001  -- None: "+", it waits
        if imap.tagged_commands[tag]:
            del imap.tagged_commands[tag]
            return False
    return True


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
    """Whether the server has said more than IDLE's own answer."""
    imap = client._imap  # noqa: SLF001  -- its buffer has no public face
    lines = getattr(imap, "_readbuf", None)  # Python 3.14 and later
    if lines is not None:
        return bool(lines)
    return says_something(client.socket(), imap.file)
