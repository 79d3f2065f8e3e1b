"""Payers, and the ways in which they write who they are when nothing is wrong with it.

A kind is a function that makes one or more transfers.  `meant` is the truth: the claims, or none.
`must` says that everything agrees, so that it has to be settled by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from pipeline.domain.remittance import Flow, Remittance
from tests.domain.ledgers import FEE, Entry, World, at_the_bank


@dataclass
class Transfer:
    """One line of a statement, and the truth about it."""

    kind: str
    remittance: Remittance
    meant: frozenset[str] = frozenset()
    must: bool = False
    """Valid reference, agreeing name, exact sum, in time, open claims."""


@dataclass
class Writer:
    """Makes a statement for a world."""

    world: World
    paid: set[str] = field(default_factory=set)
    """Claims that some transfer has been meant for: two would compete."""

    @property
    def random(self) -> Random:
        return self.world.random

    def entry(self, *, is_open: bool = False) -> Entry:
        """Somebody for whom no transfer was made yet."""
        fresh = [one for one in self.world.entries if one.claim.reference not in self.paid]
        if is_open:
            fresh = [one for one in fresh if one.claim.awaits]
        chosen = self.random.choice(fresh or self.world.entries)
        if not fresh:
            raise LookupError("everybody has paid")
        self.paid.add(chosen.claim.reference)
        return chosen

    def line(self, payer: str, amount: int, **more: object) -> Remittance:
        """A credit in time, as the bank writes it."""
        day = date(2026, 2, 16) + timedelta(days=self.random.randrange(24))
        booked = day + timedelta(days=self.random.choice([0, 0, 0, 1]))
        fields = {
            "flow": Flow.CREDIT, "booked_on": booked, "value_date": day,
            "amount": amount, "payer": payer,
        } | more  # fmt: skip
        return Remittance(**fields)  # type: ignore[arg-type]  # the tests choose the fields


# ---------------------------------------------------------------- how a payer writes


def full_name(writer: Writer, entry: Entry) -> str:
    family, given = entry.words
    shape = writer.random.random()
    if shape < 0.8:
        return f"{family} {given}"
    return family + given if shape < 0.95 else f"{given} {family}"


def with_number(writer: Writer, number: str, name: str) -> str:
    random = writer.random
    wide = number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    said = random.choice(
        [number] * 8 + [wide, f"No.{number}", f"ウケツケ{number}", f"バンゴウ {number}"]
    )
    place = random.random()
    if place < 0.7:
        return f"{said} {name}"
    if place < 0.85:
        return f"{said}{name}"
    return f"{name} {said}" if place < 0.95 else f"{name}{said}"


def by_hand(writer: Writer, text: str) -> str:
    """Half-width as in a record, or wide as some banks' CSV files have it."""
    return at_the_bank(text) if writer.random.random() < 0.8 else text


def visible_conflict(entry: Entry, other: Entry) -> bool:
    """Whether a payer who writes `entry`'s names cannot be taken for `other`."""
    if entry.body == other.body or (entry.claim.group and entry.claim.group == other.claim.group):
        return False
    theirs = {word for _, kana in other.claim.names if kana for word in kana.split()}
    return not theirs & set(entry.words)


# ---------------------------------------------------------------- kinds


def clean(writer: Writer) -> list[Transfer]:
    entry = writer.entry()
    text = by_hand(writer, with_number(writer, entry.claim.reference, full_name(writer, entry)))
    return [settling(writer, "clean", entry, text)]


def settling(
    writer: Writer, kind: str, entry: Entry, payer: str, *, must: bool = True, **more: object
) -> Transfer:
    amount = entry.claim.due or FEE
    made = writer.line(payer, amount, **more)
    return Transfer(kind, made, frozenset({entry.claim.reference}), must and entry.claim.awaits)


def in_a_field(writer: Writer) -> list[Transfer]:
    """The number stands in the payer's code, in EDI or in the memo."""
    entry = writer.entry()
    number = entry.claim.reference
    name = by_hand(writer, " ".join(entry.words))
    place = writer.random.choice(["payer_code", "edi", "memo"])
    fields: dict[str, Any] = {place: number.zfill(10) if place == "payer_code" else number}
    return [settling(writer, "field", entry, name, **fields)]


