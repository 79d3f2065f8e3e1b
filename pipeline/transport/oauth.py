"""Access tokens for providers that take no passwords (RFC 6749, sections 4.4 and 6).

With a refresh token it speaks for a person's mailbox (Gmail), without one for the program itself
(client credentials, Microsoft 365).  A token is fetched anew a minute before it ends, and kept in
memory alone.
"""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

from pipeline import clock
from pipeline.transport.errors import LinkLost, LoginRefused, NotSecure, one_line
from pipeline.transport.security import is_loopback

_BEFORE_ITS_END = 60.0  # seconds
_USUAL_LIFE = 300.0  # seconds, where the provider does not say (RFC 6749, 5.1: only recommended)
_LONGEST_ANSWER = 64 * 1024  # bytes


class OAuthToken:
    """Calling it gives an access token that is still good; from any thread.

    Raises `LinkLost` where the provider cannot be reached and `LoginRefused` where it refuses.
    """

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
        place = urllib.parse.urlsplit(token_url)
        if place.scheme != "https" and not (
            place.scheme == "http" and is_loopback(place.hostname or "")
        ):
            raise NotSecure(f"token URL {token_url}: only https")
        self._token_url = token_url
        self._wish = {"client_id": client_id, "client_secret": client_secret}
        self._wish["grant_type"] = "refresh_token" if refresh_token else "client_credentials"
        if scope:
            self._wish["scope"] = scope
        self._refresh_token = refresh_token
        self._timeout = timeout
        self._seconds = seconds
        self._token = ""
        self._good_until = seconds()
        self._lock = threading.Lock()

    def __call__(self) -> str:
        """The token."""
        with self._lock:
            if self._seconds() >= self._good_until:
                self._renew()
            return self._token

    def refused(self, token: str) -> None:
        """A server did not take this token, whatever its age: the next one is fetched anew."""
        with self._lock:
            if token == self._token:
                self._good_until = self._seconds()

    def _renew(self) -> None:
        asked_at = self._seconds()
        answer = self._ask()
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise LoginRefused(f"{self._token_url}: the answer holds no access token")
        life = answer.get("expires_in", _USUAL_LIFE)
        self._token = token
        self._good_until = asked_at + float(life) - _BEFORE_ITS_END
        self._refresh_token = answer.get("refresh_token", self._refresh_token)  # some change it

    def _ask(self) -> dict[str, Any]:
        wish = dict(self._wish)
        if self._refresh_token:
            wish["refresh_token"] = self._refresh_token
        request = urllib.request.Request(  # noqa: S310  -- https or loopback, see above
            self._token_url, urllib.parse.urlencode(wish).encode("ascii")
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as response:  # noqa: S310  -- the same
                answer = json.loads(response.read(_LONGEST_ANSWER))
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(error) from error
        except (OSError, ValueError) as error:
            raise LinkLost(f"{self._token_url}: {one_line(error)}") from error
        if not isinstance(answer, dict):
            raise LoginRefused(f"{self._token_url}: the answer is no JSON object")
        return answer

    def _refused(self, error: urllib.error.HTTPError) -> LinkLost | LoginRefused:
        """The provider's reason (RFC 6749, 5.2), without what we sent."""
        try:
            answer = json.loads(error.read(_LONGEST_ANSWER))
            reason = f"{answer['error']} {answer.get('error_description', '')}"
        except (OSError, ValueError, LookupError, AttributeError, TypeError):
            reason = str(error.reason)
        text = f"{self._token_url}: {error.code} {one_line(reason)}"
        its_own_trouble = error.code >= 500 or error.code == 429  # noqa: PLR2004  -- HTTP's
        return LinkLost(text) if its_own_trouble else LoginRefused(text)
