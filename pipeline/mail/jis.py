"""The double-byte encodings of Japanese: ISO-2022-JP, EUC-JP and Shift_JIS.

Law of this file: a state machine over bytes (RFC 1468) and tables, nothing of mail.  A double
byte is looked up through cp932, because that is what the senders mean by it: circled digits, ㈱
and the IBM kanji (髙, 﨑) stand there in rows that the standard leaves empty.  Rows that everybody
fills for themselves (gaiji, the pictures of telephones) become 〓.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

REPLACEMENT: Final = "\ufffd"
GETA: Final = "〓"
"""One character that only its sender's machine can show."""

JIS_ESCAPE: Final = re.compile(rb"\x1b(?:\([BHJI]|\$[@AB]|\$\([@BCDOPQ])|\x0e[\x21-\x5f]+\x0f")
"""Bytes that only ISO-2022-JP has: a designation, or half-width kana between SO and SI."""

_IBM: Final = (
    "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ＇＂㈱№℡炻仼僴凬匇匤﨎咊坙﨏塚"
    "增寬峵嵓﨑德悅愠敎昻晥晴朗栁﨓﨔橫櫢淸淲瀨凞猪甁皂皞益礰礼神祥福竧靖精綠"
    "緖羽荢﨟薰蘒﨡蠇諸譿賴赶﨣﨤逸郞都鄕﨧﨨閒隆﨩霻靍靑飯飼館馞髙魲鶴黑"
)
"""The IBM kanji, in the order in which they were put into rows 83 and 84 of JIS X 0212."""
_IBM_JIS: Final = 0
"""Where Java begins with them after ESC $ ( D, counted from row 83 cell 1."""
_IBM_EUC: Final = 82
"""Where eucJP-ms begins with them."""
_ROW_83: Final = 0x73
_CELLS: Final = range(0x21, 0x7F)
"""94 rows of 94 cells (ISO/IEC 2022)."""
_OWN_ROWS: Final = 0x75
"""From row 85 on the cells without a character are everybody's own."""


class _Cells(dict[int, str]):
    """Double bytes (as one number) to characters; filled in as they are met."""

    def __init__(self, lookup: Callable[[int, int], str]) -> None:
        super().__init__()
        self._lookup = lookup

    def __missing__(self, code: int) -> str:
        first, second = divmod(code, 256)
        inside = first in _CELLS and second in _CELLS
        self[code] = char = self._lookup(first, second) if inside else REPLACEMENT
        return char


def _jis_x_0208(first: int, second: int) -> str:
    """By the arithmetic that leads from a JIS cell to its two Shift_JIS bytes."""
    lead = ((first - 0x21) >> 1) + 0x81
    lead += 0x40 if lead > 0x9F else 0  # noqa: PLR2004 - the half-width kana lie between
    trail = second + (0x1F + (second >= 0x60) if first & 1 else 0x7E)  # noqa: PLR2004 - 0x7F is left out
    char = bytes((lead, trail)).decode("cp932", "replace")[:1]
    return GETA if char == REPLACEMENT and first >= _OWN_ROWS else char


def _jis_x_0212(ibm_from: int) -> Callable[[int, int], str]:
    def lookup(first: int, second: int) -> str:
        if (first, second) == (0x22, 0x37):
            return "～"
        if (first, second) == (0x74, 0x63) and ibm_from == _IBM_JIS:
            return "靍"
        if first >= _OWN_ROWS:
            return GETA
        if first >= _ROW_83:
            place = (first - _ROW_83) * 94 + second - 0x21
            # Below where eucJP-ms begins, only the other layout has anything.
            place -= ibm_from if place >= ibm_from else 0
            return _IBM[place] if place < len(_IBM) else REPLACEMENT
        return bytes((0x8F, first | 0x80, second | 0x80)).decode("euc_jp", "replace")[:1]

    return lookup


def _by_codec(escape: bytes, codec: str) -> Callable[[int, int], str]:
    def lookup(first: int, second: int) -> str:
        return (escape + bytes((first, second))).decode(codec, "replace")

    return lookup


