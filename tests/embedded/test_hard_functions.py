"""Functions that crash, hang, hoard and shout: each ends with the right state and reason, its neighbours untouched."""

from pathlib import Path

import pytest

from tests.embedded import hard_app
from tickwork import RunFailed, Tickwork

PATIENCE = 120.0


@pytest.fixture(scope="module")
def tw(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hard")
    with Tickwork(f"sqlite:///{folder}/t.db", jobs=hard_app, workers=2, grace=0.1) as tw:
        yield tw


@pytest.fixture
def beside(tw, tmp_path: Path):
    """A run on the same worker, which must not notice anything."""
    mark = tmp_path / "mark"
    run = hard_app.neighbour.submit(mark=str(mark))
    yield
    mark.touch()
    assert run.result(PATIENCE) == 1


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize(
    ("job", "reason", "words"),
    [
        (hard_app.segfaults, "signal", "killed by SIGSEGV"),
        (hard_app.is_killed, "signal", "killed by SIGKILL"),
        (hard_app.vanishes, "exit", "exit status 3"),
        (hard_app.allocates_until_its_limit, "exception", "MemoryError"),
        (hard_app.allocates_until_it_is_stopped, "resource", "it hit its limit: 512 MB of memory"),
        (hard_app.blocks_term, "timeout", "timed out after 0.3 s"),
        (hard_app.returns_100_mb, "result", "the result is 100,000,002 bytes of JSON"),
        (hard_app.recurses, "exception", "RecursionError"),
    ],
)
def test_it_fails_for_its_own_reason_and_alone(job, reason, words):
    with pytest.raises(RunFailed) as caught:
        job.submit().result(PATIENCE)
    assert (caught.value.state, caught.value.reason) == ("failed", reason)
    assert words in caught.value.error


@pytest.mark.usefixtures("beside")
def test_a_flood_of_records_is_cut_and_costs_bounded_time_and_space():
    run = hard_app.logs.submit(records=1_000_000)
    assert run.result(PATIENCE) == 1_000_000
    text = run.logs()
    assert "record 0\n" in text
    assert "record 999999\n" in text
    assert "bytes left out here" in text
    assert len(text) < 1_500_000
