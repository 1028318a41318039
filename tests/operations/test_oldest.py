"""Parts of the history are gone through side by side, the oldest run first."""

import random

from tickwork.core.clock import Instant
from tickwork.core.ids import JobId, RunId
from tickwork.core.retention import Retention
from tickwork.core.states import State
from tickwork.operations.oldest import OldestFirst
from tickwork.operations.retention import Errand, Rules
from tickwork.store.protocol import Old, Outdated

RULES = Rules(instance=Retention(age=None))


class History:
    """Parts by name: the runs that are in them, and whether they may go. Counts its reads."""

    def __init__(self, **parts: dict[str, bool]) -> None:
        self.parts = parts
        self.looks: list[int] = []

    async def page(
        self, errand: Errand, _rules: Rules, *, after: RunId | None, look: int
    ) -> tuple[list[Old], RunId | None]:
        self.looks.append(look)
        runs = self.parts[errand.project]
        seen = [run for run in sorted(runs) if run > (after or "")][:look]
        through = RunId(seen[-1]) if len(seen) == look else None
        return [Old(RunId(run), JobId("j")) for run in seen if runs[run]], through

    def oldest(self) -> OldestFirst:
        which = Outdated(state=State.SUCCEEDED, before=Instant(0))
        errands = [Errand(which=which, project=name, why="") for name in self.parts]
        return OldestFirst(self, errands, RULES)


async def taken(oldest: OldestFirst, n: int) -> list[list[RunId]]:
    """What it gives, portion by portion."""
    portions = []
    while not oldest.is_over:
        if runs := oldest.take(n):
            portions.append(runs)
        else:
            await oldest.look_on()
    return portions


async def test_what_is_oldest_goes_first_whichever_part_it_is_of():
    chance = random.Random(7)
    parts = {name: {f"{chance.random():.12f}": chance.random() < 0.7 for _ in range(3000)} for name in "abc"}
    history = History(**parts)
    portions = await taken(history.oldest(), 100)
    goes = sorted(run for runs in parts.values() for run, may_go in runs.items() if may_go)
    assert [run for runs in portions for run in runs] == goes
    assert {len(runs) for runs in portions[:-1]} == {100}


async def test_nothing_is_taken_as_long_as_something_older_may_be_found():
    history = History(a={"2": True, "4": True}, b={f"1{n:04}": False for n in range(1500)} | {"3": True})
    oldest = history.oldest()
    await oldest.look_on()
    await oldest.look_on()
    assert oldest.take(1) == [], "the second part was looked through up to 10999"
    assert await taken(oldest, 1) == [["2"], ["3"], ["4"]]


async def test_of_many_parts_less_is_known_ahead():
    history = History(**{str(n): {} for n in range(500)})
    assert await taken(history.oldest(), 100) == []
    assert set(history.looks) == {100}
    few = History(a={})
    await taken(few.oldest(), 100)
    assert few.looks == [1000]


async def test_without_parts_it_is_over_at_once():
    assert History().oldest().is_over
