"""What a sentence says of a phrase in it that makes the phrase no wish.

Law of this file: patterns over one folded sentence (`sentences`), one list for each wish.  A
sentence that only supposes something, asks about it, denies it, or tells that it has happened
wants nothing of us.
"""

from __future__ import annotations

import re
from typing import Final

_REASON: Final = r"都合|ため|ので|により|急用|急遽|体調|業務|出張|異動|できなく|行けなく"
_REQUEST: Final = r"したい|たく|お願い|願い(?:ます|致|いた)|いたします|致します|します|させて"

SUPPOSED: Final = re.compile(
    r"場合|もし(?!く)|万一|万が一|際は|際に|際の|(?:となっ|になっ|なっ|し)たら|ときは|時は"
)
NOT_NEEDED: Final = re.compile(
    r"不要|必要(?:は)?(?:ありません|ございません|ない)|結構です|[いりま要]りません|"
    r"なくて(?:も)?(?:良|よ|結構)|"
    r"希望(?:は)?(?:しません|いたしません|しない)"
)
_ASKS_ABOUT: Final = re.compile(
    rf"^(?!.*(?:{_REQUEST}|{_REASON})).*"
    r"(?:(?:について|に関して|方法|手続き?).{0,20}(?:教え|質問|伺|尋ね|知り|教示)|"
    r"(?:でき|出来|可能|あり|かかり|なり|よい|良い|いい|必要)(?:ます|です|る|"
    r")?(?:の)?(?:でしょう)?か|"
    r"どう(?:すれ|した|なり)|いつまで|いくら|いかが|でしょうか|ますか|[?])"
)
_ASKS_POLITELY: Final = re.compile(
    r"いただけ|頂け|もらえ|願え|お願いでき|いただくこと|ほしい|欲しい|下さい|ください"
)
TROUBLE: Final = re.compile(r"zoom|ログイン|接続|つながら|繋がら|パスワード|特設ページ|視聴")
IN_PART: Final = re.compile(
    r"^(?!.*(?:キャンセル|取り?消|辞退|取り?やめ|取り?下げ))"
    r".*(?:午前|午後|途中|早退|遅れて|ライブ|グループワーク|リアルタイム|一部|動画)"
)
_ON_THE_DAY: Final = re.compile(r"当日|26日")
_BECAUSE: Final = re.compile(_REASON)
DENIED: Final = re.compile(
    r"(?:キャンセル|取り?消し?|辞退|欠席)の?(?:件|手続き?|処理|ご?連絡)[^。]{0,24}"
    r"(?:ありがとう|有難う|有り難う|感謝|承知|了解|かしこまり)|"
    r"(?:キャンセル|取り?消し?|辞退|欠席|変更|訂正|修正)(?:は|で|を|の|に)?(?:は)?"
    r"(?:しません|いたしません|致しません|せず|なく|ありません|ございません|ではな|では無|無し|"
    r"なし|しない|する(?:予定|つもり)は|不要)|"
    r"キャンセル(?:が|は|も)?(?:でき(?:ない|ません)|不可).{0,8}(?:承知|了承|了解|理解|存じ|旨|"
    r"こと)|"
    r"(?:前回|前年|昨年|昨年度|一昨年|以前)(?:度)?[はの].{0,20}(?:欠席|キャンセル|辞退|参加でき)|"
    r"(?:会議|予定|出張|行事|研修|用事|別件|会合)が?(?:の)?(?:キャンセル|中止|取り?やめ)(?:に|と)|"
    r"(?:連絡|メール|件)は(?:間違い|誤り)|(?:連絡|メール)を?(?:いた|致|差し上げ)?(?:し|"
    r"ま)*したが|やはり.{0,12}(?:参加|出席)"
)
_PAPER: Final = re.compile(r"宛名|宛て名|但し?書|領収|請求書|見積|納品書|日付|再発行")
_OF_SOMEBODY: Final = re.compile(r"参加者|電話|アドレス|氏名|お名前|フリガナ|ふりがな|所属")
_AS_IT_CHANGES: Final = re.compile(
    r"(?:変更|訂正|修正|誤り)(?:事項|点|等|など)*(?:が|は|の)?(?:あれば|あった|ございましたら|"
    r"ありましたら|ある)"
)
_TOLD: Final = re.compile(
    r"変更(?:に?なった|され(?:た|る|ている)|の?(?:お知らせ|ご連絡|ご案内))(?:と|を|、|について)"
)
_CONCRETE: Final = re.compile(
    r"[にへ](?:変更|訂正|修正)|から.{1,30}[にへ]|下記|次のとおり|正しくは|誤"
)
_ARRIVED: Final = re.compile(
    r"(?:受領|受け取|拝受|頂戴|拝見|確認|入手)(?:り|し|いた|致|させて)|届きました|届いております|"
    r"(?:送付|発行|お送り|ご?対応|ご?連絡|お知らせ).{0,10}(?:ありがとう|有難う|有り難う)|"
    r"いただきました|頂きました"
)
_SENT_TO_US: Final = re.compile(
    r"請求書(?:を|の)?.{0,6}(?:お送り|送付|添付|送信)(?:(?:し|いたし|致し)ま(?!せんか)|"
    r"させて(?:いただ|頂))|"
    r"請求書.{0,30}(?:ダウンロード|お支払い?(?:くだ|下|いた))"
)
_SEEN: Final = re.compile(r"件[^。]{0,6}(?:承知|了解|かしこまり|確認(?:いた|致|し))")
_STILL_WANTED: Final = re.compile(
    r"ください|下さい|お願い|願い|再発行|いただけ|頂け|でしょうか|ますか|ほしい|欲しい|"
    r"届いて(?:い)?(?:おり)?ません"
)
NOT_YET: Final = re.compile(
    r"まだ|未だ|予定|必要|済ませる|終える|完了する|これから|つもり|見込み|二重|2重|重複|してから|後日|"
    r"(?:振り?込|入金|支払|送金)[^。、]{0,8}(?:ていません|ておりません|できていない)|"
    r"済み?(?:の方|であれば|か(?:どうか)?|でしょうか)"
)
_CLOSING: Final = re.compile(
    r"(?:修正|変更|誤り|間違い|訂正|ご?意見|お気[付づ]き)(?:の?点|等|など)?(?:が|は)?"
    r"(?:ございましたら|ありましたら|あれば|あったら)|"
    r"(?:不明|質問|問い?合わ?せ|不備|不足|問題|不都合|何か|疑問|要望|気になる).{0,14}"
    r"(?:ましたら|あれば|たら|の際|場合|等は|などは|は(?:下記|上記|以下|当|私|担当|こちら|メール|"
    r"電話|本)|先[はま:]|ないよう)|"
    r"(?:質問|問い?合わ?せ|要望|不明)[^。?]{0,6}[:=|](?:特に|特には)?(?:なし|無し|ない|"
    r"ありません|ございません|-|ー)?$|"
    r"(?:質問|問い?合わ?せ|ご?教示|教えて|お尋ね|回答).{0,10}(?:ありがとう|有難う|有り難う|"
    r"いただきまし|頂きまし)|"
    r"問い?合わ?せ(?:フォーム|番号|窓口|先)|(?:質問|不明な点|疑問)(?:は|"
    r"も)(?:特に)?(?:ありません|ございません|なし)"
)
_POLITE_REQUEST: Final = re.compile(
    r"(?:確認|登録|受付|受け付け|手続き?|対応|処理|返信|返送|連絡|取り計らい|査収|手配|"
    r"参加申込み?|申し?込み?)(?:の?ほど|を|も|の|は|等)?"
    r"(?:宜しく|よろしく)?(?:して|させて)?(?:お願い|いただ|頂|願|もら|くださ|下さ)"
    r"(?:いた|致|し|でき|出来|け|きた|え|い)*(?:く)?(?:ます|ません|る|ない|存じ)?(?:か|"
    r"でしょうか|の?でしょうか)?[。?]*$"
)
_IS_THIS_ALL: Final = re.compile(
    r"(?:これ|以上|こちら|上記|下記|この(?:内容|メール|書き方|形)|メール)で.{0,10}(?:よろし|宜し|"
    r"大丈夫|問題|完了|受付|よい|良い|いい)"
)
_GREETING: Final = re.compile(r"いかがお過ごし|ご?清栄|ますます|益々|お変わりありません")
_FOLLOWS_UP: Final = re.compile(
    r"発行|送付|郵送|送って|お送り|再送|確認|対応|連絡|手配|手続|返送|登録|変更|処理|取り?消"
)
_INTERROGATIVE: Final = re.compile(
    r"いつ(?!も)|どこ|どの|どう(?!ぞ)|何(?!卒|とぞ)|なに(?!とぞ)|なぜ|いくら|いくつ|誰|どなた|有無|教え|教示"
)
_WHEN_OR_HOW: Final = re.compile(r"いつまで|いつから|いくら|どう(?:すれ|なる|やって)|のか、")
_COMES: Final = re.compile(r"参加することに")
_LEAVES: Final = re.compile(
    r"代わ|替|交代|後任|退職|異動|転勤|休職|産休|育休|欠席|参加(?:が|を|は)?(?:でき|出来)な"
)
_OF_A_FILE: Final = re.compile(r"ファイル|zip|添付|解凍|展開|圧縮|別途|別メール|後ほど|のちほど")


