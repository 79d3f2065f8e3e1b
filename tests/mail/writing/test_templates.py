"""Templates are refused when they could fail later, each fault with its file and line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pipeline.domain.decision import LetterName
from pipeline.domain.rules import Rules
from pipeline.mail import contract
from pipeline.mail.facts import FACTS
from pipeline.mail.preview import occasion, preview
from pipeline.mail.template_check import Fault
from pipeline.mail.template_fold import Fold
from pipeline.mail.templates import Library, TemplateFaults
from tests.mail.writing.season import OWN, TEMPLATES, Desk, changed

EVENT = "r7-kenkyu-kyogikai"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the shipped templates that a test may spoil."""
    copy = tmp_path / "templates"
    shutil.copytree(TEMPLATES, copy)
    return copy


def faults(root: Path, rules: Rules) -> tuple[Fault, ...]:
    with pytest.raises(TemplateFaults) as refused:
        Library.load(root, rules)
    return refused.value.faults


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_templates_are_faultless(rules: Rules) -> None:
    Library.load(TEMPLATES, rules)


def test_every_letter_must_be_there(root: Path, rules: Rules) -> None:
    (root / "expired.txt").unlink()
    (root / "lapsed.txt").unlink()

    assert [(f.file, f.what) for f in faults(root, rules)] == [
        ("templates/expired.txt", "this letter has no template"),
        ("templates/lapsed.txt", "this letter has no template"),
    ]


def test_the_events_folder_must_be_there(root: Path, rules: Rules) -> None:
    (fault,) = faults(root, changed(rules, "event.templates", "r8-misspelt"))

    assert fault.file == "templates/r8-misspelt"
    assert "event.toml" in fault.what


def test_a_value_that_the_letter_is_not_given_is_refused_with_its_line(
    root: Path, rules: Rules
) -> None:
    edit(root / "closed_late.txt", "{{ addressee }}\n", "{{ addressee }}\n{{ pay_by }}\n")

    assert faults(root, rules) == (
        Fault("templates/closed_late.txt", 5, "the letter 'closed_late' is not given 'pay_by'"),
    )


def test_a_misspelt_value_in_a_part_is_refused_where_it_stands(root: Path, rules: Rules) -> None:
    edit(root / "parts" / "payment.txt", "{{ account.bank }}", "{{ acount.bank }}")

    found = faults(root, rules)

    assert {f.file for f in found} == {"templates/parts/payment.txt"}
    assert len({f.line for f in found}) == 1
    assert all(f.line > 1 for f in found)
    assert any("'received' is not given 'acount'" in f.what for f in found)


def test_a_misspelt_attribute_is_refused(root: Path, rules: Rules) -> None:
    edit(root / "parts" / "payment.txt", "{{ account.bank }}", "{{ account.bnak }}")

    (fault,) = faults(root, rules)

    assert fault.what == "no value has '.bnak'"


def test_a_letter_must_say_what_it_is_sent_for(root: Path, rules: Rules) -> None:
    edit(root / "access.txt", "{{ access_password }}", "（別途）")
    edit(root / "received.txt", '{% include "parts/before_paying.txt" %}\n', "")

    said = {f.what for f in faults(root, rules)}

    assert "the letter 'access' must use 'access_password'" in said
    assert "the letter 'received' must use 'refundable'" in said
    assert "the letter 'received' must use 'live_headset'" in said


def test_a_secret_stands_in_no_subject_and_in_no_other_letter(root: Path, rules: Rules) -> None:
    edit(root / "access.txt", "Subject: {{ tag }}", "Subject: {{ tag }}{{ access_password }}")
    edit(root / "expired.txt", "{{ addressee }}", "{{ addressee }}{{ access_password }}")
    edit(root / "lapsed.txt", "{{ addressee }}", "{{ addressee }}⟦PASSWORD⟧")

    said = {f.what for f in faults(root, rules)}

    assert "'access_password' is a secret and may not be in a subject" in said
    assert "the letter 'expired' is not given 'access_password'" in said
    assert "the characters ⟦ and ⟧ belong to secrets" in said


@pytest.mark.parametrize(
    ("spoilt", "what"),
    [
        ("{% if may_pay %}", "Unexpected end of template"),
        ("{{ addressee", "end of print statement"),
        ("{{ addressee|shout }}", "No filter named 'shout'"),
        ('{% include "parts/nowhere.txt" %}', "there is no part 'parts/nowhere.txt'"),
        ("{% include addressee %}", "a part is included by its name"),
        ('{% extends "received.txt" %}', "may include parts, but not extend or import"),
        ('{% import "parts/opening.txt" as x %}', "may include parts, but not extend or import"),
        ("{{ range(3) }}", "is not given 'range'"),
    ],
)
def test_what_cannot_be_compiled_is_refused(
    spoilt: str, what: str, root: Path, rules: Rules
) -> None:
    path = root / "received.txt"
    path.write_text(path.read_text(encoding="utf-8") + spoilt, encoding="utf-8")

    found = faults(root, rules)

    assert all(f.file == "templates/received.txt" for f in found)
    assert any(part in f.what for f in found for part in what.split("|"))


