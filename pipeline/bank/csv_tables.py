"""The tables of a bank's profile: what may stand in it.

Law of this file: a profile says where things stand; what amounts, days and balances may look like
is the same for all banks, and stands elsewhere.  A table that contradicts itself is refused.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from pipeline.bank.dates import Form


def heading(cell: str) -> str:
    """A heading as it is compared."""
    return "".join(unicodedata.normalize("NFKC", cell).split())


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is no pattern: {error}") from None
    return text


def _with(*groups: str) -> AfterValidator:
    """A check that a pattern has these named groups."""

    def check(text: str) -> str:
        for group in groups:
            if group not in re.compile(text).groupindex:
                raise ValueError(f"needs the group (?P<{group}>...)")
        return text

    return AfterValidator(check)


Heading = Annotated[str, Field(min_length=1), AfterValidator(heading)]
Pattern = Annotated[str, Field(min_length=1), AfterValidator(_pattern)]
Count = Annotated[int, Field(strict=True, gt=0)]

PAYER: Final = (
    # How it was sent may stand before the word; a 1 after it counts kinds of transfers.
    r"(?:IB|ＩＢ|テレ|ﾃﾚ|ATM|ＡＴＭ|PC|ＰＣ|ネット|インターネット|パソコン|モバイル|他行|当行)?"
    r"(?:振込|振り込み|フリコミ|ﾌﾘｺﾐ)(?:入金|ﾆﾕｳｷﾝ|ニユウキン)?"
    r"(?!手数料|資金|ﾃｽｳ|テスウ|依頼|組戻|取消|訂正|返)"
    r"(?:[1１](?=[ 　]))?[ 　]*[＊*・:：ー―－-]?[ 　]*"
    r"|(?:IB|ＩＢ|テレ|ﾃﾚ|送金|ソウキン|ｿｳｷﾝ|ことら送金)(?=[ 　＊*・:：])[ 　]*[＊*・:：]?[ 　]*"
)
"""What banks put in front of a payer's name; a number that follows at once belongs to the payer."""
TAKEN_BACK: Final = (
    r"(?:振込|フリコミ|ﾌﾘｺﾐ)?(?:入金|ﾆﾕｳｷﾝ|ニユウキン)?[ 　＊*]*"
    r"(?:取り?消し?|訂正|組戻し?|トリケシ|ﾄﾘｹｼ|テイセイ|ﾃｲｾｲ|クミモドシ|ｸﾐﾓﾄﾞｼ)[ 　＊*・:：]*"
)
"""How a line begins that takes an earlier one back."""
METHODS: Final = {
    "取消": f"^{TAKEN_BACK}",
    "手数料": r"手数料|料[ 　]+金|ﾃｽｳﾘﾖｳ|テスウリヨウ",
    "利息": r"利息|利子|お利息|ﾘｿｸ|リソク",
    "カード": r"カード|ｶｰﾄﾞ|ｶ-ﾄﾞ|デビット|ﾃﾞﾋﾞｯﾄ",
    "11": r"振込|振り込み|フリコミ|ﾌﾘｺﾐ|送金|ソウキン|ｿｳｷﾝ",
    "10": r"現金|ゲンキン|ｹﾞﾝｷﾝ|ATM|ＡＴＭ",
    "14": r"振替|フリカエ|ﾌﾘｶｴ|自払|口座引落",
}
"""取引区分 as 全銀協 numbers it, or our own word, by what the text says; the first that fits."""


