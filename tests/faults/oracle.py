"""Was anything lost, or sent twice?  Asked of mails in, wire bytes out, money and dates.

Law of this file: it knows nothing of how the program decides.  What should have been sent is what
a season of the same seed without any fault was sent, by recipient, kind of letter and the mail
that it answers; and beside that stand rules that hold for any season.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from pipeline.rehearsal.evidence import Letter, read_letter
from pipeline.rehearsal.season import MailOut
from tests.faults.season import Season
from tests.faults.sink import Accepted

AROUND = 2.0
"""Seconds: a letter taken so shortly before a kill or a cut may be one that we do not know of."""
RESENT_AFTER = timedelta(minutes=20)
"""Event time: nothing of unknown fate is sent again at once."""
FIRST_ANSWERS = frozenset({"received", "waitlisted", "correction_needed"})
ACCESS = {
    "id": "guest-4711",
    "password": "kaeru-no-uta-88",
    "zoom_link": "https://zoom.example.com/j/1",
}
"""What only those who have paid may read."""

What = tuple[str, str, str]
"""Recipient, kind of letter, Message-ID of the mail that it answers."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One letter that was taken, and in which phase of the season."""

    taken: Accepted
    letter: Letter
    phase: int
    paid_before: bool
    """Whether the money of its recipient was in a file by then."""

    @property
    def secret(self) -> bool:
        """Whether anything stands in it that only those may read who have paid."""
        return any(one in self.letter.text for one in ACCESS.values())

    def what(self, mails: Mapping[str, str]) -> What:
        """What it is, whatever its reference."""
        answers = self.letter.answers if self.letter.answers in mails else ""
        return self.letter.recipient, self.letter.kind or self.letter.subject, answers


def read(number: int, taken: Accepted, phase: int, *, paid_before: bool) -> Sent:
    """One letter, from its bytes."""
    mail = MailOut(taken.raw, taken.sender, taken.recipient, taken.when)
    letter = read_letter(number, mail)
    return Sent(taken, letter, phase, paid_before)


@dataclass(slots=True)
class Verdict:
    """What is wrong, each with the phase in which it belongs."""

    lost: list[tuple[int, str]] = field(default_factory=list)
    twice: list[tuple[int, str]] = field(default_factory=list)
    broken: list[tuple[int, str]] = field(default_factory=list)
    """Rules that hold for any season."""
    again: int = 0
    """Harmless letters that came twice with one Message-ID, around a kill or a cut: allowed."""
    unknown: int = 0
    """Letters with the secret that wait for a person, who must look whether they arrived."""

    @property
    def kept(self) -> bool:
        """Whether every promise held."""
        return not (self.lost or self.twice or self.broken)

    def __str__(self) -> str:
        said = [f"lost: {one}" for _, one in self.lost]
        said += [f"twice: {one}" for _, one in self.twice]
        said += [f"broken: {one}" for _, one in self.broken]
        return "\n".join(said) or "kept"


def judge(
    season: Season,
    expected: Sequence[Sent],
    sent: Sequence[Sent],
    *,
    blows: Sequence[float],
    waiting: Sequence[tuple[str, str]],
) -> Verdict:
    """Compare a season with the one without faults.

    `blows`: machine seconds of kills and cuts.  `waiting`: recipient and Message-ID of letters
    that the office itself calls unknown.
    """
    verdict = Verdict(unknown=len(waiting))
    once = _once(sent, blows, verdict)
    mails = {one: sender for one, sender, _ in season.posted}
    _compare(expected, once, mails, waiting, verdict)
    _rules(season, once, verdict)
    return verdict


def _once(sent: Sequence[Sent], blows: Sequence[float], verdict: Verdict) -> list[Sent]:
    """Each Message-ID once; a second one is allowed where nobody could know better."""
    by_id: defaultdict[str, list[Sent]] = defaultdict(list)
    for one in sent:
        by_id[one.letter.message_id].append(one)
    for same in by_id.values():
        for before, after in pairwise(same):
            if _nobody_could_know(before, after, blows) and len(same) == 2:
                verdict.again += 1
            else:
                verdict.twice.append((after.phase, f"{after.letter} (one Message-ID)"))
    return [same[0] for same in by_id.values()]


def _nobody_could_know(before: Sent, after: Sent, blows: Sequence[float]) -> bool:
    blow = any(-0.1 <= blow - before.taken.at <= AROUND for blow in blows)
    waited = after.taken.when - before.taken.when >= RESENT_AFTER
    same = before.taken.recipient == after.taken.recipient and before.taken.raw == after.taken.raw
    return blow and waited and same and not before.secret


def _compare(
    expected: Sequence[Sent],
    once: Sequence[Sent],
    mails: Mapping[str, str],
    waiting: Sequence[tuple[str, str]],
    verdict: Verdict,
) -> None:
    wanted: dict[What, list[Sent]] = defaultdict(list)
    for one in expected:
        wanted[one.what(mails)].append(one)
    found: dict[What, list[Sent]] = defaultdict(list)
    for one in once:
        found[one.what(mails)].append(one)
    arrived = {one.letter.message_id for one in once}
    undecided = Counter(who.lower() for who, message in waiting if message not in arrived)
    for what in {**wanted, **found}:
        missing = len(wanted[what]) - len(found[what])
        for one in wanted[what][len(found[what]) :] if missing > 0 else ():
            if one.secret and undecided[what[0]]:
                undecided[what[0]] -= 1
            else:
                verdict.lost.append((one.phase, " ".join(what)))
        for one in found[what][len(wanted[what]) :] if missing < 0 else ():
            verdict.twice.append((one.phase, " ".join(what)))


def _rules(season: Season, once: Sequence[Sent], verdict: Verdict) -> None:
    answers = Counter(
        one.letter.answers for one in once if one.letter.kind in FIRST_ANSWERS and one.phase <= 1
    )
    for message, sender, first in season.posted:
        if first and answers[message] != 1 and not sender.startswith("refused"):
            verdict.broken.append((0, f"{sender}: {answers[message]} first answers"))
    for one in once:
        if one.secret and not one.paid_before:
            verdict.broken.append((one.phase, f"{one.letter}: access before money"))
    seats = sum(
        len(who.people)
        for who in season.people
        if any(
            one.letter.recipient == who.address.lower()
            and one.letter.kind in {"received", "correction_needed"}
            and one.phase <= 1
            for one in once
        )
        or who.address.startswith("refused")
    )
    if seats > season.capacity:
        verdict.broken.append((1, f"{seats} seats were given, there are {season.capacity}"))
