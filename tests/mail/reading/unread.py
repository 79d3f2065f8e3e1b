"""Mails of the corpus that are not read as they should be, each with its reason."""

from __future__ import annotations

UNREAD: dict[str, str] = {
    "no-withdrawal-other-cancelled": "being built",
    "no-withdrawal-understood-policy": "being built",
    "service-form-mailer": "being built",
    "stranger-fake-invoice": "being built",
    "stranger-survey-company": "being built",
}
