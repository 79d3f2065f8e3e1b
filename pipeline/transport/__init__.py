"""TALKS.  Knows servers, knows nothing of applications.

`imap` fetches from a mailbox, `listener` is a mail server of our own, `courier` hands mails to a
mail server.  `sandbox` and `file_courier` stand for the world where nothing is configured.
`oauth` gets the tokens that some providers want in place of a password.
"""
