"""What one line of a statement means for the claims: named outcomes, each with its reasons.

Law of this file: values and words only; `reconciliation` decides.  A reason is a constant with one
sentence for the office (`explained`), so that every verdict can be read aloud afterwards.  Three
kinds carry a figure: a likely fee, and the line that cancels or has already paid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What is done with a line."""

    MATCH = "match"
    """It pays its claims by itself."""
    REVIEW = "review"
    """A person decides; there are candidates, or something has to be undone."""
    UNMATCHED = "unmatched"
    """A person decides, and nothing is known of whose it is."""
    IGNORE = "ignore"
    """It is no payment of anybody."""


class Outcome(StrEnum):
    """What a line is, in one word."""

    MATCHED = "matched"
    MATCHED_GROUP = "matched-group"
    """One transfer for several claims, all named."""
    SHORT = "short"
    OVER = "over"
    TWICE = "twice"
    """What it names is paid already."""
    LATE = "late"
    CLOSED = "already-closed"
    EARLY = "no-seat-yet"
    """What it names is incomplete or waits in line, and was asked not to pay."""
    AMBIGUOUS = "ambiguous"
    """Several claims fit, or what the payer wrote contradicts itself."""
    PROPOSED = "proposed"
    """One claim (or one group) fits, and something is lacking for full agreement."""
    WRONG_CHECK_DIGIT = "wrong-check-digit"
    UNKNOWN = "unknown"
    REVERSED = "reversed"
    """The bank took a credit back, or this is the credit that it took back."""
    NOT_INCOME = "not-income"
    """A debit, interest, a fee given back."""
    DUPLICATE = "duplicate"
    """The same transfer as one in another file; not decided here, for it needs those files."""


class Because(StrEnum):
    """Why, as constants."""

    VIRTUAL_ACCOUNT = "virtual_account"
    NUMBER_EXACT = "number_exact"
    NUMBER_IN_PAYER_CODE = "number_in_payer_code"
    NUMBER_IN_EDI = "number_in_edi"
    NUMBER_IN_MEMO = "number_in_memo"
    SEVERAL_NUMBERS = "several_numbers"
    NUMBERS_UNRELATED = "numbers_unrelated"
    NUMBER_MISSING = "number_missing"
    NUMBER_TRUNCATED = "number_truncated"
    NUMBER_UNCLEAR = "number_unclear"
    NUMBER_UNKNOWN = "number_unknown"
    NUMBER_SIMILAR = "number_similar"
    WRONG_CHECK_DIGIT = "wrong_check_digit"

    NAME_MATCH = "name_match"
    NAME_PREFIX = "name_prefix"
    NAME_PREFIX_AMBIGUOUS = "name_prefix_ambiguous"
    NAME_SIMILAR = "name_similar"
    NAME_CONFLICT = "name_conflict"
    NAME_UNREADABLE = "name_unreadable"
    NO_NAME = "no_name"
    UNIQUE_FULL_NAME = "unique_full_name"
    SAME_KANA_AMBIGUOUS = "same_kana_ambiguous"
    ORGANIZATION_MATCH = "organization_match"
    ORGANIZATION_PAYER = "organization_payer"
    MUNICIPALITY_PAYER = "municipality_payer"

    AMOUNT_EXACT = "amount_exact"
    SUM_EXACT = "sum_exact"
    GROUP_TOTAL_EXACT = "group_total_exact"
    AMOUNT_SHORT = "amount_short"
    AMOUNT_OVER = "amount_over"
    AMOUNT_MULTIPLE = "amount_multiple"

    ALREADY_PAID = "already_paid"
    CLOSED_CLAIM = "closed_claim"
    WAITLISTED_CLAIM = "waitlisted_claim"
    AFTER_DEADLINE = "after_deadline"
    PAID_IN_TIME = "paid_in_time"
    SENT_IN_TIME = "sent_in_time"

    DEBIT = "debit"
    INTEREST = "interest"
    FEE_RETURNED = "fee_returned"
    BANK_CORRECTION = "bank_correction"
    CANCEL_RECORD = "cancel_record"
    ORIGINAL_NOT_FOUND = "original_not_found"
    CANCELS_EARLIER_FILE = "cancels_line_of_an_earlier_file"
    CANCELLED_BY_EARLIER_FILE = "cancelled_by_line_of_an_earlier_file"

    MAYBE_KNOWN = "maybe_known_from_another_file"
    RECORDED_BY_HAND = "recorded_by_hand"
    NOTIFIED_BY_MAIL = "notified_by_mail"


