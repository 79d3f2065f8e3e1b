"""The words by which a machine or an absent person is known, one by one.

Law of this file: each sentence holds a single word of its kind, so that no other word can stand in
for one that is lost.  What people want is tried beside an absence, for there it decides.
"""

from __future__ import annotations

import pytest

from pipeline.mail.automatic import says_it_is_automatic, takes_no_answer, tells_automatic
from pipeline.mail.incoming import parse
from tests.mail.reading.letters import mail, word


def told(subject: str) -> bool:
    """Whether a subject tells an automatic mail."""
    return tells_automatic(parse(mail(b"x", subject=word(subject))).title)


@pytest.mark.parametrize("does", ["応答", "返信", "配信", "送信", "通知", "返答", "回答", "返送"])
def test_what_a_machine_does_by_itself_stands_in_its_subject(does: str) -> None:
    assert told(f"自動{does}: x")
    assert told(f"お申込みの控え【自動{does}】")
    assert told(f"お申込みの控え　自動{does}")
    assert told(f"自動{does}のお知らせ")


@pytest.mark.parametrize(
    "away",
    [
        "不在",
        "不在通知",
        "不在連絡",
        "不在応答",
        "不在返信",
        "不在案内",
        "休暇",
        "休業",
        "出張",
        "外出",
        "休暇中",
    ],
)
def test_who_is_away_says_so_in_a_subject(away: str) -> None:
    assert told(f"{away}：x")
    assert told(f"お申込みの件（{away}）")
    assert told(f"{away}です")
    assert told(f"{away}のご案内")


@pytest.mark.parametrize(
    "words",
    ["Out of office", "Out of the office", "Auto reply", "Automatic reply", "Auto-Response",
     "Autoreply", "Autoresponder", "Vacation", "Vacation notice", "Vacation message",
     "Abwesenheitsnotiz", "Automatische Antwort", "Réponse automatique", "Undelivered"],
)  # fmt: skip
def test_machines_abroad_say_so_too(words: str) -> None:
    # The question mark keeps out what is looked for anywhere in a subject.
    assert told(f"{words}: x?")
    assert told(f"Meeting [{words}]?")


@pytest.mark.parametrize(
    "local", ["noreply", "no-replies", "not-reply", "non.reply", "do-not-reply", "donotreply"]
)
def test_an_address_says_that_nobody_reads_there(local: str) -> None:
    assert takes_no_answer(f"{local}@example.com")
    assert takes_no_answer(f"shop-{local}+1@example.com")
    assert not takes_no_answer(f"{local}ing@example.com")


# ---------------------------------------------------------------- absence

REASONS = (
    "只今、ただ今、ただいま、現在、本日、明日、終日、当分、しばらく、長期、下記の期間、以下の期間、"
    "次の期間、上記の期間、勝手ながら、2月9日、出張で、休暇で、会議で、研修で、外出で、夏季、夏期、"
    "冬季、年末年始、育児で、産前で、産後で、産休で、介護で、病気で、都合により"
)
ABSENCES = (
    "不在です、休暇です、休業です、休職です、休みです、休館です、休診です、閉庁です、閉館です、"
    "閉所です、留守です、外出です、離席です、席を外しております、出張です、育休です、産休です"
)
ENDINGS = (
    "にしております、をいただいております、を頂いております、を取得しております、"
    "をとらせていただきます、中です、のため失礼します、のところ失礼します、となっております、"
    "となります、とさせていただきます、しております、です、期間です"
)
LATER = (
    "戻り次第ご連絡します、戻りましたらご連絡します、帰社後にご連絡します、帰庁後にご連絡します、"
    "復帰後にご連絡します、出社後にご連絡します、出勤後にご連絡します、休暇明けにご連絡します、"
    "休み明けにご連絡します、以降に順次ご連絡します、ご返信が遅れます、ご返答は遅くなります、"
    "ご回答はできません、ご対応は出来ません、ご連絡はいたしかねます、確認は致しかねます、"
    "お返事は後日いたします、ご返信にお時間をいただきます、ご返信はお待ちください、"
    "翌営業日に対応します、メールの確認が少し遅れる見込みです、ご用件は事務局まで、"
    "お急ぎの方は事務局まで、緊急の場合は事務局まで、至急の際は事務局へ、お急ぎでしたら事務局へ、"
    "お急ぎであれば事務局へ、代わりに佐藤までお願いします、代理の佐藤まで、"
    "メールを拝見できません、ご迷惑をおかけします、ご不便をおかけします"
)
WANTS = (
    "申し込みます、申込みたいです、申し込ませてください、申込みいたします、申込み致します、"
    "参加を希望します、受講したいです、出席いたします、視聴させてください、参加できます、"
    "キャンセルします、取り消してください、辞退します、欠席します、取りやめます、入金しました、"
    "入金済みです、振り込みました、振込済みです、領収書をください、請求書をください、"
    "見積書をください、変更をお願いします、訂正してください、修正したいです、"
    "電話番号が変わりました、いつでしょうか、間に合いますか、いつですか、届きませんか、何ですか？、"
    "教えてください、メールが届きません、資料を送ってください、再送をお願いします、"
    "交替をお願いします、交代します、後任の鈴木が参加します、代わりに私が出ます、代理で出ます、"
    "代筆です、代行します、私からご連絡します、私宛にお願いします、代わって出ます、"
    "遅れまして申し訳ありません、遅くなりました、出ておりました、氏名は町田です、"
    "フリガナはマチダです、人数は二名です、所属は社協です、確認したいことがあります、"
    "お聞きしたいことがあります、お尋ねします、ご相談です"
)


