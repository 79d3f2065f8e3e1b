"""How mail programs turn Japanese text into bytes, right and wrong.

Law of this file: nothing of the reader is used.  The bytes come from Python's encoders and from the
arithmetic of JIS X 0208, written here from the standard's side; glibc's `iconv` agrees (a test).
"""

from __future__ import annotations

import quopri
from base64 import encodebytes
from collections.abc import Callable
from dataclasses import dataclass, replace

ESC = b"\x1b"
ASCII = ESC + b"(B"

_JAVA = {"髙": b"\x74\x29", "﨑": b"\x73\x49", "德": b"\x73\x4a", "～": b"\x22\x37"}
"""Where Java's CP50220 and CP50221 put IBM's kanji: JIS X 0212, rows 83 and 84."""
_EUC_MS = {"髙": b"\xf4\xfb", "﨑": b"\xf4\xbd", "德": b"\xf4\xbe"}
"""Where eucJP-ms puts them: code set 3, behind 0x8F."""
_VOICED = {"ﾞ": "゛", "ﾟ": "゜"}
_WIDE = dict(
    zip(
        "｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ",
        "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン",
        strict=True,
    )
)
_IBM = {
    bytes((lead, trail)).decode("cp932"): bytes((lead, trail))
    for lead in (0xFA, 0xFB, 0xFC)
    for trail in range(0x40, 0xFD)
    if trail != 0x7F and (lead, trail) <= (0xFC, 0x4B)
}
"""Windows writes IBM's kanji at FA40 to FC4B; Python's encoder prefers NEC's copy of them."""


def is_half_kana(char: str) -> bool:
    """Whether it is a half-width katakana."""
    return "｡" <= char <= "ﾟ"


def windows_31j(text: str) -> bytes:
    """CP932 as Windows writes it."""
    return b"".join(_windows(char) for char in text)


def _windows(char: str) -> bytes:
    if char in _IBM and char > "〇":
        return _IBM[char]
    return _like_windows(char).encode("cp932")


def _like_windows(char: str) -> str:
    return {"〜": "～", "−": "－", "‖": "∥", "—": "―"}.get(char, char)


