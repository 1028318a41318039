"""Warm children: how they crash, are stopped, wear out, and whom that concerns."""

import json
import os
import signal

import psutil
import pytest

from tests.worker.processes.test_calls import SPEC
from tests.worker.processes.watching import Watcher, alive, call, eventually
from tickwork.core.lease import Deadlines
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Stream
from tickwork.worker.process.loading import NEIGHBOURS_EVERY
from tickwork.worker.processes import Began, ChildSpec, Over, Stop


@pytest.fixture
async def child(processes, watcher):
    return await processes.child(SPEC, watcher)


def ends(watcher):
    return [e.run for e in watcher.find(Over)]


@pytest.mark.parametrize(
    ("function", "arg", "reason", "code", "words"),
    [
        ("die", signal.SIGSEGV, Reason.SIGNAL, 139, "killed by SIGSEGV"),
        ("die", signal.SIGKILL, Reason.SIGNAL, 137, "killed by SIGKILL"),
        ("vanish", 7, Reason.EXIT, 7, "exit status 7"),
        ("vanish", 0, Reason.EXIT, 0, "status 0"),
    ],
)
async def test_a_crash_costs_only_the_call_it_was_in(child, watcher, function, arg, reason, code, words):
    child.call(
        [
            call("sample_jobs:say", "before", run="1"),
            call(f"sample_jobs:{function}", int(arg), run="2"),
            call("sample_jobs:nothing", run="3"),
        ]
    )
    gone = await watcher.gone()
    assert not gone.expected
    assert ends(watcher) == ["1", "2"]
    assert watcher.find(Over, "1")[0].outcome.state is State.SUCCEEDED
    end = watcher.find(Over, "2")[0].outcome
    assert (end.state, end.reason, end.exit_code) == (State.FAILED, reason, code)
    assert words in end.error
    assert watcher.find(Began, "3") == []
    assert watcher.log("2") == (b"last words\n" if function == "vanish" else b"")


async def test_a_crash_while_importing_is_the_call_s(child, watcher):
    child.call([call("deadly_import:f"), call("sample_jobs:nothing", run="next")])
    await watcher.gone()
    assert ends(watcher) == ["run"]
    assert watcher.find(Began, "run")
    assert watcher.find(Over)[0].outcome.reason is Reason.SIGNAL


async def test_a_timeout_is_counted_for_each_call(child, watcher):
    child.call([call("sample_jobs:nothing", run=f"{n}", timeout=100) for n in range(3)])
    child.call([call("sample_jobs:hang", timeout=0.3), call("sample_jobs:nothing", run="next")])
    gone = await watcher.gone()
    assert gone.expected
    assert ends(watcher) == ["0", "1", "2", "run"]
    over = watcher.find(Over, "run")[0]
    assert over.stop is Stop.TIMEOUT
    assert (over.outcome.reason, over.outcome.error) == (Reason.TIMEOUT, "timed out after 0.3 s")


async def test_a_stubborn_call_dies_with_all_it_started(child, watcher):
    child.call([call("sample_jobs:hang_stubbornly", timeout=1, grace=0.2)])
    over = await watcher.over()
    assert over.stop is Stop.TIMEOUT
    assert over.survivors == ()
    assert not alive(int(watcher.log("run", Stream.STDOUT)))
    assert not alive(watcher.find(Began)[0].pid)


async def test_a_call_may_tidy_up(child, watcher):
    child.call([call("sample_jobs:tidies_up", grace=100)])
    await watcher.printed("hanging")
    child.stop(Stop.CANCEL)
    over = await watcher.over()
    assert over.outcome.state is State.CANCELLED
    assert watcher.log("run", Stream.STDOUT) == b"hanging\ntidied up\n"
    assert watcher.log("run", Stream.SYSTEM) == b"[tickwork: SIGTERM (cancel)]\n"


async def test_a_stop_for_a_call_that_is_over_hits_no_other(child, watcher):
    child.call([call("sample_jobs:nothing", run="1"), call("sample_jobs:hang", run="2")])
    await watcher.printed("hanging", "2")
    child.stop(Stop.CANCEL, run="1")
    child.call([call("sample_jobs:nothing", run="3")])
    child.stop(Stop.CANCEL, run="2", grace=0)
    await watcher.gone()
    assert [(o.run, o.stop) for o in watcher.find(Over)] == [("1", None), ("2", Stop.CANCEL)]


async def test_a_stop_for_a_call_to_come_waits_for_it(child, watcher, tmp_path):
    child.call([call("sample_jobs:hang", run="1", timeout=100), call("sample_jobs:hang", run="2")])
    await watcher.printed("hanging", "1")
    child.stop(Stop.CANCEL, run="2")
    child.stop(Stop.CANCEL, run="1")
    await watcher.gone()
    assert ends(watcher) == ["1"]


async def test_an_idle_child_is_stopped_too(child, watcher):
    child.stop(Stop.WORKER_STOP)
    assert (await watcher.gone()).expected
    assert watcher.find(Over) == []


