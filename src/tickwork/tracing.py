"""A trace of each run, for OpenTelemetry: due → queued → claimed → attempt, each as long as it took.

Trace and span ids come from the run's id: whoever knows it names the same trace. So a worker hands a job the context of
its attempt (`TRACEPARENT`) without asking anybody, and the server that wrote the end sends the spans, once each, when
it is known how long they were. Where they go, and which are sampled, the standard variables say (`OTEL_…`).
"""

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from importlib.metadata import entry_points, version
from threading import Thread
from typing import TYPE_CHECKING, Final

from tickwork.core.clock import Instant
from tickwork.core.ids import RunId
from tickwork.core.model import Attempt, Run
from tickwork.core.states import TERMINAL, State
from tickwork.errors import InvalidSetting
from tickwork.telemetry import RunEnded, Telemetry, TelemetryEvent

try:
    from opentelemetry.context import Context
    from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
    from opentelemetry.sdk.trace.id_generator import IdGenerator
    from opentelemetry.sdk.trace.sampling import Decision
    from opentelemetry.trace import (
        NonRecordingSpan,
        SpanContext,
        SpanKind,
        Status,
        StatusCode,
        TraceFlags,
        set_span_in_context,
    )
except ImportError as error:
    raise InvalidSetting(
        f"tracing: it needs OpenTelemetry, which is not installed ({error}); pip install 'tickwork[otel]'"
    ) from error

if TYPE_CHECKING:
    from opentelemetry.util.types import AttributeValue

_MICROSECOND: Final = 1000
"""In nanoseconds, which OpenTelemetry counts in."""
_FLUSH: Final = 3.0
"""Seconds that a stopping server waits until its last spans have left."""
_EXPORTERS: Final = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}
"""By the protocol, the name that the exporter's package has registered."""


