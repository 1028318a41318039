"""One trace a run: due, queued, claimed, attempt; whoever knows the run's id names the same trace."""

import asyncio
import os
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from tests.house import House, a_house, job
from tickwork.config import Settings
from tickwork.core.clock import Instant
from tickwork.core.ids import RunId
from tickwork.core.model import Fence, Outcome, Retry
from tickwork.core.states import Reason, State
from tickwork.errors import InvalidSetting
from tickwork.node import make_tracing
from tickwork.store.protocol import Start
from tickwork.telemetry import RunEnded, Telemetry
from tickwork.tracing import Tracing
from tickwork.worker.link import Ended, Report
from tickwork.worker.store_link import StoreLink

_PARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-0([01])")
SECOND = 1_000_000_000


@pytest.fixture(autouse=True)
def _nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)


class Bench:
    """A house with a link whose ends are traced."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.exporter = InMemorySpanExporter()
        self.tracing = Tracing(telemetry=house.telemetry, exporter=self.exporter)
        self.link = StoreLink(store=house.store, clock=house.clock, ids=house.ids, telemetry=house.telemetry)

    async def open(self) -> None:
        session = await self.house.session()
        [self.session] = [one for one in await self.house.store.sessions() if one.id == session]
        self.link.resume(self.session)

    async def attempt(self, outcome: Outcome, *, queued: float = 2, claimed: float = 1, took: float = 5) -> RunId:
        clock = self.house.clock
        clock.advance(queued)
        [claim] = await self.link.claim(1, 0)
        clock.advance(claimed)
        began, n = clock.now(), claim.run.attempt + 1
        await self.link.report(Report(starts=(Start(run=claim.run.id, fence=claim.fence, at=began),)), renew=False)
        clock.advance(took)
        end = self._ended(claim.run.id, claim.fence, n, began, outcome)
        await self.link.report(Report(ends=(end,)), renew=False)
        return claim.run.id

    def _ended(self, run: RunId, fence: Fence, n: int, began: Instant, outcome: Outcome) -> Ended:
        return Ended(run=run, fence=fence, attempt=n, started=began, finished=self.house.clock.now(), outcome=outcome)

    async def spans(self) -> list[ReadableSpan]:
        await self.tracing.close()
        self.link.leave()
        return list(self.exporter.get_finished_spans())


def seconds(span: ReadableSpan) -> float:
    assert span.start_time is not None
    assert span.end_time is not None
    return (span.end_time - span.start_time) / SECOND


async def test_a_run_is_a_trace_from_the_due_moment_to_its_end() -> None:
    async with a_house() as house:
        bench = Bench(house)
        await bench.open()
        await house.ops.jobs.save(job())
        due = house.clock.now()
        await house.ops.runs.run("backup")
        run = await bench.attempt(Outcome(state=State.SUCCEEDED))

        queued, claimed, attempt, whole = await bench.spans()

        assert [span.name for span in (queued, claimed, attempt, whole)] == [
            "queued",
            "claimed",
            "attempt",
            "run backup",
        ]
        assert [seconds(span) for span in (queued, claimed, attempt, whole)] == [2, 1, 5, 8]
        assert whole.start_time == due * 1000
        assert whole.parent is None
        assert {span.parent.span_id for span in (queued, claimed, attempt)} == {whole.context.span_id}
        assert {span.context.trace_id for span in (queued, claimed, attempt)} == {whole.context.trace_id}
        assert whole.attributes["tickwork.run"] == run
        assert whole.attributes["tickwork.state"] == "succeeded"
        assert whole.status.status_code is StatusCode.UNSET
        assert whole.resource.attributes["service.name"] == "tickwork"


async def test_a_job_gets_the_context_of_its_attempt() -> None:
    async with a_house() as house:
        bench = Bench(house)
        await bench.open()
        await house.ops.jobs.save(job())
        await house.ops.runs.run("backup")
        run = await bench.attempt(Outcome(state=State.SUCCEEDED))
        trace, span, sampled = _PARENT.fullmatch(bench.tracing.traceparent(run, 1)).groups()
        told = {one.name: one for one in await bench.spans()}
        assert int(trace, 16) == told["attempt"].context.trace_id
        assert int(span, 16) == told["attempt"].context.span_id
        assert sampled == "1"


async def test_each_attempt_is_a_span_and_the_run_is_told_once() -> None:
    async with a_house() as house:
        bench = Bench(house)
        await bench.open()
        await house.ops.jobs.save(job(retry=Retry(count=1)))
        await house.ops.runs.run("backup")
        failure = Outcome(state=State.FAILED, reason=Reason.EXIT, exit_code=3, error="disk full")
        await bench.attempt(failure)
        await bench.attempt(failure, queued=120)
        spans = await bench.spans()
        attempts = [span for span in spans if span.name == "attempt"]
        assert [span.attributes["tickwork.attempt"] for span in attempts] == [1, 2]
        assert {span.attributes["process.exit.code"] for span in attempts} == {3}
        assert {(span.status.status_code, span.status.description) for span in attempts} == {
            (StatusCode.ERROR, "disk full")
        }
        assert len({span.context.span_id for span in spans}) == len(spans) == 7
        [whole] = [span for span in spans if span.parent is None]
        assert (whole.status.status_code, whole.status.description) == (StatusCode.ERROR, "exit")
        assert whole.attributes["tickwork.attempts"] == 2


async def test_what_is_not_sampled_is_not_told_and_jobs_know_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0")
    async with a_house() as house:
        bench = Bench(house)
        await bench.open()
        await house.ops.jobs.save(job())
        await house.ops.runs.run("backup")
        run = await bench.attempt(Outcome(state=State.SUCCEEDED))
        assert bench.tracing.traceparent(run, 1).endswith("-00")
        assert await bench.spans() == []


def test_without_the_setting_nothing_of_it_is_made_or_heard() -> None:
    telemetry = Telemetry()
    assert make_tracing(Settings(store="memory://"), telemetry=telemetry) is None
    telemetry.emit(RunEnded(run="r", job="j", state="succeeded", reason=None, seconds=1))
    assert telemetry._subscribers == []


@pytest.mark.parametrize("name", ["OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_PROTOCOL"])
def test_an_exporter_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "carrier-pigeon")
    with pytest.raises(InvalidSetting, match="no exporter 'carrier-pigeon'"):
        Tracing(telemetry=Telemetry())


# --- over HTTP ------------------------------------------------------------------------------------------


class Collector(HTTPServer):
    """What takes OTLP, and keeps it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.taken: list[tuple[str, str | None, ExportTraceServiceRequest]] = []


