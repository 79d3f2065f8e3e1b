"""A missing server is told, and never passes for a test that ran."""

from __future__ import annotations

import pytest

from tests.servers.binaries import require


def test_without_a_server_a_test_is_skipped_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("UKETSUKE_REQUIRE_SERVERS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="not installed: no-such-server"):
        require("no-such-server")


def test_where_servers_are_required_a_missing_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UKETSUKE_REQUIRE_SERVERS", "1")
    with pytest.raises(pytest.fail.Exception, match="not installed: no-such-server"):
        require("no-such-server")
