"""What a bank's line pays: from the line and the ledger to a named verdict.

Promise 5 is kept here: nothing is paid on a guess.  A line settles claims by itself only when its
reference, its payer's name, its sum, the claims' states and the bank's dates all agree:

- a reference with a check digit is believed unless the name speaks against it;
- one without is believed only together with a name that agrees;
- a shortened name agrees where a field's end explains it, or where it fits nobody else;
- several references count together only when what they name belongs together.

Everything else is a verdict for a person, with what is proposed and why.  A file is decided in one
canonical order, whatever the order of its lines.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain import cancelling
from pipeline.domain.candidates import MOST, of_place, rank
from pipeline.domain.claims import Claim, Ledger
from pipeline.domain.judging import LIKELY_FEES, Judgement, judge
from pipeline.domain.line import (
    Line,
    number_reasons,
    read_line,
    why_no_income,
    without_doubtful,
)
from pipeline.domain.payer_name import Agreement, Payer, agreement, fits_elsewhere
from pipeline.domain.remittance import Flow, Remittance
from pipeline.domain.verdict import (
    Action,
    Because,
    Candidate,
    Outcome,
    Verdict,
    cancelled_by_line,
    cancels_line,
    explained,
    paid_by_line,
)

__all__ = [
    "LIKELY_FEES",
    "Action",
    "Because",
    "Candidate",
    "Claim",
    "Ledger",
    "Outcome",
    "Verdict",
    "explained",
    "reconcile",
    "reconcile_all",
]

_REASON = {
    Agreement.NAME: (Because.NAME_MATCH,),
    Agreement.ORGANISATION: (Because.ORGANIZATION_MATCH,),
    Agreement.CUT: (Because.NAME_PREFIX,),
    Agreement.BEGINNING: (Because.NAME_PREFIX,),
    Agreement.PLACE: (Because.ORGANIZATION_MATCH, Because.MUNICIPALITY_PAYER),
    Agreement.NO_NAME: (Because.NO_NAME,),
    Agreement.SIMILAR: (Because.NAME_SIMILAR,),
    Agreement.UNREADABLE: (Because.NAME_UNREADABLE,),
    Agreement.CONFLICT: (Because.NAME_CONFLICT,),
}
_SPEAKS_FOR = frozenset(
    {Agreement.NAME, Agreement.ORGANISATION, Agreement.CUT, Agreement.BEGINNING, Agreement.PLACE}
)


# ---------------------------------------------------------------- a whole file


def reconcile_all(remittances: Sequence[Remittance], ledger: Ledger) -> tuple[Verdict, ...]:
    """Every line's verdict, in the given order; what matches is settled in the ledger.

    Credits that the same file takes back are set aside first. Then the earliest value date comes
    first, and of one day the larger sum; any order of the same lines gives the same.
    """
    taken_back = cancelling.pairs(remittances)
    verdicts: dict[int, Verdict] = {}
    for cancel, credit in taken_back.items():
        verdicts[cancel] = _cancels(remittances[credit], ledger)
        verdicts[credit] = _is_cancelled(remittances[credit], remittances[cancel], ledger)
    rest = [place for place in range(len(remittances)) if place not in verdicts]
    rest.sort(key=lambda place: cancelling.in_order(remittances[place]))
    settled: dict[str, int] = {}
    for place in rest:
        verdicts[place] = verdict = reconcile(remittances[place], ledger)
        if verdict.action is Action.MATCH:
            ledger.settle(verdict.shares)
            settled |= dict.fromkeys(verdict.references, place)
    for place in rest:
        # What was proposed early may have been paid by a better line since.
        if verdicts[place].action is Action.REVIEW and _speaks_of(verdicts[place], settled):
            verdicts[place] = _again(remittances, place, settled, ledger, verdicts[place])
    return tuple(verdicts[place] for place in range(len(remittances)))


def _speaks_of(verdict: Verdict, settled: dict[str, int]) -> bool:
    return any(reference in settled for reference in verdict.references) or any(
        candidate.reference in settled for candidate in verdict.candidates
    )


def _again(
    remittances: Sequence[Remittance],
    place: int,
    settled: dict[str, int],
    ledger: Ledger,
    before: Verdict,
) -> Verdict:
    """A verdict as it stands at the end of the file."""
    verdict = reconcile(remittances[place], ledger)
    if verdict.action is Action.MATCH:
        return before
    first = [settled[reference] for reference in verdict.references if reference in settled]
    if not first or Because.ALREADY_PAID not in verdict.reasons:
        return verdict
    line = remittances[min(first, key=lambda at: cancelling.in_order(remittances[at]))].line
    return _with_reason(verdict, paid_by_line(line))


def _with_reason(verdict: Verdict, reason: str) -> Verdict:
    return Verdict(
        action=verdict.action,
        outcome=verdict.outcome,
        reasons=(*verdict.reasons, reason),
        references=verdict.references,
        shares=verdict.shares,
        candidates=verdict.candidates,
        likely_fee=verdict.likely_fee,
    )


def _cancels(credit: Remittance, ledger: Ledger) -> Verdict:
    return Verdict(
        action=Action.IGNORE,
        outcome=Outcome.REVERSED,
        reasons=(Because.CANCEL_RECORD, cancels_line(credit.line)),
        references=read_line(credit, ledger).numbers.known,
    )


def _is_cancelled(credit: Remittance, cancel: Remittance, ledger: Ledger) -> Verdict:
    return Verdict(
        action=Action.IGNORE,
        outcome=Outcome.REVERSED,
        reasons=(cancelled_by_line(cancel.line),),
        references=read_line(credit, ledger).numbers.known,
    )


# ---------------------------------------------------------------- one line


def reconcile(remittance: Remittance, ledger: Ledger) -> Verdict:
    """One line against the ledger as it is; changes nothing."""
    if remittance.flow is Flow.DEBIT:
        return Verdict(action=Action.IGNORE, outcome=Outcome.NOT_INCOME, reasons=(Because.DEBIT,))
    line = read_line(remittance, ledger)
    if remittance.flow is Flow.CANCELLATION:
        return _taken_back_alone(remittance, line, ledger)
    if owners := ledger.virtual_accounts.get(remittance.virtual_account.lstrip("0"), ()):
        return _by_account(remittance, owners, line, ledger)
    if line.numbers.doubtful and not _is_named_too(line, ledger):
        line = without_doubtful(line)
    if line.numbers.known:
        return _by_number(remittance, line, ledger)
    if no_income := why_no_income(remittance):
        return Verdict(action=Action.IGNORE, outcome=Outcome.NOT_INCOME, reasons=(no_income,))
    return _by_name(remittance, line, ledger)


def _is_named_too(line: Line, ledger: Ledger) -> bool:
    """Whether a name speaks for a number that may as well be a year or an amount."""
    whole = {Agreement.NAME, Agreement.ORGANISATION}
    return any(agreement(line.payer, ledger.known(n)) in whole for n in line.numbers.doubtful)


def _taken_back_alone(remittance: Remittance, line: Line, ledger: Ledger) -> Verdict:
    """A cancellation whose credit came in an earlier file: what that paid has to be undone."""
    references = line.numbers.known or tuple(ledger.people.of(line.payer.key))
    return _for_a_person(
        remittance,
        line,
        ledger,
        Outcome.REVERSED,
        (Because.CANCEL_RECORD, Because.ORIGINAL_NOT_FOUND, *line.places),
        references[:MOST],
    )


def _by_account(
    remittance: Remittance, owners: tuple[str, ...], line: Line, ledger: Ledger
) -> Verdict:
    """Paid to an account number that one claim alone was given: who paid does not matter."""
    judgement = judge([ledger.claims[owner] for owner in owners], remittance, ledger.fee)
    reasons = (Because.VIRTUAL_ACCOUNT, *judgement.reasons)
    if len(owners) > 1:
        return _for_a_person(remittance, line, ledger, Outcome.AMBIGUOUS, reasons, owners)
    if judgement.pays:
        return _match(ledger, owners, judgement, reasons)
    return _for_a_person(remittance, line, ledger, judgement.outcome, reasons, owners, judgement)


def _match(
    ledger: Ledger, references: tuple[str, ...], judgement: Judgement, reasons: tuple[str, ...]
) -> Verdict:
    return Verdict(
        action=Action.MATCH,
        outcome=judgement.outcome,
        reasons=reasons,
        references=references,
        shares=tuple((reference, ledger.claims[reference].due) for reference in references),
    )


def _for_a_person(
    remittance: Remittance,
    line: Line,
    ledger: Ledger,
    outcome: Outcome,
    reasons: tuple[str, ...],
    references: tuple[str, ...],
    judgement: Judgement | None = None,
) -> Verdict:
    """A review with its proposal; without any candidate, an unmatched line."""
    candidates = rank(line.payer, line.numbers, remittance.amount, ledger)
    if not references and not candidates and outcome is not Outcome.REVERSED:
        return Verdict(action=Action.UNMATCHED, outcome=outcome, reasons=reasons)
    claims = [ledger.claims[reference] for reference in references]
    exact = all(claim.awaits for claim in claims) and remittance.amount == sum(
        claim.due for claim in claims
    )
    return Verdict(
        action=Action.REVIEW,
        outcome=outcome,
        reasons=reasons,
        references=references,
        shares=tuple((claim.reference, claim.due) for claim in claims) if exact else (),
        candidates=candidates,
        likely_fee=judgement.likely_fee if judgement is not None else None,
    )


# ---------------------------------------------------------------- by reference


def _by_number(remittance: Remittance, line: Line, ledger: Ledger) -> Verdict:
    references = _read_as(remittance, line, ledger)
    claims = [ledger.claims[reference] for reference in references]
    judgement = judge(claims, remittance, ledger.fee)
    believed, about_name = _believed(line.payer, references, ledger)
    several = (Because.SEVERAL_NUMBERS,) if len(references) > 1 else ()
    reasons = (*line.places, *several, *about_name, *judgement.reasons)
    if strangers := _strangers(line, references):
        outcome = Outcome.AMBIGUOUS if judgement.pays else judgement.outcome
        reasons = (*reasons, *strangers)
        return _for_a_person(remittance, line, ledger, outcome, reasons, references, judgement)
    if Because.NAME_CONFLICT in about_name:
        references = _meant_by_name(line.payer, references, ledger)
        return _for_a_person(
            remittance, line, ledger, Outcome.AMBIGUOUS, reasons, references, judgement
        )
    if believed and judgement.pays:
        return _match(ledger, references, judgement, reasons)
    outcome = Outcome.PROPOSED if judgement.pays else judgement.outcome
    if outcome is Outcome.OVER and (group := _whole_group(references, remittance.amount, ledger)):
        outcome, references = Outcome.PROPOSED, group
        reasons = (*line.places, *about_name, Because.GROUP_TOTAL_EXACT)
    return _for_a_person(remittance, line, ledger, outcome, reasons, references, judgement)


def _read_as(remittance: Remittance, line: Line, ledger: Ledger) -> tuple[str, ...]:
    """The references named; `1018-1020` is only its two ends when the sum says so."""
    known, ends = line.numbers.known, line.numbers.ends
    sums = [sum(ledger.claims[ref].due for ref in some) for some in (known, ends)]
    return ends if sums[0] != remittance.amount == sums[1] else known


def _strangers(line: Line, references: tuple[str, ...]) -> tuple[str, ...]:
    """Numbers beside the references that are nobody's: something was meant by them."""
    if references != line.numbers.known:
        return ()
    unknown = (Because.NUMBER_UNKNOWN,) if line.numbers.unknown else ()
    return (*unknown, Because.WRONG_CHECK_DIGIT) if line.numbers.wrong else unknown


