"""Settings: what differs from one installation to the next, as variables of the environment.

Law of this file: names, kinds, defaults and a description for each setting, and nothing else; the
README's table, `.env.example` and the refusal of unknown names are made from these.  A secret is
never a setting: a setting names the file that holds it.

`UKETSUKE_IMAP__HOST` is `Settings.imap.host`.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from pipeline.domain.rules import shaped

PREFIX = "UKETSUKE_"

Text = Annotated[str, Field(min_length=1)]
Port = Annotated[int, Field(ge=1, le=65535)]
AnyPort = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=3600)]
Bytes = Annotated[int, Field(ge=1024)]
KANA = r"[ァ-ヶーｦ-ﾟ゛゜Ａ-Ｚ０-９A-Z0-9（）().．\-－ 　]+"
Security = Literal["tls", "starttls", "none"]


def _local(when: datetime) -> datetime:
    if when.tzinfo is not None:
        raise ValueError("should be a local time without an offset, such as 2026-02-02T09:00:00")
    return when


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


Listed = Annotated[tuple[Text, ...], NoDecode, BeforeValidator(_listed)]
"""Several values with commas between them."""


class Part(BaseModel):
    """Base of all groups of settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class OAuth(Part):
    """A login by token (XOAUTH2), for servers that take no passwords."""

    token_url: Text = Field(examples=["https://login.example.jp/token"])
    """Where tokens are asked for."""
    client_id: Text = Field(examples=["uketsuke"])
    """This program's name there."""
    client_secret_file: Path = Field(examples=["secrets/client.secret"])
    """File with the client's secret."""
    refresh_token_file: Path | None = Field(default=None, examples=["secrets/refresh.token"])
    """File with the refresh token; without it the client's credentials are used."""
    scope: Text | None = Field(default=None, examples=["mail.read mail.send"])
    """What the token shall allow."""


class Server(Part):
    """What IMAP and SMTP have in common."""

    host: Text | None = Field(default=None, examples=["mail.example.jp"])
    """The server's name."""
    user: Text | None = Field(default=None, examples=["office"])
    """The login name."""
    password_file: Path | None = Field(default=None, examples=["secrets/mail.password"])
    """File with the password."""
    oauth: OAuth | None = None
    """A login by token instead of a password."""
    timeout: Seconds = 30.0
    """Seconds to wait for the server."""
    ca_file: Path | None = Field(default=None, examples=["/etc/ssl/our-own-ca.pem"])
    """Certificates of an authority of your own (PEM)."""
    plaintext_allowed: bool = False
    """Whether security "none" may leave this machine."""


class Imap(Server):
    """The office's mailbox: one way in."""

    port: Port | None = Field(default=None, examples=[993])
    """Its port; the usual one for the security unless given."""
    security: Security = "tls"
    """tls, starttls or none."""
    processed: Text = "Processed"
    """Folder for mails that were taken in; its months are made below it."""
    max_size: Bytes = 25 * 1024 * 1024
    """Bytes of the largest mail that is read; of larger ones only the header."""


class Smtp(Server):
    """The mail server that carries our letters."""

    port: Port | None = Field(default=None, examples=[587])
    """Its port; the usual one for the security unless given."""
    security: Security = "starttls"
    """tls, starttls or none."""
    per_second: Annotated[float, Field(gt=0)] | None = Field(default=None, examples=[5])
    """Letters a second at most."""
    connections: Annotated[int, Field(ge=1, le=20)] = 1
    """Connections side by side."""
    hostname: Text = "localhost"
    """What we call ourselves in EHLO."""


class Listener(Part):
    """A mail server of our own, behind yours: the other way in."""

    host: Text = "127.0.0.1"
    """Address to listen at."""
    port: AnyPort | None = Field(default=None, examples=[2525])
    """Port to listen at; nothing listens without it."""
    lmtp: bool = False
    """LMTP instead of SMTP."""
    max_size: Bytes = 36 * 1024 * 1024
    """Bytes of the largest mail that is taken."""
    max_connections: Annotated[int, Field(ge=1)] = 50
    """Connections side by side."""
    hostname: Text = "localhost"
    """What we call ourselves."""


