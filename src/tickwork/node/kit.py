"""What all parts of a node are made with."""

from dataclasses import dataclass

from tickwork.config import Settings
from tickwork.core.clock import Clock
from tickwork.core.ids import Ids
from tickwork.keyring import Keyring
from tickwork.telemetry import Telemetry


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """One per node."""

    settings: Settings
    clock: Clock
    ids: Ids
    telemetry: Telemetry
    keyring: Keyring
