"""Warm children: kept, replaced, retired; and how many calls may wait in one."""

from collections.abc import Sequence

from tests.worker.agent.fakes import Bench, FakeChild, FakeProcesses, call, once, shell, until, until_await
from tickwork.core.model import Outcome
from tickwork.core.states import Reason, State
from tickwork.store.protocol import Claim
from tickwork.worker.children import IDLE
from tickwork.worker.paces import DEPTH, LOOKAHEAD
from tickwork.worker.processes import Stop


async def test_calls_of_other_code_get_a_child_of_their_own_and_the_idle_one_makes_room(bench: Bench) -> None:
    processes = FakeProcesses()
    bench.worker(processes, seats=1)
    for nth, path in enumerate(["/app/one", "/app/two"]):
        [run] = await bench.queue(call(f"job{nth}", path=path))
        child = await processes.first_child(nth)
        assert child.spec.path == (path,)
        await until(lambda child=child: child.queue)
        child.finish_all()
        await bench.ended(run)
    assert processes.children[0].retired


async def test_a_child_that_is_recycled_is_replaced_and_its_queue_moves_on(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(call())
    bench.worker(processes, seats=1)
    child = await processes.first_child()
    await until(lambda: child.queue)
    # When the child ends before it could begin the call
    child.go(expected=True)
    # Then another one gets it
    second = await processes.first_child(1)
    await until(lambda: second.queue)
    second.finish_all()
    assert (await bench.ended(run)).state is State.SUCCEEDED


async def test_a_crash_costs_only_the_call_it_was_in(bench: Bench) -> None:
    processes = FakeProcesses()
    bench.worker(processes, seats=1)
    child = await with_queue(bench, processes, 4)
    crashed, *waiting = [call.run for call in child.queue]
    child.begin()
    child.end(Outcome(state=State.FAILED, reason=Reason.SIGNAL, exit_code=139, error="killed by SIGSEGV"))
    child.go()
    second = await processes.first_child(1)
    await until(lambda: len(second.queue) >= len(waiting))
    assert [call.run for call in second.queue][: len(waiting)] == waiting
    second.finish_all()
    assert (await bench.ended(crashed)).reason is Reason.SIGNAL
    for run in waiting:
        assert (await bench.ended(run)).state is State.SUCCEEDED


async def test_children_that_die_before_any_call_do_not_come_back_for_ever(bench: Bench) -> None:
    processes = FakeProcesses()
    [run] = await bench.queue(call())
    bench.worker(processes, seats=1)
    child = await processes.first_child()
    await until(lambda: child.queue)
    child.go()
    entry = await bench.ended(run)
    assert (entry.state, entry.reason) == (State.FAILED, Reason.LAUNCH)
    assert len(processes.children) == 1


async def test_a_child_that_was_idle_for_long_is_retired(bench: Bench) -> None:
    processes = FakeProcesses()
    agent = bench.worker(processes, seats=1, lease=600)
    [run] = await bench.queue(call())
    child = await processes.first_child()
    await until(lambda: child.queue)
    child.finish_all()
    await bench.ended(run)
    bench.let_pass(agent, IDLE)
    await until(lambda: child.retired)


# -- prefetch --


async def with_queue(bench: Bench, processes: FakeProcesses, n: int) -> FakeChild:
    """Given a worker of one seat that has learned that the calls are short, so that some wait in its child."""
    await bench.queue(call(), 3)
    child = await processes.first_child()
    await until(lambda: child.queue)
    while len(child.queue) < 2:
        child.finish_all()
        await bench.queue(call(), n)
        await until(lambda: child.queue)
    await until(lambda: len(child.queue) >= n)
    return child


async def test_short_calls_wait_in_the_child_but_never_more_than_its_depth(bench: Bench) -> None:
    processes = FakeProcesses()
    await bench.queue(call(), 3 * DEPTH)
    bench.worker(processes, seats=1)
    child = await processes.first_child()
    lengths = []

    async def all_made() -> bool:
        lengths.append(len(child.queue))
        child.finish_all()
        return (await bench.store.counts()).get(State.SUCCEEDED, 0) == 3 * DEPTH

    await until_await(all_made)
    assert 1 < max(lengths) <= DEPTH


async def test_where_all_that_was_asked_for_comes_the_next_are_asked_for_before_it_begins(bench: Bench) -> None:
    processes = FakeProcesses()
    runs = await bench.queue(call(), 3 * DEPTH)
    agent = bench.worker(processes, seats=1)
    child = await processes.first_child()
    taken: list[tuple[int, bool]] = []
    accept = agent._floor.accept

    def accepted(claims: Sequence[Claim], *, asked: int) -> None:
        taken.append((len(claims), agent._asked is not None))
        accept(claims, asked=asked)

    agent._floor.accept = accepted  # type: ignore[method-assign]

    async def all_made() -> bool:
        child.finish_all()
        return (await bench.store.counts()).get(State.SUCCEEDED, 0) == len(runs)

    await until_await(all_made)
    assert any(asked for _, asked in taken)
    assert all(n <= DEPTH + 1 for n, _ in taken)


async def test_waiting_calls_are_claimed_but_not_running(bench: Bench) -> None:
    processes = FakeProcesses()
    bench.worker(processes, seats=1)
    child = await with_queue(bench, processes, 3)
    begun = child.begin()
    await bench.run_in(State.RUNNING, begun)
    assert (await bench.run(child.queue[1].run)).state is State.CLAIMED


async def test_nothing_waits_behind_a_call_that_takes_long(bench: Bench) -> None:
    processes = FakeProcesses(took=LOOKAHEAD * 2)
    await bench.queue(call(), 6)
    bench.worker(processes, seats=1)
    child = await processes.first_child()
    for _ in range(6):
        await until(lambda: child.queue)
        assert len(child.queue) == 1
        child.finish_all()
    assert set(bench.link.asked) == {1}


async def test_an_at_most_once_call_never_waits_behind_another(bench: Bench) -> None:
    processes = FakeProcesses()
    bench.worker(processes, seats=1)
    child = await with_queue(bench, processes, 2)
    # Given a busy child, and room for more short calls
    [careful] = await bench.queue(once(call("careful")), priority=5)
    await bench.queue(call(), 2)
    # When its queue is worked off
    company = []

    async def is_over() -> bool:
        queue = [call.run for call in child.queue]
        if careful in queue:
            company.append(queue)
        child.finish_all()
        return (await bench.run(careful)).state is State.SUCCEEDED

    await until_await(is_over)
    # Then the run was alone there
    assert company == [[careful]]


async def test_runs_that_find_no_seat_after_all_go_back_to_the_queue_as_they_were(bench: Bench) -> None:
    processes = FakeProcesses()
    bench.worker(processes, seats=1)
    child = await with_queue(bench, processes, 2)
    # When programs come where more short calls were expected
    programs = await bench.queue(shell("long"), 3)

    def the_calls_are_made() -> bool:  # also those that were still on their way to the child
        child.finish_all()
        return bool(processes.programs)

    await until(the_calls_are_made)
    [program] = processes.programs
    program.begin()
    # Then one of them has the seat, and the others wait in the queue for anybody
    await bench.run_in(State.RUNNING, program.run)
    for run in programs:
        if run != program.run:
            assert (await bench.run_in(State.QUEUED, run)).attempt == 0


async def test_a_cancel_is_meant_for_one_call_and_those_behind_it_go_on_in_another_child(bench: Bench) -> None:
    processes = FakeProcesses()
    bench.worker(processes, seats=1, lease=600)
    child = await with_queue(bench, processes, 3)
    begun = child.begin()
    await bench.run_in(State.RUNNING, begun)
    await bench.cancel(begun)
    await until(lambda: child.stops)
    assert child.stops == [(Stop.CANCEL, None, begun)]
    second = await processes.first_child(1)
    await until(lambda: second.queue)
    waiting = [call.run for call in second.queue]
    second.finish_all()
    assert (await bench.ended(begun)).state is State.CANCELLED
    for run in waiting:
        assert (await bench.ended(run)).state is State.SUCCEEDED
