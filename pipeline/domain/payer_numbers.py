"""Which references a payer has written, wherever they stand in the text.

Law of this file: it reads digits and judges no money.  A number counts only in the length of a
reference; dates, amounts, telephone numbers and counts of people are none.  Where the scheme has a
check digit, a number that fails it is nobody's; where it has none, only the claims can tell, so a
number that may be a year or an amount is marked as doubtful.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.domain import kana, reference
from pipeline.domain.rules import ReferenceScheme

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ー〜~](?=\d)")

_NO_REFERENCE = re.compile(
    r"""
      (?<!\d)0\d{1,4}[-(]\d{1,4}[-)]\d{3,4}(?!\d)            # a telephone number
    | [¥\\]\s*\d[\d,]*                                       # an amount
    | (?<!\d)\d{1,3}(?:,\d{3})+(?:\s*円)?                    # the same, with commas
    | \d+\s*円 | \d+エン(?![ァ-ヶー])
    | (?<!\d)\d{4}[/.年-]\d{1,2}[/.月-]\d{1,2}日?(?!\d)       # a date
    | (?<!\d)\d{1,2}[/月]\d{1,2}日?(?![\d/])
    | (?<![A-Z])(?:令和|レイワ|平成|R)\s*\d{1,2}(?!\d)\s*(?:年度?|ネンド?)?
    | \d+\s*(?:年度?|ネンド?(?![ァ-ヶー]))
    | (?:第|ダイ)\d+(?:回|カイ)
    | (?:ホカ|外|他)?(?<!\d)\d{1,2}\s*(?:名|人|メイ|ニン|口|件)(?:様|サマ|分|ブン)*(?![ァ-ヶー])
    """,
    re.VERBOSE,
)
_LABEL = re.compile(
    r"(?<![A-Z])(?:受付番号|受付|申込番号|番号|ウケツケバンゴウ|ウケツケNO|ウケツケ|モウシコミバンゴウ|モウシコミ|"
    r"バンゴウ|ナンバー|NO|ID|#)[.:：\s]*(?=\d)",
    re.IGNORECASE,
)
_LABEL_AFTER = re.compile(r"(?<=\d)\s*(?:番|バン)(?![ァ-ヶー])")
_RUN = re.compile(r"\d+")
_RANGE = re.compile(r"\s*(?:-|~|〜|カラ|から|ヨリ|より|→|TO)\s*", re.IGNORECASE)
_LIST = re.compile(r"\s*(?:[,、・./&+]|ト|と)\s*")
_LOOKALIKE = re.compile(r"(?<![0-9A-Z])[0-9OQIL]{4,10}(?![0-9A-Z])")
_AS_DIGITS = str.maketrans("OQIL", "0011")
_FIGURES = re.compile(r"(?<![^\s])[\d\s/.,:・-]*\d[\d/.,:・-]*(?![^\s])|\d{5,}")
_SEPARATORS = " -,.、・/:;~〜→+&"
_WIDEST_RANGE = 50
"""References from first to last that a range may span; more is no range of one payer."""
_YEARS = range(1990, 2100)


@dataclass(frozen=True, slots=True)
class Numbering:
    """What numbers there are: the scheme, and the references of all claims."""

    scheme: ReferenceScheme | None
    """None: no check digit, and the claims alone say what a reference is."""
    references: Container[str]
    lengths: frozenset[int]

    def begun(self, number: str) -> list[str]:
        """The references that a number lacks the last digit of."""
        return [number + digit for digit in "0123456789" if number + digit in self.references]

    @property
    def checked(self) -> bool:
        """Whether a number proves itself."""
        return self.scheme is not None and self.scheme.check == "damm"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was read from one text."""

    known: tuple[str, ...] = ()
    """References of claims, in the text's order; a range with all that lies in it."""
    ends: tuple[str, ...] = ()
    """The same if every range is only a list of its two ends."""
    unknown: tuple[str, ...] = ()
    """Numbers that could be references and are no claim's."""
    wrong: tuple[str, ...] = ()
    """Numbers of the right length whose check digit is wrong."""
    truncated: tuple[str, ...] = ()
    """Numbers that lack one digit and begin like a claim's."""
    unclear: tuple[str, ...] = ()
    """References that are there if O is read as 0 and I or l as 1."""
    doubtful: frozenset[str] = frozenset()
    """Those of `known` that may be a year or an amount."""
    rest: str = ""
    """The text without its numbers: the name."""

    @property
    def silent(self) -> bool:
        """Whether no number was tried at all."""
        return not (self.known or self.unknown or self.wrong or self.truncated or self.unclear)


