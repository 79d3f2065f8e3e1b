"""What somebody's signature says of them.

Law of this file: a signature is the last block of a mail: below a rule, between two, or the last
lines with a telephone number or an address among them.  Each line says what it surely says, and
what it may say besides is left alone; a fax number, a web page and a motto say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import Final

from pipeline.domain.rules import Rules
from pipeline.mail.answers import answer
from pipeline.mail.deduced import is_body, is_legal_form, is_office, is_position
from pipeline.mail.folding import narrowed
from pipeline.mail.listed import Told, closed_up, is_name, person_in, plain_name
from pipeline.mail.places import PREFECTURES, prefecture_in
from pipeline.mail.quoting import is_rule
from pipeline.mail.reach import phone_said, valid_address
from pipeline.mail.sharing import Person

_ITS_PLACE: Final = frozenset({"organization", "prefecture", "phone"})
_ITS_OWNER: Final = _ITS_PLACE | {"department", "position", "name_kana"}
"""What a signature may say of the participant whose name stands in it."""
_LIMIT: Final = 15
"""Lines of a signature; what is longer is a text."""
_WIDTH: Final = 200
"""Characters of a line that can stand in a signature."""
_REACHED: Final = re.compile(r"〒|[@＠]|(?:tel|℡|電話|携帯)|\d{2,4}[-(）)]\d{2,4}", re.IGNORECASE)
_POSTAL: Final = re.compile(rf"(?:〒|住所|所在地|{'|'.join(PREFECTURES)})")
_ADDRESS: Final = re.compile(r"[\w.!#$%&'*+=?^`{}~-]{1,64}@[\w.-]{3,100}", re.ASCII)
_DRAWN: Final = " \t　*＊#＃~～_＿=＝─━―-－☆★◇◆□■○●◎・※|｜│┃"
_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z.,' -]*$")
_SENTENCE: Final = re.compile(
    r"。|(?:です|ます|ました|ません|ください|下さい)[。、\s]*$|：\s*\S+様"
)
_PAGE: Final = re.compile(r"https?:|www\.|ホームページ|ＨＰ|HP", re.IGNORECASE)
_WORDS: Final = re.compile(r"[\s　／/|｜,、]+")
_SENT_FROM: Final = re.compile(
    r".{0,24}(?:から送信(?:しました|しています)?|を使って送信(?:しました)?|からお送りしています)[。.]?|"
    r"(?:sent from|get outlook for) .{1,40}|.{0,12}outlook for (?:ios|android).{0,12}",
    re.IGNORECASE,
)
"""What a telephone writes below everything."""
Line = tuple[str, str, str]
"""Field, answer, and the line that says it."""


def signature_of(lines: Sequence[str], labelled: Container[str] = ()) -> tuple[int, list[Line]]:
    """Where the signature begins (the count of lines when there is none), and what it says.

    `labelled` lines were read as entries of a form already.
    """
    start, end = _block(lines)
    block = [line for line in lines[start:end] if line not in labelled and len(line) <= _WIDTH]
    said: dict[str, Line] = {}
    for line in block:
        for name, value in _line(closed_up(line.strip(_DRAWN))):
            said.setdefault(name, (name, value, line))
    organization = _organization(block)
    if organization is not None:
        said["organization"] = organization
    return start, list(said.values())


def complete(person: Person, lines: Sequence[str], labelled: Container[str], rules: Rules) -> None:
    """Fill what the only participant did not answer from their signature.

    A signature with another name is another's, and one without a name says only where they work.
    """
    said = {name: (value, line) for name, value, line in signature_of(lines, labelled)[1]}
    named = person.answers.get("name")
    signed = said.pop("name", ("", ""))[0]
    mine = named is not None and bool(signed) and same_person(named.value or "", signed)
    if signed and not mine:
        return
    wanted = _ITS_OWNER if mine else _ITS_PLACE
    for field, (value, line) in said.items():
        known = person.answers.get(field)
        if field in wanted and (known is None or not (known.value or known.unclear)):
            person.give(field, answer(field, value, rules), line)


def same_person(name: str, other: str) -> bool:
    """Whether two ways of writing a name may mean one person: 山田 and 山田 太郎."""
    one, two = sorted(("".join(name.split()), "".join(other.split())), key=len)
    return len(one) > 1 and two.startswith(one)


def _block(lines: Sequence[str]) -> tuple[int, int]:
    end = len(lines)
    while end and _says_nothing(lines[end - 1].strip()):
        end -= 1
    closing = end
    while closing and is_rule(lines[closing - 1]):
        closing -= 1
    for place in range(closing - 1, max(-1, closing - _LIMIT - 1), -1):
        if is_rule(lines[place]):
            return place + 1, closing
    start = closing
    while start and _may_sign(lines[start - 1]) and closing - start < _LIMIT:
        start -= 1
    last = lines[start:closing]
    signed = len(last) > 1 and any(_REACHED.search(line) for line in last)
    return (start, closing) if signed else (len(lines), len(lines))


def _says_nothing(line: str) -> bool:
    return not line or _SENT_FROM.fullmatch(line) is not None


def _may_sign(line: str) -> bool:
    """Whether a line can stand in a signature that no rule begins: it is no sentence."""
    return len(line) <= _WIDTH and line.strip() != "" and _SENTENCE.search(line) is None


def _line(line: str) -> Told:
    """What one line says."""
    if not line or _PAGE.search(line) is not None:
        return ()
    reached: dict[str, str] = {}
    folded = narrowed(line)
    address = _ADDRESS.search(folded)
    if address is not None and valid_address(address.group()):
        reached["email"] = valid_address(address.group())
    if phone_said(_ADDRESS.sub(" ", folded)):
        reached["phone"] = phone_said(_ADDRESS.sub(" ", folded))
    if _POSTAL.match(line) is not None:
        prefecture = prefecture_in(line)
        return (*reached.items(), *((("prefecture", prefecture),) if prefecture else ()))
    return tuple(reached.items()) if reached else _who(line)


def _who(line: str) -> Told:
    """Name, office and position of a line without numbers."""
    words = [w for w in _WORDS.split(line) if (w and _LATIN.fullmatch(w) is None) or is_position(w)]
    words = [w for w in words if not (is_body(w) or is_legal_form(w)) or is_name(w)]
    told = person_in(" ".join(words), alone=True)
    if told:
        return told
    if words and all(is_office(w) or is_position(w) for w in words):
        offices = " ".join(w for w in words if not is_position(w))
        titles = " ".join(w for w in words if is_position(w))
        return tuple((f, v) for f, v in (("department", offices), ("position", titles)) if v)
    return (("name", " ".join(words)),) if words and plain_name(" ".join(words)) else ()


def _organization(lines: Sequence[str]) -> Line | None:
    """The first organisation, its legal form on the line above perhaps."""
    form = ""
    for line in lines:
        words = [w for w in _WORDS.split(line.strip(_DRAWN)) if w]
        if _POSTAL.match(line.strip(_DRAWN)) or not words:
            continue
        count = 0
        while count < len(words) and (is_body(words[count]) or is_legal_form(words[count])):
            count += 1
        body = " ".join(words[:count])
        if count and is_body(words[count - 1]) and not is_name(body):
            return "organization", f"{form} {body}".strip(), line
        form = body if count else ""
    return None
