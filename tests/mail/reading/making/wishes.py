"""What people write besides applications: each wish in several voices, from wishes.toml."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.mail.reading.making.coding import BY_NAME
from tests.mail.reading.making.expect import case, kind, tables
from tests.mail.reading.making.post import DRESS, Mail
from tests.mail.reading.making.words import WAYS

OUR_ID = b"<uketsuke.0123456789abcdef0123@letters.example.jp>"
LATER = b"Fri, 27 Feb 2026 09:00:00 +0900"
THREAD = (b"In-Reply-To: " + OUR_ID, b"References: " + OUR_ID)
RECEIVED = "【受付番号572421】お申込みを受け付けました"
BELOW = """

2026年2月10日(火) 10:20 研究協議会事務局 <shien@example.jp>:

> 高瀬 美和 様
>
> お申込みいただき、誠にありがとうございます。
> ■受付番号：572421
> ■お名前　：高瀬 美和 様
> ■参加費：1,000円
> ■お振込期限：令和8年3月12日（木）
> ※ご入金後のキャンセル・返金はできません。
> ご不明な点は本メールにご返信ください。"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One mail without a form."""

    name: str
    text: str
    kinds: Sequence[str]
    subject: str = "ご連絡"
    thread: bool = False
    """Whether it answers our letter, which stands below it."""
    also: Sequence[str] | None = None
    allowed: Sequence[str] = ()
    answered: bool | None = None
    """False: no automatic answer; None: either is right."""
    coding: str = "utf8-base64"
    more: dict[str, Any] = field(default_factory=dict)


def told() -> Iterator[tuple[str, Wish]]:
    """Each wish with its theme."""
    for theme, some in tables("wishes").items():
        for one in some:
            yield theme, Wish(**one)


def letter(one: Wish) -> Mail:
    """The wish as a mail."""
    return Mail(
        subject=f"Re: {RECEIVED}" if one.thread else one.subject,
        name="高瀬 美和",
        address="m.takase@example.jp",
        text=one.text + (BELOW if one.thread else ""),
        coding=BY_NAME[one.coding],
        way=WAYS["jis-b" if one.coding == "jis" else "utf8-b"],
        header=THREAD if one.thread else (),
        dress=DRESS["gmail" if one.thread else "plain"],
        date=LATER,
    )


def expected_of(theme: str, one: Wish) -> dict[str, Any]:
    """What it shall be read as."""
    expected = kind(one.kinds) | one.more
    if theme in {"change", "other"}:
        del expected["participants"]
    if one.also is not None or one.allowed:
        expected["sub_intents"] = list(one.also or ())
        expected["sub_intents_allowed"] = list(one.allowed)
    if one.answered is not None:
        expected["reply_expected"] = one.answered
    return expected


WISHES = tuple(
    case(
        f"{theme}-{one.name}",
        f"{theme}: {one.name.replace('-', ' ')}",
        letter(one),
        expected_of(theme, one),
    )
    for theme, one in told()
)