async def test_retiring_ends_a_child_after_its_calls(child, watcher):
    child.call([call("sample_jobs:nothing", run=f"{n}") for n in range(5)])
    child.retire()
    assert (await watcher.gone()).expected
    assert ends(watcher) == ["0", "1", "2", "3", "4"]


async def test_a_child_is_worn_out_after_so_many_calls(processes, watcher):
    child = await processes.child(ChildSpec(env=SPEC.env, path=SPEC.path, max_calls=3), watcher)
    child.call([call("sample_jobs:nothing", run=f"{n}") for n in range(5)])
    assert (await watcher.gone()).expected
    assert ends(watcher) == ["0", "1", "2"]


async def test_a_child_that_grew_too_much_is_worn_out(processes, watcher):
    child = await processes.child(ChildSpec(env=SPEC.env, path=SPEC.path, max_growth_mb=20), watcher)
    child.call([call("sample_jobs:nothing", run="first"), call("sample_jobs:grow", 50_000_000, run="second")])
    child.call([call("sample_jobs:nothing", run=f"{n}") for n in range(100)])
    assert (await watcher.gone()).expected
    assert len(ends(watcher)) < 60


async def test_stale_code_is_never_run(processes, watcher, tmp_path):
    source = tmp_path / "changing.py"
    source.write_text("def version(): return 1\n")
    spec = ChildSpec(env=SPEC.env, path=(str(tmp_path),))
    child = await processes.child(spec, watcher)
    child.call([call("changing:version", run="old")])
    assert (await watcher.over("old")).outcome.result == b"1"
    source.write_text("def version(): return 'two'\n")
    child.call([call("changing:version", run="new")])
    assert (await watcher.gone()).expected
    assert watcher.find(Began, "new") == []
    fresh, second = Watcher(), None
    second = await processes.child(spec, fresh)
    second.call([call("changing:version", run="new")])
    assert (await fresh.over("new")).outcome.result == b'"two"'


@pytest.mark.parametrize("imported", ["import helper\n\ndef version(): ", "def version():\n    import helper\n    "])
async def test_stale_code_beside_it_is_never_run_either(processes, watcher, tmp_path, imported):
    # Given a callable that imports a module beside its own, before or while it is called
    helper = tmp_path / "helper.py"
    helper.write_text("VERSION = 1\n")
    (tmp_path / "steady.py").write_text(imported + "return helper.VERSION\n")
    (tmp_path / "slow.py").write_text(f"import time\n\ndef rest(): time.sleep({2 * NEIGHBOURS_EVERY})\n")
    child = await processes.child(ChildSpec(env=SPEC.env, path=(str(tmp_path),)), watcher)
    child.call([call("steady:version", run="old"), call("slow:rest", run="rest"), call("steady:version", run="same")])
    assert (await watcher.over("same")).outcome.result == b"1"
    # When that module changes
    helper.write_text("VERSION = 22\n")
    # Then the child soon makes no further call
    child.call([call("slow:rest", run="first"), call("steady:version", run="new")])
    assert (await watcher.gone()).expected
    assert watcher.find(Began, "new") == []


async def test_a_killed_supervisor_takes_the_child_and_loses_only_the_current_call(child, watcher):
    child.call([call("sample_jobs:nothing", run="1"), call("sample_jobs:hang", run="2")])
    child.call([call("sample_jobs:nothing", run="3")])
    await watcher.printed("hanging", "2")
    pid = watcher.find(Began, "2")[0].pid
    os.kill(psutil.Process(pid).ppid(), signal.SIGKILL)
    assert not (await watcher.gone()).expected
    assert ends(watcher) == ["1", "2"]
    assert watcher.find(Over, "2")[0].outcome.reason is Reason.LOST
    await eventually(lambda: not alive(pid))


async def test_a_lease_that_ran_out_ends_the_call(processes, child, watcher):
    child.call([call("sample_jobs:hang")])
    await watcher.printed("hanging")
    processes.renew(Deadlines(renew_at=0, term_at=0, kill_at=0))
    child.call([call("sample_jobs:nothing", run="next")])  # any news makes it look
    over = await watcher.over()
    assert over.stop is Stop.LEASE
    assert over.outcome.reason is Reason.LOST


async def test_thousands_of_calls_lose_nothing_and_keep_their_order(child, watcher):
    for batch in range(10):
        child.call([call("sample_jobs:add", batch, n, run=f"{batch}/{n}") for n in range(500)])
    await watcher.until(lambda: len(watcher.events) == 10_000)
    assert ends(watcher) == [f"{batch}/{n}" for batch in range(10) for n in range(500)]
    assert all(json.loads(o.outcome.result) == sum(map(int, o.run.split("/"))) for o in watcher.find(Over))


async def test_a_child_knows_nothing_of_its_supervisor_s_sockets(child, watcher):
    """Else the supervisor would not notice the end of the agent, nor the agent that of the supervisor."""
    child.call([call("sample_jobs:hang")])
    pid = (await watcher.began()).pid
    links = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
    assert len([link for link in links if link.startswith("socket:")]) == 1
    child.stop(Stop.CANCEL, grace=0)
    await watcher.gone()