def by_organisation(writer: Writer) -> list[Transfer]:
    entry = writer.entry()
    name = writer.random.choice(entry.body.payers)
    text = by_hand(writer, f"{entry.claim.reference} {name}")
    readable = entry.claim.organizations[0][1] is not None
    return [settling(writer, "organisation", entry, text, must=readable)]


def cut_off(writer: Writer) -> list[Transfer]:
    """The field ends before the name does."""
    entry = writer.entry()
    width = writer.random.choice([14, 20])
    name = writer.random.choice([" ".join(entry.words), entry.body.payers[0]])
    whole = at_the_bank(f"{entry.claim.reference} {name}")
    return [settling(writer, "cut", entry, whole[:width].rstrip(), must=False)]


def cut_person(writer: Writer) -> list[Transfer]:
    """A long name, cut within the given name: the reference proves itself."""
    entry = writer.entry()
    whole = at_the_bank(f"{entry.claim.reference} {' '.join(entry.words)}")
    cut = whole[:14].rstrip()
    family = at_the_bank(f"{entry.claim.reference} {entry.words[0]} ")
    must = writer.world.scheme is not None and len(whole) > 14 == len(cut) > len(family)
    return [settling(writer, "cut-person", entry, cut, must=must)]


def family_only(writer: Writer) -> list[Transfer]:
    entry = writer.entry()
    text = by_hand(writer, f"{entry.claim.reference} {entry.words[0]}")
    return [settling(writer, "family", entry, text, must=False)]


def number_only(writer: Writer) -> list[Transfer]:
    entry = writer.entry()
    return [settling(writer, "number", entry, entry.claim.reference, must=False)]


def name_only(writer: Writer) -> list[Transfer]:
    entry = writer.entry()
    return [settling(writer, "name", entry, by_hand(writer, full_name(writer, entry)), must=False)]


def organisation_only(writer: Writer) -> list[Transfer]:
    entry = writer.entry()
    text = by_hand(writer, writer.random.choice(entry.body.payers))
    return [settling(writer, "organisation-only", entry, text, must=False)]


def municipality(writer: Writer) -> list[Transfer]:
    entry = writer.entry()
    if not entry.body.accountants:
        return [
            settling(writer, "name", entry, by_hand(writer, full_name(writer, entry)), must=False)
        ]
    text = by_hand(writer, writer.random.choice(entry.body.accountants))
    edi = entry.claim.reference if writer.random.random() < 0.4 else ""
    return [settling(writer, "municipality", entry, text, must=False, edi=edi)]


def group(writer: Writer) -> list[Transfer]:
    """All numbers of a group, as a list or as a range where they follow each other."""
    some = [
        one for one in writer.world.groups() if not {e.claim.reference for e in one} & writer.paid
    ]
    if not some:
        return clean(writer)
    members = writer.random.choice(some)
    numbers = [one.claim.reference for one in members]
    writer.paid.update(numbers)
    written = writer.random.choice([" ", ",", "･", " "]).join(numbers)
    if writer.world.scheme is None and writer.random.random() < 0.5:
        dash = writer.random.choice(["-", "ｶﾗ", "~"])
        written = f"{numbers[0]}{dash}{numbers[-1]}"
    readable = all(one.claim.organizations[0][1] for one in members)
    by_body = readable and writer.random.random() < 0.6
    name = writer.random.choice(members[0].body.payers) if by_body else " ".join(members[0].words)
    amount = sum(one.claim.due for one in members)
    made = writer.line(f"{written} {at_the_bank(name)}", amount)
    return [Transfer("group", made, frozenset(numbers), must=True)]


def group_total(writer: Writer) -> list[Transfer]:
    """The organisation pays for its group and names no number."""
    some = [
        one for one in writer.world.groups() if not {e.claim.reference for e in one} & writer.paid
    ]
    if not some:
        return name_only(writer)
    members = writer.random.choice(some)
    writer.paid.update(one.claim.reference for one in members)
    amount = sum(one.claim.due for one in members)
    made = writer.line(at_the_bank(members[0].body.payers[0]), amount)
    return [Transfer("group-total", made, frozenset(one.claim.reference for one in members))]
