"""What a mail says about a payment: a person's report, or a machine's notice.

Law of this file: it reads words and never moves money.  There is no common format for notices of
collection agencies, so they are read by labels and wordings; what a rule adds for one sender is a
table in `payment.toml`.  A notice is trusted only when its sender is listed, our own server vouches
for it, and it says itself that it is final.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from pipeline.domain.rules import NoticeSender, Rules
from pipeline.mail.days import days_in
from pipeline.mail.folding import folded, narrowed
from pipeline.mail.payment_labels import labelled

Stage = Literal["preliminary", "final"]


@dataclass(frozen=True, slots=True)
class PaymentSaid:
    """What a report or a notice says of a payment; None where it says nothing."""

    channel: str | None = None
    """convenience_store, credit_card, pay_easy, bank_transfer."""
    notice_type: Stage | None = None
    """Of a machine's notice only: whether the money may still be taken back."""
    reference: str | None = None
    """The number that it calls 受付番号 or the like, ours or not."""
    provider_id: str | None = None
    """The agency's own number of the payment."""
    amount: int | None = None
    """Yen."""
    paid_at: str | None = None
    """ISO 8601: a day, or an instant with its zone."""
    payer_name_kana: str | None = None
    """Whose name the payment bears, as the mail writes it."""
    trusted: bool = False
    """Whether money may count on it: a listed sender, authenticated, and final."""


_AMOUNT: Final = re.compile(
    r"(?<![0-9,])(?:[¥\\]\s*)?(\d{1,3}(?:,\d{3}){1,3}|\d{1,9})\s*(?:円|yen|jpy|-)|"
    r"[¥\\]\s*(\d{1,3}(?:,\d{3}){1,3}|\d{1,9})(?![0-9])",
    re.IGNORECASE,
)
_THOUSANDS: Final = re.compile(r"(?<![0-9,])([一二三四五六七八九])?千円")
_KANJI: Final = "一二三四五六七八九"
_FEE: Final = re.compile(r"手数料[^。、\n]{0,8}$")
_SUM: Final = re.compile(r"(?:合計|総額|計|[=＝])[^\d\n]{0,8}$")
_NUMBER: Final = re.compile(r"\d[\d,]{0,11}")
_ID: Final = re.compile(r"[0-9a-z][0-9a-z_-]{3,39}", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"\d{3,10}")
_NAMED_AS: Final = re.compile(
    r"(?:振込人名義?|振込名義人?|振込依頼人名?|ご?依頼人名?|名義人?|振込者名?|入金名義)(?:は|を|"
    r":|が)?[\s]*"
    r"(?:[「『\"(](?P<marked>[^」』\"]{2,48}?)[」』\"]|"
    r"(?P<bare>[0-9]{0,7}[ァ-ヶー・).（）ｦ-ﾟ\s]{3,40}[ァ-ヶー）)]))"
)
_IN_NAME: Final = re.compile(
    r"[「『]?(?P<name>[^\s「」『』、。:0-9円]{2,30}?)[」』]?(?:の)?名義(?:にて|で|に)"
)
_CHANNELS: Final = (
    (
        "convenience_store",
        re.compile(
            r"コンビニ|convenience|ローソン|ファミリーマート|セブン.?イレブン|ミニストップ|"
            r"セイコーマート"
        ),
    ),
    ("credit_card", re.compile(r"クレジット|カード決済|カードで|creditcard|visa|mastercard|jcb")),
    ("pay_easy", re.compile(r"pay-?easy|ペイジー")),
    ("bank_transfer", re.compile(r"振り?込|口座|銀行|送金|郵便局|ゆうちょ|atm")),
)
_PRELIMINARY: Final = re.compile(
    r"速報|仮入金|仮売上|入金見込|暫定|取消となる場合|取り消しとなる場合|preliminary"
)
_FINAL: Final = re.compile(r"確報|確定|売上計上|入金確認(?:完了|済)|final|settled")
_HAPPENED: Final = re.compile(
    r"(?:入金|決済|収納|支払い?|払込み?|売上|振込)(?:\([^)]*\))?(?:の|が|を|は)?"
    r"(?:速報|確報|確定|(?:が|の|を)?(?:完了(?:しました|いたしました|のお知らせ|通知|のご連絡)|"
    r"通知|確認(?:され|いたし|しました|のお知らせ|が)|"
    r"あり(?:ました|まし)|されました|行われ|お知らせ|ご連絡|ご報告))|加盟店(?:様|各位)|収納代行|"
    r"決済代行|"
    r"(?:入金|決済)(?:が)?(?:成立|承認)|(?:入金|決済|収納|支払い?)(?:の|が|を)?取り?消し?(?:の|"
    r"が)?(?:お知らせ|さ|データ|と|通知)"
)
_LOOKED_AT: Final = 10_000
"""Characters that are looked at."""
_LABELS_NEEDED: Final = 2


def report(text: str, written_on: date | None) -> PaymentSaid:
    """What a person says of a payment of theirs. `written_on`: the day of their mail."""
    text = text[:_LOOKED_AT]
    said = _by_labels(text, written_on, {})
    plain = narrowed(text)
    if said.amount is None:
        said = replace(said, amount=_amount(plain))
    if said.paid_at is None:
        said = replace(said, paid_at=_paid_on(text, written_on))
    if said.payer_name_kana is None:
        said = replace(said, payer_name_kana=_payer(text))
    return replace(said, channel=said.channel or _channel(text), notice_type=None, provider_id=None)


