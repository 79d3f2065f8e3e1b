"""What states, events, reasons and letters are called when a person reads them.

Law of this file: words only, one for each value of the domain; a test says that none is missing.
English, with the office's Japanese word where one is in use.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.domain.application import State
from pipeline.domain.decision import Reason

STATE_TEXT: Mapping[State, str] = {
    State.UNCONFIRMED: "not confirmed by mail",
    State.INCOMPLETE: "incomplete",
    State.AWAITING_PAYMENT: "awaiting payment",
    State.WAITLISTED: "on the waitlist",
    State.PAID: "paid",
    State.ADMITTED: "admitted",
    State.DECLINED: "declined",
    State.WITHDRAWN: "withdrawn",
    State.CANCELLED: "cancelled",
    State.EXPIRED: "expired",
}
STATE_WORD: Mapping[State, str] = {
    State.UNCONFIRMED: "返信確認待ち",
    State.INCOMPLETE: "記入不備",
    State.AWAITING_PAYMENT: "入金待ち",
    State.WAITLISTED: "キャンセル待ち",
    State.PAID: "入金済み",
    State.ADMITTED: "ID送付済み",
    State.DECLINED: "お断り",
    State.WITHDRAWN: "辞退",
    State.CANCELLED: "取消",
    State.EXPIRED: "期限切れ",
}
"""The office's word for each state."""

