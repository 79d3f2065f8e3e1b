"""Mails of the corpus that are not read as they should be, each with its reason.

Whoever mends one takes it out: an expected failure that passes is a failure.
"""

from __future__ import annotations

UNREAD: dict[str, str] = {
    "stranger-grants-seminar": "an invitation to another seminar goes to a person, with a receipt",
    "free-fresh-1-phone-volunteer": "a reading told by と読みます is not seen; asked for",
    "stranger-fresh-1-h7": "a party of somebody else's is answered as a question",
    "free-fresh-2-slash-line": "a kind without a label is taken for a position",
    "free-fresh-2-intro-prose": "an organisation in quotation marks is not seen; asked for",
    "change-fresh-3-m3": "where to write from now on goes to a person",
    "stranger-fresh-3-m3": "a mail for somebody else goes to a person, with a receipt",
}
