"""Address fields, leniently: `From`, `Reply-To` and their like.

Law of this file: an address is never lost because a name beside it is broken.  Whatever may hold
`@ , < "` as a part of a Japanese character is masked first, then the field is taken apart, then
the name is decoded.  Addresses that telephones once allowed (`a..b.@example.jp`) are addresses;
inside they stand without quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from pipeline.mail.folding import narrowed
from pipeline.mail.headers import text_of, unfolded

ADDRESSES_LIMIT: Final = 200
_LOCAL_LIMIT: Final = 64
_DOMAIN_LIMIT: Final = 255
_MASK_BASE: Final = 0xE000
_MASKS_LIMIT: Final = 6400
"""As many as there are private-use characters to stand for them."""

_JIS: Final = rb"(?:\x1b(?:\$\(?[@A-Z]|\(I)(?:[^\x1b]*(?=\x1b)|[!-~]*))+(?:\x1b\([BHJ])?"
"""To the next escape; where there is none, a run ends at the first space."""
_WORD: Final = rb"=\?[^?\s=]*\?[BbQq]\?[^?]*\?="
_MASK_UTF_8: Final = re.compile(_JIS + rb"|" + _WORD + rb"|[\x80-\xff]+", re.DOTALL)
_MASK_OTHER: Final = re.compile(
    _JIS + rb"|" + _WORD + rb"|(?:[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]|[\x80-\xff])+", re.DOTALL
)
_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)("?)|[()<>,;:]|[^"()<>,;:]+', re.DOTALL)
_USUAL: Final = re.compile(
    rb'("?(?:'
    + _WORD
    + rb'(?:[ \t]+|(?="|$|<)))*"?|[A-Za-z0-9 ._-]*)[ \t]*<([!#-;=?-~]+@[A-Za-z0-9.-]+)>'
)
"""Encoded words or plain letters, and an address: nothing that could mislead."""
_SIMPLE: Final = re.compile(r'([^"()<>,;:@]*)<([^"()<>,;:\s]+)>')
_LOCAL: Final = re.compile(r"[!#-'*+./0-9=?A-Z^-~-]+")
"""The letters of RFC 5322 §3.2.3, with dots anywhere."""
_QUOTED_LOCAL: Final = re.compile(r"[!-?A-~]+")
_DOMAIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f.:IPv]+\]")
_IN_BRACKETS: Final = re.compile(r"<([!#-;=?-~]+@[A-Za-z0-9.-]+)>")
_ANYWHERE: Final = re.compile(r"[A-Za-z0-9._%+/=-]{1,64}@[A-Za-z0-9.-]{1,255}")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address; either may be ""."""

    name: str
    address: str
    """Without quotes, its domain in lower case."""


@dataclass(slots=True)
class _Open:
    """One mailbox while it is being taken apart."""

    name: list[str] = field(default_factory=list)
    angle: list[str] | None = None
    comment: list[str] = field(default_factory=list)
    inside: bool = False
    """Between < and >."""


def mailboxes(raw: bytes | None) -> tuple[Mailbox, ...]:
    """The mailboxes of an address field in its order, groups opened, at most 200."""
    if raw is None:
        return ()
    line = unfolded(raw)
    if b"@" not in line:
        return _without_at(line)
    usual = _USUAL.fullmatch(line)
    if usual is not None and (address := address_of(usual[2].decode("ascii"))):
        return (Mailbox(text_of(usual[1].strip(b'" ')), address),)
    masked, runs = _masked(line)
    simple = _SIMPLE.fullmatch(masked)
    if simple is not None and (address := address_of(simple[2])):
        return (Mailbox(_name(simple[1], runs), address),)
    found = _taken_apart(masked, runs)
    if not any(box.address for box in found):
        address = _anywhere(line.decode("latin-1"))
        return (Mailbox("", address),) if address else tuple(found)
    return tuple(found)


def _without_at(line: bytes) -> tuple[Mailbox, ...]:
    """A name alone; or a whole field that its writer packed into one encoded word."""
    text = text_of(line.rstrip(b" <>"))
    plain = narrowed(text) if "@" in text or "＠" in text else ""
    address = _anywhere(plain)
    if not address:
        return (Mailbox(text, ""),) if line else ()
    name = plain.partition("<")[0].strip(' "') if "<" in plain else ""
    return (Mailbox(name, address),)


