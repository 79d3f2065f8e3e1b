"""Mails of the corpus that are not read as they should be, each with its reason."""

from __future__ import annotations

UNREAD: dict[str, str] = {
    "free-arrow-under": "being built",
    "free-colleague-below-the-form": "being built",
    "free-dotted-foreign-names": "being built",
    "free-fax-style-cover": "being built",
    "free-iphone": "being built",
    "free-second-in-prose": "being built",
    "free-self-intro-signature": "being built",
    "free-two-listed": "being built",
    "no-withdrawal-other-cancelled": "being built",
    "no-withdrawal-understood-policy": "being built",
    "service-form-mailer": "being built",
    "stranger-fake-invoice": "being built",
    "stranger-survey-company": "being built",
}
