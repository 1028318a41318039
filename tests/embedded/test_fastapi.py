"""The ETL example inside a web application, for real: its own processes do the work."""

import asyncio
from pathlib import Path

import httpx2
import pytest

import examples.embedded_etl as example

PATIENCE = 60.0


@pytest.fixture
async def web(tmp_path, monkeypatch):
    """Requests to the running application."""
    monkeypatch.chdir(tmp_path)
    async with example.api.router.lifespan_context(example.api):
        transport = httpx2.ASGITransport(app=example.api)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client


async def test_a_report_is_made_with_all_that_it_stands_on(web):
    made = await web.post("/report")
    assert made.status_code == 202
    path = f"/report/{made.json()['run']}"
    async with asyncio.timeout(PATIENCE):
        while (told := (await web.get(path)).json())["state"] not in {"succeeded", "failed"}:
            await asyncio.sleep(0.05)
    assert told["state"] == "succeeded"
    assert "2930 sold for" in told["report"]


def test_it_fits_on_a_page():
    assert len(Path(example.__file__).read_text().splitlines()) <= 32
