"""Character sets and headers, as they really arrive."""

from __future__ import annotations

from tests.mail.reading.case import Handmade, but, lines
from tests.mail.reading.letters import FORM, LINES, jis, mail, text, word, word_of

JIS = b"text/plain; charset=ISO-2022-JP"

# ---------------------------------------------------------------- bytes

ENCODINGS = (
    Handmade("01-utf8-base64", mail(text(*LINES), encoding=b"base64"), people=(FORM,)),
    Handmade(
        "02-jis", mail(jis("\n".join(LINES)), content_type=JIS, encoding=b"7bit"), people=(FORM,)
    ),
    Handmade(
        "03-jis-circled-digits-and-kabu",
        mail(
            jis("\n".join(f"①{line}" for line in lines(l2="ご所属：㈱はなみずき"))),
            content_type=JIS,
            encoding=b"7bit",
        ),
        people=(but(organization="㈱はなみずき"),),
    ),
    Handmade(
        "04-jis-windows-kanji",
        mail(jis("\n".join(lines(l0="氏名：髙﨑　花子"))), content_type=JIS, encoding=b"7bit"),
        people=(but(name="髙﨑 花子"),),
    ),
    Handmade(
        "05-jis-java-kanji",
        mail(
            jis("氏名：").removesuffix(b"\x1b(B")
            + b"\x1b$(D\x74\x29\x73\x49\x1b(B "
            + jis("\n".join(("花子", *LINES[1:]))),
            content_type=JIS,
            encoding=b"7bit",
        ),
        people=(but(name="髙﨑 花子"),),
    ),
    Handmade(
        "06-jis-half-width-kana",
        mail(
            jis("\n".join((*LINES[:1], *LINES[2:4], *LINES[5:])))
            + b"\n\x1b(ILX6^E\x1b(B: \x1b(IOA@^\x1b(B \x1b(IJE:\x1b(B\n"
            b"\x1b(IR0Y\x1b(B: machida@example.jp\n",
            content_type=JIS,
            encoding=b"7bit",
        ),
        people=(but(name_kana="マチダ ハナコ"),),
    ),
    Handmade(
        "07-jis-kana-by-shift-out",
        mail(
            jis("\n".join((LINES[0], *LINES[2:]))) + b"\n\x0eLX6^E\x0f: \x0eOA@^\x0f \x0eJE:\x0f\n",
            content_type=JIS,
            encoding=b"7bit",
        ),
        people=(FORM,),
    ),
    Handmade(
        "08-jis-never-back-to-ascii",
        mail(
            b"\n".join(jis(line).removesuffix(b"\x1b(B") for line in LINES),
            content_type=b"text/plain; charset=us-ascii",
            encoding=b"7bit",
        ),
        people=(FORM,),
    ),
    Handmade(
        "09-jis-without-its-escapes",
        mail(jis("\n".join(LINES)).replace(b"\x1b", b""), content_type=JIS, encoding=b"7bit"),
        kind="application_needs_review",
        people=(FORM,),
        more={"problems": ["the character set was guessed"]},
    ),
    Handmade(
        "10-shift-jis-with-windows-kanji",
        mail(
            "\n".join(lines(l0="氏名：髙﨑　花子", l2="ご所属：㈱はなみずき①")).encode("cp932"),
            content_type=b"text/plain; charset=Shift_JIS",
        ),
        people=(but(name="髙﨑 花子", organization="㈱はなみずき①"),),
    ),
    Handmade(
        "11-shift-jis-without-a-label",
        mail("\n".join(LINES).encode("cp932"), content_type=b"text/plain"),
        people=(FORM,),
    ),
    Handmade(
        "12-euc-jp-with-kabu",
        mail(
            "\n".join(LINES[:2]).encode("euc_jp")
            + b"\n"
            + "ご所属：".encode("euc_jp")
            + b"\xad\xeaABC\n"
            + "\n".join(LINES[3:]).encode("euc_jp"),
            content_type=b"text/plain; charset=x-euc-jp",
        ),
        people=(but(organization="㈱ABC"),),
    ),
    Handmade(
        "13-utf8-with-a-mark-and-no-label",
        mail(b"\xef\xbb\xbf" + text(*LINES), content_type=b"text/plain"),
        people=(FORM,),
    ),
    Handmade(
        "14-gb2312-label",
        mail("\n".join(LINES).encode("gb18030"), content_type=b"text/plain; charset=gb2312"),
        people=(FORM,),
    ),
    Handmade(
        "15-a-name-that-cannot-be-read",
        mail(
            jis("お名前：町田　").removesuffix(b"\x1b(B")
            + b"\x29\x21\x1b(B\n"
            + jis("\n".join(LINES[1:])),
            content_type=JIS,
            encoding=b"7bit",
        ),
        kind="application_needs_review",
        people=(but(name="町田 \ufffd"),),
        more={"problems": ["characters of an answer could not be read"]},
    ),
    Handmade(
        "16-rare-forms-of-a-name-are-kept",
        mail(text(*lines(l0="お名前：\ufa19\u3000\u3000𠮷\u00a0子　様"))),
        people=(but(name="\ufa19 𠮷 子"),),
    ),
)

# ---------------------------------------------------------------- headers

_CUT = jis("町田 花子").replace(b"\x1b(B \x1b$B", b"!!")
HEADERS = (
    Handmade(
        "20-words-cut-inside-a-character",
        mail(
            text(*LINES),
            sender=b'"'
            + word_of(_CUT[:6], "iso-2022-jp")
            + b" "
            + word_of(_CUT[6:], "iso-2022-jp")
            + b'" <machida@example.jp>',
        ),
        people=(FORM,),
        more={"sender": {"name": "町田　花子", "address": "machida@example.jp"}},
    ),
    Handmade(
        "21-raw-jis-in-from",
        mail(text(*LINES), sender=jis("町田＠花子") + b" <machida@example.jp>"),
        people=(FORM,),
        more={"sender": {"name": "町田＠花子", "address": "machida@example.jp"}},
    ),
    Handmade(
        "22-raw-shift-jis-in-from-and-subject",
        mail(
            text(*LINES),
            sender="表町 花子".encode("cp932") + b" <machida@example.jp>",
            subject="参加申込".encode("cp932"),
        ),
        people=(FORM,),
        more={
            "sender": {"name": "表町 花子", "address": "machida@example.jp"},
            "subject": "参加申込",
        },
    ),
    Handmade(
        "23-an-old-telephone-address",
        mail(
            text(*lines(l4="")),
            sender=word("町田") + b' <"hana..machida."@mobile.example.jp>',
        ),
        people=(but(email="hana..machida.@mobile.example.jp"),),
        more={"reply_to": "hana..machida.@mobile.example.jp"},
    ),
    Handmade(
        "24-an-answer-goes-to-reply-to",
        mail(text(*LINES), extra=(b"Reply-To: " + word("総務") + b" <soumu@example.jp>",)),
        people=(FORM,),
        more={"reply_to": "soumu@example.jp"},
    ),
    Handmade(
        "25-no-answer-is-wanted",
        mail(text(*LINES), extra=(b"X-Auto-Response-Suppress: OOF, AutoReply",)),
        answer=False,
        people=(FORM,),
    ),
)
