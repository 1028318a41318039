"""The lease of a worker: renewed, run out, lost."""

import pytest

from tests.worker.agent.fakes import Bench, FakeProcesses, call, once, outcome_of, shell, until
from tickwork.core.codec import to_json
from tickwork.core.lease import KILL_AT, RENEW_EVERY, TERM_AT
from tickwork.core.model import SYSTEM, Pool
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Kind, Put
from tickwork.telemetry import StaleWriteRefused
from tickwork.worker.processes import Stop


async def test_the_lease_is_renewed_from_before_the_renewal_was_sent(bench: Bench) -> None:
    processes = FakeProcesses()
    sent = bench.clock.monotonic()
    bench.worker(processes, lease=10)
    await until(lambda: bench.link.renewals)
    await until(lambda: len(processes.renewals) > 1)
    answered = bench.clock.monotonic()
    for deadlines in processes.renewals:
        assert sent + 10 * TERM_AT <= deadlines.term_at <= answered + 10 * TERM_AT
        assert deadlines.kill_at - deadlines.term_at == pytest.approx(10 * (KILL_AT - TERM_AT))


async def test_a_pool_s_lease_is_renewed_and_kept_to_instead_of_the_worker_s_own(bench: Bench) -> None:
    put = Put(kind=Kind.POOL, id="default", body=to_json(Pool(name="default", lease=120.0)), name="default")
    await bench.store.put([put], by=SYSTEM, at=bench.clock.now())
    processes = FakeProcesses()
    agent = bench.worker(processes, lease=10)
    await until(lambda: bench.link.renewals)
    for deadlines in processes.renewals:
        assert deadlines.kill_at - deadlines.term_at == pytest.approx(120 * (KILL_AT - TERM_AT))
    # The session after it asks again, with the worker's own
    await bench.settle()
    bench.let_pass(agent, 120 * RENEW_EVERY)
    await until(lambda: len(bench.link.sessions) > 1)
    assert [session.lease for session in bench.link.sessions] == [10, 10]


async def test_renewals_come_a_fifth_of_the_lease_apart_also_when_nothing_happens(bench: Bench) -> None:
    processes = FakeProcesses()
    agent = bench.worker(processes, lease=10)
    await until(lambda: bench.link.renewals)
    before = bench.link.renewals
    bench.let_pass(agent, 10 * RENEW_EVERY)
    await until(lambda: bench.link.renewals > before)


async def test_a_renewal_that_nobody_answers_extends_nothing(bench: Bench) -> None:
    processes = FakeProcesses()
    bench.worker(processes, lease=1)
    await until(lambda: bench.link.renewals)
    bench.link.cut = True
    before = len(processes.renewals)
    await until(lambda: any("does not answer" in str(event) for event in bench.events))
    assert len(processes.renewals) == before
    bench.link.cut = False
    await until(lambda: any("answers again" in str(event) for event in bench.events))
    assert len(processes.renewals) > before


@pytest.mark.parametrize(("careful", "state"), [(False, State.QUEUED), (True, State.FAILED)])
async def test_a_run_that_its_lease_stopped_is_tried_again_unless_it_may_run_only_once(
    bench: Bench, careful: bool, state: State
) -> None:
    processes = FakeProcesses()
    job = once(shell()) if careful else shell()
    [run] = await bench.queue(job)
    agent = bench.worker(processes, seats=1)
    program = await processes.program()
    program.begin()
    await bench.run_in(State.RUNNING, run)
    agent.stop()
    program.end(outcome_of(Stop.LEASE), stop=Stop.LEASE)
    await bench.stopped(agent)
    entry = await bench.run(run)
    assert entry.state is state
    [attempt] = await bench.store.attempts(run)
    assert attempt.reason is Reason.LOST


async def test_nothing_begins_while_the_lease_has_run_out(bench: Bench) -> None:
    processes = FakeProcesses()
    agent = bench.worker(processes, seats=1, lease=600)
    await until(lambda: bench.link.renewals)
    # Given a lease that ran out unnoticed, and an order that waits
    bench.link.cut = True
    bench.let_pass(agent, 600 * TERM_AT)
    [run] = await bench.queue(shell())
    await until(lambda: any("does not answer" in str(event) for event in bench.events))
    assert processes.programs == []
    # When the store answers again
    bench.link.cut = False
    bench.let_pass(agent, 0)
    program = await processes.program()
    program.begin()
    program.end()
    assert (await bench.ended(run)).attempt == 1


async def test_a_lost_session_kills_everything_and_begins_again_as_another(bench: Bench) -> None:
    processes = FakeProcesses(obedient=False)
    [run] = await bench.queue(shell())
    agent = bench.worker(processes, lease=600)
    program = await processes.program()
    program.begin()
    await bench.run_in(State.RUNNING, run)
    # When a reaper settles the session
    await bench.settle()
    bench.let_pass(agent, 600 * RENEW_EVERY)
    # Then the run is killed without grace, and no new session begins before it is over
    await until(lambda: program.stops)
    assert program.stops == [(Stop.LEASE, 0)]
    assert len(bench.link.sessions) == 1
    program.end(outcome_of(Stop.LEASE), stop=Stop.LEASE)
    again = await processes.program(1)
    assert again.run == run
    again.begin()
    again.end()
    entry = await bench.ended(run)
    assert (entry.state, entry.attempt, entry.losses) == (State.SUCCEEDED, 2, 1)
    assert len({session.id for session in bench.link.sessions}) == 2


async def test_calls_that_wait_in_a_child_are_forgotten_with_their_session(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(call())
    agent = bench.worker(processes, seats=1, lease=600)
    child = await processes.first_child()
    await until(lambda: child.queue)
    await bench.settle()
    bench.let_pass(agent, 600 * RENEW_EVERY)
    await until(lambda: any("lost its session" in str(event) for event in bench.events))
    # Then its child is killed before the call can begin, and the run comes again by a new claim
    assert child.stops[-1] == (Stop.LEASE, 0, None)
    second = await processes.first_child(1)
    await until(lambda: second.queue)
    second.finish_all()
    assert (await bench.ended(run)).attempt == 1


async def test_a_report_that_comes_too_late_is_refused_counted_and_its_run_is_stopped(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(shell())
    bench.worker(processes, lease=600)
    program = await processes.program()
    # Given a session that was settled while its worker stood still
    await bench.settle()
    # When the worker reports
    program.begin()
    # Then nothing was changed by it, and the process is killed
    await until(lambda: program.stops)
    assert any(isinstance(event, StaleWriteRefused) and event.run == run for event in bench.events)
    assert (await bench.run(run)).state is State.QUEUED