def _asks_about(sentence: str) -> bool:
    return _ASKS_ABOUT.search(sentence) is not None and _ASKS_POLITELY.search(sentence) is None


def withdraws(sentence: str) -> bool:
    """Whether a phrase of withdrawal in it is meant."""
    return not (
        SUPPOSED.search(sentence)
        or TROUBLE.search(sentence)
        or IN_PART.search(sentence)
        or (
            _ON_THE_DAY.search(sentence)
            and not _BECAUSE.search(sentence)
            and "キャンセル" not in sentence
        )
        or DENIED.search(sentence)
        or _asks_about(sentence)
    )


def confirms(sentence: str) -> bool:
    """Whether it confirms a withdrawal."""
    return (
        SUPPOSED.search(sentence) is None and "か?" not in sentence and "でしょうか" not in sentence
    )


def changes(sentence: str) -> bool:
    """Whether it wants something changed."""
    if SUPPOSED.search(sentence) or NOT_NEEDED.search(sentence) or DENIED.search(sentence):
        return False
    if _AS_IT_CHANGES.search(sentence) or _TOLD.search(sentence):
        return False
    return not (_asks_about(sentence) and _CONCRETE.search(sentence) is None)


def of_a_paper(sentence: str) -> bool:
    """Whether what it wants changed is a paper, and nothing of the application."""
    return _PAPER.search(sentence) is not None and _OF_SOMEBODY.search(sentence) is None


