"""What others measure as they work, as a monitor reads it: the ticks of services, the verbs of the store."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from tickwork.core.clock import Clock
from tickwork.core.spent import Spent
from tickwork.service import Service
from tickwork.store.measuring import Calls, Measuring
from tickwork.store.protocol import Store

_NONE: Final[Mapping[str, Calls]] = {}


class Readings(Collector):
    """`services`: those of the node, whichever they are when somebody asks."""

    def __init__(self, *, services: Sequence[Service], store: Store, clock: Clock) -> None:
        self._services = services
        self._calls = store.measured if isinstance(store, Measuring) else _NONE
        self._clock = clock

    def describe(self) -> Iterable[Metric]:
        """Nothing is read for it: a registry asks this of what it is given."""
        return [*_of_services((), 0.0), *_of_verbs({})]

    def collect(self) -> Iterable[Metric]:
        yield from _of_services(self._services, self._clock.monotonic())
        yield from _of_verbs(dict(self._calls))


def _of_services(services: Iterable[Service], now: float) -> Iterator[Metric]:
    took = HistogramMetricFamily(
        "tickwork_service_tick_seconds", "How long ticks of background services took.", labels=["service"]
    )
    quiet = GaugeMetricFamily(
        "tickwork_service_quiet_seconds", "How long a background service has made no progress.", labels=["service"]
    )
    for service in services:
        _add(took, service.name, service.spent)
        if service.got_on is not None:
            quiet.add_metric([service.name], now - service.got_on)
    yield took
    yield quiet


def _of_verbs(calls: Mapping[str, Calls]) -> Iterator[Metric]:
    took = HistogramMetricFamily(
        "tickwork_store_call_seconds",
        "How long verbs of the store took from the call to the answer, its queues included.",
        labels=["verb"],
    )
    failed = CounterMetricFamily(
        "tickwork_store_call_failures", "Verbs of the store that raised an error.", labels=["verb"]
    )
    for verb, one in sorted(calls.items()):
        _add(took, verb, one.spent)
        failed.add_metric([verb], one.failed)
    yield took
    yield failed


def _add(family: HistogramMetricFamily, label: str, spent: Spent) -> None:
    buckets = [(_written(bound), float(count)) for bound, count in spent.buckets()]
    family.add_metric([label], buckets=buckets, sum_value=spent.seconds)


def _written(bound: float) -> str:
    return "+Inf" if bound == float("inf") else str(bound)
