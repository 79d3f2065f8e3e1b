"""Mails that want to sell or to spread something: advertisements, newsletters, invitations.

Law of this file: a mail is one of them when it speaks of several of the things that such mails
speak of, and wants nothing of this office that an applicant would want.  It is not answered.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.mail.folding import folded

_TOPICS: Final = (
    re.compile(
        r"突然の(?:ご?連絡|メール)|突然(?:で|に)|(?:初めて|はじめて)(?:ご連絡|メール)|"
        r"(?:ホームページ|サイト|"
        r"hp|求人)を拝見|営業担当"
    ),
    re.compile(
        r"(?:弊社|当社)(?:では|は|の|サービス|が)|(?:貴社|御社|貴法人)|"
        r"株式会社.{1,12}の.{1,12}と申します"
    ),
    re.compile(
        r"ご提案|ご紹介(?:させて|したく|いたし|のため)|サービスのご?案内|(?:制作|活用|導入|"
        r"補助金|助成金|システム|セミナー)の?ご案内|"
        r"ご検討(?:ください|くだされ|いただけ)|お時間を(?:いただ|頂)"
    ),
    re.compile(
        r"無料(?:トライアル|お試し|体験|相談|資料|デモ|セミナー|診断|見積)|資料(?:請求|"
        r"ダウンロード)|導入(?:事例|企業|実績)|"
        r"コスト(?:削減|ダウン)|売上|集客|seo|業務効率化|dx(?:推進|化|セミナー)"
    ),
    re.compile(
        r"キャンペーン|特別価格|(?:[0-9]{1,3}%)?割引|[0-9]{1,3}%(?:off|オフ)|お見逃し|感謝(?:セール|祭)|"
        r"お得|今だけ|今なら|限定|"
        r"最大[0-9,]+万|セール"
    ),
    re.compile(
        r"配信(?:停止|解除)|メルマガ|メールマガジン|(?:ご)?購読|unsubscribe|広告|号外|newsletter"
    ),
    re.compile(r"商談|オンライン(?:で|面談)|web会議で|[0-9]{2}分(?:ほど|程度)"),
    re.compile(
        r"(?:フォーラム|セミナー|研修会?|講座|大会|シンポジウム|講演会?|説明会|勉強会)(?:を|"
        r"の)?開催|"
        r"開催(?:の(?:お知らせ|ご案内)|いたします|します|いたしますので)"
    ),
    re.compile(
        r"(?:ぜひ|是非|ふるって|奮って)?ご参加(?:くださ|下さ|をお待ち)|周知|関係者各位|"
        r"ご案内申し上げます|お申し?込みはこちら"
    ),
    re.compile(r"アンケート|謝礼|ギフト券を?進呈|モニター"),
    re.compile(r"(?:お客様|お取引先|会員|皆様)各位|(?:参加者|受講生|会員|出展者)を?(?:の)?募集"),
    re.compile(r"報道関係|プレスリリース|pressrelease"),
    re.compile(r"ご注文|注文番号|お買い上げ"),
    re.compile(r"お届け予定|商品名|配送|発送(?:いた|致|し)"),
    re.compile(r"取材(?:を|の|させ)|ご?(?:協賛|後援|寄稿)の?(?:を|お願い|依頼)"),
    re.compile(r"発売|新製品|新商品|新サービス|(?:税別|税込)"),
    re.compile(
        r"bestprice|manufacturer|discount|ourproducts|ourcompany|clickhere|dear(?:sir|friend)"
    ),
)


def topics(text: str) -> int:
    """Of how many of those things the text speaks; two make an advertisement."""
    searched = folded(text[:6000])
    return sum(topic.search(searched) is not None for topic in _TOPICS)
