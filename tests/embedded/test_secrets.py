"""Secrets that an application sets for its own jobs."""

from pathlib import Path

import pytest

from tickwork import Tickwork
from tickwork.core.ids import JobId
from tickwork.core.model import Job, SecretUse, Shell

VALUE = "open sesame, please"


@pytest.mark.parametrize("store", ["memory://", "sqlite:///{}/t.db"])
def test_a_secret_that_is_set_here_reaches_the_job(store: str, tmp_path: Path) -> None:
    command = Shell(command=f'test "$TOKEN" = "{VALUE}"')
    job = Job(id=JobId("secretive"), name="secretive", task=command, secrets=(SecretUse(name="token", env="TOKEN"),))
    with Tickwork(store.format(tmp_path), grace=0.1) as tw:
        tw.call(lambda ops: ops.secrets.set("default", "token", VALUE))
        tw.call(lambda ops: ops.jobs.save(job))
        tw.submit("secretive").result(20)
