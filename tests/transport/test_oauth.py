"""Access tokens, against a web server on loopback."""

from __future__ import annotations

import pytest

from pipeline.transport.errors import LinkLost, LoginRefused, NotSecure
from pipeline.transport.oauth import OAuthToken
from tests.transport.web import Answer, answering


class Provider:
    """Hands out t1, t2, ... for an hour each and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []

    def __call__(self, fields: dict[str, str]) -> Answer:
        self.asked.append(fields)
        return 200, {"access_token": f"t{len(self.asked)}", "expires_in": 3600}


def test_a_token_is_kept_until_a_minute_before_its_end() -> None:
    provider = Provider()
    now = 1000.0
    with answering(provider) as url:
        token = OAuthToken(url, "id", "secret", seconds=lambda: now)
        first = [token(), token()]
        now += 3539
        still = token()
        now += 1
        renewed = token()

    assert first == ["t1", "t1"]
    assert still == "t1"
    assert renewed == "t2"


def test_without_a_refresh_token_the_program_speaks_for_itself() -> None:
    provider = Provider()
    with answering(provider) as url:
        OAuthToken(url, "id", "secret", scope="mail")()

    assert provider.asked == [
        {
            "client_id": "id",
            "client_secret": "secret",
            "grant_type": "client_credentials",
            "scope": "mail",
        }
    ]


def test_a_refresh_token_is_used_and_its_successor_too() -> None:
    asked: list[str | None] = []

    def provider(fields: dict[str, str]) -> Answer:
        asked.append(fields.get("refresh_token"))
        assert fields["grant_type"] == "refresh_token"
        return 200, {"access_token": "t", "expires_in": "60", "refresh_token": "second"}

    with answering(provider) as url:
        token = OAuthToken(url, "id", "secret", "first")
        token()
        token()  # it was good for a minute only, so it is renewed at once

    assert asked == ["first", "second"]


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (
            (400, {"error": "invalid_grant", "error_description": "Token has been revoked."}),
            LoginRefused,
            "400 invalid_grant Token has been revoked.",
        ),
        ((401, b"<html>"), LoginRefused, "401 Unauthorized"),
        ((200, {"token_type": "Bearer"}), LoginRefused, "no access token"),
        ((200, ["t"]), LoginRefused, "no JSON object"),
        ((200, b"not JSON"), LinkLost, "Expecting value"),
        ((503, {"error": "temporarily_unavailable"}), LinkLost, "503 temporarily_unavailable"),
        ((429, {}), LinkLost, "429"),
    ],
)
def test_what_goes_wrong_says_whether_to_tell_the_operator(
    answer: Answer, error: type[Exception], says: str
) -> None:
    with (
        answering(lambda _: answer) as url,
        pytest.raises(error, match=says) as caught,
    ):
        OAuthToken(url, "id", "very-secret", "refresh-secret")()

    assert "secret" not in str(caught.value)


def test_a_provider_that_is_not_there_is_a_lost_link() -> None:
    with answering(lambda _: (200, {})) as url:
        pass
    with pytest.raises(LinkLost, match="Connection refused"):
        OAuthToken(url, "id", "secret")()


def test_secrets_do_not_travel_without_tls() -> None:
    with pytest.raises(NotSecure, match="only https"):
        OAuthToken("http://login.example.com/token", "id", "secret")
