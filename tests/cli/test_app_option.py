"""`tickwork up --app`: the jobs of a module, its code in every child, and its changes."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.cli.test_up import PATIENCE, TICKWORK, Process
from tickwork.errors import InvalidDefinition
from tickwork.worker.process.describing import describe

APP = """
import time
from tickwork import task

time.sleep(0.3)

@task(overlap="allow")
def version(n: int = 0) -> int:
    return 1
"""


@pytest.fixture
def up(url, tmp_path) -> Callable[..., object]:
    (tmp_path / "my_app.py").write_text(APP)

    @contextmanager
    def up(*arguments: str) -> Iterator[Process]:
        process = Process("up", "--lines", *arguments)
        try:
            yield process
        finally:
            process.close()

    return up


def tickwork(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([TICKWORK, *arguments], capture_output=True, text=True, timeout=PATIENCE)


def result_of(*arguments: str) -> dict:
    run = json.loads(tickwork("run", *arguments, "--wait", "--json").stdout)
    return json.loads(tickwork("show", run["id"], "--json").stdout)


def test_the_jobs_of_a_module_run_and_no_child_imports_it_again(up):
    with up("--app", "my_app") as process:
        assert "added version" in process.until("added")
        process.until("ready")
        first, second = result_of("version"), result_of("version")
        assert (first["result"], second["result"]) == (1, 1)
        # Given that its import takes 300 ms
        assert second["run"]["duration"] < 0.25


def test_parameters_of_its_jobs_are_checked_before_a_run_is_accepted(up):
    with up("--app", "my_app") as process:
        process.until("ready")
        refused = tickwork("run", "version", "-p", "n=many")
        assert (refused.returncode, refused.stderr) == (
            2,
            "tickwork: job version: parameter 'n' must be int, but 'many' is str\n",
        )


def test_changes_of_its_files_are_taken_over(up, tmp_path):
    with up("--app", "my_app", "--watch") as process:
        process.until("ready")
        assert result_of("version")["result"] == 1
        more = "\n@task(needs='versio')\ndef more(): pass\n"
        (tmp_path / "my_app.py").write_text(APP.replace("return 1", "return 22") + more)
        process.until("added more")
        process.until("reloaded")
        assert "did you mean version?" in process.until("job more: needs versio, which does not exist")
        assert result_of("version")["result"] == 22


def test_a_broken_change_is_told_and_leaves_the_jobs_as_they_were(up, tmp_path):
    with up("--app", "my_app", "--watch") as process:
        process.until("ready")
        assert result_of("version")["result"] == 1  # it was imported by now
        (tmp_path / "my_app.py").write_text("1 / 0\n")
        process.until("ZeroDivisionError")
        process.until("not applied; its jobs stay as they were")
        assert result_of("version")["result"] == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "there is no module 'my_app'"),
        ("1 / 0", "it cannot be imported: ZeroDivisionError: division by zero (at my_app.py:1)"),
        ("import nonsense", "ModuleNotFoundError: No module named 'nonsense' (at my_app.py:1)"),
        ("def f(:", "it cannot be imported: SyntaxError: invalid syntax (at my_app.py:1)"),
        ("import os; os._exit(3)", "ended its process while it was imported"),
        ("from tickwork import task\n@task(retires=3)\ndef f(): pass", "my_app.py:2: job f: there is no option"),
    ],
)
def test_an_app_that_cannot_be_imported_is_told_at_the_start(url, tmp_path, text, words):
    if text is not None:
        (tmp_path / "my_app.py").write_text(text)
    refused = tickwork("up", "--lines", "--app", "my_app")
    assert refused.returncode == 2
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("app", "meant"),
    [
        ("shop.jbos", "there is no module 'shop.jbos'"),
        ("shop.jbos", "; did you mean shop.jobs?"),
        ("shp.jobs", "; did you mean shop?"),
        ("shop/jobs.py", "; a module is named shop.jobs"),
    ],
)
def test_a_misspelt_app_is_told_with_what_is_there(tmp_path, app, meant):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "jobs.py").write_text("")
    with pytest.raises(InvalidDefinition, match=re.escape(meant)):
        describe(app, folder=str(tmp_path))
