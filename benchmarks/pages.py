"""How fast the dashboard is in a real Chromium: Today, the list of jobs, a long log; its memory under live events.

    python benchmarks/pages.py [--only today|jobs|log|memory] [--store sqlite|postgres|URL] [--runs 1000000]
                               [--jobs 10000] [--lines 200000] [--events 10800]

Today and the jobs stand on a store that is filled as for `reads.py`. Frames are timed by requestAnimationFrame while
the page is scrolled a little in each, and so is the CPU of the page's thread, which must stay below 16.7 ms a frame
whatever else the machine does; Chromium here draws without a graphics card. Memory is the heap of scripts after
a forced collection, before and after so many events as an hour of one run a second brings, as fast as they come.
"""

import argparse
import asyncio
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import reads
from measuring import machine, quantiles, size_of, store_url, tickwork
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.browser import find_chromium
from tickwork.core.clock import DAY, SystemClock, later
from tickwork.core.ids import Ids
from tickwork.core.model import SYSTEM
from tickwork.node import make_store
from tickwork.operations import Operations

TIMES: Final = 15
FRAMES: Final = 400
EVENTS_OF_A_RUN: Final = 3
"""It is queued, running, over."""
AT_ONCE: Final = 100
BOARD: Final = """
jobs:
  chatty:
    shell: 'seq -f "line %.0f of a log that says a little more than its number, as logs do" LINES'
    max_log_bytes: 1000000000
"""
QUIET: Final = "  quiet-{}: {{shell: 'true', overlap: allow}}\n"
INTERACTIVE = """() => document.querySelector('section[aria-label="Needs me"] button, section[aria-label="Needs me"] p')
  && document.querySelector('[role=slider]') ? performance.now() : false"""
"""Milliseconds from the beginning of the navigation, when everything of Today is there."""
ASKED = """() => Object.fromEntries(performance.getEntriesByType("resource")
  .filter((each) => each.name.includes("/api/v1/"))
  .map((each) => [new URL(each.name).pathname, each.responseEnd - each.requestStart]))"""
SCROLLED = """async ([name, frames, step]) => {
  const box = document.querySelector(name);
  const times = [];
  let last = performance.now();
  for (let at = 0; at < frames; at += 1) {
    box.scrollTop = (box.scrollTop + step) % (box.scrollHeight - box.clientHeight);
    await new Promise((drawn) => requestAnimationFrame(drawn));
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  return times;
}"""
"""Milliseconds of each frame."""


