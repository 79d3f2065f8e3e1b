"""Applications put together at random: people x layouts x codings x dress.

`python -m tests.mail.reading.many --count 2000 --seed 7` reads so many and prints the share that is
read exactly, and what fails most, by each thing that was drawn.  A small selection runs as a test.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.mail.reading.compare import differences
from tests.mail.reading.making.coding import BY_NAME, CODINGS
from tests.mail.reading.making.expect import application
from tests.mail.reading.making.folk import FIELDS, PEOPLE, Person
from tests.mail.reading.making.layouts import BELOW, GROUPS, LABELS, SHAPES, colleagues, form
from tests.mail.reading.making.pages import PAGES
from tests.mail.reading.making.post import DRESSES, Mail
from tests.mail.reading.making.spelling import SPELLINGS, UNICODE_ONLY, Spelling
from tests.mail.reading.making.systematic import SUBJECTS, body, read_as
from tests.mail.reading.making.words import UNICODE, WAYS
from tests.mail.reading.making.wraps import WRAPS

Reader = Callable[[bytes], dict[str, Any]]
NOTABLE = 1.3
"""What fails so much more often than the whole is named."""
RULES = Path(__file__).parents[3] / "rules" / "r7-kenkyu-kyogikai"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One mail, and what was drawn for it."""

    number: int
    raw: bytes
    expected: dict[str, Any]
    traits: dict[str, str]


def draw(seed: int, number: int) -> Drawn:
    """The mail of this seed and number, the same for ever."""
    chance = Random(f"{seed}.{number}")
    people = chance.sample(PEOPLE, len(PEOPLE))
    kind = chance.choices(("form", "group", "page"), (6, 2, 2))[0]
    mail, expected, traits = {"form": _form, "group": _group, "page": _page}[kind](chance, people)
    mail, dressed = _dressed(chance, mail)
    return Drawn(number, mail.build(), expected, {"kind": kind, **traits, **dressed})


def _labels(chance: Random) -> dict[str, str]:
    return {field: chance.choice(names) for field, names in LABELS.items()}


def _named(labels: dict[str, str]) -> dict[str, str]:
    return {f"label of {field}": label for field, label in labels.items()}


def _spelling(chance: Random) -> tuple[str, Spelling]:
    names = [name for name in SPELLINGS if name not in UNICODE_ONLY]
    name = chance.choice(("usual", *names))
    return name, SPELLINGS[name]


Made = tuple[Mail, dict[str, Any], dict[str, str]]


def _form(chance: Random, people: Sequence[Person]) -> Made:
    person = _lacking(chance, people[0])
    shape = chance.choice(list(SHAPES))
    spelled, spelling = _spelling(chance)
    fields = list(FIELDS)
    if chance.random() < 0.3:
        chance.shuffle(fields)
    empty = shape not in BELOW and chance.random() < 0.5
    labels = _labels(chance)
    lines = form(person, shape, labels=labels, fields=fields, spelling=spelling, empty=empty)
    order = "usual" if fields == list(FIELDS) else "mixed"
    traits = {"shape": shape, "spelling": spelled, "order": order, **_named(labels)}
    if chance.random() < 0.3:
        wrap = chance.choice(list(WRAPS))
        text = "\n".join(WRAPS[wrap](lines))
    else:
        wrap = "none"
        text = body(lines, person, chance.randrange(60))
    mail = Mail(name=person.name, address=person.email, text=text)
    return mail, application(read_as(person, spelling)), traits | {"wrap": wrap}


def _lacking(chance: Random, person: Person) -> Person:
    """The person without what is not asked for, now and then."""
    if chance.random() < 0.3:
        person = person.but(department=None)
    return person.but(position=None) if chance.random() < 0.3 else person


def _group(chance: Random, people: Sequence[Person]) -> Made:
    group = chance.choice(GROUPS)
    some = colleagues(people[: chance.randint(2, 6)])
    text = body(group.write(some), some[0], chance.randrange(60))
    mail = Mail(name=some[0].name, address=some[0].email, text=text)
    return mail, application(*some), {"group": group.name}


def _page(chance: Random, people: Sequence[Person]) -> Made:
    person = _lacking(chance, people[0])
    page = chance.choice(list(PAGES))
    spelled, spelling = _spelling(chance)
    labels = _labels(chance)
    rows = [(labels[field], spelling.write(person, field)) for field in FIELDS]
    stub = chance.choice((None, "", "このメールはHTML形式です。"))
    mail = Mail(name=person.name, address=person.email, html=PAGES[page](rows), stub=stub)
    return (
        mail,
        application(read_as(person, spelling)),
        {"page": page, "spelling": spelled, **_named(labels)},
    )


def _dressed(chance: Random, mail: Mail) -> tuple[Mail, dict[str, str]]:
    coding = chance.choice([one for one in CODINGS if one.sure])
    if not coding.carries(mail.text + mail.html):
        coding = BY_NAME["utf8-base64"]
    way = chance.choice(list(WAYS if BY_NAME["sjis"].carries(mail.name) else UNICODE))
    if "quoted" in way or "raw" in way:
        way = "utf8-b"
    dress = chance.choice(DRESSES)
    subject = chance.choice(SUBJECTS)
    mail = mail.but(coding=coding, way=WAYS[way], dress=dress, subject=subject)
    return mail, {"coding": coding.name, "way": way, "dress": dress.name}


def readings(reader: Reader, seed: int, count: int) -> Iterator[tuple[Drawn, list[str]]]:
    """Each mail with what is not as expected."""
    for number in range(count):
        drawn = draw(seed, number)
        yield drawn, differences(drawn.expected, reader(drawn.raw))


def summary(results: Sequence[tuple[Drawn, list[str]]]) -> list[str]:
    """The share read exactly, and for each thing drawn how often it fails."""
    failed = [drawn for drawn, faults in results if faults]
    lines = [f"read exactly: {len(results) - len(failed)} of {len(results)}"]
    drawn_all = Counter(trait for drawn, _ in results for trait in drawn.traits.items())
    drawn_bad = Counter(trait for drawn in failed for trait in drawn.traits.items())
    base = len(failed) / max(len(results), 1)
    rates = sorted(
        ((bad / drawn_all[trait], bad, trait) for trait, bad in drawn_bad.items()), reverse=True
    )
    lines += [
        f"  {what}={which}: {bad} of {drawn_all[what, which]} fail"
        for rate, bad, (what, which) in rates
        if rate > NOTABLE * base
    ]
    return lines


def main() -> None:
    """Read and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.mail.reading.many")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20, help="so many failures in full")
    parser.add_argument("--write", type=Path, help="a folder for the mails that fail")
    asked = parser.parse_args()
    from tests.mail.reading.office import reader_of

    results = list(readings(reader_of(RULES), asked.seed, asked.count))
    failed = [(drawn, faults) for drawn, faults in results if faults]
    for drawn, faults in failed[: asked.show]:
        print(drawn.number, drawn.traits, *faults, sep="\n    ")  # noqa: T201  # a tool's output
    print(*summary(results), sep="\n")  # noqa: T201  # the same
    if asked.write:
        asked.write.mkdir(exist_ok=True)
        for drawn, _ in failed:
            (asked.write / f"{asked.seed}-{drawn.number}.eml").write_bytes(drawn.raw)


if __name__ == "__main__":
    main()
