"""Plays a season: every act and every due moment at its own event time, and then the verdict.

Law of this file: time goes from one instant to the next, and at each the workers work until they
are idle.  It hands the checker bytes, dates and amounts; it does not look into the store to learn
what became of anybody.
"""

from __future__ import annotations

import heapq
import itertools
import random
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

from pipeline import log
from pipeline.config import load_rules
from pipeline.domain.rules import Rules
from pipeline.rehearsal import calendar_view, checker, evidence, hunt
from pipeline.rehearsal.acts import (
    Act,
    Arrange,
    Import,
    Inspect,
    JudgeMoney,
    Mailbox,
    Operate,
    Pay,
    Post,
    Script,
    TakeBack,
    Write,
)
from pipeline.rehearsal.cases import put_together
from pipeline.rehearsal.cast import Applicant
from pipeline.rehearsal.evidence import Letter
from pipeline.rehearsal.house import House, open_house, word
from pipeline.rehearsal.promises.violation import Violation
from pipeline.rehearsal.script import CAPACITY, script
from pipeline.rehearsal.season import (
    TOKYO,
    Facts,
    Found,
    Season,
    read_facts,
)
from pipeline.rehearsal.season import Act as Acted
from pipeline.rehearsal.statements import LAYOUTS
from pipeline.rehearsal.teller import Teller

ROOT = Path(__file__).parents[2]
EVENT = "r7-kenkyu-kyogikai"
SEED = 1
_REPLIES_AFTER = timedelta(minutes=1)
"""How soon a mail program answers by itself."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rehearsal came to."""

    promises: dict[str, bool]
    violations: Mapping[str, tuple[Violation, ...]]
    applicants: int
    """Addresses from which somebody applied."""
    sent: int
    """Letters that left."""
    seats: dict[str, int]
    calendar: tuple[str, ...]
    """The printed calendar, with the verdict at its end."""
    verdict: tuple[str, ...]
    """The printed table of seats, and the promises with their marks."""
    alarms: int
    """Lines of the log that ask for a person: none, if the program did what it should."""
    season: Season

    @property
    def kept(self) -> bool:
        """Whether every promise was kept."""
        return all(self.promises.values())

    def as_json(self) -> dict[str, object]:
        """The summary that `rehearse --json` prints."""
        return {
            "promises": self.promises,
            "applicants": self.applicants,
            "sent": self.sent,
            "seats": self.seats,
        }


def rehearse(
    *,
    capacity: int = CAPACITY,
    seed: int = SEED,
    stories: frozenset[str] | None = None,
    rules_folder: Path = ROOT / "rules" / EVENT,
    templates: Path = ROOT / "templates",
) -> Outcome:
    """Play 1 February to 1 May 2026 with so many seats, and check what was promised.

    `stories`: only these, for a short season. The seed chooses the people and the references.
    """
    facts = read_facts(rules_folder, capacity=capacity)
    rules = with_capacity(load_rules(rules_folder), capacity)
    played = script(facts, seed, stories)
    with tempfile.TemporaryDirectory(prefix="uketsuke-rehearsal-") as folder:
        with open_house(Path(folder), rules, templates, starts=played.starts, seed=seed) as house:
            stage = Stage(house, played, facts, seed)
            stage.play()
            season = stage.season()
        decided = list(log.read_log(Path(folder) / "var" / "log" / log.FILE))
    return _outcome(season, decided)


def with_capacity(rules: Rules, capacity: int) -> Rules:
    """The same rules with so many seats."""
    event = rules.event.model_copy(update={"capacity": capacity})
    return rules.model_copy(update={"event": event})


def _outcome(season: Season, decided: list[dict[str, object]]) -> Outcome:
    dossier = put_together(season)
    verdict = checker.judge(dossier)
    seats = calendar_view.seats(dossier)
    ending = tuple(calendar_view.ending(seats, verdict))
    return Outcome(
        promises=verdict.kept,
        violations=verdict.violations,
        applicants=len({mail.sender for mail in dossier.incoming if mail.is_form}),
        sent=len(season.mails_out),
        seats=seats,
        calendar=(*calendar_view.days(dossier, decided), *ending),
        verdict=ending,
        alarms=sum(line["level"] == "alarm" for line in decided),
        season=season,
    )


# ---------------------------------------------------------------- the play


