"""A line that names no claim's reference: whose it may be, by its payer's name.

Law of this file: a name proposes and a person decides.  Only where the office asks for it
(`Ledger.by_name`) does a whole name settle something, when it is nobody else's, is not the
beginning of another, and no number was tried beside it.
"""

from __future__ import annotations

from itertools import islice

from pipeline.domain.by_reference import whole_group
from pipeline.domain.candidates import MOST, of_place, rank
from pipeline.domain.claims import Ledger
from pipeline.domain.judging import judge
from pipeline.domain.line import Line, number_reasons
from pipeline.domain.organisations import LEAST_PREFIX
from pipeline.domain.payer_name import Payer
from pipeline.domain.proposing import for_a_person, match
from pipeline.domain.remittance import Remittance
from pipeline.domain.verdict import Because, Outcome, Verdict

_MOST_FORMS = 20
"""Forms of organisations that are looked at; one organisation has fewer."""


def by_name(remittance: Remittance, line: Line, ledger: Ledger) -> Verdict:
    """A line that names no claim's reference: proposals, and a match only where the rules allow."""
    reasons: tuple[str, ...] = number_reasons(line.numbers)
    payer = line.payer
    if not payer.key:
        outcome = _lacking(line, Outcome.UNKNOWN)
        return for_a_person(remittance, line, ledger, outcome, (*reasons, Because.NO_NAME), ())
    if people := _people_named(payer, ledger):
        return _by_person(remittance, line, people, reasons, ledger)
    if members := _members(payer, ledger):
        return _by_organisation(remittance, line, members, reasons, ledger)
    return _by_likeness(remittance, line, reasons, ledger)


def _lacking(line: Line, otherwise: Outcome) -> Outcome:
    return Outcome.WRONG_CHECK_DIGIT if line.numbers.wrong else otherwise


def _people_named(payer: Payer, ledger: Ledger) -> tuple[str, ...]:
    """The claims of exactly this person; else of people whom its words name."""
    if whole := ledger.people.of(payer.key):
        return tuple(whole)
    parts = (ref for window in payer.windows for ref in ledger.people.of(window))
    return tuple(dict.fromkeys(parts))


def _by_person(
    remittance: Remittance,
    line: Line,
    people: tuple[str, ...],
    reasons: tuple[str, ...],
    ledger: Ledger,
) -> Verdict:
    if len(people) > 1:
        people = _by_truncated_number(people, line) or people
    if len(people) > 1:
        reasons = (*reasons, Because.SAME_KANA_AMBIGUOUS)
        first_open = sorted(people, key=lambda ref: not ledger.claims[ref].awaits)
        outcome = _lacking(line, Outcome.AMBIGUOUS)
        return for_a_person(remittance, line, ledger, outcome, reasons, tuple(first_open[:MOST]))
    judgement = judge([ledger.claims[people[0]]], remittance, ledger.fee)
    reasons = (*reasons, Because.UNIQUE_FULL_NAME, *judgement.reasons)
    if ledger.by_name and judgement.pays and _is_certain(line, people, ledger):
        return match(ledger, people, judgement, reasons)
    outcome = _lacking(line, Outcome.PROPOSED) if judgement.pays else judgement.outcome
    if outcome is Outcome.OVER and (group := whole_group(people, remittance.amount, ledger)):
        outcome, people = _lacking(line, Outcome.PROPOSED), group
        reasons = (*number_reasons(line.numbers), Because.NAME_MATCH, Because.GROUP_TOTAL_EXACT)
    return for_a_person(remittance, line, ledger, outcome, reasons, people, judgement)


def _by_truncated_number(people: tuple[str, ...], line: Line) -> tuple[str, ...]:
    """Of several with one name, those whose reference begins as the number does."""
    return tuple(ref for ref in people if ref.startswith(line.numbers.truncated or ("-",)))


def _is_certain(line: Line, people: tuple[str, ...], ledger: Ledger) -> bool:
    """Whether a name without a number says enough: whole, nobody else's, no number tried."""
    longer = ledger.people.beginning_with(line.payer.key)
    return (
        line.numbers.silent
        and not line.payer.cut
        and line.payer.key in ledger.known(people[0]).persons
        and all(tuple(ledger.people.of(name)) == people for name in longer)
    )


