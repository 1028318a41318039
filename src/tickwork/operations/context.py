"""What every operation has in hand."""

from dataclasses import dataclass, field

from tickwork.core.clock import Clock
from tickwork.core.ids import Ids
from tickwork.core.lease import PATIENCE, Patience
from tickwork.core.model import Actor
from tickwork.core.retention import Retention
from tickwork.keyring import Keyring
from tickwork.store.protocol import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A store, and who acts on it."""

    store: Store
    clock: Clock
    ids: Ids
    actor: Actor
    retention: Retention
    """What the instance says about how long history is kept."""
    patience: Patience = PATIENCE
    keyring: Keyring = field(default_factory=Keyring)
    """What signs the tokens of runs and seals secrets."""
