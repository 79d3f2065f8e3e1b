"""Transfers with something wrong in them, and whole statements of every kind.

Each carries the truth of `payers.Transfer`; here it is what a reader must not be talked out of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.domain.remittance import Flow
from tests.domain.ledgers import DEADLINE, FEE, NEAR, World, at_the_bank
from tests.domain.payers import (
    Transfer,
    Writer,
    by_hand,
    by_organisation,
    clean,
    cut_off,
    cut_person,
    family_only,
    full_name,
    group,
    group_total,
    in_a_field,
    municipality,
    name_only,
    number_only,
    organisation_only,
    settling,
    visible_conflict,
    with_number,
)


def group_with_a_slip(writer: Writer) -> list[Transfer]:
    """One number of the list belongs to a stranger."""
    some = [
        one for one in writer.world.groups() if not {e.claim.reference for e in one} & writer.paid
    ]
    if not some:
        return wrong_reference(writer)
    members = writer.random.choice(some)
    strangers = [
        one for one in writer.world.entries
        if one.claim.awaits and all(visible_conflict(member, one) for member in members)
    ]  # fmt: skip
    numbers = [one.claim.reference for one in members]
    writer.paid.update(numbers)
    written = [*numbers[:-1], writer.random.choice(strangers).claim.reference]
    name = writer.random.choice([members[0].body.payers[0], " ".join(members[0].words)])
    made = writer.line(f"{' '.join(written)} {at_the_bank(name)}", len(members) * FEE)
    return [Transfer("group-slip", made, frozenset(numbers))]


def typo(writer: Writer) -> list[Transfer]:
    """One digit wrong, two swapped, one missing, one too many."""
    entry = writer.entry()
    number, random = entry.claim.reference, writer.random
    at = random.randrange(len(number) - 1)
    wrong = random.choice(
        [
            number[:at] + random.choice("0123456789") + number[at + 1 :],
            number[:at] + number[at + 1] + number[at] + number[at + 2 :],
            number[:at] + number[at + 1 :],
            number[:-1],
            number[:at] + random.choice("0123456789") + number[at:],
        ]
    )
    hit = next((one for one in writer.world.entries if one.claim.reference == wrong), entry)
    named = random.random() < 0.9 or writer.world.scheme is None
    if hit is not entry and not (named and visible_conflict(entry, hit)):
        wrong = number
    text = by_hand(writer, f"{wrong} {full_name(writer, entry)}" if named else wrong)
    return [settling(writer, "typo", entry, text, must=False)]


def wrong_reference(writer: Writer) -> list[Transfer]:
    """Somebody else's real number beside one's own name."""
    entry = writer.entry(is_open=True)
    others = [one for one in writer.world.entries if visible_conflict(entry, one)]
    number = writer.random.choice(others).claim.reference
    name = writer.random.choice([full_name(writer, entry), entry.body.payers[0]])
    text = by_hand(writer, with_number(writer, number, name))
    return [settling(writer, "wrong-reference", entry, text, must=False)]


def namesake(writer: Writer) -> list[Transfer]:
    """The family name alone, beside the number of somebody else of that family."""
    entry = writer.entry(is_open=True)
    others = [
        one for one in writer.world.entries
        if one.words[0] == entry.words[0] and one is not entry and one.claim.awaits
    ]  # fmt: skip
    number = writer.random.choice(others or [entry]).claim.reference
    text = by_hand(writer, f"{number} {entry.words[0]}")
    return [settling(writer, "namesake", entry, text, must=False)]


def near_namesake(writer: Writer) -> list[Transfer]:
    """One's own name, beside the number of somebody whose name sounds nearly the same."""
    owing = [one for one in writer.world.entries if one.claim.awaits and one.words[0] in NEAR]
    by_words = {one.words: one for one in owing}
    pairs = [
        (one, by_words[NEAR[one.words[0]], one.words[1]])
        for one in owing
        if one.claim.reference not in writer.paid and (NEAR[one.words[0]], one.words[1]) in by_words
    ]
    if not pairs:
        return misspelt(writer)
    entry, other = writer.random.choice(pairs)
    writer.paid.add(entry.claim.reference)
    text = by_hand(writer, f"{other.claim.reference} {' '.join(entry.words)}")
    return [settling(writer, "near-namesake", entry, text, must=False)]


def alike_bodies(writer: Writer) -> list[Transfer]:
    """The beginning of an organisation's name, beside the number of another that begins so."""
    entry = writer.entry(is_open=True)
    start = entry.body.kana[:4]
    others = [
        one for one in writer.world.entries
        if one.body != entry.body and one.body.kana.startswith(start) and one.claim.awaits
        and start not in {one.body.kana, entry.body.kana}
    ]  # fmt: skip
    number = writer.random.choice(others or [entry]).claim.reference
    text = by_hand(writer, f"{number} {start}")
    return [settling(writer, "alike-bodies", entry, text, must=False)]


def colleague(writer: Writer) -> list[Transfer]:
    """A colleague's or a companion's real number beside one's own name."""
    entry = writer.entry(is_open=True)
    others = [
        one for one in writer.world.entries
        if one.body == entry.body and not set(one.words) & set(entry.words)
        and not any(word in (kana or "") for word in entry.words for _, kana in one.claim.names)
    ]  # fmt: skip
    number = writer.random.choice(others or [entry]).claim.reference
    text = by_hand(writer, with_number(writer, number, full_name(writer, entry)))
    return [settling(writer, "colleague", entry, text, must=False)]


