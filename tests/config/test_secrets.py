"""Secrets: read from files that are nobody else's, read anew when changed, repeated nowhere."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import log
from pipeline.config import AccessFile, Config, Refused, check, load
from pipeline.config.secret_files import write_new

SLUG = "r7-kenkyu-kyogikai"
Write = Callable[[str, str | bytes], Path]


def loaded(environ: dict[str, str], root: Path) -> Config:
    return load(environ, root, letters=False)


def said(environ: dict[str, str], root: Path) -> list[str]:
    try:
        loaded(environ, root)
    except Refused as refused:
        return [str(fault) for fault in refused.faults]
    return []


def written(path: Path, text: str) -> None:
    """Write with another time than before, however coarse the file system's clock is."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    os.utime(path, ns=(before + 1_000_000_000, before + 1_000_000_000))


# ---------------------------------------------------------------- an event's access


def test_the_access_file_is_read_anew_when_it_has_changed(root: Path, real: dict[str, str]) -> None:
    access = loaded(real, root).access(SLUG)
    assert access().values["password"] == "Hirakegoma-2026"

    written(root / "secrets" / f"{SLUG}.toml", 'id = "member-2"\npassword = "Hirakegoma-2027"\n')

    assert access().values == {"id": "member-2", "password": "Hirakegoma-2027"}


def test_a_change_of_the_same_length_is_a_change(tmp_path: Path) -> None:
    path = tmp_path / "event.toml"
    access = AccessFile(path, "event.toml")
    seen = []
    for word in ("Hirakegoma-1", "Hirakegoma-2"):
        written(path, f'id = "member"\npassword = "{word}"\n')
        seen.append(access().values["password"])

    assert seen == ["Hirakegoma-1", "Hirakegoma-2"]


def test_an_unchanged_access_file_is_not_read_again(root: Path, real: dict[str, str]) -> None:
    access = loaded(real, root).access(SLUG)

    assert access() is access()


def test_access_is_ready_with_id_and_password_and_the_zoom_link_may_come_later(
    tmp_path: Path,
) -> None:
    path = tmp_path / "event.toml"
    access = AccessFile(path, "event.toml")
    seen = [(access().ready, access().zoom_ready)]
    for text in (
        "",
        'id = "member"',
        'id = "member"\npassword = "word"',
        'id = "member"\npassword = "word"\nzoom_link = "https://zoom.example.jp/j/1"',
    ):
        written(path, text)
        seen.append((access().ready, access().zoom_ready))
    path.unlink()
    seen.append((access().ready, access().zoom_ready))

    assert seen == [
        (False, False),
        (False, False),
        (False, False),
        (True, False),
        (True, True),
        (False, False),
    ]


def test_a_missing_access_file_is_no_fault_the_letters_wait(
    root: Path, real: dict[str, str]
) -> None:
    (root / "secrets" / f"{SLUG}.toml").unlink()

    assert not loaded(real, root).access(SLUG)().ready


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('id = "member"\npasword = "word"', "pasword: is not known; did you mean password?"),
        ('id = "me"', "id: should be 4 characters long at least"),
        ("id = 12345678", "id: should be a text in quotation marks"),
        ('id = "member "', "id: should be one line, without spaces around it"),
        ('zoom_link = "zoom 1234"', "zoom_link: should be an address that begins with https://"),
        ('id = "Hirakegoma', "is no TOML in UTF-8"),
    ],
)
def test_a_wrong_access_file_is_refused_and_nothing_of_it_repeated(
    root: Path, real: dict[str, str], text: str, what: str
) -> None:
    written(root / "secrets" / f"{SLUG}.toml", text)

    assert said(real, root) == [f"secrets/{SLUG}.toml: {what}"]


def test_an_access_file_that_goes_wrong_later_holds_the_letters_and_says_why(
    root: Path, real: dict[str, str]
) -> None:
    access = loaded(real, root).access(SLUG)
    written(root / "secrets" / f"{SLUG}.toml", 'id = "Hirakegoma')

    found = access()

    assert (found.ready, found.trouble) == (False, f"secrets/{SLUG}.toml: is no TOML in UTF-8")


def test_the_text_of_access_shows_nothing(root: Path, real: dict[str, str]) -> None:
    assert "Hirake" not in repr(loaded(real, root).access(SLUG)())


def test_what_was_read_is_blacked_out_of_the_log(root: Path, real: dict[str, str]) -> None:
    access = loaded(real, root).access(SLUG)
    written(root / "secrets" / f"{SLUG}.toml", 'id = "member-3"\npassword = "Later-word-3"\n')
    access()

    words = ("Sesam-oeffne-dich", "k" * 32, "Hirakegoma-2026", "member-3", "Later-word-3")
    assert [word for word in words if not log.hidden(f"<{word}>")] == []


