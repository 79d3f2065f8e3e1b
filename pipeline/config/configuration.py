"""The configuration: everything that this installation and its organisers have decided, as values.

Law of this file: `load` reads it all once and refuses when in doubt, with everything that is wrong
at once; nobody below reads a setting, a rule or a secret by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from pathlib import Path
from typing import Final

from pipeline.bank.csv_profile import Profile
from pipeline.config import environment, events, reality, vault
from pipeline.config.environment import Given
from pipeline.config.events import Letters
from pipeline.config.faults import Fault, Refused
from pipeline.config.rulebook import ROOT
from pipeline.config.secret_files import AccessFile, AccessSecrets
from pipeline.config.settings import Listener, LogSettings, Sandbox, Settings
from pipeline.config.vault import Login, Vault
from pipeline.domain.rules import TOKYO, Rules
from pipeline.mail.own import Account, Own
from pipeline.mail.templates import Library
from pipeline.transport.courier import SmtpSettings
from pipeline.transport.imap import ImapSettings

STORE: Final = "uketsuke.sqlite3"
"""The SQLite file, below `Config.home`."""
SANDBOX_ACCOUNT: Final = Account(
    bank="見本銀行",
    branch="見本支店",
    kind="普通",
    number="0000000",
    holder="研究協議会事務局",
    holder_kana="ケンキユウキヨウギカイジムキヨク",
)
"""An account that nobody can pay into."""
_PORTS: Final = {
    ("imap", "tls"): 993, ("imap", "starttls"): 143, ("imap", "none"): 143,
    ("smtp", "tls"): 465, ("smtp", "starttls"): 587, ("smtp", "none"): 25,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClockSettings:
    """How event time runs."""

    rehearsal: bool
    """Whether it is the rehearsal clock."""
    start: datetime
    """Where the rehearsal clock starts, aware."""
    speed: float
    """Seconds of event time in one of the machine's."""


@dataclass(frozen=True)
class Config:
    """All that was configured. `dataclasses.replace` makes a rehearsal's or a test's own."""

    root: Path
    sandbox: bool
    """Whether everything is the sandbox's; nothing is ever half of each."""
    var: Path
    """Where everything that is written goes; logs lie in `var/log`."""
    home: Path
    """Where the store lies: `var`, or `var/sandbox` in the sandbox."""
    database_url: str = field(repr=False)
    events: Mapping[str, Rules]
    letters: Mapping[str, Letters] = field(repr=False)
    profiles: tuple[Profile, ...] = field(repr=False)
    """How the banks' CSV files are read."""
    templates: Path
    """The folder with the letters' words."""
    clock: ClockSettings
    log: LogSettings
    metrics_port: int | None
    """Where figures are asked for, on loopback. None: nowhere."""
    ports: Sandbox
    """The sandbox's ports."""
    imap: ImapSettings | None
    """The mailbox, with the folder INBOX; `mailbox` gives an event's own. None: no IMAP."""
    listener: Listener | None
    """Where a listener of our own takes mail. None: nowhere."""
    smtp: SmtpSettings | None
    """Who carries our letters. None: the sandbox's courier."""
    connections: int
    """How many connections to that server are held side by side."""
    account: Account
    """Where applicants pay."""
    owns: Mapping[str, Own] = field(repr=False)
    accesses: Mapping[str, AccessFile] = field(repr=False)
    secrets: Path
    """The folder with the secrets."""

    @property
    def bank(self) -> Path:
        """Where the bank's files are put (`incoming`) and kept (`done`, `refused`)."""
        return self.home / "bank"

    def own(self, slug: str) -> Own:
        """Who we are in an event's letters."""
        return self.owns[slug]

    def library(self, slug: str) -> Library:
        """An event's letters."""
        return self.letters[slug].library

    def access(self, slug: str) -> Callable[[], AccessSecrets]:
        """An event's ID, password and Zoom link, read anew whenever the file has changed."""
        return self.accesses[slug]

    def mailbox(self, slug: str) -> ImapSettings | None:
        """An event's mailbox: the configured one with the event's own folder."""
        return self.imap and replace(self.imap, folder=self.events[slug].event.folder)


def load(
    environ: Mapping[str, str], root: Path = ROOT, *, dotenv: bool = True, letters: bool = True
) -> Config:
    """All settings, rules, letters and secrets. Raises `Refused` with everything that is wrong.

    Relative paths are below `root`, where `rules/`, `templates/`, `var/` and `.env` lie.
    `dotenv=False` leaves `.env` out: a rehearsal is nobody's real office. `letters=False` leaves
    the letters alone until one is needed: compiling all of them is most of the time this takes,
    and a verb that only shows something needs none.
    """
    given, faults = environment.read(environ, root, dotenv=dotenv)
    settings = given.settings
    rules, more = events.load_all(settings.rules)
    faults += more
    profiles, more = events.load_banks(settings.rules)
    faults += more
    shelves = {slug: Letters(settings.templates, one) for slug, one in rules.items()}
    if letters:
        faults += (fault for one in shelves.values() for fault in one.faults(settings.rules))
    listening = settings.listener.port is not None
    faults += events.shared(settings.rules, rules, listening=listening)
    named = {fault.key for fault in faults}
    faults += (fault for fault in reality.faults(given) if fault.key not in named)
    opened = _opened(given, rules, faults)
    faults += events.secrets_in_texts(opened.secrets(), settings.rules, settings.templates)
    if faults:
        raise Refused(faults)
    return _configured(given, root, rules, shelves, profiles, opened)


