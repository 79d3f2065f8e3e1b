"""Writes Zengin files, by the positions of 全銀協 and by nothing of the reader's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from tests.bank.values import Account, Line

Writer = Callable[[Sequence[Account]], list[bytes]]


def era(day: date) -> str:
    """YYMMDD in years of Reiwa."""
    return f"{day.year - 2018:02}{day:%m%d}"


def record(*parts: tuple[int, str]) -> bytes:
    """200 bytes with these texts at their positions, counted from 1."""
    body = bytearray(b" " * 200)
    for position, text in parts:
        raw = text.encode("cp932")
        body[position - 1 : position - 1 + len(raw)] = raw
    assert len(body) == 200
    return bytes(body)


def notice(accounts: Sequence[Account], form: str = "A") -> list[bytes]:
    """種別 01 振込入金通知."""
    records = []
    for one in accounts:
        records.append(
            record(
                (1, "1010" + era(one.made) + era(one.first) + era(one.last) + one.bank),
                (27, "ﾐﾅﾓﾄ"),
                (42, one.branch),
                (45, "ﾎﾝﾃﾝ"),
                (60, one.kind + one.number + "ｹﾝｷﾕｳｷﾖｳｷﾞｶｲ"),
            )
        )
        records += [(notice_a if form == "A" else notice_b)(line) for line in one.lines]
        kept = [line.amount for line in one.lines if not line.cancels]
        back = [line.amount for line in one.lines if line.cancels]
        sums = f"8{len(kept):06}{sum(kept):012}{len(back):06}{sum(back):012}"
        records.append(record((1, sums)))
    return [*records, record((1, "9"))]


def notice_a(line: Line) -> bytes:
    return record(
        (1, f"2{line.number:06}{era(line.day)}{era(line.value) if line.value else '000000'}"),
        (20, f"{line.amount:010}{0:010}"),
        *_notice_texts(line),
        (129, line.edi),
    )


def notice_b(line: Line) -> bytes:
    return record(
        (1, f"2{line.number:06}{era(line.day)}{era(line.value) if line.value else ' ' * 6}"),
        (20, f"{0:010}{0:010}"),
        *_notice_texts(line),
        (129, f"{line.amount:012}{0:012}"),
        (153, line.edi),
    )


def _notice_texts(line: Line) -> tuple[tuple[int, str], ...]:
    return (
        (40, line.code),
        (50, line.payer),
        (98, "ﾔﾏﾄ"),
        (113, "ｴｷﾏｴ"),
        (128, "1" if line.cancels else " "),
    )


def account(accounts: Sequence[Account]) -> list[bytes]:
    """種別 03 入出金取引明細."""
    records = []
    for one in accounts:
        records.append(
            record(
                (1, "1030" + era(one.made) + era(one.first) + era(one.last) + one.bank),
                (27, "ﾐﾅﾓﾄ"),
                (42, one.branch),
                (45, "ﾎﾝﾃﾝ"),
                (60, "000" + one.kind + one.number.zfill(10) + "ｹﾝｷﾕｳｷﾖｳｷﾞｶｲ"),
                (114, ("1" if one.opening >= 0 else "2") + "1" + f"{abs(one.opening):014}"),
            )
        )
        records += [account_line(line) for line in one.lines]
        came = [line.moves for line in one.lines if line.moves > 0]
        went = [-line.moves for line in one.lines if line.moves < 0]
        records.append(
            record(
                (1, f"8{len(came):06}{sum(came):013}{len(went):06}{sum(went):013}"),
                (40, ("1" if one.closing >= 0 else "2") + f"{abs(one.closing):014}"),
                (55, f"{len(one.lines):07}"),
            )
        )
    return [*records, record((1, f"9{len(records) + 1:010}{len(accounts):05}"))]


def account_line(line: Line) -> bytes:
    return record(
        (1, f"2{line.number:08}{era(line.day)}{era(line.value) if line.value else ' ' * 6}"),
        (22, "1" if line.moves > 0 else "2"),
        (23, "19" if line.cancels else line.kind),
        (25, f"{line.amount:012}{0:012}"),
        (72, line.code),
        (82, line.payer),
        (130, "ﾔﾏﾄ"),
        (145, "ｴｷﾏｴ"),
        (160, line.memo),
        (180, line.edi),
    )


NOTICE_CSV = (1, 6, 6, 6, 10, 10, 10, 48, 15, 15, 1, 20, 52)
"""Lengths of the fields of a data record of 01 A, as a CSV has them."""
NOTICE_B_CSV = (1, 6, 6, 6, 10, 10, 10, 48, 15, 15, 1, 12, 12, 20, 28)
ACCOUNT_CSV = (1, 8, 6, 6, 1, 2, 12, 12, 6, 6, 1, 7, 3, 10, 48, 15, 15, 20, 20, 1)
_OTHERS = {
    "01": {
        b"1": (1, 2, 1, 6, 6, 6, 4, 15, 3, 15, 1, 7, 40, 93),
        b"8": (1, 6, 12, 6, 12, 163),
        b"9": (1, 199),
    },
    "03": {
        b"1": (1, 2, 1, 6, 6, 6, 4, 15, 3, 15, 3, 1, 10, 40, 1, 1, 14, 71),
        b"8": (1, 6, 13, 6, 13, 1, 14, 7, 139),
        b"9": (1, 10, 5, 184),
    },
}


def as_csv(
    records: Sequence[bytes], data: tuple[int, ...], *, quoted: bool, dummy: bool = True
) -> bytes:
    """The same fields with commas between them."""
    kind = records[0][1:3].decode()
    rows = []
    for one in records:
        lengths = data if one[:1] == b"2" else _OTHERS[kind][one[:1]]
        assert sum(lengths) == 200
        cells, start = [], 0
        for length in lengths:
            cells.append(one[start : start + length].decode("cp932").strip())
            start += length
        if not dummy:
            cells.pop()
        rows.append(",".join(f'"{cell}"' if quoted else cell for cell in cells))
    return ("\r\n".join(rows) + "\r\n").encode("cp932")