def misspelt(writer: Writer) -> list[Transfer]:
    """A letter of the name is wrong; the number may be there or not."""
    entry = writer.entry()
    name = list(f"{entry.words[0]} {entry.words[1]}")
    name[writer.random.randrange(len(name))] = writer.random.choice("アカサタナハマヤラワン")
    number = f"{entry.claim.reference} " if writer.random.random() < 0.5 else ""
    text = by_hand(writer, number + "".join(name))
    return [settling(writer, "misspelt", entry, text, must=False)]


def unequal(writer: Writer) -> list[Transfer]:
    """A fee was taken, too much was paid, or only a half of it."""
    entry = writer.entry()
    text = by_hand(writer, f"{entry.claim.reference} {' '.join(entry.words)}")
    due = entry.claim.due or FEE
    amount = writer.random.choice(
        [due - 330, due - 110, due - 990, due + 100, 2 * due, due // 2, due - 1]
    )
    line = writer.line(text, amount)
    return [Transfer("unequal", line, frozenset({entry.claim.reference}))]


def split(writer: Writer) -> list[Transfer]:
    """One claim paid in two parts."""
    entry = writer.entry()
    text = at_the_bank(f"{entry.claim.reference} {' '.join(entry.words)}")
    meant = frozenset({entry.claim.reference})
    return [
        Transfer("split", writer.line(text, (entry.claim.due or FEE) // 2), meant) for _ in "12"
    ]


def double(writer: Writer) -> list[Transfer]:
    """Paid twice: one of the two is settled."""
    entry = writer.entry()
    text = at_the_bank(f"{entry.claim.reference} {' '.join(entry.words)}")
    return [settling(writer, "double", entry, text, must=False) for _ in "12"]


def late(writer: Writer) -> list[Transfer]:
    entry = writer.entry()
    text = at_the_bank(f"{entry.claim.reference} {' '.join(entry.words)}")
    day = DEADLINE + timedelta(days=writer.random.randrange(1, 9))
    if writer.random.random() < 0.3:
        sent = datetime(2026, 3, 12, 23, 58)
        day = DEADLINE + timedelta(days=1)
        return [settling(writer, "sent", entry, text, booked_on=day, value_date=day, sent_at=sent)]
    transfer = settling(writer, "late", entry, text, must=False, booked_on=day, value_date=day)
    return [transfer]


def cancelled(writer: Writer) -> list[Transfer]:
    """A clean transfer that the bank takes back: nobody has paid."""
    entry = writer.entry()
    text = at_the_bank(f"{entry.claim.reference} {' '.join(entry.words)}")
    first = writer.line(text, entry.claim.due or FEE)
    back = writer.line(
        text,
        first.amount,
        flow=Flow.CANCELLATION,
        booked_on=first.booked_on,
        value_date=first.value_date,
    )
    return [Transfer("cancelled", first), Transfer("cancel", back)]


def noise(writer: Writer) -> list[Transfer]:
    """What is nobody's fee."""
    payer, flow, amount = writer.random.choice(
        [
            ("ﾌﾘｺﾐﾃｽｳﾘﾖｳ", Flow.DEBIT, 330),
            ("ﾘｿｸ", Flow.CREDIT, 2),
            ("普通預金利息", Flow.CREDIT, 2),
            ("", Flow.CREDIT, FEE),
            ("ｹﾞﾝｷﾝ", Flow.CREDIT, FEE),
            ("ｶ)ﾖｿﾉｶｲｼﾔ", Flow.CREDIT, 54000),
            ("ｸﾗﾀ ﾍｲｽｹ", Flow.CREDIT, FEE),
            ("ｻﾄｳ ﾍｲｽｹ", Flow.CREDIT, FEE),
            ("20260305 ｸﾗﾀ ﾍｲｽｹ", Flow.CREDIT, FEE),
            ("090-1234-5678", Flow.CREDIT, FEE),
            ("1000", Flow.CREDIT, FEE),
            ("2026", Flow.CREDIT, FEE),
        ]
    )
    return [Transfer("noise", writer.line(payer, amount, flow=flow))]


KINDS: list[tuple[Callable[[Writer], list[Transfer]], int]] = [
    (clean, 50), (in_a_field, 6), (by_organisation, 6), (cut_off, 2), (cut_person, 3), (group, 4),
    (family_only, 1), (number_only, 2), (name_only, 6), (organisation_only, 2), (municipality, 2),
    (group_total, 1), (group_with_a_slip, 1), (typo, 4), (wrong_reference, 3), (misspelt, 2),
    (unequal, 3), (split, 1), (double, 2), (late, 2), (cancelled, 1), (noise, 3),
    (namesake, 1), (alike_bodies, 1), (colleague, 1), (near_namesake, 1),
]  # fmt: skip


def statement(world: World, count: int) -> list[Transfer]:
    """A file of about `count` transfers, in no order; fewer if everybody has paid."""
    writer = Writer(world)
    makers, weights = zip(*KINDS, strict=True)
    made: list[Transfer] = []
    while len(made) < count:
        try:
            made += world.random.choices(makers, weights)[0](writer)
        except LookupError:
            break
    world.random.shuffle(made)
    for line, transfer in enumerate(made, start=1):
        transfer.remittance = replace(transfer.remittance, line=line)
    return made
