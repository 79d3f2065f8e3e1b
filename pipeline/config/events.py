"""All events of an installation: their rules, their letters, and what they may not share.

Law of this file: a mailbox belongs to one event, and a secret stands in no text of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from pipeline.bank.csv_profile import Profile, ProfileFaults, load_profiles
from pipeline.config.faults import Fault, Refused
from pipeline.config.rulebook import BANKS, load_rules, shown
from pipeline.domain.rules import Rules
from pipeline.mail.templates import Library, TemplateFaults


def load_all(folder: Path) -> tuple[dict[str, Rules], list[Fault]]:
    """The rules of every event that can be read, and what is wrong with them and the others."""
    rules: dict[str, Rules] = {}
    faults: list[Fault] = []
    if not folder.is_dir():
        return {}, [Fault(folder.name, "", "is no folder; it holds one folder for each event")]
    for path in sorted(folder.iterdir()):
        if not path.is_dir() or path.name.startswith(".") or path.name == BANKS:
            continue
        try:
            rules[path.name] = load_rules(path)
        except Refused as refused:
            faults += refused.faults
    if not rules and not faults:
        faults.append(Fault(folder.name, "", "holds no event"))
    return rules, faults


def load_banks(folder: Path) -> tuple[tuple[Profile, ...], list[Fault]]:
    """The banks' profiles beside the events, and what is wrong with them."""
    try:
        return load_profiles(folder / BANKS), []
    except ProfileFaults as wrong:
        return (), [Fault(*one) for one in wrong.faults]


class Letters:
    """The letters of one event, compiled when they are first asked for."""

    def __init__(self, templates: Path, rules: Rules) -> None:
        self._templates, self._rules = templates, rules

    @cached_property
    def library(self) -> Library:
        """The compiled letters. Raises TemplateFaults."""
        return Library.load(self._templates, self._rules)

    def faults(self, folder: Path) -> list[Fault]:
        """What is wrong with them."""
        name = self._rules.event.templates
        if not (self._templates / name).is_dir():
            what = f"there is no folder {self._templates.name}/{name}"
            return [Fault(_event_toml(folder, self._rules.slug), "templates", what)]
        try:
            self.library  # noqa: B018 - compiled now, to see whether it can be
        except TemplateFaults as wrong:
            return [
                Fault(one.file, f"line {one.line}" if one.line else "", one.what)
                for one in wrong.faults
            ]
        return []


def shared(folder: Path, rules: Mapping[str, Rules], *, listening: bool) -> Iterator[Fault]:
    """Events that share a mailbox. With a listener the office's address is the mailbox."""
    folders: dict[str, str] = {}
    offices: dict[str, str] = {}
    for slug, one in rules.items():
        mailbox, office = one.event.folder, one.event.office.mail.lower()
        # INBOX is the only folder whose name has no case (RFC 3501 §5.1).
        key = "INBOX" if mailbox.upper() == "INBOX" else mailbox
        if key in folders:
            what = f"{mailbox!r} belongs to the event {folders[key]} already"
            yield Fault(_event_toml(folder, slug), "folder", what)
        if listening and office in offices:
            what = f"{office!r} belongs to the event {offices[office]} already"
            yield Fault(_event_toml(folder, slug), "office.mail", what)
        folders.setdefault(key, slug)
        offices.setdefault(office, slug)


def _event_toml(folder: Path, slug: str) -> str:
    return shown(folder / slug, "event.toml")


def secrets_in_texts(secrets: Collection[str], folder: Path, templates: Path) -> Iterator[Fault]:
    """Rules and templates in which one of these secrets stands."""
    for texts, pattern in ((folder, "*/*.toml"), (templates, "**/*.txt")):
        for path in sorted(texts.glob(pattern)):
            text = path.read_text(encoding="utf-8", errors="replace")
            if any(secret in text for secret in secrets):
                name = f"{texts.name}/{path.relative_to(texts).as_posix()}"
                yield Fault(name, "", "holds a secret that belongs into the secrets file alone")
