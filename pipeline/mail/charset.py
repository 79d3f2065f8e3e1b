"""Bytes of unknown or wrongly named character sets, as text.

Law of this file: the bytes decide, the label only helps.  Python's codecs for ISO-2022-JP and
EUC-JP refuse or silently change what Windows, Java and telephones really send, so both are read
here through the one table that all those senders share, cp932.  Nothing raises; what cannot be
read becomes U+FFFD and is counted.  What is known to be one character, but a character that only
its sender's machine has, becomes 〓, the printers' mark for a type that is missing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from pipeline.mail.jis import (
    GETA,
    JIS_ESCAPE,
    REPLACEMENT,
    decode_cp932,
    decode_euc,
    decode_jis,
    restore_escapes,
)
from pipeline.mail.likeness import SAMPLE, has_kana, hiragana, is_half_kana, score

__all__ = ["REPLACEMENT", "UNREADABLE", "Text", "decode"]

UNREADABLE: Final = re.compile("[\ufffd〓\ue000-\uf8ff]")
"""Characters that nobody can copy from the text: unread, missing, or private to a sender."""

_FAMILIES: Final = tuple(
    (family, re.compile(labels))
    for family, labels in (
        ("jis", r"(?:x-.*)?iso-?2022-?jp.*|csiso2022jp\d?|jis|(?:x-windows-|cp|ms)5022[012x]"),
        ("euc", r"(?:x-)?euc(?:-?jp|-?jis)?(?:-.*|ms)?|ujis|.*(?:51932|20932)|cseuc.*japanese"),
        ("sjis", r".*(?:shift-?jis|sjis|31j|932|943|ms-?kanji).*"),
        ("gb", r"(?:x-|cs)?gb-?k?(?:2312|18030)?(?:-80)?|(?:cp|ms|windows-)936|chinese"),
        ("wide", r"(?:utf|ucs)-?(?:16|32|2|4)(?:[bl]e)?|unicode"),
    )
)
"""How the labels of one family are written. EUC-KR and EUC-CN are no `euc` of ours."""
_OTHER: Final = re.compile(
    r"iso-8859-\d{1,2}|windows-125\d|cp125\d|koi8-[ru]|big5(?:-hkscs)?|euc-kr|ks-c-5601-1987|cp949"
    r"|utf-7|macintosh|tis-620|iso-2022-kr|hz|hz-gb-2312"
)
"""Further labels whose codec is trusted. Python knows codecs that no mail may ask for."""
_LATIN: Final = re.compile(r"iso-8859-1|windows-1252|cp1252")
_SEVEN_BIT: Final = re.compile(r"utf-7|iso-2022-kr|hz|hz-gb-2312")
"""What may look like ASCII without being it."""

_PAIRED: Final = re.compile(rb"\xed([\xa0-\xaf][\x80-\xbf])\xed([\xb0-\xbf][\x80-\xbf])")
"""A character above U+FFFF as two halves of three bytes each (CESU-8), which is no UTF-8."""
_C1: Final = {ord(bytes((n,)).decode("cp1252", "ignore") or "?"): n for n in range(0x80, 0xA0)}
"""What Windows shows for the control bytes of ISO 8859-1."""
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SOUND_MARK: Final = re.compile("([う-ゝウ-ヽ])([\u3099-\u309cﾞﾟ])")
_COMBINING: Final = str.maketrans("゛゜ﾞﾟ", "\u3099\u309a\u3099\u309a")
_FEW: Final = 40
"""Bytes that may be valid UTF-8 by chance."""
_CERTAIN: Final = 3
"""So many hiragana are no accident."""
_MUCH: Final = 40
"""Neither is such a score, of katakana and common kanji alone."""


class Text(NamedTuple):
    """Decoded text, and how far it can be trusted."""

    text: str
    charset: str
    """What it was read as."""
    confidence: Literal["sure", "guess"]
    replaced: int
    """How many characters are U+FFFD, the sender's own ones included."""


def decode(raw: bytes, label: str | None = None) -> Text:
    """Decode the bytes of one text part or header, labelled or not. Never raises."""
    if raw[:1] in _BOM_STARTS and (marked := _by_mark(raw)) is not None:
        return marked
    name = _normal(label) if label else ""
    if (b"\x1b" in raw or b"\x0e" in raw) and _is_jis(raw, name):
        return _text(decode_jis(raw), "iso-2022-jp")
    if raw.isascii():
        return _ascii(raw, name)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > _FEW:
            # UTF-8 to the end, where it was cut inside a character.
            return _text(raw.decode("utf-8", "replace"), "utf-8")
        return _no_utf_8(raw, name)
    return _by_label(raw, name, text) or _twice(text) or _text(text, "utf-8")


_BOM_STARTS: Final = frozenset({b"\xef", b"\xfe", b"\xff"})


def _by_mark(raw: bytes) -> Text | None:
    if raw.startswith(b"\xef\xbb\xbf"):
        return _text(raw[3:].decode("utf-8", "replace"), "utf-8")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _text(raw.decode("utf-16", "replace"), "utf-16")
    return None


@lru_cache(maxsize=256)
def _normal(label: str) -> str:
    """A label in lower case with hyphens, without quotes and RFC 2231 language."""
    name = label.strip(" \t\"';").partition("*")[0].lower().replace("_", "-")[:40]
    return name.partition(";")[0].strip(" \"'")


