"""Deletes old history: finds it by reading, which keeps nobody waiting, and deletes it in batches as small as it takes
for nobody to wait long behind one, the oldest first."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import ClassVar, Final

from tickwork.core.clock import Clock, Duration, later
from tickwork.core.retention import Retention
from tickwork.operations.forgetting import Forgetting
from tickwork.operations.oldest import OldestFirst
from tickwork.operations.retention import Errand, Keeping, Rules
from tickwork.runtime.cleaner import Cleaner
from tickwork.runtime.trimmer import Trimmer
from tickwork.service import Part, Service
from tickwork.store.protocol import Level, Store
from tickwork.telemetry import Telemetry

GAPS: Final = 200
"""Gaps, and expired notes, that one batch deletes."""
_TOGETHER: Final = 1000
"""Parts of the history that are gone through side by side."""
_EVERY: Final = 60.0
_RUNS_EVERY: Final = 600.0
"""Seconds between two ways through all runs: so long it may take until a rule that was changed holds."""
_PAUSE: Final = 0.02
_CALM: Final = 50
"""How many times as long as it has looked at jobs it rests behind that: however many there are, they are no hurry."""


class Pruner(Service):
    """One tick is one step: a read, or a batch."""

    name: ClassVar[str] = "pruner"

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        telemetry: Telemetry,
        keep: Retention,
        keep_records: Mapping[Level, Duration] | None = None,
    ) -> None:
        """`keep`: what the instance says; it says everything."""
        super().__init__(clock=clock, telemetry=telemetry)
        self._store = store
        self._keep = keep
        self._keeping = Keeping(store, instance=keep)
        self._cleaner = Cleaner(store=store, clock=clock)
        self._trimmer = Trimmer(store=store, clock=clock, keep=keep_records or {})
        self._way: AsyncIterator[float | None] | None = None
        self._forgetting = Forgetting(store=store, clock=clock)
        self._rest_until = 0.0
        self._rules: Rules | None = None
        self._runs_rest_until = 0.0
        self._deleted: float | None = None

    def parts(self) -> Sequence[Part]:
        return (Part(name="trimmer", last=self._trimmer.last), Part(name="deletion", last=self._deleted))

    async def tick(self) -> float:
        if self.clock.monotonic() < self._rest_until:
            return self._rest_until - self.clock.monotonic()
        if self._way is None:
            self._way = self._through_all()
        began = self.clock.monotonic()
        try:
            pause = await anext(self._way)
        except StopAsyncIteration:
            self._way = None
        except BaseException:
            self._way = None  # what it has seen is not true any more: begin anew
            raise
        else:
            self._deleted = self.clock.monotonic()
            return _CALM * (self._deleted - began) if pause is None else pause
        self._deleted = self.clock.monotonic()
        self._rest_until = self.clock.monotonic() + _EVERY
        return _EVERY

    async def _through_all(self) -> AsyncIterator[float | None]:
        """Each step ends with how long to pause; None: it has only looked, and nothing waits for the next."""
        now, is_time = self.clock.now(), self.clock.monotonic() >= self._runs_rest_until
        if self._rules is None or is_time:
            self._rules = await self._keeping.rules()
        spared = await self._cleaner.clean(self._rules)
        if is_time:
            async for errands in _grouped(self._keeping.steps(self._rules, now=now, spare=spared)):
                if errands is None:
                    yield None
                    continue
                async for pause in self._carry_out(errands, self._rules):
                    yield pause
            self._runs_rest_until = self.clock.monotonic() + _RUNS_EVERY
        before = later(now, -(self._keep.age or 0))
        while await self._store.prune_gaps(before=before, limit=GAPS) == GAPS:
            yield _PAUSE
        while await self._store.sweep(at=now, limit=GAPS) == GAPS:
            yield _PAUSE
        while await self._trimmer.step():
            yield _PAUSE

    async def _carry_out(self, errands: Sequence[Errand], rules: Rules) -> AsyncIterator[float]:
        oldest = OldestFirst(self._keeping, errands, rules)
        while not oldest.is_over:
            if runs := oldest.take(self._forgetting.size):
                yield await self._forgetting.forget(runs)
            else:
                await oldest.look_on()
                yield 0.0


async def _grouped(steps: AsyncIterator[Errand | None]) -> AsyncIterator[list[Errand] | None]:
    group = list[Errand]()
    async for errand in steps:
        if errand is None:
            yield None
            continue
        group.append(errand)
        if len(group) == _TOGETHER:
            yield group
            group = []
    if group:
        yield group