REASON_TEXT: Mapping[Reason, str] = {
    # a form
    Reason.ACCEPTED: "complete and in time: seats given, payment instructions sent (振込のご案内)",
    Reason.INCOMPLETE: "something is missing or unclear: seats kept, a correction asked for",
    Reason.COMPLETED: "the correction made it complete: payment instructions sent",
    Reason.STILL_INCOMPLETE: "the correction still lacks something: asked for again",
    Reason.WAITLISTED: "no seat is free: put on the waitlist (キャンセル待ち), told not to pay",
    Reason.GROUP_DOES_NOT_FIT: "fewer seats are free than the group needs: it waits as a whole",
    Reason.NOT_OPEN_YET: "arrived before applications open (受付開始前)",
    Reason.CLOSED_FULL: "all seats are taken, and there is no waitlist (満席)",
    Reason.CLOSED_LATE: "arrived after the deadline (締切後)",
    Reason.HANDLED_AFTER_CLOSING: "arrived in time, handled after the deadline: a person decides",
    Reason.CORRECTION_AFTER_CLOSING: "a correction arrived after closing: a person decides",
    Reason.ALREADY_REGISTERED: "registered already (受付済み): told so again",
    Reason.UNLISTED_KIND: "a kind of applicant that the announcement does not name: held (対象外?)",
    Reason.NEEDS_REVIEW: "our own reading of the mail is not to be trusted: held for a look",
    Reason.TOO_MANY_SEATS: "too many seats for one sender: held without seats",
    Reason.NO_REFERENCE_LEFT: "no reference number (受付番号) is left: a person must act",
    Reason.ADDED_PARTICIPANT: "a form names somebody new in an existing application",
    Reason.ASKED_TO_CONFIRM: "nothing proves the sender: asked to confirm it by mail, no seat yet",
    Reason.TO_BE_ASKED: "nothing proves the sender: no seat yet, asked when such letters may leave",
    Reason.STILL_UNCONFIRMED: "nothing proves this mail either: still unconfirmed, no letter",
    Reason.CONFIRMED: "confirmed by mail: seats given, payment instructions sent (振込のご案内)",
    Reason.CONFIRMED_WHILE_HELD: "confirmed by mail while it is held: a person decides",
    Reason.DISOWNED: "its address knows nothing of it (心当たりなし): over, nobody is written to",
    Reason.CONFIRMED_TOO_LATE: "confirmed by mail after its time: a person decides",
    # other mail
    Reason.WITHDRAWN: "withdrawn (辞退): the seats are free again",
    Reason.PARTICIPANT_WITHDRAWN: "some participants withdrawn (一部辞退): those seats are free",
    Reason.WITHDRAWAL_EXPLAINED: "wants to withdraw after payment: told that nothing is refunded",
    Reason.WITHDRAWAL_UNAUTHENTICATED: "wants to withdraw: asked to confirm it by mail first",
    Reason.ACCESS_RESENT: "asked for ID and password: sent again to the registered addresses",
    Reason.ACCESS_RESENT_TODAY: "asked for ID and password again within the day: nothing sent",
    Reason.ACCESS_NOT_PAID: "asked for ID and password, but has not paid (未入金)",
    Reason.ACCESS_NOT_OPEN: "access is not open yet: nothing secret was sent",
    Reason.ACCESS_ENDED: "asked for ID and password, but the on-demand time is over (配信終了)",
    Reason.PAYMENT_REPORT_NOTED: "says that the fee is paid: noted; only the bank's word counts",
    Reason.TO_A_PERSON: "a person must read it; the sender was told so",
    Reason.ACKNOWLEDGED: "thanks: nothing to answer",
    Reason.NOT_ANSWERED: "a mail that gets no answer (automatic, a list, unrelated)",
    Reason.CLOSED_STAYS_CLOSED: "the application is closed, and no mail opens it again",
    Reason.EVENT_OVER: "the event is over (終了)",
    Reason.BOUNCED: "a letter came back for good (不達): nothing more is sent to that address",
    Reason.BOUNCED_TEMPORARILY: "a letter is delayed: it may still arrive",
    # time
    Reason.REMINDED: "its time had come: reminder sent",
    Reason.REMINDER_SUPERSEDED: "a later reminder was due as well: only that one is sent",
    Reason.REMINDER_POINTLESS: "the reminder had lost its sense: nothing sent",
    Reason.REMINDER_TOO_SOON: "too soon after another letter about payment: nothing sent",
    Reason.REMINDER_NOT_WELCOME: "payment reported or an invoice asked for: no reminder meanwhile",
    Reason.REMINDER_HELD: "the application is held: no reminder meanwhile (保留中)",
    Reason.LAPSED: "the last day for a correction is over: expired, seats free again",
    Reason.NEVER_ASKED: "a flood kept it from being asked before closing: over, a person looks",
    Reason.NEVER_CONFIRMED: "nobody confirmed it by mail in time: over, and nobody is told",
    Reason.EXPIRED: "not paid in time by the bank's word: expired (期限切れ), seats free again",
    Reason.ASKED_ANEW: "our letter left late: its days count from then, and a letter says so",
    Reason.NOT_EXPIRED_YET: "may not expire yet: the bank's word is missing, or money is here",
    Reason.WAITLIST_ENDED: "the waitlist has ended (キャンセル待ち終了)",
    Reason.ACCESS_SENT: "access is open: ID and password sent (ID・パスワード送付)",
    # bank
    Reason.PAID: "paid in full (入金確認); access follows when it opens",
    Reason.PAID_AND_ADMITTED: "paid in full (入金確認): ID and password sent at once",
    Reason.PAID_SHORT: "part of the fee arrived (入金不足): the rest was asked for",
    Reason.PAID_OVER: "more than the fee arrived (過入金): paid, a person decides about the rest",
    Reason.PAID_TWICE: "money arrived once more (二重入金): a person decides",
    Reason.PAID_LATE: "money dated after the pay-by day (期限後入金): seats kept, a person decides",
    Reason.PAID_WHEN_CLOSED: "money arrived for a closed application: a person decides",
    Reason.PAID_AND_REOPENED: "the bank's date was in time: reopened into free seats, and paid",
    Reason.PAID_BEFORE_COMPLETE: "money arrived before the application is complete: kept for it",
    Reason.PAID_WITHOUT_SEAT: "money arrived from one who has no seat: a person decides",
    Reason.MONEY_UNDECIDED: "more money than owed names it (過入金): unpaid until a person decides",
    Reason.MONEY_REVERSED: "money was taken back (取消・返金): credited no longer",
    Reason.UNPAID_AGAIN: "the money it was paid with was taken back (入金取消): unpaid again",
    Reason.PAYMENT_EXPECTED: "a payment is announced (入金速報) and not here yet: no reminders",
    Reason.MONEY_ACCEPTED: "money accepted as it is by the office (事務局承認)",
    # operators and consequences
    Reason.HELD: "held by the office (保留): letters wait",
    Reason.RELEASED: "released by the office (保留解除): waiting letters may leave",
    Reason.ACCEPTED_BY_OPERATOR: "accepted by the office (事務局承認)",
    Reason.REOPENED: "opened again by the office (受付再開)",
    Reason.NO_FREE_SEAT: "not enough seats are free: nothing changed (空席なし)",
    Reason.DECLINED: "declined by the office (お断り)",
    Reason.EXTENDED: "longer to pay, given by the office (支払期限延長)",
    Reason.CANCELLED: "taken back by the office (事務局取消)",
    Reason.RESENT: "the letter of the present state sent again (再送)",
    Reason.OFFERED: "a seat became free: offered from the waitlist (繰り上げ)",
    Reason.OFFERS_STOPPED: "a seat is free, but offers have stopped: only the office offers now",
    Reason.LETTER_FAILED: "the receiving server refused the address for good (送信不能)",
    # what the table does not know
    Reason.NOT_EXPECTED: "does not fit the present state: nothing changed",
}

