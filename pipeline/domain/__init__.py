"""DECIDES: values and pure functions.  No clock, no file, no socket, no database.

`application` and `events` are what is known and what happens; `rules` is what the organiser
decided; `decide` is the table of what follows, `decision` what it answers with.  The handlers of
the table live beside their subject: `registration`, `correction`, `withdrawal`, `correspondence`,
`settlement`, `reminding`, `operating`.  `calendar`, `names` and `reference` are what they count,
compare and number with.
"""
