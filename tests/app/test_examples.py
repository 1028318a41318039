"""The example app runs, and the embedding example says what a web server does with it."""

import ast
import sys
from pathlib import Path

import pytest

from tickwork.testing import inline

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def app(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    import app

    yield app
    del sys.modules["app"]


def test_its_jobs_run(app):
    with inline(app) as tw:
        assert app.primes.run(below=100) == {"below": 100, "count": 25}
        assert app.pages.run(urls=["a", "bc"]) == {"a": 1, "bc": 2}
        run = app.flaky.submit()
        tw.advance("1m")
        assert run.result() == "worked at attempt 2"
        assert {job.id for job in tw.call(lambda ops: ops.jobs.all())} == {"primes", "pages", "flaky", "mail"}


def test_the_embedding_is_short_and_uses_what_there_is(app):
    text = (EXAMPLES / "embedded_fastapi.py").read_text()
    imported = [
        alias.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.module == "app"
        for alias in node.names
    ]
    assert all(hasattr(app, name) for name in imported)
    assert len(text.splitlines()) < 45
