"""From a queued run to its entry in the ledger."""

import pytest

from tests.worker.agent.fakes import SUCCEEDED, Bench, FakeProcesses, call, once, shell, until
from tickwork.core.model import Outcome, Retry
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Chunk, Start, Stream
from tickwork.telemetry import RunEnded, RunStarted
from tickwork.worker.link import Ended
from tickwork.worker.processes import Logged, Stop


async def test_a_program_is_claimed_started_and_finished_with_its_log(bench: Bench) -> None:
    # Given a queued run and a worker
    processes = FakeProcesses()
    [run] = await bench.queue(shell())
    bench.worker(processes)
    # When its process begins, prints and ends well
    program = await processes.program()
    program.begin()
    chunk = Chunk(seq=0, at=bench.clock.now(), stream=Stream.STDOUT, data=b"done\n")
    program.hear(Logged(run=run, chunks=(chunk,)))
    program.end(Outcome(state=State.SUCCEEDED, exit_code=0))
    # Then the ledger has all of it
    entry = await bench.ended(run)
    assert (entry.state, entry.attempt, entry.exit_code, entry.worker) == (State.SUCCEEDED, 1, 0, "w1")
    assert [chunk.data for chunk in await bench.store.read_log(run)] == [b"done\n"]
    assert [type(event) for event in bench.events] == [RunStarted, RunEnded]


async def test_a_call_keeps_its_result_and_its_child_is_used_again(bench: Bench) -> None:
    processes = FakeProcesses()
    runs = await bench.queue(call(), 2, params=b'{"n": 3}')
    bench.worker(processes, seats=1)
    child = await processes.first_child()
    for _ in runs:
        await until(lambda: child.queue)
        run = child.begin()
        assert child.queue[0].kwargs == {"n": 3}
        child.end(Outcome(state=State.SUCCEEDED, result=b"3"))
        await bench.ended(run)
    detail = await bench.store.run(runs[1])
    assert detail is not None
    assert detail.result == b"3"
    assert len(processes.children) == 1


