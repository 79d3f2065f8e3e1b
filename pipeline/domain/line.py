"""What one line of a statement says: its numbers, with where they stood, and its payer.

Law of this file: it gathers what the fields say and believes nothing yet.  The payer's name, the
payer's code and the EDI field are the payer's own words and count together; the bank's memo is
asked only when they name nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.domain import kana
from pipeline.domain.claims import Ledger
from pipeline.domain.payer_name import Payer
from pipeline.domain.payer_numbers import Numbers, read, read_code
from pipeline.domain.remittance import Remittance
from pipeline.domain.verdict import Because

_INTEREST = re.compile(
    r"(?:オ|普通|フツウ|預金|ヨキン|決算|ケツサン|税引後?|ゼイビキ|受取|ウケトリ)*"
    r"(?:利息|リソク|利子)(?:決算|ケツサン|入金|ニユウキン|税引後?|ゼイビキ)*\d*"
)
_FEE_BACK = re.compile(
    r"(?:振込|フリコミ|ソウキン|送金)?(?:手数料|テスウリヨウ)"
    r"(?:返金|返却|返戻|戻シ?|ヘンキン|ヘンキヤク|ヘンレイ|モドシ|還元|キヤツシユバツク)?\d*"
)
_BANK_WORDS_ONLY = re.compile(
    r"(?:現金|ゲンキン|入金|ニユウキン|預入|アズケイレ|預入金|ATM|CD|カド|カード|通帳|振込|フリコミ|振替|フリカエ|"
    r"他店券|小切手|手形|窓口|マドグチ|店頭|硬貨|訂正|テイセイ|取消|トリケシ|\d)+"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line, read."""

    numbers: Numbers
    payer: Payer
    places: tuple[str, ...]
    """Where the references stood, as reasons."""


def read_line(remittance: Remittance, ledger: Ledger) -> Line:
    """The numbers and the name of one line."""
    numbering, amount = ledger.numbering, remittance.amount
    numbers = read(remittance.payer, numbering, amount)
    places = [Because.NUMBER_EXACT] if numbers.known else []
    in_code = read_code(remittance.payer_code, numbering)
    if in_code is not None:
        numbers = _with(numbers, (in_code,), (in_code,))
        places.append(Because.NUMBER_IN_PAYER_CODE)
    in_edi = read(remittance.edi, numbering, amount)
    if in_edi.known:
        numbers = _with(numbers, in_edi.known, in_edi.ends, in_edi.doubtful)
        places.append(Because.NUMBER_IN_EDI)
    in_memo = read(remittance.memo, numbering, amount)
    if in_memo.known and not numbers.known:
        numbers = _with(numbers, in_memo.known, in_memo.ends, in_memo.doubtful)
        places.append(Because.NUMBER_IN_MEMO)
    payer = Payer(_name(numbers.rest), remittance.payer, (in_edi.rest, in_memo.rest))
    if not remittance.payer:
        payer = _named_in_memo(in_memo.rest, remittance.memo, ledger) or payer
    return Line(_or_other_tries(numbers, in_edi), payer, tuple(places))


def _named_in_memo(rest: str, memo: str, ledger: Ledger) -> Payer | None:
    """The memo as a name, where a line has no other and somebody is called so.

    Else it is the bank's own words, or the bank and branch from which the money came.
    """
    named = Payer(_name(rest), memo)
    people = any(ledger.people.of(key) for key in (named.key, *named.windows))
    if people or any(ledger.organisations.of(form) for form in named.forms):
        return named
    return None


def _name(rest: str) -> str:
    """The name; empty where only the bank speaks (現金, 入金, ATM)."""
    return "" if _BANK_WORDS_ONLY.fullmatch(kana.key(rest)) else rest


def _with(
    numbers: Numbers,
    known: tuple[str, ...],
    ends: tuple[str, ...],
    doubtful: frozenset[str] = frozenset(),
) -> Numbers:
    """The same with references from another field, each once."""
    return replace(
        numbers,
        known=tuple(dict.fromkeys((*numbers.known, *known))),
        ends=tuple(dict.fromkeys((*numbers.ends, *ends))),
        doubtful=(numbers.doubtful | doubtful) - (frozenset(known) - doubtful),
    )


def _or_other_tries(numbers: Numbers, in_edi: Numbers) -> Numbers:
    """Where the name holds no number at all, what was tried in the EDI field."""
    if not numbers.silent:
        return numbers
    return replace(in_edi, rest=numbers.rest)


def without_doubtful(line: Line) -> Line:
    """The same without numbers that may be a year or an amount."""
    kept = tuple(n for n in line.numbers.known if n not in line.numbers.doubtful)
    ends = tuple(n for n in line.numbers.ends if n not in line.numbers.doubtful)
    numbers = replace(line.numbers, known=kept, ends=ends, doubtful=frozenset())
    return Line(numbers, line.payer, line.places if kept else ())


def why_no_income(remittance: Remittance) -> Because | None:
    """Interest and returned fees, by the bank's own words for them."""
    for text in (remittance.payer, remittance.memo):
        said = kana.key(text)
        if _INTEREST.fullmatch(said):
            return Because.INTEREST
        if _FEE_BACK.fullmatch(said):
            return Because.FEE_RETURNED
    return None


def number_reasons(numbers: Numbers) -> tuple[str, ...]:
    """What is to be said of a line that names no claim's reference."""
    if numbers.wrong:
        return (Because.WRONG_CHECK_DIGIT,)
    if numbers.truncated:
        return (Because.NUMBER_TRUNCATED,)
    if numbers.unclear:
        return (Because.NUMBER_UNCLEAR,)
    if numbers.unknown:
        return (Because.NUMBER_UNKNOWN,)
    return (Because.NUMBER_MISSING,)
