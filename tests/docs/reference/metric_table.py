"""Every metric, as a table."""

from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.metrics_core import Metric

from tests.docs.reference.tables import table
from tickwork.core.clock import SystemClock
from tickwork.node import make_store
from tickwork.server.metrics import Metrics
from tickwork.telemetry import Telemetry


def metric_table() -> str:
    clock = SystemClock()
    metrics = Metrics(store=make_store("memory://", clock=clock), clock=clock, telemetry=Telemetry())
    counted = [_row(one) for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]
    measured = [_read(family) for family in metrics.readings.describe()]
    return table(("name", "kind", "labels", "meaning"), sorted([*counted, *measured, _BUILD]))


_BUILD = ("`tickwork_build_info`", "gauge", "`version`, `store`", "Which server this is.")


def _read(family: Metric) -> tuple[str, str, str, str]:
    labels = ", ".join(f"`{label}`" for label in family._labelnames)
    name = f"{family.name}_total" if family.type == "counter" else family.name
    return f"`{name}`", family.type, labels, family.documentation


def _row(metric: MetricWrapperBase) -> tuple[str, str, str, str]:
    [family] = metric.describe()
    name = f"{family.name}_total" if family.type == "counter" else family.name
    labels = ", ".join(f"`{label}`" for label in metric._labelnames)
    return f"`{name}`", family.type, labels, family.documentation