def test_the_store_s_password_is_blacked_out_as_it_stands_in_the_url_and_as_it_is(
    root: Path, real: dict[str, str]
) -> None:
    real["UKETSUKE_DATABASE_URL"] = "postgresql+psycopg://office:Geheim%2F7@db.example.jp/u"

    loaded(real, root)

    assert log.hidden("Geheim%2F7")
    assert log.hidden("Geheim/7")


# ---------------------------------------------------------------- other people's eyes


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
@pytest.mark.parametrize("name", [f"{SLUG}.toml", "token.key", "mail.password"])
def test_a_secret_that_others_can_read_is_refused(
    root: Path, real: dict[str, str], name: str, mode: int
) -> None:
    (root / "secrets" / name).chmod(mode)

    faults = said(real, root)

    assert faults
    assert all(f.endswith("is open to others than its owner: chmod 600") for f in faults)


@pytest.mark.parametrize("name", ["client.secret", "refresh.token"])
def test_what_logs_in_by_oauth_is_kept_as_close(
    root: Path, real: dict[str, str], name: str
) -> None:
    for file in ("client.secret", "refresh.token"):
        path = root / "secrets" / file
        path.write_text("a-long-enough-word\n", "utf-8")
        path.chmod(0o600)
        key = file.replace(".", "_").upper()
        real[f"UKETSUKE_IMAP__OAUTH__{key}_FILE"] = str(path)
    del real["UKETSUKE_IMAP__PASSWORD_FILE"]
    real["UKETSUKE_IMAP__OAUTH__TOKEN_URL"] = "https://login.example.com/token"
    real["UKETSUKE_IMAP__OAUTH__CLIENT_ID"] = "uketsuke"
    loaded(real, root)

    (root / "secrets" / name).chmod(0o640)

    (fault,) = said(real, root)
    assert fault.endswith("is open to others than its owner: chmod 600")


def test_a_secret_opened_to_others_later_is_not_used_any_more(
    root: Path, real: dict[str, str]
) -> None:
    access = loaded(real, root).access(SLUG)
    assert access().ready

    (root / "secrets" / f"{SLUG}.toml").chmod(0o644)

    assert not access().ready


def test_a_secret_that_is_missing_or_empty_is_refused(root: Path, real: dict[str, str]) -> None:
    (root / "secrets" / "token.key").write_bytes(b"short")
    written(root / "secrets" / "mail.password", "\n")
    real["UKETSUKE_SMTP__PASSWORD_FILE"] = "secrets/none"

    assert said(real, root) == [
        "UKETSUKE_IMAP__PASSWORD_FILE (mail.password): should hold one line with the password",
        "UKETSUKE_SMTP__PASSWORD_FILE (none): cannot be read: No such file or directory",
        "secrets/token.key: should hold 32 random bytes: head -c 32 /dev/urandom",
    ]


def test_a_password_in_another_encoding_is_refused(
    root: Path, real: dict[str, str], secret: Write
) -> None:
    secret("mail.password", "合言葉".encode("cp932"))

    assert "UKETSUKE_IMAP__PASSWORD_FILE (mail.password): is not UTF-8" in said(real, root)


@pytest.mark.parametrize("place", [f"rules/{SLUG}/event.toml", "templates/received.txt"])
def test_a_secret_in_a_rule_or_a_template_is_refused(
    root: Path, real: dict[str, str], place: str
) -> None:
    with (root / place).open("a", encoding="utf-8") as stream:
        stream.write("# Hirakegoma-2026\n")

    assert said(real, root) == [f"{place}: holds a secret that belongs into the secrets file alone"]


# ---------------------------------------------------------------- the sandbox's own


def test_the_sandbox_makes_its_secrets_up_once_and_keeps_them(root: Path) -> None:
    first, second = loaded({}, root), loaded({}, root)

    assert first.access(SLUG)().ready
    assert first.access(SLUG)().zoom_ready
    assert first.access(SLUG)().values == second.access(SLUG)().values
    assert first.own(SLUG).token_key == second.own(SLUG).token_key
    assert len(first.own(SLUG).token_key) >= 32


def test_two_sandboxes_have_different_secrets(root: Path) -> None:
    here, there = (loaded({"UKETSUKE_VAR": var}, root).access(SLUG)() for var in ("a", "b"))

    assert not set(here.values.values()) & set(there.values.values())


def test_nobody_else_can_read_the_sandbox_s_secrets(root: Path) -> None:
    loaded({}, root)

    folder = root / "var" / "sandbox" / "secrets"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {f"{SLUG}.toml": 0o600, "token.key": 0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_of_two_processes_that_make_the_secrets_up_at_once_one_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "token.key"
    path.write_bytes(b"the first")
    monkeypatch.setattr(Path, "exists", lambda _: False)  # it looked before the other one wrote

    write_new(path, b"the second")

    assert path.read_bytes() == b"the first"
    assert [one.name for one in tmp_path.iterdir()] == ["token.key"]


def test_nothing_is_made_up_while_something_is_wrong(root: Path) -> None:
    assert check({"UKETSUKE_LOG__LEVEL": "loud"}, root)

    assert not (root / "var").exists()