class Table(BaseModel):
    """Base of the tables: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Days(Table):
    """On which day a line was booked."""

    booked: Heading | tuple[Heading, Heading, Heading]
    """The column of the day; or three, of year, month and day."""
    value: Heading | None = None
    """The column of 起算日; an empty cell means the day it was booked."""
    time: tuple[Heading, Heading, Heading] | None = None
    """The columns of hour, minute and second."""
    forms: tuple[Form, ...] = ("western", "wareki")
    """How days are written."""


class Amount(Table):
    """Where the money stands: two columns, one with a sign, or one with a direction beside it."""

    incoming: Heading | None = None
    """The column of what came in."""
    outgoing: Heading | None = None
    """The column of what went out."""
    signed: Heading | None = None
    """One column; what went out has a minus sign."""
    column: Heading | None = None
    """One column without a sign; `direction` says which way it went."""
    direction: Heading | None = None
    """The column that says which way (入払区分)."""
    direction_in: tuple[str, ...] = ("1", "入", "入金")
    """What stands in it for money that came in."""
    direction_out: tuple[str, ...] = ("2", "出", "出金", "払", "支払")
    """What stands in it for money that went out."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        pairs = ((self.incoming, self.outgoing), (self.column, self.direction))
        if any((one is None) != (other is None) for one, other in pairs):
            raise ValueError(
                "should have both of a pair: incoming and outgoing, or column and direction"
            )
        if (self.signed is not None) + sum(one is not None for one, _ in pairs) != 1:
            raise ValueError("should be exactly one of incoming/outgoing, signed, column/direction")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of it."""
        all_of_it = (self.incoming, self.outgoing, self.signed, self.column, self.direction)
        return tuple(one for one in all_of_it if one)


class Balance(Table):
    """The balance after each line."""

    column: Heading
    """Its column."""
    gaps: Annotated[bool, Field(strict=True)] = False
    """Whether a line may have none where others have one."""
    order: Literal["ascending", "descending", "either"] = "either"
    """Where all lines are of one day: whether the oldest comes first, the newest, or whichever
    makes the balances follow. Else the days tell."""


class Texts(Table):
    """What a line says."""

    payer: Heading
    """The column in which the payer's name stands."""
    prefix: Pattern = PAYER
    """What stands in front of the name and is taken off."""
    kind: Heading | None = None
    """The column that names the kind of line; the payer's column where there is none."""
    memo: tuple[Heading, ...] = ()
    """Columns of further text."""
    payer_code: Heading | None = None
    """振込依頼人コード."""
    edi: Heading | None = None
    """EDI情報."""
    bank_id: Heading | None = None
    """A number of the bank's own that stays the same in every download; not a count of lines."""
    virtual_account: Heading | None = None
    """The number paid to, where each payer has one (振込専用口座)."""


class Whose(Table):
    """How the file tells whose account it is. Nothing here: it does not."""

    bank: Heading | None = None
    """The column of 金融機関コード."""
    branch: Heading | None = None
    """The column of 支店コード."""
    kind: Heading | None = None
    """The column of 科目: 1 or 普通, 2 or 当座, 4 or 貯蓄."""
    number: Heading | None = None
    """The column of 口座番号."""
    text: Heading | None = None
    """A column that describes the account in words, read by `patterns`."""
    patterns: tuple[Pattern, ...] = ()
    """Named groups bank, branch, kind, number (or symbol and serial, ゆうちょ's 記号 and 番号),
    looked for in `text`, or in what stands above the headings; after NFKC."""

    @model_validator(mode="after")
    def _parts(self) -> Self:
        known = {"bank", "branch", "kind", "number", "symbol", "serial"}
        for pattern in self.patterns:
            for group in re.compile(pattern).groupindex.keys() - known:
                raise ValueError(f"no account has the part {group!r}")
        return self


class Rows(Table):
    """Rows that are not simply lines, and what the file says of all of them."""

    status: Heading | None = None
    """The column in which a row is called off (明細区分)."""
    cancelled: tuple[str, ...] = ()
    """Words in it for a line that takes back an earlier one."""
    skipped: tuple[str, ...] = ()
    """Words in it for a row that is none (欠番)."""
    totals: Pattern = "総?合計|小計"
    """How a row of totals begins; it is no line."""
    count: Annotated[Pattern, _with("count")] | None = None
    """Above the headings: how many lines there are, the group `count`; after NFKC."""
    period: Annotated[Pattern, _with("from", "through")] | None = None
    """Above the headings: the days it speaks of, the groups `from` and `through`; after NFKC."""
    made: Annotated[Pattern, _with("made")] | None = None
    """Above the headings: the day on which the file was made, the group `made`; after NFKC."""


class Marks(Table):
    """For a layout without headings whose rows begin with the kind of record."""

    account: str
    """What begins an account; `account.patterns` are looked for in this row."""
    account_cells: Count
    """How many cells that row has."""
    line: str
    """What begins a line; its cells are those of `headers`."""
    others: tuple[str, ...] = ()
    """What begins totals and ends."""