class Account(Part):
    """Where applicants pay; printed in letters exactly as it stands here."""

    bank: Text = Field(examples=["見本銀行"])
    """The bank (銀行名)."""
    branch: Text = Field(examples=["見本支店"])
    """The branch (支店名)."""
    kind: Literal["普通", "当座", "貯蓄"] = Field(examples=["普通"])
    """The kind of account (預金種目): 普通, 当座 or 貯蓄."""
    number: Annotated[str, shaped(r"[0-9]{7}", "seven digits")] = Field(examples=["0000000"])
    """The account's number (口座番号): seven digits."""
    holder: Text = Field(examples=["研究協議会事務局"])
    """The holder (口座名義)."""
    holder_kana: Annotated[str, shaped(KANA, "katakana, as the bank shows it")] = Field(
        examples=["ケンキユウキヨウギカイジムキヨク"]
    )
    """The holder as the bank shows it: katakana (口座名義カナ)."""


class Secrets(Part):
    """Where secrets lie: for each event SLUG.toml (id, password, zoom_link), and token.key."""

    folder: Path | None = Field(default=None, examples=["secrets"])
    """The folder; its files must be readable by their owner only."""


class OwnMail(Part):
    """How our own mail is known."""

    addresses: Listed = Field(default=(), examples=["office@example.jp,info@example.jp"])
    """Further addresses of ours, with commas between them; mail from them is never answered."""
    message_domain: Text | None = Field(default=None, examples=["example.jp"])
    """Right side of our Message-IDs; the office's mail domain unless given."""
    delimiter: Text = "+"
    """Your server's recipient delimiter, for bounce tokens; "none" where it has none."""


class Clock(Part):
    """The rehearsal clock: the sandbox always has it, real servers only with LOOPBACK_ONLY."""

    start: Annotated[datetime, AfterValidator(_local)] | None = Field(
        default=None, examples=["2026-02-02T09:00:00"]
    )
    """Local time at which it starts; the opening day at 09:00 unless given."""
    speed: Annotated[float, Field(gt=0, le=100_000)] = 1440.0
    """Seconds that pass in one: 1440 is a day a minute."""


class Sandbox(Part):
    """The world on loopback that stands in while nothing real is configured."""

    smtp_port: AnyPort = 0
    """Port at which the world takes mail; any free one unless given."""
    imap_port: AnyPort = 0
    """Port of the office's mailbox; any free one unless given."""
    database_url: Text | None = Field(default=None, examples=["sqlite:////srv/sandbox.sqlite3"])
    """The sandbox's store; a file below VAR/sandbox unless given."""


class LogSettings(Part):
    """The log."""

    level: Literal["unit", "notice", "alarm"] = "unit"
    """The lowest that the terminal shows; the file has all."""
    max_bytes: Bytes = 10_000_000
    """Bytes after which the file is rotated."""
    backups: Annotated[int, Field(ge=1, le=1000)] = 10
    """Rotated files that are kept."""


class Metrics(Part):
    """Figures for monitoring, in Prometheus' format, on this machine only."""

    port: AnyPort | None = Field(default=None, examples=[9464])
    """Port on loopback at which /metrics answers; nothing listens without it."""


class Settings(BaseSettings):
    """All settings. With none of them the program runs on its sandbox."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
    )

    var: Path = Path("var")
    """Folder for the store, the log and the sandbox."""
    rules: Path = Path("rules")
    """Folder with one folder of rules for each event."""
    templates: Path = Path("templates")
    """Folder with the letters' words."""
    database_url: Text | None = Field(
        default=None, examples=["postgresql+psycopg://uketsuke@db.example.jp/uketsuke"]
    )
    """The store: sqlite:///PATH or postgresql+psycopg://...; a file below VAR unless given."""
    loopback_only: bool = False
    """Promise that every server is this very machine; then the rehearsal clock may be used."""
    imap: Imap = Imap()
    listener: Listener = Listener()
    smtp: Smtp = Smtp()
    account: Account | None = None
    secrets: Secrets = Secrets()
    own: OwnMail = OwnMail()
    clock: Clock = Clock()
    sandbox: Sandbox = Sandbox()
    log: LogSettings = LogSettings()
    metrics: Metrics = Metrics()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `environment` hands in, so that a test or a rehearsal has its own."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)
