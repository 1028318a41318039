"""What somebody meets who goes through a page by Tab: one stop after the other, and what is wrong with each."""

from playwright.sync_api import Page

_HELP = """
if (!window.keyboard) document.addEventListener("focusin", ({target}) => {
  if (!target.closest("dialog, [popover]")) window.keyboard.outside = target;
}, true);
window.keyboard = {
  /** Where the focus is to come back to. */
  opened: () => { window.keyboard.opener = window.keyboard.outside; },
  /** What a ring is drawn around: a field that is not seen itself is within its label. */
  shown: (element) => element.matches(".sr-only") ? element.closest("label") ?? element : element,
  named: (element) =>
    `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 40)}`,
  isSeen: ({top, left, right, bottom}) =>
    right > left + 1 && bottom > top + 1 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
  /** Before where the eye is: above it and not in a column further on, or left of it in its line. */
  isBack: (a, b) => {
    const above = b.bottom <= a.top + 1, below = b.top >= a.bottom - 1;
    return above ? b.left < a.right - 1 : !below && b.right <= a.left + 1;
  },
  /** The sides of its ring that something cuts off. */
  cut: (element) => {
    const style = getComputedStyle(element), out = parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth);
    const box = element.getBoundingClientRect();
    const ring = {top: box.top - out, left: box.left - out, right: box.right + out, bottom: box.bottom + out};
    const sides = new Set();
    for (let each = element.parentElement; each; each = each.parentElement) {
      if (getComputedStyle(each).overflow === "visible" && each !== document.documentElement) continue;
      const {top, left, right, bottom} = each.getBoundingClientRect();
      if (ring.top < top - 1) sides.add("top");
      if (ring.left < left - 1) sides.add("left");
      if (ring.right > right + 1) sides.add("right");
      if (ring.bottom > bottom + 1) sides.add("bottom");
    }
    return [...sides];
  },
  /** The stop that has the focus now, and what is wrong with it; null: the page has it no more. */
  look: () => {
    const element = document.activeElement;
    if (!element || element === document.body) { window.keyboard.last = undefined; return null; }
    const {shown, named, isSeen, isBack, cut, last} = window.keyboard;
    const seen = shown(element), style = getComputedStyle(seen), box = seen.getBoundingClientRect();
    const wrong = [];
    if (!isSeen(box)) wrong.push("out of sight");
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 1) wrong.push("no ring");
    else if (cut(seen).length > 1) wrong.push(`its ring is cut off: ${cut(seen)}`);
    if (last?.isConnected && !last.contains(seen) && isBack(last.getBoundingClientRect(), box))
      wrong.push(`it stands before ${named(last)}`);
    window.keyboard.last = seen;
    return {name: named(seen), within: Boolean(element.closest("dialog[open], [popover]:popover-open")), wrong};
  },
};
"""


def begin(page: Page, *, at: str | None = None) -> None:
    """Go through the page from the element on; else from where the focus is."""
    page.evaluate(_HELP)
    if at is not None:
        page.locator(at).focus()
    page.evaluate("keyboard.outside = document.activeElement")


def stops(page: Page, most: int) -> list[dict[str, object]]:
    """The next ones that Tab leads to, until it leaves the page."""
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate("keyboard.look()")
        if stop is None:
            break
        found.append(stop)
    return found


def wrong(stops: list[dict[str, object]]) -> list[str]:
    return [f"{stop['name']}: {what}" for stop in stops for what in stop["wrong"]]  # type: ignore[attr-defined]


def strayed(page: Page) -> str | None:
    """Where the focus is instead of where it was when the dialog opened; None: it came back."""
    found: str | None = page.evaluate(
        "document.activeElement === keyboard.opener ? null : keyboard.named(document.activeElement)"
    )
    return found
