"""READS STATEMENTS: a bank's file to remittances, or a refusal.  Nothing is guessed about money."""
