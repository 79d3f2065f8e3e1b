"""Settings: where they come from, what is refused, and that real and sandbox never mix."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.clock import TOKYO
from pipeline.config import Config, Refused, check, example_settings, known_settings, load

ROOT = Path(__file__).parent.parent.parent
SLUG = "r7-kenkyu-kyogikai"
Write = Callable[[str, str | bytes], Path]


def loaded(environ: dict[str, str], root: Path, *, dotenv: bool = True) -> Config:
    """Without compiling the letters, which have tests of their own."""
    return load(environ, root, dotenv=dotenv, letters=False)


def said(environ: dict[str, str], root: Path) -> list[str]:
    try:
        loaded(environ, root)
    except Refused as refused:
        return [str(fault) for fault in refused.faults]
    return []


# ---------------------------------------------------------------- nothing configured


def test_with_nothing_configured_everything_is_the_sandbox_s(root: Path) -> None:
    config = loaded({}, root)

    assert config.sandbox
    assert (config.imap, config.smtp, config.listener) == (None, None, None)
    assert config.home == root / "var" / "sandbox"
    assert config.database_url == f"sqlite:///{root}/var/sandbox/uketsuke.sqlite3"
    assert list(config.events) == [SLUG]


def test_the_sandbox_s_clock_starts_on_the_opening_day(root: Path) -> None:
    clock = loaded({}, root).clock

    assert clock.rehearsal
    assert clock.start == datetime(2026, 2, 2, 9, 0, tzinfo=TOKYO)


def test_the_clock_can_be_told_where_to_start_and_how_fast_to_run(root: Path) -> None:
    environ = {"UKETSUKE_CLOCK__START": "2026-03-11T08:00", "UKETSUKE_CLOCK__SPEED": "60"}

    clock = loaded(environ, root).clock

    assert (clock.start, clock.speed) == (datetime(2026, 3, 11, 8, 0, tzinfo=TOKYO), 60.0)


def test_the_office_s_letters_come_from_the_rules_address(root: Path) -> None:
    own = loaded({"UKETSUKE_OWN__ADDRESSES": "Old@example.jp, info@example.jp"}, root).own(SLUG)

    assert own.address == "shien@wonder-craft.co.jp"
    assert own.addresses == {"shien@wonder-craft.co.jp", "old@example.jp", "info@example.jp"}
    assert own.message_domain == "wonder-craft.co.jp"
    assert own.delimiter == "+"


def test_a_server_without_a_delimiter_can_be_said_to_have_none(root: Path) -> None:
    assert loaded({"UKETSUKE_OWN__DELIMITER": "none"}, root).own(SLUG).delimiter is None


# ---------------------------------------------------------------- where settings come from


def test_the_environment_wins_over_the_file_and_an_empty_value_is_none(root: Path) -> None:
    (root / ".env").write_text(
        "# ours\nUKETSUKE_CLOCK__SPEED=10\nexport UKETSUKE_LOG__LEVEL='alarm'\n"
        "UKETSUKE_DATABASE_URL=\nSOMETHING_ELSE=1\n",
        encoding="utf-8",
    )

    config = loaded({"UKETSUKE_CLOCK__SPEED": "20", "UKETSUKE_LOG__LEVEL": ""}, root)

    assert (config.clock.speed, config.log.level) == (20.0, "alarm")


def test_a_rehearsal_can_leave_the_file_out(root: Path) -> None:
    (root / ".env").write_text("UKETSUKE_IMAP__HOST=imap.example.jp\n")

    assert loaded({}, root, dotenv=False).sandbox


def test_a_fault_of_the_file_is_said_of_the_file(root: Path) -> None:
    (root / ".env").write_text("UKETSUKE_LOG__LEVEL=loud\nwhat is this\nUKETSUKE_LOG_LEVEL=unit\n")

    assert said({}, root) == [
        ".env: UKETSUKE_LOG_LEVEL: is not known; did you mean UKETSUKE_LOG__LEVEL?",
        ".env: UKETSUKE_LOG__LEVEL: should be 'unit', 'notice' or 'alarm', not 'loud'",
        ".env: line 2: is no NAME=value",
    ]


def test_a_file_in_another_encoding_is_refused(root: Path) -> None:
    (root / ".env").write_bytes("UKETSUKE_ACCOUNT__BANK=見本銀行\n".encode("cp932"))

    assert said({}, root) == [".env: is not UTF-8; save the file as UTF-8"]


def test_a_file_that_cannot_be_read_is_refused(root: Path) -> None:
    (root / ".env").mkdir()

    assert said({}, root) == [".env: cannot be read: Is a directory"]


def test_a_start_with_an_offset_is_refused(root: Path) -> None:
    (fault,) = said({"UKETSUKE_CLOCK__START": "2026-02-02T09:00+09:00"}, root)

    assert "should be a local time without an offset" in fault


def test_the_tests_own_variable_is_passed_over(root: Path) -> None:
    assert said({"UKETSUKE_REQUIRE_SERVERS": "1"}, root) == []


def test_a_password_in_the_environment_is_refused_and_not_repeated(root: Path) -> None:
    (fault,) = said({"UKETSUKE_IMAP__PASSWORD": "Sesam-oeffne-dich"}, root)

    assert fault == (
        "environment: UKETSUKE_IMAP__PASSWORD: is not known; "
        "did you mean UKETSUKE_IMAP__PASSWORD_FILE?"
    )


def test_everything_that_is_wrong_is_said_at_once(root: Path) -> None:
    (root / "rules" / SLUG / "payment.toml").unlink()
    environ = {
        "UKETSUKE_IMAP__HOST": "imap.example.jp",
        "UKETSUKE_IMAP__PORT": "99999",
        "UKETSUKE_ACCOUNT__KIND": "定期",
        "UKETSUKE_ACCOUNT__NUMBER": "12-34",
        "UKETSUKE_LOOPBACK_ONLY": "perhaps",
        "UKETSUKE_SMTP_HOST": "smtp.example.jp",
    }

    both = "and everything is real or nothing is"
    assert said(environ, root) == [
        "environment: UKETSUKE_ACCOUNT__BANK: is missing",
        "environment: UKETSUKE_ACCOUNT__BRANCH: is missing",
        "environment: UKETSUKE_ACCOUNT__HOLDER: is missing",
        "environment: UKETSUKE_ACCOUNT__HOLDER_KANA: is missing",
        "environment: UKETSUKE_ACCOUNT__KIND: should be '普通', '当座' or '貯蓄', not '定期'",
        "environment: UKETSUKE_ACCOUNT__NUMBER: should be seven digits, not '12-34'",
        "environment: UKETSUKE_IMAP__PASSWORD_FILE: is missing: no password and no OAuth",
        "environment: UKETSUKE_IMAP__PORT: should be less than or equal to 65535, not '99999'",
        "environment: UKETSUKE_IMAP__USER: is missing: the server asks for a login name",
        "environment: UKETSUKE_LOOPBACK_ONLY: should be true or false, not 'perhaps'",
        f"environment: UKETSUKE_SECRETS__FOLDER: is missing: incoming mail is real, {both}",
        "environment: UKETSUKE_SMTP_HOST: is not known; did you mean UKETSUKE_SMTP__HOST?",
        f"environment: UKETSUKE_SMTP__HOST: is missing: incoming mail is real, {both}",
        f"rules/{SLUG}/payment.toml: cannot be read: No such file or directory",
    ]


# ---------------------------------------------------------------- everything real


def test_everything_real_is_real(root: Path, real: dict[str, str]) -> None:
    config = loaded(real, root)

    assert not config.sandbox
    assert not config.clock.rehearsal
    assert config.database_url == f"sqlite:///{root}/var/uketsuke.sqlite3"
    assert config.imap is not None
    assert (config.imap.port, config.imap.security) == (993, "tls")
    assert config.imap.password == "Sesam-oeffne-dich"
    assert config.smtp is not None
    assert (config.smtp.port, config.smtp.security) == (587, "starttls")
    assert config.account.number == "1234567"
    assert config.own(SLUG).token_key == b"k" * 32
    assert config.access(SLUG)().ready


def test_nothing_is_written_when_everything_is_real(root: Path, real: dict[str, str]) -> None:
    loaded(real, root)

    assert not (root / "var").exists()


def test_each_event_has_its_own_folder_of_the_mailbox(root: Path, real: dict[str, str]) -> None:
    path = root / "rules" / SLUG / "event.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"INBOX"', '"INBOX.Seminar"'))

    mailbox = loaded(real, root).mailbox(SLUG)

    assert mailbox is not None
    assert mailbox.folder == "INBOX.Seminar"


def test_no_secret_stands_in_the_configuration_s_text(root: Path, real: dict[str, str]) -> None:
    real["UKETSUKE_DATABASE_URL"] = "postgresql+psycopg://office:Geheimnis-7@db.example.jp/u"

    text = repr(loaded(real, root))

    assert not [word for word in ("Sesam", "Geheimnis", "Hirake", "kkkk") if word in text]


@pytest.mark.parametrize("group", ["IMAP", "SMTP", "ACCOUNT", "SECRETS"])
def test_real_without_one_of_its_parts_is_refused(
    root: Path, real: dict[str, str], group: str
) -> None:
    some = {n: v for n, v in real.items() if not n.startswith(f"UKETSUKE_{group}__")}

    (fault,) = said(some, root)

    assert fault.startswith(f"environment: UKETSUKE_{group}__")
    assert "is missing" in fault
    assert "everything is real or nothing is" in fault


@pytest.mark.parametrize("group", ["IMAP", "SMTP", "ACCOUNT", "SECRETS"])
def test_one_real_part_alone_is_refused(root: Path, real: dict[str, str], group: str) -> None:
    some = {n: v for n, v in real.items() if n.startswith(f"UKETSUKE_{group}__")}

    assert len(said(some, root)) == 3


def test_a_real_store_is_no_place_for_the_sandbox(root: Path) -> None:
    environ = {"UKETSUKE_DATABASE_URL": "postgresql+psycopg://db.example.jp/uketsuke"}

    (fault,) = said(environ, root)

    assert "UKETSUKE_SANDBOX__DATABASE_URL" in fault


def test_the_sandbox_may_be_given_a_store(root: Path) -> None:
    url = "postgresql+psycopg://localhost/sandbox"

    assert loaded({"UKETSUKE_SANDBOX__DATABASE_URL": url}, root).database_url == url


def test_a_store_of_an_unknown_kind_is_refused_and_not_repeated(root: Path) -> None:
    environ = {"UKETSUKE_SANDBOX__DATABASE_URL": "mysql://office:Geheimnis-7@db/u"}

    (fault,) = said(environ, root)
    assert fault.endswith(": should begin with sqlite:/// or postgresql+psycopg://")


def test_the_listener_alone_is_a_way_in(root: Path, real: dict[str, str]) -> None:
    some = {n: v for n, v in real.items() if not n.startswith("UKETSUKE_IMAP__")}
    some["UKETSUKE_LISTENER__PORT"] = "0"

    config = loaded(some, root)

    assert config.imap is None
    assert config.listener is not None
    assert config.listener.host == "127.0.0.1"


def test_with_a_listener_two_events_cannot_share_an_address(
    root: Path, real: dict[str, str], secret: Write
) -> None:
    other = root / "rules" / "r8"
    (root / "rules" / SLUG).rename(root / "rules" / "r7")
    new_event_like(root / "rules" / "r7", other)

    assert said(real, root) == []
    (fault,) = said({**real, "UKETSUKE_LISTENER__PORT": "2525"}, root)
    assert fault.startswith("rules/r8/event.toml: office.mail: ")
    assert fault.endswith("belongs to the event r7 already")


def new_event_like(one: Path, other: Path) -> None:
    other.mkdir()
    for path in one.iterdir():
        text = path.read_text(encoding="utf-8").replace('"INBOX"', '"Other"')
        (other / path.name).write_text(text, encoding="utf-8")


# ---------------------------------------------------------------- logins and privacy


def test_a_login_needs_a_name_and_one_secret(root: Path, real: dict[str, str]) -> None:
    del real["UKETSUKE_IMAP__USER"]
    del real["UKETSUKE_SMTP__PASSWORD_FILE"]

    assert said(real, root) == [
        "environment: UKETSUKE_IMAP__USER: is missing: the server asks for a login name",
        "environment: UKETSUKE_SMTP__PASSWORD_FILE: is missing: no password and no OAuth",
    ]


def test_a_mail_server_may_ask_for_no_login(root: Path, real: dict[str, str]) -> None:
    del real["UKETSUKE_SMTP__USER"]
    del real["UKETSUKE_SMTP__PASSWORD_FILE"]

    smtp = loaded(real, root).smtp

    assert smtp is not None
    assert (smtp.user, smtp.password, smtp.oauth_token) == (None, None, None)


def test_a_login_by_token_takes_the_place_of_the_password(
    root: Path, real: dict[str, str], secret: Write
) -> None:
    secret("client.secret", "client-secret\n")
    oauth = {
        "UKETSUKE_IMAP__OAUTH__TOKEN_URL": "https://login.example.jp/token",
        "UKETSUKE_IMAP__OAUTH__CLIENT_ID": "uketsuke",
        "UKETSUKE_IMAP__OAUTH__CLIENT_SECRET_FILE": "secrets/client.secret",
    }

    assert said({**real, **oauth}, root) == [
        "environment: UKETSUKE_IMAP__OAUTH__TOKEN_URL: is a second login beside the password"
    ]
    del real["UKETSUKE_IMAP__PASSWORD_FILE"]
    imap = loaded({**real, **oauth}, root).imap
    assert imap is not None
    assert imap.password is None
    assert callable(imap.oauth_token)


def test_no_password_leaves_this_machine_in_the_clear(root: Path, real: dict[str, str]) -> None:
    real["UKETSUKE_IMAP__SECURITY"] = "none"

    (fault,) = said(real, root)

    assert fault.startswith("environment: UKETSUKE_IMAP__SECURITY: ")
    assert said({**real, "UKETSUKE_IMAP__PLAINTEXT_ALLOWED": "true"}, root) == []
    assert said({**real, "UKETSUKE_IMAP__HOST": "127.0.0.1"}, root) == []


def test_a_certificate_file_has_to_be_there(root: Path, real: dict[str, str]) -> None:
    real["UKETSUKE_IMAP__CA_FILE"] = "ca.pem"

    assert said(real, root) == ["environment: UKETSUKE_IMAP__CA_FILE: is no file"]


def test_the_rehearsal_clock_meets_real_servers_on_loopback_only(
    root: Path, real: dict[str, str]
) -> None:
    real["UKETSUKE_CLOCK__START"] = "2026-02-02T09:00"
    assert [fault.split(": ")[1] for fault in said(real, root)] == ["UKETSUKE_CLOCK__START"]

    real["UKETSUKE_LOOPBACK_ONLY"] = "true"
    assert [fault.split(": ")[1] for fault in said(real, root)] == [
        "UKETSUKE_IMAP__HOST",
        "UKETSUKE_SMTP__HOST",
    ]

    real["UKETSUKE_IMAP__HOST"] = "localhost"
    real["UKETSUKE_SMTP__HOST"] = "127.0.0.1"
    assert loaded(real, root).clock.rehearsal


# ---------------------------------------------------------------- rules on the way


def test_an_installation_without_events_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "none" / ".hidden").mkdir(parents=True)

    assert said({"UKETSUKE_RULES": "none"}, root) == ["none: holds no event"]
    assert said({"UKETSUKE_RULES": "nowhere"}, root) == [
        "nowhere: is no folder; it holds one folder for each event"
    ]


def test_a_sandbox_that_cannot_be_made_is_refused(root: Path) -> None:
    (root / "var").write_text("a file where a folder should be")

    (fault,) = said({}, root)

    assert "the sandbox cannot be made" in fault


def test_a_refusal_says_every_fault_on_a_line() -> None:
    refused = Refused(check({"UKETSUKE_LOG__LEVEL": "loud", "UKETSUKE_VARR": "x"}, ROOT))

    assert str(refused).count("\n") == 1


# ---------------------------------------------------------------- the example file


def test_the_example_file_is_what_the_settings_say() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == example_settings()


def test_every_example_can_be_read_back_as_a_setting(root: Path, secret: Write) -> None:
    secret("mail.password", "Sesam-oeffne-dich")
    secret("client.secret", "client-secret")
    secret("refresh.token", "refresh-token")
    secret("token.key", b"k" * 32)
    lines = example_settings().splitlines()
    (root / ".env").write_text(
        "\n".join(line.removeprefix("#") for line in lines if line.startswith("#UKETSUKE_")),
        encoding="utf-8",
    )

    rehearsal = "is the rehearsal clock's, which real servers have only with UKETSUKE_LOOPBACK_ONLY"
    # What remains is what no file of examples can know: a certificate, one login instead of two,
    # and that all those servers are elsewhere.
    assert said({}, root) == [
        f".env: UKETSUKE_CLOCK__SPEED: {rehearsal}",
        f".env: UKETSUKE_CLOCK__START: {rehearsal}",
        ".env: UKETSUKE_IMAP__CA_FILE: is no file",
        ".env: UKETSUKE_IMAP__OAUTH__TOKEN_URL: is a second login beside the password",
        ".env: UKETSUKE_SMTP__CA_FILE: is no file",
        ".env: UKETSUKE_SMTP__OAUTH__TOKEN_URL: is a second login beside the password",
    ]


def test_every_setting_is_described() -> None:
    assert [one.name for one in known_settings() if not one.what or not one.group] == []


def test_a_changed_default_is_a_changed_configuration(root: Path) -> None:
    assert isinstance(loaded({"UKETSUKE_VAR": str(root / "elsewhere")}, root), Config)
    assert (root / "elsewhere" / "sandbox" / "secrets").is_dir()
