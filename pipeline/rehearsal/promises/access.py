"""Promises about the secret: who gets ID, password and Zoom link, and that nobody else does.

Law of this file: a letter carries the secret when the search finds it in its bytes, whatever the
letter calls itself.  Paid is what the bank's dates say, or what an operator let count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from pipeline.rehearsal import hunt
from pipeline.rehearsal.cases import ACCESS, Case, Dossier
from pipeline.rehearsal.evidence import Letter, addresses_in
from pipeline.rehearsal.promises.violation import Violation

_OVER = frozenset({"withdrawn", "cancelled"})
AT_ONCE = timedelta(hours=12)
"""Access that is due leaves by then: at night it waits for the morning."""


def access_only_when_paid(dossier: Dossier) -> list[Violation]:
    """ID, password and link go only to who has paid, at a registered address, in their time."""
    broken: list[Violation] = []
    for letter in _carrying(dossier):
        case = dossier.cases.get(letter.reference)
        if case is not None and letter.kind in ACCESS:
            broken += [
                Violation(fault, str(letter)) for fault in _wrongly_given(letter, case, dossier)
            ]
    return broken


def _wrongly_given(letter: Letter, case: Case, dossier: Dossier) -> list[str]:
    faults = []
    if not case.may_enter(letter.at):
        faults.append("access without money")
    if letter.recipient not in case.registered(letter.at):
        faults.append("access to an address that is not registered")
    if not dossier.access_opens_at(letter.at) <= letter.at < case.facts.access_ends_at:
        faults.append("access outside its time")
    if any(before.kind in _OVER for before in _before(letter, case)) and not case.gone(letter.at):
        faults.append("access after the application had ended")
    return faults


def _before(letter: Letter, case: Case) -> Iterator[Letter]:
    return (other for other in case.letters if other.number < letter.number)


def secret_nowhere_else(dossier: Dossier) -> list[Violation]:
    """No other letter and no file of the office holds the secret, however it is wrapped."""
    broken = [
        Violation("the search for secrets is blind", f"it does not find what is hidden in {where}")
        for where in hunt.blind_spots()
    ]
    for letter in _carrying(dossier):
        if letter.kind not in ACCESS or letter.reference not in dossier.cases:
            broken += [Violation("a secret in a letter that must have none", str(letter))]
    for found in dossier.season.found:
        what = f"the {found.name} stood in a file of the office"
        broken.append(Violation(what, f"{found.file} at {found.at:%m-%d %H:%M}"))
    return broken


def _carrying(dossier: Dossier) -> Iterator[Letter]:
    secrets = dossier.season.secrets
    return (letter for letter in dossier.letters if hunt.found_in(letter.raw, secrets))


# ---------------------------------------------------------------- those who paid


def paid_are_admitted(dossier: Dossier) -> list[Violation]:
    """Everybody who has paid gets ID and password, each participant, as soon as it may be."""
    broken: list[Violation] = []
    for case in dossier.cases.values():
        since = _entitled_since(case, dossier)
        if since is None:
            continue
        for address, people in _entitled(case, since, dossier).items():
            got = _admitted(case, address, since, dossier)
            if got < people:
                what = f"paid since {since:%m-%d %H:%M}, {got} of {people} at {address} admitted"
                broken.append(Violation(what, case.reference))
    return broken + _without_the_new_password(dossier)


def _without_the_new_password(dossier: Dossier) -> list[Violation]:
    """Who was admitted before the password was changed, and was not sent the new one."""
    changes = [act.at for act in dossier.season.acts if act.what == "rotate"]
    broken: list[Violation] = []
    for changed, case in ((c, case) for c in changes for case in dossier.cases.values()):
        sent = [x for x in case.letters if x.kind == "access"]
        before = {x.recipient for x in sent if x.at < changed}
        after = {x.recipient for x in sent if changed <= x.at <= changed + AT_ONCE}
        if before - after and not any(x.kind in _OVER for x in case.letters):
            what = "admitted before the password was changed, and not sent the new one"
            broken.append(Violation(what, case.reference))
    return broken


def _entitled_since(case: Case, dossier: Dossier) -> datetime | None:
    """From when on access is due; None when it never is."""
    moments = sorted(
        {m.recorded_at for m in case.money}
        | {act.at for act in case.acts}
        | {letter.at for letter in case.letters}
    )
    due = (moment for moment in moments if case.may_enter(moment) and case.seated(moment))
    paid = next(due, None)
    if paid is None:
        return None
    since = max(paid, dossier.access_opens_at(dossier.season.ends))
    over = any(letter.kind in _OVER and letter.at <= since + AT_ONCE for letter in case.letters)
    ended = any(act.what in {"cancel", "decline"} for act in case.acts)
    if (over and not case.gone(since)) or ended or since + AT_ONCE > dossier.season.ends:
        return None
    return since


def _entitled(case: Case, since: datetime, dossier: Dossier) -> Mapping[str, int]:
    """Where access must go, and for how many: each participant's own address, or the contact's."""
    addresses: Counter[str] = Counter()
    for place, person in enumerate(case.people(since)):
        if place not in case.gone(since):
            addresses.update(addresses_in(person.get("email", "")) or {case.contact})
    return {a: people for a, people in addresses.items() if a not in dossier.unreachable}


def _admitted(case: Case, address: str, since: datetime, dossier: Dossier) -> int:
    """How many letters with ID and password have gone there in time."""
    return sum(
        letter.kind == "access"
        and letter.recipient == address
        and letter.at <= since + AT_ONCE
        and {"id", "password"} <= _carried(letter, dossier)
        for letter in case.letters
    )


def _carried(letter: Letter, dossier: Dossier) -> frozenset[str]:
    """The kinds of secrets in a letter; an older password is a password as well."""
    found = hunt.found_in(letter.raw, dossier.season.secrets)
    return frozenset(name.partition(" ")[0] for name in found)


def admitted_are_prepared(dossier: Dossier) -> list[Violation]:
    """Everybody with access is told of the live day, with the link, and of the videos' end."""
    broken: list[Violation] = []
    for case in dossier.cases.values():
        for address in sorted({x.recipient for x in case.letters if x.kind == "access"}):
            told = [x for x in case.letters if x.recipient == address]
            broken += [
                Violation(f"{address} was admitted, and got {missing}", case.reference)
                for missing in _missing(told, case, dossier)
            ]
    return broken


def _missing(told: list[Letter], case: Case, dossier: Dossier) -> Iterator[str]:
    facts, season = dossier.facts, dossier.season
    admitted = next(letter.at for letter in told if letter.kind == "access")
    gone = told[0].recipient in dossier.unreachable
    ended = gone or any(letter.kind in _OVER for letter in case.letters)
    for occasion in facts.occasions:
        over = occasion.at is None or not admitted < occasion.at < season.ends - AT_ONCE
        if occasion.audience != "admitted" or over or ended or occasion.at is None:
            continue
        due = (occasion.at, occasion.at + AT_ONCE)
        if not any(x.kind == occasion.letter and due[0] <= x.at <= due[1] for x in told):
            yield f"no {occasion.letter} on {occasion.at:%m-%d}"