def replaces(sentence: str) -> bool:
    """Whether somebody comes in another's place."""
    if _COMES.search(sentence) is not None and _LEAVES.search(sentence) is None:
        return False
    return SUPPOSED.search(sentence) is None and not _asks_about(sentence)


def wants_invoice(sentence: str) -> bool:
    """Whether an invoice is wanted; 適格請求書 beside 領収書 only says of what kind that one is."""
    receipt = "適格請求書" in sentence and "領収" in sentence
    return not receipt and _SENT_TO_US.search(sentence) is None and _wants_paper(sentence)


def wants_receipt(sentence: str) -> bool:
    """Whether a receipt is wanted."""
    invoice = "適格請求書" in sentence and "領収" not in sentence
    return not invoice and _wants_paper(sentence)


def _wants_paper(sentence: str) -> bool:
    """Whether a paper is wanted, and neither refused nor only received."""
    if NOT_NEEDED.search(_answer(sentence)) is not None or SUPPOSED.search(sentence) is not None:
        return False
    answered_no = re.search(r"[:=|](?:否|無|無し|なし|いいえ|no|n|×|-)[。]?$", sentence) is not None
    arrived = _ARRIVED.search(sentence) is not None or _SEEN.search(sentence) is not None
    arrived = arrived and _STILL_WANTED.search(sentence) is None
    return not (answered_no or arrived)


def _answer(sentence: str) -> str:
    """What stands behind a label, where a sentence has one with an answer."""
    behind = re.split("[:=|]", sentence)[-1]
    return behind if len(behind) > 0 else sentence


def asks_access(sentence: str) -> bool:
    """Whether the password is our page's, and not a file's or Zoom's."""
    if _OF_A_FILE.search(sentence) is not None:
        return False
    return "zoom" not in sentence or "パスワード" in sentence or "id" in sentence


def paid(sentence: str) -> bool:
    """Whether it says that money was sent, and neither supposes nor plans it."""
    return SUPPOSED.search(sentence) is None and NOT_YET.search(sentence) is None


def requests(sentence: str) -> bool:
    """Whether it only asks somebody to do what another sentence speaks of."""
    return (
        _ASKS_POLITELY.search(sentence) is not None
        and _FOLLOWS_UP.search(sentence) is not None
        and _INTERROGATIVE.search(sentence) is None
    )


def closes(sentence: str) -> bool:
    """Whether it only offers to answer questions, as people close a mail."""
    return _CLOSING.search(sentence) is not None


def asks(sentence: str) -> bool:
    """Whether it asks something, and is no polite closing or request to go on."""
    return not (
        closes(sentence)
        or (_POLITE_REQUEST.search(sentence) and not _WHEN_OR_HOW.search(sentence))
        or _IS_THIS_ALL.search(sentence)
        or _GREETING.search(sentence)
    )
