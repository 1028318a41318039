"""What jumps on a page while nobody touches it: the browser's own measure of it."""

from playwright.sync_api import Page

MOST = 0.05
"""Cumulative layout shift; what browsers call good is twice as much."""
_SHIFTS = """() => new Promise((resolve) => {
  const found = [];
  const watch = new PerformanceObserver((list) => found.push(...list.getEntries()));
  watch.observe({type: "layout-shift", buffered: true});
  const place = ({x, y, width, height}) => `${x},${y} ${width}x${height}`;
  const named = ({node, previousRect, currentRect}) =>
    `${node?.nodeName} .${node?.className} ${place(previousRect)} -> ${place(currentRect)}`;
  setTimeout(() => resolve(found.filter((each) => !each.hadRecentInput).map((each) => ({
    value: each.value, at: each.startTime, moved: each.sources.map(named),
  }))), 50);
})"""


def jumps(page: Page, *, since: float = 0) -> tuple[float, list[object]]:
    """How much has jumped since the page was gone to, or since a moment of its own clock (ms), and what."""
    found = [each for each in page.evaluate(_SHIFTS) if each["at"] >= since]
    return sum(each["value"] for each in found), found