_0208: Final = _Cells(_jis_x_0208)
_0212_JIS: Final = _Cells(_jis_x_0212(_IBM_JIS))
_0212_EUC: Final = _Cells(_jis_x_0212(_IBM_EUC))
_0213_1: Final = _Cells(_by_codec(b"\x1b$(Q", "iso2022_jp_2004"))
_0213_2: Final = _Cells(_by_codec(b"\x1b$(P", "iso2022_jp_2004"))
_GB2312: Final = _Cells(_by_codec(b"\x1b$A", "iso2022_jp_2"))
_KSC5601: Final = _Cells(_by_codec(b"\x1b$(C", "iso2022_jp_2"))

_ASCII: Final = None
_KANA: Final = "kana"
_STATES: Final[dict[bytes, _Cells | str | None]] = {
    b"\x1b(B": _ASCII, b"\x1b(H": _ASCII, b"\x1b(J": _ASCII, b"\x1b(I": _KANA,
    b"\x1b$@": _0208, b"\x1b$B": _0208, b"\x1b$(@": _0208, b"\x1b$(B": _0208,
    b"\x1b$(D": _0212_JIS, b"\x1b$(O": _0213_1, b"\x1b$(Q": _0213_1, b"\x1b$(P": _0213_2,
    b"\x1b$A": _GB2312, b"\x1b$(C": _KSC5601, b"\x0e": _KANA, b"\x0f": _ASCII,
}  # fmt: skip
_SHIFT: Final = re.compile(rb"(\x1b(?:\([BHJI]|\$[@AB]|\$\([@BCDOPQ])|[\x0e\x0f]|[\r\n]+)")
_RUN: Final = re.compile(rb"\x1b(?:\$[@B]([^\x1b\r\n]*)|\(I([^\x1b\r\n]*))(?:\x1b\([BJ])?")
_NOT_WINDOWS: Final = re.compile("[〜‖−¢£¬]")
_WINDOWS: Final = str.maketrans("〜‖−¢£¬", "～∥－￠￡￢")
"""Six cells that Python maps as Unix does; the senders' Windows means the other characters."""
_KANA_BYTES: Final = re.compile(rb"[\x00-\x7f\xa1-\xdf]*")
_PAIRS: Final = re.compile(rb"(?:[\x21-\x7e]{2})+|.", re.DOTALL)
_MARK: Final = re.compile(rb"\$[@B]|\(I(?=[\x21-\x5f]+\([BJ])")
_MARKED: Final = re.compile(rb"((?:[\x21-\x7e]{2})+?)\(([BJ])")
_MARKED_KANA: Final = re.compile(rb"([\x21-\x5f]+?)\(([BJ])")
_KANA_7BIT: Final = {code: chr(0xFF40 + code) for code in range(0x21, 0x60)}
_KANA_8BIT: Final = dict.fromkeys(range(0x80, 0x100), REPLACEMENT) | {
    code: chr(0xFEC0 + code) for code in range(0xA1, 0xE0)
}
_HIGH: Final = bytes(code | 0x80 if code in _CELLS else code for code in range(256))
_KANA_EUC: Final = tuple(
    bytes((0x8E, code | 0x80)) if code in _KANA_7BIT else bytes((code,)) for code in range(256)
)
_LOW: Final = bytes(code & 0x7F for code in range(256))


def decode_jis(raw: bytes) -> str:
    """ISO-2022-JP and what is sent under its name. A line's end always returns to ASCII."""
    if raw.isascii():
        euc = _RUN.sub(_raised, raw)
        text = _plain_euc(euc) if b"\x1b" not in euc and b"\x0e" not in euc else None
        if text is not None:
            return text
    return "".join(_shifted(raw))


def _raised(run: re.Match[bytes]) -> bytes:
    if run[1] is not None:
        return run[1].translate(_HIGH)
    return b"".join(map(_KANA_EUC.__getitem__, run[2]))


def _plain_euc(raw: bytes) -> str | None:
    """By Python's own codec, where everything is in the part of it that can be trusted."""
    try:
        text = raw.decode("euc_jp")
    except UnicodeDecodeError:
        return None
    return text.translate(_WINDOWS) if _NOT_WINDOWS.search(text) is not None else text


def _shifted(raw: bytes) -> list[str]:
    """Piece by piece, through the state machine."""
    out: list[str] = []
    state: _Cells | str | None = _ASCII
    for place, piece in enumerate(_SHIFT.split(raw)):
        if place % 2 == 0:
            if piece:
                out.append(_segment(piece, state))
        elif piece[:1] in b"\r\n":
            state = _ASCII
            out.append(piece.decode("ascii"))
        else:
            state = _STATES[piece]
    return out


