"""What a monitor collects, and with which key."""

from tests.house import every
from tests.server.conftest import HOST, Site
from tests.server.test_today import ran
from tickwork.core.model import Overlap
from tickwork.core.roles import Permission
from tickwork.core.states import Reason, State
from tickwork.runtime.promoter import Promoter
from tickwork.runtime.scheduler import Scheduler
from tickwork.telemetry import RunEnded, RunsFired, RunsOver, RunStarted, SessionSettled


def numbers(text: str) -> dict[str, float]:
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


async def test_a_key_for_metrics_reads_them_and_nothing_else(site: Site) -> None:
    await site.job("backup")
    monitor = await site.person("monitor", superuser=True, scopes=[Permission.METRICS])

    assert (await monitor.get("metrics")).status_code == 200
    assert (await monitor.get("jobs")).status_code == 403


async def test_probes_and_monitors_find_what_they_look_for_at_the_root_too(site: Site) -> None:
    monitor = await site.person("monitor", superuser=True, scopes=[Permission.METRICS])

    told = numbers((await monitor.get(f"{HOST}/metrics")).text)
    health = [(await site.client().get(f"{HOST}/health/{what}")).json()["status"] for what in ("live", "ready")]

    assert "process_start_time_seconds" in told
    assert health == ["ok", "ok"]


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


async def test_every_end_is_counted_once_whoever_saw_it(site: Site) -> None:
    monitor = await site.person("monitor", superuser=True, scopes=[Permission.METRICS])
    await monitor.get("metrics")
    tell = site.backend.telemetry.emit
    tell(RunEnded(run="r", job="j", state="queued", reason="exit", seconds=1.0))
    tell(RunEnded(run="r", job="j", state="failed", reason="exit", seconds=1.0))
    tell(RunsFired(runs=2, gaps=1, over=(("skipped", "overlap", 1),), passed=(("missed", "down", 40),)))
    tell(RunsOver(outcomes=(("cancelled", "user", 2),)))
    tell(SessionSettled(worker="w", session="s", runs=3, over=(("failed", "lost", 1),)))

    told = numbers((await monitor.get("metrics")).text)

    finished = {name: value for name, value in told.items() if name.startswith("tickwork_runs_finished_total")}
    assert finished == {
        'tickwork_runs_finished_total{reason="exit",state="failed"}': 1,
        'tickwork_runs_finished_total{reason="overlap",state="skipped"}': 1,
        'tickwork_runs_finished_total{reason="user",state="cancelled"}': 2,
        'tickwork_runs_finished_total{reason="lost",state="failed"}': 1,
    }
    assert told["tickwork_due_runs_total"] == 2
    assert told['tickwork_gap_occurrences_total{reason="down",state="missed"}'] == 40
    assert told["tickwork_claims_lost_total"] == 3


async def test_the_scheduler_and_the_promoter_tell_what_no_worker_saw(site: Site) -> None:
    house, heard = site.house, []
    house.telemetry.subscribe(heard.append)
    await site.job("backup", overlap=Overlap.SKIP)
    await site.job("often", every(10), overlap=Overlap.SKIP)
    run = await house.ops.runs.run("backup")
    await house.ops.runs.kill(run.id if hasattr(run, "id") else run)
    scheduler = Scheduler(store=house.store, clock=house.clock, ids=house.ids, telemetry=house.telemetry)
    promoter = Promoter(store=house.store, clock=house.clock, telemetry=house.telemetry)
    await promoter.tick()
    for _ in range(2):
        house.clock.advance(10)
        await scheduler.tick()
    assert RunsOver(outcomes=(("cancelled", "user", 1),)) in heard
    over = [event.over for event in heard if isinstance(event, RunsFired)]
    assert over == [(), (("skipped", "overlap", 1),)]


async def test_the_depth_of_queues_is_counted_by_pool(site: Site) -> None:
    await site.job("backup", overlap=Overlap.ALLOW)
    await site.job("train", pool="gpu", labels=("a100",))
    for name in ("backup", "backup", "train"):
        await site.house.ops.runs.run(name)
    monitor = await site.person("monitor", superuser=True, scopes=[Permission.METRICS])

    told = numbers((await monitor.get("metrics")).text)

    assert told['tickwork_queue_depth{pool="default"}'] == 2
    assert told['tickwork_queue_depth{pool="gpu"}'] == 1


async def test_a_store_that_is_away_is_a_number_and_not_an_error(site: Site) -> None:
    metrics = site.backend.metrics
    assert numbers((await metrics.text()).decode())["tickwork_store_up"] == 1
    site.house.store.fail("counts")
    assert numbers((await metrics.text()).decode())["tickwork_store_up"] == 0
    assert numbers((await metrics.text()).decode())["tickwork_store_up"] == 1


async def test_ticks_and_requests_are_measured(site: Site) -> None:
    monitor = await site.person("monitor", superuser=True, scopes=[Permission.METRICS])
    promoter = Promoter(store=site.house.store, clock=site.house.clock, telemetry=site.backend.telemetry)
    site.backend.services.append(promoter)
    await monitor.get("metrics")
    await promoter._tick_once()
    await monitor.get("jobs/nothing")

    told = numbers((await monitor.get("metrics")).text)

    assert told['tickwork_service_tick_seconds_count{service="promoter"}'] == 1
    assert told['tickwork_service_quiet_seconds{service="promoter"}'] == 0
    assert told['tickwork_http_requests_total{method="GET",route="/jobs/{job}",status="404"}'] == 1
    assert told['tickwork_http_request_seconds_count{route="/metrics"}'] == 1