def test_a_letter_begins_with_its_subject(root: Path, rules: Rules) -> None:
    edit(root / "received.txt", "Subject: ", "Betreff: ")

    (fault,) = faults(root, rules)

    assert fault == Fault(
        "templates/received.txt", 1, "a letter begins with 'Subject: ...' and an empty line"
    )


def test_a_file_that_is_no_letter_is_a_misspelt_one(root: Path, rules: Rules) -> None:
    (root / "recieved.txt").write_text("Subject: x\n\ny", encoding="utf-8")
    (root / EVENT / "parts" / "singature.txt").write_text("x", encoding="utf-8")

    assert {(f.file, f.what) for f in faults(root, rules)} == {
        ("templates/recieved.txt", "there is no letter of this name"),
        (f"templates/{EVENT}/parts/singature.txt", "no letter includes this part"),
    }


def test_all_faults_are_told_at_once(root: Path, rules: Rules) -> None:
    (root / "lapsed.txt").unlink()
    edit(root / "expired.txt", "{{ addressee }}", "{{ adressee }}")
    edit(root / "access.txt", "{{ access_id }}", "")

    with pytest.raises(TemplateFaults) as refused:
        Library.load(root, rules)

    assert len(refused.value.faults) == 4
    assert "templates/expired.txt:4: the letter 'expired' is not given 'adressee'" in str(
        refused.value
    )


def test_a_part_that_includes_itself_does_not_hang(root: Path, rules: Rules) -> None:
    path = root / "parts" / "opening.txt"
    path.write_text('{{ office_name }}{% include "parts/opening.txt" %}\n', encoding="utf-8")

    Library.load(root, rules)


def test_an_event_overrides_a_letter_and_a_part(root: Path, rules: Rules) -> None:
    own = (root / "to_a_person.txt").read_text(encoding="utf-8")
    (root / EVENT / "to_a_person.txt").write_text(
        own.replace("メールを受け取りました", "承りました"), encoding="utf-8"
    )
    (root / EVENT / "parts" / "opening.txt").write_text(
        "こんにちは。{{ office_name }}です。\n", encoding="utf-8"
    )

    words = preview(LetterName.TO_A_PERSON, Library.load(root, rules), rules, OWN)

    assert words.subject.startswith("承りました")
    assert "こんにちは。" in words.body


def test_another_event_needs_no_templates_of_its_own(root: Path, rules: Rules) -> None:
    (root / "r8-another").mkdir()

    library = Library.load(root, changed(rules, "event.templates", "r8-another"))

    for name in LetterName:
        assert "SC" not in preview(name, library, rules, OWN).body


def test_what_is_written_out_at_start_changes_no_word(
    office: Desk, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Fold, "folded", lambda _, tree: tree)
    plain = Library.load(TEMPLATES, rules)

    for name in LetterName:
        assert preview(name, plain, rules, OWN) == preview(name, office.library, rules, OWN)


def test_no_value_breaks_its_line_or_carries_a_marker(office: Desk, rules: Rules) -> None:
    told = contract.told(occasion(LetterName.TO_A_PERSON, rules, OWN))
    evil = "a\r\nBcc: b\u2028c⟦PASSWORD⟧"

    words = office.library.render(LetterName.TO_A_PERSON, told | {"addressee": evil, "tag": evil})

    assert words.body.splitlines()[0] == "a Bcc: b c[PASSWORD]"
    assert words.subject.startswith("a Bcc: b c[PASSWORD]")


@pytest.mark.parametrize("name", LetterName)
def test_a_letter_is_told_what_its_sheet_promises(name: LetterName, rules: Rules) -> None:
    sheet = contract.SHEETS[name]

    told = contract.told(occasion(name, rules, OWN))

    assert set(told) | set(FACTS) == sheet.given
    assert sheet.required <= sheet.given


def test_every_value_is_used_by_some_letter() -> None:
    words = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.txt"))
    used = set(re.findall(r"[a-z_]+", "".join(re.findall(r"\{[{%].*?[}%]\}", words))))

    assert {name for sheet in contract.SHEETS.values() for name in sheet.given} <= used


def test_the_facts_are_told_by_the_rules(rules: Rules) -> None:
    for key in FACTS.values():
        at: object = rules
        for part in key.split("."):
            at = getattr(at, part)


@pytest.mark.parametrize("name", LetterName)
def test_a_preview_shows_a_letter_and_no_secret(
    name: LetterName, office: Desk, rules: Rules
) -> None:
    words = preview(name, office.library, rules, OWN)

    assert "⟦" not in words.body
    assert ("●●●●" in words.body) is (name in {LetterName.ACCESS, LetterName.ZOOM_LOOK_AHEAD})
