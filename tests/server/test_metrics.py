"""What a monitor collects, and with which key."""

from tests.server.conftest import Site
from tests.server.test_today import ran
from tickwork.core.roles import Permission
from tickwork.core.states import Reason, State
from tickwork.telemetry import RunEnded, RunStarted


def numbers(text: str) -> dict[str, float]:
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


async def test_a_key_for_metrics_reads_them_and_nothing_else(site: Site) -> None:
    await site.job("backup")
    monitor = await site.person("monitor", superuser=True, scopes=[Permission.METRICS])

    assert (await monitor.get("metrics")).status_code == 200
    assert (await monitor.get("jobs")).status_code == 403


async def test_what_happens_is_counted_by_what_became_of_it(site: Site) -> None:
    monitor = await site.person("monitor", superuser=True, scopes=[Permission.METRICS])
    await monitor.get("metrics")
    site.backend.telemetry.emit(RunStarted(run="r", job="backup", attempt=1, late=0.3))
    site.backend.telemetry.emit(RunEnded(run="r", job="backup", state="failed", reason="exit", seconds=2.0))

    told = numbers((await monitor.get("metrics")).text)

    assert told["tickwork_attempts_started_total"] == 1
    assert told['tickwork_attempts_ended_total{reason="exit",state="failed"}'] == 1
    assert told['tickwork_lateness_seconds_bucket{le="0.25"}'] == 0
    assert told['tickwork_lateness_seconds_bucket{le="0.5"}'] == 1
    assert told["tickwork_attempt_duration_seconds_sum"] == 2


async def test_what_stands_in_the_store_is_read_when_somebody_asks(site: Site) -> None:
    await site.job("backup")
    monitor = await site.person("monitor", superuser=True, scopes=[Permission.METRICS])
    await ran(site, "backup", State.FAILED, Reason.EXIT)
    await site.house.ops.runs.run("backup")
    site.house.clock.advance(30)

    told = numbers((await monitor.get("metrics")).text)

    assert told['tickwork_runs{state="queued"}'] == 1
    assert told['tickwork_queue_head_age_seconds{pool="default"}'] == 30
    assert told['tickwork_workers{pool="default"}'] == 1
