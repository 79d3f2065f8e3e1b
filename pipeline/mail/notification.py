"""What a web form's robot sends: the applicant's words in a machine's mail.

Law of this file: the robot is never answered.  The applicant is whom Reply-To names, or 差出人 in
the text, or the address in the form, and only one of them; they are answered although a machine
wrote, when the mail clearly is such a notification, bears a whole form, and shows no sign of a
loop: no answer to anything, no automatic reply, no list, no null sender.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.mail.addresses import address_of
from pipeline.mail.classify import Nature, Verdict, takes_no_answer
from pipeline.mail.incoming import IncomingMail

_SENT: Final = re.compile(
    r"フォーム(?:から|より|に|で)[^\n。]{0,20}(?:送信|回答|申し?込み?|お?問い?合わ?せ|入力|登録|"
    r"投稿|受け?付)|"
    r"(?:以下|下記)の(?:内容|とおり|通り)(?:で|の|が)?[^\n。]{0,14}(?:送信|回答|申し?込み?|登録|"
    r"入力|投稿)(?:されま|があり|がござ|を受け|いただ)|"
    r"新しい(?:回答|申し?込み?|エントリー|お?問い?合わ?せ)(?:が|を)|フォームメーラー|formmailer|"
    r"form\s?mailer|formrun|formbridge|"
    r"googleフォーム|google\s?forms?|contact form|wpforms|回答を?受け付け(?:ました|まし)",
    re.IGNORECASE,
)
_TECHNICAL: Final = re.compile(
    r"^[\s■●・\[【]*(?:タイムスタンプ|送信日時|回答日時|受信日時|登録日時|投稿日時|ipアドレス|ip|"
    r"remote[_ ]?addr|ホスト名?|remote[_ ]?host|"
    r"ユーザー?エージェント|user[-_ ]?agent|ブラウザー?|送信元url|送信元ページ|受付id|"
    r"回答id)[\s\]】]*[:：=\t\n]",
    re.IGNORECASE | re.MULTILINE,
)
_ROBOT: Final = re.compile(
    r"wordpress|wp|web-?master|www(?:-data)?|apache|nobody|form(?:s|mail|mailer|run)?|.*form.*|"
    r"mailer|autoreply|"
    r"(?:.*[-_.+])?(?:no|do-?not)[-_.]?reply.*|notif(?:y|ication)s?|system|cgi|info",
    re.IGNORECASE,
)
_FROM_LINE: Final = re.compile(
    r"^[\s■●・\[【]*(?:差出人|送信者|"
    r"from)[\s\]】]*[:：][^\n<＜]{0,60}[<＜]?\s*([^\s<>＜＞]+[@＠][^\s<>＜＞]+)",
    re.IGNORECASE | re.MULTILINE,
)
_HINTS: Final = (
    "フォーム", "日時", "タイムスタンプ", "差出人", "送信", "回答", "内容", "新しい", "エントリー",
    "エージェント",
    "ブラウザ", "ホスト", "form", "Form", "FORM", "From", "IP", "HOST", "Host", "Agent", "agent",
)  # fmt: skip
"""Without any of these nothing of a web form stands in a text."""
_HARMLESS: Final = frozenset({
    "Auto-Submitted", "from an address that takes no answer", "subject of an automatic mail",
})  # fmt: skip
"""Signs of a machine that a form's notification may show."""
_LOOKED_AT: Final = 20_000


def is_notification(mail: IncomingMail) -> bool:
    """Whether the mail says of itself that a web form sent it."""
    if mail.in_reply_to or mail.references:
        return False
    text = mail.text[:_LOOKED_AT]
    if not any(map(text.__contains__, _HINTS)):
        return False
    robot = _is_robot(mail)
    spoken = _SENT.search(f"{mail.subject}\n{text}") is not None
    technical = _TECHNICAL.search(text) is not None
    elsewhere = _named_sender(text) not in {"", mail.author.address.lower()}
    return (spoken or technical or elsewhere) and (robot or technical or (spoken and elsewhere))


def _is_robot(mail: IncomingMail) -> bool:
    """Whether the sender's address is one that programs have."""
    return _ROBOT.fullmatch(mail.author.address.partition("@")[0]) is not None


def may_be_answered(mail: IncomingMail, written_by: Verdict) -> bool:
    """Whether nothing but a form's own machine marks stands against an answer."""
    if written_by.nature is Nature.PERSON:
        return written_by.answer
    if written_by.nature is not Nature.AUTOMATIC:
        return False
    submitted = mail.field_text(b"auto-submitted").lower()
    if submitted and not submitted.startswith(("auto-generated", "auto-notified")):
        return False
    return written_by.signs != () and _HARMLESS.issuperset(written_by.signs)


def applicant(mail: IncomingMail, candidates: tuple[str, ...]) -> str:
    """The one who filled in the form; "" when nobody or more than one is named.

    `candidates` are the addresses in the form.
    """
    robot = mail.author.address.lower()
    if robot in map(str.lower, candidates) and not _is_robot(mail):
        robot = ""  # the form's program wrote in the applicant's own name
    reply_to = {m.address for m in mail.reply_to if m.address.lower() != robot}
    for named in (reply_to, {_named_sender(mail.text[:_LOOKED_AT])}, set(candidates)):
        named -= {"", robot}
        if len(named) == 1:
            address = named.pop()
            return "" if takes_no_answer(address) else address
        if named:
            return ""
    return ""


def _named_sender(text: str) -> str:
    """The address in a line 差出人: 名 <address>; "" when there is none."""
    found = _FROM_LINE.search(text)
    return address_of(found[1]).lower() if found is not None else ""


def without_technical(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines that a person wrote: without what the form's program adds."""
    return tuple(
        line
        for line in lines
        if not (_ADDED.match(line) or _TECHNICAL.match(line) or _SENT.search(line))
    )


_ADDED: Final = re.compile(
    r"[\s■●・\[【]*(?:差出人|送信者|from|題名|件名|subject|メッセージ本文|本文|"
    r"message)[\s\]】]*[:：]|"
    r"このメールは.{0,80}(?:送信|自動)",
    re.IGNORECASE,
)
"""Lines of Contact Form 7 and its like around a message; what follows 本文 stands below it."""
