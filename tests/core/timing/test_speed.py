"""The promises about speed, with room for a busy machine; benchmarks measure the rest."""

import ast
import time
from pathlib import Path

import tickwork.core.timing
from tickwork.core.clock import DAY, SECOND, Duration, Instant
from tickwork.core.ids import JobId
from tickwork.core.timing.occurrences import count, following, last
from tickwork.core.timing.schedule import Cron, Every, Schedule

T0 = Instant(1_790_000_000 * SECOND)
JOB = JobId("job")


def test_a_hundred_thousand_jobs_of_a_thousand_expressions_share_the_computation() -> None:
    jobs = [
        (
            Schedule(key="k", trigger=Cron(expression=f"{n % 60} {n // 60} * * *"), zone="Europe/Amsterdam"),
            JobId(str(n)),
        )
        for n in range(1000)
    ] * 100
    began = time.process_time()

    found = [following(schedule, job, T0) for schedule, job in jobs]

    assert time.process_time() - began < 1
    assert all(occurrence is not None for occurrence in found)


def test_a_month_of_seconds_is_counted_at_once() -> None:
    for trigger in (Cron(expression="* * * * * *"), Every(interval=Duration(SECOND))):
        schedule = Schedule(key="k", trigger=trigger, zone="Europe/Amsterdam", since=T0)
        began = time.process_time()

        assert count(schedule, JOB, T0, Instant(T0 + 30 * DAY)) == 30 * 86_400
        assert len(last(schedule, JOB, T0, Instant(T0 + 30 * DAY), n=10)) == 10

        assert time.process_time() - began < 0.5


def test_timing_imports_no_loop_no_thread_no_log_and_reads_no_clock() -> None:
    imported, called = set(), set()
    for path in Path(tickwork.core.timing.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module or "")
            elif isinstance(node, ast.Attribute):
                called.add(node.attr)

    assert imported.isdisjoint({"asyncio", "threading", "logging", "time", "random"})
    assert called.isdisjoint({"now", "utcnow", "today", "monotonic", "perf_counter"})
