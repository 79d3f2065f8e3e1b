"""What is owed: the claims, and the ledger in which a payer's number or name finds them.

Law of this file: the ledger finds and counts; it judges nothing.  Names are looked up by
`kana.key`, among claims of every state, because a name that somebody else has too proves nothing.
Indexes are built at their first use and never change, for settling changes only what is owed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from pipeline.domain import kana, organisations
from pipeline.domain.application import HAS_PAID, State
from pipeline.domain.name_index import Organisations, People, given, persons, words_of
from pipeline.domain.payer_numbers import Numbering
from pipeline.domain.rules import ReferenceScheme

_NO_SEAT = frozenset({State.UNCONFIRMED, State.INCOMPLETE, State.WAITLISTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one application owes, and by what its payer may be recognised."""

    reference: str
    state: str
    """A value of `application.State`; any other word is read as closed."""
    due: int
    """Yen still owed, by the whole claim."""
    credited: int = 0
    """Yen that have arrived for it."""
    names: tuple[tuple[str | None, str | None], ...] = ()
    """Name and kana of the contact and each participant; a latin name stands as a name."""
    organizations: tuple[tuple[str | None, str | None], ...] = ()
    """Name and kana of their organisations."""
    group: str | None = None
    """Claims with the same word here were made together."""
    pay_by: date | None = None
    """The last day that is in time; None: there is none."""
    virtual_account: str = ""
    """The account number that is this claim's alone."""

    @property
    def awaits(self) -> bool:
        """Whether money is expected for it."""
        return self.state == State.AWAITING_PAYMENT and self.due > 0

    @property
    def is_paid(self) -> bool:
        """Whether nothing more is expected because everything is here."""
        return self.state in HAS_PAID or (self.state == State.AWAITING_PAYMENT and self.due <= 0)

    @property
    def has_no_seat(self) -> bool:
        """Whether it was asked not to pay yet."""
        return self.state in _NO_SEAT


@dataclass(frozen=True, slots=True)
class Known:
    """The names of one claim, as keys."""

    names: frozenset[str]
    """Whole names, as they were given."""
    persons: frozenset[str]
    """Whole names with their words in any order."""
    families: frozenset[str]
    """First words of names that have more than one."""
    organisations: frozenset[str]
    """See `organisations.forms`."""

    @property
    def has_readable_person(self) -> bool:
        """Whether a payer in kana can be compared with its people."""
        return any(not kana.is_written_in_kanji(name) for name in self.names)

    @property
    def has_readable_organisation(self) -> bool:
        """The same for its organisations; none at all is readable."""
        return not self.organisations or any(
            not kana.is_written_in_kanji(form) for form in self.organisations
        )


def known(claim: Claim) -> Known:
    """The keys of a claim's names."""
    names = [words_of(text) for text in given(claim.names)]
    orders = [persons(words) for words in names]
    organised = [organisations.forms(text) for text in given(claim.organizations)]
    return Known(
        frozenset("".join(words) for words in names) - {""},
        frozenset(key for some in orders for key in some) - {""},
        frozenset(words[0] for words, some in zip(names, orders, strict=True) if len(some) > 1),
        frozenset().union(*organised),
    )


class Ledger:
    """The claims of one event.

    `scheme` None: any digits that are a claim's reference count, and nothing proves them. `fee` is
    what one seat costs, in yen. `by_name`: whether a full name that is nobody else's and the exact
    amount settle a claim without any number.
    """

    def __init__(
        self,
        claims: Iterable[Claim],
        scheme: ReferenceScheme | None,
        fee: int,
        *,
        by_name: bool = False,
    ) -> None:
        self.scheme = scheme
        self.fee = fee
        self.by_name = by_name
        self.claims: dict[str, Claim] = {}
        self._known: dict[str, Known] = {}
        for claim in claims:
            if claim.reference in self.claims:
                raise ValueError(f"reference {claim.reference} stands in the ledger twice")
            self.claims[claim.reference] = claim

    @cached_property
    def numbering(self) -> Numbering:
        """What numbers there are."""
        lengths = {len(reference) for reference in self.claims}
        if self.scheme is not None:
            lengths.add(self.scheme.digits)
        return Numbering(self.scheme, self.claims, frozenset(lengths))

    def known(self, reference: str) -> Known:
        """The keys of one claim's names."""
        if reference not in self._known:
            self._known[reference] = known(self.claims[reference])
        return self._known[reference]

    @cached_property
    def people(self) -> People:
        """Everybody's names."""
        return People(self.claims)

    @cached_property
    def organisations(self) -> Organisations:
        """Everybody's organisations."""
        return Organisations(self.claims)

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The claims of each group."""
        found: dict[str, list[str]] = {}
        for claim in self.claims.values():
            if claim.group is not None:
                found.setdefault(claim.group, []).append(claim.reference)
        return {group: tuple(members) for group, members in found.items()}

    @cached_property
    def virtual_accounts(self) -> dict[str, tuple[str, ...]]:
        """The claims of each payer's own account number."""
        found: dict[str, list[str]] = {}
        for claim in self.claims.values():
            if number := claim.virtual_account.lstrip("0"):
                found.setdefault(number, []).append(claim.reference)
        return {number: tuple(members) for number, members in found.items()}

    def settle(self, shares: Iterable[tuple[str, int]]) -> None:
        """Take yen off what claims owe; one that owes nothing more is paid."""
        for reference, yen in shares:
            claim = self.claims[reference]
            left = claim.due - yen
            state = State.PAID.value if left <= 0 else claim.state
            self.claims[reference] = replace(
                claim, due=max(0, left), credited=claim.credited + yen, state=state
            )
