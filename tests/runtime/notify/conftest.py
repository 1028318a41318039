from dataclasses import dataclass, field

import pytest

from tests.house import House, a_house, drain
from tickwork.core.channels import Channel
from tickwork.core.states import Reason, State
from tickwork.runtime.notify.failing import NotDelivered
from tickwork.runtime.notify.notifier import Notifier
from tickwork.runtime.notify.sender import Sender
from tickwork.runtime.notify.watch import Watch
from tickwork.runtime.notify.wording import Message


@dataclass
class Post:
    """Takes messages in place of the world; dead while `fault` says why."""

    taken: list[tuple[str, Message]] = field(default_factory=list)
    fault: str = ""
    tries: int = 0

    async def send(self, channel: Channel, message: Message) -> None:
        self.tries += 1
        if self.fault:
            raise NotDelivered(self.fault)
        self.taken.append((channel.name, message))

    @property
    def subjects(self) -> list[str]:
        return [message.subject for _, message in self.taken]


@dataclass
class Noticing:
    """A house in which somebody listens."""

    house: House
    post: Post = field(default_factory=Post)

    def __post_init__(self) -> None:
        self.sender = Sender(
            store=self.house.store,
            clock=self.house.clock,
            telemetry=self.house.telemetry,
            ways=self.post,
            who="a",
            public_url="https://tickwork.example",
        )
        self.watch = Watch(store=self.house.store, clock=self.house.clock)

    def notifier(self) -> Notifier:
        return Notifier(
            store=self.house.store,
            clock=self.house.clock,
            telemetry=self.house.telemetry,
            ways=self.post,
            who="a",
            host="here",
            public_url="",
        )

    async def end_runs(self, job: str, state: State, reason: Reason | None = None, *, n: int = 1) -> None:
        """Run the job `n` times, with this end, and follow the ends up."""
        session = await self.house.session()
        for _ in range(n):
            await self.house.ops.runs.run(job)
            for claim in await self.house.claim(session):
                await self.house.start(claim)
                await self.house.finish(claim, state, reason)
        await drain(self.house.promoter())

    async def later(self, seconds: float) -> None:
        self.house.clock.advance(seconds)
        await self.sender.send()

    async def fates(self) -> list[str]:
        return [view.fate for view in await self.house.ops.notify.deliveries()]


@pytest.fixture
async def house():
    async with a_house() as house:
        yield house


@pytest.fixture
def noticing(house: House) -> Noticing:
    return Noticing(house)
