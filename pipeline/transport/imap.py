"""The office's mailbox, over IMAP (RFC 3501).

Law of this file: mails are named by UID and never by number; nothing is marked as read
(`BODY.PEEK[]`), for people read the mailbox with other programs; sizes are asked before bodies;
every command has a timeout, and after `LinkLost` the only way on is `connect`.  A mail leaves the
mailbox by `move` alone, which the caller calls for what it has kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, ProtocolError

from pipeline.clock import machine_now
from pipeline.transport.errors import (
    CommandRefused,
    LinkLost,
    LoginRefused,
    NotSecure,
    TransportError,
    one_line,
)
from pipeline.transport.imap_door import ImapSettings, hang_up, open_mailbox
from pipeline.transport.imap_ears import Ears, announced
from pipeline.transport.imap_folders import make_folder, move

__all__ = [
    "CommandRefused",
    "Fetched",
    "ImapLink",
    "ImapSettings",
    "LinkLost",
    "LoginRefused",
    "NotSecure",
    "TransportError",
]

_BATCH_BYTES = 32 * 1024 * 1024  # of bodies in memory at once
_BATCH = 500  # UIDs in one command: well below any server's limit for a line
_SMALL = _BATCH_BYTES // _BATCH  # a batch of such mails needs no weighing
_ONE_ANSWER = 50_000  # UIDs in one SEARCH answer: imaplib refuses lines over a million bytes

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as the server has it.  Over `max_size`, `raw` is the header block alone."""

    uid: int
    raw: bytes
    size: int  # RFC822.SIZE, bytes
    internal_date: datetime  # INTERNALDATE, aware: when the server took it in
    oversize: bool = False