class Tracing:
    """One per process."""

    def __init__(self, *, telemetry: Telemetry, exporter: SpanExporter | None = None) -> None:
        """`exporter`: instead of the one that the environment names. Raises `InvalidSetting` for one that is not
        there."""
        self._ids = _Given()
        self._provider = TracerProvider(resource=_resource(os.environ), id_generator=self._ids)
        self._exporters = [exporter] if exporter is not None else _exporters(os.environ)
        for one in self._exporters:
            self._provider.add_span_processor(BatchSpanProcessor(one))
        self._tracer = self._provider.get_tracer("tickwork", version("tickwork"))
        self._deaf = telemetry.subscribe(self._hear)

    def traceparent(self, run: RunId, attempt: int) -> str:
        """The context of an attempt (from 1), as W3C writes it: what the job does belongs to it."""
        return f"00-{_trace(run):032x}-{_attempt(run, attempt):016x}-{self._sampled(run):02x}"

    async def close(self) -> None:
        """Waits a little for the last spans to leave."""
        self._deaf()
        left = asyncio.Event()
        loop = asyncio.get_running_loop()

        def flush() -> None:
            self._provider.force_flush()
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(left.set)

        Thread(target=flush, name="tickwork-traces", daemon=True).start()
        with suppress(TimeoutError):
            async with asyncio.timeout(_FLUSH):
                await left.wait()
        for exporter in self._exporters if not left.is_set() else ():
            exporter.shutdown()  # it would go on trying for longer than a stop may take
        await asyncio.to_thread(self._provider.shutdown)

    def _sampled(self, run: RunId) -> bool:
        """As the sampler decides by the trace's id, in whichever process."""
        decision = self._provider.sampler.should_sample(None, _trace(run), "run").decision
        return decision is Decision.RECORD_AND_SAMPLE

    def _hear(self, event: TelemetryEvent) -> None:
        match event:
            case RunEnded(entry=Run() as run, tried=Attempt() as attempt, claimed=claimed):
                if self._sampled(run.id):
                    self._tell(run, attempt, claimed, event)
            case _:
                pass

    def _tell(self, run: Run, attempt: Attempt, claimed: Instant | None, event: RunEnded) -> None:
        due = run.created if run.slot is None else run.slot
        ready = run.ready_at if run.attempt else due
        began = attempt.finished if attempt.started is None else attempt.started
        held = began if claimed is None else max(min(claimed, began), ready)
        self._child(run, f"queued/{attempt.n}", "queued", ready, held, {"tickwork.pool": run.pool})
        self._child(run, f"claimed/{attempt.n}", "claimed", held, began, {"tickwork.worker": attempt.worker})
        if attempt.started is not None:
            self._attempt(run, attempt)
        if event.state in TERMINAL:
            self._whole(run, due, attempt, event)

    def _attempt(self, run: Run, attempt: Attempt) -> None:
        facts: dict[str, AttributeValue] = {"tickwork.attempt": attempt.n, "tickwork.worker": attempt.worker}
        facts["tickwork.outcome"] = attempt.outcome.value
        if attempt.exit_code is not None:
            facts["process.exit.code"] = attempt.exit_code
        began = attempt.finished if attempt.started is None else attempt.started
        error = None if attempt.outcome is not State.FAILED else attempt.error or attempt.reason or "failed"
        self._child(run, f"attempt/{attempt.n}", "attempt", began, attempt.finished, facts, error=error)

    def _child(
        self,
        run: Run,
        which: str,
        name: str,
        start: Instant,
        end: Instant,
        facts: "Mapping[str, AttributeValue]",
        *,
        error: str | None = None,
    ) -> None:
        parent = SpanContext(_trace(run.id), _root(run.id), is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
        context = set_span_in_context(NonRecordingSpan(parent), Context())
        self._span(context, _span_id(run.id, which), name, start, max(start, end), facts, error)

    def _whole(self, run: Run, due: Instant, attempt: Attempt, event: RunEnded) -> None:
        facts: dict[str, AttributeValue] = {
            "tickwork.run": run.id,
            "tickwork.job": run.job,
            "tickwork.project": run.project,
            "tickwork.pool": run.pool,
            "tickwork.origin": run.origin.value,
            "tickwork.state": event.state,
            "tickwork.reason": event.reason or "",
            "tickwork.attempts": attempt.n,
        }
        self._ids.trace = _trace(run.id)
        error = (event.reason or "failed") if event.state == State.FAILED else None
        self._span(Context(), _root(run.id), f"run {run.job}", due, max(due, attempt.finished), facts, error)

    def _span(
        self,
        context: Context,
        span: int,
        name: str,
        start: Instant,
        end: Instant,
        facts: "Mapping[str, AttributeValue]",
        error: str | None,
    ) -> None:
        self._ids.span = span
        made = self._tracer.start_span(
            name, context, kind=SpanKind.INTERNAL, attributes=dict(facts), start_time=start * _MICROSECOND
        )
        if error is not None:
            made.set_status(Status(StatusCode.ERROR, error))
        made.end(end * _MICROSECOND)


class _Given(IdGenerator):
    """The ids that were named just before."""

    def __init__(self) -> None:
        self.trace = self.span = 1

    def generate_trace_id(self) -> int:
        return self.trace

    def generate_span_id(self) -> int:
        return self.span


def _trace(run: RunId) -> int:
    return _hashed(run, 16)


def _root(run: RunId) -> int:
    return _span_id(run, "run")


def _attempt(run: RunId, n: int) -> int:
    return _span_id(run, f"attempt/{n}")


def _span_id(run: RunId, which: str) -> int:
    return _hashed(f"{run}/{which}", 8)


def _hashed(text: str, size: int) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=size).digest()) or 1  # zero means: none


def _resource(environment: Mapping[str, str]) -> Resource:
    """Named `tickwork`, unless the environment names it."""
    facts = {SERVICE_VERSION: version("tickwork")}
    if not environment.get("OTEL_SERVICE_NAME") and "service.name=" not in environment.get(
        "OTEL_RESOURCE_ATTRIBUTES", ""
    ):
        facts[SERVICE_NAME] = "tickwork"
    return Resource.create(facts)


def _exporters(environment: Mapping[str, str]) -> list[SpanExporter]:
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return []
    names = [name.strip() for name in environment.get("OTEL_TRACES_EXPORTER", "otlp").split(",")]
    return [_exporter(name, environment) for name in names if name not in {"", "none"}]


def _exporter(name: str, environment: Mapping[str, str]) -> SpanExporter:
    if name == "console":
        return ConsoleSpanExporter()
    if name == "otlp":
        protocol = environment.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or environment.get(
            "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"
        )
        name = _EXPORTERS.get(protocol, protocol)
    for found in entry_points(group="opentelemetry_traces_exporter", name=name):
        exporter: SpanExporter = found.load()()
        return exporter
    raise InvalidSetting(
        f"tracing: there is no exporter {name!r} of traces (OTEL_TRACES_EXPORTER, OTEL_EXPORTER_OTLP_PROTOCOL); "
        "install its package, or use otlp over http/protobuf"
    )
