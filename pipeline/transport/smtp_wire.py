"""What stands on the wire: envelope commands, and the mail between DATA and the final dot.

Law of this file: nothing that comes from a mail or an address can end a line, a command or the
mail itself (RFC 5321, 4.5.2; the "smuggling" of bare line ends).
"""

from __future__ import annotations

import re

Steps = tuple[tuple[str, bytes], ...]  # commands, each with the name of its phase

_DOT_ATOM = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_PRINTABLE = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]+")  # no space, no angle bracket
_LINE_END = re.compile(rb"\r\n|\r|\n")


def path(address: str) -> str | None:
    """The address between angle brackets; None where SMTP cannot carry it.

    Local parts such as `a..b.`, which some phone companies once gave out, are quoted.
    """
    local, at, domain = address.rpartition("@")
    if not (at and local and domain):
        return None
    if not (local.startswith('"') or _DOT_ATOM.fullmatch(local)):
        escaped = local.replace("\\", "\\\\").replace('"', '\\"')
        local = f'"{escaped}"'
    whole = f"{local}@{domain}"
    return f"<{whole}>" if _PRINTABLE.fullmatch(whole) else None


def steps(sender: str, recipient: str, size: int | None) -> Steps | None:
    """The commands that come before a mail; None: SMTP cannot carry one of the addresses."""
    from_path = path(sender) if sender else "<>"
    to_path = path(recipient)
    if from_path is None or to_path is None:
        return None
    announced = "" if size is None else f" SIZE={size}"
    return (
        ("mail", f"MAIL FROM:{from_path}{announced}\r\n".encode("ascii")),
        ("rcpt", f"RCPT TO:{to_path}\r\n".encode("ascii")),
        ("data", b"DATA\r\n"),
    )


def data(raw: bytes) -> bytes:
    """The mail with CRLF at every line's end and dots doubled, without the final dot."""
    if not raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r"):
        raw = _LINE_END.sub(b"\r\n", raw)
    if raw and not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    if raw.startswith(b"."):
        raw = b"." + raw
    return raw.replace(b"\r\n.", b"\r\n..")