@pytest.mark.parametrize("reason", REASONS.split("、"))
def test_who_is_away_says_when_or_why(reason: str) -> None:
    assert says_it_is_automatic(f"山田は{reason}不在です。戻り次第ご連絡いたします。")


@pytest.mark.parametrize("absence", ABSENCES.split("、"))
def test_being_away_has_many_names(absence: str) -> None:
    assert says_it_is_automatic(f"山田は本日{absence}。お急ぎの方は事務局まで。")


@pytest.mark.parametrize("ending", ENDINGS.split("、"))
def test_being_away_is_said_in_many_ways(ending: str) -> None:
    assert says_it_is_automatic(f"山田は本日休業{ending}。お急ぎの方は事務局まで。")


@pytest.mark.parametrize("later", LATER.split("、"))
def test_an_absence_alone_is_no_machines(later: str) -> None:
    assert says_it_is_automatic(f"本日は不在です。{later}。")
    assert not says_it_is_automatic(f"{later}。")
    assert not says_it_is_automatic("本日は不在です。")


@pytest.mark.parametrize("wish", WANTS.split("、"))
def test_who_wants_something_is_a_person_though_away(wish: str) -> None:
    assert says_it_is_automatic("本日は不在です。戻り次第ご連絡いたします。")
    assert not says_it_is_automatic(f"本日は不在です。戻り次第ご連絡いたします。{wish}。")


@pytest.mark.parametrize(
    "said",
    ["退職いたしました。後任は鈴木です", "異動しました。今後は鈴木です",
     "転出致しました。以降は鈴木です", "転勤となりました。新しい担当は鈴木です",
     "卒業しました。ご用は鈴木まで", "退任しました。ご連絡は鈴木まで"],
)  # fmt: skip
def test_who_has_left_names_somebody_else(said: str) -> None:
    assert says_it_is_automatic(f"山田は{said}。")


@pytest.mark.parametrize(
    "said",
    [
        "使用しておりません",
        "使用できません",
        "使われておりません",
        "利用しておりません",
        "利用できません",
        "廃止しました",
        "停止しました",
        "変更になりました",
    ],
)
def test_an_address_is_no_longer_read(said: str) -> None:
    assert says_it_is_automatic(f"このメールアドレスは{said}。")


@pytest.mark.parametrize("what", ["お問い合わせ", "メール", "ご連絡", "ご応募", "お申込み", "内容"])
@pytest.mark.parametrize(
    "taken",
    [
        "受信いたしました",
        "受付いたしました",
        "受け付けました",
        "受付けました",
        "拝受しました",
        "受領しました",
        "送信が完了しました",
    ],
)
def test_a_mail_was_taken_in(what: str, taken: str) -> None:
    for then in (
        "担当者よりご連絡します", "担当部署からご連絡します", "担当課がご対応します",
        "追ってご連絡します", "後ほどご返信します", "改めてご回答します", "確認の上ご連絡します",
        "確認後ご連絡します", "3営業日でご返信します", "折り返しご連絡します",
    ):  # fmt: skip
        assert says_it_is_automatic(f"{what}を{taken}。{then}。"), then
    assert not says_it_is_automatic(f"{what}を{taken}。")