def _believed(
    payer: Payer, references: tuple[str, ...], ledger: Ledger
) -> tuple[bool, tuple[str, ...]]:
    """Whether these references and this name may settle something, and what to say of the name."""
    agreements = {ref: agreement(payer, ledger.known(ref)) for ref in references}
    best = min(agreements.values(), key=lambda one: one.value)
    reasons: tuple[str, ...] = _REASON[best]
    checked = ledger.numbering.checked
    if best is Agreement.NO_NAME:
        return checked, reasons
    if best in {Agreement.CUT, Agreement.BEGINNING} and not (best is Agreement.CUT and checked):
        if fits_elsewhere(payer, frozenset(references), ledger):
            return False, (*reasons, Because.NAME_PREFIX_AMBIGUOUS)
    elif best is Agreement.PLACE and not checked:
        return False, reasons
    if best not in _SPEAKS_FOR:
        return False, reasons
    if not _belong_together(payer, agreements, ledger):
        return False, (*reasons, Because.NUMBERS_UNRELATED)
    return True, reasons


def _belong_together(payer: Payer, agreements: dict[str, Agreement], ledger: Ledger) -> bool:
    """Whether each claim is the payer's own, or of the group, organisation or family of one."""
    own = [ref for ref, how in agreements.items() if how in _SPEAKS_FOR]
    return all(
        ref in own or any(_are_related(ref, other, payer, ledger) for other in own)
        for ref in agreements
    )


