"""How the CSV of one bank is laid out: a profile for each bank, written in TOML.

Law of this file: another bank is another file in `rules/banks`, and no code.  A profile says
where things stand; what amounts, days and balances may look like is the same for all banks.  A
profile that contradicts itself is refused with its file's name.

Headings are compared after NFKC and without spaces, so that （円） and (円) are one.

Errors:
    ProfileFaults   a profile cannot be used; whoever wrote it reads `faults` and corrects it
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.bank.dates import Form


class ProfileFaults(ValueError):  # noqa: N818 - it is what is wrong, as in the other rules
    """Profiles that cannot be used; `faults` holds file, key and what is wrong with it."""

    def __init__(self, faults: list[tuple[str, str, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(": ".join(filter(None, one)) for one in faults))


def heading(cell: str) -> str:
    """A heading as it is compared."""
    return "".join(unicodedata.normalize("NFKC", cell).split())


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is no pattern: {error}") from None
    return text


Heading = Annotated[str, Field(min_length=1), AfterValidator(heading)]
Pattern = Annotated[str, Field(min_length=1), AfterValidator(_pattern)]
Count = Annotated[int, Field(strict=True, gt=0)]

PAYER: Final = (
    r"(?:IB|ＩＢ|テレ|ﾃﾚ)?(?:振込|振り込み|フリコミ|ﾌﾘｺﾐ)(?:入金|ﾆﾕｳｷﾝ)?"
    r"(?!手数料|資金|ﾃｽｳ|テスウ|依頼|組戻|返)(?:[1１](?=[ 　]))?[＊*・:：ー―－-]?[ 　]*"
    r"|(?:IB|ＩＢ|テレ|ﾃﾚ|送金|ソウキン|ｿｳｷﾝ|ことら送金)(?=[ 　＊*・:：])[＊*・:：]?[ 　]*"
)
"""What banks put in front of a payer's name; a number that follows at once belongs to the payer."""
METHODS: Final = {
    "手数料": r"手数料|料[ 　]+金|ﾃｽｳﾘﾖｳ|テスウリヨウ",
    "利息": r"利息|利子|お利息|ﾘｿｸ|リソク",
    "カード": r"カード|ｶｰﾄﾞ|ｶ-ﾄﾞ|デビット|ﾃﾞﾋﾞｯﾄ",
    "11": r"振込|振り込み|フリコミ|ﾌﾘｺﾐ|送金|ソウキン|ｿｳｷﾝ",
    "10": r"現金|ゲンキン|ｹﾞﾝｷﾝ|ATM|ＡＴＭ",
    "14": r"振替|フリカエ|ﾌﾘｶｴ|自払|口座引落",
}
"""取引区分 as 全銀協 numbers it, or our own word, by what the text says; the first that fits."""


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Days(_Table):
    """On which day a line was booked."""

    booked: Heading | tuple[Heading, Heading, Heading]
    """The column of the day; or three, of year, month and day."""
    value: Heading | None = None
    """The column of 起算日; an empty cell means the day it was booked."""
    time: tuple[Heading, Heading, Heading] | None = None
    """The columns of hour, minute and second."""
    forms: tuple[Form, ...] = ("western", "wareki")
    """How days are written."""


class Amount(_Table):
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


class Balance(_Table):
    """The balance after each line."""

    column: Heading
    """Its column."""
    gaps: Annotated[bool, Field(strict=True)] = False
    """Whether a line may have none."""
    order: Literal["ascending", "descending", "either"] = "either"
    """Whether the oldest line comes first, the newest, or whichever makes the balances follow."""


class Texts(_Table):
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


class Whose(_Table):
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


class Rows(_Table):
    """Rows that are not simply lines, and what the file says of all of them."""

    status: Heading | None = None
    """The column in which a row is called off (明細区分)."""
    cancelled: tuple[str, ...] = ()
    """What stands in it for a line that takes back an earlier one."""
    skipped: tuple[str, ...] = ()
    """What stands in it for a row that is none (欠番)."""
    totals: Pattern | None = None
    """How a row of totals begins; it is no line."""
    count: Pattern | None = None
    """Above the headings: how many lines there are, the group `count`; after NFKC."""
    period: Pattern | None = None
    """Above the headings: the days it speaks of, the groups `from` and `through`; after NFKC."""
    made: Pattern | None = None
    """Above the headings: the day on which the file was made, the group `made`; after NFKC."""


