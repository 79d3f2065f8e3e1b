"""READS AND WRITES LETTERS: bytes to values and back, without a socket, a clock or a table."""
