"""What is owed by the applications of this installation, for reconciliation.

Law of this file: there is one account and so one ledger over all events; each claim belongs to the
event of its application, and a reference is nobody else's in any event.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from sqlalchemy.engine import Connection

from pipeline.domain.application import HAS_PAID, Application, State
from pipeline.domain.moment import last_day
from pipeline.domain.reconciliation import Claim, Ledger
from pipeline.domain.rules import Rules
from pipeline.store import applications
from pipeline.store.applications import Brief
from pipeline.workers.office import Office


def claims_of(connection: Connection, rules: Mapping[str, Rules]) -> list[Claim]:
    """Every application of these events, closed ones among them, in order of its number.

    Those of one contact are a group.
    """
    claims: list[Claim] = []
    first_of: dict[str, int] = {}
    shared: dict[_Names, _Names] = {}
    for place, one in enumerate(applications.briefs(connection, list(rules))):
        claim = _claim(one, rules[one.event].payment.fee, shared)
        group = f"{one.event}/{one.contact_address.lower()}"
        first = first_of.setdefault(group, place)
        if first != place:
            claims[first] = replace(claims[first], group=group)
            claim = replace(claim, group=group)
        claims.append(claim)
    return claims


def claim_of(application: Application, fee: int) -> Claim:
    """What one application owes, by itself."""
    owed = application.seats * fee - application.discount - application.credited
    return Claim(
        reference=application.reference,
        state=application.state.value,
        due=max(0, owed),
        credited=application.credited,
        pay_by=last_day(application.pay_by) if application.pay_by is not None else None,
    )


def ledger(
    office: Office, connection: Connection, taken_back: Iterable[tuple[str, int]] = ()
) -> Ledger:
    """The ledger as it is, without money (reference, yen) that is about to be taken back."""
    rules = {slug: served.rules for slug, served in office.events.items()}
    claims = claims_of(connection, rules)
    gone: Counter[str] = Counter()
    for reference, yen in taken_back:
        gone[reference] += yen
    if gone:
        claims = [_unpaid_again(one, gone[one.reference]) for one in claims]
    schemes = {one.payment.reference for one in rules.values()}
    # Numbers made in different ways prove themselves in different ways: then only names do.
    scheme = schemes.pop() if len(schemes) == 1 else None
    fee = min(one.payment.fee for one in rules.values())
    by_name = all(one.payment.settle_by_name for one in rules.values())
    return Ledger(claims, scheme, fee, by_name=by_name)


_Names = tuple[tuple[str | None, str | None], ...]


def _claim(one: Brief, fee: int, shared: dict[_Names, _Names]) -> Claim:
    """The claim; `shared` holds each organisation once, for many come from the same one."""
    names = dict.fromkeys((name, kana) for name, kana, _ in one.people if name or kana)
    if one.contact_name and all(one.contact_name != name for name, _ in names):
        names[one.contact_name, None] = None
    organizations: _Names = tuple(dict.fromkeys((org, None) for *_, org in one.people if org))
    return Claim(
        reference=one.reference,
        state=one.state,
        due=max(0, one.seats * fee - one.discount - one.credited),
        credited=one.credited,
        names=tuple(names),
        organizations=shared.setdefault(organizations, organizations),
        pay_by=_last_day(one.pay_by) if one.pay_by is not None else None,
    )


_last_day = lru_cache(maxsize=1024)(last_day)
"""Many claims have the same one."""


def _unpaid_again(claim: Claim, yen: int) -> Claim:
    if not yen:
        return claim
    paid = claim.state in HAS_PAID
    state = State.AWAITING_PAYMENT.value if paid else claim.state
    return replace(claim, state=state, due=claim.due + yen, credited=max(0, claim.credited - yen))