@dataclass(slots=True)
class _Found:
    """What is collected while a text is read."""

    known: dict[str, None] = field(default_factory=dict)
    ends: dict[str, None] = field(default_factory=dict)
    unknown: dict[str, None] = field(default_factory=dict)
    wrong: dict[str, None] = field(default_factory=dict)
    truncated: dict[str, None] = field(default_factory=dict)
    used: list[tuple[int, int]] = field(default_factory=list)
    """From where to where in the text."""

    def take(self, *numbers: str) -> None:
        """Note references of claims that stand there themselves."""
        for number in numbers:
            self.known[number] = self.ends[number] = None


def read(text: str, numbering: Numbering, amount: int) -> Numbers:
    """The numbers in a payer's name, an EDI field or a memo; `amount` in yen, of the transfer."""
    if not text:
        return Numbers()
    plain = _without_others(_plain(text))
    runs = list(_RUN.finditer(plain))
    found = _Found()
    for run in runs:
        _take(run, numbering, amount, found)
    if not numbering.checked:
        _take_pairs(runs, plain, numbering, found)
    elif not found.known:
        _take_split(runs, plain, numbering, found)
    if not found.known and runs and kana.ends_with_a_field(text):
        _take_cut(runs[-1], plain, numbering, found)
    rest = _cut(plain, found.used)
    unclear = () if found.known else tuple(_lookalikes(rest, numbering))
    return Numbers(
        known=tuple(found.known),
        ends=tuple(found.ends),
        unknown=tuple(found.unknown),
        wrong=tuple(found.wrong),
        truncated=tuple(found.truncated),
        unclear=unclear,
        doubtful=frozenset(n for n in found.known if _may_be_else(n, numbering, amount)),
        rest=_LOOKALIKE.sub(" ", rest) if unclear else rest,
    )


def read_code(code: str, numbering: Numbering) -> str | None:
    """The number in a payer's code (振込依頼人コード): its digits without the zeros in front."""
    digits = unicodedata.normalize("NFKC", code).strip()
    if not digits.isascii() or not digits.isdigit():
        return None
    for number in (digits, digits.lstrip("0")):
        if number in numbering.references:
            return number
    return None


def _plain(text: str) -> str:
    narrow = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return _BETWEEN_DIGITS.sub("-", narrow)


def _without_others(plain: str) -> str:
    plain = _NO_REFERENCE.sub(" ", plain)
    return _LABEL_AFTER.sub(" ", _LABEL.sub(" ", plain))


def _take(run: re.Match[str], numbering: Numbering, amount: int, found: _Found) -> None:
    """Sort one run of digits into what it is; what is no number of ours stays in the text."""
    whole = run.group()
    number = _in_length(whole, numbering)
    if number is not None and number in numbering.references:
        found.take(number)
    elif number is not None:
        kind = _kind_of_stranger(number, numbering, amount, found)
        if kind is None:
            return
        kind[number] = None
    elif pieces := _pieces(whole, numbering):
        found.take(*pieces)
    elif numbering.begun(whole):
        found.truncated[whole] = None
    elif whole[0] != "0" and _lacks_or_has_one_too_many(whole, numbering):
        (found.wrong if numbering.checked else found.unknown)[whole] = None
    else:
        return
    found.used.append(run.span())


def _kind_of_stranger(
    number: str, numbering: Numbering, amount: int, found: _Found
) -> dict[str, None] | None:
    """Where a number of the right length belongs that is no claim's; None: it is something else."""
    if number[0] == "0" or _may_be_else(number, numbering, amount):
        return None
    if numbering.scheme is None or reference.valid(number, numbering.scheme):
        return found.unknown
    return found.wrong


