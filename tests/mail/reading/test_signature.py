"""A mail's own signature: it counts for the very domain in From, and for nothing else."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import dkim
import pytest

from pipeline.domain.rules import Authentication, Rules
from pipeline.mail.own import Own
from pipeline.mail.reading import read
from pipeline.mail.signature import signed_by
from tests.mail.reading.letters import LINES, mail, text

RAW = mail(text(*LINES))


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A key made for this run, as PEM."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    place = tmp_path_factory.mktemp("key") / "key.pem"
    subprocess.run(
        [openssl, "genrsa", "-traditional", "-out", str(place), "2048"],
        check=True,
        capture_output=True,
    )
    return place.read_bytes()


@pytest.fixture(scope="session")
def record(key: bytes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The TXT record that belongs to it."""
    place: Path = tmp_path_factory.mktemp("public") / "key.pem"
    place.write_bytes(key)
    made = subprocess.run(
        ["openssl", "rsa", "-in", str(place), "-pubout", "-outform", "DER"],
        check=True,
        capture_output=True,
    )
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(made.stdout)


def signed(key: bytes, raw: bytes = RAW, **more: object) -> bytes:
    """The mail with a signature of example.jp, if nothing else is said."""
    said = {"domain": b"example.jp", "include_headers": [b"from", b"subject"]} | more
    return bytes(dkim.sign(raw, b"s1", privkey=key, **said)) + raw


@pytest.fixture
def answers(record: bytes) -> Callable[..., bytes | None]:
    """A name server that knows the key of s1 at example.jp and at example.org."""
    names = {b"s1._domainkey.example.jp.": record, b"s1._domainkey.example.org.": record}
    return lambda name, timeout=5: names.get(name)


def test_a_signature_of_the_senders_domain_proves_it(
    key: bytes, answers: Callable[..., bytes | None]
) -> None:
    assert signed_by(signed(key), "example.jp", answers)


def test_one_good_signature_among_others_is_enough(
    key: bytes, answers: Callable[..., bytes | None]
) -> None:
    assert signed_by(signed(key, signed(key), domain=b"example.org"), "example.jp", answers)


@pytest.mark.parametrize(
    ("change", "with_"),
    [
        (b"From: ", b"From: x <mallory@example.jp>\r\nX-Was: "),
        ("花子".encode(), "花男".encode()),
        (b"; d=example.jp", b"; d=example.org"),
    ],
)
def test_what_was_changed_after_signing_proves_nothing(
    key: bytes, answers: Callable[..., bytes | None], change: bytes, with_: bytes
) -> None:
    raw = signed(key)
    assert change in raw

    assert not signed_by(raw.replace(change, with_), "example.jp", answers)


def test_a_signature_of_another_domain_proves_nothing(
    key: bytes, answers: Callable[..., bytes | None]
) -> None:
    assert not signed_by(signed(key, domain=b"example.org"), "example.jp", answers)
    assert not signed_by(signed(key), "sub.example.jp", answers)


def test_a_signature_over_a_part_of_the_body_proves_nothing(
    key: bytes, answers: Callable[..., bytes | None]
) -> None:
    assert not signed_by(signed(key, length=True), "example.jp", answers)


def test_without_a_key_nothing_is_proven(key: bytes) -> None:
    raw = signed(key)

    assert not signed_by(raw, "example.jp", lambda name, timeout=5: None)
    assert not signed_by(raw, "example.jp", lambda name, timeout=5: b"v=DKIM1; p=!!!")
    assert not signed_by(RAW, "example.jp", lambda name, timeout=5: b"")


@pytest.mark.parametrize(
    "field",
    [
        b"",
        b"v=1",
        b";;;===",
        b"a=rsa-sha256; d=example.jp; h=from; b=!",
        b"d=example.jp; h=from; a=rsa-sha256; s=\xff; bh=x; b=x",
        b"a=rsa-sha1; d=example.jp; h=from; s=s1; v=1; bh=AA==; b=AA==",
    ],
)
def test_a_broken_signature_raises_nothing(
    field: bytes, answers: Callable[..., bytes | None]
) -> None:
    assert not signed_by(b"DKIM-Signature: " + field + b"\r\n" + RAW, "example.jp", answers)


def test_a_reading_verifies_only_where_the_rules_say_so(
    key: bytes, answers: Callable[..., bytes | None], rules: Rules, own: Own
) -> None:
    intake = rules.intake.model_copy(update={"authentication": Authentication.DKIM})
    trusting = rules.model_copy(update={"intake": intake})
    raw = signed(key)

    assert read(raw, trusting, own, resolver=answers).authenticated
    assert not read(raw, trusting, own).authenticated
    assert not read(raw, rules, own, resolver=answers).authenticated
    twice = raw.replace(b"From: ", b"From: other@example.jp\r\nFrom: ", 1)
    assert not read(twice, trusting, own, resolver=answers).authenticated