class _Taker(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        request = ExportTraceServiceRequest()
        body = self.rfile.read(int(self.headers["content-length"]))
        request.ParseFromString(body)
        assert isinstance(self.server, Collector)
        self.server.taken.append((self.path, self.headers["x-team"], request))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_the_standard_variables_say_where_traces_go(
    collector: Collector, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.server_port}")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-team=night")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "nightly")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
    async with a_house() as house:
        tracing = make_tracing(Settings(store="memory://", tracing=True), telemetry=house.telemetry)
        assert tracing is not None
        bench = Bench(house)
        await bench.open()
        await house.ops.jobs.save(job())
        await house.ops.runs.run("backup")
        await bench.attempt(Outcome(state=State.SUCCEEDED))
        await bench.spans()
        await tracing.close()
    assert [record.message for record in caplog.records if record.name.startswith("opentelemetry")] == []
    [(path, team, request)] = collector.taken
    assert (path, team) == ("/v1/traces", "night")
    [resource] = request.resource_spans
    facts = {one.key: one.value.string_value for one in resource.resource.attributes}
    assert facts["service.name"] == "nightly"
    assert facts["deployment.environment.name"] == "test"
    assert [span.name for scope in resource.scope_spans for span in scope.spans] == [
        "queued",
        "claimed",
        "attempt",
        "run backup",
    ]


async def test_a_collector_that_is_away_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickwork.tracing._FLUSH", 0.1)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    async with a_house() as house:
        tracing = make_tracing(Settings(store="memory://", tracing=True), telemetry=house.telemetry)
        assert tracing is not None
        bench = Bench(house)
        await bench.open()
        await house.ops.jobs.save(job())
        await house.ops.runs.run("backup")
        await bench.attempt(Outcome(state=State.SUCCEEDED))
        async with asyncio.timeout(5):  # it would try for ten seconds
            await tracing.close()
        await bench.spans()
