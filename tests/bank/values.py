"""Values that the writers put into files, and how tests invent them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import strategies as st

KANA = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ"
FIRST = date(2026, 3, 2)
LAST = date(2026, 3, 13)


@dataclass(frozen=True)
class Line:
    """One transfer or payment, whatever the layout."""

    day: date = FIRST
    amount: int = 1000
    payer: str = "1001 ﾀｶﾊｼ ﾀﾛｳ"
    out: bool = False
    cancels: bool = False
    value: date | None = None
    number: int = 0
    code: str = ""
    edi: str = ""
    memo: str = ""
    kind: str = "11"

    @property
    def moves(self) -> int:
        return -self.amount if self.out or self.cancels else self.amount


@dataclass(frozen=True)
class Account:
    """One account's part of a file."""

    lines: tuple[Line, ...] = ()
    bank: str = "0999"
    branch: str = "001"
    kind: str = "1"
    number: str = "1234567"
    first: date = FIRST
    last: date = LAST
    made: date = LAST + timedelta(days=1)
    opening: int = 200_000

    @property
    def closing(self) -> int:
        return self.opening + sum(line.moves for line in self.lines)

    def balances(self) -> list[int]:
        """After each line."""
        after, now = [], self.opening
        for line in self.lines:
            now += line.moves
            after.append(now)
        return after


def texts(most: int, alphabet: str = KANA + "ABCXYZ0123456789().- ") -> st.SearchStrategy[str]:
    return st.text(alphabet, max_size=most).map(str.strip)


days = st.dates(FIRST, LAST)
amounts = st.integers(1, 9_999_999)

LINES = st.builds(
    Line,
    day=days,
    amount=amounts,
    payer=texts(48),
    value=st.none() | st.dates(FIRST - timedelta(days=3), LAST + timedelta(days=3)),
    number=st.integers(0, 999_999),
    code=st.sampled_from(["", "0000000000", "0000001001"]),
    edi=texts(20),
)


@st.composite
def accounts(
    draw: st.DrawFn, *, out: bool = False, cancels: bool = False, most: int = 8
) -> Account:
    """An account whose lines lie in order within its period."""
    lines = draw(st.lists(LINES, max_size=most))
    for place, line in enumerate(lines):
        way = draw(st.sampled_from(["in", *["out"] * out, *["cancels"] * cancels]))
        lines[place] = replace(line, out=way == "out", cancels=way == "cancels")
    lines.sort(key=lambda line: line.day)
    return Account(
        tuple(lines),
        branch=draw(st.sampled_from(["001", "120"])),
        kind=draw(st.sampled_from("124")),
        number=f"{draw(st.integers(1, 9_999_999)):07}",
        opening=draw(st.integers(-5_000_000, 5_000_000)),
    )
