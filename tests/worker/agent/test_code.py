"""A worker says which apps it has, and which code of them."""

import pytest

from tickwork.core.births import lane_at_birth
from tickwork.core.lanes import parse_lane
from tickwork.core.model import Call, Job
from tickwork.worker.code import code_labels, fingerprint
from tickwork.worker.processes import Preload


@pytest.fixture
def shop(tmp_path):
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "jobs.py").write_text("A = 1\n")
    return package


def test_a_worker_without_an_app_has_no_labels_of_code():
    assert code_labels(None) == ()
    assert code_labels(Preload(modules=("shop",))) == ()


def test_a_run_asks_for_its_task_and_only_if_that_is_of_an_app():
    job = Job(id="tally", name="tally", task=Call(target="shop.jobs:tally", app="shop.jobs"))
    lane = parse_lane(lane_at_birth(job))
    assert lane.serves(worker="w", tasks=("shop.jobs:mail", "shop.jobs:tally"))
    assert not lane.serves(worker="w", labels=("app:shop.jobs",), tasks=("shop.jobs:mail",))
    assert lane_at_birth(Job(id="tally", name="tally", task=Call(target="shop.jobs:tally"))) == "default"


def test_the_fingerprint_changes_with_any_file_of_the_package(shop):
    paths = [str(shop.parent)]
    [before] = fingerprint("shop.jobs", paths)
    assert fingerprint("shop", paths) == [before]
    (shop / "deep").mkdir()
    (shop / "deep" / "new.py").write_text("")
    [after] = fingerprint("shop", paths)
    assert after != before
    assert code_labels(Preload(apps=("shop",), paths=tuple(paths))) == ("app:shop", f"code:shop@{after}")


def test_a_module_that_cannot_be_found_has_no_fingerprint(tmp_path):
    assert fingerprint("nothing_of_that_name", [str(tmp_path)]) == []
