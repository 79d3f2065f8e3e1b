"""Mails of the corpus that are not read as they should be, each with its reason."""

from __future__ import annotations

UNREAD: dict[str, str] = {
    "auto-address-not-used": "being built",
    "auto-desk-in-brackets": "being built",
    "change-other-words-1": "being built",
    "free-arrow-under": "being built",
    "free-colleague-below-the-form": "being built",
    "free-dotted-foreign-names": "being built",
    "free-fax-style-cover": "being built",
    "free-iphone": "being built",
    "free-second-in-prose": "being built",
    "free-self-intro-signature": "being built",
    "free-two-listed": "being built",
    "notice-card-order": "being built",
    "notice-card-order-plain": "being built",
    "notice-taken-back-plain": "being built",
    "paper-invoice": "being built",
    "paper-other-words-4": "being built",
    "password-other-words-2": "being built",
    "service-form-mailer": "being built",
    "thanks-long": "being built",
    "thanks-other-words-3": "being built",
    "thanks-other-words-4": "being built",
    "thanks-will-pay": "being built",
}