def pair(char: str) -> bytes:
    """The two 7-bit bytes of a character: JIS X 0208 with NEC's row 13 and rows 89 to 92."""
    lead, trail = _like_windows(char).encode("cp932")
    row = (lead - (0xC1 if lead >= 0xE0 else 0x81)) * 2 + 0x21
    if trail >= 0x9F:
        return bytes((row + 1, trail - 0x7E))
    return bytes((row, trail - (0x20 if trail >= 0x80 else 0x1F)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Jis:
    """A way of writing ISO-2022-JP; called with a text it gives the bytes."""

    kana: str = "escape"
    """Half-width kana: "escape" ESC ( I, "shift" SO and SI, "raw" 8-bit, "wide", or Java's."""
    java: bool = False
    """IBM's kanji and the wave dash as JIS X 0212."""
    two: bytes = b"$B"
    one: bytes = b"(B"
    over_lines: bool = False
    """Stay in two-byte mode where a line ends."""
    closed: bool = True
    """Whether the last run is closed."""

    def __call__(self, text: str) -> bytes:
        """Encode."""
        out, mode = b"", ""
        for char in self._prepared(text):
            wanted, raw = self._cell(char)
            if char in "\r\n" and self.over_lines:
                wanted = mode
            if wanted != mode:
                out += self._switch(mode, wanted)
            mode = wanted
            out += raw
        return out + (self._switch(mode, "") if self.closed else b"")

    def _prepared(self, text: str) -> str:
        if self.kana not in {"wide", "java"}:
            return text
        out = ""
        for char in text:
            if char in _VOICED:
                both = chr(ord(out[-1]) + (1 if char == "ﾞ" else 2))
                out = out + _VOICED[char] if self.kana == "java" else out[:-1] + both
            else:
                out += _WIDE.get(char, char)
        return out

    def _cell(self, char: str) -> tuple[str, bytes]:
        if char.isascii():
            return "", char.encode()
        if is_half_kana(char):
            byte = char.encode("cp932")
            return ("", byte) if self.kana == "raw" else (self.kana, bytes((byte[0] & 0x7F,)))
        if self.java and char in _JAVA:
            return "0212", _JAVA[char]
        return "0208", pair(char)

    def _switch(self, old: str, new: str) -> bytes:
        closing = b"\x0f" if old == "shift" else b""
        if old == "shift" and not new:
            return closing
        marks = {
            "": ESC + self.one,
            "0208": ESC + self.two,
            "0212": ESC + b"$(D",
            "escape": ESC + b"(I",
            "shift": (ASCII if old in {"0208", "0212"} else b"") + b"\x0e",
        }
        return closing + (marks[new] if new != old else b"")


def stripped(text: str) -> bytes:
    """ISO-2022-JP whose escape characters a gateway took away."""
    return Jis(kana="wide")(text).replace(ESC, b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Euc:
    """A way of writing EUC-JP."""

    ms: bool = False
    """IBM's kanji behind 0x8F (eucJP-ms); else in rows 89 to 92 (CP51932)."""

    def __call__(self, text: str) -> bytes:
        """Encode."""
        return b"".join(self._cell(char) for char in text)

    def _cell(self, char: str) -> bytes:
        if char.isascii():
            return char.encode()
        if is_half_kana(char):
            return b"\x8e" + char.encode("cp932")
        if self.ms and char in _EUC_MS:
            return b"\x8f" + _EUC_MS[char]
        return bytes(byte | 0x80 for byte in pair(char))


def _utf8(text: str) -> bytes:
    return text.encode()


def _utf8_marked(text: str) -> bytes:
    return text.encode("utf-8-sig")


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be")


def _utf16_marked(text: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le")


def _gbk(text: str) -> bytes:
    return text.encode("gb18030")


def _nfd_kana(text: str) -> bytes:
    """UTF-8 of a Mac: kana with their sound marks apart."""
    import unicodedata

    return "".join(
        unicodedata.normalize("NFD", c) if "ぁ" <= c <= "ヿ" else c for c in text
    ).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """How a text part travels."""

    name: str
    label: str | None
    """The charset parameter; None: the header does not say."""
    encode: Callable[[str], bytes]
    transfer: str = "8bit"
    flowed: bool = False
    rare: bool = True
    """Whether IBM's kanji and row 13 can be written."""
    astral: bool = False
    """Whether all of Unicode can be written."""
    sure: bool = True
    """Whether a reader can know; if not, a person may be asked."""

    def header(self) -> bytes:
        """Content-Type and Content-Transfer-Encoding of a plain text part."""
        return self.header_of("plain")

    def header_of(self, kind: str) -> bytes:
        """The same for text/`kind`."""
        out = f"Content-Type: text/{kind}"
        if self.label is not None:
            out += f"; charset={self.label}"
        if self.flowed and kind == "plain":
            out += "; format=flowed"
        if self.transfer != "none":
            out += f"\r\nContent-Transfer-Encoding: {self.transfer}"
        return out.encode()

    def payload(self, text: str) -> bytes:
        """The part's body, lines ended by CRLF."""
        if self.flowed:  # a space at the end of a line would join it to the next
            text = "\n".join(line.rstrip(" ") for line in text.split("\n"))
        raw = self.encode(text.replace("\n", "\r\n"))
        if self.transfer == "base64":
            return encodebytes(raw).replace(b"\n", b"\r\n")
        if self.transfer == "quoted-printable":
            quoted = quopri.encodestring(raw.replace(b"\r\n", b"\n"))
            return quoted.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return raw

    def carries(self, text: str) -> bool:
        """Whether this coding can write the text."""
        if not self.astral:
            try:
                text.replace("〜", "～").replace("−", "－").encode("cp932")
            except UnicodeEncodeError:
                return False
        return self.rare or not any(c in text for c in "髙﨑德①②③④㈱㈲℡Ⅰ")

    def but(self, **changes: object) -> Coding:
        """The same with something changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # the fields above


def _coding(
    name: str,
    label: str | None,
    encode: Callable[[str], bytes],
    transfer: str = "8bit",
    **more: bool,
) -> Coding:
    return Coding(name=name, label=label, encode=encode, transfer=transfer, **more)


UTF8 = _coding("utf8-base64", "UTF-8", _utf8, "base64", astral=True)
JIS = _coding("jis", "ISO-2022-JP", Jis(kana="wide"), "7bit")
SJIS = _coding("sjis", "Shift_JIS", windows_31j)

CODINGS: tuple[Coding, ...] = (
    UTF8,
    _coding("utf8-qp", '"utf-8"', _utf8, "quoted-printable", astral=True),
    _coding("utf8-8bit", "utf8", _utf8, astral=True),
    _coding("utf8-bom-unlabelled", None, _utf8_marked, astral=True),
    _coding("utf8-unlabelled", None, _utf8, "none", astral=True),
    _coding("utf8-called-ascii", "us-ascii", _utf8, astral=True),
    _coding("utf8-called-jis", "ISO-2022-JP", _utf8, "8bit", astral=True),
    _coding("utf8-called-sjis", "Shift_JIS", _utf8, "base64", astral=True),
    _coding("utf8-called-latin1", "iso-8859-1", _utf8, "quoted-printable", astral=True),
    _coding("utf8-called-unknown", "unknown-8bit", _utf8, astral=True),
    _coding("utf8-mac-nfd", "utf-8", _nfd_kana, "quoted-printable", astral=True),
    _coding("utf8-flowed", "UTF-8", _utf8, flowed=True, astral=True),
    JIS,
    _coding("jis-kana-escape", "iso-2022-jp", Jis(), "7bit"),
    _coding("jis-kana-shift", "cp50222", Jis(kana="shift"), "7bit"),
    _coding("jis-kana-raw", "ISO-2022-JP", Jis(kana="raw")),
    _coding("jis-java", "ISO-2022-JP", Jis(kana="java", java=True), "7bit"),
    _coding("jis-java-escape", "x-windows-iso2022jp", Jis(java=True), "7bit"),
    _coding("jis-78", "ISO-2022-JP", Jis(kana="wide", two=b"$@", one=b"(J"), "7bit", rare=False),
    _coding("jis-esc-h", "ISO-2022-JP", Jis(kana="wide", one=b"(H"), "7bit"),
    _coding(
        "jis-open-lines", "ISO-2022-JP", Jis(kana="wide", over_lines=False, closed=False), "7bit"
    ),
    _coding("jis-base64", "iso-2022-jp", Jis(), "base64"),
    _coding("jis-qp", '"iso-2022-jp"', Jis(), "quoted-printable"),
    _coding("jis-called-ascii", "us-ascii", Jis(kana="wide"), "7bit"),
    _coding("jis-called-utf8", "UTF-8", Jis(kana="wide"), "7bit"),
    _coding("jis-unlabelled", None, Jis(kana="wide"), "none"),
    _coding("jis-cp50220", "cp50220", Jis(kana="wide"), "7bit"),
    _coding("jis-ms-label", "iso-2022-jp-ms", Jis(), "7bit"),
    _coding("jis-stripped", "ISO-2022-JP", stripped, "7bit", sure=False),
    _coding("jis-flowed", "ISO-2022-JP", Jis(), "7bit", flowed=True),
    SJIS,
    _coding("sjis-windows31j", "windows-31j", windows_31j, "base64"),
    _coding("sjis-cswindows31j", "csWindows31J", windows_31j, "quoted-printable"),
    _coding("sjis-x", "x-sjis", windows_31j),
    _coding("sjis-cp932", "CP932", windows_31j, "base64"),
    _coding("sjis-unlabelled", None, windows_31j, "none"),
    _coding("sjis-called-ascii", "us-ascii", windows_31j),
    _coding("sjis-called-utf8", "utf-8", windows_31j),
    _coding("sjis-called-jis", "iso-2022-jp", windows_31j),
    _coding("euc-cp51932", "EUC-JP", Euc()),
    _coding("euc-ms", "eucJP-ms", Euc(ms=True), "base64"),
    _coding("euc-x", "x-euc-jp", Euc(), "quoted-printable"),
    _coding("euc-unlabelled", None, Euc(), "none"),
    _coding("euc-called-sjis", "Shift_JIS", Euc()),
    _coding("gbk-called-gb2312", "gb2312", _gbk, "base64", astral=True),
    _coding("gb18030", "gb18030", _gbk, "quoted-printable", astral=True),
    _coding("sjis-called-latin1", "iso-8859-1", windows_31j),
    _coding("sjis-called-windows1252", '"Windows-1252"', windows_31j, "quoted-printable"),
    _coding("sjis-unclosed-quote", '"shift_jis', windows_31j),
    _coding("jis-2", "ISO-2022-JP-2", Jis(), "7bit"),
    _coding("jis-called-sjis", "Shift_JIS", Jis(kana="wide"), "7bit"),
    _coding("jis-7bit-capital", "ISO-2022-JP", Jis(kana="wide"), "7BIT"),
    _coding("euc-called-jis", "ISO-2022-JP", Euc()),
    _coding("utf8-called-eucjp", "EUC-JP", _utf8, "base64", astral=True),
    _coding("utf8-odd-transfer", "utf-8", _utf8, "8-bit", astral=True),
    _coding("utf16-be", "UTF-16BE", _utf16, "base64", astral=True),
    _coding("utf16-bom", "utf-16", _utf16_marked, "base64", astral=True),
)
BY_NAME = {coding.name: coding for coding in CODINGS}
