"""How notices and reports of payments name what they tell.

Law of this file: labels and nothing else.  There is no common format, so a label is any of many
words, before a colon, in brackets, or before spaces; what one sender alone writes comes from the
rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pipeline.mail.folding import folded, narrowed

_LABELS: Final = {
    name: label
    for label, names in {
        "reference": "受付番号 申込番号 申込み番号 お申込番号 注文番号 ご注文番号 オーダー番号 "
        "お客様番号 お客さま番号 整理番号 "
        "予約番号 管理番号 登録番号 注文id orderid order受付番号 加盟店取引番号",
        "provider_id": "決済番号 決済id 決済管理番号 取引番号 取引id トランザクションid "
        "お支払番号 お支払い番号 支払番号 支払い番号 "
        "払込番号 払込票番号 収納番号 伝票番号 受付id 確認番号 通知番号 処理番号 transactionid "
        "paymentid 決済受付番号",
        "amount": "金額 決済金額 入金金額 入金額 お支払金額 お支払い金額 支払金額 支払い金額 "
        "収納金額 確定金額 合計金額 合計 ご利用金額 "
        "利用金額 請求金額 振込金額 お振込金額 振込額 売上金額 払込金額 参加費 入金 amount 送金額",
        "paid_at": "入金日時 入金日 ご入金日 決済日時 決済日 支払日時 支払い日時 お支払日時 "
        "お支払い日時 支払日 支払い日 お支払日 お支払い日 "
        "収納日時 収納日 確定日時 確定日 売上日 取引日時 取引日 利用日時 ご利用日 ご利用日時 "
        "振込日 お振込日 振込日時 振込実行日 払込日 "
        "入金確認日 入金確認日時 速報日時 確報日時 納付日 送金日",
        "payer": "氏名カナ お名前カナ お名前(カナ) フリガナ 氏名(カナ) カナ氏名 お客様名 "
        "お客さま名 お客様氏名 氏名 お名前 支払者 支払者名 "
        "振込依頼人 振込依頼人名 ご依頼人 ご依頼人名 依頼人 依頼人名 名義 名義人 振込名義 "
        "振込名義人 お振込名義 お振込名義人 振込人 振込人名 "
        "お振込人名 振込者 振込者名 入金名義 入金者 入金者名 購入者 利用者名 支払名義 振込元 "
        "振込元名義 送金人",
        "channel": "支払方法 お支払方法 お支払い方法 支払い方法 決済方法 決済手段 決済種別 "
        "収納機関",
    }.items()
    for name in names.split()
}
"""What a line's label asks for, folded."""
_LINE: Final = re.compile(
    r"[\s・■□◆◇●○◎※*>＞]*(?:[\[【〔<]\s*(?P<boxed>[^\[\]【】〔〕<>]{2,16}?)\s*[\]】〕>]\s*[:=→]?|"
    r"(?P<plain>[^:=|\t]{2,16}?)\s*(?:[:=|\t→]|\s{2,}| (?=\S)))\s*(?P<value>.*?)\s*"
)
_SEPARATOR: Final = re.compile(
    r"^[^:：=＝|｜\t→\]】〕]*(?:[:：=＝|｜\t→]|[\]】〕]\s*[:：]?)|^\s*\S+\s+"
)
"""A label with what stands between it and its answer."""


def labelled(text: str, more: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What stands behind which label: reference, provider_id, amount, paid_at, payer, channel.

    `more` names labels beside the usual ones.
    """
    own = {folded(name): field for name, field in more.items()}
    lines = text.split("\n")
    for place, raw in enumerate(lines):
        line = narrowed(raw)
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        name = "".join((found["boxed"] or found["plain"] or "").split()).lower()
        label = (
            own.get(name)
            or _LABELS.get(name)
            or _LABELS.get(name.removeprefix("ご").removeprefix("お"))
        )
        value = found["value"]
        if label and not value:
            value = next((narrowed(below).strip() for below in lines[place + 1 : place + 2]), "")
        if label == "payer" and value and value in line:
            value = _SEPARATOR.sub("", raw, count=1).strip()  # as it is written
        if label and value:
            yield label, value
