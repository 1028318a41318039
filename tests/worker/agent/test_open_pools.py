"""Into which lanes a claim looks."""

from tests.worker.agent.fakes import Bench
from tickwork.core.clock import Instant
from tickwork.store.protocol import Session
from tickwork.worker.open_pools import OpenPools


async def test_a_claim_looks_for_runs_of_its_apps_before_anybody_has_seen_one(bench: Bench):
    session = Session(
        id="s",
        worker="w",
        pools=("default", "batch"),
        concurrency=1,
        lease=15.0,
        version="0",
        containment="none",
        host="here",
        pid=1,
        labels=("app:shop.jobs", "code:shop.jobs@1", "gpu"),
        opened=Instant(0),
        seen=Instant(0),
    )
    offer = await OpenPools(store=bench.store, clock=bench.clock).of(session)
    app = "?labels=app%3Ashop.jobs"
    assert offer.lanes == ("default", f"default{app}", "batch", f"batch{app}")
