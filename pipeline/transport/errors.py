"""What can go wrong with a server, named by what the caller does next.

    TransportError
    +-- LinkLost        come back later and connect anew; nothing that was not confirmed is done
    +-- LoginRefused    tell the operator, keep trying, but slowly
    +-- NotSecure       refuse to go on: the settings or the server would show a password

Each carries one line for a person, without secrets.
"""

from __future__ import annotations


class TransportError(Exception):
    """A server does not do what it should; the text is one line for a person."""


class LinkLost(TransportError):
    """The server is not there, has closed, or does not answer in time."""


class LoginRefused(TransportError):
    """The server is there and does not let us in, or gives us no such folder."""


class NotSecure(TransportError):
    """What the settings ask for cannot be had safely."""
