"""Where in a mail the form stands: inside a quotation, below a forwarding header, beside a sample.

A wrap is a function from the form's lines to the lines of the whole text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Wrap = Callable[[Sequence[str]], list[str]]
ANNOUNCED = (
    "研究協議会のご案内です。",
    "参加をご希望の方は、下記にご記入のうえ",
    "shien@example.jp までご返信ください。",
    "",
)
SAMPLE = (
    "----------------------------",
    "（記入例）",
    "【お名前】福祉　太郎",
    "【フリガナ】フクシ　タロウ",
    "【ご所属】○○市社会福祉協議会",
    "【部署】○○課",
    "【都道府県】東京都",
    "【メールアドレス】fukushi@example.jp",
    "【電話番号】03-0000-0000",
    "【参加区分】生活支援コーディネーター",
)
BLANK = (
    "お名前：",
    "フリガナ：",
    "ご所属：",
    "都道府県：",
    "メールアドレス：",
    "電話番号：",
    "参加区分：",
)


def quoted(lines: Sequence[str]) -> list[str]:
    """As a reply quotes."""
    return [f"> {line}" if line else ">" for line in lines]


def in_quotation(lines: Sequence[str]) -> list[str]:
    """Filled in inside the quotation, a sample below it."""
    return [
        "お世話になっております。以下に記入いたしました。",
        "",
        "2026年2月9日(月) 10:41 研究協議会事務局 <shien@example.jp>:",
        *quoted((*ANNOUNCED, *lines, *SAMPLE)),
    ]


def in_quotation_sample_first(lines: Sequence[str]) -> list[str]:
    """Filled in inside the quotation, the sample above."""
    return [
        "記入しましたので返信します。",
        "",
        "On 2026/02/09 10:41, 研究協議会事務局 wrote:",
        *quoted(
            (
                *ANNOUNCED,
                *SAMPLE,
                "----------------------------",
                "",
                "▼こちらにご記入ください",
                *lines,
            )
        ),
    ]


def twice_quoted(lines: Sequence[str]) -> list[str]:
    """A colleague's filled-in quotation, passed on."""
    return [
        "よろしくお願いします。",
        "",
        "2026/02/09 10:41、総務課 <soumu@example.jp>のメール:",
        *quoted(["記入しました。", *quoted(("ご記入ください。", *lines))]),
    ]


def above_our_mail(lines: Sequence[str]) -> list[str]:
    """Written anew above, the empty form and the sample below."""
    return [
        "お世話になります。参加を申し込みます。",
        "",
        *lines,
        "",
        "-----Original Message-----",
        "From: 研究協議会事務局 <shien@example.jp>",
        "Sent: Monday, February 9, 2026 10:41 AM",
        "To: 各位",
        "Subject: 研究協議会のご案内",
        "",
        *ANNOUNCED,
        *BLANK,
        *SAMPLE,
    ]


def above_outlook_block(lines: Sequence[str]) -> list[str]:
    """The same, with the Japanese header block and no marks."""
    return [
        "標記の件、申し込みます。",
        "",
        *lines,
        "",
        "________________________________",
        "差出人: 研究協議会事務局 <shien@example.jp>",
        "送信日時: 2026年2月9日 10:41",
        "宛先: 各位",
        "件名: 研究協議会のご案内",
        "",
        *ANNOUNCED,
        *BLANK,
        *SAMPLE,
    ]


def forwarded_outlook(lines: Sequence[str]) -> list[str]:
    """A clerk passes a colleague's application on."""
    return [
        "事務局　御中",
        "",
        "当課職員の申込みを転送いたします。",
        "",
        "差出人: 職員 <staff@example.jp>",
        "送信日時: 2026年2月9日月曜日 10:41",
        "宛先: 総務課 <soumu@example.jp>",
        "件名: 研究協議会申込",
        "",
        "申し込みをお願いします。",
        *lines,
    ]


def forwarded_gmail(lines: Sequence[str]) -> list[str]:
    """The same from Gmail."""
    return [
        "転送します。ご確認ください。",
        "",
        "---------- Forwarded message ---------",
        "From: 職員 <staff@example.jp>",
        "Date: 2026年2月9日(月) 10:41",
        "Subject: 研究協議会申込",
        "To: 総務課 <soumu@example.jp>",
        "",
        "",
        *lines,
    ]


def forwarded_apple(lines: Sequence[str]) -> list[str]:
    """The same from an Apple device."""
    return [
        "iPhoneから送信",
        "",
        "転送されたメッセージ:",
        "",
        *quoted(
            (
                "差出人: 職員 <staff@example.jp>",
                "日時: 2026年2月9日 10:41:00 JST",
                "宛先: 総務課 <soumu@example.jp>",
                "件名: 研究協議会申込",
                "",
                *lines,
            )
        ),
    ]


def beside_sample(lines: Sequence[str]) -> list[str]:
    """A form that kept its sample."""
    return [
        "参加申込書",
        "",
        *SAMPLE,
        "----------------------------",
        "",
        "【申込内容】",
        "",
        *lines,
    ]


def sample_after(lines: Sequence[str]) -> list[str]:
    """A form that kept its sample below."""
    return ["参加申込書", "", *lines, "", "＜記入例＞", *SAMPLE[2:]]


WRAPS: dict[str, Wrap] = {
    "in-quotation": in_quotation,
    "in-quotation-sample-first": in_quotation_sample_first,
    "twice-quoted": twice_quoted,
    "above-our-mail": above_our_mail,
    "above-outlook-block": above_outlook_block,
    "forwarded-outlook": forwarded_outlook,
    "forwarded-gmail": forwarded_gmail,
    "forwarded-apple": forwarded_apple,
    "beside-sample": beside_sample,
    "sample-after": sample_after,
}
FORWARDED = frozenset({"forwarded-outlook", "forwarded-gmail", "forwarded-apple"})