@dataclass
class Stage:
    """One season being played in one house."""

    house: House
    script: Script
    facts: Facts
    seed: int
    letters: list[Letter] = field(default_factory=list)
    teller: Teller = field(default_factory=Teller)
    acted: list[Acted] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    former: dict[str, str] = field(default_factory=dict)
    """Secrets that were valid once."""

    def __post_init__(self) -> None:
        self._chance = random.Random(f"{self.seed}.stage")  # noqa: S311 - made-up words
        self._order = itertools.count()
        self._queue: list[tuple[datetime, int, Act]] = []
        for act in self.script.acts:
            self._plan(act)

    def play(self) -> None:
        """From the first instant to the last."""
        ticks = _ticks(self.script, self.house.served.rules)
        tick = next(ticks, None)
        while self._queue or tick is not None:
            planned, retry = self._queue[0][0] if self._queue else None, self._retry()
            now = min(at for at in (planned, retry, tick) if at is not None)
            self.house.clock.set(now)
            while tick is not None and tick <= now:
                tick = next(ticks, None)
            while self._queue and self._queue[0][0] <= now:
                self._perform(heapq.heappop(self._queue)[2])
            if now in {planned, retry} or self._opens(now) or self.house.anything_due():
                self.house.work()
                self._read_what_left(now)

    def _opens(self, now: datetime) -> bool:
        """Whether it is the hour of day at which access may open."""
        return now.time() == self.facts.access_opens_at.time()

    def _retry(self) -> datetime | None:
        """When a letter that could not leave is tried again."""
        at = self.house.next_attempt_at()
        return at if at is not None and at > self.house.clock.now() else None

    def season(self) -> Season:
        """Everything that happened, for the checker."""
        return Season(
            facts=self.facts,
            mails_in=tuple(self.house.received),
            mails_out=tuple(self.house.witness.seen),
            ends=self.script.ends,
            refused=tuple(self.house.witness.refused),
            money=tuple(self.teller.money),
            covered=tuple(self.teller.covered),
            acts=tuple(self.acted),
            secrets=self._secrets,
            found=tuple(self.found),
        )

    @property
    def _secrets(self) -> dict[str, str]:
        return {**self.house.keys.values, **self.former}

    def _plan(self, act: Act) -> None:
        heapq.heappush(self._queue, (act.at, next(self._order), act))

    def _read_what_left(self, now: datetime) -> None:
        """What has left lies in mailboxes now, and some mail programs answer by themselves."""
        for mail in self.house.witness.seen[len(self.letters) :]:
            letter = evidence.read_letter(len(self.letters), mail)
            self.letters.append(letter)
            for responder in self.script.responders:
                here = responder.since <= now < responder.until
                if here and letter.recipient == responder.who.address:
                    at = now + _REPLIES_AFTER
                    self._plan(Post(at, responder.who, _as_it_is(responder.write(letter, at))))

    # ------------------------------------------------------------ acts

    def _perform(self, act: Act) -> None:
        match act:
            case Post():
                self._post(act)
            case Pay():
                self._pay(act)
            case TakeBack():
                self._take_back(act)
            case Import():
                self._import(act)
            case JudgeMoney():
                self._judge(act)
            case Operate():
                self._operate(act)
            case Arrange():
                self._arrange(act)
            case Inspect():
                self._inspect(act)

    def _mailbox(self, who: Applicant) -> Mailbox:
        own = tuple(letter for letter in self.letters if letter.recipient == who.address)
        return Mailbox(who, own, tuple(self.letters))

    def _post(self, act: Post) -> None:
        raw = act.write(self._mailbox(act.who), act.at)
        if raw is not None:
            self.house.deliver(raw, act.who.address if act.sender is None else act.sender)

    def _pay(self, act: Pay) -> None:
        mailbox = self._mailbox(act.who)
        reference = mailbox.reference(act.nth)
        if reference is None or not (act.unasked or mailbox.asked_to_pay(reference)):
            return
        self.teller.book(act, reference)

    def _take_back(self, act: TakeBack) -> None:
        reference = self._mailbox(act.who).reference()
        if reference is not None:
            self.teller.take_back(reference, act.at)

    def _import(self, act: Import) -> None:
        name = f"{act.at:%m%d-%H%M}-{act.layout}.{LAYOUTS[act.layout][1]}"
        self.house.deposit(name, self.teller.write(act))

    def _judge(self, act: JudgeMoney) -> None:
        reference = self._mailbox(act.who).reference()
        if reference is None:
            return
        if act.what == "accept":
            self.house.accept_money(reference)
            return
        transfer = self.teller.assign(reference, act.at)
        if transfer is not None:
            self.house.assign_money(transfer.payer, reference, transfer.amount)

    def _operate(self, act: Operate) -> None:
        reference = self._mailbox(act.who).reference(act.nth)
        if reference is None:
            return
        self.house.operate(reference, act.what, act.value, act.why)
        self.acted.append(Acted("office", reference, act.what, act.at, act.value))

    def _arrange(self, act: Arrange) -> None:
        if act.what == "postpone":
            self.house.postpone_access(datetime.fromisoformat(act.value), act.why)
        elif act.what == "rotate":
            self.former["password before"] = self.house.keys.values["password"]
            self.house.rotate_access(word(self._chance), act.why)
        elif act.what == "link":
            link = f"https://zoom.example.jp/j/{word(self._chance)}?pwd={word(self._chance)}"
            self.house.keys.values["zoom_link"] = link
        self.acted.append(Acted("office", "", act.what, act.at, act.value))

    def _inspect(self, act: Inspect) -> None:
        self.house.export()
        for leak in hunt.search(self.house.var, self._secrets):
            name = leak.path.relative_to(self.house.var).as_posix()
            self.found.append(Found(act.at, leak.name, name))


def _as_it_is(raw: bytes) -> Write:
    return lambda _, __: raw


def _ticks(played: Script, rules: Rules) -> Iterator[datetime]:
    """The hours of each day at which something may be due: morning, reminders, access."""
    hours = {
        rules.reminders.quiet.ends,
        rules.access_opens_at.timetz().replace(tzinfo=None),
        *(r.hour if r.at is None else r.at.time() for r in rules.reminders.reminder),
    }
    day = played.starts.date()
    while day <= played.ends.date():
        for hour in sorted(hours | {time(0)}):
            moment = datetime.combine(day, hour, TOKYO)
            if played.starts <= moment <= played.ends:
                yield moment
        day += timedelta(days=1)
