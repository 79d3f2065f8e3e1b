"""How applicants write: bytes as several mail programs make them.

Law of this file: it is the other side's pen.  Nothing of our own composer is used, so that what
comes in is not shaped by how we write.
"""

from __future__ import annotations

import base64
import html
import quopri
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from email.utils import format_datetime

from pipeline.rehearsal.cast import Applicant, Layout, Pen, Person
from pipeline.rehearsal.evidence import Letter

LABELS: Mapping[str, str] = {
    "name": "氏名",
    "name_kana": "フリガナ",
    "organization": "所属",
    "position": "役職",
    "prefecture": "都道府県",
    "email": "メールアドレス",
    "phone": "電話番号",
    "category": "参加区分",
}
"""How the cast names the questions of the form."""
_CHARSETS = {Pen.JIS: ("iso-2022-jp", "iso2022_jp"), Pen.CP932: ("shift_jis", "cp932")}
_ONLY_IN = {"iso2022_jp": str.maketrans("～－", "〜−"), "cp932": str.maketrans("〜−", "～－")}
"""The same sign has another number in each charset; mail programs write the one that they have."""
_WORD = 12
"""Characters in one encoded word: short enough for every charset (RFC 2047 §2: 75 in all)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail before it is put into bytes."""

    subject: str
    text: str
    answers: Letter | None = None
    """The letter of ours that it replies to."""
    headers: tuple[tuple[str, str], ...] = ()


def mail(who: Applicant, draft: Draft, *, to: str, at: datetime) -> bytes:
    """A mail as `who`'s program writes it."""
    charset, codec = _CHARSETS.get(who.pen, ("utf-8", "utf-8"))
    domain = who.address.rpartition("@")[2]
    key = who.address.partition("@")[0]
    head = [
        ("From", f"{_words(who.name, charset, codec)} <{who.address}>"),
        ("To", to),
        ("Subject", _words(draft.subject, charset, codec)),
        ("Date", format_datetime(at)),
        ("Message-ID", f"<{at:%Y%m%d%H%M%S}.{key}@mail.{domain}>"),
        *draft.headers,
        *_thread(draft.answers),
        ("MIME-Version", "1.0"),
    ]
    lines, body = _body(draft.text, who.pen, charset, codec)
    written = "".join(f"{name}: {value}\r\n" for name, value in (*head, *lines))
    return written.encode("ascii") + b"\r\n" + body


def _thread(letter: Letter | None) -> list[tuple[str, str]]:
    if letter is None:
        return []
    references = " ".join((*letter.references, letter.message_id))
    return [("In-Reply-To", letter.message_id), ("References", references)]


def _words(text: str, charset: str, codec: str) -> str:
    """A header's words (RFC 2047), folded."""
    if text.isascii():
        return text
    chunks = [text[at : at + _WORD] for at in range(0, len(text), _WORD)]
    encoded = (base64.b64encode(chunk.encode(codec)).decode() for chunk in chunks)
    return "\r\n ".join(f"=?{charset}?B?{word}?=" for word in encoded)


def _body(text: str, pen: Pen, charset: str, codec: str) -> tuple[list[tuple[str, str]], bytes]:
    raw = text.replace("\n", "\r\n").translate(_ONLY_IN.get(codec, {})).encode(codec)
    kind = ("Content-Type", f"text/plain; charset={charset}")
    if pen is Pen.JIS:
        return [kind, ("Content-Transfer-Encoding", "7bit")], raw
    if pen is Pen.CP932:
        return [kind, ("Content-Transfer-Encoding", "8bit")], raw
    if pen is Pen.QUOTED:
        return [kind, ("Content-Transfer-Encoding", "quoted-printable")], _quoted(raw)
    if pen is Pen.HTML:
        return _alternatives(text)
    return [kind, ("Content-Transfer-Encoding", "base64")], base64.encodebytes(raw)


