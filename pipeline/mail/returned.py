"""Returned mail and its kin: delivery reports, complaints, receipts for reading.

Law of this file: a report by its type counts at once.  Prose counts only beside a sign that a
mail server wrote it, because people quote such prose when they ask for help.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.mail.automatic import says_it_is_automatic, tells_automatic
from pipeline.mail.dsn import STATUS_TYPES, is_only_good_news
from pipeline.mail.incoming import IncomingMail
from pipeline.mail.nature import Nature, Verdict

_MACHINES: Final = re.compile(
    r"mailer[-_]?daemon|postmaster|mail[-_. ]?(?:delivery|admin|system)\S*|mdaemon|courier|"
    r"bounces?(?:[-+_].*)?",
    re.IGNORECASE,
)
_RETURNED: Final = re.compile(
    r"undeliver|returned mail|return(?:ed)? to sender|failure notice|nondelivery|rejected mail|"
    r"delivery (?:status|fail|has failed|error|problem|notif)|fail(?:ed|ure) (?:delivery|mail)|"
    r"mail (?:delivery|system error)|non[- ]?delivery|message (?:status|delivery)|"
    r"could ?n.t be delivered|cannot be delivered|are not member|not a member|"
    r"配信不能|配信エラー|配信できません|送信できません|送信エラー|未配信|不達|エラーメール|宛先不明|"
    r"配送(?:不能|エラー|失敗|できません)|配信失敗|送信失敗|リターンメール"
)
_KEYS: Final = (
    "deliver", "return", "failure", "reject", "mail ", "message", "member", "配信", "配送", "送信",
    "不達", "エラー", "宛先", "リターン",
)  # fmt: skip
"""One of these stands in every such subject, and in few others: they are found far sooner."""
_REFUSED: Final = re.compile(
    r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])|(?<!\d)[45]5\d[ -]|"
    r"user unknown|unknown user|no such user|does(?: not|n't) exist|undeliver|"
    r"could not be delivered|not delivered|delivery failed|host unknown|"
    r"mailbox (?:full|unavailable|not found)|over quota|not a member of this mailing list|"
    r"存在しません|宛先が見つかり|配信できません|エラーのため送信できません|配送できません|届けることができません",
    re.IGNORECASE,
)
_NOTIFICATION: Final = re.compile(
    r'(?:notification|event)Type\\?"\s*:\s*\\?"(Bounce|Complaint|DeliveryDelay)'
)
"""As Amazon SES reports it, in JSON."""
_JSON: Final = (b"{", b"eyJ", b"ewog", b"ewoJ", b"ew0K")
"""How JSON begins, also in base64."""
_ANSWER_OR_FORWARD: Final = re.compile(
    r"\s*(?:re|fwd?|aw|sv|wg|返信|転送)\s*[:：\]】]", re.IGNORECASE
)
_PERSON: Final = re.compile(
    r"お世話になっ|お世話様|いたします|致します|でしょうか|ますか|ですか|いただけ|頂け|よろしく|宜しく"
)
"""What no mail server says."""
_LOOKED_AT: Final = 20_000
"""Characters of a body in which signs of a machine are looked for."""


def about_returned_mail(mail: IncomingMail) -> bool:
    """Whether the subject speaks of returned mail."""
    title = mail.title
    return any(map(title.__contains__, _KEYS)) and _RETURNED.search(title) is not None


def returned(mail: IncomingMail, *, null_path: bool) -> Verdict | None:
    """Whether a mail server, and not a person, sent this about another mail."""
    if mail.content.value.startswith("multipart/"):
        reported = _reported(mail)
        if reported is not None:
            return reported
    if b"x-failed-recipients" in mail.header.fields:
        return Verdict(Nature.BOUNCE, "X-Failed-Recipients")
    if _maybe_json(mail) and (found := _NOTIFICATION.search(mail.text[:_LOOKED_AT])) is not None:
        nature = Nature.FEEDBACK if found[1] == "Complaint" else Nature.BOUNCE
        return Verdict(nature, f"a notification of a sending service: {found[1]}")
    if _from_machine(mail):
        return Verdict(Nature.BOUNCE, "from a mail server")
    titled = about_returned_mail(mail) and _ANSWER_OR_FORWARD.match(mail.title) is None
    if titled or null_path:
        return _by_words(mail, titled=titled)
    return None


def _reported(mail: IncomingMail) -> Verdict | None:
    report = mail.content.text("report-type").lower()
    types = {p.content_type for p in mail.parts}
    if report == "feedback-report" or "message/feedback-report" in types:
        return Verdict(Nature.FEEDBACK, "a feedback report (RFC 5965)")
    if report == "disposition-notification" or "message/disposition-notification" in types:
        return Verdict(Nature.AUTOMATIC, "a receipt for reading (RFC 8098)")
    if types & STATUS_TYPES or report == "delivery-status":
        if is_only_good_news(mail):
            return Verdict(Nature.AUTOMATIC, "a delivery status that says nothing failed")
        return Verdict(Nature.BOUNCE, "a delivery status (RFC 3464)")
    return None


def _from_machine(mail: IncomingMail) -> bool:
    """From a mail server; some of them give a name and no address."""
    return any(
        _MACHINES.fullmatch(a.address.partition("@")[0] or a.name) is not None for a in mail.authors
    )


def _maybe_json(mail: IncomingMail) -> bool:
    start = mail.header.end
    return mail.raw[start : start + 64].lstrip().startswith(_JSON)


def _by_words(mail: IncomingMail, *, titled: bool) -> Verdict | None:
    text = mail.text[:_LOOKED_AT]
    if _REFUSED.search(text) is None:
        return None
    if not titled:
        # Who is absent answers to a null path too, and may name an extension 550.
        other = tells_automatic(mail.title) or says_it_is_automatic(text) != ""
    else:
        other = _PERSON.search(text) is not None
    return None if other else Verdict(Nature.BOUNCE, "says that a letter was not delivered")
