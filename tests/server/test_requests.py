"""Every request has an id: in its answer, in its problem, in the log; and how it went is told."""

import logging

import pytest

from tests.server.conftest import Site
from tickwork.telemetry import RequestAnswered, TelemetryEvent


def answered(site: Site) -> list[RequestAnswered]:
    told: list[RequestAnswered] = []

    def hear(event: TelemetryEvent) -> None:
        if isinstance(event, RequestAnswered):
            told.append(event)

    site.backend.telemetry.subscribe(hear)
    return told


async def test_a_problem_names_its_request(site: Site) -> None:
    root = await site.superuser()
    answer = await root.get("jobs/nothing")
    assert answer.status_code == 404
    assert answer.json()["request"] == answer.headers["x-request-id"]


async def test_an_id_that_a_proxy_made_is_kept_where_it_is_fit_for_a_log(site: Site) -> None:
    root = await site.superuser()
    assert (await root.get("jobs", headers={"x-request-id": "trace-1"})).headers["x-request-id"] == "trace-1"
    made = (await root.get("jobs", headers={"x-request-id": "two words"})).headers["x-request-id"]
    assert made
    assert " " not in made


async def test_what_is_refused_before_any_route_names_its_request_too(site: Site) -> None:
    client = site.client()
    answer = await client.post("session", content=b"a=b", headers={"content-type": "text/plain"})
    assert answer.status_code == 415
    assert answer.json()["request"] == answer.headers["x-request-id"]


async def test_how_a_request_went_is_told_by_its_route_and_not_by_what_it_was_called_with(site: Site) -> None:
    root = await site.superuser()
    told = answered(site)
    answer = await root.get("jobs/a-secret-name")
    [event] = told
    assert (event.method, event.route, event.status) == ("GET", "/jobs/{job}", 404)
    assert event.request == answer.headers["x-request-id"]
    assert "a-secret-name" not in str(event)


async def test_a_fault_is_in_the_log_under_the_id_that_its_answer_tells(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    root = await site.superuser()
    site.house.store.fail("get", error=RuntimeError("a fault of ours"))
    with caplog.at_level(logging.ERROR, "tickwork.server"):
        answer = await root.get("jobs/x")
    assert answer.status_code == 500
    [record] = [record for record in caplog.records if record.name == "tickwork.server"]
    assert record.request == answer.headers["x-request-id"] == answer.json()["request"]
    assert answer.json()["request"] in answer.json()["detail"]
