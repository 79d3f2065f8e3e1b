"""Forms: what counts as an answer, whose it is, and what is asked about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.domain.rules import Rules
from pipeline.mail.answers import Answer, answer
from pipeline.mail.form import extract
from pipeline.mail.incoming import parse
from pipeline.mail.labels import labels_of
from pipeline.mail.quoting import split
from pipeline.mail.reading import Kind, Reading
from tests.mail.reading.case import TO_OURS, quoted
from tests.mail.reading.letters import FORM, LINES, mail, text


def form_of(*lines: str, rules: Rules) -> dict[str, object]:
    """The only participant of a text."""
    (person,) = extract(parse(mail(text(*lines))), rules).participants
    return {name: getattr(person, name) for name in FORM}


# ---------------------------------------------------------------- labels


def test_every_word_of_the_rules_is_a_label(rules: Rules) -> None:
    table = labels_of(rules)

    for field in rules.form.fields:
        for name in (field.label, *field.synonyms):
            found = table.find(name)
            assert found is not None, name
            assert found.fields == (field.field,), name


@pytest.mark.parametrize(
    ("label", "fields", "person"),
    [
        ("■お名前", ("name",), None),
        ("氏　　名　", ("name",), None),
        ("①【氏名】", ("name",), None),
        ("１．お名前", ("name",), None),
        ("(1) 氏名", ("name",), None),
        ("※ 氏名(必須)", ("name",), None),
        ("お名前 *", ("name",), None),
        ("ﾌﾘｶﾞﾅ", ("name_kana",), None),
        ("℡", ("phone",), None),
        ("ＴＥＬ／ＦＡＸ", ("phone",), None),
        ("ＦＡＸ", (), None),
        ("E-Mail", ("email",), None),
        ("ＭＡＩＬ", ("email",), None),
        ("部署・役職", ("department", "position"), None),
        ("氏名（フリガナ）", ("name", "name_kana"), None),
        ("電話番号（日中）", ("phone",), None),
        ("参加者1 氏名", ("name",), 1),
        ("氏名２", ("name",), 2),
        ("3人目 フリガナ", ("name_kana",), 3),
        ("氏名(2人目)", ("name",), 2),
    ],
)
def test_a_label_is_known_however_it_is_decorated(
    label: str, fields: tuple[str, ...], person: int | None, rules: Rules
) -> None:
    found = labels_of(rules).find(label)

    assert found is not None
    assert (found.fields, found.person) == (fields, person)


@pytest.mark.parametrize("label", ["備考", "件名", "差出人", "3名", "https", "", "お" * 40])
def test_other_words_are_no_labels(label: str, rules: Rules) -> None:
    assert labels_of(rules).find(label) is None


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("name", "\u3000町田\u3000\u3000花子 様", "町田 花子"),
        ("name", "\ufa19田 髙子", "\ufa19田 髙子"),
        ("name", "町田（代理）", "町田"),
        ("name", "ますだ ゆい", "ますだ ゆい"),
        ("name", "ますだ ゆい（代理）", "ますだ ゆい"),
        ("name", "ますだ ゆい（主任）", "ますだ ゆい（主任）"),
        ("name_kana", "まちだ　はなこ", "マチダ ハナコ"),
        ("name_kana", "ﾏﾁﾀﾞ", "マチダ"),
        ("name_kana", "マチタ゛", "マチダ"),
        ("name_kana", "マチタ\u3099", "マチダ"),
        ("prefecture", "長野", "長野県"),
        ("prefecture", "〒380-0000 長野県長野市", "長野県"),
        ("prefecture", "京都", "京都府"),
        ("email", "ａ＠ｅｘａｍｐｌｅ．ｊｐ", "a@example.jp"),
        ("email", "mailto:a@Example.jp", "a@example.jp"),
        ("email", "a@example.jp（携帯）", "a@example.jp"),
        ("email", "a..b.@example.jp", "a..b.@example.jp"),
        ("phone", "０９０ー１２３４−５６７８", "090-1234-5678"),
        ("phone", "03(1234)5678 内線9", "03-1234-5678"),
        ("phone", "+81 (0)3-1234-5678", "03-1234-5678"),
        ("phone", "TEL 026-000-1234 FAX 026-000-9999", "026-000-1234"),
        ("category", "２", "gov"),
        ("category", "３：NPO・ボランティア", "npo"),
        ("category", "社協の生活支援コーディネーター", "sc"),
        ("category", "市役所", "gov"),
        ("category", "会社員", "other"),
        ("category", "☑農協 □行政", "coop_shakyo"),
        ("organization", "  ○の会   本部 ", "○の会 本部"),
    ],
)
def test_an_answer_is_kept_as(field: str, raw: str, value: str, rules: Rules) -> None:
    assert answer(field, raw, rules) == Answer(value)


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("name", "町田花子、小川次郎"),
        ("name_kana", "町田"),
        ("prefecture", "府中市"),
        ("email", "a@example,jp"),
        ("email", "a@example.co,jp"),
        ("email", "a b@example.jp"),
        ("email", "a@example.jp / b@example.jp"),
        ("email", "a@example"),
        ("phone", "1234-5678"),
        ("phone", "902-000-000"),
    ],
)
def test_what_is_not_sure_is_unclear(field: str, raw: str, rules: Rules) -> None:
    found = answer(field, raw, rules)

    assert (found.value, found.unclear) == (None, raw)


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("name", ""), ("name", "　"), ("name", "福祉　太郎"), ("name", "○○　○○"), ("name", "3名"),
        ("name", "別紙のとおり"), ("name_kana", "（全角カタカナ）"), ("phone", "03-0000-0000"),
        ("position", "なし"), ("department", "ー"), ("email", "xxx@xxx.jp"),
        ("category", "□行政 □NPO"),
    ],
)  # fmt: skip
def test_a_blank_or_a_sample_is_no_answer(field: str, raw: str, rules: Rules) -> None:
    assert answer(field, raw, rules) == Answer()


def test_a_reading_behind_the_name_is_its_kana(rules: Rules) -> None:
    lines = ("お名前：町田　花子（まちだ　はなこ）", *LINES[2:])

    assert form_of(*lines, rules=rules) == FORM


def test_several_answers_on_one_line_are_told_apart(rules: Rules) -> None:
    lines = (f"{LINES[0]}　{LINES[1]}", *LINES[2:4], f"{LINES[4]} / {LINES[5]}", LINES[6])

    assert form_of(*lines, rules=rules) == FORM


def test_prose_is_no_form(rules: Rules) -> None:
    said = (
        "お世話になっております。県の職員です。",
        "連絡先は後日お知らせします。",
        "名前は後でお送りします。",
    )

    assert not extract(parse(mail(text(*said))), rules).found


def test_each_answer_knows_its_line(reader: Callable[[bytes], Reading]) -> None:
    reading = reader(mail(text(*LINES)))

    assert [(n, f) for n, f, _ in reading.sources] == [(1, name) for name in FORM]
    assert [line for _, _, line in reading.sources] == list(LINES)


def test_a_hundred_participants_are_read_and_more_go_to_a_person(
    reader: Callable[[bytes], Reading],
) -> None:
    blocks = [f"氏名：町田{chr(0x4E00 + n)}" for n in range(120)]
    reading = reader(mail(text(*blocks)))

    assert reading.kind is Kind.APPLICATION_NEEDS_REVIEW
    assert len(reading.participants) == 100


def test_a_number_in_our_own_form_is_kept(reader: Callable[[bytes], Reading]) -> None:
    returned = ["＜参加者２＞", *(f"【{line.replace('：', '】')}" for line in LINES)]

    assert [p.number for p in reader(mail(text(*returned))).participants] == [2]


def test_what_is_unclear_is_kept_as_it_was_read_but_no_address(
    reader: Callable[[bytes], Reading],
) -> None:
    lines = (*LINES[:3], "都道府県：府中市", "メール：a@example,jp", *LINES[5:])
    reading = reader(mail(text(*lines)))
    (person,) = reading.participants

    assert (person.prefecture, person.email) == ("府中市", "machida@example.jp")
    assert {(p.field, p.read_as) for p in reading.problems} == {
        ("prefecture", "府中市"),
        ("email", "a@example,jp"),
    }


def test_a_group_does_not_answer_with_a_signature(reader: Callable[[bytes], Reading]) -> None:
    second = (LINES[0].replace("花子", "二郎"), *LINES[1:5], LINES[6])
    signature = ("----------", "TEL：026-999-9999")
    reading = reader(mail(text(*LINES, "", *second, *signature)))

    assert [p.phone for p in reading.participants] == ["026-000-1234", None]


def test_a_sample_entry_is_nobody_whatever_it_says(reader: Callable[[bytes], Reading]) -> None:
    sample = (
        "（記入例）",
        "お名前：見本　一郎",
        "フリガナ：ミホン　イチロウ",
        "電話番号：03-9999-8888",
    )

    assert [p.name for p in reader(mail(text(*sample, "", *LINES))).participants] == ["町田 花子"]
    assert [p.name for p in reader(mail(text(*LINES, *sample))).participants] == ["町田 花子"]


def test_our_own_telephone_below_our_form_is_no_answer(
    reader: Callable[[bytes], Reading],
) -> None:
    form = ["＜参加者1＞", *(f"【{line.replace('：', '】')}" for line in LINES)]
    blank = [line if "電話" not in line else "【電話番号】" for line in form]
    ours = ("", "■お問い合わせ", "電話：03-1111-2222")
    reading = reader(mail(text("記入しました。", *quoted(*blank, *ours)), extra=TO_OURS))

    assert [p.phone for p in reading.participants] == [None]


def test_our_own_address_is_nobodys(rules: Rules, reader: Callable[[bytes], Reading]) -> None:
    lines = (*LINES[:4], f"メール：{rules.event.office.mail}", *LINES[5:])

    assert [p.email for p in reader(mail(text(*lines))).participants] == ["machida@example.jp"]


def test_a_form_written_anew_counts_before_the_quoted_one(
    reader: Callable[[bytes], Reading],
) -> None:
    old = [line.replace("1234", "0000") for line in LINES]
    reading = reader(mail(text(*LINES, "", *quoted(*old)), extra=TO_OURS))

    assert [p.phone for p in reading.participants] == ["026-000-1234"]


# ---------------------------------------------------------------- quotations


@pytest.mark.parametrize(
    "heading",
    [
        ["2026年2月9日(月) 10:41 町田 <machida@example.jp>:"],
        ["2026年2月9日(月) 10:41 町田", "<machida@example.jp>:"],
        ["2026/02/09 10:41、町田 <machida@example.jp>のメール:"],
        ["On Mon, Feb 9, 2026 at 10:41 Machida <machida@example.jp> wrote:"],
        ["-----Original Message-----"],
        ["差出人: 町田", "送信日時: 2026年2月9日 10:41", "宛先: 事務局", "件名: x"],
        ["From: Machida", "Sent: Monday", "To: Office", "Subject: x"],
        ["---------- Forwarded message ---------"],
    ],
)
def test_what_stands_below_a_mail_programs_heading_is_quoted(heading: list[str]) -> None:
    said = split("\n".join(["new", *heading, "old"]))

    assert said.new == ("new",)
    assert said.quoted[-1] == "old"


def test_what_stands_between_marked_lines_is_new() -> None:
    said = split("On 2026/02/09 a <a@b.jp> wrote:\n> one\nnew\n＞ two")

    assert said.new == ("new",)
    assert said.quoted == ("one", "new", "two")


@pytest.mark.parametrize(
    "line", ["差出人: 町田 <a@b.jp>", "2026年2月9日に申し込みます。", "日時：2026/2/9"]
)
def test_an_ordinary_line_begins_no_quotation(line: str) -> None:
    assert split(f"{line}\nmore").quoted == ()
