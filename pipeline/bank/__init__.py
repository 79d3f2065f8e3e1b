"""READS STATEMENTS: a bank's file to remittances, or a refusal.  Nothing is guessed about money.

`statement` tells what a file is and reads it.  `zengin`, with `zengin_fields` and `zengin_kinds`,
reads the records of 全銀協; `csv_reader`, by the `csv_profile` of a bank (`csv_tables`), its CSV,
with `cells`, `csv_lines` and `whose`; `camt`, with `camt_entry` and `camt_parts`, ISO 20022.
`amounts`, `dates` and `balance` are what money, days and balances may be, for all of them.
"""
