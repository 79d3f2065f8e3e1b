"""Servers for the transport room's tests, started once for all of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.postfix import Postfix, running_postfix
from tests.transport.web import Answer, answering

_NUMBERS = itertools.count(1)


def introspected(fields: dict[str, str]) -> Answer:
    """The token `good-NAME` is NAME's."""
    good, _, user = fields.get("token", "").partition("-")
    return 200, {"active": str(good == "good").lower(), "username": user}


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with (
        answering(introspected) as url,
        running_dovecot(introspection_url=url) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    with running_postfix(dovecot) as running:
        yield running


@pytest.fixture
def user() -> str:
    """A mailbox that no other test uses."""
    return f"office{next(_NUMBERS)}@example.jp"