EVENT_TEXT: Mapping[str, str] = {
    "Applied": "application form 申込",
    "Confirmed": "answer that confirms 確認の返信",
    "Disowned": "answer that disowns 心当たりなし",
    "WithdrawalRequested": "withdrawal asked for 辞退希望",
    "AccessRequested": "ID/password asked for",
    "PaymentReported": "payment reported 振込連絡",
    "DocumentRequested": "document asked for 書類依頼",
    "ChangeRequested": "change asked for 変更希望",
    "QuestionAsked": "question 質問",
    "Acknowledged": "thanks お礼",
    "Unanswerable": "mail without answer",
    "Bounced": "letter came back 不達",
    "ReminderDue": "reminder due リマインド",
    "CorrectionLapsed": "correction day over",
    "ConfirmationDue": "its turn to be asked for a confirmation",
    "ConfirmationLapsed": "confirmation day over",
    "PaymentLapsed": "pay-by day over 支払期限",
    "WaitlistEnded": "waitlist ended",
    "AccessDue": "access due ID送付",
    "MoneyArrived": "money arrived 入金",
    "MoneyReversed": "money taken back 入金取消",
    "MoneyUndecided": "more money than owed 過入金",
    "PaymentExpected": "payment announced 入金速報",
    "MoneyAccepted": "money accepted by office 入金承認",
    "Held": "held 保留",
    "Released": "released 保留解除",
    "Accepted": "accepted by office 承認",
    "Declined": "declined by office お断り",
    "Extended": "longer to pay 期限延長",
    "WithdrawnByOperator": "withdrawn by office 辞退処理",
    "Cancelled": "cancelled by office 取消",
    "Resent": "letter sent again 再送",
    "SeatBecameFree": "a seat became free 空席",
    "LetterFailed": "letter failed 送信不能",
}
"""Names of the domain's event classes."""

ACT_TEXT: Mapping[str, str] = {
    "LetterHeld": "letter held 送信保留",
    "LetterReleased": "letter released 送信保留解除",
    "LetterRetried": "letter tried again 再送信",
    "LetterDropped": "letter dropped 送信中止",
    "MailReplayed": "mail read again 再処理",
    "MailDiscarded": "mail discarded 破棄",
    "PaymentsCovered": "bank's word 入金確認済みの日付",
    "AccessPostponed": "access postponed 配信延期",
    "AccessRotated": "new ID/password パスワード変更",
    "SendingStopped": "sending stopped 送信停止",
    "SendingResumed": "sending resumed 送信再開",
    "PersonalDataForgotten": "personal data forgotten 個人情報消去",
}
"""What the journal calls an operator's acts beside the door."""
_BY_HAND = "operator"


def reason_text(value: str) -> str:
    """A stored reason in words; itself when an older version knew it and this one does not."""
    if value == _BY_HAND:
        return "done by the office (事務局)"
    try:
        return REASON_TEXT[Reason(value)]
    except ValueError:
        return value


def event_text(name: str) -> str:
    """A stored event's or act's name in words; itself when nobody knows it any more."""
    return EVENT_TEXT.get(name) or ACT_TEXT.get(name, name)
