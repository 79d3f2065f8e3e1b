"""Applications as somebody wrote them down freely, from free.toml: what is said is compared."""

from __future__ import annotations

from collections.abc import Iterator

from tests.mail.reading.making.coding import BY_NAME
from tests.mail.reading.making.expect import Case, case, kind, tables
from tests.mail.reading.making.post import DRESS, DRESSES, Mail

APPLICATION = ("application",)


def free() -> Iterator[Case]:
    """Each of them, in turn in another character set and program."""
    for number, told in enumerate(tables("free")["free"]):
        text = told["text"]
        coding = BY_NAME[("utf8-base64", "jis", "sjis", "utf8-qp", "euc-cp51932")[number % 5]]
        dress = DRESSES[number % len(DRESSES)]
        mail = Mail(
            subject=told.get("subject", "参加申込"),
            address=told.get("sender", "sender@example.jp"),
            text=text,
            coding=coding if coding.carries(text) else BY_NAME["utf8-base64"],
            dress=dress if dress.name != "gateway" else DRESS["plain"],
        )
        expected = kind(told.get("kinds", APPLICATION), *told["people"]) | told.get("more", {})
        yield case(f"free-{told['name']}", told["name"].replace("-", " "), mail, expected)


FREE = tuple(free())
