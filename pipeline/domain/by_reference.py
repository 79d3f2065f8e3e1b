"""A line that names references: whether number, name and sum may be believed together.

Law of this file: a reference with a check digit is believed unless the name speaks against it; one
without is believed only together with a name that agrees.  A shortened name agrees where a field's
end explains it, or where it fits nobody else.  Several references count only when what they name
belongs together.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.claims import Ledger
from pipeline.domain.judging import judge
from pipeline.domain.line import Line
from pipeline.domain.payer_name import SPEAKS_FOR, Agreement, Payer, agreement, fits_elsewhere
from pipeline.domain.proposing import for_a_person, match
from pipeline.domain.remittance import Remittance
from pipeline.domain.verdict import Because, Outcome, Verdict

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
_WHOLE = frozenset({Agreement.NAME, Agreement.ORGANISATION})


def by_reference(remittance: Remittance, line: Line, ledger: Ledger) -> Verdict:
    """The verdict on a line that names at least one claim's reference."""
    references = _read_as(remittance, line, ledger)
    claims = [ledger.claims[reference] for reference in references]
    judgement = judge(claims, remittance, ledger.fee)
    believed, about_name = _believed(line.payer, references, ledger)
    strangers = _strangers(line, references)
    several = (Because.SEVERAL_NUMBERS,) if len(references) > 1 else ()
    reasons = (*line.places, *several, *about_name, *judgement.reasons, *strangers)
    if believed and judgement.pays and not strangers:
        return match(ledger, references, judgement, reasons)
    outcome = Outcome.PROPOSED if judgement.pays else judgement.outcome
    if outcome is Outcome.OVER and (group := whole_group(references, remittance.amount, ledger)):
        outcome, references = Outcome.PROPOSED, group
        reasons = (*line.places, *about_name, Because.GROUP_TOTAL_EXACT)
    if Because.NAME_CONFLICT in about_name:
        outcome = Outcome.AMBIGUOUS
        references = _meant_by_name(line.payer, references, ledger)
    elif strangers or (Because.NUMBERS_UNRELATED in about_name and not judgement.pays):
        outcome = Outcome.AMBIGUOUS
    return for_a_person(
        remittance, line, ledger, outcome, reasons, references, judgement, identified=believed
    )


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
    if best not in SPEAKS_FOR:
        return False, reasons
    if not _belong_together(payer, agreements, ledger):
        return False, (*reasons, Because.NUMBERS_UNRELATED)
    return True, reasons


def _belong_together(payer: Payer, agreements: dict[str, Agreement], ledger: Ledger) -> bool:
    """Whether each claim is the payer's own, or of the group, organisation or family of one.

    Where one claim has the payer's whole name, another of which it is only the beginning is not
    the payer's own.
    """
    whole = [ref for ref, how in agreements.items() if how in _WHOLE]
    own = whole or [ref for ref, how in agreements.items() if how in SPEAKS_FOR]
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


def whole_group(references: tuple[str, ...], amount: int, ledger: Ledger) -> tuple[str, ...]:
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