def _are_related(one: str, other: str, payer: Payer, ledger: Ledger) -> bool:
    group = ledger.claims[one].group
    if group is not None and group == ledger.claims[other].group:
        return True
    mine, theirs = ledger.known(one), ledger.known(other)
    if not mine.organisations.isdisjoint(theirs.organisations):
        return True
    return bool(payer.words) and payer.words[0] in mine.families & theirs.families


def _meant_by_name(payer: Payer, references: tuple[str, ...], ledger: Ledger) -> tuple[str, ...]:
    """Whose the money is when number and name differ: the name's, if it is one stranger's.

    A member of the same group or organisation may well pay for the one whose number it is.
    """
    named = ledger.people.of(payer.key)
    if len(named) != 1 or not ledger.claims[named[0]].awaits:
        return references
    related = any(_are_related(named[0], ref, payer, ledger) for ref in references)
    return references if related else (named[0],)


def _whole_group(references: tuple[str, ...], amount: int, ledger: Ledger) -> tuple[str, ...]:
    """The open claims of the group, or the organisation, of these, if they owe just this sum."""
    first = ledger.claims[references[0]]
    circles: list[Sequence[str]] = [ledger.groups.get(first.group or "", ())]
    circles += [
        ledger.organisations.of(form) for form in ledger.known(first.reference).organisations
    ]
    for circle in circles:
        still_open = [ref for ref in circle if ledger.claims[ref].awaits]
        if (
            set(references) <= set(still_open)
            and sum(ledger.claims[ref].due for ref in still_open) == amount
        ):
            return tuple(still_open)
    return ()


