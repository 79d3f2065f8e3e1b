"""The form in the correction letter: its shape, and that our own reader takes it back."""

from __future__ import annotations

import re
from dataclasses import replace
from email.message import EmailMessage

import pytest

from pipeline.domain.application import Application, Participant, Problem, State
from pipeline.domain.decision import LetterName
from pipeline.domain.validation import missing
from pipeline.mail.form import Form, extract
from pipeline.mail.incoming import parse
from pipeline.mail.preview import preview
from tests.mail.writing.season import KEN, SAKURA, Desk, an_application, told_alone

LACKING = replace(SAKURA, phone=None, prefecture=None)
UNSURE = Problem(1, "name_kana", "unclear", "ｵｶﾞﾀ?")


def incomplete(
    office: Desk, *people: Participant, unclear: tuple[Problem, ...] = ()
) -> Application:
    problems = missing(people, office.rules) + unclear
    return an_application(State.INCOMPLETE, participants=people, problems=problems)


def letter(office: Desk, application: Application) -> str:
    return office.write(LetterName.CORRECTION_NEEDED, application)


def form_of(words: str) -> list[str]:
    """The lines from the first participant's heading to the last label."""
    lines = words.splitlines()
    first = next(n for n, line in enumerate(lines) if re.fullmatch(r"＜参加者[0-9]+＞", line))
    last = max(n for n, line in enumerate(lines) if line.startswith("【"))
    return lines[first : last + 1]


def test_the_form_has_a_heading_for_each_and_a_line_for_each_question(office: Desk) -> None:
    form = form_of(letter(office, incomplete(office, LACKING, KEN)))

    labels = [f"【{field.label}】" for field in office.rules.form.fields]
    assert [line for line in form if line.startswith("＜")] == ["＜参加者1＞", "＜参加者2＞"]
    assert [line.partition("】")[0] + "】" for line in form if line.startswith("【")] == labels * 2
    assert "【お名前】緒方 桜" in form
    assert "【電話番号】" in form
    assert "【参加区分】行政・自治体関係者" in form


def test_what_is_unclear_stays_empty_and_is_said_as_it_was_read(office: Desk) -> None:
    words = letter(office, incomplete(office, LACKING, unclear=(UNSURE,)))

    assert "【フリガナ】" in form_of(words)
    assert "・「フリガナ」を「ｵｶﾞﾀ?」と読み取りましたが" in told_alone(words)
    assert "・「電話番号」のご記入が見当たりません。" in words
    assert "・「都道府県」のご記入が見当たりません。" in words
    assert "・「お名前」" not in words


def test_problems_stand_under_the_person_they_are_about(office: Desk) -> None:
    words = letter(office, incomplete(office, LACKING, KEN))

    _, first, rest = words.partition("〔1人目：緒方 桜 様〕")
    about_first, second, about_second = rest.partition("〔2人目：髙﨑 健 様〕")
    assert first
    assert second
    assert "「電話番号」" in about_first
    assert "「メールアドレス」" not in about_first
    assert "「メールアドレス」" in about_second.partition("■ご記入欄")[0]


def test_the_last_day_and_the_seats_are_named(office: Desk) -> None:
    words = told_alone(letter(office, incomplete(office, LACKING, KEN)))

    assert "令和8年2月10日(火)までに、このメールにご返信ください" in words
    assert "お席（2名様分）を確保しております" in words
    assert "お振込みはお待ちください" in words


# ---------------------------------------------------------------- taken back


def answered(words: str, answers: dict[str, str], *, quoted: bool) -> str:
    """The letter as its reader sends it back: the first empty line of each label filled in."""
    lines = words.splitlines()
    for label, answer in answers.items():
        at = lines.index(f"【{label}】")
        lines[at] += answer
    form = [f"> {line}" for line in lines] if quoted else lines
    greeting = ["お世話になっております。記入いたしました。", ""]
    attribution = ["2026年2月5日(木) 10:00 研究協議会事務局 <office@kyogikai.example.jp>:"]
    return "\n".join([*greeting, *(attribution if quoted else ["―― 返信 ――"]), *form])


def read_back(office: Desk, text: str) -> Form:
    mail = EmailMessage()
    mail["From"] = "緒方 桜 <sakura@midorino.example.jp>"
    mail["To"] = "office@kyogikai.example.jp"
    mail["Subject"] = "Re: 【受付番号482617】お申込み内容のご確認のお願い"
    mail.set_content(text, cte="base64")
    return extract(parse(mail.as_bytes()), office.rules)


@pytest.mark.parametrize("quoted", [True, False])
def test_our_reader_takes_back_the_form_that_was_filled_in(office: Desk, quoted: bool) -> None:
    words = letter(office, incomplete(office, LACKING, KEN, unclear=(UNSURE,)))

    back = read_back(
        office,
        answered(
            words,
            {
                "フリガナ": "オガタ サクラ",
                "都道府県": "広島県",
                "電話番号": "082-000-0009",
                "メールアドレス": "ken@midorino.example.jp",
            },
            quoted=quoted,
        ),
    )

    assert back.participants == (
        replace(SAKURA, phone="082-000-0009"),
        replace(KEN, email="ken@midorino.example.jp"),
    )
    assert back.problems == ()


def test_an_answer_that_needs_a_line_of_its_own_comes_back_whole(office: Desk) -> None:
    organization = "社会福祉法人みどり野市社会福祉協議会 地域福祉推進課生活支援係"
    words = letter(office, incomplete(office, replace(LACKING, organization=organization)))

    back = read_back(office, answered(words, {"電話番号": "082-000-0009"}, quoted=True))

    assert f"【ご所属】\n{organization}\n" in words
    assert [person.organization for person in back.participants] == [organization]


def test_an_answer_that_fits_into_no_line_is_repeated_and_never_cut(office: Desk) -> None:
    organization = (
        "特定非営利活動法人とても長い名前の地域たすけあいネットワーク推進協議会連合会本部"
    )
    words = letter(office, incomplete(office, replace(LACKING, organization=organization)))

    back = read_back(office, answered(words, {"電話番号": "082-000-0009"}, quoted=True))

    assert "【ご所属】" not in words
    assert f"・「ご所属」は、「{organization}」と承っております。" in told_alone(words)
    assert [person.organization for person in back.participants] == [None]


def test_a_letter_sent_back_as_it_is_says_nothing_new(office: Desk) -> None:
    words = letter(office, incomplete(office, LACKING))

    back = read_back(office, answered(words, {}, quoted=True))

    (read,) = back.participants
    assert read == LACKING
    assert {(p.field, p.fault) for p in back.problems} == {
        ("phone", "missing"),
        ("prefecture", "missing"),
    }


@pytest.mark.parametrize("name", [n for n in LetterName if n is not LetterName.CORRECTION_NEEDED])
@pytest.mark.parametrize("mark", ["> ", ""])
def test_no_other_letter_quoted_back_looks_like_a_form(
    name: LetterName, mark: str, office: Desk
) -> None:
    words = preview(name, office.library, office.rules, office.own).body
    quoted = "\n".join(f"{mark}{line}" for line in words.splitlines())
    attribution = "2026年2月5日(木) 10:00 研究協議会事務局 <office@kyogikai.example.jp>:"

    form = read_back(
        office, f"お世話になっております。承知いたしました。\n\n{attribution}\n{quoted}\n"
    )

    assert form.participants == ()
