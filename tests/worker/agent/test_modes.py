"""Calls that share a child, and children that are replaced because their code changed."""

from tests.worker.agent.fakes import Bench, FakeChild, FakeProcesses, call, once, until
from tickwork.core.clock import Instant
from tickwork.core.ids import JobId
from tickwork.core.model import Call, Job, Mode, Outcome, Overlap
from tickwork.core.states import Reason, State
from tickwork.worker.processes import Began, Over
from tickwork.worker.work import SLOTS


def shared(mode: Mode = Mode.ASYNC, **fields) -> Job:
    task = Call(target="shop:wait", mode=mode)
    return Job(id=JobId(f"wait-{mode}"), name="wait", task=task, overlap=Overlap.ALLOW, **fields)


async def test_many_calls_of_one_child_take_one_seat(bench: Bench) -> None:
    processes = FakeProcesses()
    await bench.queue(shared(), 20)
    bench.worker(processes, seats=2)
    child = await processes.first_child()
    assert (child.spec.mode, child.spec.slots) == (Mode.ASYNC, SLOTS[Mode.ASYNC])
    await until(lambda: len(child.queue) == 20)
    assert len(processes.children) == 1
    # Then there is still a seat for a call that needs a process
    await bench.queue(call())
    second = await processes.first_child(1)
    assert (second.spec.mode, second.spec.slots) == (Mode.PROCESS, 1)


async def test_when_all_slots_are_taken_another_child_begins(bench: Bench) -> None:
    processes = FakeProcesses()
    await bench.queue(shared(Mode.THREAD), SLOTS[Mode.THREAD] + 1)
    bench.worker(processes, seats=3)
    first, second = await processes.first_child(), await processes.first_child(1)
    await until(lambda: (len(first.queue), len(second.queue)) == (SLOTS[Mode.THREAD], 1))


async def test_modes_and_folders_do_not_mix(bench: Bench, tmp_path) -> None:
    processes = FakeProcesses()
    await bench.queue(shared(Mode.THREAD))
    await bench.queue(shared(Mode.ASYNC))
    await bench.queue(Job(**{**_fields(shared()), "id": JobId("elsewhere"), "cwd": str(tmp_path)}))
    bench.worker(processes, seats=3)
    await processes.first_child(2)
    made = {(child.spec.mode, child.spec.cwd) for child in processes.children}
    assert made == {(Mode.THREAD, None), (Mode.ASYNC, None), (Mode.ASYNC, str(tmp_path))}


async def test_free_slots_are_claimed_for_though_no_seat_is_free_unless_it_turns_out_that_seats_are_needed(
    bench: Bench,
) -> None:
    processes = FakeProcesses()
    bench.worker(processes, seats=1)
    await bench.queue(shared(), 5)
    child = await processes.first_child()
    await until(lambda: len(child.queue) == 5)
    # When what comes needs a seat
    [waiting] = await bench.queue(call(), 1)
    await until(lambda: bench.link.told_releases() > 0)
    asked = len(bench.link.asked)
    # Then it is not asked for again and again
    child.finish_all()
    await processes.first_child(1)
    assert len(bench.link.asked) < asked + 10
    assert (await bench.run(waiting)).attempt == 0


def _fields(job: Job) -> dict:
    return {name: getattr(job, name) for name in job.__struct_fields__}


async def test_an_at_most_once_call_shares_a_child_too(bench: Bench) -> None:
    processes = FakeProcesses()
    bench.worker(processes, seats=2)
    [first] = await bench.queue(shared())
    child = await processes.first_child()
    await until(lambda: child.queue)
    await bench.queue(once(Job(**{**_fields(shared()), "id": JobId("careful")})))
    await until(lambda: len(child.queue) == 2)
    assert child.queue[0].run == first


async def test_calls_that_their_child_took_with_it_are_made_again(bench: Bench) -> None:
    processes = FakeProcesses()
    runs = await bench.queue(shared(), 3)
    bench.worker(processes, seats=1)
    child = await processes.first_child()
    await until(lambda: len(child.queue) == 3)
    child.begin()
    await bench.run_in(State.RUNNING, runs[0])
    child.go()
    second = await processes.first_child(1)
    await until(lambda: len(second.queue) == 3)
    second.finish_all()
    ended = [await bench.ended(run) for run in runs]
    assert [(run.state, run.attempt) for run in ended] == [
        (State.SUCCEEDED, 2),
        (State.SUCCEEDED, 1),
        (State.SUCCEEDED, 1),
    ]
    [lost] = [attempt for attempt in await bench.store.attempts(runs[0]) if attempt.reason is Reason.LOST]
    assert lost.error == "its Python child ended"


LOST = Outcome(state=State.FAILED, reason=Reason.LOST)


def crash(child: FakeChild) -> None:
    """Of a child with all its calls in it."""
    lost = [call.run for call in child.queue]
    for run in lost:
        child.hear(Began(run=run, at=Instant(1_000_000), pid=8))
    for run in lost:
        child.hear(Over(run=run, at=Instant(1_000_001), outcome=LOST, suspect=len(lost) > 1))
    child.queue.clear()
    child.go()


async def test_calls_that_may_have_crashed_their_child_are_tried_again_in_smaller_company_and_at_last_alone(
    bench: Bench,
) -> None:
    processes = FakeProcesses()
    runs = await bench.queue(shared(Mode.THREAD), 6)
    bench.worker(processes, seats=6)
    first = await processes.first_child()
    await until(lambda: len(first.queue) == 6)
    # When it crashes with six calls in it
    crash(first)
    # Then four of them are in one child, two in another, and what is new is with none of them
    fours, twos = await processes.first_child(1), await processes.first_child(2)
    await until(lambda: sorted((len(fours.queue), len(twos.queue))) == [2, 4])
    [fresh] = await bench.queue(shared(Mode.THREAD))
    apart = await processes.first_child(3)
    await until(lambda: [call.run for call in apart.queue] == [fresh])
    fours, twos = sorted((fours, twos), key=lambda child: -len(child.queue))
    twos.finish_all()
    # … and when that happens to the four again, each is alone, so that it is known whose doing it was
    crash(fours)
    alone = [await processes.first_child(place) for place in range(4, 8)]
    await until(lambda: [len(child.queue) for child in alone] == [1] * 4)
    for child in (*alone, apart):
        child.finish_all()
    ended = [await bench.ended(run) for run in runs]
    assert {run.state for run in ended} == {State.SUCCEEDED}
    assert sorted(run.attempt for run in ended) == [2, 2, 3, 3, 3, 3]


async def test_a_reload_retires_idle_children_and_lets_busy_ones_finish(bench: Bench) -> None:
    processes = FakeProcesses()
    agent = bench.worker(processes, seats=2)
    [first] = await bench.queue(call())
    child = await processes.first_child()
    await until(lambda: child.queue)
    # When the code changes while a call is being made
    agent.reload()
    await bench.queue(call())
    second = await processes.first_child(1)
    await until(lambda: second.queue)
    assert not child.retired
    child.finish_all()
    await bench.ended(first)
    assert child.retired
    # … and when none is
    second.finish_all()
    await until(lambda: agent._floor.children.busy == 0)
    agent.reload()
    assert second.retired
