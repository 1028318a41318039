"""What all requests of a node share."""

from dataclasses import dataclass, field
from functools import cached_property

from starlette.requests import HTTPConnection

from tickwork.config import Settings
from tickwork.core.clock import Clock
from tickwork.core.ids import Ids
from tickwork.core.model import SYSTEM, Actor
from tickwork.keyring import Keyring
from tickwork.operations import Operations
from tickwork.operations.people.principals import Principals
from tickwork.operations.strip import StripView
from tickwork.server.fresh import Fresh
from tickwork.server.link.desk import Desk
from tickwork.server.live.hub import Hub
from tickwork.server.metrics import Metrics
from tickwork.server.quota import Quota
from tickwork.service import Service
from tickwork.store.protocol import Store
from tickwork.telemetry import Telemetry


@dataclass(frozen=True, kw_only=True)
class Backend:
    """A store and what surrounds it, as the node has put it together."""

    store: Store
    clock: Clock
    ids: Ids
    settings: Settings
    keyring: Keyring
    telemetry: Telemetry = field(default_factory=Telemetry)
    open_to_all: bool = False
    """`--no-auth`: who can reach it may do everything."""

    services: list[Service] = field(default_factory=list)
    """Of the node, as far as it runs any: what its health is about."""

    def operations(self, actor: Actor) -> Operations:
        return Operations.as_set(
            self.settings, store=self.store, clock=self.clock, ids=self.ids, actor=actor, keyring=self.keyring
        )

    @cached_property
    def system(self) -> Operations:
        """In nobody's name: for what the server itself asks."""
        return self.operations(SYSTEM)

    @cached_property
    def desk(self) -> Desk:
        """Where this node serves workers."""
        return Desk(
            store=self.store,
            clock=self.clock,
            ids=self.ids,
            telemetry=self.telemetry,
            keyring=self.keyring,
            job_timeout=self.settings.job_timeout or None,
        )

    @cached_property
    def hub(self) -> Hub:
        """The live feed of this node."""
        return Hub(store=self.store, clock=self.clock, telemetry=self.telemetry)

    @cached_property
    def strips(self) -> Fresh[StripView]:
        """Every page shows one, and all of one set of projects are alike."""
        return Fresh(clock=self.clock, seconds=5)

    @cached_property
    def checkins(self) -> Quota:
        """How often one job checks in."""
        return Quota(clock=self.clock, at_once=60, every=1.0)

    @cached_property
    def strangers(self) -> Quota:
        """How often an address comes with check-in URLs that are none."""
        return Quota(clock=self.clock, at_once=20, every=10.0)

    @cached_property
    def metrics(self) -> Metrics:
        """What happens on this node, counted."""
        return Metrics(store=self.store, clock=self.clock, telemetry=self.telemetry, services=self.services)

    @property
    def principals(self) -> Principals:
        return self.system.people.principals


def backend_of(connection: HTTPConnection) -> Backend:
    backend = connection.app.state.backend
    assert isinstance(backend, Backend)
    return backend
