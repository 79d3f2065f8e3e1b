"""Getting into a mailbox that does not let us in: what is told, and what works afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from pipeline.transport.errors import LinkLost, LoginRefused, NotSecure, TransportError
from pipeline.transport.imap import ImapLink
from pipeline.transport.oauth import OAuthToken
from tests.servers.binaries import Certificate, make_certificate, open_folder
from tests.servers.faulty_imap import BYE, NO, NONSENSE, SILENCE, Fault, FaultyImap
from tests.transport.web import Answer, answering


@pytest.fixture(scope="module")
def certificate() -> Iterator[Certificate]:
    with open_folder("tls") as folder:
        yield make_certificate(folder)


def refusal(link: ImapLink) -> TransportError:
    with pytest.raises(TransportError) as caught:
        link.connect()
    return caught.value


@pytest.mark.parametrize("command", ["GREETING", "CAPABILITY", "LOGIN", "SELECT"])
@pytest.mark.parametrize("action", [BYE, SILENCE, NONSENSE], ids=str)
def test_a_server_that_goes_or_hangs_or_babbles_at_the_door_is_a_lost_link(
    command: str, action: str
) -> None:
    """Too many connections, say: the office's password is not to be doubted for that."""
    with (
        FaultyImap(Fault(command, action)) as server,
        closing(ImapLink(server.settings(timeout=0.2))) as link,
    ):
        assert type(refusal(link)) is LinkLost
        assert link.connect() == 7


def test_a_login_that_is_refused_and_allowed_later() -> None:
    with (
        FaultyImap(Fault("LOGIN", NO, times=2)) as server,
        closing(ImapLink(server.settings())) as link,
    ):
        assert [type(refusal(link)) for _ in range(2)] == [LoginRefused] * 2
        assert link.connect() == 7


def test_a_token_that_the_server_does_not_take_any_more_is_fetched_anew() -> None:
    """Providers end tokens before their time: when a password changes, say."""
    tokens = iter(["first", "second"])

    def give(_: dict[str, str]) -> Answer:
        return 200, {"access_token": next(tokens), "expires_in": 3600}

    with FaultyImap(tokens=["first"]) as server, answering(give) as url:
        token = OAuthToken(url, "client", "secret")
        settings = server.settings(oauth_token=token, token_refused=token.refused)
        with closing(ImapLink(settings)) as link:
            link.connect()
            server.tokens = {"second"}
            refused = refusal(link)
            assert type(refused) is LoginRefused
            assert "first" not in str(refused)
            assert link.connect() == 7


def test_a_refused_token_that_was_replaced_meanwhile_is_not_replaced_again() -> None:
    tokens = iter(["first", "second", "third"])
    now = 0.0
    with answering(lambda _: (200, {"access_token": next(tokens), "expires_in": 3600})) as url:
        token = OAuthToken(url, "client", "secret", seconds=lambda: now)
        old = token()
        token.refused(old)
        new = token()
        token.refused(old)
        assert (old, new, token()) == ("first", "second", "second")


def test_a_certificate_that_nobody_vouches_for_is_never_talked_to(
    certificate: Certificate,
) -> None:
    with (
        FaultyImap(tls=certificate.server_context()) as server,
        closing(ImapLink(server.settings(security="tls"))) as link,
    ):
        assert type(refusal(link)) is NotSecure
    assert server.heard == []


def test_a_certificate_for_another_name_is_never_talked_to(certificate: Certificate) -> None:
    with FaultyImap(tls=certificate.server_context()) as server:
        settings = server.settings(host="127.1", security="tls", ca_file=certificate.file)
        with closing(ImapLink(settings)) as link:
            assert type(refusal(link)) is NotSecure
    assert server.heard == []


def test_a_server_that_speaks_no_tls_where_it_should_is_a_lost_link() -> None:
    with (
        FaultyImap() as server,
        closing(ImapLink(server.settings(security="tls", timeout=0.5))) as link,
    ):
        assert type(refusal(link)) is LinkLost
    assert server.heard == []