def notice(
    subject: str, text: str, written_on: date | None, listed: NoticeSender | None
) -> PaymentSaid | None:
    """What a machine says of a payment; None when this is no such notice.

    `listed`: what the rules say of its sender, where they list it.
    """
    text = text[:_LOOKED_AT]
    searched = folded(f"{subject}\n{text}")
    if listed is None and _HAPPENED.search(searched) is None:
        return None
    said = _by_labels(text, written_on, dict(listed.labels) if listed else {})
    known = sum(
        v is not None
        for v in (said.reference, said.provider_id, said.amount, said.paid_at, said.payer_name_kana)
    )
    if said.amount is None or known < _LABELS_NEEDED:
        return None
    channel = listed.channel if listed else said.channel or _channel(f"{subject}\n{text}")
    return replace(said, channel=channel, notice_type=_stage(subject, text, listed))


def listed_sender(address: str, rules: Rules) -> NoticeSender | None:
    """What the rules say of the sender of a notice; None for one that they do not list."""
    lower = address.lower()
    return next((n for n in rules.payment.notices if _is_from(lower, n.sender.lower())), None)


def _is_from(address: str, sender: str) -> bool:
    return address.endswith(sender) if sender.startswith("@") else address == sender


# ---------------------------------------------------------------- labels


def _by_labels(text: str, written_on: date | None, more: dict[str, str]) -> PaymentSaid:
    values: dict[str, str] = {}
    for label, value in labelled(text, more):
        if (
            label == "payer"
            and label in values
            and not _KANA.search(values[label])
            and _KANA.search(value)
        ):
            values[label] = value
        values.setdefault(label, value)
    days = days_in(values.get("paid_at", ""), written_on)
    payer = values.get("payer")
    return PaymentSaid(
        channel=_channel(values["channel"]) if "channel" in values else None,
        reference=_first(_REFERENCE, values.get("reference")),
        provider_id=_first(_ID, values.get("provider_id")),
        amount=_yen(values.get("amount")),
        paid_at=next((_iso(day) for day in days), None),
        payer_name_kana=_name(payer) if payer else None,
    )


_KANA: Final = re.compile("[ァ-ヶｦ-ﾟ]")


def _first(pattern: re.Pattern[str], value: str | None) -> str | None:
    found = pattern.search(value) if value else None
    return found.group() if found else None


def _yen(value: str | None) -> int | None:
    if not value:
        return None
    sums = _amount(value)
    if sums is not None:
        return sums
    bare = _NUMBER.fullmatch(value.strip())
    return int(bare.group().replace(",", "")) if bare else None


def _iso(day: date | datetime) -> str:
    return day.isoformat()


def _name(value: str) -> str | None:
    """A payer's name as it is written, without what only stands around it."""
    name = re.sub(
        r"[(（]?※.*$|(?:様|殿)$|(?:です|となります|になります|でございます)[。.]?$",
        "",
        value.strip(),
    )
    name = " ".join(name.strip("「」『』\"' 　。").split())
    return name or None


# ---------------------------------------------------------------- prose


def _amount(plain: str) -> int | None:
    """The amount that is meant: a sum before a single one, and never a bank's fee."""
    amounts: list[int] = []
    plain = _THOUSANDS.sub(lambda m: f"{(_KANJI.find(m[1]) if m[1] else 0) + 1},000円", plain)
    for found in _AMOUNT.finditer(plain):
        before = plain[max(0, found.start() - 12) : found.start()]
        if _FEE.search(before) is not None:
            continue
        value = int((found[1] or found[2]).replace(",", ""))
        if _SUM.search(before) is not None:
            return value
        amounts.append(value)
    return amounts[0] if amounts else None


_PAYING: Final = re.compile(r"振り?込|入金|送金|払|納付|納入")


def _paid_on(text: str, written_on: date | None) -> str | None:
    """The day of the payment: in a line that speaks of paying, else the only one that is named."""
    for line in re.split(r"[。\n]", text):
        if _PAYING.search(line) is not None:
            day = next(days_in(line, written_on), None)
            if day is not None:
                return _iso(day)
    days = {_iso(day) for day in days_in(text, written_on)}
    return days.pop() if len(days) == 1 else None


def _payer(text: str) -> str | None:
    named = _NAMED_AS.search(text)
    if named is not None:
        return _name(named["marked"] or named["bare"])
    for line in re.split(r"[。、\n]", text):
        by = _IN_NAME.search(line)
        if by is not None:
            return _name(re.sub(r".*(?:付で|付けで|は|に)", "", by["name"]))
    return None


def _channel(text: str) -> str | None:
    searched = folded(text)
    return next((name for name, pattern in _CHANNELS if pattern.search(searched)), None)


def _stage(subject: str, text: str, listed: NoticeSender | None) -> Stage | None:
    """The title decides; where it says nothing, what is more careful wins."""
    for part in (subject, text):
        searched = folded(part)
        early = _PRELIMINARY.search(searched) or _any_of(
            listed.preliminary if listed else (), searched
        )
        sure = _FINAL.search(searched) or _any_of(listed.final if listed else (), searched)
        if early or sure:
            return "preliminary" if early else "final"
    return None


def _any_of(words: tuple[str, ...], searched: str) -> bool:
    return any(folded(word) in searched for word in words)