def check(environ: Mapping[str, str], root: Path = ROOT) -> list[Fault]:
    """Everything that is wrong with the settings, the rules, the letters and the secrets."""
    try:
        load(environ, root)
    except Refused as refused:
        return refused.faults
    return []


def _home(given: Given) -> Path:
    var = given.settings.var
    return var / "sandbox" if reality.is_sandbox(given) else var


def _opened(given: Given, rules: Mapping[str, Rules], faults: list[Fault]) -> Vault:
    if not reality.is_sandbox(given):
        return vault.open_vault(given, rules, faults)
    if faults:
        return vault.NOTHING
    return vault.make_up_vault(_home(given) / "secrets", rules)


def _configured(
    given: Given,
    root: Path,
    rules: Mapping[str, Rules],
    letters: Mapping[str, Letters],
    profiles: tuple[Profile, ...],
    opened: Vault,
) -> Config:
    settings = given.settings
    sandbox = reality.is_sandbox(given)
    listening = settings.listener.port is not None
    account = SANDBOX_ACCOUNT if settings.account is None else Account(**dict(settings.account))
    return Config(
        root=root,
        sandbox=sandbox,
        var=settings.var,
        home=_home(given),
        database_url=_database_url(given),
        events=rules,
        letters=letters,
        profiles=profiles,
        templates=settings.templates,
        clock=_clock(settings, rules, sandbox=sandbox),
        log=settings.log,
        metrics_port=settings.metrics.port,
        ports=settings.sandbox,
        imap=_imap(settings, opened.imap),
        listener=settings.listener if listening else None,
        smtp=_smtp(settings, opened.smtp),
        connections=settings.smtp.connections,
        account=account,
        owns={slug: _own(slug, rules, settings, opened.key, account) for slug in rules},
        accesses=opened.accesses,
        secrets=opened.folder,
    )


def _database_url(given: Given) -> str:
    sandbox = reality.is_sandbox(given)
    settings = given.settings
    url = settings.sandbox.database_url if sandbox else settings.database_url
    return url or f"sqlite:///{_home(given) / STORE}"


def _clock(settings: Settings, rules: Mapping[str, Rules], *, sandbox: bool) -> ClockSettings:
    start = settings.clock.start
    if start is None:
        opening = min(one.opens_at for one in rules.values())
        start = datetime.combine(opening.date(), time(9))
    return ClockSettings(
        rehearsal=sandbox or settings.clock.start is not None,
        start=start.replace(tzinfo=TOKYO),
        speed=settings.clock.speed,
    )


def _own(
    slug: str, rules: Mapping[str, Rules], settings: Settings, key: bytes, account: Account
) -> Own:
    address = rules[slug].event.office.mail
    ours = {*settings.own.addresses, *(one.event.office.mail for one in rules.values())}
    return Own(
        address=address,
        addresses=frozenset(one.lower() for one in ours),
        message_domain=settings.own.message_domain or address.rpartition("@")[2],
        token_key=key,
        account=account,
        delimiter=None if settings.own.delimiter == "none" else settings.own.delimiter,
    )


def _imap(settings: Settings, login: Login) -> ImapSettings | None:
    imap = settings.imap
    if imap.host is None:
        return None
    return ImapSettings(
        host=imap.host,
        port=imap.port or _PORTS["imap", imap.security],
        user=imap.user or "",
        password=login.password,
        oauth_token=login.token,
        token_refused=login.token.refused if login.token else None,
        security=imap.security,
        processed=imap.processed,
        max_size=imap.max_size,
        timeout=imap.timeout,
        ca_file=imap.ca_file,
        plaintext_allowed=imap.plaintext_allowed,
    )


def _smtp(settings: Settings, login: Login) -> SmtpSettings | None:
    smtp = settings.smtp
    if smtp.host is None:
        return None
    return SmtpSettings(
        host=smtp.host,
        port=smtp.port or _PORTS["smtp", smtp.security],
        user=smtp.user,
        password=login.password,
        oauth_token=login.token,
        token_refused=login.token.refused if login.token else None,
        security=smtp.security,
        per_second=smtp.per_second,
        hostname=smtp.hostname,
        timeout=smtp.timeout,
        ca_file=smtp.ca_file,
        plaintext_allowed=smtp.plaintext_allowed,
    )