class Marks(_Table):
    """For a layout without headings whose rows begin with the kind of record."""

    account: str
    """What begins an account; `account.patterns` are looked for in this row."""
    account_cells: Count
    """How many cells that row has."""
    line: str
    """What begins a line; its cells are those of `headers`."""
    others: tuple[str, ...] = ()
    """What begins totals and ends."""


class Profile(_Table):
    """One bank's CSV."""

    name: Annotated[str, Field(pattern=r"[a-z0-9][a-z0-9-]*")]
    """Its name, as statements carry it."""
    title: Annotated[str, Field(min_length=1)]
    """What the bank calls the file."""
    encodings: Annotated[tuple[Literal["cp932", "utf-8"], ...], Field(min_length=1)] = (
        "cp932",
        "utf-8",
    )
    """The encodings in which it comes."""
    headers: Annotated[
        tuple[Annotated[tuple[Heading, ...], Field(min_length=2)], ...], Field(min_length=1)
    ]
    """The headings in their order, one list for each version of the layout. The file may have
    more at its end. With `marks`: the cells of a line."""
    aliases: dict[Heading, Heading] = {}
    """Other words for a heading."""
    shapes: dict[Heading, Pattern] = {}
    """How cells look, for a file that has no headings; then its cells are those of the first
    list of headings. Nothing here: the headings must be there."""
    marks: Marks | None = None
    day: Days
    amount: Amount
    balance: Balance | None = None
    text: Texts
    account: Whose = Whose()
    rows: Rows = Rows()

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        for number, header in enumerate(self.headers, 1):
            if len(set(header)) != len(header):
                raise ValueError(f"headers[{number}] has a heading twice")
            for name in self._needed():
                if name not in header:
                    raise ValueError(f"headers[{number}] has no heading {name!r}")
        known = {name for header in self.headers for name in header}
        for name in (*self._further(), *self.shapes, *self.aliases.values()):
            if name not in known:
                raise ValueError(f"no list of headers has the heading {name!r}")
        if self.marks and self.shapes:
            raise ValueError("should have marks or shapes, not both")
        if (self.rows.cancelled or self.rows.skipped) and self.rows.status is None:
            raise ValueError("rows.cancelled and rows.skipped need rows.status")
        return self

    def _needed(self) -> Iterator[str]:
        """Columns without which no money is read."""
        yield from (self.day.booked,) if isinstance(self.day.booked, str) else self.day.booked
        yield from self.amount.columns
        if self.balance:
            yield self.balance.column
        yield self.text.payer

    def _further(self) -> Iterator[str]:
        texts, whose = self.text, self.account
        yield from texts.memo
        yield from self.day.time or ()
        for one in (
            self.day.value,
            self.rows.status,
            *(texts.kind, texts.payer_code, texts.edi, texts.bank_id, texts.virtual_account),
            *(whose.bank, whose.branch, whose.kind, whose.number, whose.text),
        ):
            if one is not None:
                yield one


def load_profiles(folder: Path) -> tuple[Profile, ...]:
    """All profiles of a folder, by file name. Raises ProfileFaults with all that is wrong."""
    found: list[Profile] = []
    faults: list[tuple[str, str, str]] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(_load(path))
        except ProfileFaults as wrong:
            faults += wrong.faults
    if faults:
        raise ProfileFaults(faults)
    return tuple(found)


def _load(path: Path) -> Profile:
    file = f"{path.parent.name}/{path.name}"
    try:
        profile = Profile.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise ProfileFaults([(file, "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise ProfileFaults([(file, "", "is not UTF-8; save the file as UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        raise ProfileFaults([(file, "", f"is no TOML: {error}")]) from None
    except ValidationError as error:
        raise ProfileFaults([_fault(file, dict(one)) for one in error.errors()]) from None
    if profile.name != path.stem:
        raise ProfileFaults([(file, "name", f"should be the file's name, {path.stem!r}")])
    return profile


def _fault(file: str, error: dict[str, object]) -> tuple[str, str, str]:
    place = error["loc"]
    assert isinstance(place, tuple)
    key = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in place)
    if error["type"] == "extra_forbidden":
        return file, key, "is not known"
    if error["type"] == "missing":
        return file, key, "is missing"
    return file, key, str(error["msg"]).removeprefix("Value error, ")
