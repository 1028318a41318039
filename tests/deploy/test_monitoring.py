"""The files for a monitor name only metrics that there are, with labels that these have; the text is well formed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.server.conftest import Site, a_site
from tickwork.core.states import Reason, State
from tickwork.node import make_store
from tickwork.server.permissions import RULES
from tickwork.service import Service
from tickwork.telemetry import (
    RequestAnswered,
    RunEnded,
    RunsFired,
    RunsOver,
    RunStarted,
    ServiceFailed,
    SessionSettled,
    StaleWriteRefused,
)

DEPLOY = Path(__file__).parents[2] / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana" / "tickwork.json").read_text())
ALERTS = yaml.safe_load((DEPLOY / "prometheus" / "tickwork-alerts.yml").read_text())
_METRIC = re.compile(r"\b((?:tickwork|process)_[a-z_]+)(?:\{([^}]*)\})?")
_GIVEN_BY_PROMETHEUS = {"le", "instance", "job"}
_FAILED = (State.FAILED, Reason.EXIT)


class Idle(Service):
    name = "idle"

    async def tick(self) -> float:
        return 1.0


@pytest.fixture
async def families() -> dict[str, Metric]:
    """Of a node on which everything has happened once."""
    async with a_site() as site:
        return {family.name: family for family in text_string_to_metric_families(await busy_text(site))}


async def busy_text(site: Site) -> str:
    clock, telemetry = site.house.clock, site.backend.telemetry
    store = make_store("memory://", clock=clock)
    await store.open()
    try:
        backend = type(site.backend)(
            store=store,
            clock=clock,
            ids=site.house.ids,
            settings=site.backend.settings,
            keyring=site.backend.keyring,
            telemetry=telemetry,
        )
        idle = Idle(clock=clock, telemetry=telemetry)
        backend.services.append(idle)
        metrics = backend.metrics
        await idle._tick_once()
        for event in (
            RunsFired(runs=1, gaps=1, over=((State.SKIPPED, Reason.OVERLAP, 1),), passed=(("missed", "down", 3),)),
            RunStarted(run="r", job="j", attempt=1, late=0.1),
            RunEnded(run="r", job="j", state=State.FAILED, reason=Reason.EXIT, seconds=1.0),
            RunsOver(outcomes=((State.CANCELLED, Reason.USER, 2),)),
            StaleWriteRefused(run="r", fence="f"),
            SessionSettled(worker="w", session="s", runs=2, over=(("failed", "lost", 1),)),
            ServiceFailed(service="idle", error="E", failures=1),
            RequestAnswered(request="q", method="GET", route="/jobs", status=200, seconds=0.1),
        ):
            telemetry.emit(event)
        await backend.system.people.users.create("ann")
        return (await metrics.text()).decode()
    finally:
        await store.close()


def expressions() -> Iterator[tuple[str, str]]:
    for panel in DASHBOARD["panels"]:
        for target in panel.get("targets", ()):
            yield f"panel {panel['title']}", target["expr"]
    for variable in DASHBOARD["templating"]["list"]:
        if variable["type"] == "query":
            yield f"variable {variable['name']}", variable["query"]
    for group in ALERTS["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]


async def test_every_expression_names_metrics_and_labels_that_there_are(families: dict[str, Metric]) -> None:
    samples = {sample.name: family for family in families.values() for sample in family.samples}
    everyday = set(samples) | _gauges_of_pools()
    for place, expression in expressions():
        named = _METRIC.findall(expression)
        assert named, f"{place}: {expression}"
        for name, conditions in named:
            assert name in everyday, f"{place}: there is no metric {name}"
            labels = set(re.findall(r"(\w+)\s*[=!]~?", conditions)) | set(_grouped(expression))
            known = _labels(samples, [one for one, _ in named])
            assert labels <= known, f"{place}: {labels - known}"


def _gauges_of_pools() -> set[str]:
    return {f"tickwork_{name}" for name in ("queue_depth", "queue_head_age_seconds", "workers", "seats")}


def _grouped(expression: str) -> list[str]:
    groups = re.findall(r"\b(?:by|on) \(([^)]*)\)", expression)
    return [label.strip() for group in groups for label in group.split(",")]


def _labels(samples: dict[str, Metric], names: list[str]) -> set[str]:
    found = set(_GIVEN_BY_PROMETHEUS)
    for name in names:
        if name in _gauges_of_pools():
            found.add("pool")
        for family in (samples[name],) if name in samples else ():
            found.update(label for sample in family.samples for label in sample.labels)
    return found


async def test_every_metric_of_ours_is_on_the_dashboard(families: dict[str, Metric]) -> None:
    shown = " ".join(expression for _, expression in expressions())
    ours = {name for name in families if name.startswith("tickwork_") and not name.endswith("_created")}
    assert {name for name in ours if name not in shown} == set()


async def test_names_keep_to_the_conventions(families: dict[str, Metric]) -> None:
    """As promtool's linter has them."""
    for name, family in families.items():
        if name.endswith("_created"):
            continue  # when a counter began: the library's own
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert family.documentation, f"{name} has no words"
        assert family.documentation.endswith(".") or name.startswith("process_")
        assert not re.search(r"_(ms|milliseconds|minutes|hours|kb|mb|percent)\b", name), "base units only"
        names = {sample.name for sample in family.samples}
        if family.type == "counter":
            assert all(one.endswith(("_total", "_created")) for one in names), name
        else:
            assert not any(one.endswith("_total") for one in names), name
        if family.type == "histogram":
            assert "seconds" in name
            assert _cumulative(family), name


def _cumulative(family: Metric) -> bool:
    rising: dict[str, list[float]] = {}
    for sample in family.samples:
        if sample.name.endswith("_bucket"):
            labels = {label: value for label, value in sample.labels.items() if label != "le"}
            rising.setdefault(str(labels), []).append(sample.value)
    return all(values == sorted(values) for values in rising.values())


def test_panels_have_places_of_their_own() -> None:
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


def test_prometheus_is_told_where_metrics_are_and_shows_a_key_for_them() -> None:
    told = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
    [scraped] = told["scrape_configs"]
    assert scraped["metrics_path"] == "/api/v1/metrics"
    assert scraped["authorization"] == {"credentials_file": "/etc/prometheus/tickwork.key"}
    assert "get_metrics" in RULES
    assert told["rule_files"] == ["tickwork-alerts.yml"]
