"""The example app runs, and the embedding example says what a web server does with it."""

import ast
import importlib
import sys
from pathlib import Path

import pytest

from tickwork.core.model import Origin
from tickwork.store.protocol import RunFilter
from tickwork.testing import inline

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def app(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    import app

    yield app
    del sys.modules["app"]


@pytest.fixture
def etl():
    return importlib.import_module("examples.etl")


def test_its_jobs_run(app):
    with inline(app) as tw:
        assert app.primes.run(below=100) == {"below": 100, "count": 25}
        assert app.pages.run(urls=["a", "bc"]) == {"a": 1, "bc": 2}
        run = app.flaky.submit()
        tw.advance("1m")
        assert run.result() == "worked at attempt 2"
        assert {job.id for job in tw.call(lambda ops: ops.jobs.all())} == {"primes", "pages", "flaky", "mail"}


def test_the_etl_passes_its_values_on_and_tells_how_far_it_is(etl):
    with inline(etl) as tw:
        run = tw.call(lambda ops: ops.graphs.run("report", deps=True))
        tw.advance("1m")
        detail = tw.call(lambda ops: ops.runs.detail(run.id))
        assert detail.run.state == "succeeded"
        sold = sum(n % 5 + 1 for orders in range(40, 60) for n in range(orders))
        assert f"{sold} sold for".encode() in detail.result
        items = tw.call(lambda ops: ops.store.runs(RunFilter(job="sales", origin=Origin.MAP), limit=99))
        assert len(items) == 20
        members = tw.call(lambda ops: ops.store.runs(RunFilter(group=run.id), limit=99))
        attempts = {one.job: one.attempt for one in members}
        assert attempts == {"shops": 1, "sales": 0, "rates": 3, "totals": 1, "stock": 1, "report": 1}
        [totals] = [one.id for one in members if one.job == "totals"]
        bars = tw.call(lambda ops: ops.store.read_progress(totals))
        assert len(bars) == 20
        assert all(row.bar.current == row.bar.total > 0 for row in bars)


@pytest.mark.parametrize("example", ["embedded_fastapi.py", "embedded_flask.py"])
def test_the_embedding_is_short_and_uses_what_there_is(app, example):
    text = (EXAMPLES / example).read_text()
    imported = [
        alias.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.module == "app"
        for alias in node.names
    ]
    assert all(hasattr(app, name) for name in imported)
    assert len(text.splitlines()) < 45
