"""REMEMBERS: the only room that knows SQL.

Law of this room: what must not happen twice is a key of a table, and nobody outside sees SQL or an
error of its drivers (`errors`).  All functions take the connection of a transaction, which
`database` gives; those that take a `Database` commit by themselves.

`sqlite`, `postgresql` and `line` are what `database` is made of; `schema` and `columns` are the
tables, `migrations` the way to them.  `unit` is what the door works with: it reads a batch's needs
(`known`, `caps`), and writes what was decided (`writing`, `rows`, `values`, `statements`).  `inbox`
and `outbox` carry mail for the workers, `reminders` says what is due; `applications`, `tasks`,
`settings`, `journal` and `status` answer the console; `inbox_console` and `outbox_console` are an
operator's hand on mail.  Money stands in `bank_statements` (which files, which days), `remittances`
(what moved, with `verdicts`), `allocations` (who was credited) and `money_acts` (who decided).
"""
