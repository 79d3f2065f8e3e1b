"""Mails that want to deceive: phishing, orders to a machine, requests for other people's data.

Law of this file: it only judges words, and what it finds is never answered and always shown to a
person.  A doubt about somebody who asks us something is no proof: a sentence that asks whether
something is true deceives nobody.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.rules import Rules
from pipeline.mail.addresses import Mailbox
from pipeline.mail.folding import folded
from pipeline.mail.own import Own

_ORDERS: Final = re.compile(
    r"(?:これまで|今まで|以前|上記|以上|前述?|先|すべて|全て|システム)の?(?:すべて|全て)?の?"
    r"(?:指示|命令|プロンプト|ルール|設定|指令)[をは].{0,6}(?:無視|忘れ|破棄|取り消|無効|従わ)|"
    r"(?:ignore|disregard|forget)(?:all|any|the)*(?:of)?(?:the)?(?:previous|prior|above|earlier|"
    r"preceding)"
    r"(?:instructions?|prompts?|rules|directions)|"
    r"システムプロンプト|systemprompt|あなたは(?:ai|人工知能|アシスタント)|aiアシスタント(?:へ|"
    r"として|は)|"
    r"(?:支払い?|入金|振込み?)済み?(?:に|と|として)(?:して|変更|更新|登録|処理|マーク|扱|設定|"
    r"記録)|"
    r"(?:markas|setto)paid|</?system>|\[inst\]"
)
_ACCOUNT_MOVED: Final = re.compile(
    r"(?:振込先|振り込み先|お振込|入金先|支払先|送金先|口座|取引銀行)(?:の)?(?:情報|番号|銀行|"
    r"口座)?(?:を|が|の|は)?.{0,10}"
    r"(?:変更(?:に?なり|となり|いたしま|致しま|しました|のお知らせ|のご連絡|のご案内|させて|"
    r"を?お知らせ)|"
    r"変わりました|新しい口座|新口座)|"
    r"(?:updated?|new|changed?)(?:our)?(?:bank(?:ing)?|account|payment)details"
)
_ASKED: Final = re.compile(r"(?:でしょうか|ますか|ですか|聞きました|伺いました|教えて)")
_OF_THEM: Final = (
    r"(?:全?参加者|全?申込者|全?受講者|出席者|登録者|会員)(?:全員|全体|様|の方)?(?:の)?.{0,20}?"
    r"(?:名簿|一覧表?|リスト|データ|連絡先|個人情報|メールアドレス|情報)(?:[(（][^)）]{0,30}[)）])?"
)
_POLITE_ENDING: Final = r"(?:くだ|下さ|いただけ|いただき|頂け|頂き|願|をお願)"
_HAND_OVER: Final = re.compile(
    rf"(?:{_OF_THEM})[^。]{{0,30}}?(?:(?:送っ|教え|転送し|返信し|提出し|共有し)て(?:くだ|下さ|"
    rf"いただ|頂|ほし|欲し)|"
    rf"お送り{_POLITE_ENDING}|ご?(?:送付|提供|共有|転送|返信|提出|開示)(?:を)?{_POLITE_ENDING}|"
    rf"開示を|出力して)|"
    r"(?:listof(?:all)?(?:the)?(?:participants|attendees|registrants)|(?:participant|"
    r"attendee)s?list)"
)
_THEIR_OWN: Final = re.compile(r"当会|弊会|本会|当市|当町|当社協|当方|私ども|弊社協|当法人|うち")
_LINK: Final = re.compile(
    r"https?:/|hxxp|以下のリンク|下記のリンク|下記url|以下のurl|こちらをクリック|"
    r"リンクをクリック|こちらから(?:更新|確認|手続)|はこちら$|はこちら(?![のにを])"
)
_THREAT: Final = re.compile(
    r"(?:アカウント|カード|口座|会員|ログイン|サービス|メール(?:ボックス|アカウント)?|"
    r"お支払い?(?:方法)?|認証|パスワード).{0,24}"
    r"(?:停止|制限|凍結|無効|ロック|解約|失効|期限切れ|期限が切れ|上限|容量|更新して|更新が必要|"
    r"異常|不正|検出|検知)|"
    r"(?:不正(?:アクセス|利用|ログイン)|異常なログイン|本人確認|支払い?情報).{0,30}(?:確認|更新|"
    r"検[出知]|必要|お願い|ください)|"
    r"(?:account|mailbox|password|card).{0,40}(?:suspend|lock|expire|limit|verify|quota|full|"
    r"disabled|deactivat)|"
    r"(?:お荷物|宅配|荷物).{0,30}(?:届け|持ち帰|不在|確認)|(?:未払い?|未納|滞納).{0,20}(?:料金|"
    r"税|代金)|(?:税|料金|代金).{0,12}(?:未払い?|未納|滞納)|"
    r"(?:お支払い|支払い|決済)方法.{0,20}(?:問題|更新|確認|失効)|請求書.{0,60}(?:至急|期日|"
    r"ダウンロード)|"
    r"(?:invoice|payment).{0,60}(?:overdue|immediately|unpaid)|差し?押さ?え|"
    r"訴訟"
)
_BOSS: Final = re.compile(
    r"lineの?グループ|qrコードを.{0,20}(?:送|返信)|ギフト(?:カード|券).{0,20}(?:購入|買|番号)|"
    r"giftcards?|"
    r"ビットコイン|bitcoin|[0-9]btc|ウォレット|ハッキングされ|仮想通貨.{0,20}(?:送|振)|"
    r"マクロを有効|コンテンツの有効化"
)

_LOOKED_AT: Final = 20_000
"""Characters that are looked at."""
_LOOKS_LIKE: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "-": "", "_": ""})


def deceives(text: str) -> str:
    """Why this text looks like a deceit; "" when it does not."""
    searched = folded(text[:_LOOKED_AT])
    if _ORDERS.search(searched) is not None:
        return "it gives orders to a machine"
    moved = _ACCOUNT_MOVED.search(searched)
    if moved is not None and _ASKED.search(searched[moved.start() : moved.end() + 20]) is None:
        return "it says that a bank account has changed"
    wanted = _HAND_OVER.search(searched)
    if wanted is not None and not _may_ask(searched, wanted):
        return "it asks for other people's data"
    if _THREAT.search(searched) is not None and _LINK.search(searched) is not None:
        return "it threatens, and asks to follow a link"
    return "it asks for what swindlers ask for" if _BOSS.search(searched) is not None else ""


def _may_ask(searched: str, wanted: re.Match[str]) -> bool:
    """Whether somebody asks for their own people's data, or only asks about a list."""
    before = searched[max(0, wanted.start() - 12) : wanted.end()]
    behind = searched[wanted.start() : wanted.end() + 20]
    told = re.search(r"(?:送付|お送り|添付|提出)(?:いたし|致し|し)(?:ま|て)", behind) is not None
    return told or _THEIR_OWN.search(before) is not None


def pretends(author: Mailbox, rules: Rules, own: Own, *, others: tuple[str, ...] = ()) -> str:
    """Why the sender looks like somebody else; "" when they do not.

    `others` are further domains that somebody might imitate, such as a collection agency's.
    """
    domain = author.address.rpartition("@")[2].lower()
    ours = own.address.rpartition("@")[2].lower()
    name = folded(author.name)
    office = rules.event.office
    if domain != ours and ("@" in name and folded(own.address) in name):
        return "its name shows our address, and it comes from another"
    if domain != ours and name and name in {folded(office.name), folded(office.display_name)}:
        return "it bears our name, and comes from elsewhere"
    for known in (ours, *others):
        if domain != known and domain and _skeleton(domain) == _skeleton(known):
            return f"its domain only looks like {known}"
    return ""


def _skeleton(domain: str) -> str:
    """What is equal for domains that look alike (UTS 39 in small)."""
    return domain.lower().replace("rn", "m").replace("vv", "w").translate(_LOOKS_LIKE)
