"""How somebody can be reached: addresses and telephone numbers, as people write them.

Law of this file: width, dashes, brackets and remarks are folded away; a digit or a letter is
never added, but for the country's own 0 behind +81.  A comma for a dot, two different addresses,
a number that is too short: "" , and whoever asked says that it is unclear.  A fax number is none.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.mail.addresses import address_of

DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－─ｰ〜～~", "-"))
_AT_SPACES: Final = re.compile(r"\s*([@.])\s*")
_AT_WORD: Final = re.compile(
    r"\s*[(\[<{]\s*(?:at|アット(?:マーク)?|@)\s*[)\]>}]\s*|\s*(?:■|★|◆|●)at(?:■|★|◆|●)\s*|"
    r"\s*アットマーク\s*",
    re.IGNORECASE,
)
_DOT_WORD: Final = re.compile(r"\s*[(\[<{]\s*(?:dot|ドット)\s*[)\]>}]\s*", re.IGNORECASE)
_TAIL: Final = re.compile(r"(?:[。、,;)>\]」』】]|様|まで|です)+$")
_HEAD: Final = re.compile(
    r"^(?:mailto:|[<(\[「『【:]|e-?mail:|mail:|メール:|pc:|携帯:)+", re.IGNORECASE
)
_ORDINARY: Final = re.compile(
    r"[a-z0-9][a-z0-9._+-]{0,60}@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,9}"
)
"""An address with nothing to be careful about."""
_ANY_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_ASCII_LETTERS: Final = re.compile(r"[A-Za-z0-9@]")
_ROLE: Final = re.compile(r"\b(?:pc|e-?mail|mail|mobile|cc)\b|mailto:", re.IGNORECASE)
"""Words that tell which of somebody's addresses it is."""

_PHONE: Final = re.compile(r"(?:\+|\(|\d)[\d() .-]{7,}\d")
_USUAL_PHONE: Final = re.compile(r"(?=[\d-]{12}$)0\d{1,4}-\d{1,4}-\d{4}|0[5789]0-\d{4}-\d{4}")
"""As most people write it: ten digits and two hyphens, or eleven."""
_FAX: Final = re.compile(
    r"(?:fax|f(?=[:.]|\s*\d)|ファックス|ファクス|ファクシミリ)(?:番号|no\.?)?"
    r"[\s:.]*[\d()-][\d() -]{6,}\d",
    re.IGNORECASE,
)
_REMARK: Final = re.compile(
    r"(?:fax|ファックス|ファクス).*|[(\[]?(?:内線|内|ext\.?|extension)[\s.:]*\d.*", re.IGNORECASE
)
_BETWEEN: Final = re.compile(r"[()\s.-]+")
_LONG_PREFIX: Final = re.compile(r"0[256789]0|0800|0120|0570")
_LENGTHS: Final = (10, 11)


def address_said(folded: str) -> str:
    """The address in an answer (after NFKC), in our form; "" when it is not sure."""
    if _ORDINARY.fullmatch(folded) is not None:
        return folded
    text = _AT_WORD.sub("@", _DOT_WORD.sub(".", folded.translate(DASHES)))
    text = _HEAD.sub("", _AT_SPACES.sub(r"\1", text))
    address = valid_address(_TAIL.sub("", text))
    return address or _only_one(text)


def _only_one(text: str) -> str:
    """The address beside which only remarks stand, nothing that could belong to it."""
    found = {valid_address(_TAIL.sub("", one)).lower(): one for one in _ANY_ADDRESS.findall(text)}
    if len(found) != 1:
        return ""
    ((address, said),) = found.items()
    rest = _ROLE.sub("", text.replace(said, "").replace(said.lower(), ""))
    alone = address != "" and _ASCII_LETTERS.search(rest) is None
    return valid_address(_TAIL.sub("", said)) if alone and "," not in rest.strip(" ,") else ""


def valid_address(text: str) -> str:
    """An address that mail can be sent to, in our form; "" for anything else."""
    address = address_of(text)
    local, _, domain = address.rpartition("@")
    good = _DOMAIN.fullmatch(domain) is not None and not set(local) & set('"(),:;<>[\\]')
    return address if good else ""


def phone_said(folded: str) -> str:
    """The first telephone number in an answer (after NFKC), with hyphens where it has any.

    "" when there is none with the right count of digits.
    """
    if _USUAL_PHONE.fullmatch(folded) is not None:
        return folded
    text = _REMARK.sub(" ", _FAX.sub(" ", folded.translate(DASHES)))
    numbers = (_national(found.group()) for found in _PHONE.finditer(text))
    return next((number for number in numbers if number), "")


def _national(number: str) -> str:
    """A number as it is dialled inside the country; "" when its digits are too many or few."""
    if number.startswith("+81"):
        number = "0" + number[3:].lstrip(" -").removeprefix("(0)").removeprefix("0")
    number = _BETWEEN.sub("-", number).strip("-")
    digits = number.replace("-", "")
    long = _LONG_PREFIX.match(digits) is not None
    fits = digits.startswith("0") and (
        len(digits) == _LENGTHS[0] or (long and len(digits) == _LENGTHS[1])
    )
    return number if fits else ""
