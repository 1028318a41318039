"""What `up` shows in a terminal: running now, up next, last finished."""

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Sequence
from typing import IO, Any, cast

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from tickwork.cli.lines import event_line
from tickwork.cli.outlet import Outlet
from tickwork.cli.output import Cell, rich_table, state_cell
from tickwork.cli.words import MARKS, clean, distance, span, why
from tickwork.core.clock import Clock, Instant
from tickwork.errors import StoreUnavailable
from tickwork.operations.reads import Reads
from tickwork.operations.views import NextView, Overview, RunView
from tickwork.telemetry import TelemetryEvent

_EVERY = 0.5
_OWN_LINES = 9
"""Headings, counts, footer and the empty lines between."""
_MOST = 8


class LiveView:
    """Redraws twice a second, below whatever was said before."""

    def __init__(self, *, clock: Clock, reads: Reads, store: str, out: Outlet) -> None:
        self._clock = clock
        self._reads = reads
        self._footer = f"Ctrl-C stops · {store}"
        self._out = out
        self._console = Console(file=cast("IO[str]", out), highlight=False)

    async def run(self) -> None:
        with Live(console=self._console, auto_refresh=False, screen=False) as live:
            while True:
                # A busy store answers next time, a terminal that is held is drawn on next time.
                with contextlib.suppress(StoreUnavailable):
                    drawn = self._drawn(await self._reads.overview(limit=self._rows()))
                    if not self._out.behind:
                        live.update(drawn, refresh=True)
                await asyncio.sleep(_EVERY)

    def ready(self, greeting: Sequence[str]) -> None:
        for line in greeting:
            self._print(line)

    def say(self, text: str) -> None:
        """Above the view."""
        if text.startswith("stopping"):
            self._footer = text
        self._print(clean(text))

    def _print(self, line: str) -> None:
        self._console.print(Text(line), soft_wrap=True)

    def event(self, event: TelemetryEvent) -> None:
        """The view shows runs itself; what is left are words for the operator."""
        if event.level >= logging.INFO:
            self.say(event_line(event))

    def _rows(self) -> int:
        return max(2, min(_MOST, (self._console.height - _OWN_LINES) // 3))

    def _drawn(self, overview: Overview) -> Group:
        now = self._clock.now()
        return Group(
            *_section("running now", [_running(run, now) for run in overview.running], "nothing"),
            *_section("up next", [_next(view, now) for view in overview.next], "nothing is due"),
            *_section("last finished", [_finished(run, now) for run in overview.finished], "nothing yet"),
            _counts(overview.counts),
            Text(self._footer, style="bright_black", no_wrap=True, overflow="ellipsis"),
        )


def _section(title: str, rows: Iterable[Sequence[Cell]], empty: str) -> list[Any]:
    shown = list(rows)
    body = rich_table((), shown) if shown else Text(f"  {empty}", style="bright_black")
    return [Text(title, style="bold"), body]


def _running(run: RunView, now: Instant) -> list[Cell]:
    mark = MARKS[run.state]
    started = distance(run.started, now).removesuffix(" ago")
    retry = f"attempt {run.attempt}" if run.attempt > 1 else ""
    return [Cell(f"  {mark.icon}", mark.style), Cell(run.job), Cell(started), Cell(retry), Cell(run.id, "bright_black")]


def _next(view: NextView, now: Instant) -> list[Cell]:
    return [Cell("  "), Cell(view.job), Cell(distance(view.slot, now)), Cell(view.local[11:19], "bright_black")]


def _finished(run: RunView, now: Instant) -> list[Cell]:
    cell = state_cell(run.state)
    return [
        Cell(f"  {cell.text}", cell.style),
        Cell(run.job),
        Cell(why(run.state, run.reason, run.exit_code), cell.style),
        Cell(span(run.duration)),
        Cell(distance(run.finished, now)),
        Cell(run.id, "bright_black"),
    ]


def _counts(counts: dict[str, int]) -> Text:
    text = Text()
    for state, mark in MARKS.items():
        if counts.get(state):
            text.append(f"{mark.icon} {counts[state]} {state}   ", style=mark.style)
    return text
