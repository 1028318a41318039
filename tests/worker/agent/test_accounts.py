"""As whom a job runs, from its definition and what its worker may do."""

import pwd
from dataclasses import replace

import pytest

from tests.worker.agent.fakes import HOST
from tests.worker.agent.test_executor import claim, job
from tickwork.core.clock import SystemClock
from tickwork.core.model import Call, Mode, Outcome, Resources, Shell
from tickwork.core.states import Reason
from tickwork.worker.accounts import terms_of
from tickwork.worker.executor import Executor, Prepared
from tickwork.worker.processes import Terms

NOBODY = pwd.getpwnam("nobody")
ROOT_HOST = replace(HOST, may_become_others=True)


def prepared(user: str | None) -> Prepared | Outcome:
    return Executor(host=ROOT_HOST, clock=SystemClock()).prepare(claim(job(Shell(command="true"), user=user)))


@pytest.mark.parametrize("user", [None, HOST.user])
def test_the_worker_s_own_user_needs_no_change(user: str | None) -> None:
    assert terms_of(job(Shell(command="true"), user=user), ROOT_HOST).account is None


def test_another_user_brings_ids_groups_and_what_cron_tells() -> None:
    found = prepared("nobody")
    assert found.terms.account.uid == NOBODY.pw_uid
    assert NOBODY.pw_gid in found.terms.account.groups
    env = found.spec.env
    assert (env["HOME"], env["USER"], env["LOGNAME"]) == (NOBODY.pw_dir, "nobody", "nobody")


def test_a_user_that_does_not_exist_is_named() -> None:
    outcome = prepared("no-such-user")
    assert outcome.reason is Reason.LAUNCH
    assert outcome.error.startswith("user 'no-such-user' does not exist on this worker")


def test_limits_nice_and_umask_go_with_the_job() -> None:
    limited = job(Shell(command="true"), resources=Resources(files=50), nice=3, umask=0o77)
    assert terms_of(limited, HOST) == Terms(resources=Resources(files=50), nice=3, umask=0o77)


def test_processor_time_cannot_be_told_apart_in_a_shared_process() -> None:
    call = Call(target="operator:neg", args=(1,), mode=Mode.THREAD)
    outcome = Executor(host=HOST, clock=SystemClock()).prepare(claim(job(call, resources=Resources(cpu=1_000_000))))
    assert outcome.reason is Reason.LAUNCH
    assert "resources.cpu" in outcome.error
