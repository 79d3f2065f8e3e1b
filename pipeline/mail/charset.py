"""Bytes of unknown or wrongly named character sets, as text.

Law of this file: the bytes decide, the label only helps.  Python's codecs for ISO-2022-JP and
EUC-JP refuse or silently change what Windows, Java and telephones really send, so both are read
here through the one table that all those senders share, cp932.  Nothing raises; what cannot be
read becomes U+FFFD and is counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from pipeline.mail.jis import JIS_ESCAPE, decode_euc, decode_jis, restore_escapes

REPLACEMENT: Final = "\ufffd"

_FAMILIES: Final = {
    "sjis": (
        "shift-jis", "shiftjis", "sjis", "x-sjis", "windows-31j", "cswindows31j", "ms932", "cp932",
        "ms-kanji", "csshiftjis", "cp943", "cp943c", "x-ms-cp932", "windows-932", "shift-jisx0213",
        "shift-jis-2004",
    ),
    "euc": (
        "euc-jp", "eucjp", "x-euc-jp", "x-euc", "cp51932", "eucjp-ms", "eucjp-win", "ujis",
        "cseucpkdfmtjapanese", "euc-jisx0213", "euc-jis-2004",
    ),
    "jis": (
        "iso-2022-jp", "iso-2022-jp-1", "iso-2022-jp-2", "iso-2022-jp-3", "iso-2022-jp-2004",
        "iso-2022-jp-ext", "iso-2022-jp-ms", "iso2022-jp", "iso2022jp", "csiso2022jp", "jis",
        "cp50220", "cp50221", "cp50222", "x-windows-iso2022jp",
    ),
    "gb": ("gb2312", "gbk", "gb18030", "cp936", "x-gbk", "gb-2312", "hz-gb-2312"),
}  # fmt: skip
_FAMILY: Final = {label: family for family, labels in _FAMILIES.items() for label in labels}
_OTHER: Final = re.compile(
    r"iso-8859-\d{1,2}|windows-125\d|cp125\d|koi8-[ru]|big5(?:-hkscs)?|euc-kr|ks-c-5601-1987|cp949"
    r"|utf-16(?:be|le)?|utf-32(?:be|le)?|utf-7|macintosh|tis-620"
)
"""Further labels whose codec is trusted. Python knows codecs that no mail may ask for."""
_LATIN: Final = re.compile(r"iso-8859-1|windows-1252|cp1252")
_WIDE: Final = re.compile(r"utf-(?:7|16|32)")

_HIRAGANA: Final = re.compile("[ぁ-ん、。]")
_KATAKANA: Final = re.compile("[ァ-ヶー]")
_HALF_KANA: Final = re.compile("[｡-ﾟ]")
_BAD: Final = re.compile("[\ufffd\ue000-\uf8ff]")
_KANJI: Final = re.compile("[一-龥]")
_VENDOR: Final = re.compile("[①-⑳Ⅰ-Ⅹ㈱№℡々〆\uf929-\ufa2d]")
"""What Windows adds to the standard, and people write."""
_FOREIGN: Final = re.compile("[\u0370-\u1fff\uac00-\ud7a3]")
"""Letters that Japanese mail does not hold, Greek to Hangul."""
_LEVEL_1: Final = range(0xB0, 0xD0)
"""Lead bytes of JIS level 1 (the common kanji) in EUC-JP."""
_FEW: Final = 40
"""Bytes that may be valid UTF-8 by chance."""
_SAMPLE: Final = 4000
"""Characters that a guess looks at."""


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
    if raw.startswith(b"\xef\xbb\xbf"):
        return _text(raw[3:].decode("utf-8", "replace"), "utf-8")
    if (b"\x1b" in raw or b"\x0e" in raw) and JIS_ESCAPE.search(raw) is not None:
        return _text(decode_jis(raw), "iso-2022-jp")
    name = _normal(label) if label else ""
    if raw.isascii():
        return _ascii(raw, name)
    try:
        text = raw.decode("utf-8")
        return _by_label(raw, name, text) or _text(text, "utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > _FEW:
            # UTF-8 to the end, where it was cut inside a character.
            return _text(raw.decode("utf-8", "replace"), "utf-8")
        return _labelled(raw, name) or _guess(raw, name)


@lru_cache(maxsize=256)
def _normal(label: str) -> str:
    """A label as the tables have it: lower case, hyphens, no quotes, no RFC 2231 language."""
    return label.strip(" \t\"'").partition("*")[0].lower().replace("_", "-")[:40]


def _text(text: str, charset: str, confidence: Literal["sure", "guess"] = "sure") -> Text:
    return Text(text, charset, confidence, text.count(REPLACEMENT))


def _ascii(raw: bytes, name: str) -> Text:
    if _FAMILY.get(name) == "jis" and b"$" in raw:
        restored = restore_escapes(raw)
        if restored is not None:
            return _text(restored, "iso-2022-jp", "guess")
    if _WIDE.match(name) is not None:
        wide = _strict(raw, name)
        if wide is not None:
            return _text(wide, name)
    return Text(raw.decode("ascii"), "us-ascii", "sure", 0)


def _labelled(raw: bytes, name: str) -> Text | None:
    """What the label says, when the bytes agree with it."""
    family = _FAMILY.get(name)
    if family == "gb":
        text = _strict(raw, "gb18030")
        return _text(text, "gb18030") if text is not None else None
    if family in _READERS:
        charset, reader = _READERS[family]
        text = reader(raw)
        if _BAD.search(text) is not None or (family == "sjis" and _is_really_euc(raw, text)):
            return None
        return _text(text, charset)
    if _OTHER.fullmatch(name) and _LATIN.fullmatch(name) is None:
        text = _strict(raw, name)
        return _text(text, name) if text is not None else None
    return None


def _by_label(raw: bytes, name: str, text: str) -> Text | None:
    """A few bytes may be UTF-8 by chance: then the label counts, if it makes better sense."""
    if len(raw) > _FEW or _FAMILY.get(name) not in _READERS:
        return None
    labelled = _labelled(raw, name)
    better = labelled is not None and _score(labelled.text) > _score(text)
    return labelled if better else None


def _is_really_euc(raw: bytes, text: str) -> bool:
    """EUC-JP under a Shift_JIS label: it decodes, into half-width kana and nothing else."""
    if len(_HALF_KANA.findall(text[:_SAMPLE])) * 2 <= len(text[:_SAMPLE]):
        return False
    other = decode_euc(raw)
    return _BAD.search(other) is None and _HIRAGANA.search(other) is not None


def _guess(raw: bytes, name: str) -> Text:
    """The best of what a Japanese mail can be; another alphabet only where none of it fits."""
    part = raw[: 2 * _SAMPLE]
    readers = (*_READERS.values(), ("utf-8", _utf_8))
    ranked = sorted(((_score(reader(part)), charset) for charset, reader in readers), reverse=True)
    best, charset = ranked[0]
    text = dict(readers)[charset](raw)
    clean = _BAD.search(text) is None
    if not clean or not (_HIRAGANA.search(text) or _KATAKANA.search(text)):
        latin = _strict(raw, "cp1252")
        if latin is not None and (_LATIN.fullmatch(name) or best <= 0):
            return _text(latin, "windows-1252", "guess")
    certain = clean and len(_HIRAGANA.findall(text[:_SAMPLE])) >= 3 and best > 2 * ranked[1][0]  # noqa: PLR2004 - see the docstring of Text
    return _text(text, charset, "sure" if certain else "guess")


def _score(text: str) -> float:
    """How much a reading looks like Japanese that somebody wrote."""
    part = text[:_SAMPLE]
    common, rare = _kanji_levels(part)
    return (
        3 * len(_HIRAGANA.findall(part))
        + 2 * len(_KATAKANA.findall(part))
        + 2 * common
        + len(_VENDOR.findall(part))
        - rare
        - 2 * len(_FOREIGN.findall(part))
        - 0.5 * len(_HALF_KANA.findall(part))
        - 20 * len(_BAD.findall(part))
    )


def _kanji_levels(text: str) -> tuple[int, int]:
    codes = [c.encode("euc_jp", "ignore") for c in _KANJI.findall(text)]
    common = sum(code[:1] != b"" and code[0] in _LEVEL_1 for code in codes)
    return common, len(codes) - common


def _cp932(raw: bytes) -> str:
    return raw.decode("cp932", "replace")


def _utf_8(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeDecodeError, LookupError):
        return None


_READERS: Final[dict[str, tuple[str, Callable[[bytes], str]]]] = {
    "sjis": ("cp932", _cp932),
    "euc": ("euc-jp", decode_euc),
}
