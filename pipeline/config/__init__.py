"""Configuration: settings, rules and secrets, read once and handed down as values.

This room refuses to start when in doubt.  `faults` is what it says, `rulebook` reads an event's
rules and `agreement` tells where they contradict each other.
"""

from pipeline.config.faults import Fault, Refused
from pipeline.config.rulebook import load_rules

__all__ = ["Fault", "Refused", "load_rules"]
