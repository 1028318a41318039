"""Results go from job to job for real: through the store, the link and the children."""

from pathlib import Path

import pytest

from tests.embedded.linked_app import extract, load, report, transform
from tickwork import RunFailed, Tickwork

JOBS = [extract, transform, load, report]


@pytest.fixture
def tw(tmp_path: Path):
    with Tickwork(f"sqlite:///{tmp_path}/t.db", jobs=JOBS, grace=0.1) as tw:
        yield tw


def test_each_job_gets_what_the_one_before_it_returned(tw):
    assert len(extract.run()) == 4
    assert transform.run() == {"key0": 0, "key1": 10, "key2": 20, "key3": 30}
    assert load.run() == {"key0": 1, "key1": 11}
    assert report.run() == {"key0": 1, "key1": 11}


def test_a_job_whose_needs_have_not_run_fails_and_names_them(tw):
    with pytest.raises(RunFailed, match=r"failed \(upstream\): dependencies not met: extract") as caught:
        transform.run()
    assert caught.value.reason == "upstream"
