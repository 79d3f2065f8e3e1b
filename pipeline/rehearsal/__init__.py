"""PLAYS a whole season on a clock of its own, and has it checked by an independent reader."""
