"""Automatic replies that no field gives away, and the people who speak of the same things."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.mail.automatic import says_it_is_automatic, tells_automatic
from pipeline.mail.incoming import parse
from pipeline.mail.reading import Kind, Reading
from tests.mail.reading.letters import mail, text, word

MACHINES = (
    "このメールは自動送信です。",
    "※このメールはシステムより自動的に送信されています。このメールにご返信いただいてもお答えできません。",
    "本メールは自動返信メールです。担当者より改めてご連絡いたします。",
    "本メールは、お問い合わせをいただいた方に自動で返信しております。",
    "このメールは送信専用アドレスから配信されています。ご返信いただいても回答できませんのでご了承ください。",
    "自動返信にて失礼いたします。\n内容を確認のうえ、担当からご連絡します。",
    "こちらは自動返信メールとなります。お心当たりのない場合は破棄してください。",
    "これは自動応答メールです。",
    "メールを受信しました。（自動返信メールです）",
    "当メールはシステムから自動で配信しています。",
    "なお、このメールは自動的に配信しておりますので、返信はご遠慮ください。",
    "只今不在にしております。３月２日以降に改めてご連絡いたします。",
    "ただいま出張中のため、メールの返信が遅れます。",
    "現在、育児休業を取得しております。\nご用の方は福祉課代表（00-0000-0000）までご連絡ください。",
    "２月２４日まで休暇をいただいております。お急ぎの方は代表電話までお願いいたします。",
    "本日は終日外出しております。戻り次第ご連絡いたします。",
    "勝手ながら、12月29日から1月3日まで年末年始休業です。\nお問い合わせには以降順次回答いたします。",
    "夏季休業のお知らせ\n下記の期間、休業とさせていただきます。ご不便をおかけしますがよろしくお願いいたします。",
    "2/9から2/13まで不在です。メールの確認ができません。緊急の場合は携帯へお願いします。",
    "終日会議のため不在にしており、本日中の返信ができません。",
    "山田は3月31日付で退職いたしました。今後のご連絡は後任の鈴木までお願いいたします。",
    "このメールアドレスは現在使用しておりません。",
    "本アドレスは廃止されました。新しいアドレスは代表までお問い合わせください。",
    "お問い合わせを受け付けました。担当者より3営業日以内にご連絡いたします。",
    "メールを受信いたしました。内容を確認の上、後ほどご返信申し上げます。",
    "お申込みの受付が完了いたしました。\nこのメールは自動配信のため返信できません。",
    "休暇中です。\n2月25日以降にご返信いたします。",
    "不在のため、ご返信は来週となります。お急ぎの場合は事務局長まで。",
    "本メールはプログラムにより自動で送信しております。",
    "I am currently out of the office and will reply on Monday.",
    "This is an automatically generated reply. Please do not reply to this message.",
    "現在産前産後休暇を取得中です。代わりに佐藤（sato@example.jp）までご連絡をお願いします。",
)
PEOPLE = (
    "担当の山田が不在にしておりますので、代わりに私が申し込みます。",
    "本日は外出しており、お電話に出られません。参加を申し込みたいのですがまだ間に合いますか。",
    "自動返信メールが届きません。申し込みはできていますでしょうか。",
    "自動返信は届いたのですが、受付番号が書かれていません。",
    "申込後に自動送信されるメールが来ないのですが、どうすればよろしいですか。",
    "このメールは自動返信でしょうか。人の方にお返事をいただきたいです。",
    "2月は育児休業を取得しておりますが、参加できますか。",
    "出張のため当日は視聴できません。キャンセルをお願いいたします。",
    "休暇をいただいておりご連絡が遅くなりました。本日振り込みました。",
    "当日は会議のため午後から参加します。",
    "３月末で退職いたしますので、後任の鈴木に変更をお願いいたします。",
    "異動いたしましたので、今後は下記のアドレスに変更してください。",
    "メールアドレスを変更しました。今後は新しいアドレスにお願いします。登録の変更をお願いいたします。",
    "不在にすることが多いため、ご連絡は携帯電話にいただけますか。",
    "年末年始は休業でしょうか。電話がつながりません。",
    "お世話になっております。申込書を送ります。よろしくお願いいたします。",
    "ご連絡ありがとうございます。承知いたしました。",
    "入金の確認が遅れているとのこと、本日領収書を確認したいのでご連絡ください。",
    "上司が出張中のため決裁が遅れております。期限を過ぎても申し込めますでしょうか。",
    "担当者が休暇中のため、代理で私からご連絡します。請求書を送っていただけますか。",
    "只今不在にしておりました間にお電話をいただいたようです。ご用件は何でしょうか。",
    "急な出張が入り参加できなくなりました。辞退いたします。",
    "パスワードのメールは自動送信ですか。まだ届きません。",
    "自動配信の設定について教えてください。",
    "送信専用アドレスに返信してしまいました。申込みは受け付けられていますか。",
    "お問い合わせフォームから送信しましたが、受付完了の連絡がありません。確認をお願いできますか。",
    "留守にしておりお返事が遅くなり申し訳ありません。氏名のフリガナはマチダです。",
    "事務所が休みのため、月曜日に振り込みいたします。",
    "参加者の氏名を間違えました。訂正をお願いします。",
    "Zoomのテストは自動で始まりますか。",
    "動画は自動的に再生されますか。",
)


@pytest.mark.parametrize("words", MACHINES)
def test_a_machine_is_known_by_its_words(words: str, reader: Callable[[bytes], Reading]) -> None:
    reading = reader(mail(text(words), subject=word("Re: 【受付番号123456】お振込みのお願い")))

    assert says_it_is_automatic(words)
    assert (reading.kind, reading.answer) == (Kind.AUTO_REPLY, False)


@pytest.mark.parametrize("words", PEOPLE)
def test_a_person_is_no_machine(words: str, reader: Callable[[bytes], Reading]) -> None:
    reading = reader(mail(text(words), subject=word("お世話になっております")))

    assert not says_it_is_automatic(words)
    assert reading.kind is not Kind.AUTO_REPLY
    assert reading.answer or reading.kind is Kind.ACKNOWLEDGEMENT


@pytest.mark.parametrize(
    "subject",
    [
        "自動応答: x",
        "自動返信",
        "【自動配信】x",
        "不在通知",
        "自動返信：【受付番号123456】お振込みのお願い",
        "[自動送信] 受付完了",
        "Re: 【自動返信】お問い合わせありがとうございます",
        "不在: Re: 参加申込",
        "休暇中です",
        "外出中：Re: x",
        "（自動返信）受付のお知らせ",
        "自動返信メール: x",
        "自動応答のお知らせ",
        "不在のお知らせ",
        "不在連絡",
        "Out of Office: x",
        "Out of the office",
        "Re: Out of office",
        "Automatic reply: x",
        "Auto Reply",
        "Auto-Response: x",
        "AutoReply: x",
        "Vacation reply",
        "Undelivered Mail",
        "ＡＵＴＯ　ＲＥＰＬＹ",
        "Abwesenheitsnotiz: x",
        "お申込みありがとうございます（自動送信）",
        "受付完了のお知らせ【自動返信メール】",
        "出張中: x",
        "休業のお知らせ",
    ],
)
def test_a_subject_tells_an_automatic_mail(subject: str) -> None:
    assert tells_automatic(parse(mail(b"x", subject=word(subject))).title)


@pytest.mark.parametrize(
    "subject",
    [
        "自動返信メールが届きません",
        "Re: 【自動返信】が届きません",
        "自動返信について",
        "Re: 自動返信メールの件で質問です",
        "自動返信が来ない",
        "自動配信の設定に関する質問",
        "自動送信メールを受け取れません",
        "担当者不在のため代理で申し込みます",
        "当日不在のため欠席します",
        "出張中のため遅れます",
        "研究協議会の参加申込",
        "休暇取得中の受講について",
        "お申込み",
        "auto insurance",
        "申込み（不在の場合の連絡先あり）",
        "ご返信ありがとうございます",
        "不在者投票日の件",
        "自動返信は届きましたか",
    ],
)
def test_a_subject_of_a_person_does_not(subject: str) -> None:
    assert not tells_automatic(parse(mail(b"x", subject=word(subject))).title)


@pytest.mark.parametrize(
    "piece",
    ["自動", "只今", "不在", "この メールは", "2月", "お問い合わせを受信", "out of ", "。", "\n"],
)
def test_a_flood_of_such_words_ends_soon(piece: str) -> None:
    assert says_it_is_automatic(piece * (200_000 // len(piece))) is not None
    assert tells_automatic(piece * 2000) is not None
