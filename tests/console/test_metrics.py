"""What monitoring is told, over HTTP on loopback, read by the format's own parser."""

from __future__ import annotations

import math
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipeline.console.figures import figures, mailboxes
from pipeline.daemon.metrics import serving_metrics
from tests.console.conftest import SLUG, House

Told = dict[tuple[str, str], float]


@pytest.fixture
def port(house: House) -> Iterator[int]:
    """Where the figures of the installation are told."""
    accounts = mailboxes(house.config)
    with serving_metrics(lambda: figures(house.office, accounts), 0) as number:
        yield number


def told(port: int) -> Told:
    """Every figure by its name and the last of its labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return {
        (sample.name, [*sample.labels.values(), ""][-1 if not sample.labels else -2]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_seats_states_and_waiting_mail_are_told(house: House, port: int) -> None:
    house.apply("見本 一", "one@example.jp", people=2)
    house.receive(b"Subject: hello\r\n\r\nhello\r\n")

    found = told(port)

    assert found["uketsuke_seats_taken", SLUG] == 2
    assert found["uketsuke_seats", SLUG] == 500
    assert found["uketsuke_applications", "awaiting_payment"] == 1
    assert found["uketsuke_mails_unhandled", ""] == 1


def test_a_mailbox_that_was_never_read_is_older_than_any_limit(port: int) -> None:
    found = told(port)

    assert found["uketsuke_poll_age_seconds", f"sandbox/{SLUG}"] == math.inf
    assert found["uketsuke_health", ""] == 1


def test_nobody_is_named_and_no_secret_told(house: House, port: int) -> None:
    house.apply("見本 一", "one@example.jp")

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()

    assert "見本" not in text
    assert "one@example.jp" not in text
    assert not any(secret in text for secret in house.secrets.values())
