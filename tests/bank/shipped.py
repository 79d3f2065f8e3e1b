"""The profiles as they are shipped."""

from __future__ import annotations

from pathlib import Path

from pipeline.bank.csv_profile import load_profiles

ROOT = Path(__file__).parent.parent.parent
PROFILES = load_profiles(ROOT / "rules" / "banks")
