"""What each applicant does in the season, as stories.

Law of this file: a story says what somebody does, never what should come of it; that is judged by
the checker from the promises alone, so that the same stories can be played with any number of
seats.  `02-05 09:30` is 5 February 2026, half past nine in Tokyo; reading this file from top to
bottom tells the season about in its order.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.rehearsal.cast import UNLISTED
from pipeline.rehearsal.steps import (
    Step,
    applies,
    asks_for_password,
    confirms_withdrawal,
    corrects,
    judged,
    office,
    pays,
    responds,
    taken_back,
    withdraws,
    writes,
)

THANKS = "承知いたしました。ありがとうございました。"
RECEIPT = "参加費の領収書を発行していただけますでしょうか。"
QUESTION = "動画の資料は印刷できますか。教えてください。"
CHANGE = "都合により、同じ課の者が代わりに参加したく存じます。変更をお願いします。"
PAID = "本日、参加費を振り込みました。"
INVOICE = "公費で支払いますので、請求書の発行をお願いいたします。"
NEXT_YEAR = "来年度の開催予定を教えてください。"
BY_ITSELF = "自動応答: 休暇中です"
AWAY = "ご連絡の件"
LATER = "ご連絡を拝見しました。追って担当の者からお返事を差し上げます。"


@dataclass(frozen=True, slots=True)
class Story:
    """One applicant's way through the season."""

    name: str
    steps: tuple[Step, ...]
    people: int = 1
    local: str = ""
    """What the local part of the address begins with; the sandbox knows magic words there."""


def _early(name: str, applied: str, paid: str, **more: str) -> Story:
    return Story(name, (applies(applied), pays(paid)), local=more.get("local", ""))


