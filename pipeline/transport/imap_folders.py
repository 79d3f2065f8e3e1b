"""Where mails go that have been taken in: one folder a month, for a full one makes moving slow."""

from __future__ import annotations

from collections.abc import Sequence

from imapclient import IMAPClient


def make_folder(client: IMAPClient, parent: str, name: str) -> str:
    """The full name of a folder below `parent`, made and subscribed where it is missing."""
    prefix, delimiter = _namespace(client)
    full = f"{parent}{delimiter}{name}"
    if not full.startswith(prefix):
        full = prefix + full
    if not client.folder_exists(full):
        client.create_folder(full)
        client.subscribe_folder(full)
    return full


def move(client: IMAPClient, uids: Sequence[int], folder: str) -> None:
    """By UID.

    Without MOVE (RFC 6851) they are copied, flagged as deleted and expunged by UID; without
    UIDPLUS (RFC 4315) the flag is all, for a plain EXPUNGE would take other people's too.
    """
    if client.has_capability("MOVE"):
        client.move(uids, folder)
        return
    client.copy(uids, folder)
    client.delete_messages(uids, silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)


def _namespace(client: IMAPClient) -> tuple[str, str]:
    """The prefix and delimiter of one's own folders (RFC 2342)."""
    if client.has_capability("NAMESPACE"):
        personal = client.namespace().personal
        if personal:
            prefix, delimiter = personal[0]
            return prefix, delimiter or ""
    roots = client.list_folders("", "")
    return "", (roots[0][1] or b"").decode("ascii") if roots else "/"
