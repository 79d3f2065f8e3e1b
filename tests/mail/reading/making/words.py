"""How mail programs write Japanese into header fields, right and wrong.

Each way is a function from text to the bytes of a field's value (or of a name before <address>).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

from tests.mail.reading.making.coding import Euc, Jis, windows_31j

Way = Callable[[str], bytes]
FOLD = b"\r\n "


def word(raw: bytes, label: str) -> bytes:
    """One encoded word."""
    return b"=?%s?B?%s?=" % (label.encode(), b64encode(raw))


def whole(encode: Callable[[str], bytes], label: str, width: int = 12) -> Way:
    """Words of whole characters, folded: what the standard asks for."""

    def write(text: str) -> bytes:
        if text.isascii():
            return text.encode()
        pieces = [text[at : at + width] for at in range(0, len(text), width)]
        return FOLD.join(word(encode(piece), label) for piece in pieces)

    return write


def cut(encode: Callable[[str], bytes], label: str, width: int = 23) -> Way:
    """Words cut wherever the bytes happen to be enough, inside a character too."""

    def write(text: str) -> bytes:
        raw = encode(text)
        pieces = [raw[at : at + width] for at in range(0, len(raw), width)]
        return FOLD.join(word(piece, label) for piece in pieces)

    return write


def unpadded(text: str) -> bytes:
    """Base64 without its = at the end."""
    return b"=?UTF-8?B?" + b64encode(text.encode()).rstrip(b"=") + b"?="


def q(text: str) -> bytes:
    """Quoted-printable words; a space is an underscore."""
    pieces = [text[at : at + 6] for at in range(0, len(text), 6)]
    return FOLD.join(
        b"=?utf-8?Q?"
        + b"".join(b"_" if byte == 0x20 else b"=%02X" % byte for byte in piece.encode())
        + b"?="
        for piece in pieces
    )


def in_quotes(way: Way) -> Way:
    """An encoded word inside quotation marks, which is forbidden and common."""
    return lambda text: b'"' + way(text) + b'"'


def raw(encode: Callable[[str], bytes]) -> Way:
    """Bytes as they are."""
    return encode


def raw_in_quotes(encode: Callable[[str], bytes]) -> Way:
    """Bytes as they are, inside quotation marks."""
    return lambda text: b'"' + encode(text) + b'"'


def _utf8(text: str) -> bytes:
    return text.encode()


WAYS: dict[str, Way] = {
    "utf8-b": whole(_utf8, "UTF-8"),
    "utf8-q": q,
    "utf8-cut": cut(_utf8, "UTF-8", 40),
    "utf8-language": whole(_utf8, "utf-8*ja"),
    "utf8-unpadded": unpadded,
    "utf8-quoted": in_quotes(whole(_utf8, "utf-8", 40)),
    "utf8-raw": raw(_utf8),
    "utf8-raw-quoted": raw_in_quotes(_utf8),
    "jis-b": whole(Jis(kana="wide"), "ISO-2022-JP"),
    "jis-kana": whole(Jis(), "ISO-2022-JP"),
    "jis-java": whole(Jis(java=True), "iso-2022-jp"),
    "jis-cut": cut(Jis(), "ISO-2022-JP"),
    "jis-open": whole(Jis(closed=False), "ISO-2022-JP"),
    "jis-quoted": in_quotes(whole(Jis(), "iso-2022-jp", 40)),
    "jis-raw": raw(Jis()),
    "jis-raw-quoted": raw_in_quotes(Jis()),
    "jis-language": whole(Jis(), "ISO-2022-JP*ja-JP"),
    "sjis-b": whole(windows_31j, "Shift_JIS"),
    "sjis-windows31j": whole(windows_31j, "windows-31j"),
    "sjis-cut": cut(windows_31j, "x-sjis", 25),
    "sjis-raw": raw(windows_31j),
    "euc-b": whole(Euc(), "EUC-JP"),
    "gb2312-b": whole(lambda text: text.encode("gb18030"), "gb2312"),
    "utf8-single-words": whole(_utf8, "utf-8", 1),
    "jis-mixed-lower": whole(Jis(), "iso-2022-jp", 7),
    "cp50221-b": whole(Jis(), "cp50221"),
}
"""By name; each can write row 13 and IBM's kanji."""
UNICODE = ("utf8-b", "utf8-q", "utf8-cut", "utf8-language", "utf8-unpadded", "utf8-quoted")
"""The ways that can write all of Unicode."""
