"""What `import tickwork` gives, and what it costs."""

import subprocess
import sys

import pytest

import tickwork


def test_the_public_names_are_exactly_these():
    assert tickwork.__all__ == [
        "AsyncClient",
        "Client",
        "Retry",
        "RunFailed",
        "RunHandle",
        "Skip",
        "Tickwork",
        "TickworkError",
        "at",
        "cron",
        "current_run",
        "every",
        "job",
        "report_progress",
        "result_of",
        "task",
    ]


def test_they_are_sorted_few_and_each_is_there():
    assert tickwork.__all__ == sorted(tickwork.__all__)
    assert len(tickwork.__all__) <= 20
    assert {name for name in tickwork.__all__ if getattr(tickwork, name) is None} == set()
    assert set(tickwork.__all__) <= set(dir(tickwork))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        tickwork.nonsense  # noqa: B018


@pytest.mark.parametrize(
    ("statement", "spared"),
    [
        ("import tickwork", ["msgspec", "asyncio", "tickwork.app", "tickwork.store"]),
        ("from tickwork import job, task, every, current_run, Skip", ["asyncio", "apsw", "tickwork.store.protocol"]),
    ],
)
def test_importing_it_loads_nothing_that_a_module_of_jobs_does_not_need(statement, spared):
    code = f"import sys; {statement}; print([m for m in {spared!r} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"[]\n"