_SENTENCES = {
    Because.VIRTUAL_ACCOUNT: "It was paid to the account number of this application alone.",
    Because.NUMBER_EXACT: "The payer's name carries the reference.",
    Because.NUMBER_IN_PAYER_CODE: "The payer's code is the reference.",
    Because.NUMBER_IN_EDI: "The EDI field carries the reference.",
    Because.NUMBER_IN_MEMO: "The bank's memo carries the reference.",
    Because.SEVERAL_NUMBERS: "More than one reference is named.",
    Because.NUMBERS_UNRELATED: "The references belong to people who have nothing in common.",
    Because.NUMBER_MISSING: "No reference is named.",
    Because.NUMBER_TRUNCATED: "A digit of the reference is missing.",
    Because.NUMBER_UNCLEAR: "The reference can only be guessed from what was written.",
    Because.NUMBER_UNKNOWN: "The number is no application's.",
    Because.NUMBER_SIMILAR: "The number is one slip away from this reference.",
    Because.WRONG_CHECK_DIGIT: "The number is nobody's: its check digit is wrong.",
    Because.NAME_MATCH: "The payer's name is the name in the application.",
    Because.NAME_PREFIX: "The payer's name is the beginning of the name in the application.",
    Because.NAME_PREFIX_AMBIGUOUS: "The shortened name fits other applications too.",
    Because.NAME_SIMILAR: "The payer's name is similar, and not the same.",
    Because.NAME_CONFLICT: "The payer's name is not the one of this reference.",
    Because.NAME_UNREADABLE: "The names cannot be compared: one is in kanji, its kana unknown.",
    Because.NO_NAME: "There is no payer's name.",
    Because.UNIQUE_FULL_NAME: "Exactly one application has this name.",
    Because.SAME_KANA_AMBIGUOUS: "Several applications have this name.",
    Because.ORGANIZATION_MATCH: "The payer is the organisation in the application.",
    Because.ORGANIZATION_PAYER: "An organisation pays, for whom is not said.",
    Because.MUNICIPALITY_PAYER: "A municipality's accounting office pays.",
    Because.AMOUNT_EXACT: "The amount is what is owed.",
    Because.SUM_EXACT: "The amount is what these applications owe together.",
    Because.GROUP_TOTAL_EXACT: "The amount is what this group, or organisation, owes in all.",
    Because.AMOUNT_SHORT: "The amount is less than what is owed.",
    Because.AMOUNT_OVER: "The amount is more than what is owed.",
    Because.AMOUNT_MULTIPLE: "The amount is a multiple of the fee.",
    Because.ALREADY_PAID: "The application is paid already.",
    Because.CLOSED_CLAIM: "The application is closed.",
    Because.WAITLISTED_CLAIM: "The application has no seat yet.",
    Because.AFTER_DEADLINE: "The value date is after the last day to pay.",
    Because.PAID_IN_TIME: "The value date is in time.",
    Because.SENT_IN_TIME: "The payer sent it in time, and the bank valued it later.",
    Because.DEBIT: "Money went out.",
    Because.INTEREST: "The bank pays interest.",
    Because.FEE_RETURNED: "The bank gives a fee back.",
    Because.BANK_CORRECTION: "The bank corrects an entry of its own: perhaps nobody has paid.",
    Because.CANCEL_RECORD: "The bank takes an earlier credit back.",
    Because.ORIGINAL_NOT_FOUND: "The credit that is taken back does not stand in this file.",
    Because.CANCELS_EARLIER_FILE: "It takes back a credit of a file that was imported before.",
    Because.CANCELLED_BY_EARLIER_FILE: "A file that was imported before takes it back.",
    Because.MAYBE_KNOWN: "It may be the same transfer as one of another file.",
    Because.RECORDED_BY_HAND: "An operator has recorded such a payment by hand.",
    Because.NOTIFIED_BY_MAIL: "A collection agency has said so by mail.",
}

_WITH_FIGURE = {
    re.compile(r"probable_fee_(\d+)_deducted"): "Probably a fee of {} yen was deducted.",
    re.compile(r"cancelled_by_line_(\d+)"): "Line {} of the file takes it back.",
    re.compile(r"cancels_line_(\d+)"): "It takes line {} of the file back.",
    re.compile(r"paid_by_line_(\d+)"): "Line {} of the file has paid it.",
}


def probable_fee(yen: int) -> str:
    """The reason that a transfer is short by just what a bank takes for one."""
    return f"probable_fee_{yen}_deducted"


def cancelled_by_line(line: int) -> str:
    """The reason that another line of the same file takes this one back."""
    return f"cancelled_by_line_{line}"


def cancels_line(line: int) -> str:
    """The reason that this line takes back another one of the same file."""
    return f"cancels_line_{line}"


def paid_by_line(line: int) -> str:
    """The reason that another line of the same file was there first."""
    return f"paid_by_line_{line}"


def explained(reason: str) -> str:
    """The sentence for the office; a reason that nobody knows stands for itself."""
    if reason in _SENTENCES:
        return _SENTENCES[Because(reason)]
    for shape, sentence in _WITH_FIGURE.items():
        if found := shape.fullmatch(reason):
            return sentence.format(found[1])
    return reason


@dataclass(frozen=True, slots=True)
class Candidate:
    """One claim that a line may be meant for."""

    reference: str
    score: int
    """From 0 to 100; only for putting candidates in order."""
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to be done with one line, and why."""

    action: Action
    outcome: Outcome
    reasons: tuple[str, ...]
    references: tuple[str, ...] = ()
    """The claims it pays (match), or that the verdict speaks of."""
    shares: tuple[tuple[str, int], ...] = ()
    """Reference and yen: how the amount is divided, when it divides exactly; else empty."""
    candidates: tuple[Candidate, ...] = ()
    """For a person, best first; empty for a match."""
    identified: bool = False
    """Whether reference and name (or account) agree: only sum, date or state stand in the way."""
    likely_fee: int | None = None
    """Yen that a bank probably took, when the amount is short by just that."""
