"""What a mail is, before anything that a person wrote is looked at.

Law of this file: the order is fixed, and not answering comes first.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a mail is, or what its writer wants."""

    APPLICATION = "application"
    APPLICATION_INCOMPLETE = "application_incomplete"
    APPLICATION_NEEDS_REVIEW = "application_needs_review"
    CHANGE_REQUEST = "change_request"
    CANCEL_REQUEST = "cancel_request"
    PAYMENT_REPORT = "payment_report"
    """A person says that they have paid."""
    PAYMENT_NOTICE = "payment_notice"
    """A machine says that somebody has paid."""
    INVOICE_REQUEST = "invoice_request"
    RECEIPT_REQUEST = "receipt_request"
    QUESTION = "question"
    ACKNOWLEDGEMENT = "acknowledgement"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    UNRELATED = "unrelated"
    SUSPICIOUS = "suspicious"
    ATTACHMENT_PASSWORD = "attachment_password"  # noqa: S105 - the name of a kind, not a password
    NEEDS_HUMAN = "needs_human"