def _members(payer: Payer, ledger: Ledger) -> tuple[str, ...]:
    """The claims of the organisation, or of the municipality, that pays."""
    found = [ref for form in sorted(payer.forms) for ref in ledger.organisations.of(form)]
    for forms, _ in payer.organisation_and_rest if not found else ():
        found += [ref for form in sorted(forms) for ref in ledger.organisations.of(form)]
    if not found and payer.place is not None:
        found = of_place(payer.place, ledger)
    if not found and payer.is_organisation and len(payer.bare) >= LEAST_PREFIX:
        # Cut off: whose beginning it is, if it is one organisation's alone.
        forms_begun = islice(ledger.organisations.beginning_with(payer.bare), _MOST_FORMS)
        begun = {tuple(ledger.organisations.of(form)) for form in forms_begun}
        found = list(*begun) if len(begun) == 1 else []
    return tuple(dict.fromkeys(found))


def _by_organisation(
    remittance: Remittance,
    line: Line,
    members: tuple[str, ...],
    reasons: tuple[str, ...],
    ledger: Ledger,
) -> Verdict:
    """An organisation says not for whom: the sum may; a person decides in any case."""
    reasons = (*reasons, Because.ORGANIZATION_PAYER)
    if line.payer.place is not None:
        reasons = (*reasons, Because.MUNICIPALITY_PAYER)
    still_open = tuple(ref for ref in members if ledger.claims[ref].awaits)
    for some in (*_groups_among(still_open, ledger), still_open):
        if len(some) > 1 and remittance.amount == sum(ledger.claims[ref].due for ref in some):
            judgement = judge([ledger.claims[ref] for ref in some], remittance, ledger.fee)
            outcome = _lacking(line, Outcome.PROPOSED) if judgement.pays else judgement.outcome
            reasons = (*reasons, Because.GROUP_TOTAL_EXACT, *judgement.reasons)
            return for_a_person(remittance, line, ledger, outcome, reasons, some, judgement)
    if len(still_open) > 1:
        outcome = _lacking(line, Outcome.AMBIGUOUS)
        return for_a_person(remittance, line, ledger, outcome, reasons, still_open[:MOST])
    one = still_open or members[:1]
    judgement = judge([ledger.claims[ref] for ref in one], remittance, ledger.fee)
    outcome = _lacking(line, Outcome.PROPOSED) if judgement.pays else judgement.outcome
    reasons = (*reasons, *judgement.reasons)
    return for_a_person(
        remittance, line, ledger, outcome, reasons, still_open or members[:MOST], judgement
    )


def _groups_among(references: tuple[str, ...], ledger: Ledger) -> list[tuple[str, ...]]:
    """The open claims, by group."""
    found: dict[str, list[str]] = {}
    for reference in references:
        if group := ledger.claims[reference].group:
            found.setdefault(group, []).append(reference)
    return [tuple(members) for members in found.values()]


def _by_likeness(
    remittance: Remittance, line: Line, reasons: tuple[str, ...], ledger: Ledger
) -> Verdict:
    """No whole name fits: what is alike is proposed; nothing alike is unknown."""
    if line.payer.is_organisation:
        reasons = (*reasons, Because.ORGANIZATION_PAYER)
    if line.payer.place is not None:
        reasons = (*reasons, Because.MUNICIPALITY_PAYER)
    candidates = rank(line.payer, line.numbers, remittance.amount, ledger)
    named = tuple(
        candidate.reference
        for candidate in candidates
        if {Because.NAME_SIMILAR, Because.NAME_PREFIX} & set(candidate.why)
    )
    if not candidates:
        outcome = _lacking(line, Outcome.UNKNOWN)
        return for_a_person(remittance, line, ledger, outcome, reasons, ())
    if len(named) != 1:
        outcome = _lacking(line, Outcome.AMBIGUOUS)
        return for_a_person(remittance, line, ledger, outcome, reasons, named)
    judgement = judge([ledger.claims[named[0]]], remittance, ledger.fee)
    reasons = (*reasons, candidates[0].why[0], *judgement.reasons)
    outcome = _lacking(line, Outcome.PROPOSED) if judgement.pays else judgement.outcome
    return for_a_person(remittance, line, ledger, outcome, reasons, named, judgement)
