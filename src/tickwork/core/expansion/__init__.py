"""What a schedule should have been due at, worked out a second time and in another way.

`tickwork verify` holds the ledger against this. `core/timing` cuts time into stretches of constant offset and enters
them anywhere; here every day of the local calendar is walked, each local time is looked up in the zone by its two
folds (PEP 495), and cron fields are read by another parser. An error in one is therefore not an error in both.

Shared with `core/timing` are only the definitions (`schedule.py`), the hash behind `H`, spread and jitter
(`spread_of`: its value *is* the definition) and the reading of a length (`@every 90s`).
"""

from tickwork.core.expansion.walk import Expansion

__all__ = ["Expansion"]