async def test_a_failed_attempt_is_tried_again_as_the_job_says(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(shell(retry=Retry(count=1, delay=0)))
    bench.worker(processes)
    failed = Outcome(state=State.FAILED, reason=Reason.EXIT, exit_code=3, error="exit status 3")
    for nth in range(2):
        program = await processes.program(nth)
        assert program.spec.env["TICKWORK_ATTEMPT"] == str(nth + 1)
        program.begin()
        program.end(failed)
    entry = await bench.ended(run)
    assert (entry.state, entry.reason, entry.attempt, entry.note) == (State.FAILED, Reason.EXIT, 2, "exit status 3")
    assert [attempt.n for attempt in await bench.store.attempts(run)] == [1, 2]


@pytest.mark.parametrize("job", [shell(), call()])
async def test_what_the_processes_cannot_start_fails_to_launch_in_their_words(bench: Bench, job) -> None:
    processes = FakeProcesses()
    processes.fails = "no such file: /bin/sh"
    [run] = await bench.queue(job)
    bench.worker(processes)
    entry = await bench.ended(run)
    assert (entry.state, entry.reason, entry.note) == (State.FAILED, Reason.LAUNCH, "no such file: /bin/sh")
    assert entry.attempt == 0


async def test_a_worker_claims_exactly_its_free_seats(bench: Bench) -> None:
    processes = FakeProcesses()
    runs = await bench.queue(shell(), 5)
    bench.worker(processes, seats=2)
    await processes.program(1)
    # Given both seats taken, nothing more is claimed, until one is free again
    assert bench.link.asked == [2]
    processes.programs[0].begin()
    processes.programs[0].end()
    await processes.program(2)
    assert bench.link.asked == [2, 1]
    states = [(await bench.run(run)).state for run in runs]
    assert states.count(State.QUEUED) == 2


async def test_an_at_most_once_run_is_in_the_ledger_as_running_before_its_process_exists(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(once(shell()))
    # Given a store that takes no reports yet
    bench.worker(processes)
    program = await processes.program()
    # Then, when the process is made, the start is durable already, and is not told a second time
    assert (await bench.run(run)).state is State.RUNNING
    program.begin()
    program.end()
    entry = await bench.ended(run)
    assert (entry.state, entry.attempt) == (State.SUCCEEDED, 1)
    assert len(bench.link.told(Start)) == 1


async def test_an_at_most_once_run_whose_start_cannot_be_told_is_not_launched(bench: Bench) -> None:
    processes = FakeProcesses()
    reports = bench.link.report
    refused = []

    async def only_renewals(batch, *, renew):
        if not renew and not refused:
            refused.append(batch)
            bench.link.cut = True
        try:
            return await reports(batch, renew=renew)
        finally:
            bench.link.cut = False

    bench.link.report = only_renewals
    await bench.queue(once(call()))
    bench.worker(processes)
    # When the report with the start is refused
    await until(lambda: refused)
    assert not any(child.queue for child in processes.children)
    # Then the call is made only after a second report was taken
    child = await processes.first_child()
    await until(lambda: child.queue)
    assert len(bench.link.told(Start)) == 1


async def test_an_at_most_once_run_that_failed_is_not_started_again(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(once(shell(retry=Retry(count=3, delay=0))))
    bench.worker(processes)
    program = await processes.program()
    program.begin()
    program.end(Outcome(state=State.FAILED, reason=Reason.EXIT, exit_code=1))
    assert (await bench.ended(run)).state is State.FAILED


async def test_a_call_that_fails_to_launch_after_its_start_was_told_ends_so(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(once(shell()))
    processes.fails = "the machine is full"
    bench.worker(processes)
    entry = await bench.ended(run)
    assert (entry.state, entry.reason, entry.attempt) == (State.FAILED, Reason.LAUNCH, 1)


async def test_a_cancelled_run_is_stopped_at_once_and_says_who_wanted_it(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(shell())
    bench.worker(processes, lease=600)
    program = await processes.program()
    program.begin()
    await bench.run_in(State.RUNNING, run)
    # When somebody cancels it, long before the next renewal is due
    await bench.cancel(run, "ann@desk: enough")
    # Then its process is stopped, and the reason is that of the request
    entry = await bench.ended(run)
    assert program.stops == [(Stop.CANCEL, None)]
    assert (entry.state, entry.reason) == (State.CANCELLED, Reason.USER)
    assert "ann@desk: enough" in (entry.note or "")


async def test_a_call_that_is_cancelled_in_the_queue_is_stopped_as_soon_as_it_begins(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(call())
    bench.worker(processes, lease=600)
    child = await processes.first_child()
    await until(lambda: child.queue)
    # When it is cancelled before it could begin
    await bench.cancel(run)
    await until(lambda: child.stops)
    assert child.stops == [(Stop.CANCEL, None, run)]
    # Then its beginning is its end
    child.begin()
    assert (await bench.ended(run)).state is State.CANCELLED


async def test_a_run_that_fails_while_it_is_being_cancelled_is_not_tried_again(bench: Bench) -> None:
    processes = FakeProcesses(obedient=False)
    [run] = await bench.queue(shell(retry=Retry(count=5, delay=0)))
    bench.worker(processes, lease=600)
    program = await processes.program()
    program.begin()
    await bench.run_in(State.RUNNING, run)
    await bench.cancel(run)
    await until(lambda: program.stops)
    program.end(Outcome(state=State.FAILED, reason=Reason.EXIT, exit_code=1))
    assert (await bench.ended(run)).state is State.CANCELLED


async def test_reports_made_while_the_store_was_away_arrive_once_and_in_order(bench: Bench) -> None:
    processes = FakeProcesses()
    runs = await bench.queue(shell(), 2)
    bench.worker(processes)
    await processes.program(1)
    # Given a cut link while both runs begin and end
    bench.link.cut = True
    for program in processes.programs:
        program.begin()
        program.end()
    # When it is back
    bench.link.cut = False
    # Then each is told once
    for run in runs:
        assert (await bench.ended(run)).attempt == 1
    assert [start.run for start in bench.link.told(Start)] == [end.run for end in bench.link.told(Ended)]
    assert len(bench.link.told(Ended)) == 2


async def test_a_report_whose_answer_got_lost_is_sent_again_without_harm(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(shell())
    bench.worker(processes)
    program = await processes.program()
    bench.link.answers_lost = 2
    program.begin()
    program.end(SUCCEEDED)
    await until(lambda: bench.link.told(Ended))
    assert (await bench.ended(run)).state is State.SUCCEEDED
    assert len(await bench.store.attempts(run)) == 1
    assert program.stops == []
