"""Rules: read exactly, named by their text, described so that they can be read back."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pipeline.config import Refused, describe, load_rules, new_event
from pipeline.config.agreement_reminders import MEANT_FOR
from pipeline.config.events import load_all
from pipeline.config.rulebook import PARTS
from pipeline.domain.decision import PAYMENT_LETTERS, SECRET_LETTERS
from pipeline.domain.rules import Frozen, Rules

ROOT = Path(__file__).parent.parent.parent
SHIPPED = ROOT / "rules" / "r7-kenkyu-kyogikai"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped rules."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "rules" / "r7-kenkyu-kyogikai"))


def same_but_named(one: Rules, other: Rules) -> bool:
    unnamed = {"slug": "x", "digest": ""}
    return one.model_copy(update=unnamed) == other.model_copy(update=unnamed)


# ---------------------------------------------------------------- reading


def test_the_slug_is_the_folder_s_name(rules: Rules) -> None:
    assert rules.slug == "r7-kenkyu-kyogikai"


def test_the_digest_names_the_exact_text_of_all_five_files(folder: Path, rules: Rules) -> None:
    assert load_rules(folder).digest == rules.digest
    digests = {rules.digest}
    for part in PARTS:
        with (folder / f"{part}.toml").open("a", encoding="utf-8") as stream:
            stream.write("# a comment\n")
        digests.add(load_rules(folder).digest)

    assert len(digests) == 6
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)


def test_a_line_that_moved_from_one_file_to_the_next_is_another_digest(
    folder: Path, rules: Rules
) -> None:
    form = (folder / "form.toml").read_text(encoding="utf-8")
    first, rest = form.split("\n", 1)
    assert first.startswith("#")
    (folder / "form.toml").write_text(rest, encoding="utf-8")
    with (folder / "event.toml").open("a", encoding="utf-8") as stream:
        stream.write(first + "\n")

    assert load_rules(folder).digest != rules.digest


def test_an_empty_line_is_another_digest(folder: Path, rules: Rules) -> None:
    with (folder / "event.toml").open("a", encoding="utf-8") as stream:
        stream.write("\n")

    assert load_rules(folder).digest != rules.digest


@pytest.mark.parametrize("editor", ["byte order mark", "CRLF"])
def test_files_as_windows_editors_save_them_are_read(
    folder: Path, rules: Rules, editor: str
) -> None:
    for path in folder.iterdir():
        raw = path.read_bytes()
        path.write_bytes(b"\xef\xbb\xbf" + raw if editor != "CRLF" else raw.replace(b"\n", b"\r\n"))

    assert same_but_named(load_rules(folder), rules)


def test_a_file_in_another_encoding_is_refused_with_its_line(folder: Path) -> None:
    path = folder / "payment.toml"
    path.write_bytes(b"fee = 1000\n# " + "参加費".encode("cp932") + b"\n")

    with pytest.raises(Refused) as refused:
        load_rules(folder)

    assert str(refused.value) == (
        "rules/r7-kenkyu-kyogikai/payment.toml: line 2: is not UTF-8; save the file as UTF-8"
    )


def test_a_file_that_ends_too_early_is_refused(folder: Path) -> None:
    (folder / "payment.toml").write_text("fee =")

    with pytest.raises(Refused, match=r"payment\.toml: end of file: is no TOML: "):
        load_rules(folder)


def test_a_folder_that_is_not_there_is_refused_with_all_five_files(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        load_rules(tmp_path / "nowhere")

    assert len(refused.value.faults) == 5


def test_nothing_can_be_changed_in_rules(rules: Rules) -> None:
    with pytest.raises(ValueError, match="frozen"):
        rules.event.capacity = 1


# ---------------------------------------------------------------- the shipped event


def test_the_shipped_event_is_the_announced_one(rules: Rules) -> None:
    event = rules.event
    assert rules.opens_at.isoformat() == "2026-02-02T00:00:00+09:00"
    assert rules.closes_at.isoformat() == "2026-03-13T00:00:00+09:00"
    assert rules.access_opens_at.isoformat() == "2026-02-24T10:00:00+09:00"
    assert rules.access_ends_at.isoformat() == "2026-05-01T00:00:00+09:00"
    assert rules.live_starts_at.isoformat() == "2026-03-26T10:00:00+09:00"
    assert rules.live_ends_at.isoformat() == "2026-03-26T16:00:00+09:00"
    assert (event.capacity, rules.payment.fee, rules.payment.refundable) == (500, 1000, False)
    assert event.office.mail == "shien@wonder-craft.co.jp"
    lunch = next(one for one in event.live.programme if one.title == "昼休憩")
    assert (lunch.starts.hour, lunch.ends.hour) == (12, 13)
    assert (event.live.group_sessions, event.live.group_minutes) == (2, 60)


def test_the_programme_has_no_gap(rules: Rules) -> None:
    live = rules.event.live
    assert live.programme[0].starts == live.starts
    assert live.programme[-1].ends == live.ends
    for one, following in zip(live.programme, live.programme[1:], strict=False):
        assert one.ends == following.starts


def test_the_reminders_of_the_shipped_event_are_the_planned_ones(rules: Rules) -> None:
    planned = [
        (one.letter, one.at.isoformat(" ", "minutes") if one.at else one.after_business_days)
        for one in rules.reminders.reminder
    ]

    assert planned == [
        ("payment_reminder", 5),
        ("payment_reminder", "2026-03-05 09:00"),
        ("payment_reminder", "2026-03-10 09:00"),
        ("last_day", "2026-03-12 10:00"),
        ("zoom_look_ahead", "2026-03-19 10:00"),
        ("zoom_look_ahead", "2026-03-25 10:00"),
        ("ondemand_ending", "2026-04-23 10:00"),
    ]


def test_no_reminder_can_carry_a_secret_to_somebody_who_has_not_paid() -> None:
    assert {MEANT_FOR[name] for name in SECRET_LETTERS} == {"admitted"}
    asking = {audience for name, audience in MEANT_FOR.items() if name in PAYMENT_LETTERS}
    assert asking == {"unpaid"}


# ---------------------------------------------------------------- describing


def split(text: str) -> dict[str, str]:
    parts = re.split(r"^# file: (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_description_can_be_read_back_as_the_same_rules(tmp_path: Path, rules: Rules) -> None:
    files = split(describe())
    home = tmp_path / "read-back"
    home.mkdir()
    for name, text in files.items():
        (home / name).write_text(text, encoding="utf-8")

    assert list(files) == [f"{part}.toml" for part in PARTS]
    assert same_but_named(load_rules(home), rules)


def test_the_description_explains_every_key(rules: Rules) -> None:
    text = describe()

    for model in Frozen.__subclasses__():
        if model is Rules:
            continue
        for name, field in model.model_fields.items():
            assert field.description, f"{model.__name__}.{name} has no description"
            assert re.search(rf"^(# )?(\[+[a-z.]*\b{name}\]+|{name} = )", text, re.MULTILINE), name


def test_a_commented_key_is_right_when_the_comment_is_taken_away(tmp_path: Path) -> None:
    home = tmp_path / "r9"
    home.mkdir()
    for name, text in split(describe()).items():
        # `at` stays away: a reminder has one time.
        bare = re.sub(r"^# (?=\[\[|[a-z_]+ = )(?!at = )", "", text, flags=re.MULTILINE)
        (home / name).write_text(bare, encoding="utf-8")

    rules = load_rules(home)

    assert rules.form.senders[0].address == "wordpress@form.example.org"
    assert rules.intake.authserv_id == "mx.example.jp"
    assert rules.event.announced_at is not None
    assert rules.reminders.reminder[0].useful_until is not None


def test_a_new_event_begins_with_the_rules_of_one_that_works(tmp_path: Path, rules: Rules) -> None:
    written = new_event(tmp_path / "rules", "r8-kenkyu-kyogikai")

    begun = load_rules(tmp_path / "rules" / "r8-kenkyu-kyogikai")
    assert [path.name for path in written] == [f"{part}.toml" for part in PARTS]
    assert begun.slug == "r8-kenkyu-kyogikai"
    assert same_but_named(begun, rules)


def test_a_new_event_never_overwrites_one(tmp_path: Path) -> None:
    new_event(tmp_path, "r8")

    with pytest.raises(Refused, match="is there already"):
        new_event(tmp_path, "r8")


def test_a_new_event_s_name_is_judged_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="lower-case letters"):
        new_event(tmp_path, "R8 協議会")

    assert list(tmp_path.iterdir()) == []


def test_no_event_may_take_the_name_of_the_banks_folder(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"/banks: is where the banks' profiles lie"):
        new_event(tmp_path, "banks")


def test_the_banks_profiles_are_no_event(folder: Path, rules: Rules) -> None:
    shutil.copytree(ROOT / "rules" / "banks", folder.parent / "banks")

    found, faults = load_all(folder.parent)

    assert (list(found), faults) == ([rules.slug], [])
