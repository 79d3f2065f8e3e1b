"""REMEMBERS: the only room that knows SQL."""