@lru_cache(maxsize=256)
def _family(name: str) -> str:
    """The family of a normal label; "" when it has none here."""
    if _OTHER.fullmatch(name):
        return ""
    return next((family for family, labels in _FAMILIES if labels.fullmatch(name)), "")


def _text(text: str, charset: str, confidence: Literal["sure", "guess"] = "sure") -> Text:
    if any(map(text.__contains__, "\u3099\u309a゛゜ﾞﾟ")):
        text = _SOUND_MARK.sub(_voiced, text)
    return Text(text, charset, confidence, text.count(REPLACEMENT))


def _voiced(found: re.Match[str]) -> str:
    # By hand, for NFC over the whole text would change 神 (U+FA19) and other people's names.
    one = unicodedata.normalize("NFC", found[1] + found[2].translate(_COMBINING))
    return one if len(one) == 1 else found.group()


# ---------------------------------------------------------------- seven bits


def _is_jis(raw: bytes, name: str) -> bool:
    return JIS_ESCAPE.search(raw) is not None and name != "iso-2022-kr"


def _ascii(raw: bytes, name: str) -> Text:
    if b"$" in raw and (b"(B" in raw or b"(J" in raw):
        restored = restore_escapes(raw)
        if restored is not None and (_family(name) == "jis" or score(restored) > _CERTAIN):
            return _text(restored, "iso-2022-jp", "guess")
    if _SEVEN_BIT.fullmatch(name) is not None:
        text = _strict(raw, name)
    else:
        text = _wide(raw, name) if _family(name) == "wide" else None
    return Text(raw.decode("ascii"), "us-ascii", "sure", 0) if text is None else _text(text, name)


# ---------------------------------------------------------------- eight bits


def _by_label(raw: bytes, name: str, text: str) -> Text | None:
    """A few bytes may be UTF-8 by chance: then the label counts, if it makes better sense."""
    if len(raw) > _FEW or _family(name) not in _READERS:
        return None
    labelled = _labelled(raw, name)
    better = labelled is not None and score(labelled.text) > score(text)
    return labelled if better else None


def _twice(text: str) -> Text | None:
    """UTF-8 that was taken for a Western set and encoded again, where that is certain."""
    if "ã" not in text:
        return None
    try:
        inner = text.translate(_C1).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    return _text(inner, "utf-8") if hiragana(inner) >= _CERTAIN else None


def _no_utf_8(raw: bytes, name: str) -> Text:
    if _PAIRED.search(raw) is not None:
        text = _strict(_PAIRED.sub(_joined_halves, raw), "utf-8")
        if text is not None:
            return _text(text, "utf-8")
    return _labelled(raw, name) or _guess(raw, name)


def _joined_halves(found: re.Match[bytes]) -> bytes:
    halves = found.group().decode("utf-8", "surrogatepass")
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()


def _labelled(raw: bytes, name: str) -> Text | None:
    """What the label says, when the bytes agree with it."""
    family = _family(name)
    if family in _READERS:
        charset, reader = _READERS[family]
        text = reader(raw)
        if REPLACEMENT in text or (GETA in text and score(text) <= 0):
            return None
        if family == "sjis" and is_half_kana(text):
            return _half_kana(raw, text)
        return _text(text, charset)
    if family == "gb":
        found, charset = _strict(raw, "gb18030"), "gb18030"
    elif family == "wide":
        found, charset = _wide(raw, name), name
    elif _OTHER.fullmatch(name) and _LATIN.fullmatch(name) is None:
        found, charset = _strict(raw, name), name
    else:
        return None
    return _text(found, charset) if found is not None else None


def _half_kana(raw: bytes, text: str) -> Text | None:
    """Half-width kana under a Shift_JIS label: EUC-JP looks like that, too."""
    other = decode_euc(raw)
    if REPLACEMENT in other:
        return _text(text, "cp932")
    return None if hiragana(other) else _text(text, "cp932", "guess")


def _wide(raw: bytes, name: str) -> str | None:
    """UTF-16 or UTF-32 without a mark: in the order that makes sense."""
    codec = "utf-32" if "32" in name or "4" in name else "utf-16"
    read = [text for order in ("-be", "-le") if (text := _strict(raw, codec + order)) is not None]
    return max(read, key=score, default=None)


def _guess(raw: bytes, name: str) -> Text:
    """The best of what a Japanese mail can be; another alphabet only where none of it fits."""
    part = raw[: 2 * SAMPLE]
    readers = (*_READERS.values(), ("utf-8", _utf_8))
    ranked = sorted(((score(reader(part)), charset) for charset, reader in readers), reverse=True)
    best, charset = ranked[0]
    text = dict(readers)[charset](raw)
    clean = REPLACEMENT not in text
    if _family(name) not in _READERS and not (clean and has_kana(text)):
        latin = _strict(raw, "cp1252")
        if latin is not None and (_LATIN.fullmatch(name) or best <= 0):
            return _text(latin, "windows-1252", "guess")
    telling = hiragana(text) >= _CERTAIN or best > _MUCH
    certain = clean and telling and best > 2 * ranked[1][0]
    return _text(text, charset, "sure" if certain else "guess")


def _utf_8(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        text = raw.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None
    # Python's UTF-7 lets halves of characters through.
    return None if _SURROGATE.search(text) is not None else text


_READERS: Final[dict[str, tuple[str, Callable[[bytes], str]]]] = {
    "sjis": ("cp932", decode_cp932),
    "euc": ("euc-jp", decode_euc),
}
