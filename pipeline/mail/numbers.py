"""The number that a mail itself calls its 受付番号, whoever's number that may be.

Law of this file: it is shown to people and never routes anything; only a number of our own scheme
(`domain.reference`) says whose mail it is.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.mail.folding import narrowed

_NAMED: Final = re.compile(
    r"(?:受付|受け付け|申し?込み?|登録|整理|予約|管理|注文|お客様|参加者?)\s*(?:番号|no\.?|ナンバー|id)\s*(?:は|が|:|=|【|「|『|\[|\()*\s*"
    r"(?P<after>\d{3,10})(?![\d-])|(?<![a-z])no\.?\s*[:.]?\s*(?P<no>\d{4,10})(?![\d-])",
    re.IGNORECASE,
)
_MAY_NAME: Final = re.compile(
    r"[番ナﾅnNｎＮiIｉＩ№](?:号|ンバー|ﾝﾊﾞｰ|[oOｏＯdDｄＤ]|(?<=№))[\s.．:：=＝【「『｢\[［(（はが]*"
    r"[\d①-⑳㈀-㏿]{2,}(?![\d－-])"
)
"""What every such number begins with, in any width; it is rare, and soon told."""
_LOOKED_AT: Final = 20_000
"""Characters that are looked at."""


def named_number(*texts: str) -> str | None:
    """The first number that one of the texts calls by such a name."""
    for whole in texts:
        text = whole[:_LOOKED_AT]
        found = _NAMED.search(narrowed(text)) if _MAY_NAME.search(text) is not None else None
        if found is not None:
            return found["after"] or found["no"]
    return None
