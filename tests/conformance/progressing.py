"""How far runs are."""

from tests.conformance.world import World, at
from tests.pruning import prune
from tickwork.core.progress import Bar
from tickwork.core.states import State
from tickwork.store.protocol import BarRow, Claim, ClaimLost, ProgressWrite


def bar(*group: str, current: float = 1, total: float = 2, status: str = "") -> Bar:
    return Bar(group=group, current=current, total=total, status=status)


class Progressing:
    async def tell(
        self, world: World, claim: Claim, *bars: Bar, attempt: int = 1, second: float = 12
    ) -> list[ClaimLost]:
        write = ProgressWrite(run=claim.run.id, attempt=attempt, fence=claim.fence, at=at(second), bars=bars)
        return await world.store.progress([write])

    async def test_bars_are_read_in_the_order_in_which_they_came_up(self, world: World) -> None:
        claim = await world.running(await world.session())
        bars = [bar("b", 'sl/ash "quote"', status="grüße"), bar(), bar("a", current=0.5, total=0)]
        assert await self.tell(world, claim, *bars[:2]) == []
        assert await self.tell(world, claim, bars[2], second=13) == []
        rows = await world.store.read_progress(claim.run.id)
        assert rows == [
            BarRow(bar=bars[0], began=at(12), at=at(12)),
            BarRow(bar=bars[1], began=at(12), at=at(12)),
            BarRow(bar=bars[2], began=at(13), at=at(13)),
        ]

    async def test_a_bar_replaces_the_earlier_one_of_its_group_and_keeps_its_beginning_and_place(
        self, world: World
    ) -> None:
        claim = await world.running(await world.session())
        await self.tell(world, claim, bar("a"), bar("b"))
        await self.tell(world, claim, bar("a", current=9, total=10, status="almost"), second=15)
        first, second = await world.store.read_progress(claim.run.id)
        assert first == BarRow(bar=bar("a", current=9, total=10, status="almost"), began=at(12), at=at(15))
        assert second.bar.group == ("b",)

    async def test_each_attempt_has_bars_of_its_own_and_the_newest_are_read(self, world: World) -> None:
        session = await world.session()
        first = await world.running(session)
        await self.tell(world, first, bar("a"))
        await world.finish(first, state=State.QUEUED, ready_at=at(20))
        [second] = await world.claim(session, second=20)
        await world.start(second, second=21)
        assert [row.bar.group for row in await world.store.read_progress(first.run.id)] == [("a",)]
        await self.tell(world, second, bar("b"), attempt=2)
        assert [row.bar.group for row in await world.store.read_progress(first.run.id)] == [("b",)]
        assert [row.bar.group for row in await world.store.read_progress(first.run.id, attempt=1)] == [("a",)]

    async def test_the_last_bars_may_come_after_the_end_but_not_when_the_claim_was_taken_away(
        self, world: World
    ) -> None:
        session = await world.session()
        ended = await world.running(session)
        await world.finish(ended)
        assert await self.tell(world, ended, bar()) == []
        claim, other = await world.running(session), await world.running(await world.session("s2"))
        await world.settle(session)
        writes = [
            ProgressWrite(run=one.run.id, attempt=1, fence=one.fence, at=at(12), bars=(bar(),))
            for one in (claim, other)
        ]
        assert [lost.run for lost in await world.store.progress(writes)] == [claim.run.id]
        assert await world.store.read_progress(claim.run.id) == []
        assert len(await world.store.read_progress(other.run.id)) == 1

    async def test_bars_go_with_their_run(self, world: World) -> None:
        claim = await world.running(await world.session())
        await self.tell(world, claim, bar())
        await world.finish(claim)
        await world.store.consume([event.seq for event in await world.store.outbox(limit=10)])
        assert await prune(world.store, before=at(1000), keep=0, limit=10) == 1
        assert await world.store.read_progress(claim.run.id) == []
