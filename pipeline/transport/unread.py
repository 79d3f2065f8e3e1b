"""Whether a connection has something to say, its reader's own buffer included."""

from __future__ import annotations

import select
import socket
import ssl
from io import BufferedReader


def says_something(link: socket.socket, reader: BufferedReader) -> bool:
    """Whether reading would give something at once, be it the end.

    What came together with an earlier line lies in the reader's buffer, where no selector sees it.
    """
    readable, _, _ = select.select([link], [], [], 0)
    if readable:
        return True
    timeout = link.gettimeout()
    link.settimeout(0)  # peek() would wait where the buffer is empty
    try:
        return bool(reader.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        link.settimeout(timeout)