def _lacks_or_has_one_too_many(run: str, numbering: Numbering) -> bool:
    """Whether a run is one digit off the length: a slip, where it does not begin like a claim's."""
    if len(run) - 1 in numbering.lengths:
        return True
    return numbering.checked and len(run) + 1 in numbering.lengths


def _in_length(run: str, numbering: Numbering) -> str | None:
    """The run as a number in the length of a reference, zeros in front left out if need be."""
    if len(run) in numbering.lengths:
        return run
    short = run.lstrip("0")
    return short if short != run and len(short) in numbering.lengths else None


def _pieces(run: str, numbering: Numbering) -> list[str]:
    """The references of claims that a run consists of, written without a space; [] if not only."""
    for length in numbering.lengths:
        if len(run) > length and len(run) % length == 0:
            pieces = [run[at : at + length] for at in range(0, len(run), length)]
            if all(piece in numbering.references for piece in pieces):
                return pieces
    return []


def _take_pairs(runs: list[re.Match[str]], plain: str, numbering: Numbering, found: _Found) -> None:
    """Read `1007-1009`, `1007ｶﾗ9` and `1018,19,20`, where numbers follow each other."""
    start = ""
    for first, second in pairwise(runs):
        start = _in_length(first.group(), numbering) or start
        between = plain[first.end() : second.start()]
        end = start[: max(0, len(start) - len(second.group()))] + second.group()
        if start not in numbering.references or len(end) != len(start):
            start = ""
        elif _RANGE.fullmatch(between) and 0 < int(end) - int(start) <= _WIDEST_RANGE:
            _take_range(start, end, numbering, found)
            found.used.append((first.end(), second.end()))
            start = end
        elif _LIST.fullmatch(between) and end in numbering.references:
            found.take(end)
            found.truncated.pop(second.group(), None)
            found.used.append((first.end(), second.end()))
            start = end
        else:
            start = ""


def _take_range(start: str, end: str, numbering: Numbering, found: _Found) -> None:
    found.truncated.pop(end, None)
    if end in numbering.references:
        found.take(end)
    for number in range(int(start) + 1, int(end) + 1):
        name = str(number).zfill(len(start))
        (found.known if name in numbering.references else found.unknown)[name] = None
    found.known = dict.fromkeys(sorted(found.known))


def _take_split(runs: list[re.Match[str]], plain: str, numbering: Numbering, found: _Found) -> None:
    """Read a reference that a space or hyphen breaks, if it is the only one."""
    whole: dict[str, tuple[int, int]] = {}
    for count in (2, 3):
        for at in range(len(runs) - count + 1):
            some = runs[at : at + count]
            if any(plain[a.end() : b.start()] not in {" ", "-"} for a, b in pairwise(some)):
                continue
            joined = "".join(run.group() for run in some)
            if joined in numbering.references:
                whole[joined] = (some[0].start(), some[-1].end())
    if len(whole) == 1:
        [(number, span)] = whole.items()
        found.take(number)
        found.truncated.clear()
        found.wrong.clear()
        found.used.append(span)


def _take_cut(run: re.Match[str], plain: str, numbering: Numbering, found: _Found) -> None:
    """Read digits at the very end of a field as what is left of a number."""
    at_the_end = not plain[run.end() :].strip()
    if at_the_end and len(run.group()) < min(numbering.lengths, default=0):
        found.truncated[run.group()] = None
        found.used.append(run.span())


def _may_be_else(number: str, numbering: Numbering, amount: int) -> bool:
    """Whether a number without a check digit may as well be a year, an amount or a round sum."""
    if numbering.checked:
        return False
    value = int(number)
    return value == amount or value in _YEARS or (value % 1000 == 0 and value <= 10 * amount)


def _lookalikes(rest: str, numbering: Numbering) -> Iterator[str]:
    for found in _LOOKALIKE.finditer(rest.upper()):
        number = found.group().translate(_AS_DIGITS)
        if number != found.group() and number in numbering.references:
            yield number


def _cut(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with a space in the place of what was read as a number, and no bare figures."""
    kept = list(text)
    for start, end in spans:
        kept[start:end] = " " * (end - start)
    return _FIGURES.sub(" ", "".join(kept)).strip(_SEPARATORS)
