"""All events of an installation: their rules, their letters, and what they may not share.

Law of this file: a mailbox belongs to one event, and a secret stands in no text of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pipeline.config.faults import Fault, Refused
from pipeline.config.rulebook import load_rules
from pipeline.domain.rules import Rules
from pipeline.mail.templates import Library, TemplateFaults


def load_all(folder: Path) -> tuple[dict[str, Rules], list[Fault]]:
    """The rules of every event that can be read, and what is wrong with them and the others."""
    rules: dict[str, Rules] = {}
    faults: list[Fault] = []
    if not folder.is_dir():
        return {}, [Fault(folder.name, "", "is no folder; it holds one folder for each event")]
    for path in sorted(folder.iterdir()):
        if not path.is_dir() or path.name.startswith("."):
            continue
        try:
            rules[path.name] = load_rules(path)
        except Refused as refused:
            faults += refused.faults
    if not rules and not faults:
        faults.append(Fault(folder.name, "", "holds no event"))
    return rules, faults


def load_letters(
    templates: Path, rules: Mapping[str, Rules]
) -> tuple[dict[str, Library], list[Fault]]:
    """The letters of every event, compiled, and what is wrong with them."""
    libraries: dict[str, Library] = {}
    faults: list[Fault] = []
    for slug, one in rules.items():
        if not (templates / one.event.templates).is_dir():
            what = f"there is no folder {templates.name}/{one.event.templates}"
            faults.append(Fault(f"rules/{slug}/event.toml", "templates", what))
            continue
        try:
            libraries[slug] = Library.load(templates, one)
        except TemplateFaults as wrong:
            faults += [
                Fault(f"{templates.name}/{f.file}", f"line {f.line}" if f.line else "", f.what)
                for f in wrong.faults
            ]
    return libraries, faults


def shared(rules: Mapping[str, Rules], *, listening: bool) -> Iterator[Fault]:
    """Events that share a mailbox. With a listener the office's address is the mailbox."""
    folders: dict[str, str] = {}
    offices: dict[str, str] = {}
    for slug, one in rules.items():
        folder, office = one.event.folder, one.event.office.mail.lower()
        # INBOX is the only folder whose name has no case (RFC 3501 §5.1).
        key = folder.upper() if folder.upper() == "INBOX" else folder
        if key in folders:
            what = f"{folder!r} belongs to the event {folders[key]} already"
            yield Fault(f"rules/{slug}/event.toml", "folder", what)
        if listening and office in offices:
            what = f"{office!r} belongs to the event {offices[office]} already"
            yield Fault(f"rules/{slug}/event.toml", "office.mail", what)
        folders.setdefault(key, slug)
        offices.setdefault(office, slug)


def secrets_in_texts(secrets: Collection[str], folder: Path, templates: Path) -> Iterator[Fault]:
    """Rules and templates in which one of these secrets stands."""
    for texts, pattern in ((folder, "*/*.toml"), (templates, "**/*.txt")):
        for path in sorted(texts.glob(pattern)):
            text = path.read_text(encoding="utf-8", errors="replace")
            if any(secret in text for secret in secrets):
                name = f"{texts.name}/{path.relative_to(texts).as_posix()}"
                yield Fault(name, "", "holds a secret that belongs into the secrets file alone")