def _segment(piece: bytes, state: _Cells | str | None) -> str:
    if isinstance(state, _Cells):
        return _double(piece, state)
    if state is not None and piece.isascii():
        return piece.decode("ascii").translate(_KANA_7BIT)
    if piece.isascii():
        return piece.decode("ascii")
    if _KANA_BYTES.fullmatch(piece) is None:
        # Not kana with the eighth bit: some other text that was pasted between.
        for codec in ("utf-8", "cp932"):
            try:
                return piece.decode(codec)
            except UnicodeDecodeError:
                continue
    return piece.decode("latin-1").translate(_KANA_8BIT)


def _double(piece: bytes, cells: _Cells) -> str:
    if len(piece) % 2 == 0 and piece.isascii():
        text = _plain_euc(piece.translate(_HIGH)) if cells is _0208 else None
        if text is not None:
            return text
        # Every double byte read as one number, and all of them looked up at once.
        text = piece.decode("utf-16-be").translate(cells)
        if REPLACEMENT not in text:
            return text
    return "".join(_pieces(piece, cells))


def _pieces(piece: bytes, cells: _Cells) -> list[str]:
    """The same for a run that was cut or has strange bytes in it."""
    out: list[str] = []
    for found in _PAIRS.finditer(piece):
        pair = found.group()
        if len(pair) > 1:
            out.append(pair.decode("utf-16-be").translate(cells))
        elif pair < b"!":
            out.append(pair.decode("ascii"))
        else:
            out.append(_KANA_8BIT.get(pair[0], REPLACEMENT))
    return out


def restore_escapes(raw: bytes) -> str | None:
    """ISO-2022-JP whose escape bytes a gateway took out; None when it is something else."""
    lines = [_restored(line) for line in raw.splitlines(keepends=True)]
    text = "".join(decode_jis(line) if line is not None else REPLACEMENT for line in lines)
    return None if REPLACEMENT in text else text


def _restored(line: bytes) -> bytes | None:
    # A mark is looked for only behind the last run: inside one it may be a character, $B is あ.
    out, end = b"", 0
    while (mark := _MARK.search(line, end)) is not None:
        pattern = _MARKED if mark.group()[:1] == b"$" else _MARKED_KANA
        run = pattern.match(line, mark.end())
        if run is None:
            return None
        out += line[end : mark.start()] + b"\x1b" + mark.group() + run[1] + b"\x1b(" + run[2]
        end = run.end()
    return out + line[end:]


_EUC: Final = re.compile(
    rb"(?P<ascii>[\x00-\x7f]+)|(?P<pairs>(?:[\xa1-\xfe]{2})+)|(?P<kana>(?:\x8e[\xa1-\xdf])+)"
    rb"|\x8f(?P<third>[\xa1-\xfe]{2})|.",
    re.DOTALL,
)


def decode_euc(raw: bytes) -> str:
    """EUC-JP as Windows and eucJP-ms write it."""
    if b"\x8f" not in raw and (plain := _plain_euc(raw)) is not None:
        return plain
    out: list[str] = []
    for found in _EUC.finditer(raw):
        kind, run = found.lastgroup, found.group(found.lastgroup or 0)
        if kind == "ascii":
            out.append(run.decode("ascii"))
        elif kind == "pairs":
            out.append(run.translate(_LOW).decode("utf-16-be").translate(_0208))
        elif kind == "third":
            out.append(run.translate(_LOW).decode("utf-16-be").translate(_0212_EUC))
        elif kind == "kana":
            out.append(run[1::2].decode("latin-1").translate(_KANA_8BIT))
        else:
            out.append(REPLACEMENT)
    return "".join(out)


_UNPRINTED: Final = re.compile("[\x80\ue000-\uf8ff]")
_NO_CHARACTER: Final = re.compile("[\x80\uf8f0-\uf8ff]")


def decode_cp932(raw: bytes) -> str:
    """Shift_JIS as Windows writes it."""
    text = raw.decode("cp932", "replace")
    if _UNPRINTED.search(text) is None:
        return text
    # Python gives four lone bytes, and whatever its users put into rows 95 to 114, a code point.
    return _UNPRINTED.sub(GETA, _NO_CHARACTER.sub(REPLACEMENT, text))