# ---------------------------------------------------------------- by name


def _by_name(remittance: Remittance, line: Line, ledger: Ledger) -> Verdict:
    """A line that names no claim's reference: proposals, and a match only where the rules allow."""
    reasons: tuple[str, ...] = number_reasons(line.numbers)
    payer = line.payer
    if not payer.key:
        outcome = _lacking(line, Outcome.UNKNOWN)
        return _for_a_person(remittance, line, ledger, outcome, (*reasons, Because.NO_NAME), ())
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
        return _for_a_person(remittance, line, ledger, outcome, reasons, tuple(first_open[:MOST]))
    judgement = judge([ledger.claims[people[0]]], remittance, ledger.fee)
    reasons = (*reasons, Because.UNIQUE_FULL_NAME, *judgement.reasons)
    if ledger.by_name and judgement.pays and _is_certain(line, people, ledger):
        return _match(ledger, people, judgement, reasons)
    outcome = _lacking(line, Outcome.PROPOSED) if judgement.pays else judgement.outcome
    return _for_a_person(remittance, line, ledger, outcome, reasons, people, judgement)


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
            return _for_a_person(remittance, line, ledger, outcome, reasons, some, judgement)
    if len(still_open) > 1:
        outcome = _lacking(line, Outcome.AMBIGUOUS)
        return _for_a_person(remittance, line, ledger, outcome, reasons, still_open[:MOST])
    one = still_open or members[:1]
    judgement = judge([ledger.claims[ref] for ref in one], remittance, ledger.fee)
    outcome = _lacking(line, Outcome.PROPOSED) if judgement.pays else judgement.outcome
    reasons = (*reasons, *judgement.reasons)
    return _for_a_person(
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
        return _for_a_person(remittance, line, ledger, outcome, reasons, ())
    if len(named) != 1:
        outcome = _lacking(line, Outcome.AMBIGUOUS)
        return _for_a_person(remittance, line, ledger, outcome, reasons, named)
    judgement = judge([ledger.claims[named[0]]], remittance, ledger.fee)
    reasons = (*reasons, candidates[0].why[0], *judgement.reasons)
    outcome = _lacking(line, Outcome.PROPOSED) if judgement.pays else judgement.outcome
    return _for_a_person(remittance, line, ledger, outcome, reasons, named, judgement)
