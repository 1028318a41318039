"""The same state machine on PostgreSQL."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.test_store import StoreMachine
from tests.services.postgres import own_schema, postgres_server  # noqa: F401 (fixture)
from tickwork.core.clock import SystemClock
from tickwork.core.ids import Ids
from tickwork.store.postgres import PostgresStore


def test_any_order_of_verbs_does_what_the_model_does(postgres_server: str) -> None:  # noqa: F811
    class Machine(StoreMachine):
        def __init__(self) -> None:
            self.schema = own_schema(postgres_server)
            self.url = self.schema.__enter__()
            super().__init__()

        def open(self) -> None:
            clock = SystemClock()
            self.store = PostgresStore.from_url(self.url, clock=clock, ids=Ids(clock=clock))
            self.wait(self.store.open())

        def teardown(self) -> None:
            super().teardown()
            self.schema.__exit__(None, None, None)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=8, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
