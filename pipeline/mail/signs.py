"""Words by which a mail shows that it may be no honest wish of an applicant, or of none at all.

Law of this file: words only, folded (NFKC, lower case, no spaces).  They are looked for in the
same pass as the phrases of the rules and prove nothing: they say which reader looks closer
(`suspicion`, `solicitation`, `paying`, `locks`, `person`), so that an ordinary mail pays for none
of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FRAUD: Final = "~fraud"
SALES: Final = "~sales"
LOCKED: Final = "~locked"
NOTICE: Final = "~notice"
DISOWNED: Final = "~disowned"

SIGNS: Final[Mapping[str, tuple[str, ...]]] = {
    FRAUD: (
        "指示を", "指示は", "命令を", "プロンプト", "ignore", "disregard", "instructions", "aiへ",
        "aiアシスタント",
        "支払済みに", "支払い済みに", "支払済に", "入金済みに", "入金済に", "入金済みと",
        "支払済みと", "支払い済みと",
        "アカウント", "口座", "カード", "名簿", "一覧", "リスト", "個人情報", "参加者データ",
        "申込者データ",
        "本人確認", "メールボックス", "有効期限", "自動解約", "不正アクセス", "不正利用",
        "異常なログイン", "lineグループ",
        "lineのグループ", "ギフトカード", "ギフト券", "仮想通貨", "ビットコイン", "btc",
        "ウォレット", "ハッキング", "至急", "overdue", "immediately", "未納", "支払い方法",
        "支払方法", "不正", "bitcoin",
        "暗号資産", "account", "bankdetails", "verify",
        "suspended", "mailbox", "participantlist", "listofparticipants", "wiretransfer", "giftcard",
        "宅配", "お荷物", "未払い", "差し押さえ", "差押", "訴訟", "セキュリティ", "凍結",
        "マクロを有効", "コンテンツの有効化",
    ),
    SALES: (
        "突然のご連絡", "突然のメール", "突然の連絡", "初めてご連絡", "はじめてご連絡",
        "初めてメール", "弊社サービス", "弊社の",
        "弊社では", "弊社は", "当社では", "当社の", "当社は", "ご提案", "ご紹介", "無料", "導入",
        "コスト", "集客", "seo",
        "キャンペーン", "特別価格", "割引", "セール", "お得", "限定", "配信停止", "配信解除",
        "メルマガ", "メールマガジン",
        "購読", "unsubscribe", "広告", "商談", "資料請求", "資料ダウンロード", "ホームページを拝見",
        "サイトを拝見", "貴社", "御社",
        "補助金", "助成金", "開催いたし", "開催し", "開催のお知らせ", "開催のご案内",
        "ご参加ください", "ご参加くださ", "ふるって",
        "奮って", "周知", "お申込みはこちら", "お申し込みはこちら", "アンケート", "謝礼", "各位",
        "募集", "見逃し", "%off", "プレスリリース", "報道関係",
        "ご注文", "注文番号", "お届け予定", "取材", "協賛", "後援",
        "発売", "新製品", "新商品", "bestprice", "manufacturer",
        "discount", "newsletter",
        "dearsir", "clickhere", "ourcompany", "ourproducts",
    ),
    NOTICE: ("速報", "確報", "金額", "入金", "決済", "収納", "支払", "払込", "振込", "売上",
    "加盟店"),
    LOCKED: ("パスワード", "ぱすわーど", "password", "passwd", "pass:", "pass=", "pw:", "pw=",
    "pwは", "暗証", "解凍"),
    DISOWNED: (
        *(f"{what}{of}{no}"
          for what in ("心当たり", "心あたり", "覚え", "おぼえ") for of in ("が", "は", "も", "")
          for no in ("ありませ", "ございませ", "ない", "なく", "無い", "無く")),
        *(f"{apply}{of}して{no}"
          for apply in ("申込", "申込み", "申し込み") for of in ("は", "を", "も", "など", "")
          for no in ("いませ", "おりませ", "いない", "おらず", "ない")),
        *(f"{apply}{no}"
          for apply in ("申し込んで", "申込んで")
          for no in ("いませ", "おりませ", "いない", "おらず", "ない", "はいませ", "はおりませ")),
        "心当たりのない申", "心当たりのないメ", "覚えのない", "身に覚えの",
        "人違い", "人ちがい", "なりすまし", "成りすまし", "勝手に申",
        "didnotapply", "didn'tapply", "neverapplied", "didnotregister", "didn'tregister",
    ),
}  # fmt: skip
"""The words of each list."""
