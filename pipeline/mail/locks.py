"""The second mail of a pair: the password of a file that came in the first (PPAP).

Law of this file: the password is found only to be covered.  It is shown nowhere, logged nowhere,
and never tried: whoever sends a locked file is asked for its content in the mail's text.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.mail.folding import narrowed

HIDDEN: Final = "********"

_WORD: Final = (
    r"(?:パスワード|ぱすわーど|パス|password|passwd|pass|pw|暗証番号|解凍キー|解凍コード)"
)
_TOLD: Final = re.compile(
    rf"(?:{_WORD})[ \t　]*(?:(?:は|が)(?:以下|下記|次|こちら)?(?:の?(?:とおり|通り))?(?:です|"
    rf"になります|となります|でございます)?|"
    r"です|でございます|"
    r"を(?:ご?入力|お使い|ご?利用|ご?使用)[^\n]{0,16}|"
    r"のお知らせ)?[ \t　]*[。.]?[ \t　]*[:：=＝→「『【\[]?[ \t　]*(?:\n[ \t　>]*){0,3}"
    r"[「『【\[(（<＜]?[ \t　]*(?P<secret>[!-~！-～]{4,64})",
    re.IGNORECASE,
)
_SENT_LATE: Final = (
    r"(?:お送り|お伝え|お知らせ|ご?送付|ご?連絡|ご?案内|添付)[^。\n]{0,8}(?:忘れ|失念|漏れ|遅)"
)
_TOLD_LATE: Final = re.compile(
    rf"{_WORD}[^。\n]{{0,6}}{_SENT_LATE}[^。\n]{{0,16}}[。\n]\s*[「『]?"
    r"(?P<secret>[!-~！-～]{4,64})[」』]?\s*(?:です|になります|でございます)",
    re.IGNORECASE,
)
"""パスワードをお送りするのを忘れておりました。「…」です."""
_OF_A_FILE: Final = re.compile(
    r"添付|ファイル|\.(?:zip|xlsx?|docx?|pdf|7z|lzh)|zip|圧縮|暗号化|解凍|展開|先ほど|先程|"
    r"さきほど|さき程|前のメール|別メール|"
    r"名簿|申込書|申請書|書類|2/2|２／２|②",
    re.IGNORECASE,
)
_ASKED: Final = re.compile(
    r"届[きい]|忘れ|紛失|再送|教え|わから|分から|不明|ください|下さい|いただけ|[?？]|でしょうか|"
    r"ますか|ログイン|特設ページ|視聴|"
    r"(?:id|ＩＤ|ID)(?:と|・|/|／|及び|および)"
)
_MANNERS: Final = re.compile(
    rf"{_SENT_LATE}|"
    r"(?:ご?(?:確認|査収|開封|解凍|入力|利用|使用|対応|参照)|ご覧)[^。\n]{0,12}(?:ください|"
    r"下さい|いただけ|頂け|願)|(?:不明|質問|不都合|問題|開け(?:ない|ません))[^。\n]{0,16}"
    r"(?:ましたら|あれば|場合|際)[^。\n]{0,24}(?:ください|下さい|いただけ|頂け|願|ませ)"
)
"""What is asked of whoever gets a password: nothing."""
_BARE: Final = re.compile(
    r"\s*(?:pass(?:word)?|pw|パスワード|解凍パスワード|"
    r"解凍pw)\s*[:：=＝は]\s*\S{4,64}\s*(?:です)?\s*",
    re.IGNORECASE,
)
_LOOKED_AT: Final = 20_000
"""Characters that are looked at."""
_SHORT: Final = 400


def secrets(text: str) -> tuple[str, ...]:
    """What stands in the text as the password of something."""
    found = []
    text = text[:_LOOKED_AT]
    for told in (*_TOLD.finditer(text), *_TOLD_LATE.finditer(text)):
        secret = told["secret"].rstrip("」』】])）>＞.。、,")
        plain = narrowed(secret)
        word = re.fullmatch(r"[A-Za-z]{1,3}|https?:.*|[-=*_#.~]{3,}|.+@.+\..+", plain)
        if len(secret) >= 4 and word is None:  # noqa: PLR2004 - nobody locks a file with less
            found.append(secret)
    return tuple(dict.fromkeys(found))


def unlocks(text: str, *, answers: bool) -> bool:
    """Whether the text tells the password of a file, and wants nothing.

    `answers`: whether it stands in a thread; then a line with only a password is enough.
    """
    text = text[:_LOOKED_AT]
    if not secrets(text) or _ASKED.search(_MANNERS.sub("", text)) is not None:
        return False
    if _OF_A_FILE.search(text) is not None:
        return True
    bare = any(_BARE.fullmatch(line) for line in text.split("\n"))
    return bare and len(text.strip()) < (_SHORT if answers else _SHORT // 2)


def covered(text: str) -> str:
    """The text without the passwords of files in it."""
    for secret in secrets(text):
        text = text.replace(secret, HIDDEN)
    return text