class ImapLink:
    """One connection to the mailbox, for one thread; `wake` alone may be called from another."""

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        self._name = settings.name
        self._client: IMAPClient | None = None
        self._ears = Ears()
        self._uidvalidity = 0
        self._mails = 0  # how many the folder holds, as last told
        self._ahead: list[int] = []  # UIDs found and not yet given out,
        self._given = 0  # which are all above this one
        self._folders: dict[str, str] = {}  # by month, those that are known to exist

    @property
    def folder(self) -> str:
        """The folder it takes mail from."""
        return self._settings.folder

    def connect(self) -> int:
        """Log in, select the folder, return its UIDVALIDITY.

        A changed UIDVALIDITY means that UIDs name other mails than before.  Raises `LinkLost`,
        `LoginRefused` (also where the folder is not there) or `NotSecure`.
        """
        self._drop()
        self._client, selected = open_mailbox(self._settings)
        self._ears.open()
        self._mails = int(selected.get(b"EXISTS", 0))
        self._uidvalidity = int(selected[b"UIDVALIDITY"])
        return self._uidvalidity

    def uids_above(self, uid: int, limit: int) -> list[int]:
        """The lowest `limit` UIDs above `uid`, ascending; they may have gone when asked for."""
        if uid != self._given or not self._ahead:
            self._ahead = self._look(uid, limit)
        some, self._ahead = self._ahead[:limit], self._ahead[limit:]
        self._given = some[-1] if some else uid
        return some

    def _look(self, above: int, limit: int) -> list[int]:
        with self._asking("SEARCH") as client:
            told = announced(client)
            self._mails = self._mails if told is None else told
            if self._mails <= _ONE_ANSWER:
                return _above(above, client.search(f"UID {above + 1}:*"))
            highest = max(client.search("UID 4294967295:*"), default=0)  # "*" is the last mail
            found: list[int] = []
            for low in range(above + 1, highest + 1, _ONE_ANSWER):
                found += _above(above, client.search(f"UID {low}:{low + _ONE_ANSWER - 1}"))
                if len(found) >= limit:
                    break
            return found

    def batches(self, uids: Sequence[int]) -> Iterator[list[Fetched]]:
        """These mails, in batches of at most 500 and about 32 MB; those gone are left out."""
        for some in _chunks(sorted(uids), _BATCH):
            sizes = self._sizes(some)
            for batch in _by_weight(sizes, self._settings.max_size):
                yield self._bodies(batch, sizes)

    def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """All batches at once: for a caller that knows they are few."""
        return [mail for batch in self.batches(uids) for mail in batch]

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """No less than each mail's size.

        Only the few large ones are asked for theirs, which saves a third of the whole time.
        """
        small = min(_SMALL, self._settings.max_size)
        with self._asking("SEARCH") as client:
            large = client.search(f"UID {','.join(map(str, uids))} LARGER {small}")
        sizes = dict.fromkeys(uids, small)
        for uid, parts in self._fetch(large, "RFC822.SIZE").items():
            sizes[uid] = int(parts.get(b"RFC822.SIZE", small))
        return sizes

    def _bodies(self, uids: Sequence[int], sizes: Mapping[int, int]) -> list[Fetched]:
        oversize = sizes[uids[0]] > self._settings.max_size  # then it is a batch of its own
        part = "BODY.PEEK[HEADER]" if oversize else "BODY.PEEK[]"
        key = part.replace(".PEEK", "").encode()
        mails = []
        for uid, parts in sorted(self._fetch(uids, "INTERNALDATE", part).items()):
            raw: bytes | None = parts.get(key)
            if raw:  # NIL or nothing: it went in between
                size = sizes[uid] if oversize else len(raw)
                arrived = parts.get(b"INTERNALDATE") or machine_now()  # None: not understood
                mails.append(Fetched(uid, raw, size, arrived, oversize))
        if mails:
            self._ears.mail_is_flowing()
        return mails

    def _fetch(self, uids: Sequence[int], *items: str) -> dict[int, dict[bytes, Any]]:
        with self._asking("FETCH") as client:
            answer: dict[int, dict[bytes, Any]] = client.fetch(uids, items)
            return answer

    def move(self, uids: Sequence[int], when: datetime) -> None:
        """Into the processed folder of `when`'s month, made and subscribed where it is missing.

        Raises `CommandRefused` where the server says no: then they stay, which loses nothing.
        """
        with self._asking("MOVE") as client:
            folder = self._folder(client, when)
            for some in _chunks(uids, _BATCH):
                move(client, some, folder)

    def _folder(self, client: IMAPClient, when: datetime) -> str:
        """The processed folder of the month, which exists from now on."""
        month = f"{when:%Y-%m}"
        if month not in self._folders:
            self._folders[month] = make_folder(client, self._settings.processed, month)
        return self._folders[month]

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """Wait for news, at most `seconds` and five minutes; True: there may be some.

        `stop` is asked every second.  The caller looks for UIDs after every wait, whatever the
        answer.  Raises `LinkLost` where the link is dead.
        """
        with self._asking("IDLE") as client:
            return self._ears.wait(client, seconds, stop)

    def wake(self) -> None:
        """End the present wait, or else the next one; from any thread."""
        self._ears.wake()

    def close(self) -> None:
        """Log out where the server still listens; the link can be connected again."""
        if self._client is not None:
            with suppress(OSError, ValueError, AssertionError, IMAPClientError):
                self._client.logout()
        self._drop()
        self._ears.close()

    def _drop(self) -> None:
        client, self._client = self._client, None
        self._ahead, self._folders = [], {}
        if client is not None:
            hang_up(client)

    @contextmanager
    def _asking(self, command: str) -> Iterator[IMAPClient]:
        """Turn what the libraries raise into what the caller does next."""
        if self._client is None:
            raise LinkLost(f"{self._name}: not connected")
        try:
            yield self._client
            self._check_numbers(self._client)
        except LinkLost as error:
            self._drop()
            raise LinkLost(f"{self._name}: {error}") from error
        except (OSError, ValueError, AssertionError, IMAPClientError) as error:
            text = f"{self._name}: {command}: {one_line(error)}"
            if _is_a_no(error):
                self._folders = {}
                raise CommandRefused(text) from error
            self._drop()
            raise LinkLost(text) from error

    def _check_numbers(self, client: IMAPClient) -> None:
        """Raise `LinkLost` where UIDs have come to mean other mails (RFC 3501, 2.3.1.1)."""
        told = client._imap.untagged_responses  # noqa: SLF001  -- it has no public face
        for never_asked in ("EXPUNGE", "RECENT", "COPYUID"):  # kept for ever, otherwise
            told.pop(never_asked, None)
        validity = int(told.get("UIDVALIDITY", [self._uidvalidity])[-1])
        if validity != self._uidvalidity:
            raise LinkLost(f"UIDVALIDITY has become {validity}")


def _is_a_no(error: Exception) -> bool:
    """Whether the server refused, in words that were understood."""
    if isinstance(error, IMAPClientAbortError | ProtocolError):
        return False
    return isinstance(error, IMAPClientError) and "got more than" not in str(error)


def _above(uid: int, found: Iterable[int]) -> list[int]:
    """`n:*` always names the last mail too (RFC 3501, 9, seq-range)."""
    return sorted(each for each in found if each > uid)


def _chunks(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _by_weight(sizes: Mapping[int, int], max_size: int) -> Iterator[list[int]]:
    """UIDs in batches that fit the memory meant for them; one over `max_size` stands alone."""
    batch: list[int] = []
    weight = 0
    for uid, size in sorted(sizes.items()):
        alone = size > max_size
        if batch and (alone or weight + size > _BATCH_BYTES):
            yield batch
            batch, weight = [], 0
        if alone:
            yield [uid]
            continue
        batch.append(uid)
        weight += size
    if batch:
        yield batch
