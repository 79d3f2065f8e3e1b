"""Configuration: settings, rules and secrets, read once and handed down as values.

This room refuses to start when in doubt.  `load` gives the `Config` or raises `Refused` with every
`Fault`.  `settings` names what an installation decides and `environment` reads it; `rulebook`
reads an event's rules, `agreement` tells where they contradict each other, `events` brings all
events together; `reality` keeps sandbox and real apart; `secret_files` and `vault` open secrets;
`description` explains the rules' keys and begins a new event, `settings_text` explains
the settings.
"""

from pipeline.config.configuration import ClockSettings, Config, check, load
from pipeline.config.description import describe, described, new_event
from pipeline.config.environment import known_settings
from pipeline.config.faults import Fault, Refused
from pipeline.config.rulebook import ROOT, load_rules
from pipeline.config.secret_files import AccessFile, AccessSecrets
from pipeline.config.settings_text import example_settings

__all__ = [
    "ROOT",
    "AccessFile",
    "AccessSecrets",
    "ClockSettings",
    "Config",
    "Fault",
    "Refused",
    "check",
    "describe",
    "described",
    "example_settings",
    "known_settings",
    "load",
    "load_rules",
    "new_event",
]
