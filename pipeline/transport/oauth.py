"""Tokens for providers that take no passwords (RFC 6749)."""

from __future__ import annotations

from collections.abc import Callable

from pipeline import clock


class OAuthToken:
    """Calling it gives an access token that is still good."""

    def __init__(
        self,
        token_url: str,
        client_id: str,
        client_secret: str,
        refresh_token: str | None = None,
        scope: str | None = None,
        *,
        timeout: float = 30.0,
        seconds: Callable[[], float] = clock.machine_seconds,
    ) -> None:
        self._token_url = token_url

    def __call__(self) -> str:
        """The token; raises LinkLost or LoginRefused."""
        raise NotImplementedError
