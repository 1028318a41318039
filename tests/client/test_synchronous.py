"""The client without coroutines: made from the one with them, and working as it does."""

import ast
import asyncio

import msgspec
import pytest

from tests.client.conftest import URL, Direct, Doors, OnLoop
from tests.client.unawaited import MODULES, TARGET, synchronous
from tests.server.conftest import Site
from tickwork import Client
from tickwork.client import shapes
from tickwork.core.states import State
from tickwork.server import paging, problems
from tickwork.server.routes import acting, boards, instance, logs, looking, oneself, people, projects, runners, runs


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_it_is_what_is_made_from_the_other(module):
    """If not: `python -m tests.client`."""
    made, there = (ast.parse(text) for text in (synchronous(module.read_text()), (TARGET / module.name).read_text()))
    assert _meaning(made) == _meaning(there)


def _meaning(tree: ast.Module) -> tuple[list[str], list[str]]:
    """Imports may be sorted differently."""
    imports = sorted(ast.dump(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))
    rest = [ast.dump(node) for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    return imports, rest


def test_nothing_of_the_other_is_left_in_it():
    for module in TARGET.glob("*.py"):
        text = module.read_text()
        assert "async" not in text.replace("client.asynchronous", "")
        assert "await" not in text


async def test_it_does_what_the_other_does(site: Site, doors: Doors) -> None:
    await site.job("backup")
    key, loop = await doors.key("root", superuser=True), asyncio.get_running_loop()

    def work() -> tuple[str, State, list[str]]:
        with Client(URL, key, transport=OnLoop(Direct(site), loop)) as client:
            run = client.submit("backup", n=1)
            state = run.state()
            run.cancel()
            assert client.runs.wait(run.id).run.state == State.CANCELLED
            return run.id, state, [one.id for one in client.runs.list(job="backup")]

    run, state, listed = await asyncio.to_thread(work)
    assert (state, listed) == (State.QUEUED, [run])


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (shapes.Page[int], paging.Page[int]),
        (shapes.LogPage, logs.LogPage),
        (shapes.Done, acting.Done),
        (shapes.Deleted, runs.Deleted),
        (shapes.Link, people.Link),
        (shapes.BoardPlan, boards.BoardPlan),
        (shapes.Applied, boards.Applied),
        (shapes.AboutView, instance.AboutView),
        (shapes.MeView, oneself.MeView),
        (shapes.Rotated, projects.Rotated),
        (shapes.RunnerPut, runners.RunnerPut),
        (shapes.VerifyPage, looking.VerifyPage),
        (shapes.Problem, problems.Problem),
    ],
    ids=lambda shape: getattr(shape, "__name__", str(shape)),
)
def test_it_reads_what_the_server_writes(here, there):
    """Field by field, as JSON has it."""
    ours, theirs = (_properties(shape) for shape in (here, there))
    assert set(ours) <= set(theirs)
    assert {name: ours[name] for name in ours if name != "errors"} == {
        name: theirs[name] for name in ours if name != "errors"
    }


def _properties(shape: type) -> dict:
    (schema,), parts = msgspec.json.schema_components([shape], ref_template="{name}")
    found = parts[schema["$ref"]]["properties"]
    return {name: {key: value for key, value in said.items() if key != "default"} for name, said in found.items()}
