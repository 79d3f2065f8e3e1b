"""One good file of every layout, to be spoilt."""

from __future__ import annotations

from datetime import date

from tests.bank import writers_zengin
from tests.bank.values import Account, Line
from tests.bank.writers_camt import camt
from tests.bank.writers_csv import WRITERS

LINES = (
    Line(day=date(2026, 3, 3)),
    Line(amount=330, out=True, day=date(2026, 3, 4), payer="ｶ)ﾔﾏﾄ"),
    Line(amount=2000, day=date(2026, 3, 5), payer="ﾌｸ)ﾐﾄﾞﾘ", edi="1013"),
)
CREDITS = tuple(line for line in LINES if not line.out)
GOOD: dict[str, bytes] = {
    "01": b"\r\n".join(writers_zengin.notice([Account(CREDITS)])),
    "01 B": b"".join(writers_zengin.notice([Account(CREDITS)], "B")),
    "03": b"\r\n".join(writers_zengin.account([Account(LINES)])),
    "03 CSV": writers_zengin.as_csv(
        writers_zengin.account([Account(LINES)]), writers_zengin.ACCOUNT_CSV, quoted=True
    ),
    "camt.053": camt(Account(LINES)).encode(),
    "camt.054": camt(Account(LINES), "054").encode(),
    **{
        name: "\r\n".join(write(Account(LINES))).encode("utf-8" if "yucho" in name else "cp932")
        for name, write in WRITERS.items()
    },
}
