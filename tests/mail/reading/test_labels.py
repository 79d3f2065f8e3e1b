"""The words by which applicants name the questions, as they stand in their mails.

Law of this file: the words stand here apart from the rules, so that one which is lost there, or
gets below another question, is missed here.  A word that was once read stays read.
"""

from __future__ import annotations

import pytest

from pipeline.domain.rules import Rules
from pipeline.mail.labels import Label, labels_of

THE_COMMON_ONES = {
    "name": "氏名、お名前、名前、参加者氏名、参加者名、受講者名、申込者",
    "name_kana": "フリガナ、ふりがな、カナ、よみがな、読み、ｶﾅ、ﾌﾘｶﾞﾅ",
    "organization": "所属、ご所属、勤務先、団体名、法人名、機関名、所属先、事業所名",
    "department": "部署、課、担当課",
    "position": "役職、職名、職種、肩書、お立場",
    "prefecture": "都道府県、県、所在地、住所",
    "email": "メール、メールアドレス、E-mail、Mail、ﾒｰﾙ、ＭＡＩＬ、PCメール",
    "phone": "電話、電話番号、TEL、℡、連絡先、携帯、日中連絡先",
    "category": "参加区分、区分、対象、種別",
}
"""What is met every week, as people type it, half and full width alike."""
THE_RARE_ONES = {
    "name": (
        "ご氏名、ご芳名、参加者のお名前、参加者、受講者氏名、申込者名、申込者氏名、お申込者名、"
        "氏名漢字、name、おなまえ、なまえ、しめい、ご名前、御氏名、御芳名、芳名、姓名、"
        "お名前フルネーム、受講者、出席者、出席者名、出席者氏名、参加希望者、参加希望者名、"
        "参加予定者、参加される方、参加される方のお名前、参加される方の氏名、ご参加者、ご参加者名、"
        "同行者、同行者名、同行者氏名、担当者、ご担当者、担当者名、ご担当者名、担当者氏名、"
        "ご担当者氏名、ご担当者様名、申込担当者、申込担当者名、申込責任者、申込責任者名、責任者、"
        "責任者名、連絡担当者、連絡担当者名、代表者、代表者名、代表者氏名、記入者、記入者名、"
        "full name"
    ),
    "name_kana": (
        "かな、読み仮名、ヨミガナ、読みがな、よみ、ヨミ、氏名カナ、氏名かな、氏名フリガナ、"
        "氏名ふりがな、お名前フリガナ、お名前ふりがな、お名前カナ、参加者フリガナ、参加者ふりがな、"
        "kana、氏名ヨミ、氏名よみ、氏名よみがな、名前フリガナ、名前ふりがな、名前カナ、お名前かな、"
        "お名前よみ、お名前よみがな、お名前ヨミガナ、おなまえカナ、カタカナ、カナ氏名、カナ名、"
        "フリカナ、読み方、受講者フリガナ、furigana"
    ),
    "organization": (
        "御所属、ご所属先、所属名、ご所属名、所属団体、所属団体名、所属機関、所属機関名、"
        "ご所属機関、所属組織、勤務先名、お勤め先、団体、貴団体名、法人、事業所、組織名、会社名、"
        "団体名・機関名、会社、御社名、貴社名、貴法人名、貴機関名、所属法人、所属法人名、しょぞく、"
        "ごしょぞく、法人名・団体名、団体名・法人名、社協名、市町村社協名、市区町村社協名、施設名、"
        "職場、職場名、ご勤務先、ご勤務先名、御勤務先、お勤め先名、ご所属名称、所属名称、所属先名、"
        "所属先名称、company、organization"
    ),
    "department": (
        "ご部署、部署名、所属部署、所属部署名、課名、部課名、係、部門、部署課名、課・係、課係名、"
        "部・課、部局、部局名、担当部署、担当部署名、ご担当部署、所属課、所属課名、section、"
        "department"
    ),
    "position": (
        "お役職、ご役職、役職名、職位、職、肩書き、立場、役職・職名、職名・役職、役職・職種、"
        "position、御役職、ご職名、ご職業、職業、役割、やくしょく、肩書き・役職、お役職名、"
        "ご役職名、職名等、役職等、職務、title"
    ),
    "prefecture": (
        "都道府県名、県名、所在地都道府県、所在都道府県、お住まい、お住まいの都道府県、ご住所、"
        "勤務地、勤務先所在地、活動地域、地域、勤務先住所、ご勤務先住所、所属先住所、所属先所在地、"
        "事業所所在地、団体所在地、所属先都道府県、所在県、所在、けん、都道府県市町村、"
        "都道府県・市区町村、市区町村、市町村、お住まいの地域、送付先、送付先住所、address、"
        "prefecture"
    ),
    "email": (
        "Eメール、Eメールアドレス、電子メール、電子メールアドレス、e-mailアドレス、mailアドレス、"
        "PCアドレス、PCメールアドレス、携帯メール、アドレス、連絡先メールアドレス、"
        "ご連絡先メールアドレス、メルアド、メアド、めーる、めーるあどれす、連絡先メール、"
        "連絡用メールアドレス、連絡用メール、ご連絡用メールアドレス、受信用メールアドレス、"
        "パソコンメール、パソコンメールアドレス、PCmail、携帯メールアドレス、携帯アドレス、"
        "スマホメール、mail address、e-mail address、電子メイル、メイル、メイルアドレス、"
        "メールアドレス確認用、メールアドレス確認、メール確認用、確認用メールアドレス"
    ),
    "phone": (
        "お電話、お電話番号、ご連絡先電話番号、連絡先電話番号、Tel番号、電話・携帯、ご連絡先、"
        "携帯電話、携帯番号、携帯電話番号、日中の連絡先、日中のご連絡先、日中ご連絡先電話番号、"
        "phone、日中のご連絡先電話番号、日中の電話番号、日中電話番号、日中連絡のつく電話番号、"
        "当日連絡先、当日の連絡先、緊急連絡先、固定電話、固定電話番号、でんわ、でんわばんごう、"
        "れんらくさき、自宅電話、自宅電話番号、勤務先電話、勤務先電話番号、職場電話、職場電話番号、"
        "直通、直通電話、代表電話、モバイル、スマホ、連絡先TEL、連絡先電話、ご連絡先電話、"
        "ご連絡先TEL、telephone、phone number、mobile"
    ),
    "category": (
        "ご区分、対象区分、参加対象、参加種別、申込区分、属性、参加者区分、参加者種別、ご参加区分、"
        "参加区分番号、所属区分、ご所属区分、該当区分、カテゴリ、カテゴリー、category"
    ),
}
"""What somebody wrote once, or the form of an office has."""


@pytest.mark.parametrize("words", [THE_COMMON_ONES, THE_RARE_ONES], ids=["common", "rare"])
@pytest.mark.parametrize("field", THE_COMMON_ONES)
def test_a_word_asks_for_its_field(words: dict[str, str], field: str, rules: Rules) -> None:
    table = labels_of(rules)
    for word in words[field].split("、"):
        found = table.find(word)
        assert found is not None, word
        assert (found.fields, found.person, found.part) == ((field,), None, 0), word


@pytest.mark.parametrize("word", ["FAX", "ＦＡＸ", "Fax番号", "ファックス", "ファクス番号", "F"])
def test_a_fax_is_no_telephone(word: str, rules: Rules) -> None:
    assert labels_of(rules).find(word) == Label(())
