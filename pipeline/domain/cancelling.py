"""Which credit a cancellation takes back.

Law of this file: a cancellation (取消区分 1, 訂正) takes back an earlier credit of the same sum
from the same payer, the latest one that is not taken back yet; the order of the lines means
nothing.  One that finds none stays alone, and a person looks for what it undoes.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain import kana
from pipeline.domain.remittance import Flow, Remittance


def in_order(remittance: Remittance) -> tuple[object, ...]:
    """The canonical order: by the day that counts, the larger sum first, then by all it says.

    Two lines of which neither goes before the other are equal in everything but their place.
    """
    sent = remittance.sent_at
    return (
        remittance.value_date,
        (sent is None, sent.isoformat() if sent is not None else ""),
        remittance.booked_on,
        -remittance.amount,
        remittance.payer,
        remittance.payer_code,
        remittance.edi,
        remittance.memo,
        remittance.virtual_account,
        remittance.bank_id,
        remittance.method,
        remittance.line,
    )


def pairs(remittances: Sequence[Remittance]) -> dict[int, int]:
    """Each cancellation's place in the sequence with the place of the credit it takes back."""
    places = sorted(range(len(remittances)), key=lambda place: in_order(remittances[place]))
    credits_by_content: dict[tuple[object, ...], list[int]] = {}
    for place in places:
        if remittances[place].flow is Flow.CREDIT:
            credits_by_content.setdefault(_content(remittances[place]), []).append(place)
    found: dict[int, int] = {}
    for place in places:
        cancel = remittances[place]
        if cancel.flow is not Flow.CANCELLATION or not kana.key(cancel.payer + cancel.memo):
            continue
        open_credits = credits_by_content.get(_content(cancel), [])
        earlier = [at for at in open_credits if remittances[at].booked_on <= cancel.booked_on]
        if earlier:
            credit = max(earlier, key=lambda at: _nearness(remittances[at], cancel))
            open_credits.remove(credit)
            found[place] = credit
    return found


def _content(remittance: Remittance) -> tuple[object, ...]:
    """What a credit and its cancellation have in common."""
    return (
        remittance.amount,
        kana.key(remittance.payer or remittance.memo),
        remittance.payer_code.strip(" 0"),
        remittance.virtual_account,
    )


def _nearness(credit: Remittance, cancel: Remittance) -> tuple[object, ...]:
    """Larger for the credit that a cancellation means: the same number, EDI and day, then late."""
    same_number = bool(credit.bank_id.strip("0")) and credit.bank_id == cancel.bank_id
    same_day = credit.value_date == cancel.value_date
    return (same_number, credit.edi == cancel.edi, same_day, credit.booked_on, in_order(credit))
