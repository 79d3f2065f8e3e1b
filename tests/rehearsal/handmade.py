"""Seasons written by hand, so that the checker is proven without the program that it checks."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

from pipeline.rehearsal.season import (
    TOKYO,
    Act,
    Covered,
    Found,
    MailIn,
    MailOut,
    Money,
    Season,
    read_facts,
)

FACTS = read_facts(Path("rules/r7-kenkyu-kyogikai"), capacity=2)
OFFICE = FACTS.office
SECRETS = {"id": "viewer-8812", "password": "kumo7391tori", "zoom_link": "https://zoom.test/j/77x"}

SUBJECT_OF = {
    "received": "お申込みの受付とお振込みのご案内",
    "correction_needed": "お申込み内容のご確認のお願い",
    "waitlisted": "満席のお知らせとキャンセル待ちのご案内",
    "seat_offered": "お席のご用意とお振込みのご案内",
    "not_open_yet": "お申込みの受付開始日について",
    "closed_late": "お申込みの受付期間について",
    "already_registered": "お申込みの状況のご案内",
    "payment_reminder": "参加費のお振込みのお願い",
    "last_day": "お振込み期限（本日）のお知らせ",
    "payment_received": "ご入金の確認と今後のご案内",
    "access": "特設ページとライブ配信のご案内",
    "zoom_look_ahead": "ライブ配信のご案内",
    "ondemand_ending": "動画の視聴期限のお知らせ",
    "withdrawn": "お申込みの取消しを承りました",
    "expired": "お申込みの受付終了のお知らせ",
    "lapsed": "お申込み内容の確認期限の終了のお知らせ",
    "waitlist_ended": "キャンセル待ちの終了のお知らせ",
    "late_payment": "ご入金のお取り扱いについて",
    "short_payment": "参加費の不足分のお振込みのお願い",
    "paid_twice": "重ねてのご入金について",
    "payment_reversed": "ご入金の確認の取消しについて",
    "payment_report_noted": "お振込みのご連絡をいただきました",
    "to_a_person": "メールを受け取りました",
}
PAYING = "お振込金額：1,000円\nお振込期限：令和8年3月12日(木)まで\nご入金後は返金できません。\n"
WITH_KEYS = f"ID：{SECRETS['id']}\nパスワード：{SECRETS['password']}\n"
WITH_LINK = f"{SECRETS['zoom_link']}\n"
TEXT_OF = {
    "received": PAYING,
    "seat_offered": PAYING,
    "correction_needed": "令和8年2月10日(火)までに、このメールにご返信ください。\n",
    "access": WITH_KEYS,
    "zoom_look_ahead": WITH_LINK,
}


def at(text: str) -> datetime:
    """`02-05 09:30` of 2026 in Tokyo."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=TOKYO)


def form(name: str, address: str, *, without: str = "") -> str:
    """A filled-in form, without one of its answers."""
    answers = {
        "氏名": name,
        "フリガナ": "サトウ ハナコ",
        "所属": "見本町社会福祉協議会",
        "都道府県": "山梨県",
        "メールアドレス": address,
        "電話番号": "055-200-0001",
    }
    return "\n".join(f"【{k}】{v}" for k, v in answers.items() if k != without)


def raw_mail(headers: dict[str, str], text: str) -> bytes:
    """A mail as bytes."""
    lines = [f"{name}: {_said(value)}" for name, value in headers.items()]
    lines += ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", ""]
    return "\r\n".join(lines).encode() + b"\r\n" + base64.encodebytes(text.encode())


def _said(value: str) -> str:
    if value.isascii():
        return value
    return f"=?utf-8?B?{base64.b64encode(value.encode()).decode()}?="


@dataclass
class Tale:
    """A season that is told mail by mail."""

    mails_in: list[MailIn] = field(default_factory=list)
    mails_out: list[MailOut] = field(default_factory=list)
    money: list[Money] = field(default_factory=list)
    covered: list[Covered] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    ends: datetime = field(default_factory=lambda: at("03-01 12:00"))

    def mail(
        self,
        when: str,
        sender: str,
        text: str,
        *,
        subject: str = "参加申込",
        envelope: str | None = None,
        **more: str,
    ) -> str:
        """A mail comes in. Returns its Message-ID."""
        number = f"<in.{len(self.mails_in)}@{sender.partition('@')[2]}>"
        headers = {"From": sender, "To": OFFICE, "Subject": subject, "Message-ID": number}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        raw = raw_mail(headers, text)
        self.mails_in.append(MailIn(raw, sender if envelope is None else envelope, at(when)))
        return headers["Message-ID"]

    def applies(self, when: str, sender: str, name: str = "佐藤 花子", **more: str) -> str:
        """A complete application comes in."""
        return self.mail(when, sender, form(name, sender), **more)

    def letter(
        self,
        when: str,
        kind: str,
        to: str,
        reference: str,
        about: str,
        *,
        answer: bool = False,
        text: str | None = None,
        fault: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """A letter leaves, in the thread of the mail `about`; `fault` replaces its headers."""
        tag = f"【受付番号{reference}】" if reference else ""
        said = TEXT_OF.get(kind, "") if text is None else text
        headers = {
            "From": OFFICE,
            "To": to,
            "Reply-To": OFFICE,
            "Subject": f"{tag}{SUBJECT_OF[kind]}（研究協議会）",
            "Date": "Mon, 2 Feb 2026 09:00:00 +0900",
            "Message-ID": f"<out.{len(self.mails_out)}@uketsuke.test>",
            "Auto-Submitted": "auto-replied" if answer else "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "In-Reply-To": about,
            "References": about,
        }
        headers |= fault
        words = f"{to} 様\n{said}{when}\n"
        self.mails_out.append(MailOut(raw_mail(headers, words), OFFICE, to, at(when)))

    def paid(self, when: str, reference: str, value: str, amount: int = 1000) -> None:
        """Money is recorded."""
        day = date.fromisoformat(f"2026-{value}")
        self.money.append(Money(reference, amount, day, at(when)))

    def told(self, when: str, asked: str, kind: str = "payment_received") -> None:
        """Hanako is told what became of her money."""
        self.letter(when, kind, HANAKO, "100001", asked)

    def bank(self, when: str, through: str) -> None:
        """The bank has spoken."""
        self.covered.append(Covered(date.fromisoformat(f"2026-{through}"), at(when)))

    def operator(self, when: str, reference: str, what: str, value: str = "") -> None:
        """An operator acts."""
        self.acts.append(Act("office", reference, what, at(when), value))

    def season(self) -> Season:
        """What the checker is given."""
        return Season(
            facts=FACTS,
            mails_in=tuple(self.mails_in),
            mails_out=tuple(self.mails_out),
            ends=self.ends,
            money=tuple(self.money),
            covered=tuple(self.covered),
            acts=tuple(self.acts),
            secrets=SECRETS,
            found=tuple(self.found),
        )


HANAKO = "hanako@example.jp"
TARO = "taro@example.com"


def registered(
    tale: Tale, when: str = "02-03 09:00", who: str = HANAKO, number: str = "100001"
) -> str:
    """Somebody applies and is told how to pay. Returns the application's Message-ID."""
    asked = tale.applies(when, who)
    tale.letter(when, "received", who, number, asked, answer=True)
    return asked


def paid_early(tale: Tale) -> str:
    """Hanako applies, pays, and gets access when it opens."""
    asked = registered(tale)
    tale.paid("02-05 10:00", "100001", "02-05")
    tale.letter("02-05 10:00", "payment_received", HANAKO, "100001", asked)
    tale.letter("02-24 10:00", "access", HANAKO, "100001", asked)
    return asked
