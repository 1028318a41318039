"""One schedule's account: is each expected occurrence covered by exactly one entry, and each entry expected?

Pure: the entries and what to expect come from the caller (`verify`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

import msgspec

from tickwork.core.clock import Instant, iso
from tickwork.core.expansion import Expansion
from tickwork.core.model import Gap, Run

_FOREVER = Instant(1 << 62)


class Flaw(StrEnum):
    """What can be wrong with a ledger."""

    UNACCOUNTED = "unaccounted"
    """An occurrence that was due has no entry."""
    DOUBLED = "doubled"
    """One has several."""
    UNEXPECTED = "unexpected"
    """An entry stands where nothing was due."""
    CURSOR = "cursor"
    """The timetable says that something else has been decided than what the entries say."""
    DUE = "due"
    """The timetable's next moment is not the schedule's."""
    GAP_COUNT = "gap_count"
    """A gap stands for more or fewer occurrences than were due in it."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong, from `slot` on where it has one."""

    problem: Flaw
    slot: Instant | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A revision of the schedule, which accounts for `after` < slot ≤ `until`."""

    expansion: Expansion
    after: Instant
    until: Instant


@dataclass(slots=True, kw_only=True)
class Entry:
    """A run or a gap, and which expected occurrences it was found to cover."""

    name: str
    first: Instant
    last: Instant
    count: int
    nominal: str | None = None
    covered: int = 0
    last_covered: int = -1


def entry_of_run(run: Run) -> Entry:
    """Of a run that has a slot."""
    slot = run.slot or Instant(0)
    return Entry(name=f"run {run.id}", first=slot, last=slot, count=1, nominal=run.nominal)


def entry_of_gap(gap: Gap) -> Entry:
    return Entry(name=f"gap {gap.id}", first=gap.first, last=gap.last, count=gap.count)


@dataclass(slots=True, kw_only=True)
class Account:
    """Walks through what is expected and the entries side by side."""

    stretches: Sequence[Stretch]
    """In order; they do not touch each other."""
    entries: Sequence[Entry]
    cursor: Instant | None
    """Up to where the timetable says that all is decided, where it says anything."""
    pruned: Instant
    """Up to there, entries may be gone."""
    occurrences: int = 0
    """How many were expected."""
    troubles: list[Trouble] = field(default_factory=list)
    _coming: list[Entry] = field(init=False)
    _open: list[Entry] = field(default_factory=list)
    _names: frozenset[str | None] = field(init=False)

    def settle(self) -> list[Trouble]:
        """Everything that is wrong, in no particular order."""
        foreseen = [stretch for stretch in self.stretches if stretch.expansion.foreseen]
        others = [stretch for stretch in self.stretches if not stretch.expansion.foreseen]
        self._names = frozenset(entry.nominal for entry in self.entries)
        self._coming = [entry for entry in self.entries if not _inside(entry, others)]
        self._coming.sort(key=lambda entry: entry.first, reverse=True)
        self.troubles += _overlaps([entry for entry in self.entries if _inside(entry, others)])
        for stretch in foreseen:
            self._walk(stretch)
        self._leave_over()
        return self.troubles

    def _walk(self, stretch: Stretch) -> None:
        missing = _Streak(Flaw.UNACCOUNTED, "has no entry", "have no entry")
        doubled = _Streak(Flaw.DOUBLED, "has several entries", "have several entries")
        for slot, meant in stretch.expansion.between(stretch.after, stretch.until):
            self.occurrences += 1
            covering = self._covering(slot)
            if len(covering) == 1 and covering[0].nominal is None:
                continue
            if covering:
                self._compare_names(covering, stretch.expansion.nominal(meant), slot)
            if len(covering) > 1:
                doubled.add(slot, self.occurrences, " and ".join(entry.name for entry in covering))
            elif not covering and slot > self.pruned and not self._ran_before(stretch.expansion.nominal(meant)):
                missing.add(slot, self.occurrences, "")
        self.troubles += [*missing.troubles(), *doubled.troubles()]

    def _covering(self, slot: int) -> list[Entry]:
        """The entries that stand for this occurrence; it is counted in each of them."""
        if self._coming and self._coming[-1].first <= slot:
            self._take_up(slot)
        for entry in self._open:
            if entry.last < slot:
                self._close(slot)
                break
        for entry in self._open:
            entry.covered += 1
            entry.last_covered = slot
        return self._open

    def _take_up(self, slot: int) -> None:
        """Open the entries that begin up to `slot`; those that begin before it begin when nothing was due."""
        while self._coming and self._coming[-1].first <= slot:
            entry = self._coming.pop()
            if entry.first != slot:
                self._tell_unexpected(entry)
            if entry.last >= slot:
                self._open.append(entry)

    def _close(self, slot: int) -> None:
        """Take leave of the entries that end before `slot`."""
        over = [entry for entry in self._open if entry.last < slot]
        self._open = [entry for entry in self._open if entry.last >= slot]
        for entry in over:
            if entry.covered != entry.count:
                words = f"{entry.name} says {entry.count} occurrences from {iso(entry.first)} to {iso(entry.last)}"
                self._tell(Flaw.GAP_COUNT, entry.first, f"{words}; {entry.covered} were due")
            elif entry.last_covered != entry.last:
                words = f"{entry.name} ends at {iso(entry.last)}, when nothing was due"
                self._tell(Flaw.UNEXPECTED, entry.last, words)

    def _leave_over(self) -> None:
        """What is left when nothing more is expected."""
        cursor = _FOREVER if self.cursor is None else self.cursor
        beyond = [entry for entry in [*self._open, *self._coming] if entry.last > cursor]
        for entry in beyond:
            words = f"all up to {iso(self.cursor)} is said to be decided, but {entry.name} stands for {iso(entry.last)}"
            self._tell(Flaw.CURSOR, entry.last, words)
        for entry in self._coming:
            if entry.last <= cursor:
                self._tell_unexpected(entry)
        self._open = [entry for entry in self._open if entry.last <= cursor]
        self._close(_FOREVER)

    def _compare_names(self, covering: Iterable[Entry], nominal: str, slot: int) -> None:
        for entry in covering:
            if entry.nominal not in {None, nominal}:
                words = f"{entry.name} stands for {entry.nominal}, but {iso(Instant(slot))} is {nominal}"
                self._tell(Flaw.UNEXPECTED, slot, words)

    def _ran_before(self, nominal: str) -> bool:
        """The same local time ran already, before an edit moved it (a run's name is given only once)."""
        return nominal in self._names

    def _tell_unexpected(self, entry: Entry) -> None:
        words = f"{entry.name} stands at {iso(entry.first)}, when nothing was due"
        self._tell(Flaw.UNEXPECTED, entry.first, words)

    def _tell(self, problem: Flaw, slot: int | None, words: str) -> None:
        self.troubles.append(Trouble(problem=problem, slot=None if slot is None else Instant(slot), words=words))


@dataclass(slots=True)
class _Streak:
    """Occurrences with the same trouble; those that follow each other are told together."""

    problem: Flaw
    one: str
    many: str
    _found: list[tuple[Instant, Instant, int, int, str]] = field(default_factory=list)

    def add(self, slot: int, number: int, facts: str) -> None:
        """`number`: which of the expected occurrences it is."""
        here = Instant(slot)
        if self._found:
            first, _, count, last_number, last_facts = self._found[-1]
            if number == last_number + 1 and facts == last_facts:
                self._found[-1] = (first, here, count + 1, number, facts)
                return
        self._found.append((here, here, 1, number, facts))

    def troubles(self) -> Iterator[Trouble]:
        for first, last, count, _, facts in self._found:
            what = f"the occurrence of {iso(first)} {self.one}"
            if count > 1:
                what = f"{count} occurrences from {iso(first)} to {iso(last)} {self.many}"
            yield Trouble(problem=self.problem, slot=first, words=f"{what}: {facts}" if facts else what)


def _inside(entry: Entry, stretches: Iterable[Stretch]) -> bool:
    return any(stretch.after < entry.first <= stretch.until for stretch in stretches)


def _overlaps(entries: Iterable[Entry]) -> Iterator[Trouble]:
    """What follows an event (a boot, the end of a run) cannot be foreseen, but no moment may have two entries."""
    for before, entry in pairwise(sorted(entries, key=lambda entry: entry.first)):
        if entry.first <= before.last:
            words = f"{before.name} and {entry.name} both stand for {iso(entry.first)}"
            yield Trouble(problem=Flaw.DOUBLED, slot=entry.first, words=words)