@contextmanager
def serving(store: str, *words: str, command: str = "up") -> Iterator[str]:
    """The printed link of a server on a port of its own."""
    process = tickwork(
        command, "--store", store, "--port", "0", *words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said: Any = process.stdout
    try:
        found = next(match for line in said if (match := re.search(r"pages: (http\S+)", line)))
        with ThreadPoolExecutor(1) as reading:
            reading.submit(lambda: [None for _line in said])  # a full pipe would stop it
            yield found[1]
            process.terminate()
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def visiting(browser: Browser, link: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    context.set_default_timeout(180_000)
    page = context.new_page()
    page.goto(link)
    page.get_by_role("heading", name="Today", level=1).wait_for()
    yield page
    context.close()


def base(page: Page) -> str:
    return page.url.partition("/ui/")[0]


def today(page: Page) -> None:
    asked: dict[str, list[float]] = {}
    interactive = []
    for _ in range(TIMES):
        page.goto(f"{base(page)}/ui/")
        interactive.append(page.wait_for_function(INTERACTIVE).json_value() / 1e3)
        for path, took in page.evaluate(ASKED).items():
            asked.setdefault(path, []).append(took / 1e3)
    print(f"Today, from the navigation until all of it is there: {quantiles(interactive)}")
    for path, took in sorted(asked.items()):
        print(f"  {path:24} {quantiles(took)}")


def jobs(page: Page, count: int) -> None:
    began = time.perf_counter()
    page.goto(f"{base(page)}/ui/jobs")
    page.get_by_role("row").nth(5).wait_for()
    first = time.perf_counter() - began
    page.get_by_text(f"{count:,} jobs".replace(",", "\N{THIN SPACE}"), exact=True).or_(
        page.get_by_text(re.compile(rf"^{count // 1000}\D{count % 1000:03} jobs$"))
    ).wait_for()
    print(f"{count:,} jobs: the first rows after {first:.2f} s, all of them after {time.perf_counter() - began:.2f} s")
    frames("  scrolled through", page, "[role=table]", step=140)
    began = time.perf_counter()
    page.get_by_role("searchbox").fill("job-0000777")
    page.get_by_text("1 of").wait_for()
    print(f"  narrowed to one while typing: {time.perf_counter() - began:.2f} s")


def frames(name: str, page: Page, box: str, step: float) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration")

    before = worked()
    took: Sequence[float] = page.evaluate(SCROLLED, [box, FRAMES, step])
    cpu = (worked() - before) / FRAMES
    late = sum(1 for each in took if each > 1000 / 60 * 1.5)
    rate = 1000 / statistics.mean(took)
    print(f"{name}: {rate:.0f} frames/s, {quantiles([each / 1e3 for each in took])}, {late} of {FRAMES} late")
    print(f"    the page's thread works {cpu * 1e3:.1f} ms for each", flush=True)


def log(page: Page, lines: int) -> None:
    run = page.request.post(f"{base(page)}/api/v1/jobs/chatty/run?wait=50", headers={"origin": base(page)}).json()
    began = time.perf_counter()
    page.goto(f"{base(page)}/ui/runs/{run['run']['id']}")
    page.get_by_text(re.compile(rf"^{lines // 1000}\D{lines % 1000:03} lines$")).wait_for()
    print(f"a log of {lines:,} lines: read after {time.perf_counter() - began:.2f} s")
    frames("  scrolled line by line", page, "[role=log]", step=54)
    frames("  scrolled by leaps", page, "[role=log]", step=9_001)


def memory(page: Page, events: int) -> None:
    page.goto(f"{base(page)}/ui/")
    session = page.context.new_cdp_session(page)
    names = [f"quiet-{n}" for n in range(AT_ONCE)]
    done = 0

    def heap() -> float:
        session.send("HeapProfiler.collectGarbage")
        return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6

    def some(runs: int) -> None:
        nonlocal done
        for _ in range(runs // AT_ONCE):
            page.request.post(
                f"{base(page)}/api/v1/jobs/bulk",
                data={"action": "run", "jobs": names},
                headers={"origin": base(page)},
                timeout=120_000,
            )
            done += AT_ONCE
            page.wait_for_function("() => /^0 running . 0 queued/.test(document.querySelector('header p')?.innerText)")

    some(300)
    print(f"heap of Today after {done * EVENTS_OF_A_RUN:,} events: {heap():.2f} MB", flush=True)
    for _ in range(4):
        some(events // EVENTS_OF_A_RUN // 4)
        print(f"  after {done * EVENTS_OF_A_RUN:,}: {heap():.2f} MB", flush=True)


async def filled(url: str, options: argparse.Namespace) -> None:
    clock = SystemClock()
    store = make_store(url, clock=clock)
    await store.open()
    try:
        ops = Operations(store=store, clock=clock, ids=Ids(clock=clock), actor=SYSTEM)
        known = reads.jobs(options.jobs)
        await ops.jobs.apply("bench", known)
        now = clock.now()
        rows = reads.runs(options.runs, known, since=later(now, -10 * DAY), until=now)
        await asyncio.to_thread(reads.fill, url, rows)
    finally:
        await store.close()


def on_a_long_ledger(browser: Browser, options: argparse.Namespace, wanted: set[str]) -> None:
    with store_url(options.store) as url:
        with ThreadPoolExecutor(1) as beside:  # this thread has the loop of the browser
            beside.submit(asyncio.run, filled(url, options)).result()
        print(f"{options.runs:,} runs of {options.jobs:,} jobs: {size_of(url)}", flush=True)
        with serving(url, command="server") as link, visiting(browser, link) as page:
            if "today" in wanted:
                today(page)
            if "jobs" in wanted:
                jobs(page, options.jobs)


def on_a_small_one(browser: Browser, options: argparse.Namespace, wanted: set[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="tw-bench-") as folder:
        board = Path(folder) / "board.yaml"
        quiet = "".join(QUIET.format(n) for n in range(AT_ONCE))
        board.write_text(BOARD.replace("LINES", str(options.lines)) + quiet)
        with serving(f"sqlite:///{folder}/store.db", str(board)) as link, visiting(browser, link) as page:
            if "log" in wanted:
                log(page, options.lines)
            if "memory" in wanted:
                memory(page, options.events)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["today", "jobs", "log", "memory"])
    parser.add_argument("--store", default="sqlite")
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=10_800)
    options = parser.parse_args()
    wanted = {options.only} if options.only else {"today", "jobs", "log", "memory"}
    print(machine(), flush=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        if wanted & {"today", "jobs"}:
            on_a_long_ledger(browser, options, wanted)
        if wanted & {"log", "memory"}:
            on_a_small_one(browser, options, wanted)
        browser.close()
    print(machine())


if __name__ == "__main__":
    main()