STORIES: tuple[Story, ...] = (
    # -------------------------------------------------- before and at the opening
    Story("too early, then again", (
        applies("02-01 10:00"), applies("02-02 09:10"), pays("02-05 11:00"))),
    Story("one second too early", (applies("02-01 23:59:59"),)),
    Story("the first second", (applies("02-02 00:00"), pays("02-03 15:00"))),
    # -------------------------------------------------- complete, and paid early
    _early("early 1", "02-02 08:55", "02-04 10:00"),
    _early("early 2", "02-02 09:00", "02-04 10:01"),
    _early("early 3", "02-02 09:30", "02-05 10:00"),
    _early("early 4", "02-02 10:05", "02-06 10:00"),
    _early("early 5", "02-02 13:20", "02-06 10:01"),
    _early("early 6", "02-03 08:40", "02-06 10:02"),
    _early("early 7", "02-03 11:15", "02-09 10:00"),
    _early("early 8", "02-03 16:50", "02-09 10:01"),
    _early("early 9", "02-03 23:30", "02-10 10:00"),
    _early("grey-listed", "02-02 14:00", "02-09 10:02", local="later."),
    Story("asks for the password too early", (
        applies("02-02 15:10"), pays("02-06 10:03"), asks_for_password("02-20 09:15"))),
    Story("asks for the password twice a day", (
        applies("02-02 16:20"), pays("02-06 10:04"),
        asks_for_password("03-03 10:00"), asks_for_password("03-03 15:00"),
        asks_for_password("04-20 10:00"), asks_for_password("05-01 09:30"))),
    Story("a stranger asks for their password", (applies("02-02 17:45"), pays("02-06 10:05"))),
    Story("asks for a receipt", (
        applies("02-03 09:20"), pays("02-10 10:01"),
        writes("02-16 13:00", "領収書のお願い", RECEIPT))),
    Story("gives thanks, and has a question", (
        applies("02-03 10:40"), writes("02-03 14:00", "", THANKS),
        pays("02-10 10:02"), writes("02-27 10:00", "視聴について", QUESTION))),
    Story("sends a colleague", (
        applies("02-03 12:10"), pays("02-10 10:03"),
        writes("03-05 10:00", "参加者の変更", CHANGE))),
    Story("three at once", (
        applies("02-02 11:00"), pays("02-10 10:04", amount=3000)), people=3),
    Story("one of three is withdrawn by telephone", (
        applies("02-04 09:30"),
        office("02-12 13:00", "withdraw", "2", "by telephone: one cannot come"),
        pays("02-16 10:00", amount=2000)), people=3),
    Story("a colleague without an address", (
        applies("02-04 12:00", lacking=((1, "email"),)), pays("02-13 10:01", amount=2000)),
        people=2),
    Story("two colleagues, one by one", (
        applies("02-04 10:00", only=0), applies("02-04 10:12", only=1),
        pays("02-12 10:00"), pays("02-12 10:01", nth=1)), people=2),
    # -------------------------------------------------- incomplete
    Story("reading forgotten", (
        applies("02-03 13:00", lacking=((0, "name_kana"),)),
        corrects("02-04 09:00"), pays("02-12 10:02"))),
    Story("corrected in two steps", (
        applies("02-04 13:30", lacking=((0, "phone"), (0, "prefecture"))),
        corrects("02-05 09:00", leaving=("prefecture",)), corrects("02-06 11:30"),
        pays("02-13 10:00"))),
    Story("a colleague's reading forgotten", (
        applies("02-05 10:20", lacking=((1, "name_kana"), (1, "phone"))),
        corrects("02-06 14:00"), pays("02-16 10:01", amount=2000)), people=2),
    Story("never corrected", (applies("02-05 15:00", lacking=((0, "phone"),)),)),
    Story("corrected after closing", (
        applies("03-12 15:00", lacking=((0, "phone"),)), corrects("03-13 09:00"))),
    # -------------------------------------------------- again, and again
    Story("the same three times", (
        applies("02-04 11:00"), applies("02-04 15:00"), applies("02-05 09:00"),
        pays("02-16 10:02"))),
    Story("delivered twice", (
        applies("02-04 14:00", copies=2), pays("02-16 10:03"))),
    # -------------------------------------------------- for a person
    Story("unlisted, and accepted", (
        applies("02-04 16:00", category=UNLISTED),
        office("02-06 15:00", "accept", "", "a student of welfare: welcome"), pays("02-16 10:04"))),
    Story("unlisted, and declined", (
        applies("02-05 09:40", category=UNLISTED),
        office("02-09 15:00", "decline", "", "wants to sell something"))),
    Story("eleven at once", (
        applies("02-06 09:00"),
        office("02-10 11:00", "decline", "", "by telephone: they come next year")), people=11),
    Story("taken back by the office", (
        applies("02-06 13:00"), office("02-09 16:00", "cancel", "", "it was meant for another"))),
    # -------------------------------------------------- withdrawn
    Story("withdrawn before payment", (
        applies("02-03 15:30"), withdraws("02-10 09:30"), confirms_withdrawal("02-10 11:00"))),
    Story("withdrawn, and pays all the same", (
        applies("02-03 15:40"), withdraws("02-10 09:40"), confirms_withdrawal("02-10 11:10"),
        pays("02-12 10:05"))),
    Story("withdrawn after payment", (
        applies("02-04 15:10"), pays("02-09 10:03"),
        withdraws("02-19 16:00"), confirms_withdrawal("02-20 09:30"))),
    Story("thinks better of withdrawing", (
        applies("02-05 13:00"), pays("02-12 10:03"), withdraws("02-18 10:00"))),
    # -------------------------------------------------- mail that comes back, or by itself
    Story("address that bounces", (applies("02-06 10:00"),), local="bounce."),
    Story("address that is refused", (applies("02-06 10:30"),), local="refuse."),
    Story("on holiday", (
        applies("02-06 11:00"), responds("02-16 00:00", "03-02 00:00", marked=True),
        pays("02-25 10:00"))),
    Story("on holiday, by subject", (
        applies("02-06 11:30"), responds("02-16 00:00", "03-02 00:00", subject=BY_ITSELF),
        pays("02-25 10:01"))),
    Story("on holiday, without a sign", (
        applies("02-06 12:00"), responds("02-16 00:00", "02-18 12:00", subject=AWAY, words=LATER),
        pays("02-27 10:00"))),
    # -------------------------------------------------- money, late and odd
    Story("after late February", (
        applies("02-09 10:00", email="second@other.test"), pays("03-04 10:00"))),
    Story("on the last day, imported later", (
        applies("02-09 11:00"), pays("03-12 14:00"))),
    Story("on the last day, and missed by the bank", (
        applies("02-09 11:30"), pays("03-12 15:00", missed=True))),
    Story("pays too much", (
        applies("02-09 12:30"), pays("02-16 10:20", amount=1500),
        judged("02-18 11:00", "accept"))),
    Story("the bank takes it back, and it comes again", (
        applies("02-09 12:40"), pays("02-12 11:00"), taken_back("02-17 10:00"),
        pays("02-19 10:00"))),
    Story("without the number", (
        applies("02-09 12:00"), pays("02-16 10:10", numbered=False),
        judged("02-18 10:00", "assign"))),
    Story("short, then the rest", (
        applies("02-09 13:00"), pays("02-18 10:00", amount=1000),
        pays("02-26 10:00", amount=1000)), people=2),
    Story("short, and no more", (
        applies("02-09 14:00"), pays("03-06 10:00", amount=1000),
        office("03-17 10:00", "decline", "", "no rest came: the money goes back")), people=2),
    Story("says to have paid", (
        applies("02-09 15:00"), writes("03-02 11:00", "振込のご報告", PAID),
        office("03-17 10:05", "decline", "", "no transfer was ever seen"))),
    Story("never pays", (applies("02-09 16:00"), asks_for_password("03-02 09:00"))),
    Story("pays twice", (
        applies("02-10 10:00"), pays("02-17 10:00"), pays("02-24 11:00"))),
    Story("dated too late, and accepted", (
        applies("02-10 11:00"), pays("03-13 09:40"),
        office("03-17 11:00", "accept", "", "the bank was closed for an hour"))),
    Story("dated too late, and declined", (
        applies("02-10 11:20"), pays("03-13 09:45"),
        office("03-17 11:30", "decline", "", "the money goes back"))),
    Story("by invoice", (
        applies("02-10 13:00"),
        writes("02-12 09:00", "請求書のお願い", INVOICE),
        office("02-13 11:00", "extend", "2026-03-31", "a town hall pays after the invoice"),
        pays("03-27 10:00"))),
    Story("by invoice, never paid", (
        applies("02-10 14:00"),
        office("02-13 11:10", "extend", "2026-03-31", "a town hall pays after the invoice"))),
    # -------------------------------------------------- the last seats, and the list
    Story("a group larger than the seats left", (applies("02-12 15:00"),), people=4),
    _early("late in February 1", "02-12 16:00", "03-03 10:01"),
    Story("offered, and pays", (applies("02-13 10:00"), pays("02-17 10:01"))),
    Story("offered, and does not pay", (applies("02-13 15:00"),)),
    Story("offered late, and pays at once", (applies("02-16 10:00"), pays("03-04 10:01"))),
    Story("leaves the list", (
        applies("02-17 10:00"), withdraws("02-25 10:00"), confirms_withdrawal("02-25 13:00"))),
    Story("waits, incomplete", (
        applies("02-18 10:00", lacking=((0, "phone"),)), corrects("02-19 10:00"))),
    Story("pays while waiting", (
        applies("02-18 14:00"), pays("02-24 11:10", unasked=True))),
    Story("waits to the end", (applies("02-19 10:00"),)),
    Story("waits, and is taken in by hand", (
        applies("02-20 10:00"),
        office("03-17 14:00", "accept", "", "a seat is free: by telephone"),
        pays("03-18 10:00"))),
    Story("comes late to the list", (applies("03-04 10:00"),)),
    # -------------------------------------------------- the doors close
    Story("the last minute", (applies("03-12 23:59:10"), pays("03-12 23:59:40", booked="03-13"))),
    Story("midnight", (applies("03-13 00:00"),)),
    Story("one minute late", (applies("03-13 00:01"),)),
    Story("a week late", (applies("03-20 11:00"),)),
    Story("after the event", (
        applies("03-27 10:00"), writes("04-03 10:00", "質問", NEXT_YEAR))),
)  # fmt: skip
