"""Who we are: the values of this installation that letters and their reading share.

Law of this file: values only.  They come from the settings, not from the rules, because the same
event may be rehearsed under another address and with another account.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """Where applicants pay. It is printed in letters exactly as it stands here."""

    bank: str
    branch: str
    kind: str
    """普通, 当座, ..."""
    number: str
    holder: str
    holder_kana: str
    """As the bank shows it to somebody who transfers money."""


@dataclass(frozen=True, slots=True)
class Own:
    """Our address, our names for our mails, and the account."""

    address: str
    """The office's mail address: From and Reply-To of every letter."""
    addresses: frozenset[str]
    """Every address of ours, lower case. Mail from one of them is our own come back."""
    message_domain: str
    """The right side of our Message-IDs."""
    token_key: bytes
    """HMAC key of the tokens in our envelope senders."""
    account: Account
    delimiter: str | None = "+"
    """The server's recipient delimiter (RFC 5233); None: the envelope sender is `address`."""