def _anywhere(text: str) -> str:
    """The first address in a text that could not be taken apart."""
    inside = _IN_BRACKETS.search(text)
    if inside is not None and (address := address_of(inside[1])):
        return address
    loose = _ANYWHERE.search(text)
    return address_of(loose.group()) if loose is not None else ""


def address_of(text: str) -> str:
    """The address in a text that should be one, in our form; "" when it is none."""
    bare = text.strip()
    if bare.startswith("@") and ":" in bare:
        bare = bare.rpartition(":")[2]  # a source route (RFC 5322 §4.4)
    local, at, domain = bare.rpartition("@")
    local, allowed = local.strip(), _LOCAL
    if local.startswith('"') and local.endswith('"') and len(local) > 1:
        local, allowed = _ESCAPED.sub(r"\1", local[1:-1]), _QUOTED_LOCAL
    domain = domain.strip().rstrip(".")
    fits = len(local) <= _LOCAL_LIMIT and len(domain) <= _DOMAIN_LIMIT
    if not at or not fits or allowed.fullmatch(local) is None or _DOMAIN.fullmatch(domain) is None:
        return ""
    return f"{local}@{domain.lower()}"


def _masked(line: bytes) -> tuple[str, list[bytes]]:
    """The line with one private character for each run that only a name can hold."""
    runs: list[bytes] = []

    def mask(found: re.Match[bytes]) -> bytes:
        if len(runs) >= _MASKS_LIMIT:
            return b"?"
        runs.append(found.group())
        return b"\x00"

    try:
        line.decode("utf-8")
        pattern = _MASK_UTF_8
    except UnicodeDecodeError:
        pattern = _MASK_OTHER
    pieces = pattern.sub(mask, line.replace(b"\x00", b" ")).decode("latin-1").split("\x00")
    text = pieces[0]
    for number, piece in enumerate(pieces[1:]):
        text += chr(_MASK_BASE + number) + piece
    return text, runs


def _name(masked: str, runs: list[bytes]) -> str:
    raw = b"".join(
        runs[ord(c) - _MASK_BASE] if ord(c) >= _MASK_BASE else c.encode("latin-1") for c in masked
    )
    return text_of(raw)


def _taken_apart(masked: str, runs: list[bytes]) -> list[Mailbox]:
    found: list[Mailbox] = []
    box = _Open()
    depth = 0
    groups = ";" in masked
    for piece in _tokens(masked):
        if depth or piece == "(":
            depth += (piece == "(") - (piece == ")")
            box.comment.append(piece if piece not in "()" else " ")
        elif piece == "<":
            box.angle, box.inside = [], True
        elif piece == ">":
            box.inside = False
        elif box.inside and box.angle is not None:
            box.angle.append(piece)
        elif piece in {",", ";"}:
            _close(box, runs, found)
            box = _Open()
            if len(found) >= ADDRESSES_LIMIT:
                return found
        elif piece == ":" and groups:
            box.name.clear()  # the name of a group
        else:
            box.name.append(piece)
    _close(box, runs, found)
    return found


def _tokens(masked: str) -> list[str]:
    out: list[str] = []
    for piece in _TOKEN.finditer(masked):
        if piece[1] is not None and not piece[2]:
            # A quotation mark that is never closed is no quotation mark.
            out += [t.group() for t in _TOKEN.finditer(piece.group().replace('"', " "))]
        else:
            out.append(piece.group())
    return out


def _close(box: _Open, runs: list[bytes], found: list[Mailbox]) -> None:
    name = "".join(_unquoted(token) for token in box.name).strip()
    address = address_of("".join(box.angle)) if box.angle is not None else ""
    if not address and "@" in name:
        name, address = _bare("".join(box.name))
    name = name or "".join(box.comment).strip()
    if name or address:
        found.append(Mailbox(_name(name, runs), address))


def _bare(text: str) -> tuple[str, str]:
    """An address without < >: the one word that is one; the other words are a name."""
    whole = address_of(text)
    if whole:
        return "", whole
    words = text.split()
    for place, word in enumerate(words):
        address = address_of(word)
        if address:
            return " ".join(words[:place] + words[place + 1 :]), address
    return text, ""


def _unquoted(token: str) -> str:
    if token.startswith('"'):
        return _ESCAPED.sub(r"\1", token[1:-1])
    return token
