"""What can go wrong with a server, named by what the caller does next.

    TransportError
    +-- LinkLost        come back later and connect anew; nothing that was not confirmed is done
    +-- LoginRefused    tell the operator, keep trying, but slowly
    +-- CommandRefused  tell the operator; the link is up, and nothing was done
    +-- NotSecure       refuse to go on: the settings or the server would show a password

Each carries one line for a person, without secrets.
"""

from __future__ import annotations

import re

_LONGEST_LINE = 300  # characters
_BYTES = re.compile(r"b(['\"])(.*?)\1")  # imaplib shows what a server said as a bytes literal


class TransportError(Exception):
    """A server does not do what it should; the text is one line for a person."""


class LinkLost(TransportError):  # noqa: N818  -- named by what to do next
    """The server is not there, has closed, or does not answer in time."""


class LoginRefused(TransportError):  # noqa: N818  -- named by what to do next
    """The server is there and does not let us in, or gives us no such folder."""


class CommandRefused(TransportError):  # noqa: N818  -- named by what to do next
    """The server understood and said no: a full quota, say; the connection is still good."""


class NotSecure(TransportError):  # noqa: N818  -- named by what to do next
    """What the settings ask for cannot be had safely."""


def one_line(error: BaseException | str) -> str:
    """What an error or a server says, for a log: one line, never long."""
    text = " ".join(str(error).split()) or type(error).__name__
    return _BYTES.sub(r"\2", text)[:_LONGEST_LINE]