def _quoted(raw: bytes) -> bytes:
    return quopri.encodestring(raw.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def _alternatives(text: str) -> tuple[list[tuple[str, str]], bytes]:
    markup = "<html><body>" + html.escape(text).replace("\n", "<br>\r\n") + "</body></html>"
    parts = (("plain", text), ("html", markup))
    body = b"".join(
        f"--=_two\r\nContent-Type: text/{kind}; charset=utf-8\r\n".encode()
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(words.encode())
        for kind, words in parts
    )
    return [("Content-Type", 'multipart/alternative; boundary="=_two"')], body + b"--=_two--\r\n"


# ---------------------------------------------------------------- what is written


def form(people: Iterable[Person], layout: Layout, lacking: Iterable[tuple[int, str]] = ()) -> str:
    """A filled-in form; `lacking` names answers that are left out, by place and field."""
    left_out = frozenset(lacking)
    everybody = tuple(people)
    blocks = []
    for place, person in enumerate(everybody):
        lines = [f"（{place + 1}人目）"] if len(everybody) > 1 else []
        lines += [
            layout.value.format(LABELS[field.name], getattr(person, field.name))
            for field in fields(person)
            if (place, field.name) not in left_out
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def application(who: Applicant, lacking: Iterable[tuple[int, str]] = ()) -> Draft:
    """An application by mail."""
    number = f"（{len(who.people)}名）" if len(who.people) > 1 else ""
    text = (
        "研究協議会事務局　御中\n\nお世話になっております。\n"
        f"標記の研究協議会に参加を申し込みます{number}。\n\n"
        f"{form(who.people, who.layout, lacking)}\n\nよろしくお願いいたします。\n"
    )
    return Draft(f"研究協議会の参加申込{number}", text)


def reply(letter: Letter, words: str, *, quote: bool = True) -> Draft:
    """An answer above the quoted letter, as most people write it."""
    quoted = "\n".join(f"> {line}".rstrip() for line in letter.text.splitlines())
    text = f"{words}\n\n{_attribution(letter)}\n{quoted}\n" if quote else f"{words}\n"
    return Draft(f"Re: {letter.subject}", text, answers=letter)


def _attribution(letter: Letter) -> str:
    return f"{letter.at:%Y年%m月%d日} {letter.at:%H:%M} 研究協議会事務局 <{letter.sender}>:"


_QUESTION = re.compile(r"^\s*【(?P<label>[^】]+)】(?P<answer>.*)$")
_PERSON = re.compile(r"^\s*＜参加者(\d+)＞")
_ASKED = {
    "名前": "name",
    "フリガナ": "name_kana",
    "所属": "organization",
    "役職": "position",
    "都道府県": "prefecture",
    "メール": "email",
    "電話": "phone",
    "区分": "category",
}
"""What a person reads in the office's label for a question."""


def filled_in(letter: Letter, who: Applicant, leaving: Collection[str] = ()) -> Draft:
    """A correction: the letter's own form, quoted, with an answer behind every open question.

    `leaving`: fields that stay open this time.
    """
    lines: list[str] = []
    place = 0
    for line in letter.text.splitlines():
        person = _PERSON.match(line)
        place = int(person[1]) - 1 if person else place
        lines.append(f"> {line}{_answer(line, who.people[place], leaving)}")
    words = "ご連絡ありがとうございます。下記に記入いたしましたので、よろしくお願いいたします。"
    quoted = "\n".join(lines)
    text = f"{words}\n\n{_attribution(letter)}\n{quoted}\n"
    return Draft(f"Re: {letter.subject}", text, answers=letter)


def _answer(line: str, person: Person, leaving: Collection[str]) -> str:
    """What is written behind an open question; nothing behind any other line."""
    question = _QUESTION.match(line)
    if question is None or question["answer"].strip():
        return ""
    field = next((f for word, f in _ASKED.items() if word in question["label"]), "")
    return "" if not field or field in leaving else str(getattr(person, field))


def asked_words(letter: Letter) -> str:
    """The words that a letter asks to be sent back: they stand on a line of their own."""
    asked = re.search(r"ことばを書いて.*\n\s*\n\s*(\S.*)", letter.text)
    return asked[1].strip() if asked else "承知しました。"
