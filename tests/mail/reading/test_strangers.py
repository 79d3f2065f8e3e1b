"""Real mails of the world: each gets a verdict, and no machine an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.mail.charset import decode
from pipeline.mail.incoming import parse
from pipeline.mail.reading import Kind, Reading

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
INDEX = CORPORA / "INDEX.tsv"
LISTED = (
    [tuple(line.split("\t")) for line in INDEX.read_text("utf-8").splitlines()[1:]]
    if INDEX.is_file()
    else []
)
NO_BOUNCES = {
    "is-not-bounce-01.eml": "lies there because it is none: one word of a person",
    "is-not-bounce-02.eml": "lies there because it is none: a person forwards a mail",
    "lhost-amazonses-12.eml": "tells that a letter was delivered",
    "lhost-sendmail-14.eml": "a person forwards a bounce",
}
"""Listed among the bounces, and what they are instead."""


def test_there_are_corpora() -> None:
    if not INDEX.is_file():
        pytest.skip("the corpora of real mails do not lie beside the project")
    assert len(LISTED) > 400


@pytest.mark.timeout(10)
@pytest.mark.parametrize("name", [name for name, _ in LISTED])
def test_every_mail_gets_a_verdict(name: str, reader: Callable[[bytes], Reading]) -> None:
    reading = reader((CORPORA / name).read_bytes())

    assert reading.why
    assert (reading.bounce is not None) == (reading.kind is Kind.BOUNCE)


def listed(*categories: str) -> list[str]:
    """The files of any of these categories; the test is skipped where there are none."""
    names = [name for name, category in LISTED if set(categories) & set(category.split(","))]
    if not names:
        pytest.skip("the corpora of real mails do not lie beside the project")
    return names


def test_returned_and_automatic_mail_is_never_answered(reader: Callable[[bytes], Reading]) -> None:
    names = listed("bounce", "autoreply")
    readings = [reader((CORPORA / name).read_bytes()) for name in names]

    assert [n for n, r in zip(names, readings, strict=True) if r.answer] == []


def test_nearly_all_bounces_are_known_as_such(reader: Callable[[bytes], Reading]) -> None:
    names = [name for name in listed("bounce") if Path(name).name not in NO_BOUNCES]
    readings = [reader((CORPORA / name).read_bytes()) for name in names]
    notices = [r.bounce for r in readings if r.bounce is not None]

    print(f"{len(notices)} of {len(names)} bounces known")  # noqa: T201 - the figure, under -s
    assert len(notices) >= 0.99 * len(names)
    assert sum(notice.address != "" for notice in notices) >= 0.99 * len(notices)


FAILED = {
    # By the words of each family of servers; looked up by eye.
    "lhost-activehunter-01": "kijitora@example.org",
    "lhost-amazonses-09": "bounce@simulator.amazonses.com",
    "lhost-amazonses-10": "bounce@simulator.amazonses.com",
    "lhost-biglobe-01": "postmaster@mxr.biglobe.ne.jp",
    "lhost-courier-01": "kijitora@example.co.jp",
    "lhost-domino-02": "kijitora@example.co.jp",
    "lhost-dragonfly-24": "userunknown@libsisimai.net",
    "lhost-einsundeins-02": "kijitora@example.org",
    "lhost-exim-02": "kijitora@example.jp",
    "lhost-ezweb-03": "this-local-part-does-not-exist-on-the-site@ezweb.ne.jp",
    "lhost-gmail-15": "mikeneko@libsisimai.org",
    "lhost-kddi-03": "kijitora@00000000000000.dion.ne.jp",
    "lhost-mailru-05": "neko@libsisimai.org",
    "lhost-mailmarshal-02": "kijitora@nyaan.example.com",
    "lhost-messagingserver-03": "sabineko@example.org",
    "lhost-mfilter-01": "kijitora@example.com",
    "lhost-notes-03": "kijitora@example.com",
    "lhost-office365-12": "kijitora@cr.neko.nyaan.jp",
    "lhost-opensmtpd-04": "kijitora@neko.example.jp",
    "lhost-postfix-32": "neko....nyaan....@libsisimai.org",
    "lhost-postfix-75": "kijitora@libsisimai.net",
    "lhost-qmail-16": "userunknown@libsisimai.net",
    "lhost-qmail-17": "userunknown@libsisimai.net",
    "lhost-x2-04": "kijitora@example.jp",
    "lhost-x3-03": "kijitora@example.co.jp",
    "lhost-yahoo-05": "kijitora@example.co.jp",
    "lhost-zoho-01": "kijitora@example.co.jp",
    "rhost-nttdocomo-01": "azumakuniyuki@ntt.docomo.example.ne.jp",
}


@pytest.mark.parametrize(("name", "address"), FAILED.items())
def test_the_address_that_failed_is_found(
    name: str, address: str, reader: Callable[[bytes], Reading]
) -> None:
    file = CORPORA / "set-of-emails" / "maildir" / "bsd" / f"{name}.eml"
    if not file.is_file():
        pytest.skip("the corpora of real mails do not lie beside the project")
    notice = reader(file.read_bytes()).bounce

    assert notice is not None
    assert notice.address == address


def test_nearly_all_japanese_text_is_read_whole() -> None:
    parts = [
        (name, decode(mail.body_of(part), part.charset))
        for name in listed("japanese")
        for mail in [parse((CORPORA / name).read_bytes())]
        for part in mail.parts
        if part.content_type.startswith("text/")
    ]
    broken = [name for name, found in parts if found.replaced]

    assert len(parts) > 50
    assert len(broken) <= 0.01 * len(parts), broken
